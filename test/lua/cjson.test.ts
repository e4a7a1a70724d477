// cjson.encode() and the settings, against redis-server.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LuaError } from '../../src/lua/errors.ts';
import { type EncodeSettings, encodeJson, jsonKey } from '../../src/lua/library/cjson-encode.ts';
import { KeyTexts } from '../../src/lua/library/key-texts.ts';
import { Runtime } from '../../src/lua/runtime.ts';
import { LuaTable } from '../../src/lua/table.ts';
import type { LuaValue } from '../../src/lua/value.ts';
import { cjsonLines, linesOf, NUMBERS, SIZES, words } from './support/cjson-lines.ts';
import { literal } from './support/eval-lines.ts';

cjsonLines('numbers are written', [
  // A table has one zero only, here.
  ...NUMBERS.map((number) => `e(${number}) e({[${number} + zero] = ${number}})`),
  ...NUMBERS.map((number) => {
    return `for p = 1, 14 do c.encode_number_precision(p) e({x = ${number}}) end`;
  }),
  ...words('1/0 -1/0 0/0').flatMap((number) => {
    return words('off on null').map((mode) => {
      return `c.encode_invalid_numbers('${mode}') e(${number}) e({a = ${number}}) e({${number}})`;
    });
  }),
  ...words('off on null').map((mode) => {
    return `c.encode_invalid_numbers('${mode}') e({[1/0] = 1}) e({[-1/0] = 1, a = 2})`;
  }),
]);

const INSERTS = ['', '"', '\\', '/', '\n', '\0', '\x7f', '\xe9'];

cjsonLines('strings are written', [
  ...Array.from({ length: 256 }, (_, code) => {
    const character = literal(String.fromCharCode(code));
    return `local s = ${character} e(s) e({[s] = s}) e("some words " .. s .. "!") e({s, s .. s})`;
  }),
  ...SIZES.flatMap((size) =>
    INSERTS.map((insert) => {
      const text = `local s = string.rep('x', ${size}) .. ${literal(insert)}`;
      return `${text} e(s) e(s .. s) e({s, s, s}) e({a = s}) e({[s] = 1})`;
    }),
  ),
  ...SIZES.map((size) => {
    return `local t = {} for i = 1, ${Math.min(size, 2000)} do t[i] = 'item/' .. i end e(t)`;
  }),
  ...linesOf(`
local t = {} for i = 1, 2000 do t[i] = i % 7 == 0 and i or "word " .. i end e(t)
local t = {} for i = 0, 255 do t[i + 1] = string.char(i) end e(t) e(table.concat(t))
local s = "" for i = 0, 255 do s = s .. string.char(i) end e(string.rep(s, 500))
local s = string.rep('x', 5000000) .. '"/' see(#c.encode(s), c.decode(c.encode(s)) == s)
`),
]);

const VALUES = linesOf(`
nil
true
false
cjson.null
c.null
pcall
coroutine.create(function() end)
{}
{pcall}
{a = pcall}
{{}}
{a = {}}
{nil, 1}
{1, nil, 3}
{nil, nil, 3}
{cjson.null}
{a = cjson.null, b = false}
{[cjson.null] = 1}
{1, 2, x = 3}
{[true] = 1}
{[false] = 1}
{1, 2, [true] = 3}
{1, 2, [true] = pcall}
{[{}] = 1}
{[pcall] = 1}
{[1.5] = 1}
{[0] = 1}
{[-1] = 1}
{[0] = 0, 1, 2}
{[2] = 2}
{[3] = 3}
{[10] = 1}
{[11] = 1}
{[1] = 1, [11] = 1}
{[20] = 1}
{1, 2, 3, 4, 5, [11] = 6}
{1, 2, 3, 4, [11] = 6}
{1, 2, 3, 4, 5, 6, [20] = 1}
{["1"] = 1}
{1, ["1"] = 2, a = {1, {b = {}}}}
{[2^31] = 1}
{[1] = 1, [2^31] = 1}
{[2^31 - 1] = 1}
{[2^53] = 1}
{[1e300] = 1}
{[1e15] = 1}
{[2^31] = 1, [2] = 2}
{[2^40 + 5] = 1, [3] = 1, [4] = 1}
setmetatable({1}, {__index = {1, 2}})
setmetatable({}, {__tostring = pcall})
{"a", 1, true, cjson.null, {x = 1}}
{a = 1, [2] = 2}
{[1] = 1, [2] = 2, [4] = 4}
{a = 1, b = {2, {c = {}}}, d = "e"}
`);

cjsonLines(
  'other values are written',
  VALUES.flatMap((value) => [`e(${value})`, `c.encode_sparse_array(true) e(${value})`]),
);

const SPARSE_RULES = ['0, 10', '1, 10', '2, 0', '2, 5', '3, 10', '1, 0', '0, 0', '2147483647, 10'];

cjsonLines('sparse arrays', [
  ...SPARSE_RULES.flatMap((rule) =>
    ['{[11] = 1}', '{[5] = 1}', '{1, 2, nil, 4}', '{1, [12] = 12}', '{[30] = 1, 1, 2, 3}'].map(
      (value) => {
        const set = `c.encode_sparse_array(false, ${rule}) e(${value})`;
        return `${set} c.encode_sparse_array(true) e(${value})`;
      },
    ),
  ),
  // The product that tells is a C int.
  ...[8, 11, 16, 20, 21, 22].flatMap((count) =>
    ['2^31 - 1', '2^30', '2^29'].map((ratio) => {
      const list = `local t = {} for i = 1, ${count} do t[i] = i end`;
      return `${list} c.encode_sparse_array(false, ${ratio}, 10) e(t)`;
    }),
  ),
  ...linesOf(`
local t = {} for i = 1, 100 do t[i] = i end for i = 1, 99 do t[i] = nil e(t) end
local t = {} for i = 1, 100 do t[i] = i end for i = 100, 1, -1 do t[i] = nil e(t) end
local t = {} for i = 1, 100 do t[i] = i end for i = 3, 100, 3 do t[i] = nil e(t) end
`),
]);

const SETTINGS = words(`
  encode_sparse_array encode_max_depth decode_max_depth encode_number_precision encode_keep_buffer
  encode_invalid_numbers decode_invalid_numbers
`);
const ARGUMENTS = linesOf(`
nil
true
false
0
1
2
14
15
-1
1000
2^31 - 1
2^31
2^32
2^32 + 5
2^63
-2^63
0/0
1/0
3.99
"3"
"x"
""
"on"
"off"
"null"
"on\\0x"
"o\\0x"
"x\\0on"
{}
pcall
cjson.null
1, 2
1, 2, 3
1, 2, 3, 4
nil, nil
nil, nil, nil, nil
true, 3, 20
true, -1, 20
true, 3, -1
nil, 5
nil, nil, 7
true, {}, 1
true, 1, {}
"on", "2", "3"
`);

cjsonLines('settings', [
  ...linesOf(`
for k, v in pairs(cjson) do see(k, type(v)) end
for k, v in pairs(c) do see(k, type(v)) end
see(c._NAME, c._VERSION, c.null, cjson.null, c.null == cjson.null, c.new == cjson.new)
see(type(c.null), c.null == nil, not c.null)
local o = cjson.new(1, 2) o.encode_max_depth(5) see(c.encode_max_depth(), o.encode_max_depth())
c.x = 1 see(c.x)
try(function() cjson.x = 1 end)
`),
  ...SETTINGS.flatMap((name) => [
    `see(c.${name}())`,
    ...ARGUMENTS.map((values) => {
      const call = `local a, b, d, x = c.${name}(${values}) see(a, b, d, x)`;
      return `try(function() ${call} end) see(c.${name}())`;
    }),
  ]),
  ...['', '1, 2', 'nil, nil', 'nil', '{}', 'true', '12', '"1"'].flatMap((values) =>
    ['encode', 'decode'].flatMap((name) => [
      `try(function() local v = c.${name}(${values}) return v end)`,
      `try(${[`c.${name}`, ...values.split(', ').filter((value) => value !== '')].join()})`,
    ]),
  ),
  'try(function() return 1 + c.encode(pcall) end)',
  'local function f() local x = c.decode("[") return x end\ntry(f)',
]);

cjsonLines('depth', [
  ...[1, 2, 999, 1000, 1001, 1002].map((depth) => {
    return `e(nested(${depth}, nil)) e(nestedIn('a', ${depth}))`;
  }),
  ...[1, 2, 5].map((max) => {
    const each = "e(nested(n, nil)) e(nestedIn('a', n)) e({nested(n, 1), 1})";
    return `c.encode_max_depth(${max}) for n = 1, 7 do ${each} end`;
  }),
  ...[3998, 3999, 4000, 4001, 7996, 7997, 7998, 7999, 8000, 9000].flatMap((depth) =>
    [`nested(${depth})`, `nestedIn('a', ${depth})`, `nested(${depth}, nestedIn('a', 1100))`].map(
      (value) => {
        return `c.encode_max_depth(2^31 - 1) try(function() return #c.encode(${value}) end)`;
      },
    ),
  ),
  'local t = {} t[1] = t e(t)',
  'local t = {} t.a = {t} e(t) c.encode_max_depth(2^31 - 1) e(t)',
]);

const SIZE_MAX = 6_000_000;
const LONG = 'x'.repeat(5_000_000);

/** What is written, in this many characters; null is more than there may be. */
const LENGTHS: readonly (readonly [what: string, value: LuaValue, length: number | null])[] = [
  ['short strings', new LuaTable(new Array(1000).fill('x'.repeat(5000))), 5_003_001],
  ['too many', new LuaTable(new Array(1200).fill('x'.repeat(5000))), null],
  ['one that is long', 'x'.repeat(5_900_000), 5_900_002],
  ['one that is too long', 'x'.repeat(6_000_001), null],
  ['one that becomes too long', '\n'.repeat(3_100_000), null],
  ['one that is too long with what stands before', new LuaTable([LONG, LONG]), null],
  ['slashes', '/'.repeat(2_900_000), 5_800_002],
  ['too many slashes', '/'.repeat(3_100_000), null],
];

test('what is too large is an error of Lua', () => {
  const host = {
    tick: () => {},
    memorySize: () => 0,
    liveMemorySize: () => 0,
    clockSeconds: () => 0,
  };
  const settings: EncodeSettings = {
    convertsSparse: false,
    sparseRatio: 2,
    sparseSafe: 10,
    depthMax: 1000,
    invalidNumbers: 'off',
    precision: 14,
  };
  for (const [what, value, length] of LENGTHS) {
    const runtime = new Runtime(host, 2 ** 40);
    const encode = () => encodeJson(runtime, settings, new KeyTexts(jsonKey), value, SIZE_MAX);
    if (length === null) assert.throws(encode, isMemoryError, what);
    else assert.equal(encode().length, length, what);
  }
});

function isMemoryError(error: unknown): boolean {
  return error instanceof LuaError && error.value === 'not enough memory';
}
