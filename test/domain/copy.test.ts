// copyBytes: the same bytes arrive, and nothing around them changes, wherever the two places lie
// and whether memory is shared or not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { copyBytes } from '../../src/domain/bytes/compare.ts';

const SIZES = [0, 1, 40, 41, 255, 256, 257, 1024, 4099, 32767, 32768, 32769];
const ROOM = 40000;
const UNTOUCHED = 0xee;

function memory(isShared: boolean): Uint8Array {
  return new Uint8Array(isShared ? new SharedArrayBuffer(ROOM) : new ArrayBuffer(ROOM));
}

for (const [sourceIsShared, targetIsShared] of [
  [true, false],
  [false, true],
  [true, true],
  [false, false],
]) {
  const names = [sourceIsShared, targetIsShared].map((is) => (is ? 'shared' : 'ordinary'));
  test(`copyBytes: from ${names[0]} to ${names[1]} memory`, () => {
    const source = memory(sourceIsShared);
    for (let i = 0; i < ROOM; i++) source[i] = (i * 7 + (i >>> 8)) & 0xff;
    for (const size of SIZES) {
      for (const [start, at] of [0, 1, 3, 7].flatMap((a) => [8, 9, 13, 15].map((b) => [a, b]))) {
        const target = memory(targetIsShared).fill(UNTOUCHED);
        copyBytes(source, start, start + size, target, at);
        const expected = new Uint8Array(ROOM).fill(UNTOUCHED);
        expected.set(source.slice(start, start + size), at);
        assert.ok(Buffer.compare(target, expected) === 0, `${size} bytes, ${start} to ${at}`);
      }
    }
  });
}
