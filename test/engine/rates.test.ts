// RateSampler against the definition of Redis's instantaneous metrics, and the kbps texts as C's
// printf wrote them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { kilobytesText, RateSampler } from '../../src/engine/stats/rates.ts';

/** Samples are [total, base]. */
function check(samples: readonly [number, number][], rate: number, unit = 1000): void {
  const sampler = new RateSampler(unit);
  for (const [total, base] of samples) sampler.sample(total, base);
  assert.equal(sampler.perSecond(), rate);
}

test('rates: the mean of sixteen samples', () => {
  check([], 0);
  check([[5000, 100]], 0);
  check(
    [
      [0, 100],
      [160, 200],
    ],
    100,
  );
  check(
    [
      [0, 100],
      [160, 200],
      [160, 300],
    ],
    100,
  );
  check(
    [
      [0, 100],
      [7, 200],
    ],
    4,
  );
  check(
    [
      [0, 100],
      [1, 400],
    ],
    0,
  );
  const steady = Array.from({ length: 17 }, (_, i): [number, number] => [i * 10, 100 + i * 100]);
  check(steady, 100);
  check([[0, 50], ...steady.slice(1)], 97);
});

test('rates: a clock that stands still or a total that was reset', () => {
  check(
    [
      [0, 100],
      [160, 100],
    ],
    0,
  );
  check(
    [
      [0, 100],
      [160, 100],
      [320, 200],
    ],
    100,
  );
  check(
    [
      [160, 100],
      [0, 200],
    ],
    -100,
  );
  check(
    [
      [0, 0],
      [160, 100],
    ],
    0,
  );
});

test('rates: means over another base', () => {
  check(
    [
      [0, 10],
      [3200, 20],
    ],
    20,
    1,
  );
  check(
    [
      [0, 1000],
      [16, 2000],
    ],
    1000,
    1_000_000,
  );
});

test('rates: reset', () => {
  const sampler = new RateSampler();
  sampler.sample(0, 100);
  sampler.sample(1600, 200);
  sampler.reset();
  assert.equal(sampler.perSecond(), 0);
  sampler.sample(9999, 300);
  assert.equal(sampler.perSecond(), 0);
});

test('rates: kilobytes', () => {
  const texts: [number, string][] = [
    [0, '0.00'],
    [1, '0.00'],
    [5, '0.00'],
    [128, '0.12'],
    [384, '0.38'],
    [640, '0.62'],
    [896, '0.88'],
    [1152, '1.12'],
    [1000, '0.98'],
    [5125, '5.00'],
    [16777217, '16384.00'],
    [123456789, '120563.27'],
  ];
  for (const [rate, text] of texts) assert.equal(kilobytesText(rate), text);
});

test('rates: behaves like a list of all rates', () => {
  const growth = fc.tuple(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 0, max: 300 }));
  fc.assert(
    fc.property(fc.array(growth, { maxLength: 50 }), (steps) => {
      const sampler = new RateSampler();
      sampler.sample(0, 1);
      const rates: number[] = [];
      let total = 0;
      let base = 1;
      for (const [change, time] of steps) {
        total += change;
        base += time;
        sampler.sample(total, base);
        rates.push(time === 0 ? 0 : Math.trunc((change * 1000) / time));
      }
      const sum = rates.slice(-16).reduce((a, b) => a + b, 0);
      assert.equal(sampler.perSecond(), Math.trunc(sum / 16));
    }),
  );
});
