// Reports for people and, as CSV, for programs; where redis-benchmark has the same they are the
// same, line by line.
import { compare, FIGURES, type Outcome, requestsPerSecond, shareOf } from './figures.ts';
import type { Latencies } from './latencies.ts';
import type { Measurement } from './measure.ts';
import type { BenchmarkOptions } from './options.ts';
import type { Target } from './target.ts';

/** Cumulative counts are told in steps of 0.1 ms up to here, then in steps of 1 ms. */
const FINE_MS = 2;
const PERCENTILES = [50, 95, 99];
/** Who uses so much of its processors, while the other does not, is what limits the other. */
const BUSY_SHARE = 0.85;

export class Reporter {
  private readonly options: BenchmarkOptions;
  private readonly targets: readonly Target[];

  constructor(options: BenchmarkOptions, targets: readonly Target[]) {
    this.options = options;
    this.targets = targets;
  }

  /** What stands before all tests. */
  head(): string {
    if (this.options.output !== 'csv') return '';
    const names = this.targets.length === 1 ? CSV_NAMES : comparisonNames();
    return csvLine(names);
  }

  text(outcome: Outcome): string {
    const isCompared = outcome.second.length > 0;
    const [one] = outcome.first;
    switch (this.options.output) {
      case 'json':
        return '';
      case 'csv':
        return isCompared ? this.comparisonCsv(outcome) : this.csv(one);
      case 'quiet':
        return isCompared ? this.comparisonLine(outcome) : this.line(one);
      case 'report':
        return isCompared ? this.comparison(outcome) : this.whole(one);
    }
  }

  private line(one: Measurement): string {
    const p50 = one.latencies.percentile(50).toFixed(this.options.precision);
    const rps = requestsPerSecond(one).toFixed(2);
    return `${one.title}: ${rps} requests per second, p50=${p50} msec\n`;
  }

  private csv(one: Measurement): string {
    const latencies = this.summary(one.latencies);
    return csvLine([one.title, requestsPerSecond(one).toFixed(2), ...latencies]);
  }

  private whole(one: Measurement): string {
    const { latencies } = one;
    return [
      ...this.facts(one),
      '',
      'Latency by percentile distribution:',
      ...this.byPercentile(latencies),
      '',
      'Cumulative distribution of latencies:',
      ...this.byTime(latencies),
      '',
      'Summary:',
      `  throughput summary: ${requestsPerSecond(one).toFixed(2)} requests per second`,
      '  latency summary (msec):',
      `    ${columns(['avg', 'min', 'p50', 'p95', 'p99', 'max'])}`,
      `    ${columns(this.summary(latencies))}`,
      '',
    ].join('\n');
  }

  private facts(one: Measurement): string[] {
    const { clients, keepAlive, threads } = this.options;
    const [{ save, appendonly }] = this.targets;
    const lines = [
      `====== ${one.title} ======`,
      `${one.requests} requests completed in ${one.seconds.toFixed(2)} seconds`,
      `${clients} parallel clients`,
      `${one.payload} bytes payload`,
      `keep alive: ${keepAlive}`,
    ];
    if (save !== null && appendonly !== null) {
      lines.push(`host configuration "save": ${save}`);
      lines.push(`host configuration "appendonly": ${appendonly}`);
    }
    lines.push(`multi-thread: ${threads === null ? 'no' : 'yes'}`);
    if (threads !== null) lines.push(`threads: ${threads}`);
    lines.push(`processor time: ${shares(one)}`);
    return lines.map((line, i) => (i === 0 ? line : `  ${line}`));
  }

  /** What half of the requests do not exceed, then half of the rest, and so on. */
  private byPercentile(latencies: Latencies): string[] {
    const { precision } = this.options;
    const lines: string[] = [];
    const distribution = latencies.distribution();
    for (let rest = 100, before = 0; before < latencies.count; rest /= 2) {
      const wanted = Math.max(1, latencies.count * (1 - rest / 100));
      const part = distribution.find(({ count }) => count >= wanted);
      if (part === undefined) break;
      const { ms, count } = part;
      if (count !== before) lines.push(cumulativeLine(100 - rest, ms, count, precision));
      before = count;
    }
    if (latencies.count === 0) return lines;
    return [...lines, cumulativeLine(100, latencies.max, latencies.count, precision)];
  }

  private byTime(latencies: Latencies): string[] {
    const distribution = latencies.distribution();
    const lines: string[] = [];
    let at = 0;
    let before = -1;
    for (let tenths = 1; before < latencies.count; ) {
      const ms = tenths / 10;
      while (at < distribution.length && distribution[at].ms <= ms) at++;
      const count = at === 0 ? 0 : distribution[at - 1].count;
      const percent = (count / latencies.count) * 100;
      if (count !== before) lines.push(cumulativeLine(percent, ms, count, this.options.precision));
      before = count;
      tenths += ms < FINE_MS ? 1 : 10;
    }
    return latencies.count === 0 ? [] : lines;
  }

  /** avg, min, percentiles, max */
  private summary(latencies: Latencies): string[] {
    const percentiles = PERCENTILES.map((percent) => latencies.percentile(percent));
    const all = [latencies.average, latencies.min, ...percentiles, latencies.max];
    return all.map((ms) => ms.toFixed(this.options.precision));
  }

  private comparison(outcome: Outcome): string {
    const { clients, pipeline, requests } = this.options;
    const turns = outcome.second.length;
    const names = this.targets.map(({ name, version }) => `${name} (${version})`);
    const lines = [
      `====== ${outcome.title} ======`,
      `  A: ${names[0]}`,
      `  B: ${names[1]}`,
      `  ${requests} requests in each turn, ${clients} clients, pipeline ${pipeline}`,
      `  medians of turns A B A B: ${turns} each; the ratio is the median of those of the pairs`,
      '',
      comparisonRow('', 'A', 'B', 'A/B'),
    ];
    for (const { figure, first, second, ratio } of compare(outcome)) {
      const [a, b] = [first, second].map((value) => known(value, figure.digits));
      lines.push(comparisonRow(figure.name, a, b, known(ratio, 2)));
    }
    return `${lines.join('\n')}\n\n`;
  }

  private comparisonLine(outcome: Outcome): string {
    const [{ first, second, ratio }] = compare(outcome);
    const rates = `${first.toFixed(2)} and ${second.toFixed(2)} requests per second`;
    return `${outcome.title}: ${rates}, ratio ${ratio.toFixed(2)}\n`;
  }

  private comparisonCsv(outcome: Outcome): string {
    const values = compare(outcome).flatMap(({ figure, first, second, ratio }) => [
      known(first, figure.digits),
      known(second, figure.digits),
      known(ratio, 3),
    ]);
    return csvLine([outcome.title, ...values]);
  }
}

const CSV_NAMES = [
  'test',
  'rps',
  ...['avg', 'min', 'p50', 'p95', 'p99', 'max'].map((name) => `${name}_latency_ms`),
];

function comparisonNames(): string[] {
  const names = FIGURES.map(({ key }) => [key, `compared_${key}`, `${key}_ratio`]);
  return ['test', ...names.flat()];
}

/** Is this program what limited the server? Then what can be done about it. */
export function clientLimit(one: Measurement, options: BenchmarkOptions): string | null {
  const threads = options.threads ?? 1;
  const client = shareOf(one.clientUs, one) / threads;
  const server = shareOf(one.serverUs, one);
  if (client < BUSY_SHARE || server >= BUSY_SHARE || one.seconds < 0.2) return null;
  return (
    `${one.title}: this program was the limit, not the server (${percent(client)} and ` +
    `${percent(server)} of a processor): try --threads ${threads + 1}`
  );
}

function shares(one: Measurement): string {
  const { clientUs, serverUs, requests } = one;
  const told = [
    ['client', clientUs],
    ['server', serverUs],
  ] as const;
  const texts = told.map(([name, us]) =>
    us === null
      ? `${name} unknown`
      : `${name} ${percent(shareOf(us, one))} (${(us / requests).toFixed(2)} us a request)`,
  );
  return texts.join(', ');
}

function percent(share: number): string {
  return Number.isFinite(share) ? `${(share * 100).toFixed(0)} %` : 'unknown';
}

function known(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : '-';
}

function cumulativeLine(percent: number, ms: number, count: number, precision: number): string {
  const time = `${ms.toFixed(precision)} milliseconds`;
  return `${percent.toFixed(3)}% <= ${time} (cumulative count ${count})`;
}

function columns(texts: readonly string[]): string {
  return texts.map((text) => text.padStart(9)).join(' ');
}

function comparisonRow(name: string, a: string, b: string, ratio: string): string {
  return `  ${name.padEnd(20)} ${a.padStart(12)} ${b.padStart(12)} ${ratio.padStart(6)}`;
}

function csvLine(values: readonly string[]): string {
  return `${values.map((value) => `"${value.replaceAll('"', '""')}"`).join(',')}\n`;
}
