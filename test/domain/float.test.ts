// Doubles as text. What Redis 7.2.6 replies for the scores below was asked of it (ZADD, ZSCORE);
// half a million random doubles were compared with it when the code was written.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { latin1Bytes, latin1Text } from '../../src/domain/bytes/ascii.ts';
import {
  DOUBLE_LENGTH_MAX,
  formatDouble,
  parseDouble,
  writeDouble,
} from '../../src/domain/bytes/float.ts';

test('doubles are written as Redis does', () => {
  const texts: [value: number, text: string][] = [
    [0, '0'],
    [-0, '-0'],
    [1, '1'],
    [-1, '-1'],
    [3.5, '3.5'],
    [0.1, '0.1'],
    [100, '100'],
    [1e15, '1000000000000000'],
    [9007199254740991, '9007199254740991'],
    [2 ** 53, '9007199254740992'],
    [2 ** 53 + 1, '9007199254740992'],
    [1e17, '100000000000000000'],
    [1.2345678901234568e17, '123456789012345680'],
    [2 ** 62, '4611686018427387904'],
    [2 ** 62 + 1024, '4611686018427389000'],
    [2 ** 63, '9223372036854776000'],
    [1e19, '1e+19'],
    [1e20, '1e+20'],
    [1e21, '1e+21'],
    [12345678901234567e7, '123456789012345670000000'],
    [-12345678901234567e7, '-123456789012345670000000'],
    [1.2345678901234568e24, '1.2345678901234568e+24'],
    [1e22, '1e+22'],
    [1e23, '99999999999999990000000'],
    [1e24, '1e+24'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [2.2250738585072014e-308, '2.2250738585072014e-308'],
    [2.225073858507201e-308, '2.225073858507201e-308'],
    [5e-324, '5e-324'],
    [1e-323, '1e-323'],
    [0.001, '0.001'],
    [0.0001, '0.0001'],
    [0.00001, '0.00001'],
    [0.000001, '0.000001'],
    [0.0000001, '1e-7'],
    [1.5e-7, '1.5e-7'],
    [0.00012345, '1.2345e-4'],
    [0.1234567, '0.1234567'],
    [1.1234567, '1.1234567'],
    [12.1234567, '12.1234567'],
    [1234.1234567, '1234.1234567'],
    [12345.1234567, '1.23451234567e+4'],
    [1234567.1234567, '1.2345671234567e+6'],
    [0.00001234567, '1.234567e-5'],
    [Math.PI, '3.141592653589793'],
    [0.3, '0.3'],
    [1e-5, '0.00001'],
    [1.0000000000000002, '1.0000000000000002'],
    [Infinity, 'inf'],
    [-Infinity, '-inf'],
  ];
  for (const [value, text] of texts) checkWritten(value, text);
  checkWritten(Number.NaN, 'nan');
});

test('Grisu2 differs from JavaScript, and so do we', () => {
  const texts: [value: number, text: string][] = [
    [1e23, '99999999999999990000000'],
    [1e126, '9.999999999999999e+125'],
    [2 ** -417, '2.9545531576914355e-126'],
    [2 ** -25, '2.9802322387695313e-8'],
    [2 ** 91, '2.4758800785707606e+27'],
    [53.85562400333583, '53.855624003335834'],
    [82.8679033787921, '82.86790337879211'],
    [334.5629607792944, '334.56296077929437'],
    [265.1990021113306, '265.19900211133063'],
    [62.03875059727579, '62.038750597275794'],
    [9195158913000.938, '9195158913000.937'],
    [8.52437368137086e-248, '8.524373681370859e-248'],
    [3.7742146892418304e-33, '3.7742146892418303e-33'],
    [3.172609786032201e137, '3.1726097860322012e+137'],
    [2.3148320112402288e-307, '2.3148320112402287e-307'],
  ];
  for (const [value, text] of texts) checkWritten(value, text);
});

test('what is written reads back', () => {
  const double = fc.double({ noNaN: true });
  const short = fc.tuple(fc.integer(), fc.integer({ min: -12, max: 12 }));
  fc.assert(fc.property(double, checkReadsBack), { numRuns: 2000 });
  fc.assert(
    fc.property(short, ([digits, power]) => checkReadsBack(Number(`${digits}e${power}`))),
    { numRuns: 2000 },
  );
  for (let power = -1074; power < 1024; power++) checkReadsBack(-(2 ** power));
  for (let power = -323; power < 309; power++) checkReadsBack(Number(`1e${power}`));
});

test('texts that are numbers', () => {
  const numbers: [text: string, value: number][] = [
    ['0', 0],
    ['-0', -0],
    ['1', 1],
    ['+1', 1],
    ['00012', 12],
    ['5.', 5],
    ['.5', 0.5],
    ['-.5', -0.5],
    ['0.1', 0.1],
    ['123456789012345', 123456789012345],
    ['9007199254740993', 9007199254740992],
    ['9007199254740992.5', 9007199254740992],
    ['0.000000000000001', 1e-15],
    ['0.30000000000000004', 0.1 + 0.2],
    ['1e5', 1e5],
    ['1E+5', 1e5],
    ['1e-05', 1e-5],
    ['1e308', 1e308],
    ['1.7976931348623158e308', 1.7976931348623157e308],
    ['1e-323', 1e-323],
    ['3e-324', 5e-324],
    ['0e999999999999', 0],
    ['0e-99999999999999999999', 0],
    ['1' + '0'.repeat(400) + 'e-400', 1],
    ['0.' + '0'.repeat(400) + '1e401', 1],
    ['inf', Infinity],
    ['+Inf', Infinity],
    ['-INFINITY', -Infinity],
    ['0x10', 16],
    ['-0X1.8P1', -3],
    ['0x.8', 0.5],
    ['0x1.', 1],
    ['0x1p-1074', 5e-324],
    ['0x1.8p-1075', 5e-324],
    ['0x1.00000000000008p0', 1],
    ['0x1.00000000000008001p0', 1 + 2 ** -52],
    ['0x1.00000000000018p0', 1 + 2 ** -51],
    ['0x1.000000000000080' + '0'.repeat(60) + '1p0', 1 + 2 ** -52],
    ['0x1.fffffffffffff7p1023', Number.MAX_VALUE],
    ['0x0p99999999999999999999', 0],
  ];
  for (const [text, value] of numbers) checkParsed(text, value);
});

test('texts that are not', () => {
  const others = ['', '-', '+', '.', '-.', '+.', 'e5', '.e5', '1e', '1e+', '1e-', '1e5.', '1.5.5'];
  others.push(' 1', '\t1', '\n1', '\v1', '1 ', '1\n', '1\0', '\x001', '--1', '+-1', '1_000', '1,5');
  others.push(
    '0x',
    '0x.',
    '0xg',
    '0x1p',
    '0x1p+',
    '0x1g',
    '0b11',
    '0o7',
    '1d5',
    '1f',
    'a',
    '1e5e5',
  );
  others.push('nan', '-nan', 'NaN(1)', 'nan()', 'infi', 'infinit', 'infinity1', 'in', '+-inf');
  others.push('1e400', '-1e400', '1e309', '1.7976931348623159e308', '1'.repeat(400));
  others.push('1e-400', '2e-324', '0.' + '0'.repeat(400) + '1', '1e99999999999999999999');
  others.push('0x1p-1075', '0x1.fffffffffffff8p1023', '0x1p1024', '0x1p99999999999999999999');
  for (const text of others) checkParsed(text, Number.NaN);
});

test('random decimal texts', () => {
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 25 });
  const sign = fc.constantFrom('', '-');
  fc.assert(
    fc.property(sign, digits, digits, (minus, whole, fraction) => {
      for (const text of [minus + whole, `${minus}${whole}.${fraction}`, `${minus}.${fraction}`]) {
        checkParsed(text, Number(text));
      }
    }),
  );
  fc.assert(
    fc.property(sign, digits, digits, fc.integer({ min: -200, max: 200 }), (minus, a, b, power) => {
      checkParsed(`${minus}${a}.${b}e${power}`, Number(`${minus}${a}.${b}e${power}`));
    }),
  );
});

function checkWritten(value: number, text: string): void {
  assert.equal(formatDouble(value), text);
  const target = new Uint8Array(40).fill(0x78);
  const end = writeDouble(target, 3, value);
  assert.equal(latin1Text(target, 0, end + 1), `xxx${text}x`);
}

function checkReadsBack(value: number): void {
  const text = formatDouble(value);
  assert.ok(text.length <= DOUBLE_LENGTH_MAX, text);
  checkParsed(text, value);
}

/** Parses the text, which has more digits on both sides. */
function checkParsed(text: string, value: number): void {
  const bytes = latin1Bytes('12' + text + '.34e5');
  assert.equal(parseDouble(bytes, 2, 2 + text.length), value, JSON.stringify(text));
}
