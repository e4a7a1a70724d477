// Scripts that run away: each ends in an error of Lua or is stopped by the host soon after its time
// is over, whatever it catches; and the next script runs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { LuaError, ScriptStopped } from '../../src/lua/errors.ts';
import { Lua } from '../../src/lua/script.ts';
import { LuaTable } from '../../src/lua/table.ts';
import { NOTHING } from '../../src/lua/value.ts';

/**
 * The host stops a script after so much processor time; one that is to use up its memory, after
 * the other.
 */
const TIME_MAX_MS = 50;
const LONG_TIME_MAX_MS = 10000;
/** From the stop to the end. */
const PATIENCE_MS = 5000;
const MEMORY_SIZE_MAX = 96 * 1024 * 1024;

type Bomb = readonly [source: string, ending: RegExp];

const STOPPED = /^stopped$/;
const STACK = /^error: .*stack overflow/;
const MEMORY = /^(error: .*not enough memory|stopped)/;
const MEMORY_ONLY = /^error: .*not enough memory$/;
const ENDS = /^(error: |stopped)/;

const loops: readonly Bomb[] = [
  ['while true do end', STOPPED],
  ['repeat until false', STOPPED],
  ['for i = 1, math.huge do end', STOPPED],
  ['for i = 1, 3, 0 do end while true do end', STOPPED],
  ['for i = 1, 1e300 do local x = i end', STOPPED],
  ['local i = 0 while true do i = i + 1 end', STOPPED],
  ['while true do local t = {} end', STOPPED],
  ['while true do local f = function() end f() end', STOPPED],
  ['for k in function() return 1 end do end', STOPPED],
  ['while true do if false then break end end', STOPPED],
  ['local t = {1, 2, 3} while true do for i, v in ipairs(t) do end end', STOPPED],
  ['local t = {1} while true do for k, v in pairs(t) do end end', STOPPED],
  ['local t = {1} while true do for k, v in next, t do end end', STOPPED],
  [
    'local t = setmetatable({}, {__index = function(_, i) return i end}) for i in ipairs(t) do end',
    /returns/,
  ],
  ['repeat local x = 1 until x == 2', STOPPED],
  ['while true do repeat break until true end', STOPPED],
  ['local function f() return f() end f()', ENDS],
  ['local a, b function a() return b() end function b() return a() end a()', ENDS],
  ['while true do pcall(error, "x") end', STOPPED],
  ['while true do pcall(function() while true do end end) end', STOPPED],
  [
    'while true do xpcall(function() while true do end end, function() while true do end end) end',
    STOPPED,
  ],
  ['xpcall(error, function() while true do end end)', STOPPED],
  ['while true do pcall(pcall, error) end', STOPPED],
  ['while true do pcall(string.rep, "x", -1) end', STOPPED],
  ['local function f() pcall(f) end while true do f() end', ENDS],
  ['local function f() while true do local ok = pcall(f) end end f()', ENDS],
  ['local function f() return pcall(f) end while true do f() end', ENDS],
  ['local function f() pcall(f) pcall(f) end f()', ENDS],
  ['local function f() pcall(f) return f() end f()', ENDS],
  [
    'local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end fib(100)',
    STOPPED,
  ],
  ['local function f(n) for i = 1, 10 do f(n + 1) end end f(1)', ENDS],
  ['local t = {} for i = 1, 1e5 do t[i] = i end while true do #t end', /does not compile|error/],
  ['local t = {} for i = 1, 1e5 do t[i] = i end while true do local n = #t end', STOPPED],
  ['while true do local s = tostring({}) end', STOPPED],
  ['while true do local s = ("x"):rep(1000) end', STOPPED],
  ['while true do local t = {unpack({}, 1, 200)} end', STOPPED],
  ['while true do loadstring("return 1") end', STOPPED],
  ['while true do math.random() end', STOPPED],
  ['while true do local x = os and os.clock() end', STOPPED],
  ['while true do redis.call("GET", "x") end', STOPPED],
  [
    'local t = setmetatable({}, {__index = function(t, k) while true do end end}) return t.x',
    STOPPED,
  ],
  [
    'return setmetatable({}, {__eq = function() while true do end end}) == setmetatable({}, {})',
    /returns/,
  ],
  [
    `local m = {__lt = function() while true do end end}
      return setmetatable({}, m) < setmetatable({}, m)`,
    STOPPED,
  ],
  ['return setmetatable({}, {__concat = function() while true do end end}) .. "x"', STOPPED],
  ['return tostring(setmetatable({}, {__tostring = function() while true do end end}))', STOPPED],
  ['load(function() while true do end end)', STOPPED],
  ['load(function() return "x = 1 " end)', ENDS],
  ['load(function() return " " end)', ENDS],
  ['load(function() return 5 end)', /./],
];

const recursion: readonly Bomb[] = [
  ['local function f() return 1 + f() end f()', STACK],
  ['local function f() f() end f()', STACK],
  ['local function f(...) return 1, f(...) end f(1, 2, 3)', STACK],
  [
    'local function f() local a, b, c, d = 1, 2, 3, 4 local r = f() return r, a, b, c, d end f()',
    STACK,
  ],
  ['local function f() return {f()} end f()', STACK],
  ['local function f() return (f()) end f()', STACK],
  ['local t = {} function t:f() return 1 + self:f() end t:f()', STACK],
  ['local t = setmetatable({}, {__index = function(t, k) return t[k] end}) return t.x', STACK],
  ['local t = setmetatable({}, {__newindex = function(t, k, v) t[k] = v end}) t.x = 1', STACK],
  ['local t = setmetatable({}, {__add = function(a, b) return a + b end}) return t + t', STACK],
  ['local t = setmetatable({}, {__call = function(t) return 1 + t() end}) return t()', STACK],
  [
    `local m = {} m.__eq = function(a, b) return setmetatable({}, m) == b end
      local a = setmetatable({}, m) return a == setmetatable({}, m)`,
    STACK,
  ],
  [
    `local m = {} m.__lt = function(a, b) return not (b < a) end local a = setmetatable({}, m)
      return a < a`,
    STACK,
  ],
  [
    'local t = setmetatable({}, {__concat = function(a, b) return a .. b end}) return t .. t',
    STACK,
  ],
  ['local t = setmetatable({}, {__unm = function(a) return -a end}) return -t', STACK],
  [
    `local t = setmetatable({}, {__tostring = function(t) return tostring(t) end})
      return tostring(t)`,
    STACK,
  ],
  ['local function f(s) return (s:gsub(".", f)) end f("x")', STACK],
  ['local function f() table.sort({1, 2, 3}, function(a, b) f() return a < b end) end f()', STACK],
  ['local function f() return select(2, pcall(f)) end return f()', /./],
  ['local function f() local ok, e = pcall(f) if not ok then error(e, 0) end end f()', STACK],
  [
    'local function f() local ok, e = xpcall(f, function(e) return e end) error(e, 0) end f()',
    ENDS,
  ],
  ['local function f() return coroutine.wrap(f)() end f()', /^error: |stopped/],
  ['local function f() coroutine.resume(coroutine.create(f)) return f() end f()', ENDS],
  ['local function f() return loadstring("return (...)()")(f) end f()', ENDS],
  ['local function f() string.gsub("x", "x", f) end f()', STACK],
  ['local function f() return (table.foreach({1}, f)) end f()', STACK],
  ['local f f = function() return load(function() f() end) end return f()', /./],
  ['return loadstring("return " .. ("("):rep(1e5) .. "1" .. (")"):rep(1e5))()', /^error: /],
  ['return loadstring(("{"):rep(1e5))()', /^error: /],
  ['return loadstring("return " .. ("-"):rep(1e5) .. "1")', /./],
  ['return loadstring("return " .. ("- "):rep(1e5) .. "1")()', /^error: /],
  ['return loadstring("return " .. ("not "):rep(1e5) .. "1")()', /^error: /],
  ['return loadstring(("do "):rep(1e5) .. ("end "):rep(1e5))()', /^error: /],
  ['return loadstring("x = " .. ("function() "):rep(1e4) .. ("end "):rep(1e4))()', /^error: /],
  ['return loadstring("return 1" .. ("..1"):rep(1e5))()', /^error: /],
  ['return loadstring("return 2" .. ("^1"):rep(1e5))()', /^error: /],
  ['local r = loadstring("return 1" .. ("+1"):rep(2e4)) return type(r and pcall(r))', /./],
  [
    `local r = loadstring("local a = {} a.a = a return a" .. (".a"):rep(5e3))
      return type(r and pcall(r))`,
    /./,
  ],
  ['local r = loadstring("return f" .. ("()"):rep(2e4)) return type(r and pcall(r))', /./],
  ['local r = loadstring("return 1" .. (" or 1"):rep(2e4)) return type(r and pcall(r))', /./],
  [
    `local r = loadstring(("if x then elseif y then else "):rep(190) .. (" end"):rep(190))
      return type(r)`,
    /./,
  ],
  [
    `local r = loadstring("if false then " .. ("elseif false then "):rep(2e4) .. "end")
      return type(r and pcall(r))`,
    /./,
  ],
  ['local r = loadstring("return {" .. ("1,"):rep(2e5) .. "}") return type(r and pcall(r))', /./],
  ['local r = loadstring(("local a = 1 "):rep(5000)) return r', /./],
  ['local r = loadstring(("a = 1 "):rep(5e4)) return type(r)', /./],
];

const memory: readonly Bomb[] = [
  ['local s = "x" while true do s = s .. s end', MEMORY],
  ['local s = "x" while true do s = s .. s .. s end', MEMORY],
  ['local s = ("x"):rep(1e6) local t = {} while true do t[#t + 1] = s .. #t end', MEMORY],
  ['local t = {} while true do t[#t + 1] = ("x"):rep(1e6) .. #t end', MEMORY],
  ['return ("x"):rep(1e9):rep(10)', MEMORY],
  ['return ("x"):rep(1e10)', MEMORY],
  ['return ("x"):rep(2^31)', /./],
  ['return ("x"):rep(1e300)', /./],
  ['return ("xy"):rep(5e8)', MEMORY],
  ['local s = ("x"):rep(2^20) return s:rep(2^12)', MEMORY],
  ['local t = {} for i = 1, 1e5 do t[i] = ("x"):rep(1e5) end return table.concat(t)', MEMORY],
  [
    `local t = {} for i = 1, 1e4 do t[i] = ("x"):rep(1e5) end
      return #table.concat(t, ("y"):rep(1e5))`,
    MEMORY,
  ],
  ['return ("x"):rep(1e5):gsub("", ("y"):rep(1e5))', MEMORY],
  ['return ("x"):rep(1e6):gsub(".", ("%0"):rep(200))', MEMORY],
  ['return (("%s"):rep(1000)):format(unpack({}, 1, 1000))', /./],
  ['return ("%99999999d"):format(1)', /^error: /],
  ['return ("%.99999999f"):format(1)', /^error: /],
  ['return ("%s%s"):format(("x"):rep(3e8), ("x"):rep(3e8))', MEMORY],
  ['local t = {} for i = 1, 1e9 do t[i] = i end', MEMORY],
  ['local t = {} for i = 1, 1e9 do t[i .. ""] = i end', MEMORY],
  ['local t = {} for i = 1, 1e9 do t[i + 0.5] = i end', MEMORY],
  ['local t = {} for i = 1e9, 1, -1 do t[i] = i end', MEMORY],
  ['local t = {} for i = 1, 1e9 do t[i] = {} end', MEMORY],
  ['local t = {} for i = 1, 1e9 do t[i] = {i} end', MEMORY],
  ['local t = {} for i = 1, 1e9 do t[i] = {x = i} end', MEMORY],
  ['local t = {} for i = 1, 1e9 do t[i] = function() return i end end', MEMORY],
  ['local t = {} while true do table.insert(t, 1) end', MEMORY],
  ['local t = {} while true do table.insert(t, 1, 1) end', MEMORY],
  ['local t = {} while true do t = {t} end', MEMORY],
  ['local t = {} while true do t = {t, t, t, t} end', MEMORY],
  ['local function f(t) while true do t = {next = t} end end f()', MEMORY],
  ['local t = {} for i = 1, 1e9 do t[i] = coroutine.create(function() end) end', MEMORY],
  [
    `local t = {} for i = 1, 1e9 do t[i] = coroutine.wrap(function() coroutine.yield()
      end) t[i]() end`,
    MEMORY,
  ],
  ['local t = {} for i = 1, 1e9 do t[i] = tostring({}) end', MEMORY],
  ['local t = {} t[2^31] = 1 t[2^53] = 1 t[1e300] = 1 return #t', /returns/],
  ['local t = {} t[1e8] = 1 for i = 1, 10 do t[i] = i end return #t', /returns/],
  ['return unpack({}, 1, 1e8)', /^error: .*too many results to unpack/],
  ['return unpack({}, -1e8, 1e8)', /^error: .*too many results to unpack/],
  ['return {unpack({}, 1, 1e6)}', /^error: .*too many results to unpack|returns/],
  ['local t = {} for i = 1, 1e6 do t[i] = i end return select("#", unpack(t))', /./],
  ['local t = {} for i = 1, 1e5 do t[i] = i end return math.max(unpack(t))', /./],
  ['return string.char(unpack({}, 1, 1e7))', /^error: /],
  [
    'return select("#", ("x"):byte(1, -1)), select("#", ("x"):rep(1e7):byte(1, -1))',
    /^error: .*too long/,
  ],
  ['local function f(...) return f(1, ...) end f()', ENDS],
  ['local function f(...) return ..., f(1, ...) end f()', ENDS],
  ['while true do pcall(string.rep, "x", 1e10) end', ENDS],
  ['while true do pcall(function() local s = "x" while true do s = s .. s end end) end', MEMORY],
  ['local t = {} while true do pcall(function() while true do t[#t + 1] = {} end end) end', MEMORY],
  [
    `local t = {} while true do coroutine.wrap(function() while true do t[#t + 1] = {} end end)()
      end`,
    MEMORY,
  ],
];

/** These have the time to use up all memory. */
const largeMemory: readonly Bomb[] = [
  ['local s = "x" while true do s = s .. s end', MEMORY_ONLY],
  ['local t = {} while true do t[#t + 1] = ("x"):rep(1e5) .. #t end', MEMORY_ONLY],
  ['local t = {} for i = 1, 1e9 do t[i .. ""] = i end', MEMORY_ONLY],
  ['local t = {} for i = 1, 1e9 do t[i] = {i, x = i} end', MEMORY_ONLY],
  ['local t = {} for i = 1, 1e9 do t[i] = function() return i end end', MEMORY_ONLY],
  ['local t = {} for i = 1, 1e9 do t[i] = coroutine.create(function() end) end', MEMORY_ONLY],
  ['local s = ("[],"):rep(3e7) return #cjson.decode("[" .. s .. "1]")', MEMORY_ONLY],
  [
    'local s = ("\\144"):rep(6e7) return select("#", cmsgpack.unpack("\\221\\3\\0\\0\\0" .. s))',
    MEMORY_ONLY,
  ],
];

const patterns: readonly Bomb[] = [
  ['return (("a"):rep(30) .. "b"):find(("a?"):rep(30) .. ("a"):rep(30))', ENDS],
  ['return (("a"):rep(30)):find(("a?"):rep(30) .. ("a"):rep(30) .. "b")', STOPPED],
  ['return (("a"):rep(100)):find(("a-"):rep(50) .. "b")', STOPPED],
  ['return (("a"):rep(1000)):find(("a*"):rep(20) .. "b")', STOPPED],
  ['return (("a"):rep(1000)):match((".-"):rep(20) .. "b")', STOPPED],
  ['return (("a"):rep(1000)):gsub((".*"):rep(10) .. "b", "")', STOPPED],
  ['for x in (("a"):rep(1000)):gmatch((".-"):rep(20) .. "b") do end', STOPPED],
  ['return ("("):rep(1e5):find(("%b()"):rep(100))', /./],
  ['return ("("):rep(1e5):find("%b()")', /./],
  ['while true do ("a"):rep(1e4):find(".-b") end', STOPPED],
  ['while true do ("x"):gsub("x", function() end) end', STOPPED],
  ['("x"):rep(100):gsub(".", function() while true do end end)', STOPPED],
  ['("x"):gsub("", function() pcall(function() while true do end end) end)', STOPPED],
  ['return ("x"):find(("("):rep(40))', /^error: /],
  ['return ("x"):rep(50):find(("(x)"):rep(40))', /^error: .*(too many captures)/],
  ['return ("x"):rep(3e5):match(("x?"):rep(3e5))', /./],
  ['return ("x"):rep(3e5):match("^" .. ("(x?)"):rep(32) .. "$")', /./],
  ['return ("a"):rep(1e6):find(("b"):rep(1e3) .. "*", 1, true)', /./],
  ['return ("a"):rep(1e6):find("[" .. ("b"):rep(1e6) .. "]")', /./],
  ['return ("a"):rep(1e7):reverse():upper():lower():len()', /./],
];

const libraries: readonly Bomb[] = [
  [
    'local t = {} for i = 1, 2e5 do t[i] = i % 7 end table.sort(t, function(a, b) return true end)',
    ENDS,
  ],
  [
    `local t = {} for i = 1, 2e5 do t[i] = i end table.sort(t, function(a, b) while true do end
      end)`,
    STOPPED,
  ],
  [
    `local t = {} for i = 1, 100 do t[i] = i % 3 end while true do table.sort(t, function(a, b)
      return a <= b end) end`,
    ENDS,
  ],
  ['local t = {} for i = 1, 1e6 do t[i] = -i end while true do table.sort(t) end', STOPPED],
  ['table.sort({3, "x", {}})', /^error: /],
  ['local t = {} for i = 1, 1e6 do t[i] = "x" end while true do table.concat(t) end', STOPPED],
  [
    `local t = {} for i = 1, 1e5 do t[i] = i end
      while true do table.insert(t, 1, 0) table.remove(t, 1) end`,
    STOPPED,
  ],
  ['table.insert({}, 2^53, 1)', /./],
  ['return table.concat({}, "x", 1, 1e9)', /^error: /],
  [
    'return table.concat(setmetatable({}, {__index = function() return "x" end}), "", 1, 1e9)',
    /^error: /,
  ],
  ['table.foreachi({1}, function() while true do end end)', STOPPED],
  ['local t = {} for i = 1, 1001 do t = {t} end return cjson.encode(t)', /^error: .*nest/],
  ['local t = {} t.t = t return cjson.encode(t)', /^error: .*nest/],
  ['return cjson.decode(("["):rep(1e5))', /^error: .*nest/],
  ['return cjson.decode(("["):rep(1e5) .. ("]"):rep(1e5))', /^error: .*nest/],
  ['return cjson.decode((\'{"a":\'):rep(1e5))', /^error: .*nest/],
  ['return cjson.encode({[1e8] = 1})', /^error: .*sparse/],
  ['return #cjson.encode((("x"):rep(1e6):gsub("x", "\\0")))', /./],
  ['local t = {} for i = 1, 1e6 do t[i] = i end while true do cjson.encode(t) end', STOPPED],
  ['local s = "[" .. ("1,"):rep(1e6) .. "1]" while true do cjson.decode(s) end', STOPPED],
  ['local t = {} for i = 1, 1e5 do t = {t} end return cmsgpack.pack(t)', /./],
  ['local t = {} t.t = t return cmsgpack.pack(t)', /./],
  ['return cmsgpack.unpack(("\\145"):rep(1e6))', /./],
  ['return cmsgpack.unpack("\\221\\255\\255\\255\\255")', /^error: /],
  ['return cmsgpack.unpack("\\223\\255\\255\\255\\255")', /^error: /],
  ['return cmsgpack.unpack("\\198\\255\\255\\255\\255x")', /^error: /],
  ['return cmsgpack.unpack(("\\1"):rep(1e6))', ENDS],
  ['local t = {} for i = 1, 1e6 do t[i] = i end while true do cmsgpack.pack(t) end', STOPPED],
  ['return struct.pack("i" .. ("9"):rep(100), 1)', /^error: /],
  ['return struct.pack("c4294967295", "x")', /^error: /],
  ['return struct.unpack("c4294967295", "x")', /^error: /],
  ['return struct.size("c2147483647" .. ("c2147483647"):rep(10))', /./],
  ['return #struct.pack(("x"):rep(1e6))', /./],
  ['return select("#", struct.unpack(("b"):rep(1e6), ("x"):rep(1e6)))', /./],
  ['while true do bit.tobit(1) end', STOPPED],
  ['return ("x"):rep(1e5):format()', /./],
  ['coroutine.wrap(function() while true do end end)()', STOPPED],
  [
    'coroutine.wrap(function() while true do coroutine.yield() end end)() while true do end',
    STOPPED,
  ],
  [
    `local f = coroutine.wrap(function() while true do coroutine.yield() end end)
      while true do f() end`,
    STOPPED,
  ],
  ['while true do coroutine.wrap(function() coroutine.yield() end)() end', STOPPED],
  ['while true do coroutine.resume(coroutine.create(function() error("x") end)) end', STOPPED],
  ['while true do pcall(coroutine.wrap(function() while true do end end)) end', STOPPED],
  ['local co co = coroutine.wrap(function() co() end) pcall(co) while true do end', STOPPED],
  [
    `local function g(n) return coroutine.wrap(function() for x in g(n + 1) do coroutine.yield(x)
      end end) end for x in g(1) do end`,
    ENDS,
  ],
];

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** The script that runs after each. */
const NEXT = `
  local t = {} for i = 1, 9 do t[i] = i end
  return #t, ("x"):rep(3), pcall(error)
`;

const host = {
  endMs: 0,
  tick(): void {
    if (processorMs() > host.endMs) throw new ScriptStopped('too long');
  },
  memorySize(): number {
    return process.memoryUsage().heapUsed;
  },
  liveMemorySize(): number {
    collect();
    return process.memoryUsage().heapUsed;
  },
};

/** Time that others have does not count. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function newLua(): Lua {
  const lua = new Lua({ host, memorySizeMax: MEMORY_SIZE_MAX, libraries: 'redis' });
  const redis = new LuaTable();
  redis.set('call', () => NOTHING);
  lua.globals.set('redis', redis);
  lua.protect();
  return lua;
}

/** How a script ends: `returns`, `stopped` or `error: ...`. Nothing else may come out of it. */
function endOf(lua: Lua, source: string, timeMaxMs: number): string {
  host.endMs = processorMs() + timeMaxMs;
  try {
    lua.compile(source, 'user_script').run();
    return 'returns';
  } catch (error) {
    if (error instanceof ScriptStopped) return 'stopped';
    if (error instanceof LuaError) return `error: ${String(error.value)}`;
    throw error;
  }
}

/** Tests of so many scripts each: no test takes long. */
function check(name: string, bombs: readonly Bomb[], atOnce: number, timeMaxMs: number): void {
  for (let from = 0; from < bombs.length; from += atOnce) {
    const some = bombs.slice(from, from + atOnce);
    test(`${name}: scripts ${from + 1} to ${from + some.length}`, () => run(some, timeMaxMs));
  }
}

function run(bombs: readonly Bomb[], timeMaxMs: number): void {
  const lua = newLua();
  const problems: string[] = [];
  for (const [source, ending] of bombs) {
    const beginMs = processorMs();
    const end = endOf(lua, source, timeMaxMs).slice(0, 300);
    const tookMs = processorMs() - beginMs;
    const time = tookMs > timeMaxMs + PATIENCE_MS ? ` after ${tookMs.toFixed(0)} ms` : '';
    if (!ending.test(end) || time !== '') problems.push(`${source}\n    ${end}${time}`);
    host.endMs = processorMs() + LONG_TIME_MAX_MS;
    assert.deepEqual(lua.compile(NEXT, 'next').run(), [9, 'xxx', false, undefined], source);
  }
  assert.equal(problems.length, 0, problems.join('\n'));
}

check('loops', loops, 16, TIME_MAX_MS);
check('recursion', recursion, 16, TIME_MAX_MS);
check('patterns', patterns, 16, TIME_MAX_MS);
check('libraries', libraries, 16, TIME_MAX_MS);
check('memory', memory, 8, TIME_MAX_MS);
check('memory, with time', largeMemory, 1, LONG_TIME_MAX_MS);
