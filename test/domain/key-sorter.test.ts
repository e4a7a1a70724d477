// The sorter beside Array.sort(), in steps of any size.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeySorter } from '../../src/domain/structures/key-sorter.ts';
import { SeededRandom } from '../support/random.ts';

const SEED = Number(process.env.REDSTART_RANDOM_SEED ?? Date.now() % 1e9);
const SIZES = [0, 1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 64, 100, 257, 1500];
const KEYS = [
  Number.NEGATIVE_INFINITY,
  -1.5,
  -1,
  -0,
  0,
  5e-324,
  1,
  2 ** 53,
  Number.POSITIVE_INFINITY,
];

test(`rows are sorted by keys, then by ties, then as they came, seed ${SEED}`, () => {
  const random = new SeededRandom(SEED);
  const sorter = new KeySorter();
  for (const count of SIZES) {
    for (const spread of [1, 3, 1e9]) {
      for (const keep of [1, 2, 10, count >> 1, count, count + 5]) {
        const keys = Array.from({ length: count }, () =>
          random.below(4) === 0 ? random.pick(KEYS) : random.below(spread),
        );
        const second = keys.map(() => random.below(3));
        const ties = random.below(2) === 0 ? null : { compare: differenceIn(second) };
        sorter.begin(count, keep, ties);
        for (const [row, key] of keys.entries()) {
          sorter.keys[row] = key;
          sorter.rows[row] = row;
        }
        const stepMax = random.pick([1, 3, 20, 1000]);
        while (!sorter.step(stepMax));
        const expected = [...keys.keys()].sort(
          (a, b) => byKey(keys[a], keys[b]) || (ties?.compare(a, b) ?? 0) || a - b,
        );
        const kept = Math.min(keep, count);
        const place = `seed ${SEED}: ${count} rows, ${keep} kept, steps of ${stepMax}`;
        assert.deepEqual([...sorter.rows.subarray(0, kept)], expected.slice(0, kept), place);
        for (let i = 0; i < kept; i++) assert.equal(sorter.keys[i] + 0, keys[expected[i]] + 0);
      }
      sorter.letGo();
    }
  }
});

test('no step writes more than a few rows too many', () => {
  const sorter = new KeySorter();
  const count = 10000;
  sorter.begin(count, count, null);
  for (let i = 0; i < count; i++) {
    sorter.keys[i] = (i * 7919) % count;
    sorter.rows[i] = i;
  }
  let steps = 1;
  while (!sorter.step(100)) steps++;
  // 8 rows by insertion, then as many merges as bring 8 to 10,000.
  assert.ok(steps >= (count * 11) / 110, `${steps} steps`);
  for (let i = 0; i < count; i++) assert.equal(sorter.keys[i], i);
});

function differenceIn(values: readonly number[]): (row: number, other: number) => number {
  return (row, other) => values[row] - values[other];
}

function byKey(a: number, b: number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
