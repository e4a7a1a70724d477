// The alarm: the one timer that wakes the server up by itself. Whoever has something to do later
// says when; the cron does it.
import type { Clock, Timer } from './ports.ts';

export class Alarm {
  /** When it rings next, in ms; never while nobody has said anything. */
  dueMs = Number.POSITIVE_INFINITY;
  private readonly clock: Clock;
  private readonly work: () => void;
  private timer: Timer | null = null;
  private isStopped = false;

  /** `work` is called each time that it rings. */
  constructor(clock: Clock, work: () => void) {
    this.clock = clock;
    this.work = work;
  }

  start(): void {
    this.isStopped = false;
  }

  stop(): void {
    this.isStopped = true;
    this.timer?.cancel();
    this.timer = null;
    this.dueMs = Number.POSITIVE_INFINITY;
  }

  /** Something is due at `ms`: be awake then. */
  wakeAt(ms: number): void {
    if (this.isStopped || ms >= this.dueMs) return;
    this.timer?.cancel();
    this.dueMs = ms;
    const delayMs = Math.max(0, ms - this.clock.nowMs());
    this.timer = this.clock.schedule(delayMs, () => this.ring());
  }

  private ring(): void {
    this.timer = null;
    this.dueMs = Number.POSITIVE_INFINITY;
    this.work();
  }
}
