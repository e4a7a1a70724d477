import { SeededRandom } from '../support/random.ts';
import { libraryLines } from './support/library-lines.ts';

const TABLES = [
  ...['{}', '{1}', '{1, 2, 3}', '{"a", "b", "c", "d"}', '{1, nil, 3}', '{[2] = 2}', '{[0] = 0, 1}'],
  ...[
    '{x = 1}',
    '{1, 2, x = 1}',
    '{1, [3] = 3}',
    '{1, [2.5] = 2.5, [-1] = -1}',
    '{{}, same, true}',
  ],
];
const POSITIONS = [
  ...['1', '2', '3', '4', '5', '6', '10', '0', '-1', '-3', '1.9', '-0.5', '"2"', '" 0x2 "'],
  ...['4294967297', '4294967295', '-4294967294', '1e300', '0/0', '1/0'],
];
const WRONG = ['nil', '{}', 'true', '"x"', 'same'];

libraryLines('table: insert', [
  ...TABLES.flatMap((table) => [
    `t = ${table}; table.insert(t)`,
    `t = ${table}; table.insert(t, "new")`,
    `t = ${table}; table.insert(t, nil)`,
    `t = ${table}; table.insert(t, 1, 2, 3)`,
    ...POSITIONS.map((position) => `t = ${table}; table.insert(t, ${position}, "new")`),
    ...POSITIONS.map((position) => `t = ${table}; table.insert(t, ${position}, nil)`),
  ]),
  ...WRONG.map((wrong) => `table.insert(${wrong}, 1)`),
  ...WRONG.map((wrong) => `table.insert({}, ${wrong}, 1)`),
  'table.insert()',
  'table.insert({})',
  // Fields behind the last element become elements.
  't = {1, [3] = 3}; table.insert(t, 1, "a"), table.getn(t)',
  't = {1, [3] = 3, [4] = 4}; table.insert(t, "a"), table.getn(t), table.remove(t)',
  ...[1, 2, 10, 50, 70, 90, 99, 100, 101].map((position) => {
    return `t = numbers(100, 1000, 3); table.insert(t, ${position}, "new")`;
  }),
]);

libraryLines('table: remove', [
  ...TABLES.flatMap((table) => [
    `t = ${table}; table.remove(t)`,
    `t = ${table}; table.remove(t, nil)`,
    `t = ${table}; count(table.remove(t))`,
    `t = ${table}; table.remove(t), table.remove(t), table.remove(t)`,
    ...POSITIONS.map((position) => `t = ${table}; table.remove(t, ${position})`),
    ...POSITIONS.map((position) => `t = ${table}; count(table.remove(t, ${position}))`),
  ]),
  ...WRONG.map((wrong) => `table.remove(${wrong})`),
  ...WRONG.map((wrong) => `table.remove({1, 2}, ${wrong})`),
  'table.remove()',
  ...[1, 2, 10, 50, 70, 90, 99, 100, 101].map((position) => {
    return `t = numbers(100, 1000, 3); table.remove(t, ${position})`;
  }),
]);

const random = new SeededRandom(3);
libraryLines(
  'table: random insertions and removals',
  Array.from({ length: 300 }, () => {
    const size = random.below(60);
    const steps = Array.from({ length: 20 }, () => {
      const position = 1 + random.below(Math.max(1, size - 10));
      if (random.below(2) === 0) return `table.remove(t, ${position})`;
      return `table.insert(t, ${position}, ${random.below(100)})`;
    });
    return `t = numbers(${size}, 1000, ${random.below(1000)}); ${steps.join(', ')}, table.getn(t)`;
  }),
);

libraryLines('table: concat', [
  ...TABLES.flatMap((table) => [
    `table.concat(${table})`,
    `table.concat(${table}, ", ")`,
    ...POSITIONS.map((position) => `table.concat(${table}, "-", ${position})`),
    ...['0', '1', '2', '3', '4', '-1', '1.9', '"2"', 'nil'].flatMap((last) => [
      `table.concat(${table}, "-", 1, ${last})`,
      `table.concat(${table}, 7, 2, ${last})`,
      `table.concat(${table}, nil, 0, ${last})`,
      `table.concat(${table}, "", -2, ${last})`,
    ]),
  ]),
  'table.concat({1.5, -0.1, 1e15, 2^53, 1/0, "x", 100, 1e100}, " ")',
  'table.concat({rep("x", 1000), rep("y", 1000)}, bytes())',
  'table.concat(numbers(3000, 1000000, 1), ",")',
  'table.concat(words(3000, 1000000, 1), "")',
  'table.concat({"a", {}, "b"})',
  'table.concat({"a", true, "b"}, ",", 2)',
  'table.concat({"a", same})',
  'table.concat({}, ",", 1, 1)',
  'table.concat({[5] = "five", [6] = 6}, ",", 5, 6)',
  'table.concat({[5] = "five", [6] = 6}, ",", 5, 7)',
  'table.concat({[-1] = "a", [0] = "b", "c"}, ",", -1)',
  'table.concat({}, ",", 2147483647, 2147483647)',
  'table.concat({}, ",", 2147483648)',
  'table.concat({}, ",", -2147483649)',
  'table.concat({1, 2}, {})',
  'table.concat(nil, {})',
  'table.concat({1, 2}, ",", {})',
  'table.concat({1, 2}, ",", 1, {})',
  'table.concat()',
  'table.concat(nil, ",")',
  'table.concat("x")',
]);

libraryLines('table: getn, setn, maxn', [
  ...TABLES.flatMap((table) => [
    `table.getn(${table})`,
    `table.maxn(${table})`,
    `table.setn(${table}, 2)`,
  ]),
  'table.maxn({1, 2, [2.5] = 1, [100] = 2, [1e300] = 3, x = 4})',
  'table.maxn({[-1] = 1, [-0.5] = 2})',
  'table.maxn({[0.5] = 1})',
  'table.maxn({["10"] = 1})',
  'table.maxn({[1/0] = 1})',
  ...['getn', 'setn', 'maxn'].flatMap((name) => [
    `table.${name}()`,
    ...WRONG.map((wrong) => `table.${name}(${wrong})`),
  ]),
]);

libraryLines('table: foreach, foreachi', [
  'table.foreach({"a", "b", "stop", "c"}, joined)',
  'table.foreach({x = "stop"}, joined)',
  'count(table.foreach({"a", "b"}, joined))',
  'table.foreachi({"a", "b", "stop", "c"}, joined)',
  'table.foreachi({x = "stop"}, joined)',
  'count(table.foreachi({"a", "b"}, joined))',
  'table.foreach({1, 2, 3}, same)',
  'table.foreachi({1, 2, 3}, same)',
  'table.foreachi({1, {}, 3}, joined)',
  'table.foreach({1, {}, 3}, greater)',
  'table.foreachi({}, same)',
  'table.foreach({}, same)',
  'table.foreach({5}, never)',
  ...['foreach', 'foreachi'].flatMap((name) => [
    `table.${name}()`,
    `table.${name}({})`,
    ...WRONG.map((wrong) => `table.${name}(${wrong}, same)`),
    ...WRONG.map((wrong) => `table.${name}({1}, ${wrong})`),
    `table.${name}(nil, nil)`,
  ]),
]);

const COUNTS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 15, 20, 33, 64, 100, 250];
const ORDERS = ['greater', 'byTens', 'never', 'nil'];
libraryLines('table: sort', [
  ...COUNTS.flatMap((count) =>
    [2, 5, 10, 100, 100000].flatMap((below) => [
      ...ORDERS.map(
        (order) => `t = numbers(${count}, ${below}, ${count}); table.sort(t, ${order})`,
      ),
      `t = words(${count}, ${below}, ${count}); table.sort(t)`,
      `t = words(${count}, ${below}, ${count}); table.sort(t, greater)`,
      `t = pairsOf(${count}, ${below}, ${count}); table.sort(t, byFirst)`,
      `t = pairsOf(${count}, ${below}, ${count}); table.sort(t)`,
    ]),
  ),
  't = pairsOf(3000, 50, 1); table.sort(t, byFirst)',
  't = numbers(3000, 1000, 2); table.sort(t)',
  't = words(3000, 1000, 2); table.sort(t)',
  't = {3.5, 1.25, 2, -1, 1e300, -1/0, 1/0}; table.sort(t)',
  // Lua's compiler takes -0 for 0 where both are constants.
  't = {0, math.ceil(-0.1), 1, math.ceil(-0.2), 0, -1}; table.sort(t)',
  't = {math.ceil(-0.1), 0, 0.5, math.ceil(-0.2)}; table.sort(t)',
  't = {2^31, -2^31, 2^31 , 5}; table.sort(t)',
  't = {"b", "a\\0b", "a", "a\\0", "", "\\200", "\\255", "B"}; table.sort(t)',
  't = {ordered(3), ordered(1), ordered(2)}; table.sort(t)',
  't = {ordered(3), ordered(1), {2}}; table.sort(t)',
  't = {3, 1, 2, x = 5}; table.sort(t)',
]);

libraryLines(
  'table: what a sort asks of its order',
  COUNTS.flatMap((count) =>
    ['greater', 'byTens', 'never', 'always', 'firstAbove'].map(
      (order) => `t = numbers(${count}, 40, ${count}); sortLog(t, ${order})`,
    ),
  ),
);

libraryLines('table: sort with orders that are none', [
  ...COUNTS.flatMap((count) => [
    `t = numbers(${count}, 100, ${count}); table.sort(t, always)`,
    `t = words(${count}, 100, ${count}); table.sort(t, always)`,
    `t = numbers(${count}, 100, ${count}); table.sort(t, same)`,
    `t = numbers(${count}, 100, ${count}); table.sort(t, firstAbove)`,
    `t = numbers(${count}, 3, ${count}); table.sort(t, joined)`,
  ]),
  't = {1, "x", 3}; table.sort(t)',
  't = {1, 2, "x"}; table.sort(t)',
  't = {true, false}; table.sort(t)',
  't = {{}, {}}; table.sort(t)',
  't = {same, same}; table.sort(t)',
  't = {1, nil, 3}; table.sort(t)',
  't = {3, nil, 1}; table.sort(t, nilsLast)',
  't = {5, nil, nil, 1, nil, 2, 9}; table.sort(t, nilsLast)',
  't = {1, 0/0, 3, 2, 0/0, 5, 4}; table.sort(t)',
  't = {0/0, 0/0, 0/0, 0/0, 1, 2, 3}; table.sort(t)',
  't = {3, 2, 0/0, 1, 5, 0/0, 0/0, 7, 6}; table.sort(t)',
  'table.sort()',
  ...WRONG.map((wrong) => `table.sort(${wrong})`),
  ...WRONG.map((wrong) => `t = {2, 1}; table.sort(t, ${wrong})`),
  'table.sort(nil, 1)',
  'table.sort({1}, {})',
]);
