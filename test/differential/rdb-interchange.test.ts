// RDB files of one server in the other, both ways: all kinds and forms of values, deadlines, binary
// ones, several databases. Each loads the other's file and has what it had, by its own digest.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { DATASET } from '../support/dataset.ts';
import { comparison, type Pair } from '../support/differential.ts';
import { isReference72, reference } from '../support/server.ts';

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
  for (const line of [...DATASET, ['FCALL', 'count', '0']]) {
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
  for (const reply of await send('FCALL', 'count', '0')) assert.equal(reply.toString(), ':1\r\n');
  const words = ['XINFO', 'STREAM', 'stream', 'FULL', 'COUNT', '3'];
  const [theirs, ours] = (await send(...words)).map(String);
  // What consumers did last was said at different moments.
  const shown = (reply: string): string =>
    reply.replaceAll(/:\d{13}\r\n/g, '').replace(/nodes.*/s, '');
  assert.equal(shown(ours), shown(theirs));
  await send('FLUSHALL');
  await send('FUNCTION', 'FLUSH');
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
