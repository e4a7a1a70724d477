// The string library, as lua5.1 has it: all functions but format(), and what gsub() does.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { LuaError } from '../../src/lua/errors.ts';
import { stringLibrary } from '../../src/lua/library/string.ts';
import { STRING_SIZE_MAX } from '../../src/lua/limits.ts';
import { Runtime } from '../../src/lua/runtime.ts';
import type { LuaFunction, LuaValue } from '../../src/lua/value.ts';
import { ALL_BYTES, emptyTable, odd, someFunction } from './support/string-arguments.ts';
import {
  type Call,
  call,
  checkCalls,
  checkCallsOfRedis,
  type Fixture,
  tableOf,
} from './support/string-calls.ts';

const INFINITY = Number.POSITIVE_INFINITY;

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

test('dump refuses, as for functions that are not of Lua', () => {
  assert.throws(() => call('dump', [(() => undefined) as LuaFunction]), {
    value: 'user_script:-1: unable to dump given function',
  });
});

test('what is kept of patterns and formats does not keep large strings alive', () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const size = 1_000_000;
  const count = 50;
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  useLargeStrings(count, size);
  collectGarbage();
  const grown = process.memoryUsage().heapUsed - before;
  assert.ok(grown < (count / 2) * size, `${grown} bytes are still there`);
});

/** Patterns and formats that are parts of large strings; a larger one is the last subject. */
function useLargeStrings(count: number, size: number): void {
  for (let i = 0; i < count; i++) {
    const large = `a text of some length, %d ${i}${'x'.repeat(size)}`;
    const [part] = call('sub', [large, 1, 28]);
    call('find', ['abc', part]);
    call('match', ['abc', part]);
    call('gsub', ['abc', 'b', part]);
    call('format', [part, i]);
  }
  call('find', ['x'.repeat(count * size), 'y+']);
}

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
    const host = {
      tick: () => {},
      memorySize: () => 3,
      liveMemorySize: () => 3,
      clockSeconds: () => 0,
    };
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
