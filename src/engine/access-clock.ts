// The clock that tells how long keys are idle. It began with the wall clock and goes on with the
// monotonic one: a step of the wall clock neither makes all keys look idle nor wears their counters
// off.
import type { Clock } from './ports.ts';

/** Redis's LRU clock: seconds, 24 bits. It begins again after 194 days. */
export const ACCESS_SECONDS_MASK = 0xffffff;
/** Of the minutes that stand beside a LFU counter. */
const ACCESS_MINUTES_MASK = 0xffff;
const US_PER_SECOND = 1e6;
const US_PER_MINUTE = 60e6;

export class AccessClock {
  private readonly aheadUs: number;

  constructor(clock: Clock) {
    this.aheadUs = clock.nowMs() * 1000 - clock.monotonicUs();
  }

  /** `nowUs` is of the monotonic clock, here and below. */
  seconds(nowUs: number): number {
    return Math.floor((nowUs + this.aheadUs) / US_PER_SECOND) & ACCESS_SECONDS_MASK;
  }

  minutes(nowUs: number): number {
    return Math.floor((nowUs + this.aheadUs) / US_PER_MINUTE) & ACCESS_MINUTES_MASK;
  }
}
