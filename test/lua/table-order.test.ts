// The order in which traversal visits a table's fields, against redis-server. Where lines have keys
// of more than 31 characters, this is 7.2: Lua's own hash, which Debian's 7.0 has, skips some.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NodeOrder } from '../../src/lua/node-order.ts';
import { Lua } from '../../src/lua/script.ts';
import { LuaTable } from '../../src/lua/table.ts';
import { SeededRandom } from '../support/random.ts';
import { isReference72 } from '../support/server.ts';
import { evalLines, literal } from './support/eval-lines.ts';

const PRELUDE = `
local function order(t)
  local keys = {}
  for k in pairs(t) do
    keys[#keys + 1] = type(k) == 'number' and string.format('%.17g', k) or tostring(k)
  end
  see(table.concat(keys, ' '))
end
local function fields(count)
  local t = {}
  for i = 1, count do t['k' .. i] = i end
  return t
end
`;

/** What makes a table of some keys, as literals: one by one, or in a constructor. */
type Maker = (keys: readonly string[]) => string;

const oneByOne: Maker = (keys) => `local t = {} ${assignments(keys)}`;
const byConstructor: Maker = (keys) => `local t = {${keys.map((key) => `[${key}] = 1`).join()}}`;
/** Room for the first half is there from the start; the others make the table grow. */
const halfAndHalf: Maker = (keys) => {
  const half = keys.length >> 1;
  return `${byConstructor(keys.slice(0, half))} ${assignments(keys.slice(half))}`;
};
const withArray: Maker = (keys) => byConstructor(keys).replace('{', () => '{10, 20, 30, ');

function assignments(keys: readonly string[]): string {
  return keys.map((key) => `t[${key}] = 1`).join(' ');
}

const words = new SeededRandom(7);

function word(sizeMax: number, letters = 'abcdefghijklmnopqrstuvwxyz'): string {
  const size = 1 + words.below(sizeMax);
  return literal(Array.from({ length: size }, () => words.pick([...letters])).join(''));
}

/** Different keys, as literals. */
function keysOf(count: number, make: () => string): string[] {
  const keys = new Set<string>();
  while (keys.size < count) keys.add(make());
  return [...keys];
}

const COUNTS = Array.from({ length: 24 }, (_, i) => i + 1).concat([
  30, 31, 32, 33, 40, 48, 63, 64, 65, 80, 100, 127, 128, 129, 150, 180, 200, 256, 257, 300,
]);

function linesFor(make: () => string, makers: readonly Maker[]): string[] {
  return COUNTS.flatMap((count) => {
    return makers.map((maker) => `${maker(keysOf(count, make))} order(t)`);
  });
}

evalLines('keys that are words', PRELUDE, [
  ...linesFor(() => word(8), [oneByOne, byConstructor, halfAndHalf, withArray]),
  ...linesFor(() => word(31), [oneByOne, byConstructor]),
  ...linesFor(() => `"key:${words.below(1e6)}"`, [oneByOne, byConstructor, halfAndHalf]),
  ...linesFor(() => word(9, '\0\x01\x7f\x80\xff'), [oneByOne]),
]);

function mixedKey(): string {
  return words.pick([
    () => word(3),
    () => String(words.below(50) - 60),
    () => String(100 + words.below(1e6)),
    () => String(-words.below(1e9)),
    () => String(2 ** 31 + words.below(1e9)),
    () => `${2 * words.below(1000) + 1}/128`,
    () => `2^${40 + words.below(900)}`,
    () => words.pick(['true', 'false', '0', '0.5', '-1', '1/0', '-1/0']),
  ])();
}

evalLines('keys of several types', PRELUDE, [
  ...linesFor(mixedKey, [oneByOne, oneByOne, byConstructor, halfAndHalf]),
  'local t = {} t[true] = 1 order(t) t[false] = 1 order(t) t.a = 1 order(t) t[0] = 1 order(t)',
  'order({[true] = 1, [false] = 2}) order({[false] = 1, [true] = 2}) order({true, false, x = 1})',
]);

function integerKey(): string {
  return String(2 + words.below(words.pick([10, 100, 1000])));
}

evalLines('integers that are no array', PRELUDE, [
  ...linesFor(integerKey, [oneByOne, oneByOne]),
  ...linesFor(() => words.pick([integerKey, () => word(2)])(), [oneByOne, oneByOne]),
]);

const CHANGES = `
local t = {a = 1, b = 2, c = 3} t.b = nil order(t) t.b = 4 order(t)
local t = {} for i = 1, 20 do t["k" .. i] = i order(t) end
local t = {} for i = 1, 200 do t["k" .. i] = i if next(t) == "k7" then order(t) end end order(t)
local t = fields(40) for k in pairs(t) do t[k] = nil order(t) end
local t = fields(40) for k, v in pairs(t) do t[k] = v + 1 end order(t)
local t = fields(40) local u = {} for k, v in pairs(t) do u[k] = v end order(u)
local t = {x = {y = {z = 1, w = 2}, v = 3}, u = 4} order(t) order(t.x) order(t.x.y)
local function f() return {id = 1, name = 2, tags = 3, ok = 4} end order(f()) order(f())
local t = {a = 1, b = 2} t.c = 3 order(t) local u = {} u.a = 1 u.b = 2 u.c = 3 order(u)
`;

evalLines(
  'tables that change',
  PRELUDE,
  CHANGES.split('\n').filter((line) => line !== ''),
);

evalLines('all tables of the same keys', PRELUDE, [
  ...['a b c', 'id name tags ok score', 'x y', 'one two three four five six seven'].flatMap(
    (text) => {
      const keys = text.split(' ').map(literal);
      return [oneByOne, byConstructor, halfAndHalf, withArray].flatMap((maker) =>
        keys.map((_, i) => `${maker([...keys.slice(i), ...keys.slice(0, i)])} order(t)`),
      );
    },
  ),
]);

/** What is indented belongs to the line before. */
function linesOf(text: string): string[] {
  const whole = text.replaceAll(/\n +/g, ' ');
  return whole.split('\n').filter((line) => line !== '');
}

evalLines(
  'fields that are nil have their places',
  PRELUDE,
  linesOf(`
local t = {} t.a = nil t.b = 1 t.c = 2 order(t) t.a = 3 order(t)
local t = {} t.limit = nil t.every = 1 t.pattern = nil t.tz = nil t.count = 2 t.offset = 3 order(t)
local t = {x = nil, y = 1, z = 2} t.w = 3 order(t) t.x = 4 order(t)
local t = {a = 1, b = 2, c = 3, d = 4} t.b = nil t.e = 5 order(t) t.f = 6 order(t)
local t = fields(20) for i = 1, 20, 2 do t["k" .. i] = nil end t.x = 1 order(t) t.y = 1 order(t)
local t = fields(7) t.k3 = nil t.k3 = 1 order(t) t.k8 = 1 t.k9 = 1 order(t)
local t = fields(40) for k in pairs(t) do t[k] = nil end for i = 1, 40 do t["n" .. i] = 1 end
  order(t)
local t = {} for i = 1, 300 do t["k" .. i] = i t["k" .. (i - 10)] = nil end order(t)
local t = {} for i = 1, 30 do t["k" .. i] = nil end t.a = 1 t.b = 2 t.c = 3 order(t)
local t = {} rawset(t, "a", nil) rawset(t, "b", 1) rawset(t, "c", 2) order(t)
see(cjson.encode((function() local t = {} t.repeats = nil t.every = 5 t.tz = nil t.pattern = "x"
  t.limit = 3 return t end)()))
see((cmsgpack.pack((function() local t = {} t.a = nil t.every = 5 t.tz = nil t.pattern = "x"
  t.limit = 3 return t end)())))
`),
);

evalLines(
  'integers that are in nodes',
  PRELUDE,
  linesOf(`
order({[1] = 1, [2] = 2, [3] = 3}) order({[3] = 1, [2] = 2, [1] = 3}) order({[1] = 1, [4] = 4,
  [2] = 2, [3] = 3})
local t = {[1] = 1, [2] = 2} t[3] = 3 order(t) t[4] = 4 order(t) t[5] = 5 order(t)
local t = {x = 1, y = 2} t[1] = 1 order(t) t[2] = 2 order(t) t[3] = 3 order(t) t[4] = 4 order(t)
local t = {1, 2, 3, x = 1} t[4] = 4 order(t) t.y = 1 order(t) t[5] = 5 order(t) t.z = 1 order(t)
local t = {1, 2, 3} t.x = 1 t[4] = 4 t[5] = 5 order(t) t.y = 2 order(t) t.z = 3 t[6] = 6 order(t)
local t = {} for i = 1, 9 do t[i] = i t["k" .. i] = i order(t) end
local t = {} for i = 9, 1, -1 do t[i] = i order(t) end
local t = {} for i = 1, 9 do t["k" .. i] = i end for i = 1, 20 do t[i] = i order(t) end
local t = {n = 0, 1, 2, nil, 4} t.x = 1 t[3] = 3 order(t)
local function f(...) return {n = select("#", ...), a = 1, ...} end order(f(1, 2, 3)) order(f())
  order(f(1, nil, 3))
local function f(...) return {x = 1, y = 2, z = 3, 7, 8, ...} end order(f(1, 2, 3)) order(f())
local t = {1, 2, 3, 4, 5} t.a = 1 t[4] = nil t[5] = nil t[3] = nil t.b = 1 t.c = 1 t.d = 1
  order(t) t[2] = nil t[3] = 3 order(t)
local t = {} t[1] = nil t.a = 1 t[2] = 2 order(t) t[1] = 1 order(t)
local t = {10, 20, 30, x = 1} table.insert(t, 40) table.insert(t, 1, 0) order(t) table.remove(t)
  table.remove(t, 1) order(t)
order(string) order(math) order(table) order(coroutine) order(struct) order(bit) order(cmsgpack)
`),
);

const CONSTRUCTORS = ['{}', '{}', '{}', '{1, 2, 3}', '{x = 1, y = 2}', '{1, x = 1, nil, 3}'];

/** Assignments of all kinds, and a look at the order between them. */
function program(): string {
  const steps = [`local t = ${words.pick([...CONSTRUCTORS, '{[2] = 1, a = 1, [1] = 2}'])}`];
  const pool = words.pick([
    () => words.pick(['"a"', '"b"', '"cc"', '"id"', '"name"', '"every"', '"x"', '"y"']),
    () => String(1 + words.below(9)),
    () => words.pick([word(2), String(1 + words.below(20)), '0', '-1', '0.5', 'true']),
    () => words.pick([`"k${words.below(60)}"`, String(1 + words.below(40))]),
  ]);
  for (let left = 5 + words.below(60); left > 0; left--) {
    steps.push(`t[${pool()}] = ${words.below(3) === 0 ? 'nil' : '1'}`);
    if (words.below(4) === 0) steps.push('order(t)');
  }
  return `${steps.join(' ')} order(t)`;
}

evalLines(
  'assignments at random',
  PRELUDE,
  Array.from({ length: 600 }, () => program()),
);

/** A table that was packed elsewhere, some fields nil; it is read twice, and then changes. */
function unpacked(): string {
  const names = ['a', 'bb', 'id', 'name', 'every', 'limit', 'x', 'y', ...'0123456789klmnop'];
  const count = 1 + words.below(words.pick([6, 14, 40]));
  const fields = Array.from({ length: count }, () => {
    const key = words.pick(names) + words.pick(['', '', '', String(words.below(3))]);
    return String.fromCharCode(0xa0 | key.length) + key + words.pick(['\xc0', '\x07', '\x07']);
  });
  const bytes = literal(`\xde\0${String.fromCharCode(count)}${fields.join('')}`);
  const steps = [`local t = cmsgpack.unpack(${bytes}) t = cmsgpack.unpack(${bytes})`];
  if (words.below(2) === 0) steps.push('order(t)');
  for (let left = words.below(8); left > 0; left--) {
    const key = words.pick([() => literal(words.pick(names)), () => String(1 + words.below(4))])();
    steps.push(`t[${key}] = ${words.below(2) === 0 ? 'nil' : '1'}`);
    if (words.below(3) === 0) steps.push('order(t)');
  }
  return `${steps.join(' ')} order(t) see(cjson.encode(t))`;
}

evalLines(
  'maps of cmsgpack with nils, and what becomes of them',
  PRELUDE,
  Array.from({ length: 500 }, () => unpacked()),
);

/** A key of so many characters, of which only every second one counts for Lua's own hash. */
function longKey(): string {
  return literal(`${'-'.repeat(words.below(50) + 31)}${words.below(1e6)}`);
}

if (isReference72()) {
  evalLines('keys that are long', PRELUDE, [
    ...linesFor(longKey, [oneByOne, byConstructor]),
    ...linesFor(() => word(120), [oneByOne]),
  ]);
}

test('what was added later is found', () => {
  const random = new SeededRandom(3);
  const keys: string[] = [];
  const order = new NodeOrder(keys, 5);
  for (let i = 0; i < 500; i++) {
    keys.push(`key:${i}`);
    if (random.below(4) > 0) continue;
    const fresh = new NodeOrder([...keys], 5);
    assert.deepEqual(order.slots, fresh.slots);
    const { slots, places } = order;
    assert.equal(slots.filter((slot) => slot >= 0).length, keys.length);
    for (let slot = 0; slot < keys.length; slot++) assert.equal(slots[places[slot]], slot);
  }
});

test('keys that give way to others are not kept', () => {
  const table = new LuaTable();
  for (const key of ['a', 'b', 'c']) {
    table.set(key, 1);
    table.set(key, undefined);
  }
  for (let i = 0; i < 1000; i++) {
    table.set(`k${i}`, i);
    assert.equal(table.keyAt(table.advance(0)), `k${i}`);
    table.set(`k${i}`, undefined);
    assert.equal(table.advance(0), 0);
  }
  assert.ok(table.order !== null && table.order.keys.length < 20);
});

test('a field that was nil for a while costs no look at all others', () => {
  const table = new LuaTable();
  for (let i = 0; i < 100; i++) table.set(`k${i}`, i);
  table.values.includes = () => assert.fail('looked through');
  table.set('k1', undefined);
  table.set('k1', 1);
  table.set('new', 1);
  assert.equal(table.order, null);
  table.set('k2', undefined);
  table.set('newer', 1);
  assert.notEqual(table.order, null);
});

test('elements that move to where Lua has no node are found', () => {
  const lua = new Lua({ libraries: 'redis' });
  const source = `
    local found = {}
    for size = 2, 30 do for position = 1, size do for way = 1, 2 do
      local t = {}
      for i = 1, size do t[i] = i end
      for i = 2, size - 1 do t[i] = nil end
      for i = 1, 20 do t['k' .. i] = i end
      for i = 1, 20 do t['k' .. i] = nil end
      for i = 1, 20 do t['j' .. i] = i end
      for i = 1, 20 do t['j' .. i] = nil end
      if way == 1 then table.remove(t, position) else table.insert(t, position, 0) end
      local count = 0
      for i = 1, size + 1 do if t[i] ~= nil then count = count + 1 end end
      for k, v in pairs(t) do count = count - 1 end
      if count ~= 0 then found[#found + 1] = size .. ' ' .. position .. ' ' .. way end
    end end end
    return table.concat(found, ', ')`;
  assert.deepEqual(lua.compile(source, 'x').run(), ['']);
});
