// HyperLogLogs: the same bytes and the same counts as Redis's, in both forms.
import { differential } from '../support/differential.ts';
import { SeededRandom } from '../support/random.ts';

const SEED = Number(process.env.REDSTART_RANDOM_SEED ?? Date.now() % 1e9);
const random = new SeededRandom(SEED);
const HEADER = 'HYLL\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x80';
const FRESH_HEADER = 'HYLL\\x01\\x00\\x00\\x00\\x2a\\x00\\x00\\x00\\x00\\x00\\x00\\x00';
const NOT_REPLACED = 'HYLL\\x01\\x00\\x00\\x00';

function elements(count: number, prefix: string): string {
  return Array.from({ length: count }, (_, i) => `${prefix}${i}`).join(' ');
}

differential('PFADD', [
  'PFADD k',
  'GET k',
  'OBJECT ENCODING k',
  'PFADD k',
  'PFCOUNT k',
  'PFADD k a b c d e f g',
  'PFADD k a b c',
  'GET k',
  'PFDEBUG DECODE k',
  'PFCOUNT k',
  'GET k',
  'PFADD k a',
  'GET k',
  'PFADD k ""',
  'PFADD k 1 12 123 1234 12345 123456 1234567 12345678 123456789 1234567890abcdef',
  'PFADD k "\\x00" "\\xff\\xfe\\xfd\\xfc\\xfb\\xfa\\xf9\\xf8\\xf7\\xf6\\xf5\\xf4\\xf3"',
  `PFADD k ${'x'.repeat(1000)}`,
  'GET k',
  'PFDEBUG DECODE k',
  'PFDEBUG ENCODING k',
  'PFDEBUG GETREG k',
  'PFDEBUG ENCODING k',
  'PFCOUNT k',
  'GET k',
  'PFADD k a more',
  'GET k',
  'PFADD',
  'PFCOUNT',
  'PFMERGE',
]);

differential(`PFADD at random, seed ${SEED}`, [
  ...Array.from({ length: 60 }, (_, round) => [
    `PFADD k ${elements(1 + random.below(40), `${random.below(1000)}:`)}`,
    'GET k',
    round % 3 === 0 ? 'PFCOUNT k' : 'PFDEBUG ENCODING k',
    'STRLEN k',
  ]).flat(),
]);

differential(
  'PFADD with hll-sparse-max-bytes',
  [
    'CONFIG SET hll-sparse-max-bytes 100',
    ...Array.from({ length: 30 }, (_, i) => [
      `PFADD k ${elements(3, `e${i}:`)}`,
      'PFDEBUG ENCODING k',
    ]).flat(),
    'GET k',
    'PFCOUNT k',
    'CONFIG SET hll-sparse-max-bytes 0',
    'PFADD small',
    'PFDEBUG ENCODING small',
    'PFADD small a',
    'PFDEBUG ENCODING small',
    'GET small',
    'CONFIG SET hll-sparse-max-bytes 16000',
    ...Array.from({ length: 10 }, (_, i) => `PFADD large ${elements(400, `l${i}:`)}`),
    'PFDEBUG ENCODING large',
    'PFDEBUG DECODE large',
    'PFCOUNT large',
    'PFMERGE merged large k small',
    'GET merged',
    'PFMERGE other large',
    'GET other',
    'CONFIG SET hll-sparse-max-bytes 3000',
    'PFMERGE third other',
    'GET third',
    'PFADD other a b c d e f',
    'GET other',
  ],
  { atEnd: ['CONFIG SET hll-sparse-max-bytes 3000'] },
);

differential('PFCOUNT and PFMERGE', [
  'PFCOUNT absent',
  'PFCOUNT absent none',
  'PFMERGE new',
  'GET new',
  'PFMERGE new absent none',
  'PFCOUNT new',
  `PFADD a ${elements(100, 'a')}`,
  `PFADD b ${elements(300, 'b')}`,
  `PFADD c ${elements(3000, 'c')}`,
  'PFDEBUG ENCODING c',
  'PFCOUNT a b',
  'PFCOUNT a b c absent',
  'PFCOUNT c',
  'GET c',
  'PFCOUNT c c',
  'PFMERGE ab a b',
  'GET ab',
  'OBJECT ENCODING ab',
  'PFMERGE a a',
  'GET a',
  'PFMERGE a c',
  'PFDEBUG ENCODING a',
  'GET a',
  'PFMERGE absent c b',
  'GET absent',
  'PFCOUNT absent',
  'EXPIRE ab 1000',
  'PFMERGE ab c',
  'TTL ab',
  'PFCOUNT ab',
  'TTL ab',
  'COPY ab copied',
  'PFCOUNT copied',
  'DEBUG DIGEST-VALUE ab copied c',
]);

differential('values that are no HyperLogLogs', [
  'LPUSH l a',
  'PFADD l a',
  'PFCOUNT l',
  'PFCOUNT l l',
  'PFMERGE l',
  'PFMERGE d l',
  'EXISTS d',
  'PFDEBUG ENCODING l',
  ...['""', '1234', 'foobar', 'HYLL', 'HYLL123456789012345', 'HYLX000000000000000000'].flatMap(
    (value) => [
      `SET k ${value}`,
      'PFADD k a',
      'PFCOUNT k',
      'PFADD h x',
      'PFCOUNT h k',
      'PFMERGE h k',
      'PFMERGE k h',
      'PFDEBUG GETREG k',
      'OBJECT ENCODING k',
    ],
  ),
  `SET k "HYLL\\x02${'\\x00'.repeat(20)}"`,
  'PFADD k a',
  `SET k "HYLL\\x00${'\\x00'.repeat(20)}"`,
  'PFCOUNT k',
  'PFADD dense a',
  'PFDEBUG TODENSE dense',
  'APPEND dense x',
  'PFCOUNT dense',
  'PFADD dense a',
  'PFMERGE dense dense',
]);

/** Bytes behind the header, and whether Redis's own order of reading them matters. */
const CORRUPT = [
  '',
  '\\x00',
  '\\x7f',
  '\\x7f\\xfe',
  '\\x7f\\xff\\x00',
  '\\x7f\\xff\\x7f\\xff',
  '\\x7f\\xfe\\x81',
  '\\x7f\\xfe\\x80',
  '\\x7f\\xfb\\x83',
  '\\x7f\\xfb\\x87\\x00',
  '\\x40\\x00\\x7f\\xfe',
  '\\x00\\x7f\\xfe',
  '\\x3f'.repeat(256),
  '\\x80'.repeat(300),
  '\\xff'.repeat(4096),
  `${'\\xff'.repeat(4096)}\\x00`,
];

for (const header of [HEADER, FRESH_HEADER, NOT_REPLACED]) {
  const rest = header === NOT_REPLACED ? '\\xff'.repeat(8) : '';
  differential(
    `sparse registers of any bytes, ${header}`,
    [
      'PFADD h x y z',
      ...CORRUPT.flatMap((bytes) => {
        const value = `"${header}${rest}${bytes}"`;
        return [
          `SET k ${value}`,
          'PFCOUNT k',
          'OBJECT ENCODING k',
          'PFCOUNT k h',
          'PFDEBUG DECODE k',
          'PFMERGE d k',
          'GET d',
          'DEL d',
          'PFMERGE k h',
          'GET k',
          `SET k ${value}`,
          'PFDEBUG TODENSE k',
          'GET k',
          `SET k ${value}`,
          'PFDEBUG GETREG k',
          `SET k ${value}`,
          // Of half an opcode Redis takes what lies behind the string for the other half.
          ...(bytes === '\\x7f' ? [] : ['PFADD k x', 'GET k', 'PFADD k y', 'GET k']),
          'DEL k',
        ];
      }),
    ],
    { protocols: [2] },
  );
}

differential('runs of values behind the last register', [
  'PFADD h x y z',
  `SET k "${HEADER}\\x7f\\xff\\x80\\x83\\x84"`,
  'PFCOUNT k',
  { send: 'PFCOUNT k h', reply72: ':3\r\n' },
  { send: 'PFMERGE d k', reply72: '+OK\r\n' },
  { send: 'PFCOUNT d', reply72: ':0\r\n' },
  'PFDEBUG DECODE k',
  'PFADD k a',
  'GET k',
  { send: 'PFDEBUG TODENSE k', reply72: ':1\r\n' },
]);

differential('the cached count is what it is', [
  `SET k "HYLL\\x01\\x00\\x00\\x00${'\\xff'.repeat(7)}\\x7f\\x7f\\xff"`,
  'PFCOUNT k',
  `SET k "HYLL\\x01\\x00\\x00\\x00\\x01\\x02\\x03\\x04\\x05\\x06\\x07\\x08\\x7f\\xff"`,
  'PFCOUNT k',
  'PFADD k a',
  'PFCOUNT k',
  'GET k',
]);

differential('PFDEBUG', [
  'PFDEBUG ENCODING absent',
  'PFDEBUG junk absent',
  'PFADD k a b c',
  'PFDEBUG junk k',
  'PFDEBUG "ju\\x00nk" k',
  'PFDEBUG decode k',
  'PFDEBUG todense k',
  'PFDEBUG todense k',
  'PFDEBUG decode k',
  'PFDEBUG encoding k',
  'PFDEBUG getreg k',
  'PFDEBUG',
  'PFDEBUG ENCODING',
  'PFDEBUG ENCODING k k',
  'OBJECT ENCODING k',
  'PFSELFTEST 1',
]);
