// How long requests took: the engine's histogram, in units of 64 ns in place of its nanoseconds, so
// that it reaches to 64 s, within a hundredth of each latency; what is longer counts as 64 s.
import { LatencyHistogram } from '../engine/stats/command-stats.ts';

const UNIT = 64;

/** What one thread found, as it is sent to another. */
export interface LatencyCounts {
  /** Latencies up to so many microseconds that lie in one bucket, and how many. */
  readonly buckets: readonly (readonly [us: number, count: number])[];
  readonly sumUs: number;
  readonly minUs: number;
  readonly maxUs: number;
}

export class Latencies {
  private readonly histogram = new LatencyHistogram();
  private sumUs = 0;
  private minUs = Number.POSITIVE_INFINITY;
  private maxUs = 0;

  /** `count` requests took so long each. */
  record(us: number, count: number): void {
    this.histogram.record(us / UNIT, count);
    this.sumUs += us * count;
    if (us < this.minUs) this.minUs = us;
    if (us > this.maxUs) this.maxUs = us;
  }

  add(counts: LatencyCounts): void {
    for (const [us, count] of counts.buckets) this.histogram.record(us / UNIT, count);
    this.sumUs += counts.sumUs;
    this.minUs = Math.min(this.minUs, counts.minUs);
    this.maxUs = Math.max(this.maxUs, counts.maxUs);
  }

  counts(): LatencyCounts {
    const buckets = this.histogram
      .buckets()
      .map(([us, count]) => [us * UNIT, count] as [number, number]);
    return { buckets, sumUs: this.sumUs, minUs: this.minUs, maxUs: this.maxUs };
  }

  get count(): number {
    return this.histogram.count;
  }

  /** In milliseconds, as all below; 0 where nothing is counted. */
  get average(): number {
    return this.count === 0 ? 0 : this.sumUs / this.count / 1000;
  }

  get min(): number {
    return this.count === 0 ? 0 : this.minUs / 1000;
  }

  get max(): number {
    return this.maxUs / 1000;
  }

  /** How many took at most so long, for each time at which there are more; the shortest first. */
  distribution(): { readonly ms: number; readonly count: number }[] {
    let count = 0;
    return this.histogram.buckets().map(([us, more]) => {
      count += more;
      return { ms: this.bounded(us * UNIT) / 1000, count };
    });
  }

  /** What `percent` of the latencies do not exceed. */
  percentile(percent: number): number {
    return this.count === 0 ? 0 : this.bounded(this.histogram.percentile(percent) * UNIT) / 1000;
  }

  /** A bucket's end may lie beyond what was measured. */
  private bounded(us: number): number {
    return Math.min(Math.max(us, this.minUs), this.maxUs);
  }
}
