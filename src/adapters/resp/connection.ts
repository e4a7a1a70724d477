// One connection: bytes in, replies out, for any wire language that a parser and a writer are
// given for.
//
// A chunk is parsed and executed where it lies. Only what does not end with its chunk is copied,
// into `pending`, where it waits for the rest; it grows by doubling up to what the running
// argument needs.
//
// Invariants:
// - `pending` holds the bytes of one incomplete request, or, while the connection is stalled or
//   held, of
//   all requests that wait; [0, pendingEnd) are valid.
// - While the peer does not take replies (more than STALL_SIZE wait), nothing is read or executed.

import { closeOverLimit, isOverOutputLimit } from '../../engine/cron.ts';
import { execute } from '../../engine/execute.ts';
import { LOOKAHEAD_MAX } from '../../engine/lookahead.ts';
import type { Output } from '../../engine/ports.ts';
import { Request } from '../../engine/request.ts';
import type { Server } from '../../engine/server.ts';
import type { Session, SessionOrigin } from '../../engine/session.ts';
import { BROKEN, COMPLETE, RequestParser } from './parse.ts';

/** What a connection needs of the network. */
export interface Socket {
  /**
   * Sends bytes. True when they are gone, false when the socket keeps them and they must not
   * change.
   */
  send(bytes: Uint8Array, size: number): boolean;
  /** Bytes that the socket keeps. */
  readonly pendingSize: number;
  pauseReading(): void;
  resumeReading(): void;
  /** Closes after everything was sent. */
  end(): void;
  destroy(): void;
}

/** Replies are handed to the socket at this size at the latest, in the midst of a chunk. */
const FLUSH_SIZE = 256 * 1024;
/** A client that leaves more than this unread is not served until it reads. */
const STALL_SIZE = 1024 * 1024;
/** Room for the first incomplete request. */
const PENDING_FIRST_SIZE = 16 * 1024;
/** An empty buffer up to this size is kept while the client is active. */
const PENDING_KEPT_SIZE = 32 * 1024;
/** The buffer that the runtime reads into for an active connection; given back after IDLE_MS. */
const READ_BUFFER_SIZE = 16 * 1024;
const IDLE_MS = 2000;
const NO_BYTES = new Uint8Array(0);
const NO_REQUEST = new Request();

export class Connection implements Output {
  readonly session: Session | null;
  private readonly server: Server;
  private readonly socket: Socket;
  private readonly shared: RequestParser;
  /** Made for the first request that does not end with its chunk. */
  private own: RequestParser | null = null;
  private pending: Uint8Array = NO_BYTES;
  private pendingEnd = 0;
  /** Bytes of the chunk that is being executed, not yet parsed away. */
  private chunkSize = 0;
  private isStalled = false;
  private isClosed = false;
  private isRunning = false;
  private isReadBufferIdle = false;
  /** The request that runs, or that ran last. */
  private lastRequest: Request = NO_REQUEST;

  constructor(server: Server, socket: Socket, origin: SessionOrigin, shared: RequestParser) {
    this.server = server;
    this.socket = socket;
    this.shared = shared;
    const session = server.connect(origin, this);
    this.session = typeof session === 'string' ? null : session;
    if (typeof session === 'string') this.refuse(session);
  }

  get pendingSize(): number {
    return this.socket.pendingSize + (this.isRunning ? this.server.reply.totalSize : 0);
  }

  get queryUsedSize(): number {
    return this.isRunning ? this.chunkSize : this.pendingEnd - (this.own?.position ?? 0);
  }

  get queryBufferSize(): number {
    const size = Math.max(this.pending.length, this.isRunning ? this.chunkSize : 0);
    return this.isReadBufferIdle ? this.pending.length : Math.max(size, READ_BUFFER_SIZE);
  }

  /** The request that runs now. */
  get runningRequest(): Request | null {
    return this.isRunning ? this.lastRequest : null;
  }

  get argumentsSize(): number {
    return this.own?.request.totalSize ?? 0;
  }

  /** Bytes came. They are the caller's again when this returns. */
  receive(chunk: Uint8Array): void {
    const { session, server } = this;
    if (session === null || this.isClosed) return;
    server.statistics.netInputBytes += chunk.length;
    server.statistics.readsProcessed++;
    session.bytesIn += chunk.length;
    this.isReadBufferIdle = false;
    if (this.isStalled || session.isHeld) {
      this.keep(chunk, 0, chunk.length);
      return;
    }
    if (this.pendingEnd === 0) {
      this.shared.begin(0);
      this.process(session, this.shared, chunk, chunk.length);
      return;
    }
    this.keep(chunk, 0, chunk.length);
    if (!this.isClosed) this.processPending(session);
  }

  /** The socket has sent all that it kept. */
  drained(): void {
    if (!this.isStalled) return;
    this.isStalled = false;
    this.resume();
    if (!this.isStalled && !this.isClosed) this.socket.resumeReading();
  }

  resume(): void {
    const { session } = this;
    if (session === null || this.isClosed || this.isStalled || session.isHeld) return;
    if (this.pendingEnd > 0) this.processPending(session);
  }

  /** The peer is gone. */
  closed(): void {
    this.isClosed = true;
    this.pending = NO_BYTES;
    this.pendingEnd = 0;
    if (this.session !== null) this.server.disconnect(this.session);
  }

  send(bytes: Uint8Array): void {
    if (this.isClosed) return;
    this.countOutput(bytes.length);
    this.socket.send(bytes.slice(), bytes.length);
    const { session, server } = this;
    if (session === null) return;
    if (isOverOutputLimit(server, session, this.socket.pendingSize, server.keyspace.nowMs)) {
      closeOverLimit(server, session);
    }
  }

  closeAfterReply(): void {
    if (this.session !== null) this.session.isClosing = true;
    if (!this.isRunning) this.end();
  }

  destroy(): void {
    if (this.isClosed) return;
    this.socket.destroy();
    this.closed();
  }

  tick(nowMs: number): void {
    const { session } = this;
    // What a large request needed goes at the next tick, a small buffer when the client is idle.
    if (this.pendingEnd === 0 && this.pending.length > PENDING_KEPT_SIZE) this.pending = NO_BYTES;
    if (session === null || nowMs - session.lastInteractionMs <= IDLE_MS) return;
    this.isReadBufferIdle = true;
    if (this.pending.length > this.pendingEnd) {
      this.pending = this.pendingEnd === 0 ? NO_BYTES : this.pending.slice(0, this.pendingEnd);
    }
  }

  private processPending(session: Session): void {
    const parser = this.own ?? new RequestParser();
    this.own = parser;
    const buffer = this.pending;
    const end = this.pendingEnd;
    this.process(session, parser, buffer, end);
  }

  /** Executes all complete requests of buffer[parser.position, end) and keeps the rest. */
  private process(session: Session, parser: RequestParser, buffer: Uint8Array, end: number): void {
    const { server } = this;
    const { reply, batch } = server;
    reply.resp3 = session.protocol === 3;
    this.isRunning = true;
    this.chunkSize = end;
    batch.begin();
    session.lastInteractionMs = server.keyspace.nowMs;
    const isBroken = this.runAll(session, parser, buffer, end);
    batch.end(this.lastRequest);
    if (isBroken) this.breakOff(session, parser.problem);
    this.isRunning = false;
    if (this.isClosed) {
      reply.clear();
      return;
    }
    this.keepRest(parser, buffer, end);
    this.flush(session);
    if (session.isClosing) this.end();
  }

  /** Parses and executes, a window of requests at a time. Is the stream broken? */
  private runAll(
    session: Session,
    parser: RequestParser,
    buffer: Uint8Array,
    end: number,
  ): boolean {
    const { live, lookahead } = this.server;
    const { window } = parser;
    for (;;) {
      const isTrusted = session.isAuthenticated || !this.server.requiresPassword;
      const countMax = isTrusted ? LOOKAHEAD_MAX : 1;
      let count = 0;
      let status = COMPLETE;
      while (count < countMax) {
        status = parser.parse(buffer, end, live.bulkSizeMax, isTrusted);
        if (status !== COMPLETE) break;
        if (++count < countMax) parser.next(count);
      }
      lookahead.prepare(window, count, session.databaseIndex);
      const ran = this.runWindow(session, window, count);
      if (ran < count) {
        parser.begin(window[ran].origin);
        return false;
      }
      if (session.isClosing || this.isClosed || this.isStalled) {
        if (status === COMPLETE) parser.begin(parser.position);
        else parser.dropRun();
        return false;
      }
      if (status !== COMPLETE) {
        parser.dropRun();
        return status === BROKEN;
      }
      parser.next(0);
    }
  }

  /**
   * Executes requests until one is held back or the client must read first. Returns how many ran.
   */
  private runWindow(session: Session, window: readonly Request[], count: number): number {
    const { server } = this;
    for (let i = 0; i < count; i++) {
      if (window[i].count === 0) continue;
      this.lastRequest = window[i];
      if (!execute(server, session, window[i])) {
        this.lastRequest = NO_REQUEST;
        return i;
      }
      if (session.isClosing || this.isClosed) return i + 1;
      if (server.reply.totalSize > FLUSH_SIZE && !this.flushAmid(session)) return i + 1;
    }
    return count;
  }

  /** Sends what there is. False when the client must read before it is served on. */
  private flushAmid(session: Session): boolean {
    this.flush(session);
    if (this.isClosed) return false;
    if (this.socket.pendingSize <= STALL_SIZE) return true;
    this.isStalled = true;
    this.socket.pauseReading();
    return false;
  }

  private flush(session: Session): void {
    const { reply, statistics, keyspace } = this.server;
    const size = reply.totalSize;
    if (size === 0 || this.isClosed) {
      reply.clear();
      return;
    }
    const pendingSize = this.socket.pendingSize + size;
    if (isOverOutputLimit(this.server, session, pendingSize, keyspace.nowMs)) {
      reply.clear();
      closeOverLimit(this.server, session);
      return;
    }
    this.countOutput(size);
    statistics.writesProcessed++;
    for (const part of reply.parts) this.socket.send(part, part.length);
    if (reply.size === 0 || this.socket.send(reply.buffer, reply.size)) reply.clear();
    else reply.detach();
    if (this.socket.pendingSize > STALL_SIZE && !this.isStalled) {
      this.isStalled = true;
      this.socket.pauseReading();
    }
  }

  private countOutput(size: number): void {
    this.server.statistics.netOutputBytes += size;
    if (this.session !== null) this.session.bytesOut += size;
  }

  private breakOff(session: Session, problem: string): void {
    const { server } = this;
    server.statistics.protocolErrors++;
    server.log.write(
      'verbose',
      `Protocol error (${problem}) from client ${session.origin.address}`,
    );
    server.reply.error(`ERR Protocol error: ${problem}`);
    server.statistics.errors.add(server.reply.failure ?? '');
    server.reply.failure = null;
    session.isClosing = true;
  }

  private refuse(line: string): void {
    const { reply } = this.server;
    reply.error(line);
    this.server.statistics.errors.add(line);
    reply.failure = null;
    const bytes = reply.take();
    this.socket.send(bytes, bytes.length);
    this.end();
  }

  private end(): void {
    if (this.isClosed) return;
    this.socket.end();
    this.closed();
  }

  /** Keeps what was not executed: from the running request's start on. */
  private keepRest(parser: RequestParser, buffer: Uint8Array, end: number): void {
    const start = parser.start;
    if (buffer !== this.pending) {
      if (start === end) return;
      const own = this.own ?? new RequestParser();
      this.own = own;
      this.pendingEnd = 0;
      const needed = parser.neededEnd() - start;
      this.keep(buffer, start, end, needed);
      own.takeOver(parser, this.pending);
      return;
    }
    if (start > 0) {
      buffer.copyWithin(0, start, end);
      parser.moveToFront();
    }
    this.pendingEnd = end - start;
  }

  /** Appends bytes to the pending ones. */
  private keep(chunk: Uint8Array, start: number, end: number, needed = 0): void {
    const size = this.pendingEnd + end - start;
    if (size > this.server.live.queryBufferSizeMax) {
      this.overflow();
      return;
    }
    if (size > this.pending.length) {
      const parserNeed = Math.max(needed, this.own?.neededEnd() ?? 0);
      let room = Math.max(size, this.pending.length * 2, PENDING_FIRST_SIZE);
      // Do not double past the end of a large argument that is being waited for.
      if (parserNeed >= size && parserNeed < room) room = parserNeed;
      const larger = new Uint8Array(room);
      larger.set(this.pending.subarray(0, this.pendingEnd));
      this.pending = larger;
    }
    this.pending.set(chunk.subarray(start, end), this.pendingEnd);
    this.pendingEnd = size;
  }

  private overflow(): void {
    const { server, session } = this;
    server.statistics.queryLimitDisconnections++;
    server.log.write(
      'warning',
      `Closing client that reached max query buffer length: ${session?.origin.address ?? ''}`,
    );
    this.destroy();
  }
}
