// RecentPeak against the largest of all values that are not older than seven seconds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { humanSize } from '../../src/engine/stats/info-text.ts';
import { RecentPeak } from '../../src/engine/stats/recent-peaks.ts';

test('recent peak: as a plain list of values has it', () => {
  const step = fc.record({ passedMs: fc.nat(3000), value: fc.nat(100) });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const peak = new RecentPeak();
      const seen: { second: number; value: number }[] = [];
      let nowUs = 1795168800;
      for (const { passedMs, value } of steps) {
        nowUs += passedMs * 1000;
        const second = Math.floor(nowUs / 1e6);
        peak.add(value, nowUs);
        seen.push({ second, value });
        const recent = seen.filter((one) => second - one.second < 8).map((one) => one.value);
        assert.equal(peak.max(nowUs), Math.max(...recent));
      }
    }),
  );
});

test('sizes as INFO writes them', () => {
  const sizes: readonly [number, string][] = [
    [0, '0B'],
    [1023, '1023B'],
    [1024, '1.00K'],
    [1536, '1.50K'],
    [1024 * 1024 - 1, '1024.00K'],
    [1024 * 1024, '1.00M'],
    [25276514304, '23.54G'],
    [2 ** 40, '1.00T'],
    [2 ** 50 * 3, '3.00P'],
  ];
  for (const [size, text] of sizes) assert.equal(humanSize(size), text);
});
