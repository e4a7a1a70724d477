// Operations on operations, more of them than calls can nest in the generator or in the engine's
// parser: they compile and give what Lua gives. Where a chunk is too long it is Lua's error.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LuaError } from '../../src/lua/errors.ts';
import { Lua } from '../../src/lua/script.ts';
import type { LuaValue } from '../../src/lua/value.ts';

/** Before a chain, what is repeated, after it, and what the chunk returns. */
type Chain = readonly [
  before: string,
  link: string,
  after: string,
  result: (count: number) => LuaValue,
];

const COUNTS = [3000, 40000];
/** To have every function as a generator, too. */
const COROUTINES = 'local _ = coroutine ';

const chains: readonly Chain[] = [
  ['return ', 'nil or ', '7', () => 7],
  ['local x = false return ', 'x or ', '7', () => 7],
  ['local x = true return ', 'x and ', '7', () => 7],
  ['local x = false if ', 'x or ', 'true then return 7 end', () => 7],
  ['local x = true return ', 'x == ', 'x', () => true],
  ['return ', '1 + ', '1', (count) => count + 1],
  ['local n = 0 local function f() n = n + 1 return f end f', '()', 'return n', (n) => n],
  ['local t = {} t.a = t return t', '.a', ' == t', () => true],
  [
    'local n, t = 0, {} function t:a() n = n + 1 return self end t',
    ':a()',
    'return n',
    (count) => count,
  ],
];

/** What a chunk returns, or `error: ...`. Nothing else may come out of it. */
function resultOf(source: string): LuaValue {
  try {
    return new Lua({ libraries: 'plain' }).compile(source, 'chunk').run()[0];
  } catch (error) {
    if (error instanceof LuaError) return `error: ${String(error.value)}`;
    throw error;
  }
}

function check(source: string, count: number, expected: LuaValue): void {
  assert.equal(resultOf(source), expected, `${count} times: ${source.slice(0, 100)}`);
}

for (const [before, link, after, result] of chains) {
  test(`long chains: ${link}`, () => {
    for (const count of COUNTS) {
      const source = `${before}${link.repeat(count)}${after}`;
      check(source, count, result(count));
    }
    const [count] = COUNTS;
    check(`${COROUTINES}${before}${link.repeat(count)}${after}`, count, result(count));
  });
}

test('long chains: elseif', () => {
  const links = (count: number): string => 'elseif x == 2 then return 2 '.repeat(count);
  const source = (count: number): string =>
    `local x = 3 if x == 1 then return 1 ${links(count)}else return 7 end`;
  check(source(1000), 1000, 7);
  check(source(20000), 20000, 'error: chunk:1: chunk has too many syntax levels');
});
