// What clients take: a running sum, to which whoever changes the size of what a client has adds the
// difference, so that nobody ever asks all clients.
//
// Invariant: `size` is the sum, over all sessions, of the buffers as they were counted last, of the
// queue between MULTI and EXEC, of what is watched, and of names. The buffers of the session whose
// requests are running are counted when they have run; pushes that wait are counted in pushes.ts.
// Whoever is told that `limit` is passed may be in the midst of anything: it acts later.
import { ZERO } from '../domain/doubles.ts';

export class ClientMemory {
  size = ZERO;
  private limit = Number.POSITIVE_INFINITY;
  private readonly onPassed: () => void;

  constructor(onPassed: () => void) {
    this.onPassed = onPassed;
  }

  get isOverLimit(): boolean {
    return this.size > this.limit;
  }

  /** When there is more than `limit`, onPassed() is called. */
  setLimit(limit: number): void {
    this.limit = limit;
    if (this.isOverLimit) this.onPassed();
  }

  /** The size of something that a client has changes by so many bytes. */
  add(change: number): void {
    this.size += change;
    if (change > 0 && this.isOverLimit) this.onPassed();
  }
}
