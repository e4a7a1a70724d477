import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Redis } from 'ioredis';
import { nodeTestServer } from 'redstart/testing';

const server = await nodeTestServer();
const redis = new Redis(server.ioredis);
after(() => redis.disconnect());

test('visits are forgotten after 30 days', async () => {
  server.clock.freeze();
  await redis.set('visits', 1, 'EX', 30 * 24 * 60 * 60);
  await server.clock.advance('30d');
  assert.equal(await redis.get('visits'), null);
  await redis.incr('visits');
});

test('each test begins empty', async () => {
  assert.deepEqual(await redis.keys('*'), []);
});
