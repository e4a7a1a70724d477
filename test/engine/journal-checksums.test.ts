// Groups of commands with checksums: what is written, and that nothing else is handed out.
import assert from 'node:assert/strict';
import test from 'node:test';
import { TextLines } from '../../src/adapters/aof/text-lines.ts';
import { readerFor } from '../../src/adapters/aof/text-reader.ts';
import { READ } from '../../src/engine/disk.ts';
import { GroupChecksums } from '../../src/engine/journal/checksums.ts';
import {
  CHECKING,
  COMMAND,
  ENDED,
  headOf,
  JournalScan,
  TORN,
} from '../../src/engine/journal/scan.ts';
import { ForgetfulDisk } from '../support/disk.ts';
import { JournalWorld, respOf } from '../support/journal.ts';

const PATH = './appendonlydir/appendonly.aof.1.incr.aof';
const NOTE_SIZE = 31;

/** A group as it stands in a file. */
function group(commands: string, lineEnd = '\r\n'): string {
  const checksums = new GroupChecksums(lineEnd);
  const bytes = Buffer.from(' '.repeat(checksums.noteSize) + commands, 'latin1');
  checksums.write(bytes, 0, bytes.length);
  return bytes.toString('latin1');
}

interface Found {
  /** Keys that SET was handed out for. */
  readonly keys: string;
  readonly end: string;
  readonly pieces: number;
}

function scan(text: string): Found {
  const disk = new ForgetfulDisk();
  disk.put('f', text);
  const file = disk.open('f', READ);
  const reading = new JournalScan(file, 0, readerFor(headOf(file)));
  let keys = '';
  let pieces = 0;
  for (;;) {
    const found = reading.next();
    if (found === CHECKING) pieces++;
    else if (found === COMMAND) keys += reading.request.text(1);
    else {
      const end = found === ENDED ? 'ended' : found === TORN ? 'torn' : reading.problem;
      return { keys, end: `${end} at ${reading.offset}`, pieces };
    }
  }
}

const A = respOf(['SET', 'a', '1']);
const B = respOf(['SET', 'b', '2']);
const C = respOf(['SET', 'c', '3']);
const UNIT = respOf(['MULTI']) + A + B + respOf(['EXEC']);
const LARGE = respOf(['SET', 'l', 'x'.repeat(3_000_000)]);
const DIFFERENT = 'a group of 27 bytes is not what its checksum says';

test('a note says the size of its group and its CRC-64', () => {
  // What Redis's own test of its CRC-64 expects.
  assert.equal(group('123456789'), '#=0000000009 e9c6d914c4b8d9ca\r\n123456789');
  assert.equal(group('123456789', '\n'), '#=0000000009 e9c6d914c4b8d9ca\n123456789');
});

const FIRST = group(A).length;
const SECOND = FIRST + group(B).length;

for (const [name, text, keys, end] of [
  ['groups', group(A) + group(B), 'a b', `ended at ${SECOND}`],
  ['a group of several', group(A + B + C), 'a b c', `ended at ${NOTE_SIZE + 81}`],
  ['a unit', group(UNIT) + group(C), 'a b c', `ended at ${group(UNIT).length + FIRST}`],
  ['groups behind commands', A + group(B), 'a b', `ended at ${27 + FIRST}`],
  ['a note within a group', group(`#TS:1\r\n${A}`), 'a', `ended at ${NOTE_SIZE + 34}`],
  ['a command without a checksum', group(A) + B, 'a', `a checksum is missing at ${FIRST}`],
  ['a note without', `${group(A)}#TS:1\r\n${B}`, 'a', `a checksum is missing at ${FIRST}`],
  ['another value', group(A) + group(B).replace('2\r\n', '3\r\n'), 'a', `${DIFFERENT} at ${FIRST}`],
  ['a note that is none', `${group(A)}#=12 ab\r\n${B}`, 'a', `a checksum is damaged at ${FIRST}`],
  ['a group in a group', group(A + group(B)), 'a', `a checksum is damaged at ${FIRST}`],
  ['a group too large', `${group(A)}${group(B + C).replace('54', '99')}`, 'a', `torn at ${FIRST}`],
  [
    'one before others',
    group(A).replace('27', '99') + group(B),
    '',
    'the size of a group is wrong at 0',
  ],
  ['a hole', group(A) + group(B).replace('SET', 'S\0T'), 'a', `${DIFFERENT} at ${FIRST}`],
  ['NULs at the end', group(A) + group(B).replace('2\r\n', '\0\0\0'), 'a', `torn at ${FIRST}`],
  ['NULs behind', `${group(A)}\0\0\0\0`, 'a', `torn at ${FIRST}`],
] as const) {
  test(`groups: ${name}`, () => {
    const found = scan(text);
    assert.deepEqual([[...found.keys].join(' '), found.end], [keys, end]);
  });
}

test('groups: a large one is compared in pieces, and one that is damaged hands nothing out', () => {
  const text = group(A) + group(LARGE + B) + group(C);
  const { keys, end, pieces } = scan(text);
  assert.deepEqual([keys, end], ['albc', `ended at ${text.length}`]);
  assert.ok(pieces > 5, String(pieces));
  const last = text.lastIndexOf('x');
  const damaged = scan(`${text.slice(0, last)}y${text.slice(last + 1)}`);
  assert.equal(damaged.keys, 'a');
  assert.match(damaged.end, /a group of 3000059 bytes is not what its checksum says at 58/);
});

test('groups: cut at every byte, whole groups are left', () => {
  const groups = [group(A), group(UNIT), group(B + C)];
  const text = groups.join('');
  const ends = groups.map((_, i) => groups.slice(0, i + 1).join('').length);
  const keys = ['', 'a', 'aab', 'aabbc'];
  for (let cut = 0; cut < text.length; cut++) {
    const whole = ends.filter((end) => end <= cut).length;
    const end = whole === 0 ? 0 : ends[whole - 1];
    const found = scan(text.slice(0, cut));
    const way = cut === end ? 'ended' : 'torn';
    assert.deepEqual([found.keys, found.end], [keys[whole], `${way} at ${end}`], `cut at ${cut}`);
  }
});

test('groups: each bit flipped, what is handed out was written', () => {
  const groups = [group(A), group(UNIT), group(B + C)];
  const text = groups.join('');
  for (let bit = 0; bit < text.length * 8; bit++) {
    const bytes = Buffer.from(text, 'latin1');
    bytes[bit >> 3] ^= 1 << (bit & 7);
    const { keys, end } = scan(bytes.toString('latin1'));
    const where = `bit ${bit}`;
    assert.ok('aabbc'.startsWith(keys), `${where}: ${keys}`);
    // The first note may become one that says nothing; its commands are whole.
    if (/^ended/.test(end)) assert.equal(keys, 'aabbc', where);
    // Else nothing that lies before others is cut off.
    if (/^torn/.test(end)) assert.ok(bit >> 3 >= group(A).length + group(UNIT).length, where);
  }
});

function world(disk = new ForgetfulDisk(), lineEnd: string | null = '\r\n'): JournalWorld {
  const made = new JournalWorld({ appendfsync: 'always' }, disk);
  if (lineEnd !== null) made.checksums = new GroupChecksums(lineEnd);
  return made;
}

function set(made: JournalWorld, key: string): void {
  made.call(`SET ${key} 1`);
  made.clock.advance(1);
}

test('groups: what a server writes at once is a group, and it counts as bytes of the file', () => {
  const made = world().start();
  made.call('SET a 1');
  made.call('SET b 2');
  made.clock.advance(1);
  set(made, 'c');
  const select = respOf(['SELECT', '0']);
  const text = group(select + A + B) + group(respOf(['SET', 'c', '1']));
  assert.equal(made.disk.text(PATH), text);
  assert.equal(made.made.server.journal.writer.size, text.length);
});

test('groups: a rewrite begins a file with a group; what it loses is read back', () => {
  const made = world().start();
  set(made, 'a');
  made.made.server.journal.planRewrite();
  made.call('SET b 1');
  made.clock.advance(1);
  set(made, 'c');
  const next = world(made.disk.kill()).start();
  assert.deepEqual(next.data(), { a: '1', b: '1', c: '1' });
  const path = PATH.replace('.1.', '.2.');
  assert.match(next.disk.text(path), /^#=\d{10} [0-9a-f]{16}\r\n\*/);
  assert.match(scan(next.disk.text(path)).end, /^ended/);
});

test('groups: files with and without them follow each other; the last form is gone on with', () => {
  const disk = new ForgetfulDisk();
  const first = world(disk, null).start();
  set(first, 'a');
  const second = world(first.disk.kill()).start();
  set(second, 'b');
  const third = world(second.disk.kill()).start();
  set(third, 'c');
  assert.deepEqual(third.files(), ['b 1.base.aof', 'i 1.incr.aof', 'i 2.incr.aof']);
  const fourth = world(third.disk.kill(), null).start();
  set(fourth, 'd');
  assert.deepEqual(fourth.files().length, 4);
  assert.deepEqual(fourth.data(), { a: '1', b: '1', c: '1', d: '1' });
});

test('groups: lines of text have them, too', () => {
  const made = world(new ForgetfulDisk(), '\n');
  made.lines = new TextLines();
  made.start();
  set(made, 'a');
  const header = '# redstart journal 1\n';
  assert.equal(made.disk.text(PATH), header + group('SELECT 0\nSET a 1\n', '\n'));
  const next = world(made.disk.kill(), '\n');
  next.lines = new TextLines();
  next.start();
  set(next, 'b');
  assert.deepEqual(next.files().length, 2);
  const text = next.disk.text(PATH);
  assert.equal(scan(text).end, `ended at ${text.length}`);
  assert.match(scan(text.replace('SET a 1', 'SET a 2')).end, /not what its checksum says at 21$/);
});

test('groups: a torn one is cut off, and the file is gone on with', () => {
  const made = world().start();
  set(made, 'a');
  set(made, 'b');
  const disk = made.disk.kill();
  const text = disk.text(PATH);
  disk.put(PATH, text.slice(0, -1));
  const next = world(disk).start();
  assert.deepEqual(next.data(), { a: '1' });
  set(next, 'c');
  const last = world(next.disk.kill()).start();
  assert.deepEqual(last.data(), { a: '1', c: '1' });
});

test('groups: a damaged one is refused, and nothing is changed', () => {
  const made = world().start();
  set(made, 'a');
  set(made, 'b');
  const disk = made.disk.kill();
  const text = disk.text(PATH).replace('a\r\n', 'z\r\n');
  disk.put(PATH, text);
  assert.throws(() => world(disk).start(), /Bad file format .* at offset 0: a group of 50 bytes/);
  assert.equal(disk.text(PATH), text);
});
