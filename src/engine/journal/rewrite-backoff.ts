// Automatic rewrites that fail again and again come later and later, as in Redis: after the third
// failure in a row the next one waits a minute, and then twice as long each time.
import { ZERO } from '../../domain/doubles.ts';
import type { Clock, Log } from '../ports.ts';

const FAILURES_MAX = 3;
const DELAY_MINUTES_MAX = 60;
const US_PER_MINUTE = 60e6;

export class RewriteBackoff {
  failuresInRow = 0;
  private readonly clock: Clock;
  private readonly log: Log;
  private delayMinutes = 0;
  /** When the next one may begin; 0 while that is not set. */
  private nextUs = ZERO;

  constructor(clock: Clock, log: Log) {
    this.clock = clock;
    this.log = log;
  }

  failed(): void {
    this.failuresInRow++;
  }

  succeeded(): void {
    this.failuresInRow = 0;
    this.delayMinutes = 0;
    this.nextUs = 0;
  }

  /** One is wanted. Must it wait? */
  mustWait(): boolean {
    if (this.failuresInRow < FAILURES_MAX) return false;
    const nowUs = this.clock.elapsedUs();
    if (this.nextUs !== 0) {
      if (nowUs < this.nextUs) return true;
      this.nextUs = 0;
      return false;
    }
    this.delayMinutes = Math.min(DELAY_MINUTES_MAX, Math.max(1, this.delayMinutes * 2));
    this.nextUs = nowUs + this.delayMinutes * US_PER_MINUTE;
    this.log.write(
      'warning',
      'Background AOF rewrite has repeatedly failed and triggered the limit, will retry in ' +
        `${this.delayMinutes} minutes`,
    );
    return true;
  }
}
