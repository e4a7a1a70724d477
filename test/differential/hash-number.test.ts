// Numbers in hashes: HINCRBY and HINCRBYFLOAT.
import { differential } from '../support/differential.ts';
import type { Line } from '../support/lines.ts';

const INT64_MAX = '9223372036854775807';
const INT64_MIN = '-9223372036854775808';

/** Registers the lines for a packed hash and for a table. */
function hashes(name: string, lines: readonly Line[]): void {
  differential(`${name}, packed`, lines);
  differential(`${name}, table`, ['CONFIG SET hash-max-listpack-value 0', ...lines], {
    atEnd: ['CONFIG SET hash-max-listpack-value 64'],
  });
}

hashes('HINCRBY', [
  'HINCRBY h n 1',
  'HINCRBY h n 41',
  'HINCRBY h n -50',
  'HGET h n',
  'HINCRBY h n 0',
  `HSET h n ${INT64_MAX}`,
  'HINCRBY h n 1',
  'HINCRBY h n -1',
  `HINCRBY h n ${INT64_MAX}`,
  'HGET h n',
  `HSET h n ${INT64_MIN}`,
  'HINCRBY h n -1',
  `HINCRBY h n ${INT64_MIN}`,
  `HINCRBY h n ${INT64_MAX}`,
  'HGET h n',
  'HSET h n 9007199254740991',
  'HINCRBY h n 2',
  'HINCRBY h n 9007199254740993',
  `HINCRBY new n ${INT64_MIN}`,
  `HINCRBY new m ${INT64_MAX}`,
  'HSTRLEN new n',
]);

hashes('HINCRBY of what is no integer', [
  ...[
    'x',
    '',
    ' 1',
    '1 ',
    '+1',
    '01',
    '-0',
    '1.0',
    '1e3',
    '9223372036854775808',
    '0x1',
    '\\x00',
  ].flatMap((value): Line[] => [`HSET h n "${value}"`, 'HINCRBY h n 1', 'HGET h n']),
  'HSET h n 5',
  ...[
    'x',
    '""',
    '1.5',
    '" 1"',
    '+1',
    '01',
    '-0',
    '9223372036854775808',
    '-9223372036854775809',
  ].map((by) => `HINCRBY h n ${by}`),
  'HGET h n',
  'HINCRBY absent n x',
  'EXISTS absent',
  'HSET h s x',
  'HINCRBY h s x',
  'HINCRBY h n',
  'HINCRBY h n 1 2',
  'HINCRBY h',
  'HINCRBY',
]);

hashes('HINCRBYFLOAT', [
  'HINCRBYFLOAT h f 1.5',
  'HINCRBYFLOAT h f 1.5',
  'HINCRBYFLOAT h f -3',
  'HINCRBYFLOAT h f 0.1',
  'HINCRBYFLOAT h f 0.2',
  'HINCRBYFLOAT h f 5.0e3',
  'HINCRBYFLOAT h f 1e-5',
  'HGET h f',
  'HSET h f 10.50',
  'HINCRBYFLOAT h f 0.1',
  'HSET h f 5.0e3',
  'HINCRBYFLOAT h f 2.0e2',
  'HINCRBY h f 1',
  'HSET h f 3.0',
  'HINCRBYFLOAT h f 1.000000000000000005',
  'HSET h n 9223372036854775807',
  'HINCRBYFLOAT h n 1',
  'HSET h n 0',
  'HINCRBYFLOAT h n 1e17',
  'HINCRBYFLOAT h n -1e17',
  'HINCRBYFLOAT h n 1e300',
  'HINCRBYFLOAT h n -1e300',
  'HSET h n -0',
  'HINCRBYFLOAT h n 0',
  'HINCRBYFLOAT h n -0.0',
  'HINCRBYFLOAT h tiny 1e-17',
  'HINCRBYFLOAT h tiny 1e-18',
  'HINCRBYFLOAT h hex 0x10',
  'HINCRBYFLOAT h hex 0x1p-2',
]);

hashes('HINCRBYFLOAT of what is no number', [
  ...['x', '', ' 1', '1 ', '1x', 'nan', 'inf', '-inf', '1,5', '\\x00', '1\\x00'].flatMap(
    (value): Line[] => [`HSET h f "${value}"`, 'HINCRBYFLOAT h f 1', 'HGET h f'],
  ),
  'HSET h f 5',
  ...['x', '""', '" 1"', '"1 "', 'nan', 'inf', '-inf', 'infinity', '1e5000', '-1e5000'].map(
    (by) => `HINCRBYFLOAT h f ${by}`,
  ),
  'HGET h f',
  'HSET h f 1e4931',
  'HINCRBYFLOAT h f 1e4932',
  'HINCRBYFLOAT absent f x',
  'EXISTS absent',
  'HINCRBYFLOAT h f',
  'HINCRBYFLOAT h f 1 2',
  'HINCRBYFLOAT h',
  'HINCRBYFLOAT',
]);
