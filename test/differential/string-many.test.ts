// MGET, MSET and MSETNX.
import { differential } from '../support/differential.ts';

differential('MGET', ['MSET a 1 b hello c ""', 'MGET a b c d a', 'MGET absent', 'MGET']);

differential('MSET', [
  'MSET a 1 b hello',
  'OBJECT ENCODING a',
  'EXPIRE a 1000',
  'MSET a 2 c 3 a 4',
  'TTL a',
  'MGET a b c',
  'MSET a 1 b',
  'MSET a',
  'MSET',
  'MGET a b c',
]);

differential('MSETNX', [
  'MSETNX a 1 b 2',
  'MSETNX b 3 c 4',
  'MSETNX c 4 a 5',
  'MGET a b c',
  'MSETNX x 1 x 2',
  'GET x',
  'OBJECT ENCODING x',
  'MSETNX a 1 b',
  'MSETNX',
]);
