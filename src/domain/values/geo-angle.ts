// Sine, cosine and arc sine, rounded as if they had been exact, but for one time in thousands: the
// C library behind Redis comes as near, JavaScript's functions do not. So distances that are shown
// or stored are those of Redis, digit for digit.
//
// An angle is j/32 and a small rest r. What is known of j/32, with twice as many bits as a double
// has, and short series for r give the result by the theorems of addition; products and sums that
// matter keep what they lose in rounding (T. J. Dekker, "A floating-point technique for extending
// the available precision", 1971).
import { ZERO } from '../doubles.ts';

const STEPS = 32;
/** Angles are at most 180 degrees: 101 / 32. */
const STEPS_MAX = 102;
const FIELDS = 4;
/** Bits of the integers that the table is made with. */
const BITS = 160;
const ONE = 1n << BigInt(BITS);
/** Splits a double into halves of 26 bits. */
const SPLITTER = 2 ** 27 + 1;

export class GeoAngle {
  sine = ZERO;
  cosine = ZERO;
  /** What the double of the sine lacks. */
  private sineRest = ZERO;
  /** By step: sine and what its double lacks, cosine and what its double lacks; when needed. */
  private readonly table = new Float64Array(STEPS_MAX * FIELDS);

  set(radians: number): void {
    const { table } = this;
    const size = Math.abs(radians);
    const step = Math.round(size * STEPS);
    const at = step * FIELDS;
    if (table[at + 2] === 0) fillTable(table, step);
    const sine = table[at];
    const cosine = table[at + 2];
    const r = size - step / STEPS;
    const square = r * r;
    const sineBeyond =
      r * square * (-1 / 6 + square * (1 / 120 + square * (-1 / 5040 + square / 362880)));
    const cosineBeyond = square * (-0.5 + square * (1 / 24 + square * (-1 / 720 + square / 40320)));
    const r1 = high(r);
    const r2 = r - r1;

    let factor = high(cosine);
    let product = cosine * r;
    let lost = productError(product, factor, cosine - factor, r1, r2);
    let sum = sine + product;
    lost += sumError(sine, product, sum) + table[at + 1] + table[at + 3] * r;
    lost += sine * cosineBeyond + cosine * sineBeyond;
    const result = sum + lost;
    const sign = radians < 0 ? -1 : 1;
    this.sine = sign * result;
    this.sineRest = sign * (lost - (result - sum));

    factor = high(sine);
    product = -(sine * r);
    lost = -productError(-product, factor, sine - factor, r1, r2);
    sum = cosine + product;
    lost += sumError(cosine, product, sum) + table[at + 3] - table[at + 1] * r;
    lost += cosine * cosineBeyond - sine * sineBeyond;
    this.cosine = sum + lost;
  }

  /** The angle of a sine from 0 to 1. */
  arcSine(sine: number): number {
    const radians = Math.asin(sine);
    if (!(sine < 1)) return radians;
    this.set(radians);
    return radians + (sine - this.sine - this.sineRest) / this.cosine;
  }
}

/** The upper half of a double's bits. */
function high(value: number): number {
  const large = value * SPLITTER;
  return large - (large - value);
}

/** What a product of two doubles, given in halves, has lost. */
function productError(product: number, a1: number, a2: number, b1: number, b2: number): number {
  return a1 * b1 - product + a1 * b2 + a2 * b1 + a2 * b2;
}

/** What a sum has lost. */
function sumError(a: number, b: number, sum: number): number {
  const added = sum - a;
  return a - (sum - added) + (b - added);
}

function fillTable(table: Float64Array, step: number): void {
  const angle = (BigInt(step) * ONE) / BigInt(STEPS);
  let sine = 0n;
  let cosine = 0n;
  let term = ONE;
  for (let power = 0n; term !== 0n; power++) {
    const signed = (power & 2n) === 0n ? term : -term;
    if ((power & 1n) === 0n) cosine += signed;
    else sine += signed;
    term = ((term * angle) >> BigInt(BITS)) / (power + 1n);
  }
  writeTwice(table, step * FIELDS, sine);
  writeTwice(table, step * FIELDS + 2, cosine);
}

/** Writes a number of BITS bits as a double, and what that lacks as another one. */
function writeTwice(table: Float64Array, at: number, value: bigint): void {
  const scale = 2 ** -BITS;
  const double = Number(value);
  table[at] = double * scale;
  table[at + 1] = Number(value - BigInt(double)) * scale;
}
