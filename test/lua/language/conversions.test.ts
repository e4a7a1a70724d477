// Numbers as the library's C casts them, where loops begin with them, and where they are texts.
import { corpus } from '../support/corpus.ts';

const NUMBERS = [
  '2^31',
  '2^31 - 1',
  '-2^31',
  '-2^31 - 1',
  '2^32',
  '2^32 + 1',
  '2^32 + 2',
  '2^32 - 1',
  '-2^32 + 3',
  '2^33 + 10',
  '2^53',
  '2^53 - 1',
  '2^62',
  '2^63',
  '-2^63',
  '2^64',
  '1e300',
  '-1e300',
  '1/0',
  '-1/0',
  '1.9',
  '-1.9',
  "'4294967298'",
];

/** $ is one of the numbers. */
const CALLS = [
  "return select($, 'a', 'b', 'c')",
  "return tonumber('10', $)",
  "return tonumber('zz', $)",
  "return pcall(error, 'x', $)",
  'local next, t = ipairs({1, 2, 3}) return next(t, $)',
  "return ('abc'):byte($)",
  "return ('abc'):byte(1, $)",
  "return ('abc'):sub($)",
  "return ('abc'):sub(1, $)",
  "return ('abc'):find('b', $)",
  "return ('abc'):match('.', $)",
  "return ('abc'):gsub('.', 'x', $)",
  'return pcall(string.char, $)',
  "return #('x'):rep($ % 2^32 < 1000 and $ or 0)",
  "return table.concat({'a', 'b', 'c'}, ',', 1, math.min($, 3))",
  "return pcall(table.concat, {'a', 'b', 'c'}, ',', 2, 2 + $ % 2)",
  'local t = {1, 2, 3} return table.remove(t, $), #t',
  'return math.ldexp(1, $)',
  "return ('%d'):format($)",
  "return ('%5.1f'):format($)",
  "return ('%x'):format($ % 2^53)",
  "return ('%c'):format($ % 256)",
];

const UNPACKS = [
  'return unpack({1, 2, 3}, $)',
  'return unpack({1, 2, 3}, 2, $)',
  'return unpack({1, 2, 3}, $, $)',
  'return unpack({1, 2, 3}, $, 1)',
];
/** lua5.1 counts the values as an int, and dies. */
const DEADLY = ['2^31', '-2^31'];

const STARTS = ['1', '-1', '0', '2', '1e17', '0.1', '2^53', '9007199254740993', '-0', 'start'];
const STEPS = ['1e17', '-1e17', '3e16', '0.1', '1', '1e300', '2^53', '-(2^60)', 'step'];

const JOINED = ['1', '1.5', '-1', '1e20', '0x10', '(1)', "'1'", 'n', "''", '(1 .. 2)', '1 .. 2'];

corpus({
  'numbers as integers of C': CALLS.flatMap((call) =>
    NUMBERS.map((number) => call.replaceAll('$', () => `(${number})`)),
  ),
  'numbers that unpack() gets': UNPACKS.flatMap((call) =>
    NUMBERS.filter((number) => !DEADLY.includes(number)).map((number) =>
      call.replaceAll('$', () => `(${number})`),
    ),
  ),
  'where loops begin': STARTS.flatMap((start) =>
    STEPS.map(
      (step) => `local start, step, count = 1, 1e17, 0
for i = ${start}, ${step.startsWith('-') ? '-3e17' : '3e17'}, ${step} do
  print(('%.17g'):format(i)) count = count + 1 if count > 4 then break end end`,
    ),
  ),
  'numbers that are concatenated': JOINED.flatMap((left) =>
    JOINED.flatMap((right) =>
      [`${left} .. t`, `t .. ${right}`, `${left} .. t .. ${right}`, `${left} .. ${right} .. t`].map(
        (joined) => `local n = 7
local t = setmetatable({}, {__concat = function(a, b)
  local x = type(a) == 'table' and b or a return type(x) .. ':' .. tostring(x) end})
return ${joined}`,
      ),
    ),
  ),
  'readers of load': `
local i = 0 return load(function() i = i + 1 return ({'return ', 4, 2})[i] end)()
local i = 0 return load(function() i = i + 1 return ({4, 2})[i] end)
local i = 0 return load(function() i = i + 1 return ({'return', ' 1', '.', 5})[i] end)()
local i = 0 return load(function() i = i + 1 return ({'x = 1e', 300 * 10, ''})[i] end)() == nil, x
return load(function() return {} end)
return load(function() return true end)
local i = 0 return load(function() i = i + 1 return ({'x', false})[i] end)
`,
});
