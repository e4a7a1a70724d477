// Unions, intersections and differences of sorted sets.
import { inBothForms } from '../support/sorted-set-forms.ts';

const INPUTS = [
  'ZADD a 1 x 2 y 3 z 4 only-a',
  'ZADD b 10 x 20 y 5 only-b',
  'ZADD c 100 y 200 x -1 q inf i',
  'ZADD d -inf i 0 y',
];

for (const [name, options] of Object.entries({
  ZUNION: ['', 'WEIGHTS 2 3', 'AGGREGATE MIN', 'AGGREGATE MAX', 'WEIGHTS -1 0.5 AGGREGATE SUM'],
  ZINTER: ['', 'WEIGHTS 2 3', 'AGGREGATE MIN', 'AGGREGATE MAX', 'AGGREGATE sum WEIGHTS inf -inf'],
  ZDIFF: ['', 'WEIGHTS 1 2', 'AGGREGATE MIN'],
})) {
  inBothForms(name, [
    ...INPUTS,
    ...options.flatMap((option) => [
      `${name} 2 a b ${option}`,
      `${name} 2 a b ${option} WITHSCORES`,
      `${name} 2 b c WITHSCORES ${option}`,
      `${name}STORE t 2 a b ${option}`,
      'ZRANGE t 0 -1 WITHSCORES',
      'OBJECT ENCODING t',
    ]),
    `${name} 4 a b c d WITHSCORES`,
    `${name} 2 c d WITHSCORES`,
    `${name} 1 a WITHSCORES`,
    `${name} 2 a a WITHSCORES`,
    `${name} 2 a absent WITHSCORES`,
    `${name} 2 absent a WITHSCORES`,
    `${name} 1 absent`,
    `${name} 0 a`,
    `${name} -1 a`,
    `${name} x a`,
    `${name} 3 a b`,
    `${name} 9223372036854775807 a b`,
    `${name} 2 a b WEIGHTS 1`,
    `${name} 2 a b WEIGHTS 1 x`,
    `${name} 2 a b WEIGHTS 1 nan`,
    `${name} 2 a b AGGREGATE`,
    `${name} 2 a b AGGREGATE AVG`,
    `${name} 2 a b JUNK`,
    `${name} 2 a b LIMIT 1`,
    'SET s v',
    `${name} 2 a s`,
    `${name} 2 s a JUNK`,
    `${name}`,
    `${name} 1`,
    `${name}STORE a 2 a b`,
    'ZRANGE a 0 -1 WITHSCORES',
    `${name}STORE a 1 absent`,
    'EXISTS a',
    `${name}STORE a 1 absent`,
    'EXPIRE s 100',
    `${name}STORE s 2 b c`,
    'TTL s',
    'TYPE s',
    `${name}STORE t 0 a`,
    `${name}STORE t x a`,
    `${name}STORE t 1 b WITHSCORES`,
    `${name}STORE t`,
    'DEBUG DIGEST',
  ]);
}

inBothForms('ZINTERCARD', [
  ...INPUTS,
  'ZINTERCARD 2 a b',
  'ZINTERCARD 3 a b c',
  'ZINTERCARD 2 a b LIMIT 1',
  'ZINTERCARD 2 a b LIMIT 0',
  'ZINTERCARD 2 a b LIMIT 9223372036854775807',
  'ZINTERCARD 2 a b LIMIT -1',
  'ZINTERCARD 2 a b LIMIT x',
  'ZINTERCARD 2 a b LIMIT',
  'ZINTERCARD 2 a b WITHSCORES',
  'ZINTERCARD 2 a b WEIGHTS 1 2',
  'ZINTERCARD 0 a',
  'ZINTERCARD x a',
  'ZINTERCARD 3 a b',
  'ZINTERCARD 1 absent',
  'ZINTERCARD 2 a absent',
  'SET s v',
  'ZINTERCARD 2 a s',
]);

for (const name of ['ZUNION', 'ZINTER', 'ZDIFF']) {
  inBothForms(`${name} of sets, too`, [
    ...INPUTS,
    'SADD s x y w',
    'SADD i 1 2 3',
    'ZADD n 5 1 6 2 7 x',
    `${name} 2 a s WITHSCORES`,
    `${name} 2 s a WITHSCORES`,
    `${name} 3 n i s WITHSCORES`,
    `${name} 2 i n WITHSCORES`,
    `${name} 2 s s WITHSCORES`,
    `${name}STORE s 2 s a`,
    'ZRANGE s 0 -1 WITHSCORES',
    'ZINTERCARD 2 i n',
    'DEBUG DIGEST',
  ]);
}

inBothForms('sets have weights, too', [
  'SADD s x y',
  'ZADD z 5 x',
  'ZUNION 2 s z WEIGHTS 3 2 WITHSCORES',
  'ZINTER 2 s z WEIGHTS -1 2 AGGREGATE MIN WITHSCORES',
]);
