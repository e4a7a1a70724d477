// Append-only files of one server in the other, both ways: with a base in RDB or in commands, and
// with increments of all kinds of writes. Each loads the other's files and has what it had itself,
// by its own digest.
import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { DATASET } from '../support/dataset.ts';
import { comparison, type Pair } from '../support/differential.ts';
import { isReference72 } from '../support/server.ts';

const DIRECTORY = 'appendonlydir';
const SECOND = "#!lua name=second\nredis.register_function('second', function() return 2 end)";
/** What follows the base: writes whose effects are other commands than themselves. */
const LATER: readonly (readonly string[])[] = [
  ['INCRBYFLOAT', 'float', '1.5'],
  ['HINCRBYFLOAT', 'hash', 'f', '0.25'],
  ['SPOP', 'set', '3'],
  ['SETEX', 'soon', '100000', 'v'],
  ['GETEX', 'soon', 'PERSIST'],
  ['XADD', 'stream', 'MAXLEN', '~', '20', 'LIMIT', '100', '*', 'f', 'v'],
  ['XADD', 'stream', 'MINID', '=', '200', '*', 'f', 'v'],
  ['XREADGROUP', 'GROUP', 'group', 'carol', 'COUNT', '3', 'STREAMS', 'stream', '>'],
  ['XAUTOCLAIM', 'stream', 'group', 'dave', '0', '0'],
  ['LMPOP', '2', 'none', 'list', 'LEFT', 'COUNT', '3'],
  ['ZPOPMIN', 'sorted set', '5'],
  ['SORT', 'integers', 'STORE', 'sorted'],
  ['MULTI'],
  ['SET', 'a', '1'],
  ['SELECT', '4'],
  ['SET', 'b', '2'],
  ['EXEC'],
  ['SELECT', '0'],
  ['EXPIRE', 'text', '-1'],
  ['RENAME', 'a', 'c'],
  ['SWAPDB', '4', '5'],
  ['FUNCTION', 'LOAD', "#!lua name=later\nredis.register_function('later', function() end)"],
  ['FUNCTION', 'LOAD', 'REPLACE', SECOND],
  ['FUNCTION', 'DELETE', 'later'],
];

for (const [name, preamble, rewrites] of [
  ['a base in RDB', 'yes', true],
  ['an empty base', 'yes', false],
  ['a base in commands', 'no', true],
  ['an empty base in commands', 'no', false],
] as const) {
  comparison(`append-only files are exchanged: ${name}`, {}, async (pair) => {
    await exchange(pair, preamble, rewrites);
  });
}

async function exchange(pair: Pair, preamble: string, rewrites: boolean): Promise<void> {
  const send = (...words: string[]): Promise<readonly Buffer[]> => pair.send('', 2, words);
  const settled = async (): Promise<void> => {
    for (;;) {
      const infos = (await send('INFO', 'persistence')).map(String);
      if (infos.every((info) => /in_progress:0\r\naof_rewrite_scheduled:0/.test(info))) return;
    }
  };
  await send('FLUSHALL');
  await send('CONFIG', 'SET', 'aof-use-rdb-preamble', preamble, 'appendfsync', 'always');
  await send('CONFIG', 'SET', 'appendonly', 'yes');
  await settled();
  for (const line of DATASET) await send(...line);
  if (rewrites) {
    await send('BGREWRITEAOF');
    await settled();
  }
  for (const line of LATER) await send(...line);
  const digests = (await send('DEBUG', 'DIGEST')).map(String);
  const paths = (await send('CONFIG', 'GET', 'dir')).map((reply) =>
    join(reply.toString('latin1').split('\r\n')[4], DIRECTORY),
  );
  renameSync(paths[0], `${paths[0]}.other`);
  renameSync(paths[1], paths[0]);
  renameSync(`${paths[0]}.other`, paths[1]);
  for (const reply of await send('DEBUG', 'LOADAOF')) {
    assert.equal(reply.toString(), '+OK\r\n');
  }
  // SPOP chose others in each server: what was loaded is the other's data.
  const loaded = (await send('DEBUG', 'DIGEST')).map(String);
  if (isReference72()) assert.deepEqual(loaded, [digests[1], digests[0]]);
  assert.equal(new Set(await send('DBSIZE').then((replies) => replies.map(String))).size, 1);
  for (const [name, answer] of [
    ['count', ':1'],
    ['second', ':2'],
    ['later', '-ERR Function not found'],
  ]) {
    for (const reply of await send('FCALL', name, '0'))
      assert.equal(String(reply), `${answer}\r\n`);
  }
  await send('FUNCTION', 'FLUSH');
  await send('CONFIG', 'SET', 'appendonly', 'no', 'aof-use-rdb-preamble', 'yes');
  await send('FLUSHALL');
}
