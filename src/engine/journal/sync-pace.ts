// How quick the disk syncs, and what `always` makes of it: a quick disk is waited for, a slow one
// is given time to serve more clients with one sync.
import { ZERO } from '../../domain/doubles.ts';
import type { Clock } from '../ports.ts';

/**
 * A disk that syncs more quickly is waited for; after a sync that was slow, not for a second. Else
 * it is worth while to wait for more to come: see gatherMs().
 */
const QUICK_SYNC_US = 1000;
const SLOW_SYNC_US = 5000;
const SLOW_DISK_US = 1e6;
/** How much the last sync says of what the next one will take. */
const SYNC_WEIGHT = 0.25;

export class SyncPace {
  private readonly clock: Clock;
  /** How long a sync takes, on average; the first one says that. */
  private syncUs = Number.POSITIVE_INFINITY;
  /** Until then syncs are not waited for: one was slow. */
  private quickAgainUs = ZERO;
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

  /** A sync took so long. */
  learn(syncUs: number): void {
    if (this.syncUs === Number.POSITIVE_INFINITY) this.syncUs = syncUs;
    else this.syncUs += (syncUs - this.syncUs) * SYNC_WEIGHT;
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
