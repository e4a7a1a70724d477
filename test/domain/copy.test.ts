// copyBytes and moveBytes: the same bytes arrive, and nothing around them changes, wherever the
// two places lie and whether memory is shared or not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { copyBytes, moveBytes } from '../../src/domain/bytes/compare.ts';

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

/** Larger than what is moved in one piece. */
const MOVED_ROOM = 80000;
const MOVED_SIZES = [...SIZES, 2047, 2048, 2049, 32775, 66000];

test('moveBytes: forwards and backwards, where the places overlap', () => {
  const shared = new Uint8Array(new SharedArrayBuffer(MOVED_ROOM));
  const expected = new Uint8Array(MOVED_ROOM);
  for (const size of MOVED_SIZES) {
    for (const [start, at] of [8, 9, 13].flatMap((a) => [0, 7, 8, 31, 2100].map((b) => [a, b]))) {
      for (const [from, to] of [
        [start, at],
        [at, start],
      ]) {
        for (let i = 0; i < MOVED_ROOM; i++) shared[i] = (i * 7 + (i >>> 8)) & 0xff;
        expected.set(shared);
        expected.copyWithin(to, from, from + size);
        moveBytes(shared, from, from + size, to);
        assert.ok(Buffer.compare(shared, expected) === 0, `${size} bytes, ${from} to ${to}`);
      }
    }
  }
});
