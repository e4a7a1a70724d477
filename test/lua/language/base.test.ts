// Numbers as text and text as numbers; the functions of the base library with arguments of every
// type and count.
import { corpus } from '../support/corpus.ts';
import { GLOBAL_FUNCTIONS } from '../support/lua-driver.ts';

const NUMBERS = [
  '0',
  '(-1/(1/0))',
  '1',
  '-1',
  '0.1',
  '0.5',
  '1/3',
  '2/3',
  '100',
  '1e5',
  '1e10',
  '1e13',
  '1e14',
  '1e15',
  '1e16',
  '1e17',
  '1e21',
  '1e99',
  '1e100',
  '1e308',
  '1.7976931348623157e308',
  '5e-324',
  '1e-4',
  '1e-5',
  '1e-7',
  '1e-10',
  '1.5e-10',
  '123456.789',
  '12345678901234',
  '123456789012345',
  '1234567890123456',
  '0.1 + 0.2',
  '99999999999999',
  '99999999999999.5',
  '999999999999999',
  '0.00001234',
  '0.0001234',
  '2^31',
  '2^32',
  '2^53',
  '2^53 + 1',
  '2^63',
  '2^64',
  '-2^63',
  '1/0',
  '-1/0',
  '0/0',
  '3.0',
  '3.10',
  '1e3',
  '-1e15',
  '-123456789012345678',
  '4.35',
  '1.005',
  '0.1e-3',
  '1700000000000',
  '1700000000000.5',
];

/** Texts that are numbers, and some that are not. */
const TEXTS = [
  '',
  ' ',
  '0',
  '-0',
  '1',
  '+1',
  '-1',
  '--1',
  '+-1',
  '- 1',
  '1 ',
  ' 1',
  ' 1 ',
  '\\t1\\n',
  '\\v\\f\\r1',
  '1\\0',
  '1 2',
  '1.',
  '.1',
  '.',
  '1.5',
  '1.5.5',
  '1,5',
  '1e',
  '1e5',
  '1E5',
  '1e+5',
  '1e-5',
  '1e 5',
  'e5',
  '1e5.5',
  '0x',
  '0x0',
  '0x10',
  '0X1F',
  '-0x10',
  '+0x10',
  '- 0x10',
  '0x1g',
  '0x1.8',
  '0x.8',
  '0x1p4',
  '0x1P-2',
  '0x1.8p1',
  '0xffffffffffffffff',
  '0x10000000000000000',
  '1x10',
  '010',
  '0b1',
  '0o7',
  'inf',
  '-inf',
  'Infinity',
  'infinit',
  'INF',
  'nan',
  'NaN',
  '-nan',
  'nan(1)',
  'nanx',
  '1_000',
  '1e400',
  '-1e400',
  '1e-400',
  '9007199254740993',
  '123456789012345678901234567890',
  '0.1',
  '00000000000000000000001',
  'abc',
  'a',
  'true',
  'nil',
  '\\217\\161',
];

const BASES = [
  '2',
  '3',
  '8',
  '10',
  '16',
  '35',
  '36',
  '1',
  '37',
  '0',
  '-1',
  '2.9',
  "'16'",
  'nil',
  '{}',
];
const DIGITS = [
  '0',
  '1',
  '101',
  '-101',
  ' 77 ',
  '7f',
  'ff',
  'FF',
  '0xff',
  'zz',
  'Zz',
  '',
  ' ',
  '1.5',
];
const MORE_DIGITS = [
  '+1',
  '- 1',
  '8',
  '9',
  '1e1',
  'g',
  '1 1',
  '1\\0',
  '12345678901234567890',
  '--1',
];

const ARGUMENTS = [
  'nil',
  'true',
  '1',
  '-1.5',
  "'text'",
  "'10'",
  '{}',
  '{1, 2}',
  'print',
  'newproxy()',
];

/** What these give differs from run to run. */
const CHANGING = ['collectgarbage', 'gcinfo', 'newproxy', 'print'];
const FUNCTIONS = [
  ...GLOBAL_FUNCTIONS.filter((name) => !CHANGING.includes(name)),
  'coroutine.create',
  'coroutine.resume',
  'coroutine.status',
  'coroutine.wrap',
];

corpus({
  'numbers as text': NUMBERS.flatMap((number) => [
    `return tostring(${number}), ${number} .. '', (${number}) .. 'x'`,
    `return -(${number}) .. ''`,
    `local n = ${number} local t = {[n ~= n and 1 or n + 0] = 'v'} return next(t), t[n]`,
    `local n = ${number} return n == tonumber(tostring(n)), tostring(-n), n * 1, n + 0, '' .. n`,
    `local n = ${number} return n % 1, n % 3, n % -3, n ^ 2, n / 3, -n % 7, n - n`,
    `local n = ${number} print(n, -n, n * 10, n / 10, n + 0.5) return n < 1, n <= 1, n == n`,
  ]),
  'text as numbers': TEXTS.flatMap((text) => [
    `return tonumber('${text}'), type(tonumber('${text}'))`,
    `return '${text}' + 0`,
    `local s = '${text}' return s * 1, -s, 1 - s`,
    `return pcall(function() for i = '${text}', 1 do return i end end)`,
    `return math.abs('${text}')`,
    `return '${text}' == 1, '${text}' == tonumber('${text}')`,
    `local t = {} t['${text}'] = 's' t[tonumber('${text}') or 0] = 'n' return t['${text}']`,
  ]),
  'numbers of a base': BASES.flatMap((base) =>
    [...DIGITS, ...MORE_DIGITS].map((digits) => `return tonumber('${digits}', ${base})`),
  ),
  'numbers of a base, of other types': BASES.flatMap((base) =>
    ARGUMENTS.map((argument) => `return tonumber(${argument}, ${base})`),
  ),
  'functions without arguments': FUNCTIONS.flatMap((name) => [
    `return ${name}()`,
    `return pcall(${name})`,
    `local f = ${name} f()`,
  ]),
  'functions with one argument': FUNCTIONS.flatMap((name) =>
    ARGUMENTS.map((argument) => `return ${name}(${argument})`),
  ),
  'functions with two arguments': FUNCTIONS.flatMap((name) =>
    ARGUMENTS.flatMap((first) =>
      ARGUMENTS.map((second) => `return pcall(${name}, ${first}, ${second})`),
    ),
  ),
  others: `
return type(nil), type(1), type('x'), type({}), type(print), type(true), type(newproxy())
return type(coroutine.create(print)), type(function() end), type(type)
return type()
return type(nil, 1)
return tostring(nil), tostring(true), tostring(false), tostring('x'), tostring(-0.0)
return tostring()
return tostring(1, 2)
return tonumber(5), tonumber(5.5), tonumber(nil), tonumber(true), tonumber({})
return tonumber()
return tonumber('10', nil), pcall(tonumber, 10, 16)
return tonumber(10, 10), tonumber(10, 16), tonumber('z', 36), tonumber('7', 8), tonumber('8', 8)
return tonumber(1.5, 10)
return tonumber('1e1', 16), tonumber('1e1', 10), tonumber('1e1')
return tonumber('ffffffffffffffff', 16), tonumber('-ff', 16), tonumber('10000000000000000', 16)
return collectgarbage('count') > 0, type(collectgarbage('count'))
return collectgarbage(), collectgarbage('collect')
return collectgarbage('x')
return type(gcinfo())
return 10 == '10', '10' == 10, 10 .. '' == '10', 10 + '10', '10' * '2', '3' ^ 2, '7' % '4'
return 1 .. 2, 1.5 .. '', -1 .. '', 1e100 .. '', (1/0) .. '', 0x10 .. '', 2^53 .. ''
return '10' < '9', 10 < 9, pcall(function() return '10' < 9 end)
return 'abc' + 1
return '0x10' + 0, '1e1' + 0, ' 5 ' + 0, '0x' .. 10
return #10
return #(10 .. '')
return ('5'):rep(3) + 1
return -'2', - '0x10', -' 3 '
return -'x'
return 5 % 3, -5 % 3, 5 % -3, -5 % -3, 5.5 % 2, -5.5 % 2, 5 % 0, 0 % 5, 5 % (1/0), -5 % (1/0)
return 1 / 0, -1 / 0, 0 / 0 ~= 0 / 0, 1 / (-1/(1/0)), 0 / 5, 2^1023 * 2
return 2^0.5, 2^-1, (-8)^(1/3), 0^0, 0^-1, (-2)^3, (1/0)^0
return 0.1 + 0.2 == 0.3, 0.1 + 0.2, 1e15 + 0.3, 2^53 == 2^53 + 1
return 7 / 2, 6 / 2, 7 - 7.0, 1e3 == 1000, 100 == 1e2
return 3 == 3.0, '3' == '3.0', ({[3] = 'x'})[3.0], ({[3.0] = 'x'})[3]
return math.huge, -math.huge, math.pi, math.huge == 1/0, math.huge // 1
return 1 < 1/0, -1/0 < 1, 0/0 < 1, 0/0 > 1, 0/0 == 0/0, 0/0 ~= 0/0, not (0/0 < 1)
local nan = 0/0 local t = {nan} return t[1] ~= t[1], #t, rawequal(nan, nan)
return tostring(0/0) == '-nan', tostring(-(0/0)):match('nan')
return 1e308 * 10, -1e308 * 10, 5e-324 / 2, 2^-1074, 2^-1075
local x = 0 for i = 1, 10 do x = x + 0.1 end return x, x == 1, x - 1
local n = 1 for i = 1, 60 do n = n * 2 end return n, n + 1 == n, n / 2^60
local n = 1 for i = 1, 25 do n = n * i end return n
local h = 5381 for c in ('hello world'):gmatch('.') do h = (h * 33 + c:byte()) % 4294967296 end
  return h
local function gcd(a, b) while b ~= 0 do a, b = b, a % b end return a end
  return gcd(48, 18), gcd(17, 5)
local s = 0 for i = 1, 100 do s = s + 1 / i end return s
local function isprime(n) for i = 2, n ^ 0.5 do if n % i == 0 then return false end end return n > 1
  end
  local t = {} for i = 1, 50 do if isprime(i) then t[#t + 1] = i end end return table.concat(t, ' ')
`,
});
