// How quick the disk syncs, and what `always` makes of it: a quick disk is waited for, a slow one
// is given time to serve more clients with one sync.
import { ZERO } from '../../domain/doubles.ts';
import type { Clock } from '../ports.ts';

/**
 * A disk that syncs more quickly is waited for; after a sync that was slow, not for a while. Else
 * it is worth while to wait for more to come: see gatherMs().
 */
const QUICK_SYNC_US = 1000;
const SLOW_SYNC_US = 5000;
const SLOW_DISK_US = 250_000;
/** How much the last sync says of what the next one will take. */
const SYNC_WEIGHT = 0.25;
/** A slow one that took longer than so many times the average counts as if it took that. */
const OUTLIER = 4;

export class SyncPace {
  private readonly clock: Clock;
  /** How long a sync takes, on average; the first one says that. */
  private syncUs = Number.POSITIVE_INFINITY;
  /** Until then syncs are not waited for: one was slow. */
  private quickAgainUs = ZERO;
  /** How many waited when the last round was over that a sync at once was put off for. */
  private joinedCount = 0;
  /** Until so many replies are held, or until then, the next sync of `always` waits. */
  private gatherCount = 0;
  private gatherEndUs = ZERO;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** To have another thread sync takes as long as such a disk. */
  get isDiskQuick(): boolean {
    return this.syncUs < QUICK_SYNC_US && this.clock.monotonicUs() >= this.quickAgainUs;
  }

  /**
   * Asked after a round of the loop: is a quick sync put off until the next one is over? As long as
   * rounds bring more who wait for it, `heldCount` in all, and no longer than it will take.
   */
  joins(heldCount: number, sinceUs: number): boolean {
    const isMore = heldCount > this.joinedCount;
    const isSoon = this.clock.monotonicUs() - sinceUs < this.syncUs;
    const joins = isMore && isSoon && this.isDiskQuick;
    this.joinedCount = joins ? heldCount : 0;
    return joins;
  }

  /** A sync took so long. */
  learn(syncUs: number): void {
    if (this.syncUs === Number.POSITIVE_INFINITY) this.syncUs = syncUs;
    else {
      const countedUs = Math.min(syncUs, Math.max(QUICK_SYNC_US, OUTLIER * this.syncUs));
      this.syncUs += (countedUs - this.syncUs) * SYNC_WEIGHT;
    }
    if (syncUs >= SLOW_SYNC_US) this.quickAgainUs = this.clock.monotonicUs() + SLOW_DISK_US;
  }

  /** A sync is over for which so many replies were held, which are released now. */
  released(heldCount: number): void {
    this.gatherCount = heldCount;
    this.gatherEndUs = this.clock.monotonicUs() + this.syncUs / 2;
  }

  /**
   * How long the next sync should wait, in ms; 0 and less: not at all. Who was answered when the
   * last one ended sends something soon, and should not have to wait for two.
   */
  gatherMs(heldCount: number): number {
    if (this.syncUs < QUICK_SYNC_US || heldCount >= this.gatherCount) return 0;
    return (this.gatherEndUs - this.clock.monotonicUs()) / 1000;
  }
}
