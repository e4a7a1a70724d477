// ioredis against a started Redstart with hashes, lists, sets and sorted sets, small and large, and
// with clients that wait for them; over RESP2 and over RESP3.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Redis } from 'ioredis';
import { fileServer } from '../support/file-server.ts';

/** So many fields, items or members that they are packed, and so many that they are not. */
const COUNTS = [5, 1500];

const server = fileServer();

function connect(protocol: 2 | 3): Redis {
  const client = new Redis({ port: server.port, host: '127.0.0.1', protocol });
  client.on('error', () => {});
  server.endings.push(() => client.disconnect());
  return client;
}

function eachProtocol(name: string, run: (redis: Redis, other: Redis) => Promise<void>): void {
  for (const protocol of [2, 3] as const) {
    test(`ioredis: ${name} (RESP${protocol})`, { timeout: 20000 }, async () => {
      const redis = connect(protocol);
      await redis.flushall();
      await run(redis, connect(protocol));
    });
  }
}

/** `make` of 0, 1, 2 and so on. */
function list<T>(count: number, make: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

/** Resolves when so many clients wait. */
async function untilBlocked(redis: Redis, count: number): Promise<void> {
  for (;;) {
    const info = await redis.info('clients');
    if (info.includes(`blocked_clients:${count}\r\n`)) return;
  }
}

async function collect(stream: AsyncIterable<string[]>): Promise<string[]> {
  const all: string[] = [];
  for await (const page of stream) all.push(...page);
  return all;
}

eachProtocol('hashes', async (redis) => {
  for (const count of COUNTS) {
    const entries = Object.fromEntries(list(count, (i) => [`field:${i}`, `größe ${i}`]));
    await redis.del('h');
    assert.equal(await redis.hset('h', entries), count);
    assert.deepEqual({ ...(await redis.hgetall('h')) }, entries);
    assert.equal(await redis.hlen('h'), count);
    assert.deepEqual((await redis.hkeys('h')).sort(), Object.keys(entries).sort());
    assert.deepEqual((await redis.hvals('h')).sort(), Object.values(entries).sort());
    assert.deepEqual(await redis.hmget('h', 'field:1', 'none'), ['größe 1', null]);
    const pairs = await collect(redis.hscanStream('h', { match: 'field:*', count: 100 }));
    assert.equal(new Set(pairs.filter((_, i) => i % 2 === 0)).size, count);
    const drawn = [await redis.hrandfield('h', 3, 'WITHVALUES')].flat(2).map(String);
    assert.equal(drawn.length, 6);
    assert.equal(entries[drawn[0]], drawn[1]);
  }
  assert.equal(await redis.hmset('h', new Map([['a', '1']])), 'OK');
  assert.equal(await redis.hincrby('h', 'a', 41), 42);
  assert.equal(await redis.hincrbyfloat('h', 'a', 0.5), '42.5');
  assert.equal(await redis.hsetnx('h', 'a', 'x'), 0);
  assert.equal(await redis.hstrlen('h', 'a'), 4);
  assert.equal(await redis.hexists('h', 'none'), 0);
  assert.equal(await redis.hdel('h', 'a', 'none'), 1);
  assert.equal(await redis.hget('h', 'a'), null);
  assert.deepEqual(await redis.hgetall('none'), {});
  const bytes = Buffer.from([0, 255, 13, 10]);
  await redis.hset('h', bytes, bytes);
  assert.ok((await redis.hgetBuffer('h', bytes))?.equals(bytes));
});

eachProtocol('fields that expire', async (redis) => {
  await redis.hset('h', { a: '1', b: '2', c: '3' });
  assert.deepEqual(await redis.hexpire('h', 1000, 'FIELDS', 2, 'a', 'none'), [1, -2]);
  assert.deepEqual(await redis.hexpire('h', 10, 'GT', 'FIELDS', 2, 'a', 'b'), [0, 0]);
  const [ttl, none] = await redis.httl('h', 'FIELDS', 2, 'a', 'b');
  assert.ok(ttl > 990 && ttl <= 1000 && none === -1, `${ttl} ${none}`);
  const atMs = Date.now() + 500_000;
  assert.deepEqual(await redis.hpexpireat('h', atMs, 'FIELDS', 1, 'b'), [1]);
  assert.deepEqual(await redis.hpexpiretime('h', 'FIELDS', 1, 'b'), [atMs]);
  assert.deepEqual(await redis.hpersist('h', 'FIELDS', 2, 'a', 'c'), [1, -1]);
  assert.deepEqual(await redis.hpexpire('h', 5, 'FIELDS', 1, 'c'), [1]);
  while ((await redis.hlen('h')) > 2);
  assert.equal(await redis.hget('h', 'c'), null);
  assert.deepEqual(await redis.hexpireat('h', 1, 'FIELDS', 2, 'a', 'b'), [2, 2]);
  assert.equal(await redis.exists('h'), 0);
  await assert.rejects(
    redis.hexpire('h', 1000, 'FIELDS', 2, 'a'),
    /ERR The `numfields` parameter must match the number of arguments/,
  );
  assert.equal(await redis.call('HSETEX', 'g', 'EX', '100', 'FIELDS', '1', 'f', 'v'), 1);
  assert.deepEqual(await redis.call('HGETEX', 'g', 'PERSIST', 'FIELDS', '1', 'f'), ['v']);
  assert.deepEqual(await redis.call('HGETDEL', 'g', 'FIELDS', '1', 'f'), ['v']);
});

eachProtocol('lists', async (redis) => {
  for (const count of COUNTS) {
    const items = list(count, (i) => `item ${i}`);
    await redis.del('l');
    assert.equal(await redis.rpush('l', ...items), count);
    assert.deepEqual(await redis.lrange('l', 0, -1), items);
    assert.equal(await redis.lindex('l', -2), items[count - 2]);
    assert.equal(await redis.lpos('l', 'item 3'), 3);
    assert.equal(await redis.linsert('l', 'AFTER', 'item 1', 'new'), count + 1);
    assert.equal(await redis.lrem('l', 0, 'new'), 1);
    assert.equal(await redis.lset('l', 0, 'first'), 'OK');
    assert.deepEqual(await redis.lpop('l', 2), ['first', 'item 1']);
    assert.equal(await redis.rpop('l'), items[count - 1]);
    assert.equal(await redis.ltrim('l', 0, 0), 'OK');
    assert.deepEqual(await redis.lrange('l', 0, -1), ['item 2']);
    assert.equal(await redis.llen('l'), 1);
  }
  assert.equal(await redis.lmove('l', 'm', 'LEFT', 'RIGHT'), 'item 2');
  assert.equal(await redis.exists('l'), 0);
  assert.equal(await redis.rpoplpush('m', 'm'), 'item 2');
  assert.deepEqual(await redis.lmpop(2, 'l', 'm', 'LEFT', 'COUNT', 5), ['m', ['item 2']]);
  assert.equal(await redis.lmpop(1, 'm', 'LEFT'), null);
  assert.equal(await redis.lpushx('m', 'x'), 0);
  assert.equal(await redis.lpop('m', 2), null);
});

eachProtocol('sets', async (redis) => {
  for (const count of COUNTS) {
    const members = list(count, (i) => `member ${i}`);
    await redis.del('s', 't', 'numbers');
    assert.equal(await redis.sadd('s', ...members), count);
    assert.equal(await redis.sadd('numbers', ...list(count, (i) => i)), count);
    assert.deepEqual((await redis.smembers('s')).sort(), [...members].sort());
    assert.deepEqual(await redis.smismember('s', 'member 0', 'none'), [1, 0]);
    assert.equal((await redis.srandmember('s', 3)).length, 3);
    const met = await collect(redis.sscanStream('s', { count: 50 }));
    assert.equal(new Set(met).size, count);
    await redis.sadd('t', 'member 1', 'member 2', 'other');
    assert.deepEqual((await redis.sinter('s', 't')).sort(), ['member 1', 'member 2']);
    assert.deepEqual(await redis.sdiff('t', 's'), ['other']);
    assert.equal(await redis.sintercard(2, 's', 't', 'LIMIT', 1), 1);
    assert.equal(await redis.sunionstore('u', 's', 't'), count + 1);
    assert.equal((await redis.spop('u', count)).length, count);
    assert.equal(await redis.scard('u'), 1);
    assert.equal(await redis.smove('s', 't', 'member 3'), 1);
    assert.equal(await redis.srem('s', 'member 1', 'member 3'), 1);
    assert.equal(await redis.sismember('numbers', 4), 1);
  }
});

eachProtocol('sorted sets', async (redis) => {
  for (const count of COUNTS) {
    await redis.del('z');
    const pairs = list(count, (i) => [i / 4, `member ${i}`]).flat();
    assert.equal(await redis.zadd('z', ...pairs), count);
    const scores = await redis.zrange('z', '0', '2', 'WITHSCORES');
    assert.deepEqual(String(scores), 'member 0,0,member 1,0.25,member 2,0.5');
    assert.deepEqual(await redis.zrange('z', '(0.25', '0.75', 'BYSCORE'), ['member 2', 'member 3']);
    assert.deepEqual(await redis.zrevrange('z', -1, -1), ['member 0']);
    assert.equal(Number(await redis.zscore('z', 'member 3')), 0.75);
    assert.equal(await redis.zrank('z', 'member 4'), 4);
    assert.equal(await redis.zrevrank('z', 'member 4'), count - 5);
    assert.equal(await redis.zcount('z', '-inf', '(0.5'), 2);
    assert.equal(Number(await redis.zincrby('z', 10000, 'member 0')), 10000);
    assert.equal((await redis.zpopmax('z')).flat()[0], 'member 0');
    const met = await collect(redis.zscanStream('z', { count: 50 }));
    assert.equal(new Set(met.filter((_, i) => i % 2 === 0)).size, count - 1);
    assert.equal(await redis.zunionstore('u', 2, 'z', 'z', 'AGGREGATE', 'SUM'), count - 1);
    assert.equal(Number(await redis.zscore('u', 'member 4')), 2);
    assert.equal(await redis.zremrangebyrank('u', 0, -2), count - 2);
    assert.equal(await redis.zrangestore('v', 'z', 0, 1), 2);
  }
  assert.equal(await redis.zadd('z', 'GT', 'CH', 1, 'member 4', 2, 'member 4'), 1);
  assert.deepEqual((await redis.zmscore('z', 'member 4', 'none')).map(asNumber), [2, null]);
  assert.equal(await redis.zadd('z', Number.POSITIVE_INFINITY, 'last'), 1);
  assert.equal(asNumber(await redis.zscore('z', 'last')), Number.POSITIVE_INFINITY);
  assert.deepEqual(await redis.zrangebylex('none', '-', '+'), []);
  assert.equal(await redis.zscore('none', 'x'), null);
});

eachProtocol('clients that wait for lists', async (redis, other) => {
  const popped = other.blpop('a', 'b', 10);
  await untilBlocked(redis, 1);
  assert.equal(await redis.rpush('b', '1', '2'), 2);
  assert.deepEqual(await popped, ['b', '1']);
  assert.deepEqual(await other.brpop('a', 'b', 10), ['b', '2']);
  assert.equal(await other.blpop('a', 0.01), null);
  const moved = other.blmove('a', 'c', 'LEFT', 'RIGHT', 10);
  await untilBlocked(redis, 1);
  assert.deepEqual(await redis.multi().lpush('a', 'x').llen('a').exec(), [
    [null, 1],
    [null, 1],
  ]);
  assert.equal(await moved, 'x');
  const several = other.blmpop(10, 2, 'a', 'b', 'RIGHT', 'COUNT', 2);
  await untilBlocked(redis, 1);
  await redis.rename('c', 'b');
  assert.deepEqual(await several, ['b', ['x']]);
  const id = await other.client('ID');
  const ended = other.brpoplpush('a', 'b', 0);
  await untilBlocked(redis, 1);
  assert.equal(await redis.client('UNBLOCK', id, 'ERROR'), 1);
  await assert.rejects(ended, /UNBLOCKED client unblocked via CLIENT UNBLOCK/);
});

eachProtocol('clients that wait for sorted sets', async (redis, other) => {
  const popped = other.bzpopmin('z', 'y', 10);
  await untilBlocked(redis, 1);
  await redis.zadd('y', 1.5, 'a', 2, 'b');
  assert.deepEqual((await popped)?.map(String), ['y', 'a', '1.5']);
  assert.deepEqual((await other.bzpopmax('z', 'y', 10))?.map(String), ['y', 'b', '2']);
  assert.equal(await other.bzpopmin('z', 0.01), null);
  const several = other.bzmpop(10, 1, 'z', 'MIN', 'COUNT', 3);
  await untilBlocked(redis, 1);
  await redis.zadd('z', 1, 'one', 2, 'two');
  assert.deepEqual(String(await several), 'z,one,1,two,2');
});

eachProtocol('a queue between a hundred workers', async (redis, other) => {
  const workers = list(100, () => redis.duplicate());
  for (const worker of workers) server.endings.push(() => worker.disconnect());
  const taken = workers.map((worker) => worker.blpop('queue', 20));
  await untilBlocked(other, 100);
  await other.rpush('queue', ...list(100, (i) => `job ${i}`));
  const jobs = (await Promise.all(taken)).map((reply) => reply?.[1]);
  assert.equal(new Set(jobs).size, 100);
  assert.equal(await other.exists('queue'), 0);
});

/** RESP3 has numbers where RESP2 has their text. */
function asNumber(score: string | number | null): number | null {
  if (score === null) return null;
  return score === 'inf' ? Number.POSITIVE_INFINITY : Number(score);
}
