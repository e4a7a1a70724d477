// ioredis against a started Redstart, used as an application would, over RESP2 and over RESP3.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Redis } from 'ioredis';
import { fileServer } from '../support/file-server.ts';
import { startRedstart } from '../support/server.ts';

interface Options {
  protocol?: 2 | 3;
  db?: number;
  username?: string;
  password?: string;
  enableReadyCheck?: boolean;
  retryStrategy?: () => number | null;
  port?: number;
}

const server = fileServer();

function connect(options: Options): Redis {
  const address = { port: server.port, host: '127.0.0.1', connectionName: 'test' };
  const client = new Redis({ ...address, ...options });
  client.on('error', () => {});
  server.endings.push(() => client.disconnect());
  return client;
}

function eachProtocol(name: string, run: (redis: Redis, protocol: 2 | 3) => Promise<void>): void {
  for (const protocol of [2, 3] as const) {
    test(`ioredis: ${name} (RESP${protocol})`, async () => {
      const redis = connect({ protocol });
      await redis.flushall();
      await run(redis, protocol);
    });
  }
}

eachProtocol('the handshake names the client and the library', async (redis) => {
  assert.equal(await redis.client('GETNAME'), 'test');
  const info = String(await redis.client('INFO'));
  assert.match(info, / lib-name=ioredis/);
  assert.match(info, / lib-ver=\d+\./);
});

eachProtocol('strings and numbers', async (redis) => {
  assert.equal(await redis.set('k', 'v'), 'OK');
  assert.equal(await redis.get('k'), 'v');
  assert.equal(await redis.get('none'), null);
  assert.equal(await redis.set('k', 'w', 'EX', 100, 'NX'), null);
  assert.equal(await redis.set('k', 'w', 'EX', 100, 'XX'), 'OK');
  assert.deepEqual(await redis.mset({ a: '1', b: '2' }), 'OK');
  assert.deepEqual(await redis.mget('a', 'b', 'none'), ['1', '2', null]);
  assert.equal(await redis.incr('n'), 1);
  assert.equal(await redis.incrby('n', 41), 42);
  assert.equal(await redis.incrbyfloat('f', 1.5), '1.5');
  assert.equal(await redis.append('k', '!'), 2);
  assert.equal(await redis.del('a', 'b', 'none'), 2);
  assert.equal(await redis.exists('k', 'a'), 1);
  assert.equal(await redis.type('k'), 'string');
});

eachProtocol('expiry', async (redis) => {
  await redis.set('e', 'x');
  assert.equal(await redis.ttl('e'), -1);
  assert.equal(await redis.expire('e', 1000), 1);
  const ttl = await redis.ttl('e');
  assert.ok(ttl > 990 && ttl <= 1000, String(ttl));
  assert.equal(await redis.persist('e'), 1);
  assert.equal(await redis.ttl('none'), -2);
});

eachProtocol('unicode, binary and large values', async (redis) => {
  await redis.set('schlüssel', 'größe ✓');
  assert.equal(await redis.get('schlüssel'), 'größe ✓');
  const key = Buffer.from([0, 1, 13, 10, 255]);
  const value = Buffer.from(Array.from({ length: 3e6 }, (_, i) => (i * 31) & 0xff));
  assert.equal(await redis.set(key, value), 'OK');
  assert.ok((await redis.getBuffer(key))?.equals(value));
  assert.equal(await redis.strlen(key), value.length);
});

eachProtocol('a pipeline of 10,000', async (redis) => {
  const pipeline = redis.pipeline();
  for (let i = 0; i < 5000; i++) pipeline.set(`p:${i}`, String(i)).get(`p:${i}`);
  const results = await pipeline.exec();
  assert.equal(results?.length, 10000);
  results?.forEach(([error, result], i) => {
    assert.equal(error, null);
    assert.equal(result, i % 2 === 0 ? 'OK' : String((i - 1) / 2));
  });
});

eachProtocol('10,000 calls at once', async (redis) => {
  await redis.del('many');
  const results = await Promise.all(Array.from({ length: 10000 }, () => redis.incr('many')));
  assert.deepEqual(
    results,
    Array.from({ length: 10000 }, (_, i) => i + 1),
  );
});

eachProtocol('scanStream meets every key', async (_redis, protocol) => {
  const client = connect({ protocol, db: 5 });
  await client.mset(Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`scan:${i}`, 'x'])));
  await client.set('other', 'x');
  const keys = new Set<string>();
  for await (const page of client.scanStream({ match: 'scan:*', count: 100 })) {
    for (const key of page as string[]) keys.add(key);
  }
  assert.equal(keys.size, 2000);
  assert.equal((await client.keys('scan:*')).length, 2000);
});

eachProtocol('errors', async (redis) => {
  await redis.set('text', 'abc');
  await assert.rejects(redis.incr('text'), /ERR value is not an integer or out of range/);
  await assert.rejects(redis.call('NOPE', 'a'), /ERR unknown command 'NOPE'/);
  await assert.rejects(redis.call('GET'), /ERR wrong number of arguments for 'get' command/);
  await assert.rejects(redis.set('k', 'v', 'EX', 0), /ERR invalid expire time in 'set' command/);
  assert.equal(await redis.ping(), 'PONG');
});

eachProtocol('SELECT', async (redis, protocol) => {
  const client = connect({ protocol, db: 3 });
  await client.set('here', '3');
  assert.equal(await redis.get('here'), null);
  await client.select(4);
  assert.equal(await client.get('here'), null);
});

eachProtocol('INFO and the ready check', async (redis) => {
  assert.match(await redis.info(), /redis_version:7\.2\./);
  assert.match(await redis.info('server'), /redis_mode:standalone/);
});

eachProtocol('AUTH', async (_redis, protocol) => {
  const locked = await startRedstart(['--requirepass', 'secret']);
  const { port } = locked;
  const wrong = connect({ protocol, port, password: 'wrong', retryStrategy: () => null });
  await assert.rejects(wrong.get('k'));
  const none = connect({ protocol, port, enableReadyCheck: false });
  await assert.rejects(none.get('k'), /NOAUTH/);
  const right = connect({ protocol, port, username: 'default', password: 'secret' });
  assert.equal(await right.set('k', 'v'), 'OK');
  await locked.stop();
});

eachProtocol('comes back after its connection was killed', async (redis, protocol) => {
  const client = connect({ protocol, retryStrategy: () => 10 });
  const id = await client.client('ID');
  const again = new Promise((resolve) => client.once('reconnecting', resolve));
  assert.equal(await redis.client('KILL', 'ID', id), 1);
  await again;
  assert.equal(await client.set('after', 'x'), 'OK');
  assert.notEqual(await client.client('ID'), id);
});
