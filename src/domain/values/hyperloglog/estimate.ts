// How many elements there were, from how many registers have each value: "New cardinality
// estimation algorithms for HyperLogLog sketches" (Otmar Ertl, arXiv:1702.01284), summed up in the
// order of Redis, so that it is the same to the last digit.
import { REGISTER_BITS, REGISTERS } from './layout.ts';

/** The longest pattern is one more. */
const BITS = 64 - REGISTER_BITS;
/** 1 / (2 ln 2). */
const ALPHA = 0.7213475204444817;

/** `histogram` has VALUE_MAX + 1 values. */
export function estimate(histogram: Int32Array): number {
  let z = REGISTERS * tau((REGISTERS - histogram[BITS + 1]) / REGISTERS);
  for (let value = BITS; value >= 1; value--) z = (z + histogram[value]) * 0.5;
  z += REGISTERS * sigma(histogram[0] / REGISTERS);
  return Math.round((ALPHA * REGISTERS * REGISTERS) / z);
}

function sigma(x: number): number {
  if (x === 1) return Number.POSITIVE_INFINITY;
  let power = x;
  let y = 1;
  let z = x;
  let before: number;
  do {
    power *= power;
    before = z;
    z += power * y;
    y += y;
  } while (before !== z);
  return z;
}

function tau(x: number): number {
  if (x === 0 || x === 1) return 0;
  let root = x;
  let y = 1;
  let z = 1 - x;
  let before: number;
  do {
    root = Math.sqrt(root);
    before = z;
    y *= 0.5;
    z -= (1 - root) * (1 - root) * y;
  } while (before !== z);
  return z / 3;
}
