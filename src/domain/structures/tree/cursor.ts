// A place in a counted tree: the path from its top to a row, found by key or by rank, and steps
// from there. A cursor holds no tree; it is good until the tree changes through another cursor.
//
// What is sought is set in `key` (and, where equal keys occur, in the ties) before a call.
//
// Invariants: level 0 is the leaf; rows[level] is the row of nodes[level] that the path takes, as
// it lies in the columns. The place behind the last row is the end of the last leaf's rows; an
// empty tree has height 0.
import { type Arena, SLAB_MASK, SLAB_SHIFT } from '../../memory/arena.ts';
import { sumOf } from './rows.ts';
import { firstRowOf, NODE_COLUMNS, NODE_LEVEL, NODE_ROWS, type TreeShape } from './shape.ts';
import type { TreeTies } from './ties.ts';

/** Nodes with two rows each make that many levels of all refs that there are. */
export const LEVELS_MAX = 32;

/** A key with so many words is looked at more closely. */
const LONG_KEY_WORDS = 4;

/** How what is sought sorts among rows with an equal key: before, as the ties say, or behind. */
export const BEFORE_TIES = -1;
const AMONG_TIES = 0;
export const BEHIND_TIES = 1;

export class TreeCursor {
  readonly shape: TreeShape;
  readonly key = new Int32Array(4);
  height = 0;
  readonly nodes = new Int32Array(LEVELS_MAX);
  readonly rows = new Int32Array(LEVELS_MAX);
  /** What seekRank() has left over within a row that has a weight. */
  offset = 0;
  private readonly arena: Arena;
  private readonly ties: TreeTies | null;
  private bound = AMONG_TIES;
  private keyWordsSought = 0;

  constructor(arena: Arena, shape: TreeShape, ties: TreeTies | null) {
    this.arena = arena;
    this.shape = shape;
    this.ties = ties;
  }

  /** Finds the first row that does not sort before what is sought. Is there one? */
  seek(root: number): boolean {
    return this.descend(root, this.shape.keyWords, AMONG_TIES) && this.settle();
  }

  /** Finds a row by its key alone, which is that of the first row, mostly. Is it there? */
  seekFromStart(root: number): boolean {
    if (this.seekStart(root) && this.isAtKey()) return true;
    return this.seek(root) && this.isAtKey();
  }

  /** Finds the first row whose key is not below the key sought, or the first that is above it. */
  seekKey(root: number, bound: number): boolean {
    return this.descend(root, this.shape.keyWords, bound) && this.settle();
  }

  /** The same by ties alone, where all rows have the same key. */
  seekTies(root: number): boolean {
    return this.descend(root, 0, AMONG_TIES) && this.settle();
  }

  /** Finds the row with this rank, or in which it falls; the end when there are not as many. */
  seekRank(root: number, rank: number): boolean {
    const { shape } = this;
    let node = this.open(root);
    if (this.height === 0) return false;
    this.offset = rank;
    for (let level = this.height - 1; level > 0; level--) {
      const row = this.rowOfRank(node, shape.countColumn, shape.innerRowsMax, level);
      node = this.word(node, shape.childColumn * shape.innerRowsMax + row);
    }
    if (shape.isWeighted) this.rowOfRank(node, shape.weightColumn, shape.leafRowsMax, 0);
    else {
      const first = this.firstOf(node);
      const before = Math.min(this.offset, this.endOf(node) - first);
      this.nodes[0] = node;
      this.rows[0] = first + before;
      this.offset -= before;
    }
    return this.settle();
  }

  /** Goes to the first row. Is there one? */
  seekStart(root: number): boolean {
    const { nodes, rows, shape } = this;
    let node = this.open(root);
    if (this.height === 0) return false;
    for (let level = this.height - 1; level > 0; level--) {
      nodes[level] = node;
      rows[level] = 0;
      node = this.word(node, shape.childColumn * shape.innerRowsMax);
    }
    nodes[0] = node;
    rows[0] = this.firstOf(node);
    return true;
  }

  /** Goes to the last row. Is there one? */
  seekLast(root: number): boolean {
    const node = this.open(root);
    if (this.height === 0) return false;
    this.lastFrom(this.height - 1, node);
    return true;
  }

  /** Goes behind the last row: previous() finds that. */
  seekEnd(root: number): void {
    if (this.seekLast(root)) this.rows[0]++;
  }

  /** Is the cursor at a row, and not behind the last one? */
  get hasRow(): boolean {
    return this.height > 0 && this.rows[0] < this.endOf(this.nodes[0]);
  }

  /** Is the cursor at the first row of a leaf? */
  get isFirstOfLeaf(): boolean {
    return this.rows[0] === this.firstOf(this.nodes[0]);
  }

  /** Goes to the next row. Is there one? */
  next(): boolean {
    if (this.height === 0) return false;
    const end = this.endOf(this.nodes[0]);
    const row = Math.min(this.rows[0] + 1, end);
    this.rows[0] = row;
    return row < end || this.settle();
  }

  /** Goes to the row before. Is there one? If not, the cursor stays. */
  previous(): boolean {
    const { nodes, rows, height, shape } = this;
    if (height === 0) return false;
    if (!this.isFirstOfLeaf) {
      rows[0]--;
      return true;
    }
    let level = 1;
    while (level < height && rows[level] === 0) level++;
    if (level >= height) return false;
    rows[level]--;
    const child = shape.childColumn * shape.innerRowsMax + rows[level];
    this.lastFrom(level - 1, this.word(nodes[level], child));
    return true;
  }

  /**
   * Reads the first words of value of the next rows, up to `max` and of one leaf, and goes behind
   * them. How many are they? 0: the cursor is behind the last row.
   */
  takeValues(into: Int32Array, max: number): number {
    const { nodes, rows } = this;
    if (this.height === 0) return 0;
    const node = nodes[0];
    const row = rows[0];
    const left = this.endOf(node) - row;
    const count = left < max ? left : max;
    const words = this.arena.words[node >>> SLAB_SHIFT];
    const at = this.valuesAt(node) + row;
    for (let i = 0; i < count; i++) into[i] = words[at + i];
    rows[0] = row + count;
    if (count === left) this.settle();
    return count;
  }

  /** The same of the rows before the cursor, the last one first: it goes to where they begin. */
  takeValuesBack(into: Int32Array, max: number): number {
    const { nodes, rows } = this;
    if (this.height === 0) return 0;
    if (this.isFirstOfLeaf) {
      if (!this.previous()) return 0;
      rows[0]++;
    }
    const row = rows[0];
    const left = row - this.firstOf(nodes[0]);
    const count = left < max ? left : max;
    const words = this.arena.words[nodes[0] >>> SLAB_SHIFT];
    const last = this.valuesAt(nodes[0]) + row - 1;
    for (let i = 0; i < count; i++) into[i] = words[last - i];
    rows[0] = row - count;
    return count;
  }

  /** How many rows, or how much weight, is before the cursor. */
  rank(): number {
    const { arena, nodes, rows, height, shape } = this;
    if (height === 0) return 0;
    const first = this.firstOf(nodes[0]);
    let rank = rows[0] - first;
    for (let level = shape.isWeighted ? 0 : 1; level < height; level++) {
      const node = nodes[level];
      const column = level === 0 ? shape.weightColumn : shape.countColumn;
      const words = arena.words[node >>> SLAB_SHIFT];
      const at = (node & SLAB_MASK) << 2;
      const from = level === 0 ? first : 0;
      const sum = sumOf(words, at, column, shape.rowsMax(level), from, rows[level]);
      rank = level === 0 ? sum : rank + sum;
    }
    return rank;
  }

  /** A word of the found row's key. */
  keyWord(index: number): number {
    return this.word(this.nodes[0], index * this.shape.leafRowsMax + this.rows[0]);
  }

  /** A word of the found row's value. */
  value(index: number): number {
    const { shape } = this;
    return this.word(this.nodes[0], (shape.keyWords + index) * shape.leafRowsMax + this.rows[0]);
  }

  /** The weight of the found row. */
  weight(): number {
    const { shape } = this;
    if (!shape.isWeighted) return 1;
    return this.word(this.nodes[0], shape.weightColumn * shape.leafRowsMax + this.rows[0]);
  }

  /** Finds where a row that sorts as what is sought would be put: it may be the end of a leaf. */
  seekPlace(root: number): boolean {
    return this.descend(root, this.shape.keyWords, AMONG_TIES);
  }

  /** Leaves the end of a leaf for the next one. Is there a row? */
  settle(): boolean {
    const { nodes, rows, height, shape } = this;
    if (rows[0] < this.endOf(nodes[0])) return true;
    let level = 1;
    while (level < height && rows[level] + 1 >= this.endOf(nodes[level])) level++;
    if (level >= height) return false;
    rows[level]++;
    for (; level > 0; level--) {
      const child = shape.childColumn * shape.innerRowsMax + rows[level];
      nodes[level - 1] = this.word(nodes[level], child);
      rows[level - 1] = this.firstOf(nodes[level - 1]);
    }
    return true;
  }

  /** Has the found row the key that is sought? */
  private isAtKey(): boolean {
    const { arena, nodes, rows, key, shape } = this;
    const words = arena.words[nodes[0] >>> SLAB_SHIFT];
    let at = ((nodes[0] & SLAB_MASK) << 2) + NODE_COLUMNS + rows[0];
    for (let i = 0; i < shape.keyWords; i++, at += shape.leafRowsMax) {
      if (words[at] !== key[i]) return false;
    }
    return true;
  }

  private open(root: number): number {
    const words = this.arena.words[root >>> SLAB_SHIFT];
    const at = ((root & SLAB_MASK) << 2) + this.shape.rootWord;
    this.height = words[at + 1];
    return words[at];
  }

  private descend(root: number, keyWords: number, bound: number): boolean {
    const { arena, shape, nodes, rows } = this;
    this.keyWordsSought = keyWords;
    this.bound = bound;
    let node = this.open(root);
    if (this.height === 0) return false;
    for (let level = this.height - 1; level > 0; level--) {
      const words = arena.words[node >>> SLAB_SHIFT];
      const at = (node & SLAB_MASK) << 2;
      // The last child that does not begin behind what is sought.
      const row = Math.max(0, this.endBefore(words, at, shape.innerRowsMax, true) - 1);
      nodes[level] = node;
      rows[level] = row;
      node = words[at + NODE_COLUMNS + shape.childColumn * shape.innerRowsMax + row];
    }
    nodes[0] = node;
    const words = arena.words[node >>> SLAB_SHIFT];
    rows[0] = this.endBefore(words, (node & SLAB_MASK) << 2, shape.leafRowsMax, false);
    return true;
  }

  /** Where a node's rows end that sort before what is sought, or with it if those count too. */
  private endBefore(words: Int32Array, at: number, max: number, orEqual: boolean): number {
    const start = at + NODE_COLUMNS;
    const hasKey = this.keyWordsSought > 0;
    const least = orEqual ? 0 : 1;
    let low = firstRowOf(words[at + NODE_LEVEL]);
    let high = low + words[at + NODE_ROWS];
    const from = this.firstUnequal(words, start + low, high - 1 - low, max);
    const deciding = start + from * max;
    const first = this.key[from];
    while (low < high) {
      const middle = (low + high) >>> 1;
      // Mostly one word decides.
      const word = words[deciding + middle];
      let isBefore = word < first;
      if (word === first || !hasKey) {
        isBefore = this.compare(words, start + middle, max, from) >= least;
      }
      if (isBefore) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * The first word of a long key in which not all rows of a node are as what is sought: as rows are
   * sorted, all are if the first one and the last one are. IDs of streams begin with the same time.
   */
  private firstUnequal(words: Int32Array, start: number, last: number, max: number): number {
    const { key } = this;
    let index = 0;
    if (this.keyWordsSought < LONG_KEY_WORDS || last < 0) return index;
    for (let at = start; index < LONG_KEY_WORDS - 1; at += max) {
      if (words[at] !== key[index] || words[at + last] !== key[index]) break;
      index++;
    }
    return index;
  }

  /** Below 0, 0 or above 0, as what is sought sorts before, with or after a row, from a word on. */
  private compare(words: Int32Array, at: number, max: number, from: number): number {
    const { key, shape } = this;
    for (let i = from; i < this.keyWordsSought; i++) {
      const word = words[at + i * max];
      if (key[i] !== word) return key[i] < word ? -1 : 1;
    }
    if (this.bound !== AMONG_TIES || this.ties === null) return this.bound;
    return this.ties.compare(words[at + shape.keyWords * max]);
  }

  /** Takes the row of a node in which the rank falls, or the last, and leaves the rest of it. */
  private rowOfRank(node: number, column: number, max: number, level: number): number {
    const words = this.arena.words[node >>> SLAB_SHIFT];
    const at = (node & SLAB_MASK) << 2;
    const start = at + NODE_COLUMNS + column * max;
    // An inner path always takes a row; in a leaf it may end behind the last one.
    const first = firstRowOf(words[at + NODE_LEVEL]);
    const last = first + words[at + NODE_ROWS] - (level > 0 ? 1 : 0);
    let { offset } = this;
    let row = first;
    for (; row < last && offset >= words[start + row]; row++) offset -= words[start + row];
    this.offset = offset;
    this.nodes[level] = node;
    this.rows[level] = row;
    return row;
  }

  /** Takes the last rows of a node and of what is below it. */
  private lastFrom(from: number, top: number): void {
    const { nodes, rows, shape } = this;
    nodes[from] = top;
    rows[from] = this.endOf(top) - 1;
    for (let level = from; level > 0; level--) {
      const child = shape.childColumn * shape.innerRowsMax + rows[level];
      nodes[level - 1] = this.word(nodes[level], child);
      rows[level - 1] = this.endOf(nodes[level - 1]) - 1;
    }
  }

  /** Where in its words a leaf's column of first words of value begins. */
  private valuesAt(node: number): number {
    const { shape } = this;
    return ((node & SLAB_MASK) << 2) + NODE_COLUMNS + shape.keyWords * shape.leafRowsMax;
  }

  /** Where the rows of a node begin. */
  private firstOf(node: number): number {
    return firstRowOf(
      this.arena.words[node >>> SLAB_SHIFT][((node & SLAB_MASK) << 2) + NODE_LEVEL],
    );
  }

  /** Where they end. */
  private endOf(node: number): number {
    const words = this.arena.words[node >>> SLAB_SHIFT];
    const at = (node & SLAB_MASK) << 2;
    return firstRowOf(words[at + NODE_LEVEL]) + words[at + NODE_ROWS];
  }

  /** A word of a node's columns. */
  private word(node: number, index: number): number {
    return this.arena.words[node >>> SLAB_SHIFT][((node & SLAB_MASK) << 2) + NODE_COLUMNS + index];
  }
}
