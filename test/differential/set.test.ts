// Set commands on the reference and on Redstart: replies, errors and their order. 7.0 has no packed
// sets: what has an order, and the encodings, are in set-forms.test.ts.
import { differential } from '../support/differential.ts';
import type { Line } from '../support/lines.ts';

const LONG = 'm'.repeat(100);
const HUGE = 'm'.repeat(9000);
const MANY = Array.from({ length: 700 }, (_, i) => `member:${i}`);
const NUMBERS = Array.from({ length: 600 }, (_, i) => String(i * 37 - 9000));

/** Sets of every form: of integers, packed, and two tables. */
const FORMS: readonly (readonly string[])[] = [
  ['3', '1', '2', '-5', '70000', '9223372036854775807', '-9223372036854775808'],
  ['b', 'a', '1', 'c\0\xff', '', '01', '9223372036854775808'],
  ['a', LONG, HUGE, '7', ''],
  MANY,
];

const SETUP: Line[] = [
  ...FORMS.map((members, i): Line => ({ send: ['SADD', `k${i}`, ...members] })),
  'SET string v',
  'SADD one a',
];
const KEYS = ['k0', 'k1', 'k2', 'k3', 'one', 'nosuch'];

function sorted(...send: string[]): Line {
  return { send, tolerance: 'sorted' };
}

differential('arity of the set commands', [
  ...['SADD', 'SREM', 'SMOVE', 'SISMEMBER', 'SMISMEMBER', 'SCARD', 'SPOP', 'SRANDMEMBER'],
  ...['SINTER', 'SINTERSTORE', 'SINTERCARD', 'SUNION', 'SUNIONSTORE', 'SDIFF', 'SDIFFSTORE'],
  ...['SMEMBERS', 'SSCAN'],
  ...['SADD k', 'SREM k', 'SMOVE a b', 'SMOVE a b c d', 'SISMEMBER k', 'SISMEMBER k a b'],
  ...['SMISMEMBER k', 'SCARD k k', 'SPOP k 1 1', 'SRANDMEMBER k 1 1', 'SINTERSTORE k'],
  ...['SINTERCARD 1', 'SUNIONSTORE k', 'SDIFFSTORE k', 'SMEMBERS k k', 'SSCAN k'],
]);

differential('SADD, SCARD, SMEMBERS, SISMEMBER, SMISMEMBER, TYPE', [
  ...SETUP,
  'SADD k1 new',
  'SADD k1 new a newer newer',
  'SADD string a',
  ...KEYS.flatMap((name): Line[] => [
    `SCARD ${name}`,
    `TYPE ${name}`,
    sorted('SMEMBERS', name),
    ...['1', '01', '+1', '-5', '', 'a', 'c\0\xff', LONG, HUGE, 'member:699', 'new'].map(
      (member): Line => ({ send: ['SISMEMBER', name, member] }),
    ),
    { send: ['SMISMEMBER', name, '1', 'a', '', LONG, '9223372036854775807', '-0', '1'] },
  ]),
  'SCARD string',
  'SMEMBERS string',
  'SISMEMBER string a',
  'SMISMEMBER string a',
]);

differential('SREM', [
  ...SETUP,
  'SREM nosuch a',
  'SREM string a',
  'SREM k0 a',
  'SREM k0 1 1 2 99 a',
  sorted('SMEMBERS', 'k0'),
  'SREM k0 3 -5 70000 9223372036854775807 -9223372036854775808 3',
  'EXISTS k0',
  { send: ['SREM', 'k1', '', 'a', '1', 'x'] },
  sorted('SMEMBERS', 'k1'),
  { send: ['SREM', 'k2', HUGE, '7', HUGE] },
  sorted('SMEMBERS', 'k2'),
  { send: ['SREM', 'k3', ...MANY.slice(1)] },
  sorted('SMEMBERS', 'k3'),
  'SREM k3 member:0',
  'EXISTS k3',
  'SREM one a a a',
  'EXISTS one',
]);

differential('SMOVE', [
  ...SETUP,
  'SMOVE nosuch string a',
  'SMOVE string one a',
  'SMOVE one string a',
  'SMOVE string nosuch a',
  'SMOVE one one a',
  'SMOVE one one b',
  'SMOVE k1 one nosuch',
  'SMOVE k1 one a',
  'SMOVE k1 one b',
  sorted('SMEMBERS', 'one'),
  'SMOVE k0 new 70000',
  'SMOVE k1 newer c\0\xff',
  'SMOVE one k3 a',
  'SMOVE one k3 b',
  'EXISTS one',
  'SCARD k3',
  'SMEMBERS new',
  'EXPIRE new 1000',
  'SMOVE new newest 70000',
  'TTL newest',
  'EXISTS new',
]);

const COMBINATIONS: readonly (readonly string[])[] = [
  ...KEYS.map((name) => [name]),
  ['k0', 'k1'],
  ['k1', 'k2', 'one'],
  ['k3', 'k3'],
  ['k3', 'more'],
  ['more', 'k3', 'k1'],
  ['numbers', 'k0', 'few'],
  ['few', 'numbers'],
  ['numbers', 'few'],
  ['k1', 'nosuch', 'k0'],
  ['nosuch', 'k1'],
  ['k1', 'k2', 'k1'],
  ['k3', 'k2', 'k1', 'k0', 'one', 'numbers', 'few', 'more'],
  ['string'],
  ['nosuch', 'string'],
  ['string', 'nosuch'],
  ['k0', 'string', 'k1'],
];

const OTHERS: Line[] = [
  { send: ['SADD', 'numbers', ...NUMBERS] },
  { send: ['SADD', 'few', ...NUMBERS.slice(200, 300), '-1'] },
  { send: ['SADD', 'more', ...MANY.slice(350), 'b', '1', 'other'] },
];

for (const name of ['SINTER', 'SUNION', 'SDIFF']) {
  differential(name, [...SETUP, ...OTHERS, ...COMBINATIONS.map((keys) => sorted(name, ...keys))]);
  differential(`${name}STORE`, [
    ...SETUP,
    ...OTHERS,
    ...COMBINATIONS.flatMap((keys): Line[] => [
      { send: [`${name}STORE`, 'target', ...keys] },
      sorted('SMEMBERS', 'target'),
    ]),
    'SADD target x',
    `${name}STORE target nosuch`,
    'EXISTS target',
    `${name}STORE target nosuch`,
    'SET target v EX 1000',
    `${name}STORE target k1`,
    'TTL target',
    sorted('SMEMBERS', 'target'),
    'EXPIRE target 1000',
    `${name}STORE target k0 k0`,
    'TTL target',
    `${name}STORE k1 k1 k2`,
    sorted('SMEMBERS', 'k1'),
    `${name}STORE k3 k2 k3`,
    sorted('SMEMBERS', 'k3'),
    `${name}STORE target string`,
    `${name}STORE string k2`,
    sorted('SMEMBERS', 'string'),
  ]);
}

differential('SINTERCARD', [
  ...SETUP,
  ...OTHERS,
  ...COMBINATIONS.map((keys): Line => ({ send: ['SINTERCARD', String(keys.length), ...keys] })),
  'SINTERCARD 1 k3 LIMIT 10',
  'SINTERCARD 1 k3 limit 0',
  'SINTERCARD 2 k3 more LIMIT 5',
  'SINTERCARD 2 k3 more LIMIT 9999',
  'SINTERCARD 2 k3 more LIMIT 9223372036854775807',
  'SINTERCARD 2 k3 more LIMIT -1',
  'SINTERCARD 2 k3 more LIMIT x',
  'SINTERCARD 2 k3 more LIMIT 9223372036854775808',
  'SINTERCARD 2 k3 more LIMIT',
  'SINTERCARD 2 k3 more LIMIT 1 LIMIT 2',
  'SINTERCARD 2 k3 more LIMIT 1 LIMIT',
  'SINTERCARD 2 k3 more COUNT 1',
  'SINTERCARD 1 k3 more',
  'SINTERCARD 0 k3',
  'SINTERCARD -1 k3',
  'SINTERCARD x k3',
  'SINTERCARD 9223372036854775808 k3',
  'SINTERCARD 9223372036854775807 k3',
  'SINTERCARD 3 k3 more',
  'SINTERCARD 2 k3 string',
  'SINTERCARD 2 nosuch string',
  'SINTERCARD 1 string LIMIT x',
]);

const COUNTS = ['x', '', '1.0', '9223372036854775808', '-9223372036854775809', ' 1', '01'];

differential('SPOP', [
  ...SETUP,
  'SPOP nosuch',
  'SPOP nosuch 0',
  'SPOP nosuch 5',
  'SPOP string',
  'SPOP string 0',
  'SPOP string 2',
  'SPOP one',
  'EXISTS one',
  'SADD one a',
  'SPOP one 0',
  'SPOP one 1',
  'EXISTS one',
  ...COUNTS.flatMap((count): Line[] => [
    { send: ['SPOP', 'k1', count] },
    { send: ['SPOP', 'string', count] },
    { send: ['SPOP', 'nosuch', count] },
  ]),
  'SPOP k1 -1',
  'SPOP k1 -9223372036854775808',
  ...['k0', 'k1', 'k2'].flatMap((name): Line[] => [
    { send: `SPOP ${name}`, tolerance: 'any' },
    { send: `SPOP ${name} 2`, part: /^.\d+/ },
    `SCARD ${name}`,
  ]),
  ...['5', '100', '550'].flatMap((count): Line[] => [
    { send: `SPOP k3 ${count}`, part: /^.\d+\r/ },
    'SCARD k3',
  ]),
  ...KEYS.flatMap((name): Line[] => [
    { send: `SPOP ${name} 9223372036854775807`, part: /^.\d+/ },
    `EXISTS ${name}`,
  ]),
  { send: ['SADD', 'all', ...MANY, ...NUMBERS] },
  sorted('SPOP', 'all', '1300'),
  'EXISTS all',
]);

differential('SRANDMEMBER', [
  ...SETUP,
  'SRANDMEMBER nosuch',
  'SRANDMEMBER nosuch 5',
  'SRANDMEMBER nosuch -5',
  'SRANDMEMBER string',
  'SRANDMEMBER string 0',
  'SRANDMEMBER string -2',
  'SRANDMEMBER one',
  'SRANDMEMBER one 1',
  'SRANDMEMBER one 5',
  'SRANDMEMBER one -5',
  'SRANDMEMBER one 0',
  'SRANDMEMBER one -0',
  ...COUNTS.flatMap((count): Line[] => [
    { send: ['SRANDMEMBER', 'k1', count] },
    { send: ['SRANDMEMBER', 'string', count] },
  ]),
  'SRANDMEMBER one -9223372036854775808',
  'SRANDMEMBER nosuch -9223372036854775808',
  'SRANDMEMBER string -9223372036854775808',
  'SRANDMEMBER nosuch -9223372036854775807',
  'SRANDMEMBER string -9223372036854775807',
  'SRANDMEMBER one 9223372036854775807',
  ...KEYS.flatMap((name): Line[] => [
    sorted('SRANDMEMBER', name, '1000'),
    sorted('SRANDMEMBER', name, '9223372036854775807'),
    ...['1', '2', '-3', '-20', '4', '300', '699', '-5000'].map(
      (count): Line => ({ send: `SRANDMEMBER ${name} ${count}`, part: /^.\d+/ }),
    ),
    `SCARD ${name}`,
  ]),
]);

differential('SSCAN', [
  ...SETUP,
  ...KEYS.flatMap((name): Line[] => [
    sorted('SSCAN', name, '0', 'COUNT', '10000'),
    sorted('SSCAN', name, '0', 'COUNT', '10000', 'MATCH', '*'),
    sorted('SSCAN', name, '0', 'match', '*1*', 'count', '10000'),
    sorted('SSCAN', name, '0', 'MATCH', '', 'COUNT', '10000'),
    sorted('SSCAN', name, '0', 'MATCH', 'a', 'COUNT', '10000', 'MATCH', 'member:1?'),
  ]),
  sorted('SSCAN', 'k0', '0', 'COUNT', '1'),
  sorted('SSCAN', 'k0', '12345'),
  'SSCAN k1 x',
  'SSCAN k0 -1',
  { send: ['SSCAN', 'k0', ''] },
  'SSCAN nosuch x',
  'SSCAN string x',
  'SSCAN string 0',
  'SSCAN string 0 COUNT x',
  'SSCAN nosuch 0 COUNT x',
  'SSCAN nosuch 0 BOGUS',
  'SSCAN k1 0 COUNT',
  'SSCAN k1 0 MATCH',
  'SSCAN k1 0 COUNT 0',
  'SSCAN k1 0 COUNT -1',
  'SSCAN k1 0 COUNT x',
  'SSCAN k1 0 COUNT 9223372036854775808',
  'SSCAN k1 0 MATCH a COUNT',
  'SSCAN k1 0 TYPE set',
  'SSCAN k1 0 NOVALUES',
  'SSCAN k1 0 bogus 1',
]);

differential('generic commands and sets', [
  ...SETUP,
  ...['k0', 'k1', 'k2', 'k3'].flatMap((name): Line[] => [
    `COPY ${name} copy REPLACE`,
    sorted('SMEMBERS', 'copy'),
    'SADD copy x',
    'SREM copy 1',
    sorted('SMEMBERS', 'copy'),
    sorted('SMEMBERS', name),
    'RENAME copy renamed',
    'MOVE renamed 3',
    'SELECT 3',
    sorted('SMEMBERS', 'renamed'),
    'UNLINK renamed',
    'SELECT 0',
    `DEBUG DIGEST-VALUE ${name}`,
    `OBJECT REFCOUNT ${name}`,
    { send: `MEMORY USAGE ${name}`, tolerance: 'any' },
    `GET ${name}`,
    `INCR ${name}`,
  ]),
  'DEBUG DIGEST',
  'EXPIRE k0 100000',
  'DEBUG DIGEST',
  sorted('SCAN', '0', 'TYPE', 'set', 'COUNT', '1000'),
  'SET k3 v',
  'TYPE k3',
  'DEL k0 k1 k2',
  'DBSIZE',
]);

differential('sets in transactions and subscriptions', [
  'MULTI',
  'SADD k 1 2 3',
  'SPOP k 3',
  'SSCAN k 0',
  'SADD k a',
  'SSCAN k 0 COUNT 100',
  { send: 'EXEC', tolerance: 'sorted' },
  'WATCH k',
  'other> SADD k a',
  'MULTI',
  'EXEC',
  'WATCH k',
  'other> SADD k b',
  'MULTI',
  'EXEC',
]);
