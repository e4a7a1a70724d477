// Generic commands on deadlines. Times are far away, in the past, or compared with a tolerance.
import { differential } from '../support/differential.ts';
import type { Line } from '../support/lines.ts';

const EXPIRES = ['EXPIRE', 'PEXPIRE', 'EXPIREAT', 'PEXPIREAT'];
const TTLS = ['TTL', 'PTTL', 'EXPIRETIME', 'PEXPIRETIME'];
/** A moment of the year 3021, and a later one. */
const FAR_S = 33177117420;
const FAR_MS = 33177117420000;

/** Lines that say all about a key's deadline, when it is far away or none. */
function deadlineLines(name: string): Line[] {
  const lines = TTLS.map((command): Line => ({ send: `${command} ${name}`, tolerance: 'approx' }));
  return [...lines, `EXISTS ${name}`];
}

differential('TTL and its kin without a deadline', [
  ...TTLS.flatMap((name) => [name, `${name} k`, `${name} k l`]),
  'SET k v',
  ...TTLS.map((name) => `${name} k`),
]);

differential('EXPIRE and its kin', [
  ...EXPIRES.flatMap((name) => [name, `${name} k`, `${name} k ${FAR_S}`]),
  'SET k v',
  'EXPIRE k 1000',
  ...deadlineLines('k'),
  'PEXPIRE k 1500000',
  ...deadlineLines('k'),
  `EXPIREAT k ${FAR_S}`,
  'EXPIRETIME k',
  'PEXPIRETIME k',
  ...deadlineLines('k'),
  `PEXPIREAT k ${FAR_MS + 499}`,
  'EXPIRETIME k',
  'PEXPIRETIME k',
  `PEXPIREAT k ${FAR_MS + 500}`,
  'EXPIRETIME k',
  'PERSIST k',
  ...TTLS.map((name) => `${name} k`),
  'EXPIRE k 100',
  'TTL k',
  'APPEND k x',
  'INCRBY k 1',
  'TTL k',
  'SET k v',
  'TTL k',
]);

differential('a deadline in the past deletes and counts', [
  ...EXPIRES.flatMap((name) =>
    ['0', '-1', '-9007199254740993', '-9223372036854775'].flatMap((time) => [
      'SET k v',
      `${name} k ${time}`,
      'EXISTS k',
      `${name} k ${time}`,
    ]),
  ),
  'SET k v',
  'EXPIREAT k 1',
  'EXISTS k',
  'SET k v EX 1000',
  'PEXPIREAT k 1700000000000 NX',
  'PEXPIREAT k 1700000000000 GT',
  'PEXPIREAT k 1700000000000 LT',
  'EXISTS k',
  'SET k v',
  'EXPIRE k -1 XX',
  'EXPIRE k -1 GT',
  'EXPIRE k -1 LT',
  'EXISTS k',
]);

/** Times that are no integers, or that overflow in one unit or the other. */
const TIMES = [
  'abc',
  '""',
  '1.5',
  '" 1"',
  '"1 "',
  '+1',
  '01',
  '-0',
  '1e3',
  '9007199254740991',
  '9007199254740992',
  '9223372036854775',
  '9223372036854776',
  '-9223372036854775',
  '-9223372036854776',
  '9223372036854775807',
  '9223372036854775808',
  '-9223372036854775807',
  '-9223372036854775808',
  '-9223372036854775809',
];

differential('times that are too large or no integers', [
  ...EXPIRES.flatMap((name) =>
    TIMES.flatMap((time) => ['SET k v', `${name} k ${time}`, `${name} nokey ${time}`, 'EXISTS k']),
  ),
]);

differential('a deadline beyond 2^53 ms is exact to 1024 ms', [
  'SET k v',
  'PEXPIREAT k 9223372036854770000',
  { send: 'EXPIRETIME k', tolerance: 'rounded' },
  { send: 'PEXPIRETIME k', tolerance: 'rounded' },
  { send: 'TTL k', tolerance: 'rounded' },
  { send: 'PTTL k', tolerance: 'rounded' },
  'EXPIRE k 100',
  'TTL k',
  'PEXPIREAT k 9223372036854775807',
  { send: 'PEXPIRETIME k', tolerance: 'rounded' },
  'EXPIREAT k 9007199254740',
  'EXPIRETIME k',
  'PEXPIRETIME k',
  'PEXPIREAT k 9007199254740991',
  'EXPIRETIME k',
  'PEXPIRETIME k',
]);

differential('NX, XX, GT and LT', [
  'SET k v',
  `EXPIREAT k ${FAR_S} XX`,
  `EXPIREAT k ${FAR_S} GT`,
  'EXPIRETIME k',
  `EXPIREAT k ${FAR_S} xx lt`,
  `EXPIREAT k ${FAR_S} LT`,
  'EXPIRETIME k',
  `EXPIREAT k ${FAR_S + 1} NX`,
  `EXPIREAT k ${FAR_S} GT`,
  `EXPIREAT k ${FAR_S} LT`,
  `EXPIREAT k ${FAR_S + 1} LT`,
  'EXPIRETIME k',
  `EXPIREAT k ${FAR_S + 1} GT`,
  'EXPIRETIME k',
  `EXPIREAT k ${FAR_S} GT`,
  `EXPIREAT k ${FAR_S - 1} LT`,
  'EXPIRETIME k',
  `EXPIREAT k ${FAR_S - 2} XX LT`,
  `EXPIREAT k ${FAR_S + 2} XX GT`,
  `EXPIREAT k ${FAR_S} XX XX`,
  'EXPIRETIME k',
  'PERSIST k',
  `PEXPIREAT k ${FAR_MS} NX NX`,
  `PEXPIREAT k ${FAR_MS + 1} nx`,
  'PEXPIRETIME k',
  'EXPIRE k 1000 GT',
  'EXPIRE k 1000 LT',
  'PEXPIRE k 500000 gt',
  'PEXPIRE k 2000000 gt',
  'TTL k',
  'EXPIRE nokey 10 NX',
]);

differential('options that do not go together, or are none', [
  'SET k v',
  ...EXPIRES.flatMap((name) =>
    [
      'NX XX',
      'NX GT',
      'LT NX',
      'GT LT',
      'XX GT LT',
      'NX XX GT LT',
      'bogus',
      'NX bogus',
      'NX XX bogus',
      '""',
      '"a b"',
      '"bo\\x00gus"',
      '"bo\\r\\ngus"',
      '\\xff\\xfe',
    ].map((options) => `${name} k 100 ${options}`),
  ),
  'EXPIRE k abc NX XX',
  'EXPIRE k abc bogus',
  'EXPIRE k abc NX',
  'EXPIRE nokey 9223372036854775807 bogus',
  'TTL k',
]);

differential('PERSIST', [
  'PERSIST',
  'PERSIST k',
  'PERSIST k l',
  'SET k v',
  'PERSIST k',
  'EXPIRE k 100',
  'PERSIST k',
  'PERSIST k',
  'TTL k',
]);
