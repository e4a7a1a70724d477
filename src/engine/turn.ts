// A turn: what runs between the coming of a connection's bytes and the going of its replies. It
// begins with a look at the clock; its requests run, for a millisecond at most unless one takes
// longer; at its end the effects of what they did are handed on, and what was pushed to others is
// on its way.
//
// Invariants: turns do not nest, and the cron's work is not part of one; it hands on by itself. In
// an interlude the turns of others neither see another time nor hand on anything: interlude.ts.

import { ZERO } from '../domain/doubles.ts';
import type { Keyspace } from '../domain/keyspace/keyspace.ts';
import type { Alarm } from './alarm.ts';
import type { Effects } from './effects.ts';
import type { LfuCounter } from './lfu.ts';
import type { Clock } from './ports.ts';
import type { Pushes } from './pushes.ts';
import type { Session } from './session.ts';
import type { Costs } from './stats/costs.ts';

/**
 * How long one connection's requests run before others have their turn: a chunk of many requests,
 * or of slow ones, must not keep everybody waiting.
 */
export const TURN_US = 1000;
/** A turn that begins sooner than this after the last sample of the wall clock takes that one. */
const SAMPLE_TIME_US = 250;
/** How often isOver() is asked between two looks at the clock. */
const ASKED_MIN = 4;
const ASKED_MAX = 64;

/** Redis's LRU clock: seconds, 24 bits. It begins again after 194 days. */
export const ACCESS_MASK = 0xffffff;
const US_PER_SECOND = 1e6;
const US_PER_MINUTE = 60e6;

/** What sampleNow() needs of the server. */
export interface NowParts {
  readonly clock: Clock;
  /** What the access clock is ahead of the time that elapses. */
  readonly accessAheadUs: number;
  readonly keyspace: Keyspace;
  readonly lfu: LfuCounter;
  /** Then no key is due: what expired the journal says. */
  readonly isLoadingJournal: boolean;
}

/** What of the server is needed here. */
export interface TurnParts extends NowParts {
  readonly live: { maxmemory: number };
  readonly pushes: Pushes;
  readonly tracking: { endTurn(): boolean };
  readonly effects: Effects;
  readonly alarm: Alarm;
  readonly costs: Costs;
  /** Are keys deleted at their deadlines? */
  readonly expiresActively: boolean;
  checkMemory(): void;
}

export class Turn {
  private readonly parts: TurnParts;
  private nextSampleUs = ZERO;
  /** Is the time that elapses another one than the monotonic clock's? */
  private readonly isMoved: boolean;
  private readonly sampleTimeUs: number;
  /** The time that has elapsed, as it was sampled. */
  private elapsedUs = ZERO;
  private begunUs = ZERO;
  /** How often isOver() was asked since begin(), and when it looks at the clock again. */
  private asked = 0;
  private lookWhenAsked = 0;
  private isInterrupted = false;

  constructor(parts: TurnParts) {
    this.parts = parts;
    this.isMoved = parts.clock.isMoved;
    this.sampleTimeUs = this.isMoved ? 0 : SAMPLE_TIME_US;
  }

  /** The requests of a session begin to run. */
  begin(session: Session): void {
    const { parts } = this;
    const nowUs = parts.clock.monotonic.now() * 1000;
    if (this.isInterrupted) return this.beginWithin(session);
    this.begunUs = nowUs;
    if (nowUs >= this.nextSampleUs) this.sample(nowUs);
    parts.pushes.running = session;
    if (parts.live.maxmemory !== 0) parts.checkMemory();
    session.lastInteractionUs = this.elapsedUs;
    parts.costs.begin(nowUs);
    this.asked = 0;
    this.lookWhenAsked = ASKED_MIN;
  }

  /**
   * Has the turn taken its time? Asked after every few requests, it looks at the clock only now
   * and then, for each look costs time and 16 bytes of heap: again when requests like those before
   * will have used half of what is left.
   */
  isOver(): boolean {
    const asked = ++this.asked;
    if (asked < this.lookWhenAsked) return false;
    const elapsedUs = this.parts.clock.monotonic.now() * 1000 - this.begunUs;
    const left = (asked * (TURN_US - elapsedUs)) / Math.max(elapsedUs, 1);
    this.lookWhenAsked = asked + Math.min(ASKED_MAX, Math.max(ASKED_MIN, Math.floor(left / 2)));
    return elapsedUs > TURN_US;
  }

  /** Something took long that is no command's: who is to say how long it was looks at the clock. */
  lookSoon(): void {
    this.lookWhenAsked = 0;
    this.parts.costs.lookAnew();
  }

  /** The requests of the session, which stood in bytes [0, size) of `bytes`, have run. */
  end(session: Session, bytes: Uint8Array, size: number): void {
    const { clock, costs, pushes } = this.parts;
    if (this.isInterrupted) {
      pushes.running = null;
      return;
    }
    const endUs = clock.monotonic.now() * 1000;
    costs.countCycle(endUs - this.begunUs, costs.requests);
    pushes.running = null;
    this.deliver();
    costs.end(endUs, session, bytes, size);
  }

  /** Others have turns in the midst of this one, until goOn() is given what this returns. */
  interrupt(): number {
    const { begunUs } = this;
    // Others read into the same buffer.
    this.parts.effects.copyLater();
    // The turn of nobody is over: to wait would be to wait for the script.
    this.begunUs = Number.POSITIVE_INFINITY;
    this.isInterrupted = true;
    return begunUs;
  }

  goOn(begunUs: number): void {
    this.begunUs = begunUs;
    this.isInterrupted = false;
    this.lookSoon();
  }

  /** A unit is over, which may have taken long: others see the time that it is by now. */
  sampleAnew(): void {
    if (!this.isInterrupted) this.sample(this.parts.clock.monotonicUs());
  }

  private sample(nowUs: number): void {
    const { parts } = this;
    this.nextSampleUs = nowUs + this.sampleTimeUs;
    this.elapsedUs = this.isMoved ? parts.clock.elapsedUs() : nowUs;
    sampleNow(parts, this.elapsedUs);
  }

  /** The time of the requests is counted with the command in whose midst they run. */
  private beginWithin(session: Session): void {
    this.parts.pushes.running = session;
    session.lastInteractionUs = this.parts.clock.elapsedUs();
  }

  /** Hands on what has been caused since the last time: to other clients and to the journal. */
  deliver(): void {
    const { pushes, effects, tracking, keyspace, alarm } = this.parts;
    if (effects.isDue) effects.deliver();
    // Who tracks listens to the keyspace.
    if (keyspace.listener !== null && tracking.endTurn()) alarm.wakeIn(0);
    if (pushes.waitingCount !== 0) pushes.deliverSoon();
    // A new deadline may come before those that the alarm is set for.
    if (keyspace.earliestMs < alarm.deadlineMs && this.parts.expiresActively) {
      alarm.wakeAtDeadline(keyspace.earliestMs);
    }
  }
}

/**
 * Samples the time for all that happens until the next sample; `elapsedUs` is what has elapsed.
 *
 * What keys are stamped with that are used began with the wall clock and goes on with that time: a
 * step of the wall clock neither makes all keys look idle nor wears their counters off.
 */
export function sampleNow(parts: NowParts, elapsedUs: number): void {
  const { keyspace } = parts;
  const accessUs = elapsedUs + parts.accessAheadUs;
  keyspace.nowMs = parts.clock.nowMs();
  keyspace.dueMs = parts.isLoadingJournal ? 0 : keyspace.nowMs;
  keyspace.records.accessNow = keyspace.countsFrequency
    ? parts.lfu.initial(accessUs / US_PER_MINUTE)
    : (accessUs / US_PER_SECOND) & ACCESS_MASK;
}
