// DUMP of large values, in slices, while others change them: the payload is that of one moment.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Sliced } from '../support/sliced.ts';

const COUNT = 3000;
/** Bytes that LZF does not make less, of latin1 text. */
const NOISE = Array.from({ length: 400_000 }, (_, i) =>
  String.fromCharCode((Math.imul(i, 0x9e3779b1) ^ Math.imul(i * i, 0x85ebca6b)) >>> 24),
).join('');
const TEXT = 'the quick brown fox '.repeat(40_000);

function words(of: (index: number) => readonly string[]): string[] {
  return Array.from({ length: COUNT }, (_, i) => of(i)).flat();
}

const VALUES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  text: [['SET', 'k', TEXT]],
  noise: [['SET', 'k', NOISE]],
  hash: [['HSET', 'k', ...words((i) => [`field${i}`, `the value of ${i}`]), 'f', TEXT, TEXT, 'v']],
  'hash with deadlines': [
    ['HSET', 'k', ...words((i) => [`field${i}`, `value${i}`])],
    ['HEXPIREAT', 'k', '33000000000', 'FIELDS', '3', 'field1', 'field2', 'field3'],
  ],
  list: [['RPUSH', 'k', ...words((i) => [`item number ${i}`]), TEXT, NOISE]],
  set: [['SADD', 'k', ...words((i) => [`member number ${i}`]), TEXT]],
  'sorted set': [['ZADD', 'k', ...words((i) => [`${(i * 7) % 1000}`, `member number ${i}`])]],
  stream: Array.from({ length: 600 }, (_, i) => [
    'XADD',
    'k',
    `${i + 1}-1`,
    'f',
    `${i}${NOISE.slice(0, 900)}`,
  ]),
};

/** A stream whose entries are pending, and so many other keys that not all is verified always. */
const PREPARE =
  "for i = 1, 3000 do redis.call('XADD', 'k', i .. '-1', 'f', 'v') end " +
  "redis.call('XGROUP', 'CREATE', 'k', 'g', '0') " +
  "for name, count in pairs({ a = 1500, b = 1400 }) do redis.call('XREADGROUP', 'GROUP', 'g', " +
  "name, 'COUNT', count, 'STREAMS', 'k', '>') end " +
  "for i = 1, 500 do redis.call('SET', 'key' .. i, '') end";
const PENDING = [['EVAL', PREPARE, '0']];

function world(lines: readonly (readonly string[])[]): Sliced {
  const sliced = new Sliced([]);
  const { clock } = sliced.network.test;
  const { lookUs } = clock;
  clock.lookUs = 0;
  for (const line of lines) sliced.say(line);
  clock.lookUs = lookUs;
  return sliced;
}

/** The bytes of a string that was answered. */
function bytesOf(answer: string): string {
  const header = /^\$(\d+)\r\n/.exec(answer);
  assert.ok(header !== null, answer.slice(0, 100));
  const bytes = answer.slice(header[0].length, header[0].length + Number(header[1]));
  assert.equal(bytes.length, Number(header[1]));
  return bytes;
}

for (const [name, lines] of Object.entries(VALUES)) {
  test(`${name}: what was dumped in slices is restored as it was`, () => {
    const sliced = world(lines);
    sliced.ask('DUMP k\r\n');
    assert.ok(sliced.isBlocked, 'it was done at once');
    const { answer, turns } = sliced.finish();
    assert.ok(turns > 1, String(turns));
    const payload = bytesOf(answer);
    if (name === 'text') assert.ok(payload.length < TEXT.length / 10, String(payload.length));
    if (name === 'noise') assert.ok(payload.length > NOISE.length);
    sliced.network.test.clock.lookUs = 0;
    assert.equal(sliced.say(['RESTORE', 'copy', '0', payload]), '+OK');
    const [, value, copy] = sliced.say('DEBUG DIGEST-VALUE k copy').split('\r\n');
    assert.equal(copy, value);
  });
}

/** What others do meanwhile, and what is dumped then: it is not there, or as it is at the end. */
const MEANWHILE: readonly (readonly [line: string, isThere: boolean])[] = [
  ['HSET k new field', true],
  ['HDEL k field7', true],
  ['HDEL k field7; HSET k field7 again; HSET k field8 again', true],
  ['RENAME k other; RENAME other k', true],
  ['SET k string', true],
  ['DEL k', false],
  ['RENAME k other', false],
  ['PEXPIREAT k 1', false],
  ['FLUSHALL', false],
  ['SWAPDB 0 1', false],
];

/** What becomes of groups and IDs meanwhile. */
const OF_GROUPS = [
  'XSETID k 9000-1',
  'BGSAVE; XTRIM k MAXLEN 9000',
  'XACK k g 7-1',
  'XACK k g 1-1 2-1 3-1 4-1 5-1 6-1 7-1 8-1 9-1',
  'XCLAIM k g b 0 9-1 10-1 JUSTID',
  'XAUTOCLAIM k g c 0 0 COUNT 500',
  'XREADGROUP GROUP g a COUNT 50 STREAMS k >',
  'XREADGROUP GROUP g new COUNT 50 STREAMS k >',
  'XREADGROUP GROUP g a STREAMS k 0',
  'XGROUP SETID k g 5',
  'XGROUP DELCONSUMER k g a',
  'XGROUP CREATECONSUMER k g c',
  'XGROUP DESTROY k g',
  'XGROUP CREATE k another $',
  'BGSAVE; XACK k g 7-1; XREADGROUP GROUP g b COUNT 50 STREAMS k >',
];

for (const meanwhile of OF_GROUPS) {
  for (const turns of [0, 5]) {
    test(`a stream is dumped, and after ${turns} turns: ${meanwhile}`, () => {
      const sliced = world(PENDING);
      sliced.ask('DUMP k\r\n');
      sliced.turn(turns);
      assert.ok(sliced.isBlocked, 'it was done at once');
      for (const line of meanwhile.split('; ')) sliced.say(line);
      const payload = bytesOf(sliced.finish().answer);
      sliced.network.test.clock.lookUs = 0;
      assert.equal(payload, bytesOf(sliced.say('DUMP k')));
    });
  }
}

for (const [meanwhile, isThere] of MEANWHILE) {
  for (const turns of [0, 3]) {
    test(`a hash is dumped, and after ${turns} turns: ${meanwhile}`, () => {
      const sliced = world(VALUES.hash);
      sliced.ask('DUMP k\r\n');
      sliced.turn(turns);
      assert.ok(sliced.isBlocked, 'it was done at once');
      for (const line of meanwhile.split('; ')) sliced.say(line);
      const { answer } = sliced.finish();
      sliced.network.test.clock.lookUs = 0;
      if (!isThere) return assert.equal(answer, '$-1');
      sliced.say(['RESTORE', 'copy', '0', bytesOf(answer)]);
      const [, value, copy] = sliced.say('DEBUG DIGEST-VALUE k copy').split('\r\n');
      assert.equal(copy, value);
    });
  }
}

test('a hash that changes all the time is dumped in one go at last', () => {
  const sliced = world(VALUES.hash);
  sliced.ask('DUMP k\r\n');
  let turns = 0;
  for (; sliced.isBlocked; turns++) {
    assert.ok(turns < 100);
    sliced.say(`HSET k field${turns} changed`);
    sliced.turn();
  }
  assert.ok(turns > 2);
});

test('whoever goes leaves nothing behind', () => {
  const sliced = world(VALUES.hash);
  sliced.ask('DUMP k\r\n');
  sliced.turn(2);
  sliced.asker.connection.closed();
  assert.ok(!sliced.isBlocked);
  sliced.say('HSET k a b');
  sliced.turn(5);
});
