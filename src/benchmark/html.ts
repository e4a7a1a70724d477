// The report with charts, for browsers: one file that asks for no other and runs nothing.
import { barChart, escaped, type Line, lineChart, numberText } from './chart.ts';
import { compare, median, type Outcome, requestsPerSecond, shareOf } from './figures.ts';
import type { Measurement } from './measure.ts';
import type { BenchmarkOptions } from './options.ts';
import type { Target } from './target.ts';

const STYLE = `
body { font: 15px system-ui, sans-serif; max-width: 760px; margin: 2em auto; padding: 0 1em; }
svg { font-size: 12px; max-width: 100%; height: auto; overflow: visible; }
svg text { fill: #555; }
svg line { stroke: #ddd; }
svg polyline { fill: none; stroke-width: 2; }
rect.s0 { fill: #b5452c; } polyline.s0 { stroke: #b5452c; } b.s0 { color: #b5452c; }
rect.s1 { fill: #4a6fa5; } polyline.s1 { stroke: #4a6fa5; } b.s1 { color: #4a6fa5; }
table { border-collapse: collapse; margin: .6em 0; }
td, th { padding: .2em .8em; text-align: right; border-bottom: 1px solid #ddd; }
td:first-child, th:first-child { text-align: left; }
h2 { margin-top: 2em; }
`;

/** A line of fewer points tells nothing. */
const POINTS_MIN = 3;
/** Percentiles along the axis: each step halves what is left. */
const TAIL_STEPS = 14;
const TAIL_MARKS: readonly (readonly [percent: number, label: string])[] = [
  [0, '0'],
  [50, '50 %'],
  [90, '90 %'],
  [99, '99 %'],
  [99.9, '99.9 %'],
];

export function htmlReport(
  outcomes: readonly Outcome[],
  options: BenchmarkOptions,
  targets: readonly Target[],
  version: string,
): string {
  const { clients, requests, pipeline, dataSize, keyspace } = options;
  const names = targets.map(
    ({ name, version }, i) => `<b class="s${i}">${escaped(name)}</b> ${escaped(version)}`,
  );
  const load =
    `${clients} clients, ${requests} requests, pipeline ${pipeline}, values of ${dataSize} bytes` +
    (keyspace > 0 ? `, ${keyspace} random keys` : '');
  return [
    '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>Benchmark</title>',
    `<style>${STYLE}</style>`,
    `<h1>Benchmark</h1>\n<p>${names.join(' and ')}</p>\n<p>${load}.</p>`,
    `<h2>Requests per second</h2>\n${throughput(outcomes)}`,
    ...outcomes.map(section),
    `<p>redstart bench ${escaped(version)}</p>\n</html>\n`,
  ].join('\n');
}

function throughput(outcomes: readonly Outcome[]): string {
  const bars = outcomes.flatMap(({ title, first, second }) =>
    [first, second].flatMap((turns, series) => {
      if (turns.length === 0) return [];
      const label = series === 0 ? title : '';
      return [{ label, series, value: median(turns.map(requestsPerSecond)) }];
    }),
  );
  return barChart(bars, '/s');
}

function section(outcome: Outcome): string {
  const { title, first, second } = outcome;
  const all = [first, second].flatMap((turns, series) => turns.map((one) => ({ one, series })));
  const latencies = all.map(({ one, series }) => ({ series, points: tailOf(one) }));
  const rates = all.map(({ one, series }) => ({ series, points: ratesOf(one) }));
  const marks = TAIL_MARKS.map(([percent, label]) => [tailPlace(percent), label] as const);
  return [
    `<h2>${escaped(title)}</h2>`,
    second.length === 0 ? tableOf(first[0]) : comparisonTable(outcome),
    `<h3>Latency by percentile</h3>`,
    lineChart(latencies, { x: 'percentile', y: 'ms', marks }),
    ...(rates.some(({ points }) => points.length >= POINTS_MIN) ? [ratesChart(rates)] : []),
  ].join('\n');
}

function tableOf(one: Measurement): string {
  const { latencies, clientUs, serverUs, requests, errors } = one;
  const percent = (us: number | null) => `${numberText(shareOf(us, one) * 100)} %`;
  const rows: [string, string][] = [
    ['requests per second', numberText(requestsPerSecond(one))],
    ['answered', String(requests)],
    ['errors', String(errors)],
    ['average', `${latencies.average.toFixed(3)} ms`],
    ...[50, 95, 99, 99.9].map((percent): [string, string] => {
      return [`p${percent}`, `${latencies.percentile(percent).toFixed(3)} ms`];
    }),
    ['longest', `${latencies.max.toFixed(3)} ms`],
    ['processor of the server', percent(serverUs)],
    ['processor of this program', percent(clientUs)],
  ];
  return table(rows);
}

function comparisonTable(outcome: Outcome): string {
  const rows = compare(outcome).map(({ figure, first, second, ratio }) => {
    const [a, b] = [first, second].map((value) => numberText(value));
    return [figure.name, a, b, Number.isFinite(ratio) ? ratio.toFixed(2) : '-'];
  });
  return table([['', 'first', 'second', 'ratio'], ...rows]);
}

function table(rows: readonly (readonly string[])[]): string {
  const lines = rows.map((cells) => cells.map((cell) => `<td>${escaped(cell)}</td>`).join(''));
  return `<table>${lines.map((line) => `<tr>${line}</tr>`).join('\n')}</table>`;
}

function tailOf({ latencies }: Measurement): [number, number][] {
  if (latencies.count === 0) return [];
  const steps = Math.min(TAIL_STEPS, Math.ceil(Math.log2(latencies.count)));
  return Array.from({ length: 4 * steps + 1 }, (_, i) => {
    const percent = 100 * (1 - 2 ** (-i / 4));
    return [i / 4, latencies.percentile(percent)];
  });
}

function tailPlace(percent: number): number {
  return -Math.log2(1 - percent / 100);
}

function ratesOf({ samples }: Measurement): [number, number][] {
  return samples.flatMap(([ms, answered], i): [number, number][] => {
    const [msBefore, before] = i === 0 ? [0, 0] : samples[i - 1];
    const rate = (answered - before) / ((ms - msBefore) / 1000);
    return ms > msBefore ? [[ms / 1000, rate]] : [];
  });
}

function ratesChart(rates: readonly Line[]): string {
  const axes = { x: 'seconds', y: 'per second', marks: secondMarks(rates) };
  return `<h3>Requests per second, as it ran</h3>\n${lineChart(rates, axes)}`;
}

function secondMarks(lines: readonly Line[]): [number, string][] {
  const end = Math.max(...lines.flatMap(({ points }) => points.map(([x]) => x)), 0);
  const marks = [0, 1, 2, 3, 4].map((i) => (end * i) / 4);
  return marks.map((second) => [second, numberText(second)]);
}
