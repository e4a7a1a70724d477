// Locks (redlock), limits on rates (rate-limiter-flexible) and sessions of HTTP (connect-redis).
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { RedisStore } from 'connect-redis';
import { BurstyRateLimiter, RateLimiterRedis, type RateLimiterRes } from 'rate-limiter-flexible';
import { createClient } from 'redis';
import { program, type World } from '../../support/queue-world.ts';

interface Lock {
  readonly resource: readonly string[];
  unlock(): Promise<void>;
  extend(ttl: number): Promise<Lock>;
}

interface Redlock {
  lock(resource: string | string[], ttl: number): Promise<Lock>;
}

type Handler = (request: SessionRequest, response: unknown, next: () => void) => void;

interface SessionRequest {
  url: string;
  session: Record<string, unknown> & { destroy(done: () => void): void };
}

// Neither has types.
const require = createRequire(import.meta.url);
const Redlock = require('redlock') as new (clients: object[], options: object) => Redlock;
const session = require('express-session') as (options: object) => Handler;

const DAY_MS = 86_400_000;

function outcome(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'granted',
    (error: Error) => error.name,
  );
}

program(
  'redlock: locks exclude each other, are extended and given back',
  {
    first: ['a'],
    second: 'LockError',
    other: ['b', 'c'],
    overlap: 'LockError',
    extended: true,
    back: 'granted',
    lost: 'LockError',
  },
  async (world) => {
    const redis = world.redis();
    const options = { retryCount: 1, retryDelay: 1, retryJitter: 0 };
    const [ours, theirs] = [redis, world.redis()].map((client) => new Redlock([client], options));
    const lock = await ours.lock('a', DAY_MS);
    const first = lock.resource;
    const second = await outcome(theirs.lock('a', DAY_MS));
    const { resource: other } = await theirs.lock(['b', 'c'], DAY_MS);
    const overlap = await outcome(ours.lock(['c', 'd'], DAY_MS));
    const extended = (await lock.extend(2 * DAY_MS)) && (await redis.pttl('a')) > DAY_MS;
    await lock.unlock();
    const back = await outcome(theirs.lock('a', DAY_MS));
    const lost = await outcome(lock.unlock());
    // Its value is random.
    for (const key of ['a', 'b', 'c']) await redis.set(key, 'locked', 'KEEPTTL');
    return { first, second, other, overlap, extended, back, lost };
  },
);

program(
  'rate-limiter-flexible: points are consumed, blocked, rewarded and set',
  {
    left: [2, 1, 0],
    refused: [4, 0],
    bursts: ['granted', 'granted', 'refused'],
    after: { consumed: 2, left: 1 },
    gone: null,
  },
  async (world) => {
    const storeClient = world.redis();
    const limits = { storeClient, points: 3, duration: 1000 };
    const limiter = new RateLimiterRedis({ ...limits, keyPrefix: 'limit', blockDuration: 5000 });
    const left: number[] = [];
    for (let i = 0; i < 3; i++) left.push((await limiter.consume('ada')).remainingPoints);
    const refusal: RateLimiterRes = await limiter.consume('ada').then(
      () => {
        throw new Error('not refused');
      },
      (refused) => refused,
    );
    const once = { storeClient, points: 1, duration: 1000 };
    const bursty = new BurstyRateLimiter(
      new RateLimiterRedis({ ...once, keyPrefix: 'slow' }),
      new RateLimiterRedis({ ...once, keyPrefix: 'burst' }),
    );
    const bursts: string[] = [];
    for (let i = 0; i < 3; i++) {
      bursts.push(
        await bursty.consume('bob').then(
          () => 'granted',
          () => 'refused',
        ),
      );
    }
    await limiter.set('carl', 3, 1000);
    await limiter.reward('carl', 2);
    await limiter.penalty('carl', 1);
    const carl = await limiter.get('carl');
    await limiter.delete('bob');
    return {
      left,
      refused: [refusal.consumedPoints, refusal.remainingPoints],
      bursts,
      after: { consumed: carl?.consumedPoints, left: carl?.remainingPoints },
      gone: await limiter.get('bob'),
    };
  },
);

program(
  'connect-redis: sessions of an HTTP server',
  { views: ['1', '2', '1', '3'], length: 2, all: [1, 3], destroyed: 1 },
  async (world) => {
    const client = createClient({ url: `redis://127.0.0.1:${world.port}` });
    world.use({
      on: (event, listener) => client.on(event, listener),
      close: async () => client.destroy(),
    });
    await client.connect();
    const store = new RedisStore({ client, prefix: 'sessions:', scanCount: 1 });
    let ids = 0;
    const genid = (): string => `session ${++ids}`;
    const settings = { store, secret: 'secret', resave: false, saveUninitialized: false, genid };
    const ask = await serve(world, session(settings));
    const ada = await ask('/', '');
    const adaAgain = await ask('/', ada.cookie);
    const bob = await ask('/', '');
    const adaLast = await ask('/', ada.cookie);
    const length = await store.length();
    const all = (await store.all()) as { views: number }[];
    await ask('/bye', bob.cookie);
    const views = [ada, adaAgain, bob, adaLast].map(({ text }) => text);
    const seen = all.map((known) => known.views).sort();
    return { views, length, all: seen, destroyed: await store.length() };
  },
);

/** A server that counts the views of each session, and forgets one that says /bye. */
async function serve(
  world: World,
  withSession: Handler,
): Promise<(path: string, cookie: string) => Promise<{ text: string; cookie: string }>> {
  const server = createServer(((request: SessionRequest, response: { end(text: string): void }) => {
    withSession(request, response, () => {
      if (request.url === '/bye') return request.session.destroy(() => response.end('bye'));
      request.session.views = Number(request.session.views ?? 0) + 1;
      response.end(String(request.session.views));
    });
  }) as unknown as RequestListener);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
  };
  world.use({ on: (event, listener) => server.on(event, listener), close });
  return async (path, cookie) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { cookie } });
    const given = answer.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    return { text: await answer.text(), cookie: given };
  };
}
