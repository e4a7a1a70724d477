// Bytes as text, one character each: the same whatever their number, wherever they lie.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { latin1Text } from '../../src/domain/bytes/ascii.ts';

const BYTES = Uint8Array.from({ length: 20_000 }, (_, i) => i & 255);
const SHORT_MAX = 64;
const SIZES = [511, 512, 513, 8191, 8192, 8193, 16_384, 16_385];

test('latin1Text makes a character of each byte', () => {
  const short = Array.from({ length: SHORT_MAX }, (_, size) => size);
  for (const size of [...short, ...SIZES]) {
    for (const start of [0, 200]) {
      const expected = Buffer.from(BYTES).toString('latin1', start, start + size);
      assert.equal(latin1Text(BYTES, start, start + size), expected, `${size} bytes`);
    }
  }
});
