// One budget: whatever handles bytes or elements spends fuel for them, so that the host hears of a
// script soon after its work, not its loops, has become too much. Counted in calls of mark(), which
// each script makes once per unit of its work, not in time.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LuaError, ScriptStopped } from '../../src/lua/errors.ts';
import { Lua } from '../../src/lua/script.ts';
import { NOTHING } from '../../src/lua/value.ts';

/** The host stops a script at this tick. */
const TICKS_MAX = 4;

/** How often a script calls mark() until it is stopped. It must not end otherwise. */
function marksOf(source: string): number {
  let ticks = -1;
  let marks = 0;
  const tick = (): void => {
    if (ticks >= 0 && ++ticks >= TICKS_MAX) throw new ScriptStopped('enough');
  };
  const lua = new Lua({ host: { tick }, libraries: 'redis' });
  // What a script needs is made before the clock runs.
  lua.globals.set('mark', () => {
    ticks = Math.max(ticks, 0);
    marks++;
    return NOTHING;
  });
  lua.protect();
  const script = lua.compile(source, 'user_script');
  assert.throws(
    () => script.run(),
    (error) => error instanceof ScriptStopped || assert.fail(`${source}: ${textOf(error)}`),
  );
  return marks;
}

function textOf(error: unknown): string {
  return error instanceof LuaError ? String(error.value) : String(error);
}

const MB = "local s = ('x'):rep(2 ^ 20) ";
const PAIR = `${MB} local s2 = ('x'):rep(2 ^ 20) `;
const LIST = 'local t = {} for i = 1, 7990 do t[i] = i end ';
const DEAD =
  'local t = {} for i = 1, 3e4 do t["k" .. i] = i end for k in pairs(t) do t[k] = nil end ';
const loop = (body: string): string => `while true do mark() ${body} end`;

/** What a turn of an endless loop does, and how many turns there may be. */
const lines: readonly (readonly [source: string, marksMax: number])[] = [
  // A megabyte each.
  [PAIR + loop('local x = s == s2'), 20],
  [PAIR + loop('local x = s ~= s2'), 20],
  [PAIR + loop('if s == s2 then end'), 20],
  [PAIR + loop('local x = s < s2'), 20],
  [PAIR + loop('local x = s >= s2'), 20],
  [PAIR + loop('local x = rawequal(s, s2)'), 20],
  [`${PAIR} local t = {[s] = 1} ${loop('local x = t[s2]')}`, 20],
  [`${PAIR} local t = {[s] = 1} ${loop('t[s2] = 2')}`, 20],
  [`${PAIR} local t = {[s] = 1} ${loop('rawset(t, s2, 2)')}`, 20],
  [`${PAIR} local t = {[s] = 1} ${loop('rawget(t, s2)')}`, 20],
  [`${PAIR} local t = {s, s2} ${loop('table.sort(t)')}`, 20],
  [MB + loop('local x = s .. 1'), 20],
  [MB + loop('local x = 1 .. s'), 20],
  [MB + loop('local x = s:lower()'), 20],
  [MB + loop('local x = s:upper()'), 20],
  [MB + loop('local x = s:reverse()'), 20],
  [MB + loop('local x = s:rep(2)'), 20],
  [MB + loop('local x = ("x"):rep(2 ^ 20)'), 20],
  [MB + loop('local x = ("%q"):format(s)'), 20],
  [MB + loop('local x = ("%s"):format(s)'), 20],
  [MB + loop('local x = s:find("y")'), 20],
  [MB + loop('local x = s:find("y", 1, true)'), 20],
  [MB + loop('local x = s:gsub("x", "y")'), 20],
  [MB + loop('local x = s:match(".-y")'), 20],
  [MB + loop('local x = tonumber(s)'), 20],
  [MB + loop('local x = tonumber(s, 36)'), 20],
  [`local s = ("1"):rep(2 ^ 20) ${loop('local x = pcall(function() return s + 1 end)')}`, 20],
  [MB + loop('local x = table.concat({s, s})'), 20],
  [MB + loop('local x = cjson.encode(s)'), 20],
  [`local s = '"' .. ("x"):rep(2 ^ 20) .. '"' ${loop('local x = cjson.decode(s)')}`, 20],
  [MB + loop('local x = cmsgpack.pack(s)'), 20],
  [`${MB} local m = cmsgpack.pack({[s] = 1}) ${loop('local x = cmsgpack.unpack(m)')}`, 20],
  [MB + loop('local x = struct.pack("s", s)'), 20],
  [`local s = ("x"):rep(2 ^ 20) .. "\\0" ${loop('local x = struct.unpack("s", s)')}`, 20],
  [`local s = ("b"):rep(2 ^ 20) ${loop('local x = struct.size(s)')}`, 20],
  [MB + loop('pcall(error, s)'), 20],
  [MB + loop('pcall(assert, false, s)'), 20],
  [MB + loop('local x = pcall(load, function() return s end)'), 20],
  [MB + loop('local x = loadstring("--" .. s)'), 20],
  // Thousands of elements each.
  [LIST + loop('local x = select("#", unpack(t, 1, 7990))'), 200],
  [LIST + loop('local x = unpack(t, 1, 7990)'), 200],
  [LIST + loop('local x = {unpack(t)}'), 200],
  [`${LIST} local function f(...) ${loop('local x = select("#", ...)')} end f(unpack(t))`, 200],
  [`${LIST} local function f(...) ${loop('local x = {...}')} end f(unpack(t))`, 200],
  [`${LIST} local function f(...) ${loop('math.max(...)')} end f(unpack(t))`, 200],
  [`${LIST} local function f(...) ${loop('pcall(type, ...)')} end f(unpack(t))`, 200],
  [`${LIST} ${loop('local x = table.concat(t)')}`, 200],
  [`local s = ("x"):rep(7990) ${loop('s:byte(1, -1)')}`, 200],
  [`${DEAD} ${loop('next(t)')}`, 60],
  [`${DEAD} ${loop('for k in pairs(t) do end')}`, 60],
  [`${DEAD} ${loop('table.foreach(t, type)')}`, 60],
  [`${DEAD} ${loop('cjson.encode(t)')}`, 60],
  [`local t = {} for i = 1, 3e4 do t[i] = {} end ${loop('cjson.encode(t)')}`, 60],
  // Deep down, where it takes long to find out where that is.
  [
    `local function f(n) if n > 0 then return (f(n - 1)) end
      ${loop("pcall(error, 'x', 2900)")} end f(3000)`,
    20,
  ],
  [`local function f(n) if n > 0 then return (f(n - 1)) end ${loop('pcall(error)')} end f(9)`, 500],
  // Much of a source, though not of its loops.
  [loop('loadstring(("a=1 "):rep(1e4))'), 20],
  [loop(`local t ${'t = {1} '.repeat(800)}`), 1000],
  [loop('type(1) '.repeat(800)), 1000],
];

for (let from = 0; from < lines.length; from += 5) {
  const some = lines.slice(from, from + 5);
  test(`lines ${from + 1} to ${from + some.length} are stopped by their work`, () => {
    for (const [source, marksMax] of some) {
      const marks = marksOf(source);
      assert.ok(marks <= marksMax, `${marks} turns: ${source}`);
    }
  });
}

test('a large source is stopped while it is compiled, or is an error', () => {
  assert.equal(marksOf('mark() loadstring(("a=1 "):rep(1e6))'), 1);
  assert.equal(marksOf('mark() loadstring("return {" .. ("1,"):rep(1e6) .. "}")'), 1);
  const lua = new Lua({ libraries: 'redis' });
  lua.protect();
  const large = 'return select(2, loadstring(("a.b.c=d[e] "):rep(25000)))';
  assert.match(String(lua.compile(large, 'x').run()[0]), /chunk is too large/);
  assert.throws(() => lua.compile('--'.padEnd(17 * 1024 * 1024), 'x'), { value: /too large/ });
});

test('a long text that is no number is found to be none in one pass', () => {
  const lua = new Lua({ libraries: 'redis' });
  lua.protect();
  const results = lua
    .compile(
      `local n = 1e6
        return tonumber(('1'):rep(n) .. 'x'), tonumber(('z'):rep(n), 36), tonumber((' '):rep(n)),
          tonumber(('0x'):rep(n)), tonumber('0' .. ('x'):rep(n), 16),
          tonumber(('1'):rep(n) .. '!', 2)`,
      'x',
    )
    .run();
  assert.deepEqual(results, [undefined, 2 ** 64, undefined, undefined, undefined, undefined]);
});
