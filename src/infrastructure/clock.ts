// The real clocks and timers. The wall clock is the system's, which people and NTP set; the other
// one only goes on.
//
// The wall clock's microseconds are counted by the monotonic clock within the millisecond that the
// system says: they follow each step of it, and do not go back between two.
import type { Clock, Timer } from '../engine/ports.ts';
import { notSoon, soon } from './soon.ts';

/** What the runtime's timers can wait for: a longer time would be over at once. */
export const TIMER_MS_MAX = 2 ** 31 - 1;

export class SystemClock implements Clock {
  // The runtime's own, for turns. To find `performance` takes a third of a look: it is a getter's.
  readonly nowMs: () => number;
  readonly monotonic: { now(): number } = performance;
  /** What the wall clock is ahead of the monotonic one. */
  private aheadUs = 0;

  constructor(nowMs = Date.now) {
    this.nowMs = nowMs;
  }

  nowUs(): number {
    const firstUs = this.nowMs() * 1000;
    const elapsedUs = this.monotonicUs();
    const countedUs = Math.floor(elapsedUs + this.aheadUs);
    const us = Math.min(Math.max(countedUs, firstUs), firstUs + 999);
    if (us !== countedUs) this.aheadUs = us - elapsedUs;
    return us;
  }

  monotonicUs(): number {
    return this.monotonic.now() * 1000;
  }

  get isMoved(): boolean {
    return false;
  }

  elapsedUs(): number {
    return this.monotonic.now() * 1000;
  }

  scheduleElapsed(delayMs: number, callback: () => void): Timer {
    return this.schedule(delayMs, callback);
  }

  schedule(delayMs: number, callback: () => void): Timer {
    if (delayMs <= 0) {
      // At once means after the input that is there already, not a millisecond later. (The loop
      // would wait for input before an unref'd one; slices of work come to an end by themselves.)
      const immediate = soon(callback);
      return { cancel: () => notSoon(immediate) };
    }
    let timer: NodeJS.Timeout;
    const wait = (leftMs: number): void => {
      const isLong = leftMs > TIMER_MS_MAX;
      const wake = isLong ? () => wait(leftMs - TIMER_MS_MAX) : callback;
      timer = setTimeout(wake, isLong ? TIMER_MS_MAX : leftMs);
      timer.unref();
    };
    wait(delayMs);
    return { cancel: () => clearTimeout(timer) };
  }
}
