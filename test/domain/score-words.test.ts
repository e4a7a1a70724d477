// Two words sort as the doubles do that they are made of.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ScoreWords } from '../../src/domain/structures/score-words.ts';

/** In rising order. */
const scores = [
  Number.NEGATIVE_INFINITY,
  -Number.MAX_VALUE,
  -4294967296.5,
  -2,
  -1.0000000000000002,
  -1,
  -Number.MIN_VALUE * 2,
  -Number.MIN_VALUE,
  0,
  Number.MIN_VALUE,
  Number.MIN_VALUE * 2 ** 32,
  1,
  1.0000000000000002,
  1.0000004,
  2,
  4294967296.5,
  Number.MAX_VALUE,
  Number.POSITIVE_INFINITY,
];

function check(a: number, b: number): void {
  const first = new ScoreWords();
  const second = new ScoreWords();
  first.set(a);
  const bytes = Buffer.alloc(9);
  bytes.writeDoubleLE(b, 1);
  second.read(bytes, 1);
  assert.equal(Math.sign(first.compare(second)), a === b ? 0 : Math.sign(a < b ? -1 : 1));
  assert.equal(first.high, first.high | 0);
  assert.equal(first.low, first.low | 0);
  assert.ok(Object.is(first.score, a === 0 ? 0 : a));
  assert.ok(Object.is(second.score, b === 0 ? 0 : b));
}

test('words of scores sort as scores do', () => {
  for (const a of scores) for (const b of scores) check(a, b);
  check(-0, 0);
  check(0, -0);
  check(-0, Number.MIN_VALUE);
  check(-0, -Number.MIN_VALUE);
});

test('words of any scores sort as they do', () => {
  const score = fc.double({ noNaN: true });
  fc.assert(fc.property(score, score, check));
  fc.assert(fc.property(score, fc.integer({ min: -3, max: 3 }), (a, ulps) => check(a, a + ulps)));
});
