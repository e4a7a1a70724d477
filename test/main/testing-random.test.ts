// The random source of the test kit: with a seed all draws are made again, on another server, and
// on one that has done something else before.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestServer } from '../../src/main/testing/api.ts';
import { createTestServer } from '../../src/main/testing/create.ts';

const NAMES = Array.from({ length: 600 }, (_, i) => `member:${i}`);
const FEW = NAMES.slice(0, 12);
const PAIRS = NAMES.flatMap((name, i) => [name, i]);
const SCORES = NAMES.flatMap((name, i) => [i, name]);

type Line = readonly [name: string, ...args: (string | number)[]];

/** What a server is given, and what is drawn from it again and again. */
const DRAWS: readonly [given: readonly Line[], draw: Line][] = [
  [[['SADD', 's', ...FEW]], ['SPOP', 's']],
  [[['SADD', 's', ...NAMES]], ['SPOP', 's', 3]],
  [[['SADD', 's', ...NAMES.keys()]], ['SPOP', 's']],
  [[['SADD', 's', ...NAMES]], ['SRANDMEMBER', 's', -5]],
  [[['HSET', 'h', ...PAIRS.slice(0, 40)]], ['HRANDFIELD', 'h']],
  [[['HSET', 'h', ...PAIRS]], ['HRANDFIELD', 'h', 4]],
  [[['ZADD', 'z', ...SCORES]], ['ZRANDMEMBER', 'z', -4]],
  [NAMES.map((name) => ['SET', name, 1] as const), ['RANDOMKEY']],
  [[['SADD', 's', ...NAMES]], ['EVAL', "return redis.call('SPOP', 's', 2)", 0]],
];

async function drawn(server: TestServer, given: readonly Line[], draw: Line): Promise<unknown[]> {
  for (const line of given) await server.call(...line);
  server.random.seed(7);
  const replies: unknown[] = [];
  for (let i = 0; i < 20; i++) replies.push(await server.call(...draw));
  return replies;
}

for (const [given, draw] of DRAWS) {
  const [first] = given;
  test(`${draw.join(' ')} of ${first[0]} with ${first.length * given.length} words`, async () => {
    await using one = (await createTestServer()).ref();
    await using other = (await createTestServer()).ref();
    for (let i = 0; i < 300; i++) await other.call('SET', `other:${i}`, i);
    await other.call('SPOP', 'x');
    await other.reset();
    const replies = await drawn(one, given, draw);
    assert.deepEqual(await drawn(other, given, draw), replies);
    const texts = new Set(replies.map((reply) => JSON.stringify(reply)));
    assert.ok(texts.size > 1, 'nothing is drawn');
    const [name, ...args] = draw;
    assert.ok((await other.call(name, ...args)) !== undefined);
  });
}

test('another seed draws otherwise, and so does no seed', async () => {
  const firsts = new Set<string>();
  for (const options of [{ seed: 1 }, { seed: 2 }, { seed: 2 ** 32 - 1 }, {}, {}]) {
    await using server = (await createTestServer(options)).ref();
    await server.call('SADD', 's', ...NAMES);
    firsts.add(JSON.stringify(await server.call('SPOP', 's', 8)));
  }
  assert.equal(firsts.size, 5);
});

test('the same keys are evicted, one after the other', async () => {
  const told: string[][] = [];
  for (let round = 0; round < 2; round++) {
    const config = { 'maxmemory-policy': 'allkeys-random' } as const;
    await using server = (await createTestServer({ seed: 3, config })).ref();
    const keys: string[] = [];
    server.on('evicted', (key) => keys.push(key));
    for (const name of NAMES) await server.call('SET', name, 'x'.repeat(1000));
    await server.call('CONFIG', 'SET', 'maxmemory', 400_000);
    for (let i = 0; i < 1000 && keys.length < 50; i++) await server.call('PING');
    told.push(keys.slice(0, 50));
  }
  assert.equal(told[0].length, 50);
  assert.deepEqual(told[0], told[1]);
});

test('a seed is not what makes run IDs', async () => {
  const ids = new Set<unknown>();
  for (let round = 0; round < 2; round++) {
    await using server = (await createTestServer({ seed: 3 })).ref();
    ids.add(/run_id:(\w+)/.exec(await server.call<string>('INFO', 'server'))?.[1]);
  }
  assert.equal(ids.size, 2);
});

for (const seed of [-1, 1.5, 2 ** 32, Number.NaN, '7', null]) {
  test(`no seed: ${JSON.stringify(seed)}`, async () => {
    const code = 'ERR_BAD_CALL';
    await assert.rejects(createTestServer({ seed: seed as number }), { code });
    await using server = await createTestServer();
    assert.throws(() => server.random.seed(seed as number), { code });
  });
}

test('copies draw what their original would draw next', async () => {
  await using server = (await createTestServer({ seed: 5 })).ref();
  await server.call('SADD', 's', ...NAMES);
  await server.call('SPOP', 's');
  const snapshot = server.snapshot();
  await using copy = await server.fork();
  const next = await server.call('SRANDMEMBER', 's', 9);
  assert.deepEqual(await copy.call('SRANDMEMBER', 's', 9), next);
  await server.restore(snapshot);
  assert.deepEqual(await server.call('SRANDMEMBER', 's', 9), next);
});

test('reset: as it was made, whatever has been done to it', async () => {
  await using server = (await createTestServer({ data: { greeting: 'hello' }, seed: 4 })).ref();
  server.clock.freeze(0);
  server.faults.add({ error: 'ERR no' });
  await server.call('MSET', 'greeting', 'bye', 'other', 1);
  await server.call(
    'FUNCTION',
    'LOAD',
    "#!lua name=l\nredis.register_function('f', function() end)",
  );
  await server.call('CLIENT', 'PAUSE', 1e6);
  await server.reset();
  assert.deepEqual(await server.call('KEYS', '*'), ['greeting']);
  assert.equal(await server.call('GET', 'greeting'), 'hello');
  assert.deepEqual(await server.call('FUNCTION', 'LIST'), []);
  assert.ok(Math.abs(server.clock.now - Date.now()) < 10_000);
  await server.close();
  await assert.rejects(server.reset(), { code: 'ERR_CLOSED' });
});
