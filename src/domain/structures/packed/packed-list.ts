// The packed list: rows of entries one behind the other. FORMAT.md has pictures; entry.ts has the
// entries, shape.ts what rows are made of. This is a view, opened again and again: it holds no list
// but only where one is.
//
// A change is in two steps, for the list does not know how to make room: plan...() says which bytes
// are to make way for how many others (`spliceAt`, `removed`, `inserted`); whoever owns the block
// does that, opens the list again where it is then, and finish...() writes the new bytes.
//
// Invariants:
// - Rows begin at `start` and end at `end`; there are `count` of them.
// - A list that is a value begins with its count, 16 bits; COUNT_UNKNOWN says that there are so
//   many or more, which are counted when it is opened.
import { moveBytes } from '../../bytes/compare.ts';
import type { EncodedItem } from './encoded-item.ts';
import { backSize, entrySize, type ItemSink, type PackedItem, readBack } from './entry.ts';
import type { PackedShape } from './shape.ts';

/** The count that stands before the rows of a value. */
export const COUNT_SIZE = 2;
const COUNT_UNKNOWN = 0xffff;
const DOUBLE_SIZE = 8;
/** No position. */
export const NOWHERE = -1;
const NO_BYTES = new Uint8Array(0);

export class PackedList {
  readonly shape: PackedShape;
  bytes: Uint8Array = NO_BYTES;
  start = 0;
  end = 0;
  count = 0;
  /** What plan...() has said: so many bytes, from this place on, counted from the origin. */
  spliceAt = 0;
  removed = 0;
  inserted = 0;
  /** Where the value, or else the first row, begins. */
  private origin = 0;
  private readonly double = new Float64Array(1);
  private readonly doubleBytes = new Uint8Array(this.double.buffer);

  constructor(shape: PackedShape) {
    this.shape = shape;
  }

  /** The list is the value bytes[start, end). */
  openValue(bytes: Uint8Array, start: number, end: number): void {
    const count = bytes[start] | (bytes[start + 1] << 8);
    this.open(bytes, start + COUNT_SIZE, end, count);
    this.origin = start;
    if (count === COUNT_UNKNOWN) this.count = this.countRows();
  }

  /** The list is `count` rows in bytes[start, end): a node of a larger one. */
  open(bytes: Uint8Array, start: number, end: number, count: number): void {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.count = count;
    this.origin = start;
  }

  /** The row behind this one; `end` behind the last. */
  next(row: number): number {
    const { bytes, shape } = this;
    let at = row + shape.before;
    for (let i = 0; i < shape.entries; i++) at = this.behind(bytes, at);
    return at + shape.after;
  }

  /** The row before this one, or before `end`: of items with back lengths, and not the first. */
  previous(row: number): number {
    const size = readBack(this.bytes, row);
    return row - size - backSize(size);
  }

  /** The row with this index, below `count`. */
  rowAt(index: number): number {
    if (this.shape.hasBack && index > this.count >>> 1) {
      let row = this.end;
      for (let i = this.count; i > index; i--) row = this.previous(row);
      return row;
    }
    let row = this.start;
    for (let i = 0; i < index; i++) row = this.next(row);
    return row;
  }

  /** Hands out `count` items from `row` on, which there are: of items with back lengths. */
  show(row: number, count: number, item: PackedItem, sink: ItemSink): void {
    const { bytes } = this;
    for (let at = row, i = 0; i < count; i++) {
      at = item.readOn(bytes, at);
      sink.bulk(item.bytes, item.start, item.end);
    }
  }

  /** Where the entry of a row is: the item, or the field. */
  entryOf(row: number): number {
    return row + this.shape.before;
  }

  /** Where the second entry of a row is: the value. */
  valueOf(row: number): number {
    return this.behind(this.bytes, row + this.shape.before);
  }

  /** The first row from `row` on whose first entry is the item, or NOWHERE. */
  find(item: EncodedItem, row: number): number {
    const { bytes, end } = this;
    const { before, entries, after, hasBack } = this.shape;
    const { first, last } = item;
    const lastOffset = item.size - 1;
    let at = row;
    while (at < end) {
      let entry = at + before;
      // Entries that begin alike often differ at their ends: user:1, user:2.
      if (bytes[entry] === first && entry + lastOffset < end) {
        if (bytes[entry + lastOffset] === last && item.equals(bytes, entry)) return at;
      }
      for (let i = 0; i < entries; i++) {
        const size = entrySize(bytes, entry);
        entry += hasBack ? size + backSize(size) : size;
      }
      at = entry + after;
    }
    return NOWHERE;
  }

  /** The last row before `row` whose entry is the item, or NOWHERE: of items with back lengths. */
  findBefore(item: EncodedItem, row: number): number {
    const { bytes, start, end } = this;
    const { first, last } = item;
    const lastOffset = item.size - 1;
    let at = row;
    while (at > start) {
      at = this.previous(at);
      if (bytes[at] === first && at + lastOffset < end) {
        if (bytes[at + lastOffset] === last && item.equals(bytes, at)) return at;
      }
    }
    return NOWHERE;
  }

  /** The double before the entries of a row, or behind them. */
  doubleOf(row: number): number {
    const at = this.doubleAt(row);
    for (let i = 0; i < DOUBLE_SIZE; i++) this.doubleBytes[i] = this.bytes[at + i];
    return this.double[0];
  }

  setDouble(row: number, value: number): void {
    const at = this.doubleAt(row);
    this.double[0] = value;
    for (let i = 0; i < DOUBLE_SIZE; i++) this.bytes[at + i] = this.doubleBytes[i];
  }

  /** The bytes of a row of these items, `value` being null when there is one only. */
  rowSize(item: EncodedItem, value: EncodedItem | null): number {
    const { before, after, hasBack } = this.shape;
    const size = hasBack ? item.sizeWithBack : item.size;
    return before + size + (value === null ? 0 : value.size) + after;
  }

  /** Plans a row before `row`, or at the end. */
  planInsert(row: number, item: EncodedItem, value: EncodedItem | null): void {
    this.plan(row, 0, this.rowSize(item, value));
  }

  /** Writes the row that was planned. Its double, if it has one, is to be set; returns the row. */
  finishInsert(item: EncodedItem, value: EncodedItem | null): number {
    const { shape, bytes } = this;
    const row = this.origin + this.spliceAt;
    const at = row + shape.before;
    if (shape.hasBack) item.writeWithBack(bytes, at);
    else {
      const behind = item.write(bytes, at);
      if (value !== null) value.write(bytes, behind);
    }
    this.setCount(this.count + 1);
    return row;
  }

  /** Plans that the rows in [row, rowEnd) go. */
  planRemove(row: number, rowEnd: number): void {
    this.plan(row, rowEnd - row, 0);
  }

  /** So many rows have gone. */
  finishRemove(rows: number): void {
    this.setCount(this.count - rows);
  }

  /**
   * Lets a row be before another one, or at the end: others make way, and its bytes, which are as
   * many as before, are to be written. Returns where it is.
   */
  shift(row: number, to: number): number {
    const rowEnd = this.next(row);
    const size = rowEnd - row;
    if (to > rowEnd) {
      moveBytes(this.bytes, rowEnd, to, row);
      return to - size;
    }
    if (to >= row) return row;
    moveBytes(this.bytes, to, row, to + size);
    return to;
  }

  /** Plans another item in the place of an entry. */
  planReplace(entry: number, item: EncodedItem): void {
    const size = this.shape.hasBack ? item.sizeWithBack : item.size;
    this.plan(entry, this.behind(this.bytes, entry) - entry, size);
  }

  finishReplace(item: EncodedItem): void {
    const at = this.origin + this.spliceAt;
    if (this.shape.hasBack) item.writeWithBack(this.bytes, at);
    else item.write(this.bytes, at);
  }

  /** Writes how many rows there are, where the list is a value. */
  setCount(count: number): void {
    this.count = count;
    if (this.origin === this.start) return;
    const written = Math.min(count, COUNT_UNKNOWN);
    this.bytes[this.origin] = written;
    this.bytes[this.origin + 1] = written >>> 8;
  }

  private plan(at: number, removed: number, inserted: number): void {
    this.spliceAt = at - this.origin;
    this.removed = removed;
    this.inserted = inserted;
  }

  private doubleAt(row: number): number {
    if (this.shape.before !== 0) return row;
    return this.next(row) - DOUBLE_SIZE;
  }

  /** The position behind an entry and its back length. */
  private behind(bytes: Uint8Array, at: number): number {
    const size = entrySize(bytes, at);
    return at + size + (this.shape.hasBack ? backSize(size) : 0);
  }

  private countRows(): number {
    let count = 0;
    for (let row = this.start; row < this.end; row = this.next(row)) count++;
    return count;
  }
}
