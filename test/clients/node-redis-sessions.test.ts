// node-redis against a started Redstart where a connection has a state: transactions,
// subscriptions, which come back after the connection was dropped, and client-side caching.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { createClient, WatchError } from 'redis';
import { fileServer } from '../support/file-server.ts';

const server = fileServer();

async function connect(resp: 2 | 3, options: { clientSideCache?: { maxEntries: number } } = {}) {
  const socket = { port: server.port, host: '127.0.0.1', reconnectStrategy: () => 10 };
  const client = createClient({ RESP: resp, socket, ...options });
  client.on('error', () => {});
  server.endings.push(() => {
    if (client.isOpen) client.destroy();
  });
  await client.connect();
  return client;
}

type Client = Awaited<ReturnType<typeof connect>>;

function eachProtocol(name: string, run: (client: Client, resp: 2 | 3) => Promise<void>): void {
  for (const resp of [2, 3] as const) {
    test(`node-redis: ${name} (RESP${resp})`, { timeout: 20000 }, async () => {
      const client = await connect(resp);
      await client.flushAll();
      await run(client, resp);
    });
  }
}

/** Resolves when it is connected again; the error that tells of the loss is not ours. */
function readyAgain(client: Client): Promise<void> {
  return new Promise((resolve) => client.once('ready', () => resolve()));
}

/** Adds one to a counter as one would without INCR. Returns how often it had to be tried. */
async function addOne(client: Client, key: string): Promise<number> {
  for (let tries = 1; ; tries++) {
    await client.watch(key);
    const value = Number(await client.get(key));
    try {
      await client
        .multi()
        .set(key, value + 1)
        .exec();
      return tries;
    } catch (error) {
      assert.ok(error instanceof WatchError, String(error));
    }
  }
}

eachProtocol('a transaction on a watched key', async (client) => {
  await client.watch(['k', 'l']);
  assert.deepEqual(await client.multi().set('k', 'v').incr('n').get('k').exec(), ['OK', 1, 'v']);
});

eachProtocol('a transaction that another client spoils', async (client, resp) => {
  const other = await connect(resp);
  await client.watch('k');
  await other.set('k', 'theirs');
  await assert.rejects(client.multi().set('k', 'ours').exec(), WatchError);
  assert.equal(await client.get('k'), 'theirs');
  await client.watch('k');
  await other.del('k');
  await client.unwatch();
  assert.deepEqual(await client.multi().set('k', 'ours').exec(), ['OK']);
});

eachProtocol('ten clients that add with WATCH lose nothing', async (client, resp) => {
  const adders = await Promise.all(Array.from({ length: 10 }, () => connect(resp)));
  const tries = await Promise.all(adders.map((adder) => addOne(adder, 'sum')));
  assert.equal(await client.get('sum'), '10');
  assert.ok(Math.max(...tries) > 1, 'nobody was spoilt');
});

eachProtocol('a transaction that is discarded', async (client) => {
  await client.set('k', 'before');
  assert.equal(await client.sendCommand(['MULTI']), 'OK');
  assert.equal(await client.sendCommand(['SET', 'k', 'inside']), 'QUEUED');
  assert.equal(await client.sendCommand(['DISCARD']), 'OK');
  assert.equal(await client.get('k'), 'before');
  await assert.rejects(client.sendCommand(['DISCARD']), /ERR DISCARD without MULTI/);
});

eachProtocol('errors inside a transaction', async (client) => {
  const failed = client.multi().set('k', 'text').incr('k').set('l', 'x').exec();
  await assert.rejects(failed, (error: { replies?: unknown[] }) => {
    assert.deepEqual(error.replies?.[0], 'OK');
    assert.match(String(error.replies?.[1]), /ERR value is not an integer or out of range/);
    assert.deepEqual(error.replies?.[2], 'OK');
    return true;
  });
  const refused = client.multi().set('l', 'y').addCommand(['NOPE']).exec();
  await assert.rejects(refused, /unknown command|EXECABORT/);
  assert.equal(await client.get('l'), 'x');
});

eachProtocol('a pipeline, and transactions at once', async (client) => {
  assert.deepEqual(await client.multi().set('k', '1').incr('k').execAsPipeline(), ['OK', 2]);
  const transactions = Array.from({ length: 100 }, () => client.multi().incr('k').get('k').exec());
  const replies = await Promise.all(transactions);
  assert.deepEqual(
    replies,
    replies.map((_, i) => [i + 3, String(i + 3)]),
  );
});

eachProtocol('messages of channels, patterns and shard channels', async (client, resp) => {
  const subscriber = await connect(resp);
  const news = `news${resp}`;
  const seen: string[][] = [];
  let finish: () => void = () => {};
  const all = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const note =
    (kind: string) =>
    (message: string, channel: string): void => {
      seen.push([kind, channel, message]);
      if (message === 'last') finish();
    };
  await subscriber.subscribe([news, 'größe'], note('message'));
  await subscriber.pSubscribe(`n?ws${resp}*`, note('pmessage'));
  await subscriber.sSubscribe('shard', note('smessage'));
  assert.equal(await client.publish(news, 'one'), 2);
  assert.equal(await client.publish('größe', '✓'), 1);
  assert.equal(await client.publish(`${news}paper`, 'two'), 1);
  assert.equal(await client.publish('shard', 'nobody'), 0);
  assert.equal(await client.sPublish('shard', 'last'), 1);
  await all;
  assert.deepEqual(seen, [
    ['message', news, 'one'],
    ['pmessage', news, 'one'],
    ['message', 'größe', '✓'],
    ['pmessage', `${news}paper`, 'two'],
    ['smessage', 'shard', 'last'],
  ]);
  await subscriber.unsubscribe();
  assert.equal(await client.publish(news, 'three'), 1);
  subscriber.destroy();
});

eachProtocol('subscriptions come back after the connection was killed', async (client, resp) => {
  const subscriber = await connect(resp);
  const id = await subscriber.clientId();
  const messages: string[] = [];
  let look: () => void = () => {};
  const note = (message: string, channel: string): void => {
    messages.push(`${channel} ${message}`);
    look();
  };
  await subscriber.subscribe('news', note);
  await subscriber.pSubscribe('p*', note);
  await subscriber.sSubscribe('shard', note);
  const again = readyAgain(subscriber);
  assert.equal(await client.clientKill({ filter: 'ID', id }), 1);
  await again;
  const all = new Promise<void>((resolve) => {
    look = () => {
      if (messages.length === 3) resolve();
    };
  });
  // It may be ready before all of its subscriptions are there.
  while ((await client.publish('news', 'm')) === 0);
  while ((await client.publish('plan', 'm')) === 0);
  while ((await client.sPublish('shard', 'm')) === 0);
  await all;
  assert.deepEqual(messages, ['news m', 'plan m', 'shard m']);
  subscriber.destroy();
});

eachProtocol('keyspace notifications', async (client, resp) => {
  await client.configSet('notify-keyspace-events', 'Kg$x');
  const listener = await connect(resp);
  const seen: string[] = [];
  const last = new Promise<void>((resolve) => {
    void listener.pSubscribe('__keyspace@0__:*', (message, channel) => {
      seen.push(`${channel} ${message}`);
      if (message === 'expired') resolve();
    });
  });
  // The listener's PING is answered when it is subscribed.
  await listener.ping();
  await client.set('k', 'v');
  await client.del('k');
  await client.set('short', 'v', { expiration: { type: 'PX', value: 20 } });
  await last;
  const key = '__keyspace@0__:k';
  const short = '__keyspace@0__:short';
  const events = [`${key} set`, `${key} del`, `${short} set`, `${short} expire`];
  assert.deepEqual(seen, [...events, `${short} expired`]);
  await client.configSet('notify-keyspace-events', '');
  listener.destroy();
});

test('node-redis: client-side caching', { timeout: 20000 }, async () => {
  const cached = await connect(3, { clientSideCache: { maxEntries: 100 } });
  const other = await connect(3);
  const cache = cached.clientSideCache;
  assert.ok(cache !== undefined);
  await other.flushAll();
  await other.set('k', 'one');
  assert.equal(await cached.get('k'), 'one');
  assert.equal(await cached.get('k'), 'one');
  assert.equal(cache.stats().hitCount, 1);
  // Who writes goes on at once; the caching client hears of it a little later.
  const changed = once(cache, 'invalidate');
  await other.set('k', 'two');
  assert.equal(String((await changed)[0]), 'k');
  assert.equal(await cached.get('k'), 'two');
  assert.equal(cache.stats().missCount, 2);
  const flushed = once(cache, 'invalidate');
  await other.flushAll();
  assert.equal((await flushed)[0], null);
  assert.equal(await cached.get('k'), null);
});

test('node-redis: a cache is empty after the connection was killed', {
  timeout: 20000,
}, async () => {
  const cached = await connect(3, { clientSideCache: { maxEntries: 100 } });
  const other = await connect(3);
  await other.set('k', 'one');
  assert.equal(await cached.get('k'), 'one');
  const id = await cached.clientId();
  const again = readyAgain(cached);
  assert.equal(await other.clientKill({ filter: 'ID', id }), 1);
  await again;
  const cache = cached.clientSideCache;
  assert.ok(cache !== undefined);
  assert.equal(cache.size(), 0);
  assert.equal(await cached.get('k'), 'one');
  const changed = once(cache, 'invalidate');
  await other.set('k', 'two');
  await changed;
  assert.equal(await cached.get('k'), 'two');
});
