// Long work on strings, in slices, while others change them: the answer is that of one moment, the
// end, and the strings are whole at all times.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecordedEffects } from '../support/effects.ts';
import { Sliced } from '../support/sliced.ts';

const MIB = 1024 * 1024;
const SIZE = 4 * MIB;

/** Strings `a` and `b` of zeros, but for their last bits. */
class World extends Sliced {
  constructor() {
    super(['a', 'b'].map((key) => `SETBIT ${key} ${8 * SIZE - 1} 1`));
  }

  override ask(line: string): void {
    super.ask(`${line}\r\n`);
  }
}

/** What is asked, what others do meanwhile, the answer, and what is true then. */
type Line = readonly [asked: string, meanwhile: string, answer: string, ...then: string[]];

const LAST = 8 * SIZE - 1;

/** More than there is room for: as the protocol has it, but for its end. */
const APPEND = `*3\r\n$6\r\nAPPEND\r\n$1\r\na\r\n$${MIB}\r\n${'b'.repeat(MIB)}`;

const LINES: readonly Line[] = [
  ['BITCOUNT a', 'PING', ':1'],
  ['BITCOUNT a', 'SETBIT a 0 1', ':2'],
  ['BITCOUNT a', `SETBIT a ${LAST} 0`, ':0'],
  // Who makes room waits for that.
  ['BITCOUNT a', 'SETRANGE a 12499999 ab', ':1'],
  ['BITCOUNT a', 'DEL a', ':0'],
  ['BITCOUNT a', 'SET a ab', ':6'],
  ['BITCOUNT a', 'RENAME a c', ':0'],
  ['BITCOUNT a 100 -1', 'SETBIT a 0 1', ':1'],
  ['BITCOUNT a 4 -5 BIT', 'SETBIT a 3 1', ':0'],
  [
    'BITCOUNT a',
    'DEL a; LPUSH a x',
    '-WRONGTYPE Operation against a key holding the wrong kind of value',
  ],
  ['BITCOUNT a', 'FLUSHALL', ':0'],
  ['BITCOUNT a', 'PEXPIREAT a 1', ':0'],
  ['BITCOUNT a', 'SWAPDB 0 1', ':0'],
  ['BITCOUNT a', 'RENAME b a', ':1'],
  ['BITPOS a 1', 'PING', `:${LAST}`],
  ['BITPOS a 1', 'SETBIT a 5 1', ':5'],
  ['BITPOS a 1', `SETBIT a ${LAST} 0`, ':-1'],
  ['BITPOS a 1', 'DEL a', ':-1'],
  ['BITPOS a 1 100 -2', 'SETBIT a 5 1', ':-1'],
  ['BITOP OR d a b', 'PING', `:${SIZE}`, 'BITCOUNT d', ':1'],
  ['BITOP XOR d a b', 'PING', `:${SIZE}`, 'BITCOUNT d', ':0'],
  ['BITOP OR d a b', 'SETBIT a 0 1', `:${SIZE}`, 'BITCOUNT d', ':2'],
  ['BITOP OR d a b small', 'SET small ab', `:${SIZE}`, 'BITCOUNT d', ':7'],
  ['BITOP AND d a b', 'SETBIT b 7 1; SETBIT a 7 1', `:${SIZE}`, 'BITPOS d 1', ':7'],
  ['BITOP NOT d a', 'DEL a', ':0', 'EXISTS d', ':0'],
  ['BITOP NOT d a', 'SET a "\\x01"', ':1', 'GET d', '$1\r\n\xfe'],
  ['BITOP NOT a a', 'SETBIT a 0 1', `:${SIZE}`, 'BITPOS a 0', ':0', 'BITCOUNT a', `:${LAST - 1}`],
  ['BITOP OR d a b', 'SET d x', `:${SIZE}`, 'STRLEN d', `:${SIZE}`],
  ['BITOP OR d a b', 'SETRANGE a 12499999 a', ':12500000', 'BITCOUNT d', ':4'],
  [
    'BITOP OR d a b',
    'DEL b; SADD b x',
    '-WRONGTYPE Operation against a key holding the wrong kind of value',
    'EXISTS d',
    ':0',
  ],
  ['BITOP OR d a b', 'FLUSHALL', ':0', 'EXISTS d', ':0'],
  ['SETBIT a 99999999 1', 'PING', ':0', 'BITCOUNT a', ':2', 'STRLEN a', ':12500000'],
  ['SETBIT a 99999999 1', 'SETBIT a 0 1', ':0', 'BITCOUNT a', ':3'],
  ['SETRANGE a 12499999 a', 'SETBIT a 0 1', ':12500000', 'BITCOUNT a', ':5'],
  ['SETRANGE a 12499999 a', 'DEL a', ':12500000', 'BITCOUNT a', ':3'],
  [APPEND, 'SETBIT a 0 1', `:${SIZE + MIB}`, 'BITCOUNT a', `:${3 * MIB + 2}`],
  [APPEND, 'DEL a', `:${MIB}`, 'BITCOUNT a', `:${3 * MIB}`],
  ['SETBIT a 99999999 1', 'DEL a', ':0', 'BITCOUNT a', ':1'],
  [
    'SETBIT a 99999999 1',
    'DEL a; LPUSH a x',
    '-WRONGTYPE Operation against a key holding the wrong kind of value',
  ],
  ['BITFIELD a INCRBY u8 99999992 5', 'SETBIT a 0 1', '*1\r\n:5', 'BITCOUNT a', ':4'],
];

for (const [asked, meanwhile, answer, ...then] of LINES) {
  test(`${asked.slice(0, 60)}, and meanwhile ${meanwhile}`, () => {
    const world = new World();
    world.ask(asked);
    assert.ok(world.isBlocked, 'it was done at once');
    world.turn(3);
    for (const line of meanwhile.split('; ')) world.say(line);
    const done = world.finish();
    assert.equal(done.answer, answer);
    for (let i = 0; i < then.length; i += 2) {
      world.network.test.clock.lookUs = 0;
      assert.equal(world.say(`${then[i]}`).replace(/^-.*/, 'an error'), then[i + 1], then[i]);
    }
  });
}

test('who writes all the time does not keep BITCOUNT from its end', () => {
  const world = new World();
  world.ask('BITCOUNT a');
  let bits = 1;
  for (let i = 0; world.isBlocked; i++) {
    assert.ok(i < 100, 'it does not end');
    if (i % 3 === 0) {
      world.say(`SETBIT a ${i} 1`);
      bits++;
    }
    world.turn();
  }
  assert.equal(world.finish().answer, `:${bits}`);
});

test('within a transaction it is done at once', () => {
  const world = new World();
  for (const line of ['MULTI', 'BITOP NOT d a', 'BITCOUNT d', 'SETBIT a 99999999 1', 'EXEC']) {
    world.ask(line);
  }
  assert.equal(world.isBlocked, false);
  const exec = `*3\r\n:${SIZE}\r\n:${LAST}\r\n:0`;
  assert.ok(world.finish().answer.endsWith(exec));
});

test('the result is stored once, with one effect, and what it takes is counted meanwhile', () => {
  const world = new World();
  const { server } = world.network;
  const effects = new RecordedEffects();
  server.journalTo(effects);
  const before = server.clientsSize;
  world.ask('BITOP OR d a b');
  world.turn(2);
  assert.ok(server.clientsSize >= before + SIZE);
  assert.equal(world.say('EXISTS d'), ':0');
  world.say('SETBIT a 0 1');
  world.finish();
  assert.deepEqual(
    effects.take().filter((line) => !line.startsWith('SELECT')),
    ['SETBIT a 0 1', 'BITOP OR d a b'],
  );
  assert.ok(server.clientsSize < before + SIZE);
});

test('who goes leaves nothing behind', () => {
  const world = new World();
  const { server } = world.network;
  const before = server.usedMemory;
  world.ask('BITOP OR d a b');
  world.turn(2);
  world.asker.connection.closed();
  world.turn(200);
  assert.equal(world.say('EXISTS d'), ':0');
  assert.ok(server.usedMemory <= before);
  server.keyspace.verify();
});

test('room for 512 MB is made without touching it', () => {
  const world = new World();
  const begin = process.memoryUsage().rss;
  world.network.test.clock.lookUs = 0;
  assert.equal(world.say('SETBIT new 4294967295 1'), ':0');
  assert.equal(world.say('SETBIT small 0 1'), ':0');
  assert.equal(world.say('SETBIT small 4294967295 1'), ':0');
  assert.equal(world.say('SETBIT a 4294967295 1'), ':0');
  assert.equal(world.say('GETBIT a 4294967295'), ':1');
  assert.ok(process.memoryUsage().rss - begin < 300 * MIB);
});
