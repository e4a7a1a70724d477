// The clock of the test kit: frozen, advanced, leapt, and moved by timers that a test replaces.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Redis } from 'ioredis';
import type { Argument } from '../../src/main/embed/api.ts';
import type { TestServer, TestServerOptions } from '../../src/main/testing/api.ts';
import { createTestServer } from '../../src/main/testing/create.ts';
import { withDirectory } from '../support/process.ts';

const DAY = 86_400_000;
const AT = Date.UTC(2030, 0, 1);

async function withServer(
  use: (server: TestServer) => Promise<void>,
  options: TestServerOptions = {},
): Promise<void> {
  const server = (await createTestServer(options)).ref();
  try {
    await use(server);
  } finally {
    await server.close();
  }
}

/** A moment of the real clock has passed, and everybody had turns. */
async function realTimePasses(): Promise<void> {
  for (const endMs = performance.now() + 3; performance.now() < endMs; ) {}
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
}

type Line = readonly Argument[];

const LFU: Line = ['CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lfu'];
const DELIVERED: readonly Line[] = [
  ['XADD', 's', '1-1', 'f', 'v'],
  ['XREADGROUP', 'GROUP', 'g', 'c', 'STREAMS', 's', '>'],
];
const PENDING: Line = ['XPENDING', 's', 'g', '-', '+', 10];

/**
 * With a clock that is frozen at AT: the calls before time goes on, by how much it does, a call
 * after that and its reply.
 */
const LINES: readonly [before: readonly Line[], by: '30d' | number, call: Line, reply: unknown][] =
  [
    [[['SET', 'a', 1, 'EX', 30 * 86400]], 30 * DAY - 1, ['PTTL', 'a'], 1],
    [[['SET', 'a', 1, 'EX', 30 * 86400]], '30d', ['DBSIZE'], 0],
    [
      [
        ['HSET', 'h', 'f', 1],
        ['HPEXPIRE', 'h', 5, 'FIELDS', 1, 'f'],
      ],
      4,
      ['HLEN', 'h'],
      1,
    ],
    [
      [
        ['HSET', 'h', 'f', 1],
        ['HPEXPIRE', 'h', 5, 'FIELDS', 1, 'f'],
      ],
      5,
      ['HLEN', 'h'],
      0,
    ],
    [[], '30d', ['TIME'], [String(AT / 1000 + 30 * 86400), '0']],
    [[], 1500, ['EVAL', "return redis.call('TIME')", 0], [String(AT / 1000 + 1), '500000']],
    [[], '30d', ['XADD', 's', '*', 'f', 'v'], `${AT + 30 * DAY}-0`],
    [[['SET', 'a', 1]], 90_000, ['OBJECT', 'IDLETIME', 'a'], 90],
    [[['CONFIG', 'SET', 'slowlog-log-slower-than', 0]], 9000, ['EVAL', STAMP(), 0], AT / 1000 + 9],
    [[['SET', 'a', 1, 'PX', 9]], 4, ['EXPIRETIME', 'a'], Math.round((AT + 9) / 1000)],
    [[LFU, ['SET', 'a', 1]], 0, ['OBJECT', 'FREQ', 'a'], 5],
    [[LFU, ['SET', 'a', 1]], 180_000, ['OBJECT', 'FREQ', 'a'], 2],
    [
      [['XGROUP', 'CREATE', 's', 'g', 0, 'MKSTREAM'], ...DELIVERED],
      5000,
      PENDING,
      [['1-1', 'c', 5000, 1]],
    ],
    [[], 1209600000, ['EVAL', UPTIME(), 0], String(14 * 86400)],
    [[['CLIENT', 'PAUSE', 5000]], 5000, ['SET', 'a', 1], 'OK'],
    [
      [
        ['SET', 'a', 1, 'PX', 5],
        ['SET', 'a', 2, 'PX', 50],
      ],
      49,
      ['GET', 'a'],
      '2',
    ],
  ];

function UPTIME(): string {
  return "return redis.call('INFO', 'server'):match('uptime_in_seconds:(%d+)')";
}

/** When the newest entry of the slow log was made. */
function STAMP(): string {
  return "redis.call('PING'); return redis.call('SLOWLOG', 'GET', 1)[1][2]";
}

for (const [before, by, call, reply] of LINES) {
  test(`${before.map((line) => line.join(' ')).join(', ')} +${by}: ${call.join(' ')}`, async () => {
    await withServer(async (server) => {
      server.clock.freeze(AT);
      for (const [name, ...args] of before) await server.call(String(name), ...args);
      await server.clock.advance(by);
      const [name, ...args] = call;
      assert.deepEqual(await server.call(String(name), ...args), reply);
    });
  });
}

test('time stands still while it is frozen, whatever passes outside', async () => {
  await withServer(async (server) => {
    server.clock.freeze(new Date(AT));
    await server.call('SET', 'a', 1, 'PX', 1);
    let popped: unknown = 'waiting';
    void server.call('BLPOP', 'l', 0.001).then((reply) => (popped = reply));
    await realTimePasses();
    assert.deepEqual([server.clock.now, popped], [AT, 'waiting']);
    assert.equal(await server.call('PTTL', 'a'), 1);
    await server.clock.advance(1);
    assert.deepEqual([server.clock.now, popped], [AT + 1, null]);
  });
});

test('work is done while time is frozen: files are synced, and written anew', async () => {
  await withDirectory(async (dir) => {
    await withServer(
      async (server) => {
        server.clock.freeze(AT);
        for (let i = 0; i < 20; i++) await server.call('INCR', 'n');
        assert.deepEqual(await Promise.all([1, 2].map(() => server.call('INCR', 'n'))), [21, 22]);
        await server.call('BGREWRITEAOF');
        for (;;) {
          const info = await server.call<string>('INFO', 'persistence');
          if (info.includes('aof_rewrite_in_progress:0')) break;
        }
      },
      { dir, config: { appendfsync: 'always' } },
    );
    await withServer(async (server) => assert.equal(await server.call('GET', 'n'), '22'), { dir });
  });
});

test('idle times of clients, and their ages, go by the clock', async () => {
  await withServer(async (server) => {
    server.clock.freeze(AT);
    const client = server.connect();
    await server.clock.advance('3m');
    const list = await server.call<string>('CLIENT', 'LIST');
    assert.match(list, / age=180 idle=180 /);
    client.destroy();
  });
});

test('what falls due happens in order, and ends exactly at the target', async () => {
  await withServer(async (server) => {
    const seen: string[] = [];
    server.clock.freeze(AT);
    server.on('expired', (key) => seen.push(`${key} ${server.clock.now - AT}`));
    for (const [key, ms] of Object.entries({ c: 3 * DAY, a: 1, e: 5 * DAY, b: DAY, d: 4 * DAY })) {
      await server.call('SET', key, 1, 'PX', ms);
    }
    void server.call('BLPOP', 'l', 2).then(() => seen.push(`l ${server.clock.now - AT}`));
    await server.clock.advance('4d');
    assert.deepEqual(seen, ['a 1', 'l 2000', `b ${DAY}`, `c ${3 * DAY}`, `d ${4 * DAY}`]);
    assert.equal(server.clock.now, AT + 4 * DAY);
  });
});

for (const way of ['in the process', 'by TCP'] as const) {
  test(`a client that renews a lock whenever it has gone has its turn: ${way}`, async () => {
    await withServer(
      async (server) => {
        const options = way === 'by TCP' ? { port: server.port! } : server.ioredis;
        const [redis, listener] = [new Redis(options), new Redis(options)];
        await listener.subscribe('__keyevent@0__:expired');
        let renewals = 0;
        listener.on('message', () => {
          renewals++;
          void redis.set('lock', renewals, 'EX', 1);
        });
        await server.call('CONFIG', 'SET', 'notify-keyspace-events', 'Ex');
        server.clock.freeze();
        await redis.set('lock', 0, 'EX', 1);
        await server.clock.advance('1m');
        assert.equal(renewals, 60);
        redis.disconnect();
        listener.disconnect();
      },
      way === 'by TCP' ? { port: 0 } : {},
    );
  });
}

test('jump: what is due happens once, at the end', async () => {
  await withServer(async (server) => {
    const seen: unknown[] = [];
    server.clock.freeze(AT);
    server.on('expired', (key) => {
      seen.push([key, server.clock.now - AT]);
      void server.call('SET', key, 1, 'EX', 10);
    });
    await server.call('SET', 'a', 1, 'EX', 10);
    await server.clock.jump('14h');
    assert.deepEqual(seen, [['a', 14 * 3600_000]]);
    assert.equal(await server.call('TTL', 'a'), 10);
  });
});

test('idle clients are closed, all of them, when time has gone on', async () => {
  await withServer(
    async (server) => {
      let closed = 0;
      for (let i = 0; i < 20; i++) server.connect().on('close', () => closed++);
      server.clock.freeze();
      await server.clock.advance('59s');
      assert.equal(closed, 0);
      await server.clock.advance('2s');
      assert.equal(closed, 20);
    },
    { config: { timeout: 60 } },
  );
});

test('freeze at another moment: what is due there goes, what was due earlier stays', async () => {
  await withServer(async (server) => {
    await server.call('SET', 'a', 1, 'PX', 1000);
    server.clock.freeze(Date.now() + DAY);
    assert.equal(await server.call('DBSIZE'), 0);
    await server.call('SET', 'b', 1, 'PX', 1000);
    server.clock.freeze(server.clock.now - DAY);
    await server.clock.advance('2s');
    assert.equal(await server.call('PTTL', 'b'), DAY - 1000);
    await server.clock.advance('1d');
    assert.equal(await server.call('DBSIZE'), 0);
  });
});

test("resume: time is the process's again, and passes", async () => {
  await withServer(async (server) => {
    server.clock.freeze(AT);
    await server.clock.advance('1h');
    server.clock.resume();
    assert.ok(Math.abs(server.clock.now - Date.now()) < 1000);
    assert.equal(await server.call('BLPOP', 'l', 0.001), null);
    await assert.rejects(server.clock.advance(1), { code: 'ERR_BAD_CALL', message: /not frozen/ });
  });
});

test('the wall clock that steps back does not bring back a client that has waited', async () => {
  await withServer(async (server) => {
    server.clock.freeze();
    const popped = server.call('BLPOP', 'l', 3600);
    await server.clock.advance('50m');
    server.clock.resume();
    server.clock.freeze();
    await server.clock.advance('10m');
    assert.equal(await popped, null);
  });
});

const BAD: readonly unknown[] = ['30', '1 d', -1, Number.NaN, Number.POSITIVE_INFINITY, '9999999d'];
for (const duration of BAD) {
  test(`no duration: ${String(duration)}`, async () => {
    await withServer(async (server) => {
      server.clock.freeze(AT);
      await assert.rejects(server.clock.advance(duration as number), { code: 'ERR_BAD_CALL' });
      await assert.rejects(server.clock.jump(duration as number), { code: 'ERR_BAD_CALL' });
      assert.equal(server.clock.now, AT);
    });
  });
}

for (const moment of [Number.NaN, 1.5, -1, 9e15, new Date('x'), '2030']) {
  test(`no moment: ${String(moment)}`, async () => {
    await withServer(async (server) => {
      assert.throws(() => server.clock.freeze(moment as number), { code: 'ERR_BAD_CALL' });
      assert.ok(server.clock.now < AT);
    });
  });
}

test('a closed server is not moved', async () => {
  const server = await createTestServer();
  server.clock.freeze(AT);
  const moved = server.clock.advance('1d');
  await server.close();
  await moved;
  await server.clock.catchUp();
  server.clock.resume();
});

test('timers that a test replaces move keys and clients that wait', async (t) => {
  await withServer(async (server) => {
    t.mock.timers.enable({ apis: ['Date', 'setTimeout'], now: AT });
    const gone: string[] = [];
    server.on('expired', (key) => gone.push(key));
    await server.call('SET', 'a', 1, 'EX', 30 * 86400);
    const popped = server.call('BLPOP', 'l', 60);
    await server.call('PING');
    t.mock.timers.tick(60_000);
    assert.equal(await popped, null);
    assert.equal(await server.call('OBJECT', 'IDLETIME', 'a'), 60);
    t.mock.timers.tick(30 * DAY - 60_000);
    await server.call('PING');
    assert.deepEqual(gone, ['a']);
  });
});

test('a timer that a test fires tells that its time has passed', async (t) => {
  await withServer(async (server) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const popped = server.call('BLPOP', 'l', 60);
    await server.call('PING');
    t.mock.timers.tick(60_000);
    const clients = await server.call<string>('INFO', 'clients');
    assert.match(clients, /clients_in_timeout_table:0/);
    assert.equal(await popped, null);
  });
});

test('catchUp: a Date that was moved alone', async (t) => {
  await withServer(async (server) => {
    t.mock.timers.enable({ apis: ['Date'], now: AT });
    await server.call('SET', 'a', 1, 'EX', 30 * 86400);
    const popped = server.call('BLPOP', 'l', 10);
    await server.call('PING');
    t.mock.timers.setTime(AT + 30 * DAY);
    await server.clock.catchUp();
    assert.equal(await popped, null);
    assert.equal(await server.call('DBSIZE'), 0);
    assert.equal(server.clock.now, AT + 30 * DAY);
  });
});
