// The ziplist, the packed form of Redis before 7.0:
//
//   size:u32  place of the last entry:u32  count:u16  entries  0xff
//
// An entry is the size of the one before (a byte, or 0xfe and four), a head, and what that says:
//
//   00pppppp           p bytes                         01pppppp q       14 bits of size, high first
//   10...... n:u32     n bytes, high first             1111iiii         i - 1, 0 to 12
//   c0 d0 e0 f0 fe     an integer of 2, 4, 8, 3, 1 bytes
import { INT64_TEXT_MAX, Int64 } from '../../domain/bytes/int64.ts';
import { PackedItem } from '../../domain/structures/packed/entry.ts';
import { BROKEN, ENTRY, type EntryReader, NO_MORE, readWord16, readWord32 } from './entries.ts';

const HEADER_SIZE = 10;
const END_SIZE = 1;
const END = 0xff;
const COUNT_UNKNOWN = 0xffff;
const LONG_PREVIOUS = 0xfe;
const INTEGER = 0xc0;
const INTEGER_16 = 0xc0;
const INTEGER_32 = 0xd0;
const INTEGER_64 = 0xe0;
const INTEGER_24 = 0xf0;
const INTEGER_8 = 0xfe;
/** Heads between these two hold their integer themselves. */
const SMALL_FIRST = 0xf1;
const SMALL_LAST = 0xfd;
const NO_BYTES = new Uint8Array(0);

export class ZiplistEntries implements EntryReader {
  readonly item = new PackedItem();
  private readonly text = new Uint8Array(INT64_TEXT_MAX);
  private readonly int64 = new Int64();
  private bytes: Uint8Array = NO_BYTES;
  private start = 0;
  private at = 0;
  private end = 0;
  private tail = 0;
  private said = 0;
  private count = 0;
  /** Where the last entry began, and its size. */
  private lastAt = 0;
  private lastSize = 0;

  open(bytes: Uint8Array, start: number, end: number): boolean {
    if (end - start < HEADER_SIZE + END_SIZE) return false;
    this.bytes = bytes;
    this.start = start;
    this.at = start + HEADER_SIZE;
    this.end = end - END_SIZE;
    this.tail = readWord32(bytes, start + 4);
    this.said = readWord16(bytes, start + 8);
    this.count = 0;
    this.lastAt = this.at;
    this.lastSize = 0;
    if (readWord32(bytes, start) !== end - start || bytes[this.end] !== END) return false;
    return this.tail <= end - start - END_SIZE;
  }

  next(): number {
    const { bytes, at, end } = this;
    if (at === end) return this.isAsSaid() ? NO_MORE : BROKEN;
    if (bytes[at] === END) return BROKEN;
    const isLong = bytes[at] === LONG_PREVIOUS;
    const headAt = at + (isLong ? 5 : 1);
    // The widest head has five bytes, an integer eight behind it: what is at the end is looked at.
    if (headAt >= end) return BROKEN;
    const previous = isLong ? readWord32(bytes, at + 1) : bytes[at];
    if (previous !== this.lastSize) return BROKEN;
    const next = bytes[headAt] < INTEGER ? this.readString(headAt) : this.readInteger(headAt);
    if (next > end) return BROKEN;
    this.lastAt = at;
    this.lastSize = next - at;
    this.at = next;
    this.count++;
    return ENTRY;
  }

  private isAsSaid(): boolean {
    if (this.count > 0 && this.lastAt - this.start !== this.tail) return false;
    return this.said === COUNT_UNKNOWN || this.said === this.count;
  }

  /** Reads a string, if it ends by the end; returns where it does. */
  private readString(at: number): number {
    const { bytes, end, item } = this;
    const head = bytes[at];
    let start = at + 1;
    let size = head & 63;
    if (head >= 0x80) {
      start = at + 5;
      if (start > end) return start;
      size =
        bytes[at + 1] * 2 ** 24 + ((bytes[at + 2] << 16) | (bytes[at + 3] << 8) | bytes[at + 4]);
    } else if (head >= 0x40) {
      start = at + 2;
      if (start > end) return start;
      size = (size << 8) | bytes[at + 1];
    }
    item.bytes = bytes;
    item.start = start;
    item.end = start + size;
    return item.end;
  }

  /** Reads an integer likewise. */
  private readInteger(at: number): number {
    const { bytes, int64, item, text } = this;
    const head = bytes[at];
    const size = integerSize(head);
    const next = at + 1 + size;
    if (size < 0 || next > this.end) return this.end + 1;
    int64.low = (head & 15) - 1;
    if (size === 1) int64.low = (bytes[at + 1] << 24) >> 24;
    else if (size === 2) int64.low = (readWord16(bytes, at + 1) << 16) >> 16;
    else if (size === 3)
      int64.low = ((readWord16(bytes, at + 1) | (bytes[at + 3] << 16)) << 8) >> 8;
    else if (size >= 4) int64.low = readWord32(bytes, at + 1) | 0;
    int64.high = size === 8 ? readWord32(bytes, at + 5) | 0 : int64.low >> 31;
    item.bytes = text;
    item.start = 0;
    item.end = int64.write(text, 0);
    return next;
  }
}

/** Bytes behind the head of an integer; below 0 where it is none. */
function integerSize(head: number): number {
  if (head >= SMALL_FIRST && head <= SMALL_LAST) return 0;
  if (head === INTEGER_8) return 1;
  if (head === INTEGER_16) return 2;
  if (head === INTEGER_24) return 3;
  if (head === INTEGER_32) return 4;
  return head === INTEGER_64 ? 8 : -1;
}
