// SORT and SORT_RO.
import { differential } from '../support/differential.ts';
import type { Line } from '../support/lines.ts';

const ELEMENTS = '10 9 -3 2.5 1e2 0x10 100 7 3 5e-1 +4';
const WORDS = 'pear apple Apple "\\xe4pfel" "" a b10 b9 "b 1" zz apples';
const WEIGHTS = [
  'MSET w_1 30 w_2 20 w_3 10 w_4 20 w_10 -1 w_x abc w_e "" w_s " 5"',
  'MSET o_1 one o_2 two o_3 three o_10 ten o_e "" o_nul "a\\x00b"',
  'HSET h_1 f 3 g gee "" empty',
  'HSET h_2 f 1 ->f arrow',
  'HSET h_3 f 2 f->g deep',
  'RPUSH w_list 1',
  'SET b_1 x\\x00b',
  'SET b_2 x\\x00a',
  'SET b_3 w',
];
const FILL = [
  'RPUSH l 1 2 3 4 10',
  'SADD s 1 2 3 4 10',
  'ZADD z 5 1 4 2 3 3 2 4 1 10',
  'SADD m 1 2 3 4 x',
];
const ORDERS = ['', 'DESC', 'ASC', 'DESC ASC', 'ALPHA', 'ALPHA DESC'];
const LIMITS = [
  '0 2',
  '1 2',
  '0 0',
  '2 -1',
  '-5 2',
  '3 100',
  '5 1',
  '100 100',
  '0 -100',
  '9223372036854775807 1',
  '0 9223372036854775807',
  '-9223372036854775808 -9223372036854775808',
];
const BAD_LIMITS = ['x 1', '1 x', '9223372036854775808 1', '1', '', '1.5 1', '"" 1'];
const PATTERNS = [
  'w_*',
  'o_*',
  'h_*->f',
  'h_*->absent',
  'h_*->',
  'h_*->f->g',
  'h_*->->f',
  'w_*->f',
  'h_*',
  '*',
  '#',
  '##',
  '"#\\x00x"',
  'w_1',
  'absent_*',
  '"w_\\x00*"',
  '"w_*\\x00"',
  'w_list*',
  'b_*',
  '->*',
  '*->f',
  'h_*->f*',
  'o_**',
  '""',
];
/** Every weight is a number, or is not there. */
const NUMBERS = new Set(['w_*', 'h_*->f', 'h_*->absent', 'absent_*', '*', 'w_1', '#', '##', '""']);

differential('SORT of a list, a set, a sorted set', [
  `RPUSH l ${ELEMENTS}`,
  `SADD s ${ELEMENTS}`,
  ...ELEMENTS.split(' ').map((element, i) => `ZADD z ${(i * 7) % 5} ${element}`),
  `RPUSH wl ${WORDS}`,
  `SADD ws ${WORDS}`,
  'SADD i 5 3 1 -1 100000 70 9223372036854775807',
  ...['l', 's', 'z', 'i'].flatMap((key) => [
    ...ORDERS.map((order) => `SORT ${key} ${order}`),
    ...ORDERS.map((order) => `SORT_RO ${key} ${order} LIMIT 1 3`),
    ...LIMITS.map((limit) => `SORT ${key} LIMIT ${limit}`),
    ...BAD_LIMITS.map((limit) => `SORT ${key} LIMIT ${limit}`),
    `SORT ${key} STORE d`,
    'LRANGE d 0 -1',
    `SORT ${key} DESC LIMIT 2 3 STORE d`,
    'LRANGE d 0 -1',
    `SORT ${key} LIMIT 20 3 STORE d`,
    'EXISTS d',
    `SORT_RO ${key} STORE d`,
  ]),
  ...['wl', 'ws'].flatMap((key): Line[] => [
    `SORT ${key} ALPHA`,
    `SORT ${key} ALPHA DESC`,
    `SORT ${key}`,
    `SORT ${key} ALPHA LIMIT 2 4`,
    `SORT ${key} ALPHA STORE d`,
    'LRANGE d 0 -1',
    `SORT ${key} STORE d`,
    'EXISTS d',
  ]),
  'SORT absent',
  'SORT absent STORE d',
  'SORT absent BY w_* GET x LIMIT 0 5',
  'SET d v',
  'SORT absent STORE d',
  'EXISTS d',
]);

const PAIRS = PATTERNS.flatMap((pattern): Line[] => {
  const lines: Line[] = [
    `SORT l GET ${pattern}`,
    `SORT l BY nosort GET ${pattern} GET #`,
    `SORT l GET ${pattern} STORE d`,
    'LRANGE d 0 -1',
    `SORT l BY ${pattern} ALPHA`,
    `SORT l BY ${pattern} ALPHA DESC STORE d`,
    'LRANGE d 0 -1',
  ];
  if (NUMBERS.has(pattern.replaceAll('"', '')) || NUMBERS.has(pattern)) {
    lines.push(
      `SORT l BY ${pattern}`,
      `SORT l BY ${pattern} DESC`,
      `SORT s BY ${pattern} GET # GET o_*`,
      `SORT z BY ${pattern} LIMIT 1 2 GET h_*->f`,
      `SORT_RO z BY ${pattern} DESC`,
    );
  } else lines.push(`SORT l BY ${pattern}`);
  return lines;
});

differential('SORT BY and GET', [...WEIGHTS, ...FILL, ...PAIRS]);

differential('SORT BY what is no pattern', [
  ...WEIGHTS,
  ...FILL,
  ...['l', 'z'].flatMap((key) =>
    ['', 'DESC', 'ALPHA DESC'].flatMap((order) => [
      `SORT ${key} BY nosort ${order}`,
      `SORT ${key} BY nosort ${order} GET # GET w_*`,
      ...LIMITS.map((limit) => `SORT ${key} BY nosort ${order} LIMIT ${limit}`),
      `SORT ${key} BY nosort ${order} LIMIT 1 2 STORE d`,
      'LRANGE d 0 -1',
    ]),
  ),
  'SORT s BY nosort',
  'SORT s BY nosort DESC',
  'SORT s BY nosort LIMIT 1 2',
  'SORT m BY nosort STORE d',
  'LRANGE d 0 -1',
  'SORT m BY nosort DESC LIMIT 1 3 STORE d',
  'LRANGE d 0 -1',
  'SORT m BY nosort DESC GET # GET o_* STORE d',
  'LRANGE d 0 -1',
  'SORT l BY nosort BY w_*',
  'SORT l BY w_* BY nosort',
  'SORT m BY nosort BY w_* STORE d',
  'LRANGE d 0 -1',
  'SORT l BY "nosort\\x00*"',
  'SORT s BY "" LIMIT 0 3',
]);

// Once a number was out of range, Redis refuses good ones, too, until something else fails: those
// come last.
differential('SORT of what is no number', [
  ...['""', '" 1"', '"\\t+1e1"', 'inf', '-inf', '"7\\x00x"', '"\\x00"', '-0', '0x1p-1074'].flatMap(
    (element) => ['DEL l', `RPUSH l 1 ${element} 2 -1 0`, 'SORT l', 'SORT l DESC'],
  ),
  'RPUSH n 1 1.0 01 1e0 +1 1',
  'SORT n',
  'SORT n DESC',
  'RPUSH big 9007199254740993 9007199254740992 9223372036854775807 9223372036854775806',
  'SORT big',
  'SORT big DESC',
  'RPUSH words a b',
  'SET w_a x',
  'SORT words BY w_*',
  'SORT words BY w_* ALPHA',
  ...['abc', '1x', '" "', '"1 "', 'nan', '-nan', '1e400', '1e-400', '1e-310'].flatMap((element) => [
    'DEL l',
    `RPUSH l 1 ${element} 2`,
    'SORT l',
    'SORT l LIMIT 0 0',
    'SORT l LIMIT 50 1',
    'SORT l DESC STORE d',
    'EXISTS d',
    'SORT l ALPHA',
    'SORT l BY nosort',
  ]),
]);

differential('SORT ALPHA of bytes', [
  'RPUSH l a "a\\x00b" "a\\x00a" "a\\x00" "" "\\xff" "\\x01" "\\x00" "\\x7f" "\\x80" ab aa',
  'SORT l ALPHA',
  'SORT l ALPHA DESC',
  'SORT l ALPHA STORE d',
  'LRANGE d 0 -1',
  'SORT l ALPHA DESC STORE d',
  'LRANGE d 0 -1',
  'RPUSH p prefix:0001 prefix:00010 prefix:0 prefix:0002 prefix: prefix:0001x prefix:0001',
  'SORT p ALPHA',
  'SORT p ALPHA DESC LIMIT 1 4',
  'RPUSH t 1 2 3 4 5 6 7 8 9 10 11 12',
  'MSET v_1 b v_2 a v_3 b v_4 a v_5 c v_7 b v_8 "" v_9 a v_11 ""',
  'SORT t BY v_* ALPHA',
  'SORT t BY v_* ALPHA DESC',
  'SORT t BY v_*',
]);

differential('SORT, wrong calls', [
  ...FILL,
  'SET string v',
  'HSET hash f v',
  'SORT string',
  'SORT hash',
  'SORT_RO string',
  'SORT string LIMIT x 1',
  'SORT string nosuch',
  'SORT string STORE d',
  'SORT',
  'SORT_RO',
  'SORT l nosuch',
  'SORT l BY',
  'SORT l GET',
  'SORT l STORE',
  'SORT l LIMIT 1',
  'SORT l ASCENDING',
  'SORT_RO l STORE',
  'SORT l GET # GET',
  'sort l by nosort get # desc limit 0 1',
  'SORT l STORE string',
  'TYPE string',
  'SORT l STORE l DESC',
  'LRANGE l 0 -1',
  'SORT s STORE s',
  'TYPE s',
  'SORT z STORE a STORE b',
  'EXISTS a b',
]);

differential('keys of SORT', [
  'COMMAND GETKEYS SORT k',
  'COMMAND GETKEYS SORT k STORE d',
  'COMMAND GETKEYSANDFLAGS SORT k BY x GET store STORE d LIMIT store store',
  'COMMAND GETKEYS SORT k STORE a STORE b',
  'COMMAND GETKEYS SORT k STORE',
  'COMMAND GETKEYS SORT k BY store',
  'COMMAND GETKEYS SORT_RO k GET x',
  'COMMAND GETKEYS SORT_RO k BY store STORE x',
]);

differential(
  'what SORT tells',
  [
    'CONFIG SET notify-keyspace-events KEAm',
    ...FILL,
    'MSET w_1 1 w_2 2',
    'listener>> PSUBSCRIBE __key*__:*',
    'listener<',
    'SORT l STORE d',
    'listener< 2',
    'SORT absent STORE d',
    'listener< 3',
    'SORT absent STORE d',
    'listener< 1',
    'SORT l BY w_* GET v_* LIMIT 0 1',
    'listener< all',
    'CONFIG RESETSTAT',
    'SORT l BY w_* GET w_* GET v_*',
    { send: 'INFO stats', part: /keyspace_(?:hits|misses):\d+/ },
    'listener< all',
  ],
  { atEnd: ['CONFIG SET notify-keyspace-events ""'] },
);

differential(
  'the encoding of what is stored',
  [
    'RPUSH l 3 2 1',
    ...['1', '2', '3', '-1', '-5'].flatMap((size): Line[] => [
      `CONFIG SET list-max-listpack-size ${size}`,
      'SORT l STORE d',
      { send: 'OBJECT ENCODING d', only: '7.2' },
      'SORT l LIMIT 0 2 STORE d',
      { send: 'OBJECT ENCODING d', only: '7.2' },
    ]),
    'CONFIG SET list-max-listpack-size -2',
    `RPUSH long ${Array.from({ length: 1000 }, (_, i) => `element:${i}`).join(' ')}`,
    'SORT long ALPHA STORE d',
    { send: 'OBJECT ENCODING d', only: '7.2' },
    'SORT long ALPHA LIMIT 0 500 STORE d',
    { send: 'OBJECT ENCODING d', only: '7.2' },
    'LRANGE d 0 -1',
    `RPUSH huge ${'x'.repeat(9000)} y`,
    'SORT huge ALPHA STORE d',
    { send: 'OBJECT ENCODING d', only: '7.2' },
    'LRANGE d 0 -1',
  ],
  { atEnd: ['CONFIG SET list-max-listpack-size -2'] },
);

differential('who waits for what SORT stores', [
  'RPUSH l 3 1 2',
  'waiter>> BLPOP d 0',
  { send: 'INFO clients', until: /blocked_clients:1/, part: /blocked_clients:\d/ },
  'SORT l STORE d',
  'waiter<',
  'LRANGE d 0 -1',
  'waiter>> BLPOP e 0',
  { send: 'INFO clients', until: /blocked_clients:1/, part: /blocked_clients:\d/ },
  'MULTI',
  'SORT l DESC STORE e',
  'SORT l GET # GET absent_*',
  'EXEC',
  'waiter<',
  'LRANGE e 0 -1',
]);
