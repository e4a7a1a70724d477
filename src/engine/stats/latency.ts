// The latency monitor: what kept the server from answering, and when. Events are named by the
// server itself (`command`, `fast-command`, `expire-cycle`, ...), so their number is small and
// fixed.
//
// Of each event the last 160 seconds with a spike are kept, one sample per second: the longest of
// that second. Whether a delay reaches latency-monitor-threshold is for the caller to decide.
import type { DoctorSettings, LatencySummary } from './latency-doctor.ts';
import { latencyReport } from './latency-doctor.ts';
import { sparkline } from './sparkline.ts';

/** What LATENCY HISTORY lists. */
export interface LatencySample {
  readonly timeSeconds: number;
  readonly latencyMs: number;
}

/** What LATENCY LATEST lists. */
export interface LatestLatency extends LatencySample {
  readonly event: string;
  readonly allTimeMaxMs: number;
}

const SAMPLES_MAX = 160;
const GRAPH_COLUMNS = 80;
const GRAPH_ROWS = 4;
const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 3600;
const DAY_SECONDS = 86400;

/** The samples of all events, in the order in which the events first happened. */
export class LatencyMonitor {
  private readonly events = new Map<string, LatencySeries>();

  /**
   * Notes that `event` took `ms` milliseconds (a fraction is dropped) at Unix time `nowSeconds`.
   */
  add(event: string, ms: number, nowSeconds: number): void {
    let series = this.events.get(event);
    if (series === undefined) {
      series = new LatencySeries();
      this.events.set(event, series);
    }
    series.add(Math.trunc(ms), Math.trunc(nowSeconds));
  }

  /** The same, if it took at least as long as `latency-monitor-threshold` says (ms; 0: never). */
  addIfSlow(event: string, us: number, thresholdMs: number, nowMs: number): void {
    if (thresholdMs === 0 || us < thresholdMs * 1000) return;
    this.add(event, us / 1000, nowMs / 1000);
  }

  /** The last sample of every event. */
  latest(): LatestLatency[] {
    const latest: LatestLatency[] = [];
    for (const [event, series] of this.events) {
      latest.push({ event, ...series.last(), allTimeMaxMs: series.allTimeMaxMs });
    }
    return latest;
  }

  /** The samples of an event, oldest first; none if it never happened. */
  history(event: string): LatencySample[] {
    return this.events.get(event)?.samples() ?? [];
  }

  /**
   * Forgets events and says how many there were: those named, letter case aside, or all of them if
   * `events` is missing.
   */
  reset(events?: readonly string[]): number {
    const before = this.events.size;
    if (events === undefined) {
      this.events.clear();
      return before;
    }
    const names = new Set(events.map((event) => event.toLowerCase()));
    for (const event of this.events.keys()) {
      if (names.has(event.toLowerCase())) this.events.delete(event);
    }
    return before - this.events.size;
  }

  /** The text of LATENCY GRAPH, or null if the event never happened. */
  graph(event: string, nowSeconds: number): string | null {
    const series = this.events.get(event);
    if (series === undefined) return null;
    const samples = series.samples();
    const values = samples.map((sample) => sample.latencyMs);
    const labels = samples.map((sample) => ageText(Math.trunc(nowSeconds) - sample.timeSeconds));
    return (
      `${event} - high ${Math.max(...values)} ms, low ${Math.min(...values)} ms ` +
      `(all time high ${series.allTimeMaxMs} ms)\n${'-'.repeat(GRAPH_COLUMNS)}\n` +
      sparkline(values, labels, GRAPH_COLUMNS, GRAPH_ROWS)
    );
  }

  /** The text of LATENCY DOCTOR. */
  doctor(nowSeconds: number, settings: DoctorSettings): string {
    const summaries: LatencySummary[] = [];
    for (const [event, series] of this.events) {
      summaries.push(summaryOf(event, series, Math.trunc(nowSeconds)));
    }
    return latencyReport(summaries, settings);
  }
}

/** A ring of samples. A time of 0 marks a place that was not used yet. */
class LatencySeries {
  allTimeMaxMs = 0;

  private readonly times = new Float64Array(SAMPLES_MAX);
  private readonly latencies = new Float64Array(SAMPLES_MAX);
  private next = 0;

  add(ms: number, nowSeconds: number): void {
    if (ms > this.allTimeMaxMs) this.allTimeMaxMs = ms;
    const last = this.lastIndex();
    if (this.times[last] === nowSeconds) {
      if (ms > this.latencies[last]) this.latencies[last] = ms;
      return;
    }
    this.times[this.next] = nowSeconds;
    this.latencies[this.next] = ms;
    this.next = (this.next + 1) % SAMPLES_MAX;
  }

  last(): LatencySample {
    return this.sampleAt(this.lastIndex());
  }

  samples(): LatencySample[] {
    const samples: LatencySample[] = [];
    for (let i = 0; i < SAMPLES_MAX; i++) {
      const sample = this.sampleAt((this.next + i) % SAMPLES_MAX);
      if (sample.timeSeconds !== 0) samples.push(sample);
    }
    return samples;
  }

  private lastIndex(): number {
    return (this.next + SAMPLES_MAX - 1) % SAMPLES_MAX;
  }

  private sampleAt(index: number): LatencySample {
    return { timeSeconds: this.times[index], latencyMs: this.latencies[index] };
  }
}

function summaryOf(event: string, series: LatencySeries, nowSeconds: number): LatencySummary {
  const samples = series.samples();
  const count = samples.length;
  const oldest = samples.reduce((time, sample) => Math.min(time, sample.timeSeconds), Infinity);
  const sum = samples.reduce((total, sample) => total + sample.latencyMs, 0);
  const averageMs = Math.trunc(sum / count);
  const deviations = samples.reduce(
    (total, sample) => total + Math.abs(averageMs - sample.latencyMs),
    0,
  );
  return {
    event,
    count,
    averageMs,
    meanDeviationMs: Math.trunc(deviations / count),
    // All within this second is taken as one second, so that the period is never 0.
    periodSeconds: (nowSeconds - oldest || 1) / count,
    allTimeMaxMs: series.allTimeMaxMs,
  };
}

function ageText(seconds: number): string {
  if (seconds < MINUTE_SECONDS) return `${seconds}s`;
  if (seconds < HOUR_SECONDS) return `${Math.trunc(seconds / MINUTE_SECONDS)}m`;
  if (seconds < DAY_SECONDS) return `${Math.trunc(seconds / HOUR_SECONDS)}h`;
  return `${Math.trunc(seconds / DAY_SECONDS)}d`;
}
