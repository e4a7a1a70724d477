// Numbers as Redis reads them from configuration: four grammars, each with the tolerance of the C
// function behind it. All are int64 or uint64 arithmetic, hence BigInt; configuration is cold.
import type { IntegerDirective, Reading } from './directive.ts';
import { INT_MAX, INT_MIN, LONG_MAX, ULONG_MAX } from './directive.ts';

const LONG_MIN = -LONG_MAX - 1n;

// A decimal of Redis's string2ll is at most this long, sign included.
const DECIMAL_LENGTH_MAX = 20;
// The digits of a memory value are copied into a buffer of 128 with its NUL.
const MEMORY_DIGITS_MAX = 127;

const MEMORY_UNITS: Readonly<Record<string, bigint>> = {
  '': 1n,
  b: 1n,
  k: 1000n,
  kb: 1024n,
  m: 1000n ** 2n,
  mb: 1024n ** 2n,
  g: 1000n ** 3n,
  gb: 1024n ** 3n,
};

/** Reads the value of an integer directive; the state is a decimal text. */
export function readInteger(directive: IntegerDirective, value: string): Reading {
  const number = parseByUnit(directive, value);
  if (number === null) return { state: null, error: notANumber(directive) };
  const error = outOfBounds(directive, number);
  if (error !== null) return { state: null, error };
  return { state: String(clamped(directive, number)), error: null };
}

/** An integer state as CONFIG GET prints it. */
export function printInteger(directive: IntegerDirective, state: string): string {
  const number = BigInt(state);
  switch (directive.unit) {
    case 'memory-or-percent':
      return number < 0n ? `${-number}%` : state;
    case 'memory':
      return String(BigInt.asUintN(64, number));
    case 'octal':
      return number.toString(8);
    case 'plain':
      return state;
  }
}

/**
 * What C's strtoll makes of the text, or null when something follows the number. The empty text is
 * 0, white space and a sign may stand before the digits, and overflow saturates.
 */
export function parseLoose(value: string): bigint | null {
  if (value === '') return 0n;
  if (!/^[ \t-\r]*[+-]?[0-9]+$/.test(value)) return null;
  return saturated(signedNumber(value.trim(), 10n));
}

/** The low 32 bits of a long as C's int has them. */
export function asInt(value: bigint): bigint {
  return value > INT_MAX || value < INT_MIN ? BigInt.asIntN(32, value) : value;
}

/**
 * A finite or infinite double as Redis's string2d reads it, or null: no white space, no NaN, and
 * no overflow or underflow by the digits. Hexadecimal floats are not read.
 */
export function parseDouble(value: string): number | null {
  if (/^[+-]?inf(inity)?$/i.test(value)) return value.startsWith('-') ? -Infinity : Infinity;
  if (!/^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?$/i.test(value)) return null;
  const number = Number(value);
  if (!Number.isFinite(number)) return null;
  const isZeroByUnderflow = number === 0 && /[1-9]/.test(value.split(/e/i)[0]);
  return isZeroByUnderflow ? null : number;
}

function parseByUnit(directive: IntegerDirective, value: string): bigint | null {
  switch (directive.unit) {
    case 'plain':
      return parseDecimal(value);
    case 'octal':
      return parseOctal(value);
    case 'memory':
      return parseMemory(value);
    case 'memory-or-percent':
      return parseMemory(value) ?? parsePercent(value);
  }
}

/** Strict decimal: no plus, no leading zero, no "-0". */
function parseDecimal(value: string): bigint | null {
  if (value.length > DECIMAL_LENGTH_MAX || !/^(0|-?[1-9][0-9]*)$/.test(value)) return null;
  const number = BigInt(value);
  return number > LONG_MAX || number < LONG_MIN ? null : number;
}

/** Bytes with a unit; no digits at all are 0, and the product wraps at 64 bits. */
export function parseMemory(value: string): bigint | null {
  const match = /^([0-9]*)(|b|kb?|mb?|gb?)$/i.exec(value);
  if (match === null || match[1].length > MEMORY_DIGITS_MAX) return null;
  const digits = BigInt(match[1]);
  const count = digits > ULONG_MAX ? ULONG_MAX : digits;
  return BigInt.asIntN(64, count * MEMORY_UNITS[match[2].toLowerCase()]);
}

/** A percentage, kept as a negative number. */
function parsePercent(value: string): bigint | null {
  if (value.length < 2 || !value.endsWith('%')) return null;
  const number = parseDecimal(value.slice(0, -1));
  return number === null || number < 0n ? null : -number;
}

function parseOctal(value: string): bigint | null {
  if (value === '') return 0n;
  if (!/^[ \t-\r]*[+-]?[0-7]+$/.test(value)) return null;
  const number = signedNumber(value.trim(), 8n);
  return saturated(number) === number ? number : null;
}

function signedNumber(value: string, base: bigint): bigint {
  const isNegative = value.startsWith('-');
  let magnitude = 0n;
  for (let index = /^[+-]/.test(value) ? 1 : 0; index < value.length; index++) {
    magnitude = magnitude * base + BigInt(value.charCodeAt(index) - 48);
    // Past int64 the exact value no longer matters, and text of any length stays cheap.
    if (magnitude > ULONG_MAX) break;
  }
  return isNegative ? -magnitude : magnitude;
}

function saturated(value: bigint): bigint {
  if (value > LONG_MAX) return LONG_MAX;
  return value < LONG_MIN ? LONG_MIN : value;
}

function notANumber(directive: IntegerDirective): string {
  switch (directive.unit) {
    case 'memory-or-percent':
      return 'argument must be a memory or percent value';
    case 'memory':
      return 'argument must be a memory value';
    case 'octal':
      return "argument couldn't be parsed as an octal number";
    case 'plain':
      return "argument couldn't be parsed into an integer";
  }
}

function outOfBounds(directive: IntegerDirective, number: bigint): string | null {
  const { minimum, maximum } = directive;
  if (directive.unit === 'memory-or-percent' && number < 0n) {
    if (number >= minimum) return null;
    return `percentage argument must be less or equal to ${-minimum}`;
  }
  const value = directive.unsigned ? BigInt.asUintN(64, number) : number;
  if (value >= minimum && value <= maximum) return null;
  const base = directive.unit === 'octal' ? 8 : 10;
  const bounds = `${minimum.toString(base)} and ${maximum.toString(base)}`;
  return `argument must be between ${bounds} inclusive`;
}

function clamped(directive: IntegerDirective, number: bigint): bigint {
  const value = directive.unsigned ? BigInt.asUintN(64, number) : number;
  if (directive.clamp === null) return value;
  const [minimum, maximum] = directive.clamp;
  if (value < minimum) return minimum;
  return value > maximum ? maximum : value;
}
