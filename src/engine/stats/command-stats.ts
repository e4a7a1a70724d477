// What INFO commandstats and latencystats say of one command.
import { ZERO } from '../../domain/doubles.ts';
import { LatencyHistogram } from './histogram.ts';
import { safeInfoName, twoDecimals } from './info-text.ts';

/** The counters of one command (or subcommand). */
export class CommandStatistics {
  calls = ZERO;
  /** Calls of the running turn that are not counted yet: see costs.ts. */
  pendingCalls = 0;
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
