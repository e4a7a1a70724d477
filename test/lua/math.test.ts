import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mathLibrary, RandomSource } from '../../src/lua/library/math.ts';
import { osLibrary } from '../../src/lua/library/os.ts';
import type { LuaFunction } from '../../src/lua/value.ts';
import { SeededRandom } from '../support/random.ts';
import { RawClient } from '../support/raw-client.ts';
import { parseReply } from '../support/resp.ts';
import { startReference } from '../support/server.ts';
import { runtime } from './support/library-calls.ts';
import { libraryLines } from './support/library-lines.ts';

const CALLS_PER_SCRIPT = 200;
const NUMBERS = [
  ...['0', '1', '-1', '2', '0.5', '-0.5', '1.5', '2.5', '-2.5', '0.1', '3', '10', '100', '1000'],
  ...[
    '1e10',
    '-1e10',
    '2^31',
    '-2^31',
    '2^53',
    '1e15',
    '1e16',
    '1e300',
    '-1e300',
    '1e-300',
    '5e-324',
  ],
  ...['1e-310', '1/0', '-1/0', '0/0', '"17"', '"0x10"', '" 2.5 "', '123456789.987654321'],
];
const WRONG = ['nil', '{}', 'true', '"x"', '""', 'same'];
/** C's libraries and JavaScript's compute them to the last bit. */
const EXACT = ['abs', 'ceil', 'floor', 'sqrt', 'deg', 'rad', 'frexp', 'modf', 'max', 'min'];
const ALL_OF_ONE = [
  ...EXACT,
  ...['acos', 'asin', 'atan', 'cos', 'cosh', 'exp', 'log', 'log10', 'sin', 'sinh', 'tan', 'tanh'],
];
const OF_TWO = ['fmod', 'max', 'min', 'ldexp', 'pow', 'atan2'];

libraryLines(
  'math: exact functions',
  EXACT.flatMap((name) => [...NUMBERS, '-0'].map((number) => `math.${name}(${number})`)),
);

libraryLines(
  'math: functions of two numbers',
  ['fmod', 'mod', 'max', 'min', 'ldexp'].flatMap((name) =>
    NUMBERS.flatMap((a) => NUMBERS.map((b) => `math.${name}(${a}, ${b})`)),
  ),
);

libraryLines('math: wrong arguments', [
  ...[...ALL_OF_ONE, ...OF_TWO, 'randomseed'].flatMap((name) => [
    `math.${name}()`,
    ...WRONG.map((wrong) => `math.${name}(${wrong})`),
  ]),
  ...OF_TWO.flatMap((name) => [
    `math.${name}(1)`,
    ...WRONG.map((wrong) => `math.${name}(1, ${wrong})`),
    `math.${name}(nil, nil)`,
  ]),
]);

const SEEDS = ['0', '1', '-1', '17', '2147483647', '-2147483648', '4294967297', '1.9', '"5"'];
const RANGES = [
  ...['', '1', '2', '10', '1000000', '2147483647', '2.9', '"7"', '5, 10', '-5, 5', '0, 0'],
  ...['-2147483648, 2147483647', '-2147483648, 0', '0, 2147483647', '-1, 2147483647', '4294967298'],
];

// Both generators go on from line to line, so all lines that draw numbers are here, after a seed.
libraryLines('math: random', [
  ...SEEDS.flatMap((seed) => [
    `math.randomseed(${seed})`,
    ...RANGES.map((range) => `math.random(${range})`),
  ]),
  ...['0', '-1', '2, 1', '1, 2, 3', '1e300', '0/0', '-2^40, -2^41'].map((range) => {
    return `math.random(${range})`;
  }),
  ...['1, nil', 'nil', 'nil, 2', '{}', '1, "x"', 'true, {}'].map(
    (range) => `math.random(${range})`,
  ),
  'math.randomseed(1/0)',
  ...Array.from({ length: 1000 }, () => 'math.random()'),
]);

test('the generator begins as one of a new server', async () => {
  // Another server than the one of the lines, which has drawn numbers already.
  await withNewReference(async (client) => {
    const library = mathLibrary(new RandomSource());
    const random = library.getString('random') as LuaFunction;
    for (let i = 0; i < 5; i++) {
      const reply = await client.command('EVAL', 'return math.random(1000000)', '0');
      assert.equal(`:${random(1000000)}\r\n`, reply.toString());
    }
  });
});

test('a host can seed the generator again', () => {
  const source = new RandomSource();
  const drawn = [source.next(), source.next()];
  source.seed(0);
  const seeded = [source.next(), source.next()];
  source.seed(0);
  assert.deepEqual([source.next(), source.next()], seeded);
  assert.notDeepEqual(drawn, seeded);
});

const SPECIAL = ['0', 'math.ceil(-0.5)', '1', '1/0', '-1/0', '0/0'];
libraryLines('math: functions where they are exact', [
  ...ALL_OF_ONE.flatMap((name) => SPECIAL.map((number) => `math.${name}(${number})`)),
  ...['acos', 'asin', 'log', 'log10'].map((name) => `math.${name}(-2)`),
  ...SPECIAL.flatMap((a) =>
    [...SPECIAL, '-1', '2', '0.5', '-0.5', '-3'].map((b) => [a, b]),
  ).flatMap(([a, b]) => [
    `math.pow(${a}, ${b})`,
    `math.pow(${b}, ${a})`,
    `math.pow(-2, ${b})`,
    `math.atan2(${a}, ${b})`,
  ]),
  ...Array.from({ length: 617 }, (_, i) => `math.log10(1e${i - 308})`),
  ...Array.from({ length: 120 }, (_, i) => i + 2).flatMap((base) =>
    Array.from(
      { length: Math.floor(53 / Math.log2(base)) },
      (_, i) => `math.pow(${base}, ${i + 1})`,
    ),
  ),
  'math.pi',
  'math.huge',
]);

/** Functions whose last bit C's libraries do not agree on: from where to where they are tried. */
const ROUNDED: readonly (readonly [name: string, from: number, to: number])[] = [
  ...(['acos', 'asin'] as const).map((name) => [name, -1, 1] as const),
  ...(['cos', 'sin', 'tan'] as const).map((name) => [name, -1000, 1000] as const),
  ['atan', -100, 100],
  ['cosh', -50, 50],
  ['sinh', -50, 50],
  ['tanh', -20, 20],
  ['exp', -700, 700],
  ['log', 1e-9, 1e6],
  ['log10', 1e-9, 1e6],
];

test('other functions differ by the last bit at most', async () => {
  const library = mathLibrary(new RandomSource());
  const cases = roundedCases();
  const calls = cases.map(({ name, args }) => `f("%.17g", math.${name}(${args.join(', ')}))`);
  await withNewReference(async (client) => {
    for (let start = 0; start < calls.length; start += CALLS_PER_SCRIPT) {
      const some = calls.slice(start, start + CALLS_PER_SCRIPT);
      const script = `local f = string.format; return {${some.join(', ')}}`;
      const { items } = parseReply(await client.command('EVAL', script, '0'));
      assert.equal(items.length, some.length);
      for (const [index, { text }] of items.entries()) {
        const { name, args } = cases[start + index];
        const ours = (library.getString(name) as LuaFunction)(...args) as number;
        const steps = stepsBetween(ours, Number(text));
        assert.ok(steps <= 1, `math.${name}(${args}) is ${text}, and not ${ours}`);
      }
    }
  });
});

function roundedCases(): { name: string; args: number[] }[] {
  const numbers = new SeededRandom(13);
  const cases = ROUNDED.flatMap(([name, from, to]) =>
    Array.from({ length: 200 }, () => {
      return { name, args: [from + ((to - from) * numbers.next()) / 2 ** 32] };
    }),
  );
  for (const name of ['pow', 'atan2']) {
    for (let i = 0; i < 300; i++) {
      cases.push({ name, args: [numbers.next() / 2 ** 26, numbers.next() / 2 ** 27 - 16] });
    }
  }
  return cases;
}

async function withNewReference(use: (client: RawClient) => Promise<void>): Promise<void> {
  const server = await startReference();
  const client = await RawClient.connect(server.port);
  try {
    await use(client);
  } finally {
    client.close();
    await server.stop();
  }
}

test('os.clock', () => {
  const clock = osLibrary(runtime).getString('clock') as LuaFunction;
  assert.equal(clock(), 12.5);
});

/** How many doubles there are from one number up to the other. */
function stepsBetween(a: number, b: number): number {
  const view = new DataView(new ArrayBuffer(16));
  view.setFloat64(0, a);
  view.setFloat64(8, b);
  return Math.abs(Number(view.getBigInt64(0) - view.getBigInt64(8)));
}
