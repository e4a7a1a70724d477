// Generic commands on keys as such: deleting, counting, renaming, copying, moving.
import assert from 'node:assert/strict';
import { comparison, differential } from '../support/differential.ts';
import type { Line } from '../support/lines.ts';

/** Longer than what a record holds. */
const BIG = 'b'.repeat(40_000);
const LONG_KEY = 'k'.repeat(9000);
const LATER_MS = 33177117420007;

differential('DEL and UNLINK', [
  ...['DEL', 'UNLINK'].flatMap((name) => [
    name,
    `${name} k`,
    'SET k v',
    `${name} k`,
    'GET k',
    'MSET a 1 b 2 c 3 "" 4',
    `${name} a nokey c a ""`,
    'EXISTS a b c ""',
    `SET big ${BIG}`,
    `SET ${LONG_KEY} ${BIG} EX 1000`,
    `${name} big ${LONG_KEY}`,
    'DBSIZE',
    'FLUSHALL',
  ]),
  'del k',
]);

differential('EXISTS and TOUCH', [
  ...['EXISTS', 'TOUCH'].flatMap((name) => [
    name,
    `${name} k`,
    'MSET k 1 l 2',
    `${name} k`,
    `${name} k k k`,
    `${name} k nokey l`,
    'FLUSHALL',
  ]),
]);

differential('TYPE', ['TYPE k', 'SET k v', 'TYPE k', 'SET k 1', 'TYPE k', 'TYPE', 'TYPE k l']);

differential('RENAME', [
  'RENAME',
  'RENAME a',
  'RENAME a b c',
  'RENAME a b',
  'RENAME a a',
  'SET a 1',
  'RENAME a a',
  'GET a',
  'RENAME a b',
  'MGET a b',
  'SET a 2',
  'RENAME a b',
  'MGET a b',
  'RENAME b ""',
  'GET ""',
]);

differential('RENAMENX', [
  'RENAMENX',
  'RENAMENX a b',
  'RENAMENX a a',
  'SET a 1',
  'RENAMENX a a',
  'RENAMENX a b',
  'SET a 2',
  'RENAMENX a b',
  'MGET a b',
]);

differential('RENAME takes the deadline along, and no other', [
  `SET a 1 PXAT ${LATER_MS}`,
  'RENAME a b',
  'PEXPIRETIME b',
  'SET c 2',
  'RENAME c b',
  'PEXPIRETIME b',
  `PEXPIREAT b ${LATER_MS}`,
  'SET c 3 EX 10',
  'RENAME b c',
  'PEXPIRETIME c',
  'RENAMENX c d',
  'PEXPIRETIME d',
  'RENAME d d',
  'PEXPIRETIME d',
]);

differential('RENAME and COPY of long keys and big values', [
  `SET ${LONG_KEY} ${BIG}`,
  `RENAME ${LONG_KEY} short`,
  'STRLEN short',
  'APPEND short x',
  `COPY short ${LONG_KEY}`,
  'SET short v',
  `GET ${LONG_KEY}`,
  `RENAME short ${LONG_KEY}`,
  `GET ${LONG_KEY}`,
  `SET a ${'v'.repeat(32_000)}`,
  `RENAME a ${LONG_KEY}`,
  `GET ${LONG_KEY}`,
  `RENAME ${LONG_KEY} a`,
  'GET a',
  'DBSIZE',
]);

differential('the encoding stays with RENAME, COPY and MOVE', [
  ...['12', 'text', 'x'.repeat(45)].flatMap((value) => [
    `SET a ${value}`,
    'RENAME a b',
    'OBJECT ENCODING b',
    'COPY b c REPLACE',
    'OBJECT ENCODING c',
    'MOVE c 1',
    'SELECT 1',
    'OBJECT ENCODING c',
    'SELECT 0',
    'FLUSHALL',
  ]),
  'SET a 1',
  'APPEND a 2',
  'COPY a b',
  'OBJECT ENCODING b',
]);

differential('COPY', [
  'COPY',
  'COPY a',
  'COPY a b',
  'COPY a a',
  'SET a 1',
  'COPY a a',
  'COPY a a REPLACE',
  'COPY a b',
  'GET b',
  'SET a 2',
  'COPY a b',
  'GET b',
  'COPY a b replace',
  'GET b',
  'APPEND a x',
  'GET b',
  'COPY nokey b REPLACE',
  'GET b',
  'COPY a a DB 1',
  'COPY a a DB 1',
  'COPY a a DB 1 REPLACE',
  'COPY a a DB 0',
  'COPY a a DB 1 DB 0',
  'COPY a a REPLACE DB 1 REPLACE',
  'SELECT 1',
  'GET a',
  'COPY a c DB 0',
  'SELECT 0',
  'GET c',
]);

differential('COPY takes the deadline along', [
  `SET a 1 PXAT ${LATER_MS}`,
  'COPY a b',
  'COPY a a DB 1',
  'PEXPIRETIME a',
  'PEXPIRETIME b',
  'PERSIST a',
  'COPY a b REPLACE',
  'PEXPIRETIME b',
  'SELECT 1',
  'PEXPIRETIME a',
]);

/** Database numbers that are none. */
const BAD_NUMBERS = [
  '16',
  '-1',
  'abc',
  '""',
  '1.0',
  '01',
  '" 1"',
  '2147483647',
  '2147483648',
  '-2147483648',
  '-2147483649',
  '9223372036854775807',
  '9223372036854775808',
];

differential('COPY that is refused', [
  'SET a 1',
  ...BAD_NUMBERS.map((number): Line => `COPY a b DB ${number}`),
  'COPY a b DB',
  'COPY a b DB 1 DB',
  'COPY a b bogus',
  'COPY a b REPLACE bogus',
  'COPY a b bogus DB x',
  'COPY a b DB x bogus',
  'COPY a a DB 99',
  'EXISTS b',
]);

differential('MOVE', [
  'MOVE',
  'MOVE a',
  'MOVE a 1',
  'MOVE a 0',
  'SET a 1',
  'MOVE a 0',
  'MOVE a 1',
  'EXISTS a',
  'SET a 2',
  'MOVE a 1',
  'GET a',
  'SELECT 1',
  'GET a',
  'MOVE a 0',
  'DEL a',
  'MOVE a 0',
  `SET b ${BIG} PXAT ${LATER_MS}`,
  'MOVE b 15',
  'DBSIZE',
  'SELECT 15',
  'PEXPIRETIME b',
  'STRLEN b',
  'MOVE b 2 3',
  'SET c v',
  'MOVE c 14',
  'SELECT 14',
  'PEXPIRETIME c',
]);

differential('MOVE that is refused', [
  'SET a 1',
  ...BAD_NUMBERS.map((number): Line => `MOVE a ${number}`),
  ...BAD_NUMBERS.map((number): Line => `MOVE nokey ${number}`),
  'GET a',
]);

comparison('changes are counted once', {}, async (pair) => {
  for (const line of [
    'MSET a 1 b 2 c 3',
    'RENAME a d',
    'RENAME d d',
    'COPY b e',
    'COPY b e REPLACE',
    'RENAME e d',
    'EXPIRE b 100',
    'EXPIRE b 100 NX',
    'RENAME b f',
    'COPY f g',
    'PERSIST f',
    'PERSIST f',
    'MOVE c 1',
    'EXPIRE d 0',
    'DEL f nokey g',
    'RENAME nokey a',
    'EXPIRE nokey 10',
  ]) {
    await pair.send('', 2, line.split(' '));
    const [theirs, ours] = await pair.send('', 2, ['INFO', 'persistence']);
    assert.equal(changesOf(ours), changesOf(theirs), `changes after ${line}`);
  }
});

function changesOf(info: Buffer): string | undefined {
  return /rdb_changes_since_last_save:(\d+)/.exec(info.toString('latin1'))?.[1];
}
