// node-redis against a started Redstart, over RESP2 and over RESP3.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { createClient, RESP_TYPES } from 'redis';
import { fileServer } from '../support/file-server.ts';
import { startRedstart } from '../support/server.ts';

/** The client gives a call up after 5 s, which a busy machine can take for thousands at once. */
const TIMEOUT_MS = 120000;

const server = fileServer();

function make(resp: 2 | 3, options: { password?: string; database?: number; port?: number } = {}) {
  const { port = server.port, ...rest } = options;
  const socket = { port, host: '127.0.0.1', reconnectStrategy: () => 10 };
  const commandOptions = { timeout: TIMEOUT_MS };
  const client = createClient({ RESP: resp, socket, name: `test${resp}`, commandOptions, ...rest });
  client.on('error', () => {});
  server.endings.push(() => {
    if (client.isOpen) client.destroy();
  });
  return client;
}

type Client = ReturnType<typeof make>;

function eachProtocol(name: string, run: (client: Client, resp: 2 | 3) => Promise<void>): void {
  for (const resp of [2, 3] as const) {
    test(`node-redis: ${name} (RESP${resp})`, async () => {
      const client = make(resp);
      await client.connect();
      await client.flushDb();
      await run(client, resp);
    });
  }
}

eachProtocol('the handshake', async (client, resp) => {
  assert.equal(await client.clientGetName(), `test${resp}`);
  const info = await client.clientInfo();
  assert.equal(info.name, `test${resp}`);
  assert.equal(info.resp, resp);
  assert.equal(info.libName?.startsWith('node-redis'), true);
  assert.match(info.libVer ?? '', /^\d+\./);
});

eachProtocol('strings and numbers', async (client) => {
  assert.equal(await client.set('k', 'v'), 'OK');
  assert.equal(await client.get('k'), 'v');
  assert.equal(await client.get('none'), null);
  assert.equal(await client.set('k', 'w', { condition: 'NX' }), null);
  assert.equal(await client.set('k', 'w', { GET: true }), 'v');
  assert.equal(await client.mSet({ a: '1', b: '2' }), 'OK');
  assert.deepEqual(await client.mGet(['a', 'b', 'none']), ['1', '2', null]);
  assert.equal(await client.incr('n'), 1);
  assert.equal(await client.incrBy('n', 41), 42);
  assert.equal(await client.incrByFloat('f', 1.5), '1.5');
  assert.equal(await client.getDel('n'), '42');
  assert.equal(await client.del(['a', 'b', 'none']), 2);
  assert.equal(await client.exists(['k', 'a']), 1);
  assert.equal(await client.type('k'), 'string');
  assert.equal(await client.lcsLen('k', 'k'), 1);
});

eachProtocol('replies that differ between the protocols', async (client) => {
  await client.mSet({ x: 'ohmytext', y: 'mynewtext' });
  const lcs = await client.lcsIdx('x', 'y');
  assert.equal(lcs.len, 6);
  assert.equal(lcs.matches.length, 2);
  assert.equal((await client.configGet('maxclients')).maxclients, '10000');
  assert.equal((await client.commandInfo(['get']))[0]?.name, 'get');
  assert.match(await client.info('server'), /redis_version:7\.2\./);
  assert.ok((await client.time())[0]);
});

eachProtocol('expiry', async (client) => {
  await client.set('e', 'x', { expiration: { type: 'EX', value: 1000 } });
  const ttl = await client.ttl('e');
  assert.ok(ttl > 990 && ttl <= 1000, String(ttl));
  assert.equal(await client.persist('e'), 1);
  assert.equal(await client.ttl('e'), -1);
  assert.equal(await client.pExpire('e', 500000), 1);
  assert.equal(await client.expire('e', 10, 'GT'), 0);
});

eachProtocol('binary and large values', async (client) => {
  const binary = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  const key = Buffer.from([0, 1, 13, 10, 255]);
  const value = Buffer.from(Array.from({ length: 3e6 }, (_, i) => (i * 31) & 0xff));
  await client.set(key, value);
  const reply = await binary.get(key);
  assert.ok(Buffer.isBuffer(reply) && reply.equals(value));
  await client.set('schlüssel', 'größe ✓');
  assert.equal(await client.get('schlüssel'), 'größe ✓');
});

eachProtocol('10,000 calls at once', async (client) => {
  const calls = Array.from({ length: 5000 }, (_, i) => [
    client.set(`p:${i}`, String(i)),
    client.get(`p:${i}`),
  ]);
  const results = await Promise.all(calls.flat());
  assert.equal(results.length, 10000);
  results.forEach((result, i) => {
    assert.equal(result, i % 2 === 0 ? 'OK' : String((i - 1) / 2));
  });
});

eachProtocol('scanIterator meets every key', async (client) => {
  const pairs = Array.from({ length: 2000 }, (_, i) => [`scan:${i}`, 'x'] as [string, string]);
  await client.mSet(pairs);
  await client.set('other', 'x');
  const keys = new Set<string>();
  for await (const page of client.scanIterator({ MATCH: 'scan:*', COUNT: 100 })) {
    for (const key of page) keys.add(key);
  }
  assert.equal(keys.size, 2000);
  assert.equal((await client.keys('scan:*')).length, 2000);
});

eachProtocol('errors', async (client) => {
  await client.set('text', 'abc');
  await assert.rejects(client.incr('text'), /ERR value is not an integer or out of range/);
  await assert.rejects(client.sendCommand(['NOPE', 'a']), /ERR unknown command 'NOPE'/);
  await assert.rejects(client.sendCommand(['GET']), /ERR wrong number of arguments for 'get'/);
  assert.equal(await client.ping(), 'PONG');
});

eachProtocol('databases', async (client, resp) => {
  const other = make(resp, { database: 3 });
  await other.connect();
  await other.set('here', '3');
  assert.equal(await client.get('here'), null);
  await client.select(3);
  assert.equal(await client.get('here'), '3');
});

eachProtocol('AUTH', async (_client, resp) => {
  const locked = await startRedstart(['--requirepass', 'secret']);
  const right = make(resp, { password: 'secret', port: locked.port });
  await right.connect();
  assert.equal(await right.set('k', 'v'), 'OK');
  const wrong = make(resp, { password: 'wrong', port: locked.port });
  const failed = once(wrong, 'error');
  wrong.connect().catch(() => {});
  assert.match(String((await failed)[0]), /WRONGPASS/);
  wrong.destroy();
  await locked.stop();
});

eachProtocol('comes back after its connection was killed', async (client, resp) => {
  const other = make(resp);
  await other.connect();
  const id = await client.clientId();
  const again = new Promise((resolve) => client.once('ready', () => resolve(null)));
  assert.equal(await other.clientKill({ filter: 'ID', id }), 1);
  await again;
  assert.equal(await client.set('after', 'x'), 'OK');
  assert.notEqual(await client.clientId(), id);
});
