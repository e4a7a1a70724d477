// Pushes: bytes for a session out of turn, which answer no request of its own: messages,
// invalidations, what MONITOR shows.
//
// A push is encoded once and shared by all who get it. For the session whose requests are running
// it stands behind the reply of the command that caused it. The others get all of theirs in one
// write when every connection that had something to say has had its turn, or, so that order is
// kept, before their own next turn: who waits longest first, for a millisecond, and the rest when
// others have had theirs. CLIENT REPLY does not keep pushes back.
//
// Where a reply means that data lasts a push does so, too: whoever gets it is held until all that
// was appended lasts, as those are who wrote. What comes for him meanwhile stays here.
//
// Invariants: a session whose `pushes` are not null is in `waiting`, or in `leaving` from `left`
// on, or is held; `own` are those of `running`, which are written into its reply before its next
// command runs.
import { ZERO } from '../domain/doubles.ts';
import type { OutputLimit } from './live-settings.ts';
import { closeOverLimit, type LimitKeeper } from './output-limit.ts';
import type { Clock } from './ports.ts';
import { PushSequence } from './push-sequence.ts';
import type { Reply } from './reply.ts';
import type { Session } from './session.ts';

/** How long others wait while pushes leave. */
const DELIVERY_US = 1000;
/** As many sessions are looked at together, so that the processor waits for their bytes once. */
const BATCH_SESSIONS = 16;
/** Less than this is compared with limits when it is delivered, no earlier. */
const UNCHECKED_SIZE = 64 * 1024;

/** Holds outputs until data lasts. */
export interface PushHolder {
  /** Holds that of a session, to which more is said now, if what was appended does not last yet. */
  holdPushed(session: Session): void;
}

/** What of the server is needed here. */
export interface PushesParts extends LimitKeeper {
  readonly clock: Clock;
  readonly live: { readonly outputLimits: readonly OutputLimit[] };
}

/** What putAside() has put aside. */
export interface OwnPushes {
  readonly running: Session | null;
  readonly own: Uint8Array[];
}

export class Pushes {
  /** The session whose requests are running, if any. */
  running: Session | null = null;
  /** Where pushes wait for data to last; null: they do not. */
  holder: PushHolder | null = null;
  /** How many pushes the running session has caused for itself. */
  ownCount = 0;
  private own: Uint8Array[] = [];
  /** How many sessions may have pushes that wait. */
  waitingCount = 0;
  /** Bytes that wait, counted for each session that gets them. */
  waitingSize = ZERO;
  private waiting: Session[] = [];
  /** Those whose turn it is; the first `left` of them have got theirs. */
  private leaving: Session[] = [];
  private left = 0;
  /** What outputs said when they were looked at: nobody asks. */
  private looked = 0;
  /** What begins with the push that was sent last to somebody for whom nothing waited. */
  private first: PushSequence | null = null;
  private readonly parts: PushesParts;

  private isPlanned = false;
  private readonly deliverPlanned = (): void => {
    this.isPlanned = false;
    this.deliver(this.parts.clock.monotonicUs() + DELIVERY_US);
    if (this.waitingCount > 0) this.deliverSoon();
  };

  constructor(parts: PushesParts) {
    this.parts = parts;
  }

  /** Sends bytes that must not change any more. Who lets too much wait is closed. */
  send(session: Session, bytes: Uint8Array): void {
    if (session.isClosing) return;
    if (session === this.running) {
      this.own.push(bytes);
      this.ownCount++;
      return;
    }
    const { pushes } = session;
    this.waitingSize += bytes.length;
    if (pushes !== null) {
      session.pushes = pushes.with(bytes);
      if (session.pushes.size > UNCHECKED_SIZE) this.checkSize(session, session.pushes.size);
      return;
    }
    this.waiting.push(session);
    this.waitingCount++;
    if (this.first === null || !this.first.isOnly(bytes)) {
      this.first = new PushSequence(null, bytes);
    }
    session.pushes = this.first;
  }

  /** One turn may push more than a client may let wait: EXEC, a script. */
  private checkSize(session: Session, size: number): void {
    const { hardSize } = this.parts.live.outputLimits[session.outputClass];
    if (hardSize > 0 && size >= hardSize) closeOverLimit(this.parts, session);
  }

  /** Writes what the running session has caused for itself into its reply. */
  writeOwn(reply: Reply): void {
    const { own } = this;
    this.own = [];
    this.ownCount = 0;
    for (const bytes of own) reply.raw(bytes);
  }

  /** The turn of the running session is interrupted: others have theirs until takeUp(). */
  putAside(): OwnPushes {
    const { running, own } = this;
    this.running = null;
    this.own = [];
    this.ownCount = 0;
    return { running, own };
  }

  takeUp({ running, own }: OwnPushes): void {
    this.running = running;
    this.own = own;
    this.ownCount = own.length;
  }

  /** At the end of a turn: sends everything once the turns of others are over, too. */
  deliverSoon(): void {
    if (this.isPlanned) return;
    this.isPlanned = true;
    this.parts.clock.schedule(0, this.deliverPlanned);
  }

  /** Sends a session what waits for it: before its own turn. */
  deliverTo(session: Session): void {
    const { pushes, output } = session;
    if (pushes === null) return;
    if (this.holder !== null) {
      // In the midst of a turn nobody knows yet whether it appends something.
      if (session.awaitedGroup !== 0 || this.running !== null) return;
      this.holder.holdPushed(session);
    }
    session.pushes = null;
    this.waitingSize -= pushes.size;
    const { pieces } = pushes;
    for (let i = 0; i < pieces.length; i++) output.push(pieces[i]);
  }

  /** A session is held no longer: it gets what came meanwhile. */
  released(session: Session): void {
    if (session.pushes === null) return;
    this.waiting.push(session);
    this.waitingCount++;
    this.deliverSoon();
  }

  /** Nobody knows whether what they tell of will last: whom they wait for is closed. */
  closeWaiting(): void {
    if (this.holder === null) return;
    for (const session of [...this.leaving.slice(this.left), ...this.waiting]) {
      if (session.pushes !== null) session.output.destroy();
    }
  }

  /** A session is gone: nothing waits for it any more. */
  forget(session: Session): void {
    this.waitingSize -= session.pushes?.size ?? 0;
    session.pushes = null;
  }

  /** Sends what waits, until that moment of the monotonic clock. */
  deliver(endUs = Number.POSITIVE_INFINITY): void {
    while (this.waitingCount > 0) {
      if (this.left === this.leaving.length) {
        this.leaving = this.waiting;
        this.left = 0;
        this.waiting = [];
        this.first = null;
      }
      this.deliverBatch(Math.min(this.left + BATCH_SESSIONS, this.leaving.length));
      if (this.parts.clock.monotonicUs() >= endUs) return;
    }
    this.leaving = [];
    this.left = 0;
  }

  private deliverBatch(end: number): void {
    const { leaving, left: start } = this;
    this.left = end;
    this.waitingCount -= end - start;
    for (let i = start; i < end; i++) this.looked |= leaving[i].output.lookAhead();
    for (let i = start; i < end; i++) this.deliverTo(leaving[i]);
  }
}
