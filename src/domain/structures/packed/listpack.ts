// To and from Redis's listpack, the form in which DUMP, RESTORE and RDB files have packed lists:
//
//   total size:u32  count of entries:u16  entries, each with its back length  0xff
//
// What comes from elsewhere is checked entry by entry, and made canonical.
import { EncodedItem } from './encoded-item.ts';
import {
  backSize,
  checkedEntrySize,
  entrySize,
  LISTPACK_END,
  NO_ENTRY,
  PackedItem,
  readBack,
  writeBack,
} from './entry.ts';
import type { PackedList } from './packed-list.ts';

const HEADER_SIZE = 6;
const END_SIZE = 1;
const COUNT_UNKNOWN = 0xffff;

/** Reads a listpack in order, twice: how large its entries are here, then what they are. */
export class ListpackReader {
  /** Entries, and their bytes here, with back lengths or without. */
  count = 0;
  size = 0;
  private bytes: Uint8Array = new Uint8Array(0);
  private start = 0;
  private end = 0;
  private readonly item = new PackedItem();
  private readonly encoded = new EncodedItem();

  /** Looks at the listpack bytes[start, end); false if it is none. */
  open(bytes: Uint8Array, start: number, end: number, hasBack: boolean): boolean {
    this.bytes = bytes;
    this.start = start + HEADER_SIZE;
    this.end = end - END_SIZE;
    this.count = 0;
    this.size = 0;
    if (this.start > this.end || bytes[this.end] !== LISTPACK_END) return false;
    if (readNumber(bytes, start, 4) !== end - start) return false;
    for (let at = this.start; at < this.end; this.count++) {
      const size = checkedEntrySize(bytes, at, this.end);
      const next = at + size + backSize(size);
      if (size === NO_ENTRY || next > this.end || readBack(bytes, next) !== size) return false;
      this.encode(at);
      this.size += hasBack ? this.encoded.sizeWithBack : this.encoded.size;
      at = next;
    }
    const said = readNumber(bytes, start + 4, 2);
    return said === COUNT_UNKNOWN || said === this.count;
  }

  /** Writes the entries, `size` bytes, at `at`. */
  write(target: Uint8Array, at: number, hasBack: boolean): void {
    for (let from = this.start; from < this.end; ) {
      const size = this.encode(from);
      at = hasBack ? this.encoded.writeWithBack(target, at) : this.encoded.write(target, at);
      from += size + backSize(size);
    }
  }

  /** Encodes the item of an entry anew; returns the size of the entry. */
  private encode(at: number): number {
    const { item } = this;
    item.read(this.bytes, at);
    this.encoded.set(item.bytes, item.start, item.end);
    return entrySize(this.bytes, at);
  }
}

/** The size of a list as a listpack. Its rows have no doubles. */
export function listpackSize(list: PackedList): number {
  const { bytes, end } = list;
  let size = HEADER_SIZE + (end - list.start) + END_SIZE;
  if (list.shape.hasBack) return size;
  for (let at = list.start; at < end; ) {
    const entry = entrySize(bytes, at);
    size += backSize(entry);
    at += entry;
  }
  return size;
}

/** Writes a list as a listpack of `size` bytes, which listpackSize() said, at `at`. */
export function writeListpack(
  list: PackedList,
  target: Uint8Array,
  at: number,
  size: number,
): void {
  const { bytes, start, end, shape } = list;
  writeNumber(target, at, 4, size);
  writeNumber(target, at + 4, 2, Math.min(list.count * shape.entries, COUNT_UNKNOWN));
  target[at + size - 1] = LISTPACK_END;
  let to = at + HEADER_SIZE;
  if (shape.hasBack) {
    target.set(bytes.subarray(start, end), to);
    return;
  }
  for (let from = start; from < end; ) {
    const entryEnd = from + entrySize(bytes, from);
    const entry = entryEnd - from;
    for (; from < entryEnd; from++) target[to++] = bytes[from];
    to = writeBack(target, to, entry);
  }
}

function readNumber(bytes: Uint8Array, at: number, size: number): number {
  let value = 0;
  for (let i = size - 1; i >= 0; i--) value = value * 256 + bytes[at + i];
  return value;
}

function writeNumber(target: Uint8Array, at: number, size: number, value: number): void {
  for (let i = 0; i < size; i++) target[at + i] = value >>> (8 * i);
}
