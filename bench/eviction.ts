// Hits of a cache that holds a quarter of its keys, under a load of Zipf's: each key that is asked
// for and is not there is set. Both servers get the same keys in the same order; once under the
// same maxmemory, and once with as many bytes as a quarter of the keys takes in each, so that the
// choice of what is evicted is seen alone.
import net from 'node:net';
import { Client, usedMemory } from './client.ts';
import { load, setTemplate } from './loader.ts';
import { comparison, type Part, type Row, WITH_REFERENCE } from './part.ts';
import { kinds, type RunningServer, type ServerKind, withServer } from './servers.ts';

const POLICIES = ['allkeys-lru', 'allkeys-lfu', 'allkeys-random', 'volatile-ttl'] as const;
/** How often the key of rank r is asked for: r to the power of minus this. */
const EXPONENT = 0.99;
const FITTING_SHARE = 0.25;
const VALUE = 'v'.repeat(100);
const BATCH = 64;
/** Longer than the bench. */
const TTL_SECONDS = 100000;
const MISS_RATIO_MAX = 1;
const SEED = 12345;

interface Scene {
  readonly keys: number;
  readonly requests: number;
}

export const eviction: Part = {
  name: 'eviction',
  limitSeconds: 300,
  async run({ isQuick }) {
    const scene = isQuick ? { keys: 20000, requests: 100000 } : { keys: 200000, requests: 1600000 };
    const rooms: number[] = [];
    for (const kind of kinds) rooms.push(await withServer(kind, (server) => roomOf(server, scene)));
    const theirRoom = rooms[1];
    const rows: Row[] = [];
    for (const policy of POLICIES) {
      const misses: number[][] = [];
      for (const [index, kind] of kinds.entries()) {
        const limited = [await missShare(kind, policy, scene, theirRoom)];
        if (index === 0) limited.push(await missShare(kind, policy, scene, rooms[0]));
        misses.push(limited);
      }
      const [[ours, oursOfAsMany], [theirs]] = misses;
      rows.push(
        comparison(`${policy}, same maxmemory`, '% missed', ours, theirs, MISS_RATIO_MAX),
        comparison(`${policy}, as many keys`, '% missed', oursOfAsMany, theirs, null),
      );
    }
    return {
      title:
        `eviction: misses of ${scene.requests} requests for ${scene.keys} keys (Zipf ` +
        `${EXPONENT}), of which a quarter fits into the reference`,
      columns: WITH_REFERENCE,
      rows,
    };
  },
};

/** Bytes that a quarter of the keys takes. */
async function roomOf({ port }: RunningServer, { keys }: Scene): Promise<number> {
  const before = await usedMemory(port);
  await load({ port, template: setTemplate('key:', VALUE), count: keys * FITTING_SHARE });
  return (await usedMemory(port)) - before;
}

/** Requests in a hundred that found nothing, once the cache was full. */
function missShare(
  kind: ServerKind,
  policy: string,
  { keys, requests }: Scene,
  room: number,
): Promise<number> {
  return withServer(kind, async ({ port }) => {
    const client = new Client(port);
    const cache = new Cache(port, policy.startsWith('volatile'));
    await client.ask(`CONFIG SET maxmemory-policy ${policy}`);
    await client.ask(`CONFIG SET maxmemory ${(await usedMemory(port)) + room}`);
    const ranks = new Ranks(keys);
    let missed = 0;
    for (let at = 0; at < requests; at += BATCH) {
      const asked = Array.from({ length: BATCH }, () => ranks.next());
      const missing = await cache.get(asked);
      if (missing.length > 0) await cache.set(missing);
      // The first half of the requests fills it.
      if (at >= requests / 2) missed += missing.length;
    }
    cache.close();
    client.close();
    return (missed * 100) / (requests / 2);
  });
}

/** Ranks of keys, the first ones often: the same ones each time. */
class Ranks {
  private readonly sums: Float64Array;
  private state = SEED;

  constructor(keys: number) {
    this.sums = new Float64Array(keys);
    let sum = 0;
    for (let rank = 0; rank < keys; rank++) {
      sum += (rank + 1) ** -EXPONENT;
      this.sums[rank] = sum;
    }
  }

  next(): number {
    const { sums } = this;
    const wanted = this.random() * sums[sums.length - 1];
    let low = 0;
    let high = sums.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle] < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** mulberry32: 0 to 1. */
  private random(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let bits = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  }
}

/** A connection that asks for a batch of keys at a time. */
class Cache {
  private readonly socket: net.Socket;
  /** Do its keys get deadlines? They all live as long. */
  private readonly hasDeadlines: boolean;
  private text = '';
  private waiting = 0;
  private replies: string[] = [];
  private done: (replies: string[]) => void = () => {};
  private fail: (error: Error) => void = () => {};

  constructor(port: number, hasDeadlines: boolean) {
    this.hasDeadlines = hasDeadlines;
    this.socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.on('data', (chunk) => this.take(chunk.toString('latin1')));
    this.socket.on('error', (error) => this.fail(error));
    this.socket.on('close', () => this.fail(new Error('the server has closed the connection')));
  }

  /** Those that were not there. */
  async get(ranks: readonly number[]): Promise<number[]> {
    const replies = await this.send(ranks.map((rank) => `GET ${nameOf(rank)}`));
    return ranks.filter((_, i) => replies[i] === '$-1');
  }

  async set(ranks: readonly number[]): Promise<void> {
    const deadline = this.hasDeadlines ? ` EX ${TTL_SECONDS}` : '';
    await this.send(ranks.map((rank) => `SET ${nameOf(rank)} ${VALUE}${deadline}`));
  }

  close(): void {
    this.socket.destroy();
  }

  private send(lines: readonly string[]): Promise<string[]> {
    this.replies = [];
    this.waiting = lines.length;
    this.socket.write(`${lines.join('\r\n')}\r\n`);
    return new Promise((resolve, reject) => {
      this.done = resolve;
      this.fail = reject;
    });
  }

  /** Replies are lines, or bulk strings of VALUE. */
  private take(more: string): void {
    this.text += more;
    let at = 0;
    for (;;) {
      const lineEnd = this.text.indexOf('\r\n', at);
      if (lineEnd < 0) break;
      const line = this.text.slice(at, lineEnd);
      const isBulk = line.startsWith('$') && line !== '$-1';
      const end = lineEnd + 2 + (isBulk ? VALUE.length + 2 : 0);
      if (end > this.text.length) break;
      if (line.startsWith('-')) this.fail(new Error(line));
      this.replies.push(line);
      at = end;
    }
    this.text = this.text.slice(at);
    if (this.replies.length === this.waiting) this.done(this.replies);
  }
}

function nameOf(rank: number): string {
  return `key:${String(rank).padStart(12, '0')}`;
}
