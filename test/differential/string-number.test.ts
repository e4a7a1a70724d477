// INCR and its relations: 64-bit integers, and the 80-bit floating point numbers of INCRBYFLOAT.
import { differential } from '../support/differential.ts';

const INT64_MAX = '9223372036854775807';
const INT64_MIN = '-9223372036854775808';

differential('INCR, DECR, INCRBY and DECRBY', [
  'INCR k',
  'INCR k',
  'DECR k',
  'DECRBY k 10',
  'INCRBY k 100',
  'GET k',
  'OBJECT ENCODING k',
  'DECR new',
  'DECRBY newer 5',
  'INCRBY newest -5',
  'INCRBY zero 0',
  'GET zero',
  'EXPIRE k 1000',
  'INCR k',
  'TTL k',
  'INCR',
  'INCR k 1',
  'INCRBY k',
  'DECRBY k 1 2',
]);

differential('integers beyond 2^53', [
  'SET k 9007199254740991',
  'INCR k',
  'INCR k',
  'DECR k',
  'DECR k',
  'DECR k',
  'INCRBY k 9007199254740993',
  'GET k',
  'OBJECT ENCODING k',
  'SET k -9007199254740991',
  'DECR k',
  'DECRBY k 9007199254740993',
  `SET k ${INT64_MAX}`,
  'INCR k',
  'INCRBY k 1',
  'DECR k',
  'INCR k',
  'DECRBY k -1',
  `DECRBY k ${INT64_MAX}`,
  `DECRBY k ${INT64_MAX}`,
  'DECR k',
  'DECR k',
  'GET k',
  `INCRBY k ${INT64_MAX}`,
  `INCRBY new ${INT64_MIN}`,
  `INCRBY newer ${INT64_MAX}`,
  `DECRBY newer ${INT64_MIN}`,
  `DECRBY newest ${INT64_MIN}`,
  'EXISTS newest',
  `INCRBY k ${INT64_MAX}0`,
]);

differential('what is not an integer', [
  ...['""', 'abc', '1.5', '01', '+1', '-0', '" 1"', '"1 "', '1e3', '9223372036854775808'].flatMap(
    (value) => [
      `SET k ${value}`,
      'INCR k',
      'INCRBY k 2',
      `INCRBY new ${value}`,
      `DECRBY new ${value}`,
    ],
  ),
  'EXISTS new',
]);

differential('integers that were put together', [
  'APPEND k 1',
  'APPEND k 2',
  'OBJECT ENCODING k',
  'INCR k',
  'OBJECT ENCODING k',
  'SETRANGE k 0 9',
  'INCR k',
  'APPEND k " "',
  'INCR k',
]);

differential('INCRBYFLOAT', [
  'INCRBYFLOAT k 1.5',
  'INCRBYFLOAT k 1.5',
  'GET k',
  'OBJECT ENCODING k',
  'INCRBYFLOAT k -3',
  'INCRBYFLOAT k 0.1',
  'INCRBYFLOAT k 0.2',
  'SET k 3.0e3',
  'INCRBYFLOAT k 200',
  'SET k 17179869184',
  'INCRBYFLOAT k 1.5',
  'INCRBYFLOAT k 1e-17',
  'SET k 9007199254740993',
  'INCRBYFLOAT k 1',
  'SET k 18446744073709551615',
  'INCRBYFLOAT k 0.5',
  'INCRBYFLOAT k 1e30',
  'OBJECT ENCODING k',
  'INCRBYFLOAT large 1e4932',
  'OBJECT ENCODING large',
  'INCRBYFLOAT large 1e4932',
  'INCRBYFLOAT small 1e-4950',
  'INCRBYFLOAT negative -0',
  'INCRBYFLOAT hexadecimal 0x1.8p3',
  'INCRBYFLOAT plus +5',
  'INCRBYFLOAT point .5',
  'INCRBYFLOAT point 5.',
  'EXPIRE k 1000',
  'INCRBYFLOAT k 1',
  'TTL k',
]);

differential('what is not a float', [
  ...['""', 'abc', '1.5x', '" 1"', '"1 "', 'nan', 'inf', '-inf', '.', 'e5', '1e5000'].flatMap(
    (value) => [`SET k ${value}`, 'INCRBYFLOAT k 1', 'GET k', `INCRBYFLOAT new ${value}`],
  ),
  'EXISTS new',
  'SET k abc',
  'INCRBYFLOAT k abc',
  'INCRBYFLOAT k',
]);
