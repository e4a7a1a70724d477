// One connection: a socket, a session, and the rules of input, output and closing. What its bytes
// mean is its language's: RESP, or a text dialect.
//
// A chunk is executed where it lies. Only what does not end with its chunk is copied, into the
// pending bytes, where it waits for the rest.
//
// Invariants:
// - The pending bytes are those of one incomplete request, or, while `waitsFor` is not 0, of all
//   requests that wait. What the language knows of them is counted from their beginning.
// - The socket is not read while others have their turn, or when much came while requests wait.
// - The held replies come before those in the server's reply, and are sent before anything else.
// - Once it is closed, which is for good, nothing is sent or kept, and the server does not know the
//   session any more.
import { joinBytes } from '../../domain/bytes/join.ts';
import type { Command } from '../../engine/command.ts';
import { execute, passOver } from '../../engine/execute.ts';
import type { OutputLimit } from '../../engine/live-settings.ts';
import { BLOCKED, RAN } from '../../engine/outcome.ts';
import { closeOverLimit, isOverOutputLimit, NORMAL_CLASS } from '../../engine/output-limit.ts';
import type { Output } from '../../engine/ports.ts';
import type { Reply } from '../../engine/reply.ts';
import { Request } from '../../engine/request.ts';
import type { Server } from '../../engine/server.ts';
import type { Session, SessionOrigin } from '../../engine/session.ts';
import { TURN_US } from '../../engine/turn.ts';
import { HeldOutput } from './held.ts';
import { Intake, STALL_SIZE } from './intake.ts';
import type { PendingBytes } from './pending.ts';
import type { Socket } from './socket.ts';
import { ANSWER, CLOSED, DISK, PEER, RESUME, TURN } from './waits.ts';

/** How a connection's bytes are read and answered. Each connection has one of its own. */
export interface Language {
  /**
   * Hands the complete requests of buffer[0, end), a chunk or all pending bytes, to
   * connection.execute(), until it takes no more. Returns where the bytes begin that wait; what it
   * knows of them is counted from there from now on.
   */
  consume(connection: Connection, session: Session, buffer: Uint8Array, end: number): number;
  /** Where a large argument ends that is being waited for, in the pending bytes, or 0. */
  readonly neededEnd: number;
  /** How many of the pending bytes were parsed, and the size of the arguments in them. */
  readonly parsedSize: number;
  readonly argumentsSize: number;
  /** Bytes of what tells where they are. */
  readonly argumentsRoom: number;
  /** Forgets the requests that have run: their bytes may be gone. */
  letGo(): void;
  /** What says replies in the language's words; null: they go out as commands write them. */
  readonly translator: Translator | null;
}

/** Says replies and pushes in the words of a language that is not RESP. */
export interface Translator {
  /** Bytes of replies that were translated and not taken yet. */
  readonly size: number;
  /** All that was said since the last call, what stands in `reply` too, which is empty then. */
  take(reply: Reply): Uint8Array;
  translate(bytes: Uint8Array): Uint8Array;
  /** The reply to the request that was BLOCKED. */
  translateAnswer(bytes: Uint8Array): Uint8Array;
}

/** Replies are handed to the socket at this size at the latest, in the midst of a chunk. */
export const FLUSH_SIZE = 256 * 1024;
/** So much of a long answer is sent at once, in less than a millisecond. */
const SHARE_SIZE = 256 * 1024;
/** What an active connection is counted for reading, as tools expect: all read into one buffer. */
const READ_BUFFER_SIZE = 16 * 1024;
const IDLE_US = 2e6;
const NO_REQUEST = new Request();

export class Connection implements Output {
  // What each message to a thousand subscribers looks at stands first, close together.
  /** Why requests must wait: 0 when they need not. */
  waitsFor = 0;
  /** Are requests being executed? */
  private isRunning = false;
  /** Null when the server did not let the connection in. */
  readonly session: Session | null;
  private readonly socket: Socket;
  /** Replies of turns that are over which wait for the rest of their chunk: see endTurn(). */
  private readonly held = new HeldOutput();
  /** The language's, kept near. */
  private readonly translator: Translator | null;
  readonly server: Server;
  readonly pending: PendingBytes;
  private readonly intake: Intake;
  private readonly language: Language;
  /** Whose limits a turn's replies have: those that it began with, whatever it subscribes to. */
  private replyClass = NORMAL_CLASS;
  /** Bytes that are being executed, those of requests that have run included. */
  private runningSize = 0;
  /** The request that runs, or that ran last. */
  private lastRequest: Request = NO_REQUEST;
  private isReadBufferIdle = false;
  /** Its buffers have changed while requests ran: the server counts them afterwards. */
  private isResized = false;
  /** A share of an answer is about to be sent. */
  private isShareDue = false;

  constructor(server: Server, socket: Socket, origin: SessionOrigin, language: Language) {
    this.server = server;
    this.socket = socket;
    this.language = language;
    this.intake = new Intake(server, socket, language);
    this.pending = this.intake.pending;
    this.translator = language.translator;
    const session = server.connect(origin, this);
    this.session = typeof session === 'string' ? null : session;
    if (typeof session === 'string') this.turnAway(session);
    else this.resized();
  }

  /** Bytes that the peer has not taken, replies that are not sent yet included. */
  get pendingSize(): number {
    const unsentSize = this.held.size + this.socket.pendingSize;
    if (!this.isRunning) return unsentSize;
    return unsentSize + this.server.reply.totalSize + (this.translator?.size ?? 0);
  }

  get queryUsedSize(): number {
    return this.isRunning ? this.runningSize : this.pending.end - this.language.parsedSize;
  }

  get queryBufferSize(): number {
    const { room } = this.pending;
    if (this.isReadBufferIdle) return room;
    return Math.max(room, this.isRunning ? this.runningSize : 0, READ_BUFFER_SIZE);
  }

  get argumentsSize(): number {
    return this.language.argumentsSize;
  }

  get argumentsRoom(): number {
    return this.language.argumentsRoom;
  }

  get runningRequest(): Request | null {
    return this.isRunning ? this.lastRequest : null;
  }

  /** May requests of it run in an interlude? Not those behind others, nor those of who is busy. */
  get isFree(): boolean {
    return !this.isRunning && this.waitsFor === 0;
  }

  /** The first `size` bytes came. They are the caller's again when this returns. */
  receive(chunk: Uint8Array, size = chunk.length): void {
    const { session, pending, server } = this;
    if (session === null || (this.waitsFor & CLOSED) !== 0) return;
    server.statistics.netInputBytes += size;
    server.statistics.readsProcessed++;
    if (this.isReadBufferIdle) this.isResized = true;
    this.isReadBufferIdle = false;
    if (pending.end === 0 && this.waitsFor === 0 && !server.interlude.isOpen) {
      this.run(session, chunk, size);
    } else if (chunk === pending.target) {
      const isLast = this.intake.receivePart(session, size);
      this.resized();
      if (isLast) this.goOn();
    } else {
      this.keep(chunk, 0, size);
      if (!this.intake.isBehind) this.waitsFor &= ~PEER;
      this.goOn();
    }
  }

  /**
   * Executes requests [0, count) until one must wait, or all that follow must; `found` are their
   * commands, if somebody has looked. Returns how many are done with.
   */
  execute(
    session: Session,
    requests: readonly Request[],
    count: number,
    found: readonly (Command | null)[] | null,
  ): number {
    const { server } = this;
    const { reply, costs } = server;
    for (let i = 0; i < count; i++) {
      const request = requests[i];
      if (request.count === 0) {
        passOver(server, session);
        continue;
      }
      this.lastRequest = request;
      const outcome = execute(server, session, request, found === null ? null : found[i]);
      if (outcome !== RAN) {
        this.waitsFor |= RESUME;
        if (outcome === BLOCKED) return i + 1;
        this.lastRequest = NO_REQUEST;
        return i;
      }
      if (reply.size + reply.partsSize > FLUSH_SIZE && this.translator === null) {
        if (server.effects.isDue) server.effects.deliver();
        this.flush(session);
      }
      // Commands that are timed one by one say so by themselves.
      if (costs.timedUs > TURN_US) this.endTurn();
      if (session.isClosing || this.waitsFor !== 0) return i + 1;
    }
    return count;
  }

  /** After every few requests: room is made for more, and a turn that took its time ends. */
  afterWindow(): void {
    const { server } = this;
    if (server.live.maxmemory !== 0) server.checkMemory();
    if (this.waitsFor === 0 && server.turn.isOver()) this.endTurn();
  }

  /** Sends and empties the server's reply, what the translator has said included. */
  flush(session: Session): void {
    const { socket, translator } = this;
    const { reply, turn, live } = this.server;
    if (translator !== null) reply.raw(translator.take(reply));
    const size = reply.size + reply.partsSize;
    if (size === 0) return;
    const limit = live.outputLimits[this.replyClass];
    const isLimited = limit.isSet;
    if ((this.waitsFor & CLOSED) !== 0 || (isLimited && this.closeIfOver(limit, session, size))) {
      reply.clear();
      return;
    }
    this.countOutput(size);
    // Only in the midst of a chunk does it matter that a large reply takes time.
    if (this.isRunning) turn.lookSoon();
    if ((this.waitsFor & (TURN | DISK)) !== 0) {
      const isKept = isLimited && this.held.size + size <= STALL_SIZE;
      if (isKept || (this.waitsFor & DISK) !== 0) return this.keepBack(reply.take());
    }
    if (this.held.size > 0) this.sendHeld();
    const isGone = reply.partsSize === 0 ? socket.send(reply.buffer, size) : this.sendParts(reply);
    if (isGone) return reply.clear();
    reply.detach();
    this.resized();
    this.stallWhenBehind();
  }

  push(bytes: Uint8Array): void {
    const { session, translator } = this;
    if (session === null || (this.waitsFor & CLOSED) !== 0) return;
    this.say(translator === null ? bytes : translator.translate(bytes), session);
  }

  answer(pieces: readonly Uint8Array[]): void {
    const { session, translator } = this;
    if (session === null) return;
    const said = translator === null ? pieces : [translator.translateAnswer(joinBytes(pieces))];
    this.waitsFor |= ANSWER;
    for (const piece of said) this.say(piece, session);
    this.sendShare();
  }

  /** Sends a share of an answer; the rest when the peer has taken it and others had their turn. */
  private readonly sendShare = (): void => {
    const { held, socket } = this;
    this.isShareDue = false;
    if ((this.waitsFor & (CLOSED | DISK)) !== 0) return;
    this.server.keyspace.arena.memory.drop(held.sendShare(socket, SHARE_SIZE));
    this.resized();
    if (held.size === 0) {
      this.waitsFor &= ~ANSWER;
      this.stallWhenBehind();
      if (this.session?.isClosing === true) this.end();
      else this.resume();
    } else if (socket.pendingSize === 0) {
      this.sendShareSoon();
    }
  };

  private sendShareSoon(): void {
    if (this.isShareDue) return;
    this.isShareDue = true;
    this.server.clock.schedule(0, this.sendShare);
  }

  /** Sends what does not come from the server's reply. */
  private say(said: Uint8Array, session: Session): void {
    const { server, socket } = this;
    if (said.length === 0 || (this.waitsFor & CLOSED) !== 0) return;
    this.countOutput(said.length);
    const isHeld = this.held.size > 0 && this.held.size + said.length <= STALL_SIZE;
    if (isHeld || (this.waitsFor & (ANSWER | DISK)) !== 0) {
      this.keepBack(said);
    } else {
      if (this.held.size > 0) this.sendHeld();
      if (socket.send(said, said.length)) return;
      this.resized();
    }
    const limit = server.live.outputLimits[session.outputClass];
    if (limit.isSet) this.closeIfOver(limit, session, 0);
  }

  lookAhead(): number {
    const { waitsFor, held, session, socket } = this;
    return (waitsFor | held.size | (session?.outputClass ?? 0)) + socket.lookAhead();
  }

  /** Writes and counts an error that no command gave. */
  writeError(line: string): void {
    const { reply, statistics } = this.server;
    reply.error(line);
    statistics.errors.add(reply.failure ?? line);
    reply.failure = null;
  }

  /** The socket has sent all that it kept. */
  drained(): void {
    if (this.session !== null) this.session.softLimitSinceUs = 0;
    this.resized();
    if ((this.waitsFor & ANSWER) !== 0) this.sendShareSoon();
    if ((this.waitsFor & PEER) === 0) return;
    this.waitsFor &= ~PEER;
    this.goOn();
  }

  resume(): void {
    this.waitsFor &= ~RESUME;
    this.goOn();
  }

  hold(): void {
    this.waitsFor |= DISK;
  }

  release(): void {
    this.waitsFor &= ~DISK;
    if ((this.waitsFor & (CLOSED | ANSWER)) !== 0) return this.sendShare();
    if ((this.waitsFor & TURN) === 0) this.sendHeld();
    this.stallWhenBehind();
    if (this.session?.isClosing === true) this.end();
    else this.goOn();
  }

  /** Closes after everything was sent: now, or at the end of the chunk that is being executed. */
  closeAfterReply(): void {
    if (this.session !== null) this.session.isClosing = true;
    if (!this.isRunning) this.end();
  }

  destroy(): void {
    if ((this.waitsFor & CLOSED) !== 0) return;
    this.socket.destroy();
    this.closed();
  }

  /** The connection is over: told by whoever ends it, and then by the socket. */
  closed(): void {
    if ((this.waitsFor & CLOSED) !== 0) return;
    if ((this.waitsFor & ANSWER) !== 0) this.server.keyspace.arena.memory.drop(this.held.size);
    this.waitsFor |= CLOSED;
    this.pending.clear();
    this.held.clear();
    if (this.session !== null) this.server.disconnect(this.session);
  }

  tick(nowUs: number): void {
    const isIdle = this.session !== null && nowUs - this.session.lastInteractionUs > IDLE_US;
    if (isIdle) this.isReadBufferIdle = true;
    this.pending.giveBack(isIdle);
    this.resized();
  }

  /** Executes what is complete in buffer[0, end), a chunk or all pending bytes; keeps the rest. */
  private run(session: Session, buffer: Uint8Array, end: number): void {
    const { server, pending } = this;
    if (session.pushes !== null) {
      server.pushes.deliverTo(session);
      if ((this.waitsFor & (CLOSED | DISK)) !== 0) {
        if (buffer !== pending.buffer) this.keep(buffer, 0, end);
        return;
      }
    }
    this.isRunning = true;
    this.runningSize = end;
    if (buffer === pending.buffer) this.intake.offer();
    this.replyClass = session.outputClass;
    server.reply.resp3 = session.speaksResp3;
    server.turn.begin(session);
    const rest = this.language.consume(this, session, buffer, end);
    server.turn.end(session, buffer, end);
    this.isRunning = false;
    if (buffer === pending.buffer) {
      this.intake.drop(rest);
      this.resized();
    } else if (rest < end) this.keep(buffer, rest, end);
    this.flush(session);
    if (session.isClosing) this.end();
    if (this.isResized) this.resized();
  }

  /** Executes what waits, if it may be executed now, and reads on, if that may be. */
  private goOn(): void {
    const { session, pending } = this;
    // In the midst of this connection's turn there is nothing to go on with yet.
    if (this.isRunning) return this.endTurn();
    const isDue = session !== null && this.waitsFor === 0 && pending.end > 0;
    if (isDue) this.run(session, pending.buffer, pending.end);
    this.intake.readOrPause(this.waitsFor);
  }

  private keep(bytes: Uint8Array, start: number, end: number): void {
    const { session } = this;
    if (session === null || (this.waitsFor & CLOSED) !== 0) return;
    this.intake.keep(session, bytes, start, end);
    this.resized();
  }

  /** Sends a reply that stands in parts. Is it gone? */
  private sendParts(reply: Reply): boolean {
    const { parts, buffer, size } = reply;
    if (size > 0) parts.push(buffer.subarray(0, size));
    const isGone = this.socket.sendTogether(parts);
    this.server.keyspace.arena.large.release(isGone);
    return isGone;
  }

  /**
   * Lets others have their turn; what waits goes on after them. Where replies are limited, those of
   * one chunk are sent together: if their sum is too much, the client gets none of them.
   */
  private endTurn(): void {
    if ((this.waitsFor & TURN) !== 0) return;
    this.waitsFor |= TURN;
    this.socket.pauseReading();
    this.server.clock.schedule(0, () => {
      this.waitsFor &= ~TURN;
      this.goOn();
      if ((this.waitsFor & (TURN | ANSWER | DISK)) === 0) this.sendHeld();
    });
  }

  private stallWhenBehind(): void {
    if (this.intake.isBehind) this.waitsFor |= PEER;
  }

  private keepBack(bytes: Uint8Array): void {
    this.held.hold(bytes);
    this.resized();
  }

  private sendHeld(): void {
    if (this.held.size === 0) return;
    this.held.sendAll(this.socket);
    this.resized();
  }

  /** The server's sum follows, now or when the requests have run. */
  private resized(): void {
    this.isResized = this.isRunning;
    if (this.isRunning || (this.waitsFor & CLOSED) !== 0) return;
    this.session?.countBuffers();
  }

  private countOutput(size: number): void {
    const { statistics } = this.server;
    statistics.netOutputBytes += size;
    statistics.writesProcessed++;
  }

  /** Closes a client that, with `more` bytes, lets too much wait. Was it closed? */
  private closeIfOver(limit: OutputLimit, session: Session, more: number): boolean {
    const unsentSize = this.held.size + this.socket.pendingSize + more;
    if (!isOverOutputLimit(limit, session, unsentSize, this.server.clock)) return false;
    closeOverLimit(this.server, session);
    return true;
  }

  /** Says why there is no session, and closes. */
  private turnAway(line: string): void {
    this.writeError(line);
    const bytes = this.translator?.take(this.server.reply) ?? this.server.reply.take();
    this.socket.send(bytes, bytes.length);
    this.end();
  }

  /** Closes after everything was sent. */
  private end(): void {
    if ((this.waitsFor & (CLOSED | DISK)) !== 0) return;
    if (this.session !== null) this.server.pushes.deliverTo(this.session);
    if ((this.waitsFor & (CLOSED | DISK)) !== 0) return;
    this.sendHeld();
    this.socket.end();
    this.closed();
  }
}
