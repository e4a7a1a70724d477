// Transactions and the rest of the server, on the reference and on Redstart: memory that is full,
// CLIENT PAUSE, passwords, statistics, the slow log and MONITOR.
import { differential } from '../support/differential.ts';
import type { Line } from '../support/lines.ts';

const NO_LIMIT = { atEnd: ['CONFIG SET maxmemory 0'] };

differential(
  'out of memory while queueing',
  [
    'MULTI',
    'SET k v',
    'other> CONFIG SET maxmemory 1',
    'SET k w',
    'GET k',
    'PING',
    'MULTI',
    'WATCH k',
    'UNWATCH',
    'other> CONFIG SET maxmemory 0',
    'SET k x',
    'EXEC',
    'GET k',
  ],
  NO_LIMIT,
);

differential(
  'out of memory while reading in a transaction',
  ['MULTI', 'other> CONFIG SET maxmemory 1', 'GET k', 'other> CONFIG SET maxmemory 0', 'EXEC'],
  NO_LIMIT,
);

differential(
  'out of memory at EXEC of a write',
  [
    'MULTI',
    'SET k v',
    'GET k',
    'other> CONFIG SET maxmemory 1',
    'EXEC',
    'EXEC',
    'other> CONFIG SET maxmemory 0',
    'GET k',
    'MULTI',
    'GET k',
    'EXEC',
  ],
  NO_LIMIT,
);

differential(
  'out of memory at EXEC of what needs none',
  [
    'SET k v',
    'MULTI',
    'GET k',
    'DEL k',
    'PING',
    'other> CONFIG SET maxmemory 1',
    'EXEC',
    'other> CONFIG SET maxmemory 0',
    'GET k',
  ],
  NO_LIMIT,
);

differential(
  'out of memory in the midst of EXEC',
  ['MULTI', 'CONFIG SET maxmemory 1', 'SET k v', 'CONFIG SET maxmemory 0', 'EXEC', 'GET k'],
  NO_LIMIT,
);

differential(
  'out of memory and the ways out',
  [
    'MULTI',
    'other> CONFIG SET maxmemory 1',
    'SET k v',
    'DISCARD',
    'MULTI',
    'SET k v',
    'EXEC',
    'MULTI',
    'SET k v',
    'RESET',
    'MULTI',
    'SET k v',
    'QUIT',
    '<',
  ].map((line) => (line === '<' ? { expect: 1 } : line)),
  NO_LIMIT,
);

const UNPAUSED = { atEnd: ['CLIENT UNPAUSE'] };
const isPaused = (count: number): Line => ({
  send: 'INFO clients',
  until: new RegExp(`blocked_clients:${count}\r`),
  part: /blocked_clients:\d+/,
});

differential(
  'CLIENT PAUSE WRITE holds EXEC of a write',
  [
    'worker> MULTI',
    'worker> SET k v',
    'worker> GET k',
    'CLIENT PAUSE 100000 WRITE',
    'worker>> EXEC',
    isPaused(1),
    'GET k',
    { send: 'CLIENT LIST ID $id(worker)', part: /flags=\S+|multi=\S+|cmd=\S+/ },
    'CLIENT UNPAUSE',
    'worker<',
    'GET k',
    isPaused(0),
  ],
  UNPAUSED,
);

differential(
  'CLIENT PAUSE WRITE holds a write that would be queued',
  [
    'worker> MULTI',
    'CLIENT PAUSE 100000 WRITE',
    'worker> GET k',
    'worker>> SET k v',
    isPaused(1),
    'CLIENT UNPAUSE',
    'worker<',
    'worker> EXEC',
  ],
  UNPAUSED,
);

differential(
  'CLIENT PAUSE WRITE lets reading transactions pass',
  [
    'SET k v',
    'CLIENT PAUSE 100000 WRITE',
    'worker> MULTI',
    'worker> GET k',
    'worker> PING',
    'worker> EXEC',
    'worker> MULTI',
    'worker> EXEC',
    'worker> MULTI',
    'worker> NOSUCH',
    'worker> EXEC',
    isPaused(0),
    'CLIENT UNPAUSE',
  ],
  UNPAUSED,
);

differential(
  'CLIENT PAUSE WRITE begins behind the transaction',
  [
    { pipeline: ['MULTI', 'SET a 1', 'CLIENT PAUSE 100000 WRITE', 'SET b 1', 'EXEC'] },
    'worker>> SET c 1',
    isPaused(1),
    'MGET a b c',
    'CLIENT UNPAUSE',
    'worker<',
    'MGET a b c',
  ],
  UNPAUSED,
);

differential(
  'WATCH sees what happens while EXEC is held',
  [
    'worker> WATCH k',
    'worker> MULTI',
    'worker> SET k v',
    'CLIENT PAUSE 100000 WRITE',
    'worker>> EXEC',
    'second>> SET k w',
    isPaused(2),
    'CLIENT UNPAUSE',
    'worker<',
    'second<',
    'GET k',
  ],
  UNPAUSED,
);

differential(
  'DISCARD, EXEC that fails and errors are not held',
  [
    'SET k v',
    'worker> WATCH k',
    'worker> MULTI',
    'worker> SET k w',
    'SET k x',
    'second> MULTI',
    'second> SET k w',
    'CLIENT PAUSE 100000 WRITE',
    'second> SET',
    'second> DISCARD',
    'worker>> EXEC',
    isPaused(1),
    'CLIENT UNPAUSE',
    'worker<',
  ],
  UNPAUSED,
);

differential('CLIENT PAUSE ALL holds transactions, too', [
  'worker> MULTI',
  'worker> PING',
  { pipeline: ['PING', 'CLIENT PAUSE 100 ALL'] },
  'worker>> EXEC',
  'second>> MULTI',
  'worker<',
  'second<',
]);

differential(
  'a password',
  [
    'before> MULTI',
    'CONFIG SET requirepass secret',
    'before> SET k v',
    'before> EXEC',
    'after> MULTI',
    'after> SET k w',
    'after> EXEC',
    'after> DISCARD',
    'after> AUTH secret',
    'after> MULTI',
    'after> GET k',
    'after> AUTH secret',
    'after> AUTH default secret',
    'after> EXEC',
    'after> MULTI',
    'after> RESET',
    'after> EXEC',
    'after> GET k',
    'CONFIG SET requirepass ""',
  ],
  { protocols: [2], atEnd: ['AUTH secret', 'CONFIG SET requirepass ""'] },
);

const COMMANDSTATS = /(cmdstat_(?!info)[^:]+:calls=\d+),\S*(rejected_calls=\d+,failed_calls=\d+)/;

differential('statistics of what ran, what was rejected and what failed', [
  'CONFIG RESETSTAT',
  'SET text v',
  'MULTI',
  'SET k v',
  'GET k',
  'GET',
  'NOSUCH',
  'EXEC',
  'MULTI',
  'SET k v',
  'INCR text',
  'INCR text',
  'MULTI',
  'WATCH k',
  'EXEC',
  'EXEC',
  'DISCARD',
  'MULTI',
  'GET k',
  'DISCARD',
  'WATCH k',
  'other> SET k w',
  'MULTI',
  'GET k',
  'EXEC',
  { send: 'INFO commandstats', part: COMMANDSTATS, tolerance: 'sorted' },
  { send: 'INFO errorstats', part: /errorstat_\S+/ },
  { send: 'INFO stats', part: /total_commands_processed:\d+|total_error_replies:\d+/ },
]);

differential(
  'statistics of transactions that are rejected at EXEC',
  [
    'CONFIG RESETSTAT',
    'MULTI',
    'SET k v',
    'other> CONFIG SET maxmemory 1',
    'EXEC',
    'other> CONFIG SET maxmemory 0',
    { send: 'INFO commandstats', part: COMMANDSTATS, tolerance: 'sorted' },
    { send: 'INFO errorstats', part: /errorstat_\S+/ },
    { send: 'INFO stats', part: /total_commands_processed:\d+|total_error_replies:\d+/ },
  ],
  NO_LIMIT,
);

differential('INFO and CONFIG RESETSTAT inside EXEC', [
  'CONFIG RESETSTAT',
  'MULTI',
  'SET k v',
  'INFO commandstats',
  { send: 'EXEC', part: COMMANDSTATS, tolerance: 'sorted' },
  'MULTI',
  'SET k v',
  'CONFIG RESETSTAT',
  'GET k',
  'EXEC',
  { send: 'INFO commandstats', part: COMMANDSTATS, tolerance: 'sorted' },
]);

const SLOWLOG_DEFAULT = { atEnd: ['CONFIG SET slowlog-log-slower-than 10000', 'SLOWLOG RESET'] };

differential(
  'the slow log has the commands and not EXEC',
  [
    'SLOWLOG RESET',
    'CONFIG SET slowlog-log-slower-than 0',
    'SLOWLOG RESET',
    'MULTI',
    'SET k v',
    'SLOWLOG LEN',
    'GET k',
    'CLIENT SETNAME me',
    'EXEC',
    'CONFIG SET slowlog-log-slower-than -1',
    { send: 'SLOWLOG GET', part: /\b(?:SLOWLOG|RESET|MULTI|SET|GET|LEN|EXEC|CLIENT|me|k|v)\b/ },
    'SLOWLOG LEN',
  ],
  SLOWLOG_DEFAULT,
);

differential(
  'MONITOR shows transactions',
  [
    'watcher> MONITOR',
    'MULTI',
    { send: 'watcher<', tolerance: 'masked' },
    'SET k v',
    'SELECT 2',
    'GET k',
    'EXEC',
    { send: 'watcher< 4', tolerance: 'masked' },
    'MULTI',
    'NOSUCH',
    'EXEC',
    { send: 'watcher< 2', tolerance: 'masked' },
    'WATCH k',
    'MULTI',
    'SET k w',
    'DISCARD',
    { send: 'watcher< 3', tolerance: 'masked' },
    'WATCH k',
    'other> SELECT 2',
    'other> SET k w',
    'MULTI',
    'GET k',
    'EXEC',
    'UNWATCH',
    { send: 'watcher< 6', tolerance: 'masked' },
    'MULTI',
    'CONFIG SET maxmemory 0',
    'MULTI',
    'AUTH x',
    'EXEC',
    'EXEC',
    { send: 'watcher< 5', tolerance: 'masked' },
  ],
  { protocols: [2] },
);

differential(
  'MONITOR shows an EXEC that is rejected',
  [
    'watcher> MONITOR',
    'MULTI',
    'SET k v',
    'other> CONFIG SET maxmemory 1',
    'EXEC',
    'other> CONFIG SET maxmemory 0',
    { send: 'watcher< 2', tolerance: 'masked' },
  ],
  { ...NO_LIMIT, protocols: [2] },
);

const NO_REPLICAS = { atEnd: ['CONFIG SET min-replicas-to-write 0 min-replicas-max-lag 10'] };

differential(
  'writes that want replicas',
  [
    'SET k v',
    'CONFIG SET min-replicas-to-write 1',
    'SET k w',
    'SET k',
    'DEL nosuch',
    'GETEX k',
    'FLUSHALL',
    'PUBLISH channel message',
    'GET k',
    'TTL k',
    { send: 'INFO replication', tolerance: 'any' },
    'CONFIG SET min-replicas-max-lag 0',
    'SET k x',
    'CONFIG SET min-replicas-max-lag 1',
    'SET k y',
    'GET k',
    'CONFIG SET min-replicas-to-write 0',
    'SET k z',
  ],
  NO_REPLICAS,
);

differential(
  'writes in a transaction that want replicas',
  [
    'CONFIG SET min-replicas-to-write 2',
    'MULTI',
    'GET k',
    'EXEC',
    'MULTI',
    'SET k v',
    'CONFIG SET min-replicas-to-write 0',
    'EXEC',
    'CONFIG SET min-replicas-to-write 0',
    'MULTI',
    'SET k v',
    'other> CONFIG SET min-replicas-to-write 2',
    'EXEC',
    'GET k',
    'MULTI',
    'GET k',
    'other> CONFIG SET maxmemory 1',
    'EXEC',
    'SET k v',
    'other> CONFIG SET maxmemory 0',
    'SET k v',
  ],
  { atEnd: [...NO_REPLICAS.atEnd, 'CONFIG SET maxmemory 0'] },
);

differential(
  'a subscriber that wants to write without replicas',
  ['CONFIG SET min-replicas-to-write 1', 'SUBSCRIBE channel', 'SET k v', 'GET k'],
  NO_REPLICAS,
);
