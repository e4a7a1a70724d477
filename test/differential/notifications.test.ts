// Keyspace notifications on the reference and on Redstart: the flags of notify-keyspace-events, and
// the names and order of the events of every command.
import { differential } from '../support/differential.ts';
import type { Line } from '../support/lines.ts';

const OFF = { atEnd: ['CONFIG SET notify-keyspace-events ""'] };

const FLAGS = [
  '',
  'K',
  'E',
  'KE',
  'KEA',
  'AKE',
  'AEK',
  'KA',
  'EA',
  'g$lshzxetdnmKE',
  'KEg$lshzxet',
  'KEg$lshzxetd',
  'KEg$lshzxetn',
  'KEmA',
  'Km',
  'Kn',
  'KEx',
  'A',
  'Am',
  'An',
  'Ad',
  'g$',
  'gggKKK',
  '$lshzxeKE',
  'd',
  't',
  'm',
  'n',
];

differential(
  'CONFIG SET notify-keyspace-events takes flags and orders them',
  FLAGS.flatMap((flags): Line[] =>
    [['CONFIG', 'SET', 'notify-keyspace-events', flags], 'CONFIG GET notify-keyspace-events'].map(
      (line) => (typeof line === 'string' ? line : { send: line }),
    ),
  ),
  OFF,
);

differential(
  'CONFIG SET notify-keyspace-events refuses other letters and leaves what was',
  [
    'CONFIG SET notify-keyspace-events KEg',
    ...['q', 'KEq', 'k', 'KE A', 'G', '1', 'KE,A', '\\x00', 'K\\x00q'].flatMap((flags) => [
      `CONFIG SET notify-keyspace-events "${flags}"`,
      'CONFIG GET notify-keyspace-events',
    ]),
    'CONFIG SET notify-keyspace-events',
  ],
  OFF,
);

/** The lines, and after each the events that have come. */
function events(name: string, lines: readonly Line[]): void {
  const begin: Line[] = [
    'DEBUG SET-ACTIVE-EXPIRE 0',
    'CONFIG SET notify-keyspace-events KEAnm',
    'sub> PSUBSCRIBE __key*',
  ];
  const all = [...begin, ...lines.flatMap((line): Line[] => [line, 'sub< all'])];
  differential(name, all, { atEnd: ['DEBUG SET-ACTIVE-EXPIRE 1', ...OFF.atEnd] });
}

events('events of SET', [
  'SET k v',
  'SET k v',
  'SET k w EX 100',
  'SET k w KEEPTTL',
  'SET k w PXAT 99999999999999',
  'SET k w NX',
  'SET nosuch w XX',
  'SET k w GET',
  'SET new w NX GET',
  'SET k w EXAT 1',
  'SET nosuch w PXAT 1',
  'SET k w',
  'SET k w EX 0',
  'SETEX k 100 v',
  'PSETEX new2 100000 v',
  'SETNX k v',
  'SETNX new3 v',
]);

events('events of reading strings', [
  'GET nosuch',
  'SET k v',
  'GET k',
  'STRLEN nosuch',
  'STRLEN k',
  'GETRANGE nosuch 0 1',
  'SUBSTR nosuch 0 1',
  'MGET k nosuch other',
  'LCS k nosuch',
  'GETDEL nosuch',
  'GETDEL k',
  'GETSET k v',
  'GETSET k w',
  'GETEX nosuch EX 1',
  'GETEX k',
  'GETEX k EX 100',
  'GETEX k PERSIST',
  'GETEX k PERSIST',
  'GETEX k PXAT 1',
]);

events('events of numbers', [
  'INCR n',
  'INCR n',
  'INCRBY n 5',
  'INCRBY n 0',
  'DECR n',
  'DECRBY n 2',
  'INCRBYFLOAT n 0.5',
  'INCRBYFLOAT f 0.5',
  'DECR m',
  'INCR f',
  'SET text v',
  'INCR text',
  'INCRBYFLOAT text 1',
]);

events('events of parts of strings', [
  'APPEND k v',
  'APPEND k w',
  'APPEND k ""',
  'APPEND new ""',
  'SETRANGE k 0 x',
  'SETRANGE k 5 ""',
  'SETRANGE nosuch 5 ""',
  'SETRANGE new2 2 x',
  'SETRANGE k -1 x',
  'SETRANGE k 999999999 x',
]);

events('events of many strings', [
  'MSET a 1 b 2 a 3',
  'MSETNX a 1 c 2',
  'MSETNX c 1 d 2 c 3',
  'DEL a b nosuch',
  'UNLINK c d nosuch',
  'DEL nosuch',
]);

events('events of EXPIRE', [
  'EXPIRE nosuch 100',
  'SET k v',
  'EXPIRE k 100',
  'EXPIRE k 100',
  'EXPIRE k 200 NX',
  'EXPIRE k 50 GT',
  'PEXPIRE k 100000',
  'EXPIREAT k 9999999999',
  'PEXPIREAT k 9999999999999',
  'PERSIST k',
  'PERSIST k',
  'PERSIST nosuch',
  'TTL k',
  'TTL nosuch',
  'PTTL nosuch',
  'EXPIRETIME nosuch',
  'PEXPIRETIME nosuch',
  'EXPIRE k -1',
  'SET k v',
  'EXPIRE k 0',
  'SET k v',
  'EXPIREAT k 1',
  'SET k v',
  'PEXPIREAT k 1',
  'EXISTS k',
]);

events('events of names of keys', [
  'RENAME nosuch k',
  'SET k v',
  'SET j w',
  'RENAME k j',
  'RENAME j j',
  'RENAME j new',
  'RENAMENX new new',
  'SET k v',
  'RENAMENX new k',
  'RENAMENX new new2',
  'RENAMENX nosuch k',
]);

events('events of COPY and MOVE', [
  'COPY nosuch k',
  'SET k v',
  'SET j w EX 100',
  'COPY k j',
  'COPY k j REPLACE',
  'COPY k new',
  'COPY k new2 DB 3',
  'COPY k k',
  'MOVE k 3',
  'MOVE nosuch 3',
  'SET k v',
  'MOVE k 3',
  'SELECT 3',
  'MOVE k 0',
  'SET in3 v',
  'DEL in3',
]);

events(
  'events of looking at keys',
  [
    'EXISTS nosuch',
    'TYPE nosuch',
    'TOUCH nosuch',
    'OBJECT ENCODING nosuch',
    'OBJECT IDLETIME nosuch',
    'RANDOMKEY',
    'KEYS *',
    'SCAN 0',
    'DBSIZE',
    'SET k v',
    'EXISTS k k',
    'TYPE k',
    'TOUCH k nosuch',
    'OBJECT ENCODING k',
    'OBJECT REFCOUNT k',
    'RANDOMKEY',
    'MEMORY USAGE nosuch',
    'MEMORY USAGE k',
    'DEBUG OBJECT k',
    'COMMAND GETKEYS GET k',
  ].map((line) => (/DEBUG|USAGE/.test(line) ? { send: line, tolerance: 'any' } : line)),
);

events('whole databases have no events', [
  'MSET a 1 b 2',
  'FLUSHDB',
  'SET a 1',
  'FLUSHALL',
  'SET a 1',
  'FLUSHALL ASYNC',
  'SET a 1',
  'SWAPDB 0 1',
  'SET a 1',
  'SWAPDB 0 1',
  'SELECT 1',
  'DBSIZE',
]);

events('errors have no events', [
  'SET k',
  'NOSUCH k',
  'SET k v XX NX',
  'SETEX k 0 v',
  'EXPIRE k x',
  'INCRBY k x',
  'GET',
]);

/** Time passes: the other key has the same deadline. */
const isDue: Line = { send: 'EXISTS clock', until: /:0/ };

differential(
  'expired when somebody looks',
  [
    'DEBUG SET-ACTIVE-EXPIRE 0',
    { pipeline: ['SET k v PX 20', 'SET j v PX 20', 'SET r v PX 20', 'SET clock v PX 20'] },
    isDue,
    'CONFIG SET notify-keyspace-events KEAnm',
    'sub> PSUBSCRIBE __key*',
    'PING',
    'sub< nothing',
    'GET k',
    'sub< all',
    'GET k',
    'sub< all',
    'SET j w',
    'sub< all',
    'DEL r',
    'sub< all',
    'DEBUG SET-ACTIVE-EXPIRE 1',
  ],
  { atEnd: ['DEBUG SET-ACTIVE-EXPIRE 1', ...OFF.atEnd] },
);

for (const line of [
  'SET k w',
  'SET k w NX',
  'SET k w XX',
  'SET k w KEEPTTL',
  'SET k w GET',
  'MSET k w',
  'MSETNX k w',
  'GETSET k w',
  'GETDEL k',
  'GETEX k PERSIST',
  'APPEND k w',
  'INCR k',
  'STRLEN k',
  'EXISTS k',
  'TTL k',
  'TYPE k',
  'DEL k',
  'UNLINK k',
  'EXPIRE k 100',
  'PERSIST k',
  'RENAME k j',
  'RENAME here k',
  'RENAMENX here k',
  'COPY k j',
  'COPY here k',
  'MOVE k 1',
  'TOUCH k',
  'OBJECT ENCODING k',
  'SCAN 0',
  'KEYS *',
  'FLUSHALL',
  'WATCH k',
]) {
  differential(
    `a key that is due, and ${line}`,
    [
      'DEBUG SET-ACTIVE-EXPIRE 0',
      'SET here v',
      { pipeline: ['SET k 1 PX 1', 'SET clock v PX 1'] },
      isDue,
      'CONFIG SET notify-keyspace-events KEAnm',
      'sub> PSUBSCRIBE __key*',
      { send: line, tolerance: 'sorted' },
      'sub< all',
      'DBSIZE',
    ],
    { atEnd: ['DEBUG SET-ACTIVE-EXPIRE 1', ...OFF.atEnd] },
  );
}

differential(
  'expired while nobody looks',
  [
    'CONFIG SET notify-keyspace-events Ex',
    { send: 'sub> PSUBSCRIBE *' },
    'SELECT 2',
    'SET k v PX 5',
    'sub<',
    'DBSIZE',
  ],
  OFF,
);
