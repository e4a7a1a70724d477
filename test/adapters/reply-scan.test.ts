// Replies are found one by one, however their bytes are cut, and however many come at once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReplyScan } from '../../src/adapters/resp/reply-scan.ts';

const REPLIES = [
  '+OK\r\n',
  '-ERR wrong\r\n',
  '$-1\r\n',
  '$6\r\n\r\n$1\r\n\r\n',
  '*0\r\n',
  '*-1\r\n',
  '*2\r\n*1\r\n:1\r\n$1\r\na\r\n',
  '%1\r\n+a\r\n~2\r\n#t\r\n,1.5\r\n',
  '|1\r\n+ttl\r\n:1\r\n*1\r\n=5\r\ntxt:a\r\n',
  '>2\r\n+message\r\n_\r\n',
  `$5000\r\n${'x'.repeat(5000)}\r\n`,
  '(123456789012345678901\r\n',
];

/** What comes out when the bytes are added in pieces of this size. */
function scanned(text: string, size: number): string[] {
  const scan = new ReplyScan();
  const bytes = Buffer.from(text, 'latin1');
  const found: string[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    scan.add(bytes.subarray(at, at + size));
    for (let reply = scan.take(); reply !== null; reply = scan.take()) {
      found.push(Buffer.from(reply).toString('latin1'));
    }
  }
  return found;
}

for (const size of [1, 2, 3, 7, 64, 4095, 4096, 1e6]) {
  test(`replies in pieces of ${size}`, () => {
    assert.deepEqual(scanned(REPLIES.join(''), size), REPLIES);
  });
}

test('large replies, and small ones behind them', () => {
  const replies = [`$400000\r\n${'y'.repeat(400000)}\r\n`, ...REPLIES];
  assert.deepEqual(scanned(replies.join(''), 65536), replies);
});
