// Commands that wait for sorted sets, on the reference and on Redstart.
import { differential } from '../support/differential.ts';
import type { Line } from '../support/lines.ts';

function blocked(count: number): Line {
  return {
    send: 'INFO clients',
    until: new RegExp(`blocked_clients:${count}\r`),
    part: /blocked_clients:\d/,
  };
}

differential('sorted sets that are there are answered at once', [
  'ZADD z 1 a 2 b 3 c 4 d 5 e 6 f 7 g',
  'BZPOPMIN z 0',
  'BZPOPMAX absent z 0',
  'BZMPOP 0 1 z MIN',
  'BZMPOP 0 2 absent z max COUNT 2',
  'BZPOPMIN z 0.5',
  'BZPOPMIN z 1',
  'EXISTS z',
  'ZADD z 1.5 a',
  'BZMPOP 0 1 z MIN COUNT 100',
  'EXISTS z',
]);

differential('timeouts of sorted sets that are none', [
  ...['x', '-1', '-0.01', 'nan', '']
    .flatMap((timeout) => [
      ['BZPOPMIN', 'k', timeout],
      ['BZPOPMAX', 'k', timeout],
      ['BZMPOP', timeout, '1', 'k', 'MIN'],
    ])
    .map((send): Line => ({ send })),
  // 7.0 says of some that they are negative.
  ...['1e400', '9223372036854775807', '1e17'].flatMap((timeout): Line[] => [
    { send: `BZPOPMIN k ${timeout}`, only: '7.2' },
    { send: `BZMPOP ${timeout} 1 k MIN`, only: '7.2' },
  ]),
  'BZPOPMIN k',
  'BZMPOP 0 0 k MIN',
  'BZMPOP x 0 k MIN',
  'BZMPOP x 1 k UP',
  'BZMPOP 0 1 k MIN COUNT 0',
  'BZMPOP 0 1 k MIN COUNT 1 COUNT 1',
  'BZMPOP 0 2 k MIN',
  'SET s v',
  'BZPOPMIN s 0',
  'BZPOPMAX k s 0',
  'BZPOPMIN s x',
  'BZMPOP 0 1 s MIN',
]);

differential('waiting for sorted sets ends when the time has passed', [
  'BZPOPMIN k 0.01',
  'BZPOPMAX k j 0.01',
  'BZMPOP 0.01 1 k MIN',
]);

differential('within a transaction nobody waits for sorted sets', [
  'MULTI',
  'BZPOPMIN k 0',
  'BZMPOP 0 1 k MIN',
  'ZADD k 1 a',
  'BZPOPMAX k 0',
  'EXEC',
]);

for (const [command, change] of [
  ['BZPOPMIN k 0', 'ZADD k 1 a 2 b'],
  ['BZPOPMAX j k 0', 'ZADD k 1 a 2 b'],
  ['BZMPOP 0 2 j k MAX COUNT 10', 'ZADD k 1 a 2 b'],
  ['BZMPOP 0 2 j k MIN', 'ZINCRBY k 2.5 a'],
  ['BZPOPMIN k 0', 'ZUNIONSTORE k 1 full'],
  ['BZPOPMIN k 0', 'ZINTERSTORE k 1 full'],
  ['BZPOPMIN k 0', 'ZDIFFSTORE k 1 full'],
  ['BZPOPMIN k 0', 'ZRANGESTORE k full 0 -1'],
  ['BZPOPMIN k 0', 'RENAME full k'],
  ['BZPOPMIN k 0', 'COPY full k'],
] as const) {
  differential(`${command} is served by ${change}`, [
    'ZADD full 1 x 2 y',
    `waiter>> ${command}`,
    blocked(1),
    'SET k s',
    'DEL k',
    change,
    'waiter<',
    blocked(0),
    'ZRANGE k 0 -1 WITHSCORES',
    'waiter> PING',
  ]);
}

differential('first come first served, and one ZADD serves many', [
  'first>> BZPOPMIN k 0',
  blocked(1),
  'second>> BZPOPMAX k 0',
  blocked(2),
  'ZADD k 1 a 2 b 3 c',
  'first<',
  'second<',
  'ZRANGE k 0 -1',
]);
