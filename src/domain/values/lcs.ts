// The longest common subsequence of two strings, for LCS. The usual table of lengths L(i, j), over
// the first i bytes of a and the first j of b, grows by at most one from each cell to the next in
// its row; so a row is kept as one bit per cell, and 32 cells are computed at once (Crochemore et
// al., "A fast and practical bit-vector algorithm for the longest common subsequence problem",
// 2001). For long strings that takes a sixteenth of the memory of the table, and less of its time.
//
// Bit j of row i is 0 where L(i, j + 1) = L(i, j) + 1, and 1 where they are equal.
import { bitCount } from '../bytes/bits.ts';

/** A run of bytes that both strings have in common; both ends belong to it. */
interface CommonRange {
  readonly aFirst: number;
  readonly aLast: number;
  readonly bFirst: number;
  readonly bLast: number;
  readonly length: number;
}

export interface CommonSubsequence {
  readonly bytes: Uint8Array;
  /** From the end of the strings to their beginning, as LCS IDX lists them; offsets in a and b. */
  readonly ranges: CommonRange[];
}

/** Bytes of memory that Redis would need, which LCS compares with proto-max-bulk-len. */
export function lcsTableSize(aSize: number, bSize: number): number {
  return (aSize + 1) * (bSize + 1) * Uint32Array.BYTES_PER_ELEMENT;
}

/** The length of the longest common subsequence alone (LCS LEN): a single row of memory. */
export function lcsLength(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): number {
  const words = wordCount(bEnd - bStart);
  const places = findPlaces(a, aStart, aEnd, b, bStart, bEnd);
  const row = new Uint32Array(words).fill(0xffffffff);
  for (let i = aStart; i < aEnd; i++) {
    const at = places.at[a[i]];
    if (at >= 0) nextRow(row, 0, row, 0, places.bits, at, words);
  }
  let zeros = 0;
  for (let word = 0; word < words; word++) zeros += bitCount(~row[word]);
  return zeros;
}

/**
 * The longest common subsequence; among several, and among several ways to match it, the one that
 * Redis finds by walking back from the ends and preferring to step back in b.
 */
export function longestCommonSubsequence(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): CommonSubsequence {
  const words = wordCount(bEnd - bStart);
  const places = findPlaces(a, aStart, aEnd, b, bStart, bEnd);
  // Row i holds the lengths for the first i bytes of a.
  const rows = new Uint32Array((aEnd - aStart + 1) * words);
  rows.fill(0xffffffff, 0, words);
  for (let i = 0; i < aEnd - aStart; i++) {
    const map = places.at[a[aStart + i]];
    if (map >= 0) nextRow(rows, i * words, rows, (i + 1) * words, places.bits, map, words);
    else for (let at = i * words; at < (i + 1) * words; at++) rows[at + words] = rows[at];
  }

  const reversed: number[] = [];
  const ranges: CommonRange[] = [];
  let i = aEnd - aStart;
  let j = bEnd - bStart;
  while (i > 0 && j > 0) {
    let length = 0;
    while (length < i && length < j) {
      const byte = a[aStart + i - 1 - length];
      if (byte !== b[bStart + j - 1 - length]) break;
      reversed.push(byte);
      length++;
    }
    if (length > 0) {
      i -= length;
      j -= length;
      ranges.push({ aFirst: i, aLast: i + length - 1, bFirst: j, bLast: j + length - 1, length });
    } else if ((rows[i * words + ((j - 1) >>> 5)] >>> ((j - 1) & 31)) & 1) {
      // L(i, j) = L(i, j - 1), so the last byte of b is not needed.
      j--;
    } else {
      i--;
    }
  }
  return { bytes: Uint8Array.from(reversed.reverse()), ranges };
}

/** For each byte of a: where in `bits` the map of its places in b begins; -1 when it has none. */
interface Places {
  readonly at: Int32Array;
  readonly bits: Uint32Array;
}

function findPlaces(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): Places {
  const words = wordCount(bEnd - bStart);
  const inA = new Uint8Array(256);
  for (let i = aStart; i < aEnd; i++) inA[a[i]] = 1;
  const at = new Int32Array(256).fill(-1);
  let maps = 0;
  for (let j = bStart; j < bEnd; j++) {
    if (inA[b[j]] === 1 && at[b[j]] < 0) at[b[j]] = maps++ * words;
  }
  const bits = new Uint32Array(maps * words);
  for (let j = bStart; j < bEnd; j++) {
    const place = j - bStart;
    if (at[b[j]] >= 0) bits[at[b[j]] + (place >>> 5)] |= 1 << (place & 31);
  }
  return { at, bits };
}

/**
 * Computes a row from the one before it: next = (row + (row & map)) | (row & ~map), where the sum
 * is one of long integers. It may be computed in place.
 */
function nextRow(
  from: Uint32Array,
  fromAt: number,
  to: Uint32Array,
  toAt: number,
  maps: Uint32Array,
  mapAt: number,
  words: number,
): void {
  let carry = 0;
  for (let word = 0; word < words; word++) {
    const row = from[fromAt + word] | 0;
    const matched = row & maps[mapAt + word];
    const sum = (row + matched + carry) | 0;
    // All bits of `matched` are in `row`, so the sum carried if it did at the top bit.
    carry = (matched | (row & ~sum)) >>> 31;
    to[toAt + word] = sum | (row & ~matched);
  }
}

function wordCount(bits: number): number {
  return (bits + 31) >>> 5;
}
