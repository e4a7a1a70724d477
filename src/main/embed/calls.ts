// server.call(): commands of the program itself, without a client.
//
// All calls share one connection, in their order; a command that may block has one of its own, so
// that nobody waits behind it. Both speak RESP3 and need no password.
import type { Duplex } from 'node:stream';
import { ReplyScan } from '../../adapters/resp/reply-scan.ts';
import { BLOCKING } from '../../engine/command.ts';
import { readReply } from '../../engine/reply-reader.ts';
import type { Server } from '../../engine/server.ts';
import { Fifo } from '../../infrastructure/fifo.ts';
import type { ProcessHold } from '../../infrastructure/process-hold.ts';
import type { Argument, BufferReply } from './api.ts';
import { RedstartError, ReplyError } from './errors.ts';
import { type StringMaker, toValue } from './reply-value.ts';

const MORE = 62;
const LINE_END = Buffer.from('\r\n');

/** Commands that change what a connection is, or are answered otherwise than by one reply. */
const FOR_CONNECTIONS: ReadonlySet<string> = new Set(
  (
    'auth hello monitor psubscribe psync punsubscribe quit reset ssubscribe subscribe ' +
    'sunsubscribe sync unsubscribe'
  ).split(' '),
);

interface Call {
  readonly make: StringMaker;
  resolve(value: BufferReply): void;
  reject(error: Error): void;
}

export class Calls {
  private readonly server: Server;
  private readonly hold: ProcessHold;
  private readonly open: () => Duplex;
  private shared: CallConnection | null = null;

  /** `open` makes a connection that may do everything. */
  constructor(server: Server, hold: ProcessHold, open: () => Duplex) {
    this.server = server;
    this.hold = hold;
    this.open = open;
  }

  call(name: string, args: readonly Argument[], make: StringMaker): Promise<BufferReply> {
    if (FOR_CONNECTIONS.has(name.toLowerCase()) || isReplyMode(name, args)) {
      return Promise.reject(badCall(`${name} needs a connection of its own: use connect()`));
    }
    let request: Buffer;
    try {
      request = requestOf(name, args);
    } catch (error) {
      return Promise.reject(error as Error);
    }
    const command = this.server.commands.findText(name);
    const mayBlock = command !== null && (command.flags & BLOCKING) !== 0;
    if (!mayBlock && this.shared?.isOpen !== true) this.shared = this.connect();
    const connection = mayBlock || this.shared === null ? this.connect() : this.shared;
    const reply = connection.call(request, make);
    if (connection !== this.shared) void reply.then(connection.end, connection.end);
    return reply;
  }

  private connect(): CallConnection {
    return new CallConnection(this.open(), this.hold);
  }
}

class CallConnection {
  private readonly stream: Duplex;
  private readonly hold: ProcessHold;
  private readonly scan = new ReplyScan();
  /** In the order of their requests. */
  private readonly waiting = new Fifo<Call>();

  constructor(stream: Duplex, hold: ProcessHold) {
    this.stream = stream;
    this.hold = hold;
    stream.on('data', (piece: Buffer) => this.receive(piece));
    stream.on('close', () => this.closed());
    stream.on('error', () => {});
  }

  get isOpen(): boolean {
    return this.stream.writable;
  }

  readonly end = (): void => {
    this.stream.destroy();
  };

  /** The process lives until there is an answer. */
  call(request: Buffer, make: StringMaker): Promise<BufferReply> {
    return new Promise((resolve, reject) => {
      if (this.waiting.length === 0) this.hold.hold();
      this.waiting.push({ make, resolve, reject });
      this.stream.write(request);
    });
  }

  private receive(piece: Buffer): void {
    const { scan } = this;
    scan.add(piece);
    for (let reply = scan.take(); reply !== null; reply = scan.take()) {
      // What is pushed answers no call.
      if (reply[0] !== MORE) this.answer(reply);
    }
  }

  private answer(reply: Uint8Array): void {
    const call = this.waiting.shift();
    if (call === undefined) return;
    if (this.waiting.length === 0) this.hold.release();
    const value = toValue(readReply(reply, reply.length), call.make);
    if (value instanceof ReplyError) call.reject(value);
    else call.resolve(value);
  }

  private closed(): void {
    const waiting = this.waiting.takeAll();
    if (waiting.length === 0) return;
    this.hold.release();
    const error = new RedstartError('ERR_CLOSED', 'the server has closed the connection');
    for (const { reject } of waiting) reject(error);
  }
}

/** The bytes of a request. */
function requestOf(name: string, args: readonly Argument[]): Buffer {
  const pieces: Uint8Array[] = [Buffer.from(`*${args.length + 1}\r\n`)];
  for (const arg of [name, ...args]) {
    const bytes = bytesOf(arg);
    pieces.push(Buffer.from(`$${bytes.length}\r\n`), bytes, LINE_END);
  }
  return Buffer.concat(pieces);
}

function bytesOf(arg: Argument): Uint8Array {
  if (arg instanceof Uint8Array) return arg;
  if (typeof arg === 'string' || typeof arg === 'number') return Buffer.from(String(arg));
  throw badCall(`an argument is a string, a number or bytes, not ${typeof arg}`);
}

function isReplyMode(name: string, args: readonly Argument[]): boolean {
  return name.toLowerCase() === 'client' && String(args[0]).toLowerCase() === 'reply';
}

function badCall(message: string): RedstartError {
  return new RedstartError('ERR_BAD_CALL', message);
}
