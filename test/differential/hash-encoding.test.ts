// Which encoding a hash has at each threshold, under the new names of the directives and the old.
import { differential } from '../support/differential.ts';
import type { Line } from '../support/lines.ts';

const DEFAULTS = [
  'CONFIG SET hash-max-listpack-entries 128',
  'CONFIG SET hash-max-listpack-value 64',
];

function pairs(count: number, value = 'v'): string {
  return Array.from({ length: count }, (_, i) => `f${i} ${value}`).join(' ');
}

/** A hash is made anew, by one command for each. */
function makings(...commands: readonly string[]): Line[] {
  return commands.flatMap((command) => ['DEL h', command, 'OBJECT ENCODING h', 'HLEN h']);
}

differential('the encoding of a hash by its fields', [
  ...makings(
    'HSET h a 1',
    `HSET h ${pairs(127)}`,
    `HSET h ${pairs(128)}`,
    `HSET h ${pairs(129)}`,
    `HMSET h ${pairs(128)}`,
    `HMSET h ${pairs(129)}`,
    // The arguments are counted, not the fields.
    `HSET h ${'a 1 '.repeat(128)}`,
    `HSET h ${'a 1 '.repeat(129)}`,
  ),
  'DEL h',
  `HSET h ${pairs(128)}`,
  'HSET h f0 changed',
  'OBJECT ENCODING h',
  'HSETNX h f1 kept',
  'OBJECT ENCODING h',
  'HSETNX h one-more v',
  'OBJECT ENCODING h',
  'HDEL h one-more f0',
  'OBJECT ENCODING h',
  'DEL h',
  `HSET h ${pairs(128)}`,
  'HINCRBY h n 1',
  'OBJECT ENCODING h',
  'DEL h',
  `HSET h ${pairs(128)}`,
  'HINCRBYFLOAT h n 1',
  'OBJECT ENCODING h',
]);

differential('the encoding of a hash by its sizes', [
  ...[63, 64, 65, 1000].flatMap((size) =>
    makings(
      `HSET h f ${'x'.repeat(size)}`,
      `HSET h ${'x'.repeat(size)} v`,
      `HSETNX h f ${'x'.repeat(size)}`,
      `HSETNX h ${'x'.repeat(size)} v`,
      `HMSET h f ${'x'.repeat(size)}`,
      `HINCRBY h ${'x'.repeat(size)} 1`,
      `HINCRBYFLOAT h ${'x'.repeat(size)} 1`,
    ),
  ),
  'DEL h',
  'HSET h a 1',
  `HSET h a ${'x'.repeat(65)}`,
  'OBJECT ENCODING h',
  'HSET h a 1',
  'OBJECT ENCODING h',
  'HGET h a',
]);

for (const [entries, value] of [
  ['hash-max-listpack-entries', 'hash-max-listpack-value'],
  ['hash-max-ziplist-entries', 'hash-max-ziplist-value'],
]) {
  differential(
    `the encoding of a hash under ${entries} and ${value}`,
    [
      ...['0', '1', '3', '1000', '9223372036854775807'].flatMap((limit): Line[] => [
        `CONFIG SET ${entries} ${limit}`,
        `CONFIG GET ${entries}`,
        ...makings(
          'HSET h a 1',
          `HSET h ${pairs(3)}`,
          `HSET h ${pairs(4)}`,
          `HSET h ${pairs(600)}`,
        ),
      ]),
      DEFAULTS[0],
      ...['0', '1', '5', '1000'].flatMap((limit): Line[] => [
        `CONFIG SET ${value} ${limit}`,
        `CONFIG GET ${value}`,
        ...makings(
          'HSET h a 1',
          'HSET h a ""',
          'HSET h "" ""',
          'HSET h abcde 12345',
          'HSET h abcdef 1',
        ),
        `HSET h b ${'x'.repeat(900)}`,
        'OBJECT ENCODING h',
      ]),
      `CONFIG SET ${entries} -1`,
      `CONFIG SET ${entries} x`,
      `CONFIG SET ${value} 9223372036854775808`,
    ],
    { atEnd: DEFAULTS },
  );
}

differential(
  'a threshold that changes meanwhile',
  [
    'HSET h a 1 b 2 c 3',
    'CONFIG SET hash-max-listpack-entries 2',
    'OBJECT ENCODING h',
    'HGET h a',
    'HDEL h a',
    'OBJECT ENCODING h',
    'HSET h b 3',
    'OBJECT ENCODING h',
    'HSET h d 4',
    'OBJECT ENCODING h',
    'CONFIG SET hash-max-listpack-entries 128',
    'HSET h e 5',
    'OBJECT ENCODING h',
    'COPY h copy',
    'OBJECT ENCODING copy',
    'RENAME h other',
    'OBJECT ENCODING other',
    { send: 'HGETALL other', tolerance: 'sorted' },
  ],
  { atEnd: DEFAULTS },
);
