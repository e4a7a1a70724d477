// Numbers as text and text as numbers, as lua5.1 has them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { numberOfString, textOfNumber } from '../../src/lua/numbers.ts';
import { SeededRandom } from '../support/random.ts';
import { type Call, checkCalls } from './support/string-calls.ts';

const SEED = Number(process.env.REDSTART_SEED ?? 20261121);
const random = new SeededRandom(SEED);

/** Numbers at which something changes. */
const EDGES = [
  0,
  -0,
  1,
  -1,
  0.1,
  -0.1,
  0.5,
  1.5,
  2.5,
  1 / 3,
  2 / 3,
  1e-4,
  1e-5,
  9.9999e-5,
  0.00012345678901234,
  0.000099999999999999,
  123456.789,
  99999999999999,
  99999999999998.9,
  9999999999999.99,
  12345678901230.4,
  12345678901230,
  1e13,
  1e13 - 1,
  1e13 - 1.5,
  1e13 + 0.5,
  1e14,
  1e14 - 1,
  1e14 - 0.5,
  1e14 + 5,
  1e14 + 15,
  1e14 + 25,
  -1e14 - 5,
  1e14 + 0.5,
  999999999999995,
  1e15,
  1e16,
  1e20,
  1e21,
  1e22,
  1e23,
  1e100,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  2 ** 53 + 2,
  2 ** 63,
  2 ** 64,
  -(2 ** 63),
  1700000000000,
  1700000000000050,
  1700000000000150,
  123456789012345680,
  Number.MAX_VALUE,
  Number.MIN_VALUE,
  2.2250738585072014e-308,
  2.225073858507201e-308,
  1e-300,
  Number.EPSILON,
  1 + Number.EPSILON,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
];

/** Numbers that lie half way between two texts of 14 digits. */
function halves(): number[] {
  const numbers: number[] = [];
  for (let places = 0; places <= 13; places++) {
    const integerMin = 10 ** (13 - places);
    for (let i = 0; i < 20; i++) {
      const integer = integerMin + random.below(9 * integerMin);
      // An odd multiple of 2^-(places + 1) ends in 5 at the decimal place after 14 digits.
      const number = integer + (random.below(2 ** places) + 0.5) / 2 ** places;
      numbers.push(number, -number);
    }
  }
  for (let power = 1; power <= 8; power++) {
    for (let i = 0; i < 20; i++) {
      numbers.push((1e13 + random.below(9e13)) * 10 ** power + 5 * 10 ** (power - 1));
    }
  }
  return numbers;
}

function randomDoubles(count: number): number[] {
  const words = new Uint32Array(2);
  const doubles = new Float64Array(words.buffer);
  const numbers: number[] = [];
  while (numbers.length < count) {
    words[0] = random.below(2 ** 32);
    words[1] = random.below(2 ** 32);
    if (Number.isFinite(doubles[0])) numbers.push(doubles[0]);
  }
  return numbers;
}

function decimals(count: number): number[] {
  return Array.from({ length: count }, () => {
    const digits = random.below(10 ** (1 + random.below(17)));
    return Number(`${random.below(2) === 0 ? '-' : ''}${digits}e${random.below(40) - 30}`);
  });
}

const texts = [
  '',
  ' ',
  '0',
  '-0',
  '+0',
  '00012',
  '1',
  '-1',
  '+1',
  '++1',
  '--1',
  '- 1',
  '1 ',
  ' 1',
  '\t1\n',
  '\v1\f\r',
  '1\0',
  '1\0x',
  '\x001',
  '1 \0',
  ' \0',
  '\xa01',
  '1\xa0',
  '1_0',
  '1,5',
  '1.',
  '.5',
  '.',
  '-.5',
  '1.5.',
  '1e5',
  '1E5',
  '1e+5',
  '1e-5',
  '1e',
  '1e+',
  'e5',
  '.e5',
  '1.e5',
  '1e5.5',
  '1e400',
  '-1e400',
  '1e-400',
  '1e99999999999',
  '0x',
  '0X',
  '0x1',
  '0XaF',
  '-0x10',
  '+0x10',
  '0xg',
  '0x 1',
  ' 0x1f ',
  '0x1p4',
  '0x1P-4',
  '0x1p',
  '0x1p+',
  '0x.8',
  '0x8.',
  '0x.',
  '0x.p1',
  '0x1.8p1',
  '0xffffffffffffffff',
  '0xffffffffffffffffff',
  '-0xffffffffffffffff',
  '0x1.fffffffffffff8p0',
  '0x1.fffffffffffff7p0',
  '0x1.00000000000008p0',
  '0x1.00000000000018p0',
  '0x1.000000000000080000000000000000000001p0',
  '0x0.0000000000001p-1022',
  '0x0.00000000000008p-1022',
  '0x0.000000000000080000000000000000000000001p-1022',
  '0x0.00000000000018p-1022',
  '0x1p-1074',
  '0x1p-1075',
  '0x1.1p-1075',
  '0x1p1023',
  '0x1p1024',
  '0x1.fffffffffffffp1023',
  '0x1.fffffffffffff8p1023',
  '0x1p99999999999',
  '0x1p-99999999999',
  '0x0p99999999999',
  '0x0000000000000000000000000000001p0',
  '0b1',
  '0o7',
  '1x',
  '12ax',
  '1e5x',
  'inf',
  'INF',
  '-inf',
  '+inf',
  'infinity',
  'Infinity',
  '-INFINITY',
  'infinit',
  'infx',
  'nan',
  'NaN',
  '-nan',
  'nan()',
  'nan(12)',
  'nan(a_Z)',
  'nan(',
  'nan(-)',
  'nanx',
  ' nan ',
  'true',
  'nil',
  'abc',
  '1 2',
  '1n',
  '9007199254740993',
  '123456789012345',
  '1234567890123456',
  '-123456789012345',
  '-',
  '+',
  '-a',
  '2e308',
  '1.7976931348623157e308',
  '4.9e-324',
  '2.4703282292062327e-324',
  '2.4703282292062328e-324',
  '0.1',
  '3.14',
  '١',
];

const mixed: Call[] = [];
for (let i = 0; i < 3000; i++) {
  const size = 1 + random.below(9);
  let text = '';
  for (let k = 0; k < size; k++) text += '0123456789abxXpPeE.+- in\0'[random.below(25)];
  mixed.push(['tonumber', text]);
  mixed.push(['tonumber', `0x${text}`]);
}

const calls = (numbers: readonly number[]): Call[] => numbers.map((n) => ['tostring', n]);

checkCalls('tostring of edges', calls(EDGES));
checkCalls('tostring of halves', calls(halves()));
checkCalls('tostring of random doubles', calls(randomDoubles(5000)));
checkCalls('tostring of short decimals', calls(decimals(5000)));
checkCalls(
  'tonumber',
  texts.filter((text) => !/[^\0-\xff]/.test(text)).map((text) => ['tonumber', text]),
);
checkCalls('tonumber of random texts', mixed);

test('what tostring writes with 14 digits reads as the same number', () => {
  for (let i = 0; i < 20000; i++) {
    const number = random.below(1e14) * 10 ** (random.below(20) - 15);
    const text = textOfNumber(number);
    const again = numberOfString(text);
    assert.equal(textOfNumber(again as number), text, `${number} (seed ${SEED})`);
  }
});
