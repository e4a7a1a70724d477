// Faults of servers under test, as clients meet them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Redis } from 'ioredis';
import type { RedstartError } from '../../src/main/embed/errors.ts';
import type { FaultOptions } from '../../src/main/testing/api.ts';
import { createTestServer } from '../../src/main/testing/create.ts';

const QUIET = { retryStrategy: () => 0, maxRetriesPerRequest: 1 };

test('faults: a client that reads again survives a dropped connection', async () => {
  const server = await createTestServer({ port: 0, data: { n: 1 } });
  const clients = [
    new Redis(server.url as string, QUIET),
    new Redis({ ...server.ioredis, ...QUIET }),
  ];
  for (const client of clients) {
    server.faults.add({ command: 'GET', times: 1, drop: 'after' });
    assert.equal(await client.get('n'), '1');
    server.faults.clear();
    client.disconnect();
  }
  await server.close();
});

test('faults: what was dropped before it ran did not run', async () => {
  const server = await createTestServer();
  for (const [drop, expected] of [
    ['before', null],
    ['after', '1'],
  ] as const) {
    const client = new Redis({ ...server.ioredis, ...QUIET, maxRetriesPerRequest: 0 });
    client.on('error', () => {});
    server.faults.add({ key: 'n:*', drop });
    await assert.rejects(client.incr('n:1'));
    // The test's own calls meet no faults.
    assert.equal(await server.call('GET', 'n:1'), expected);
    server.faults.clear();
    client.disconnect();
  }
  await server.close();
});

test('faults: errors and delays, for a client of a name, by the clock', async () => {
  const server = await createTestServer();
  server.clock.freeze();
  const slow = new Redis({ ...server.ioredis, connectionName: 'slow' });
  const other = new Redis(server.ioredis);
  await other.ping();
  server.faults.add({ client: 'slow', command: 'SET', delay: '5s' });
  server.faults.add({ command: 'HSET', after: 1, times: 1, error: 'OOM command not allowed' });
  let isSet = false;
  const set = slow.set('k', 'v').then(() => {
    isSet = true;
  });
  await other.set('k', 'u');
  await server.clock.advance(4999);
  assert.equal(isSet, false);
  await server.clock.advance(1);
  await set;
  assert.equal(await other.get('k'), 'v');
  await other.hset('h', 'f', 1);
  await assert.rejects(other.hset('h', 'f', 2), /^ReplyError: OOM command not allowed$/);
  assert.equal(await other.hset('h', 'f', 3), 0);
  slow.disconnect();
  other.disconnect();
  await server.close();
});

const BAD: readonly [rule: unknown, message: RegExp][] = [
  [{}, /one of error, delay and drop/],
  [{ error: 'ERR x', drop: 'after' }, /one of error, delay and drop/],
  [{ drop: 'sometimes' }, /'before' or 'after'/],
  [{ error: 'two\r\nlines' }, /one line/],
  [{ error: '' }, /one line/],
  [{ delay: '5 parsecs' }, /a duration/],
  [{ error: 'ERR x', command: 'GTE' }, /no command GTE/],
  [{ error: 'ERR x', command: 'CONFIG GTE' }, /no command CONFIG GTE/],
  [{ error: 'ERR x', after: -1 }, /after/],
  [{ error: 'ERR x', times: 1.5 }, /times/],
  [{ error: 'ERR x', chance: 2 }, /chance/],
  [{ error: 'ERR x', cmd: 'GET' }, /a rule has no cmd/],
];

test('faults: a rule that makes no sense is refused', async () => {
  const server = await createTestServer();
  for (const [rule, message] of BAD) {
    assert.throws(
      () => server.faults.add(rule as FaultOptions),
      (error: RedstartError) => error.code === 'ERR_BAD_CALL' && message.test(error.message),
      JSON.stringify(rule),
    );
  }
  server.faults.add({ command: 'config get', error: 'ERR x' });
  await server.close();
});
