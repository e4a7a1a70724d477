// OBJECT, and which commands are an access: with lfu-log-factor 0 each access counts exactly one.
import { differential } from '../support/differential.ts';
import type { Line } from '../support/lines.ts';

differential('OBJECT', [
  'OBJECT',
  { send: 'OBJECT HELP', only: '7.2' },
  { send: 'object help', only: '7.2' },
  'OBJECT HELP k',
  'OBJECT bogus',
  'OBJECT bogus k',
  'OBJECT ""',
  ...['ENCODING', 'FREQ', 'IDLETIME', 'REFCOUNT'].flatMap((name) => [
    `OBJECT ${name}`,
    `OBJECT ${name} k`,
    `OBJECT ${name} k l`,
  ]),
]);

differential('OBJECT ENCODING', [
  ...['1', '-1', '', 'a', 'x'.repeat(44), 'x'.repeat(45), '9223372036854775808'].flatMap(
    (value): Line[] => [{ send: ['SET', 'k', value] }, 'OBJECT ENCODING k'],
  ),
]);

differential('OBJECT REFCOUNT of shared integers', [
  ...['0', '9999', '10000', '-1', '01', 'a'].flatMap((value) => [
    `SET k ${value}`,
    'OBJECT REFCOUNT k',
  ]),
  'INCR n',
  'OBJECT REFCOUNT n',
  'CONFIG SET maxmemory 1gb maxmemory-policy allkeys-lru',
  'SET k 1',
  'OBJECT REFCOUNT k',
  'CONFIG SET maxmemory-policy volatile-ttl',
  'SET k 1',
  'OBJECT REFCOUNT k',
  'CONFIG SET maxmemory 0 maxmemory-policy noeviction',
]);

differential('what is tracked depends on the policy', [
  'SET k v',
  'OBJECT IDLETIME k',
  'OBJECT FREQ k',
  'OBJECT FREQ nokey',
  'CONFIG SET maxmemory-policy allkeys-lfu',
  'OBJECT IDLETIME k',
  'OBJECT IDLETIME nokey',
  'SET k v',
  'DEL k',
  'SET k v',
  'OBJECT FREQ k',
  'CONFIG SET maxmemory-policy volatile-lfu',
  'OBJECT FREQ k',
  'CONFIG SET maxmemory-policy noeviction',
  'OBJECT FREQ k',
]);

/** Does not fit where a small value is. */
const BIG = 'x'.repeat(3000);

/** Runs a line on a fresh key `k` beside a key `other`, and asks for all counters. */
function accessLines(line: string): Line[] {
  return [
    'MSET k 100005 other 100007',
    'EXPIRE k 1000',
    { send: line, tolerance: 'any' },
    'OBJECT FREQ k',
    'OBJECT FREQ other',
    'OBJECT FREQ new',
    'FLUSHALL',
  ];
}

const ACCESSES = [
  'GET k',
  'EXISTS k',
  'TYPE k',
  'TTL k',
  'PTTL k',
  'EXPIRETIME k',
  'TOUCH k other k',
  'EXPIRE k 100',
  'EXPIRE k 100 NX',
  'PERSIST k',
  'OBJECT ENCODING k',
  'RENAME k k',
  'RENAMENX k other',
  'RENAMENX k k',
  'COPY k new',
  'COPY k other',
  'COPY k other REPLACE',
  'SCAN 0 TYPE string',
  'KEYS *',
  'RANDOMKEY',
  'SET k v',
  'SET k v KEEPTTL',
  'SET k v XX',
  'SET k v NX',
  `SET k ${BIG}`,
  `SET k ${BIG} KEEPTTL`,
  'SETNX k v',
  'SETEX k 100 v',
  'GETSET k v',
  'GETEX k',
  'GETEX k PERSIST',
  'GETEX k EX 10',
  'GETDEL k',
  'MSET k v new w',
  'MSETNX k v new w',
  'MSETNX new v',
  'MGET k other new',
  'STRLEN k',
  'GETRANGE k 0 2',
  'LCS k other',
  'APPEND k v',
  `APPEND k ${BIG}`,
  'APPEND new v',
  'SETRANGE k 20 v',
  'SETRANGE k 5000 v',
  'SETRANGE k 0 ""',
  'INCR k',
  'INCRBY new 100000',
  'SET k v XX GET',
  'SET k v NX GET',
  'SET new v NX',
  'SET new v XX',
  'INCRBY k 100000000000',
  'INCRBYFLOAT k 1.5',
];

differential('which commands are an access', [
  'CONFIG SET maxmemory-policy allkeys-lfu lfu-log-factor 0',
  ...ACCESSES.flatMap(accessLines),
  'CONFIG SET maxmemory-policy noeviction lfu-log-factor 10',
]);

differential(
  'a key that goes elsewhere begins anew',
  [
    'CONFIG SET maxmemory-policy allkeys-lfu lfu-log-factor 0',
    ...['RENAME k new', 'RENAMENX k new', 'RENAME k other'].flatMap(accessLines),
    'SET k v',
    'TOUCH k k k',
    'COPY k new DB 1',
    'COPY k l DB 1',
    'COPY k l DB 1 REPLACE',
    'OBJECT FREQ k',
    'MOVE k 1',
    'SELECT 1',
    'OBJECT FREQ k',
    'OBJECT FREQ new',
    'OBJECT FREQ l',
    'CONFIG SET maxmemory-policy noeviction lfu-log-factor 10',
  ],
  { only: '7.2' },
);

differential(
  'which commands are an access after CLIENT NO-TOUCH',
  [
    'CONFIG SET maxmemory-policy allkeys-lfu lfu-log-factor 0',
    'CLIENT NO-TOUCH ON',
    ...ACCESSES.flatMap(accessLines),
    'CONFIG SET maxmemory-policy noeviction lfu-log-factor 10',
  ],
  { only: '7.2' },
);
