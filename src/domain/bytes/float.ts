// Doubles as text. Reading follows strtod under Redis's rules; writing gives the digits that
// Redis 7.2 gives. Those come from Grisu2 (F. Loitsch, "Printing Floating-Point Numbers Quickly
// and Accurately with Integers", 2010), which always reads back to the same double but for one
// number in a thousand is not the shortest such text, or not the nearest: so JavaScript's own
// conversion, which is, would differ from Redis there.
//
// Grisu2 computes with 64-bit integers. They are kept as two halves of 32 bits in plain numbers,
// named ...High and ...Low, so that nothing is allocated.

import { latin1Text } from './ascii.ts';
import { hexadecimalToDouble, scanNumber } from './decimal.ts';
import { writeBigInteger, writeInteger } from './integer.ts';

/** What parseDouble answers for text that is no number. */
const NOT_DOUBLE = Number.NaN;

/** The longest text of writeDouble: a sign, 17 digits and seven zeros. */
export const DOUBLE_LENGTH_MAX = 25;

/** Integers up to here are written as such, digit for digit. */
const INTEGER_MAX = 2 ** 62;

const TWO_32 = 2 ** 32;
const TWO_MINUS_32 = 2 ** -32;

/** So many digits, and the power of ten by which a point divides them, are exact as doubles. */
const EXACT_DIGITS_MAX = 15;
const exactPowers = Array.from({ length: EXACT_DIGITS_MAX + 1 }, (_, power) => 10 ** power);

/**
 * Grisu2's powers of ten, 10^(8 index - 348), as mantissas of 64 bits: high half, low half. One is
 * computed when it is first needed. Their binary exponents come from powerExponent.
 */
const POWER_MIN = -348;
const POWER_STEP = 8;
const POWER_COUNT = 87;
const powers = new Uint32Array(2 * POWER_COUNT);

/** What generateDigits leaves: the value is digits[0..digitCount) * 10^decimalExponent. */
const digits = new Uint8Array(18);
let digitCount = 0;
let decimalExponent = 0;

/** What roundedProduct leaves. */
let productHigh = 0;
let productLow = 0;

const bits = new DataView(new ArrayBuffer(8));
const scratch = new Uint8Array(DOUBLE_LENGTH_MAX);
/** What parseDoubleTo leaves for parseDouble. */
const parsed = new Float64Array(1);

/**
 * The double nearest to the text, or NOT_DOUBLE when the text is no number by Redis's rules: what
 * strtod accepts (hexadecimal numbers and infinities too), but no leading blank, no NaN, nothing
 * that overflows or vanishes.
 */
export function parseDouble(buffer: Uint8Array, start: number, end: number): number {
  parseDoubleTo(parsed, 0, buffer, start, end);
  return parsed[0];
}

/** Writes what parseDouble answers to an array: a number that a call answers may be allocated. */
export function parseDoubleTo(
  target: Float64Array,
  index: number,
  buffer: Uint8Array,
  start: number,
  end: number,
): void {
  let at = start;
  const negative = buffer[at] === 0x2d;
  if (negative) at++;
  let value = 0;
  let point = -1;
  const digitsStart = at;
  for (; at < end; at++) {
    const digit = buffer[at] - 0x30;
    if (digit >= 0 && digit <= 9) value = value * 10 + digit;
    else if (digit === -2 && point < 0) point = at;
    else {
      target[index] = parseSlowly(buffer, start, end);
      return;
    }
  }
  const count = at - digitsStart - (point < 0 ? 0 : 1);
  if (count <= 0) value = NOT_DOUBLE;
  else if (count > EXACT_DIGITS_MAX) {
    value = inRange(Number(latin1Text(buffer, digitsStart, end)), value > 0);
  } else if (point >= 0) {
    value /= exactPowers[at - point - 1];
  }
  target[index] = negative ? -value : value;
}

/** The double as Redis replies it: "1.5", "-0", "1e-7", "1.2e+24", "inf", "-inf", "nan". */
export function formatDouble(value: number): string {
  return latin1Text(scratch, 0, writeDouble(scratch, 0, value));
}

/** Writes what formatDouble gives, at most DOUBLE_LENGTH_MAX bytes; returns the place after it. */
export function writeDouble(target: Uint8Array, at: number, value: number): number {
  if (Number.isSafeInteger(value) && value !== 0) return writeInteger(target, at, value);
  if (Number.isInteger(value) && value !== 0 && Math.abs(value) <= INTEGER_MAX) {
    return writeBigInteger(target, at, BigInt(value));
  }
  return writeShortest(target, at, value);
}

/** The same, but whole numbers, too, have no more digits than they need: 1e+11. */
export function writeShortest(target: Uint8Array, at: number, value: number): number {
  if (Number.isNaN(value)) return writeWord(target, at, 'nan');
  if (value < 0 || Object.is(value, -0)) {
    target[at++] = 0x2d;
    value = -value;
  }
  if (value === 0) return writeWord(target, at, '0');
  if (value === Infinity) return writeWord(target, at, 'inf');
  generateDigits(value);
  return layOut(target, at);
}

/** The double for text that is more than digits and a point, if it is a number at all. */
function parseSlowly(buffer: Uint8Array, start: number, end: number): number {
  const text = scanNumber(buffer, start, end);
  if (text === null) return NOT_DOUBLE;
  let value = Infinity;
  if (text.kind !== 'infinity') {
    const hexadecimal = text.kind === 'hexadecimal';
    value = hexadecimal ? hexadecimalToDouble(text) : Number(`${text.digits}e${text.exponent}`);
    value = inRange(value, /[^0]/.test(text.digits));
  }
  return text.negative ? -value : value;
}

/** NOT_DOUBLE for a converted value that has overflowed, or has vanished though it is not zero. */
function inRange(value: number, nonzero: boolean): number {
  return value === Infinity || (value === 0 && nonzero) ? NOT_DOUBLE : value;
}

function writeWord(target: Uint8Array, at: number, word: string): number {
  for (let i = 0; i < word.length; i++) target[at++] = word.charCodeAt(i);
  return at;
}

/**
 * Writes the digits in the plainest form: without an exponent when at most seven zeros have to be
 * appended, or when the point stands near enough to the digits.
 */
function layOut(target: Uint8Array, at: number): number {
  // The exponent of the first digit, were the number written with one digit before the point.
  const exponent = decimalExponent + digitCount - 1;
  if (decimalExponent >= 0 && decimalExponent < 8) {
    at = writeDigits(target, at, 0, digitCount);
    return writeZeros(target, at, decimalExponent);
  }
  if (decimalExponent < 0 && (decimalExponent > -7 || Math.abs(exponent) < 4)) {
    const whole = digitCount + decimalExponent;
    if (whole > 0) {
      at = writeDigits(target, at, 0, whole);
      target[at++] = 0x2e;
      return writeDigits(target, at, whole, digitCount);
    }
    target[at++] = 0x30;
    target[at++] = 0x2e;
    at = writeZeros(target, at, -whole);
    return writeDigits(target, at, 0, digitCount);
  }
  at = writeDigits(target, at, 0, 1);
  if (digitCount > 1) {
    target[at++] = 0x2e;
    at = writeDigits(target, at, 1, digitCount);
  }
  target[at++] = 0x65;
  target[at++] = exponent < 0 ? 0x2d : 0x2b;
  return writeInteger(target, at, Math.abs(exponent));
}

function writeDigits(target: Uint8Array, at: number, from: number, to: number): number {
  for (let i = from; i < to; i++) target[at++] = 0x30 + digits[i];
  return at;
}

function writeZeros(target: Uint8Array, at: number, count: number): number {
  for (let i = 0; i < count; i++) target[at++] = 0x30;
  return at;
}

/**
 * Grisu2's first half: multiplies the double, and the bounds of what reads back to it, by a power
 * of ten that gives them a whole part of at most 32 bits; then hands them to emitDigits.
 */
function generateDigits(value: number): void {
  bits.setFloat64(0, value);
  const head = bits.getUint32(0);
  const biased = head >>> 20;
  let high = head & 0xfffff;
  let low = bits.getUint32(4);
  // The lower neighbour of a power of two is only half as far away as the upper one.
  const isPower = biased > 0 && high === 0 && low === 0;
  let exponent = Math.max(biased, 1) - 1075;
  let spacing = 1;
  if (biased > 0) {
    high = (((high | 0x100000) << 11) | (low >>> 21)) >>> 0;
    low = (low << 11) >>> 0;
    spacing = 2 ** 11;
    exponent -= 11;
  }
  while (high < 0x80000000) {
    high = ((high << 1) | (low >>> 31)) >>> 0;
    low = (low << 1) >>> 0;
    spacing *= 2;
    exponent--;
  }
  const index = powerIndex(exponent);
  // Products may be wrong by one in the last place, so the bounds are drawn in by one.
  roundedProduct(high, low, spacing / 2, index);
  const upperHigh = productLow > 0 ? productHigh : productHigh - 1;
  const upperLow = productLow > 0 ? productLow - 1 : TWO_32 - 1;
  roundedProduct(high, low, isPower ? -spacing / 4 : -spacing / 2, index);
  const lowerHigh = productLow < TWO_32 - 1 ? productHigh : productHigh + 1;
  const lowerLow = productLow < TWO_32 - 1 ? productLow + 1 : 0;
  roundedProduct(high, low, 0, index);
  const deltaBorrow = upperLow < lowerLow ? 1 : 0;
  const gapBorrow = upperLow < productLow ? 1 : 0;
  const power = POWER_MIN + POWER_STEP * index;
  decimalExponent = -power;
  emitDigits(
    upperHigh,
    upperLow,
    -(exponent + powerExponent(power) + 64),
    upperHigh - lowerHigh - deltaBorrow,
    upperLow - lowerLow + deltaBorrow * TWO_32,
    upperHigh - productHigh - gapBorrow,
    upperLow - productLow + gapBorrow * TWO_32,
  );
}

/**
 * Grisu2's second half: emits digits of the upper bound, a fixed-point number with `shift` bits
 * behind the point, until what is left of it is below delta, the width of the interval. The gap is
 * the distance from the upper bound down to the value itself.
 */
function emitDigits(
  high: number,
  low: number,
  shift: number,
  deltaHigh: number,
  deltaLow: number,
  gapHigh: number,
  gapLow: number,
): void {
  // With a mantissa of 64 bits behind it, the whole part is at least 4.
  const oneBits = shift - 32;
  const one = 1 << oneBits;
  let whole = high >>> oneBits;
  let restHigh = high & (one - 1);
  let restLow = low;
  let power = 9;
  digitCount = 0;
  while (exactPowers[power] > whole) power--;
  for (; power >= 0; power--) {
    const divisor = exactPowers[power];
    const digit = Math.floor(whole / divisor);
    whole -= digit * divisor;
    digits[digitCount++] = digit;
    const leftHigh = whole * one + restHigh;
    if (leftHigh < deltaHigh || (leftHigh === deltaHigh && restLow <= deltaLow)) {
      decimalExponent += power;
      approach(leftHigh, restLow, deltaHigh, deltaLow, gapHigh, gapLow, divisor * one);
      return;
    }
  }
  for (;;) {
    const restCarry = Math.floor(restLow * 10 * TWO_MINUS_32);
    restLow = restLow * 10 - restCarry * TWO_32;
    restHigh = (restHigh * 10 + restCarry) >>> 0;
    const deltaCarry = Math.floor(deltaLow * 10 * TWO_MINUS_32);
    deltaLow = deltaLow * 10 - deltaCarry * TWO_32;
    deltaHigh = deltaHigh * 10 + deltaCarry;
    const gapCarry = Math.floor(gapLow * 10 * TWO_MINUS_32);
    gapLow = gapLow * 10 - gapCarry * TWO_32;
    gapHigh = gapHigh * 10 + gapCarry;
    digits[digitCount++] = restHigh >>> oneBits;
    restHigh &= one - 1;
    if (restHigh < deltaHigh || (restHigh === deltaHigh && restLow < deltaLow)) {
      decimalExponent += power;
      approach(restHigh, restLow, deltaHigh, deltaLow, gapHigh, gapLow, one);
      return;
    }
    power--;
  }
}

/**
 * Lowers the last digit, step by step, while that brings the number nearer to the value and keeps
 * it above the lower bound. A step is stepHigh * 2^32.
 */
function approach(
  restHigh: number,
  restLow: number,
  deltaHigh: number,
  deltaLow: number,
  gapHigh: number,
  gapLow: number,
  stepHigh: number,
): void {
  const room = deltaHigh - (deltaLow < restLow ? 1 : 0);
  const distanceLow = gapLow - restLow + (gapLow < restLow ? TWO_32 : 0);
  const gap = gapHigh - (gapLow < restLow ? 1 : 0);
  // Twice the distance to the value, rounded down to whole halves, and what that leaves.
  const carry = distanceLow >= 0x80000000 ? 1 : 0;
  const left = distanceLow * 2 - carry * TWO_32 > 0;
  for (; room - restHigh >= stepHigh; restHigh += stepHigh) {
    const twice = (gap - restHigh) * 2 + carry;
    if (twice < stepHigh || (twice === stepHigh && !left)) return;
    digits[digitCount - 1]--;
  }
}

/** The smallest power whose product with a mantissa of this exponent has an exponent >= -60. */
function powerIndex(exponent: number): number {
  const power = (-61 - exponent) * Math.log10(2);
  const index = Math.ceil((power - POWER_MIN) / POWER_STEP);
  if (powers[2 * index] === 0) computePower(index);
  return index;
}

/** The binary exponent of 10^power with a mantissa of 64 bits. */
function powerExponent(power: number): number {
  return Math.floor(power * Math.log2(10)) - 63;
}

/** Fills one entry of the powers: 10^power / 2^exponent, rounded. */
function computePower(index: number): void {
  const power = POWER_MIN + POWER_STEP * index;
  const exponent = powerExponent(power);
  const numerator = (10n ** BigInt(Math.max(power, 0))) << BigInt(Math.max(-exponent, 0));
  const divisor = (10n ** BigInt(Math.max(-power, 0))) << BigInt(Math.max(exponent, 0));
  const mantissa = (2n * numerator + divisor) / (2n * divisor);
  powers[2 * index] = Number(mantissa >> 32n);
  powers[2 * index + 1] = Number(mantissa & 0xffffffffn);
}

/**
 * The upper 64 bits, rounded, of the product of (high, low) + offset and a power. The power is
 * taken in 16-bit pieces, from the lowest up, so that each sum stays below 2^53.
 */
function roundedProduct(high: number, low: number, offset: number, index: number): void {
  const offsetHigh = Math.floor(offset / TWO_32);
  low += offset - offsetHigh * TWO_32;
  high += offsetHigh;
  if (low >= TWO_32) {
    low -= TWO_32;
    high++;
  }
  const powerHigh = powers[2 * index];
  const powerLow = powers[2 * index + 1];
  let sum = low * (powerLow & 0xffff);
  sum = Math.floor(sum / 0x10000) + low * (powerLow >>> 16);
  sum = Math.floor(sum / 0x10000) + low * (powerHigh & 0xffff) + high * (powerLow & 0xffff);
  sum = Math.floor(sum / 0x10000) + low * (powerHigh >>> 16) + high * (powerLow >>> 16);
  // The bits below the 64th are dropped: adding half of it rounds.
  sum = Math.floor((sum + 0x8000) / 0x10000) + high * (powerHigh & 0xffff);
  const upper = Math.floor(sum / 0x10000);
  const bottom = sum - upper * 0x10000;
  sum = upper + high * (powerHigh >>> 16);
  productHigh = Math.floor(sum / 0x10000);
  productLow = (sum - productHigh * 0x10000) * 0x10000 + bottom;
}
