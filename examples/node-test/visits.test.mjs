import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { Redis } from 'ioredis';
import { createServer } from 'redstart';

const server = await createServer();
const redis = new Redis(server.ioredis);

beforeEach(() => redis.flushall());

after(async () => {
  redis.disconnect();
  await server.close();
});

test('visits are counted', async () => {
  await redis.incr('visits');
  assert.equal(await redis.incr('visits'), 2);
});

test('each test begins empty', async () => {
  assert.deepEqual(await redis.keys('*'), []);
});
