// server.call(): what replies become, and how calls stand to each other.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Argument, Reply } from '../../src/main/embed/api.ts';
import { ReplyError } from '../../src/main/embed/errors.ts';
import { createServer } from '../../src/main/embed.ts';

const server = await createServer();
after(() => server.close());

const NESTED = 'return {1, "two", {3.5, false}, redis.error_reply("BAD luck")}';
const HUGE = '9223372036854775807';

/** Called one after the other. */
const CALLS: readonly [call: readonly [string, ...Argument[]], reply: Reply][] = [
  [['SET', 'text', 'gr\u00fc\u00dfe \u{1f426}'], 'OK'],
  [['GET', 'text'], 'gr\u00fc\u00dfe \u{1f426}'],
  [['GET', 'nothing'], null],
  [['STRLEN', 'text'], 12],
  [['SET', 'n', 41], 'OK'],
  [['INCR', 'n'], 42],
  [['SET', 'n', HUGE], 'OK'],
  [['INCRBY', 'n', 0], BigInt(HUGE)],
  [['HSET', 'h', 'a', 1, '__proto__', 2], 2],
  [['HGETALL', 'h'], Object.fromEntries([...Object.entries({ a: '1' }), ['__proto__', '2']])],
  [['SADD', 's', 'x'], 1],
  [['SMEMBERS', 's'], ['x']],
  [['ZADD', 'z', 1.5, 'm'], 1],
  [['ZSCORE', 'z', 'm'], 1.5],
  [['ZRANGE', 'z', 0, -1, 'WITHSCORES'], [['m', 1.5]]],
  [['SISMEMBER', 's', 'x'], 1],
  [['LRANGE', 'nothing', 0, -1], []],
  [['BLPOP', 'nothing', 0.01], null],
  [['SET', Buffer.from([0xff, 0]), new Uint8Array([0, 0xff])], 'OK'],
  [['STRLEN', Buffer.from([0xff, 0])], 2],
  [
    ['EVAL', NESTED, 0],
    [1, 'two', [3, null], new ReplyError('BAD luck')],
  ],
];

for (const [[name, ...args], reply] of CALLS) {
  test(`${name} ${args.join(' ')}`, async () => {
    assert.deepEqual(await server.call(name, ...args), reply);
  });
}

test('a buffer is a buffer', async () => {
  await server.call('SET', 'bytes', new Uint8Array([0, 255, 13, 10]));
  assert.deepEqual(await server.callBuffer('GET', 'bytes'), Buffer.from([0, 255, 13, 10]));
  assert.equal(await server.callBuffer('STRLEN', 'bytes'), 4);
});

const REFUSED: readonly [call: readonly [string, ...unknown[]], code: string, message: RegExp][] = [
  [['LPUSH', 'text', 'a'], 'WRONGTYPE', /^WRONGTYPE Operation against a key/],
  [['GET'], 'ERR', /^ERR wrong number of arguments for 'get' command$/],
  [['NOSUCH'], 'ERR', /^ERR unknown command 'NOSUCH'/],
  [['SUBSCRIBE', 'a'], 'ERR_BAD_CALL', /^SUBSCRIBE needs a connection of its own: use connect/],
  [['monitor'], 'ERR_BAD_CALL', /^monitor needs a connection/],
  [['CLIENT', 'REPLY', 'OFF'], 'ERR_BAD_CALL', /^CLIENT needs a connection/],
  [['SET', 'a', null], 'ERR_BAD_CALL', /^an argument is a string, a number or bytes, not object$/],
  [['SET', 'a', undefined], 'ERR_BAD_CALL', /not undefined$/],
];

for (const [[name, ...args], code, message] of REFUSED) {
  test(`refused: ${name} ${args.join(' ')}`, async () => {
    await assert.rejects(server.call(name, ...(args as Argument[])), { code, message });
    assert.equal(await server.call('PING'), 'PONG');
  });
}

test('who waits keeps nobody waiting', async () => {
  const popped = server.call('BLPOP', 'queue', 0);
  assert.equal(await server.call('PING'), 'PONG');
  assert.equal(await server.call('RPUSH', 'queue', 'job'), 1);
  assert.deepEqual(await popped, ['queue', 'job']);
});

test('calls run in their order, and a transaction is one connection', async () => {
  const calls = [['MULTI'], ['SET', 'm', 1], ['INCR', 'm'], ['EXEC']] as const;
  const replies = await Promise.all(calls.map(([name, ...args]) => server.call(name, ...args)));
  assert.deepEqual(replies, ['OK', 'QUEUED', 'QUEUED', ['OK', 2]]);
});

test('many at once, and large ones', async () => {
  const counts = await Promise.all(Array.from({ length: 1000 }, () => server.call('INCR', 'many')));
  assert.deepEqual(
    counts,
    counts.map((_, index) => index + 1),
  );
  const large = 'x'.repeat(3_000_000);
  assert.equal(await server.call('SET', 'large', large), 'OK');
  assert.equal(await server.call('GET', 'large'), large);
});

test('a connection that was killed is another one', async () => {
  const [, id] = /id=(\d+)/.exec(await server.call<string>('CLIENT', 'LIST')) ?? [];
  await assert.rejects(
    Promise.all([server.call('CLIENT', 'KILL', 'ID', id!, 'SKIPME', 'no'), server.call('PING')]),
  );
  assert.equal(await server.call('PING'), 'PONG');
});

test('a password is for others', async () => {
  const locked = await createServer({ port: 0, config: { requirepass: 'secret' } });
  assert.equal(await locked.call('PING'), 'PONG');
  const stream = locked.connect();
  stream.write('PING\r\n');
  const [reply] = (await stream.take(1).toArray()) as [Buffer];
  assert.match(reply.toString(), /^-NOAUTH/);
  await locked.close();
});

test('very many calls at once', async () => {
  const calls = Array.from({ length: 150_000 }, (_, i) => server.call('ECHO', i));
  const replies = await Promise.all(calls);
  assert.ok(replies.every((reply, i) => reply === String(i)));
});
