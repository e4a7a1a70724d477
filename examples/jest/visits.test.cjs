const { Redis } = require('ioredis');

const redis = new Redis(process.env.REDIS_URL);

afterAll(() => redis.disconnect());

test('visits are counted', async () => {
  await redis.incr('visits');
  expect(await redis.incr('visits')).toBe(2);
});

test('each test begins empty', async () => {
  expect(await redis.keys('*')).toEqual([]);
});
