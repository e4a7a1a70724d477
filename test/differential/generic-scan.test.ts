// Generic commands that walk over the keys. Cursors are each server's own business, so that scans
// are compared where they return everything at once.
import { differential } from '../support/differential.ts';
import type { Line } from '../support/lines.ts';

const KEYS = ['a', 'b', 'ab', 'key:1', 'key:2', 'key:10', '', '*', '[', 'a\\', '\0', 'KEY:1'];
const LONG_KEY = 'k'.repeat(9000);
const SET_KEYS: Line[] = KEYS.map((key): Line => ({ send: ['SET', key, 'v'] }));

/** Patterns with every special byte, and with none. */
const PATTERNS = [
  '*',
  '',
  '**',
  'a',
  'a*',
  '*b',
  '?',
  'key:?',
  'key:[0-9]',
  'key:[^1]',
  '[ab]',
  '[b-a]',
  '\\*',
  '\\[',
  'a\\\\',
  '[',
  '[a',
  'k*1*',
  'nothing',
  '\0',
  'KEY*',
];

/** Walks of at least all keys, whose cursor is 0 again. */
function whole(...args: string[]): Line {
  return { send: ['SCAN', '0', 'COUNT', '1000', ...args], tolerance: 'sorted' };
}

differential('KEYS', [
  'KEYS',
  'KEYS * *',
  'KEYS *',
  ...SET_KEYS,
  ...PATTERNS.map((pattern): Line => ({ send: ['KEYS', pattern], tolerance: 'sorted' })),
  `SET ${LONG_KEY} v`,
  { send: 'KEYS *', tolerance: 'sorted' },
  'KEYS ka*',
  'KEYS kkk*k',
  'SELECT 1',
  'KEYS *',
]);

differential('SCAN', [
  'SCAN',
  'SCAN 0',
  ...SET_KEYS,
  whole(),
  ...PATTERNS.map((pattern) => whole('MATCH', pattern)),
  ...['string', 'STRING', 'list', 'hash', 'set', 'zset', 'stream', 'none', 'bogus', ''].map(
    (type) => whole('TYPE', type),
  ),
  whole('MATCH', 'a*', 'TYPE', 'string'),
  whole('match', 'nothing', 'match', 'a*', 'count', '500'),
  whole('COUNT', '9223372036854775'),
  `SET ${LONG_KEY} v`,
  whole(),
  'SELECT 1',
  whole(),
]);

differential('SCAN that is refused', [
  ...['abc', '1.5', '" 0"', '"0 "', '1x', '18446744073709551616', '-'].map(
    (cursor) => `SCAN ${cursor}`,
  ),
  ...['""', '00', '+0', '-0', '-1', '18446744073709551615', '"0\\x00x"'].map(
    (cursor) => `SCAN ${cursor}`,
  ),
  ...['0', '-1', 'abc', '""', '1.5', '9223372036854775808', '-9223372036854775808'].map(
    (count) => `SCAN 0 COUNT ${count}`,
  ),
  'SCAN 0 COUNT',
  'SCAN 0 MATCH',
  'SCAN 0 TYPE',
  'SCAN 0 bogus',
  'SCAN 0 bogus 1',
  'SCAN 0 COUNT 10 bogus',
  'SCAN 0 COUNT abc bogus',
  'SCAN 0 bogus COUNT abc',
  'SCAN 0 COUNT 0 bogus',
  'SCAN 0 COUNT 10 COUNT',
  'SCAN abc COUNT 0',
]);

differential('RANDOMKEY', [
  'RANDOMKEY',
  'RANDOMKEY x',
  'SET only v',
  'RANDOMKEY',
  'SELECT 1',
  'RANDOMKEY',
  `SET ${LONG_KEY} v`,
  'RANDOMKEY',
  'SET two v',
  { send: 'RANDOMKEY', tolerance: 'any' },
]);

differential('walks pass keys by whose deadline has passed', [
  'DEBUG SET-ACTIVE-EXPIRE 0',
  'MSET a 1 b 2 c 3',
  'PEXPIRE b 1',
  'SET d 4 PX 1',
  'DEBUG SLEEP 0.005',
  'DBSIZE',
  { send: 'KEYS *', tolerance: 'sorted' },
  'DBSIZE',
  whole(),
  'DBSIZE',
  'FLUSHALL',
  'SET only 1 PX 1',
  'DEBUG SLEEP 0.005',
  'RANDOMKEY',
  'DBSIZE',
  'SET only 1 PX 1',
  'DEBUG SLEEP 0.005',
  whole('TYPE', 'list'),
  'DBSIZE',
  'DEBUG SET-ACTIVE-EXPIRE 1',
]);
