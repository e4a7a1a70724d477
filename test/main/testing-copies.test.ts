// Snapshots and forks of servers under test, as tests use them.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Redis } from 'ioredis';
import type { RedstartError } from '../../src/main/embed/errors.ts';
import type { TestServer, TestServerOptions } from '../../src/main/testing/api.ts';
import { createTestServer } from '../../src/main/testing/create.ts';

const DAY_MS = 86_400_000;

/** Runs `use` with a server that is closed afterwards. */
async function withServer(
  options: TestServerOptions,
  use: (server: TestServer) => Promise<void>,
): Promise<void> {
  const server = await createTestServer(options);
  try {
    await use(server);
  } finally {
    await server.close();
  }
}

function rejects(code: string, message: RegExp): (error: RedstartError) => boolean {
  return (error) => {
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  };
}

test('restore: a server is what it was, and so is its time', () =>
  withServer({ data: { name: 'ann', queue: ['a', 'b'] } }, async (server) => {
    server.clock.freeze(DAY_MS);
    await server.call('SET', 'session', 'x', 'PX', 1000);
    const snapshot = server.snapshot();
    assert.equal(snapshot.keys, 3);
    for (let round = 0; round < 3; round++) {
      await server.call('DEL', 'name');
      await server.call('LPUSH', 'queue', round);
      await server.clock.advance('30d');
      assert.equal(await server.call('DBSIZE'), 1);
      await server.restore(snapshot);
      assert.equal(server.clock.now, DAY_MS);
      assert.equal(await server.call('GET', 'name'), 'ann');
      assert.deepEqual(await server.call('LRANGE', 'queue', 0, -1), ['a', 'b']);
      assert.equal(await server.call('PTTL', 'session'), 1000);
    }
    await server.clock.advance(1000);
    assert.equal(await server.call('EXISTS', 'session'), 0);
    server.clock.resume();
    const later = server.snapshot();
    server.clock.freeze(5 * DAY_MS);
    await server.restore(later);
    assert.ok(server.clock.now > 5 * DAY_MS);
  }));

test('restore: another server than that of the snapshot, while clients are connected', () =>
  withServer({ data: { jobs: ['a'] } }, async (first) => {
    const snapshot = first.snapshot();
    await withServer({}, async (second) => {
      const [watcher, waiter] = [new Redis(second.ioredis), new Redis(second.ioredis)];
      await watcher.watch('unseen');
      const waiting = waiter.brpop('jobs', 0);
      while ((await second.call<string>('INFO', 'clients')).includes('blocked_clients:0'));
      await second.restore(snapshot);
      assert.deepEqual(await waiting, ['jobs', 'a']);
      assert.equal(await watcher.multi().set('unseen', 1).exec(), null);
      assert.equal(await first.call('LLEN', 'jobs'), 1);
      watcher.disconnect();
      waiter.disconnect();
    });
  }));

test('fork: a copy of its own, with its address, its time and its configuration', () =>
  withServer({ port: 0, config: { maxmemory: '50mb' } }, async (server) => {
    server.clock.freeze(DAY_MS);
    const library = `#!lua name=l\nredis.register_function('f', function() return 7 end)`;
    await server.call('FUNCTION', 'LOAD', library);
    await server.call('SET', 'users', 'v1', 'PX', 1000);
    for (let round = 0; round < 3; round++) {
      const copy = await server.fork();
      assert.notEqual(copy.url, server.url);
      assert.equal(copy.clock.now, DAY_MS);
      const client = new Redis(copy.url as string);
      assert.equal(await client.get('users'), 'v1');
      await client.set('v2:users', round);
      assert.equal(await copy.call('FCALL', 'f', 0), 7);
      assert.deepEqual(await copy.call('CONFIG', 'GET', 'maxmemory'), { maxmemory: '52428800' });
      await copy.clock.advance(1000);
      assert.deepEqual(await copy.call('KEYS', '*'), ['v2:users']);
      client.disconnect();
      await copy.close();
      await copy.close();
      assert.deepEqual(await server.call('KEYS', '*'), ['users']);
    }
  }));

test('fork: one in memory alone, of a server whose data lasts', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'redstart-copies-'));
  const options = { dir, path: true, data: { k: 'v' }, config: { save: '3600 1' } } as const;
  await withServer(options, async (server) => {
    const snapshot = server.snapshot();
    const copy = await server.fork();
    assert.equal(await copy.call('GET', 'k'), 'v');
    assert.match(String(copy.path), /redstart-/);
    assert.notEqual(copy.path, server.path);
    assert.deepEqual(await copy.call('CONFIG', 'GET', 'appendonly'), { appendonly: 'no' });
    await copy.call('SET', 'k', 'w');
    await copy.restore(snapshot);
    assert.equal(await copy.call('GET', 'k'), 'v');
    await copy.close();
    await server.call('SET', 'k', 'u');
    const refused = rejects('ERR_DATA', /append-only file/);
    await assert.rejects(server.restore(snapshot), refused);
    assert.equal(await server.call('GET', 'k'), 'u');
  });
  rmSync(dir, { recursive: true });
});

test('fork: forks live on when their original is closed, and can be copied', async () => {
  const server = await createTestServer({ data: { k: 'v' } });
  const copy = await server.fork();
  await server.close();
  const second = await copy.fork();
  await copy.close();
  assert.equal(await second.call('GET', 'k'), 'v');
  const snapshot = second.snapshot();
  await second.close();
  await withServer({}, async (third) => {
    await third.restore(snapshot);
    assert.equal(await third.call('GET', 'k'), 'v');
  });
  assert.throws(() => second.snapshot(), rejects('ERR_CLOSED', /closed/));
  await assert.rejects(second.restore(snapshot), rejects('ERR_CLOSED', /closed/));
  await assert.rejects(second.fork(), rejects('ERR_CLOSED', /closed/));
});

test('restore: what is no snapshot, or does not fit, is refused', () =>
  withServer({ data: { k: 'v' } }, async (server) => {
    await assert.rejects(
      server.restore({ keys: 1 }),
      rejects('ERR_BAD_CALL', /what snapshot\(\) gave/),
    );
    await withServer({ config: { databases: 3 } }, async (other) => {
      server.clock.freeze(DAY_MS);
      const refused = other.restore(server.snapshot());
      await assert.rejects(refused, rejects('ERR_DATA', /not as many databases/));
      assert.ok(other.clock.now > DAY_MS);
    });
  }));
