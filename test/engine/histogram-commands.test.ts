// CommandStatistics and its lines in INFO. The numbers with two decimals are what C's printf wrote.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CommandStatistics,
  commandStatisticsLine,
  latencyPercentilesLine,
  percentileText,
} from '../../src/engine/stats/command-stats.ts';

function check(calls: number, microseconds: number, perCall: string): void {
  const statistics = new CommandStatistics();
  statistics.calls = calls;
  statistics.microseconds = microseconds;
  assert.equal(
    commandStatisticsLine('get', statistics),
    `cmdstat_get:calls=${calls},usec=${Math.trunc(microseconds)},usec_per_call=${perCall}` +
      ',rejected_calls=0,failed_calls=0',
  );
}

test('command statistics: microseconds per call', () => {
  check(1, 5, '5.00');
  check(1, 1100126, '1100126.00');
  check(8, 1, '0.12');
  check(8, 3, '0.38');
  check(8, 5, '0.62');
  check(8, 7, '0.88');
  check(8, 9, '1.12');
  check(8, 13, '1.62');
  check(3, 1, '0.33');
  check(3, 2, '0.67');
  check(40, 41, '1.02');
  check(1000, 999, '1.00');
  check(3, 16777217, '5592405.50');
  check(7, 123456789, '17636684.00');
  check(0, 5, '0.00');
  check(2, 3.75, '1.50');
});

test('command statistics: counting and the lines', () => {
  const statistics = new CommandStatistics();
  assert.equal(statistics.isListed(), false);
  statistics.record(1, 78);
  statistics.record(4, 8);
  statistics.rejectedCalls++;
  statistics.failedCalls += 2;
  assert.equal(statistics.isListed(), true);
  assert.equal(
    commandStatisticsLine('config|set', statistics),
    'cmdstat_config|set:calls=5,usec=86,usec_per_call=17.20,rejected_calls=1,failed_calls=2',
  );
  assert.ok(statistics.histogram);
  assert.deepEqual(statistics.histogram.cumulative(), [
    [2, 4],
    [132, 5],
  ]);
  assert.equal(
    latencyPercentilesLine('config|set', statistics.histogram, [50, 99, 99.9]),
    'latency_percentiles_usec_config|set:p50=2.007,p99=78.335,p99.9=78.335',
  );
  assert.equal(
    latencyPercentilesLine('a:b#c', statistics.histogram, []),
    'latency_percentiles_usec_a_b_c:',
  );
  statistics.reset();
  assert.equal(statistics.isListed(), false);
  assert.equal(statistics.histogram, null);
});

test('command statistics: no histogram while latency is not tracked', () => {
  const untracked = new CommandStatistics();
  untracked.record(1, 78, false);
  assert.equal(untracked.calls, 1);
  assert.equal(untracked.histogram, null);
  const tracked = new CommandStatistics();
  tracked.record(1, 78);
  tracked.record(1, 78, false);
  assert.equal(tracked.calls, 2);
  assert.deepEqual(tracked.histogram?.cumulative(), [[132, 1]]);
});

test('command statistics: rejected or failed calls alone make a command listed', () => {
  const rejected = new CommandStatistics();
  rejected.rejectedCalls = 1;
  assert.equal(rejected.isListed(), true);
  const failed = new CommandStatistics();
  failed.failedCalls = 1;
  assert.equal(failed.isListed(), true);
});

test('percentile names', () => {
  const names = [0, 12.5, 50, 99.99, 100, 33.3333333, 10].map(percentileText);
  assert.deepEqual(names, ['0', '12.5', '50', '99.99', '100', '33.333333', '10']);
});
