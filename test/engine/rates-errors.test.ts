// ErrorStatistics against what INFO errorstats of redis-server 7.2.6 says; the bound is ours.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  ERROR_NAME_OVERFLOW,
  ERROR_NAMES_MAX,
  ErrorStatistics,
} from '../../src/engine/stats/error-stats.ts';

function check(errors: readonly string[], lines: readonly string[]): void {
  const statistics = new ErrorStatistics();
  for (const error of errors) statistics.add(error);
  assert.deepEqual(statistics.lines(), lines);
  assert.equal(statistics.total, errors.length);
}

test('error statistics: names', () => {
  check([], []);
  check(['ERR syntax error'], ['errorstat_ERR:count=1']);
  check(['-WRONGTYPE Operation'], ['errorstat_WRONGTYPE:count=1']);
  check([`${'A'.repeat(30)} x`], [`errorstat_${'A'.repeat(30)}:count=1`]);
  check([`${'B'.repeat(31)} x`], ['errorstat_ERR:count=1']);
  check([`-${'B'.repeat(31)} x`], ['errorstat_ERR:count=1']);
  check(['MY:ERR#1 foo'], ['errorstat_MY_ERR_1:count=1']);
  check(['single'], ['errorstat_ERR:count=1']);
  check([''], ['errorstat_ERR:count=1']);
  check(['--DASH word'], ['errorstat_-DASH:count=1']);
  check([' lead'], ['errorstat_:count=1']);
  check(['TAB\tx y'], ['errorstat_TAB\tx:count=1']);
});

test('error statistics: order and counts', () => {
  check(
    ['z low', 'Z up', 'ERR a', 'NOAUTH b', 'ERR c', ' d', 'ERRX e', '\xe9 f', 'constructor g'],
    [
      'errorstat_:count=1',
      'errorstat_ERR:count=2',
      'errorstat_ERRX:count=1',
      'errorstat_NOAUTH:count=1',
      'errorstat_Z:count=1',
      'errorstat_constructor:count=1',
      'errorstat_z:count=1',
      'errorstat_\xe9:count=1',
    ],
  );
});

test('error statistics: the number of names is bounded', () => {
  const statistics = new ErrorStatistics();
  for (let i = 0; i < ERROR_NAMES_MAX + 10; i++) statistics.add(`N${i} x`);
  statistics.add('N0 x');
  const entries = new Map(statistics.entries());
  assert.equal(entries.size, ERROR_NAMES_MAX + 1);
  assert.equal(entries.get(ERROR_NAME_OVERFLOW), 10);
  assert.equal(entries.get('N0'), 2);
  assert.equal(statistics.total, ERROR_NAMES_MAX + 11);
  statistics.reset();
  assert.deepEqual(statistics.entries(), []);
  assert.equal(statistics.total, 0);
});

test('error statistics: counts add up', () => {
  const names = fc.array(fc.constantFrom('ERR', 'NOPERM', 'BUSY', 'a', 'B'), { maxLength: 40 });
  fc.assert(
    fc.property(names, (errors) => {
      const statistics = new ErrorStatistics();
      for (const error of errors) statistics.add(`${error} text`);
      const expected = [...new Set(errors)]
        .sort()
        .map((name) => [name, errors.filter((error) => error === name).length]);
      assert.deepEqual(statistics.entries(), expected);
    }),
  );
});
