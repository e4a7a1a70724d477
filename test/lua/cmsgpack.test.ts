import { SeededRandom } from '../support/random.ts';
import { libraryLines } from './support/library-lines.ts';

const NUMBERS = [
  ...['0', '-0', '1', '127', '128', '255', '256', '65535', '65536', '4294967295', '4294967296'],
  ...['-1', '-31', '-32', '-33', '-127', '-128', '-129', '-32768', '-32769', '-2147483648'],
  ...['-2147483649', '2147483647', '2147483648', '2^53', '-2^53', '2^53/3', '2^62', '2^63'],
  ...['-2^63', '-2^63/3', '2^64', '-2^64', '1e300', '-1e300', '1e38', '3.5e38', '2^127', '2^128'],
  ...['0.5', '-0.5', '0.1', '1.5', '3.14159', '1e-40', '1e-46', '5e-324', '16777217.5'],
  ...['1/0', '-1/0', '0/0', '123456789012345'],
];
const SIZES = [0, 1, 15, 16, 31, 32, 33, 255, 256, 257, 65535, 65536, 70000];
const TABLES = [
  ...['{}', '{1}', '{1, 2, 3}', '{1, nil, 3}', '{nil, 2}', '{nil}', '{[1] = 1, [2] = 2}'],
  ...[
    '{[2] = 2, [1] = 1}',
    '{[3] = 3, [1] = 1, [2] = 2}',
    '{[0] = 0}',
    '{[-1] = 1}',
    '{[1.5] = 1}',
  ],
  ...['{[1] = 1, [3] = 3}', '{a = 1}', '{a = 1, 2}', '{["1"] = 1}', '{[true] = false}'],
  ...['{[{}] = {}}', '{{}, {{}}, {a = {}}}', '{a = {b = {c = 1}}}', '{1, "a", true, 1.5, {}}'],
  ...['{id = 17, name = "user 17", tags = {"a", "b"}, score = 1.5, ok = true}'],
  ...['{same, 1}', '{a = same}', '{[same] = 1}', '{[1e300] = 1}', '{[4294967297] = 1}'],
  ...['{10, 20, 30, x = "y", [100] = 5, [1.25] = "z"}'],
];

libraryLines('cmsgpack: numbers', [
  ...NUMBERS.map((number) => `cmsgpack.pack(${number})`),
  ...NUMBERS.map((number) => `cmsgpack.unpack(cmsgpack.pack(${number}))`),
]);

libraryLines('cmsgpack: strings', [
  ...SIZES.map((size) => `cmsgpack.pack(rep("x", ${size}))`),
  ...SIZES.map((size) => `cmsgpack.unpack(cmsgpack.pack(rep("x", ${size})))`),
  'cmsgpack.pack(bytes())',
  'cmsgpack.unpack(cmsgpack.pack(bytes()))',
  ...Array.from({ length: 256 }, (_, code) => `cmsgpack.unpack(cmsgpack.pack("\\${code}", 7))`),
]);

libraryLines('cmsgpack: tables', [
  ...TABLES.map((table) => `cmsgpack.pack(${table})`),
  ...TABLES.map((table) => `cmsgpack.unpack(cmsgpack.pack(${table}))`),
  ...SIZES.map((size) => `cmsgpack.pack(numbers(${size}, 100000, 1))`),
  ...SIZES.map((size) => `cmsgpack.unpack(cmsgpack.pack(words(${size}, 100000, 1)))`),
  't = {1, 2, 3}; cmsgpack.pack(table.remove(t), t, table.remove(t), table.remove(t), t)',
  ...[0, 1, 13, 14, 15, 16, 17, 18, 30].flatMap((depth) => [
    `cmsgpack.pack(nested(${depth}))`,
    `cmsgpack.pack(nestedMap(${depth}))`,
    `depthOf(cmsgpack.unpack(cmsgpack.pack(nested(${depth}))))`,
    `cmsgpack.pack(nested(${depth}), nestedMap(${depth}))`,
  ]),
]);

libraryLines('cmsgpack: several values', [
  'cmsgpack.pack()',
  'cmsgpack.pack(nil)',
  'cmsgpack.pack(nil, nil)',
  'cmsgpack.pack(1, "a", nil, true, false, {}, same)',
  'cmsgpack.unpack(cmsgpack.pack(1, "a", nil, true, false, {}, same, 2.5))',
  'count(cmsgpack.unpack(cmsgpack.pack(1, nil, nil)))',
  'cmsgpack.unpack("")',
  'count(cmsgpack.unpack(""))',
  'cmsgpack.unpack()',
  'cmsgpack.unpack({})',
  'cmsgpack.unpack(nil)',
  'cmsgpack.unpack(123)',
  'cmsgpack.unpack("\\1\\2\\3", 1, 2)',
  ...[3999, 4000, 4001].map((count) => {
    return `count(cmsgpack.pack(struct.unpack(rep("b", ${count - 1}), rep("x", 5000))))`;
  }),
  ...[7997, 7998, 7999, 8000, 8001].flatMap((count) => [
    `count(cmsgpack.unpack(rep("\\1", ${count})))`,
    `count(cmsgpack.unpack(rep("\\1", ${count}), 1, 2))`,
    `count(cmsgpack.unpack_limit(rep("\\1", ${count}), 9000))`,
    `count(cmsgpack.unpack(rep("\\144", ${count})))`,
    `count(cmsgpack.unpack(rep("\\128", ${count})))`,
  ]),
]);

libraryLines(
  'cmsgpack: unpack_one and unpack_limit',
  ['""', '"\\1"', '"\\1\\2\\3"', '"\\147\\1\\2\\3\\4"', '"\\1\\193"', '"\\1\\205\\1"'].flatMap(
    (text) => [
      `cmsgpack.unpack_one(${text})`,
      `cmsgpack.unpack_limit(${text})`,
      ...[
        '0',
        '1',
        '2',
        '3',
        '4',
        '5',
        '6',
        '-1',
        '1.9',
        '"1"',
        'nil',
        '{}',
        '1e300',
        '2^40',
      ].flatMap((offset) => [
        `cmsgpack.unpack_one(${text}, ${offset})`,
        `cmsgpack.unpack_limit(${text}, ${offset})`,
        `cmsgpack.unpack_limit(${text}, 1, ${offset})`,
        `cmsgpack.unpack_limit(${text}, 0, ${offset})`,
        `cmsgpack.unpack_limit(${text}, 2, ${offset}, 7)`,
        `cmsgpack.unpack_limit(${text}, -1, ${offset})`,
      ]),
    ],
  ),
);

libraryLines('cmsgpack: bad arguments', [
  'cmsgpack.unpack_one()',
  'cmsgpack.unpack_one({})',
  'cmsgpack.unpack_one({}, {})',
  'cmsgpack.unpack_limit()',
  'cmsgpack.unpack_limit({})',
  'cmsgpack.unpack_limit({}, 1)',
  'cmsgpack.unpack_limit("", 1, {})',
  'cmsgpack.unpack_limit("", "x")',
]);

libraryLines('cmsgpack: every first byte', [
  ...Array.from({ length: 256 }, (_, code) => code).flatMap((code) => [
    `cmsgpack.unpack("\\${code}")`,
    `cmsgpack.unpack("\\${code}\\0")`,
    `cmsgpack.unpack("\\${code}\\0\\0\\0\\0\\0\\0\\0\\0")`,
    `cmsgpack.unpack("\\${code}\\1\\2\\3\\4\\5\\6\\7\\8\\9")`,
    `cmsgpack.unpack("\\${code}\\255\\254\\253\\252\\251\\250\\249\\248\\247")`,
    `cmsgpack.unpack("\\${code}\\0\\0\\0\\2abcdefgh")`,
    `cmsgpack.unpack("\\${code}\\0\\3abcdefgh")`,
    `cmsgpack.unpack("\\${code}\\127\\255\\255\\255\\255\\255\\255\\255")`,
    `cmsgpack.unpack("\\${code}\\128\\0\\0\\0\\0\\0\\0\\0")`,
    `cmsgpack.unpack_one("\\${code}" , 0)`,
    `cmsgpack.unpack_one("\\145\\${code}abcdefghabcdefghabcdefghabcdefghabcdefgh", 0)`,
  ]),
]);

libraryLines('cmsgpack: tables as they come in', [
  'cmsgpack.unpack("\\129\\192\\1")',
  'cmsgpack.unpack("\\129\\192\\192")',
  'cmsgpack.unpack("\\129\\203\\127\\248\\0\\0\\0\\0\\0\\0\\1")',
  'cmsgpack.unpack("\\129\\192")',
  'cmsgpack.unpack("\\130\\1\\2\\1\\3")',
  'cmsgpack.unpack("\\130\\161a\\2\\161a\\3")',
  'cmsgpack.unpack("\\130\\161a\\2\\161a\\192")',
  'cmsgpack.unpack("\\130\\161a\\192\\161b\\1")',
  'cmsgpack.unpack("\\129\\145\\1\\145\\2")',
  'cmsgpack.unpack("\\129\\129\\1\\2\\145\\2")',
  'cmsgpack.unpack("\\130\\2\\2\\1\\1")',
  'cmsgpack.unpack("\\147\\1\\192\\3")',
  'table.getn(cmsgpack.unpack("\\147\\1\\192\\3"))',
  'table.getn(cmsgpack.unpack("\\147\\192\\2\\3"))',
  'table.getn(cmsgpack.unpack("\\147\\1\\2\\192"))',
  'table.getn(cmsgpack.unpack("\\147\\192\\192\\192"))',
  'table.getn(cmsgpack.unpack("\\130\\2\\2\\1\\1"))',
  // The second map has the first one's keys, or some, or others.
  'cmsgpack.unpack("\\146\\130\\161a\\1\\161b\\2\\130\\161a\\3\\161b\\4")',
  'cmsgpack.unpack("\\146\\130\\161a\\1\\161b\\2\\130\\161b\\3\\161a\\4")',
  'cmsgpack.unpack("\\146\\130\\161a\\1\\161b\\2\\130\\161a\\3\\161c\\4")',
  'cmsgpack.unpack("\\146\\130\\161a\\1\\161b\\2\\130\\161a\\3\\162bc\\4")',
  'cmsgpack.unpack("\\146\\130\\161a\\1\\161b\\2\\130\\161a\\192\\161b\\4")',
  'cmsgpack.unpack("\\146\\130\\161a\\1\\161b\\2\\130\\161a\\3\\161b\\192")',
  'cmsgpack.unpack("\\146\\130\\161a\\1\\161b\\2\\130\\161a\\3\\192\\4")',
  'cmsgpack.unpack("\\146\\130\\161a\\1\\161b\\2\\130\\161a\\3\\129\\1\\2\\4")',
  'cmsgpack.unpack("\\146\\130\\161a\\1\\161b\\2\\130\\161a\\3\\161a\\4")',
  'cmsgpack.unpack("\\146\\130\\161a\\1\\161b\\2\\130\\161a\\3\\161")',
  'cmsgpack.unpack("\\146\\130\\161a\\1\\161b\\2\\130\\161a\\3\\161b")',
  'cmsgpack.unpack("\\146\\130\\161a\\1\\161b\\2\\129\\161a\\3")',
  'cmsgpack.unpack("\\146\\130\\161a\\1\\161b\\2\\130\\217\\1a\\3\\161b\\4")',
  'cmsgpack.unpack("\\130\\161a\\129\\161a\\1\\161b\\129\\161a\\2")',
  ...[3998, 3999, 4000, 4001].flatMap((depth) => [
    `depthOf(cmsgpack.unpack(rep("\\145", ${depth})))`,
    `depthOf(cmsgpack.unpack_one(rep("\\145", ${depth})))`,
    `depthOf(cmsgpack.unpack(cmsgpack.pack(1), rep("\\145", ${depth})))`,
    `depthOf(cmsgpack.unpack(table.concat({rep("\\145", ${depth}), "\\1"})))`,
    `depthOf(cmsgpack.unpack(table.concat({rep("\\145", ${depth}), "\\144"})))`,
    `depthOf(cmsgpack.unpack(table.concat({rep("\\129\\161a", ${depth}), "\\1"})))`,
    `depthOf(cmsgpack.unpack(rep("\\129\\161a", ${depth})))`,
  ]),
  ...[7996, 7997, 7998, 7999, 8000].flatMap((depth) => [
    `cmsgpack.unpack(rep("\\129", ${depth}))`,
    `cmsgpack.unpack(table.concat({rep("\\129", ${depth}), "\\1"}))`,
  ]),
  'cmsgpack.unpack(rep("\\145", 100000))',
  'cmsgpack.unpack(rep("\\129\\1", 100000))',
]);

const random = new SeededRandom(5);
const LEAVES = [
  ...NUMBERS.filter((number) => !['-0', '0/0'].includes(number)),
  '"a"',
  '"abc\\0"',
  'true',
  'false',
];
const KEYS = ['"a"', '"b"', '"id"', '"name"', '1', '2', '3', '10', '-1', '0.5', 'true'];

const PACKED_KEYS = [
  ...Array.from({ length: 60 }, (_, code) => `\\161\\${40 + code}`),
  ...Array.from({ length: 20 }, (_, code) => `\\162a\\${40 + code}`),
  ...['\\0', '\\2', '\\3', '\\4', '\\5', '\\9', '\\100', '\\240', '\\255', '\\194', '\\195'],
  ...['\\202\\63\\0\\0\\0', '\\202\\64\\17\\0\\0', '\\206\\255\\255\\255\\0'],
];

function randomValue(depth: number): string {
  if (depth === 0 || random.below(3) > 0) return random.pick(LEAVES);
  const inner = Array.from({ length: random.below(6) }, () => randomValue(depth - 1));
  if (random.below(2) === 0) return `{${inner.join(', ')}}`;
  return `{${inner.map((value) => `[${random.pick(KEYS)}] = ${value}`).join(', ')}}`;
}

const values = Array.from({ length: 1000 }, () => `{${randomValue(3)}, ${randomValue(4)}}`);
libraryLines(
  'cmsgpack: random values there and back',
  values.map((value) => `cmsgpack.unpack(cmsgpack.pack(${value}))`),
);

// The order of what is packed is that of traversal: as if Lua had made the table by assignments one
// after the other. (Where a table has the key 1 and other fields, the order may differ.)
libraryLines(
  'cmsgpack: the order of fields',
  Array.from({ length: 2000 }, () => {
    const fields = Array.from({ length: random.below(15) }, () => {
      return `${random.pick(PACKED_KEYS)}\\${random.below(100)}`;
    });
    return `cmsgpack.pack(cmsgpack.unpack("\\${128 + fields.length}${fields.join('')}"))`;
  }),
);

libraryLines(
  'cmsgpack: random bytes',
  Array.from({ length: 3000 }, () => {
    const bytes = Array.from({ length: 1 + random.below(24) }, () => {
      return random.pick([
        random.below(256),
        0x80 | random.below(6),
        0x90 | random.below(6),
        1,
        161,
      ]);
    });
    const text = bytes.map((byte) => `\\${String(byte).padStart(3, '0')}`).join('');
    return `cmsgpack.unpack("${text}")`;
  }),
);

const mapRandom = new SeededRandom(11);
const ODD_KEYS = ['\\1', '\\2', '\\192', '\\195', '\\163"\\092x', '\\145\\3'];

/** Maps of a few keys in few orders, so that what was remembered of one is tried on the next. */
function packedMap(depth: number): string {
  const count = mapRandom.below(6);
  let text = `\\${128 + count}`;
  for (let i = 0; i < count; i++) {
    const key = mapRandom.below(12);
    if (key < 9) text += `\\163k0${mapRandom.below(3) === 0 ? mapRandom.below(5) : i}`;
    else text += mapRandom.pick(ODD_KEYS);
    const value = mapRandom.below(10);
    if (value < 2 && depth < 3) text += packedMap(depth + 1);
    else if (value < 4 && depth < 3) text += `\\146${packedMap(depth + 1)}${packedMap(depth + 1)}`;
    else text += value === 5 ? '\\192' : `\\${i + 1}`;
  }
  return text;
}

libraryLines(
  'cmsgpack: maps one after the other',
  Array.from({ length: 300 }, () => `cmsgpack.unpack("${packedMap(0).replaceAll('"', '\\"')}")`),
);
