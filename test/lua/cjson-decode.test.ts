// cjson.decode() against redis-server: values, errors and their places, and the order of tables.
import { SeededRandom } from '../support/random.ts';
import { cjsonLines, linesOf, NUMBERS, SIZES, words } from './support/cjson-lines.ts';
import { literal } from './support/eval-lines.ts';

/** Numbers and words, and what is not quite one. */
const NUMERALS = [
  '- 1',
  '1 2',
  '1\0',
  '1\x002',
  ...words(`
  0 -0 1 -1 12 123456789012345 1234567890123456 12345678901234567890 0.5 -0.5 .5 -.5 1. -1. 1.e5 0.1
  0.30000000000000004 1.7976931348623157e308 1e5 1E5 1e+5 1e-5 1e 1e+ 1ee5 1e5.5 1e400 -1e400 1e-400
  5e-324 00 01 -01 007 0x10 0X1F -0x10 0x 0xg 0x1p4 0x.8 0x1.8p-1 0x1p 0x10000000000000000
  0x1.fffffffffffff8p0 inf -inf Infinity -Infinity INF infinit nan -nan NaN nan(1) nan(abc_1) nan(
  nano info +1 + +-1 -+1 --1 - +inf +nan 1,2 1a 1.2.3 9007199254740993 0.1e1 100e-2 123456789.123456
  999999999999999 9999999999999.99 0.000001 1.000000000000000000000001 2.2250738585072011e-308
  17976931348623157e292 123456.78901234567 3.14159265358979 n nul null nullx nulL Null t tru true
  truex f fals false falsey i I N in na 0b1 1_000 1f 1d 0e0 -0.0 -0e5 0.0 0x1e5 1E 1x 12x
  1.x 1.5X 0]
  `),
];

cjsonLines('numbers and words are read', [
  ...NUMERALS.map(literal).flatMap((numeral) => {
    const tries = 'd(s) d(" [" .. s .. "]") d("{ \\"a\\": " .. s .. " , \\"b\\":" .. s .. "}")';
    return [
      `local s = ${numeral} ${tries}`,
      `local s = ${numeral} c.decode_invalid_numbers(false) ${tries} d("[" .. s .. "," .. s)`,
    ];
  }),
  ...NUMBERS.map((number) => `d(c.encode(${number})) d(string.format('[%.17g]', ${number}))`),
]);

const ESCAPES = [
  ...['\n', '\t', '\x01', '\0', '\x7f', '\xe9', '\xff\xfe', '\\u 041'],
  ...words(String.raw`
  \" \\ \/ \b \f \n \r \t \v \a \0 \x \' \ \u \u0 \u00 \u004 \u0041 \u00g1 \u000 \U0041 \u0000
  \u007f \u0080 \u00e9 \u07ff \u0800 \uffff \uFFFF \uAbCd \ud7ff \ud800 \udbff \udc00 \udfff \ue000
  \ud800x \ud800\n \ud800\u \ud800\ud800 \ud800\udc00 \udbff\udfff \ud83d\ude00 \udc00\ud800
  \ud800\u0041 \ud800\udbff \ud800\ue000 \ud800\udc0 \ud800\udc0g \ud83d\uDE00 \\" \\\ \\\\ \"\"
  a\nb \\u0041 \\\u0041 \/\/ \u005c \u0022
  `),
];

cjsonLines('strings are read', [
  ...ESCAPES.map((text) => {
    const tries = [`"${text}"`, `"ab${text}cd"`, `["x","${text}","y"]`, `{"${text}":"${text}"}`];
    return tries.map((json) => `d(${literal(json)})`).join(' ');
  }),
  ...Array.from({ length: 256 }, (_, code) => {
    const character = String.fromCharCode(code);
    const tries = ['"%"', '"\\%"', '"\\%\\u0041"', '["a\\n%"]', '%', '[%]', '{"a":1%', '{%'];
    return tries.map((json) => `d(${literal(json.replace('%', () => character))})`).join(' ');
  }),
  ...SIZES.flatMap((size) =>
    ['', '\\n', '\\"', '\\u00e9', '\n', '\\u0000', '\\x'].map((insert) => {
      const text = `local s = string.rep('x', ${size}) .. ${literal(insert)}`;
      return `${text} d('"'..s..'"') d('["'..s..s..'"]') d('{"'..s..'":1,"b":"'..s..'"}')`;
    }),
  ),
  ...linesOf(String.raw`
for i = 0, 255 do local s = string.char(i):rep(40) see(c.decode(c.encode({[s] = s}))[s] == s) end
local s = '' for i = 0, 255 do s = s .. string.char(i) end see(c.decode(c.encode(s)) == s)
local s = '' for i = 0, 255 do s = s .. string.char(i) end for i = 1, 256 do d('"' .. s:sub(i)) end
for i = 0, 2047 do d(string.format('"\\u%04x"', i * 32)) end
for i = 0, 255 do d(string.format('"\\ud8%02x\\udc%02x"', i, i)) end
`),
]);

/** Whole texts, and then those that are none. */
const TEXTS = [
  ...[
    '',
    ' ',
    '\n',
    '\0',
    '\0\0',
    '\0"',
    'a\0',
    '1\0',
    '"\0',
    '[\0]',
    '[1\0]',
    '[1]\0[2]',
    '[1]\0',
  ],
  ...['{"a\0":1}', '{"a":1\0}', '\xef\xbb\xbf[]', '\xfe\xff', '\x0b1', '\x0c1', '\xa01'],
  ...['\t{\r"a"\n:\t1 , "b" : 2 }\n', `${' '.repeat(70000)}[${'\n'.repeat(70000)}1]`],
  ...linesOf(String.raw`
{}
[]
 [ ] 
 { } 
[1]
[1,2]
[[]]
[{}]
{"a":[]}
[null]
{"a":null}
{"a":1,"b":[true,false,null]}
{"a":1,"a":2}
{"a":1,"b":2,"a":3}
{"a":{"b":1,"b":2},"a":{"b":3}}
{"":1}
{"1":1}
{"a\u0062":1,"ab":2}
[{"a":1,"b":2},{"a":3,"b":4},{"a":5,"c":6},{"b":7,"a":8},{"a":9},{},{"a":1,"b":2,"c":3}]
[{"a":{"a":{"a":1}}},{"a":{"a":{"a":2}}},{"a":[{"a":3}]}]
[{"id":1},{"idx":2},{"id":3,"idx":4}]
[{"a\"":1},{"a":2},{"a\\":3}]
[{"a":1,"a":2},{"a":3,"a":4}]
[{"a":1,"b":2},{"a":1 , "b" :2},{ "a" :1,"b":2}]
"x"
"
"a
1
[
]
{
}
,
:
[,]
[1,]
[,1]
[1 2]
[1
[1,
{"a"
{"a":
{"a":1
{"a":1,
{"a":1,}
{,}
{"a"}
{"a",1}
{"a":}
{"a":,}
{1:2}
{a:1}
{'a':1}
{null:1}
{true:1}
{[]:1}
{{}:1}
{"a":1 "b":2}
{"a" 1}
[1}
{"a":1]
[}
{]
[]]
{}}
[] []
1 1
[] x
{"a" x
{"a" "b"
{"a" "b
{"a" 1
{"a" -
{"a" nan
{"a" nul
{"a":1 x
{"a":1 "
{"a":1 "\x"
[1 x
[1 "
[1 "a"
[1 -x
[1 true
[1 +
[1 {
[1 :
[] "
[] "\ud800"
[] 1
[] true
{"a":1}nan
{"\x":1}
{"a":"\x"}
[{"a":1},{"a
[{"a":1},{"a"
[{"a":1},{"a\
/* */ 1
// 1
[1;2]
(1)
<1>
`),
];

cjsonLines('texts are read', [
  ...TEXTS.map(literal).map((text) => {
    return `local s = ${text} d(s) d("  " .. s) d("[[1,{\\"k\\":" .. s .. "}]]")`;
  }),
  ...TEXTS.map(literal).map((text) => {
    return `local s = ${text} c.decode_invalid_numbers(false) d(s) d("[" .. s .. "]")`;
  }),
  'd(12) d(-0.5) d(0/0) d(1e300) d(2^53)',
]);

const TOKENS = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"a"',
  '"b',
  '1',
  '-',
  'true',
  'null',
  'nan',
  'x',
  '\0',
];

cjsonLines(
  'sequences of tokens',
  TOKENS.flatMap((one) =>
    TOKENS.map((two) => {
      const tokens = TOKENS.map(literal).join(', ');
      const start = `local s = ${literal(one + two)}`;
      return `${start} for _, t in ipairs({${tokens}}) do d(s .. t) d('{"k"' .. s .. t) end`;
    }),
  ),
);

const SAMPLE = [
  '{"id":17,"name":"user \\u00e9\\n","tags":["a","b\\/"],"score":-1.5e3,"ok":true,"no":null,',
  '"nested":{"x":[{}],"y":[]}}',
].join('');

cjsonLines('broken texts', [
  ...Array.from({ length: SAMPLE.length }, (_, size) => `d(${literal(SAMPLE.slice(0, size))})`),
  ...Array.from({ length: SAMPLE.length }, (_, at) => {
    const [head, tail] = [SAMPLE.slice(0, at), SAMPLE.slice(at + 1)].map(literal);
    const others = ['"', '\\', '[', '}', ',', ':', '0', ' ', '\0', 'u', ''].map(literal).join();
    return `for _, s in ipairs({${others}}) do d(${head} .. s .. ${tail}) end`;
  }),
]);

cjsonLines('depth', [
  ...[1, 2, 999, 1000, 1001, 1002].map((depth) => {
    const both = `d(('['):rep(${depth}) .. (']'):rep(${depth})) d((' [ '):rep(${depth}))`;
    return `${both} d(('{"a":'):rep(${depth}) .. '1' .. ('}'):rep(${depth}))`;
  }),
  ...[1, 2, 5].map((max) => {
    const each = "for n = 1, 7 do d(('['):rep(n) .. (']'):rep(n)) end d('[[],[],{}]')";
    return `c.decode_max_depth(${max}) ${each} d('[1,[2,[3,[4,{"a":{"b":[5]}}]]]]')`;
  }),
  ...[3998, 3999, 4000, 4001, 7997, 7998, 7999, 8000, 9000].flatMap((depth) =>
    [
      `('['):rep(${depth}) .. (']'):rep(${depth})`,
      `('{"a":'):rep(${depth}) .. '1' .. ('}'):rep(${depth})`,
      `('[{"a":'):rep(2500) .. ('['):rep(${depth - 3000})`,
    ].map((text) => {
      return `c.decode_max_depth(2^31 - 1) try(function() return type(c.decode(${text})) end)`;
    }),
  ),
]);

class RandomJson {
  private readonly random: SeededRandom;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
  }

  object(depth: number, count: number): string {
    const fields = Array.from({ length: count }, () => {
      return `"${this.word(this.random.pick([1, 3, 10, 31]))}":${this.value(depth + 1)}`;
    });
    return `{${fields.join()}}`;
  }

  private value(depth: number): string {
    const { random } = this;
    const kind = random.below(depth > 4 ? 5 : 9);
    if (kind === 0) return random.pick(['true', 'false', 'null']);
    if (kind <= 2) return String(random.pick([random.below(1000), random.below(1e5) / 100, -1e10]));
    if (kind <= 4) return `"${this.word(12)}"`;
    const count = random.below(random.pick([3, 8, 40]));
    if (kind > 6) return this.object(depth, count);
    return `[${Array.from({ length: count }, () => this.value(depth + 1)).join()}]`;
  }

  /** Of so few letters that some words come again. */
  private word(sizeMax: number): string {
    const size = 1 + this.random.below(sizeMax);
    return Array.from({ length: size }, () => this.random.pick([...'abcdefgh:_ 01'])).join('');
  }
}

cjsonLines('what was read is written in the same order', [
  ...Array.from({ length: 50 }, (_, seed) => {
    return `e(c.decode(${literal(new RandomJson(seed + 1).object(0, 1 + (seed % 40)))}))`;
  }),
  ...Array.from({ length: 30 }, (_, index) => {
    const keys = Array.from({ length: 3 * index + 1 }, (_, i) => `"key:${i * 7 + index}":${i}`);
    const [there, back] = [`{${keys.join()}}`, `{${keys.reverse().join()}}`];
    return `e(c.decode('${there}')) e(c.decode('[${there},${back},${there}]'))`;
  }),
  // More different keys than are remembered, and then some that were.
  ...[1, 2].map((step) => {
    const read = `c.decode('{"k' .. i .. '":1,"l' .. i .. '":2,"m":3}')`;
    const loop = `for i = 1, 3000, ${step} do local t = ${read} see(t["k" .. i] + t["l" .. i]) end`;
    const known = '{"k1":1,"l1":{"k1":1,"l1":2},"m":2}';
    return `${loop} d('[{"a":1,"b":2},{"a":3}]') e(c.decode('${known}'))`;
  }),
]);
