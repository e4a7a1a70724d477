// Rows of nodes: `at` is where a node begins in its words, its columns have room for `max` rows
// each, and the first row that is in use need not be row 0. Loops over words, since a shared
// buffer's own moves go byte by byte.
import { firstRowOf, levelOf, NODE_COLUMNS, NODE_LEVEL, NODE_ROWS } from './shape.ts';

/** Lets the rows of a node begin at its first one. */
export function compactRows(words: Int32Array, at: number, columns: number, max: number): void {
  const gap = firstRowOf(words[at + NODE_LEVEL]);
  if (gap === 0) return;
  const rows = words[at + NODE_ROWS];
  for (let column = 0; column < columns; column++) {
    const start = at + NODE_COLUMNS + column * max;
    for (let i = start; i < start + rows; i++) words[i] = words[i + gap];
  }
  words[at + NODE_LEVEL] = levelOf(words[at + NODE_LEVEL]);
}

/** Makes room for `count` rows before `row`, which there is; their words are undefined. */
export function openRows(
  words: Int32Array,
  at: number,
  columns: number,
  max: number,
  row: number,
  count: number,
): void {
  const end = firstRowOf(words[at + NODE_LEVEL]) + words[at + NODE_ROWS];
  for (let column = 0; column < columns; column++) {
    const start = at + NODE_COLUMNS + column * max;
    for (let i = start + end - 1; i >= start + row; i--) words[i + count] = words[i];
  }
  words[at + NODE_ROWS] += count;
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
  const end = firstRowOf(words[at + NODE_LEVEL]) + words[at + NODE_ROWS] - count;
  for (let column = 0; column < columns; column++) {
    const start = at + NODE_COLUMNS + column * max;
    for (let i = start + row; i < start + end; i++) words[i] = words[i + count];
  }
  words[at + NODE_ROWS] -= count;
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
