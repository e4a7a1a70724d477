// Commands that wait for lists, on the reference and on Redstart.
import { differential } from '../support/differential.ts';
import type { Line } from '../support/lines.ts';

const BLOCKED_1 = {
  send: 'INFO clients',
  until: /blocked_clients:1\r/,
  part: /blocked_clients:\d/,
};
const BLOCKED_2 = {
  send: 'INFO clients',
  until: /blocked_clients:2\r/,
  part: /blocked_clients:\d/,
};
const BLOCKED_0 = {
  send: 'INFO clients',
  until: /blocked_clients:0\r/,
  part: /blocked_clients:\d/,
};

differential('what is there is answered at once', [
  'RPUSH k a b c d e f g',
  'BLPOP k 0',
  'BRPOP k 0',
  'BLPOP absent k 0',
  'BLMPOP 0 1 k LEFT',
  'BLMPOP 0 2 absent k RIGHT COUNT 2',
  'BLMOVE k j LEFT RIGHT 0',
  'EXISTS k',
  'BRPOPLPUSH j k 0',
  'LRANGE k 0 -1',
]);

differential('timeouts that are none', [
  ...['x', '-1', '-0.01', 'nan', '']
    .flatMap((timeout) => [
      ['BLPOP', 'k', timeout],
      ['BRPOP', 'k', timeout],
      ['BLMPOP', timeout, '1', 'k', 'LEFT'],
      ['BLMOVE', 'k', 'j', 'LEFT', 'RIGHT', timeout],
      ['BRPOPLPUSH', 'k', 'j', timeout],
    ])
    .map((send): Line => ({ send })),
  'BLPOP k',
  'BLMOVE k j UP RIGHT 0',
  'BLMOVE k j LEFT RIGHT',
  'BLMPOP 0 0 k LEFT',
  'BLMPOP x 0 k LEFT',
  'BLMPOP x 1 k UP',
  'BLMPOP 0 1 k LEFT COUNT 0',
  'BLMPOP 0 2 k LEFT',
  'SET s v',
  'BLPOP s 0',
  'BLPOP k s 0',
  'BRPOP s x',
  'BLMOVE s j LEFT RIGHT 0',
  'BRPOPLPUSH s j 0',
  'BLMPOP 0 1 s LEFT',
]);

differential('they answer when the time has passed', [
  'BLPOP k 0.01',
  'BRPOP k j 0.01',
  'BLMPOP 0.01 1 k LEFT',
  'BLMOVE k j LEFT RIGHT 0.01',
  'BRPOPLPUSH k j 0.01',
]);

differential('within a transaction they do not wait', [
  'MULTI',
  'BLPOP k 0',
  'BRPOP k 0',
  'BLMPOP 0 1 k LEFT',
  'BLMOVE k j LEFT RIGHT 0',
  'BRPOPLPUSH k j 0',
  'RPUSH k a',
  'BLPOP k 0',
  'EXEC',
]);

for (const [command, push] of [
  ['BLPOP k 0', 'RPUSH k a b'],
  ['BRPOP j k 0', 'RPUSH k a b'],
  ['BLMPOP 0 2 j k LEFT COUNT 10', 'RPUSH k a b'],
  ['BLMOVE k j LEFT RIGHT 0', 'RPUSH k a b'],
  ['BRPOPLPUSH k j 0', 'LPUSH k a b'],
  ['BRPOPLPUSH k k 0', 'LPUSH k a b'],
  ['BLMOVE k s LEFT RIGHT 0', 'LPUSH k a'],
  ['BLPOP k 0', 'LMOVE full k LEFT RIGHT'],
  ['BLPOP k 0', 'RPOPLPUSH full k'],
  ['BLPOP k 0', 'RENAME full k'],
  ['BLPOP k 0', 'COPY full k'],
] as const) {
  differential(`${command} is served by ${push}`, [
    'SET s v',
    'RPUSH full 1 2 3',
    `waiter>> ${command}`,
    BLOCKED_1,
    push,
    'waiter<',
    BLOCKED_0,
    'LRANGE k 0 -1',
    'LRANGE j 0 -1',
    'waiter> PING',
  ]);
}

differential('what follows in the same batch comes too late', [
  'waiter>> BLPOP k 0',
  BLOCKED_1,
  { pipeline: ['RPUSH k a', 'LPOP k', 'RPUSH k b', 'LPOP k'] },
  'waiter<',
]);

differential('first come first served, and one push serves many', [
  'first>> BLPOP k 0',
  BLOCKED_1,
  'second>> BRPOP k 0',
  BLOCKED_2,
  'RPUSH k a b c',
  'first<',
  'second<',
  'LRANGE k 0 -1',
]);

differential('one serves the other', [
  'first>> BLMOVE k j LEFT RIGHT 0',
  BLOCKED_1,
  'second>> BLPOP j 0',
  BLOCKED_2,
  'RPUSH k a',
  'first<',
  'second<',
  'EXISTS k j',
]);

differential(
  'a transaction is one thing',
  [
    'waiter>> BLPOP i j k 0',
    BLOCKED_1,
    'MULTI',
    'RPUSH k a',
    'RPUSH j b',
    'SET i v',
    'DEL i',
    'EXEC',
    'waiter<',
    'LRANGE k 0 -1',
    'EXISTS j',
    'waiter>> BLPOP j 0',
    BLOCKED_1,
    'MULTI',
    'RPUSH j a',
    'DEL j',
    'SET j v',
    'EXEC',
    BLOCKED_1,
    'DEL j',
    'RPUSH j c',
    'waiter<',
  ],
  { only: '7.2' },
);

differential('keys of another type, MOVE and SWAPDB', [
  'waiter>> BLPOP k 0',
  BLOCKED_1,
  'SET k v',
  'DEL k',
  'SELECT 1',
  'RPUSH k a',
  'MOVE k 0',
  'waiter<',
  'waiter>> BLPOP k 0',
  BLOCKED_1,
  'RPUSH k b',
  'SWAPDB 0 1',
  'waiter<',
  BLOCKED_0,
]);

differential('CLIENT UNBLOCK', [
  'waiter>> BLMOVE k j LEFT RIGHT 0',
  BLOCKED_1,
  'CLIENT UNBLOCK $id(waiter)',
  'waiter<',
  'waiter>> BLPOP k 0',
  BLOCKED_1,
  'CLIENT UNBLOCK $id(waiter) ERROR',
  'waiter<',
  'RPUSH k a',
  'LRANGE k 0 -1',
]);

differential(
  'a timeout beyond all numbers',
  [
    ...['1e400', '9223372036854775807', '1e17'].flatMap((timeout) => [
      `BLPOP k ${timeout}`,
      `BLMOVE k j LEFT RIGHT ${timeout}`,
    ]),
  ],
  {
    only: '7.2',
  },
);

differential(
  'who is served when there is no memory any more',
  [
    'waiter>> BLMOVE k j LEFT RIGHT 0',
    BLOCKED_1,
    'MULTI',
    'RPUSH k a',
    'CONFIG SET maxmemory 1',
    'EXEC',
    'waiter<',
    'CONFIG SET maxmemory 0',
    'LRANGE k 0 -1',
    'waiter> BLMOVE k j LEFT RIGHT 0',
  ],
  { only: '7.2', atEnd: ['CONFIG SET maxmemory 0'] },
);
