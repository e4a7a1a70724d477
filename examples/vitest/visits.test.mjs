import { Redis } from 'ioredis';
import { createServer } from 'redstart';
import { afterAll, beforeEach, expect, test } from 'vitest';

const server = await createServer();
const redis = new Redis(server.ioredis);

beforeEach(() => redis.flushall());

afterAll(async () => {
  redis.disconnect();
  await server.close();
});

test('visits are counted', async () => {
  await redis.incr('visits');
  expect(await redis.incr('visits')).toBe(2);
});

test('each test begins empty', async () => {
  expect(await redis.keys('*')).toEqual([]);
});
