// The largest value of the last seconds: what INFO says of the buffers that clients needed lately.
// One slot per second of the monotonic clock; a slot is emptied when its second comes round again.

/** Redis's number of slots. */
const SECONDS_KEPT = 8;

export class RecentPeak {
  private readonly peaks = new Float64Array(SECONDS_KEPT);
  private second = 0;

  /** Notes a value that was seen now. */
  add(value: number, nowUs: number): void {
    this.forgetOld(nowUs);
    const slot = this.second % SECONDS_KEPT;
    if (value > this.peaks[slot]) this.peaks[slot] = value;
  }

  /** The largest value of the last eight seconds, the running one included; 0 without any. */
  max(nowUs: number): number {
    this.forgetOld(nowUs);
    return this.peaks.reduce((largest, peak) => Math.max(largest, peak), 0);
  }

  private forgetOld(nowUs: number): void {
    const second = Math.floor(nowUs / 1e6);
    if (second - this.second >= SECONDS_KEPT) this.peaks.fill(0);
    else for (let at = this.second + 1; at <= second; at++) this.peaks[at % SECONDS_KEPT] = 0;
    this.second = second;
  }
}
