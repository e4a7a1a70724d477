// What the packed forms of Redis have in common: entries one behind the other, in one string of
// the payload. Each is checked when it is met: none reaches out of the string, and what the header
// says of all of them is true at the end.
import type { PackedItem } from '../../domain/structures/packed/entry.ts';

/** What next() has come to. */
export const ENTRY = 0;
export const NO_MORE = 1;
export const BROKEN = 2;

export interface EntryReader {
  /** The entry that next() has come to. */
  readonly item: PackedItem;
  /** Begins with what bytes[start, end) hold; false when the header is none of these. */
  open(bytes: Uint8Array, start: number, end: number): boolean;
  /** Goes to the next entry: ENTRY, NO_MORE or BROKEN. */
  next(): number;
}

export function readWord16(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8);
}

export function readWord32(bytes: Uint8Array, at: number): number {
  return (readWord16(bytes, at) | (readWord16(bytes, at + 2) << 16)) >>> 0;
}
