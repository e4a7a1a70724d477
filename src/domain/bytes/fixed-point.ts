// Doubles with a fixed number of digits after the point, without garbage: distances, as Redis 7.2
// writes them, and coordinates.
import { formatLongDouble, longDoubleFromNumber } from './decimal.ts';
import { writeInteger } from './integer.ts';

/** Room for any text that is written here. */
export const FIXED_LENGTH_MAX = 32;

const DIGIT_0 = 0x30;
const MINUS = 0x2d;
const POINT = 0x2e;
const DISTANCE_DIGITS = 4;
const DISTANCE_SCALE = 1e4;
/** What Redis makes of a distance that is no number: the least integer of 64 bits. */
const NOT_A_DISTANCE = '-922337203685477.5808';
const TWO_32 = 2 ** 32;
const HALF = 2 ** 31;
/** 17 digits after the point come in three groups: 6, 6 and 5. */
const GROUP = 1e6;
const UPPER_DIGITS = 12;
const UPPER_END = 1e12;
const LAST_DIGITS = 5;
const LAST_END = 1e5;
/** Coordinates are smaller. */
const WHOLE_END = 1000;

/**
 * Writes a distance, which is not negative and below 2^39, with four digits; returns the place
 * after it.
 */
export function writeDistance(target: Uint8Array, at: number, distance: number): number {
  if (Number.isNaN(distance)) return writeText(target, at, NOT_A_DISTANCE);
  const scaled = roundedToEven(distance * DISTANCE_SCALE);
  const whole = Math.floor(scaled / DISTANCE_SCALE);
  const next = writeInteger(target, at, whole);
  target[next] = POINT;
  return writeDigits(target, next + 1, scaled - whole * DISTANCE_SCALE, DISTANCE_DIGITS);
}

/**
 * Writes a double as printf's "%.17f" has it, without zeros at its end, or as "0"; returns the
 * place after it. One of 1000 or more needs more room than FIXED_LENGTH_MAX.
 */
export function writeCoordinate(target: Uint8Array, at: number, value: number): number {
  const magnitude = Math.abs(value);
  let whole = Math.floor(magnitude);
  // The fraction as three words of a binary number, the first one the most significant.
  let high = (magnitude - whole) * TWO_32;
  let middle = (high - Math.floor(high)) * TWO_32;
  let low = (middle - Math.floor(middle)) * TWO_32;
  high = Math.floor(high);
  middle = Math.floor(middle);
  if (!(magnitude < WHOLE_END) || low !== Math.floor(low)) {
    return writeText(target, at, formatLongDouble(longDoubleFromNumber(value)));
  }
  let upper = 0;
  let last = 0;
  for (let group = 0; group < 3; group++) {
    const scale = group === 2 ? LAST_END : GROUP;
    low *= scale;
    middle = middle * scale + Math.floor(low / TWO_32);
    high = high * scale + Math.floor(middle / TWO_32);
    last = Math.floor(high / TWO_32);
    low %= TWO_32;
    middle %= TWO_32;
    high %= TWO_32;
    if (group < 2) upper = upper * GROUP + last;
  }
  const isTie = high === HALF && middle === 0 && low === 0;
  if (isTie ? last % 2 === 1 : high >= HALF) last++;
  if (last === LAST_END) {
    last = 0;
    upper++;
  }
  if (upper === UPPER_END) {
    upper = 0;
    whole++;
  }
  return layOut(target, at, value < 0, whole, upper, last);
}

/** Writes whole.upper+last without zeros at its end. */
function layOut(
  target: Uint8Array,
  at: number,
  isNegative: boolean,
  whole: number,
  upper: number,
  last: number,
): number {
  const hasFraction = upper > 0 || last > 0;
  if (isNegative && (whole > 0 || hasFraction)) target[at++] = MINUS;
  let end = writeInteger(target, at, whole);
  if (!hasFraction) return end;
  target[end++] = POINT;
  end = writeDigits(target, end, upper, UPPER_DIGITS);
  end = writeDigits(target, end, last, LAST_DIGITS);
  while (target[end - 1] === DIGIT_0) end--;
  return end;
}

/** Writes a number with so many digits, zeros in front. */
function writeDigits(target: Uint8Array, at: number, value: number, count: number): number {
  let rest = value;
  for (let i = at + count - 1; i >= at; i--) {
    const tenth = Math.floor(rest / 10);
    target[i] = DIGIT_0 + rest - tenth * 10;
    rest = tenth;
  }
  return at + count;
}

function writeText(target: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) target[at + i] = text.charCodeAt(i);
  return at + text.length;
}

/** The nearest integer, of two the even one. */
function roundedToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest === 0.5) return below % 2 === 0 ? below : below + 1;
  return rest < 0.5 ? below : below + 1;
}
