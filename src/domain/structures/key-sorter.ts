// Sorts rows by a double each, and by what the caller says where doubles are equal: a merge sort,
// stable, over two columns that move together, so that it reads and writes in order. It goes on in
// steps, for who has to let others have their turn, and may keep the first rows alone.
//
// Invariants: between steps the rows are in sorted runs that begin at multiples of `width`; run r
// has min(keep, width) rows, but the last one maybe fewer.

/** Runs of so many rows are sorted by insertion. */
const FIRST_WIDTH = 8;
/** Columns of more rows are not kept for the next sort. */
const KEPT_ROWS = 1024;

const NO_KEYS = new Float64Array(0);
const NO_ROWS = new Uint32Array(0);

/** Decides where keys are equal. */
export interface KeyTies {
  /** Below 0, 0 or above 0, as the one row sorts before, like or after the other one. */
  compare(row: number, other: number): number;
}

export class KeySorter {
  /** Who begins writes a key for each row here, and finds the rows in order when it is done. */
  keys = NO_KEYS;
  rows = NO_ROWS;
  private otherKeys = NO_KEYS;
  private otherRows = NO_ROWS;
  private ties: KeyTies | null = null;
  private count = 0;
  private keep = 0;
  private width = 0;
  /** Where the runs begin that are sorted or merged next. */
  private at = 0;
  /** How far two runs have been merged: the next row of either, and of what becomes of them. */
  private left = 0;
  private right = 0;
  private to = 0;

  /** Begins with `count` rows, whose keys and numbers the caller then writes. */
  begin(count: number, keep: number, ties: KeyTies | null): void {
    if (this.keys.length < count) this.resize(count);
    this.count = count;
    this.keep = Math.max(keep, 1);
    this.ties = ties;
    this.width = 0;
    this.at = 0;
  }

  /** Writes about so many rows once more. Are the first rows in order now? */
  step(rowsMax: number): boolean {
    let budget = rowsMax;
    if (this.width === 0) budget -= this.sortRuns(budget);
    while (this.width < this.count) {
      if (budget <= 0) return false;
      budget -= this.merge(budget);
    }
    return true;
  }

  sort(): void {
    while (!this.step(this.count));
  }

  /** What was made for many rows is not kept. */
  letGo(): void {
    if (this.keys.length > KEPT_ROWS) this.resize(0);
  }

  /** Bytes of the columns. */
  get size(): number {
    return 2 * (this.keys.byteLength + this.rows.byteLength);
  }

  /** Sorts first runs of about so many rows in all. Returns how many rows those were. */
  private sortRuns(rowsMax: number): number {
    const { keys, rows, count } = this;
    const first = this.at;
    const end = Math.min(count, first + Math.max(rowsMax, FIRST_WIDTH));
    let start = first;
    for (; start < end; start += FIRST_WIDTH) {
      const runEnd = Math.min(count, start + FIRST_WIDTH);
      for (let i = start + 1; i < runEnd; i++) {
        const key = keys[i];
        const row = rows[i];
        let to = i;
        for (; to > start && !this.isInOrder(keys[to - 1], rows[to - 1], key, row); to--) {
          keys[to] = keys[to - 1];
          rows[to] = rows[to - 1];
        }
        keys[to] = key;
        rows[to] = row;
      }
    }
    this.at = start;
    if (start >= count) this.beginPass(FIRST_WIDTH);
    return start - first;
  }

  /** Merges two runs, up to so many rows of them. Returns how many rows those were. */
  private merge(rowsMax: number): number {
    const { keys, rows, otherKeys, otherRows, count, width, keep, at } = this;
    const first = this.to;
    if (first === at) {
      this.left = at;
      this.right = at + width;
    }
    const leftEnd = at + Math.min(keep, width, count - at);
    const rightEnd = at + width + Math.min(keep, width, Math.max(0, count - at - width));
    const outEnd = at + Math.min(keep, leftEnd - at + rightEnd - at - width);
    const end = Math.min(outEnd, first + rowsMax);
    let { left, right, to } = this;
    for (; to < end && left < leftEnd && right < rightEnd; to++) {
      const key = keys[left];
      const other = keys[right];
      if (key < other || (key === other && this.isInOrder(key, rows[left], other, rows[right]))) {
        otherKeys[to] = key;
        otherRows[to] = rows[left++];
      } else {
        otherKeys[to] = other;
        otherRows[to] = rows[right++];
      }
    }
    for (; to < end; to++) {
      const from = left < leftEnd ? left++ : right++;
      otherKeys[to] = keys[from];
      otherRows[to] = rows[from];
    }
    this.left = left;
    this.right = right;
    this.to = to;
    if (to === outEnd) {
      this.at = at + 2 * width;
      this.to = this.at;
      if (this.at >= count) this.endPass();
    }
    return to - first;
  }

  private endPass(): void {
    const { keys, rows } = this;
    this.keys = this.otherKeys;
    this.rows = this.otherRows;
    this.otherKeys = keys;
    this.otherRows = rows;
    this.beginPass(2 * this.width);
  }

  private beginPass(width: number): void {
    this.width = width;
    this.at = 0;
    this.to = 0;
  }

  private isInOrder(key: number, row: number, otherKey: number, otherRow: number): boolean {
    if (key !== otherKey) return key < otherKey;
    return this.ties === null || this.ties.compare(row, otherRow) <= 0;
  }

  private resize(rows: number): void {
    this.keys = new Float64Array(rows);
    this.rows = new Uint32Array(rows);
    this.otherKeys = new Float64Array(rows);
    this.otherRows = new Uint32Array(rows);
  }
}
