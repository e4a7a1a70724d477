// Integers as decimal text, in Redis's strict syntax: an optional '-', then digits without leading
// zeros; no '+', no blanks, no "-0". Hot functions deal in safe integers, allocate nothing and make
// no string; the rest of the 64-bit range has cold functions beside them.

import { isSpace, latin1Text } from './ascii.ts';

/** What parseInteger answers for anything else; test with Number.isNaN or `value !== value`. */
const NOT_INTEGER = Number.NaN;

/** What parseCursor answers for text that is no cursor. */
export const NOT_CURSOR = -1;

/** What parseCursor answers for every cursor from here up: no cursor of ours is as large. */
const CURSOR_MAX = 2 ** 53;

const MINUS = 0x2d;
const PLUS = 0x2b;
const ZERO = 0x30;

/** Digits of 2^53, 2^63 and 2^64, the bounds of what the functions below accept. */
const SAFE_DIGITS = 16;
const INT64_DIGITS = 19;
const UINT64_DIGITS = 20;

/** Magnitudes of the int64 bounds, as text: digits of equal number compare like numbers. */
const INT64_MAX_TEXT = '9223372036854775807';
const INT64_MIN_TEXT = '9223372036854775808';

/** The int of C. */
export const INT32_MIN = -(2 ** 31);
export const INT32_MAX = 2 ** 31 - 1;

/** 2^63 as a double: beyond all integers of 64 bits. */
export const INT64_END = 2 ** 63;

/** A number is written in two pieces of eight digits, which fit 32-bit arithmetic. */
const PIECE = 1e8;

/** The texts "00" to "99", one after the other: two digits cost one division. */
const pairs = makePairs();

/** The integer that the bytes spell, or NOT_INTEGER when they spell none or an unsafe one. */
export function parseInteger(buffer: Uint8Array, start: number, end: number): number {
  if (start >= end) return NOT_INTEGER;
  const negative = buffer[start] === MINUS;
  let at = negative ? start + 1 : start;
  if (at === end || end - at > SAFE_DIGITS) return NOT_INTEGER;
  let value = buffer[at++] - ZERO;
  if (value === 0) return at === end && !negative ? 0 : NOT_INTEGER;
  if (value < 0 || value > 9) return NOT_INTEGER;
  for (; at < end; at++) {
    const digit = buffer[at] - ZERO;
    if (digit < 0 || digit > 9) return NOT_INTEGER;
    value = value * 10 + digit;
  }
  if (value > Number.MAX_SAFE_INTEGER) return NOT_INTEGER;
  return negative ? -value : value;
}

/** Do the bytes spell an integer of 64 bits? (Redis calls exactly these texts integers.) */
export function isInteger64(buffer: Uint8Array, start: number, end: number): boolean {
  if (start >= end) return false;
  const negative = buffer[start] === MINUS;
  const first = negative ? start + 1 : start;
  const digits = end - first;
  if (digits === 0 || digits > INT64_DIGITS) return false;
  if (buffer[first] === ZERO) return digits === 1 && !negative;
  for (let at = first; at < end; at++) if (!isDigit(buffer[at])) return false;
  if (digits < INT64_DIGITS) return true;
  const limit = negative ? INT64_MIN_TEXT : INT64_MAX_TEXT;
  for (let i = 0; i < INT64_DIGITS; i++) {
    const difference = buffer[first + i] - limit.charCodeAt(i);
    if (difference !== 0) return difference < 0;
  }
  return true;
}

/** The 64-bit integer that the bytes spell, or null. For what parseInteger refused. */
export function parseBigInteger(buffer: Uint8Array, start: number, end: number): bigint | null {
  return isInteger64(buffer, start, end) ? BigInt(latin1Text(buffer, start, end)) : null;
}

/**
 * The cursor of a SCAN, or NOT_CURSOR. Redis reads cursors with strtoul, so a sign, leading zeros
 * and nothing at all (0) are fine, a NUL ends the text, and "-1" is 2^64 - 1. Values of 2^53 and
 * more, up to 2^64 - 1, all come back as 2^53.
 */
export function parseCursor(buffer: Uint8Array, start: number, end: number): number {
  const nul = buffer.subarray(start, end).indexOf(0);
  if (nul >= 0) end = start + nul;
  if (start === end) return 0;
  if (isSpace(buffer[start])) return NOT_CURSOR;
  const negative = buffer[start] === MINUS;
  let at = negative || buffer[start] === PLUS ? start + 1 : start;
  if (at === end) return NOT_CURSOR;
  while (at < end - 1 && buffer[at] === ZERO) at++;
  const first = at;
  let value = 0;
  for (; at < end; at++) {
    if (!isDigit(buffer[at])) return NOT_CURSOR;
    value = value * 10 + (buffer[at] - ZERO);
  }
  if (!negative && value < CURSOR_MAX) return value;
  if (end - first > UINT64_DIGITS) return NOT_CURSOR;
  const exact = BigInt(latin1Text(buffer, first, end));
  if (exact !== BigInt.asUintN(64, exact)) return NOT_CURSOR;
  return Math.min(Number(BigInt.asUintN(64, negative ? -exact : exact)), CURSOR_MAX);
}

/** The text of an integer of 64 bits: the largest ones are 2^63 as doubles, which is none. */
export function integerText(value: number): string {
  return value < INT64_END ? String(value) : INT64_MAX_TEXT;
}

/** How many bytes writeInteger writes for a safe integer. */
export function integerLength(value: number): number {
  return value < 0 ? 1 + digitCount(-value) : digitCount(value);
}

/** Writes a safe integer in decimal at `at`; returns the position after it. */
export function writeInteger(target: Uint8Array, at: number, value: number): number {
  if (value < 0) {
    target[at++] = MINUS;
    value = -value;
  }
  if (value < 10) {
    target[at] = ZERO + value;
    return at + 1;
  }
  const end = at + digitCount(value);
  if (value < PIECE) {
    writeDigits(target, end, value);
  } else {
    // Exact: below 2^53 the quotient is too small for rounding to reach the next integer.
    const high = Math.floor(value / PIECE);
    writeDigits(target, writeEightDigits(target, end, value - high * PIECE), high);
  }
  return end;
}

/** Writes any integer in decimal at `at`; returns the position after it. */
export function writeBigInteger(target: Uint8Array, at: number, value: bigint): number {
  const text = value.toString();
  for (let i = 0; i < text.length; i++) target[at + i] = text.charCodeAt(i);
  return at + text.length;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= 0x39;
}

function digitCount(value: number): number {
  if (value < 1e4) {
    if (value < 1e2) return value < 1e1 ? 1 : 2;
    return value < 1e3 ? 3 : 4;
  }
  if (value < 1e8) {
    if (value < 1e6) return value < 1e5 ? 5 : 6;
    return value < 1e7 ? 7 : 8;
  }
  let count = 9;
  for (let limit = 1e9; value >= limit; limit *= 10) count++;
  return count;
}

/** Writes value < 1e8 so that it ends before `before`, without leading zeros. */
function writeDigits(target: Uint8Array, before: number, value: number): void {
  let rest = value | 0;
  while (rest >= 100) {
    const high = (rest / 100) | 0;
    const pair = (rest - high * 100) << 1;
    target[--before] = pairs[pair + 1];
    target[--before] = pairs[pair];
    rest = high;
  }
  if (rest >= 10) {
    target[--before] = pairs[(rest << 1) + 1];
    target[--before] = pairs[rest << 1];
  } else {
    target[--before] = ZERO + rest;
  }
}

/** Writes value < 1e8 as exactly eight digits ending before `before`; returns where they begin. */
export function writeEightDigits(target: Uint8Array, before: number, value: number): number {
  let rest = value | 0;
  for (let i = 0; i < 4; i++) {
    const high = (rest / 100) | 0;
    const pair = (rest - high * 100) << 1;
    target[--before] = pairs[pair + 1];
    target[--before] = pairs[pair];
    rest = high;
  }
  return before;
}

function makePairs(): Uint8Array {
  const bytes = new Uint8Array(200);
  for (let i = 0; i < 100; i++) {
    bytes[2 * i] = ZERO + Math.floor(i / 10);
    bytes[2 * i + 1] = ZERO + (i % 10);
  }
  return bytes;
}
