// What SORT compares: numbers, or bytes, of which the first ones that may differ become a number,
// so that most comparisons look at nothing else.
import { isSpace } from '../../domain/bytes/ascii.ts';
import { parseDouble } from '../../domain/bytes/float.ts';
import { compareRanges } from '../../domain/bytes/order.ts';
import type { ByteRows } from '../../domain/structures/byte-rows.ts';
import type { KeyTies } from '../../domain/structures/key-sorter.ts';

/** Bytes that a double holds as a whole number. */
const PREFIX_SIZE = 6;
/** What sorts before all bytes. */
const NOTHING_KEY = -1;
/** Smaller numbers have lost bits, unless they were written in hexadecimal digits. */
const NORMAL_MIN = 2 ** -1022;
const LETTER_X = 0x78;
const NO_BYTES = new Uint8Array(0);

/**
 * The number that strtod reads of a text, up to its first NUL; nothing is 0. NaN where Redis says
 * that it is none.
 */
export function numberOf(buffer: Uint8Array, start: number, end: number): number {
  let to = start;
  while (to < end && buffer[to] !== 0) to++;
  if (to === start) return 0;
  let from = start;
  while (from < to && isSpace(buffer[from])) from++;
  const value = parseDouble(buffer, from, to);
  if (value === 0 || Math.abs(value) >= NORMAL_MIN || Number.isNaN(value)) return value;
  const isHexadecimal = buffer.subarray(from, to).some((byte) => (byte | 0x20) === LETTER_X);
  return isHexadecimal ? value : Number.NaN;
}

/** Rows with equal numbers sort by the bytes of their elements. */
export class NumberTies implements KeyTies {
  private readonly elements: ByteRows;
  private readonly sign: number;

  constructor(elements: ByteRows, sign: number) {
    this.elements = elements;
    this.sign = sign;
  }

  compare(row: number, other: number): number {
    const { elements } = this;
    elements.locate(row);
    const { bytes, start, end } = elements;
    elements.locate(other);
    const order = compareRanges(bytes, start, end, elements.bytes, elements.start, elements.end);
    return this.sign * order;
  }
}

/**
 * Rows by their bytes. Without STORE a NUL ends them, as in Redis, which compares by strcoll(). All
 * rows are met() before the first key is made of one.
 */
export class BytesOrder implements KeyTies {
  private readonly rows: ByteRows;
  private readonly sign: number;
  private readonly endsAtNul: boolean;
  /** How many bytes all rows have in common at their beginning, and which: -1 before the first. */
  private shared = -1;
  private sample: Uint8Array = NO_BYTES;

  constructor(rows: ByteRows, sign: number, endsAtNul: boolean) {
    this.rows = rows;
    this.sign = sign;
    this.endsAtNul = endsAtNul;
  }

  met(row: number): void {
    const { rows } = this;
    if (this.shared === 0 || !rows.locate(row)) return;
    const { bytes, start, end } = rows;
    if (this.shared < 0) {
      const nul = bytes.subarray(start, end).indexOf(0);
      this.sample = bytes.subarray(start, nul < 0 ? end : start + nul);
      this.shared = this.sample.length;
      return;
    }
    const limit = Math.min(this.shared, end - start);
    let shared = 0;
    while (shared < limit && bytes[start + shared] === this.sample[shared]) shared++;
    this.shared = shared;
  }

  /** A number that sorts as the bytes do that follow the ones which all rows share. */
  key(row: number): number {
    const { rows, endsAtNul } = this;
    if (!rows.locate(row)) return this.sign * NOTHING_KEY;
    const { bytes, end } = rows;
    let at = rows.start + this.shared;
    let key = 0;
    for (let i = 0; i < PREFIX_SIZE; i++) {
      const byte = at < end ? bytes[at] : 0;
      key = key * 256 + byte;
      if (at < end && !(endsAtNul && byte === 0)) at++;
    }
    return this.sign * key;
  }

  compare(row: number, other: number): number {
    const { rows } = this;
    if (!rows.locate(row)) return 0;
    const { bytes, start, end } = rows;
    rows.locate(other);
    const order = this.endsAtNul
      ? compareUntilNul(bytes, start, end, rows.bytes, rows.start, rows.end)
      : compareRanges(bytes, start, end, rows.bytes, rows.start, rows.end);
    return this.sign * order;
  }
}

function compareUntilNul(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): number {
  for (let i = aStart, j = bStart; ; i++, j++) {
    const byte = i < aEnd ? a[i] : 0;
    const other = j < bEnd ? b[j] : 0;
    if (byte !== other) return byte - other;
    if (byte === 0) return 0;
  }
}
