// The intset: a small set of integers, in ascending order, each as wide as the widest of them.
//
//   width:u8   2, 4 or 8 bytes      then the integers, little-endian, with signs
//
// Members arrive as decimal text and leave as such. This is a view, opened again and again; a
// change is planned and finished as in a packed list (packed/packed-list.ts), which cannot make
// room either. FORMAT.md has an example, and how Redis writes it.
//
// Invariants: integers ascend, none is twice; an empty set has the least width. A set that has
// grown wider stays so, as Redis's does.

import { INT64_TEXT_MAX, Int64 } from '../../bytes/int64.ts';
import { readWord, writeWord } from '../../bytes/word.ts';

/** The width byte. */
const HEADER_SIZE = 1;
export const WIDTH_MIN = 2;
/** Redis has words before the integers: width, count. */
const REDIS_HEADER_SIZE = 8;
const NO_BYTES = new Uint8Array(0);

export class IntSet {
  count = 0;
  width = WIDTH_MIN;
  /** Where the member that seek() sought is, or would be. */
  index = 0;
  /** What plan...() has said: so many bytes, from this place of the value on. */
  spliceAt = 0;
  removed = 0;
  inserted = 0;
  /** The member that read() has read, as text. */
  readonly text = new Uint8Array(INT64_TEXT_MAX);
  textEnd = 0;
  /** The same as a number. */
  readonly member = new Int64();
  private bytes: Uint8Array = NO_BYTES;
  private start = 0;
  private readonly sought = new Int64();
  private soughtWidth = 0;
  /** The members that there were when a change was planned. */
  private countBefore = 0;

  /** The set is the value bytes[start, end). */
  open(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.width = bytes[start];
    this.start = start + HEADER_SIZE;
    this.count = (end - this.start) / this.width;
  }

  /** Is the text the member of a set, an integer of 64 bits? Then seek() will find its place. */
  parse(buffer: Uint8Array, start: number, end: number): boolean {
    if (!this.sought.parse(buffer, start, end)) return false;
    this.soughtWidth = widthOf(this.sought);
    return true;
  }

  /** The member that another set has come to is sought, as if it had been parsed. */
  takeMember(other: IntSet): void {
    this.sought.high = other.member.high;
    this.sought.low = other.member.low;
    this.soughtWidth = widthOf(this.sought);
  }

  /** Is the integer that was parsed in the set? Says in `index` where it is or would be. */
  seek(): boolean {
    const { sought, width } = this;
    if (this.soughtWidth > width) {
      this.index = sought.high < 0 ? 0 : this.count;
      return false;
    }
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = width === 8 ? this.compareWide(middle) : sought.low - this.narrow(middle);
      if (order === 0) {
        this.index = middle;
        return true;
      }
      if (order > 0) low = middle + 1;
      else high = middle;
    }
    this.index = low;
    return false;
  }

  /** Reads the member at an index below `count`, as a number and as text. */
  read(index: number): void {
    this.load(index);
    this.textEnd = this.member.write(this.text, 0);
  }

  /** Reads the member at an index as a number. */
  load(index: number): void {
    const { member } = this;
    if (this.width === 8) {
      const at = this.start + 8 * index;
      member.low = readWord(this.bytes, at);
      member.high = readWord(this.bytes, at + 4);
    } else {
      member.low = this.narrow(index);
      member.high = member.low >> 31;
    }
  }

  /** Plans that the integer sought, which is not there, is added. */
  planAdd(): void {
    const { width, count } = this;
    const isWider = this.soughtWidth > width;
    this.countBefore = count;
    this.removed = 0;
    this.spliceAt = HEADER_SIZE + width * (isWider ? count : this.index);
    this.inserted = isWider ? this.soughtWidth * (count + 1) - width * count : width;
  }

  /** Adds it, when there is room and the set was opened again. */
  finishAdd(): void {
    if (this.soughtWidth > this.width) this.widen();
    this.write(this.index, this.sought.low, this.sought.high);
  }

  /** Plans that the member at an index goes; nothing is to be finished. */
  planRemove(index: number): void {
    this.spliceAt = HEADER_SIZE + this.width * index;
    this.removed = this.width;
    this.inserted = 0;
  }

  /** Are the bytes the value of a set? Opens it. */
  openChecked(bytes: Uint8Array, start: number, end: number): boolean {
    if (start >= end || !isWidth(bytes[start])) return false;
    this.open(bytes, start, end);
    return Number.isInteger(this.count) && this.ascends();
  }

  /** The size of the set as Redis writes it. */
  get redisSize(): number {
    return REDIS_HEADER_SIZE + this.count * this.width;
  }

  /** Writes the set as Redis does at `at`. */
  writeRedis(target: Uint8Array, at: number): void {
    writeWord(target, at, this.width);
    writeWord(target, at + 4, this.count);
    const size = this.count * this.width;
    const to = at + REDIS_HEADER_SIZE;
    for (let i = 0; i < size; i++) target[to + i] = this.bytes[this.start + i];
  }

  private narrow(index: number): number {
    const { bytes, width } = this;
    const at = this.start + width * index;
    const low = bytes[at] | (bytes[at + 1] << 8);
    if (width === 2) return (low << 16) >> 16;
    return low | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
  }

  private compareWide(index: number): number {
    const { sought, bytes } = this;
    const at = this.start + 8 * index;
    const high = readWord(bytes, at + 4);
    if (sought.high !== high) return sought.high - high;
    return (sought.low >>> 0) - (readWord(bytes, at) >>> 0);
  }

  /** Gives all members the width of the one that is sought, and leaves a place for that. */
  private widen(): void {
    const { member, width, soughtWidth, countBefore } = this;
    const shift = this.sought.high < 0 ? 1 : 0;
    // From the last one on: each lands at or behind its place.
    for (let i = countBefore - 1; i >= 0; i--) {
      this.width = width;
      this.load(i);
      this.width = soughtWidth;
      this.write(i + shift, member.low, member.high);
    }
    this.width = soughtWidth;
    this.bytes[this.start - HEADER_SIZE] = soughtWidth;
    this.count = countBefore + 1;
  }

  private write(index: number, low: number, high: number): void {
    const { bytes, width } = this;
    const at = this.start + width * index;
    if (width >= 4) writeWord(bytes, at, low);
    else {
      bytes[at] = low;
      bytes[at + 1] = low >>> 8;
    }
    if (width === 8) writeWord(bytes, at + 4, high);
  }

  private ascends(): boolean {
    const { member } = this;
    for (let i = 1; i < this.count; i++) {
      this.load(i - 1);
      const { high, low } = member;
      this.load(i);
      if (member.high < high) return false;
      if (member.high === high && member.low >>> 0 <= low >>> 0) return false;
    }
    return true;
  }
}

/**
 * The size of a value made of what Redis wrote in bytes[start, end), or 0 if that is no intset by
 * its header.
 */
export function sizeOfRedisIntSet(bytes: Uint8Array, start: number, end: number): number {
  const size = end - start - REDIS_HEADER_SIZE;
  if (size < 0) return 0;
  const width = readWord(bytes, start);
  if (!isWidth(width)) return 0;
  return (readWord(bytes, start + 4) >>> 0) * width === size ? HEADER_SIZE + size : 0;
}

/** Writes a value of `size` bytes, made of what Redis wrote, at `at`; it is yet to be checked. */
export function copyRedisIntSet(
  bytes: Uint8Array,
  start: number,
  size: number,
  target: Uint8Array,
  at: number,
): void {
  target[at] = bytes[start];
  const from = start + REDIS_HEADER_SIZE - HEADER_SIZE;
  for (let i = HEADER_SIZE; i < size; i++) target[at + i] = bytes[from + i];
}

function isWidth(width: number): boolean {
  return width === 2 || width === 4 || width === 8;
}

/** Bytes that an integer needs. */
export function widthOf(number: Int64): number {
  const { high, low } = number;
  if (high !== low >> 31) return 8;
  return (low << 16) >> 16 === low ? 2 : 4;
}
