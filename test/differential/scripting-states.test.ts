// Scripts where something forbids something: no memory, pauses, read-only scripts, transactions,
// and what monitors, the slow log and clients that track see of what they call.
import { differential } from '../support/differential.ts';
import type { LineOptions } from '../support/lines.ts';

function script(source: string, ...args: readonly string[]): LineOptions {
  return { send: ['EVAL', source, '0', ...args] };
}

function readOnly(source: string): LineOptions {
  return { send: ['EVAL_RO', source, '0'] };
}

const NO_WRITES = '#!lua flags=no-writes\n';
const ALLOW_OOM = '#!lua flags=allow-oom\n';
const DECLARED = '#!lua\n';
const COMMANDSTATS =
  /(cmdstat_(?:eval|eval_ro|set|get):calls=\d+),\S*(rejected_calls=\d+,failed_calls=\d+)/;
/** Commands that monitors are shown: where those come from that scripts call. */
const SHOWN = /(?:\[\d+ lua\] )?"(?:MULTI|EXEC|EVAL\w*|GET|SET|SELECT)"(?: |\r)/;
const SET = 'return redis.call("SET", "k", "v")';
const GET = 'return redis.call("GET", "k")';

differential('what the first line says', [
  script(`${DECLARED}return 1`),
  script('#!lua'),
  script('#!lua flags=no-writes'),
  script('#!\nreturn 1'),
  script('#! \nreturn 1'),
  script('#!not-lua\nreturn 1'),
  script('#!lua name=x\nreturn 1'),
  script('#!lua flags=\nreturn 1'),
  script('#!lua flags=nope\nreturn 1'),
  script('#!lua flags=no-writes,nope\nreturn 1'),
  script('#!lua flags=no-writes,\nreturn 1'),
  script('#!lua flags=no-writes,allow-oom,allow-stale,no-cluster,allow-cross-slot-keys\nreturn 1'),
  script('#!lua flags=no-writes flags=allow-oom\nreturn 1'),
  script('#!lua "flags=no-writes"\nreturn 1'),
  script('#!lua "flags=no-writes\nreturn 1'),
  script('#!LUA\nreturn 1'),
  script('# !lua\nreturn 1'),
  script(`${DECLARED}error("on line 2")`),
  script(`${DECLARED}\n\nreturn redis.call("nope")`),
  { send: ['SCRIPT', 'LOAD', '#!lua flags=nope\nreturn 1'] },
  { send: ['SCRIPT', 'LOAD', `${NO_WRITES}return 1`] },
]);

differential('read-only scripts', [
  script(SET),
  readOnly(GET),
  readOnly(SET),
  readOnly('return redis.pcall("SET", "k", "w")'),
  readOnly('return redis.call("PUBLISH", "c", "m")'),
  readOnly('return redis.call("PFCOUNT", "hll")'),
  readOnly('return redis.call("TIME")[3]'),
  readOnly(`${DECLARED}${GET}`),
  readOnly(`${NO_WRITES}${GET}`),
  readOnly(`${NO_WRITES}${SET}`),
  script(`${NO_WRITES}${GET}`),
  script(`${NO_WRITES}${SET}`),
  script(`${DECLARED}${SET}`),
  { send: ['SCRIPT', 'LOAD', SET] },
  'EVALSHA_RO 2c1ab4aa4d4e4b8bcd4eab4cd6e2a05a5d4ee4ff 0',
  { send: ['EVALSHA_RO', '0'.repeat(40), '0'] },
  'GET k',
]);

differential(
  'without memory',
  [
    'SET k v',
    'CONFIG SET maxmemory 1',
    script(GET),
    script(SET),
    script('return redis.pcall("SET", "k", "v")'),
    script('redis.call("DEL", "none") return redis.call("SET", "k", "w")'),
    script('redis.call("GET", "none") return redis.call("SET", "k", "w")'),
    script(`${DECLARED}${GET}`),
    script(`${DECLARED}${SET}`),
    script(`${NO_WRITES}${GET}`),
    script(`${NO_WRITES}${SET}`),
    script(`${ALLOW_OOM}${SET}`),
    readOnly(GET),
    readOnly(`${DECLARED}${GET}`),
    'MULTI',
    script(GET),
    'EXEC',
    'CONFIG SET maxmemory 0',
    'MULTI',
    script(SET),
    'other> CONFIG SET maxmemory 1',
    'EXEC',
    'other> CONFIG SET maxmemory 0',
    'MULTI',
    script(`${DECLARED}${GET}`),
    'other> CONFIG SET maxmemory 1',
    'EXEC',
    'other> CONFIG SET maxmemory 0',
    { send: 'INFO commandstats', part: COMMANDSTATS, tolerance: 'sorted' },
  ],
  { args: ['--maxmemory', '0'], only: '7.2' },
);

differential(
  'without replicas',
  [
    'CONFIG SET min-replicas-to-write 1',
    script(GET),
    script(SET),
    script(`${DECLARED}${GET}`),
    script(`${NO_WRITES}${GET}`),
    readOnly(GET),
    readOnly(`${DECLARED}${GET}`),
    'CONFIG SET min-replicas-to-write 0',
    script(SET),
  ],
  { atEnd: ['CONFIG SET min-replicas-to-write 0'] },
);

differential(
  'while writes pause',
  [
    'SET k v',
    'fourth> MULTI',
    'fourth> EVAL "return 4" 0',
    'other> CLIENT PAUSE 100000 WRITE',
    readOnly(GET),
    script(`${NO_WRITES}${GET}`),
    readOnly('return redis.call("PUBLISH", "c", "m")'),
    `first>> EVAL "return 1" 0`,
    'second>> EVAL "#!lua\\nreturn 2" 0',
    'third> MULTI',
    "third> EVAL_RO \"return redis.call('GET', 'k')\" 0",
    'third> EXEC',
    'fourth>> EXEC',
    'other> CLIENT UNPAUSE',
    'first<',
    'second<',
    'fourth<',
  ],
  { atEnd: ['CLIENT UNPAUSE'] },
);

differential('in transactions', [
  'SET k v',
  'MULTI',
  script('return redis.call("INCR", "n")'),
  script('return redis.call("INCR", "k")'),
  script('redis.call("SELECT", 3) return redis.call("SET", "x", 1)'),
  'GET x',
  script('return redis.call("MULTI")'),
  'EVALSHA x 0',
  'EVAL x',
  'DISCARD',
  'MULTI',
  script('return redis.call("INCR", "n")'),
  script('return redis.call("INCR", "k")'),
  script('redis.call("SELECT", 3) return redis.call("SET", "x", 1)'),
  'GET x',
  script('return redis.call("WATCH", "k")'),
  script('return ('),
  `EVALSHA ${'0'.repeat(40)} 0`,
  'EXEC',
]);

differential(
  'what monitors see',
  [
    'watcher> MONITOR',
    script(
      `redis.call("SET", "k", 1) redis.call("SELECT", 2)
       redis.pcall("nope") redis.call("GET", "x")`,
    ),
    { as: 'watcher', expect: 4, part: SHOWN },
    readOnly('return redis.call("GET", "k")'),
    { as: 'watcher', expect: 2, part: SHOWN },
    'MULTI',
    script('return redis.call("GET", "k")'),
    'EXEC',
    { as: 'watcher', expect: 4, part: SHOWN },
  ],
  { protocols: [2] },
);

differential(
  'keyspace events and messages',
  [
    'CONFIG SET notify-keyspace-events KEA',
    { send: 'sub> PSUBSCRIBE __keyevent*', replies: 1 },
    script(
      `redis.call("SET", "a", 1) redis.call("DEL", "a") redis.call("SELECT", 1)
       redis.call("INCR", "n") return redis.call("PUBLISH", "__keyevent-own", "m")`,
    ),
    'sub< 4',
  ],
  { atEnd: ['CONFIG SET notify-keyspace-events ""'], protocols: [3] },
);

differential(
  'client-side caching',
  [
    'SET k v',
    'SET l v',
    'CLIENT TRACKING on',
    script('return redis.call("GET", "k")'),
    readOnly('return redis.call("GET", "l")'),
    'other> SET k w',
    { expect: 1 },
    'other> SET l w',
    { expect: 1 },
    { send: ['EVAL_RO', 'return 1', '2', 'k', 'l'] },
    'other> SET k x',
    { silent: true },
    script('redis.call("GET", "k") redis.call("SET", "k", 1) return "own"'),
    { expect: 1 },
  ],
  { protocols: [3], only: '7.2' },
);

differential('the library', [
  script('return redis.sha1hex("")'),
  script('return redis.sha1hex("abc")'),
  script('return redis.sha1hex(12.5)'),
  script('return redis.sha1hex()'),
  script('return redis.sha1hex("a", "b")'),
  script('return redis.log(redis.LOG_NOTICE, "a message", 1, true, nil, "of a script")'),
  script('return redis.log(redis.LOG_DEBUG, "not seen")'),
  script('return redis.log()'),
  script('return redis.log(1)'),
  script('return redis.log("x", "y")'),
  script('return redis.log("1", "y")'),
  script('return redis.log(10, "y")'),
  script('return redis.log(-1, "y")'),
  script('return {redis.LOG_DEBUG, redis.LOG_VERBOSE, redis.LOG_NOTICE, redis.LOG_WARNING}'),
  script('return redis.setresp()'),
  script('return redis.setresp(4)'),
  script('return redis.setresp("x")'),
  script('return redis.setresp("3")'),
  script('return redis.setresp(2, 3)'),
  { ...script('return redis.set_repl()'), only: '7.2' },
  script('return redis.set_repl(4)'),
  script('return redis.set_repl(-1)'),
  script('return redis.set_repl("x")'),
  script('return redis.set_repl(redis.REPL_ALL)'),
  script(
    `return {redis.REPL_NONE, redis.REPL_AOF, redis.REPL_SLAVE, redis.REPL_REPLICA,
    redis.REPL_ALL}`,
  ),
  script('return redis.replicate_commands()'),
  script('return redis.breakpoint()'),
  script('return redis.debug("x")'),
  script('return redis.acl_check_cmd("GET", "k")'),
  script('return redis.acl_check_cmd("nope")'),
  script('return redis.acl_check_cmd()'),
  script('return redis.acl_check_cmd({})'),
  script('return redis.acl_check_cmd("CONFIG", "nope")'),
  { ...script('return {redis.REDIS_VERSION, redis.REDIS_VERSION_NUM}'), only: '7.2' },
  script('local t = {} for k in pairs(redis) do t[#t + 1] = k end table.sort(t) return t'),
  script('return tostring(redis.call):sub(1, 9)'),
]);
