// GEOSEARCH and its kin over many members, in slices, while others change them: the answer is that
// of one moment, the end.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecordedEffects } from '../support/effects.ts';
import { Sliced } from '../support/sliced.ts';

/** Around them all is searched: more are looked at than is done at once. */
const MEMBERS = 3000;
const WIDE = 'FROMLONLAT 0 0 BYRADIUS 20000 km';

const WRONG_TYPE = '-WRONGTYPE Operation against a key holding the wrong kind of value';
const NO_MEMBER = '-ERR could not decode requested zset member';

/** Places all over the map, each at a distance of its own. */
function world(): Sliced {
  const words = ['GEOADD', 'g'];
  for (let i = 0; i < MEMBERS; i++) {
    const longitude = ((i * 7919) % 36000) / 100 - 180;
    const latitude = ((i * 104729) % 16000) / 100 - 80;
    words.push(String(longitude), String(latitude), `m${i}`);
  }
  return new Sliced([words]);
}

/** What is asked, and what others do meanwhile; it is answered what is true afterwards. */
const LINES: readonly (readonly [asked: string, meanwhile: string, answer?: string])[] = [
  [`GEOSEARCH g ${WIDE}`, 'PING'],
  [`GEOSEARCH g ${WIDE} ASC`, 'PING'],
  [`GEOSEARCH g ${WIDE} DESC WITHCOORD WITHDIST WITHHASH`, 'PING'],
  [`GEOSEARCH g ${WIDE} COUNT 10`, 'GEOADD g 1 1 near'],
  [`GEOSEARCH g ${WIDE} COUNT 2500 ANY`, 'ZREM g m1 m2 m3'],
  [`GEOSEARCH g ${WIDE} ASC COUNT 10`, 'GEOADD other 1 1 near'],
  ['GEOSEARCH g FROMMEMBER m7 BYBOX 30000 30000 km ASC COUNT 10', 'GEOADD g 100 50 m7'],
  ['GEOSEARCH g FROMMEMBER m7 BYRADIUS 20000 km', 'ZREM g m7', NO_MEMBER],
  [`GEOSEARCH g ${WIDE} DESC COUNT 5`, 'RENAME g h; GEOADD g 1 1 only', '*1\r\n$4\r\nonly'],
  [`GEOSEARCH g ${WIDE}`, 'DEL g', '*0'],
  [`GEOSEARCH g ${WIDE}`, 'FLUSHALL', '*0'],
  [`GEOSEARCH g ${WIDE}`, 'SWAPDB 0 1', '*0'],
  [`GEOSEARCH g ${WIDE}`, 'PEXPIREAT g 1', '*0'],
  [`GEOSEARCH g ${WIDE}`, 'DEL g; SET g string', WRONG_TYPE],
  ['GEORADIUS g 0 0 20000 km WITHDIST ASC', 'ZADD g 1 new'],
  ['GEORADIUS_RO g 0 0 20000 km ASC COUNT 7', 'DEL other'],
  ['GEORADIUSBYMEMBER g m9 20000 km ASC COUNT 3', 'GEOADD g 1 1 m9'],
  ['GEORADIUSBYMEMBER_RO g m9 20000 km', 'ZREM g m9', NO_MEMBER],
];

for (const [asked, meanwhile, answer] of LINES) {
  test(`${asked}, and meanwhile ${meanwhile}`, () => {
    const sliced = world();
    sliced.ask(`${asked}\r\n`);
    assert.ok(sliced.isBlocked, 'it was done at once');
    sliced.turn(3);
    for (const line of meanwhile.split('; ')) sliced.say(line);
    const done = sliced.finish();
    assert.equal(done.answer, answer ?? sliced.sayAtOnce(asked));
    assert.ok(answer !== undefined || done.answer.length > 30, done.answer);
  });
}

test('what changes when much of the answer is written is in it all the same', () => {
  const sliced = world();
  const asked = `GEOSEARCH g ${WIDE} ASC WITHDIST`;
  sliced.ask(`${asked}\r\n`);
  sliced.turn(30);
  sliced.say('ZREM g m5');
  const { answer, turns } = sliced.finish();
  assert.equal(answer, sliced.sayAtOnce(asked));
  assert.ok(turns > 30, String(turns));
});

for (const turns of [0, 1, 2, 30]) {
  test(`a source that falls due while writes are paused is gone, after ${turns} turns`, () => {
    const sliced = world();
    sliced.say('PEXPIRE g 500');
    sliced.say('CLIENT PAUSE 100000 WRITE');
    sliced.ask(`GEOSEARCH g ${WIDE} ASC WITHDIST\r\n`);
    sliced.turn(turns);
    assert.ok(sliced.isBlocked);
    sliced.network.test.clock.block(1000);
    assert.equal(sliced.finish().answer, '*0');
    assert.equal(Reflect.get(sliced.network.server.watches, 'byHash').size, 0);
  });
}

test('an error that comes of a change is counted once, as one of the command', () => {
  const sliced = world();
  const counts = (): string[] => {
    const info = sliced.say('INFO everything');
    const patterns = [/geosearch:calls=.*(failed_calls=\d+)/, /total_(error_replies:\d+)/];
    return [...patterns, /errorstat_(ERR:count=\d+)/].map((one) => one.exec(info)?.[1] ?? '');
  };
  sliced.ask('GEOSEARCH g FROMMEMBER m7 BYRADIUS 20000 km\r\n');
  sliced.turn(2);
  sliced.say('ZREM g m7');
  assert.equal(sliced.finish().answer, NO_MEMBER);
  assert.deepEqual(counts(), ['failed_calls=1', 'error_replies:1', 'ERR:count=1']);
  sliced.ask('GEOSEARCH g FROMMEMBER m8 BYRADIUS 20000 km\r\n');
  sliced.turn(2);
  sliced.say('SET g x');
  assert.equal(sliced.finish().answer, `${NO_MEMBER}\r\n${WRONG_TYPE}`);
  assert.deepEqual(counts(), ['failed_calls=2', 'error_replies:2', 'ERR:count=1']);
});

test('who writes all the time does not keep GEOSEARCH from its end', () => {
  const sliced = world();
  const asked = `GEOSEARCH g ${WIDE} ASC COUNT 4`;
  sliced.ask(`${asked}\r\n`);
  for (let i = 0; sliced.isBlocked; i++) {
    assert.ok(i < 50, 'it does not end');
    if (i % 3 === 0) sliced.say(`GEOADD g 1 1.${i} new${i}`);
    sliced.turn();
  }
  assert.equal(sliced.finish().answer, sliced.sayAtOnce(asked));
});

test('two search at a time', () => {
  const sliced = world();
  sliced.ask(`GEOSEARCH g ${WIDE} ASC COUNT 3\r\n`);
  sliced.turn(2);
  sliced.say('GEOADD small 1 1 x 2 2 y');
  assert.equal(sliced.say('GEOSEARCH small FROMMEMBER x BYRADIUS 1 km'), '*1\r\n$1\r\nx');
  const atOnce = sliced.sayAtOnce(`GEOSEARCH g ${WIDE} ASC COUNT 3`);
  assert.equal(sliced.finish().answer, atOnce);
});

test('GEOSEARCHSTORE stores once, with one effect, what is true at the end', () => {
  const sliced = world();
  const effects = new RecordedEffects();
  sliced.network.server.journalTo(effects);
  sliced.ask(`GEOSEARCHSTORE d g ${WIDE}\r\n`);
  sliced.turn(2);
  assert.equal(sliced.say('EXISTS d'), ':0');
  sliced.say('ZREM g m5');
  assert.equal(sliced.finish().answer, sliced.say('ZCARD d'));
  assert.equal(sliced.say('ZSCORE d m5'), '$-1');
  assert.deepEqual(
    effects.take().filter((line) => !line.startsWith('SELECT')),
    ['ZREM g m5', `GEOSEARCHSTORE d g ${WIDE}`],
  );
});

test('GEOSEARCHSTORE of a source that goes lets the old value go', () => {
  const sliced = world();
  sliced.say('SET d old');
  sliced.ask(`GEOSEARCHSTORE d g ${WIDE}\r\n`);
  sliced.turn(2);
  sliced.say('DEL g');
  assert.equal(sliced.finish().answer, ':0');
  assert.equal(sliced.say('EXISTS d'), ':0');
});

test('who goes leaves nothing behind', () => {
  const sliced = world();
  const { server } = sliced.network;
  const before = server.usedMemory;
  sliced.ask(`GEOSEARCH g ${WIDE}\r\n`);
  sliced.turn(2);
  sliced.asker.connection.closed();
  sliced.turn(50);
  assert.ok(server.usedMemory <= before, `${server.usedMemory} > ${before}`);
  assert.equal(Reflect.get(server.watches, 'byHash').size, 0);
});
