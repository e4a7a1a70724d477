// Clients whose command was accepted and cannot be answered yet: they are blocked. What they sent
// is kept, and runs again when it may go on: it gives way to others and has its next turn after
// them (slices.ts), or it waits until somebody wakes it, until its deadline at the latest.
//
// All that may go on stand in one queue, and each gets a turn of its own, outside of those of
// connections: what runs there is the same call, with a reply of its own, counted once with all the
// time that it took. What the client sent behind its request goes on when it is answered.
//
// Who waits for keys is served at once when the command that made one has finished, within the turn
// of that: before anything else runs. Its answer leaves when it has its own turn.
//
// What would change data goes on only where it may: it is refused like a request, and while writes
// are paused it waits for the end of that.
//
// Invariants: a session is in `calls` exactly while it is `isBlocked`, its call has its turn, or
// its answer is about to leave; a call is in `ready` at most once. Who waits for keys is in their
// queues; who is about to be answered is in none.
import type { Database } from '../domain/keyspace/database.ts';
import type { KeyspaceEvent } from '../domain/keyspace/event-classes.ts';
import { EVENT_EVICTED, EVENT_EXPIRED } from '../domain/keyspace/events.ts';
import type { Keyspace } from '../domain/keyspace/keyspace.ts';
import { callAgain } from './call.ts';
import {
  type Command,
  type CommandBlocking,
  type Context,
  FROM_CLIENT,
  type Handler,
} from './command.ts';
import { Deadlines } from './deadlines.ts';
import { refusalNow } from './gate.ts';
import { type KeyQueue, type KeyWait, type KeyWaiter, KeyWaits } from './key-waits.ts';
import type { LiveSettings } from './live-settings.ts';
import { NEEDS_NO_WRITE_PAUSE } from './needs.ts';
import { closeOverLimit, isOverOutputLimit, type LimitKeeper } from './output-limit.ts';
import type { Clock } from './ports.ts';
import type { Pushes } from './pushes.ts';
import { Reply } from './reply.ts';
import type { Request } from './request.ts';
import { REPLY_ON, type Session } from './session.ts';

/** Calls that may go on have their turns for so long; then those who sent something have theirs. */
const TURNS_US = 1000;

/** What of the server is needed here. */
export interface BlockingParts extends LimitKeeper {
  readonly clock: Clock;
  readonly live: LiveSettings;
  readonly keyspace: Keyspace;
  readonly pushes: Pushes;
  readonly alarm: { wakeIn(delayMs: number): void };
  readonly turn: {
    begin(session: Session): void;
    end(session: Session, bytes: Uint8Array, size: number): void;
    sampleAnew(): void;
  };
  readonly context: Context;
  /** Somebody waits for keys from here on, or nobody any more. */
  onKeysAwaited(isWanted: boolean): void;
}

function nothing(): void {}

/** A call that has not been answered. */
class BlockedCall implements KeyWaiter {
  readonly session: Session;
  /** What runs in place of the handler when it may go on. */
  retry: Handler;
  /** CLIENT REPLY keeps the answer back. */
  readonly isKeptBack: boolean;
  /** What ran, and a copy of what was sent: known when its first run is over. */
  command: Command | null = null;
  request: Request | null = null;
  /** What runs at the deadline; null while there is none. */
  onTimeout: Handler | null = null;
  deadlineUs = Number.POSITIVE_INFINITY;
  place = 0;
  /** The keys that it waits for. */
  waits: KeyWait[] = [];
  /** What it was answered when one of them had come. */
  said: Uint8Array[] | null = null;
  /** Bytes of the answer that it has so far. */
  foundSize = 0;
  /** Called when its client goes, or it may not go on. */
  onGone = nothing;
  isReady = false;
  /** Its deadline has passed, or somebody unblocked it: its next run answers. */
  isEnding = false;

  constructor(session: Session, retry: Handler) {
    this.session = session;
    this.retry = retry;
    this.isKeptBack = session.replyMode !== REPLY_ON;
  }
}

export class Blocking implements CommandBlocking {
  private readonly parts: BlockingParts;
  private readonly calls = new Map<Session, BlockedCall>();
  private readonly deadlines = new Deadlines<BlockedCall>();
  /** Who waits for keys. */
  readonly keys: KeyWaits;
  private isServing = false;
  /** Of `calls`, those that are about to be answered. */
  private endingCount = 0;
  /** Calls that may go on, the next one at `readyAt`; some may be over meanwhile. */
  private ready: BlockedCall[] = [];
  private readyAt = 0;
  /** Calls that go on when writes are not paused any more. */
  private readonly postponed = new Set<BlockedCall>();
  /** The call that has its turn. */
  private running: BlockedCall | null = null;
  private readonly reply = new Reply();
  private isPlanned = false;
  private readonly giveTurnsPlanned = (): void => {
    this.isPlanned = false;
    this.giveTurns();
  };

  constructor(parts: BlockingParts) {
    this.parts = parts;
    this.keys = new KeyWaits(parts.keyspace, (isWanted) => parts.onKeysAwaited(isWanted));
  }

  get count(): number {
    return this.calls.size - this.endingCount;
  }

  get deadlinesCount(): number {
    return this.deadlines.count;
  }

  /** The next deadline, in us of the time that elapses. */
  get earliestUs(): number {
    return this.deadlines.earliestUs;
  }

  mayWait({ origin }: Context): boolean {
    return origin === FROM_CLIENT;
  }

  giveWay(
    { session }: Context,
    retry: Handler,
    foundSize: number,
    ownSize: number,
    onGone = nothing,
    kept?: Request,
  ): void {
    const call = this.block(session, retry);
    call.onGone = onGone;
    call.request ??= kept ?? null;
    call.foundSize = foundSize;
    session.blockedSize = (call.request?.buffer.length ?? 0) + foundSize + ownSize;
    this.makeReady(call);
  }

  waitFor({ session }: Context, delayMs: number, retry: Handler, onTimeout: Handler): void {
    const call = this.block(session, retry);
    // Whoever waits on has its deadline already.
    if (call.onTimeout !== null) return;
    call.onTimeout = onTimeout;
    if (delayMs === Number.POSITIVE_INFINITY) return;
    call.deadlineUs = this.parts.clock.elapsedUs() + delayMs * 1000;
    this.deadlines.add(call);
    this.parts.alarm.wakeIn(delayMs);
  }

  waitForKeys(
    context: Context,
    request: Request,
    first: number,
    end: number,
    type: number,
    delayMs: number,
    retry: Handler,
    onTimeout: Handler,
    hearsOfLoss = false,
  ): void {
    this.waitFor(context, delayMs, retry, onTimeout);
    const { session } = context;
    const call = this.calls.get(session) as BlockedCall;
    const { buffer, starts, ends } = request;
    for (let i = first; i < end; i++) {
      this.keys.add(call, session.databaseIndex, type, hearsOfLoss, buffer, starts[i], ends[i]);
    }
  }

  /**
   * Serves those who wait for keys that have come, in their order, until the keys are gone. Called
   * within a turn, between commands: what is served may itself make keys.
   */
  serveKeys(): void {
    if (this.isServing) return;
    this.isServing = true;
    // What came may have gone again, by its deadline.
    this.parts.turn.sampleAnew();
    while (this.keys.hasReady) {
      for (const queue of this.keys.takeReady()) this.serveQueue(queue);
    }
    this.isServing = false;
  }

  /**
   * A key is about to go. What goes by itself may do so where nobody serves: then those who are to
   * hear of it have a turn of their own.
   */
  keyGoes(database: Database, ref: number, event: KeyspaceEvent): void {
    this.keys.keyGoes(database, ref);
    const isByItself = event === EVENT_EXPIRED || event === EVENT_EVICTED;
    if (isByItself && this.keys.hasReady) this.parts.alarm.wakeIn(0);
  }

  /** Lets those go on whose keys have come or gone while nobody served. */
  wakeReady(): void {
    if (!this.keys.hasReady) return;
    for (const queue of this.keys.takeReady()) {
      for (let wait = queue.first; wait !== null; wait = wait.next) this.wake(wait.session);
    }
  }

  /** The first run of a command is over, and its client is blocked: its request is kept. */
  keep(session: Session, command: Command, request: Request): void {
    const call = this.calls.get(session);
    if (call === undefined) return;
    call.command = command;
    if (call.request !== null) return;
    call.request = request.keep(this.parts.keyspace.arena.large);
    session.blockedSize += call.request.buffer.length;
  }

  /** Writes are not paused any more. */
  resume(): void {
    for (const call of this.postponed) this.makeReady(call);
    this.postponed.clear();
  }

  wake(session: Session): void {
    const call = this.calls.get(session);
    if (call !== undefined) this.makeReady(call);
  }

  unblock(session: Session, error: string | null): boolean {
    const call = this.calls.get(session);
    if (call === undefined || call.onTimeout === null || call.isEnding) return false;
    if (error === null) this.end(call, call.onTimeout);
    else this.end(call, (_context, _request, reply) => reply.error(error));
    return true;
  }

  /** Lets all deadlines pass that are not later than now. */
  timeOut(nowUs: number): void {
    for (let call = this.deadlines.first; call !== null; call = this.deadlines.first) {
      if (call.deadlineUs > nowUs) return;
      this.end(call, call.onTimeout ?? call.retry);
    }
  }

  disconnected(session: Session): void {
    const call = this.calls.get(session);
    if (call === undefined) return;
    this.parts.keyspace.arena.memory.drop(session.blockedSize);
    this.forget(call);
    call.onGone();
  }

  /** The running command waits, for the first time or once more. */
  private block(session: Session, retry: Handler): BlockedCall {
    const isAgain = this.running !== null && this.running.session === session;
    const call = isAgain ? (this.running as BlockedCall) : new BlockedCall(session, retry);
    call.retry = retry;
    this.calls.set(session, call);
    session.isBlocked = true;
    return call;
  }

  private end(call: BlockedCall, last: Handler): void {
    call.retry = last;
    this.prepareAnswer(call);
  }

  /** The next turn of a call answers: it waits for nothing any more. */
  private prepareAnswer(call: BlockedCall): void {
    this.deadlines.remove(call);
    this.keys.forget(call);
    call.isEnding = true;
    this.endingCount++;
    this.makeReady(call);
  }

  /** Whoever still waits stands at the end of the queue then. */
  private serveQueue(queue: KeyQueue): void {
    for (let left = queue.count; left > 0 && queue.first !== null; left--) {
      if (!queue.hearsOfLoss && !this.keys.isThere(queue)) return;
      const call = this.calls.get(queue.first.session);
      if (call === undefined) throw new Error('who waits for a key is not blocked');
      this.serve(call);
    }
  }

  /** Runs a call within the turn of another session. */
  private serve(call: BlockedCall): void {
    const { session } = call;
    const { pushes } = this.parts;
    pushes.deliverTo(session);
    if (this.calls.get(session) !== call) return;
    if (this.postpones(call)) return;
    this.keys.forget(call);
    const outer = pushes.running;
    pushes.running = session;
    const said = this.runAgain(call);
    pushes.running = outer;
    if (session.isBlocked) return;
    call.said = said;
    this.prepareAnswer(call);
  }

  private makeReady(call: BlockedCall): void {
    if (call.isReady) return;
    call.isReady = true;
    this.ready.push(call);
    this.plan();
  }

  private plan(): void {
    if (this.isPlanned) return;
    this.isPlanned = true;
    this.parts.clock.schedule(0, this.giveTurnsPlanned);
  }

  private giveTurns(): void {
    const { clock } = this.parts;
    const endUs = clock.monotonicUs() + TURNS_US;
    while (this.readyAt < this.ready.length) {
      const call = this.ready[this.readyAt++];
      if (this.readyAt === this.ready.length) {
        this.ready = [];
        this.readyAt = 0;
      }
      call.isReady = false;
      if (this.calls.get(call.session) === call) this.goOn(call);
      // Whoever gives way once more has had all the time that there is.
      if (call.isReady || clock.monotonicUs() > endUs) break;
    }
    if (this.ready.length > 0) this.plan();
  }

  /** A turn of a call. */
  private goOn(call: BlockedCall): void {
    const { session, request } = call;
    const { turn, pushes, clock } = this.parts;
    if (call.said !== null) {
      session.lastInteractionUs = clock.elapsedUs();
      this.forget(call);
      session.output.answer(call.said);
      return;
    }
    if (request === null) throw new Error('a call that was not kept goes on');
    if (this.postpones(call)) return;
    pushes.deliverTo(session);
    if (!this.calls.has(session)) return;
    turn.begin(session);
    this.keys.forget(call);
    const said = this.runAgain(call);
    if (this.keys.hasReady) this.serveKeys();
    turn.end(session, request.buffer, request.buffer.length);
    if (session.isBlocked) {
      for (const piece of said) session.output.push(piece);
      this.checkSize(call);
    } else {
      this.forget(call);
      session.output.answer(said);
    }
  }

  /** Does it wait for the end of a pause? */
  private postpones(call: BlockedCall): boolean {
    const isPaused = this.parts.keyspace.keepsExpired;
    if (!isPaused || call.isEnding || ((call.command?.needs ?? 0) & NEEDS_NO_WRITE_PAUSE) === 0) {
      return false;
    }
    this.keys.forget(call);
    this.postponed.add(call);
    return true;
  }

  /** Runs what a call has in place of its handler. Returns all that was said. */
  private runAgain(call: BlockedCall): Uint8Array[] {
    const { session, command, request } = call;
    const { pushes, context } = this.parts;
    const { reply } = this;
    if (command === null || request === null) throw new Error('a call that was not kept goes on');
    reply.resp3 = session.speaksResp3;
    this.running = call;
    session.isBlocked = false;
    const refusal = call.isEnding ? '' : refusalNow(context.server, session, command);
    if (refusal !== '') {
      call.onGone();
      call.retry = (_context, _request, refused) => refused.error(refusal);
    }
    callAgain(context, session, command, request, reply, call.retry);
    this.running = null;
    if (call.isKeptBack) reply.clear();
    if (pushes.ownCount !== 0) pushes.writeOwn(reply);
    return piecesOf(reply);
  }

  /** What it has found so far is output that waits. */
  private checkSize({ session, foundSize }: BlockedCall): void {
    const { live, clock } = this.parts;
    const limit = live.outputLimits[session.outputClass];
    const size = session.output.pendingSize + foundSize;
    if (!limit.isSet || !isOverOutputLimit(limit, session, size, clock)) return;
    closeOverLimit(this.parts, session);
  }

  private forget(call: BlockedCall): void {
    const { session } = call;
    this.deadlines.remove(call);
    this.keys.forget(call);
    this.postponed.delete(call);
    this.calls.delete(session);
    if (call.isEnding) this.endingCount--;
    session.isBlocked = false;
    session.blockedSize = 0;
  }
}

/** All that was said, for keeps; the writer is empty then. */
function piecesOf(reply: Reply): Uint8Array[] {
  const pieces = reply.parts;
  if (reply.size > 0) pieces.push(reply.buffer.slice(0, reply.size));
  reply.clear();
  return pieces;
}
