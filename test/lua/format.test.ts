// string.format(), as lua5.1 has it: every directive with every flag, roundings, bad formats.
import { SeededRandom } from '../support/random.ts';
import { ALL_BYTES, odd } from './support/string-arguments.ts';
import { type Call, checkCalls, checkCallsOfRedis } from './support/string-calls.ts';

const SEED = Number(process.env.REDSTART_SEED ?? 20261121);
const random = new SeededRandom(SEED);
const INFINITY = Number.POSITIVE_INFINITY;

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
  `x\0${'y'.repeat(98)}`,
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

checkCalls(
  `format of numbers, seed ${SEED}`,
  numberFormats().filter((line) => !isSpoiltByGlibc(line)),
);
checkCalls(`format of halves, seed ${SEED}`, roundings());
checkCalls('format of strings, and bad formats', stringFormats);
checkCallsOfRedis('format of strings, and bad formats', stringFormats);
