// Rows of nodes: `at` is where a node begins in its words, its columns have room for `max` rows
// each. Loops over words, since a shared buffer's own moves go byte by byte.
import { NODE_COLUMNS, NODE_ROWS } from './shape.ts';

/** Makes room for `count` rows before `row`; their words are undefined. */
export function openRows(
  words: Int32Array,
  at: number,
  columns: number,
  max: number,
  row: number,
  count: number,
): void {
  const rows = words[at + NODE_ROWS];
  for (let column = 0; column < columns; column++) {
    const start = at + NODE_COLUMNS + column * max;
    for (let i = start + rows - 1; i >= start + row; i--) words[i + count] = words[i];
  }
  words[at + NODE_ROWS] = rows + count;
}

/** Takes `count` rows out, from `row` on. */
export function closeRows(
  words: Int32Array,
  at: number,
  columns: number,
  max: number,
  row: number,
  count: number,
): void {
  const rows = words[at + NODE_ROWS] - count;
  for (let column = 0; column < columns; column++) {
    const start = at + NODE_COLUMNS + column * max;
    for (let i = start + row; i < start + rows; i++) words[i] = words[i + count];
  }
  words[at + NODE_ROWS] = rows;
}

/** Copies `count` rows of a node from `row` on into another one at `otherRow`. */
export function copyRows(
  words: Int32Array,
  at: number,
  row: number,
  other: Int32Array,
  otherAt: number,
  otherRow: number,
  columns: number,
  max: number,
  count: number,
): void {
  for (let column = 0; column < columns; column++) {
    const from = at + NODE_COLUMNS + column * max + row;
    const to = otherAt + NODE_COLUMNS + column * max + otherRow;
    for (let i = 0; i < count; i++) other[to + i] = words[from + i];
  }
}

/** The sum of a column's words in rows [row, rowEnd). */
export function sumOf(
  words: Int32Array,
  at: number,
  column: number,
  max: number,
  row: number,
  rowEnd: number,
): number {
  const start = at + NODE_COLUMNS + column * max;
  let sum = 0;
  for (let i = start + row; i < start + rowEnd; i++) sum += words[i];
  return sum;
}
