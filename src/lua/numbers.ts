// Numbers as text and text as numbers, as Lua 5.1 does it: C's printf() and strtod().
//
// JavaScript's toFixed() and its relatives know all digits of a double, as C does, but they round
// what is just half way up, and C rounds it to the even digit: so halves are looked for first.
import { NUMBER_SIZE_MAX } from './limits.ts';
import { blanksEnd, numberEnd } from './number-scan.ts';

const NO_START = /^[^\s0-9.+\-iInN\0]/;

/** What tostring() writes of a number. */
const DIGITS = 14;
/** Integers below this one have at most DIGITS digits. */
const PLAIN_MAX = 1e14;
/** Numbers from this one on are written without an exponent, as long as the digits reach. */
const PLAIN_MIN = 1e-4;
/** toFixed() writes larger numbers with an exponent. */
const FIXED_MAX = 1e21;
/** Powers of ten up to this one are doubles, exactly. */
const EXACT_POWER_MAX = 22;
/** Decimal strings up to this size are integers that a double has exactly. */
const INTEGER_SIZE_MAX = 15;

// Tables: `**` takes several times as long.
const POWERS_OF_TEN = Array.from({ length: EXACT_POWER_MAX + 1 }, (_, power) => 10 ** power);
const POWERS_OF_TWO = Array.from({ length: 102 }, (_, power) => 2 ** power);

const ZERO = 48;
const NINE = 57;
const MINUS = 45;

/** As tostring() writes it. */
export function textOfNumber(value: number): string {
  if (Number.isInteger(value) && value < PLAIN_MAX && value > -PLAIN_MAX) {
    return value === 0 && 1 / value < 0 ? '-0' : String(value);
  }
  // The shortest text that reads as the number. Where it is short it is the number, for all digits.
  if (Number.isInteger(value * 1024) && Math.abs(value) < PLAIN_MAX) {
    const text = String(value);
    if (text.length <= DIGITS + 1) return text;
  }
  return generalFormat(value, DIGITS, false);
}

/** C's %.<precision>g; with `isAlternate`, %#.<precision>g. The precision is 0 to 99. */
export function generalFormat(value: number, precision: number, isAlternate: boolean): string {
  if (value - value !== 0) return textOfSpecial(value);
  const digitsCount = precision === 0 ? 1 : precision;
  const size = Math.abs(value);
  const sign = isNegative(value) ? '-' : '';
  const power = digitsCount > EXACT_POWER_MAX ? EXACT_POWER_MAX : digitsCount;
  if (size >= PLAIN_MIN && size < POWERS_OF_TEN[power]) {
    const text = size.toPrecision(digitsCount);
    // What is rounded up to the next power of ten may have an exponent.
    if (!text.includes('e')) {
      const point = text.indexOf('.');
      if (!isHalf(size, point < 0 ? 0 : text.length - point - 1)) {
        if (point < 0) return isAlternate ? `${sign}${text}.` : sign + text;
        return sign + (isAlternate ? text : withoutZeros(text));
      }
    }
  }
  const text = scientific(size, digitsCount - 1);
  const exponentAt = exponentOffset(digitsCount - 1);
  const exponent = exponentAfter(text, exponentAt);
  let digits = digitsCount === 1 ? text.slice(0, 1) : text[0] + text.slice(2, exponentAt);
  if (!isAlternate) digits = digits.slice(0, sizeWithoutZeros(digits, 1));
  if (exponent < -4 || exponent >= digitsCount) {
    return sign + pointed(digits, 1, isAlternate) + padExponent(text.slice(exponentAt));
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  return sign + pointed(digits.padEnd(exponent + 1, '0'), exponent + 1, isAlternate);
}

/** C's %.<precision>e; with `isAlternate`, %#.<precision>e. The precision is 0 to 99. */
export function exponentialFormat(value: number, precision: number, isAlternate: boolean): string {
  if (value - value !== 0) return textOfSpecial(value);
  const text = scientific(Math.abs(value), precision);
  const exponentAt = exponentOffset(precision);
  const point = isAlternate && precision === 0 ? '.' : '';
  const sign = isNegative(value) ? '-' : '';
  return sign + text.slice(0, exponentAt) + point + padExponent(text.slice(exponentAt));
}

/** C's %.<precision>f; with `isAlternate`, %#.<precision>f. The precision is 0 to 99. */
export function fixedFormat(value: number, precision: number, isAlternate: boolean): string {
  if (value - value !== 0) return textOfSpecial(value);
  const text = fixed(Math.abs(value), precision);
  const point = isAlternate && precision === 0 ? '.' : '';
  return isNegative(value) ? `-${text}${point}` : text + point;
}

/** The number that a string reads as, whole, or undefined: one that is too long reads as none. */
export function numberOfString(text: string): number | undefined {
  const { length } = text;
  if (length > 0 && length <= INTEGER_SIZE_MAX) {
    const isMinus = text.charCodeAt(0) === MINUS;
    const start = isMinus ? 1 : 0;
    let value = 0;
    let i = start;
    for (; i < length; i++) {
      const digit = text.charCodeAt(i) - ZERO;
      if (digit < 0 || digit > 9) break;
      value = 10 * value + digit;
    }
    if (i === length && i > start) return isMinus ? -value : value;
    // Most words that are no numbers can be told by their first letter.
    if (i === 0 && NO_START.test(text)) return undefined;
  }
  if (length > NUMBER_SIZE_MAX) return undefined;
  if (isPlain(text)) {
    const value = Number(text);
    if (!Number.isNaN(value)) return value;
  }
  const start = blanksEnd(text, 0);
  const end = numberEnd(text, start);
  if (end === start) return undefined;
  // For C a string ends before its first zero byte.
  const rest = blanksEnd(text, end);
  if (rest < length && text.charCodeAt(rest) !== 0) return undefined;
  return valueOfNumber(end - start === length ? text : text.slice(start, end));
}

/** Does it begin and end as decimals do? Then it is for C what it is for JavaScript, or nothing. */
function isPlain(text: string): boolean {
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  return first > ZERO && first <= NINE && last >= ZERO && last <= NINE;
}

/** The value of a text that is a number for strtod(), and nothing else. */
function valueOfNumber(text: string): number {
  const value = Number(text);
  if (!Number.isNaN(value)) return value;
  // JavaScript knows neither C's names nor signs of hexadecimal numbers, nor their fractions.
  const isMinus = text[0] === '-';
  const size = isMinus || text[0] === '+' ? text.slice(1) : text;
  const first = size[0].toLowerCase();
  if (first === 'n') return Number.NaN;
  const magnitude = first === 'i' ? Number.POSITIVE_INFINITY : hexadecimalOf(size.slice(2));
  return isMinus ? -magnitude : magnitude;
}

/** The value of digits that may have a point and an exponent. */
function hexadecimalOf(text: string): number {
  const exponentAt = text.search(/[pP]/);
  const digits = exponentAt < 0 ? text : text.slice(0, exponentAt);
  const exponent = exponentAt < 0 ? 0 : Number(text.slice(exponentAt + 1));
  const point = digits.indexOf('.');
  if (point < 0) return hexadecimalValue(digits, exponent);
  const fraction = digits.slice(point + 1);
  return hexadecimalValue(digits.slice(0, point) + fraction, exponent - 4 * fraction.length);
}

/** digits * 2^exponent, rounded once, to the nearest double and halves to the even one. */
function hexadecimalValue(digits: string, exponent: number): number {
  const start = digits.search(/[^0]/);
  if (start < 0) return 0;
  // More digits than these only tell whether the number lies above a half.
  const kept = digits.slice(start, start + 20);
  const dropped = digits.slice(start + 20);
  const isAbove = /[^0]/.test(dropped);
  const mantissa = BigInt(`0x${kept}${isAbove ? '1' : '0'}`);
  const scale = exponent + 4 * dropped.length - 4;
  if (scale > 1024) return Number.POSITIVE_INFINITY;
  // Doubles have 53 bits, and none below 2^-1074.
  const bits = mantissa.toString(2).length;
  const shift = Math.max(bits - 53, -1074 - scale);
  if (shift <= 0) return Number(mantissa) * 2 ** scale;
  if (shift > bits) return 0;
  const unit = 1n << BigInt(shift);
  const rest = mantissa & (unit - 1n);
  let rounded = mantissa >> BigInt(shift);
  const half = unit >> 1n;
  if (rest > half || (rest === half && (rounded & 1n) === 1n)) rounded++;
  return Number(rounded) * 2 ** (scale + shift);
}

/** toExponential() with C's rounding. `size` is not negative. */
function scientific(size: number, precision: number): string {
  const text = size.toExponential(precision);
  const place = exponentAfter(text, exponentOffset(precision)) - precision - 1;
  if (!isMultipleOfPower(size, place)) return text;
  const longer = size.toExponential(precision + 1);
  const end = exponentOffset(precision + 1);
  // A half goes up, as in the text, from odd digits only. From 9 the text may have a new exponent.
  const digit = longer.charCodeAt(precision === 0 ? 0 : end - 2);
  if (longer[end - 1] !== '5' || (digit & 1) === 1) return text;
  return longer.slice(0, precision === 0 ? 1 : end - 1) + longer.slice(end);
}

/** Does a number end at the decimal place 10^place, or before? */
function isMultipleOfPower(size: number, place: number): boolean {
  if (place > 0) return place <= EXACT_POWER_MAX && size % POWERS_OF_TEN[place] === 0;
  // What ends after some decimal places ends after as many binary ones, and the other way round.
  const power = -place;
  return Number.isInteger(size * (power < 102 ? POWERS_OF_TWO[power] : 2 ** power));
}

/** toFixed() with C's rounding. `size` is not negative. */
function fixed(size: number, precision: number): string {
  if (size >= FIXED_MAX) {
    const digits = BigInt(size).toString();
    return precision === 0 ? digits : `${digits}.${'0'.repeat(precision)}`;
  }
  if (!isHalf(size, precision)) return size.toFixed(precision);
  // All digits of the number, a 5 at last: up from odd digits only, as toFixed() does.
  const longer = size.toFixed(precision + 1);
  const end = longer.length - 1;
  const digit = longer.charCodeAt(precision === 0 ? end - 2 : end - 1);
  if ((digit & 1) === 1) return size.toFixed(precision);
  return longer.slice(0, precision === 0 ? end - 1 : end);
}

/** Does a number end in a half after so many decimal places, below 101? */
function isHalf(size: number, places: number): boolean {
  // Then it ends after one binary place more. It has a 5 there if it does not end before.
  return (
    Number.isInteger(size * POWERS_OF_TWO[places + 1]) &&
    !Number.isInteger(size * POWERS_OF_TWO[places])
  );
}

/** Where toExponential() writes the `e`. */
function exponentOffset(precision: number): number {
  return precision === 0 ? 1 : precision + 2;
}

/** The number after an `e`. */
function exponentAfter(text: string, exponentAt: number): number {
  let exponent = 0;
  for (let i = exponentAt + 2; i < text.length; i++) {
    exponent = 10 * exponent + text.charCodeAt(i) - ZERO;
  }
  return text.charCodeAt(exponentAt + 1) === MINUS ? -exponent : exponent;
}

/** C writes two digits at least after an `e` and the sign. */
function padExponent(text: string): string {
  return text.length === 3 ? `${text.slice(0, 2)}0${text[2]}` : text;
}

/** C knows the sign of what is not a number; here it is always that of 0/0 on x86-64. */
function textOfSpecial(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return 'inf';
  return value === Number.NEGATIVE_INFINITY ? '-inf' : '-nan';
}

function isNegative(value: number): boolean {
  return value < 0 || (value === 0 && 1 / value < 0);
}

/** Digits with a point after `pointAt` of them, if any follow or with `isAlternate`. */
function pointed(digits: string, pointAt: number, isAlternate: boolean): string {
  if (digits.length > pointAt) return `${digits.slice(0, pointAt)}.${digits.slice(pointAt)}`;
  return isAlternate ? `${digits}.` : digits;
}

/** A text with a point, without the zeros at its end. */
function withoutZeros(text: string): string {
  const end = sizeWithoutZeros(text, 1);
  return text.slice(0, text[end - 1] === '.' ? end - 1 : end);
}

function sizeWithoutZeros(text: string, sizeMin: number): number {
  let end = text.length;
  while (end > sizeMin && text.charCodeAt(end - 1) === ZERO) end--;
  return end;
}
