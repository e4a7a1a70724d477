// Integers of 64 bits as two words, for those that no double holds: `high` and `low` are signed
// words of the two's complement. BigInt would make an object of each.
import { isInteger64, writeEightDigits, writeInteger } from './integer.ts';

const MINUS = 0x2d;
const ZERO = 0x30;
const WORD = 2 ** 32;
const HALF = 2 ** 16;
/** A magnitude is written as one piece of up to 11 digits and one of 9. */
const PIECE = 1e9;
const PIECE_DIGITS = 9;
const EIGHT_DIGITS = 1e8;
/** From here up, and below the negative of it, are no safe integers. */
const SAFE_HIGH_END = 2 ** 21;

/** The longest text: a sign and 19 digits. */
export const INT64_TEXT_MAX = 20;

export class Int64 {
  high = 0;
  low = 0;

  /** Is the number a safe integer? Then `value` is it. (-2^53 is taken for none.) */
  get isSafe(): boolean {
    const { high } = this;
    if (high >= SAFE_HIGH_END || high < -SAFE_HIGH_END) return false;
    return high !== -SAFE_HIGH_END || this.low !== 0;
  }

  /** The number as a double, rounded where it is no safe integer. */
  get value(): number {
    return this.high * WORD + (this.low >>> 0);
  }

  /** Takes the number that the bytes spell, if they spell an integer of 64 bits. */
  parse(buffer: Uint8Array, start: number, end: number): boolean {
    if (!isInteger64(buffer, start, end)) return false;
    const negative = buffer[start] === MINUS;
    const pieceStart = Math.max(end - PIECE_DIGITS, negative ? start + 1 : start);
    const upper = digits(buffer, negative ? start + 1 : start, pieceStart);
    // upper * 10^9 + lower, where upper is cut into halves so that each product is exact.
    const upperLow = upper % HALF;
    const product = ((upper - upperLow) / HALF) * PIECE;
    const rest = upperLow * PIECE + digits(buffer, pieceStart, end) + (product % HALF) * HALF;
    const low = rest % WORD;
    this.high = (Math.floor(product / HALF) + (rest - low) / WORD) | 0;
    this.low = low | 0;
    if (negative) this.negate();
    return true;
  }

  /** Writes the number in decimal at `at`; returns the position after it. */
  write(target: Uint8Array, at: number): number {
    if (this.isSafe) return writeInteger(target, at, this.value);
    const { high, low } = this;
    if (high < 0) {
      target[at++] = MINUS;
      this.negate();
    }
    const end = writeMagnitude(target, at, this.high, this.low);
    this.high = high;
    this.low = low;
    return end;
  }

  private negate(): void {
    this.low = -this.low | 0;
    this.high = this.low === 0 ? -this.high | 0 : ~this.high;
  }
}

/**
 * Writes the unsigned number of two words in decimal at `at`; returns the position after it. Makes
 * no object where the number is a safe integer.
 */
export function writeUnsigned(target: Uint8Array, at: number, high: number, low: number): number {
  if (high === 0 && low >= 0) return writeInteger(target, at, low);
  if (high < 0 || high >= SAFE_HIGH_END) return writeMagnitude(target, at, high, low);
  // Two pieces that are small integers: a double would be an object on its way to a function.
  const value = high * WORD + (low >>> 0);
  const upper = Math.floor(value / EIGHT_DIGITS) | 0;
  const behind = writeInteger(target, at, upper) + 8;
  writeEightDigits(target, behind, (value - upper * EIGHT_DIGITS) | 0);
  return behind;
}

/** Writes what is no safe integer. */
function writeMagnitude(target: Uint8Array, at: number, high: number, low: number): number {
  const upperHigh = Math.floor((high >>> 0) / PIECE);
  const first = ((high >>> 0) % PIECE) * HALF + (low >>> 16);
  const second = (first % PIECE) * HALF + (low & 0xffff);
  const upper = upperHigh * WORD + Math.floor(first / PIECE) * HALF + Math.floor(second / PIECE);
  at = writeInteger(target, at, upper);
  let lower = second % PIECE;
  for (let i = PIECE_DIGITS - 1; i >= 0; i--) {
    target[at + i] = ZERO + (lower % 10);
    lower = Math.floor(lower / 10);
  }
  return at + PIECE_DIGITS;
}

function digits(buffer: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) value = value * 10 + (buffer[at] - ZERO);
  return value;
}
