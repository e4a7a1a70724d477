// The clock of a server under test. Its time is this process's: what `Date` and `setTimeout` are at
// the moment, so that timers which tests replace by their own move it, too; until it is frozen.
// Then time stands still, and goes on as it is told.
//
// The monotonic clock and schedule() are real whatever happens: work takes its time.
//
// Invariants: elapsed time never goes back. When a timer fires, its delay has elapsed, whoever
// fired it: where nothing else tells that time has passed, that does.
import type { Clock, Timer } from '../engine/ports.ts';
import { SystemClock, TIMER_MS_MAX } from './clock.ts';
import { notSoon, soon } from './soon.ts';

// What tests have not replaced yet.
const realNowMs = Date.now;
const { setTimeout: realSetTimeout, clearTimeout: realClearTimeout } = globalThis;
const { setInterval: realSetInterval, clearInterval: realClearInterval } = globalThis;
const monotonicMs = performance.now.bind(performance);

/** A call that waits for time to elapse. */
interface Waiting {
  readonly dueUs: number;
  readonly callback: () => void;
  /** Takes the runtime's timer back, while there is one. */
  disarm: () => void;
}

export class MovableClock implements Clock {
  readonly isMoved = true;
  readonly monotonic = { now: monotonicMs };
  /** How many calls were made at once, and how many are about to be. */
  callsCount = 0;
  pendingCount = 0;
  /** Which follows whatever Date stands there. */
  private readonly process = new SystemClock(() => Date.now());
  private isHeld = false;
  /** What has elapsed, when that was looked at, and what the wall clock is ahead while held. */
  private us = monotonicMs() * 1000;
  private seenMs = Date.now();
  private seenUs = this.us;
  private aheadUs = 0;
  /** The oldest first. */
  private readonly waiting = new Set<Waiting>();

  get isFrozen(): boolean {
    return this.isHeld;
  }

  nowMs(): number {
    return this.isHeld ? Math.floor((this.us + this.aheadUs) / 1000) : Date.now();
  }

  nowUs(): number {
    return this.isHeld ? Math.floor(this.us + this.aheadUs) : this.process.nowUs();
  }

  monotonicUs(): number {
    return monotonicMs() * 1000;
  }

  elapsedUs(): number {
    if (this.isHeld) return this.us;
    const ms = Date.now();
    const us = monotonicMs() * 1000;
    // Somebody else's Date says what has passed; it may be set back, too.
    if (Date.now === realNowMs) this.us += us - this.seenUs;
    else this.us += Math.max(0, ms - this.seenMs) * 1000;
    this.seenMs = ms;
    this.seenUs = us;
    return this.us;
  }

  schedule(delayMs: number, callback: () => void): Timer {
    if (delayMs <= 0) return this.callAtOnce(callback);
    // Nothing that is paced by work waits for longer.
    const timer = realSetTimeout(callback, Math.min(delayMs, TIMER_MS_MAX));
    timer.unref();
    return { cancel: () => realClearTimeout(timer) };
  }

  scheduleElapsed(delayMs: number, callback: () => void): Timer {
    if (delayMs <= 0) return this.callAtOnce(callback);
    const dueUs = this.elapsedUs() + delayMs * 1000;
    const waiting = { dueUs, callback, disarm: () => {} };
    this.waiting.add(waiting);
    this.arm(waiting);
    return {
      cancel: () => {
        waiting.disarm();
        this.waiting.delete(waiting);
      },
    };
  }

  /** Calls back every so many ms that really pass, until it is cancelled. */
  repeat(ms: number, callback: () => void): Timer {
    const interval = realSetInterval(callback, ms);
    interval.unref();
    return { cancel: () => realClearInterval(interval) };
  }

  /** Time stands still, at that moment of the wall clock, or at this one. */
  freeze(atMs = this.nowMs()): void {
    this.us = Math.ceil(this.elapsedUs());
    this.aheadUs = atMs * 1000 - this.us;
    this.isHeld = true;
    for (const waiting of this.waiting) waiting.disarm();
  }

  /** Time is this process's again: the wall clock may step back. */
  resume(): void {
    if (!this.isHeld) return;
    this.isHeld = false;
    this.seenMs = Date.now();
    this.seenUs = monotonicMs() * 1000;
    for (const waiting of this.waiting) this.arm(waiting);
  }

  /**
   * Lets time go on to the earliest timer, and fires it; or to the end if that comes first. Did one
   * fire? For a frozen clock.
   */
  stepTo(endUs: number): boolean {
    let first: Waiting | null = null;
    for (const waiting of this.waiting) {
      if (first === null || waiting.dueUs < first.dueUs) first = waiting;
    }
    const isDue = first !== null && first.dueUs <= endUs;
    this.us = Math.max(this.us, isDue && first !== null ? first.dueUs : endUs);
    if (isDue && first !== null) this.fire(first);
    return isDue;
  }

  /** A frozen clock leaps. */
  leap(ms: number): void {
    this.us += ms * 1000;
  }

  /** Fires what is due by now, the earliest first, each once. */
  fireDue(): void {
    const nowUs = this.elapsedUs();
    const due = [...this.waiting].filter(({ dueUs }) => dueUs <= nowUs);
    for (const waiting of due.sort((a, b) => a.dueUs - b.dueUs)) {
      if (this.waiting.has(waiting)) this.fire(waiting);
    }
  }

  /** At once means after the input that is there already, as for every server. */
  private callAtOnce(callback: () => void): Timer {
    let isPending = true;
    this.pendingCount++;
    const immediate = soon(() => {
      isPending = false;
      this.pendingCount--;
      this.callsCount++;
      callback();
    });
    return {
      cancel: () => {
        if (isPending) this.pendingCount--;
        isPending = false;
        notSoon(immediate);
      },
    };
  }

  /** Has the runtime, or whoever stands in for it, fire the timer. */
  private arm(waiting: Waiting): void {
    if (this.isHeld) return;
    // Who has set a timer takes it back, whoever stands in by then.
    const { setTimeout: set, clearTimeout: clear } = globalThis;
    const nowUs = this.elapsedUs();
    const leftMs = Math.min(TIMER_MS_MAX, Math.max(1, Math.ceil((waiting.dueUs - nowUs) / 1000)));
    const timer: unknown = set(() => {
      const us = this.elapsedUs();
      this.us = Math.max(us, nowUs + leftMs * 1000);
      if (this.us >= waiting.dueUs) this.fire(waiting);
      else this.arm(waiting);
    }, leftMs);
    // In a test's browser a timer is a number.
    if (typeof timer === 'object') (timer as NodeJS.Timeout).unref();
    waiting.disarm = () => clear(timer as NodeJS.Timeout);
  }

  private fire(waiting: Waiting): void {
    waiting.disarm();
    this.waiting.delete(waiting);
    waiting.callback();
  }
}
