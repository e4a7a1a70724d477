import { SeededRandom } from '../support/random.ts';
import { libraryLines } from './support/library-lines.ts';

const INTEGERS = [
  ...['0', '-0', '1', '-1', '127', '128', '-128', '-129', '255', '256', '32767', '32768', '65535'],
  ...['65536', '-65536', '2147483647', '2147483648', '-2147483648', '4294967295', '4294967296'],
  ...['1.5', '-1.5', '0.9', '-0.9', '2^53', '-2^53', '2^62', '2^63', '-2^63', '2^64', '2^65'],
  ...['2^63/3', '-2^64', '1e300', '-1e300', '1/0', '-1/0', '0/0', '"17"', '"0x10"', '123456789012'],
];
const FLOATS = [
  ...['0', '-0', '1', '-1', '0.1', '1.5', '1e38', '3.5e38', '-1e39', '1e-40', '1e-46', '1e300'],
  ...['1e-310', '5e-324', '1/0', '-1/0', '0/0', '16777217', '"2.5"'],
];
const SIZES = ['i', 'I', 'h', 'H', 'b', 'B', 'l', 'L', 'T', ...numbered('i'), ...numbered('I')];
const WRONG = ['nil', '{}', 'true', '"x"', 'same'];
const ALIGNMENTS = ['!', '!1', '!2', '!4', '!8', '!16', '!32', '>!4', '<!2'];

function numbered(option: string): string[] {
  return [0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 12, 16, 31, 32].map((size) => `${option}${size}`);
}

libraryLines(
  'struct: integers',
  ['>', '<', ''].flatMap((endian) =>
    SIZES.flatMap((size) =>
      INTEGERS.flatMap((number) => {
        const format = `"${endian}${size}"`;
        const packed = `struct.pack(${format}, ${number})`;
        return [packed, `struct.unpack(${format}, ${packed})`];
      }),
    ),
  ),
);

libraryLines(
  'struct: bytes as integers',
  ['>', '<'].flatMap((endian) =>
    SIZES.flatMap((size) => [
      `struct.unpack("${endian}${size}", bytes())`,
      `struct.unpack("${endian}${size}", bytes(), 120)`,
      `struct.unpack("${endian}${size}", bytes(), 200)`,
      `struct.unpack("${endian}${size}", bytes(), 250)`,
      `struct.unpack("${endian}${size}", rep("\\255", 40))`,
      `struct.unpack("${endian}${size}", rep("\\128\\0", 40))`,
      `struct.unpack("${endian}${size}", rep("\\0\\200", 40), 2)`,
      `struct.size("${endian}${size}")`,
    ]),
  ),
);

libraryLines(
  'struct: floats',
  ['>', '<', ''].flatMap((endian) =>
    FLOATS.flatMap((number) =>
      ['f', 'd'].flatMap((option) => {
        const packed = `struct.pack("${endian}${option}", ${number})`;
        return [packed, `struct.unpack("${endian}${option}", ${packed})`];
      }),
    ),
  ),
);

libraryLines('struct: strings', [
  ...['s', 'c', 'c0', 'c3', 'c256', 'c257', 'bs', 'sb', 'c3s', 'c0c0'].flatMap((format) => [
    `struct.pack("${format}", "abcdef", "ghi")`,
    `struct.pack("${format}", bytes(), bytes())`,
    `struct.pack("${format}", "", "")`,
    `struct.pack("${format}", 12, 345)`,
    `struct.unpack("${format}", "3bcd\\0efghi\\0")`,
    `struct.unpack("${format}", bytes())`,
    `struct.unpack("${format}", bytes(1))`,
    `struct.size("${format}")`,
  ]),
  'struct.unpack("Bc0", "\\3abcd")',
  'struct.unpack("Bc0Bc0", "\\3abc\\1d")',
  'struct.unpack("Bc0", "\\4abc")',
  'struct.unpack("bc0", "\\200abc")',
  'struct.unpack("dc0", struct.pack("dc0", 2.9, "abc"))',
  'struct.unpack("dc0", struct.pack("dc0", -0.9, "abc"))',
  'struct.unpack("dc0", struct.pack("dc0", 0/0, "abc"))',
  'struct.unpack("dc0", struct.pack("dc0", 1/0, "abc"))',
  'struct.unpack("dc0", struct.pack("dc0", -1/0, "abc"))',
  'struct.unpack("dc0", struct.pack("dc0", 2^63, "abc"))',
  'struct.unpack("dc0", struct.pack("dc0", 2^64, "abc"))',
  'struct.unpack("sc0", "2\\0abc")',
  'struct.unpack("sc0", "x\\0abc")',
  'struct.unpack("c1c0", "3abc")',
  'struct.unpack("c0", "abc")',
  'struct.unpack("Bx c0", "\\2\\0abc")',
  'struct.unpack("s", "abc")',
  'struct.unpack("s", "\\0")',
  'struct.unpack("ss", "a\\0b\\0", 3)',
  'struct.unpack("c256", struct.pack("c0", bytes()))',
  'struct.unpack("s", struct.pack("s", bytes(1, 255)))',
]);

libraryLines(
  'struct: alignment',
  ALIGNMENTS.flatMap((alignment) =>
    ['bd', 'bi', 'bi3', 'bi5i7', 'hxl', 'bc3h', 'bsd', 'b>h<i', 'xxxT', 'bf', 'bi16'].flatMap(
      (format) => [
        `struct.pack("${alignment}${format}", 1, 2, 3)`,
        `struct.pack("${alignment}${format}", 1, "abc", 3)`,
        `struct.unpack("${alignment}${format}", bytes())`,
        `struct.unpack("${alignment}${format}", bytes(), 4)`,
        `struct.size("${alignment}${format}")`,
        `struct.size("b${alignment}${format}")`,
      ],
    ),
  ),
);

libraryLines('struct: positions', [
  ...['0', '1', '2', '4', '5', '6', '-1', '-3', '-5', '1.9', '"2"', 'nil', '{}', '1e300'].flatMap(
    (position) => [
      `struct.unpack("", "abcd", ${position})`,
      `struct.unpack(" ", "abcd", ${position})`,
      `struct.unpack("b", "abcd", ${position})`,
      `struct.unpack("!8d", "abcd", ${position})`,
      `struct.unpack("!8bd", rep("x", 20), ${position})`,
      `struct.unpack("s", "ab\\0d", ${position})`,
    ],
  ),
]);

libraryLines('struct: bad formats and arguments', [
  ...['y', '\\200', 'bz', '!3', '!0', '!6b', '!99999999999', 'i33', 'I100', 'i99999999999'].flatMap(
    (format) => [
      `struct.pack("${format}", 1, 2)`,
      `struct.unpack("${format}", bytes())`,
      `struct.size("${format}")`,
    ],
  ),
  ...[
    'c99999999999',
    'c2147483647',
    'c2147483648',
    '5',
    'b5',
    'A',
    '(',
    '!!',
    '! 4',
    'i\\0y',
    '\\0',
  ].flatMap((format) => [
    `struct.pack("${format}", 1, 2)`,
    `struct.unpack("${format}", bytes())`,
    `struct.size("${format}")`,
  ]),
  ...['b', 'i', 'f', 'd', 's', 'c', 'c0', 'bb', 'bs', 'sd'].flatMap((format) => [
    `struct.pack("${format}")`,
    `struct.pack("${format}", 1)`,
    `struct.pack("${format}", 1, nil)`,
    ...WRONG.map((wrong) => `struct.pack("${format}", ${wrong})`),
    ...WRONG.map((wrong) => `struct.pack("${format}", 1, ${wrong})`),
    `struct.unpack("${format}")`,
    ...WRONG.map((wrong) => `struct.unpack("${format}", ${wrong})`),
    `struct.unpack("${format}", 12345678)`,
    `struct.unpack("${format}", "")`,
  ]),
  'struct.pack()',
  'struct.pack({})',
  'struct.pack(12)',
  'struct.unpack()',
  'struct.size()',
  'struct.size({})',
  'struct.size("c2147483647c2147483647c2147483647c2147483647")',
]);

libraryLines('struct: many results', [
  'count(struct.unpack(rep("b", 255), bytes()))',
  'count(struct.unpack(rep("b", 7996), rep("x", 8000)))',
  'count(struct.unpack(rep("b", 7997), rep("x", 8000)))',
  'count(struct.unpack(rep("b", 7998), rep("x", 8000)))',
  'count(struct.unpack(rep("b", 7999), rep("x", 8000)))',
  'count(struct.unpack(rep("b", 7996), rep("x", 8000), 1))',
  'count(struct.unpack(rep("x", 9000), rep("x", 9000)))',
]);

const random = new SeededRandom(11);
const OPTIONS = [
  'b',
  'B',
  'h',
  'H',
  'i',
  'I',
  'l',
  'L',
  'T',
  'i3',
  'I7',
  'f',
  'd',
  's',
  'c2',
  'c0',
];
libraryLines(
  'struct: random structures',
  Array.from({ length: 1500 }, () => {
    let format = random.pick(['', '>', '<', '!', '!4', '>!2']);
    const values: string[] = [];
    for (let i = random.below(8); i >= 0; i--) {
      const option = random.pick([...OPTIONS, 'x', ' ', '>', '<', '!']);
      format += option;
      if ('sc'.includes(option[0])) values.push(`"${random.pick(['ab', 'x\\0y', '12'])}"`);
      else if (OPTIONS.includes(option)) values.push(String((random.next() - 2 ** 31) / 8));
    }
    const args = values.map((value) => `, ${value}`).join('');
    const packed = `struct.pack("${format}"${args})`;
    const cut = 1 + random.below(12);
    return random.pick([
      packed,
      `struct.unpack("${format}", ${packed})`,
      `struct.unpack("${format}", ${packed}, ${cut})`,
      `struct.unpack("${format}", bytes(${cut}, ${cut * 10}))`,
      `struct.size("${format}")`,
    ]);
  }),
);
