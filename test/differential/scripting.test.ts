// EVAL, EVALSHA and SCRIPT: what scripts are given and what they answer, and the words of their
// errors.
import { differential } from '../support/differential.ts';
import type { LineOptions } from '../support/lines.ts';

/** A script without keys. */
function script(source: string, ...args: readonly string[]): LineOptions {
  return { send: ['EVAL', source, '0', ...args] };
}

const ALL_BYTES = String.fromCharCode(...Array(256).keys());
const COMMANDSTATS = /(cmdstat_(?!info)[^:]+:calls=\d+),\S*(rejected_calls=\d+,failed_calls=\d+)/;
const ONE = 'e0e1f9fabfc9d4800c877a703b823ac0578ff8db';

differential('keys and arguments', [
  'EVAL "return {KEYS[1], KEYS[2], ARGV[1], #KEYS, #ARGV}" 2 k1 k2 a',
  'EVAL "return {KEYS, ARGV}" 0',
  'EVAL "return {#KEYS, #ARGV}" 0 a b',
  { send: ['EVAL', 'return {KEYS[1], #ARGV[1]}', '1', ALL_BYTES, ALL_BYTES] },
  'EVAL "return KEYS[1]" 1 ""',
  'EVAL "KEYS[1] = 1; ARGV = nil" 1 k',
  'EVAL "return 1" 1',
  'EVAL "return 1" -1',
  'EVAL "return 1" x',
  'EVAL "return 1" 1.5',
  'EVAL "return 1" 9223372036854775807',
  'EVAL "return 1"',
  'EVAL (',
  'EVAL ( 0',
  'EVAL ( 1',
  'EVALSHA x 0',
  'EVALSHA x y',
  `EVALSHA ${ONE} y`,
]);

// Short ones are read one by one, those of middle size out of one text: both ends of that.
const SIZES = [0, 1, 12, 13, 20, 21, 40, 500, 700, 1000, 1004, 1006, 1007, 1019, 1020, 3000];

differential('many strings, of all sizes, as arguments and in replies', [
  ...SIZES.flatMap((size) => {
    const text = ALL_BYTES.repeat(12).slice(0, size);
    const source = `redis.call('RPUSH', KEYS[1], ARGV[1], 'x', '', ARGV[2])
      local read = redis.call('LRANGE', KEYS[1], 0, -1)
      redis.call('SET', KEYS[2], read[4] .. read[1])
      return {read, KEYS, ARGV, #read[4], redis.call('DEL', KEYS[1]), redis.call('GET', KEYS[2])}`;
    const keys = ['a list', `a key of ${size}`];
    return [
      { send: ['EVAL', source, '2', ...keys, text, text] },
      { send: ['EVAL', source, '2', ...keys, 'a', text, 'b'] },
    ];
  }),
  script(`redis.call('HSET', 'hash', 'a', 1, 'field', ('v'):rep(60), 'b', '', 'c', -5.25)
    return {redis.call('HGETALL', 'hash'), redis.call('HMGET', 'hash', 'x', 'field', 'y', 'c')}`),
  script(`redis.setresp(3) local all = redis.call('HGETALL', 'hash').map
    return {all.a, all.field, all.b, all.c, redis.call('SET', 'k', ('v'):rep(60)).ok}`),
  script(`local ok, other = redis.call('SET', 'k', 1), redis.call('TYPE', 'k')
    ok.more = 1 local next = redis.call('SET', 'k', 2)
    return {ok, other, next, cjson.encode(ok), cjson.encode(next), redis.pcall('INCR', 'hash')}`),
]);

differential('numbers, strings and booleans', [
  script('return 1'),
  script('return -1'),
  script('return 3.99'),
  script('return -3.99'),
  script('return -0.5'),
  script('return 2^53'),
  script('return 2^62'),
  script('return -2^63'),
  script('return 2^63'),
  script('return 1e300'),
  script('return 0/0'),
  script('return 1/0'),
  script('return "text"'),
  script('return ""'),
  script('return "a\\r\\nb\\0c"'),
  script('return true'),
  script('return false'),
  script('return nil'),
  script('return'),
  script(''),
  script('return 1, 2'),
  script('return print'),
  script('return redis.call'),
  script('return coroutine.create(function() end)'),
]);

differential('tables', [
  script('return {}'),
  script('return {1, 2, {3, "x", {true, false}}}'),
  script('return {1, nil, 3}'),
  script('return {1, false, 3}'),
  script('return {[1]=1, [2]=2, [4]=4, x=1}'),
  script('return {x=1}'),
  script('return {ok="fine"}'),
  script('return {ok="fi\\r\\nne\\0x"}'),
  script('return {ok=1}'),
  script('return {err="CODE text"}'),
  script('return {err="text"}'),
  script('return {err=""}'),
  script('return {err="-x"}'),
  script('return {err="a\\nb\\0c"}'),
  script('return {err=1}'),
  script('return {1, {err="E x"}, {ok="y"}}'),
  script('return {err="E x", ok="y"}'),
  script('return {double=3.5}'),
  script('return {double="3.5"}'),
  script('return {double=1/0}'),
  script('return {big_number="1234567999999999999999999999999999999"}'),
  script('return {big_number="12\\r\\n3"}'),
  script('return {big_number=12}'),
  script('return {map={a=1}}'),
  script('return {map={[1]="x", [2]={map={b=2}}}}'),
  script('return {map={}}'),
  script('return {map=1}'),
  script('return {set={a=true}}'),
  script('return {set={}}'),
  script('return {set=1}'),
  script('return {verbatim_string={format="txt", string="hello"}}'),
  script('return {verbatim_string={format="x", string="hello"}}'),
  script('return {verbatim_string={format="markdown", string="hello"}}'),
  script('return {verbatim_string={string="hello"}}'),
  script('return setmetatable({}, {__index = function() return 1 end})'),
  script('redis.setresp(3) return true'),
  script('redis.setresp(3) return false'),
  script('redis.setresp(3) return nil'),
  script('redis.setresp(3) return {1, true, false}'),
]);

differential('what commands answer', [
  'MSET k v n 12 empty ""',
  'RPUSH l a b c',
  'HSET h f v',
  'SADD s m',
  'ZADD z 1.5 m',
  'SETRANGE large 100000 x',
  script('return redis.call("GET", "k")'),
  script('return redis.call("GET", "none")'),
  script('return redis.call("GET", "none") == false'),
  script('return type(redis.call("INCR", "n"))'),
  script('return redis.call("INCR", "n")'),
  script('return redis.call("SET", "n", 1)'),
  script('return redis.call("SET", "n", 1).ok'),
  script('return redis.call("SET", "n", 1, "NX")'),
  script('return redis.call("LRANGE", "l", 0, -1)'),
  script('return redis.call("MGET", "k", "none", "n")'),
  script('return #redis.call("MGET", "k", "none", "none")'),
  script('return redis.call("HGETALL", "h")'),
  script('return redis.call("SMEMBERS", "s")'),
  script('return redis.call("ZSCORE", "z", "m")'),
  script('return redis.call("ZRANGE", "z", 0, -1, "WITHSCORES")'),
  script('return redis.call("LPOP", "none", 1)'),
  script('return redis.call("LPOP", "none", 1) == false'),
  script('return #redis.call("GET", "large")'),
  script('return redis.call("PING")'),
  script('return redis.call("ECHO", ARGV[1]) == ARGV[1]', ALL_BYTES),
  script('redis.call("SET", "n", "9007199254740993") return redis.call("INCR", "n")'),
  script('redis.call("SET", "n", "-9223372036854775807") return redis.call("DECR", "n")'),
  script('return {redis.call("GET", "k"), redis.call("LLEN", "l"), redis.call("GET", "none")}'),
]);

differential('what commands answer in RESP3', [
  'HSET h f v',
  'SADD s m',
  'ZADD z 1.5 m',
  script('redis.setresp(3) return redis.call("HGETALL", "h")'),
  script('redis.setresp(3) return redis.call("HGETALL", "h").map.f'),
  script('redis.setresp(3) return redis.call("SMEMBERS", "s").set.m'),
  script('redis.setresp(3) return redis.call("SMEMBERS", "s")'),
  script('redis.setresp(3) return redis.call("ZSCORE", "z", "m")'),
  script('redis.setresp(3) return tostring(redis.call("ZSCORE", "z", "m").double)'),
  script('redis.setresp(3) return redis.call("ZRANGE", "z", 0, -1, "WITHSCORES")'),
  script('redis.setresp(3) return redis.call("GET", "none") == nil'),
  script('redis.setresp(3) return redis.call("GET", "none")'),
  script('redis.setresp(3) return #redis.call("MGET", "none", "none")'),
  script('redis.setresp(3) return redis.call("LPOP", "none", 1) == nil'),
  script('redis.setresp(3) redis.setresp(2) return redis.call("HGETALL", "h")'),
  script('return redis.call("HGETALL", "h")'),
  script('redis.setresp(3) return redis.call("DEBUG", "PROTOCOL", "double")'),
]);

differential('what the arguments of commands may be', [
  script('return redis.call("ECHO", 1)'),
  { ...script('return redis.call("ECHO", -0)'), only: '7.2' },
  { ...script('return redis.call("ECHO", 1.5)'), only: '7.2' },
  { ...script('return redis.call("ECHO", 3.14159265358979)'), only: '7.2' },
  { ...script('return redis.call("ECHO", 1e15)'), only: '7.2' },
  { ...script('return redis.call("ECHO", 2^53)'), only: '7.2' },
  { ...script('return redis.call("ECHO", 2^62)'), only: '7.2' },
  { ...script('return redis.call("ECHO", 2^63)'), only: '7.2' },
  { ...script('return redis.call("ECHO", 1e21)'), only: '7.2' },
  { ...script('return redis.call("ECHO", 1e-7)'), only: '7.2' },
  { ...script('return redis.call("ECHO", 0.1)'), only: '7.2' },
  script('return redis.call("ECHO", 1/0)'),
  script('return redis.call("ECHO", -1/0)'),
  script('return redis.call()'),
  script('return redis.pcall()'),
  script('return redis.call({})'),
  script('return redis.call("ECHO", nil)'),
  script('return redis.call("ECHO", true)'),
  script('return redis.pcall("ECHO", {})'),
  script('return redis.call("ECHO", ("x"):rep(5000)) == ("x"):rep(5000)'),
  script('return redis.call("echo", "in lower case")'),
  script('local t = {} for i = 1, 300 do t[i] = i end return redis.call("RPUSH", "l", unpack(t))'),
]);

differential('errors of commands', [
  'SET k v',
  script('return redis.call("INCR", "k")'),
  script('return redis.pcall("INCR", "k")'),
  script('return redis.pcall("INCR", "k").err'),
  script('local r = redis.pcall("INCR", "k") return {r.err, r.ignore_error_stats_update}'),
  script('local _, e = pcall(redis.call, "INCR", "k") return e'),
  script('local _, e = pcall(redis.call, "INCR", "k") return type(e)'),
  script('\n\nreturn redis.call("INCR", "k")'),
  script('local function f()\n redis.call("LPUSH", "k", 1)\nend\nf()'),
  script('return redis.call("nope")'),
  script('return redis.pcall("nope")'),
  script('return redis.call("GET")'),
  script('return redis.call("CONFIG")'),
  script('return redis.call("OBJECT", "nope")'),
  script('return redis.call("OBJECT", "ENCODING")'),
  script('return redis.call("MULTI")'),
  script('return redis.call("SUBSCRIBE", "c")'),
  script('return redis.call("CONFIG", "GET", "port")'),
  script('return redis.call("EVAL", "return 1", 0)'),
  script('return redis.call("SCRIPT", "FLUSH")'),
  script('return redis.call("SELECT", 99)'),
  script('redis.pcall("SELECT", 99) return "goes on"'),
]);

differential('errors of scripts', [
  script('error("x")'),
  script('error("x", 0)'),
  script('error("x", 1)'),
  script('local function f()\n error("x", 2)\nend\nf()'),
  script('error()'),
  script('error(nil)'),
  script('error(true)'),
  script('error(12)'),
  script('error({err="MY error"})'),
  script('error({err="MY error", line=7, source="x"})'),
  script('\n error({err="MY error", ignore_error_stats_update=true})'),
  script('error(redis.error_reply("MY error"))'),
  script('local t = nil; return t.x'),
  script('return 1 + {}'),
  script('return nothing'),
  script('x = 1'),
  script('KEYS = {}'),
  script('redis.x = 1'),
  script('string.x = 1'),
  script('return ("x"):rep()'),
  script('return string.rep()'),
  script('assert(false)'),
  script('assert(false, "why")'),
  script('local ok, e = pcall(error, "x") return e'),
  script('return {pcall(error, {err="MY error"})}'),
  script('return select(2, xpcall(function() error("x") end, function(e) return "handled" end))'),
  script('local co = coroutine.wrap(function()\n error("x") end)\n co()'),
  script('return ('),
  script('\n\n x y'),
  script('return "\n'),
  script('for'),
  script('goto'),
]);

differential('redis.error_reply and redis.status_reply', [
  script('return redis.error_reply("MY error")'),
  script('return redis.error_reply("-MY error")'),
  script('return redis.error_reply("word")'),
  script('return redis.error_reply("MY  two blanks")'),
  script('return redis.error_reply("MY line\\r\\n")'),
  script('return redis.error_reply("")'),
  script('return redis.error_reply()'),
  script('return redis.error_reply(1)'),
  script('return redis.error_reply("a", "b")'),
  script('return redis.error_reply("MY error").err'),
  script('return redis.status_reply("fine")'),
  script('return redis.status_reply()'),
  script('return redis.status_reply(1)'),
  script('return redis.status_reply("fine").ok'),
]);

differential('scripts are known by their digests', [
  'SCRIPT FLUSH',
  `SCRIPT EXISTS ${ONE}`,
  `EVALSHA ${ONE} 0`,
  'EVAL "return 1" 0',
  `SCRIPT EXISTS ${ONE}`,
  `EVALSHA ${ONE} 0`,
  `EVALSHA ${ONE.toUpperCase()} 0`,
  `SCRIPT EXISTS ${ONE} ${ONE}x nope ${'f'.repeat(40)}`,
  'SCRIPT LOAD "return KEYS[1]"',
  'EVALSHA 4a2267357833227dd98abdedb8cf24b15a986445 1 k',
  'SCRIPT LOAD "return KEYS[1]"',
  'SCRIPT LOAD "return ("',
  'SCRIPT LOAD ""',
  'EVALSHA da39a3ee5e6b4b0d3255bfef95601890afd80709 0',
  'SCRIPT FLUSH ASYNC',
  `SCRIPT EXISTS ${ONE}`,
  'SCRIPT FLUSH SYNC',
  'SCRIPT FLUSH NOW',
  'SCRIPT FLUSH SYNC SYNC',
  'SCRIPT LOAD',
  'SCRIPT EXISTS',
  'SCRIPT KILL',
  'SCRIPT DEBUG NO',
  'SCRIPT DEBUG maybe',
  'SCRIPT nope',
  'SCRIPT',
  { send: 'SCRIPT HELP', only: '7.2' },
]);

differential('the keys of a script, and its command', [
  'COMMAND GETKEYS EVAL "return 1" 2 a b c',
  'COMMAND GETKEYS EVAL "return 1" 0 c',
  'COMMAND GETKEYS EVAL "return 1" -1',
  'COMMAND GETKEYS EVALSHA x 1 k',
  'COMMAND GETKEYS EVALSHA_RO x 3 k',
  'COMMAND GETKEYSANDFLAGS EVAL x 1 k',
  'COMMAND GETKEYSANDFLAGS EVAL_RO x 1 k',
  'EVAL "return 1" 0',
  { send: 'CLIENT INFO', part: /cmd=\S+/ },
  { send: 'other> CLIENT LIST', part: /cmd=eval\S*|cmd=client\S*/, tolerance: 'sorted' },
]);

differential('errors are counted where they happen', [
  'SET k v',
  ...[
    'return redis.call("INCR", "k")',
    'return redis.pcall("INCR", "k")',
    'redis.pcall("INCR", "k") return 1',
    'redis.pcall("GET") return 1',
    'return redis.call("GET")',
    'return redis.call("nope")',
    'return redis.call("MULTI")',
    'error("x")',
    'return {err="MY error"}',
    'return {{err="MY error"}, {err="YOUR error"}}',
    'return redis.call()',
    'return (',
  ].flatMap((source): LineOptions[] => [
    { send: 'CONFIG RESETSTAT' },
    script(source),
    { send: 'INFO errorstats' },
    { send: 'INFO stats', part: /total_error_replies:\d+/ },
    { send: 'INFO commandstats', part: COMMANDSTATS, tolerance: 'sorted' },
  ]),
]);
