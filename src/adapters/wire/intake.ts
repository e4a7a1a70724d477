// What of a connection's bytes waits, when its socket is read, and how large arguments are read
// where they are to lie: the pending bytes, with the socket that fills them and the language that
// knows how many are needed.
//
// A client may send all of a long pipeline before it reads the first reply. So what it sends is
// read though it takes no replies, and its requests run on while they take more memory than their
// replies; what both take together so stays near the double of the less.
import { REQUEST_SIZE_MAX } from '../../domain/limits.ts';
import { closeOverQueryLimit } from '../../engine/query-limit.ts';
import type { Server } from '../../engine/server.ts';
import type { Session } from '../../engine/session.ts';
import { PendingBytes } from './pending.ts';
import type { Socket } from './socket.ts';
import { CLOSED, DISK, PEER, TURN } from './waits.ts';

/** A client that leaves more than this unread may be behind. */
export const STALL_SIZE = 1024 * 1024;

/** What of a language is needed here. */
interface Needs {
  /** Where a large argument ends that is being waited for, in the pending bytes, or 0. */
  readonly neededEnd: number;
  /** Forgets the requests that have run: their bytes may be gone. */
  letGo(): void;
}

export class Intake {
  readonly pending: PendingBytes;
  private readonly server: Server;
  private readonly socket: Socket;
  private readonly language: Needs;

  constructor(server: Server, socket: Socket, language: Needs) {
    this.server = server;
    this.socket = socket;
    this.language = language;
    this.pending = new PendingBytes(server.keyspace.arena.large.spares);
  }

  /** More bytes never wait. */
  private get sizeMax(): number {
    return Math.min(this.server.live.queryBufferSizeMax, REQUEST_SIZE_MAX);
  }

  /** Does the peer leave so much unread that its requests had better wait? */
  get isBehind(): boolean {
    return this.socket.pendingSize > Math.max(STALL_SIZE, this.pending.end);
  }

  /** What comes while something is waited for is read: not too much for the disk or the peer. */
  readOrPause(waitsFor: number): void {
    const { pending, socket } = this;
    const isEnough =
      ((waitsFor & DISK) !== 0 && pending.end > STALL_SIZE) ||
      ((waitsFor & PEER) !== 0 && pending.end > this.sizeMax / 2);
    if (isEnough || (waitsFor & (CLOSED | TURN)) !== 0) socket.pauseReading();
    else socket.resumeReading();
  }

  /** Appends bytes to the pending ones. Closes the connection when too many wait. */
  keep(session: Session, bytes: Uint8Array, start: number, end: number): void {
    const { server, pending } = this;
    const size = pending.end + end - start;
    if (size > this.sizeMax) {
      closeOverQueryLimit(server, session);
      return;
    }
    pending.append(bytes, start, end, this.language.neededEnd);
    this.aim();
  }

  /** A part of a large argument came, where it is to lie. Was it the last one? */
  receivePart(session: Session, size: number): boolean {
    const { server, pending } = this;
    if (pending.end + size > this.sizeMax) {
      closeOverQueryLimit(server, session);
      return false;
    }
    session.lastInteractionUs = server.clock.elapsedUs();
    const isMore = pending.grow(size, this.language.neededEnd);
    this.socket.readInto(pending.target);
    return !isMore;
  }

  /** The pending bytes are about to be executed: a command may keep them, if they are many. */
  offer(): void {
    const { large } = this.server.keyspace.arena;
    if (this.pending.isLarge && large.running === null) large.running = this.pending;
  }

  /** The first `size` of the pending bytes have been executed. */
  drop(size: number): void {
    const { pending, server } = this;
    const { large } = server.keyspace.arena;
    if (large.running === pending) large.running = null;
    pending.dropFront(size);
    this.language.letGo();
    if (pending.end > 0) this.aim();
  }

  /** Has the rest of a large argument that waits read where it is to lie. */
  private aim(): void {
    const { pending, language } = this;
    if (pending.target === null && language.neededEnd === 0) return;
    pending.aim(language.neededEnd);
    this.socket.readInto(pending.target);
  }
}
