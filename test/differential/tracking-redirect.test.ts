// Invalidation messages that are redirected to another connection, on the reference and on
// Redstart: RESP2 subscribers, RESP3 connections, and connections that are gone.
import { differential } from '../support/differential.ts';

const RESP2 = { protocols: [2] } as const;
const RESP3 = { protocols: [3] } as const;

differential('REDIRECT to a subscriber', [
  'to> SUBSCRIBE __redis__:invalidate',
  'cache> CLIENT TRACKING ON REDIRECT $id(to)',
  'cache> MGET a b',
  'SET a 1',
  'to<',
  'cache< nothing',
  'MSET a 1 b 2',
  'to<',
  'FLUSHALL',
  'to<',
  'cache> GET k',
  'cache> SET k v',
  'to<',
  'to> UNSUBSCRIBE',
  'cache> GET k',
  'SET k v',
  'to< all',
  'cache> CLIENT TRACKING OFF',
]);

differential('REDIRECT with BCAST', [
  'to> SUBSCRIBE __redis__:invalidate',
  'cache> CLIENT TRACKING ON BCAST REDIRECT $id(to) PREFIX a PREFIX b',
  'MSET a 1 b 2 c 3',
  'to< all',
  'cache> SET a 1',
  'to< all',
  'FLUSHDB',
  'to< all',
  'cache< nothing',
]);

differential('REDIRECT with NOLOOP', [
  'to> SUBSCRIBE __redis__:invalidate',
  'cache> CLIENT TRACKING ON REDIRECT $id(to) NOLOOP',
  'cache> MGET a b',
  'cache> SET a 1',
  'to< all',
  'SET b 1',
  'to< all',
]);

differential('several connections redirect to one', [
  'to> SUBSCRIBE __redis__:invalidate',
  'first> CLIENT TRACKING ON REDIRECT $id(to)',
  'second> CLIENT TRACKING ON REDIRECT $id(to)',
  'first> MGET a b',
  'second> MGET b c',
  'SET a 1',
  'SET b 1',
  'SET c 1',
  'to< all',
]);

differential('REDIRECT to who subscribes to something else', [
  'to> SUBSCRIBE other',
  'cache> CLIENT TRACKING ON REDIRECT $id(to)',
  'cache> GET a',
  'SET a 1',
  'to< all',
  'to> UNSUBSCRIBE',
  'to> PSUBSCRIBE *',
  'cache> GET a',
  'SET a 1',
  'to< all',
]);

differential('somebody publishes to the channel of invalidations', [
  'to> SUBSCRIBE __redis__:invalidate',
  'cache> CLIENT TRACKING ON REDIRECT $id(to)',
  'PUBLISH __redis__:invalidate hello',
  'to<',
  'cache> GET a',
  'MULTI',
  'PUBLISH __redis__:invalidate before',
  'SET a 1',
  'PUBLISH __redis__:invalidate after',
  'EXEC',
  'to< all',
]);

differential(
  'REDIRECT to a RESP2 connection that does not subscribe',
  [
    'to> PING',
    'cache> CLIENT TRACKING ON REDIRECT $id(to)',
    'cache> GET a',
    'SET a 1',
    'to< nothing',
    'cache< nothing',
  ],
  RESP2,
);

differential(
  'REDIRECT to a RESP3 connection',
  [
    'to> PING',
    'cache> CLIENT TRACKING ON REDIRECT $id(to)',
    'cache> GET a',
    'SET a 1',
    'to<',
    'cache> GET a',
    { send: 'to> CLIENT REPLY OFF', replies: 0 },
    'SET a 1',
    'to<',
    'FLUSHALL',
    'to<',
    'to> CLIENT REPLY ON',
  ],
  RESP3,
);

differential(
  'a RESP2 connection redirects to a RESP3 one, and the other way',
  [
    { send: 'three> HELLO 3', tolerance: 'masked' },
    'two> CLIENT TRACKING ON REDIRECT $id(three)',
    'three> CLIENT TRACKING ON REDIRECT $id(two)',
    'two> GET a',
    'three> GET b',
    'two> SUBSCRIBE __redis__:invalidate',
    'SET a 1',
    'three<',
    'SET b 1',
    'two<',
  ],
  RESP2,
);

differential('REDIRECT to itself', [
  'cache> CLIENT TRACKING ON REDIRECT $id(cache)',
  'cache> GET a',
  'SET a 1',
  'cache< all',
  'cache> GET a',
  { send: 'cache> SET a 1', replies: 1 },
  'cache< all',
]);

const BROKEN = /flags=\S+|redir=\S+/;

differential('a redirection that is broken', [
  'to> SUBSCRIBE __redis__:invalidate',
  'cache> CLIENT TRACKING ON REDIRECT $id(to)',
  'cache> MGET a b',
  'to> QUIT',
  'to<',
  { send: 'cache> CLIENT TRACKINGINFO', tolerance: 'masked' },
  'SET a 1',
  { send: 'cache< all', tolerance: 'masked' },
  { send: 'cache> CLIENT TRACKINGINFO', tolerance: 'masked' },
  { send: 'cache> CLIENT GETREDIR', tolerance: 'masked' },
  { send: 'CLIENT LIST ID $id(cache)', tolerance: 'masked', part: BROKEN },
  'SET a 1',
  { send: 'cache< all', tolerance: 'masked' },
  'SET b 1',
  { send: 'cache< all', tolerance: 'masked' },
  'FLUSHALL',
  { send: 'cache< all', tolerance: 'masked' },
  'cache> CLIENT TRACKING ON',
  'cache> CLIENT TRACKINGINFO',
  { send: 'CLIENT LIST ID $id(cache)', part: BROKEN },
]);

differential(
  'a redirection that is broken, with replies off',
  [
    'to> PING',
    'cache> CLIENT TRACKING ON REDIRECT $id(to)',
    'cache> GET a',
    { send: 'cache> CLIENT REPLY OFF', replies: 0 },
    'CLIENT KILL ID $id(to)',
    'to<',
    'SET a 1',
    { send: 'cache<', tolerance: 'masked' },
    'cache> CLIENT REPLY ON',
  ],
  RESP3,
);
