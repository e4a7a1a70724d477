// RESTORE of large payloads, in slices, while others have their turns: the key gets its value in
// one go, at the end.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecordedEffects } from '../support/effects.ts';
import { Sliced } from '../support/sliced.ts';

const COUNT = 3000;
const BUSY = '-BUSYKEY Target key name already exists.';

function words(of: (index: number) => readonly string[]): string[] {
  return Array.from({ length: COUNT }, (_, i) => of(i)).flat();
}

/** Values of many blocks, and one of few large ones. */
const VALUES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  hash: [['HSET', 'k', ...words((i) => [`field${i}`, `value${i}`])]],
  'hash with deadlines': [
    ['HSET', 'k', ...words((i) => [`field${i}`, `value${i}`])],
    ['HEXPIREAT', 'k', '33000000000', 'FIELDS', '3', 'field1', 'field2', 'field3'],
  ],
  list: [['RPUSH', 'k', ...words((i) => [`item number ${i}`])]],
  set: [['SADD', 'k', ...words((i) => [`member${i}`])]],
  'sorted set': [['ZADD', 'k', ...words((i) => [`${(i * 7) % 1000}`, `member${i}`])]],
  stream: [
    ['CONFIG', 'SET', 'stream-node-max-entries', '1'],
    ...Array.from({ length: 300 }, (_, i) => ['XADD', 'k', `${i + 1}-1`, 'f', 'v'.repeat(90)]),
    ['XGROUP', 'CREATE', 'k', 'group', '0'],
    ['XREADGROUP', 'GROUP', 'group', 'consumer', 'COUNT', '250', 'STREAMS', 'k', '>'],
  ],
  string: [['SET', 'k', 'x'.repeat(1_000_000)]],
};

interface World {
  readonly sliced: Sliced;
  readonly payload: string;
  readonly digest: string;
}

/** The payload of a value; and the key is not there any more. */
function world(lines: readonly (readonly string[])[]): World {
  const sliced = new Sliced([]);
  const { clock } = sliced.network.test;
  const { lookUs } = clock;
  clock.lookUs = 0;
  // Not packed, or a few lengths would be all there is.
  for (const line of ['CONFIG SET rdbcompression no', ...lines]) sliced.say(line);
  const digest = sliced.say('DEBUG DIGEST-VALUE k');
  const payload = sliced.bytesAtOnce('DUMP k');
  sliced.say('DEL k');
  clock.lookUs = lookUs;
  return { sliced, payload, digest };
}

function ask({ sliced, payload }: World, options: readonly string[] = [], ttl = '0'): void {
  askFor(sliced, payload, options, ttl);
  assert.ok(sliced.isBlocked, 'it was done at once');
}

function askFor(sliced: Sliced, payload: string, options: readonly string[], ttl: string): void {
  const call = ['RESTORE', 'k', ttl, payload, ...options];
  const parts = call.map((word) => `$${word.length}\r\n${word}\r\n`);
  sliced.ask(Buffer.from(`*${call.length}\r\n${parts.join('')}`, 'latin1'));
}

for (const [name, lines] of Object.entries(VALUES)) {
  test(`a ${name} is restored in slices, and is not there before`, () => {
    const made = world(lines);
    const { sliced, digest } = made;
    ask(made);
    sliced.turn(1);
    assert.equal(sliced.say('EXISTS k'), ':0');
    assert.equal(sliced.finish().answer, '+OK');
    assert.equal(sliced.say('DEBUG DIGEST-VALUE k'), digest);
  });

  test(`a ${name} of which FLUSHALL takes the blocks away is read anew`, () => {
    const made = world(lines);
    const { sliced, digest } = made;
    ask(made);
    for (let turns = 0; sliced.isBlocked && turns < 12; turns += 3) {
      sliced.turn(3);
      if (!sliced.isBlocked) break;
      sliced.say('FLUSHALL');
      sliced.say('SADD other a b c d e');
    }
    assert.equal(sliced.finish().answer, '+OK');
    assert.equal(sliced.say('EXISTS k'), ':1');
    assert.equal(sliced.say('DEBUG DIGEST-VALUE k'), digest);
  });

  test(`of a ${name} nothing is left when its client goes`, () => {
    const made = world(lines);
    const { sliced } = made;
    const { server } = sliced.network;
    while (server.keyspace.pending.freeSlice(1000));
    const before = server.keyspace.usedSize;
    ask(made);
    sliced.turn(2);
    assert.ok(sliced.isBlocked, 'it is done');
    sliced.asker.connection.closed();
    sliced.turn(4);
    while (server.keyspace.pending.freeSlice(1000));
    assert.equal(server.keyspace.usedSize, before);
    server.keyspace.verify();
  });

  test(`a ${name} with a byte that is wrong at its end leaves nothing`, () => {
    const { sliced, payload } = world(lines);
    sliced.say('DEBUG SET-SKIP-CHECKSUM-VALIDATION 1');
    const at = payload.length - 30;
    const wrong = `${payload.slice(0, at)}${'\xff'.repeat(8)}${payload.slice(at + 4)}`;
    askFor(sliced, wrong, [], '0');
    const { answer } = sliced.finish();
    assert.ok(['-ERR Bad data format', '+OK'].includes(answer), answer);
    assert.equal(sliced.say('EXISTS k'), answer === '+OK' ? ':1' : ':0');
  });
}

/** What others do meanwhile, the options, the answer, and what is true then. */
type Line = readonly [meanwhile: string, options: string, answer: string, ...then: string[]];

const LINES: readonly Line[] = [
  ['SET k mine', '', BUSY, 'GET k', '$4\r\nmine'],
  ['SET k mine', 'REPLACE', '+OK', 'TYPE k', '+set'],
  ['SADD k a', 'REPLACE', '+OK', 'SCARD k', `:${COUNT}`],
  ['SET other x', 'IDLETIME 77', '+OK', 'OBJECT IDLETIME k', ':77'],
  ['SWAPDB 0 1', '', '+OK', 'SCARD k', `:${COUNT}`],
  ['SELECT 1', '', '+OK', 'EXISTS k', ':0'],
  ['FLUSHDB', '', '+OK', 'SCARD k', `:${COUNT}`],
];

for (const [meanwhile, options, answer, sent, answered] of LINES) {
  test(`RESTORE ${options}, and meanwhile ${meanwhile}`, () => {
    const made = world(VALUES.set);
    const { sliced } = made;
    ask(made, options === '' ? [] : options.split(' '));
    sliced.turn(3);
    sliced.say(meanwhile);
    assert.equal(sliced.finish().answer, answer);
    assert.equal(sliced.say(sent), answered);
  });
}

test('a request that is kept counts once as memory of its client', () => {
  const made = world(VALUES.string);
  ask(made);
  const { session } = made.sliced.asker.connection;
  const size = session?.blockedSize ?? 0;
  assert.ok(size > made.payload.length && size < 1.5 * made.payload.length, String(size));
  made.sliced.finish();
});

for (const mode of ['WRITE', 'ALL']) {
  test(`RESTORE waits while ${mode} is paused`, () => {
    const made = world(VALUES.set);
    const { sliced } = made;
    ask(made);
    sliced.turn(3);
    sliced.say(`CLIENT PAUSE 1000 ${mode}`);
    sliced.turn(200);
    assert.ok(sliced.isBlocked);
    const { server } = sliced.network;
    assert.equal(server.keyspace.databases[0].dict.count, 0);
    server.unpause();
    assert.equal(sliced.finish().answer, '+OK');
    assert.equal(sliced.say('SCARD k'), `:${COUNT}`);
  });
}

for (const [name, deny] of [
  ['MISCONF no', ({ network }: Sliced) => network.server.refuseWrites('MISCONF no')],
  [
    'NOREPLICAS Not enough good replicas to write.',
    (sliced: Sliced) => sliced.say('CONFIG SET min-replicas-to-write 1'),
  ],
] as const) {
  test(`RESTORE ends when writes are refused with ${name}`, () => {
    const made = world(VALUES.set);
    const { sliced } = made;
    const { keyspace } = sliced.network.server;
    while (keyspace.pending.freeSlice(1000));
    const before = keyspace.usedSize;
    ask(made);
    sliced.turn(3);
    deny(sliced);
    assert.equal(sliced.finish().answer, `-${name}`);
    while (keyspace.pending.freeSlice(1000));
    assert.equal(keyspace.usedSize, before);
  });
}

test('others restore meanwhile; the effect comes once, with the moment of the deadline', () => {
  const made = world(VALUES.set);
  const { sliced } = made;
  const effects = new RecordedEffects();
  sliced.network.server.journalTo(effects);
  ask(made, [], '5000');
  sliced.turn(3);
  sliced.say('SET small value');
  const small = sliced.bytesAtOnce('DUMP small');
  assert.equal(sliced.say(['RESTORE', 'another', '0', small]), '+OK');
  sliced.network.test.clock.advance(7);
  assert.equal(sliced.finish().answer, '+OK');
  assert.equal(sliced.say('SCARD k'), `:${COUNT}`);
  assert.equal(sliced.say('GET another'), '$5\r\nvalue');
  const told = effects.take().filter((line) => line.startsWith('RESTORE k'));
  assert.equal(told.length, 1);
  const deadlineMs = sliced.say('PEXPIRETIME k').slice(1);
  assert.ok(told[0].startsWith(`RESTORE k ${deadlineMs} `) && told[0].endsWith(' ABSTTL'));
});

test('a wrong checksum is found before anything is built', () => {
  const { sliced, payload } = world(VALUES.hash);
  const wrong = `${payload.slice(0, 5000)}${'?'.repeat(3)}${payload.slice(5003)}`;
  askFor(sliced, wrong, [], '0');
  assert.equal(sliced.finish().answer, '-ERR DUMP payload version or checksum are wrong');
  assert.equal(sliced.say('DBSIZE'), ':0');
});

test('within a transaction it is done at once', () => {
  const made = world(VALUES['sorted set']);
  const { sliced, payload, digest } = made;
  sliced.say('MULTI');
  sliced.say(['RESTORE', 'k', '0', payload]);
  assert.equal(sliced.say('EXEC'), '*1\r\n+OK');
  assert.equal(sliced.say('DEBUG DIGEST-VALUE k'), digest);
});
