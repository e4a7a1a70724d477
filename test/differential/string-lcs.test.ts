// LCS.
import { differential } from '../support/differential.ts';

differential('LCS', [
  'MSET a ohmytext b mynewtext c 12345 d 1 e ""',
  'LCS a b',
  'LCS a b LEN',
  'LCS a b IDX',
  'LCS a b IDX MINMATCHLEN 4',
  'LCS a b IDX MINMATCHLEN 4 WITHMATCHLEN',
  'LCS a b idx withmatchlen minmatchlen -1',
  'LCS a b IDX MINMATCHLEN 9223372036854775807',
  'LCS a b MINMATCHLEN 100',
  'LCS a b WITHMATCHLEN',
  'LCS b a IDX',
  'LCS a a IDX',
  'LCS c d IDX WITHMATCHLEN',
  'LCS a e',
  'LCS a e IDX',
  'LCS absent absent',
  'LCS absent a LEN',
]);

differential('LCS that is refused', [
  'SET a abc',
  'LCS a a IDX LEN',
  'LCS a a LEN bogus',
  'LCS a a MINMATCHLEN',
  'LCS a a MINMATCHLEN x bogus',
  'LCS a a bogus MINMATCHLEN x',
  'LCS a a MINMATCHLEN x MINMATCHLEN 1',
  'LCS a a ""',
  'LCS a',
  'LCS',
]);

differential('LCS whose table is too large for proto-max-bulk-len', [
  `SET a ${'a'.repeat(600)}`,
  `SET b ${'a'.repeat(500)}`,
  'CONFIG SET proto-max-bulk-len 1mb',
  'LCS a b',
  'LCS a b LEN',
  'LCS a b LEN IDX',
  'LCS a b bogus',
  'CONFIG SET proto-max-bulk-len 512mb',
  'LCS a b LEN',
]);
