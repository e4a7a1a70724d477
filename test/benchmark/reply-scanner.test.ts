// Replies are counted, and errors told, the same however the network cuts the bytes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReplyScanner } from '../../src/benchmark/reply-scanner.ts';
import { ProtocolError } from '../../src/cli/reply.ts';

type Line = readonly [bytes: string, replies: number, errors?: number, firstError?: string];

const LINES: readonly Line[] = [
  ['+OK\r\n', 1],
  [':-17\r\n', 1],
  ['$-1\r\n', 1],
  ['*-1\r\n', 1],
  ['_\r\n#t\r\n,1.5\r\n(123456789012345678901234567890\r\n', 4],
  ['$0\r\n\r\n', 1],
  ['$5\r\na\r\n+b\r\n', 1],
  ['$3\r\n\r\n-\r\n+OK\r\n', 2],
  ['=7\r\ntxt:abc\r\n', 1],
  ['*0\r\n', 1],
  ['*2\r\n$1\r\na\r\n:1\r\n', 1],
  ['*2\r\n*2\r\n:1\r\n*0\r\n*1\r\n$-1\r\n+OK\r\n', 2],
  ['%1\r\n+a\r\n*1\r\n:1\r\n~2\r\n:1\r\n:2\r\n', 2],
  ['%0\r\n~0\r\n', 2],
  ['-ERR a\r\n', 1, 1, 'ERR a'],
  ['-ERR a\r\n-ERR b\r\n+OK\r\n', 3, 2, 'ERR a'],
  ['!5\r\nERR a\r\n-ERR b\r\n', 2, 2, 'ERR a'],
  ['*1\r\n-ERR inside\r\n', 1],
  ['*2\r\n:1\r\n-ERR inside\r\n-ERR outside\r\n', 2, 1, 'ERR outside'],
  ['>2\r\n+invalidate\r\n*1\r\n$1\r\nk\r\n+OK\r\n', 1],
  ['*1\r\n>1\r\n:1\r\n', 1],
  ['|1\r\n+ttl\r\n:3\r\n+OK\r\n', 1],
  ['|1\r\n+ttl\r\n*2\r\n:3\r\n-ERR x\r\n-ERR y\r\n', 1, 1, 'ERR y'],
  ['|0\r\n-ERR y\r\n', 1, 1, 'ERR y'],
  ['|1\r\n+a\r\n:1\r\n>1\r\n:1\r\n+OK\r\n', 1],
];

for (const [text, replies, errors = 0, firstError = null] of LINES) {
  test(`${JSON.stringify(text)} at every cut`, () => {
    const bytes = Buffer.from(text, 'latin1');
    for (let first = 0; first <= bytes.length; first++) {
      for (let second = first; second <= bytes.length; second++) {
        const scanner = new ReplyScanner();
        const found = [0, first, second].map((start, i) => {
          const part = bytes.subarray(start, [first, second, bytes.length][i]);
          return scanner.scan(part, part.length);
        });
        const where = `cut at ${first} and ${second}`;
        assert.equal(found[0] + found[1] + found[2], replies, where);
        assert.equal(scanner.errors, errors, where);
        assert.equal(scanner.firstError, firstError, where);
      }
    }
  });
}

test('a reply is counted with its last byte, not before', () => {
  for (const [text, replies] of LINES) {
    const bytes = Buffer.from(text, 'latin1');
    const scanner = new ReplyScanner();
    assert.equal(scanner.scan(bytes, bytes.length - 1), replies - 1, JSON.stringify(text));
    assert.equal(scanner.scan(bytes.subarray(-1), 1), 1, JSON.stringify(text));
  }
});

const REFUSED = ['PONG\r\n', '$x\r\n', '*1\r\nx', '$99999999999\r\n', '\r\n', '$3\r\nabcd\r\n'];

for (const text of REFUSED) {
  test(`refused: ${JSON.stringify(text)}`, () => {
    const bytes = Buffer.from(text, 'latin1');
    assert.throws(() => new ReplyScanner().scan(bytes, bytes.length), ProtocolError);
  });
}

test('of a long error the beginning is kept', () => {
  const bytes = Buffer.from(`-ERR ${'x'.repeat(5000)}\r\n`);
  const scanner = new ReplyScanner();
  for (const byte of bytes) scanner.scan(Uint8Array.of(byte), 1);
  assert.equal(scanner.firstError?.length, 1000);
});
