// What INFO commandstats and latencystats say of one command: its counters, and a histogram of how
// long its calls took, in the buckets that Redis uses (an HDR histogram from 1 ns to 1 s with two
// significant digits, https://hdrhistogram.github.io).
//
// A duration is kept in whole nanoseconds. Buckets are as wide as a page of 128 of them says:
//
//   page   durations in ns          bucket width
//      0   0 to 127                 1
//      1   128 to 255               1
//      2   256 to 511               2
//      p   2^(p+6) to 2^(p+7) - 1   2^(p-1)
//     23   2^29 to 2^30 - 1         2^22
//
// so from page 1 on no bucket is wider than 1/128 of what it counts. `slots` says where a page's
// counts are in `counts`, and 0 that nothing fell into it yet. A command's durations fall into few
// pages, so most histograms hold a few KiB where all pages would be 24 KiB.
//
// Invariants:
// - counts.length is 128 * slotCount; the nonzero slots are 1 to slotCount in order of arrival.
// - `count` is the sum of `counts`.
import { ZERO } from '../../domain/doubles.ts';
import { safeInfoName, twoDecimals } from './info-text.ts';

/** What LATENCY HISTOGRAM says of a bucket: calls that took at most so many microseconds. */
export type CumulativeCount = [microseconds: number, count: number];

const PAGES_MAX = 24;
const PAGE_SHIFT = 7;
const PAGE_BUCKETS = 1 << PAGE_SHIFT;
const NANOSECONDS_MIN = 1;
const NANOSECONDS_MAX = 1_000_000_000;
const MICROSECONDS_MAX = NANOSECONDS_MAX / 1000;
/**
 * The first bound of LATENCY HISTOGRAM is 1024 ns, where this page begins; each page doubles it.
 */
const FIRST_BOUND_PAGE = 4;

// What every histogram shares before its first record.
const NO_SLOTS = new Uint8Array(PAGES_MAX);
const NO_COUNTS = new Float64Array(0);

/** The counters of one command (or subcommand). */
export class CommandStatistics {
  calls = ZERO;
  /** How long the last call took that was timed by itself; at first, as if it were long. */
  lastUs = Number.POSITIVE_INFINITY;
  /** Calls since then that were taken to be like it. */
  untimedCalls = 0;
  /** Time spent in all calls; may have a fraction, which INFO does not show. */
  microseconds = ZERO;
  /** Calls that were answered with an error before they ran. */
  rejectedCalls = 0;
  /** Calls that ran and answered with an error. */
  failedCalls = 0;
  /** Null until a duration is recorded: INFO latencystats lists the command from then on. */
  histogram: LatencyHistogram | null = null;

  /**
   * Counts `calls` (1 or more) that took `microseconds` together. The histogram takes each of them
   * as long as their mean; it stays as it is when `isLatencyTracked` (the directive
   * latency-tracking) is false.
   */
  record(calls: number, microseconds: number, isLatencyTracked = true): void {
    this.calls += calls;
    this.microseconds += microseconds;
    if (!isLatencyTracked) return;
    if (this.histogram === null) this.histogram = new LatencyHistogram();
    this.histogram.record(calls === 1 ? microseconds : microseconds / calls, calls);
  }

  /** Does INFO commandstats list the command? */
  isListed(): boolean {
    return this.calls !== 0 || this.rejectedCalls !== 0 || this.failedCalls !== 0;
  }

  /** Back to zero, as CONFIG RESETSTAT wants it. */
  reset(): void {
    this.calls = 0;
    this.microseconds = 0;
    this.rejectedCalls = 0;
    this.failedCalls = 0;
    this.histogram = null;
  }
}

/** What one server counts of all commands, which themselves are those of others, too. */
export class StatisticsByCommand {
  /** By the index of the command. Most servers see few commands: no others are made. */
  private readonly made: (CommandStatistics | null)[] = [];

  of(command: Indexed): CommandStatistics {
    return this.find(command) ?? this.make(command.index);
  }

  /** Null of a command that was never called. */
  find({ index }: Indexed): CommandStatistics | null {
    return index < this.made.length ? this.made[index] : null;
  }

  /** CONFIG RESETSTAT. */
  reset(): void {
    for (const statistics of this.made) statistics?.reset();
  }

  private make(index: number): CommandStatistics {
    while (this.made.length <= index) this.made.push(null);
    const statistics = new CommandStatistics();
    this.made[index] = statistics;
    return statistics;
  }
}

interface Indexed {
  readonly index: number;
}

/** Durations of one command, as INFO latencystats and LATENCY HISTOGRAM report them. */
export class LatencyHistogram {
  /** How many durations were recorded. */
  count = ZERO;

  private slots = NO_SLOTS;
  private counts = NO_COUNTS;
  private slotCount = 0;

  /**
   * Counts a duration `count` times. Below 1 ns it is taken as 1 ns, above 1 s as 1 s, as Redis
   * does; a fraction of a nanosecond is rounded.
   */
  record(microseconds: number, count: number): void {
    let nanoseconds = NANOSECONDS_MIN;
    // Neither holds for NaN or a negative duration (a clock set back).
    if (microseconds >= MICROSECONDS_MAX) nanoseconds = NANOSECONDS_MAX;
    else if (microseconds * 1000 >= NANOSECONDS_MIN) nanoseconds = (microseconds * 1000 + 0.5) | 0;
    // The widths double from page to page; below 256 ns they are 1, hence the OR.
    const widthShift = 24 - Math.clz32(nanoseconds | 0xff);
    const index = (widthShift << PAGE_SHIFT) + (nanoseconds >> widthShift);
    const page = index >> PAGE_SHIFT;
    let slot = this.slots[page];
    if (slot === 0) slot = this.addPage(page);
    this.counts[((slot - 1) << PAGE_SHIFT) + (index & (PAGE_BUCKETS - 1))] += count;
    this.count += count;
  }

  /**
   * The duration in microseconds that `percent` (0 to 100) of all recorded ones do not exceed: the
   * upper end of its bucket, or for 0 the lower end of the first one in use. 0 if nothing is
   * recorded.
   */
  percentile(percent: number): number {
    const wanted = Math.max(1, Math.trunc((Math.min(percent, 100) / 100) * this.count + 0.5));
    let seen = 0;
    for (let page = 0; page < PAGES_MAX; page++) {
      const slot = this.slots[page];
      if (slot === 0) continue;
      const base = (slot - 1) << PAGE_SHIFT;
      for (let bucket = 0; bucket < PAGE_BUCKETS; bucket++) {
        seen += this.counts[base + bucket];
        if (seen < wanted) continue;
        const low = lowestOf(page, bucket);
        return (percent === 0 ? low : low + widthOf(page) - 1) / 1000;
      }
    }
    return 0;
  }

  /**
   * The pairs of LATENCY HISTOGRAM: upper bounds that double from 1 microsecond on and how many
   * durations lie below each, without the bounds below which nothing new lies. Redis's bound is the
   * end of the bucket that begins at 1024 * 2^n ns, so 33 follows 16, and whatever does not lie
   * below the last bound of about half a second is counted under 1073741.
   */
  cumulative(): CumulativeCount[] {
    const result: CumulativeCount[] = [];
    let seen = 0;
    let reported = 0;
    for (let page = 0; page < PAGES_MAX; page++) {
      const slot = this.slots[page];
      const base = (slot - 1) << PAGE_SHIFT;
      // A page's first bucket still belongs to the bound before it.
      if (slot !== 0) seen += this.counts[base];
      if (page >= FIRST_BOUND_PAGE && seen > reported) {
        result.push([boundOf(page), seen]);
        reported = seen;
      }
      if (slot === 0) continue;
      for (let bucket = 1; bucket < PAGE_BUCKETS; bucket++) seen += this.counts[base + bucket];
    }
    if (seen > reported) result.push([boundOf(PAGES_MAX), seen]);
    return result;
  }

  /** The buckets in use, each with the longest duration that falls into it, the shortest first. */
  buckets(): [longestUs: number, count: number][] {
    const found: [number, number][] = [];
    for (let page = 0; page < PAGES_MAX; page++) {
      const slot = this.slots[page];
      if (slot === 0) continue;
      for (let bucket = 0; bucket < PAGE_BUCKETS; bucket++) {
        const count = this.counts[((slot - 1) << PAGE_SHIFT) + bucket];
        if (count > 0) found.push([(lowestOf(page, bucket) + widthOf(page) - 1) / 1000, count]);
      }
    }
    return found;
  }

  /** Forgets all durations and gives the memory back. */
  reset(): void {
    this.count = 0;
    this.slots = NO_SLOTS;
    this.counts = NO_COUNTS;
    this.slotCount = 0;
  }

  private addPage(page: number): number {
    if (this.slotCount === 0) this.slots = new Uint8Array(PAGES_MAX);
    const counts = new Float64Array((this.slotCount + 1) * PAGE_BUCKETS);
    counts.set(this.counts);
    this.counts = counts;
    this.slotCount++;
    this.slots[page] = this.slotCount;
    return this.slotCount;
  }
}

/** The line of INFO commandstats, without its end. `name` is the full one: `get`, `config|set`. */
export function commandStatisticsLine(name: string, statistics: CommandStatistics): string {
  const { calls, rejectedCalls, failedCalls } = statistics;
  const microseconds = Math.trunc(statistics.microseconds);
  return (
    `cmdstat_${safeInfoName(name)}:calls=${calls},usec=${microseconds}` +
    `,usec_per_call=${twoDecimals(meanOf(microseconds, calls))}` +
    `,rejected_calls=${rejectedCalls},failed_calls=${failedCalls}`
  );
}

/**
 * The line of INFO latencystats, without its end. `percentiles` is the directive
 * latency-tracking-info-percentiles, numbers from 0 to 100.
 */
export function latencyPercentilesLine(
  name: string,
  histogram: LatencyHistogram,
  percentiles: readonly number[],
): string {
  const values = percentiles.map(
    (percent) => `p${percentileText(percent)}=${histogram.percentile(percent).toFixed(3)}`,
  );
  return `latency_percentiles_usec_${safeInfoName(name)}:${values.join(',')}`;
}

/** A percentile as INFO and CONFIG GET write it: six decimals at most, no trailing zeros. */
export function percentileText(percent: number): string {
  return percent.toFixed(6).replace(/\.?0+$/, '');
}

/** Redis divides in single precision, which shows from some 16 million microseconds on. */
function meanOf(microseconds: number, calls: number): number {
  if (calls === 0) return 0;
  return Math.fround(Math.fround(microseconds) / Math.fround(calls));
}

function widthOf(page: number): number {
  return page === 0 ? 1 : 2 ** (page - 1);
}

function lowestOf(page: number, bucket: number): number {
  return page === 0 ? bucket : (PAGE_BUCKETS + bucket) * widthOf(page);
}

/** The bound, in whole microseconds, that takes in all pages before `page` and its first bucket. */
function boundOf(page: number): number {
  const highest = page === PAGES_MAX ? 2 ** 30 - 1 : lowestOf(page, 0) + widthOf(page) - 1;
  return Math.trunc(highest / 1000);
}
