// What tests see: the types of the package's `redstart/testing`.
import type { RedstartServer, ServerOptions } from '../embed/api.ts';

export interface TestServerOptions extends ServerOptions {
  /** What it holds at first. */
  data?: Seed;
  /** What its random draws begin with, as `random.seed()` says. */
  seed?: number;
}

export type SeedItem = string | number | Uint8Array;

/**
 * What a key is at first: an item is a string, an array a list, a Set a set, an object a hash, and
 * a Map a sorted set: scores by member. Where there is nothing in it there is no key.
 */
export type SeedValue =
  | SeedItem
  | readonly SeedItem[]
  | ReadonlySet<SeedItem>
  | ReadonlyMap<SeedItem, number>
  | { readonly [field: string]: SeedItem };

/**
 * The first data of a server: keys by name; or the path, or the bytes, of a file, which is either
 * an RDB file or lines as redis-cli takes them (`SET greeting "hello world"`; # begins a comment).
 */
export type Seed = string | Uint8Array | { readonly [key: string]: SeedValue };

/** Milliseconds, or a number with its unit: '250ms', '90s', '5m', '1.5h', '30d', '2w'. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd' | 'w'}`;

/**
 * The server's time. Until `freeze()` it is this process's: `Date` and timers that a test replaces
 * move it. From then on it is the server's own.
 */
export interface TestClock {
  /** Milliseconds since 1970, as the server sees it. */
  readonly now: number;
  /** Time stands still, at `at` (a Date, or milliseconds since 1970) or where it is. */
  freeze(at?: number | Date): void;
  /**
   * Time goes on by so much, from deadline to deadline: what falls due happens in order, and who
   * waits for it in this process has their turn before time goes on. For a frozen clock.
   */
  advance(duration: Duration): Promise<void>;
  /** Time leaps; then what is due happens once, as when a laptop wakes. For a frozen clock. */
  jump(duration: Duration): Promise<void>;
  /** What is due happens now: for a `Date` that somebody else has moved. */
  catchUp(): Promise<void>;
  /** Time is this process's again; it may step back by what it was ahead. */
  resume(): void;
}

/**
 * What the server draws: SPOP, SRANDMEMBER, RANDOMKEY and their kin, evictions, chances of faults.
 * The system's randomness, until there is a seed.
 */
export interface TestRandom {
  /**
   * From here on the same commands on the same data draw the same, in every process. A whole number
   * from 0 to 2^32 - 1.
   */
  seed(seed: number): void;
}

/**
 * Requests of clients that go wrong on purpose: not those of `server.call()`. The first rule that a
 * request meets decides.
 */
export interface TestFaults {
  add(rule: FaultOptions): void;
  /** Forgets all rules. Requests that are late go on. */
  clear(): void;
}

/** Whom a rule means, how often, and one of error, delay and drop. */
export interface FaultOptions {
  /** `GET`; `CONFIG GET`; `CONFIG`, with all of its subcommands. Absent: any. */
  command?: string;
  /** A pattern as KEYS takes it, which one of the request's keys must match. */
  key?: string | Uint8Array;
  /** What the client calls itself (CLIENT SETNAME), or its id. */
  client?: string | number;
  /** So many requests that are meant pass first. */
  after?: number;
  /** So many meet the rule; then it means nobody any more. */
  times?: number;
  /** From 0 to 1: how likely each of the others meets it, by the server's random source. */
  chance?: number;
  /** The request is not run; it is answered with this line: `OOM command not allowed`. */
  error?: string;
  /** The request runs so much later, by the server's clock; what the client sends next waits. */
  delay?: Duration;
  /** The connection ends instead of the request, or after it has run, unanswered. */
  drop?: 'before' | 'after';
}

/** All that a server held at one moment, for `restore()`. */
export interface Snapshot {
  /** How many keys there were. */
  readonly keys: number;
}

/** A server for tests. It never keeps the process alive, until `ref()` says so. */
export interface TestServer extends RedstartServer {
  readonly clock: TestClock;
  readonly random: TestRandom;
  readonly faults: TestFaults;
  /**
   * All that it holds now: keys, libraries of functions, and its time. Not what it is told to be
   * (configuration, connections, scripts, statistics).
   */
  snapshot(): Snapshot;
  /** It is what it was then. Who watches, tracks or waits for keys is told. */
  restore(snapshot: Snapshot): Promise<void>;
  /**
   * Another server, of the same options but without a directory and on a port of its own, that
   * holds what this one holds now.
   */
  fork(): Promise<TestServer>;
  /**
   * It is as new: with the data and the seed that it was made with, or empty; without faults and
   * pauses, and its time is the process's. Connections stay, and what CONFIG SET has set.
   */
  reset(): Promise<void>;
}

type Use<T> = (value: T) => Promise<void>;
type Fixture<C, T> = (context: C, use: Use<T>) => Promise<void>;

/**
 * `server` is the worker's server, as new; `redisUrl` its URL. `redstart` is what stands behind
 * them: the server, whatever the test before has left in it. (vitest's types do not tell what a
 * fixture is that has options.)
 */
export interface Fixtures {
  readonly redstart: [Fixture<object, TestServer>, { scope: 'worker' }];
  readonly server: Fixture<{ redstart: unknown }, TestServer>;
  readonly redisUrl: Fixture<{ server: TestServer }, string>;
}
