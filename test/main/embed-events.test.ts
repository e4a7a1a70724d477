// What an embedded server tells of its keys.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RedstartServer } from '../../src/main/embed/api.ts';
import { createServer } from '../../src/main/embed.ts';

const NAMES = ['expired', 'evicted', 'write'] as const;

/** Everything that is told while `calls` run, and until so many events came. */
async function told(
  calls: readonly string[],
  count: number,
  names: readonly (typeof NAMES)[number][] = NAMES,
): Promise<unknown[][]> {
  const server = await createServer();
  // Deadlines alone keep no process alive.
  server.connect();
  const events: unknown[][] = [];
  await new Promise<void>((resolve, reject) => {
    for (const name of names) {
      server.on(name, (...args: unknown[]) => {
        events.push([name, ...args]);
        if (events.length === count) resolve();
      });
    }
    runAll(server, calls).then(() => {
      if (count === 0) setImmediate(resolve);
    }, reject);
  });
  await server.close();
  return events;
}

async function runAll(server: RedstartServer, calls: readonly string[]): Promise<void> {
  for (const call of calls) {
    const [name, ...args] = call.split(' ');
    await server.call(name, ...args);
  }
}

const LINES: readonly [calls: readonly string[], events: unknown[][]][] = [
  [['SET a 1'], [['write', 'a', 'set', 0]]],
  [['GET a', 'EXISTS a', 'DEL a'], []],
  [
    ['SET a 1', 'SET a 2'],
    [
      ['write', 'a', 'set', 0],
      ['write', 'a', 'set', 0],
    ],
  ],
  [
    ['SET \u00fc 1', 'DEL \u00fc'],
    [
      ['write', '\u00fc', 'set', 0],
      ['write', '\u00fc', 'del', 0],
    ],
  ],
  [['SELECT 3', 'HSET h f v'], [['write', 'h', 'hset', 3]]],
  [['FLUSHALL'], [['write', null, 'flushall', 0]]],
  [
    ['SET a 1', 'SELECT 2', 'SET b 1', 'FLUSHDB'],
    [
      ['write', 'a', 'set', 0],
      ['write', 'b', 'set', 2],
      ['write', null, 'flushdb', 2],
    ],
  ],
  [
    ['SET e bye PX 1'],
    [
      ['write', 'e', 'set', 0],
      ['write', 'e', 'expire', 0],
      ['expired', 'e', 'bye', 0],
    ],
  ],
  [
    ['RPUSH l x', 'PEXPIRE l 1'],
    [
      ['write', 'l', 'rpush', 0],
      ['write', 'l', 'expire', 0],
      ['expired', 'l', null, 0],
    ],
  ],
];

for (const [calls, events] of LINES) {
  test(calls.join(', '), async () => {
    assert.deepEqual(await told(calls, events.length), events);
  });
}

test('who listens to one thing is told of nothing else', async () => {
  assert.deepEqual(await told(['SET a 1', 'SET b 2 PX 1'], 1, ['expired']), [
    ['expired', 'b', '2', 0],
  ]);
});

test('what is evicted is told', async () => {
  const config = { maxmemory: '3mb', 'maxmemory-policy': 'allkeys-lru' } as const;
  const server = await createServer({ config });
  const evicted = new Promise<unknown[]>((resolve) => {
    server.once('evicted', (...args) => resolve(args));
  });
  for (let i = 0; i < 300; i++) await server.call('SET', `k${i}`, 'x'.repeat(20_000));
  const [key, value, database] = await evicted;
  assert.match(String(key), /^k\d+$/);
  assert.equal(value, 'x'.repeat(20_000));
  assert.equal(database, 0);
  await server.close();
});

test('a listener that was removed is told nothing, and may call what it likes', async () => {
  const server = await createServer();
  const keys: (string | null)[] = [];
  const listener = (key: string | null): void => {
    keys.push(key);
    if (key === 'a') void server.call('SET', 'b', 1);
  };
  server.on('write', listener);
  await server.call('SET', 'a', 1);
  while (keys.length < 2) await server.call('PING');
  server.off('write', listener);
  await server.call('SET', 'c', 1);
  await server.call('PING');
  assert.deepEqual(keys, ['a', 'b']);
  await server.close();
});
