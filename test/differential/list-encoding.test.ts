// Which encoding a list has at each threshold, and when it goes back: what 7.2 says.
import { differential } from '../support/differential.ts';
import type { Line } from '../support/lines.ts';

const ATEND = ['CONFIG SET list-max-listpack-size -2'];

function numbered(count: number, size: number): string {
  return Array.from({ length: count }, (_, i) => String(i).padStart(size, 'x')).join(' ');
}

/** Each line, and the encoding and length after it. */
function after(lines: readonly string[]): Line[] {
  return lines.flatMap((line): Line[] => [line, 'OBJECT ENCODING k', 'LLEN k']);
}

for (const size of ['-1', '-2', '-3', '-4', '-5', '-6', '-100', '0', '1', '2', '3', '10', '300']) {
  const first = `CONFIG SET list-max-listpack-size ${size}`;
  differential(
    `encoding of lists, list-max-listpack-size ${size}`,
    [
      first,
      ...after(['RPUSH k a', 'RPUSH k b', 'LPUSH k c', 'RPUSH k d e f g h i j k l', 'LPOP k 5']),
      ...after(['RPOP k', 'RPOP k', 'RPOP k', 'RPOP k', 'LPUSH k z', 'LTRIM k 0 0']),
      ...after([`RPUSH k ${'v'.repeat(4000)}`, `RPUSH k ${'v'.repeat(4000)}`, 'LPOP k']),
      ...after([`LSET k 0 ${'v'.repeat(5000)}`, 'LSET k 0 small', 'LSET k 1 small']),
      ...after([`LINSERT k AFTER absent ${'v'.repeat(9000)}`, 'LPOP k', 'DEL k']),
      ...after([
        `RPUSH k ${numbered(400, 20)}`,
        'LPOP k 200',
        'LPOP k 100',
        'LPOP k 50',
        'RPOP k 45',
      ]),
      ...after([
        'LREM k 0 absent',
        'LSET k 100 v',
        'LPOP k 2',
        'RPOPLPUSH k k',
        'LMOVE k j LEFT LEFT',
      ]),
      ...after(['DEL k', `RPUSH k ${numbered(4000, 20)}`, 'LTRIM k 100 2000', 'LTRIM k 10 100']),
      ...after([
        'LTRIM k 0 40',
        'LTRIM k 0 0',
        'COPY k j REPLACE',
        'RPUSH k a b c d',
        'LREM k 0 a',
      ]),
    ],
    { only: '7.2', atEnd: ATEND },
  );
}

differential(
  'the threshold changes while there are lists',
  [
    'RPUSH k a b c d e',
    ...after(['CONFIG SET list-max-listpack-size 2', 'LPOP k', 'LPUSH k x', 'LPOP k', 'LPOP k']),
    ...after(['CONFIG SET list-max-listpack-size -2', 'LPOP k', 'RPUSH k a', 'LPOP k']),
  ],
  { only: '7.2', atEnd: ATEND },
);

differential(
  'DEBUG QUICKLIST-PACKED-THRESHOLD',
  [
    'DEBUG QUICKLIST-PACKED-THRESHOLD 4gb',
    'DEBUG QUICKLIST-PACKED-THRESHOLD x',
    'DEBUG QUICKLIST-PACKED-THRESHOLD 5b',
    'CONFIG SET list-max-listpack-size 2',
    'RPUSH k a large1 b large2 large3 c',
    'LPUSH k large0 123456',
    'LINSERT k BEFORE b large4',
    'LINSERT k AFTER large4 d',
    'LSET k 0 large5',
    'LSET k 3 small',
    'LSET k 4 large6',
    'LREM k 0 large3',
    'LPOS k large6',
    'LRANGE k 0 -1',
    'DEBUG QUICKLIST-PACKED-THRESHOLD 0',
    'LPOP k 2',
    'RPOP k 2',
    'LRANGE k 0 -1',
  ],
  { atEnd: [...ATEND, 'DEBUG QUICKLIST-PACKED-THRESHOLD 0'] },
);
