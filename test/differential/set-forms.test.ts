// The forms of sets as 7.2 has them: encodings at each limit and after each command, and the order
// of members where the form gives one: integers ascend, packed members stand as they came.
import { differential } from '../support/differential.ts';
import type { Line } from '../support/lines.ts';

const ONLY_72 = {
  only: '7.2',
  atEnd: [
    'CONFIG SET set-max-intset-entries 512 set-max-listpack-entries 128 set-max-listpack-value 64',
  ],
} as const;

/** A line, and what the form of `k` is then. */
function forms(lines: readonly string[], key = 'k'): Line[] {
  return lines.flatMap((line) => [line, `OBJECT ENCODING ${key}`]);
}

function numbers(first: number, count: number): string {
  return Array.from({ length: count }, (_, i) => first + i).join(' ');
}

const SMALL =
  'CONFIG SET set-max-intset-entries 4 set-max-listpack-entries 6 set-max-listpack-value 5';

differential(
  'forms of sets: what the first SADD makes',
  [
    SMALL,
    ...[
      ['1'],
      ['1 2 3 4'],
      ['1 2 3 4 5'],
      ['1 2 3 4 5 6'],
      ['1 2 3 4 5 6 7'],
      ['1 1 1 1 1 1 1'],
      ['a'],
      ['a 1'],
      ['1 a'],
      ['a b c d e f'],
      ['a b c d e f g'],
      ['a a a a a a a'],
      ['12345'],
      ['123456'],
      ['abcdef'],
      ['a abcdef'],
      ['1 abcdef'],
      ['123456 a'],
      ['a 123456'],
      ['12345 a'],
      ['-12345 a'],
      ['-1234 a'],
      ['01'],
      ['+1'],
      ['-0'],
      ['9223372036854775807'],
      ['9223372036854775808'],
      ['""'],
    ].flatMap(([members]) => [...forms([`SADD k ${members}`]), 'SCARD k', 'DEL k']),
  ],
  ONLY_72,
);

differential(
  'forms of sets: what later ones make',
  [
    SMALL,
    ...forms(['SADD k 1 2 3', 'SADD k 4', 'SADD k 5', 'SREM k 5', 'SREM k 4 3 2', 'SMEMBERS k']),
    'DEL k',
    ...forms(['SADD k 1', 'SADD k 1 1 1 1 1', 'SCARD k']),
    'DEL k',
    ...forms(['SADD k 3 1 2', 'SADD k b', 'SMEMBERS k', 'SADD k 0', 'SMEMBERS k', 'SREM k 3']),
    ...forms(['SMEMBERS k', 'SADD k x y', 'SMEMBERS k', 'SADD k z']),
    'DEL k',
    ...forms(['SADD k a b c d e f', 'SADD k a', 'SADD k g', 'SREM k a b c d e']),
    'DEL k',
    ...forms(['SADD k a', 'SADD k abcde', 'SADD k abcdef', 'SREM k abcdef']),
    'DEL k',
    ...forms(['SADD k a', 'SADD k a a a a a a', 'SADD k a a a a a a a']),
    'DEL k',
    ...forms(['SADD k 1 2', 'SADD k abcdef']),
    'DEL k',
    ...forms(['SADD k -99999 5', 'SADD k a']),
    'DEL k',
    ...forms(['SADD k -9999 5', 'SADD k a', 'SMEMBERS k']),
  ],
  ONLY_72,
);

differential(
  'forms of sets: limits that change',
  [
    ...forms([`SADD k ${numbers(0, 10)}`]),
    'CONFIG SET set-max-intset-entries 3',
    ...forms(['SADD k 5', 'SREM k 5', 'SADD k 6', 'SADD k 100']),
    'DEL k',
    ...forms(['SADD k a b c d']),
    'CONFIG SET set-max-listpack-entries 2',
    ...forms(['SADD k a', 'SADD k a b', 'SREM k a', 'SADD k e']),
    'DEL k',
    'CONFIG SET set-max-listpack-entries 128',
    ...forms(['SADD k 1', 'SADD k a', 'SADD k abcdef']),
    'CONFIG SET set-max-listpack-value 3',
    ...forms(['SADD k abcdef', 'SADD k abc', 'SADD k abcd']),
    'CONFIG SET set-max-intset-entries 0 set-max-listpack-entries 0',
    'DEL k',
    ...forms(['SADD k 1']),
    'DEL k',
    ...forms(['SADD k a']),
    'CONFIG SET set-max-intset-entries 1',
    'DEL k',
    ...forms(['SADD k 1', 'SADD k a']),
  ],
  ONLY_72,
);

differential(
  'forms of sets: the usual limits',
  [
    ...forms([`SADD k ${numbers(1000, 512)}`, 'SADD k 1', 'SCARD k']),
    'DEL k',
    ...forms([`SADD k ${numbers(0, 128)} a`]),
    'DEL k',
    ...forms([`SADD k a ${numbers(0, 127)}`, 'SMEMBERS k', 'SADD k b', 'SCARD k']),
    'DEL k',
    ...forms([`SADD k ${'a'.repeat(64)}`, `SADD k ${'b'.repeat(65)}`]),
  ],
  ONLY_72,
);

const SOURCES: Line[] = [
  'SADD numbers 5 3 1 4 2',
  'SADD more 9 1 8 2 7',
  'SADD words c 1 a 3 b',
  'SADD other b 5 c 1',
  `SADD large ${numbers(0, 200)} a b c`,
  'SREM words nosuch',
  'SADD mixed 4 x 2',
  'SREM mixed x',
  'OBJECT ENCODING mixed',
];

/** In the order that the form of the result gives. */
const ORDERED: readonly string[] = [
  'SMEMBERS numbers',
  'SMEMBERS words',
  'SMEMBERS mixed',
  'SINTER numbers',
  'SINTER numbers more',
  'SINTER words other',
  'SINTER other words',
  'SINTER words numbers',
  'SINTER numbers words',
  'SINTER large numbers',
  'SINTER large words',
  'SINTER mixed large',
  'SUNION numbers more',
  'SUNION mixed',
  'SUNION mixed more',
  'SUNION words other',
  'SUNION numbers words',
  'SUNION words numbers',
  'SUNION other mixed numbers',
  'SUNION mixed words mixed',
  'SDIFF numbers more',
  'SDIFF words other',
  'SDIFF other words',
  'SDIFF words numbers',
  'SDIFF mixed more',
  'SDIFF words large numbers more',
  'SDIFF numbers words',
  'SSCAN numbers 0',
  'SSCAN words 0',
  'SSCAN mixed 0',
  'SRANDMEMBER words 10',
  'SRANDMEMBER numbers 10',
  'SRANDMEMBER mixed 2',
];

differential('order of members', [...SOURCES, ...ORDERED], ONLY_72);

differential(
  'order of what SPOP takes',
  [...SOURCES, 'SPOP mixed 9', 'SPOP words 5', 'SPOP numbers 10', 'EXISTS mixed words numbers'],
  ONLY_72,
);

differential(
  'forms of what is stored',
  [
    ...SOURCES,
    ...ORDERED.filter((line) => /^S(INTER|UNION|DIFF) /.test(line)).flatMap((line) => {
      const [name, ...keys] = line.split(' ');
      const stored = `${name}STORE k ${keys.join(' ')}`;
      const ordered = keys.includes('large') ? [] : ['SMEMBERS k'];
      return [...forms([stored]), ...ordered];
    }),
    ...forms(['SUNIONSTORE k large', 'SINTERSTORE k large', 'SDIFFSTORE k large']),
    `SADD huge ${numbers(0, 600)}`,
    'SADD huge2 a',
    `SADD huge2 ${numbers(0, 600)}`,
    ...forms(['SINTERSTORE k huge', 'SINTERSTORE k huge2', 'SINTERSTORE k huge huge2']),
    ...forms(['SINTERSTORE k huge2 huge numbers', 'SUNIONSTORE k huge numbers']),
    ...forms(['SDIFFSTORE k huge huge2 numbers more', 'SDIFFSTORE k huge2 huge']),
    `SADD half ${numbers(0, 300)} x`,
    ...forms(['SINTERSTORE k huge half', 'SINTERSTORE k half huge2', 'SDIFFSTORE k half huge']),
    'SREM half x',
    ...forms(['SINTERSTORE k half', 'SUNIONSTORE k half', 'SDIFFSTORE k half numbers']),
    'CONFIG SET set-max-intset-entries 3',
    ...forms(['SINTERSTORE k numbers', 'SINTERSTORE k words', 'SUNIONSTORE k numbers']),
    ...forms(['SINTERSTORE k mixed', 'SUNIONSTORE k mixed', 'SDIFFSTORE k numbers more']),
    'CONFIG SET set-max-listpack-entries 2',
    ...forms(['SINTERSTORE k words', 'SUNIONSTORE k words', 'SINTERSTORE k mixed']),
  ],
  ONLY_72,
);

differential(
  'forms of what SPOP and SMOVE leave',
  [
    `SADD k ${numbers(0, 1000)} a`,
    ...['SPOP k 100', 'SPOP k 700', 'SPOP k 191'].flatMap((line): Line[] => [
      { send: line, part: /^.\d+/ },
      'SCARD k',
      'OBJECT ENCODING k',
    ]),
    'DEL k',
    `SADD k ${numbers(0, 300)}`,
    ...['SPOP k 10', 'SPOP k 280'].flatMap((line): Line[] => [
      { send: line, part: /^.\d+/ },
      'OBJECT ENCODING k',
    ]),
    'DEL k',
    `SADD k a ${numbers(0, 100)}`,
    'CONFIG SET set-max-listpack-entries 3',
    { send: 'SPOP k 20', part: /^.\d+/ },
    'OBJECT ENCODING k',
    { send: 'SPOP k 75', part: /^.\d+/ },
    'OBJECT ENCODING k',
    'DEL k',
    ...forms([
      'SADD from 1 a 123456789',
      'SMOVE from k 1',
      'SMOVE from k a',
      'SMOVE from k 123456789',
    ]),
    'OBJECT ENCODING from',
    'COPY k copy',
    'OBJECT ENCODING copy',
    'RENAME copy k2',
    'OBJECT ENCODING k2',
  ],
  ONLY_72,
);

differential(
  'DEBUG LISTPACK and HTSTATS-KEY',
  [
    'SADD k0 1 2',
    'SADD k1 a b',
    `SADD k2 ${numbers(0, 200)} a`,
    'SET string v',
    ...['k0', 'k1', 'string', 'nosuch'].flatMap((name) => [
      `DEBUG LISTPACK ${name}`,
      `DEBUG HTSTATS-KEY ${name}`,
    ]),
    'DEBUG LISTPACK k2',
    { send: 'DEBUG HTSTATS-KEY k2', part: /number of elements: \d+/ },
    { send: 'DEBUG HTSTATS-KEY k2 full', part: /number of elements: \d+/ },
    'DEBUG LISTPACK',
    'DEBUG LISTPACK k1 x',
    'DEBUG HTSTATS-KEY',
  ],
  ONLY_72,
);
