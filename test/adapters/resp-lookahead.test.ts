// Requests that are looked at before they run (engine/lookahead.ts) answer what they answer when
// they are not: commands of all kinds in one chunk, on collections that have a table and others.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ElementTable } from '../../src/domain/structures/elements/element-table.ts';
import { SeededRandom } from '../support/random.ts';
import { encodeCommand } from '../support/resp.ts';
import { answer, Network } from '../support/wire.ts';

const MEMBERS = 700;
const SEED = Number(process.env.REDSTART_RANDOM_SEED ?? Date.now() % 1e9);
const KEYS = ['set', 'hash', 'zset', 'few', 'string', 'none', 'x'.repeat(9000), ''];
/** `K` is a key, `M` a member, `N` a number. */
const COMMANDS = [
  'SADD K M',
  'SADD K M M M',
  'SADD K',
  'SREM K M',
  'SISMEMBER K M',
  'SMISMEMBER K M M',
  'SMOVE K K M',
  'SCARD K',
  'HSET K M N',
  'HSET K M',
  'HGET K M',
  'HDEL K M M',
  'HINCRBY K M N',
  'HLEN K',
  'ZADD K N M',
  'ZADD K N M N M',
  'ZINCRBY K N M',
  'ZSCORE K M',
  'ZREM K M',
  'ZRANGE K N N',
  'ZCARD K',
  'GET K',
  'DEL K',
  'UNLINK K K',
  'COPY K K REPLACE',
  'RENAME K K',
  'NOPE K M',
];
const MEMBER_SIZES = [0, 1, 9, 9, 9, 9, 300, 9000];

function fill(): Buffer {
  const numbers = Array.from({ length: MEMBERS }, (_, i) => `member:${i}`);
  return Buffer.concat([
    encodeCommand(['SADD', 'set', ...numbers]),
    encodeCommand(['HSET', 'hash', ...numbers.flatMap((name) => [name, 'value'])]),
    encodeCommand(['ZADD', 'zset', ...numbers.flatMap((name, i) => [`${i}`, name])]),
    encodeCommand(['SADD', 'few', 'member:1', 'member:2']),
    encodeCommand(['SET', 'string', 'member:1']),
  ]);
}

function randomCommand(random: SeededRandom): Buffer {
  const words = random.pick(COMMANDS).split(' ');
  return encodeCommand(
    words.map((word) => {
      if (word === 'K') return random.pick(KEYS);
      if (word === 'N') return `${random.below(MEMBERS)}`;
      if (word !== 'M') return word;
      const size = random.pick(MEMBER_SIZES);
      return `member:${random.below(MEMBERS)}`.padEnd(size, 'm').slice(0, size);
    }),
  );
}

test('lookahead: it changes no reply', () => {
  const ahead = new Network();
  const plain = new Network();
  ahead.server.lookahead.largeCount = 0;
  plain.server.lookahead.requestsMin = Number.POSITIVE_INFINITY;
  const random = new SeededRandom(SEED);
  for (let round = 0; round < 6; round++) {
    const chunk = Buffer.concat([
      fill(),
      ...Array.from({ length: 60 }, () => randomCommand(random)),
    ]);
    const replies = answer(ahead, chunk);
    assert.deepEqual(replies, answer(plain, chunk), `REDSTART_RANDOM_SEED=${SEED} round ${round}`);
    assert.equal(replies.isOver, false);
    ahead.server.keyspace.verify();
  }
});

/** Which commands in a chunk have their members looked for; `largeCount` is a bound. */
for (const { name, command, largeCount, expected } of [
  { name: 'of a set', command: ['SISMEMBER', 'set', 'member:5'], largeCount: 700, expected: 16 },
  { name: 'of a hash', command: ['HGET', 'hash', 'member:5'], largeCount: 700, expected: 16 },
  { name: 'of a zset', command: ['ZADD', 'zset', '1', 'member:5'], largeCount: 700, expected: 16 },
  { name: 'ZSCORE', command: ['ZSCORE', 'zset', 'member:5'], largeCount: 700, expected: 16 },
  { name: 'none given', command: ['SCARD', 'set'], largeCount: 700, expected: 0 },
  { name: 'too few', command: ['SISMEMBER', 'set', 'member:5'], largeCount: 701, expected: 0 },
  { name: 'packed', command: ['SISMEMBER', 'few', 'member:2'], largeCount: 0, expected: 0 },
]) {
  test(`lookahead: members are looked for: ${name}`, () => {
    const network = new Network();
    const { lookahead } = network.server;
    answer(network, fill());
    lookahead.largeCount = largeCount;
    const { table } = lookahead as unknown as { table: ElementTable };
    let found = 0;
    const prefetch = table.prefetch.bind(table);
    table.prefetch = (roots, hashes, count, elements) => {
      prefetch(roots, hashes, count, elements);
      for (let i = 0; i < count; i++) if (elements[i] !== 0) found++;
    };
    answer(network, Buffer.concat(Array.from({ length: 16 }, () => encodeCommand(command))));
    assert.equal(found, expected);
  });
}
