// How fast a total grows, as the instantaneous_* fields of INFO stats say it: the mean over the
// last sixteen samples, which the server's cron takes every 100 ms.
import { ZERO } from '../../domain/doubles.ts';
import { twoDecimals } from './info-text.ts';

/** Redis's number: with ten samples a second the mean looks back 1.6 seconds. */
const SAMPLES_MAX = 16;
const MILLISECONDS_PER_SECOND = 1000;

/** The growth of one total per unit of a base that grows too, by default per second of time. */
export class RateSampler {
  private readonly samples = new Float64Array(SAMPLES_MAX);
  private next = 0;
  private lastTotal = ZERO;
  /** 0 says that there is no earlier sample to compare with. */
  private lastBase = ZERO;
  private readonly unit: number;

  /**
   * `unit` is how much of the base a rate refers to: 1000 for milliseconds and rates per second; 1
   * for a mean, such as microseconds per cycle of the event loop with the number of cycles as base.
   */
  constructor(unit = MILLISECONDS_PER_SECOND) {
    this.unit = unit;
  }

  /** Takes the total as it is at `base` (milliseconds of a clock that never goes back). */
  sample(total: number, base: number): void {
    if (this.lastBase > 0) {
      const growth = base - this.lastBase;
      const change = total - this.lastTotal;
      this.samples[this.next] = growth > 0 ? Math.trunc((change * this.unit) / growth) : 0;
      this.next = (this.next + 1) % SAMPLES_MAX;
    }
    this.lastBase = base;
    this.lastTotal = total;
  }

  /** The mean of the last sixteen rates, as a whole number; rates not taken yet count as 0. */
  perSecond(): number {
    let sum = 0;
    for (const rate of this.samples) sum += rate;
    return Math.trunc(sum / SAMPLES_MAX);
  }

  /** Forgets all samples, as CONFIG RESETSTAT wants it. */
  reset(): void {
    this.samples.fill(0);
    this.next = 0;
    this.lastTotal = 0;
    this.lastBase = 0;
  }
}

/** A rate in bytes as the instantaneous_*_kbps fields of INFO write it: KiB, two decimals. */
export function kilobytesText(bytesPerSecond: number): string {
  return twoDecimals(Math.fround(bytesPerSecond) / 1024);
}
