// One connection that speaks a text dialect: lines in, text out. It is made for people and simple
// programs; the way of RESP, where speed counts, is adapters/resp/connection.ts, and bounds and
// closing are as there.
//
// Invariants:
// - `pending` holds the bytes of one line without an end, or, while the connection is stalled or
//   held, of all lines that wait; [0, pendingEnd) are valid; no line ends in [0, searchedSize).
// - While the peer does not take replies (more than STALL_SIZE wait), nothing is read or executed.
// - A malformed line gets an error, and the connection goes on with the next one.

import { closeOverLimit, isOverOutputLimit } from '../../engine/cron.ts';
import { execute } from '../../engine/execute.ts';
import type { Output } from '../../engine/ports.ts';
import { refuse } from '../../engine/refuse.ts';
import { Request } from '../../engine/request.ts';
import type { Server } from '../../engine/server.ts';
import type { Session, SessionOrigin } from '../../engine/session.ts';
import type { Socket } from '../resp/connection.ts';
import type { Dialect, ReplyWriter } from './dialect.ts';
import { ReplyReader } from './reply-reader.ts';
import { TextWriter } from './text-writer.ts';

/** Replies are handed to the socket at this size at the latest, in the midst of a chunk. */
const FLUSH_SIZE = 256 * 1024;
/** A client that leaves more than this unread is not served until it reads. */
const STALL_SIZE = 1024 * 1024;
/** The longest line of those who have not authenticated; all others have proto-max-bulk-len. */
const UNAUTHENTICATED_LINE_SIZE_MAX = 64 * 1024;
/** Room for the first incomplete line. */
const PENDING_FIRST_SIZE = 1024;
/** An empty buffer up to this size is kept while the client is active. */
const PENDING_KEPT_SIZE = 32 * 1024;
/** The buffer that the runtime reads into for an active connection; given back after IDLE_MS. */
const READ_BUFFER_SIZE = 16 * 1024;
const IDLE_MS = 2000;
const NO_BYTES = new Uint8Array(0);
const NO_REQUEST = new Request();
const CR = 13;
const LF = 10;

export class TextConnection implements Output {
  readonly session: Session | null;
  private readonly server: Server;
  private readonly socket: Socket;
  private readonly dialect: Dialect;
  /** Replies of the chunk that is being executed: one for all connections, empty in between. */
  private readonly text: TextWriter;
  private pending: Uint8Array = NO_BYTES;
  private pendingEnd = 0;
  private searchedSize = 0;
  /** The rest of a line that was too long is being dropped. */
  private isSkipping = false;
  private chunkSize = 0;
  private isStalled = false;
  private isClosed = false;
  private isRunning = false;
  private isReadBufferIdle = false;
  /** The request that runs, or that ran last. */
  private lastRequest: Request = NO_REQUEST;

  constructor(
    server: Server,
    socket: Socket,
    origin: SessionOrigin,
    dialect: Dialect,
    text: TextWriter,
  ) {
    this.server = server;
    this.socket = socket;
    this.dialect = dialect;
    this.text = text;
    const session = server.connect(origin, this);
    this.session = typeof session === 'string' ? null : session;
    if (typeof session === 'string') this.turnAway(session);
  }

  get pendingSize(): number {
    return this.socket.pendingSize + (this.isRunning ? this.text.size : 0);
  }

  get queryUsedSize(): number {
    return this.isRunning ? this.chunkSize : this.pendingEnd;
  }

  get queryBufferSize(): number {
    const size = Math.max(this.pending.length, this.isRunning ? this.chunkSize : 0);
    return this.isReadBufferIdle ? this.pending.length : Math.max(size, READ_BUFFER_SIZE);
  }

  get argumentsSize(): number {
    return 0;
  }

  /** The request that runs now. */
  get runningRequest(): Request | null {
    return this.isRunning ? this.lastRequest : null;
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
      this.keep(chunk, 0);
      return;
    }
    if (this.pendingEnd === 0) {
      this.process(session, chunk);
      return;
    }
    this.keep(chunk, 0);
    if (!this.isClosed) this.process(session, this.pending.subarray(0, this.pendingEnd));
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
    if (this.pendingEnd > 0) this.process(session, this.pending.subarray(0, this.pendingEnd));
  }

  /** The peer is gone. */
  closed(): void {
    this.isClosed = true;
    this.pending = NO_BYTES;
    this.pendingEnd = 0;
    if (this.session !== null) this.server.disconnect(this.session);
  }

  send(bytes: Uint8Array): void {
    const { session, server } = this;
    if (this.isClosed) return;
    // Another connection may be in the midst of its replies: the shared writer is not free.
    const text = new TextWriter();
    this.translate(bytes, bytes.length, this.dialect.write, text);
    this.sendText(text);
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
    if (this.pendingEnd === 0 && this.pending.length > PENDING_KEPT_SIZE) this.pending = NO_BYTES;
    if (session === null || nowMs - session.lastInteractionMs <= IDLE_MS) return;
    this.isReadBufferIdle = true;
    if (this.pending.length > this.pendingEnd) {
      this.pending = this.pendingEnd === 0 ? NO_BYTES : this.pending.slice(0, this.pendingEnd);
    }
  }

  /** Executes all complete lines of `input`, a chunk or all pending bytes, and keeps the rest. */
  private process(session: Session, input: Uint8Array): void {
    const { server, text } = this;
    this.isRunning = true;
    this.chunkSize = input.length;
    server.batch.begin();
    session.lastInteractionMs = server.keyspace.nowMs;
    const rest = this.runAll(session, input);
    server.batch.end(this.lastRequest);
    this.isRunning = false;
    if (this.isClosed) {
      text.clear();
      return;
    }
    this.keepRest(input, rest);
    this.flush(session);
    if (session.isClosing) this.end();
  }

  /** Executes lines. Returns where the first begins that did not run. */
  private runAll(session: Session, input: Uint8Array): number {
    const request = new Request();
    let start = 0;
    let searched = this.searchedSize;
    this.searchedSize = 0;
    for (;;) {
      const lineEnd = input.indexOf(LF, searched);
      const isTooLong = (lineEnd < 0 ? input.length : lineEnd) - start > this.lineSizeMax(session);
      if (isTooLong && !this.isSkipping) this.refuseLine(session, LINE_TOO_LONG);
      if (lineEnd < 0) {
        if (isTooLong) this.isSkipping = true;
        if (this.isSkipping) return input.length;
        this.searchedSize = input.length - start;
        return start;
      }
      if (!isTooLong && !this.isSkipping) {
        if (!this.runLine(session, request, input, start, lineEnd)) return start;
      }
      this.isSkipping = false;
      start = lineEnd + 1;
      searched = start;
      if (session.isClosing || this.isClosed) return start;
      if (this.text.size > FLUSH_SIZE && !this.flushAmid(session)) return start;
    }
  }

  /** Executes the line in input[start, end). False when it is held back. */
  private runLine(
    session: Session,
    request: Request,
    input: Uint8Array,
    start: number,
    end: number,
  ): boolean {
    const { server, dialect } = this;
    const { reply } = server;
    if (end > start && input[end - 1] === CR) end--;
    const write = dialect.parse(input, start, end, request);
    if (write === null) return true;
    if (typeof write === 'string') {
      this.refuseLine(session, write);
      return true;
    }
    this.lastRequest = request;
    reply.resp3 = false;
    if (!execute(server, session, request)) {
      this.lastRequest = NO_REQUEST;
      return false;
    }
    // HELLO 3 is answered, but a dialect has no versions.
    session.protocol = 2;
    this.takeReply(write);
    return true;
  }

  private refuseLine(session: Session, line: string): void {
    refuse(this.server, session, null, line);
    this.takeReply(this.dialect.write);
  }

  private lineSizeMax(session: Session): number {
    const isTrusted = session.isAuthenticated || !this.server.requiresPassword;
    return isTrusted ? this.server.live.bulkSizeMax : UNAUTHENTICATED_LINE_SIZE_MAX;
  }

  /** Empties the server's reply into the text. */
  private takeReply(write: ReplyWriter): void {
    const { reply } = this.server;
    const size = reply.totalSize;
    const bytes = reply.parts.length === 0 ? reply.buffer : reply.take();
    this.translate(bytes, size, write, this.text);
    reply.clear();
  }

  /** Writes replies as text: the first, if there is any, with `write`. */
  private translate(bytes: Uint8Array, size: number, write: ReplyWriter, text: TextWriter): void {
    const reader = new ReplyReader(bytes, size);
    if (!reader.isDone) write(reader, text);
    while (!reader.isDone) this.dialect.write(reader, text);
  }

  /** Sends what there is. False when the client must read before it is served on. */
  private flushAmid(session: Session): boolean {
    this.flush(session);
    return !this.isClosed && !this.isStalled;
  }

  private flush(session: Session): void {
    const { server, text, socket } = this;
    if (text.size === 0) return;
    const pendingSize = socket.pendingSize + text.size;
    if (isOverOutputLimit(server, session, pendingSize, server.keyspace.nowMs)) {
      text.clear();
      closeOverLimit(server, session);
      return;
    }
    server.statistics.writesProcessed++;
    this.sendText(text);
    if (socket.pendingSize > STALL_SIZE && !this.isStalled) {
      this.isStalled = true;
      socket.pauseReading();
    }
  }

  private sendText(text: TextWriter): void {
    const bytes = text.take();
    this.server.statistics.netOutputBytes += bytes.length;
    if (this.session !== null) this.session.bytesOut += bytes.length;
    this.socket.send(bytes, bytes.length);
  }

  /** Says why there is no session, and closes. */
  private turnAway(line: string): void {
    const { server, text } = this;
    server.reply.error(line);
    server.statistics.errors.add(line);
    server.reply.failure = null;
    this.takeReply(this.dialect.write);
    const bytes = text.take();
    this.socket.send(bytes, bytes.length);
    this.end();
  }

  private end(): void {
    if (this.isClosed) return;
    this.socket.end();
    this.closed();
  }

  /** Keeps input[start, end): what did not run. */
  private keepRest(input: Uint8Array, start: number): void {
    if (input.buffer !== this.pending.buffer) {
      if (start < input.length) this.keep(input, start);
      return;
    }
    if (start > 0) input.copyWithin(0, start);
    this.pendingEnd = input.length - start;
  }

  /** Appends what follows `start` to the pending bytes. */
  private keep(chunk: Uint8Array, start: number): void {
    const size = this.pendingEnd + chunk.length - start;
    if (size > this.server.live.queryBufferSizeMax) {
      this.overflow();
      return;
    }
    if (size > this.pending.length) {
      const room = Math.max(size, this.pending.length * 2, PENDING_FIRST_SIZE);
      const larger = new Uint8Array(room);
      larger.set(this.pending.subarray(0, this.pendingEnd));
      this.pending = larger;
    }
    this.pending.set(chunk.subarray(start), this.pendingEnd);
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

const LINE_TOO_LONG = 'ERR line too long';
