// IDs of stream entries: a time in ms and a sequence number, unsigned integers of 64 bits each, as
// four words. No double holds them, and BigInt would make objects.
import { writeUnsigned } from '../bytes/int64.ts';
import type { TreeCursor } from '../structures/tree/cursor.ts';

/** The longest text: twice 20 digits and a hyphen. */
export const STREAM_ID_TEXT_MAX = 41;
/** Words of an ID, in memory too. */
export const STREAM_ID_WORDS = 4;

const WORD = 2 ** 32;
/** Unsigned words sort like signed ones with their top bits turned over. */
const TOP_BIT = -(2 ** 31);
const HYPHEN = 0x2d;
const ZERO = 0x30;
/** So many digits are a safe integer. */
const DIGITS_MAX = 15;

export class StreamId {
  msHigh = 0;
  msLow = 0;
  seqHigh = 0;
  seqLow = 0;

  set(msHigh: number, msLow: number, seqHigh: number, seqLow: number): void {
    this.msHigh = msHigh;
    this.msLow = msLow;
    this.seqHigh = seqHigh;
    this.seqLow = seqLow;
  }

  take(other: StreamId): void {
    this.set(other.msHigh, other.msLow, other.seqHigh, other.seqLow);
  }

  setLeast(): void {
    this.set(0, 0, 0, 0);
  }

  setGreatest(): void {
    this.set(-1, -1, -1, -1);
  }

  get isLeast(): boolean {
    return (this.msHigh | this.msLow | this.seqHigh | this.seqLow) === 0;
  }

  get isGreatest(): boolean {
    return (this.msHigh & this.msLow & this.seqHigh & this.seqLow) === -1;
  }

  /** Below 0, 0 or above 0, as this ID is less than, equal to or greater than the other one. */
  compare(other: StreamId): number {
    if (this.msHigh !== other.msHigh) return isBelow(this.msHigh, other.msHigh) ? -1 : 1;
    if (this.msLow !== other.msLow) return isBelow(this.msLow, other.msLow) ? -1 : 1;
    if (this.seqHigh !== other.seqHigh) return isBelow(this.seqHigh, other.seqHigh) ? -1 : 1;
    if (this.seqLow !== other.seqLow) return isBelow(this.seqLow, other.seqLow) ? -1 : 1;
    return 0;
  }

  hasTimeOf(other: StreamId): boolean {
    return this.msHigh === other.msHigh && this.msLow === other.msLow;
  }

  get isLastOfTime(): boolean {
    return (this.seqHigh & this.seqLow) === -1;
  }

  /** The next ID. False when there is none: it becomes the least one then. */
  increment(): boolean {
    this.seqLow = (this.seqLow + 1) | 0;
    if (this.seqLow !== 0) return true;
    this.seqHigh = (this.seqHigh + 1) | 0;
    if (this.seqHigh !== 0) return true;
    this.msLow = (this.msLow + 1) | 0;
    if (this.msLow !== 0) return true;
    this.msHigh = (this.msHigh + 1) | 0;
    return this.msHigh !== 0;
  }

  /** The ID before. False when there is none: it becomes the greatest one then. */
  decrement(): boolean {
    this.seqLow = (this.seqLow - 1) | 0;
    if (this.seqLow !== -1) return true;
    this.seqHigh = (this.seqHigh - 1) | 0;
    if (this.seqHigh !== -1) return true;
    this.msLow = (this.msLow - 1) | 0;
    if (this.msLow !== -1) return true;
    this.msHigh = (this.msHigh - 1) | 0;
    return this.msHigh !== -1;
  }

  /**
   * The ID that comes after `last` at a time: its first one, or the one behind `last` where the
   * clock has not gone on since. False when there is none.
   */
  follow(last: StreamId, msHigh: number, msLow: number): boolean {
    this.set(msHigh, msLow, 0, 0);
    if (isBelow(last.msHigh, this.msHigh)) return true;
    if (last.msHigh === this.msHigh && isBelow(last.msLow, this.msLow)) return true;
    this.take(last);
    return this.increment();
  }

  /**
   * Takes what the bytes spell in plain digits: `<ms>-<sequence>`, or a time alone, to which both
   * words of the sequence are `missing`. False where they spell it in another way, or nothing.
   */
  parse(buffer: Uint8Array, start: number, end: number, missing: number): boolean {
    let at = start;
    let ms = 0;
    for (; at < end && isDigit(buffer[at]); at++) ms = ms * 10 + (buffer[at] - ZERO);
    if (at === start || at - start > DIGITS_MAX) return false;
    this.set(Math.floor(ms / WORD) | 0, ms | 0, missing, missing);
    if (at === end) return true;
    const first = at + 1;
    if (buffer[at] !== HYPHEN || end === first || end - first > DIGITS_MAX) return false;
    let sequence = 0;
    for (at = first; at < end; at++) {
      if (!isDigit(buffer[at])) return false;
      sequence = sequence * 10 + (buffer[at] - ZERO);
    }
    this.seqHigh = Math.floor(sequence / WORD) | 0;
    this.seqLow = sequence | 0;
    return true;
  }

  /** Writes the text `<ms>-<sequence>` at `at`; returns the position after it. */
  write(target: Uint8Array, at: number): number {
    return this.writeSequence(target, this.writeTime(target, at));
  }

  /** Writes `<ms>-`. */
  writeTime(target: Uint8Array, at: number): number {
    const behind = writeUnsigned(target, at, this.msHigh, this.msLow);
    target[behind] = HYPHEN;
    return behind + 1;
  }

  writeSequence(target: Uint8Array, at: number): number {
    return writeUnsigned(target, at, this.seqHigh, this.seqLow);
  }

  writeWith(separator: number, target: Uint8Array, at: number): number {
    const behind = writeUnsigned(target, at, this.msHigh, this.msLow);
    target[behind] = separator;
    return writeUnsigned(target, behind + 1, this.seqHigh, this.seqLow);
  }

  /** Reads four words. */
  read(words: Int32Array, at: number): void {
    this.set(words[at], words[at + 1], words[at + 2], words[at + 3]);
  }

  store(words: Int32Array, at: number): void {
    words[at] = this.msHigh;
    words[at + 1] = this.msLow;
    words[at + 2] = this.seqHigh;
    words[at + 3] = this.seqLow;
  }

  /** Writes the words that trees sort it by. */
  storeKey(key: Int32Array): void {
    key[0] = this.msHigh ^ TOP_BIT;
    key[1] = this.msLow ^ TOP_BIT;
    key[2] = this.seqHigh ^ TOP_BIT;
    key[3] = this.seqLow ^ TOP_BIT;
  }

  /** Reads the key of the row at a cursor. */
  readKey(cursor: TreeCursor): void {
    this.msHigh = cursor.keyWord(0) ^ TOP_BIT;
    this.msLow = cursor.keyWord(1) ^ TOP_BIT;
    this.seqHigh = cursor.keyWord(2) ^ TOP_BIT;
    this.seqLow = cursor.keyWord(3) ^ TOP_BIT;
  }
}

function isBelow(word: number, other: number): boolean {
  return (word ^ TOP_BIT) < (other ^ TOP_BIT);
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte < ZERO + 10;
}
