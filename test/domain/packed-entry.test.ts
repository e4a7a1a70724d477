// Entries of packed lists beside those of Redis 7.2.6, as DUMP shows them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EncodedItem } from '../../src/domain/structures/packed/encoded-item.ts';
import {
  backSize,
  checkedEntrySize,
  entrySize,
  NO_ENTRY,
  PackedItem,
  readBack,
} from '../../src/domain/structures/packed/entry.ts';

/** Items, and the entry of each with its back length. */
const entries: [item: string, hex: string][] = [
  ['', '8001'],
  ['a', '816102'],
  ['0', '0001'],
  ['1', '0101'],
  ['9', '0901'],
  ['10', '0a01'],
  ['-1', 'dfff02'],
  ['127', '7f01'],
  ['128', 'c08002'],
  ['-128', 'df8002'],
  ['4095', 'cfff02'],
  ['4096', 'f1001003'],
  ['-4096', 'd00002'],
  ['-4097', 'f1ffef03'],
  ['32767', 'f1ff7f03'],
  ['32768', 'f200800004'],
  ['-32768', 'f1008003'],
  ['-32769', 'f2ff7fff04'],
  ['8388607', 'f2ffff7f04'],
  ['8388608', 'f30000800005'],
  ['-8388608', 'f200008004'],
  ['-8388609', 'f3ffff7fff05'],
  ['1000000000', 'f300ca9a3b05'],
  ['-1000000000', 'f3003665c405'],
  ['2147483647', 'f3ffffff7f05'],
  ['2147483648', 'f4000000800000000009'],
  ['-2147483648', 'f30000008005'],
  ['-2147483649', 'f4ffffff7fffffffff09'],
  ['4294967296', 'f4000000000100000009'],
  ['-4294967297', 'f4fffffffffeffffff09'],
  ['9007199254740991', 'f4ffffffffffff1f0009'],
  ['9007199254740992', 'f4000000000000200009'],
  ['9007199254740993', 'f4010000000000200009'],
  ['-9007199254740992', 'f4000000000000e0ff09'],
  ['1234567890123456789', 'f41581e97df410221109'],
  ['9223372036854775807', 'f4ffffffffffffff7f09'],
  ['-9223372036854775808', 'f4000000000000008009'],
  // What only looks like an integer.
  ['9223372036854775808', '933932323333373230333638353437373538303814'],
  ['-9223372036854775809', '942d3932323333373230333638353437373538303915'],
  ['18446744073709551615', '94313834343637343430373337303935353136313515'],
  ['-0', '822d3003'],
  ['00', '82303003'],
  ['+1', '822b3103'],
  [' 1', '82203103'],
  ['1.5', '83312e3504'],
  ['-', '812d02'],
  ['1a', '82316103'],
];

/** Sizes of items, the header of each and its back length. */
const sizes: [size: number, head: string, back: string][] = [
  [1, '81', '02'],
  [62, 'be', '3f'],
  [63, 'bf', '40'],
  [64, 'e040', '42'],
  [65, 'e041', '43'],
  [124, 'e07c', '7e'],
  [125, 'e07d', '7f'],
  [126, 'e07e', '0180'],
  [127, 'e07f', '0181'],
  [4094, 'effe', '2080'],
  [4095, 'efff', '2081'],
  [4096, 'f000100000', '2085'],
  [16376, 'f0f83f0000', '7ffd'],
  [16377, 'f0f93f0000', '7ffe'],
  [16378, 'f0fa3f0000', '00ffff'],
  [16379, 'f0fb3f0000', '018080'],
  [2097145, 'f0f9ff1f00', '7ffffe'],
  [2097146, 'f0faff1f00', '00ffffff'],
  [2097147, 'f0fbff1f00', '01808080'],
];

/** Encodes between other bytes, reads back in all ways; gives the entry with its back length. */
function check(item: Buffer): Buffer {
  const encoded = new EncodedItem();
  encoded.set(Buffer.concat([Buffer.from('1'), item, Buffer.from('2')]), 1, item.length + 1);
  const target = Buffer.alloc(encoded.sizeWithBack + 2, 0xee);
  const end = encoded.writeWithBack(target, 1);
  assert.equal(end, target.length - 1);
  assert.equal(target[0], 0xee);
  assert.equal(target[end], 0xee);
  assert.equal(entrySize(target, 1), encoded.size);
  assert.equal(checkedEntrySize(target, 1, 1 + encoded.size), encoded.size);
  assert.equal(checkedEntrySize(target, 1, encoded.size), NO_ENTRY);
  assert.equal(backSize(encoded.size), end - 1 - encoded.size);
  assert.equal(readBack(target, end), encoded.size);
  assert.ok(encoded.equals(target, 1));
  const read = new PackedItem();
  read.read(target, 1);
  assert.deepEqual(Buffer.from(read.bytes.subarray(read.start, read.end)), item);
  const taken = new EncodedItem();
  taken.take(target, 1);
  assert.equal(taken.size, encoded.size);
  assert.equal(taken.first, encoded.first);
  assert.equal(taken.last, encoded.last);
  const copy = Buffer.alloc(target.length, 0xee);
  assert.equal(taken.writeWithBack(copy, 1), end);
  assert.deepEqual(copy, target);
  assert.equal(encoded.write(target, 1), end - backSize(encoded.size));
  return target.subarray(1, end);
}

test('entries are those of Redis', () => {
  for (const [item, hex] of entries) {
    assert.equal(check(Buffer.from(item, 'latin1')).toString('hex'), hex, item);
  }
});

test('headers and back lengths are those of Redis', () => {
  for (const [size, head, back] of sizes) {
    const entry = check(Buffer.alloc(size, 'x')).toString('hex');
    assert.ok(entry.startsWith(head + '78'), `${size}: ${entry.slice(0, 12)}`);
    assert.ok(entry.endsWith('78' + back), `${size}: ${entry.slice(-10)}`);
    assert.equal(entry.length, head.length + 2 * size + back.length);
  }
});

test('any item comes back, and only equal items are equal entries', () => {
  const digits = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);
  const near = fc.tuple(fc.nat(63), fc.integer({ min: -2, max: 2 }), fc.constantFrom(1n, -1n));
  const power = near.map(([bits, off, sign]) => String(sign * 2n ** BigInt(bits) + BigInt(off)));
  const number = fc.oneof(digits, power).map((text) => Buffer.from(text));
  const item = fc.oneof(number, fc.uint8Array({ maxLength: 80 }).map(Buffer.from));
  fc.assert(
    fc.property(item, item, (bytes, other) => {
      const entry = check(bytes);
      const encoded = new EncodedItem();
      for (const needle of [bytes, other]) {
        encoded.set(needle, 0, needle.length);
        assert.equal(encoded.equals(entry, 0), needle.equals(bytes));
      }
    }),
    { numRuns: 300 },
  );
});

test('what is cut off, or no header, is no entry', () => {
  const lines: [hex: string, size: number][] = [
    ['', NO_ENTRY],
    ['f5', NO_ENTRY],
    ['ff', NO_ENTRY],
    ['fe00', NO_ENTRY],
    ['c0', NO_ENTRY],
    ['e0', NO_ENTRY],
    ['e00161', 3],
    ['e002', NO_ENTRY],
    ['8161', 2],
    ['82ff', NO_ENTRY],
    ['f0ffffff', NO_ENTRY],
    ['f0ffffffff', NO_ENTRY],
    ['f0ffffff7f61', NO_ENTRY],
    ['f00100000061', 6],
    ['f4000000000000', NO_ENTRY],
  ];
  for (const [hex, size] of lines) {
    // Behind the end stands what would complete it.
    const bytes = Buffer.concat([Buffer.from(hex, 'hex'), Buffer.alloc(16)]);
    assert.equal(checkedEntrySize(bytes, 0, hex.length / 2), size, hex);
  }
});
