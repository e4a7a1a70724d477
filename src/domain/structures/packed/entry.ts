// One entry of a packed list, as Redis's listpack writes it: FORMAT.md has the table. A header says
// type and size; integers have the shortest of six forms, everything else is bytes. An entry of a
// list ends with its *back length*, so that the list can be read from its tail.
//
// Invariant: an entry is *canonical*, of the shortest form that its item has, so that equal items
// are equal bytes. (values/builders makes those so that come from elsewhere.)

import { INT64_TEXT_MAX, Int64 } from '../../bytes/int64.ts';
import { writeInteger } from '../../bytes/integer.ts';
import { readWord } from '../../bytes/word.ts';

export const HEAD_STRING_6 = 0x80;
export const HEAD_INTEGER_13 = 0xc0;
export const HEAD_STRING_12 = 0xe0;
export const HEAD_STRING_32 = 0xf0;
export const HEAD_INTEGER_16 = 0xf1;
export const HEAD_INTEGER_24 = 0xf2;
export const HEAD_INTEGER_32 = 0xf3;
export const HEAD_INTEGER_64 = 0xf4;
/** Behind the last entry of a listpack; no entry begins so. */
export const LISTPACK_END = 0xff;

/** No size, for what is no entry. */
export const NO_ENTRY = -1;

/** Entry sizes from which on a back length takes another byte, as Redis has them. */
export const BACK_2 = 128;
const BACK_3 = 16383;
const BACK_4 = 2097151;
const BACK_5 = 268435455;
const NO_BYTES = new Uint8Array(0);

/** The size of the entry at `at`: header and payload, without its back length. */
export function entrySize(bytes: Uint8Array, at: number): number {
  const head = bytes[at];
  if (head < HEAD_STRING_6) return 1;
  if (head < HEAD_INTEGER_13) return 1 + (head & 0x3f);
  if (head < HEAD_STRING_12) return 2;
  if (head < HEAD_STRING_32) return 2 + (((head & 15) << 8) | bytes[at + 1]);
  if (head === HEAD_STRING_32) return 5 + readSize(bytes, at + 1);
  // 16 bits take a header and two bytes, 24 bits three, 32 bits four.
  return head < HEAD_INTEGER_64 ? head - 0xee : 9;
}

/** Does an entry with this first byte have bytes, and no integer? */
export function isString(head: number): boolean {
  if (head < HEAD_STRING_12) return head >= HEAD_STRING_6 && head < HEAD_INTEGER_13;
  return head <= HEAD_STRING_32;
}

/** The size of the header of an entry that has bytes. */
export function stringHeadSize(head: number): number {
  if (head < HEAD_STRING_12) return 1;
  return head < HEAD_STRING_32 ? 2 : 5;
}

/** The size of an entry that nobody has checked, or NO_ENTRY if it would not end by `end`. */
export function checkedEntrySize(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end || bytes[at] > HEAD_INTEGER_64) return NO_ENTRY;
  if (bytes[at] === HEAD_STRING_32 && at + 5 > end) return NO_ENTRY;
  if (bytes[at] >= HEAD_INTEGER_13 && at + 2 > end) return NO_ENTRY;
  const size = entrySize(bytes, at);
  return at + size > end ? NO_ENTRY : size;
}

/** How many bytes the back length of an entry takes. */
export function backSize(size: number): number {
  if (size < BACK_2) return 1;
  if (size < BACK_3) return 2;
  if (size < BACK_4) return 3;
  return size < BACK_5 ? 4 : 5;
}

/** Writes the back length of an entry at `at`; returns the position after it. */
export function writeBack(target: Uint8Array, at: number, size: number): number {
  const last = at + backSize(size) - 1;
  let rest = size;
  for (let i = last; i > at; i--) {
    target[i] = (rest & 127) | 128;
    rest >>>= 7;
  }
  target[at] = rest;
  return last + 1;
}

/** The size of the entry whose back length ends before `before`. */
export function readBack(bytes: Uint8Array, before: number): number {
  let at = before - 1;
  let size = bytes[at] & 127;
  for (let shift = 7; bytes[at] >= 128 && shift <= 28; shift += 7) {
    size |= (bytes[--at] & 127) << shift;
  }
  return size >>> 0;
}

/** Takes items one by one: a Reply is such. */
export interface ItemSink {
  bulk(bytes: Uint8Array, start: number, end: number): void;
}

/** What an entry says, in bytes that stand until the next read or the next change of the list. */
export class PackedItem {
  bytes: Uint8Array = NO_BYTES;
  start = 0;
  end = 0;
  private readonly text = new Uint8Array(INT64_TEXT_MAX);
  private readonly int64 = new Int64();

  /** Says in the fields where the item of the entry at `at` is; integers become decimal text. */
  read(bytes: Uint8Array, at: number): void {
    const head = bytes[at];
    if (!isString(head)) {
      this.bytes = this.text;
      this.start = 0;
      this.end = this.writeNumber(bytes, at);
      return;
    }
    this.bytes = bytes;
    this.start = at + stringHeadSize(head);
    this.end = at + entrySize(bytes, at);
  }

  /** The same of an entry with a back length; returns the position behind that. */
  readOn(bytes: Uint8Array, at: number): number {
    const head = bytes[at];
    // Most items are short strings, and their back lengths are one byte.
    if (head >= HEAD_STRING_6 && head < HEAD_INTEGER_13) {
      const end = at + 1 + (head & 0x3f);
      this.bytes = bytes;
      this.start = at + 1;
      this.end = end;
      return end + 1;
    }
    this.read(bytes, at);
    const size = entrySize(bytes, at);
    return at + size + backSize(size);
  }

  private writeNumber(bytes: Uint8Array, at: number): number {
    const head = bytes[at];
    if (head !== HEAD_INTEGER_64) return writeInteger(this.text, 0, smallInteger(bytes, at));
    const { int64 } = this;
    int64.low = readSize(bytes, at + 1) | 0;
    int64.high = readSize(bytes, at + 5) | 0;
    return int64.write(this.text, 0);
  }
}

/** The integer of an entry that has one of at most 32 bits. */
export function smallInteger(bytes: Uint8Array, at: number): number {
  const head = bytes[at];
  if (head < HEAD_STRING_6) return head;
  const low = bytes[at + 1];
  // The shift to the left takes the sign to its place, and the one to the right spreads it.
  if (head < HEAD_STRING_12) return ((((head & 31) << 8) | low) << 19) >> 19;
  const middle = low | (bytes[at + 2] << 8);
  if (head === HEAD_INTEGER_16) return (middle << 16) >> 16;
  const high = middle | (bytes[at + 3] << 16);
  return head === HEAD_INTEGER_24 ? (high << 8) >> 8 : high | (bytes[at + 4] << 24);
}

function readSize(bytes: Uint8Array, at: number): number {
  return readWord(bytes, at) >>> 0;
}
