// node-redis against a started Redstart with hashes, lists, sets and sorted sets, small and large,
// and with clients that wait for them; over RESP2 and over RESP3, of which the library makes the
// same values.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from 'redis';
import { fileServer } from '../support/file-server.ts';

/** So many fields, items or members that they are packed, and so many that they are not. */
const COUNTS = [5, 1500];

const server = fileServer();

async function connect(resp: 2 | 3) {
  const client = createClient({ RESP: resp, socket: { port: server.port, host: '127.0.0.1' } });
  client.on('error', () => {});
  server.endings.push(() => {
    if (client.isOpen) client.destroy();
  });
  await client.connect();
  return client;
}

type Client = Awaited<ReturnType<typeof connect>>;

function eachProtocol(name: string, run: (client: Client, other: Client) => Promise<void>): void {
  for (const resp of [2, 3] as const) {
    test(`node-redis: ${name} (RESP${resp})`, { timeout: 20000 }, async () => {
      const client = await connect(resp);
      await client.flushAll();
      await run(client, await connect(resp));
    });
  }
}

/** `make` of 0, 1, 2 and so on. */
function list<T>(count: number, make: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

/** Resolves when so many clients wait. */
async function untilBlocked(client: Client, count: number): Promise<void> {
  for (;;) {
    const info = await client.info('clients');
    if (info.includes(`blocked_clients:${count}\r\n`)) return;
  }
}

async function collect<T>(pages: AsyncIterable<T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}

eachProtocol('hashes', async (client) => {
  for (const count of COUNTS) {
    const entries = Object.fromEntries(list(count, (i) => [`field:${i}`, `größe ${i}`]));
    await client.del('h');
    assert.equal(await client.hSet('h', entries), count);
    assert.deepEqual({ ...(await client.hGetAll('h')) }, entries);
    assert.equal(await client.hLen('h'), count);
    assert.deepEqual((await client.hKeys('h')).sort(), Object.keys(entries).sort());
    assert.deepEqual(await client.hmGet('h', ['field:1', 'none']), ['größe 1', null]);
    const met = await collect(client.hScanIterator('h', { MATCH: 'field:*', COUNT: 100 }));
    assert.deepEqual(Object.fromEntries(met.map(({ field, value }) => [field, value])), entries);
    const drawn = await client.hRandFieldCountWithValues('h', 3);
    assert.equal(drawn?.length, 3);
    assert.equal(entries[`${drawn?.[0].field}`], drawn?.[0].value);
  }
  assert.equal(await client.hIncrBy('h', 'n', 42), 42);
  assert.equal(await client.hIncrByFloat('h', 'n', 0.5), '42.5');
  assert.equal(await client.hSetNX('h', 'n', 'x'), 0);
  assert.equal(await client.hExists('h', 'n'), 1);
  assert.equal(await client.hDel('h', ['n', 'none']), 1);
  assert.equal(await client.hGet('h', 'n'), null);
  assert.deepEqual({ ...(await client.hGetAll('none')) }, {});
});

eachProtocol('fields that expire', async (client) => {
  await client.hSet('h', { a: '1', b: '2', c: '3' });
  assert.deepEqual(await client.hExpire('h', ['a', 'none'], 1000), [1, -2]);
  assert.deepEqual(await client.hExpire('h', ['a', 'b'], 10, 'GT'), [0, 0]);
  const [ttl, none] = (await client.hTTL('h', ['a', 'b'])) ?? [];
  assert.ok(ttl > 990 && ttl <= 1000 && none === -1, `${ttl} ${none}`);
  const atMs = Date.now() + 500_000;
  assert.deepEqual(await client.hpExpireAt('h', 'b', atMs), [1]);
  assert.deepEqual(await client.hpExpireTime('h', 'b'), [atMs]);
  assert.deepEqual(await client.hPersist('h', ['a', 'c']), [1, -1]);
  assert.deepEqual(await client.hpExpire('h', 'c', 5), [1]);
  while ((await client.hLen('h')) > 2);
  assert.deepEqual(await client.hmGet('h', ['a', 'b', 'c']), ['1', '2', null]);
  assert.deepEqual(await client.hExpireAt('h', ['a', 'b'], 1), [2, 2]);
  assert.equal(await client.exists('h'), 0);
  const expiration = { type: 'EX', value: 100 } as const;
  assert.equal(await client.hSetEx('g', { f: 'v', e: 'w' }, { mode: 'FNX', expiration }), 1);
  assert.deepEqual(await client.hGetEx('g', ['f'], { expiration: 'PERSIST' }), ['v']);
  assert.deepEqual(await client.hTTL('g', ['f', 'e']), [-1, 100]);
  assert.deepEqual(await client.hGetDel('g', ['f', 'none']), ['v', null]);
  assert.deepEqual(await client.hKeys('g'), ['e']);
});

eachProtocol('lists', async (client) => {
  for (const count of COUNTS) {
    const items = list(count, (i) => `item ${i}`);
    await client.del('l');
    assert.equal(await client.rPush('l', items), count);
    assert.deepEqual(await client.lRange('l', 0, -1), items);
    assert.equal(await client.lIndex('l', -2), items[count - 2]);
    assert.equal(await client.lPos('l', 'item 3'), 3);
    assert.deepEqual(await client.lPosCount('l', 'item 3', 0), [3]);
    assert.equal(await client.lInsert('l', 'AFTER', 'item 1', 'new'), count + 1);
    assert.equal(await client.lRem('l', 0, 'new'), 1);
    assert.equal(await client.lSet('l', 0, 'first'), 'OK');
    assert.deepEqual(await client.lPopCount('l', 2), ['first', 'item 1']);
    assert.equal(await client.rPop('l'), items[count - 1]);
    assert.equal(await client.lTrim('l', 0, 0), 'OK');
    assert.equal(await client.lLen('l'), 1);
  }
  assert.equal(await client.lMove('l', 'm', 'LEFT', 'RIGHT'), 'item 2');
  assert.deepEqual(await client.lmPop(['l', 'm'], 'LEFT', { COUNT: 5 }), ['m', ['item 2']]);
  assert.equal(await client.lmPop('m', 'LEFT'), null);
  assert.equal(await client.lPopCount('m', 2), null);
  assert.equal(await client.exists(['l', 'm']), 0);
});

eachProtocol('sets', async (client) => {
  for (const count of COUNTS) {
    const members = list(count, (i) => `member ${i}`);
    await client.del(['s', 't', 'numbers']);
    assert.equal(await client.sAdd('s', members), count);
    assert.equal(await client.sAdd('numbers', list(count, String)), count);
    assert.deepEqual((await client.sMembers('s')).sort(), [...members].sort());
    assert.deepEqual(await client.smIsMember('s', ['member 0', 'none']), [1, 0]);
    assert.equal((await client.sRandMemberCount('s', 3)).length, 3);
    const met = await collect(client.sScanIterator('s', { COUNT: 50 }));
    assert.equal(new Set(met).size, count);
    await client.sAdd('t', ['member 1', 'member 2', 'other']);
    assert.deepEqual((await client.sInter(['s', 't'])).sort(), ['member 1', 'member 2']);
    assert.deepEqual(await client.sDiff(['t', 's']), ['other']);
    assert.equal(await client.sInterCard(['s', 't'], { LIMIT: 1 }), 1);
    assert.equal(await client.sUnionStore('u', ['s', 't']), count + 1);
    assert.equal((await client.sPopCount('u', count)).length, count);
    assert.equal(await client.sCard('u'), 1);
    assert.equal(await client.sMove('s', 't', 'member 3'), 1);
    assert.equal(await client.sRem('s', ['member 1', 'member 3']), 1);
    assert.equal(await client.sIsMember('numbers', '4'), 1);
  }
});

eachProtocol('sorted sets', async (client) => {
  for (const count of COUNTS) {
    const members = list(count, (i) => ({ score: i / 4, value: `member ${i}` }));
    await client.del('z');
    assert.equal(await client.zAdd('z', members), count);
    assert.deepEqual(plain(await client.zRangeWithScores('z', 0, 2)), members.slice(0, 3));
    const middle = await client.zRange('z', '(0.25', '0.75', { BY: 'SCORE' });
    assert.deepEqual(middle, ['member 2', 'member 3']);
    assert.deepEqual(await client.zRange('z', 0, 0, { REV: true }), [`member ${count - 1}`]);
    assert.equal(await client.zScore('z', 'member 3'), 0.75);
    assert.equal(await client.zRank('z', 'member 4'), 4);
    assert.deepEqual({ ...(await client.zRankWithScore('z', 'member 4')) }, { rank: 4, score: 1 });
    assert.equal(await client.zCount('z', '-inf', '(0.5'), 2);
    assert.equal(await client.zIncrBy('z', 10000, 'member 0'), 10000);
    const popped = await client.zPopMax('z');
    assert.deepEqual({ ...popped }, { score: 10000, value: 'member 0' });
    const met = await collect(client.zScanIterator('z', { COUNT: 50 }));
    assert.deepEqual(
      plain(met).sort((a, b) => a.score - b.score),
      members.slice(1),
    );
    const weighted = [
      { key: 'z', weight: 1 },
      { key: 'z', weight: 2 },
    ] as const;
    assert.equal(await client.zUnionStore('u', [...weighted]), count - 1);
    assert.equal(await client.zScore('u', 'member 4'), 3);
    const inBoth = await client.zInterWithScores(['z', 'u'], { AGGREGATE: 'MAX' });
    assert.deepEqual(plain(inBoth)[0], { score: 0.75, value: 'member 1' });
    assert.deepEqual(plain(await client.zDiffWithScores(['z', 'none'])), members.slice(1));
    assert.equal(await client.zRemRangeByRank('u', 0, -2), count - 2);
  }
  const options = { comparison: 'GT', CH: true } as const;
  assert.equal(await client.zAdd('z', { score: 2, value: 'member 4' }, options), 1);
  assert.equal(await client.zAddIncr('z', { score: 2, value: 'member 4' }), 4);
  assert.deepEqual(await client.zmScore('z', ['member 4', 'none']), [4, null]);
  const infinite = { score: Number.POSITIVE_INFINITY, value: 'last' };
  assert.equal(await client.zAdd('z', infinite), 1);
  assert.equal(await client.zScore('z', 'last'), Number.POSITIVE_INFINITY);
  const first = await client.zmPop('z', 'MAX');
  assert.deepEqual([first?.key, plain(first?.members ?? [])], ['z', [infinite]]);
  assert.equal((await client.zRandMemberCountWithScores('z', 3)).length, 3);
  assert.equal(await client.zPopMin('none'), null);
});

eachProtocol('clients that wait for lists', async (client, other) => {
  const popped = other.blPop(['a', 'b'], 10);
  await untilBlocked(client, 1);
  assert.equal(await client.rPush('b', ['1', '2']), 2);
  assert.deepEqual({ ...(await popped) }, { key: 'b', element: '1' });
  assert.deepEqual({ ...(await other.brPop(['a', 'b'], 10)) }, { key: 'b', element: '2' });
  assert.equal(await other.blPop('a', 0.01), null);
  const moved = other.blMove('a', 'c', 'LEFT', 'RIGHT', 10);
  await untilBlocked(client, 1);
  assert.deepEqual(await client.multi().lPush('a', 'x').lLen('a').exec(), [1, 1]);
  assert.equal(await moved, 'x');
  const several = other.blmPop(10, ['a', 'b'], 'RIGHT', { COUNT: 2 });
  await untilBlocked(client, 1);
  await client.rename('c', 'b');
  assert.deepEqual(await several, ['b', ['x']]);
  const id = await other.clientId();
  const ended = other.brPopLPush('a', 'b', 0);
  await untilBlocked(client, 1);
  assert.equal(await client.sendCommand(['CLIENT', 'UNBLOCK', String(id), 'ERROR']), 1);
  await assert.rejects(ended, /UNBLOCKED client unblocked via CLIENT UNBLOCK/);
});

eachProtocol('clients that wait for sorted sets', async (client, other) => {
  const popped = other.bzPopMin(['z', 'y'], 10);
  await untilBlocked(client, 1);
  await client.zAdd('y', [
    { score: 1.5, value: 'a' },
    { score: 2, value: 'b' },
  ]);
  assert.deepEqual({ ...(await popped) }, { key: 'y', value: 'a', score: 1.5 });
  const last = await other.bzPopMax(['z', 'y'], 10);
  assert.deepEqual({ ...last }, { key: 'y', value: 'b', score: 2 });
  assert.equal(await other.bzPopMin('z', 0.01), null);
  const several = other.bzmPop(10, 'z', 'MIN', { COUNT: 3 });
  await untilBlocked(client, 1);
  const members = [
    { score: 1, value: 'one' },
    { score: 2, value: 'two' },
  ];
  await client.zAdd('z', members);
  const reply = await several;
  assert.deepEqual([reply?.key, plain(reply?.members ?? [])], ['z', members]);
});

eachProtocol('a queue between a hundred workers', async (client, other) => {
  const workers = await Promise.all(list(100, () => client.duplicate().connect()));
  for (const worker of workers) server.endings.push(() => worker.destroy());
  const taken = workers.map((worker) => worker.blPop('queue', 20));
  await untilBlocked(other, 100);
  await other.rPush(
    'queue',
    list(100, (i) => `job ${i}`),
  );
  const jobs = (await Promise.all(taken)).map((reply) => reply?.element);
  assert.equal(new Set(jobs).size, 100);
  assert.equal(await other.exists('queue'), 0);
});

/** Members without the library's prototypes. */
function plain(members: readonly { score: unknown; value: unknown }[]) {
  return members.map(({ score, value }) => ({ score: Number(score), value: String(value) }));
}
