// The listpack, Redis's packed form since 7.0:
//
//   size:u32  count:u16  entries, each with its back length  0xff
//
// Entries are those of our own packed lists (domain/structures/packed), but not always in their
// shortest form.
import {
  backSize,
  checkedEntrySize,
  LISTPACK_END,
  NO_ENTRY,
  PackedItem,
  readBack,
} from '../../domain/structures/packed/entry.ts';
import { BROKEN, ENTRY, type EntryReader, NO_MORE, readWord16, readWord32 } from './entries.ts';

const HEADER_SIZE = 6;
const END_SIZE = 1;
const COUNT_UNKNOWN = 0xffff;
const NO_BYTES = new Uint8Array(0);

export class ListpackEntries implements EntryReader {
  readonly item = new PackedItem();
  private bytes: Uint8Array = NO_BYTES;
  private at = 0;
  private end = 0;
  private said = 0;
  private count = 0;

  open(bytes: Uint8Array, start: number, end: number): boolean {
    if (end - start < HEADER_SIZE + END_SIZE) return false;
    this.bytes = bytes;
    this.at = start + HEADER_SIZE;
    this.end = end - END_SIZE;
    this.count = 0;
    this.said = readWord16(bytes, start + 4);
    return readWord32(bytes, start) === end - start && bytes[this.end] === LISTPACK_END;
  }

  next(): number {
    const { bytes, at, end } = this;
    if (at === end) {
      return this.said === COUNT_UNKNOWN || this.said === this.count ? NO_MORE : BROKEN;
    }
    const size = checkedEntrySize(bytes, at, end);
    if (size === NO_ENTRY) return BROKEN;
    const next = at + size + backSize(size);
    if (next > end || readBack(bytes, next) !== size) return BROKEN;
    this.item.read(bytes, at);
    this.at = next;
    this.count++;
    return ENTRY;
  }
}
