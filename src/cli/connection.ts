// A connection to a server: requests out, replies in. Text is latin1: one character per byte.
//
// Pushes of RESP3 answer nothing. They wait in line with the replies, and are handed to `onPush` by
// whoever waits for a reply behind them; where that is null they count as replies.
import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { Fifo } from '../infrastructure/fifo.ts';
import { errorWords } from '../infrastructure/system-error.ts';
import { ProtocolError, type Reply, ReplyParser } from './reply.ts';

/** Where a server listens. */
export type Place = { readonly host: string; readonly port: number } | { readonly path: string };

/** The same, and how TLS is spoken to it: null is not. */
export type Endpoint = Place & { readonly tls: ConnectionOptions | null };

/** The connection is over: why, in the words of redis-cli. */
export class ConnectionLost extends Error {
  /** Did the server close it, or the network? Otherwise the server speaks another language. */
  readonly isClosed: boolean;

  constructor(message: string, isClosed: boolean) {
    super(message);
    this.isClosed = isClosed;
  }
}

/** Redis-cli's: long commands on networks that forget quiet connections. */
const KEEP_ALIVE_MS = 15_000;
/** So many replies that nobody has asked for may lie here; then the socket is not read. */
const WAITING_MAX = 1000;

/** What the runtime says of certificates that are not to be trusted. */
const UNVERIFIED = /CERT|UNABLE_TO_|INVALID_CA|INVALID_PURPOSE|CRL_/;

interface Waiter {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

export class Connection {
  onPush: ((reply: Reply) => void) | null = null;
  /** Called when there is something to take, or nothing will come any more. */
  onArrival: (() => void) | null = null;
  /** It was closed here, in the midst of what it printed. */
  isAbandoned = false;
  private readonly socket: Socket;
  private readonly parser = new ReplyParser();
  private readonly replies = new Fifo<Reply>();
  private waiter: Waiter | null = null;
  private end: ConnectionLost | null = null;
  /** Bytes go there as they come, once the server speaks no RESP any more. */
  private raw: ((chunk: Buffer | null) => void) | null = null;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.on('data', (chunk) => this.receive(chunk));
    socket.on('error', (error) => this.finish(errorWords(error)));
    socket.on('close', () => this.finish('Server closed the connection'));
  }

  /** Rejects with the system's words. */
  static open({ tls, ...endpoint }: Endpoint): Promise<Connection> {
    const options: NetConnectOpts =
      'path' in endpoint ? endpoint : { ...endpoint, noDelay: true, autoSelectFamily: true };
    return new Promise((resolve, reject) => {
      const socket = tls === null ? connect(options) : connectTls({ ...options, ...tls });
      const refuse = (error: Error): void => reject(new Error(connectWords(error)));
      socket.once('error', refuse);
      socket.once(tls === null ? 'connect' : 'secureConnect', () => {
        socket.removeListener('error', refuse);
        resolve(new Connection(socket));
      });
    });
  }

  /** Why it is over; null while it is not. */
  get lost(): ConnectionLost | null {
    return this.replies.length > 0 ? null : this.end;
  }

  send(words: readonly string[]): void {
    this.write(encodeRequest(words));
  }

  /** Sends bytes as they are. True if they are gone; otherwise drained() says when they are. */
  write(bytes: string | Uint8Array): boolean {
    return typeof bytes === 'string'
      ? this.socket.write(bytes, 'latin1')
      : this.socket.write(bytes);
  }

  drained(): Promise<void> {
    return new Promise((resolve) => {
      const go = (): void => {
        this.socket.off('drain', go);
        this.socket.off('close', go);
        resolve();
      };
      this.socket.on('drain', go);
      this.socket.on('close', go);
      if (!this.socket.writableNeedDrain) go();
    });
  }

  /** The next reply. Rejects with a ConnectionLost. */
  reply(): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.waiter = { resolve, reject };
      this.settleWaiter();
    });
  }

  /** Sends a command and resolves to its reply. */
  ask(...words: readonly string[]): Promise<Reply> {
    this.send(words);
    return this.reply();
  }

  /** The next reply if it is here already. */
  takeReply(): Reply | null {
    for (let reply = this.replies.shift(); reply !== undefined; reply = this.replies.shift()) {
      if (this.replies.length === 0) this.socket.resume();
      if (reply.kind !== 'push' || this.onPush === null) return reply;
      this.onPush(reply);
    }
    return null;
  }

  /** From now on all bytes go to `taker`, and null at the end. */
  readRaw(taker: (chunk: Buffer | null) => void): void {
    this.raw = taker;
    const rest = this.parser.takeRest();
    if (rest.length > 0) taker(rest);
    if (this.end !== null) taker(null);
  }

  close(): void {
    this.socket.destroy();
  }

  abandon(): void {
    this.isAbandoned = true;
    this.close();
  }

  private receive(chunk: Buffer): void {
    if (this.raw !== null) return this.raw(chunk);
    try {
      this.parser.push(chunk);
      for (let reply = this.parser.next(); reply !== null; reply = this.parser.next()) {
        this.replies.push(reply);
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.end ??= new ConnectionLost(`Protocol error, ${error.message}`, false);
      this.close();
    }
    this.settle();
    if (this.replies.length > WAITING_MAX) this.socket.pause();
  }

  private finish(reason: string): void {
    const isFirst = this.end === null;
    this.end ??= new ConnectionLost(reason, true);
    if (isFirst) this.raw?.(null);
    this.settle();
  }

  private settle(): void {
    this.onArrival?.();
    this.settleWaiter();
  }

  private settleWaiter(): void {
    const { waiter } = this;
    if (waiter === null) return;
    const reply = this.takeReply();
    if (reply === null && this.end === null) return;
    this.waiter = null;
    if (reply !== null) waiter.resolve(reply);
    else waiter.reject(this.end as ConnectionLost);
  }
}

/** A request as RESP. */
export function encodeRequest(words: readonly string[]): string {
  let text = `*${words.length}\r\n`;
  for (const word of words) text += `$${word.length}\r\n${word}\r\n`;
  return text;
}

/** Of several addresses of a name, the first one's error. */
function connectWords(error: Error): string {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  const { code } = first as NodeJS.ErrnoException;
  if (code !== undefined && UNVERIFIED.test(code)) {
    return `SSL_connect failed: certificate verify failed (${first.message})`;
  }
  return errorWords(first);
}
