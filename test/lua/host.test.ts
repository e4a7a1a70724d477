// What a host relies on: values and errors that cross both ways, scripts that are kept, scripts
// within scripts, the hook that stops them. The first test is the example of docs/lua.md.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LuaError, ScriptStopped } from '../../src/lua/errors.ts';
import { Lua } from '../../src/lua/script.ts';
import { LuaTable } from '../../src/lua/table.ts';
import type { LuaFunction, LuaResult, LuaValue } from '../../src/lua/value.ts';

const ALL_BYTES = String.fromCharCode(...Array(256).keys());

function luaWith(redis: Readonly<Record<string, (...args: LuaValue[]) => LuaResult>>): Lua {
  const lua = new Lua({ libraries: 'redis' });
  const table = new LuaTable();
  for (const [name, value] of Object.entries(redis)) table.set(name, value);
  lua.globals.set('redis', table);
  lua.protect();
  lua.globals.set('KEYS', new LuaTable(['k1']));
  lua.globals.set('ARGV', new LuaTable());
  return lua;
}

function errorOf(run: () => unknown): LuaValue {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof LuaError, String(error));
    return error.value;
  }
  return assert.fail('it did not fail');
}

test('host: the example of the documents', () => {
  const lua = luaWith({
    call: (...args) => {
      if (args.length === 0) throw new LuaError('Please specify at least one argument');
      return 'PONG';
    },
  });
  const script = lua.compile("return redis.call('PING') .. KEYS[1]", 'user_script');
  assert.deepEqual(script.run(), ['PONGk1']);
  assert.deepEqual(script.run(), ['PONGk1']);
  assert.equal(
    errorOf(() => lua.compile('return redis.call()', 'user_script').run()),
    'Please specify at least one argument',
  );
});

test('host: values cross both ways as they are', () => {
  const seen: LuaValue[][] = [];
  const list = new LuaTable([1, 'two']);
  const lua = luaWith({
    give: () => [undefined, false, true, 1.5, -0.25, ALL_BYTES, list],
    take: (...args) => {
      seen.push(args);
      return [];
    },
    none: () => [],
  });
  const source = 'redis.take(redis.give()) return select("#", redis.none()), redis.give()';
  const [count, ...values] = lua.compile(source, 'user_script').run();
  assert.equal(count, 0);
  assert.deepEqual(values, [undefined, false, true, 1.5, -0.25, ALL_BYTES, list]);
  assert.deepEqual(seen, [values]);
  assert.equal(values[6], list);
});

test('host: a script may change what is in KEYS and ARGV, but not assign them', () => {
  const lua = luaWith({});
  const run = (source: string): LuaValue[] => lua.compile(source, 'user_script').run();
  assert.deepEqual(run('KEYS[1] = "x" ARGV[2] = "y" return KEYS[1], ARGV[2]'), ['x', 'y']);
  for (const source of ['KEYS = {}', 'ARGV = {}', 'redis.x = 1', 'string.x = 1']) {
    assert.equal(
      errorOf(() => run(source)),
      'user_script:1: Attempt to modify a readonly table',
    );
  }
  lua.globals.set('KEYS', new LuaTable(['k2']));
  assert.deepEqual(run('return KEYS[1]'), ['k2']);
});

test('host: errors cross both ways as values', () => {
  const reply = new LuaTable();
  reply.set('err', 'ERR wrong');
  const lua = luaWith({
    fail: (value) => {
      throw new LuaError(value);
    },
    table: () => {
      throw new LuaError(reply);
    },
  });
  const run = (source: string): LuaValue[] => lua.compile(source, 'user_script').run();
  assert.deepEqual(run('return pcall(redis.fail, 5)'), [false, 5]);
  assert.deepEqual(run('return pcall(redis.table)'), [false, 'ERR wrong']);
  assert.equal(
    errorOf(() => run('redis.table()')),
    reply,
  );
  assert.equal(
    errorOf(() => run('\n\nerror("x")')),
    'user_script:3: x',
  );
  assert.equal(
    errorOf(() => lua.compile('return +', 'user_script')),
    "user_script:1: unexpected symbol near '+'",
  );
});

test('host: a script may run within another one', () => {
  let inner: LuaValue[] = [];
  const lua: Lua = luaWith({
    nested: () => {
      inner = lua.compile('return #KEYS, coroutine.running()', 'inner').run();
      return errorOf(() => lua.compile('local t = nil\nreturn t.x', 'inner').run());
    },
  });
  const source = `
    local co = coroutine.create(function() return redis.nested(), coroutine.running() ~= nil end)
    return coroutine.resume(co)`;
  assert.deepEqual(lua.compile(source, 'outer').run(), [
    true,
    "inner:2: attempt to index local 't' (a nil value)",
    true,
  ]);
  assert.deepEqual(inner, [1, undefined]);
});

test('host: the environment that a script sets for what it loads ends with it', () => {
  const lua = luaWith({});
  const set = 'setfenv(0, {x = 1}) return loadstring("return x")(), getfenv(0) == _G';
  const look = 'return pcall(loadstring("return x")), getfenv(0) == _G, getfenv(0) == getfenv(1)';
  assert.deepEqual(lua.compile(set, 'set').run(), [1, false]);
  const [isFine, ...same] = lua.compile(look, 'look').run();
  assert.deepEqual([isFine, ...same], [false, true, true]);
});

test('host: a script within another one has the globals as its environment', () => {
  const lua: Lua = luaWith({ nested: () => lua.compile('return getfenv(0) == _G', 'in').run() });
  const source = 'setfenv(0, {}) local same = redis.nested() return same, getfenv(0) == _G';
  assert.deepEqual(lua.compile(source, 'out').run(), [true, false]);
});

test('host: a source with characters that are no bytes is refused', () => {
  const lua = luaWith({});
  assert.deepEqual(lua.compile('return "\u00fc\u00ff"', 'user_script').run(), ['\u00fc\u00ff']);
  for (const source of ['return "\u0100"', '-- \u20ac', 'return 1 -- \ud83d\ude00']) {
    assert.throws(() => lua.compile(source, 'user_script'), TypeError);
  }
});

test('host: no pcall() catches the hook, and the next script runs', () => {
  let ticks = 0;
  const lua = new Lua({
    libraries: 'redis',
    host: {
      tick() {
        if (++ticks === 3) throw new ScriptStopped('enough');
      },
    },
  });
  const source = 'while true do pcall(function() while true do end end) end';
  assert.throws(() => lua.compile(source, 'user_script').run(), { reason: 'enough' });
  assert.deepEqual(lua.compile('return 1', 'user_script').run(), [1]);
});

test('host: no pcall() catches what is wrong with the host itself', () => {
  const failure = new RangeError('Maximum call stack size exceeded');
  const lua = luaWith({
    fail: () => {
      throw failure;
    },
  });
  for (const source of [
    'return pcall(redis.fail)',
    'return coroutine.resume(coroutine.create(function() redis.fail() end))',
  ]) {
    assert.throws(() => lua.compile(source, 'user_script').run(), failure);
  }
});

test('host: its functions are levels of errors', () => {
  const lua = luaWith({ run: (callee) => (callee as LuaFunction)() });
  const source = 'local function f(n) return pcall(redis.run, function() error("x", n) end) end';
  const run = `${source} return f(1), select(2, f(1)), select(2, f(2)), select(2, f(3))`;
  assert.deepEqual(lua.compile(run, 'user_script').run(), [false, 'user_script:1: x', 'x', 'x']);
});

test('host: a script that needs too much memory gets an error that it can catch', () => {
  const lua = new Lua({ libraries: 'redis', memorySizeMax: 10, host: { memorySize: () => 11 } });
  const source = 'return pcall(function() return #("x"):rep(100000000) end)';
  assert.deepEqual(lua.compile(source, 'user_script').run(), [false, 'not enough memory']);
});

/** Chunks that give a function, and whether that can be part of a coroutine: which costs time. */
const modes: readonly (readonly [source: string, isResumable: boolean])[] = [
  ['local t = {load = 1, _G = 2} return function() return t.load, t._G, t.coroutine end', false],
  ['local t = {} t.setfenv = 1 return function() return t:getfenv() end', false],
  ['local load, coroutine = 1, 2 return function() return load, coroutine end', false],
  ['return function() return coroutine end', true],
  ['return function() return load end', true],
  ['return function() return _G end', true],
];

test('host: functions are made for coroutines only where a global leads there', () => {
  for (const [source, isResumable] of modes) {
    const [f] = luaWith({}).compile(source, 'user_script').run();
    assert.equal((f as LuaFunction).resumable !== undefined, isResumable, source);
  }
});
