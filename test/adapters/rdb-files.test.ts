// RDB files: what is written is read as the same; files of all eras, in pieces of any size; and
// those that are cut or damaged are refused, and leave nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DONE, RdbReader, RdbString } from '../../src/adapters/rdb/reader.ts';
import { call, makeServer, type TestServer } from '../support/clock.ts';
import { OLD_VALUES } from '../support/old-values.ts';
import { SeededRandom } from '../support/random.ts';
import { bytesFile, fileOf, readFile, writtenFile } from '../support/rdb-file.ts';
import { integer, length, milliseconds, string, zipmap } from '../support/rdb-forms.ts';

const LATER_MS = 33177117420000;

/** Lines that make a key of each kind and form, in two databases. */
const DATASET = [
  'SET s hello',
  'SET number 12345',
  'SET "binary\\x00\\xff\\r\\n" "\\x00\\x80\\xff"',
  `SET long ${'the same and the same again '.repeat(50).replaceAll(' ', '_')}`,
  'SET due 1',
  `PEXPIREAT due ${LATER_MS}`,
  'RPUSH list a 1 300 -5',
  `RPUSH chain ${words('item', 2500)}`,
  'SADD integers 1 2 300000',
  'SADD set a b 1',
  `SADD table ${words('member', 300)}`,
  'HSET hash f v 1 2',
  `HSET fields ${words('field', 1200)}`,
  'HSET timed f v g w',
  `HPEXPIREAT timed ${LATER_MS} FIELDS 1 f`,
  'ZADD sorted 1 a -1.5 b inf c',
  `ZADD tree ${words('9', 0)}${scores(300)}`,
  'XADD stream 1-1 f v',
  'XADD stream 2-0 f w g x',
  'XGROUP CREATE stream group 0',
  'XREADGROUP GROUP group alice COUNT 1 STREAMS stream >',
  'PFADD hll a b c',
  'SELECT 9',
  'SET s of_nine',
  'SELECT 0',
];

function words(prefix: string, count: number): string {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`).join(' ');
}

function scores(count: number): string {
  return Array.from({ length: count }, (_, index) => `${index % 7} m${index}`).join(' ');
}

function filled(lines: readonly string[] = DATASET): TestServer {
  const made = makeServer();
  for (const line of lines) {
    assert.ok(!call(made.server, made.session, line).startsWith('-'), line.slice(0, 80));
  }
  return made;
}

function digest({ server, session }: TestServer): string {
  return call(server, session, 'DEBUG DIGEST');
}

/** Nothing was taken, or all of it is free. */
function assertEmpty({ server, session }: TestServer): void {
  call(server, session, 'FLUSHALL');
  while (server.keyspace.pending.freeSlice(1000));
  assert.equal(server.keyspace.arena.usedSize, 0);
}

for (const readMax of [Number.POSITIVE_INFINITY, 1, 7, 1000]) {
  test(`what was written is read as the same, ${readMax} bytes at a time`, () => {
    const made = filled();
    const file = writtenFile(made.server);
    const other = makeServer({}, 2);
    const read = readFile(other.server, bytesFile(file, readMax));
    assert.deepEqual(
      { ...read, lines: read.lines.slice(0, 3) },
      {
        problem: '',
        isCut: false,
        isChecked: true,
        position: file.length,
        itemPosition: file.length - 9,
        lines: ['redis-ver: 7.2.6', 'redis-bits: 64', 'ctime: 1795168800'],
      },
    );
    other.server.keyspace.verify();
    assert.equal(digest(other), digest(made));
    for (const [line, reply] of [
      ['PEXPIRETIME due', `:${LATER_MS}\r\n`],
      ['HPEXPIRETIME timed FIELDS 2 f g', `*2\r\n:${LATER_MS}\r\n:-1\r\n`],
      ['OBJECT ENCODING set', '$8\r\nlistpack\r\n'],
      ['DBSIZE', ':17\r\n'],
    ]) {
      assert.equal(call(other.server, other.session, line), reply, line);
    }
  });
}

test('a file is one of Redis 7.0: no packed sets, no streams of 7.2', () => {
  const { server } = filled(['SADD k a b', 'SADD n 1', 'XADD x 1-1 f v', 'XGROUP CREATE x g 0']);
  const file = writtenFile(server).toString('latin1');
  assert.ok(file.startsWith('REDIS0010'));
  assert.match(file, /\x02\x01k\x02\x01[ab]\x01[ab]/);
  assert.match(file, /\x0b\x01n/);
  assert.match(file, /\x13\x01x/);
});

test('a value that is larger than what is read at once, and a key', () => {
  const big = 'x'.repeat(300_000);
  for (const compression of ['yes', 'no']) {
    const made = makeServer({ rdbcompression: compression });
    const { server, session } = made;
    assert.equal(call(server, session, ['SET', big, `${big}${big}y`]), '+OK\r\n');
    call(server, session, ['RPUSH', 'l', big, 'a', `${big}z`]);
    const other = makeServer();
    assert.equal(readFile(other.server, bytesFile(writtenFile(server))).problem, '');
    assert.equal(digest(other), digest(made));
  }
});

const KEY = string('k');

for (const { name, body } of OLD_VALUES) {
  test(`${name} in files of several versions`, () => {
    for (const version of [1, 3, 9, 11, 12]) {
      const made = makeServer();
      const entry = Buffer.concat([body.subarray(0, 1), KEY, body.subarray(1)]);
      const { problem } = readFile(made.server, bytesFile(fileOf([entry], version), 13));
      assert.equal(problem, '');
      made.server.keyspace.verify();
      assert.equal(call(made.server, made.session, 'EXISTS k'), ':1\r\n');
    }
  });
}

test('a value may be as long as it may be where it was written, packed or not', () => {
  const size = 600 * 2 ** 20;
  const packed = Buffer.alloc(Math.ceil(size / 88));
  const bytes = Buffer.concat([Buffer.of(0xc3), length(packed.length), length(size), packed]);
  let unpackedSize = 0;
  class Unpacked extends RdbString {
    override unpack(_bytes: Uint8Array, _start: number, _end: number, wanted: number): number {
      unpackedSize = wanted;
      return DONE;
    }
  }
  const reader = new RdbReader();
  reader.open(bytes, 0, bytes.length);
  assert.ok(reader.string(new Unpacked()));
  assert.equal(unpackedSize, size);
});

test('a field and its value may be longer together than one value may be', () => {
  const { server } = makeServer();
  const field = string('f'.repeat(1000));
  const body = (claim: string): Buffer =>
    Buffer.concat([Buffer.of(4), KEY, length(1), field, Buffer.from(claim, 'hex')]);
  // 2^31 - 1, and one more.
  assert.match(readFile(server, bytesFile(fileOf([body('807fffffff')]))).problem, /too early/);
  assert.match(
    readFile(server, bytesFile(fileOf([body('8080000000')]))).problem,
    /no value may be/,
  );
});

const VALUE = string('v');
const HELLO = Buffer.concat([Buffer.of(0), KEY, VALUE]);
const SECONDS = Buffer.alloc(4);
SECONDS.writeInt32LE(2000000000);

function item(opcode: number, ...parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat([Buffer.of(opcode), ...parts]);
}

const ITEMS: readonly (readonly [name: string, items: Buffer[], lines: string[], ask: string])[] = [
  ['a deadline in seconds', [item(253, SECONDS), HELLO], [], 'PEXPIRETIME k :2000000000000'],
  ['one in ms', [item(252, milliseconds(LATER_MS)), HELLO], [], `PEXPIRETIME k :${LATER_MS}`],
  [
    'attributes end with their entry',
    [item(252, milliseconds(LATER_MS)), HELLO, Buffer.concat([Buffer.of(0), string('l'), VALUE])],
    [],
    'PEXPIRETIME l :-1',
  ],
  ['idle time and frequency', [item(248, length(300)), item(249, Buffer.of(7)), HELLO], [], ''],
  ['counts', [item(254, length(3)), item(251, length(1), length(0)), HELLO], [], ''],
  ['counts of slots', [item(244, length(1), length(2), length(0)), HELLO], [], 'EXISTS k :1'],
  ['a fact', [item(250, string('a'), integer(-5, 8))], ['a: -5'], ''],
  ['a library', [item(245, string('#!lua name=l\n'))], ['library #!lua name=l\n'], ''],
  [
    'data of a module',
    [
      item(
        247,
        Buffer.from('8130a3f1a7f8d0fc05', 'hex'),
        length(2),
        length(1),
        length(1),
        length(9),
        length(2),
        length(300),
        length(3),
        Buffer.alloc(4),
        length(4),
        Buffer.alloc(8),
        length(5),
        string('text'),
        length(0),
      ),
      HELLO,
    ],
    ['module MKPxp_jQ_'],
    'EXISTS k :1',
  ],
  ['an empty set', [Buffer.concat([Buffer.of(2), KEY, length(0)])], ['empty k'], 'EXISTS k :0'],
  ['a key twice', [HELLO, HELLO], ['twice'], 'EXISTS k :1'],
];

for (const [name, items, lines, ask] of ITEMS) {
  test(`a file has ${name}`, () => {
    for (const readMax of [1, 1000]) {
      const made = makeServer();
      const { server, session } = made;
      const read = readFile(server, bytesFile(fileOf(items), readMax));
      assert.equal(read.problem, '');
      assert.deepEqual(read.lines, lines);
      server.keyspace.verify();
      if (ask === '') continue;
      const [line, reply] = ask.split(' :');
      assert.equal(call(server, session, line), `:${reply}\r\n`);
      assertEmpty(made);
    }
  });
}

const CLAIM = Buffer.from('80ffffffff', 'hex');

const REFUSED: readonly (readonly [name: string, file: Buffer, problem: RegExp, at: number])[] = [
  ['another signature', Buffer.from('REDIX0010'), /does not begin as RDB files do/, 0],
  ['an unknown version', fileOf([], 13), /version 0013/, 0],
  ['version 0', fileOf([], 0), /version 0000/, 0],
  ['an unknown type', fileOf([HELLO, item(77, KEY, VALUE)]), /type 77/, 14],
  ['a module value', fileOf([item(7, KEY, VALUE)]), /value of a module/, 9],
  ['an unknown opcode', fileOf([item(243)]), /type 243/, 9],
  ['early functions', fileOf([item(246)]), /release candidates/, 9],
  ['a database that the server lacks', fileOf([item(254, length(16))]), /database 16/, 9],
  ['a key of no length', fileOf([Buffer.from('00bf', 'hex')]), /malformed/, 9],
  ['a long claim', fileOf([item(0, KEY, CLAIM, VALUE)]), /no value may be/, 9],
  ['a claim', fileOf([item(0, KEY, Buffer.from('8001000000', 'hex'))]), /too early/, 9],
  ['a bad value', fileOf([item(4, KEY, length(2), KEY, VALUE, KEY, VALUE)]), /Duplicate hash/, 9],
  ['an empty zipmap', fileOf([item(9, KEY, string(zipmap([])))]), /Zipmap integrity/, 9],
  ['a bad module', fileOf([item(247, length(9), length(2), length(1), length(8))]), /module/, 9],
];

for (const [name, file, problem, at] of REFUSED) {
  test(`${name} is refused`, () => {
    const made = makeServer();
    const read = readFile(made.server, bytesFile(file));
    assert.match(read.problem, problem);
    assert.equal(read.itemPosition, at);
    assertEmpty(made);
  });
}

test('a file ends in the midst of another one, which goes on behind its checksum', () => {
  const { server } = filled(['SET k v']);
  const file = writtenFile(server);
  const whole = Buffer.concat([file, Buffer.from('*1\r\n$4\r\nPING\r\n')]);
  const other = makeServer();
  const read = readFile(other.server, bytesFile(whole, 10));
  assert.equal(read.problem, '');
  assert.equal(read.position, file.length);
});

test('the checksum: a wrong one is refused, zeros are none, and it may be left aside', () => {
  const made = filled(['SET k v']);
  const file = writtenFile(made.server);
  const changed = Buffer.from(file);
  changed[file.indexOf('v', 80)] ^= 1;
  const other = makeServer();
  assert.match(readFile(other.server, bytesFile(changed)).problem, /checksum is another one/);
  const unchecked = readFile(makeServer().server, bytesFile(changed), false);
  assert.deepEqual([unchecked.problem, unchecked.isChecked], ['', false]);
  const without = writtenFile(made.server, false);
  assert.equal(without.readBigUInt64LE(without.length - 8), 0n);
  const read = readFile(makeServer().server, bytesFile(without));
  assert.deepEqual([read.problem, read.isChecked], ['', false]);
});

/** Small keys of each kind. */
const SMALL = DATASET.filter((line) => line.length < 200);

test('a file that is cut anywhere is refused, and what it had is free again', () => {
  const file = writtenFile(filled(SMALL).server);
  const made = makeServer({}, 1, { poison: false });
  for (let size = 0; size < file.length; size++) {
    const read = readFile(made.server, bytesFile(file.subarray(0, size)));
    assert.ok(read.isCut, `cut at ${size}: ${read.problem}`);
    if (size % 16 === 0) assertEmpty(made);
    else call(made.server, made.session, 'FLUSHALL');
  }
});

test('a file with any bit flipped is refused, or is the same', () => {
  const file = writtenFile(filled(SMALL).server);
  const made = makeServer({}, 1, { poison: false });
  const random = new SeededRandom(1);
  for (let at = 0; at < file.length; at++) {
    const changed = Buffer.from(file);
    changed[at] ^= 1 << random.below(8);
    assert.notEqual(readFile(made.server, bytesFile(changed)).problem, '', `byte ${at}`);
    call(made.server, made.session, 'FLUSHALL');
  }
});

test('a file with any bit flipped does no harm where nobody looks at the checksum', () => {
  const file = writtenFile(filled(SMALL).server);
  const made = makeServer({}, 1, { poison: false });
  const random = new SeededRandom(2);
  for (let at = 0; at < file.length; at++) {
    const changed = Buffer.from(file);
    changed[at] ^= 1 << random.below(8);
    readFile(made.server, bytesFile(changed), false);
    made.server.keyspace.verify();
    assertEmpty(made);
  }
});
