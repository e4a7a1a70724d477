// The alarm: the one timer that wakes the server up by itself. Whoever has something to do later
// says when; the cron does it.
//
// It is set by the time that elapses, for deadlines too: after a step of the wall clock it rings
// when it would have, and the cron sees what is due by then. That is a tick later at most.
import type { Clock, Timer } from './ports.ts';

export class Alarm {
  /** The earliest deadline that it is set for, in ms of the wall clock. */
  deadlineMs = Number.POSITIVE_INFINITY;
  private readonly clock: Clock;
  private readonly work: () => void;
  private timer: Timer | null = null;
  /** When it rings next, in us of the time that elapses; never while nobody has said anything. */
  private dueUs = Number.POSITIVE_INFINITY;
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
    this.forget();
  }

  /** Be awake in so many ms. */
  wakeIn(delayMs: number): void {
    const dueUs = this.clock.elapsedUs() + Math.max(0, delayMs) * 1000;
    if (this.isStopped || dueUs >= this.dueUs) return;
    this.timer?.cancel();
    this.dueUs = dueUs;
    // The runtime cuts fractions off.
    this.timer = this.clock.scheduleElapsed(Math.ceil(delayMs), () => this.ring());
  }

  /** Something is due at a moment of the wall clock: be awake then, or in `delayMs` if sooner. */
  wakeAtDeadline(deadlineMs: number, delayMs = Number.POSITIVE_INFINITY): void {
    this.deadlineMs = deadlineMs;
    this.wakeIn(Math.min(deadlineMs - this.clock.nowMs(), delayMs));
  }

  private ring(): void {
    this.forget();
    this.work();
  }

  private forget(): void {
    this.timer = null;
    this.dueUs = Number.POSITIVE_INFINITY;
    this.deadlineMs = Number.POSITIVE_INFINITY;
  }
}
