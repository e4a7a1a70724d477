// Integers as text, against BigInt and the syntax as a regular expression. What Redis 7.2.6 takes
// for an integer or a cursor was asked of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { latin1Bytes, latin1Text } from '../../src/domain/bytes/ascii.ts';
import {
  integerLength,
  isInteger64,
  parseBigInteger,
  parseCursor,
  parseInteger,
  writeBigInteger,
  writeInteger,
} from '../../src/domain/bytes/integer.ts';

const SAFE_MAX = BigInt(Number.MAX_SAFE_INTEGER);

test('texts that are integers, and texts that are not', () => {
  const integers = ['0', '1', '9', '-1', '10', '-10', '2147483648', '-2147483649', '100000000'];
  integers.push('9007199254740991', '-9007199254740991', '9007199254740992');
  integers.push('9007199254740993', '9999999999999999', '99999999999999999');
  integers.push('9223372036854775807', '-9223372036854775808', '-9223372036854775807');
  for (const text of integers) check(text);
  const others = [
    '',
    '-',
    '+1',
    '-0',
    '00',
    '01',
    '-01',
    ' 1',
    '1 ',
    '1\n',
    '1\0',
    '1a',
    'a',
    '--1',
  ];
  others.push('1.0', '1e3', '0x10', '9223372036854775808', '-9223372036854775809', '/', ':');
  others.push('18446744073709551615', '100000000000000000000', '-100000000000000000000');
  for (const text of others) check(text);
});

test('random texts of integers', () => {
  fc.assert(fc.property(fc.bigInt(-(2n ** 65n), 2n ** 65n), (value) => check(`${value}`)));
  fc.assert(fc.property(fc.maxSafeInteger(), (value) => check(`${value}`)));
  const nearly = fc.string({ unit: fc.constantFrom(...'-+0019 .'), maxLength: 21 });
  fc.assert(fc.property(nearly, check));
});

test('cursors, as strtoul reads them', () => {
  const cursors: [text: string, value: number][] = [
    ['', 0],
    ['0', 0],
    ['-0', 0],
    ['17', 17],
    ['+17', 17],
    ['0017', 17],
    ['000000000000000000000000000017', 17],
    ['17\0garbage', 17],
    ['\0', 0],
    ['9007199254740991', 2 ** 53 - 1],
    ['9007199254740992', 2 ** 53],
    ['9007199254740993', 2 ** 53],
    ['18446744073709551615', 2 ** 53],
    ['18446744073709551616', -1],
    ['100000000000000000000', -1],
    ['-1', 2 ** 53],
    ['-18446744073709551615', 1],
    ['-18446744073709551616', -1],
    ['-', -1],
    ['+', -1],
    ['+-1', -1],
    [' 1', -1],
    ['\v1', -1],
    ['1 ', -1],
    ['1x', -1],
    ['0x10', -1],
    ['x', -1],
  ];
  for (const [text, value] of cursors) {
    const bytes = surround(text);
    assert.equal(parseCursor(bytes, 2, bytes.length - 2), value, JSON.stringify(text));
  }
});

test('integers of every length are written', () => {
  for (let limit = 1; limit <= Number.MAX_SAFE_INTEGER; limit *= 10) {
    for (const value of [limit - 1, limit, limit + 1, 5 * limit]) checkWritten(value);
  }
  // Quotients by 1e8 that are as near below an integer as they can be.
  for (let high = 80_000_000; high <= 90_071_992; high += 12_347) checkWritten(high * 1e8 - 1);
  for (const value of [-0, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 1e15 + 7, 100_000_000]) {
    checkWritten(value);
  }
});

test('random integers are written', () => {
  fc.assert(fc.property(fc.maxSafeInteger(), checkWritten));
  fc.assert(fc.property(fc.integer(), checkWritten));
  fc.assert(
    fc.property(fc.bigInt(-(2n ** 70n), 2n ** 70n), (value) => {
      const target = new Uint8Array(32).fill(0x78);
      const end = writeBigInteger(target, 3, value);
      assert.equal(latin1Text(target, 0, end + 1), `xxx${value}x`);
    }),
  );
});

/** Compares all three readers, for a text between digits that are none of theirs, with BigInt. */
function check(text: string): void {
  const bytes = surround(text);
  const end = bytes.length - 2;
  let value: bigint | null = null;
  if (/^(0|-?[1-9][0-9]*)$/.test(text)) value = BigInt(text);
  if (value !== null && value !== BigInt.asIntN(64, value)) value = null;
  const safe = value !== null && value >= -SAFE_MAX && value <= SAFE_MAX;
  const name = JSON.stringify(text);
  assert.equal(parseInteger(bytes, 2, end), safe ? Number(value) : Number.NaN, name);
  assert.equal(isInteger64(bytes, 2, end), value !== null, name);
  assert.equal(parseBigInteger(bytes, 2, end), value, name);
}

function checkWritten(value: number): void {
  if (!Number.isSafeInteger(value)) return;
  const target = new Uint8Array(32).fill(0x78);
  const end = writeInteger(target, 3, value);
  assert.equal(latin1Text(target, 0, end + 1), `xxx${value}x`);
  assert.equal(integerLength(value), end - 3);
}

function surround(text: string): Uint8Array {
  return latin1Bytes('-9' + text + '12');
}
