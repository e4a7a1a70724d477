// Replies that are read back as values: every kind of RESP2 and RESP3, and what the writer says.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Reply } from '../../src/engine/reply.ts';
import { ReplyReader, type ReplyValue, readReply } from '../../src/engine/reply-reader.ts';

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

function read(text: string): ReplyValue {
  // What lies behind the end is another reply's.
  return readReply(bytesOf(`${text}+OK\r\n`), text.length);
}

const ok: ReplyValue = { kind: 'simple', text: 'OK' };

const LINES: readonly [reply: string, value: ReplyValue][] = [
  ['+OK\r\n', ok],
  ['-ERR no\r\n', { kind: 'error', text: 'ERR no' }],
  [':-5\r\n', -5],
  [':9007199254740991\r\n', 9007199254740991],
  [':9223372036854775807\r\n', 9223372036854775807n],
  ['$-1\r\n', null],
  ['*-1\r\n', null],
  ['_\r\n', null],
  ['$0\r\n\r\n', bytesOf('')],
  ['$4\r\na\r\n\xff\r\n', bytesOf('a\r\n\xff')],
  ['*0\r\n', { kind: 'array', items: [] }],
  ['*2\r\n:1\r\n*1\r\n$-1\r\n', { kind: 'array', items: [1, { kind: 'array', items: [null] }] }],
  ['#t\r\n', true],
  ['#f\r\n', false],
  [',2.5\r\n', { kind: 'double', value: 2.5 }],
  [',-inf\r\n', { kind: 'double', value: Number.NEGATIVE_INFINITY }],
  [',nan\r\n', { kind: 'double', value: Number.NaN }],
  ['(123456789012345678901\r\n', { kind: 'bigNumber', text: '123456789012345678901' }],
  ['=6\r\ntxt:ab\r\n', { kind: 'verbatim', format: 'txt', bytes: bytesOf('ab') }],
  ['%1\r\n+OK\r\n:1\r\n', { kind: 'map', pairs: [[ok, 1]] }],
  ['~2\r\n:1\r\n:2\r\n', { kind: 'set', items: [1, 2] }],
  ['>1\r\n:1\r\n', { kind: 'push', items: [1] }],
  ['|1\r\n+a\r\n*2\r\n:1\r\n:2\r\n:3\r\n', 3],
  ['*1\r\n|1\r\n+a\r\n|1\r\n+b\r\n+c\r\n+d\r\n:3\r\n', { kind: 'array', items: [3] }],
];

test('a reply is read as the value that it is', () => {
  for (const [reply, value] of LINES) assert.deepEqual(read(reply), value, JSON.stringify(reply));
});

test('what the writer says is what is read', () => {
  for (const resp3 of [false, true]) {
    const reply = new Reply();
    reply.resp3 = resp3;
    reply.array(4);
    reply.map(1);
    reply.bulkText('pi');
    reply.double(3.25);
    reply.bulkUncopied(bytesOf('large'));
    reply.boolean(true);
    reply.nilArray();
    const size = reply.totalSize;
    const name = bytesOf('pi');
    const map: ReplyValue = { kind: 'map', pairs: [[name, { kind: 'double', value: 3.25 }]] };
    const flat: ReplyValue = { kind: 'array', items: [name, bytesOf('3.25')] };
    const items = [resp3 ? map : flat, bytesOf('large'), resp3 ? true : 1, null];
    assert.deepEqual(readReply(reply.take(), size), { kind: 'array', items });
  }
});

test('reading does not recurse deeper than it is bounded, and goes on behind', () => {
  const deep = '*1\r\n'.repeat(100_000);
  let value = read(`*2\r\n${deep}:1\r\n:2\r\n`);
  assert.ok(isArray(value));
  assert.equal(value.items[1], 2);
  let depth = 0;
  for (; isArray(value); depth++) value = value.items[0];
  assert.equal(depth, 128);
  assert.deepEqual(value, { kind: 'error', text: 'ERR the reply is nested too deeply' });
});

test('what is no reply of ours is a bug', () => {
  for (const bad of ['OK\r\n', '+OK\r\n+OK\r\n']) {
    assert.throws(() => readReply(bytesOf(bad), bad.length), /reply/, JSON.stringify(bad));
  }
});

test('an array that announces more than it has ends in nil: EXEC with CLIENT REPLY OFF', () => {
  const text = '*3\r\n:1\r\n';
  const expected = { kind: 'array', items: [1, null, null] };
  assert.deepEqual(readReply(bytesOf(text), text.length), expected);
});

test('a reader skips what belongs to an item', () => {
  const text = '*2\r\n%1\r\n:1\r\n~1\r\n:2\r\n|1\r\n:3\r\n:4\r\n:5\r\n:6\r\n';
  const reader = new ReplyReader(bytesOf(text), text.length);
  reader.next();
  reader.skip();
  reader.next();
  assert.equal(reader.text, '6');
  assert.ok(reader.isDone);
});

function isArray(value: ReplyValue): value is ReplyValue & { items: readonly ReplyValue[] } {
  return typeof value === 'object' && value !== null && 'items' in value;
}
