// ioredis against a started Redstart where a connection has a state: transactions, and
// subscriptions, which come back after the connection was dropped.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { beforeEach, test } from 'node:test';
import { Redis } from 'ioredis';
import { fileServer } from '../support/file-server.ts';

const server = fileServer();

function connect(options: { protocol?: 2 | 3 } = {}): Redis {
  const address = { port: server.port, host: '127.0.0.1', retryStrategy: () => 10 };
  const client = new Redis({ ...address, ...options });
  client.on('error', () => {});
  server.endings.push(() => client.disconnect());
  return client;
}

beforeEach(() => connect().flushall());

function eachProtocol(name: string, run: (protocol: 2 | 3) => Promise<void>): void {
  for (const protocol of [2, 3] as const) {
    test(`ioredis: ${name} (RESP${protocol})`, { timeout: 20000 }, () => run(protocol));
  }
}

/** Adds one to a counter as one would without INCR. Returns how often it had to be tried. */
async function addOne(client: Redis, key: string): Promise<number> {
  for (let tries = 1; ; tries++) {
    await client.watch(key);
    const value = Number(await client.get(key));
    if (
      (await client
        .multi()
        .set(key, value + 1)
        .exec()) !== null
    )
      return tries;
  }
}

eachProtocol('a transaction on a watched key', async (protocol) => {
  const client = connect({ protocol });
  await client.watch('k');
  assert.deepEqual(await client.multi().set('k', 'v').incr('n').get('k').exec(), [
    [null, 'OK'],
    [null, 1],
    [null, 'v'],
  ]);
});

eachProtocol('a transaction that another client spoils', async (protocol) => {
  const client = connect({ protocol });
  const other = connect({ protocol });
  await client.watch('k', 'l');
  await other.set('l', 'theirs');
  assert.equal(await client.multi().set('k', 'ours').exec(), null);
  assert.equal(await client.get('k'), null);
  // EXEC has ended the watching.
  await other.set('l', 'theirs again');
  assert.deepEqual(await client.multi().set('k', 'ours').exec(), [[null, 'OK']]);
  await client.watch('k');
  await other.set('k', 'theirs');
  await client.unwatch();
  assert.deepEqual(await client.multi().get('k').exec(), [[null, 'theirs']]);
});

eachProtocol('ten clients that add with WATCH lose nothing', async (protocol) => {
  const adders = Array.from({ length: 10 }, () => connect({ protocol }));
  await Promise.all(adders.map((client) => client.ping()));
  const tries = await Promise.all(adders.map((client) => addOne(client, 'sum')));
  assert.equal(await adders[0].get('sum'), '10');
  assert.ok(Math.max(...tries) > 1, 'nobody was spoilt');
});

eachProtocol('a transaction that is discarded', async (protocol) => {
  const client = connect({ protocol });
  await client.set('k', 'before');
  await client.multi({ pipeline: false });
  assert.equal(await client.set('k', 'inside'), 'QUEUED');
  assert.equal(await client.discard(), 'OK');
  assert.equal(await client.get('k'), 'before');
  await assert.rejects(client.discard(), /ERR DISCARD without MULTI/);
});

eachProtocol('errors inside a transaction', async (protocol) => {
  const client = connect({ protocol });
  const results = await client.multi().set('k', 'text').incr('k').set('l', 'x').exec();
  assert.deepEqual(
    results?.map(([error, result]) => error?.message ?? result),
    ['OK', 'ERR value is not an integer or out of range', 'OK'],
  );
  const refused = client.multi().set('l', 'y').call('NOPE').exec();
  await assert.rejects(refused, /EXECABORT Transaction discarded because of previous errors/);
  assert.equal(await client.get('l'), 'x');
});

eachProtocol('a pipeline with transactions in it', async (protocol) => {
  const client = connect({ protocol });
  const pipeline = client.pipeline().set('k', '1');
  for (let i = 0; i < 100; i++) pipeline.call('MULTI').incr('k').append('log', 'x').call('EXEC');
  const results = await pipeline.get('k').exec();
  assert.ok(results?.every(([error]) => error === null));
  assert.deepEqual(
    results?.slice(-5).map(([, result]) => result),
    ['OK', 'QUEUED', 'QUEUED', [101, 100], '101'],
  );
});

eachProtocol('messages of channels, patterns and shard channels', async (protocol) => {
  const subscriber = connect({ protocol });
  const publisher = connect({ protocol });
  const news = `news${protocol}`;
  const pattern = `n?ws${protocol}*`;
  assert.equal(await subscriber.subscribe(news, 'größe'), 2);
  assert.equal(await subscriber.psubscribe(pattern), 3);
  assert.equal(await subscriber.ssubscribe('shard'), 1);
  const seen: string[][] = [];
  const all = new Promise<void>((resolve) => {
    const note = (...words: string[]): void => {
      seen.push(words);
      if (words.at(-1) === 'last') resolve();
    };
    for (const event of ['message', 'pmessage', 'smessage']) subscriber.on(event, note);
  });
  assert.equal(await publisher.publish(news, 'one'), 2);
  assert.equal(await publisher.publish('größe', '✓'), 1);
  assert.equal(await publisher.publish(`${news}paper`, 'two'), 1);
  assert.equal(await publisher.publish('shard', 'nobody'), 0);
  assert.equal(await publisher.spublish('shard', 'last'), 1);
  await all;
  assert.deepEqual(seen, [
    [news, 'one'],
    [pattern, news, 'one'],
    ['größe', '✓'],
    [pattern, `${news}paper`, 'two'],
    ['shard', 'last'],
  ]);
  assert.equal(await subscriber.unsubscribe(news, 'größe'), 1);
  assert.equal(await publisher.publish(news, 'three'), 1);
  subscriber.disconnect();
});

eachProtocol('subscriptions come back after the connection was killed', async (protocol) => {
  const subscriber = connect({ protocol });
  const publisher = connect({ protocol });
  const id = await subscriber.client('ID');
  await subscriber.subscribe('news');
  await subscriber.psubscribe('p*');
  await subscriber.ssubscribe('shard');
  const again = once(subscriber, 'ready');
  assert.equal(await publisher.client('KILL', 'ID', id), 1);
  await again;
  for (const [event, word, channel, expected] of [
    ['message', 'PUBLISH', 'news', ['news', 'm']],
    ['pmessage', 'PUBLISH', 'plan', ['p*', 'plan', 'm']],
    ['smessage', 'SPUBLISH', 'shard', ['shard', 'm']],
  ] as const) {
    const message = once(subscriber, event);
    // It is ready before all of its subscriptions are there.
    while ((await publisher.call(word, channel, 'm')) === 0);
    assert.deepEqual(await message, expected);
  }
  subscriber.disconnect();
});

eachProtocol('keyspace notifications', async (protocol) => {
  const client = connect({ protocol });
  await client.config('SET', 'notify-keyspace-events', 'KEA');
  const listener = connect({ protocol });
  await listener.psubscribe('__key*@0__:*');
  const seen: string[] = [];
  const last = new Promise<void>((resolve) => {
    listener.on('pmessage', (_pattern, channel: string, message: string) => {
      seen.push(`${channel} ${message}`);
      if (channel === '__keyevent@0__:del') resolve();
    });
  });
  await client.set('k', 'v', 'EX', 100);
  await client.del('k');
  await last;
  assert.deepEqual(seen, [
    '__keyspace@0__:k set',
    '__keyevent@0__:set k',
    '__keyspace@0__:k expire',
    '__keyevent@0__:expire k',
    '__keyspace@0__:k del',
    '__keyevent@0__:del k',
  ]);
  await client.config('SET', 'notify-keyspace-events', '');
});

eachProtocol('the event of a key whose time is over', async (protocol) => {
  const client = connect({ protocol });
  await client.config('SET', 'notify-keyspace-events', 'Ex');
  const listener = connect({ protocol });
  await listener.subscribe('__keyevent@0__:expired');
  const event = once(listener, 'message');
  await client.set('short', 'v', 'PX', 20);
  assert.deepEqual(await event, ['__keyevent@0__:expired', 'short']);
  await client.config('SET', 'notify-keyspace-events', '');
});
