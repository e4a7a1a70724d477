// Lines that make data of all kinds, in all their forms: deadlines, several databases, binary.
// Servers with another limit have other encodings, but the same data.
const LATER_MS = '33177117420000';
const NOISE = noise(5000);
const TEXT = 'the quick brown fox jumps over the lazy dog and goes on '.repeat(40);

/** A library whose function counts its calls. */
const LIBRARY = `#!lua name=counter
local n = 0
redis.register_function('count', function() n = n + 1 return n end)`;

export const DATASET: readonly (readonly string[])[] = [
  ['SET', 'integer', '-12345'],
  ['SET', 'large integer', '12345678901234567'],
  ['SET', 'text', TEXT],
  ['SET', 'noise', NOISE],
  ['SET', 'huge', NOISE.repeat(200)],
  ['SET', '', 'the empty key'],
  ['SET', '\0\xff\r\n', '\x80\0'],
  ['SET', NOISE, 'a long key'],
  ['SET', 'later', 'v', 'PXAT', LATER_MS],
  ['RPUSH', 'packed list', 'a', '1', '-300', TEXT, ''],
  ['RPUSH', 'list', ...numbered('item ', 3000), NOISE.repeat(3)],
  ['SADD', 'integers', '1', '-70000', '5000000000'],
  ['SADD', 'packed set', 'a', '1', '\xff', ''],
  ['SADD', 'set', ...numbered('member ', 700), TEXT],
  ['HSET', 'packed hash', 'f', 'v', '1', '2', '', ''],
  ['HSET', 'hash', ...numbered('field ', 1400), NOISE, TEXT],
  ['PEXPIREAT', 'hash', LATER_MS],
  ['ZADD', 'packed sorted set', '1', 'a', '-1.5', 'b', 'inf', 'c', '0.1', 'd', '3e200', '1'],
  ['ZADD', 'sorted set', ...numbered('', 600).flatMap((n, i) => [`${i / 7}`, `m${n}`])],
  ...numbered('', 300).map((n, i) => ['XADD', 'stream', `${i + 1}-1`, 'f', n, `g${i % 3}`, TEXT]),
  ['XDEL', 'stream', '2-1', '299-1'],
  ['XGROUP', 'CREATE', 'stream', 'group', '0'],
  ['XREADGROUP', 'GROUP', 'group', 'alice', 'COUNT', '10', 'STREAMS', 'stream', '>'],
  ['XREADGROUP', 'GROUP', 'group', 'bob', 'COUNT', '5', 'STREAMS', 'stream', '>'],
  ['XACK', 'stream', 'group', '1-1', '12-1'],
  ['XGROUP', 'CREATE', 'empty stream', 'group', '$', 'MKSTREAM'],
  ['PFADD', 'hll', ...numbered('', 300)],
  ['FUNCTION', 'LOAD', 'REPLACE', LIBRARY],
  ['SELECT', '15'],
  ['SET', 'text', 'another'],
  ['SET', 'later', 'v', 'PXAT', LATER_MS],
  ['SELECT', '0'],
];

function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${(index * 7919) % 100003}`);
}

/** Bytes without repetition. */
function noise(size: number): string {
  let state = 1;
  return Array.from({ length: size }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return String.fromCharCode(state >>> 24);
  }).join('');
}
