// Invalidation messages of client-side caching on the reference and on Redstart: which keys, to
// whom, and when.
import { differential } from '../support/differential.ts';
import type { Line } from '../support/lines.ts';

/** RESP3 connections: messages are pushes. */
function pushed(
  name: string,
  lines: readonly Line[],
  atEnd: readonly string[] = [],
  only: { only?: '7.2' } = {},
): void {
  differential(name, lines, { protocols: [3], atEnd, ...only });
}

pushed('a key that was read is invalidated once', [
  'SET k v',
  'cache> CLIENT TRACKING ON',
  'cache> GET k',
  'SET k w',
  'cache<',
  'SET k x',
  'cache< nothing',
  'cache> GET k',
  'cache> GET k',
  'DEL k',
  'cache<',
  'SET other v',
  'cache< nothing',
]);

pushed('keys that do not exist, and keys of bytes', [
  'cache> CLIENT TRACKING ON',
  'cache> GET k',
  'cache> MGET a "" "\\x00\\r\\n\\xff"',
  'SET k v',
  'cache<',
  'MSET a 1 "" 2 "\\x00\\r\\n\\xff" 3',
  'cache< 3',
]);

for (const [before, change] of [
  ['PING', 'SET k v'],
  ['SET k v', 'SET k v'],
  ['SET k v', 'APPEND k w'],
  ['SET k v', 'APPEND k ""'],
  ['SET k v', 'SETRANGE k 0 ""'],
  ['SET k 1', 'INCRBY k 0'],
  ['SET k v', 'INCR k'],
  ['SET k v', 'GETDEL k'],
  ['SET k v', 'GETEX k'],
  ['SET k v', 'GETEX k EX 10'],
  ['SET k v EX 10', 'GETEX k PERSIST'],
  ['SET k v', 'EXPIRE k 10'],
  ['SET k v', 'EXPIRE k -1'],
  ['SET k v', 'PERSIST k'],
  ['SET k v EX 10', 'PERSIST k'],
  ['SET k v', 'RENAME k j'],
  ['SET j v', 'RENAME j k'],
  ['SET k v', 'RENAME k k'],
  ['SET k v', 'COPY k j'],
  ['SET j v', 'COPY j k'],
  ['SET k v', 'MOVE k 1'],
  ['SET k v', 'UNLINK k'],
  ['PING', 'DEL k'],
  ['SET k v', 'SETNX k w'],
  ['SET k v', 'TOUCH k'],
  ['SET k v', 'GET k'],
  ['SET k v', 'SWAPDB 0 1'],
  ['SET k v', 'FLUSHDB'],
  ['SET k v', 'FLUSHALL ASYNC'],
  ['PING', 'FLUSHALL'],
]) {
  pushed(`after ${before}, ${change}`, [
    before,
    'cache> CLIENT TRACKING ON',
    'cache> GET k',
    change,
    'cache< all',
    'SET k again',
    'cache< all',
  ]);
}

pushed('the same key of another database', [
  'cache> CLIENT TRACKING ON',
  'cache> SELECT 3',
  'cache> GET k',
  'SET k v',
  'cache< all',
]);

pushed('own writes are told behind the reply', [
  'CLIENT TRACKING ON',
  'GET k',
  { send: 'SET k v', replies: 2 },
  { pipeline: ['GET k', 'SET k w', 'GET k'], replies: 4 },
  { pipeline: ['SET k x', 'GET k', 'DEL k', 'PING'], replies: 6 },
  'MGET a b',
  { send: 'MSET a 1 b 2', replies: 3 },
  'GET a',
  { send: 'RENAME a b', replies: 2 },
  'GET a',
  { send: 'FLUSHALL', replies: 2 },
]);

pushed('NOLOOP', [
  'SET k v',
  'CLIENT TRACKING ON NOLOOP',
  'GET k',
  'SET k w',
  { silent: true, as: '' },
  'other> SET k x',
  { silent: true, as: '' },
  'GET k',
  'other> SET k y',
  { expect: 1 },
  'GET k',
  { send: 'FLUSHALL', replies: 2 },
]);

pushed('several caches', [
  'first> CLIENT TRACKING ON',
  'second> CLIENT TRACKING ON',
  'third> CLIENT TRACKING ON NOLOOP',
  'first> GET k',
  'second> MGET k j',
  'third> GET k',
  'third> SET k v',
  'first< all',
  'second< all',
  'third< all',
  'SET j v',
  'first< all',
  'second< all',
]);

pushed('OPTIN', [
  'cache> CLIENT TRACKING ON OPTIN',
  'cache> GET a',
  'cache> CLIENT CACHING YES',
  'cache> GET b',
  'cache> GET c',
  'MSET a 1 b 2 c 3',
  'cache< all',
  'cache> CLIENT CACHING YES',
  'cache> PING',
  'cache> GET a',
  'SET a 1',
  'cache< all',
  'cache> CLIENT CACHING YES',
  'cache> MULTI',
  'cache> GET a',
  'cache> GET b',
  'cache> EXEC',
  'MSET a 1 b 2',
  'cache< all',
  'cache> CLIENT CACHING YES',
  'cache> GET',
  'cache> GET a',
  'SET a 1',
  'cache< all',
]);

pushed('OPTOUT', [
  'cache> CLIENT TRACKING ON OPTOUT',
  'cache> GET a',
  'cache> CLIENT CACHING NO',
  'cache> GET b',
  'cache> GET c',
  'MSET a 1 b 2 c 3',
  'cache< all',
  'cache> CLIENT CACHING NO',
  'cache> MULTI',
  'cache> GET a',
  'cache> GET b',
  'cache> EXEC',
  'MSET a 1 b 2',
  'cache< all',
]);

pushed('transactions', [
  'cache> CLIENT TRACKING ON',
  'cache> MULTI',
  'cache> GET a',
  'SET a 1',
  'cache> EXEC',
  'MULTI',
  'SET a 1',
  'SET b 1',
  'cache> PING',
  'EXEC',
  'cache< all',
  'cache> MGET a b c',
  'cache> MULTI',
  'cache> SET a 1',
  'cache> GET a',
  'cache> SET b 1',
  'cache> SET c 1',
  'cache> SET a 1',
  { send: 'cache> EXEC', replies: 1 },
  'cache< all',
]);

pushed('FLUSHALL in a transaction', [
  'cache> CLIENT TRACKING ON',
  'other> CLIENT TRACKING ON',
  'cache> GET a',
  'cache> MULTI',
  'cache> SET a 1',
  'cache> FLUSHALL',
  'cache> SET a 2',
  'cache> EXEC',
  'cache< all',
  'other< all',
]);

pushed('BCAST tells all keys of a turn at once', [
  'cache> CLIENT TRACKING ON BCAST',
  'SET k v',
  'cache<',
  'SET k v',
  'cache<',
  'MSET b 1 a 2 c 3',
  'cache<',
  'MULTI',
  'SET x 1',
  'DEL nosuch',
  'SET w 1',
  'SET x 2',
  'EXEC',
  'cache<',
  'GET k',
  'cache< nothing',
  'DEL k',
  'cache<',
  'FLUSHALL',
  'cache<',
  { send: 'cache> SET k v', replies: 2 },
]);

pushed('BCAST with prefixes', [
  'cache> CLIENT TRACKING ON BCAST PREFIX a: PREFIX b:',
  'other> CLIENT TRACKING ON BCAST PREFIX a',
  'MSET a:1 1 b:1 1 c:1 1 a:2 1 a 1 aa 1',
  'cache< all',
  'other< all',
  'cache> CLIENT TRACKING ON BCAST PREFIX c:',
  'SET c:1 1',
  'cache< all',
  'other< nothing',
  'FLUSHDB',
  'cache< all',
  'other< all',
]);

pushed('BCAST with NOLOOP', [
  'cache> CLIENT TRACKING ON BCAST NOLOOP',
  'cache> SET a 1',
  'cache< nothing',
  'SET a 1',
  'cache<',
  'cache> MULTI',
  'cache> SET a 1',
  'cache> EXEC',
  'cache< nothing',
]);

pushed('switching modes', [
  'cache> CLIENT TRACKING ON',
  'cache> GET k',
  'cache> CLIENT TRACKING OFF',
  'SET k v',
  'cache< nothing',
  'cache> CLIENT TRACKING ON',
  'SET k v',
  'cache< nothing',
  'cache> GET k',
  'cache> CLIENT TRACKING OFF',
  'cache> CLIENT TRACKING ON',
  'SET k v',
  'cache< all',
  'cache> GET k',
  'cache> CLIENT TRACKING OFF',
  'cache> CLIENT TRACKING ON BCAST PREFIX x',
  'SET k v',
  'cache< all',
  'cache> RESET',
  'SET x v',
  'cache< nothing',
]);

const KEEP = ['DEBUG SET-ACTIVE-EXPIRE 1'];

pushed(
  'keys that expire',
  [
    'DEBUG SET-ACTIVE-EXPIRE 0',
    'cache> CLIENT TRACKING ON',
    'all> CLIENT TRACKING ON BCAST PREFIX k',
    { pipeline: ['SET k v PX 150', 'SET clock v PX 150'] },
    'all<',
    'cache> GET k',
    { send: 'EXISTS clock', until: /:0/ },
    'cache< nothing',
    'GET k',
    'cache< all',
    'all< all',
    { pipeline: ['SET k v PX 150', 'SET clock v PX 150'] },
    'cache> GET k',
    { send: 'EXISTS clock', until: /:0/ },
    { send: 'cache> GET k', replies: 2 },
    'cache< all',
    'DEBUG SET-ACTIVE-EXPIRE 1',
    'all< all',
    'cache> SET j v PX 100',
    'cache> GET j',
    'cache<',
    'DBSIZE',
  ],
  KEEP,
  { only: '7.2' },
);

pushed(
  'the table is bounded',
  [
    'CONFIG SET tracking-table-max-keys 1',
    'cache> CLIENT TRACKING ON',
    'cache> MGET a b c',
    'PING',
    { send: 'INFO stats', until: /tracking_total_keys:1\r/, part: /tracking_total_keys:\d+/ },
    { send: 'cache< 2', tolerance: 'any' },
    'CONFIG SET tracking-table-max-keys 1000000',
  ],
  ['CONFIG SET tracking-table-max-keys 1000000'],
);

pushed('CLIENT REPLY does not matter', [
  'cache> CLIENT TRACKING ON',
  'cache> GET k',
  { send: 'cache> CLIENT REPLY OFF', replies: 0 },
  'SET k v',
  'cache<',
  { send: 'cache> GET k', replies: 0 },
  'cache> CLIENT REPLY ON',
  'SET k w',
  'cache<',
]);

differential(
  'RESP2 connections hear nothing',
  [
    'cache> CLIENT TRACKING ON',
    'cache> GET k',
    'SET k v',
    'cache< nothing',
    'cache> GET k',
    'FLUSHALL',
    'cache< nothing',
    'cache> GET k',
    { send: 'cache> HELLO 3', tolerance: 'masked' },
    'SET k v',
    'cache<',
    'cache> GET k',
    { send: 'cache> HELLO 2', tolerance: 'masked' },
    'SET k v',
    'cache< nothing',
  ],
  { protocols: [2] },
);
