// A function of the host has the stack that it needs, however deep a script calls it and whatever
// the script is made of.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lua } from '../../src/lua/script.ts';
import { LuaTable } from '../../src/lua/table.ts';
import { stoppingHost } from './support/ours.ts';

const TIME_MAX_MS = 20000;
/** Calls of descend() that take about 150 KiB. */
const HOST_DEPTH = 1000;

const LOCALS = Array.from({ length: 90 }, (_, i) => `local a${i} = n + ${i}`).join(' ');
const LOCALS_SUM = Array.from({ length: 90 }, (_, i) => `a${i}`).join(' + ');
const PARAMETERS = 'a, b, c, d, e, f, g, h, i, j, k, l, m, o, p, q, r, s, t, u';

/** Functions go(n, ...) that call themselves until n is 0, and then the host. */
const SHAPES: Readonly<Record<string, string>> = {
  plain: 'function go(n) if n == 0 then return redis.call() end return (go(n - 1)) end',
  'with varargs': `function go(n, ...) if n == 0 then return redis.call() end
    return (go(n - 1, ...)) end`,
  'with more and more varargs': `function go(n, ...) if n == 0 then return redis.call() end
    return (go(n - 1, n, ...)) end`,
  'with unpack': `local t = {} for i = 1, 300 do t[i] = i end
    function go(n) if n == 0 then return redis.call() end return (go(n - 1, unpack(t))) end`,
  'with parameters': `function go(n, ${PARAMETERS}) if n == 0 then return redis.call() end
    return (go(n - 1, ${PARAMETERS})) end`,
  'with arguments': `function go(n) if n == 0 then return redis.call() end
    return (go(n - 1${', n'.repeat(30)})) end`,
  'with locals': `function go(n) if n == 0 then return redis.call() end ${LOCALS}
    return go(n - 1) + ${LOCALS_SUM} end`,
  'in loops': `function go(n) if n == 0 then return redis.call() end
    for i = 1, 1 do for j = 1, 1 do for k, v in pairs({1}) do
    local f = function() return i + j + k + v end return (go(n - 1)) end end end end`,
  'as an iterator': `function go(n) if n == 0 then return redis.call() end
    for x in function() return go(n - 1) end do return x end end`,
  'in arguments': `local function f(...) return ... end
    function go(n) if n == 0 then return redis.call() end
    return f(1, f(2, go(n - 1))) end`,
  'in constructors': `function go(n) if n == 0 then return {redis.call()} end
    return {1, 2, {a = 1, {b = 2, c = {go(n - 1), 4}, 5}, d = {}}, 6, 7} end`,
  'in operations': `function go(n) if n == 0 then return redis.call() end
    return 1 + (2 * (3 - (4 / (5 + (n * (n + (n - (go(n - 1) - n)))))))) end`,
  'in strings': `function go(n) if n == 0 then return redis.call() end
    return #('a' .. n .. 'b' .. n .. 'c' .. go(n - 1) .. 'd' .. n .. 'e') end`,
  methods: `local t = {} function t:go(n) if n == 0 then return redis.call() end
    return (self:go(n - 1)) end function go(n) return t:go(n) end`,
  metamethods: `local m = {} function go(n) if n == 0 then return redis.call() end
    return setmetatable({n = n}, m).x end m.__index = function(t) return go(t.n - 1) end`,
  'with __call': `local m = {} function go(n) if n == 0 then return redis.call() end
    return setmetatable({n = n}, m)(1, 2, 3) end m.__call = function(t) return go(t.n - 1) end`,
  'with pcall': `function go(n, ...) if n == 0 then return redis.call() end
    return select(2, pcall(go, n - 1, ...)) end`,
  'with gsub': `function go(n) if n == 0 then redis.call() return 'x' end
    return (('x'):gsub('x', function() return go(n - 1) end)) end`,
};

/** The same in functions that can yield, in a coroutine that has not yielded or that has. */
const WAYS: Readonly<Record<string, string>> = {
  '': 'return go',
  'in a coroutine': 'return function(...) return coroutine.wrap(go)(...) end',
  'in a coroutine that has yielded': `return function(...)
    local f = coroutine.wrap(function(...) go(0) coroutine.yield() return go(...) end)
    f(...) return f() end`,
};

/** Calls of itself; a sum, so that nothing can leave them out. */
function descend(n: number): number {
  return n === 0 ? 1 : 1 + descend(n - 1);
}

/** Calls go(n, ...) with more and more n, and with so many more arguments. */
const RUN = `return function(go, count)
  local t = {} for i = 1, count do t[i] = i end
  local n = 1
  while n < 5000 do
    for i = n, n + 1 do pcall(go, i, unpack(t)) end
    n = math.ceil(n * 1.4)
  end
end`;

for (const [shape, source] of Object.entries(SHAPES)) {
  for (const [way, end] of Object.entries(WAYS)) {
    test(`the host is never torn: ${shape} ${way}`, () => {
      const calls = { begun: 0, done: 0 };
      const lua = new Lua({ host: stoppingHost(TIME_MAX_MS), libraries: 'redis' });
      const redis = new LuaTable();
      redis.set('call', () => {
        calls.begun++;
        descend(HOST_DEPTH);
        calls.done++;
        return 1;
      });
      lua.globals.set('redis', redis);
      lua.protect();
      const goes = source.replace('function go', 'go = function');
      const [go] = lua.compile(`local go ${goes} ${end}`, 'go').run();
      const [run] = lua.compile(RUN, 'run').run();
      assert.ok(typeof run === 'function');
      for (const count of source.includes('...') ? [0, 10, 200] : [0]) run(go, count);
      assert.ok(calls.begun >= 10, 'it calls the host');
      assert.equal(calls.done, calls.begun);
    });
  }
}
