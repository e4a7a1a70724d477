// Latencies: what is told of them, and that threads' put together are as those of one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare, median } from '../../src/benchmark/figures.ts';
import { Latencies } from '../../src/benchmark/latencies.ts';
import type { Measurement } from '../../src/benchmark/measure.ts';
import { defaultOptions } from '../../src/benchmark/options.ts';
import { clientLimit } from '../../src/benchmark/report.ts';

function of(...records: readonly (readonly [us: number, count: number])[]): Latencies {
  const latencies = new Latencies();
  for (const [us, count] of records) latencies.record(us, count);
  return latencies;
}

test('nothing was measured', () => {
  const latencies = of();
  const { count, average, min, max } = latencies;
  assert.deepEqual([count, average, min, max, latencies.percentile(50)], [0, 0, 0, 0, 0]);
  assert.deepEqual(latencies.distribution(), []);
});

test('extremes and the mean are exact, percentiles within a hundredth', () => {
  const latencies = of([100, 98], [1000, 1], [5_000_000, 1]);
  assert.equal(latencies.average, (100 * 98 + 1000 + 5_000_000) / 100 / 1000);
  assert.deepEqual([latencies.min, latencies.max], [0.1, 5000]);
  const near = (percent: number, ms: number) => {
    const found = latencies.percentile(percent);
    assert.ok(Math.abs(found - ms) <= ms / 100, `p${percent}: ${found}`);
  };
  near(0, 0.1);
  near(50, 0.1);
  near(98, 0.1);
  near(99, 1);
  near(99.5, 5000);
  near(100, 5000);
});

test('more than a minute counts as that, but the longest is told', () => {
  const latencies = of([100_000_000, 1]);
  assert.equal(latencies.max, 100_000);
  assert.equal(latencies.percentile(50), 100_000);
});

test('those of two threads together', () => {
  const records: [number, number][] = [];
  for (let i = 0; i < 300; i++) records.push([1.37 ** (i % 50) + i / 7, (i % 3) + 1]);
  const whole = of(...records);
  const sum = new Latencies();
  sum.add(of(...records.slice(0, 100)).counts());
  sum.add(of(...records.slice(100)).counts());
  assert.deepEqual(sum.distribution(), whole.distribution());
  assert.deepEqual([sum.count, sum.min, sum.max], [whole.count, whole.min, whole.max]);
  assert.ok(Math.abs(sum.average - whole.average) < 1e-9);
});

function measured(requests: number, seconds: number, clientUs: number, serverUs: number | null) {
  const latencies = of([seconds * 1000, requests]);
  const errors = { errors: 0, firstError: null };
  const other = { title: 'T', server: 'S', payload: 3, samples: [], latencies };
  return { ...other, ...errors, requests, seconds, clientUs, serverUs } as Measurement;
}

test('of two servers: medians, and the median of the ratios of the pairs', () => {
  const first = [measured(100, 1, 0, 50), measured(100, 2, 0, 50), measured(100, 4, 0, 50)];
  const second = [measured(100, 1, 0, 100), measured(100, 1, 0, 100), measured(100, 8, 0, 100)];
  const figures = compare({ title: 'T', first, second });
  const rps = figures.find(({ figure }) => figure.key === 'rps');
  assert.deepEqual([rps?.first, rps?.second, rps?.ratio], [50, 100, 1]);
  const server = figures.find(({ figure }) => figure.key === 'server_us');
  assert.deepEqual([server?.first, server?.second, server?.ratio], [0.5, 1, 0.5]);
});

test('medians', () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 2, 3]), 2.5);
});

const LIMITS: readonly (readonly [
  client: number,
  server: number | null,
  threads: number,
  is: boolean,
])[] = [
  [0.95, 0.5, 1, true],
  [0.95, 0.9, 1, false],
  [0.5, 0.5, 1, false],
  [0.95, 0.5, 2, false],
  [1.9, 0.5, 2, true],
];

for (const [client, server, threads, is] of LIMITS) {
  test(`the client takes ${client}, the server ${server}, ${threads} threads`, () => {
    const one = measured(1000, 1, client * 1e6, server === null ? null : server * 1e6);
    const warning = clientLimit(one, { ...defaultOptions(), threads });
    assert.equal(warning !== null, is);
    if (is) assert.match(String(warning), new RegExp(`try --threads ${threads + 1}$`));
  });
}
