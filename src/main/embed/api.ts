// What programs see that embed a server: the types of the package `redstart`.
import type { Duplex } from 'node:stream';
import type { Directives } from './directives.ts';

type LogLevel = 'debug' | 'verbose' | 'notice' | 'warning';

export interface ServerOptions {
  /** A TCP port; 0 is any free one. Absent: no TCP. */
  port?: number;
  /** The addresses to listen on, with a port. By default 127.0.0.1. */
  host?: string | string[];
  /** A Unix socket, or a named pipe of Windows; true makes up a name. Absent: none. */
  path?: string | true;
  /**
   * Where the data lasts: an append-only file, synced every second, in this directory, which is
   * made if it is not there. Absent: the data is in memory alone.
   */
  dir?: string;
  /** Directives of redis.conf. */
  config?: Directives;
  /** Gets the lines of the log, of the directive `loglevel` and above. Absent: they are dropped. */
  log?: (level: LogLevel, message: string) => void;
}

/**
 * A reply. Strings are UTF-8 (`callBuffer` has their bytes), maps are objects, sets are arrays;
 * whole numbers above 2^53 are bigints. An error within an array is a ReplyError.
 */
export type Reply = null | string | number | bigint | boolean | Error | Reply[] | ReplyMap;
export type BufferReply =
  | null
  | Buffer
  | string
  | number
  | bigint
  | boolean
  | Error
  | BufferReply[]
  | BufferReplyMap;
interface ReplyMap {
  [name: string]: Reply;
}
interface BufferReplyMap {
  [name: string]: BufferReply;
}

export type Argument = string | number | Uint8Array;

/** What is told of keys, after the turn in which it happened. Names and values are UTF-8. */
export interface ServerEvents {
  /** A key has gone at its deadline. The value is null where it was no string. */
  expired: [key: string, value: string | null, database: number];
  /** A key has gone to make room: `maxmemory`. */
  evicted: [key: string, value: string | null, database: number];
  /**
   * A command has changed a key. `event` is that of keyspace notifications: set, del, hset, lpush.
   * The key is null when a database was emptied, or now all of them are: flushdb, flushall.
   */
  write: [key: string | null, event: string, database: number];
  /** What went wrong that no call was told of. */
  error: [error: Error];
}

export interface RedstartServer extends AsyncDisposable {
  /** redis://127.0.0.1:40123 or unix:///tmp/x.sock; null without a socket. */
  readonly url: string | null;
  readonly port: number | null;
  readonly path: string | null;
  /**
   * Options of ioredis and its kin, which then need no socket: new Redis(server.ioredis). What the
   * constructor makes is ioredis's own business, whose type nothing else fits.
   */
  readonly ioredis: { readonly Connector: new (options: unknown) => never };
  /** A connection without a socket: a stream that speaks RESP, as a client writes and reads it. */
  connect(): Duplex;
  /** Calls a command. An error reply rejects with a ReplyError. */
  call<T = Reply>(name: string, ...args: Argument[]): Promise<T>;
  /** The same; strings of the reply are Buffers. */
  callBuffer<T = BufferReply>(name: string, ...args: Argument[]): Promise<T>;
  on<E extends keyof ServerEvents>(event: E, listener: (...args: ServerEvents[E]) => void): this;
  once<E extends keyof ServerEvents>(event: E, listener: (...args: ServerEvents[E]) => void): this;
  off<E extends keyof ServerEvents>(event: E, listener: (...args: ServerEvents[E]) => void): this;
  /** Sockets that were asked for, and connections, keep the process alive again. */
  ref(): this;
  /** Nothing of the server keeps the process alive from here on. */
  unref(): this;
  /**
   * Ends it: resolves when ports are free and data that shall last is synced. It can be called
   * again.
   */
  close(): Promise<void>;
}
