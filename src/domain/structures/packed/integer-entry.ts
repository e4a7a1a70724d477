// Entries of packed lists that are integers of 64 bits, as two words: where the number is a count
// or a difference and was never text.

import type { Int64 } from '../../bytes/int64.ts';
import { readWord } from '../../bytes/word.ts';
import {
  backSize,
  HEAD_INTEGER_13,
  HEAD_INTEGER_16,
  HEAD_INTEGER_24,
  HEAD_INTEGER_32,
  HEAD_INTEGER_64,
  HEAD_STRING_6,
  HEAD_STRING_12,
  smallInteger,
  writeBack,
} from './entry.ts';

/** The longest integer entry with its back length. */
export const INTEGER_ENTRY_SIZE_MAX = 10;

/** The size of the entry with its back length. */
export function integerEntrySize(high: number, low: number): number {
  const size = payloadSize(high, low);
  return size + backSize(size);
}

/** Writes the entry without a back length at `at`; returns the position after it. */
export function writeIntegerHead(
  target: Uint8Array,
  at: number,
  high: number,
  low: number,
): number {
  const size = payloadSize(high, low);
  if (size === 1) target[at] = low;
  else if (size === 2) {
    target[at] = HEAD_INTEGER_13 | ((low >>> 8) & 31);
    target[at + 1] = low;
  } else {
    target[at] = headOfSize(size);
    writeBytes(target, at + 1, size < 5 ? size - 1 : 4, low);
    if (size > 5) writeBytes(target, at + 5, 4, high);
  }
  return at + size;
}

/** Writes the entry with its back length at `at`; returns the position after it. */
export function writeIntegerEntry(
  target: Uint8Array,
  at: number,
  high: number,
  low: number,
): number {
  if (high === 0 && low >= 0 && low < HEAD_STRING_6) {
    target[at] = low;
    target[at + 1] = 1;
    return at + 2;
  }
  const behind = writeIntegerHead(target, at, high, low);
  return writeBack(target, behind, behind - at);
}

/** Reads the integer of the entry at `at`, which has one. */
export function readIntegerEntry(bytes: Uint8Array, at: number, into: Int64): void {
  const head = bytes[at];
  if (head !== HEAD_INTEGER_64) {
    into.low = smallInteger(bytes, at);
    into.high = into.low >> 31;
    return;
  }
  into.low = readWord(bytes, at + 1);
  into.high = readWord(bytes, at + 5);
}

/** Has the entry that begins with this byte an integer? */
export function isIntegerHead(head: number): boolean {
  if (head < HEAD_STRING_6) return true;
  return (
    (head >= HEAD_INTEGER_13 && head < HEAD_STRING_12) ||
    (head >= HEAD_INTEGER_16 && head <= HEAD_INTEGER_64)
  );
}

function payloadSize(high: number, low: number): number {
  if (high !== low >> 31) return 9;
  if (low >= 0 && low < HEAD_STRING_6) return 1;
  if (low >> 12 === high) return 2;
  if (low >> 15 === high) return 3;
  return low >> 23 === high ? 4 : 5;
}

function headOfSize(size: number): number {
  if (size === 3) return HEAD_INTEGER_16;
  if (size === 4) return HEAD_INTEGER_24;
  return size === 5 ? HEAD_INTEGER_32 : HEAD_INTEGER_64;
}

function writeBytes(target: Uint8Array, at: number, size: number, value: number): void {
  for (let i = 0; i < size; i++) target[at + i] = value >>> (8 * i);
}
