// Reads lengths, strings and numbers of the RDB format from a window of bytes: a whole payload, or
// a part of a file, behind which more may follow. Whoever reads an element of a value takes it
// whole or not at all: when it ends behind the window, `outcome` is SHORT, and the reader is set
// back to where the element begins, for another try with a larger window.
//
// Nothing is believed: no memory is taken for a length before its bytes are there, but for what
// LZF may unpack them to.
import { latin1Text } from '../../domain/bytes/ascii.ts';
import { parseDouble } from '../../domain/bytes/float.ts';
import type { Int64 } from '../../domain/bytes/int64.ts';
import { writeInteger } from '../../domain/bytes/integer.ts';
import { LzfUnpacker, mayUnpackTo } from '../../domain/bytes/lzf.ts';
import { VALUE_SIZE_MAX } from '../../domain/limits.ts';
import type { PackedItem } from '../../domain/structures/packed/entry.ts';
import {
  CODED_INT8,
  CODED_INT16,
  CODED_INT32,
  CODED_LZF,
  LENGTH_6,
  LENGTH_14,
  LENGTH_32,
  LENGTH_64,
  LENGTH_CODED,
  SCORE_INFINITE,
  SCORE_MINUS_INFINITE,
  SCORE_NAN,
} from './types.ts';

/**
 * What came of reading: the value is whole; there is more; the window is too short; nonsense; a
 * collection without elements, which is none, but which old versions have written.
 */
export const DONE = 0;
export const GOES_ON = 1;
export const SHORT = 2;
export const BAD = 3;
export const EMPTY = 4;
/** A long string is not unpacked yet: the same element is to be read again, from its beginning. */
export const AGAIN = 5;

/** In place of a length: `outcome` says why. */
export const NO_LENGTH = -1;
/** A string is unpacked by so much at once, where it may take several steps. */
const PIECE_SIZE = 16 * 1024;
const TEXT_SIZE_MAX = 24;
/** What was needed for a longer string is not kept for the next one. */
const KEPT_SIZE = 256 * 1024;
const DOUBLE_SIZE = 8;
const WORD = 2 ** 32;
/** A longer text of a number is none, as in Redis; those of others look like this. */
const SCORE_TEXT_MAX = 128;
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const NO_BYTES = new Uint8Array(0);

/** A string that was read: its bytes stand until the next one is read into it. */
export class RdbString {
  bytes: Uint8Array = NO_BYTES;
  start = 0;
  end = 0;
  private readonly text = new Uint8Array(TEXT_SIZE_MAX);
  private unpacked = NO_BYTES;
  private readonly unpacker = new LzfUnpacker();
  /** What is unpacked in pieces, or is already, until the element is over that it belongs to. */
  private packed: Uint8Array = NO_BYTES;
  private packedStart = 0;

  set(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }

  setInteger(value: number): void {
    this.set(this.text, 0, writeInteger(this.text, 0, value));
  }

  /** Takes an item over, which may be overwritten by the next one if it is a number. */
  keep({ bytes, start, end }: PackedItem): void {
    if (end - start > TEXT_SIZE_MAX) return this.set(bytes, start, end);
    for (let i = start; i < end; i++) this.text[i - start] = bytes[i];
    this.set(this.text, 0, end - start);
  }

  /** Nothing large is kept. */
  letGo(): void {
    this.set(NO_BYTES, 0, 0);
    this.forgetPacked();
    if (this.unpacked.length > KEPT_SIZE) this.unpacked = NO_BYTES;
  }

  /** What is at the place of what was unpacked may be something else from here on. */
  forgetPacked(): void {
    this.packed = NO_BYTES;
  }

  /**
   * Unpacks bytes[start, end), which shall become `size` bytes, or `most` of them: AGAIN. DONE, or
   * BAD if they do not.
   */
  unpack(bytes: Uint8Array, start: number, end: number, size: number, most: number): number {
    const { unpacker } = this;
    if (this.packed !== bytes || this.packedStart !== start) {
      if (size > this.unpacked.length) this.unpacked = new Uint8Array(Math.max(size, 64));
      unpacker.begin(start, 0);
      this.packed = size > most ? bytes : NO_BYTES;
      this.packedStart = start;
    }
    this.set(this.unpacked, 0, size);
    if (!unpacker.goOn(bytes, end, this.unpacked, 0, size, most)) return BAD;
    if (unpacker.from < end) return AGAIN;
    return unpacker.to === size ? DONE : BAD;
  }
}

export class RdbReader {
  bytes: Uint8Array = NO_BYTES;
  at = 0;
  end = 0;
  /** Are long strings unpacked in pieces? Then strings may be wanted AGAIN. */
  unpacksInPieces = false;
  /** Why the last reading failed: SHORT, BAD or AGAIN. */
  outcome = BAD;
  /** When it is SHORT: how long is what did not fit, and what was missing behind the window. */
  wanted = 0;
  missing = 0;
  /** The strings of an element: a member, or a field and its value. */
  readonly first = new RdbString();
  readonly second = new RdbString();
  /** What was read as a double. */
  private readonly double = new Float64Array(1);
  private readonly doubleBytes = new Uint8Array(this.double.buffer);
  private isCoded = false;

  /** The window is bytes[start, end). */
  open(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  /** What was read is done with. */
  close(): void {
    this.open(NO_BYTES, 0, 0);
    this.first.letGo();
    this.second.letGo();
  }

  get left(): number {
    return this.end - this.at;
  }

  /** A length or a count; NO_LENGTH without one. Above 2^53 it is not exact. */
  length(): number {
    const length = this.anyLength();
    if (length !== NO_LENGTH && this.isCoded) return this.fail(BAD);
    return length;
  }

  /** A byte; NO_LENGTH without one. */
  byte(): number {
    return this.has(1) ? this.bytes[this.at++] : NO_LENGTH;
  }

  /** Reads a string. Was there one? */
  string(into: RdbString): boolean {
    const length = this.anyLength();
    if (length === NO_LENGTH) return false;
    if (this.isCoded) return this.codedString(length, into);
    if (!this.has(length)) return false;
    into.set(this.bytes, this.at, this.at + length);
    this.at += length;
    return true;
  }

  /** A double of 8 bytes, or NaN, which is none either, with `outcome`. */
  binaryDouble(): number {
    if (!this.has(DOUBLE_SIZE)) return Number.NaN;
    for (let i = 0; i < DOUBLE_SIZE; i++) this.doubleBytes[i] = this.bytes[this.at + i];
    this.at += DOUBLE_SIZE;
    this.outcome = BAD;
    return this.double[0];
  }

  /** A double as text, or NaN likewise. */
  textDouble(): number {
    const size = this.byte();
    if (size === NO_LENGTH) return Number.NaN;
    if (size === SCORE_INFINITE) return Number.POSITIVE_INFINITY;
    if (size === SCORE_MINUS_INFINITE) return Number.NEGATIVE_INFINITY;
    if (size !== SCORE_NAN && !this.has(size)) return Number.NaN;
    this.outcome = BAD;
    if (size === SCORE_NAN) return Number.NaN;
    this.at += size;
    return parseScore(this.bytes, this.at - size, this.at);
  }

  /** Milliseconds since 1970, 8 bytes; NO_LENGTH without them. */
  milliseconds(): number {
    if (!this.has(8)) return NO_LENGTH;
    const low = this.word(this.at, 1);
    const high = this.word(this.at + 4, 1);
    this.at += 8;
    if (high >= 2 ** 31) return this.fail(BAD);
    return high * WORD + low;
  }

  /** A length of 64 bits, exactly. Was there one? */
  wide(into: Int64): boolean {
    const { at } = this;
    const length = this.anyLength();
    if (length === NO_LENGTH) return false;
    if (this.isCoded) {
      this.outcome = BAD;
      return false;
    }
    const isLong = this.at - at === 9;
    into.high = isLong ? this.word(at + 4, -1) | 0 : 0;
    into.low = isLong ? this.word(at + 8, -1) | 0 : length | 0;
    return true;
  }

  /** An integer of 8 bytes, the low ones first. Was there one? */
  int64(into: Int64): boolean {
    if (!this.has(8)) return false;
    into.low = this.word(this.at, 1) | 0;
    into.high = this.word(this.at + 4, 1) | 0;
    this.at += 8;
    return true;
  }

  /** Bytes as they are. Were there so many? */
  raw(size: number, into: RdbString): boolean {
    if (!this.has(size)) return false;
    into.set(this.bytes, this.at, this.at + size);
    this.at += size;
    return true;
  }

  private codedString(code: number, into: RdbString): boolean {
    const { bytes } = this;
    if (code === CODED_LZF) return this.packedString(into);
    if (code > CODED_INT32) {
      this.outcome = BAD;
      return false;
    }
    const size = 1 << code;
    if (!this.has(size)) return false;
    const at = this.at;
    this.at += size;
    if (code === CODED_INT8) into.setInteger((bytes[at] << 24) >> 24);
    if (code === CODED_INT16) into.setInteger(((bytes[at] | (bytes[at + 1] << 8)) << 16) >> 16);
    if (code === CODED_INT32) into.setInteger(this.word(at, 1) | 0);
    return true;
  }

  private packedString(into: RdbString): boolean {
    const packed = this.length();
    if (packed === NO_LENGTH) return false;
    const size = this.length();
    if (size === NO_LENGTH || !this.has(packed)) return false;
    const isPossible = mayUnpackTo(packed, size) && size <= VALUE_SIZE_MAX;
    const start = this.at;
    this.at += packed;
    const most = this.unpacksInPieces ? PIECE_SIZE : Number.POSITIVE_INFINITY;
    const found = isPossible ? into.unpack(this.bytes, start, this.at, size, most) : BAD;
    if (found === DONE) return true;
    this.outcome = found;
    return false;
  }

  /** A length, or the code of a string, which `isCoded` says. */
  private anyLength(): number {
    if (!this.has(1)) return NO_LENGTH;
    const { bytes, at } = this;
    const first = bytes[at];
    const form = first >>> 6;
    this.isCoded = form === LENGTH_CODED;
    if (form === LENGTH_6 || form === LENGTH_CODED) {
      this.at++;
      return first & 63;
    }
    if (form === LENGTH_14) {
      if (!this.has(2)) return NO_LENGTH;
      this.at += 2;
      return ((first & 63) << 8) | bytes[at + 1];
    }
    const size = first === LENGTH_32 ? 5 : first === LENGTH_64 ? 9 : 0;
    if (size === 0) return this.fail(BAD);
    if (!this.has(size)) return NO_LENGTH;
    this.at += size;
    if (size === 5) return this.word(at + 4, -1);
    return this.word(at + 4, -1) * WORD + this.word(at + 8, -1);
  }

  /** Four bytes from `at` on: the low ones first, or, backwards, the high ones first. */
  private word(at: number, step: 1 | -1): number {
    const { bytes } = this;
    const high = (bytes[at + 3 * step] << 24) | (bytes[at + 2 * step] << 16);
    return (high | (bytes[at + step] << 8) | bytes[at]) >>> 0;
  }

  private has(size: number): boolean {
    if (size <= this.end - this.at) return true;
    this.wanted = size;
    this.missing = size - (this.end - this.at);
    this.outcome = SHORT;
    return false;
  }

  private fail(outcome: number): typeof NO_LENGTH {
    this.outcome = outcome;
    return NO_LENGTH;
  }
}

/** The score that a text is; NaN when it is none. What is too large or too small is as near. */
export function parseScore(bytes: Uint8Array, start: number, end: number): number {
  const score = parseDouble(bytes, start, end);
  if (!Number.isNaN(score) || end - start > SCORE_TEXT_MAX) return score;
  const text = latin1Text(bytes, start, end);
  return DECIMAL.test(text) ? Number(text) : Number.NaN;
}
