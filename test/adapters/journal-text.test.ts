// The journal as lines of text: what is written, and that it is read back, whatever the bytes are.
import assert from 'node:assert/strict';
import test from 'node:test';
import { TextLines } from '../../src/adapters/aof/text-lines.ts';
import { readerFor } from '../../src/adapters/aof/text-reader.ts';
import { READ } from '../../src/engine/disk.ts';
import { COMMAND, headOf, JournalScan } from '../../src/engine/journal/scan.ts';
import { ForgetfulDisk } from '../support/disk.ts';
import { JournalWorld, respOf } from '../support/journal.ts';

const HEADER = '# redstart journal 1\n';

function linesOf(...commands: readonly (readonly string[])[]): string {
  const lines = new TextLines();
  const bytes = Buffer.from(commands.map(respOf).join(''), 'latin1');
  lines.write(bytes, bytes.length);
  return Buffer.from(lines.bytes.subarray(0, lines.size)).toString('latin1');
}

function commandsOf(text: string): string[][] {
  const disk = new ForgetfulDisk();
  disk.put('f', text);
  const file = disk.open('f', READ);
  const scan = new JournalScan(file, 0, readerFor(headOf(file)));
  const found: string[][] = [];
  while (scan.next() === COMMAND) {
    const { request } = scan;
    found.push(
      Array.from({ length: request.count }, (_, i) =>
        Buffer.from(request.copy(i)).toString('latin1'),
      ),
    );
  }
  assert.equal(scan.offset, text.length);
  return found;
}

for (const [words, line] of [
  [['SET', 'name', 'v'], 'SET name v\n'],
  [['SET', 'name', 'v\xff\n'], 'SET name "v\\xff\\n"\n'],
  [['SET', 'a b', ''], 'SET "a b" ""\n'],
  [['SET', '#a', '"q"'], 'SET "#a" "\\"q\\""\n'],
  [['SET', "it's", 'back\\slash'], 'SET "it\'s" "back\\\\slash"\n'],
  [['SET', '\0', '\r\n'], 'SET "\\x00" "\\r\\n"\n'],
] as const) {
  test(`text: ${JSON.stringify(words)}`, () => {
    assert.equal(linesOf(words), line);
    assert.deepEqual(commandsOf(HEADER + line), [words]);
  });
}

test('text: all bytes survive', () => {
  const all = String.fromCharCode(...Array.from({ length: 256 }, (_, i) => i));
  const words = ['SET', all, all + all];
  assert.deepEqual(commandsOf(HEADER + linesOf(words)), [words]);
});

test('text: a server writes and reads it, and cuts a torn line', () => {
  const world = new JournalWorld({ appendfsync: 'always' });
  world.lines = new TextLines();
  world.start();
  world.call(['SET', 'k', 'a\nb']);
  world.clock.advance(1);
  world.call('MULTI');
  world.call('SET l 1');
  world.call('SET m 2');
  world.call('EXEC');
  world.clock.advance(1);
  const path = './appendonlydir/appendonly.aof.1.incr.aof';
  const text = `${HEADER}SELECT 0\nSET k "a\\nb"\nMULTI\nSET l 1\nSET m 2\nEXEC\n`;
  assert.equal(world.disk.text(path), text);
  const disk = world.disk.kill();
  disk.put(path, text.slice(0, -2));
  const next = new JournalWorld({ appendfsync: 'always' }, disk);
  next.lines = new TextLines();
  next.start();
  assert.deepEqual(next.data(), { k: 'a\nb' });
  assert.equal(disk.text(path), `${HEADER}SELECT 0\nSET k "a\\nb"\n`);
});

test('text: a server that writes the other form begins another file', () => {
  const world = new JournalWorld({ appendfsync: 'always' });
  world.start();
  world.call('SET k 1');
  world.clock.advance(1);
  const next = new JournalWorld({ appendfsync: 'always' }, world.disk.kill());
  next.lines = new TextLines();
  next.start();
  next.call('SET l 2');
  next.clock.advance(1);
  assert.deepEqual(next.files(), ['b 1.base.aof', 'i 1.incr.aof', 'i 2.incr.aof']);
  const last = new JournalWorld({ appendfsync: 'always' }, next.disk.kill()).start();
  assert.deepEqual(last.data(), { k: '1', l: '2' });
  assert.deepEqual(last.files().length, 4);
});
