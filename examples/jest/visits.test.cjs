const { Redis } = require('ioredis');
const { createServer } = require('redstart');

let server;
let redis;

beforeAll(async () => {
  server = await createServer();
  redis = new Redis(server.ioredis);
});

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
