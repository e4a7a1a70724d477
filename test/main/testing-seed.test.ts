// What servers under test begin with.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { RedstartError } from '../../src/main/embed/errors.ts';
import { createServer } from '../../src/main/embed.ts';
import type { Seed } from '../../src/main/testing/api.ts';
import { createTestServer } from '../../src/main/testing/create.ts';

const directory = mkdtempSync(join(tmpdir(), 'redstart-seed-'));
after(() => rmSync(directory, { recursive: true }));

/** What is there then, key by key. */
async function holds(data: Seed, expected: Record<string, unknown>): Promise<void> {
  const server = await createTestServer({ data });
  const found: Record<string, unknown> = {};
  for (const key of await server.call<string[]>('KEYS', '*')) {
    found[key] = await contentOf(await server.call<string>('TYPE', key), key);
  }
  await server.close();
  assert.deepEqual(found, expected);

  function contentOf(type: string, key: string): Promise<unknown> {
    if (type === 'list') return server.call('LRANGE', key, 0, -1);
    if (type === 'set') return server.call<string[]>('SMEMBERS', key).then((all) => all.sort());
    if (type === 'hash') return server.call('HGETALL', key);
    if (type === 'zset') return server.call('ZRANGE', key, 0, -1, 'WITHSCORES');
    return server.call('GET', key);
  }
}

test('seed: an object has strings, lists, sets, hashes and sorted sets', async () => {
  const many = Array.from({ length: 2500 }, (_, i) => `item ${i}`);
  await holds(
    {
      text: 'gr\u00fc\u00dfe',
      number: 1.5,
      bytes: Buffer.from('b'),
      list: ['a', 1, Buffer.from('c')],
      many,
      set: new Set(['x', 'y']),
      hash: { name: 'ann', age: 41 },
      ranks: new Map([
        ['ben', 2],
        ['ann', 1.5],
        ['all', Number.POSITIVE_INFINITY],
      ]),
      nothing: [],
    },
    {
      text: 'gr\u00fc\u00dfe',
      number: '1.5',
      bytes: 'b',
      list: ['a', '1', 'c'],
      many,
      set: ['x', 'y'],
      hash: { name: 'ann', age: '41' },
      ranks: [
        ['ann', 1.5],
        ['ben', 2],
        ['all', Number.POSITIVE_INFINITY],
      ],
    },
  );
});

test('seed: lines as redis-cli takes them, from bytes or a file', async () => {
  const text =
    '# users\n\nset greeting "hello world"\r\n  RPUSH q a "\\x41" \'b c\'\nSELECT 1\nSET k v';
  const file = join(directory, 'users.redis');
  writeFileSync(file, text);
  for (const data of [Buffer.from(text), file]) {
    await holds(data, { greeting: 'hello world', q: ['a', 'A', 'b c'] });
  }
});

test('seed: an RDB file, by its path or its bytes', async () => {
  const server = await createServer({ dir: directory });
  await server.call('SET', 'k', 'v');
  await server.call('RPUSH', 'list', 'a', 'b');
  await server.call('SAVE');
  await server.close();
  const file = join(directory, 'dump.rdb');
  for (const data of [file, readFileSync(file)]) await holds(data, { k: 'v', list: ['a', 'b'] });
  const cut = readFileSync(file).subarray(0, -1);
  await refuses(cut, /^data: /);
  const cutFile = join(directory, 'cut.rdb');
  writeFileSync(cutFile, cut);
  const error: RedstartError = await createTestServer({ data: cutFile }).then(
    () => assert.fail('it is loaded'),
    (refused) => refused,
  );
  // The checksum of 8 bytes cannot be read.
  const { code, file: named, offset } = error;
  assert.deepEqual([code, named, offset], ['ERR_DATA', cutFile, cut.length - 7]);
});

async function refuses(data: unknown, message: RegExp): Promise<void> {
  await assert.rejects(createTestServer({ data: data as Seed }), (error: RedstartError) => {
    assert.equal(error.code, 'ERR_DATA');
    assert.match(error.message, message);
    return true;
  });
}

const BAD: readonly [data: unknown, message: RegExp][] = [
  [join(directory, 'absent'), /absent: no such file/i],
  [['a'], /data is an object/],
  [7, /data is an object/],
  [{ k: null }, /^data\['k'\]: a value is/],
  [{ k: [null] }, /^data\['k'\]: an item is/],
  [{ k: { f: ['x'] } }, /^data\['k'\]: an item is/],
  [{ k: new Map([['f', 'v']]) }, /^data\['k'\]: a Map is a sorted set/],
  [Buffer.from('SET a 1\nGTE a\n'), /^data:2: ERR unknown command 'GTE'/],
  [Buffer.from('SET a "1\n'), /^data:1: a quote is not closed/],
  [Buffer.from('SET a 1\nSUBSCRIBE a'), /^data:2: subscribe needs a connection/i],
];

test('seed: what cannot be is refused, and said where', async () => {
  for (const [data, message] of BAD) await refuses(data, message);
});
