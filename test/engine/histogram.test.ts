// LatencyHistogram against facts and a sorted array. The facts are what hdr_histogram of Redis
// 7.2.6 answered, linked into a small C program; 76,093 random inputs were compared in the same
// way.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CumulativeCount } from '../../src/engine/stats/command-stats.ts';
import { LatencyHistogram } from '../../src/engine/stats/command-stats.ts';

type Recorded = [microseconds: number, count: number];

function histogramOf(records: readonly Recorded[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const [microseconds, count] of records) histogram.record(microseconds, count);
  return histogram;
}

/** `percentiles` are those for 0, 50, 99 and 100. */
function check(
  records: readonly Recorded[],
  percentiles: readonly string[],
  cumulative: readonly CumulativeCount[],
): void {
  const histogram = histogramOf(records);
  const texts = [0, 50, 99, 100].map((percent) => histogram.percentile(percent).toFixed(3));
  assert.deepEqual(texts, percentiles);
  assert.deepEqual(histogram.cumulative(), cumulative);
}

const SECOND = ['998244.352', '1002438.655', '1002438.655', '1002438.655'];

test('histogram: one duration', () => {
  check([], ['0.000', '0.000', '0.000', '0.000'], []);
  check([[0, 1]], ['0.001', '0.001', '0.001', '0.001'], [[1, 1]]);
  check([[1, 1]], ['1.000', '1.003', '1.003', '1.003'], [[1, 1]]);
  check([[16, 1]], ['16.000', '16.063', '16.063', '16.063'], [[16, 1]]);
  check([[17, 1]], ['16.896', '17.023', '17.023', '17.023'], [[33, 1]]);
  check([[33, 1]], ['32.768', '33.023', '33.023', '33.023'], [[33, 1]]);
  check([[127, 1]], ['126.976', '127.487', '127.487', '127.487'], [[132, 1]]);
  check([[128, 1]], ['128.000', '128.511', '128.511', '128.511'], [[132, 1]]);
  check([[131, 1]], ['130.560', '131.071', '131.071', '131.071'], [[132, 1]]);
  check([[1000, 1]], ['999.424', '1003.519', '1003.519', '1003.519'], [[1056, 1]]);
  const halfSecond = ['536870.912', '541065.215', '541065.215', '541065.215'];
  check([[536871, 1]], halfSecond, [[541065, 1]]);
  check([[541065, 1]], halfSecond, [[541065, 1]]);
  const beyond = ['541065.216', '545259.519', '545259.519', '545259.519'];
  check([[541066, 1]], beyond, [[1073741, 1]]);
  check([[999_999, 1]], SECOND, [[1073741, 1]]);
  check([[1_000_000, 1]], SECOND, [[1073741, 1]]);
  check([[5_000_000_000, 1]], SECOND, [[1073741, 1]]);
});

test('histogram: several durations', () => {
  check(
    [
      [1023, 1],
      [1024, 1],
      [1025, 1],
    ],
    ['1019.904', '1028.095', '1028.095', '1028.095'],
    [[1056, 3]],
  );
  check(
    [
      [10, 50],
      [100, 40],
      [1000, 9],
      [10000, 1],
    ],
    ['9.984', '10.047', '1003.519', '10027.007'],
    [
      [16, 50],
      [132, 90],
      [1056, 99],
      [16908, 100],
    ],
  );
  check([[1, 1e12]], ['1.000', '1.003', '1.003', '1.003'], [[1, 1e12]]);
  check(
    [3, 5, 7, 11, 13, 17, 19, 23, 29, 31].map((microseconds) => [microseconds, 1]),
    ['2.992', '13.055', '31.103', '31.103'],
    [
      [4, 1],
      [8, 3],
      [16, 5],
      [33, 10],
    ],
  );
});

// Durations, percentiles 50 and 99 and the bounds are the server's; 0 and 100 the C library's.
test('histogram: what Redis 7.2.6 said of DEBUG SLEEP', () => {
  check([[78, 1]], ['77.824', '78.335', '78.335', '78.335'], [[132, 1]]);
  check([[184, 1]], ['183.296', '184.319', '184.319', '184.319'], [[264, 1]]);
  check([[577, 1]], ['573.440', '577.535', '577.535', '577.535'], [[1056, 1]]);
  check([[3064, 1]], ['3063.808', '3080.191', '3080.191', '3080.191'], [[4227, 1]]);
  check([[20108, 1]], ['20054.016', '20185.087', '20185.087', '20185.087'], [[33816, 1]]);
  const third = ['299892.736', '301989.887', '301989.887', '301989.887'];
  check([[301288, 1]], third, [[541065, 1]]);
  check([[1100126, 1]], SECOND, [[1073741, 1]]);
});

test('histogram: durations that are no whole microseconds, or none at all', () => {
  check([[0.25, 1]], ['0.250', '0.250', '0.250', '0.250'], [[1, 1]]);
  assert.equal(histogramOf([[0.1, 1]]).percentile(50), 0.1);
  check([[0.0999, 1]], ['0.100', '0.100', '0.100', '0.100'], [[1, 1]]);
  check([[1.031, 1]], ['1.024', '1.031', '1.031', '1.031'], [[1, 1]]);
  check([[1.032, 1]], ['1.032', '1.039', '1.039', '1.039'], [[2, 1]]);
  check(
    [
      [-3, 1],
      [Number.NaN, 1],
    ],
    ['0.001', '0.001', '0.001', '0.001'],
    [[1, 2]],
  );
  check([[Infinity, 1]], SECOND, [[1073741, 1]]);
});

test('histogram: reset forgets, and histograms share nothing', () => {
  const histogram = histogramOf([[5, 2]]);
  assert.equal(histogram.count, 2);
  assert.equal(new LatencyHistogram().percentile(50), 0);
  histogram.reset();
  assert.equal(histogram.count, 0);
  assert.equal(histogram.percentile(100), 0);
  assert.deepEqual(histogram.cumulative(), []);
  histogram.record(16, 1);
  assert.deepEqual(histogram.cumulative(), [[16, 1]]);
});

const microseconds = fc.oneof(
  fc.integer({ min: 0, max: 300 }),
  fc.integer({ min: 0, max: 1_200_000 }),
  fc.integer({ min: 0, max: 20 }).map((exponent) => 2 ** exponent),
  fc.double({ min: 0, max: 2000, noNaN: true }),
);
const recorded = fc.array(fc.tuple(microseconds, fc.integer({ min: 1, max: 5 })), {
  maxLength: 60,
});

function sortedNanoseconds(records: readonly Recorded[]): number[] {
  return records
    .flatMap(([us, count]) => Array<number>(count).fill(Math.round(us * 1000)))
    .map((nanoseconds) => Math.min(1e9, Math.max(1, nanoseconds)))
    .sort((a, b) => a - b);
}

test('histogram: percentiles are those of a sorted array, up to 1/128 more', () => {
  fc.assert(
    fc.property(recorded, fc.double({ min: 0.01, max: 100, noNaN: true }), (records, percent) => {
      const sorted = sortedNanoseconds(records);
      const histogram = histogramOf(records);
      assert.equal(histogram.count, sorted.length);
      if (sorted.length === 0) return;
      const rank = Math.max(1, Math.trunc((percent / 100) * sorted.length + 0.5));
      const exact = sorted[rank - 1];
      const found = Math.round(histogram.percentile(percent) * 1000);
      assert.ok(found >= exact && found <= exact + exact / 128, `${found} for ${exact}`);
      const least = Math.round(histogram.percentile(0) * 1000);
      assert.ok(least <= sorted[0] && least >= sorted[0] - sorted[0] / 128);
    }),
  );
});

test('histogram: cumulative counts are those of a sorted array', () => {
  fc.assert(
    fc.property(recorded, (records) => {
      const sorted = sortedNanoseconds(records);
      const expected: CumulativeCount[] = [];
      let reported = 0;
      for (let exponent = 10; exponent <= 30; exponent++) {
        const bound = exponent === 30 ? 2 ** 30 - 1 : 2 ** exponent + 2 ** (exponent - 7) - 1;
        const count = sorted.filter((nanoseconds) => nanoseconds <= bound).length;
        if (count > reported) expected.push([Math.trunc(bound / 1000), count]);
        reported = count;
      }
      assert.deepEqual(histogramOf(records).cumulative(), expected);
    }),
  );
});
