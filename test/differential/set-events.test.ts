// Keyspace notifications of the set commands on the reference and on Redstart.
import { differential } from '../support/differential.ts';
import type { Line } from '../support/lines.ts';

/** The lines, and after each the events that have come. */
function events(name: string, lines: readonly string[]): void {
  const begin: Line[] = ['CONFIG SET notify-keyspace-events KEAnm', 'sub> PSUBSCRIBE __key*'];
  const all = lines.flatMap((send): Line[] => [
    { send, ...(/SPOP (k|many)/.test(send) ? { tolerance: 'any' as const } : {}) },
    'sub< all',
  ]);
  differential(name, [...begin, ...all], { atEnd: ['CONFIG SET notify-keyspace-events ""'] });
}

const MANY = Array.from({ length: 300 }, (_, i) => `m${i}`).join(' ');

events('events of members of sets', [
  'SADD k a b',
  'SADD k a',
  'SADD k a c',
  'SREM k x',
  'SREM k a x',
  'SREM k b c',
  'SREM k a',
  'SADD n 1 2 3',
  'SREM n 1 2 3 4',
  'SADD k a b',
  'SMOVE k k a',
  'SMOVE k t x',
  'SMOVE k t a',
  'SADD t b',
  'SMOVE k t b',
  'SMOVE nosuch t a',
  'SISMEMBER nosuch a',
  'SMISMEMBER nosuch a b',
  'SCARD nosuch',
  'SMEMBERS nosuch',
  'SSCAN nosuch 0',
  'SRANDMEMBER nosuch',
  'SRANDMEMBER nosuch 3',
  'SADD string a',
  'DEL string',
  'SET string v',
  'SADD string a',
]);

events('events of SPOP', [
  'SPOP nosuch',
  'SPOP nosuch 3',
  'SADD k a b c d e f g',
  'SPOP k 0',
  'SPOP k 1',
  'SPOP k 2',
  'SPOP k 9',
  'SADD one a',
  'SPOP one',
  'SADD one a',
  'SPOP one 1',
  `SADD many ${MANY}`,
  'SPOP many',
  'SPOP many 9',
  'SPOP many 280',
  'SPOP many 1000',
]);

events('events of combinations of sets', [
  'SADD a 1 2 3',
  'SADD b 2 3 4',
  'SINTER a nosuch b',
  'SINTERCARD 2 a nosuch',
  'SUNION nosuch nosuch',
  'SDIFF nosuch a',
  'SINTERSTORE t a b',
  'SINTERSTORE t a b',
  'SINTERSTORE t a nosuch',
  'SINTERSTORE t a nosuch',
  'SUNIONSTORE t a b',
  'SUNIONSTORE t nosuch',
  'SDIFFSTORE t a b',
  'SDIFFSTORE t a a',
  'SET t v EX 1000',
  'SDIFFSTORE t a b',
  'SUNIONSTORE a a b',
  'RENAME a c',
  'COPY b c REPLACE',
]);

differential('dirty counts of the set commands', [
  ...[
    'SADD k a b c d',
    'SADD k a b',
    'SADD k a e',
    'SREM k a b x',
    'SREM k x',
    'SMOVE k t c',
    'SADD k c',
    'SMOVE k t c',
    'SMOVE k k e',
    'SUNIONSTORE u k t',
    'SINTERSTORE u k nosuch',
    'SINTERSTORE u k nosuch',
    'SPOP u 3',
    'SADD n 1 2 3 4 5 6 7 8 9',
    'SPOP n 0',
    'SPOP n 100',
  ].flatMap((line): Line[] => [
    line === 'SPOP n 100' ? { send: line, tolerance: 'sorted' } : line,
    { send: 'INFO persistence', part: /rdb_changes_since_last_save:\d+/ },
  ]),
]);
