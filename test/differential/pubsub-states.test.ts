// Publish and subscribe and the states of a connection, on the reference and on Redstart: what a
// RESP2 subscriber may send, what a RESP3 one may, transactions, CLIENT REPLY, RESET and QUIT.
import { differential } from '../support/differential.ts';
import type { Line } from '../support/lines.ts';

// 7.0 pushes what is published to oneself before the reply.
const AFTER_REPLY = { protocols: [3], only: '7.2' } as const;

/** What a subscriber sends, one line after another. */
const ANYTHING: readonly Line[] = [
  'sub> PING',
  'sub> PING hello',
  'sub> PING ""',
  'sub> PING a b',
  'sub> GET k',
  'sub> get k',
  'sub> GET',
  'sub> NOSUCH',
  'sub> SET k v',
  'sub> CLIENT ID x',
  'sub> CLIENT GETNAME',
  'sub> CONFIG GET maxmemory',
  'sub> PUBLISH other hello',
  'sub> SPUBLISH other hello',
  'sub> PUBSUB NUMPAT',
  'sub> MULTI',
  'sub> EXEC',
  'sub> DISCARD',
  'sub> WATCH k',
  'sub> UNWATCH',
  'sub> ECHO hello',
  'sub> SELECT 0',
  'sub> AUTH x',
  'sub> SUBSCRIBE',
  'sub> UNSUBSCRIBE nosuch',
];

for (const [name, enter, leave] of [
  ['SUBSCRIBE', 'SUBSCRIBE a', 'UNSUBSCRIBE'],
  ['PSUBSCRIBE', 'PSUBSCRIBE a', 'PUNSUBSCRIBE a'],
  ['SSUBSCRIBE', 'SSUBSCRIBE a', 'SUNSUBSCRIBE'],
]) {
  differential(`what a subscriber may send after ${name}`, [
    `sub> ${enter}`,
    ...ANYTHING,
    `sub> ${leave}`,
    'sub> PING',
    'sub> PING hello',
    'sub> GET k',
  ]);
}

differential('a subscriber stays one while anything is left', [
  'sub> SUBSCRIBE a',
  'sub> PSUBSCRIBE a',
  'sub> SSUBSCRIBE a',
  'sub> UNSUBSCRIBE',
  'sub> GET k',
  'sub> PUNSUBSCRIBE',
  'sub> GET k',
  'sub> SUNSUBSCRIBE',
  'sub> GET k',
]);

differential(
  'HELLO of a RESP2 subscriber is refused; RESP3 may go back',
  [
    'sub> SUBSCRIBE a',
    'sub> HELLO 3',
    'sub> HELLO',
    'sub> UNSUBSCRIBE a',
    { send: 'sub> HELLO 3', tolerance: 'masked' },
    'sub> SUBSCRIBE a',
    'sub> GET k',
    'PUBLISH a 3',
    'sub<',
    { send: 'sub> HELLO', tolerance: 'masked' },
    'sub> MULTI',
    { send: 'sub> HELLO 2', tolerance: 'masked' },
    { send: 'sub> EXEC', tolerance: 'masked' },
    'PUBLISH a 2',
    'sub<',
    'sub> PING',
    'sub> UNSUBSCRIBE',
  ],
  { protocols: [2] },
);

differential(
  'HELLO 2 of a RESP3 subscriber',
  [
    'sub> SUBSCRIBE a',
    { send: 'sub> HELLO 2', tolerance: 'masked' },
    'sub> GET k',
    'sub> PING',
    'PUBLISH a 2',
    'sub<',
    'sub> HELLO 3',
    'sub> UNSUBSCRIBE a',
    'sub> GET k',
  ],
  { protocols: [3] },
);

differential('subscribers of both protocols', [
  { send: 'two> HELLO 2', tolerance: 'masked' },
  { send: 'three> HELLO 3', tolerance: 'masked' },
  { send: 'two> SUBSCRIBE a', replies: 1 },
  { send: 'three> SUBSCRIBE a', replies: 1 },
  'two> PSUBSCRIBE a*',
  'three> PSUBSCRIBE a*',
  'three> SSUBSCRIBE a',
  'two> SSUBSCRIBE a',
  'PUBLISH a hello',
  'two< 2',
  'three< 2',
  'SPUBLISH a hello',
  'two<',
  'three<',
]);

differential(
  'who publishes to itself hears it after the reply',
  [
    'SUBSCRIBE a',
    { send: 'PUBLISH a 1', replies: 2 },
    'PSUBSCRIBE *',
    { send: 'PUBLISH a 2', replies: 3 },
    { pipeline: ['PING 1', 'PUBLISH a 3', 'PING 2', 'PUBLISH b 4', 'PING 3'], replies: 8 },
    'SSUBSCRIBE a',
    { send: 'SPUBLISH a 5', replies: 2 },
    { pipeline: ['PUBLISH a 6', 'UNSUBSCRIBE a', 'PUBLISH a 7'], replies: 6 },
  ],
  AFTER_REPLY,
);

differential(
  'who publishes to itself in a transaction hears it after EXEC',
  [
    'SUBSCRIBE a',
    'other> SUBSCRIBE a',
    'MULTI',
    'PING 1',
    'PUBLISH a 1',
    'PUBLISH a 2',
    'PING 2',
    { send: 'EXEC', replies: 3 },
    'other< 2',
  ],
  AFTER_REPLY,
);

differential('messages of a transaction come when it runs', [
  { send: 'sub> SUBSCRIBE a b', replies: 2 },
  'MULTI',
  'PUBLISH a 1',
  'SET k v',
  'PUBLISH b 2',
  'sub< nothing',
  'EXEC',
  'sub< 2',
  'MULTI',
  'PUBLISH a 3',
  'DISCARD',
  'sub< nothing',
  'MULTI',
  'PUBLISH a 4',
  'NOSUCH',
  'EXEC',
  'sub< nothing',
]);

differential('SUBSCRIBE inside MULTI', [
  'sub> MULTI',
  'sub> SUBSCRIBE a',
  'sub> PING',
  'sub> PSUBSCRIBE b*',
  'sub> GET k',
  'sub> EXEC',
  'PUBLISH a hello',
  'sub<',
  'PUBLISH bb hello',
  'sub<',
  'sub> UNSUBSCRIBE a',
  'sub> PUNSUBSCRIBE b*',
  'sub> GET k',
]);

differential('SSUBSCRIBE inside MULTI', [
  'MULTI',
  'SSUBSCRIBE a',
  'SUNSUBSCRIBE a',
  'GET k',
  'EXEC',
  'PUBSUB SHARDCHANNELS',
]);

differential(
  'UNSUBSCRIBE inside MULTI',
  [
    { send: 'sub> SUBSCRIBE a b c', replies: 3 },
    'sub> MULTI',
    'sub> PING 1',
    'sub> UNSUBSCRIBE a',
    'sub> UNSUBSCRIBE b',
    'sub> PING 2',
    'sub> EXEC',
    'PUBLISH a nobody',
    'PUBLISH c hello',
    'sub<',
  ],
  { protocols: [3] },
);

differential('a transaction that began before SUBSCRIBE', [
  { pipeline: ['MULTI', 'SUBSCRIBE a', 'UNSUBSCRIBE a', 'GET k', 'EXEC', 'GET k'] },
]);

differential('RESET and QUIT of a subscriber', [
  { send: 'sub> SUBSCRIBE a b', replies: 2 },
  'sub> PSUBSCRIBE *',
  'sub> SSUBSCRIBE a',
  'sub> RESET',
  'PUBLISH a nobody',
  'SPUBLISH a nobody',
  'sub> GET k',
  'sub> PING',
  'sub> UNSUBSCRIBE',
  'sub> SUBSCRIBE a',
  'sub> QUIT',
  'sub<',
  'PUBLISH a nobody',
]);

differential('CLIENT REPLY does not matter to messages', [
  { send: 'sub> CLIENT REPLY OFF', replies: 0 },
  { send: 'sub> SUBSCRIBE a', replies: 1 },
  { send: 'sub> PSUBSCRIBE a*', replies: 1 },
  { send: 'sub> SSUBSCRIBE a', replies: 1 },
  'PUBLISH a 1',
  'sub< 2',
  'SPUBLISH a 2',
  'sub<',
  { send: 'sub> UNSUBSCRIBE a', replies: 1 },
  { send: 'sub> PUNSUBSCRIBE', replies: 1 },
  { send: 'sub> SUNSUBSCRIBE nosuch', replies: 1 },
  { send: 'sub> PING', replies: 0 },
]);

differential(
  'CLIENT REPLY OFF and SKIP with pushes to itself',
  [
    'SUBSCRIBE a',
    { pipeline: ['CLIENT REPLY SKIP', 'PUBLISH a 1', 'PING'], replies: 2 },
    { pipeline: ['CLIENT REPLY OFF', 'PUBLISH a 2', 'PING'], replies: 1 },
    'other> PUBLISH a 3',
    { expect: 1 },
    'CLIENT REPLY ON',
    { send: 'PUBLISH a 4', replies: 2 },
  ],
  AFTER_REPLY,
);

const STATE = /flags=\S+|\bsub=\S+|psub=\S+|ssub=\S+|multi=\S+|cmd=\S+|resp=\S+/;

differential('CLIENT LIST shows subscriptions', [
  { send: 'sub> SUBSCRIBE a b', replies: 2 },
  { send: 'CLIENT LIST ID $id(sub)', part: STATE },
  { send: 'sub> PSUBSCRIBE a b c', replies: 3 },
  { send: 'CLIENT LIST ID $id(sub)', part: STATE },
  { send: 'CLIENT LIST TYPE pubsub', part: STATE },
  { send: 'CLIENT LIST TYPE normal', part: STATE },
  { send: 'sub> SSUBSCRIBE a', replies: 1 },
  { send: 'CLIENT LIST ID $id(sub)', part: /ssub=\S+/, only: '7.2' },
  { send: 'sub> UNSUBSCRIBE', replies: 2, tolerance: 'scattered' },
  { send: 'sub> PUNSUBSCRIBE', replies: 3, tolerance: 'scattered' },
  { send: 'CLIENT LIST ID $id(sub)', part: STATE },
  { send: 'sub> SUNSUBSCRIBE', replies: 1 },
  { send: 'CLIENT LIST ID $id(sub)', part: STATE },
  'CLIENT LIST TYPE pubsub',
]);

differential('CLIENT KILL TYPE pubsub', [
  'one> SUBSCRIBE a',
  'two> PSUBSCRIBE a',
  'three> SSUBSCRIBE a',
  'four> PING',
  'CLIENT KILL TYPE pubsub',
  'one<',
  'two<',
  'three<',
  'four> PING',
  'PUBLISH a nobody',
]);

differential(
  'a subscriber may kill others and itself',
  [
    'SUBSCRIBE a',
    'other> SUBSCRIBE a',
    'CLIENT KILL TYPE pubsub SKIPME no',
    { expect: 1 },
    'other<',
  ],
  { protocols: [3] },
);

differential('a subscriber is not in the way of databases and keys', [
  'sub> SELECT 2',
  'sub> SUBSCRIBE a',
  'SELECT 3',
  'PUBLISH a hello',
  'sub<',
  'FLUSHALL',
  'PUBLISH a hello',
  'sub<',
]);

differential(
  'CLIENT PAUSE WRITE holds PUBLISH back',
  [
    'sub> SUBSCRIBE a',
    'CLIENT PAUSE 100000 WRITE',
    'worker>> PUBLISH a held',
    { send: 'INFO clients', until: /blocked_clients:1/, part: /blocked_clients:\d+/ },
    'shard>> SPUBLISH a held',
    { send: 'INFO clients', until: /blocked_clients:2/, part: /blocked_clients:\d+/ },
    'late> SUBSCRIBE a',
    'sub> PING',
    'CLIENT UNPAUSE',
    'worker<',
    'shard<',
    'sub<',
    'late<',
  ],
  { atEnd: ['CLIENT UNPAUSE'] },
);

differential(
  'a password',
  [
    'sub> SUBSCRIBE a',
    'CONFIG SET requirepass secret',
    'PUBLISH a hello',
    'sub<',
    'other> SUBSCRIBE a',
    'other> PUBLISH a hello',
    'other> PING',
    'sub> PSUBSCRIBE b',
    'CONFIG SET requirepass ""',
  ],
  { protocols: [2], atEnd: ['AUTH secret', 'CONFIG SET requirepass ""'] },
);

differential(
  'statistics of publishing and subscribing',
  [
    'CONFIG RESETSTAT',
    { send: 'sub> SUBSCRIBE a b', replies: 2 },
    'PUBLISH a hello',
    'sub<',
    'sub> PING',
    {
      send: 'INFO commandstats',
      part: /(cmdstat_(?!info)[^:]+:calls=\d+),\S*(rejected_calls=\d+,failed_calls=\d+)/,
      tolerance: 'sorted',
    },
  ],
  { protocols: [2] },
);
