// DUMP on one server, RESTORE on the other, both ways: the values are the same by their digests,
// have the same encodings, and where Redis defines an order the payloads are the same bytes.
//
// A reference of 7.0 writes version 10 and reads no later one: our payloads are given that number
// for it, but those of types that it does not know.
import assert from 'node:assert/strict';
import { comparison, type Pair } from '../support/differential.ts';
import { bodyOf, payloadOf } from '../support/payloads.ts';
import { showBytes } from '../support/resp.ts';
import { isReference72 } from '../support/server.ts';

interface Value {
  readonly name: string;
  /** Make the key `k`. */
  readonly lines: readonly (readonly string[])[];
  /** Are the bytes of the payload defined? */
  readonly isOrdered: boolean;
  /** CONFIG SET before, and what it is set to afterwards. */
  readonly config?: readonly [name: string, value: string, normal: string];
}

const VERSION_7_0 = 10;
const TYPE_SET_LISTPACK = 20;
const LONG = 'the quick brown fox jumps over the lazy dog and goes on '.repeat(40);
const NOISE = noise(3000);
const WHOLE_NUMBERS = [0, 1, -1, 127, 128, -128, -129, 32767, 32768, -32768, -32769, 65535, 65536];
const LARGE_NUMBERS = ['2147483647', '-2147483648', '2147483648', '-2147483649', '12345678901'];
const BOUNDS = ['9223372036854775807', '-9223372036854775808', '9223372036854775808'];
const STRANGE = ['', 'a', '-0', '+1', '01', ' 1', '1.5', '\0', '\xff\xfe', '1e5', 'abc\r\n'];
const SCORES = '0 -0 1.5 -1.5 3 1e300 -1e-300 inf -inf 0.1 4611686018427387904 9223372036854775807';
const FRACTIONS = '1e17 123456789012345680 0.30000000000000004 5e-324 1.7976931348623157e308 1e21';

const strings: Value[] = [
  ...[...WHOLE_NUMBERS.map(String), ...LARGE_NUMBERS, ...BOUNDS, ...STRANGE],
  ...['a'.repeat(20), 'a'.repeat(21), 'a'.repeat(63), 'a'.repeat(300), 'ab'.repeat(9000)],
  ...[LONG, NOISE, LONG + NOISE + LONG, `${NOISE.slice(0, 18)}abcabcabcabc`, NOISE.repeat(9)],
  ...[1, 2, 3, 4, 5, 17, 18, 19, 20, 21].map((n) => `${NOISE.slice(0, 40)}${LONG.slice(0, 9 * n)}`),
].map((value) => ({
  name: `the string ${showBytes(value, 30)} of ${value.length}`,
  lines: [['SET', 'k', value]],
  isOrdered: true,
}));

const collections: Value[] = [
  value('a list of one', ['RPUSH', 'k', 'one']),
  value('a small list', ['RPUSH', 'k', ...STRANGE, ...WHOLE_NUMBERS.map(String), ...BOUNDS]),
  value('a list of long items', ['RPUSH', 'k', LONG, NOISE, 'x', 'y'.repeat(63), 'y'.repeat(64)]),
  value('a list of nodes', ['RPUSH', 'k', ...items('item number ', 3000)]),
  value('a list of numbers', ['RPUSH', 'k', ...items('', 9000)]),
  value('a list of large items', ['RPUSH', 'k', NOISE.repeat(4), 'x', LONG.repeat(9), 'y']),
  value('an intset of 2 bytes', ['SADD', 'k', '3', '1', '2', '-5']),
  value('an intset of 4 bytes', ['SADD', 'k', '70000', '1', '-2147483648']),
  value('an intset of 8 bytes', ['SADD', 'k', '5000000000', '1', BOUNDS[1]]),
  value('a large intset', ['SADD', 'k', ...items('', 500)]),
  value('a packed set', ['SADD', 'k', ...STRANGE, ...BOUNDS, 'z'.repeat(64)]),
  value('a set of one', ['SADD', 'k', '']),
  unordered('a set', ['SADD', 'k', ...items('member ', 300)]),
  unordered('a set with a long member', ['SADD', 'k', LONG, '1', '2']),
  unordered('a set of many integers', ['SADD', 'k', ...items('', 900)]),
  value('a packed hash', ['HSET', 'k', ...STRANGE.flatMap((text) => [text, `${text}!`])]),
  value('a packed hash of numbers', ['HSET', 'k', ...items('', 100)]),
  unordered('a hash', ['HSET', 'k', ...items('field ', 1200)]),
  unordered('a hash with a long value', ['HSET', 'k', 'f', LONG, '1', NOISE]),
  value('a packed sorted set', ['ZADD', 'k', ...scored(SCORES.split(' '))]),
  value('a packed sorted set of fractions', ['ZADD', 'k', ...scored(FRACTIONS.split(' '))]),
  value('a sorted set', ['ZADD', 'k', ...scored(items('', 300))]),
  value('a sorted set with a long member', ['ZADD', 'k', '1', LONG, 'inf', 'a', '-0', 'b']),
  value('a sorted set of equal scores', ['ZADD', 'k', ...items('m', 200).flatMap((m) => ['1', m])]),
  value('a stream of one entry', ['XADD', 'k', '5-1', 'field', 'value']),
  {
    name: 'a stream of many nodes, some entries deleted',
    lines: [
      ...items('', 350).map((item, i) => [
        'XADD',
        'k',
        `${i + 1}-${i}`,
        'f',
        item,
        `g${i % 3}`,
        '',
      ]),
      ['XADD', 'k', '18446744073709551614-18446744073709551615', 'f', LONG],
      ['XDEL', 'k', '1-0', '7-6', '350-349'],
      ['XTRIM', 'k', 'MAXLEN', '340'],
    ],
    isOrdered: true,
  },
  {
    name: 'an empty stream',
    lines: [
      ['XADD', 'k', '5-1', 'f', 'v'],
      ['XDEL', 'k', '5-1'],
      ['XGROUP', 'CREATE', 'k', 'g', '0', 'ENTRIESREAD', '1'],
    ],
    isOrdered: true,
  },
  {
    name: 'a stream with groups',
    lines: [
      ...items('', 40).map((item, i) => ['XADD', 'k', `${i + 1}-0`, 'f', item]),
      ['XGROUP', 'CREATE', 'k', 'second', '0'],
      ['XGROUP', 'CREATE', 'k', 'first', '$'],
      ['XGROUP', 'CREATE', 'k', 'third', '7-0'],
      ['XGROUP', 'CREATECONSUMER', 'k', 'second', 'idle'],
      ['XREADGROUP', 'GROUP', 'second', 'alice', 'COUNT', '20', 'STREAMS', 'k', '>'],
      ['XREADGROUP', 'GROUP', 'second', 'bob', 'COUNT', '5', 'STREAMS', 'k', '>'],
      ['XACK', 'k', 'second', '3-0', '22-0'],
      ['XREADGROUP', 'GROUP', 'third', 'alice', 'COUNT', '2', 'NOACK', 'STREAMS', 'k', '>'],
    ],
    isOrdered: false,
  },
  {
    name: 'a list of items of their own nodes',
    lines: [
      ['DEBUG', 'QUICKLIST-PACKED-THRESHOLD', '10b'],
      ['RPUSH', 'k', 'short', 'y'.repeat(50), 'z', 'w'.repeat(200), 'v'.repeat(9)],
      ['DEBUG', 'QUICKLIST-PACKED-THRESHOLD', '0'],
    ],
    isOrdered: false,
  },
  {
    name: 'a list of nodes of three items',
    lines: [['RPUSH', 'k', ...items('item ', 20)]],
    isOrdered: true,
    config: ['list-max-listpack-size', '3', '-2'],
  },
  {
    name: 'a string that is not packed',
    lines: [['SET', 'k', LONG]],
    isOrdered: true,
    config: ['rdbcompression', 'no', 'yes'],
  },
];

for (const each of [...strings, ...collections]) {
  comparison(`interchange: ${each.name}`, {}, (pair) => interchange(pair, each));
}

async function interchange(pair: Pair, { lines, isOrdered, config }: Value): Promise<void> {
  const send = (...words: string[]) => pair.send('', 2, words);
  if (config !== undefined) await send('CONFIG', 'SET', config[0], config[1]);
  for (const line of lines) await send(...line);
  const dumps = await send('DUMP', 'k');
  if (config !== undefined) await send('CONFIG', 'SET', config[0], config[2]);
  const [theirs, ours] = dumps.map(contentOf);
  if (isOrdered && isReference72()) assert.equal(showBytes(ours), showBytes(theirs), 'payloads');
  const digests = await send('DEBUG', 'DIGEST-VALUE', 'k');
  // Older ones say scores in other words there.
  if (isReference72()) assert.equal(digests[1].toString(), digests[0].toString(), 'the digest');
  for (const [from, payload] of [['them', theirs] as const, ['us', asRead(ours)] as const]) {
    if (payload === null) continue;
    const restored = await send('RESTORE', 'r', '0', payload.toString('latin1'), 'REPLACE');
    for (const reply of restored) assert.equal(reply.toString(), '+OK\r\n', `from ${from}`);
    for (const [index, reply] of (await send('DEBUG', 'DIGEST-VALUE', 'r')).entries()) {
      assert.equal(reply.toString(), digests[index].toString(), `the digest, from ${from}`);
    }
    // 7.0 has other encodings.
    const [theirEncoding, ourEncoding] = await send('OBJECT', 'ENCODING', 'r');
    if (!isReference72()) continue;
    assert.equal(ourEncoding.toString(), theirEncoding.toString(), `the encoding, from ${from}`);
  }
  const verified = await pair.sendToRedstart('', 2, ['DEBUG', 'VERIFY']);
  if (process.env.REDSTART_UNDER_TEST === undefined) assert.equal(verified.toString(), '+OK\r\n');
}

/** The bytes of a bulk string. */
function contentOf(reply: Buffer): Buffer {
  return reply.subarray(reply.indexOf('\r\n') + 2, -2);
}

/** Our payload as the reference reads it; null for what it does not know. */
function asRead(payload: Buffer): Buffer | null {
  if (isReference72()) return payload;
  return payload[0] >= TYPE_SET_LISTPACK ? null : payloadOf(bodyOf(payload), VERSION_7_0);
}

function value(name: string, line: readonly string[]): Value {
  return { name, lines: [line], isOrdered: true };
}

function unordered(name: string, line: readonly string[]): Value {
  return { name, lines: [line], isOrdered: false };
}

function items(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${(index * 7919) % 100003}`);
}

function scored(scores: readonly string[]): string[] {
  return scores.flatMap((score, index) => [score, `member ${index}`]);
}

/** Bytes without repetition. */
function noise(size: number): string {
  let state = 1;
  return Array.from({ length: size }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return String.fromCharCode(state >>> 24);
  }).join('');
}
