// Keyspace notifications on the reference and on Redstart: who gets which, in which order, and when
// they come.
import { differential } from '../support/differential.ts';
import type { Line } from '../support/lines.ts';

const OFF = { atEnd: ['CONFIG SET notify-keyspace-events ""'] };

/** What each choice of flags lets through. */
for (const flags of [
  'K',
  'E',
  'A',
  'KEg',
  'KE$',
  'Kg',
  'E$',
  'Kx',
  'KEm',
  'KEn',
  'KA',
  'EA',
  'KEl',
]) {
  differential(
    `notify-keyspace-events ${flags}`,
    [
      `CONFIG SET notify-keyspace-events ${flags}`,
      'sub> PSUBSCRIBE *',
      'SET k v EX 100',
      'APPEND k w',
      'GET nosuch',
      'RENAME k j',
      'DEL j',
      { send: 'SET k v', until: /OK/ },
      'EXPIRE k -1',
      'sub< all',
    ],
    OFF,
  );
}

differential(
  'channels of one key, of one event, and of one database',
  [
    'CONFIG SET notify-keyspace-events KEA',
    'key> SUBSCRIBE __keyspace@0__:k',
    'event> SUBSCRIBE __keyevent@0__:del',
    'third> PSUBSCRIBE __key*@3__:*',
    'SET k v',
    'SET j v',
    'DEL j',
    'DEL k',
    'SELECT 3',
    'SET k v',
    'DEL k',
    'key< all',
    'event< all',
    'third< all',
  ],
  OFF,
);

differential(
  'keys of bytes, and empty ones',
  [
    'CONFIG SET notify-keyspace-events KEA',
    'sub> PSUBSCRIBE __key*',
    'SET "\\x00\\r\\n\\xff" v',
    'SET "" v',
    'SET "a b" v',
    { send: ['SET', 'long'.repeat(1000), 'v'] },
    'sub< all',
  ],
  OFF,
);

differential(
  'notifications of a transaction',
  [
    'CONFIG SET notify-keyspace-events KEA',
    'sub> PSUBSCRIBE __key*',
    'MULTI',
    'SET a 1',
    'SELECT 1',
    'DEL a',
    'SET b 1',
    'SELECT 0',
    'DEL a',
    'sub< nothing',
    'EXEC',
    'sub< all',
    'MULTI',
    'SET a 1',
    'DISCARD',
    'WATCH a',
    'MULTI',
    'SET a 1',
    'other> SET a 1',
    'EXEC',
    'sub< all',
  ],
  OFF,
);

differential(
  'published messages and notifications come in order',
  [
    'CONFIG SET notify-keyspace-events KEA',
    'sub> PSUBSCRIBE *',
    { pipeline: ['PUBLISH a 1', 'SET k v', 'PUBLISH a 2', 'DEL k', 'PUBLISH a 3'] },
    'sub< all',
    'MULTI',
    'PUBLISH a 1',
    'SET k v',
    'PUBLISH a 2',
    'EXEC',
    'sub< all',
  ],
  OFF,
);

differential(
  'who changes a key hears of it after the reply',
  [
    'CONFIG SET notify-keyspace-events KEA',
    'PSUBSCRIBE __key*',
    { send: 'SET k v', replies: 3 },
    { pipeline: ['PING 1', 'DEL k', 'PING 2'], replies: 5 },
    'MULTI',
    'SET k v',
    'GET k',
    'DEL k',
    { send: 'EXEC', replies: 5 },
    { pipeline: ['CLIENT REPLY SKIP', 'SET k v', 'PING'], replies: 3 },
  ],
  { protocols: [3], only: '7.2', ...OFF },
);

differential(
  'flags change while somebody listens',
  [
    'sub> PSUBSCRIBE *',
    'SET k v',
    'CONFIG SET notify-keyspace-events K$',
    'SET k v',
    'CONFIG SET notify-keyspace-events E$',
    'SET k v',
    'MULTI',
    'SET k v',
    'CONFIG SET notify-keyspace-events ""',
    'SET k v',
    'EXEC',
    'SET k v',
    'sub< all',
  ],
  OFF,
);

differential(
  'a message counts for a pattern and a channel',
  [
    'CONFIG SET notify-keyspace-events KEA',
    { send: 'sub> SUBSCRIBE __keyspace@0__:k __keyevent@0__:set', replies: 2 },
    { send: 'sub> PSUBSCRIBE __keyspace* *:set', replies: 2 },
    'SET k v',
    'sub< 4',
    'SELECT 1',
    'SET k v',
    'sub< 2',
    'sub< nothing',
  ],
  OFF,
);

const LINES: readonly Line[] = [
  'CONFIG SET notify-keyspace-events KEA',
  'SUBSCRIBE __keyevent@0__:set',
  'other> SET k v',
  { expect: 1 },
  { expect: 0 },
];

differential(
  'CLIENT REPLY OFF does not matter to notifications',
  [LINES[0], { send: 'CLIENT REPLY OFF', replies: 0 }, ...LINES.slice(1)],
  OFF,
);
