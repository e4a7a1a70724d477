// RDB files of one server in the other, both ways: all kinds and forms of values, deadlines, binary,
// several databases. Each loads the other's file and has what it had itself, by its own digest.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { comparison, type Pair } from '../support/differential.ts';
import { isReference72, reference } from '../support/server.ts';

const LATER_MS = '33177117420000';
const NOISE = noise(5000);
const TEXT = 'the quick brown fox jumps over the lazy dog and goes on '.repeat(40);

/** Lines that make data; servers with another limit have other encodings, but the same data. */
const DATASET: readonly (readonly string[])[] = [
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
  ['SELECT', '15'],
  ['SET', 'text', 'another'],
  ['SET', 'later', 'v', 'PXAT', LATER_MS],
  ['SELECT', '0'],
];

const SETTINGS: readonly (readonly string[])[] = [
  [],
  ['rdbcompression', 'no'],
  ['maxmemory-policy', 'allkeys-lru'],
  ['maxmemory-policy', 'allkeys-lfu'],
];

for (const setting of SETTINGS) {
  comparison(`files are exchanged: ${setting.join(' ') || 'as it is'}`, {}, (pair) =>
    exchange(pair, setting),
  );
}

async function exchange(pair: Pair, setting: readonly string[]): Promise<void> {
  const send = (...words: string[]): Promise<readonly Buffer[]> => pair.send('', 2, words);
  if (setting.length > 0) await send('CONFIG', 'SET', ...setting);
  for (const line of DATASET) {
    for (const reply of await send(...line)) assert.notEqual(reply[0], 0x2d, reply.toString());
  }
  const digests = (await send('DEBUG', 'DIGEST')).map(String);
  if (isReference72()) assert.equal(digests[1], digests[0]);
  for (const reply of await send('SAVE')) assert.equal(reply.toString(), '+OK\r\n');
  const dumps = (await send('CONFIG', 'GET', 'dir')).map((reply) =>
    join(reply.toString('latin1').split('\r\n')[4], 'dump.rdb'),
  );
  assertChecked(dumps[1]);
  renameSync(dumps[0], `${dumps[0]}.other`);
  renameSync(dumps[1], dumps[0]);
  renameSync(`${dumps[0]}.other`, dumps[1]);
  for (const reply of await send('DEBUG', 'RELOAD', 'NOSAVE')) {
    assert.equal(reply.toString(), '+OK\r\n');
  }
  assert.deepEqual((await send('DEBUG', 'DIGEST')).map(String), digests);
  for (const line of [['PEXPIRETIME', 'later'], ['PEXPIRETIME', 'hash'], ['DBSIZE']]) {
    const [theirs, ours] = await send(...line);
    assert.equal(ours.toString(), theirs.toString(), line.join(' '));
  }
  const words = ['XINFO', 'STREAM', 'stream', 'FULL', 'COUNT', '3'];
  const [theirs, ours] = (await send(...words)).map(String);
  // What consumers did last was said at different moments.
  const shown = (reply: string): string =>
    reply.replaceAll(/:\d{13}\r\n/g, '').replace(/nodes.*/s, '');
  assert.equal(shown(ours), shown(theirs));
  await send('FLUSHALL');
  await send('CONFIG', 'SET', 'rdbcompression', 'yes', 'maxmemory-policy', 'noeviction');
}

/** Redis's own checker, where it lies beside the reference, finds nothing wrong. */
function assertChecked(path: string): void {
  const { error, status, stdout } = spawnSync(reference().path.replace(/server$/, 'check-rdb'), [
    path,
  ]);
  if (error !== undefined) return;
  assert.equal(status, 0, stdout.toString());
  assert.match(stdout.toString(), /RDB looks OK!/);
}

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
