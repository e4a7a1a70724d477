// HRANDFIELD and HSCAN. What is drawn is compared where it cannot be but one thing.
import { differential } from '../support/differential.ts';
import type { Line } from '../support/lines.ts';

const MAX = '9223372036854775807';
const MIN = '-9223372036854775808';

/** Registers the lines for a packed hash and for a table. */
function hashes(name: string, lines: readonly Line[]): void {
  differential(`${name}, packed`, lines);
  differential(`${name}, table`, ['CONFIG SET hash-max-listpack-entries 0', ...lines], {
    atEnd: ['CONFIG SET hash-max-listpack-entries 128'],
  });
}

/** In any order. */
const sorted = (send: string): Line => ({ send, tolerance: 'sorted' });

hashes('HRANDFIELD', [
  'HRANDFIELD absent',
  'HRANDFIELD absent 1',
  'HRANDFIELD absent -1',
  'HRANDFIELD absent 0',
  'HRANDFIELD absent 5 WITHVALUES',
  'HRANDFIELD absent -5 WITHVALUES',
  'HSET h only 1',
  'HRANDFIELD h',
  'HRANDFIELD h 0',
  'HRANDFIELD h -0',
  'HRANDFIELD h 1',
  'HRANDFIELD h -1',
  'HRANDFIELD h 5',
  'HRANDFIELD h -5',
  'HRANDFIELD h 0 WITHVALUES',
  'HRANDFIELD h 1 WITHVALUES',
  'HRANDFIELD h 5 withvalues',
  'HRANDFIELD h -5 WITHVALUES',
  'HRANDFIELD h -1000 WITHVALUES',
  'HSET h a 1 b 2 c 3',
  { send: 'HRANDFIELD h', tolerance: 'any' },
  sorted('HRANDFIELD h 4'),
  sorted('HRANDFIELD h 5'),
  sorted(`HRANDFIELD h ${MAX}`),
  sorted('HRANDFIELD h 4 WITHVALUES'),
  sorted('HRANDFIELD h 4611686018427387904'),
  sorted('HRANDFIELD h 4611686018427387903 WITHVALUES'),
  'HRANDFIELD h 0',
  { send: 'HRANDFIELD h 2', part: /^\*\d+/ },
  { send: 'HRANDFIELD h 3', part: /^\*\d+/ },
  { send: 'HRANDFIELD h -2', part: /^\*\d+/ },
  { send: 'HRANDFIELD h -100', part: /^\*\d+/ },
  { send: 'HRANDFIELD h 2 WITHVALUES', part: /^\*\d+/ },
  { send: 'HRANDFIELD h -100 WITHVALUES', part: /^\*\d+/ },
]);

hashes('HRANDFIELD that is not answered', [
  'HSET h a 1',
  `HRANDFIELD h ${MIN}`,
  `HRANDFIELD h ${MIN} WITHVALUES`,
  `HRANDFIELD h ${MAX}`,
  `HRANDFIELD h ${MAX} WITHVALUES`,
  'HRANDFIELD h -4611686018427387904 WITHVALUES',
  'HRANDFIELD h -4611686018427387905 WITHVALUES',
  'HRANDFIELD h 4611686018427387903 WITHVALUES',
  'HRANDFIELD h 4611686018427387904 WITHVALUES',
  'HRANDFIELD h 4611686018427387908 WITHVALUES',
  `HRANDFIELD absent ${MIN}`,
  `HRANDFIELD absent ${MIN} WITHVALUES`,
  'HRANDFIELD h 9223372036854775808',
  'HRANDFIELD h -9223372036854775809',
  'HRANDFIELD h x',
  'HRANDFIELD h ""',
  'HRANDFIELD h 1.5',
  'HRANDFIELD h 1 WITHVALUE',
  'HRANDFIELD h 1 x',
  'HRANDFIELD h x WITHVALUES',
  'HRANDFIELD h 1 WITHVALUES x',
  'HRANDFIELD h WITHVALUES',
  'HRANDFIELD absent x',
  'HRANDFIELD absent 1 x',
  'HRANDFIELD',
]);

const FIELDS = ['a', 'b', 'ab', 'field:1', 'field:2', 'field:10', '', '*', '[', '\0'];
const PATTERNS = [
  '*',
  '',
  'a',
  'a*',
  '?',
  'field:?',
  'field:[^1]',
  '\\*',
  '\\[',
  '[',
  'none',
  '\0',
];

hashes('HSCAN', [
  'HSCAN absent 0',
  'HSCAN absent 0 COUNT 5 MATCH x',
  'HSCAN absent 17',
  ...FIELDS.map((field): Line => ({ send: ['HSET', 'h', field, `value of ${field}`] })),
  sorted('HSCAN h 0 COUNT 1000'),
  sorted('HSCAN h 0 count 1000 match *'),
  ...PATTERNS.map(
    (pattern): Line => ({
      send: ['HSCAN', 'h', '0', 'COUNT', '1000', 'MATCH', pattern],
      tolerance: 'sorted',
    }),
  ),
  sorted('HSCAN h 0 MATCH a* COUNT 1 MATCH * COUNT 1000'),
  sorted(`HSCAN h 0 COUNT ${MAX}`),
]);

differential('HSCAN of a packed hash returns all, whatever it is asked', [
  'HSET h a 1 b 2 c 3',
  'HSCAN h 0',
  'HSCAN h 0 COUNT 1',
  'HSCAN h 5',
  'HSCAN h 18446744073709551615 COUNT 2',
  'HSCAN h 0 MATCH b',
]);

differential('HSCAN that is not answered', [
  'HSET h a 1',
  'HSCAN',
  'HSCAN h',
  'HSCAN h x',
  'HSCAN h ""',
  'HSCAN h -1',
  'HSCAN h 1.5',
  'HSCAN h " 0"',
  'HSCAN h 18446744073709551616',
  'HSCAN h 0 COUNT',
  'HSCAN h 0 COUNT 0',
  'HSCAN h 0 COUNT -1',
  'HSCAN h 0 COUNT x',
  'HSCAN h 0 COUNT 9223372036854775808',
  'HSCAN h 0 MATCH',
  'HSCAN h 0 NOSUCH',
  'HSCAN h 0 TYPE hash',
  'HSCAN h 0 MATCH * COUNT',
  'HSCAN absent x',
  'HSCAN absent 0 COUNT 0',
  'HSCAN absent 0 NOSUCH',
]);
