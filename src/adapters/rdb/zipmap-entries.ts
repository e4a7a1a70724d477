// The zipmap, the packed form of hashes before Redis 2.6:
//
//   count:u8  (size field  size free:u8 value, free bytes)...  0xff
//
// A size is a byte below 0xfe, or 0xfe and four bytes. A count of 0xfe or more says nothing. Fields
// and values come one after the other.
import { PackedItem } from '../../domain/structures/packed/entry.ts';
import { BROKEN, ENTRY, type EntryReader, NO_MORE, readWord32 } from './entries.ts';

const END = 0xff;
const LONG_SIZE = 0xfe;
const COUNT_UNKNOWN = 0xfe;
const SIZE_MIN = 2;
const NO_BYTES = new Uint8Array(0);

export class ZipmapEntries implements EntryReader {
  readonly item = new PackedItem();
  private bytes: Uint8Array = NO_BYTES;
  private at = 0;
  private end = 0;
  private said = 0;
  /** Fields and values. */
  private count = 0;

  open(bytes: Uint8Array, start: number, end: number): boolean {
    if (end - start < SIZE_MIN) return false;
    this.bytes = bytes;
    this.at = start + 1;
    this.end = end - 1;
    this.said = bytes[start];
    this.count = 0;
    return bytes[this.end] === END;
  }

  next(): number {
    const { bytes, at, end, item } = this;
    const isValue = this.count % 2 === 1;
    if (at === end) {
      if (isValue) return BROKEN;
      return this.said >= COUNT_UNKNOWN || this.said === this.count / 2 ? NO_MORE : BROKEN;
    }
    if (bytes[at] === END) return BROKEN;
    const isLong = bytes[at] === LONG_SIZE;
    const sizeEnd = at + (isLong ? 5 : 1);
    const freeAt = sizeEnd;
    const start = sizeEnd + (isValue ? 1 : 0);
    if (start > end) return BROKEN;
    const size = isLong ? readWord32(bytes, at + 1) : bytes[at];
    const next = start + size + (isValue ? bytes[freeAt] : 0);
    if (next > end) return BROKEN;
    item.bytes = bytes;
    item.start = start;
    item.end = start + size;
    this.at = next;
    this.count++;
    return ENTRY;
  }
}
