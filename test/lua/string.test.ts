// The string library, as lua5.1 has it: all functions, and what format() and gsub() do.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LuaError } from '../../src/lua/errors.ts';
import { stringLibrary } from '../../src/lua/library/string.ts';
import { STRING_SIZE_MAX } from '../../src/lua/limits.ts';
import { Runtime } from '../../src/lua/runtime.ts';
import type { LuaFunction, LuaValue } from '../../src/lua/value.ts';
import { SeededRandom } from '../support/random.ts';
import {
  type Call,
  type CallArgument,
  call,
  checkCalls,
  checkCallsOfRedis,
  type Fixture,
  tableOf,
} from './support/string-calls.ts';

const SEED = Number(process.env.REDSTART_SEED ?? 20261121);
const random = new SeededRandom(SEED);
const ALL_BYTES = String.fromCharCode(...Array(256).keys());
const INFINITY = Number.POSITIVE_INFINITY;

const emptyTable: Fixture = { lua: '{}', make: () => tableOf({}) };
const someFunction: Fixture = { lua: 'function () end', make: () => () => undefined };

/** What arguments can be that the library does not expect. */
const odd: CallArgument[] = [
  undefined,
  true,
  false,
  emptyTable,
  someFunction,
  '',
  'x',
  '12',
  ' 0x10 ',
  '1e1',
  12.9,
  -0.5,
];
const indices = [
  0,
  1,
  2,
  3,
  4,
  5,
  6,
  -1,
  -2,
  -3,
  -4,
  -5,
  -6,
  1.5,
  -1.5,
  2 ** 31,
  2 ** 32 + 2,
  -(2 ** 40),
  1e300,
  -1e300,
  INFINITY,
  -INFINITY,
  '2',
];

const basicCalls: Call[] = [
  ...[
    'byte',
    'char',
    'dump',
    'find',
    'format',
    'gmatch',
    'gsub',
    'len',
    'lower',
    'match',
    'rep',
    'reverse',
    'sub',
    'upper',
  ].flatMap((name): Call[] => [
    [name],
    ...odd.map((value): Call => [name, value]),
    ...odd
      .filter((value) => name !== 'gmatch' || typeof value === 'object')
      .map((value): Call => [name, 'abc', value]),
    ...(name === 'gmatch' ? [] : odd.map((value): Call => [name, 'abc', 1, value])),
  ]),
  ...['len', 'lower', 'upper', 'reverse'].flatMap((name): Call[] => [
    [name, ''],
    [name, 'Hello World'],
    [name, ALL_BYTES],
    [name, 12.5],
    [name, 'a'.repeat(10_000) + 'Bc'],
    [name, 'ÀÉßÿµ'],
    [name, 'x'.repeat(4096)],
    [name, 'abcdefghijklmnopqrstuvwxyz'.repeat(400)],
  ]),
  ...indices.flatMap((start): Call[] => [
    ['sub', 'hello', start],
    ['byte', 'hello', start],
    ['rep', 'ab', typeof start === 'number' && start === 2 ** 31 ? 0 : start],
    ['char', start],
    ...indices.flatMap((end): Call[] => [
      ['sub', 'hello', start, end],
      ['byte', 'hello', start, end],
    ]),
  ]),
  ['sub', '', 1, 0],
  ['sub', '', 1],
  ['sub', 'a\0b', 2, 3],
  ['sub', 'hello', 2, undefined],
  ['byte', 'hello', undefined, 3],
  ['byte', ''],
  ['byte', 'hello', 1, undefined],
  ['rep', '', 1e6],
  ['rep', 'ab', 2 ** 31],
  ['rep', 'ab', -(2 ** 31)],
  ['rep', 'a\0', 3],
  ['rep', 12, 2],
  ['rep', 'x', '3'],
  ['rep', 'x', 2 ** 32],
  ['rep', 'x', 0 / 0],
  ['byte', 'a'.repeat(9000), 1, 100],
  ['byte', 'a'.repeat(9000), 1, 7998],
  ['byte', 'a'.repeat(9000), 1, 8000],
  ['byte', 'a'.repeat(9000), 1, 9000],
  ['byte', 'a'.repeat(9000), 1, -1],
  ['char'],
  ['char', 65, 66, 67],
  ['char', 65, 256],
  ['char', 65, -1],
  ['char', 65, 'x'],
  ['char', '65', 66.9],
  ['char', 0, 255],
  ['char', 2 ** 32 + 65],
  ['char', 255.9],
  ['char', 65, undefined],
  ['char', 0 / 0],
  ...Array.from({ length: 256 }, (_, code): Call[] => [
    ['char', code],
    ['byte', String.fromCharCode(code)],
  ]).flat(),
];

/** What gsub() replaces with, and what the pattern of the line has captured. */
const gsubCalls: Call[] = [
  ['gsub', 'hello world', 'o', '0'],
  ['gsub', 'hello world', 'o', ''],
  ['gsub', 'hello world', 'o', 12.5],
  ['gsub', 'hello world', 'o', -0],
  ['gsub', 'hello world', '%w+', '%0 %0'],
  ['gsub', 'hello world', '%w+', '%0 %0', 1],
  ['gsub', 'hello world', '(%w+) (%w+)', '%2 %1'],
  ['gsub', 'hello', '(l)(l)', '%0%1%2%%'],
  ['gsub', 'hello', 'l', '%1'],
  ['gsub', 'hello', 'l', '%2'],
  ['gsub', 'hello', 'x', '%2'],
  ['gsub', 'hello', '(l)', '%2'],
  ['gsub', 'hello', 'l', '%'],
  ['gsub', 'hello', 'l', '%%'],
  ['gsub', 'hello', 'l', '%%%'],
  ['gsub', 'hello', 'l', '%a%z%.'],
  ['gsub', 'hello', 'l', 'a\0b'],
  ['gsub', 'hello', 'l', '%\0'],
  ['gsub', 'hello', 'l', '%\xe9'],
  ['gsub', 'hello', '()', '%1'],
  ['gsub', 'hello', '()l', '[%1]'],
  ['gsub', 'hello', '(l', 'x'],
  ['gsub', 'hello', '(l', '%1'],
  ['gsub', 'hello', '(l', '%0'],
  ['gsub', 'hello', '(l)(', '%1%2'],
  ['gsub', 'hello', '(l)(', '%3%2'],
  ['gsub', 'hello', '', '-'],
  ['gsub', '', '', '-'],
  ['gsub', '', '^', '-'],
  ['gsub', 'hello', '^', '-'],
  ['gsub', 'hello', '$', '-'],
  ['gsub', 'hello', '^h', '-'],
  ['gsub', 'hhh', '^h', '-'],
  ['gsub', 'hello', '^l', '-'],
  ['gsub', 'abc', 'b*', 'x'],
  ['gsub', 'abc', '%w', '%0%1'],
  ['gsub', 'abc', 'c*$', 'x'],
  ['gsub', 'a.b.c', '%.', '/'],
  ['gsub', 'a,b', ',', '%%'],
  ...[
    -1,
    0,
    1,
    2,
    3,
    10,
    1.9,
    -0.5,
    2 ** 31,
    2 ** 32,
    2 ** 32 + 1,
    1e300,
    '2',
    ' 1 ',
    undefined,
  ].map((limit): Call => ['gsub', 'aaaa', 'a', 'b', limit]),
  ['gsub', 'aaaa', 'a', 'b', 'x'],
  ['gsub', 'aaaa', 'a', 'b', emptyTable],
  ['gsub', 'aaaa', 'a', undefined, 'x'],
  ...odd.map((value): Call => ['gsub', 'hello', 'l', value]),
  ['gsub', ALL_BYTES, '.', '%0%0'],
  ['gsub', ALL_BYTES, '[%c\x80-\xff]', ''],
  ['gsub', ALL_BYTES, '%W', 'x'],
  ['gsub', 'a'.repeat(5000), 'a', 'bc'],
  ['gsub', 'ab'.repeat(5000), '(a)(b)', '%2%1'],
  ...fixtures().map((fixture): Call => ['gsub', '$name is $age', '%$(%w+)', fixture]),
  ...fixtures().map((fixture): Call => ['gsub', 'name=x; age=y', '(%w+)=(%w)', fixture]),
  ...fixtures().map((fixture): Call => ['gsub', 'abc', '()', fixture]),
  ...fixtures().map((fixture): Call => ['gsub', 'abc', '', fixture]),
  ...fixtures().map((fixture): Call => ['gsub', 'abc', '(b', fixture]),
];

function fixtures(): Fixture[] {
  const withIndex = (fields: Record<string, LuaValue>, index: LuaValue): LuaValue => {
    const table = tableOf(fields);
    table.metatable = tableOf({ __index: index });
    return table;
  };
  const inner = (): LuaValue => call('gsub', ['a-b', '%w', '%0%0'])[0];
  return [
    { lua: '{name = "N", age = 7}', make: () => tableOf({ name: 'N', age: 7 }) },
    { lua: '{name = false, age = true}', make: () => tableOf({ name: false, age: true }) },
    { lua: '{name = {}}', make: () => tableOf({ name: tableOf({}) }) },
    { lua: '{"one", "two", nil, "four"}', make: () => numbered(['one', 'two', undefined, 'four']) },
    {
      lua: 'setmetatable({name = 1}, {__index = function (t, k) return k .. "!" end})',
      make: () => withIndex({ name: 1 }, (_, key) => `${String(key)}!`),
    },
    {
      lua: 'setmetatable({}, {__index = {age = "A"}})',
      make: () => withIndex({}, tableOf({ age: 'A' })),
    },
    { lua: 'function () end', make: () => () => [] },
    { lua: 'function () return nil end', make: () => () => undefined },
    { lua: 'function () return false end', make: () => () => false },
    { lua: 'function () return true end', make: () => () => true },
    { lua: 'function () return {} end', make: () => () => tableOf({}) },
    { lua: 'function () return function () end end', make: () => () => () => undefined },
    { lua: 'function (a) return a end', make: () => (a) => a },
    { lua: 'function (a, b) return b end', make: () => (_, b) => b },
    { lua: 'function () return 1.5, "more" end', make: () => () => [1.5, 'more'] },
    {
      lua: 'function (...) return select("#", ...) end',
      make:
        () =>
        (...values) =>
          values.length,
    },
    { lua: 'function () return (string.gsub("a-b", "%w", "%0%0")) end', make: () => inner },
    {
      lua: 'function (a) error("stop " .. a, 0) end',
      make: () => (a) => {
        throw new LuaError(`stop ${String(a)}`);
      },
    },
  ];
}

function numbered(values: readonly LuaValue[]): LuaValue {
  const table = tableOf({});
  values.forEach((value, i) => {
    table.set(i + 1, value);
  });
  return table;
}

const numbers = [
  0,
  -0,
  1,
  -1,
  7,
  -7,
  42,
  255,
  -255,
  1e5,
  123456,
  1234567,
  0.1,
  -0.1,
  0.5,
  1.5,
  2.5,
  0.25,
  0.125,
  0.375,
  1 / 3,
  -2 / 3,
  3.25,
  9.5,
  99.5,
  0.95,
  9.995,
  99999.5,
  999999.5,
  1e-4,
  1e-5,
  1.5e-7,
  1e15,
  1e16,
  1e20,
  1.5e20,
  2.5e20,
  1e21,
  2.5e21,
  1e22,
  1.5e22,
  1e100,
  1.7976931348623157e308,
  5e-324,
  2.2250738585072014e-308,
  1700000000000,
  2 ** 31,
  2 ** 32,
  2 ** 53 - 1,
  2 ** 53,
  2 ** 53 + 2,
  2 ** 62,
  2 ** 63 - 1024,
  2 ** 63,
  2 ** 63 + 2048,
  2 ** 64 - 2048,
  2 ** 64,
  2 ** 65,
  -(2 ** 31),
  -(2 ** 32),
  -(2 ** 53),
  -(2 ** 53) - 2,
  -(2 ** 63),
  -(2 ** 63) - 2048,
  -(2 ** 64),
  1e18,
  123456789012345680,
  -1e18,
  INFINITY,
  -INFINITY,
  3.99,
  -3.99,
];
const flags = [
  '',
  '-',
  '+',
  ' ',
  '#',
  '0',
  '-0',
  '+ ',
  '+0',
  '#0',
  '-#',
  ' 0',
  '-+ #0',
  '00000',
  '-----',
];
const widths = ['', '1', '5', '12', '40', '99'];
const precisions = ['', '.', '.0', '.1', '.2', '.3', '.9', '.17', '.20', '.99'];
const letters = 'cdiouxXeEfgG';

/** Every directive with every flag, width and precision, each with some of the numbers. */
function numberFormats(): Call[] {
  const calls: Call[] = [];
  for (const letter of letters) {
    for (const flag of flags) {
      for (const width of widths) {
        for (const precision of precisions) {
          const format = `[%${flag}${width}${precision}${letter}]`;
          calls.push(
            ['format', format, random.pick(numbers)],
            ['format', format, random.pick(numbers)],
          );
        }
      }
    }
    for (const number of numbers) {
      for (const directive of [
        '',
        '5',
        '.0',
        '.1',
        '.3',
        '#',
        '.14',
        '.17',
        '#.0',
        '-20',
        '020',
        '+',
        ' ',
      ]) {
        calls.push(['format', `[%${directive}${letter}]`, number]);
      }
    }
  }
  return calls;
}

/** glibc loses the zeros of %#g where rounding adds a digit: `%#.2g` of 99.5 is `1.e+02` there. */
function isSpoiltByGlibc([, format, number]: Call): boolean {
  const directive = /#.*?(?:\.(\d*))?g/i.exec(String(format));
  if (directive === null || typeof number !== 'number') return false;
  const digits = directive[1] === undefined ? 6 : Math.max(1, Number(directive[1]));
  const exponent = (precision: number): string => number.toExponential(precision).split('e')[1];
  return exponent(digits - 1) !== exponent(100);
}

/** Halves at each place, for the rounding of %f, %e and %g. */
function roundings(): Call[] {
  const calls: Call[] = [];
  for (let i = 0; i < 4000; i++) {
    const places = random.below(25);
    const number =
      (random.below(2 ** (1 + random.below(30))) + 0.5) * 2 ** -places * 10 ** random.below(12);
    const precision = random.below(22);
    calls.push([
      'format',
      `%.${precision}${random.pick(['f', 'e', 'g'])}`,
      random.below(2) === 0 ? number : -number,
    ]);
  }
  return calls;
}

const strings = [
  '',
  'a',
  'abcdef',
  'a\0b',
  '\0',
  'a"b\\c\nd\re\0f\tg\x7f\xff',
  'x'.repeat(99),
  'x'.repeat(100),
  `${'x'.repeat(100)}\0y`,
  `x\0${'y'.repeat(100)}`,
  `x\0${'y'.repeat(97)}`,
  ALL_BYTES,
];

const stringFormats: Call[] = [
  ...strings.flatMap((text): Call[] => [
    ...flags.flatMap((flag) =>
      ['', '3', '10', '99'].flatMap((width) =>
        ['', '.', '.0', '.3', '.99'].map(
          (precision): Call => ['format', `[%${flag}${width}${precision}s]`, text],
        ),
      ),
    ),
    ['format', '%q', text],
    ['format', '%10.3q', text],
    ['format', text],
    ['format', `${text}%s${text}`, text],
    ['format', '%s%s%q', text, text, text],
  ]),
  ['format', '%s %s %s', 1, 2.5, -0],
  ['format', '%q', 12.5],
  ['format', '%5s', 1e100],
  ['format', '%d', '0x10'],
  ['format', '%d', ' 12 '],
  ['format', '%f', '1e1'],
  ['format', '%c%c%c', 76, 117, 97],
  ...odd.flatMap((value) =>
    ['%s', '%d', '%q', '%f', '%x', '%c', '%5.2s'].map((format): Call => ['format', format, value]),
  ),
  ...[
    0,
    65,
    255,
    256,
    321,
    -1,
    -191,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 31 + 65,
    -(2 ** 31),
    -(2 ** 31) - 1,
    2 ** 32 + 65,
    65.9,
    INFINITY,
    0 / 0,
  ].flatMap((code) =>
    ['%c', '%5c', '%-5c', '%05c', '%.0c', 'a%cb'].map((format): Call => ['format', format, code]),
  ),
  ...Array.from({ length: 256 }, (_, code): Call[] => [
    ...(letters.includes(String.fromCharCode(code))
      ? []
      : [['format', `%${String.fromCharCode(code)}`, 'x'] as Call]),
    ['format', `%5${String.fromCharCode(code)}`, 3],
    ['format', `%.5${String.fromCharCode(code)}`, 3],
    ['format', `%-${String.fromCharCode(code)}`, 3],
    ['format', '%q', String.fromCharCode(code)],
    ['format', '<%s>', String.fromCharCode(code)],
  ]).flat(),
  ...[
    '%',
    '%%',
    '%%%',
    '%%%%',
    'a%%b%d',
    '%d%',
    '%5',
    '%-',
    '%.',
    '%5.',
    '%.5',
    '%.%',
    '%5%',
    '%-%',
    '%123d',
    '%012d',
    '%.123d',
    '%1234d',
    '%5.123d',
    '%-012d',
    '%------d',
    '%-----d',
    '%-+ #0d',
    '%-+ #0-d',
    '%0000005d',
    '%000005d',
    '%ld',
    '%hd',
    '%lld',
    '%Lf',
    '%n',
    '%p',
    '%a',
    '%A',
    '%F',
    '%*d',
    '%.*d',
    '%1$d',
    '%5.2',
    '%d%y',
    '%y%d',
    '%\0',
    '%5\0d',
    '%.\0',
  ].flatMap((format): Call[] => [
    ['format', format],
    ['format', format, 5],
    ['format', format, 5, 6],
    ['format', format, 'x'],
    ['format', format, undefined],
  ]),
  ['format', '%d %d'],
  ['format', '%d %d', 1],
  ['format', '%d %d', 1, 2],
  ['format', '%d %d', 1, 2, 3],
  ['format', '%d', undefined],
  ['format', '%s', undefined],
  ['format', 12, 3],
  ['format', '%x %X %#x %#X %o %#o', 255, 255, 255, 255, 8, 8],
];

// A compiled function is not to be had here.
checkCalls(
  'simple functions',
  basicCalls.filter(([name, argument]) => name !== 'dump' || argument !== someFunction),
);
checkCalls('gsub', gsubCalls);
checkCallsOfRedis(
  'gsub',
  gsubCalls.filter((line) => !JSON.stringify(line).includes('setmetatable')),
);
checkCalls(
  `format of numbers, seed ${SEED}`,
  numberFormats().filter((line) => !isSpoiltByGlibc(line)),
);
checkCalls(`format of halves, seed ${SEED}`, roundings());
checkCalls('format of strings, and bad formats', stringFormats);
checkCallsOfRedis('format of strings, and bad formats', stringFormats);

test('dump refuses, as for functions that are not of Lua', () => {
  assert.throws(() => call('dump', [(() => undefined) as LuaFunction]), {
    value: 'user_script:-1: unable to dump given function',
  });
});

test('a string that would be too long is an error', () => {
  const half = 'x'.repeat(STRING_SIZE_MAX / 2 + 1);
  const tooLong = { value: 'not enough memory' };
  assert.throws(() => call('rep', ['x', STRING_SIZE_MAX + 1]), tooLong);
  assert.throws(() => call('rep', ['xy', 2 ** 31 - 1]), tooLong);
  assert.throws(() => call('format', ['%s%s', half, half]), tooLong);
  assert.throws(() => call('gsub', ['aa', 'a', half]), tooLong);
  assert.throws(() => call('gsub', [half, '.*', '%0%0']), tooLong);
  assert.throws(() => call('gsub', ['aaa', '', () => half]), tooLong);
  assert.throws(() => call('gsub', [`a${half}`, '^a', half]), tooLong);
});

test('functions that make large strings look at the memory in use', () => {
  const large = `a${'B'.repeat(99)}`.repeat(100_000);
  const lines: [string, ...LuaValue[]][] = [
    ['rep', 'x', 10_000_000],
    ['upper', large],
    ['lower', large],
    ['reverse', large],
    ['gsub', large, 'a', 'b'],
    ['gsub', large, '.*', '%0'],
    ['format', '%s', large],
    ['format', '%q', large],
  ];
  for (const [name, ...args] of lines) {
    const host = { tick: () => {}, memorySize: () => 3, clockSeconds: () => 0 };
    const callee = stringLibrary(new Runtime(host, 2)).getString(name) as LuaFunction;
    let ending = 'no look';
    try {
      for (let i = 0; i < 8; i++) callee(...args);
    } catch (error) {
      ending = error instanceof LuaError ? String(error.value) : String(error);
    }
    assert.equal(ending, 'not enough memory', name);
  }
});
