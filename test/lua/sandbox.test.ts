// The sandbox of scripts, as redis-server's EVAL has it: which globals there are, what is read-only
// and what errors say. And attempts to get out of Lua into JavaScript.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LuaError } from '../../src/lua/errors.ts';
import { Lua } from '../../src/lua/script.ts';
import { isReference72 } from '../support/server.ts';
import { corpus, normalised } from './support/corpus.ts';
import { evalOurs, evalReference, evalServer } from './support/eval.ts';

/** What JavaScript's objects, functions and strings have. */
const NAMES_OF_OBJECTS = [
  'constructor',
  '__proto__',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'isPrototypeOf',
  'propertyIsEnumerable',
  'toLocaleString',
  '__defineGetter__',
  '__lookupGetter__',
  'length',
  'name',
  'caller',
  'callee',
  'apply',
  'call',
  'bind',
  'arguments',
  'charAt',
  'slice',
  'split',
  'concat',
  'map',
  'then',
  'get',
  'set',
  'array',
  'shape',
  'values',
  'metatable',
  'isReadOnly',
  'resumable',
  'Symbol.iterator',
];

/** Words of JavaScript that are ordinary names in Lua. */
const WORDS_OF_JAVASCRIPT = [
  'this',
  'arguments',
  'eval',
  'await',
  'async',
  'yield',
  'let',
  'const',
  'var',
  'class',
  'new',
  'delete',
  'typeof',
  'instanceof',
  'void',
  'null',
  'undefined',
  'NaN',
  'Infinity',
  'try',
  'catch',
  'finally',
  'throw',
  'switch',
  'case',
  'default',
  'continue',
  'with',
  'enum',
  'export',
  'extends',
  'import',
  'implements',
  'interface',
  'package',
  'private',
  'protected',
  'public',
  'static',
  'super',
  'debugger',
  'Function',
  'Object',
  'Array',
  'Symbol',
  'Proxy',
  'globalThis',
  'process',
  'require',
  'module',
  'exports',
  'runtime',
  'host',
  'console',
  'of',
  '$',
  'constructor',
  '__proto__',
  'prototype',
];

const GLOBAL_TABLES = ['_G', 'string', 'table', 'math', 'coroutine', 'bit', 'cjson', 'cmsgpack'];
const MORE_TABLES = ['struct', 'redis'];

const names = WORDS_OF_JAVASCRIPT.filter((word) => /^\w+$/.test(word));

const programs: Readonly<Record<string, readonly string[]>> = {
  'globals that there are': [
    `local found = {} for k, v in pairs(_G) do if k ~= 'os' and not k:find('redis') then
    found[#found + 1] = k .. ' ' .. type(v) end end
    table.sort(found) for _, name in ipairs(found) do
    local is72 = ('getfenv function setfenv function newproxy function'):find(name, 1, true)
    if not is72 then see(name) end end`,
    ...[...GLOBAL_TABLES.slice(1), 'struct'].map(
      (name) => `local found = {} for k, v in pairs(${name}) do
      found[#found + 1] = tostring(k) .. ' ' .. type(v) end table.sort(found)
      see(table.concat(found, ','))`,
    ),
    'see(_VERSION, _G == _G._G, getmetatable(_G) ~= nil, rawget(_G, "x"), #KEYS)',
  ],
  'globals that there are not': [
    ...['print', 'dofile', 'loadfile', 'require', 'module', 'package', 'io', 'debug', 'x', 'arg'],
    ...['setfenvx', 'xpcallx', 'Redis', 'KEYS2', '_ENV', 'rawlen', 'warn', 'utf8', 'jit', 'ffi'],
  ].flatMap((name) => [
    `see(${name})`,
    `return ${name}`,
    `return ${name}()`,
    `return ${name}.x`,
    `local t = {${name}}`,
    `return _G.${name}`,
    `return _G['${name}']`,
    `return rawget(_G, '${name}')`,
    `return pcall(function() return ${name} end)`,
    `return type(${name})`,
    `local f = function() ${name}() end f()`,
    `\n\nif ${name} then end`,
    `return ${name} == nil`,
    `return loadstring('return ${name}')()`,
    `return pcall(loadstring('return ${name}', '=other'))`,
    `return coroutine.resume(coroutine.create(function() return ${name} end))`,
  ]),
  'assigning globals': ['x', 'print', 'string', 'KEYS', 'pairs', '_G', 'redis', 'cjson'].flatMap(
    (name) => [
      `${name} = 1`,
      `${name} = nil`,
      `_G.${name} = 1`,
      `_G['${name}'] = nil`,
      `rawset(_G, '${name}', 1)`,
      `local a a, ${name} = 1, 2 return a`,
      `function ${name}() end`,
      `function ${name}.f() end`,
      `for i = 1, 2 do ${name} = i end`,
      `return pcall(function() ${name} = 1 end)`,
      `local ${name} = 5 ${name} = 6 return ${name}`,
      `loadstring('${name} = 1')()`,
      `return pcall(rawset, _G, '${name}', 1)`,
      `return coroutine.resume(coroutine.create(function() ${name} = 1 end))`,
      `\n\n${name} = 1`,
    ],
  ),
  'writing into tables': [...GLOBAL_TABLES, ...MORE_TABLES].flatMap((name) => [
    `${name}.x = 1 return ${name}.x`,
    `${name}[1] = 1 return ${name}[1]`,
    `${name}.x = nil`,
    `rawset(${name}, 'x', 1) return rawget(${name}, 'x')`,
    `local t = ${name} t.x = 1 return t.x`,
    `for k in pairs(${name}) do ${name}[k] = nil end`,
    `for k in pairs(${name}) do ${name}[k] = 1 break end`,
    `table.insert(${name}, 1) return #${name}`,
    `table.remove(${name}) return #${name}`,
    `table.sort(${name})`,
    `return pcall(table.setn, ${name}, 5)`,
    `return setmetatable(${name}, {})  == ${name}`,
    `return setmetatable(${name}, nil) == ${name}`,
    `return pcall(setmetatable, ${name}, {__index = print})`,
    `local m = getmetatable(${name}) return type(m), pcall(function() m.__index = nil end)`,
    `local m = getmetatable(${name}) if m then rawset(m, 'x', 1) end`,
    `return type(getmetatable(${name}))`,
    `return #${name} >= 0, type(next(${name}))`,
    `return ${name}.nothing`,
    `function ${name}.f() end`,
    `${name}.f = print`,
    `return tostring(${name}):match('^table: ')`,
  ]),
  'strings and their metatable': [
    'return type(getmetatable(""))',
    'return getmetatable("").__index == string',
    'string.rep = nil',
    'string.shout = string.upper',
    'return ("x").nothing, ("x").rep == string.rep, ("x").len("abc")',
    'return ("x"):nothing()',
    'return getmetatable("").__metatable',
    'for k, v in pairs(getmetatable("")) do see(k, type(v)) end',
    'return string.dump',
    'return pcall(string.dump, string.rep)',
    'return loadstring("\\27Lua")',
    'return loadstring("\\27LuaQ" .. ("\\0"):rep(30))',
    'return loadstring(string.char(27) .. "x")',
    'return load(function() return nil end)',
    'return type(loadstring("return 1")), loadstring("return 1")()',
    'return loadstring("x = 1")()',
    'return loadstring("x =")',
    'return loadstring("return KEYS, ARGV, redis")() ~= nil',
    'return collectgarbage("count") > 0, type(collectgarbage()), pcall(collectgarbage, "nothing")',
    'return collectgarbage("step") ~= nil, type(gcinfo())',
    'return setmetatable({}, {__index = _G}).x',
    'return setmetatable({}, {__index = _G}).string == string',
    'local t = setmetatable({}, {__newindex = _G}) t.x = 1',
    'local t = {} for k, v in pairs(_G) do t[k] = v end t.x = 1 return t.x, t.pairs == pairs',
    'return math.random(10) == math.random(10), math.random() < 1',
    'return tostring(0/0), 1/0, -1/0, 2^53, 1e15, 0.1, 1e100',
    'return 1 .. "", 1.5 .. "", 2^63 .. "", -1e15 .. ""',
    'return unpack({1, 2, 3}), select("#", 1, 2)',
    'KEYS[1] = "k" KEYS.x = 1 local a, b = KEYS[1], KEYS.x KEYS[1], KEYS.x = nil return a, b',
    'function KEYS.f() return 1 end local r = KEYS.f() KEYS.f = nil return r',
    'return next(KEYS), type(ARGV), type(ARGV[1])',
    'return pcall(error)',
    'return pcall(error, {err = 5})',
    'return pcall(error, {err = {}})',
    'return pcall(error, {})',
    'return select("#", pcall(error, {})), select("#", pcall(error, {err = "x"}))',
    'return xpcall(error, function(e) return e end)',
    `local t = setmetatable({}, {__index = function() return 'of __index' end})
    return pcall(error, t)`,
    'return pcall(error, {err = "x"})',
    'error({err = "x"})',
    'error("x")',
    'error("x", 0)',
    'error("x", 2)',
    'error()',
    'local t = nil; t.x = 1',
    '\n\nlocal t = nil\nt.x = 1',
    'return coroutine.yield(1)',
    'return coroutine.running()',
    'return xpcall(function() error("x") end, function(e) return "handled " .. e end)',
    `local function f() return f() + 1 end local ok, e = pcall(f)
    return ok, e:match('stack overflow')`,
  ],
  'names of objects': NAMES_OF_OBJECTS.flatMap((name) => [
    `local t = {} return t['${name}'], rawget(t, '${name}'), next(t)`,
    `local t = {['${name}'] = 1} return t['${name}'], next(t)`,
    `local t = {} t['${name}'] = 1 t['${name}'] = nil return t['${name}'], next(t)`,
    `local t = {} t['${name}'] = {} t['${name}'].x = 1
    return t['${name}'].x, ({}).x, ({})['${name}']`,
    `local t = {1, 2, 3} return t['${name}'], #t`,
    `return (''):${/^\w+$/.test(name) ? name : 'x'}()`,
    `return ('')['${name}'], string['${name}'] == nil`,
    `return (5)['${name}']`,
    `return (nil)['${name}']`,
    `return (true)['${name}']`,
    `return (see)['${name}']`,
    `return pairs['${name}']`,
    `return (coroutine.create(see))['${name}']`,
    `return cjson.null['${name}']`,
    `return rawget(_G, '${name}'), rawget(string, '${name}')`,
    `return _G['${name}']`,
    `local t = setmetatable({}, {['${name}'] = 1}) return t['${name}']`,
    `local t = setmetatable({}, {__index = {}}) return t['${name}']`,
    `local t = setmetatable({}, {__index = function(_, k) return k end}) return t['${name}']`,
    `return tonumber('${name}'), ('x'):rep(2, '${name}'), #'${name}'`,
    `return ('$x'):gsub('%$(%w+)', {['${name}'] = 1}), ('${name}'):gsub('.+', {})`,
    `return cjson.encode({['${name}'] = 1}), cjson.decode('{"${name}":1}')['${name}']`,
    `return cjson.decode('{"a":{"${name}":{"x":1}}}').x, ({}).x`,
    `return cmsgpack.unpack(cmsgpack.pack({['${name}'] = 1}))['${name}']`,
    `local t = {'${name}', 'b'} table.sort(t) return t[1], t[2], table.concat(t, ' ')`,
    `error('${name}')`,
    `error({['${name}'] = 1})`,
    `local x = '${name}' return x .. x, x == '${name}', x < 'zzz', x:upper()`,
  ]),
  'words of JavaScript': names.flatMap((name) => [
    `local ${name} = 1 return ${name}`,
    `local ${name} = {${name} = 1} return ${name}.${name}`,
    `local function ${name}(${name}) return ${name} end return ${name}(2)`,
    `local t = {} function t.${name}() return '${name}' end return t.${name}(), t:${name}()`,
    `for ${name} = 1, 2 do see(${name}) end`,
    `for ${name}, v in pairs({5}) do see(${name}, v) end`,
    `local ${name} = 1 local function f() ${name} = ${name} + 1 return ${name} end
    return f(), ${name}`,
    `local ${name} ${name}.x = 1`,
    `local ${name} = coroutine.wrap(function(...) local ${name} = ... coroutine.yield(${name}) end)
    return ${name}(3)`,
    `return ${name}`,
    `return pcall(function() return ${name}.${name} end)`,
    `${name} = 1`,
    `return (function(...) local ${name}, b = ... return b, ${name} end)(1, 2)`,
  ]),
};

for (const [topic, lines] of Object.entries(programs)) {
  test(`${topic}: ${lines.length} programs on redis-server`, async () => {
    const server = await evalServer();
    const expected = await evalReference(server, lines);
    const outputs = evalOurs(lines);
    const failures = lines.flatMap((program, index) => {
      const [theirs, ours] = [normalised(expected[index]), normalised(outputs[index])];
      return theirs === ours ? [] : [`${program}\n-- redis-server: ${theirs}\n-- ours: ${ours}`];
    });
    const head = `${failures.length} of ${lines.length} programs differ`;
    assert.equal(failures.length, 0, [head, ...failures.slice(0, 12)].join('\n\n'));
  });
}

/** What 7.2 has and Debian's 7.0 does not; asked of 7.2.6. */
const of72: readonly [program: string, output: string][] = [
  [
    'return type(getfenv), type(setfenv), type(newproxy)',
    'returns string:function string:function string:function',
  ],
];

test('what only 7.2 has', async () => {
  const lines = of72.map(([program]) => program);
  const expected = of72.map(([, output]) => output);
  assert.deepEqual(evalOurs(lines).map(normalised), expected);
  if (!isReference72()) return;
  const outputs = await evalReference(await evalServer(), lines);
  assert.deepEqual(outputs.map(normalised), expected, 'redis-server 7.2');
});

/** Redis let scripts change the metatable of strings, for all others, until it was a CVE. */
const READ_ONLY = [
  'getmetatable("").__index = nil',
  'getmetatable("").__add = function() return 1 end',
  'rawset(getmetatable(""), "__index", {})',
  'setmetatable(getmetatable(""), {})',
  'getmetatable("").__index.rep = nil',
  'getmetatable("").__metatable = 1',
];

test('the metatable of strings cannot be changed', () => {
  for (const [index, output] of evalOurs(READ_ONLY).entries()) {
    assert.match(output, /^fails string:.*Attempt to modify a readonly table$/, READ_ONLY[index]);
  }
});

/** Text that would end a string, a comment or a template of JavaScript, if it came into one. */
const HOSTILE = [
  '`',
  '$' + '{1}',
  '`+process.exit(9)+`',
  "'",
  '"',
  '\\',
  '\\\\',
  "\\'",
  '*/',
  '//',
  '-->',
  '<!--',
  '</script>',
  '\u00e2\u0080\u00a8',
  '\u00e2\u0080\u00a9',
  '\u0085',
  '\u2028'.slice(1),
  '\r',
  '\x1b',
  '\x7f',
  '\xff',
  '\\u0041',
  '\\x41',
  '});throw 1;({',
  "');throw 1;('",
  '#',
  '@',
  '%',
  '%s',
  '$&',
  "$'",
];

const quoted = (text: string): string => `"${text.replaceAll(/["\\\r\n]/g, '\\$&')}"`;

corpus({
  'hostile text in a source': HOSTILE.filter((text) => text !== '').flatMap((text) => [
    `return ${quoted(text)}, #${quoted(text)}`,
    `local t = {[${quoted(text)}] = 1} return t[${quoted(text)}], next(t)`,
    `return [==[${text}]==], #[==[${text}]==]`,
    `-- ${text}\nreturn 1`,
    `--[==[ ${text} ]==] return 1`,
    `error(${quoted(text)})`,
    `local t = {} t[${quoted(text)}]()`,
    `local t = {} return t[${quoted(text)}].x`,
    `local t = {} t[${quoted(text)}].y = 1`,
    `return _G[${quoted(text)}]`,
    `_G[${quoted(text)}] = 1 return _G[${quoted(text)}]`,
    `return ${text}`,
    `x ${text}`,
    `local ${text} = 1`,
    `return loadstring('x =', ${quoted(text)})`,
    `return loadstring('x =', '=' .. ${quoted(text)})`,
    `return loadstring('x =', '@' .. ${quoted(text)})`,
    `return pcall(loadstring('error("e")', ${quoted(text)}))`,
    `return pcall(loadstring('error("e")', '=' .. ${quoted(text)}))`,
    `return pcall(loadstring('local x = nil + 1', '@' .. ${quoted(text)}))`,
    `return pcall(loadstring(${quoted(`error("e") -- ${text}`)}))`,
    `return loadstring(${quoted(`-- ${text}`)}), loadstring(${quoted(`x = ${text}`)})`,
    `return ('x'):rep(2, ${quoted(text)}), (${quoted(text)}):upper(), ${quoted(text)} .. 'x'`,
    `return (${quoted(text)}):gsub('.', '%0%0'), ('x'):gsub('x', {x = ${quoted(text)}})`,
    `return tonumber(${quoted(text)}), ${quoted(text)} == 'x', ${quoted(text)} < 'x'`,
  ]),
});

test('hostile names of scripts', () => {
  for (const name of [
    ...HOSTILE,
    '',
    ' ',
    'a\nb',
    'a:1:',
    'lua:',
    '\n//# sourceURL=x',
    '=x',
    '@x',
  ]) {
    const lua = new Lua({ libraries: 'plain' });
    const value = errorOf(() => lua.compile('\nerror("e")', name).run());
    assert.equal(value, `${name}:2: e`, JSON.stringify(name));
    const problem = errorOf(() => lua.compile('\n\nx =', name));
    assert.equal(problem, `${name}:3: unexpected symbol near '<eof>'`, JSON.stringify(name));
  }
});

function errorOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    if (error instanceof LuaError) return error.value;
    throw error;
  }
  return 'no error';
}

test('scripts share nothing', () => {
  const a = new Lua({ libraries: 'redis' });
  const b = new Lua({ libraries: 'redis' });
  const leave = a.compile(
    'shared = 1 string.shared = 1 getmetatable("").__shared = 1 math.random()',
    'a',
  );
  errorOf(() => leave.run());
  const look = b.compile(
    'return rawget(_G, "shared"), string.shared, rawget(getmetatable(""), "__shared")',
    'b',
  );
  assert.deepEqual(look.run(), [undefined, undefined, undefined]);
});

test('JavaScript is as it was', () => {
  const lua = new Lua({ libraries: 'plain' });
  const names = JSON.stringify(Object.getOwnPropertyNames(globalThis));
  const sources = NAMES_OF_OBJECTS.map(
    (name) => `_G['${name}'] = {} _G['${name}'].polluted = 1 string['${name}'] = 1
    setmetatable(_G['${name}'], {__index = _G}) local t = {['${name}'] = {polluted = 1}}`,
  );
  for (const source of sources) lua.compile(source, 'user_script').run();
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
  assert.equal((() => {}).prototype, undefined);
  assert.equal(JSON.stringify(Object.getOwnPropertyNames(globalThis)), names);
});
