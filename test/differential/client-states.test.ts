// What CLIENT says about connections in the states that transactions, subscriptions and tracking
// put them in, and what it does to them, on the reference and on Redstart.
import { differential } from '../support/differential.ts';
import type { LineOptions } from '../support/lines.ts';

/** The state of a connection, seen by the first one. */
function stateOf(name: string): LineOptions {
  const part = /\b(?:name|flags|db|sub|psub|multi|cmd|user|redir|resp|events)=\S*/;
  return { send: `CLIENT LIST ID $id(${name})`, part, tolerance: 'masked' };
}

differential('flags of all states at once', [
  'worker> PING',
  stateOf('worker'),
  'worker> CLIENT SETNAME someone',
  'worker> SELECT 3',
  'worker> CLIENT NO-EVICT ON',
  stateOf('worker'),
  'worker> CLIENT TRACKING ON BCAST PREFIX other',
  stateOf('worker'),
  'worker> WATCH k',
  'SELECT 3',
  'SET k v',
  stateOf('worker'),
  'worker> MULTI',
  stateOf('worker'),
  'worker> SUBSCRIBE a',
  'worker> PSUBSCRIBE a',
  stateOf('worker'),
  'worker> DISCARD',
  stateOf('worker'),
  'worker> CLIENT NO-EVICT OFF',
  'worker> CLIENT TRACKING OFF',
  stateOf('worker'),
]);

differential(
  'flags of a connection that monitors',
  [
    'worker> MONITOR',
    'CLIENT LIST TYPE replica',
    { send: 'CLIENT LIST TYPE normal', part: /flags=\S+|cmd=\S+/ },
    'CLIENT KILL TYPE replica',
  ],
  { protocols: [2] },
);

differential(
  'NO-TOUCH',
  [
    'worker> CLIENT NO-TOUCH ON',
    { send: 'CLIENT LIST ID $id(worker)', part: /flags=\S+/ },
    'worker> CLIENT NO-EVICT ON',
    { send: 'CLIENT LIST ID $id(worker)', part: /flags=\S+/ },
    'worker> CLIENT NO-TOUCH maybe',
    'worker> CLIENT NO-TOUCH',
    'worker> MULTI',
    'worker> CLIENT NO-TOUCH OFF',
    'worker> EXEC',
    { send: 'CLIENT LIST ID $id(worker)', part: /flags=\S+/ },
    'worker> CLIENT NO-TOUCH ON',
    'worker> RESET',
    { send: 'CLIENT LIST ID $id(worker)', part: /flags=\S+/ },
  ],
  { only: '7.2' },
);

differential('NO-EVICT with strange words', [
  'CLIENT NO-EVICT',
  'CLIENT NO-EVICT maybe',
  'CLIENT NO-EVICT ON OFF',
  'CLIENT NO-EVICT on',
]);

differential('RESET ends every state', [
  'worker> CLIENT SETNAME someone',
  'worker> SELECT 3',
  'worker> CLIENT NO-EVICT ON',
  'worker> CLIENT TRACKING ON BCAST PREFIX a NOLOOP',
  { send: 'worker> HELLO 3', tolerance: 'masked' },
  { send: 'worker> SUBSCRIBE a b', replies: 2 },
  'worker> PSUBSCRIBE a',
  'worker> SSUBSCRIBE a',
  'worker> WATCH k',
  'worker> MULTI',
  'worker> GET k',
  stateOf('worker'),
  'worker> RESET',
  { ...stateOf('worker'), only: '7.2' },
  'worker> GET nosuch',
  'worker> CLIENT TRACKINGINFO',
  'worker> CLIENT GETNAME',
  'worker> EXEC',
  'PUBLISH a nobody',
  'SPUBLISH a nobody',
  'SET a v',
  'worker< nothing',
  'worker> RESET now',
]);

differential('RESET while replies are off', [
  { pipeline: ['CLIENT REPLY OFF', 'PING', 'RESET', 'PING'], replies: 2 },
  { pipeline: ['CLIENT REPLY SKIP', 'RESET', 'PING'], replies: 1 },
]);

differential(
  'RESET of a connection that monitors',
  ['worker> MONITOR', 'worker> RESET', 'PING', 'worker< nothing'],
  { protocols: [2] },
);

differential('CLIENT UNBLOCK of connections that do not wait', [
  'CLIENT UNBLOCK',
  'CLIENT UNBLOCK x',
  'CLIENT UNBLOCK 1.5',
  'CLIENT UNBLOCK 99999999',
  'CLIENT UNBLOCK 0',
  'CLIENT UNBLOCK -1',
  'CLIENT UNBLOCK 99999999999999999999',
  'CLIENT UNBLOCK 99999999 TIMEOUT',
  'CLIENT UNBLOCK 99999999 error',
  'CLIENT UNBLOCK 99999999 maybe',
  'CLIENT UNBLOCK x maybe',
  'CLIENT UNBLOCK 99999999 TIMEOUT now',
  'worker> PING',
  'CLIENT UNBLOCK $id(worker)',
  'CLIENT UNBLOCK $id()',
  'MULTI',
  'CLIENT UNBLOCK $id(worker) ERROR',
  'EXEC',
]);

differential(
  'CLIENT PAUSE with strange words',
  [
    'CLIENT PAUSE',
    'CLIENT PAUSE x',
    'CLIENT PAUSE -1',
    'CLIENT PAUSE 1 maybe',
    'CLIENT PAUSE x maybe',
    'CLIENT PAUSE 1 WRITE now',
    'CLIENT PAUSE 99999999999999999999',
    {
      send: 'CLIENT PAUSE 9223372036854775807 WRITE',
      reply72: '-ERR timeout is out of range\r\n',
    },
    'CLIENT UNPAUSE now',
    'CLIENT UNPAUSE',
    'CLIENT UNPAUSE',
    'CLIENT PAUSE 0',
    'PING',
  ],
  { atEnd: ['CLIENT UNPAUSE'] },
);

/** What is a write for CLIENT PAUSE WRITE. */
for (const line of ['SET k v', 'PUBLISH a b', 'SPUBLISH a b', 'FLUSHALL', 'GETEX k', 'MOVE k 1']) {
  differential(
    `CLIENT PAUSE WRITE holds ${line}`,
    [
      'CLIENT PAUSE 100000 WRITE',
      `worker>> ${line}`,
      { send: 'INFO clients', until: /blocked_clients:1/, part: /blocked_clients:\d+/ },
      'second> GET k',
      'CLIENT UNPAUSE',
      'worker<',
    ],
    { atEnd: ['CLIENT UNPAUSE'] },
  );
}

differential(
  'CLIENT PAUSE WRITE lets these pass',
  [
    'CLIENT PAUSE 100000 WRITE',
    ...['GET k', 'TOUCH k', 'SUBSCRIBE a', 'UNSUBSCRIBE a', 'PSUBSCRIBE a', 'PUNSUBSCRIBE a'],
    ...['MULTI', 'GET k', 'EXEC', 'WATCH k', 'UNWATCH', 'SCAN 0', 'CONFIG SET maxmemory 0'],
    ...['CLIENT TRACKING ON', 'CLIENT TRACKING OFF', 'SELECT 0', 'SWAPDB', 'SET'],
    'CLIENT UNPAUSE',
  ],
  { atEnd: ['CLIENT UNPAUSE'] },
);

const SHOWN = { part: /flags=\S+|cmd=\S+/ };

differential('CLIENT LIST with filters', [
  'a> PING',
  'b> MULTI',
  'sub> SUBSCRIBE a',
  { send: 'CLIENT LIST TYPE normal', ...SHOWN },
  { send: 'CLIENT LIST TYPE PubSub', ...SHOWN },
  'CLIENT LIST TYPE master',
  'CLIENT LIST TYPE replica',
  'CLIENT LIST TYPE nosuch',
  'CLIENT LIST TYPE',
  'CLIENT LIST TYPE normal ID 1',
  { send: 'CLIENT LIST ID $id(a) $id(b) $id(sub)', ...SHOWN },
  { send: 'CLIENT LIST ID $id(sub) $id(a) $id(sub)', ...SHOWN },
  { send: 'CLIENT LIST ID 99999999 $id(a)', ...SHOWN },
  'CLIENT LIST ID 99999999',
  'CLIENT LIST ID x',
  'CLIENT LIST ID $id(a) x',
  'CLIENT LIST ID',
  'CLIENT LIST nosuch',
  'CLIENT LIST ID -1',
]);

differential('CLIENT KILL by id', [
  'a> PING',
  'b> PING',
  'CLIENT KILL ID $id(a)',
  'a<',
  'CLIENT KILL ID $id(a)',
  'CLIENT KILL ID $id()',
  'CLIENT KILL ID $id() SKIPME yes',
  'b> PING',
  'b> CLIENT KILL ID $id(b) SKIPME no',
  'b<',
  'CLIENT KILL ID 0',
  'CLIENT KILL ID -1',
  'CLIENT KILL ID x',
  'CLIENT KILL ID',
  'CLIENT KILL ID 99999999 ID 99999998',
]);

differential('CLIENT KILL by address', [
  'a> PING',
  'b> PING',
  'c> MULTI',
  'CLIENT KILL $address(a)',
  'a<',
  'CLIENT KILL $address(a)',
  'CLIENT KILL ADDR $address(b)',
  'b<',
  'CLIENT KILL ADDR $address(b)',
  'CLIENT KILL ADDR $address(c) ID $id(a)',
  'CLIENT KILL ADDR $address(c) TYPE pubsub',
  'CLIENT KILL ADDR $address(c) ID $id(c) TYPE normal USER default',
  'c<',
  'CLIENT KILL ADDR $address()',
  'CLIENT KILL LADDR 127.0.0.1:1',
  'CLIENT KILL nowhere',
  'CLIENT KILL $address()',
  { expect: 1 },
]);

differential('CLIENT KILL by type and user', [
  'a> PING',
  'sub> SUBSCRIBE a',
  'psub> PSUBSCRIBE a',
  'CLIENT KILL TYPE pubsub SKIPME yes',
  'sub<',
  'psub<',
  'CLIENT KILL TYPE pubsub',
  'CLIENT KILL TYPE master',
  'CLIENT KILL TYPE slave',
  'CLIENT KILL TYPE nosuch',
  'CLIENT KILL USER nosuch',
  'CLIENT KILL USER default TYPE pubsub',
  'CLIENT KILL USER default',
  'a<',
  'b> PING',
  'CLIENT KILL SKIPME yes',
  'b<',
  'CLIENT KILL SKIPME maybe',
  'CLIENT KILL SKIPME',
  'CLIENT KILL nosuch x',
  'CLIENT KILL TYPE normal ID',
  'CLIENT KILL',
  'CLIENT KILL TYPE normal SKIPME no',
  { expect: 1 },
]);

differential('CLIENT KILL inside MULTI', [
  'a> PING',
  'MULTI',
  'SET k v',
  'CLIENT KILL ID $id(a)',
  'CLIENT KILL ID $id() SKIPME no',
  'SET k w',
  { send: 'EXEC', replies: 'all' },
  'a<',
  'other> GET k',
]);

differential('who is killed unwatches, unsubscribes and no longer tracks', [
  'a> WATCH k',
  'a> CLIENT TRACKING ON BCAST PREFIX p',
  'a> SUBSCRIBE c',
  { send: 'INFO clients', part: /tracking_clients:\d+|connected_clients:\d+/ },
  'CLIENT KILL ID $id(a)',
  'a<',
  { send: 'INFO clients', part: /tracking_clients:\d+|connected_clients:\d+/ },
  { send: 'INFO stats', part: /pubsub_channels:\d+|tracking_total_prefixes:\d+/ },
  'PUBLISH c nobody',
  'SET p v',
]);
