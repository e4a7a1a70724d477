// Functions where something forbids something: no memory, no replicas, pauses, read-only calls,
// transactions; and what monitors, the slow log, errors' statistics and clients that track see.
import { differential } from '../support/differential.ts';
import type { LineOptions } from '../support/lines.ts';

function load(code: string): LineOptions {
  return { send: ['FUNCTION', 'LOAD', 'REPLACE', code] };
}

/** The same two functions with each of these flags: `get_oom` and `set_oom`. */
const FLAGS: readonly (readonly [name: string, flags: string])[] = [
  ['none', ''],
  ['read', "'no-writes'"],
  ['oom', "'allow-oom'"],
  ['both', "'no-writes', 'allow-oom'"],
  ['others', "'allow-stale', 'no-cluster', 'allow-cross-slot-keys'"],
];

const LOAD: readonly (string | LineOptions)[] = [
  'FUNCTION FLUSH',
  ...FLAGS.map(([name, flags]) =>
    load(
      `#!lua name=${name}
       redis.register_function{function_name='get_${name}', flags={${flags}},
         callback=function(keys) return redis.call('GET', keys[1] or 'k') end}
       redis.register_function{function_name='set_${name}', flags={${flags}},
         callback=function(keys, args) return redis.call('SET', keys[1] or 'k', 'v') end}`,
    ),
  ),
];
const ALL = FLAGS.flatMap(([name]) => [`get_${name}`, `set_${name}`]);
const CALLS = ALL.map((name) => `FCALL ${name} 0`);
const READ_ONLY_CALLS = ALL.map((name) => `FCALL_RO ${name} 0`);
const COUNTED = 'fcall|fcall_ro|set|get|function\\|load';
const COMMANDSTATS = new RegExp(
  `(cmdstat_(?:${COUNTED}):calls=\\d+),\\S*(rejected_calls=\\d+,failed_calls=\\d+)`,
);
/** Commands that monitors are shown: where those come from that functions call. */
const SHOWN = /(?:\[\d+ lua\] )?"(?:MULTI|EXEC|FCALL\w*|GET|SET)"(?: |\r)/;

differential('read-only calls and functions', [
  ...LOAD,
  'SET k 0',
  ...READ_ONLY_CALLS,
  ...CALLS,
  load(
    `#!lua name=publish
     redis.register_function{function_name='publish', flags={'no-writes'},
       callback=function() return redis.call('PUBLISH', 'c', 'm') end}`,
  ),
  'FCALL publish 0',
  'FCALL_RO publish 0',
]);

differential(
  'without memory',
  [
    ...LOAD,
    'SET k v',
    'CONFIG SET maxmemory 1',
    ...CALLS,
    ...READ_ONLY_CALLS,
    load("#!lua name=later\nredis.register_function('later', function() end)"),
    { send: ['FUNCTION', 'RESTORE', 'x'] },
    'FUNCTION DELETE none',
    'FUNCTION DELETE others',
    'FUNCTION STATS',
    'MULTI',
    'FCALL get_read 0',
    'EXEC',
    'CONFIG SET maxmemory 0',
    'MULTI',
    'FCALL set_none 0',
    'other> CONFIG SET maxmemory 1',
    'EXEC',
    'other> CONFIG SET maxmemory 0',
    'MULTI',
    'FCALL set_oom 0',
    'other> CONFIG SET maxmemory 1',
    'EXEC',
    'other> CONFIG SET maxmemory 0',
    { send: 'INFO commandstats', part: COMMANDSTATS, tolerance: 'sorted' },
    'FUNCTION FLUSH',
  ],
  { args: ['--maxmemory', '0'] },
);

differential(
  'without replicas',
  [...LOAD, 'CONFIG SET min-replicas-to-write 1', ...CALLS, ...READ_ONLY_CALLS, 'FUNCTION FLUSH'],
  { atEnd: ['CONFIG SET min-replicas-to-write 0'] },
);

differential(
  'while writes pause',
  [
    ...LOAD,
    'SET k v',
    'other> CLIENT PAUSE 100000 WRITE',
    'FCALL get_read 0',
    'FCALL_RO get_both 0',
    'FCALL set_read 0',
    'FUNCTION STATS',
    'first>> FCALL get_none 0',
    'second>> FUNCTION DELETE both',
    'third>> FCALL nowhere 0',
    'other> CLIENT UNPAUSE',
    'first<',
    'second<',
    'third<',
  ],
  { atEnd: ['CLIENT UNPAUSE'] },
);

differential(
  'what is counted of calls and errors',
  [
    ...LOAD,
    load("#!lua name=e\nredis.register_function('fails', function() error({err='MY own'}) end)"),
    load("#!lua name=n\nredis.register_function('nope', function() return redis.pcall('x') end)"),
    load('x'),
    load('#!lua name=x\nredis.call("PING")'),
    'FCALL fails 0',
    'FCALL nope 0',
    'FCALL nowhere 0',
    'FCALL_RO set_none 0',
    'FCALL set_read 0',
    'FCALL set_none x',
    'RPUSH l a',
    'FCALL get_none 1 l',
    'FCALL set_none',
    'FUNCTION DELETE none_such',
    'FUNCTION KILL',
    { send: 'INFO errorstats', part: /errorstat_\w+:count=\d+/, tolerance: 'sorted' },
    { send: 'INFO commandstats', part: COMMANDSTATS, tolerance: 'sorted' },
  ],
  { args: [] },
);

differential('in transactions, and watched', [
  ...LOAD,
  'MULTI',
  'FCALL set_none 1 a',
  'FCALL get_none 1 a',
  'FCALL nowhere 0',
  'FCALL set_none',
  'EXEC',
  'MULTI',
  'FCALL set_none 1 a',
  'FCALL get_none 1 a',
  'FCALL nowhere 0',
  'EXEC',
  'WATCH a',
  'FCALL set_none 1 a',
  'MULTI',
  'EXEC',
  'WATCH b',
  'FUNCTION DELETE none',
  'MULTI',
  'EXEC',
]);

differential(
  'what monitors see',
  [
    ...LOAD,
    'watcher> MONITOR',
    'FCALL set_none 1 a',
    { as: 'watcher', expect: 2, part: SHOWN },
    'FCALL_RO get_read 1 a',
    { as: 'watcher', expect: 2, part: SHOWN },
    'FCALL nowhere 0',
    { as: 'watcher', expect: 1, part: SHOWN },
    'MULTI',
    'FCALL get_none 1 a',
    'EXEC',
    { as: 'watcher', expect: 4, part: SHOWN },
  ],
  { protocols: [2] },
);

differential(
  'client-side caching',
  [
    ...LOAD,
    'SET a v',
    'CLIENT TRACKING on',
    'FCALL_RO get_read 1 a',
    'other> SET a w',
    { expect: 1 },
    'FCALL get_none 1 a',
    'other> SET a x',
    { expect: 1 },
    'other> FUNCTION FLUSH',
    { silent: true },
  ],
  { protocols: [3] },
);

differential('what FUNCTION does is no event of keys', [
  ...LOAD,
  { send: 'sub> PSUBSCRIBE __key*', replies: 1 },
  'CONFIG SET notify-keyspace-events KEA',
  'FUNCTION DELETE read',
  'FUNCTION FLUSH',
  'CONFIG SET notify-keyspace-events ""',
]);
