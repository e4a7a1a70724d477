import { SeededRandom } from '../support/random.ts';
import { libraryLines } from './support/library-lines.ts';

const NUMBERS = [
  ...['0', '-0', '1', '-1', '2', '7', '8', '31', '32', '33', '255', '256', '-31', '-32', '65535'],
  ...['2147483647', '2147483648', '4294967295', '4294967296', '-2147483648', '-2147483649'],
  ...['0.5', '1.5', '2.5', '-0.5', '-1.5', '0.49999999999999994', '0.50000000000000011', '1e10'],
  ...['1e15', '2^51', '2^52', '2^52/3', '2^53', '-2^53', '2^60', '1e300', '-1e300', '1/0', '0/0'],
  ...['"17"', '"0x10"', '" 1 "', '"1e2"', '305419896', '2596069104'],
];
const WRONG = ['nil', 'true', '{}', '"x"', '""', 'same'];
const OF_ONE = ['tobit', 'bnot', 'bswap', 'tohex', 'band', 'bor', 'bxor'];
const OF_TWO = ['band', 'bor', 'bxor', 'lshift', 'rshift', 'arshift', 'rol', 'ror'];

libraryLines(
  'bit: one argument',
  OF_ONE.flatMap((name) => [...NUMBERS, ...WRONG, ''].map((number) => `bit.${name}(${number})`)),
);

libraryLines(
  'bit: two arguments',
  OF_TWO.flatMap((name) => [
    ...NUMBERS.flatMap((a) => NUMBERS.map((b) => `bit.${name}(${a}, ${b})`)),
    ...WRONG.map((wrong) => `bit.${name}(1, ${wrong})`),
    ...WRONG.map((wrong) => `bit.${name}(${wrong}, {})`),
    `bit.${name}()`,
    `bit.${name}(1)`,
  ]),
);

libraryLines('bit: more arguments', [
  'bit.band(255, 127, 63, 31, "15")',
  'bit.bor(1, 2, 4, 8, 2147483648)',
  'bit.bxor(1, 3, 7, 15, 0.5)',
  'bit.band(1, {}, "x")',
  'bit.bor("x", {}, 1)',
  'bit.bxor(1, nil, 3)',
  'bit.tobit(1, {})',
  'bit.bnot(1, {})',
  'bit.lshift(1, 2, {})',
]);

libraryLines(
  'bit: tohex',
  ['305419896', '-1', '0', '2596069104'].flatMap((number) => {
    const digits = ['1', '2', '4', '7', '8', '9', '100', '-1', '-4', '-8', '-9', '0', '0.5', '1.5'];
    const others = ['-2147483648', '2147483648', '1e10', '"3"', 'nil', '{}', '0/0'];
    return [...digits, ...others].map((count) => `bit.tohex(${number}, ${count})`);
  }),
);

const random = new SeededRandom(7);
libraryLines(
  'bit: random numbers',
  Array.from({ length: 1000 }, () => {
    const value = (): number => (random.next() - 2 ** 31) * random.pick([1, 0.5, 1.25, 1048576]);
    const name = random.pick([...OF_ONE, ...OF_TWO]);
    return `bit.${name}(${value()}, ${value()})`;
  }),
);
