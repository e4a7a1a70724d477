// What is told of measurements: figures of one, and of two servers that had their turns, the median
// of the ratios of their pairs.
import type { Measurement } from './measure.ts';

/** What came of one test. */
export interface Outcome {
  readonly title: string;
  readonly first: readonly Measurement[];
  /** Of the other server, as many; none when there is no other. */
  readonly second: readonly Measurement[];
}

interface Figure {
  /** In JSON and CSV. */
  readonly key: string;
  /** For people. */
  readonly name: string;
  readonly digits: number;
  /** NaN when it is not known. */
  of(measurement: Measurement): number;
}

export const FIGURES: readonly Figure[] = [
  { key: 'rps', name: 'requests per second', digits: 2, of: requestsPerSecond },
  latency('p50', 'p50 msec', 50),
  latency('p95', 'p95 msec', 95),
  latency('p99', 'p99 msec', 99),
  { key: 'server_us', name: 'server us a request', digits: 3, of: serverUsEach },
];

export interface Compared {
  readonly figure: Figure;
  /** Medians. */
  readonly first: number;
  readonly second: number;
  /** The median of the pairs' ratios, first by second. */
  readonly ratio: number;
}

export function compare({ first, second }: Outcome): Compared[] {
  return FIGURES.map((figure) => {
    const pairs = first.map((one, i) => [figure.of(one), figure.of(second[i])] as const);
    return {
      figure,
      first: median(pairs.map(([a]) => a)),
      second: median(pairs.map(([, b]) => b)),
      ratio: median(pairs.map(([a, b]) => a / b)),
    };
  });
}

export function requestsPerSecond({ requests, seconds }: Measurement): number {
  return requests === 0 ? 0 : requests / seconds;
}

/** Of one processor; NaN when it is not known. */
export function shareOf(us: number | null, { seconds }: Measurement): number {
  return us === null ? Number.NaN : us / 1e6 / seconds;
}

function serverUsEach({ serverUs, requests }: Measurement): number {
  return serverUs === null ? Number.NaN : serverUs / requests;
}

/** The middle one, or the mean of the two in the middle. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function latency(key: string, name: string, percent: number): Figure {
  const of = ({ latencies }: Measurement): number => latencies.percentile(percent);
  return { key: `${key}_latency_ms`, name, digits: 3, of };
}
