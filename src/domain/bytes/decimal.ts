// Floating-point numbers as text, exactly. Redis computes INCRBYFLOAT and HINCRBYFLOAT in the
// x87's 80-bit long double: 64 bits of mantissa and 15 of exponent. LongDouble is that type over
// BigInt, rounding half to even as the processor does, so that sums and their texts are equal to
// the letter. Not for hot paths; doubles have float.ts.

import { isSpace, latin1Text, lowerCase } from './ascii.ts';

/**
 * The number mantissa * 2^exponent, where the mantissa carries the sign and has at most 64 bits.
 * An infinity has exponent Infinity. Zero has no sign, as INCRBYFLOAT never shows it.
 */
export interface LongDouble {
  readonly mantissa: bigint;
  readonly exponent: number;
}

/** A number as strtod reads it, taken apart but not converted. */
export interface NumberText {
  readonly kind: 'decimal' | 'hexadecimal' | 'infinity';
  readonly negative: boolean;
  /** The digits of the significand without its point, leading zeros included. */
  readonly digits: string;
  /** The value is digits * base^exponent, base being 10 or, for hexadecimal numbers, 2. */
  readonly exponent: number;
}

/** Texts of this size and more are no long doubles: the size of Redis's buffer. */
const TEXT_SIZE_END = 5 * 1024;

/** An exponent beyond this decides the outcome alone; it is cut off so that it stays a number. */
const EXPONENT_MAX = 1e12;

const LONG_DOUBLE_BITS = 64;
const LONG_DOUBLE_EXPONENT_MIN = -16445;
const LONG_DOUBLE_EXPONENT_END = 16384;

const DOUBLE_BITS = 53;
const DOUBLE_EXPONENT_MIN = -1074;

/** Decimal exponents outside which a long double surely overflows, or is zero. */
const DECIMAL_EXPONENT_MAX = 5000;
const DECIMAL_EXPONENT_MIN = -5000;

/** Hexadecimal digits that are converted; what is cut off only matters as being zero or not. */
const HEX_DIGITS_MAX = 32;

const FRACTION_DIGITS = 17;
const SIGNIFICANT_DIGITS = 17;

const ZERO: LongDouble = { mantissa: 0n, exponent: 0 };

/**
 * The long double nearest to the text, or null when the text is no number by Redis's rules:
 * what strtold accepts, but no leading blank, no NaN, nothing that overflows or vanishes.
 * Infinities, written as such, are numbers.
 */
export function parseLongDouble(buffer: Uint8Array, start: number, end: number): LongDouble | null {
  if (end - start >= TEXT_SIZE_END) return null;
  const text = scanNumber(buffer, start, end);
  if (text === null) return null;
  if (text.kind === 'infinity') return { mantissa: text.negative ? -1n : 1n, exponent: Infinity };
  const magnitude = text.kind === 'decimal' ? fromDecimal(text) : fromHexadecimal(text);
  if (magnitude === null || !text.negative) return magnitude;
  return { mantissa: -magnitude.mantissa, exponent: magnitude.exponent };
}

/** The double, which must not be NaN, as a long double: that holds it exactly. */
export function longDoubleFromNumber(value: number): LongDouble {
  if (!Number.isFinite(value)) return { mantissa: value < 0 ? -1n : 1n, exponent: Infinity };
  if (value === 0) return ZERO;
  // One bit more than needed, as log2 may have been rounded up.
  const top = Math.floor(Math.log2(Math.abs(value)));
  const exponent = Math.max(top - DOUBLE_BITS, DOUBLE_EXPONENT_MIN);
  // In two steps, as 2^1074 itself is out of range.
  const half = Math.trunc(exponent / 2);
  return { mantissa: BigInt(value * 2 ** -half * 2 ** (half - exponent)), exponent };
}

/** The rounded sum, or null when it would be infinite or no number. */
export function addLongDouble(a: LongDouble, b: LongDouble): LongDouble | null {
  if (a.exponent === Infinity || b.exponent === Infinity) return null;
  const exponent = Math.min(a.exponent, b.exponent);
  const sum =
    (a.mantissa << BigInt(a.exponent - exponent)) + (b.mantissa << BigInt(b.exponent - exponent));
  const magnitude = toLongDouble(sum < 0n ? -sum : sum, exponent);
  if (magnitude.exponent === Infinity || sum >= 0n) return finite(magnitude);
  return { mantissa: -magnitude.mantissa, exponent: magnitude.exponent };
}

/**
 * The number without an exponent, at most 17 digits after the point and no zeros at the end: as
 * INCRBYFLOAT replies (printf's "%.17Lf").
 */
export function formatLongDouble(value: LongDouble): string {
  const sign = value.mantissa < 0n ? '-' : '';
  if (value.exponent === Infinity) return sign + 'inf';
  const text = withoutZeros(fixedText(value, FRACTION_DIGITS));
  return text === '0' ? text : sign + text;
}

/** The double with so many digits after the point: printf's "%.6f" with 6. */
export function formatFixed(value: number, digits: number): string {
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (!Number.isFinite(value)) return sign + 'inf';
  return sign + fixedText(longDoubleFromNumber(value), digits);
}

/** The magnitude, which is finite, with so many digits after the point. */
function fixedText({ mantissa, exponent }: LongDouble, digits: number): string {
  const magnitude = mantissa < 0n ? -mantissa : mantissa;
  const text = scaleByTen(magnitude, exponent, digits)
    .toString()
    .padStart(digits + 1, '0');
  const point = text.length - digits;
  return text.slice(0, point) + '.' + text.slice(point);
}

/**
 * The double with 17 significant digits, and an exponent if it is below 1e-4 or from 1e17 up: as
 * ZSCAN shows the scores of a skiplist (printf's "%.17Lg").
 */
export function formatDouble17(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (value === 0) return sign + '0';
  if (!Number.isFinite(value)) return sign + 'inf';
  const { mantissa, exponent: binary } = longDoubleFromNumber(Math.abs(value));
  // The power of two below the value gives its decimal exponent, or one less.
  let exponent = Math.floor((bitCount(mantissa) - 1 + binary) * Math.log10(2)) - 1;
  let digits = '';
  do {
    exponent++;
    digits = scaleByTen(mantissa, binary, SIGNIFICANT_DIGITS - 1 - exponent).toString();
  } while (digits.length > SIGNIFICANT_DIGITS);
  if (exponent < -4 || exponent >= SIGNIFICANT_DIGITS) {
    const significand = withoutZeros(digits[0] + '.' + digits.slice(1));
    const size = Math.abs(exponent).toString().padStart(2, '0');
    return sign + significand + (exponent < 0 ? 'e-' : 'e+') + size;
  }
  if (exponent < 0) return sign + withoutZeros('0.' + '0'.repeat(-exponent - 1) + digits);
  return sign + withoutZeros(digits.slice(0, exponent + 1) + '.' + digits.slice(exponent + 1));
}

/**
 * Takes a number's text apart, or returns null when strtod would not read all of it, or would read
 * a NaN, or when it begins with a blank.
 */
export function scanNumber(buffer: Uint8Array, start: number, end: number): NumberText | null {
  if (start >= end || isSpace(buffer[start])) return null;
  const negative = buffer[start] === 0x2d;
  let at = negative || buffer[start] === 0x2b ? start + 1 : start;
  if (isWord(buffer, at, end, 'inf') || isWord(buffer, at, end, 'infinity')) {
    return { kind: 'infinity', negative, digits: '', exponent: 0 };
  }
  const hexadecimal = buffer[at] === 0x30 && at + 2 < end && lowerCase(buffer[at + 1]) === 0x78;
  if (hexadecimal) at += 2;
  const wholeStart = at;
  while (at < end && isDigit(buffer[at], hexadecimal)) at++;
  let digits = latin1Text(buffer, wholeStart, at);
  let exponent = 0;
  if (at < end && buffer[at] === 0x2e) {
    const fractionStart = ++at;
    while (at < end && isDigit(buffer[at], hexadecimal)) at++;
    digits += latin1Text(buffer, fractionStart, at);
    exponent = (fractionStart - at) * (hexadecimal ? 4 : 1);
  }
  if (digits.length === 0) return null;
  if (at < end) {
    if (lowerCase(buffer[at]) !== (hexadecimal ? 0x70 : 0x65)) return null;
    const explicit = scanExponent(buffer, at + 1, end);
    if (Number.isNaN(explicit)) return null;
    exponent += explicit;
  }
  return { kind: hexadecimal ? 'hexadecimal' : 'decimal', negative, digits, exponent };
}

/** The double nearest to a hexadecimal number's magnitude; Infinity or 0 when out of range. */
export function hexadecimalToDouble(text: NumberText): number {
  const exact = readHexadecimal(text);
  if (bitCount(exact.mantissa) + exact.exponent > 1025) return Infinity;
  const rounded = round(exact.mantissa, exact.exponent, DOUBLE_BITS, DOUBLE_EXPONENT_MIN);
  // Both factors are exact and so is the product, unless it is beyond the largest double.
  return Number(rounded.mantissa) * 2 ** rounded.exponent;
}

function isWord(buffer: Uint8Array, start: number, end: number, word: string): boolean {
  if (end - start !== word.length) return false;
  for (let i = 0; i < word.length; i++) {
    if (lowerCase(buffer[start + i]) !== word.charCodeAt(i)) return false;
  }
  return true;
}

function isDigit(byte: number, hexadecimal: boolean): boolean {
  if (byte >= 0x30 && byte <= 0x39) return true;
  const letter = byte | 0x20;
  return hexadecimal && letter >= 0x61 && letter <= 0x66;
}

/** The signed decimal exponent in [at, end), cut off at EXPONENT_MAX; NaN when it is none. */
function scanExponent(buffer: Uint8Array, at: number, end: number): number {
  const negative = buffer[at] === 0x2d;
  if (negative || buffer[at] === 0x2b) at++;
  if (at >= end) return Number.NaN;
  let value = 0;
  for (; at < end; at++) {
    if (!isDigit(buffer[at], false)) return Number.NaN;
    value = Math.min(value * 10 + (buffer[at] - 0x30), EXPONENT_MAX);
  }
  return negative ? -value : value;
}

function fromDecimal(text: NumberText): LongDouble | null {
  const digits = text.digits.replace(/^0+/, '');
  if (digits === '') return ZERO;
  const exponent = text.exponent;
  if (digits.length + exponent > DECIMAL_EXPONENT_MAX) return null;
  if (digits.length + exponent < DECIMAL_EXPONENT_MIN) return null;
  const mantissa = BigInt(digits);
  if (exponent >= 0) return nonzero(toLongDouble(mantissa * 10n ** BigInt(exponent), 0));
  // The quotient gets more bits than are kept, and one last bit that says whether anything follows.
  const divisor = 10n ** BigInt(-exponent);
  const shift = Math.max(0, LONG_DOUBLE_BITS + 2 + bitCount(divisor) - bitCount(mantissa));
  const dividend = mantissa << BigInt(shift);
  const quotient = (dividend / divisor) << 1n;
  const sticky = dividend % divisor === 0n ? 0n : 1n;
  return nonzero(toLongDouble(quotient | sticky, -shift - 1));
}

function fromHexadecimal(text: NumberText): LongDouble | null {
  const exact = readHexadecimal(text);
  if (exact.mantissa === 0n) return ZERO;
  return nonzero(toLongDouble(exact.mantissa, exact.exponent));
}

/** A hexadecimal number, with more bits than any format keeps and a sticky last one. */
function readHexadecimal(text: NumberText): LongDouble {
  const digits = text.digits.replace(/^0+/, '');
  if (digits === '') return ZERO;
  const dropped = digits.slice(HEX_DIGITS_MAX);
  const mantissa = BigInt('0x' + digits.slice(0, HEX_DIGITS_MAX));
  return {
    mantissa: (mantissa << 1n) | (/[^0]/.test(dropped) ? 1n : 0n),
    exponent: text.exponent + 4 * dropped.length - 1,
  };
}

/** Rounds a magnitude to a long double, infinite when it is too large. */
function toLongDouble(mantissa: bigint, exponent: number): LongDouble {
  const rounded = round(mantissa, exponent, LONG_DOUBLE_BITS, LONG_DOUBLE_EXPONENT_MIN);
  const overflows = bitCount(rounded.mantissa) + rounded.exponent > LONG_DOUBLE_EXPONENT_END;
  return overflows && rounded.mantissa !== 0n ? { mantissa: 1n, exponent: Infinity } : rounded;
}

function finite(value: LongDouble): LongDouble | null {
  return value.exponent === Infinity ? null : value;
}

/** Null for what has overflowed or vanished in conversion: strtold's ERANGE. */
function nonzero(value: LongDouble): LongDouble | null {
  return value.mantissa === 0n ? null : finite(value);
}

/** Rounds, half to even, to at most so many bits and an exponent that is not below the least. */
function round(mantissa: bigint, exponent: number, bits: number, exponentMin: number): LongDouble {
  const count = bitCount(mantissa);
  const drop = Math.max(count - bits, exponentMin - exponent);
  if (drop <= 0) return { mantissa, exponent };
  if (drop > count + 1) return ZERO;
  const rounded = shiftRightRounding(mantissa, drop);
  // Rounding up may carry into one bit more, which leaves nothing but zeros below it.
  const carry = rounded >> BigInt(bits);
  return { mantissa: rounded >> carry, exponent: exponent + drop + Number(carry) };
}

/** mantissa / 2^count, rounded half to even. */
function shiftRightRounding(mantissa: bigint, count: number): bigint {
  const half = 1n << BigInt(count - 1);
  const rest = mantissa & ((half << 1n) - 1n);
  const quotient = mantissa >> BigInt(count);
  if (rest > half || (rest === half && (quotient & 1n) === 1n)) return quotient + 1n;
  return quotient;
}

/** mantissa * 2^exponent * 10^power as an integer, rounded half to even. */
function scaleByTen(mantissa: bigint, exponent: number, power: number): bigint {
  if (power >= 0) {
    const scaled = mantissa * 10n ** BigInt(power);
    if (exponent >= 0) return scaled << BigInt(exponent);
    return -exponent > bitCount(scaled) + 1 ? 0n : shiftRightRounding(scaled, -exponent);
  }
  const divisor = (10n ** BigInt(-power)) << BigInt(Math.max(0, -exponent));
  const dividend = mantissa << BigInt(Math.max(0, exponent));
  const quotient = dividend / divisor;
  const doubled = (dividend % divisor) << 1n;
  if (doubled > divisor || (doubled === divisor && (quotient & 1n) === 1n)) return quotient + 1n;
  return quotient;
}

/** How many bits the magnitude has; 0 for 0. */
function bitCount(magnitude: bigint): number {
  if (magnitude === 0n) return 0;
  const text = magnitude.toString(16);
  return text.length * 4 - (Math.clz32(Number.parseInt(text[0], 16)) - 28);
}

/** The text, which has a point, without zeros at the end, nor a point that nothing follows. */
function withoutZeros(text: string): string {
  let end = text.length;
  while (text[end - 1] === '0') end--;
  if (text[end - 1] === '.') end--;
  return text.slice(0, end);
}
