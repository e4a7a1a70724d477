// Long doubles against Redis 7.2.6, which was asked for the replies below, and against exact
// fractions of BigInt.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { latin1Bytes } from '../../src/domain/bytes/ascii.ts';
import type { LongDouble } from '../../src/domain/bytes/decimal.ts';
import {
  addLongDouble,
  formatDouble17,
  formatLongDouble,
  longDoubleFromNumber,
  parseLongDouble,
} from '../../src/domain/bytes/decimal.ts';

const NOT_A_FLOAT = 'value is not a valid float';
const NOT_FINITE = 'increment would produce NaN or Infinity';

test('INCRBYFLOAT', () => {
  const replies: [value: string, increment: string, reply: string][] = [
    ['3', '1.1', '4.1'],
    ['3.0', '1.1', '4.1'],
    ['0', '0.1', '0.1'],
    ['0.1', '0.2', '0.3'],
    ['1', '1', '2'],
    ['10.5', '0.1', '10.6'],
    ['5.0e3', '2.0e2', '5200'],
    ['17179869184', '1.5', '17179869185.5'],
    ['1.5', '-1.5', '0'],
    ['-1.5', '1.5', '0'],
    ['0', '-0', '0'],
    ['-0', '-0', '0'],
    ['0', '-0.000000000000000004', '0'],
    ['0', '0.000000000000000005', '0'],
    ['0', '0.0000000000000000051', '0.00000000000000001'],
    ['0', '1e-17', '0.00000000000000001'],
    ['0', '1e-18', '0'],
    ['1', '1e-17', '1.00000000000000001'],
    ['100', '0.3', '100.3'],
    ['3.14159265358979323846', '0', '3.14159265358979324'],
    ['2.718281828459045', '0', '2.718281828459045'],
    ['0.7', '0.1', '0.8'],
    ['1.1', '2.2', '3.3'],
    ['1e15', '0.1', '1000000000000000.0999755859375'],
    ['1e18', '0.1', '1000000000000000000.125'],
    ['1e19', '1', '10000000000000000001'],
    ['9223372036854775807', '1', '9223372036854775808'],
    ['9223372036854775808', '0.5', '9223372036854775808'],
    ['18446744073709551615', '0', '18446744073709551615'],
    ['18446744073709551615', '1', '18446744073709551616'],
    ['18446744073709551616', '1', '18446744073709551616'],
    ['18446744073709551616', '3', '18446744073709551620'],
    ['18446744073709551617', '0', '18446744073709551616'],
    ['18446744073709551618', '0', '18446744073709551618'],
    ['18446744073709551619', '0', '18446744073709551620'],
    ['-18446744073709551615', '-0.5', '-18446744073709551616'],
    ['36893488147419103233', '0', '36893488147419103232'],
    ['36893488147419103235', '0', '36893488147419103236'],
    ['1e20', '-1', '100000000000000000000'],
    ['1e25', '1', '10000000000000000000000000'],
    ['123456789.123456789', '987654321.987654321', '1111111111.11111110995989293'],
    ['0x10', '0x.8', '16.5'],
    ['0x1p-4', '0', '0.0625'],
    ['0X1.8P1', '-1', '2'],
    ['0x1.00000000000000008p0', '0', '1'],
    ['0x1.0000000000000001p64', '0', '18446744073709551616'],
    ['0x1.00000000000000030p64', '0', '18446744073709551620'],
    ['inf', '1', NOT_FINITE],
    ['-inf', '1', NOT_FINITE],
    ['inf', '-inf', NOT_FINITE],
    ['Infinity', '0', NOT_FINITE],
    ['nan', '1', NOT_A_FLOAT],
    [' 1', '1', NOT_A_FLOAT],
    ['1 ', '1', NOT_A_FLOAT],
    ['', '1', NOT_A_FLOAT],
    ['1e', '1', NOT_A_FLOAT],
    ['.', '1', NOT_A_FLOAT],
    ['.5', '5.', '5.5'],
    ['+1.5', '+1', '2.5'],
    ['1.2e4932', '0', NOT_A_FLOAT],
    ['1.1e4932', '1.1e4932', NOT_FINITE],
    ['1e-4940', '0', '0'],
    ['1e-4952', '0', NOT_A_FLOAT],
    ['1.9e-4951', '0', '0'],
    ['1.8e-4951', '0', NOT_A_FLOAT],
    ['36893488147419103231', '0', '36893488147419103232'],
    ['0e99999', '7', '7'],
    ['1e-400', '2', '2'],
    ['1e4000', '-1e4000', '0'],
    ['99999999999999999999', '1', '100000000000000000000'],
    ['0.99999999999999999', '0', '0.99999999999999999'],
    ['0.999999999999999999', '0', '1'],
    ['0.9999999999999999999', '0', '1'],
    ['12345678901234567890.123456789', '0', '12345678901234567890'],
    ['4.35', '0.01', '4.36'],
    ['1.005', '0', '1.005'],
    ['0.57', '100', '100.57'],
    ['1e3', '1E-3', '1000.001'],
    ['-1e-3', '-1e+3', '-1000.001'],
  ];
  for (const [value, increment, reply] of replies) {
    assert.equal(incrbyfloat(value, increment), reply, `${value} + ${increment}`);
  }
});

test('texts are limited to 5119 bytes', () => {
  const one = '0'.repeat(5118) + '1';
  assert.equal(incrbyfloat(one, '1'), '2');
  assert.equal(incrbyfloat('0' + one, '1'), NOT_A_FLOAT);
  assert.equal(incrbyfloat('1' + '0'.repeat(5000) + 'e-5000', '1'), '2');
});

test('a parsed number is the nearest with 64 bits', () => {
  const text = fc.tuple(fc.bigInt(1n, 10n ** 30n), fc.integer({ min: -60, max: 40 }));
  fc.assert(fc.property(text, ([digits, power]) => checkNearest(digits, power)));
  // Ties: an odd number of 65 bits lies half way between two of 64.
  fc.assert(fc.property(fc.bigInt(2n ** 64n, 2n ** 65n - 1n), (n) => checkNearest(n | 1n, 0)));
});

test('integers of 64 bits add exactly', () => {
  const integer = fc.bigInt(-(2n ** 63n), 2n ** 63n);
  fc.assert(
    fc.property(integer, integer, (a, b) => assert.equal(incrbyfloat(`${a}`, `${b}`), `${a + b}`)),
  );
});

test('up to seventeen decimals survive', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 64n * 10n ** 17n), (scaled) => {
      const digits = scaled.toString().padStart(18, '0');
      const text = `${digits.slice(0, -17)}.${digits.slice(-17)}`;
      assert.equal(incrbyfloat(text, '0'), text.replace(/\.?0+$/, ''));
    }),
  );
});

test('doubles become long doubles exactly', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const { mantissa, exponent } = longDoubleFromNumber(value);
      // In two steps, the larger first, so that neither overflows nor rounds.
      const half = Math.trunc(exponent / 2);
      assert.equal(Number(mantissa) * 2 ** half * 2 ** (exponent - half), value + 0);
      assert.ok(mantissa === BigInt.asIntN(65, mantissa));
    }),
  );
  assert.equal(formatLongDouble(longDoubleFromNumber(13.361389338970184)), '13.36138933897018433');
  assert.equal(formatLongDouble(longDoubleFromNumber(-0)), '0');
  assert.equal(formatLongDouble(longDoubleFromNumber(Number.NEGATIVE_INFINITY)), '-inf');
});

test('ZSCAN of a skiplist', () => {
  const scores: [score: number, text: string][] = [
    [0, '0'],
    [-0, '-0'],
    [1, '1'],
    [-1, '-1'],
    [3.5, '3.5'],
    [0.1, '0.10000000000000001'],
    [100, '100'],
    [1e15, '1000000000000000'],
    [9007199254740991, '9007199254740991'],
    [2 ** 53, '9007199254740992'],
    [2 ** 53 + 1, '9007199254740992'],
    [1e17, '1e+17'],
    [1.2345678901234568e17, '1.2345678901234568e+17'],
    [2 ** 62, '4.6116860184273879e+18'],
    [2 ** 62 + 1024, '4.6116860184273889e+18'],
    [2 ** 63, '9.2233720368547758e+18'],
    [1e19, '1e+19'],
    [1e20, '1e+20'],
    [1e21, '1e+21'],
    [12345678901234567e7, '1.2345678901234567e+23'],
    [-12345678901234567e7, '-1.2345678901234567e+23'],
    [1.2345678901234568e24, '1.2345678901234568e+24'],
    [1e22, '1e+22'],
    [1e23, '9.9999999999999992e+22'],
    [1e24, '9.9999999999999998e+23'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [2.2250738585072014e-308, '2.2250738585072014e-308'],
    [2.225073858507201e-308, '2.2250738585072009e-308'],
    [5e-324, '4.9406564584124654e-324'],
    [1e-323, '9.8813129168249309e-324'],
    [0.001, '0.001'],
    [0.0001, '0.0001'],
    [0.00001, '1.0000000000000001e-05'],
    [0.000001, '9.9999999999999995e-07'],
    [0.0000001, '9.9999999999999995e-08'],
    [1.5e-7, '1.4999999999999999e-07'],
    [0.00012345, '0.00012344999999999999'],
    [0.1234567, '0.1234567'],
    [1.1234567, '1.1234567'],
    [12.1234567, '12.1234567'],
    [1234.1234567, '1234.1234566999999'],
    [12345.1234567, '12345.123456699999'],
    [1234567.1234567, '1234567.1234567'],
    [0.00001234567, '1.2345670000000001e-05'],
    [Math.PI, '3.1415926535897931'],
    [0.3, '0.29999999999999999'],
    [1e-5, '1.0000000000000001e-05'],
    [1.0000000000000002, '1.0000000000000002'],
    [Infinity, 'inf'],
    [-Infinity, '-inf'],
  ];
  for (const [score, text] of scores) assert.equal(formatDouble17(score), text);
  // JavaScript rounds ties away from zero; otherwise it gives the same digits.
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      assert.equal(Number(formatDouble17(value)), value);
      const isTie = /5(e|$)/.test(value.toPrecision(18));
      // JavaScript drops the sign of -0.
      if (value === 0 || isTie) return;
      assert.equal(Number(formatDouble17(value)), Number(value.toPrecision(17)));
    }),
  );
});

/** The command: its reply, or its error without the ERR. */
function incrbyfloat(value: string, increment: string): string {
  const a = parse(value);
  const b = parse(increment);
  if (a === null || b === null) return NOT_A_FLOAT;
  const sum = addLongDouble(a, b);
  return sum === null ? NOT_FINITE : formatLongDouble(sum);
}

/** Parses a text that has more digits on both sides. */
function parse(text: string): LongDouble | null {
  const bytes = latin1Bytes('12' + text + '34');
  return parseLongDouble(bytes, 2, bytes.length - 2);
}

/** Is the parsed number at most half a unit in the last place away, and even if just half? */
function checkNearest(digits: bigint, power: number): void {
  const parsed = parse(`${digits}e${power}`);
  assert.ok(parsed !== null);
  const { mantissa, exponent } = parsed;
  assert.ok(mantissa === BigInt.asUintN(64, mantissa), 'at most 64 bits');
  // Everything is multiplied by 2^400 * 10^60, which makes it all integers.
  const scale = (10n ** 60n) << 400n;
  const exact =
    power < 0 ? (digits * scale) / 10n ** BigInt(-power) : digits * scale * 10n ** BigInt(power);
  const unit = (scale >> 300n) << BigInt(exponent + 300);
  const error = 2n * abs(exact - mantissa * unit);
  const fraction = mantissa < 2n ** 63n ? 0n : unit;
  assert.ok(error <= fraction, `${digits}e${power}`);
  if (error === fraction && error > 0n) assert.equal(mantissa & 1n, 0n, 'ties go to even');
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}
