// A connection without a network: what is sent to it, cut as one likes, and what it answers.
//
// The socket is as unkind as the contract allows: it takes what was received back by overwriting
// it, and what it keeps for later it reads only when it drains, so that a buffer changed too early
// shows.
import { RequestParser, Resp } from '../../src/adapters/resp/language.ts';
import { Connection } from '../../src/adapters/wire/connection.ts';
import type { Socket } from '../../src/adapters/wire/socket.ts';
import type { Server } from '../../src/engine/server.ts';
import { makeServer, type TestServer } from './clock.ts';

const SCRIBBLE = 0xee;

export class FakeSocket implements Socket {
  /** While true, nothing is taken: sent bytes stay with the socket. */
  isStuck = false;
  isReading = true;
  isEnded = false;
  isDestroyed = false;
  sends = 0;
  /** Where the next bytes are to be read into. */
  target: Uint8Array | null = null;
  private readonly taken: Buffer[] = [];
  private kept: Uint8Array[] = [];
  private keptSize = 0;

  send(bytes: Uint8Array, size: number): boolean {
    this.sends++;
    if (!this.isStuck) {
      this.taken.push(Buffer.from(bytes.subarray(0, size)));
      return true;
    }
    this.kept.push(bytes.subarray(0, size));
    this.keptSize += size;
    return false;
  }

  lookAhead(): number {
    return 0;
  }

  sendTogether(pieces: readonly Uint8Array[]): boolean {
    let isGone = true;
    for (const piece of pieces) isGone = this.send(piece, piece.length);
    return isGone;
  }

  readInto(target: Uint8Array | null): void {
    this.target = target;
  }

  get pendingSize(): number {
    return this.keptSize;
  }

  pauseReading(): void {
    this.isReading = false;
  }

  resumeReading(): void {
    this.isReading = true;
  }

  end(): void {
    this.isEnded = true;
  }

  destroy(): void {
    this.isDestroyed = true;
  }

  get isOver(): boolean {
    return this.isEnded || this.isDestroyed;
  }

  /** Takes all that was kept. The connection is to be told by drained(). */
  takeKept(): void {
    for (const bytes of this.kept) this.taken.push(Buffer.from(bytes));
    this.kept = [];
    this.keptSize = 0;
  }

  /** All that was answered so far, as latin1. */
  output(): string {
    return Buffer.concat(this.taken).toString('latin1');
  }

  outputSize(): number {
    return this.taken.reduce((size, bytes) => size + bytes.length, 0);
  }
}

export interface Wire {
  connection: Connection;
  socket: FakeSocket;
}

/** One more connection to a server; as in main/, all connections share one parser. */
export class Network {
  readonly test: TestServer;
  private readonly shared = new RequestParser();

  constructor(config: Readonly<Record<string, string>> = {}) {
    this.test = makeServer(config);
  }

  get server(): Server {
    return this.test.server;
  }

  connect(): Wire {
    const socket = new FakeSocket();
    const origin = {
      address: '127.0.0.1:50001',
      localAddress: '127.0.0.1:6379',
      isUnixSocket: false,
      isLocal: true,
      descriptor: 9,
    };
    const language = new Resp(this.shared);
    return { socket, connection: new Connection(this.server, socket, origin, language) };
  }
}

/** Hands bytes to a connection in one chunk, which is overwritten afterwards. */
export function receive(wire: Wire, bytes: Uint8Array | string): void {
  const chunk = new Uint8Array(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  const { connection, socket } = wire;
  let start = 0;
  while (socket.target !== null && start < chunk.length && !socket.isOver) {
    const { target } = socket;
    const part = chunk.subarray(start, start + target.length);
    target.set(part);
    start += part.length;
    connection.receive(target, part.length);
  }
  if (socket.isOver && start > 0) return;
  if (start < chunk.length || start === 0) connection.receive(chunk.subarray(start));
  chunk.fill(SCRIBBLE);
}

/**
 * Hands bytes over cut at the given places. Stops when the connection is over, as a network would.
 */
export function receiveCut(wire: Wire, bytes: Buffer, cuts: readonly number[]): void {
  let start = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    if (cut <= start || cut >= bytes.length || wire.socket.isOver) continue;
    receive(wire, bytes.subarray(start, cut));
    start = cut;
  }
  if (!wire.socket.isOver) receive(wire, bytes.subarray(start));
}

/** What a new connection answers to these bytes, and whether it is over then. */
export function answer(
  network: Network,
  bytes: Buffer,
  cuts: readonly number[] = [],
): { output: string; isOver: boolean } {
  const wire = network.connect();
  receiveCut(wire, bytes, cuts);
  const { socket } = wire;
  const result = { output: socket.output(), isOver: socket.isOver };
  if (!socket.isOver) wire.connection.closed();
  return result;
}
