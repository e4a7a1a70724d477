// Ranges of sorted sets, and what is stored of them.
import { inBothForms } from '../support/sorted-set-forms.ts';

const BOUNDS = ['0 -1', '1 2', '-2 -1', '-100 100', '3 1', '5 9', '0 0', '-1 -1', '2 -2'];
const INTEGER_EXTREMES = [
  '-9223372036854775808 9223372036854775807',
  '9223372036854775807 -9223372036854775808',
  '9223372036854775808 1',
];
const SCORES = ['-inf +inf', '2 4', '(2 4', '2 (4', '(2 (4', '4 2', '(3 (3', '3 3', 'x 1', '1 nan'];
const MEMBERS = ['- +', '[b [d', '(b [d', '[b (d', '(b (d', '+ -', '- -', '+ +', '[d [b', '(c (c'];
const BAD_MEMBERS = ['b d', '[b d', '"" -', '-x +', '+x -', '[ [', '( +', '"-\\x00x" +', '[c [c'];
const LIMITS = ['0 2', '1 2', '1 -1', '-1 2', '0 0', '100 1', '4 9', '5 1', '0 -5'];

const TEST_SET = 'ZADD z 1 a 2 b 3 c 4 d 5 e';
const SAME_SCORES = 'ZADD m 0 a 0 b 0 c 0 d 0 e 0 bb';

inBothForms('ZRANGE by rank', [
  TEST_SET,
  ...[...BOUNDS, ...INTEGER_EXTREMES].flatMap((bounds) => [
    `ZRANGE z ${bounds}`,
    `ZRANGE z ${bounds} REV WITHSCORES`,
    `ZREVRANGE z ${bounds} WITHSCORES`,
  ]),
  'ZRANGE z 0 -1 LIMIT 0 1',
  'ZRANGE z 0 -1 LIMIT 0 -1',
  'ZRANGE z 0 -1 REV REV',
  'ZREVRANGE z 0 -1 REV',
  'ZREVRANGE z 0 -1 BYSCORE',
  'ZRANGE z a b',
  'ZRANGE absent 0 -1',
  'ZRANGE absent a b',
  'ZRANGE z 0',
  'SET s v',
  'ZRANGE s 0 -1',
  'ZRANGE s a -1',
]);

inBothForms('ZRANGE by score', [
  TEST_SET,
  ...SCORES.flatMap((bounds) => {
    const reverse = bounds.split(' ').reverse().join(' ');
    return [
      `ZRANGE z ${bounds} BYSCORE`,
      `ZRANGEBYSCORE z ${bounds} WITHSCORES`,
      `ZRANGE z ${reverse} BYSCORE REV WITHSCORES`,
      `ZREVRANGEBYSCORE z ${reverse}`,
    ];
  }),
  ...LIMITS.flatMap((limit) => [
    `ZRANGEBYSCORE z -inf +inf LIMIT ${limit}`,
    `ZREVRANGEBYSCORE z (5 1 WITHSCORES LIMIT ${limit}`,
    `ZRANGE z 5 (1 BYSCORE REV LIMIT ${limit} WITHSCORES`,
  ]),
  'ZRANGEBYSCORE z 1 2 LIMIT 1',
  'ZRANGEBYSCORE z 1 2 LIMIT a 1',
  'ZRANGEBYSCORE z 1 2 LIMIT 1 a',
  'ZRANGEBYSCORE z 1 2 BYLEX',
  'ZRANGE z 1 2 BYSCORE BYLEX',
  'ZRANGE z 1 2 BYSCORE BYSCORE',
  'ZRANGEBYSCORE z 1 2 REV',
  'ZRANGEBYSCORE absent 1 2',
  'SET s v',
  'ZRANGEBYSCORE s 1 2',
]);

inBothForms('ZRANGE by member', [
  SAME_SCORES,
  ...[...MEMBERS, ...BAD_MEMBERS].flatMap((bounds) => {
    const reverse = bounds.split(' ').reverse().join(' ');
    return [
      `ZRANGE m ${bounds} BYLEX`,
      `ZRANGEBYLEX m ${bounds}`,
      `ZLEXCOUNT m ${bounds}`,
      `ZRANGE m ${reverse} BYLEX REV`,
      `ZREVRANGEBYLEX m ${reverse}`,
    ];
  }),
  ...LIMITS.flatMap((limit) => [
    `ZRANGEBYLEX m - + LIMIT ${limit}`,
    `ZREVRANGEBYLEX m (d - LIMIT ${limit}`,
  ]),
  'ZRANGE m - + BYLEX WITHSCORES',
  'ZRANGEBYLEX m - + WITHSCORES',
  'ZRANGEBYLEX m - + REV',
  'ZRANGEBYLEX absent - +',
  'ZRANGEBYLEX absent x +',
  'ZLEXCOUNT absent - +',
  'ZLEXCOUNT absent x +',
  'SET s v',
  'ZRANGEBYLEX s - +',
  'ZLEXCOUNT s - +',
]);

inBothForms('ZRANGESTORE', [
  TEST_SET,
  SAME_SCORES,
  'ZRANGESTORE d z 0 -1',
  'ZRANGE d 0 -1 WITHSCORES',
  'OBJECT ENCODING d',
  'ZRANGESTORE d z 1 2 REV',
  'ZRANGE d 0 -1 WITHSCORES',
  'ZRANGESTORE d z (1 4 BYSCORE LIMIT 1 2',
  'ZRANGE d 0 -1 WITHSCORES',
  'ZRANGESTORE d m [b - BYLEX REV',
  'ZRANGE d 0 -1 WITHSCORES',
  'ZRANGESTORE z z 0 1',
  'ZRANGE z 0 -1 WITHSCORES',
  'ZRANGESTORE d z 5 9',
  'EXISTS d',
  'ZRANGESTORE d absent 0 -1',
  'SET d v EX 100',
  'ZRANGESTORE d z 0 -1',
  'TTL d',
  'TYPE d',
  'SET d v',
  'ZRANGESTORE d absent 0 -1',
  'EXISTS d',
  'ZRANGESTORE d z 0 -1 WITHSCORES',
  'ZRANGESTORE d z a b',
  'ZRANGESTORE d z 0 -1 LIMIT 1 2',
  'ZRANGESTORE d z 0 1 JUNK',
  'ZRANGESTORE d z 0',
  'SET s v',
  'ZRANGESTORE d s 0 -1',
  'DEBUG DIGEST',
]);
