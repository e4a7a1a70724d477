// ioredis without a socket, and node-redis by a port and by a Unix socket, on embedded servers.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Redis } from 'ioredis';
import { createClient, createClientPool } from 'redis';
import { createServer } from '../../src/main/embed.ts';

const MEBIBYTE = 2 ** 20;

const server = await createServer({ port: 0, path: true });
after(() => server.close());

function eachProtocol(name: string, use: (redis: Redis) => Promise<void>): void {
  for (const protocol of [2, 3] as const) {
    test(`ioredis without a socket: ${name} (RESP${protocol})`, async () => {
      const redis = new Redis({ ...server.ioredis, protocol });
      try {
        await redis.flushall();
        await use(redis);
      } finally {
        redis.disconnect();
      }
    });
  }
}

eachProtocol('it is connected, and known as local', async (redis) => {
  assert.match(String(await redis.client('INFO')), / addr=local:\d+ .* lib-name=ioredis/);
});

eachProtocol('commands, a pipeline, a transaction', async (redis) => {
  assert.equal(await redis.set('a', '1'), 'OK');
  const replies = await redis.pipeline().incr('a').get('a').lpush('a', 'x').exec();
  assert.deepEqual(replies?.slice(0, 2), [
    [null, 2],
    [null, '2'],
  ]);
  assert.match(String(replies?.[2][0]), /WRONGTYPE/);
  assert.deepEqual(await redis.multi().incr('a').incr('a').exec(), [
    [null, 3],
    [null, 4],
  ]);
});

eachProtocol('large values, and many at once', async (redis) => {
  const value = Buffer.alloc(8 * MEBIBYTE, 'v');
  await redis.set('large', value);
  assert.equal(Buffer.compare((await redis.getBuffer('large'))!, value), 0);
  const counts = await Promise.all(Array.from({ length: 2000 }, () => redis.incr('n')));
  assert.equal(counts[1999], 2000);
});

eachProtocol('a duplicate waits, another one publishes', async (redis) => {
  const other = redis.duplicate();
  const popped = other.blpop('queue', 0);
  await redis.rpush('queue', 'job');
  assert.deepEqual(await popped, ['queue', 'job']);
  const message = new Promise((resolve) => {
    other.on('message', (...words) => resolve(words));
  });
  await other.subscribe('news');
  assert.equal(await redis.publish('news', 'hello'), 1);
  assert.deepEqual(await message, ['news', 'hello']);
  other.disconnect();
});

eachProtocol('who is killed comes back', async (redis) => {
  const id = await redis.client('ID');
  const again = new Promise((resolve) => void redis.once('ready', resolve));
  await server.call('CLIENT', 'KILL', 'ID', Number(id));
  await again;
  assert.notEqual(await redis.client('ID'), id);
});

test('ioredis: QUIT ends it', async () => {
  const redis = new Redis(server.ioredis);
  const isOver = new Promise((resolve) => void redis.once('end', resolve));
  assert.equal(await redis.quit(), 'OK');
  await isOver;
});

test('ioredis: a server that is closed is closed', async () => {
  const other = await createServer();
  const redis = new Redis({ ...other.ioredis, retryStrategy: () => null });
  redis.on('error', () => {});
  await redis.set('a', '1');
  const isOver = new Promise((resolve) => void redis.once('end', resolve));
  await other.close();
  await isOver;
  await assert.rejects(redis.get('a'), /Connection is closed/);
});

const PLACES: readonly [name: string, place: () => Parameters<typeof createClient>[0]][] = [
  ['a port', () => ({ url: server.url! })],
  ['the URL of a Unix socket', () => ({ url: `unix://${server.path}` })],
  ['a Unix socket', () => ({ socket: { path: server.path!, tls: false } })],
];

for (const [name, place] of PLACES) {
  test(`node-redis by ${name}`, async () => {
    const client = await createClient(place()).connect();
    const subscriber = await client.duplicate().connect();
    await client.set('a', 'x');
    assert.deepEqual(await Promise.all([client.get('a'), client.strLen('a')]), ['x', 1]);
    const message = new Promise((resolve) => void subscriber.subscribe('news', resolve));
    while ((await client.publish('news', 'hello')) === 0) await client.ping();
    assert.equal(await message, 'hello');
    await Promise.all([client.close(), subscriber.close()]);
  });

  test(`node-redis by ${name}: it comes back after CLIENT KILL`, async () => {
    const client = createClient(place()).on('error', () => {});
    await client.connect();
    const id = await client.clientId();
    const isBack = new Promise((resolve) => void client.once('ready', resolve));
    await server.call('CLIENT', 'KILL', 'ID', id);
    await isBack;
    assert.notEqual(await client.clientId(), id);
    client.destroy();
  });

  test(`node-redis by ${name}: a pool`, async () => {
    const pool = createClientPool(place(), { minimum: 2, maximum: 4 });
    await pool.connect();
    await pool.del('n');
    const counts = await Promise.all(Array.from({ length: 20 }, () => pool.incr('n')));
    assert.deepEqual(counts.toSorted(), Array.from({ length: 20 }, (_, i) => i + 1).toSorted());
    const id = await pool.execute((client) => client.clientId());
    assert.ok(id > 0);
    await pool.close();
  });
}
