// XREAD and XREADGROUP that wait, on the reference and on Redstart.
import { differential } from '../support/differential.ts';
import type { Line } from '../support/lines.ts';

const PART = /blocked_clients:\d/;
const KEYS = /total_blocking_keys:\d\r\ntotal_blocking_keys_on_nokey:\d/;
const BLOCKED_1 = { send: 'INFO clients', until: /blocked_clients:1\r/, part: PART };
const BLOCKED_2 = { send: 'INFO clients', until: /blocked_clients:2\r/, part: PART };
const BLOCKED_0 = { send: 'INFO clients', until: /blocked_clients:0\r/, part: PART };

for (const [read, ...writes] of [
  ['XREAD BLOCK 0 STREAMS k $', 'XADD k 9-1 f v'],
  ['XREAD BLOCK 0 STREAMS absent k 0 $', 'XADD k 9-1 f v g w'],
  ['XREAD BLOCK 0 COUNT 1 STREAMS k 5-1', 'XADD k 5-2 f v'],
  ['XREAD BLOCK 0 STREAMS k $', 'MULTI', 'XADD k 9-1 f v', 'XADD k 9-2 f v', 'EXEC'],
  ['XREAD BLOCK 0 STREAMS k 7-1', 'XADD k 6-1 f v', 'XADD k 7-1 f v', 'XADD k 7-2 f v'],
  ['XREAD BLOCK 0 STREAMS absent 0', 'XADD absent 1-1 f v'],
  ['XREAD BLOCK 0 STREAMS absent $', 'RENAME k absent'],
  ['XREAD BLOCK 0 STREAMS absent $', 'COPY k absent'],
  ['XREADGROUP GROUP g a BLOCK 0 STREAMS k >', 'XADD k 9-1 f v'],
  ['XREADGROUP GROUP g a BLOCK 0 NOACK STREAMS k >', 'XADD k 9-1 f v'],
  ['XREADGROUP GROUP g a BLOCK 0 STREAMS k j > >', 'XADD j 9-1 f v'],
  [
    'XREADGROUP GROUP g a BLOCK 0 COUNT 1 STREAMS k >',
    'MULTI',
    'XADD k 9-1 f v',
    'XADD k 9-2 f w',
    'EXEC',
  ],
] as const) {
  differential(`${read} is served by ${writes.join('; ')}`, [
    'XADD k 5-1 f v',
    'XGROUP CREATE k g $',
    'XGROUP CREATE j g $ MKSTREAM',
    `waiter>> ${read}`,
    BLOCKED_1,
    ...writes,
    'waiter<',
    BLOCKED_0,
    'waiter> PING',
    'XPENDING j g',
    { send: 'XINFO STREAM j FULL', only: '7.2', tolerance: 'masked' },
    'EXISTS k j absent',
  ]);
}

/** Who reads from a group hears that it is gone; who only reads waits on. */
for (const loss of [
  ['DEL k'],
  ['UNLINK k'],
  ['XGROUP DESTROY k g'],
  ['SET k v'],
  ['RENAME k j'],
  ['MOVE k 1'],
  ['RENAME s k'],
  ['COPY s k REPLACE'],
  ['FLUSHDB'],
  ['FLUSHALL'],
  ['SWAPDB 0 1'],
  ['MULTI', 'DEL k', 'SET k v', 'EXEC'],
  ['MULTI', 'DEL k', 'XADD k 1-1 f v', 'EXEC'],
  ['MULTI', 'DEL k', 'XGROUP CREATE k g 0 MKSTREAM', 'XADD k 1-1 f v', 'EXEC'],
  ['EXPIRE k -1'],
  ['PEXPIRE k 20'],
]) {
  differential(
    `what becomes of those who read: ${loss.join('; ')}`,
    [
      'SET s v',
      'XADD k 5-1 f v',
      'XGROUP CREATE k g $',
      'reader>> XREAD BLOCK 0 STREAMS k 5-1',
      BLOCKED_1,
      'member>> XREADGROUP GROUP g a BLOCK 0 STREAMS k >',
      BLOCKED_2,
      { send: 'INFO clients', part: KEYS, only: '7.2' },
      ...loss,
      'member<',
      BLOCKED_1,
      { send: 'INFO clients', part: KEYS, only: '7.2' },
      'member> PING',
      'DEL k',
      'XADD k 9-9 f v',
      'reader<',
      BLOCKED_0,
    ],
    { only: '7.2' },
  );
}

const CREATE: readonly Line[] = ['XADD k 5-1 f v', 'XGROUP CREATE k g $'];

differential('some waiters, and one entry for each', [
  ...CREATE,
  'first>> XREADGROUP GROUP g a BLOCK 0 STREAMS k >',
  BLOCKED_1,
  'second>> XREADGROUP GROUP g b BLOCK 0 STREAMS k >',
  BLOCKED_2,
  'XADD k 6-1 f v',
  'first<',
  BLOCKED_1,
  'XADD k 7-1 f v',
  'second<',
  BLOCKED_0,
  'XPENDING k g',
]);

differential('all who only read get all', [
  ...CREATE,
  'first>> XREAD BLOCK 0 STREAMS k $',
  BLOCKED_1,
  'second>> XREAD BLOCK 0 STREAMS k 5-1',
  BLOCKED_2,
  'XADD k 6-1 f v',
  'first<',
  'second<',
]);

differential('they answer when the time has passed', [
  ...CREATE,
  'XREAD BLOCK 10 STREAMS k $',
  'XREAD BLOCK 10 STREAMS absent j $ $',
  'XREADGROUP GROUP g a BLOCK 10 STREAMS k >',
  'XREADGROUP GROUP g a BLOCK 10 STREAMS k 0',
  { send: 'XINFO STREAM k FULL', only: '7.2', tolerance: 'masked' },
]);

differential('within a transaction they do not wait', [
  ...CREATE,
  'MULTI',
  'XREAD BLOCK 0 STREAMS k $',
  'XREADGROUP GROUP g a BLOCK 0 STREAMS k >',
  'XADD k 6-1 f v',
  'XREADGROUP GROUP g a BLOCK 0 STREAMS k >',
  'EXEC',
]);

differential('CLIENT UNBLOCK', [
  ...CREATE,
  'waiter>> XREAD BLOCK 0 STREAMS k $',
  BLOCKED_1,
  'CLIENT UNBLOCK $id(waiter)',
  'waiter<',
  'waiter>> XREADGROUP GROUP g a BLOCK 0 STREAMS k >',
  BLOCKED_1,
  'CLIENT UNBLOCK $id(waiter) ERROR',
  'waiter<',
  'XADD k 6-1 f v',
  'XPENDING k g',
]);

differential('what is no stream any more', [
  ...CREATE,
  'waiter>> XREAD BLOCK 0 STREAMS k $',
  BLOCKED_1,
  'SET k v',
  BLOCKED_1,
  'DEL k',
  'XADD k 1-1 f v',
  'XADD k 6-1 f v',
  'waiter<',
]);
