// FUNCTION, FCALL and FCALL_RO: how libraries are loaded, listed and deleted, what functions are
// given and find, and the words of all errors.
import { differential } from '../support/differential.ts';
import type { LineOptions } from '../support/lines.ts';

/** Loads a library. */
function load(name: string, source: string, ...options: readonly string[]): LineOptions {
  return loadCode(`#!lua name=${name}\n${source}`, ...options);
}

function loadCode(code: string, ...options: readonly string[]): LineOptions {
  return { send: ['FUNCTION', 'LOAD', ...options, code] };
}

/** Loads a library of one function. */
function define(name: string, body: string, flags = ''): LineOptions {
  const callback = `function(keys, args) ${body} end`;
  return load(
    `of_${name}`,
    `redis.register_function{function_name='${name}', callback=${callback}, flags={${flags}}}`,
  );
}

const ALL_BYTES = String.fromCharCode(...Array(256).keys());
const SORTED = (table: string): string =>
  `local t = {} for name in pairs(${table}) do t[#t + 1] = name end
   table.sort(t) return table.concat(t, ' ')`;

differential('the head of a library', [
  'FUNCTION FLUSH',
  ...[
    ...['', 'x', '#', '#!', '#!lua', '#!lua name=x', '#!\n', '#!lua\n', '#!lua name=\n'],
    ...['#!lua name=x y\n', '#!lua name=x name=y\n', '#!lua name=x-y\n', '#!lua name=x.y\n'],
    ...['#!js name=xy\n', '#! name=xy\n', '#! lua name=xy\n', '#!lua NAME=xy flags=no-writes\n'],
    ...['#!lua "name=xy\n', "#!lua 'name=xy'z\n", '#!js name=x-y\n', '#!js\n', '#!lua name=x\0y\n'],
    ...['#!lua desc=x\n', '#!lua name=é\n', '#!lua name=x\n', ' #!lua name=x\n', '#!lua\tname=x\n'],
    ...['#!lua name=x\r\n', '#!lua2 name=x\n', '#!lua name\n'],
  ].map((code) => loadCode(code)),
  loadCode("#!LUA Name=xy\nredis.register_function('f1', function() end)"),
  loadCode(`#!lua name="xz"\nredis.register_function('f2', function() end)`),
  loadCode(`#!lua name='x_Z_9'\nredis.register_function('f3', function() end)`),
  loadCode(`#!lua name=${'n'.repeat(300)}\nredis.register_function('f4', function() end)`),
  { send: 'FUNCTION LIST', tolerance: 'sorted' },
  { send: 'FUNCTION LIST LIBRARYNAME x* WITHCODE', tolerance: 'sorted' },
  { send: 'FUNCTION LIST LIBRARYNAME X?', tolerance: 'sorted' },
  'FUNCTION LIST LIBRARYNAME none',
  'FUNCTION LIST LIBRARYNAME XY WITHCODE',
]);

differential(
  'the calls of FUNCTION',
  [
    'FUNCTION FLUSH',
    ...['LOAD', 'LOAD REPLACE', 'LOAD x', 'LOAD foo "#!lua name=x"', 'LOAD REPLACE foo x'],
    ...['LOAD REPLACE REPLACE x', 'LOAD "a\\x00b" x', 'DELETE', 'DELETE x', 'DELETE x y'],
    ...[
      'FLUSH x',
      'FLUSH SYNC x',
      'FLUSH async',
      'FLUSH Sync',
      'KILL',
      'KILL x',
      'STATS',
      'STATS x',
    ],
    ...[
      'LIST',
      'LIST x',
      'LIST LIBRARYNAME',
      'LIST WITHCODE WITHCODE',
      'LIST WITHCODE LIBRARYNAME',
    ],
    ...['LIST LIBRARYNAME a LIBRARYNAME b', 'LIST LIBRARYNAME LIBRARYNAME', 'LIST "x\\x00y"'],
    ...['DUMP x', 'RESTORE', 'RESTORE x', 'RESTORE x y', 'RESTORE x FLUSH y', 'RESTORE "" append'],
    ...['NOPE', 'HELP x'],
  ].map((words) => (words.startsWith('FUNCTION') ? words : `FUNCTION ${words}`)),
);

differential('register_function', [
  'FUNCTION FLUSH',
  ...[
    ...['()', '(1)', '("f")', '(1, 2)', '("f", 1)', '("f", nil)', '({}, redis.log)', '(nil, nil)'],
    ...['("f", redis.log, {})', '("", redis.log)', '("x y", redis.log)', '("é", redis.log)', '{}'],
    ...['{1}', '{[true]=1}', '{[1.5]=1}', '{function_name={}}', '{function_name="f"}', '{x=1}'],
    ...['{callback=redis.log}', '{description={}}', '{callback={}}', '{flags="no-writes"}'],
    ...['{flags={"x"}}', '{flags={{}}}', '{flags={1}}', '{function_name="", callback=redis.log}'],
  ].map((call) => load('lib', `redis.register_function${call}`)),
  load('lib', 'redis.register_function("f", redis.log) redis.register_function("f", redis.log)'),
  load(
    'lib',
    `redis.register_function{Function_Name='f', CALLBACK=redis.log, Description=12,
       Flags={'NO-WRITES', 'allow-oom', 'allow-stale', 'no-cluster', 'allow-cross-slot-keys'}}`,
  ),
  'FUNCTION LIST',
  load('lib', 'redis.register_function(1, redis.log)'),
  load('lib', 'redis.register_function(1, redis.log)', 'REPLACE'),
  'FUNCTION LIST WITHCODE',
  'FCALL 1 0',
  load(
    'lib',
    `redis.register_function{function_name='g', callback=redis.sha1hex or redis.log, flags={},
       description='with\\r\\nlines \\255'}`,
    'replace',
  ),
  'FUNCTION LIST',
]);

differential('what is there while a library is loaded', [
  'FUNCTION FLUSH',
  ...[
    ...['return 1', '', 'x = 1', 'redis = 1', 'redis.x = 1', 'local x = nil .. "x"', 'return ('],
    ...['return math.random()', 'redis.call("GET", "k")', 'redis.pcall("GET", "k")', 'return _G'],
    ...['redis.setresp(3)', 'error("x")', 'pcall(redis.log)', 'setmetatable({}, {})', 'print(1)'],
    ...['tostring(1)', 'string.rep("x", 3)', 'local x = ("x"):rep(3)', 'KEYS[1] = 1', 'ARGV = 1'],
    ...['local x = #redis.REDIS_VERSION + redis.REDIS_VERSION_NUM', 'redis.sha1hex("x")'],
    ...['redis.log(redis.LOG_DEBUG, "x")', 'redis.log("x")', 'redis.log(99, "x")'],
    ...[
      'redis.register_function = 1',
      'for i = 1, 2 do local x = {} x.y.z = 1 end',
      'function f() end',
    ],
    ...['redis.log()', 'redis.acl_check_cmd("GET")', 'redis.replicate_commands()'],
  ].map((source) => load('lib', source)),
  load('lib', 'while true do end'),
  load('lib', 'local function f() return f() end f()'),
  'FUNCTION LIST',
]);

differential('what functions find', [
  'FUNCTION FLUSH',
  define('fields', SORTED('redis')),
  'FCALL fields 0',
  load(
    'kept',
    `local loading = redis
     redis.register_function('fields_of_loading', function()
       local t = {} for name in pairs(loading) do t[#t + 1] = name end
       table.sort(t) return table.concat(t, ' ')
     end)
     redis.register_function('late', function()
       return loading.register_function('x', function() end)
     end)
     redis.register_function('none', function() return redis.register_function('x') end)
     redis.register_function('same', function() return {tostring(redis == loading)} end)
     redis.register_function('call_of_loading', function() return loading.call('PING') end)`,
  ),
  'FCALL fields_of_loading 0',
  'FCALL late 0',
  'FCALL none 0',
  'FCALL same 0',
  'FCALL call_of_loading 0',
  define('globals', 'return {type(_G), type(_G.redis), type(math.floor), type(cjson.encode)}'),
  'FCALL globals 0',
  define('keys_are_arguments', 'return KEYS'),
  'FCALL keys_are_arguments 0',
  define('argv_are_arguments', 'return ARGV[1]'),
  'FCALL argv_are_arguments 0 x',
  define('assigns', 'x = 1'),
  'FCALL assigns 0',
  define('breaks', 'redis.call = nil'),
  'FCALL breaks 0',
  define('debugs', 'redis.breakpoint()'),
  'FCALL debugs 0',
  define('mutates', 'keys[1] = "other" keys.x = 1 args[3] = 3 return {keys, args}'),
  'FCALL mutates 1 k a b',
  'FCALL mutates 1 k a b',
]);

differential('calls of functions', [
  'FUNCTION FLUSH',
  define('echo', 'return {keys, args, #keys, #args}'),
  'FCALL echo 2 k1 k2 a',
  'FCALL ECHO 0',
  'fcall Echo 1 k',
  { send: ['FCALL', 'echo', '1', ALL_BYTES, ALL_BYTES] },
  'FCALL echo 1',
  'FCALL echo -1',
  'FCALL echo x',
  'FCALL echo 1.5',
  'FCALL echo 9223372036854775807',
  'FCALL echo',
  'FCALL none 0',
  'FCALL none x',
  'FCALL "" 0',
  'FCALL_RO echo 0',
  'FCALL_RO none 0',
  load('varargs', `redis.register_function('count', function(...) return select('#', ...) end)`),
  'FCALL count 1 a b c',
  load('others', `redis.register_function('void', function() end)`),
  'FCALL void 0',
  define('calls', 'return redis.call(unpack(args))'),
  'FCALL calls 0 SET k v',
  'FCALL calls 0 GET k',
  'FCALL calls 0 NOPE',
  'FCALL calls 0 GET',
  'FCALL calls 0 FUNCTION STATS',
  'FCALL calls 0 FUNCTION LIST',
  'FCALL calls 0 FUNCTION LOAD x',
  'FCALL calls 0 FUNCTION FLUSH',
  'FCALL calls 0 FCALL calls 0',
  'FCALL calls 0 FCALL_RO calls 0',
  'FCALL calls 0 EVAL "return 1" 0',
  'FCALL calls 0 INCR k',
  "EVAL \"return redis.call('FCALL', 'echo', 0)\" 0",
  define('protocol', 'redis.setresp(3) return redis.call("CONFIG", "GET", "appendonly")'),
  'FCALL protocol 0',
  'FCALL calls 0 CONFIG GET appendonly',
  define('replies', 'return {redis.status_reply("FINE"), redis.error_reply("My error")}'),
  'FCALL replies 0',
  { send: ['COMMAND', 'GETKEYS', 'FCALL', 'f', '2', 'a', 'b', 'c'] },
  { send: ['COMMAND', 'GETKEYS', 'FCALL_RO', 'f', '0', 'a', 'b', 'c'] },
  { send: ['COMMAND', 'GETKEYSANDFLAGS', 'FCALL', 'f', '1', 'a', 'b', 'c'] },
]);

differential('errors of functions', [
  'FUNCTION FLUSH',
  ...[
    ...['error("plain")', 'error({err = "MY error"})', 'error({err = "word"})', 'error("x", 0)'],
    ...['return redis.error_reply("My very error")', 'return {err = "x"}', 'return nope', 'nope()'],
    ...['redis.call("INCR", "list")', 'return redis.pcall("INCR", "list")', 'local x = {} + 1'],
    ...['return redis.nope', 'redis.nope()', 'error(nil)', 'error(12)', 'local t = nil; t.x = 1'],
    ...['return {1, redis.pcall("NOPE")}', 'redis.call()', 'redis.call({})'],
  ].flatMap((body, i) => [define(`e${i}`, body), `FCALL e${i} 0`]),
  'RPUSH list a',
  ...[9, 10].map((i) => `FCALL e${i} 0`),
  load(
    'named',
    `local function inner() error('deep') end

    redis.register_function('outer', function()
      inner()
    end)`,
  ),
  'FCALL outer 0',
]);

differential('what the functions of a library share', [
  'FUNCTION FLUSH',
  load(
    'counter',
    `local n = 0
     local function add(by) n = n + by return n end
     redis.register_function('plus', function(keys, args) return add(tonumber(args[1] or 1)) end)
     redis.register_function('minus', function(keys, args) return add(-1) end)`,
  ),
  'FCALL plus 0',
  'FCALL plus 0 5',
  'FCALL minus 0',
  // Another library, which has the same names for itself.
  load(
    'second',
    `local n = 100 redis.register_function('second', function() n = n + 1 return n end)`,
  ),
  'FCALL second 0',
  'FCALL second 0',
  'FCALL plus 0',
  'FLUSHALL',
  'SCRIPT FLUSH',
  'FCALL plus 0',
  load(
    'counter',
    `local n = 50 redis.register_function('plus', function() n = n + 1 return n end)`,
  ),
  load(
    'counter',
    `local n = 50 redis.register_function('plus', function() n = n + 1 return n end)`,
    'REPLACE',
  ),
  'FCALL plus 0',
  'FCALL minus 0',
  'FUNCTION DELETE counter',
  'FCALL plus 0',
  'FCALL second 0',
  'FUNCTION STATS',
  'FUNCTION FLUSH',
  'FCALL second 0',
  'FUNCTION STATS',
]);

differential('libraries are there as a whole, or not', [
  'FUNCTION FLUSH',
  load('a', `redis.register_function('f', function() return 'a' end)`),
  load('b', `redis.register_function('g', function() return 'b' end)`),
  load('a', `redis.register_function('h', function() return 'a' end)`),
  load('c', `redis.register_function('h', redis.log) redis.register_function('F', redis.log)`),
  'FCALL h 0',
  load(
    'a',
    `redis.register_function('h', redis.log) redis.register_function('g', redis.log)`,
    'REPLACE',
  ),
  load('a', `redis.register_function('h', redis.log) redis.call('PING')`, 'REPLACE'),
  load('a', 'return 1', 'REPLACE'),
  load('a', 'return (', 'REPLACE'),
  'FCALL f 0',
  'FCALL h 0',
  load('a', `redis.register_function('F', function() return 'new' end)`, 'REPLACE'),
  'FCALL f 0',
  load('A', `redis.register_function('x', function() return 'A' end)`),
  'FUNCTION DELETE A',
  'FUNCTION DELETE A',
  { send: 'FUNCTION LIST WITHCODE', tolerance: 'sorted' },
  'FUNCTION STATS',
  'MULTI',
  load('d', `redis.register_function('d', function() return 'd' end)`),
  'FCALL d 0',
  'FUNCTION DELETE d',
  'FCALL d 0',
  'FUNCTION FLUSH',
  'EXEC',
  'FUNCTION LIST',
]);
