// What a connection is in any wire language: a socket, a session, bytes that wait, and the rules of
// input, output and closing. Each language's connection has one, and adds how it reads and writes.
//
// Invariants:
// - While the peer does not take replies (more than STALL_SIZE wait), `isStalled` is set and the
//   socket is not read.
// - The bytes in `held` come before those in the server's reply, and are sent before anything else.
// - Once `isClosed` is set, which is for good, nothing is sent or kept, and the server does not
//   know the session any more.

import type { Command } from '../../engine/command.ts';
import { closeOverLimit, isOverOutputLimit } from '../../engine/cron.ts';
import { execute } from '../../engine/execute.ts';
import { RAN } from '../../engine/outcome.ts';
import { Request } from '../../engine/request.ts';
import type { Server } from '../../engine/server.ts';
import type { Session } from '../../engine/session.ts';
import { PendingBytes } from './pending.ts';
import type { Socket } from './socket.ts';

/** Replies are handed to the socket at this size at the latest, in the midst of a chunk. */
export const FLUSH_SIZE = 256 * 1024;
/** A client that leaves more than this unread is not served until it reads. */
const STALL_SIZE = 1024 * 1024;
/**
 * What an active connection is counted for reading, as tools expect of a query buffer; nominal, for
 * all connections read into one buffer.
 */
const READ_BUFFER_SIZE = 16 * 1024;
const IDLE_MS = 2000;
const NO_REQUEST = new Request();

export class Link {
  readonly pending = new PendingBytes();
  /** Are requests being executed? */
  isRunning = false;
  isClosed = false;
  private isStalled = false;
  private isWaitingForTurn = false;
  private readonly server: Server;
  private readonly socket: Socket;
  /** Null when the server did not let the connection in. */
  private readonly session: Session | null;
  /** Bytes that are being executed, those of requests that have run included. */
  private runningSize = 0;
  /** Replies of turns that are over which wait for the rest of their chunk: see endTurn(). */
  private held: Uint8Array[] = [];
  private heldSize = 0;
  private isReadBufferIdle = false;
  /** The request that runs, or that ran last. */
  private lastRequest: Request = NO_REQUEST;

  constructor(server: Server, socket: Socket, session: Session | null) {
    this.server = server;
    this.socket = socket;
    this.session = session;
  }

  /** Bytes that were sent but that the peer has not taken. */
  get unsentSize(): number {
    return this.heldSize + this.socket.pendingSize;
  }

  /** Bytes that wait, or that are being executed. */
  get inputSize(): number {
    return this.isRunning ? this.runningSize : this.pending.end;
  }

  /** The size of the buffers that they lie in. */
  get inputBufferSize(): number {
    const size = Math.max(this.pending.buffer.length, this.isRunning ? this.runningSize : 0);
    return this.isReadBufferIdle ? this.pending.buffer.length : Math.max(size, READ_BUFFER_SIZE);
  }

  /** The request that runs now. */
  get runningRequest(): Request | null {
    return this.isRunning ? this.lastRequest : null;
  }

  /** Must requests wait: for ever, for the peer to take replies, or for their next turn? */
  get isBlocked(): boolean {
    return this.isClosed || this.isStalled || this.isWaitingForTurn;
  }

  /** May requests be executed now? */
  mayRun(session: Session): boolean {
    return !this.isBlocked && !session.isHeld;
  }

  /**
   * Takes the first `size` bytes of a chunk in. True when they may be executed where they lie; else
   * they are now among the pending bytes, and `neededEnd` is as in PendingBytes.append().
   */
  accept(session: Session, chunk: Uint8Array, size: number, neededEnd: number): boolean {
    if (this.isClosed) return false;
    const { statistics } = this.server;
    statistics.netInputBytes += size;
    statistics.readsProcessed++;
    session.bytesIn += size;
    this.isReadBufferIdle = false;
    if (this.pending.end === 0 && this.mayRun(session)) return true;
    this.keep(chunk, 0, size, neededEnd);
    return false;
  }

  /**
   * Appends bytes to the pending ones: see PendingBytes.append(). Closes the connection when too
   * many wait.
   */
  keep(bytes: Uint8Array, start: number, end: number, neededEnd: number): void {
    if (this.pending.end + end - start > this.server.live.queryBufferSizeMax) this.overflow();
    else this.pending.append(bytes, start, end, neededEnd);
  }

  /** Begins to execute what lies in `size` bytes. */
  begin(session: Session, size: number): void {
    const { server } = this;
    this.isRunning = true;
    this.runningSize = size;
    server.turn.begin(session);
  }

  /** Executes a request. False when it is held back. */
  execute(session: Session, request: Request, command: Command | null): boolean {
    this.lastRequest = request;
    if (execute(this.server, session, request, command) === RAN) return true;
    this.lastRequest = NO_REQUEST;
    return false;
  }

  /** Have commands that are timed one by one used the turn up? Costs nothing. */
  get isTurnUsed(): boolean {
    return this.server.turn.isUsed;
  }

  /** Has the turn taken its time? To be asked after every few requests. */
  isTurnOver(): boolean {
    return this.server.turn.isOver();
  }

  /**
   * Lets others have their turn; what waits goes on after them. Where replies are limited, those of
   * one chunk are sent together: if their sum is too much, the client gets none of them.
   */
  endTurn(owner: { resume(): void }): void {
    this.isWaitingForTurn = true;
    this.socket.pauseReading();
    this.server.clock.schedule(0, () => {
      this.isWaitingForTurn = false;
      owner.resume();
      if (!this.isWaitingForTurn) this.sendHeld();
      this.resumeReading();
    });
  }

  /** Ends what begin() began. */
  finish(): void {
    if (this.session !== null) this.server.turn.end(this.session, this.lastRequest);
    this.isRunning = false;
  }

  /** Sends and empties the server's reply. */
  flush(session: Session): void {
    const { reply } = this.server;
    const size = reply.totalSize;
    if (size === 0 || !this.admit(session, size)) {
      reply.clear();
      return;
    }
    this.server.turn.lookSoon();
    if (this.mustHold(size)) {
      this.hold(reply.take());
      return;
    }
    this.sendHeld();
    let isGone = true;
    for (const part of reply.parts) isGone = this.socket.send(part, part.length);
    if (reply.size > 0) isGone = this.socket.send(reply.buffer, reply.size);
    if (isGone || reply.size === 0) reply.clear();
    else reply.detach();
    if (!isGone) this.stallWhenBehind();
  }

  /** Sends replies that are not the server's reply. The bytes must not change any more. */
  flushBytes(session: Session, bytes: Uint8Array): void {
    if (bytes.length === 0 || !this.admit(session, bytes.length)) return;
    this.server.turn.lookSoon();
    if (this.mustHold(bytes.length)) {
      this.hold(bytes);
      return;
    }
    this.sendHeld();
    if (!this.socket.send(bytes, bytes.length)) this.stallWhenBehind();
  }

  /** Sends what answers no request. The bytes must not change any more. */
  push(pieces: readonly Uint8Array[], size: number): void {
    const { server, socket, session } = this;
    if (session === null || this.isClosed) return;
    this.countOutput(session, size);
    this.sendHeld();
    for (const bytes of pieces) socket.send(bytes, bytes.length);
    if (isOverOutputLimit(server, session, socket.pendingSize, server.keyspace.nowMs)) {
      closeOverLimit(server, session);
    }
  }

  /** Writes and counts an error that no command gave. */
  writeError(line: string): void {
    const { reply, statistics } = this.server;
    reply.error(line);
    statistics.errors.add(reply.failure ?? line);
    reply.failure = null;
  }

  /** Says why there is no session, and closes. The bytes must not change any more. */
  turnAway(bytes: Uint8Array): void {
    this.socket.send(bytes, bytes.length);
    this.end();
  }

  /** The socket has sent all that it kept. Was that waited for? */
  unstall(): boolean {
    const wasStalled = this.isStalled;
    this.isStalled = false;
    return wasStalled;
  }

  resumeReading(): void {
    if (!this.isBlocked) this.socket.resumeReading();
  }

  /** Closes after everything was sent: now, or at the end of the chunk that is being executed. */
  closeAfterReply(): void {
    if (this.session !== null) this.session.isClosing = true;
    if (!this.isRunning) this.end();
  }

  /** Closes after everything was sent. */
  end(): void {
    if (this.isClosed) return;
    this.sendHeld();
    this.socket.end();
    this.closed();
  }

  destroy(): void {
    if (this.isClosed) return;
    this.socket.destroy();
    this.closed();
  }

  /** The connection is over. */
  closed(): void {
    this.isClosed = true;
    this.pending.clear();
    this.dropHeld();
    if (this.session !== null) this.server.disconnect(this.session);
  }

  tick(nowMs: number): void {
    const isIdle = this.session !== null && nowMs - this.session.lastInteractionMs > IDLE_MS;
    if (isIdle) this.isReadBufferIdle = true;
    this.pending.giveBack(isIdle);
  }

  /**
   * May `size` bytes of replies be sent? Counts them if so; closes a client that lets too much
   * wait.
   */
  private admit(session: Session, size: number): boolean {
    const { server } = this;
    if (this.isClosed) return false;
    const unsentSize = this.unsentSize + size;
    if (isOverOutputLimit(server, session, unsentSize, server.keyspace.nowMs)) {
      closeOverLimit(server, session);
      return false;
    }
    this.countOutput(session, size);
    server.statistics.writesProcessed++;
    return true;
  }

  /** Must `size` bytes of replies wait for those of the chunk's next turns? */
  private mustHold(size: number): boolean {
    if (!this.isWaitingForTurn || !this.server.live.limitsOutput) return false;
    return this.heldSize + size <= STALL_SIZE;
  }

  private hold(bytes: Uint8Array): void {
    this.held.push(bytes);
    this.heldSize += bytes.length;
  }

  private sendHeld(): void {
    if (this.heldSize === 0) return;
    const { held } = this;
    this.dropHeld();
    for (const bytes of held) this.socket.send(bytes, bytes.length);
  }

  private dropHeld(): void {
    this.held = [];
    this.heldSize = 0;
  }

  private countOutput(session: Session, size: number): void {
    this.server.statistics.netOutputBytes += size;
    session.bytesOut += size;
  }

  private stallWhenBehind(): void {
    if (this.isStalled || this.socket.pendingSize <= STALL_SIZE) return;
    this.isStalled = true;
    this.socket.pauseReading();
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
