// One line on standard error that says how far something is, on terminals only. It is gone when
// something else is printed.
import { SystemClock } from '../infrastructure/clock.ts';

const SHOW_MS = 100;
const CLEAR_LINE = '\r\x1b[K';

export class Progress {
  private readonly isShown = process.stderr.isTTY === true;
  private readonly clock = new SystemClock();
  private nextMs = 0;
  private isThere = false;

  /** Shows the text that `make` gives, but not more often than somebody can read. */
  show(make: () => string): void {
    if (!this.isShown) return;
    const nowMs = this.clock.nowMs();
    if (nowMs < this.nextMs) return;
    this.nextMs = nowMs + SHOW_MS;
    this.isThere = true;
    process.stderr.write(CLEAR_LINE + make(), 'latin1');
  }

  clear(): void {
    if (this.isThere) process.stderr.write(CLEAR_LINE);
    this.isThere = false;
  }
}
