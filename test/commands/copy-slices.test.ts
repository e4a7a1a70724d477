// COPY of large values, in slices, while others have their turns: the copy is that of one moment,
// the end, and nobody sees less of it before.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecordedEffects } from '../support/effects.ts';
import { Sliced } from '../support/sliced.ts';

const COUNT = 3000;

function words(of: (index: number) => readonly string[]): string[] {
  return Array.from({ length: COUNT }, (_, i) => of(i)).flat();
}

const STREAM =
  "for i = 1, 3000 do redis.call('XADD', 'k', i .. '-1', 'f', 'v' .. i) end " +
  "redis.call('XDEL', 'k', '7-1') redis.call('XGROUP', 'CREATE', 'k', 'g', '0') " +
  "redis.call('XGROUP', 'CREATE', 'k', 'h', '5-1') redis.call('XGROUP', 'CREATECONSUMER', 'k', " +
  "'h', 'idle') for name, count in pairs({ a = 1500, b = 1400 }) do redis.call('XREADGROUP', " +
  "'GROUP', 'g', name, 'COUNT', count, 'STREAMS', 'k', '>') end";

const VALUES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  hash: [
    ['HSET', 'k', ...words((i) => [`field${i}`, `the value of ${i}`])],
    ['HEXPIREAT', 'k', '33000000000', 'FIELDS', '3', 'field1', 'field2', 'field3'],
  ],
  list: [['RPUSH', 'k', ...words((i) => [`item number ${i} ${'of many'.repeat(30)}`])]],
  set: [['SADD', 'k', ...words((i) => [`member number ${i}`])]],
  'sorted set': [['ZADD', 'k', ...words((i) => [`${(i * 7) % 1000}`, `member number ${i}`])]],
  stream: [['EVAL', STREAM, '0']],
};

function world(name: string): Sliced {
  const sliced = new Sliced([]);
  const { clock } = sliced.network.test;
  const { lookUs } = clock;
  clock.lookUs = 0;
  for (const line of VALUES[name]) sliced.say(line);
  clock.lookUs = lookUs;
  return sliced;
}

function ask(sliced: Sliced, line: string, turns: number): void {
  sliced.ask(`${line}\r\n`);
  sliced.turn(turns);
  assert.ok(sliced.isBlocked, 'it was done at once');
}

/** Are they the same, and whole? */
function areSame(sliced: Sliced, keys: string): boolean {
  const [, ...digests] = sliced.say(`DEBUG DIGEST-VALUE ${keys}`).split('\r\n');
  sliced.network.server.keyspace.verify();
  return new Set(digests).size === 1;
}

/** The answer, when nobody reads the past any more. */
function finish(sliced: Sliced): string {
  const { keyspace } = sliced.network.server;
  while (sliced.isBlocked || keyspace.arena.past !== null) sliced.turn();
  freeAll(sliced);
  return sliced.finish().answer;
}

function freeAll({ network }: Sliced): number {
  const { keyspace } = network.server;
  while (keyspace.pending.freeSlice(1000));
  return keyspace.usedSize;
}

for (const name of Object.keys(VALUES)) {
  test(`a ${name} is copied in slices, and is not there before`, () => {
    const sliced = world(name);
    const effects = new RecordedEffects();
    sliced.say('PEXPIREAT k 33000000000000');
    sliced.network.server.journalTo(effects);
    ask(sliced, 'COPY k copy', 0);
    let turns = 0;
    for (; sliced.isBlocked; turns++) {
      assert.equal(sliced.say('EXISTS copy'), ':0');
      sliced.network.server.keyspace.verify();
      sliced.turn();
    }
    assert.ok(turns > 4, `${turns} turns`);
    assert.equal(sliced.finish().answer, ':1');
    assert.deepEqual(effects.take(), ['SELECT 0', 'COPY k copy']);
    assert.ok(areSame(sliced, 'k copy'));
    assert.equal(sliced.say('PEXPIRETIME copy'), ':33000000000000');
    assert.equal(sliced.say('XINFO STREAM copy FULL'), sliced.say('XINFO STREAM k FULL'));
  });

  test(`of the copy of a ${name} nothing is left when its client goes`, () => {
    for (let turns = 0; turns < 8; turns++) {
      const sliced = world(name);
      const before = freeAll(sliced);
      ask(sliced, 'COPY k copy', turns);
      sliced.asker.connection.closed();
      sliced.turn(4);
      assert.equal(freeAll(sliced), before);
      sliced.network.server.keyspace.verify();
    }
  });

  test(`a ${name} is copied beside a save that begins meanwhile`, () => {
    for (const turns of [0, 2, 5]) {
      const sliced = world(name);
      ask(sliced, 'COPY k copy', turns);
      sliced.say('BGSAVE');
      assert.equal(finish(sliced), ':1');
      assert.ok(areSame(sliced, 'k copy'));
    }
  });
}

/** What others do meanwhile, the key's type, the options, the answer, and keys that are alike. */
const LINES: readonly (readonly [string, string, string, string, string])[] = [
  ['SADD k new', 'set', '', ':1', 'k copy'],
  ['SREM k 1 2; SADD k a', 'set', '', ':1', 'k copy'],
  ['HSET k field5 other', 'hash', '', ':1', 'k copy'],
  ['HPEXPIREAT k 32000000000000 FIELDS 1 field9', 'hash', '', ':1', 'k copy'],
  ['RPOPLPUSH k k', 'list', '', ':1', 'k copy'],
  ['ZADD k 4000 new', 'sorted set', '', ':1', 'k copy'],
  ['XADD k * f v', 'stream', '', ':1', 'k copy'],
  ['XACK k g 7-1 8-1', 'stream', '', ':1', 'k copy'],
  ['XREADGROUP GROUP g a COUNT 50 STREAMS k >', 'stream', '', ':1', 'k copy'],
  ['XGROUP DESTROY k g', 'stream', '', ':1', 'k copy'],
  ['XGROUP DELCONSUMER k g a', 'stream', '', ':1', 'k copy'],
  ['XTRIM k MAXLEN 3', 'stream', '', ':1', 'k copy'],
  ['BGSAVE; SADD k new', 'set', '', ':1', 'k copy'],
  ['BGSAVE; XADD k * f v', 'stream', '', ':1', 'k copy'],
  ['SET k small', 'set', '', ':1', 'k copy'],
  ['DEL k', 'set', '', ':0', 'k copy'],
  ['FLUSHALL', 'stream', '', ':0', 'k copy'],
  ['FLUSHALL; SADD k a b', 'set', '', ':1', 'k copy'],
  ['DEL k; SADD k a b c', 'hash', '', ':1', 'k copy'],
  ['SET copy mine; SET same mine', 'set', '', ':0', 'copy same'],
  ['SET copy mine', 'set', 'REPLACE', ':1', 'k copy'],
  ['SWAPDB 0 1', 'set', '', ':0', 'k copy'],
  ['SWAPDB 0 1', 'set', 'DB 1', ':0', 'k copy'],
];

for (const [meanwhile, name, options, answer, keys] of LINES) {
  for (const turns of [0, 3, 6]) {
    test(`COPY ${options} of a ${name}, and after ${turns} turns: ${meanwhile}`, () => {
      const sliced = world(name);
      ask(sliced, `COPY k copy ${options}`, turns);
      for (const line of meanwhile.split('; ')) sliced.say(line);
      assert.equal(finish(sliced), answer);
      assert.ok(areSame(sliced, keys));
    });
  }
}

test('what changes all the time is copied in one go at last', () => {
  const sliced = world('hash');
  ask(sliced, 'COPY k copy', 0);
  let turns = 0;
  for (; sliced.isBlocked; turns++) {
    assert.ok(turns < 100);
    sliced.say(`HSET k field${turns} changed`);
    sliced.turn();
  }
  assert.ok(turns > 2);
  assert.ok(areSame(sliced, 'k copy'));
});

test('two copy the same at the same time, and a script at once', () => {
  const sliced = world('sorted set');
  const other = sliced.network.connect();
  ask(sliced, 'COPY k copy', 2);
  other.connection.receive(Buffer.from('COPY k second\r\n'), 15);
  assert.equal(sliced.sayAtOnce('COPY k third'), ':1');
  assert.equal(sliced.finish().answer, ':1');
  while (other.connection.session?.isBlocked) sliced.turn();
  assert.ok(areSame(sliced, 'k copy second third'));
});
