// cjson against redis-server: what it writes, reads and says of errors.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LuaError } from '../../src/lua/errors.ts';
import { cjsonLibrary } from '../../src/lua/library/cjson.ts';
import { Runtime } from '../../src/lua/runtime.ts';
import { LuaTable } from '../../src/lua/table.ts';
import { first, type LuaFunction, type LuaResult, type LuaValue } from '../../src/lua/value.ts';
import { SeededRandom } from '../support/random.ts';
import { evalLines, literal } from './support/eval-lines.ts';

/** Each line has a library of its own, `c`, as settings stay; dump() is the same for equal values. */
const PRELUDE = String.raw`
local c = cjson.new()
local function e(...) see(pcall(c.encode, ...)) end
local function dump(v)
  if v == cjson.null then return 'null' end
  if type(v) == 'string' then return string.format('%q', v) end
  if type(v) == 'number' then return v ~= v and 'nan' or string.format('%.17g', v) end
  if type(v) ~= 'table' then return tostring(v) end
  local parts = {}
  for k, w in pairs(v) do parts[#parts + 1] = dump(k) .. '=' .. dump(w) end
  return '{' .. table.concat(parts, ',') .. '}'
end
local function d(text)
  local isFine, value = pcall(c.decode, text)
  see(isFine, isFine and dump(value) or value)
end
local function nested(depth, inner)
  local t = inner
  for i = 1, depth do t = {t} end
  return t
end
local function nestedIn(key, depth)
  local t = {}
  for i = 2, depth do t = {[key] = t} end
  return t
end
`;

const NUMBERS = [
  ...['0', '-0', '1', '-1', '7', '10', '123456789', '2147483647', '2147483648', '-2147483648'],
  ...['-2147483649', '4294967296', '99999999999999', '100000000000000', '123456789012345'],
  ...[
    '-99999999999999',
    '2^53',
    '2^53 + 2',
    '-2^63',
    '2^63',
    '2^64',
    '1e15',
    '1e16',
    '1e20',
    '1e21',
  ],
  ...['1e100', '-1e100', '1e300', '1.7976931348623157e308', '5e-324', '2.2250738585072014e-308'],
  ...[
    '0.5',
    '-0.5',
    '1.5',
    '0.1',
    '0.2',
    '0.1 + 0.2',
    '0.3',
    '1 / 3',
    '2 / 3',
    '-1 / 3',
    '100 / 3',
  ],
  ...['1e5 / 3', '1e13 / 3', '1e14 / 3', '1e15 / 3', '0.0001', '0.00012', '0.00001', '0.000012345'],
  ...[
    '1e-5',
    '1.5e-7',
    '1e-10',
    '1e-300',
    '3.14159265358979',
    '3.141592653589793',
    '12.34',
    '0.07',
  ],
  ...['99.99', '1234567890123.25', '1234567890123.75', '1234567890123.5', '0.125', '1.125', '2.5'],
  ...[
    '99999999999999.5',
    '9999999999999.95',
    '0.99999999999999',
    '0.999999999999999',
    '1e14 - 0.5',
  ],
  ...['123.456', '1e6 + 0.001', '2147483.647', '2147483.648', '-2147483.648', '-2147483.649'],
  ...[
    '1.0000000000001',
    '1.00000000000001',
    '1.000000000000001',
    '72057594037927945',
    '4503599627370497.5',
  ],
];

evalLines('numbers are written', PRELUDE, [
  ...NUMBERS.map((number) => `e(${number})`),
  ...NUMBERS.map((number) => `e({[${number}] = ${number}})`),
  ...NUMBERS.map((number) => {
    return `for p = 1, 14 do c.encode_number_precision(p) e({x = ${number}}) end`;
  }),
  ...['1/0', '-1/0', '0/0'].flatMap((number) => {
    return ['off', 'on', 'null'].map((mode) => {
      return `c.encode_invalid_numbers('${mode}') e(${number}) e({a = ${number}}) e({${number}})`;
    });
  }),
  ...['off', 'on', 'null'].map((mode) => {
    return `c.encode_invalid_numbers('${mode}') e({[1/0] = 1}) e({[-1/0] = 1, a = 2})`;
  }),
]);

/** Sizes around which strings are written in another way. */
const SIZES = [0, 1, 12, 13, 15, 16, 17, 31, 32, 63, 64, 65, 1000, 32767, 32768, 32769, 70000];
const INSERTS = ['', '"', '\\', '/', '\n', '\0', '\x7f', '\xe9'];

evalLines('strings are written', PRELUDE, [
  ...Array.from({ length: 256 }, (_, code) => {
    const character = literal(String.fromCharCode(code));
    return `e(${character}) e({[${character}] = ${character}}) e("some words " .. ${character} .. "!")`;
  }),
  ...SIZES.flatMap((size) =>
    INSERTS.map((insert) => {
      const text = `string.rep('x', ${size}) .. ${literal(insert)}`;
      return `local s = ${text} e(s) e(s .. s) e({s, s, s}) e({a = s}) e({[s] = 1})`;
    }),
  ),
  ...SIZES.map((size) => {
    return `local t = {} for i = 1, ${Math.min(size, 2000)} do t[i] = 'item/' .. i end e(t)`;
  }),
  'local t = {} for i = 1, 2000 do t[i] = i % 7 == 0 and i or "word " .. i end e(t)',
  'local t = {} for i = 0, 255 do t[i + 1] = string.char(i) end e(t) e(table.concat(t))',
  'local s = "" for i = 0, 255 do s = s .. string.char(i) end e(string.rep(s, 500))',
]);

evalLines(
  'values of other types are written',
  PRELUDE,
  [
    ...['nil', 'true', 'false', 'cjson.null', 'c.null', 'pcall', 'coroutine.create(pcall)', '{}'],
    ...['{pcall}', '{a = pcall}', '{{}}', '{a = {}}', '{nil, 1}', '{1, nil, 3}', '{nil, nil, 3}'],
    ...['{cjson.null}', '{a = cjson.null, b = false}', '{[cjson.null] = 1}', '{1, 2, x = 3}'],
    ...[
      '{[true] = 1}',
      '{[false] = 1}',
      '{1, 2, [true] = 3}',
      '{1, 2, [true] = pcall}',
      '{[{}] = 1}',
    ],
    ...['{[pcall] = 1}', '{[1.5] = 1}', '{[0] = 1}', '{[-1] = 1}', '{[0] = 0, 1, 2}', '{[-0] = 1}'],
    ...['{[2] = 2}', '{[3] = 3}', '{[10] = 1}', '{[11] = 1}', '{[1] = 1, [11] = 1}', '{[20] = 1}'],
    ...['{1, 2, 3, 4, 5, [11] = 6}', '{1, 2, 3, 4, [11] = 6}', '{1, 2, 3, 4, 5, 6, [20] = 1}'],
    ...['{["1"] = 1}', '{["1"] = 1, [1] = 2}', '{1, ["1"] = 2, a = {1, {b = {}}}}', '{[2^31] = 1}'],
    ...[
      '{[1] = 1, [2^31] = 1}',
      '{[2^31 - 1] = 1}',
      '{[2^53] = 1}',
      '{[1e300] = 1}',
      '{[1e15] = 1}',
    ],
    ...['{[2^31] = 1, [2] = 2}', '{[2^40 + 5] = 1, [3] = 1, [4] = 1}'],
    ...['setmetatable({1}, {__index = {1, 2}})', 'setmetatable({}, {__tostring = pcall})'],
    ...['{"a", 1, true, cjson.null, {x = 1}}', '{a = 1, [2] = 2}', '{[1] = 1, [2] = 2, [4] = 4}'],
  ].flatMap((value) => [`e(${value})`, `c.encode_sparse_array(true) e(${value})`]),
);

evalLines('sparse arrays', PRELUDE, [
  ...['0, 10', '1, 10', '2, 0', '2, 5', '3, 10', '1, 0', '0, 0', '2147483647, 10'].flatMap((rule) =>
    ['{[11] = 1}', '{[5] = 1}', '{1, 2, nil, 4}', '{1, [12] = 12}', '{[30] = 1, 1, 2, 3}'].flatMap(
      (value) => [
        `c.encode_sparse_array(false, ${rule}) e(${value})`,
        `c.encode_sparse_array(true, ${rule}) e(${value})`,
      ],
    ),
  ),
  'c.encode_sparse_array(false, 2^31 - 1, 10) local t = {} for i = 1, 20 do t[i] = i end e(t)',
  'c.encode_sparse_array(false, 2^31 - 1, 10) local t = {} for i = 1, 21 do t[i] = i end e(t)',
  'c.encode_sparse_array(true, 2^30, 10) for n = 8, 16 do local t = {} for i = 1, n do t[i] = i end e(t) end',
  'local t = {} for i = 1, 100 do t[i] = i end for i = 1, 99 do t[i] = nil e(t) end',
  'local t = {} for i = 1, 100 do t[i] = i end for i = 100, 1, -1 do t[i] = nil e(t) end',
]);

evalLines('settings', PRELUDE, [
  'for k, v in pairs(cjson) do see(k, type(v)) end',
  'for k, v in pairs(c) do see(k, type(v)) end',
  'see(c._NAME, c._VERSION, c.null, cjson.null, c.null == cjson.null, c.new == cjson.new)',
  'see(type(c.null), c.null == nil, not c.null)',
  'local o = cjson.new(1, 2) o.encode_max_depth(5) see(c.encode_max_depth(), o.encode_max_depth())',
  'c.x = 1 see(c.x)',
  ...[
    ...['encode_sparse_array', 'encode_max_depth', 'decode_max_depth', 'encode_number_precision'],
    ...['encode_keep_buffer', 'encode_invalid_numbers', 'decode_invalid_numbers'],
  ].flatMap((name) =>
    [
      ...['', 'nil', 'true', 'false', '0', '1', '2', '14', '15', '-1', '1000', '2^31 - 1', '2^31'],
      ...['2^32', '2^32 + 5', '2^63', '-2^63', '0/0', '1/0', '3.99', '"3"', '"x"', '""', '"on"'],
      ...[
        '"off"',
        '"null"',
        '"on\\0x"',
        '"o\\0x"',
        '"x\\0on"',
        '{}',
        'pcall',
        'cjson.null',
        '1, 2',
      ],
      ...['1, 2, 3', '1, 2, 3, 4', 'nil, nil', 'nil, nil, nil, nil', 'true, 3, 20', 'true, -1, 20'],
      ...['true, 3, -1', 'nil, 5', 'nil, nil, 7', 'true, {}, 1', 'true, 1, {}', '"on", "2", "3"'],
    ].map((value) => {
      const call = `c.${name}(${value})`;
      return `see(pcall(function() local a, b, d, x = ${call} return a, b, d, x end)) see(c.${name}())`;
    }),
  ),
  ...['', '1, 2', 'nil, nil', 'nil', '{}', 'true', '12', '"1"'].flatMap((args) =>
    ['encode', 'decode'].map((name) => {
      return `see(pcall(function() local v = c.${name}(${args}) return v end)) see(pcall(c.${name}${args && ', '}${args}))`;
    }),
  ),
  'see(pcall(function() return 1 + c.encode(pcall) end))',
  'local function f() local x = c.decode("[") return x end\nsee(pcall(f))',
]);

evalLines('depth', PRELUDE, [
  ...[1, 2, 999, 1000, 1001, 1002].flatMap((depth) => [
    `e(nested(${depth}, nil)) e(nestedIn('a', ${depth}))`,
    `d(string.rep('[', ${depth}) .. string.rep(']', ${depth}))`,
    `d(string.rep('{"a":', ${depth}) .. '1' .. string.rep('}', ${depth}))`,
    `d(string.rep(' [ ', ${depth}))`,
    `d(string.rep('[{"a":', ${depth}))`,
  ]),
  ...[1, 2, 5].flatMap((max) => [
    `c.encode_max_depth(${max}) for n = 1, 7 do e(nested(n, nil)) e(nestedIn('a', n)) e({nested(n, 1), 1}) end`,
    `c.decode_max_depth(${max}) for n = 1, 7 do d(string.rep('[', n) .. string.rep(']', n)) end`,
    `c.decode_max_depth(${max}) d('[1,[2,[3,[4,{"a":{"b":[5]}}]]]]') d('[[],[],{}]')`,
  ]),
  ...[3998, 3999, 4000, 4001, 7996, 7997, 7998, 7999, 8000, 9000].flatMap((depth) => [
    `c.encode_max_depth(2^31 - 1) see(pcall(function() return #c.encode(nested(${depth}, nil)) end))`,
    `c.encode_max_depth(2^31 - 1) see(pcall(function() return #c.encode(nestedIn('a', ${depth})) end))`,
    `c.encode_max_depth(2^31 - 1) see(pcall(function() return #c.encode(nested(${depth - 4000}, nestedIn('a', 2100))) end))`,
    `c.decode_max_depth(2^31 - 1) see(pcall(function() return type(c.decode(string.rep('[', ${depth}) .. string.rep(']', ${depth}))) end))`,
    `c.decode_max_depth(2^31 - 1) see(pcall(function() return type(c.decode(string.rep('{"a":', ${depth}) .. '1' .. string.rep('}', ${depth}))) end))`,
  ]),
  'local t = {} t[1] = t e(t)',
  'local t = {} t.a = {t} e(t) c.encode_max_depth(2^31 - 1) e(t)',
]);

/** Numbers, and what is not quite one. */
const NUMERALS = [
  ...['0', '-0', '1', '-1', '12', '123456789012345', '1234567890123456', '12345678901234567890'],
  ...[
    '0.5',
    '-0.5',
    '.5',
    '-.5',
    '1.',
    '-1.',
    '1.e5',
    '0.1',
    '0.30000000000000004',
    '1.7976931348623157e308',
  ],
  ...[
    '1e5',
    '1E5',
    '1e+5',
    '1e-5',
    '1e',
    '1e+',
    '1ee5',
    '1e5.5',
    '1e400',
    '-1e400',
    '1e-400',
    '5e-324',
  ],
  ...[
    '00',
    '01',
    '-01',
    '007',
    '0x10',
    '0X1F',
    '-0x10',
    '0x',
    '0xg',
    '0x1p4',
    '0x.8',
    '0x1.8p-1',
    '0x1p',
  ],
  ...[
    '0x10000000000000000',
    '0x1.fffffffffffff8p0',
    'inf',
    '-inf',
    'Infinity',
    '-Infinity',
    'INF',
    'infinit',
  ],
  ...[
    'nan',
    '-nan',
    'NaN',
    'nan(1)',
    'nan(abc_1)',
    'nan(',
    'nano',
    'info',
    '+1',
    '+',
    '+-1',
    '-+1',
    '--1',
  ],
  ...[
    '-',
    '- 1',
    '+inf',
    '+nan',
    '1 2',
    '1,2',
    '1a',
    '1.2.3',
    '9007199254740993',
    '0.1e1',
    '100e-2',
  ],
  ...[
    '123456789.123456',
    '999999999999999',
    '9999999999999.99',
    '0.000001',
    '1.000000000000000000000001',
  ],
  ...['2.2250738585072011e-308', '17976931348623157e292', '123456.78901234567', '3.14159265358979'],
  ...[
    'n',
    'nul',
    'null',
    'nullx',
    'nulL',
    'Null',
    't',
    'tru',
    'true',
    'truex',
    'f',
    'fals',
    'false',
    'falsey',
  ],
  ...[
    'i',
    'I',
    'N',
    'in',
    'na',
    '0b1',
    '1_000',
    '1f',
    '1d',
    '0e0',
    '-0.0',
    '-0e5',
    '0.0',
    '1\\0002',
    '1\\000',
  ],
];

evalLines('numbers and words are read', PRELUDE, [
  ...NUMERALS.flatMap((numeral) => [
    `d("${numeral}") d(" [${numeral}]") d("{ \\"a\\": ${numeral} , \\"b\\":${numeral}}")`,
    `c.decode_invalid_numbers(false) d("${numeral}") d("[${numeral},${numeral}]")`,
  ]),
  ...NUMBERS.map((number) => `d(c.encode(${number})) d(string.format('[%.17g]', ${number}))`),
]);

const ESCAPES = [
  ...['\\"', '\\\\', '\\/', '\\b', '\\f', '\\n', '\\r', '\\t', '\\v', '\\a', '\\0', '\\x', "\\'"],
  ...['\\', '\\u', '\\u0', '\\u00', '\\u004', '\\u0041', '\\u00g1', '\\u000', '\\U0041', '\\u 041'],
  ...[
    '\\u0000',
    '\\u007f',
    '\\u0080',
    '\\u00e9',
    '\\u07ff',
    '\\u0800',
    '\\uffff',
    '\\uFFFF',
    '\\uAbCd',
  ],
  ...['\\ud7ff', '\\ud800', '\\udbff', '\\udc00', '\\udfff', '\\ue000', '\\ud800x', '\\ud800\\n'],
  ...[
    '\\ud800\\u',
    '\\ud800\\ud800',
    '\\ud800\\udc00',
    '\\udbff\\udfff',
    '\\ud83d\\ude00',
    '\\udc00\\ud800',
  ],
  ...[
    '\\ud800\\u0041',
    '\\ud800\\udbff',
    '\\ud800\\ue000',
    '\\ud800\\udc0',
    '\\ud800\\udc0g',
    '\\ud83d\\uDE00',
  ],
  ...[
    '\\\\"',
    '\\\\\\',
    '\\\\\\\\',
    '\\"\\"',
    'a\\nb',
    '\n',
    '\t',
    '\x01',
    '\0',
    '\x7f',
    '\xe9',
    '\xff\xfe',
  ],
];

evalLines('strings are read', PRELUDE, [
  ...ESCAPES.flatMap((text) =>
    [`"${text}"`, `"ab${text}cd"`, `["x","${text}","y"]`, `{"${text}":"${text}"}`, `"${text}`].map(
      (json) => `d(${literal(json)})`,
    ),
  ),
  ...Array.from({ length: 256 }, (_, code) => {
    const character = String.fromCharCode(code);
    const texts = [
      `"${character}"`,
      `"\\${character}"`,
      `"\\${character}\\u0041"`,
      `["a\\n${character}"]`,
    ];
    return texts.map((json) => `d(${literal(json)})`).join(' ');
  }),
  ...SIZES.flatMap((size) =>
    ['', '\\n', '\\"', '\\u00e9', '\n', '\\u0000', '\\x'].map((insert) => {
      const text = `local s = string.rep('x', ${size}) .. ${literal(insert)}`;
      return `${text} d('"' .. s .. '"') d('["' .. s .. s .. '"]') d('{"' .. s .. '":1,"b":"' .. s .. '"}')`;
    }),
  ),
  'local t = {} for i = 0, 255 do t[i + 1] = string.char(i) end local s = table.concat(t) see(c.decode(c.encode(s)) == s)',
  'for i = 0, 255 do local s = string.rep(string.char(i), 40) see(c.decode(c.encode({[s] = s}))[s] == s) end',
  'local t = {} for i = 0, 2047 do t[#t + 1] = string.format("\\\\u%04x", i * 32) end for i, u in ipairs(t) do d(\'"\' .. u .. \'"\') end',
]);

/** Whole texts; those behind are errors. */
const TEXTS = [
  ...[
    '',
    ' ',
    '\n',
    '{}',
    '[]',
    ' [ ] ',
    ' { } ',
    '[1]',
    '[1,2]',
    '[[]]',
    '[{}]',
    '{"a":[]}',
    'null',
    '[null]',
  ],
  ...[
    '{"a":null}',
    '{"a":1,"b":[true,false,null]}',
    '\t{\r"a"\n:\t1 , "b" : 2 }\n',
    '{"a":1,"a":2}',
  ],
  ...[
    '{"a":1,"b":2,"a":3}',
    '{"a":{"b":1,"b":2},"a":{"b":3}}',
    '{"":1}',
    '{"1":1}',
    '{"a\\u0062":1,"ab":2}',
  ],
  ...['[{"a":1,"b":2},{"a":3,"b":4},{"a":5,"c":6},{"b":7,"a":8},{"a":9},{},{"a":1,"b":2,"c":3}]'],
  ...[
    '[{"a":{"a":{"a":1}}},{"a":{"a":{"a":2}}},{"a":[{"a":3}]}]',
    '[{"id":1},{"idx":2},{"id":3,"idx":4}]',
  ],
  ...[
    '[{"a\\"":1},{"a":2},{"a\\\\":3}]',
    '[{"a":1,"a":2},{"a":3,"a":4}]',
    '"x"',
    '"',
    '"a',
    '1',
    '[1]\0[2]',
    '[1]\0',
  ],
  ...[
    '\0',
    '\0\0',
    '\0"',
    'a\0',
    '1\0',
    '"\0',
    '[\0]',
    '[1\0]',
    '{"a\0":1}',
    '{"a":1\0}',
    '\xef\xbb\xbf[]',
    '\xfe\xff',
  ],
  ...[
    '[',
    ']',
    '{',
    '}',
    ',',
    ':',
    '[,]',
    '[1,]',
    '[,1]',
    '[1 2]',
    '[1',
    '[1,',
    '{"a"',
    '{"a":',
    '{"a":1',
    '{"a":1,',
  ],
  ...[
    '{"a":1,}',
    '{,}',
    '{"a"}',
    '{"a",1}',
    '{"a":}',
    '{"a":,}',
    '{1:2}',
    '{a:1}',
    "{'a':1}",
    '{null:1}',
    '{true:1}',
  ],
  ...[
    '{[]:1}',
    '{{}:1}',
    '{"a":1 "b":2}',
    '{"a" 1}',
    '[1}',
    '{"a":1]',
    '[}',
    '{]',
    '[]]',
    '{}}',
    '[] []',
    '1 1',
    '[] x',
  ],
  ...[
    '{"a" x',
    '{"a" "b"',
    '{"a" "b',
    '{"a" 1',
    '{"a" -',
    '{"a" nan',
    '{"a" nul',
    '{"a":1 x',
    '{"a":1 "',
    '{"a":1 "\\x"',
  ],
  ...[
    '[1 x',
    '[1 "',
    '[1 "a"',
    '[1 -x',
    '[1 true',
    '[1 +',
    '[1 {',
    '[1 :',
    '[] "',
    '[] "\\ud800"',
    '[] 1',
    '[] true',
    '{"a":1}nan',
  ],
  ...[
    '{"\\x":1}',
    '{"a":"\\x"}',
    '/* */ 1',
    '// 1',
    '\x0b1',
    '\x0c1',
    '\xa01',
    '[1;2]',
    '(1)',
    '<1>',
    '@',
    '#',
    '$',
    '~',
    '`',
  ],
];

evalLines('texts are read', PRELUDE, [
  ...TEXTS.map((text) => `d(${literal(text)})`),
  ...TEXTS.map((text) => `d(${literal(`  ${text}`)}) d(${literal(`[[1,{"k":${text}}]]`)})`),
  'c.decode_invalid_numbers(false) for _, s in ipairs({"{\\"a\\" nan", "[1 +", "[1 -x", "[1 01", "[] 0x1"}) do d(s) end',
  'd(12) d(-0.5) d(0/0) d(1e300)',
]);

const TOKENS = [
  ...['{', '}', '[', ']', ',', ':', '"a"', '"b', '1', '-', 'true', 'null', 'nan', 'x', '\0', ' '],
];

evalLines('sequences of tokens', PRELUDE, [
  ...TOKENS.flatMap((one) =>
    TOKENS.map((two) => {
      const tokens = `{${TOKENS.map(literal).join(', ')}}`;
      return `for _, t in ipairs(${tokens}) do d(${literal(one + two)} .. t) d('{"k"' .. ${literal(one + two)} .. t) end`;
    }),
  ),
]);

const SAMPLE =
  '{"id":17,"name":"user \\u00e9\\n","tags":["a","b\\/"],"score":-1.5e3,"ok":true,"no":null,"nested":{"x":[{}],"y":[]}}';

evalLines('broken texts', PRELUDE, [
  ...Array.from({ length: SAMPLE.length + 1 }, (_, size) => `d(${literal(SAMPLE.slice(0, size))})`),
  ...Array.from({ length: SAMPLE.length }, (_, at) => {
    const [head, tail] = [SAMPLE.slice(0, at), SAMPLE.slice(at + 1)];
    const replacements = ['"', '\\', '[', '}', ',', ':', '0', ' ', '\0', 'u', ''];
    return replacements.map((other) => `d(${literal(head + other + tail)})`).join(' ');
  }),
]);

class RandomJson {
  private readonly random: SeededRandom;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
  }

  value(depth: number): string {
    const { random } = this;
    const kind = random.below(depth > 4 ? 5 : 9);
    if (kind === 0) return random.pick(['true', 'false', 'null']);
    if (kind <= 2)
      return String(random.pick([random.below(1000), random.below(100000) / 100, -1.5e10]));
    if (kind <= 4) return `"${this.word(12)}"`;
    const count = random.below(random.pick([3, 8, 40]));
    if (kind <= 6) return `[${Array.from({ length: count }, () => this.value(depth + 1)).join()}]`;
    return this.object(depth, count);
  }

  object(depth: number, count: number): string {
    const fields = Array.from({ length: count }, () => {
      return `"${this.word(this.random.pick([1, 3, 10, 31]))}":${this.value(depth + 1)}`;
    });
    return `{${fields.join()}}`;
  }

  /** Letters, few enough that some words come again. */
  private word(sizeMax: number): string {
    const size = 1 + this.random.below(sizeMax);
    return Array.from({ length: size }, () => this.random.pick([...'abcdefgh:_ 01'])).join('');
  }
}

evalLines('the order of what was read', PRELUDE, [
  ...Array.from({ length: 150 }, (_, seed) => {
    return `e(c.decode(${literal(new RandomJson(seed + 1).object(0, 1 + (seed % 40)))}))`;
  }),
  ...Array.from({ length: 60 }, (_, index) => {
    const keys = Array.from({ length: 5 * index + 1 }, (_, i) => `"key:${i * 7 + index}":${i}`);
    return `e(c.decode('{${keys.join()}}')) e(c.decode('[{${keys.join()}},{${keys.reverse().join()}}]'))`;
  }),
  // More different keys than are remembered.
  'for i = 1, 3000 do local t = c.decode(\'{"k\' .. i .. \'":1,"l\' .. i .. \'":2}\') assert(t["k" .. i] + t["l" .. i] == 3) end d(\'[{"a":1,"b":2},{"a":3}]\')',
]);
