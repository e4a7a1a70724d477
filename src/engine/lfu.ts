// The LFU counter of a record: 16 bits of minutes of the last access, 8 bits of a logarithmic
// counter that grows with a probability and decays with time (Morris 1978; Redis's eviction
// document).
import type { LiveSettings } from './live-settings.ts';
import type { Random } from './ports.ts';

/** What a new key starts with, so that it is not the first to be evicted. */
const COUNTER_FIRST = 5;
export const COUNTER_MAX = 255;
const MINUTES_MASK = 0xffff;

export class LfuCounter {
  private readonly random: Random;
  private readonly live: LiveSettings;

  constructor(random: Random, live: LiveSettings) {
    this.random = random;
    this.live = live;
  }

  /** The access field of a key that is made at so many minutes of the access clock. */
  initial(minutes: number): number {
    return ((minutes & MINUTES_MASK) << 8) | COUNTER_FIRST;
  }

  /** The access field after one more access; `accessNow` is that of a key that is made now. */
  afterAccess(access: number, accessNow: number): number {
    let counter = this.decayed(access, accessNow);
    if (counter < COUNTER_MAX) {
      const base = Math.max(counter - COUNTER_FIRST, 0);
      const chance = 1 / (base * this.live.lfuLogFactor + 1);
      if (this.random.next() / 2 ** 32 < chance) counter++;
    }
    return (accessNow & ~COUNTER_MAX) | counter;
  }

  /** The counter as it is now, after the minutes without an access: OBJECT FREQ. */
  decayed(access: number, accessNow: number): number {
    const counter = access & COUNTER_MAX;
    if (this.live.lfuDecayMinutes === 0) return counter;
    const minutes = ((accessNow >>> 8) - (access >>> 8)) & MINUTES_MASK;
    return Math.max(0, counter - Math.floor(minutes / this.live.lfuDecayMinutes));
  }
}
