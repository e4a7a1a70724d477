import { Redis } from 'ioredis';
import { fixtures } from 'redstart/testing';
import { test as base, expect } from 'vitest';

const test = base.extend(fixtures);

test('visits are forgotten after 30 days', async ({ server }) => {
  const redis = new Redis(server.ioredis);
  server.clock.freeze();
  await redis.set('visits', 1, 'EX', 30 * 24 * 60 * 60);
  await server.clock.advance('30d');
  expect(await redis.get('visits')).toBeNull();
  await redis.incr('visits');
  redis.disconnect();
});

test('each test begins empty', async ({ redisUrl }) => {
  const redis = new Redis(redisUrl);
  expect(await redis.keys('*')).toEqual([]);
  redis.disconnect();
});
