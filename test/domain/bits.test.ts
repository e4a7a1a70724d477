// Counting, finding and combining bits: words against a model that looks at one bit after the
// other, wherever the bytes begin, in ordinary memory and in shared.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BITS_AND,
  BITS_COPY,
  BITS_OR,
  BITS_XOR,
  combineBits,
  countBits,
  invertBits,
  skipBytes,
  wordsOf,
} from '../../src/domain/bytes/bits.ts';
import { Int64 } from '../../src/domain/bytes/int64.ts';
import { BitField, OVERFLOW_FAIL, OVERFLOW_WRAP } from '../../src/domain/values/bit-field.ts';
import { BitRange } from '../../src/domain/values/bit-range.ts';
import { SeededRandom } from '../support/random.ts';

const SEED = Number(process.env.REDSTART_RANDOM_SEED ?? Date.now() % 1e9);
const SIZES = [
  0, 1, 3, 4, 7, 8, 31, 127, 128, 129, 131, 160, 200, 255, 256, 1000, 1029, 2111, 4127,
];
const ROUNDS = 400;

class World {
  readonly random = new SeededRandom(SEED);

  /** Bytes of any kind, at any place of a buffer: mostly one value, or all sorts. */
  bytes(size: number): Uint8Array {
    const { random } = this;
    const at = random.below(9);
    const room = at + size + random.below(9);
    const buffer = random.below(2) === 0 ? new ArrayBuffer(room) : new SharedArrayBuffer(room);
    const bytes = new Uint8Array(buffer, at, size);
    const most = random.pick([0, 255, -1]);
    for (let i = 0; i < size; i++) {
      bytes[i] = most < 0 || random.below(200) === 0 ? random.next() : most;
    }
    return bytes;
  }

  size(): number {
    return this.random.pick(SIZES);
  }
}

function bitsOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
}

function onesIn(bits: string): number {
  return bits.split('1').length - 1;
}

test(`bits are counted and found, seed ${SEED}`, () => {
  const world = new World();
  const { random } = world;
  for (let round = 0; round < ROUNDS; round++) {
    const bytes = world.bytes(world.size());
    const start = random.below(bytes.length + 1);
    const end = start + random.below(bytes.length - start + 1);
    const words = wordsOf(bytes);
    const part = bytes.subarray(start, end);
    assert.equal(countBits(bytes, words, start, end), onesIn(bitsOf(part)));
    for (const skipped of [0, 255]) {
      const found = part.findIndex((byte) => byte !== skipped);
      assert.equal(skipBytes(bytes, words, start, end, skipped), found < 0 ? end : start + found);
    }
  }
});

test(`ranges of bits, in one piece or several, seed ${SEED}`, () => {
  const world = new World();
  const { random } = world;
  const range = new BitRange();
  for (let round = 0; round < ROUNDS; round++) {
    const bytes = world.bytes(world.size() + 1);
    const words = wordsOf(bytes);
    const bits = bitsOf(bytes);
    const first = random.below(bits.length);
    const last = random.below(8) === 0 ? first : first + random.below(bits.length - first);
    range.set(first, last);
    const part = bits.slice(first, last + 1);
    const middle = range.first + random.below(range.end - range.first + 1);
    const pieces = [
      [range.first, middle],
      [middle, range.end],
    ];
    let count = 0;
    for (const [from, to] of pieces) count += range.countSet(bytes, words, 0, from, to);
    assert.equal(count, onesIn(part));
    for (const bit of [0, 1]) {
      const found = pieces.map(([from, to]) => range.findBit(bytes, words, 0, from, to, bit));
      const at = part.indexOf(String(bit));
      assert.equal(found.find((place) => place >= 0) ?? -1, at < 0 ? -1 : first + at);
    }
  }
  range.set(5, 4);
  const none = new Uint8Array(2);
  assert.equal(range.countSet(none, wordsOf(none), 0, range.first, range.end), 0);
});

const OPERATIONS: readonly [number, (a: number, b: number) => number][] = [
  [BITS_AND, (a, b) => a & b],
  [BITS_OR, (a, b) => a | b],
  [BITS_XOR, (a, b) => a ^ b],
  [BITS_COPY, (_a, b) => b],
];

test(`bytes are combined and inverted, seed ${SEED}`, () => {
  const world = new World();
  const { random } = world;
  for (let round = 0; round < ROUNDS; round++) {
    const size = world.size();
    const source = world.bytes(size + random.below(5));
    const start = random.below(source.length - size + 1);
    const at = 4 * random.below(4);
    const target = Uint8Array.from({ length: at + size + 8 }, () => random.next());
    const expected = target.slice();
    const [operation, combine] = random.pick(OPERATIONS);
    for (let i = 0; i < size; i++) {
      expected[at + i] = combine(expected[at + i], source[start + i]);
    }
    const buffer = { bytes: target, words: wordsOf(target) };
    combineBits(operation, buffer, at, source, wordsOf(source), start, size);
    assert.deepEqual(target, expected);
    invertBits(buffer, at, at + size);
    for (let i = at; i < at + size; i++) expected[i] ^= 0xff;
    assert.deepEqual(target, expected);
  }
});

test(`bit fields against BigInt, seed ${SEED}`, () => {
  const { random } = new World();
  const bytes = Uint8Array.from({ length: 40 }, () => random.next());
  const field = new BitField();
  const other = new Int64();
  for (let round = 0; round < 5000; round++) {
    field.isSigned = random.below(2) === 0;
    field.bits = 1 + random.below(field.isSigned ? 64 : 63);
    field.offset = random.below(8 * bytes.length - field.bits + 1);
    const cut = field.isSigned ? BigInt.asIntN : BigInt.asUintN;
    const before = bitsOf(bytes);
    const last = field.offset + field.bits;
    const old = cut(field.bits, BigInt(`0b${before.slice(field.offset, last)}`));
    field.read(bytes, 0, bytes.length);
    assert.equal(exact(field.value), old);
    other.high = random.pick([random.next() | 0, 0, -1]);
    other.low = random.next() | 0;
    const operand = exact(other);
    const isSum = random.below(2) === 0;
    const wanted = isSum ? old + operand : operand;
    const fits = cut(field.bits, wanted) === wanted;
    const overflow = random.pick([OVERFLOW_WRAP, OVERFLOW_FAIL]);
    const isDone = isSum ? field.add(other, overflow) : field.set(other, overflow);
    assert.equal(isDone, fits || overflow === OVERFLOW_WRAP);
    if (!isDone) continue;
    assert.equal(exact(field.value), cut(field.bits, wanted));
    field.write(bytes, 0);
    const written = BigInt.asUintN(field.bits, wanted).toString(2).padStart(field.bits, '0');
    assert.equal(bitsOf(bytes), before.slice(0, field.offset) + written + before.slice(last));
  }
});

function exact({ high, low }: Int64): bigint {
  return (BigInt(high) << 32n) | BigInt(low >>> 0);
}
