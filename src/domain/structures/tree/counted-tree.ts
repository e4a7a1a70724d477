// The counted tree: a B+ tree over words off the heap, each inner row of which counts what is below
// it, so that rows are found by rank as well as by key. One object serves all trees of a shape; it
// holds no tree, but a cursor at the row that was found or changed last. FORMAT.md has the layout.
//
// A change is made at the cursor: what a full node must give up goes to a neighbour or a new node,
// and a node with less than a quarter of its rows merges with a neighbour where both fit into one.
// There are no links between nodes but from parent to child.
//
// Invariants:
// - All leaves are at level 0. No node is empty; no inner node at the top has one row only.
// - An inner row has the count of its child. It begins with what the first row of its child begins
//   with; in a tree without ties perhaps with less, but more than all rows before that have.
// - Rows are sorted by key words, then by ties; no two are equal.
// - Where who reads the past meets nodes, a node is owned before it changes, as its parent was
//   before: ../../memory/past-reader.ts.
import { type Arena, NONE, SLAB_MASK, SLAB_SHIFT } from '../../memory/arena.ts';
import { ROOT_COUNT, type Roots } from '../root.ts';
import { TreeCursor } from './cursor.ts';
import { NodeStore } from './node-store.ts';
import { openRows } from './rows.ts';
import { NODE_COLUMNS, type TreeShape } from './shape.ts';
import type { TreeTies } from './ties.ts';

/** A neighbour with less room than this part of it takes no rows of a full leaf. */
const SPILL_PART = 8;
/** A node with fewer rows than this part of it merges. */
const MERGE_PART = 4;

export class CountedTree {
  readonly shape: TreeShape;
  /** Where the last change was made, and the next one will be. */
  readonly cursor: TreeCursor;
  private readonly arena: Arena;
  private readonly store: NodeStore;
  private readonly ties: TreeTies | null;

  constructor(arena: Arena, roots: Roots, shape: TreeShape, ties: TreeTies | null) {
    this.arena = arena;
    this.shape = shape;
    this.ties = ties;
    this.store = new NodeStore(arena, roots, shape);
    this.cursor = new TreeCursor(arena, shape, ties);
  }

  /** How many rows a tree has, or how much they weigh. */
  count(root: number): number {
    const { rootWord, keepsCount } = this.shape;
    if (keepsCount) return this.rootWord(root, ROOT_COUNT);
    if (this.rootWord(root, rootWord + 1) === 0) return 0;
    const top = this.rootWord(root, rootWord);
    return this.store.weight(top, 0, this.store.rows(top));
  }

  /** Inserts a row under the cursor's key, with this first word of its value; there is none yet. */
  insert(root: number, value: number, weight: number): void {
    if (this.ties !== null) this.ties.take(value);
    this.cursor.seekPlace(root);
    this.insertHere(root, value, weight);
  }

  /** Inserts a row under the cursor's key before the row at the cursor, or at the end. */
  insertHere(root: number, value: number, weight: number): void {
    const { cursor, shape } = this;
    const { nodes, rows } = cursor;
    if (cursor.height === 0) this.addTop(root);
    this.own(root);
    this.makeRoom(root);
    const words = this.arena.words[nodes[0] >>> SLAB_SHIFT];
    const at = (nodes[0] & SLAB_MASK) << 2;
    const max = shape.leafRowsMax;
    openRows(words, at, shape.leafColumns, max, rows[0], 1);
    const start = at + NODE_COLUMNS + rows[0];
    for (let i = 0; i < shape.keyWords; i++) words[start + i * max] = cursor.key[i];
    if (shape.valueWords > 0) words[start + shape.keyWords * max] = value;
    if (shape.isWeighted) words[start + shape.weightColumn * max] = weight;
    this.addCount(root, weight);
    if (cursor.isFirstOfLeaf) this.setFirsts(0);
  }

  /** Takes the row at the cursor out; the cursor is at the row behind it then, or at the end. */
  removeFound(root: number): void {
    const { cursor, shape, store } = this;
    const { nodes, rows } = cursor;
    this.own(root);
    this.addCount(root, -cursor.weight());
    const isFirst = cursor.isFirstOfLeaf;
    store.close(nodes[0], rows[0] - store.firstRow(nodes[0]), 1);
    if (isFirst) rows[0]++;
    const left = store.rows(nodes[0]);
    // What inner rows begin with may be a key that is gone, but not an element that is.
    if (shape.hasTies && isFirst && left > 0) this.setFirsts(0);
    if (left > 0 && left * MERGE_PART >= shape.leafRowsMax) {
      cursor.settle();
      return;
    }
    const rank = cursor.rank();
    if (this.repair(root, 0)) cursor.settle();
    else cursor.seekRank(root, rank);
  }

  /**
   * Changes a word of the value of the row at the cursor. Where ties are decided by the first one,
   * the new word must sort as the old one does: an element that has moved, with its member.
   */
  setValue(root: number, index: number, word: number): void {
    this.own(root);
    this.arena.words[this.cursor.nodes[0] >>> SLAB_SHIFT][this.at(index)] = word;
    if (index === 0 && this.cursor.isFirstOfLeaf) this.setFirsts(0);
  }

  /** Adds to the weight of the row at the cursor. */
  addWeight(root: number, weight: number): void {
    this.own(root);
    const words = this.arena.words[this.cursor.nodes[0] >>> SLAB_SHIFT];
    words[this.at(this.shape.valueWords)] += weight;
    this.addCount(root, weight);
  }

  /**
   * Gives the rows before the cursor to another root, which has none: nodes go as they are, but for
   * those of the path, which are divided. The root keeps no count, and who calls counts the bytes
   * of what goes. The cursor is at the first row that is left, or at the end.
   */
  giveBefore(root: number, other: number): void {
    const { cursor, shape, store } = this;
    const { nodes, rows, height } = cursor;
    if (!cursor.hasRow) {
      this.setTop(other, this.rootWord(root, shape.rootWord), height);
      this.setTop(root, NONE, 0);
      cursor.height = 0;
      return;
    }
    this.own(root);
    let given: number = NONE;
    for (let level = 0; level < height; level++) {
      const below = given;
      const count = rows[level] - store.firstRow(nodes[level]);
      given = NONE;
      if (count > 0 || below !== NONE) {
        given = store.make(other, level);
        store.copy(nodes[level], 0, count, given, 0);
        if (below !== NONE) store.addChild(given, count, below);
      }
      store.close(nodes[level], 0, count);
      rows[level] = store.firstRow(nodes[level]);
      if (level > 0) store.recount(nodes[level], 0);
    }
    if (given !== NONE) this.setTop(other, given, height);
    this.lowerTop(root);
  }

  /** Sees to it that the nodes of the cursor's path may be changed. */
  own(root: number): void {
    if (this.arena.past === null || !this.shape.isRead) return;
    const { nodes, rows, height } = this.cursor;
    for (let level = height - 1; level >= 0; level--) {
      if (level < height - 1)
        nodes[level] = this.store.ownedChild(nodes[level + 1], rows[level + 1]);
      else {
        nodes[level] = this.store.owned(nodes[level]);
        this.setTop(root, nodes[level], height);
      }
    }
  }

  /** Where a word behind the key of the found row is. */
  private at(index: number): number {
    const { cursor, shape } = this;
    const column = shape.keyWords + index;
    const start = ((cursor.nodes[0] & SLAB_MASK) << 2) + NODE_COLUMNS;
    return start + column * shape.leafRowsMax + cursor.rows[0];
  }

  /** What the path leads to counts so much more. */
  private addCount(root: number, weight: number): void {
    const { nodes, rows, height } = this.cursor;
    for (let level = 1; level < height; level++) {
      this.store.addCount(nodes[level], rows[level], weight);
    }
    if (!this.shape.keepsCount) return;
    this.arena.words[root >>> SLAB_SHIFT][((root & SLAB_MASK) << 2) + ROOT_COUNT] += weight;
  }

  /** The path's node has another first row: so those above it begin anew. */
  private setFirsts(from: number): void {
    const { nodes, rows, height } = this.cursor;
    for (let level = from + 1; level < height; level++) {
      this.store.setFirst(nodes[level], rows[level], nodes[level - 1]);
      if (rows[level] > 0) return;
    }
  }

  /** Makes an empty leaf the top of an empty tree. */
  private addTop(root: number): void {
    const { cursor } = this;
    cursor.height = 1;
    cursor.nodes[0] = this.store.make(root, 0);
    cursor.rows[0] = 0;
    this.setTop(root, cursor.nodes[0], 1);
  }

  /** Makes room in the leaf of the path, if there is none at its end. */
  private makeRoom(root: number): void {
    const { cursor, store } = this;
    const { leafRowsMax } = this.shape;
    const leaf = cursor.nodes[0];
    const first = store.firstRow(leaf);
    if (first + store.rows(leaf) < leafRowsMax) return;
    if (first > 0) {
      store.compact(leaf);
      cursor.rows[0] -= first;
    } else if (this.isAtEnd()) this.split(root, 0, leafRowsMax, true);
    else if (!this.spill()) this.split(root, 0, leafRowsMax >>> 1, false);
  }

  private isAtEnd(): boolean {
    const { nodes, rows, height } = this.cursor;
    for (let level = 1; level < height; level++) {
      if (rows[level] + 1 < this.store.rows(nodes[level])) return false;
    }
    return rows[0] === this.store.rows(nodes[0]);
  }

  /**
   * Lets the rows of a path's node from `row` on become a node of their own. At the end of a tree
   * nodes stay as full as they are.
   */
  private split(root: number, level: number, row: number, atEnd: boolean): void {
    const { cursor, shape, store } = this;
    const { nodes, rows } = cursor;
    if (level === cursor.height - 1) this.addLevel(root);
    else if (store.rows(nodes[level + 1]) === shape.innerRowsMax) {
      const parentRow = atEnd ? shape.innerRowsMax - 1 : shape.innerRowsMax >>> 1;
      this.split(root, level + 1, parentRow, atEnd);
    }
    const made = store.make(root, level);
    const count = store.rows(nodes[level]) - row;
    store.addCount(
      nodes[level + 1],
      rows[level + 1],
      -store.weight(nodes[level], row, row + count),
    );
    store.copy(nodes[level], row, count, made, 0);
    store.close(nodes[level], row, count);
    store.addChild(nodes[level + 1], rows[level + 1] + 1, made);
    // What is inserted at the place of the split stays on the left, where there is room.
    const staysLeft = rows[level] < row || (rows[level] === row && level === 0 && !atEnd);
    if (staysLeft) return;
    nodes[level] = made;
    rows[level] -= row;
    rows[level + 1]++;
  }

  /** Puts a node above the top. */
  private addLevel(root: number): void {
    const { cursor } = this;
    const level = cursor.height++;
    const top = this.store.make(root, level);
    this.store.addChild(top, 0, cursor.nodes[level - 1]);
    cursor.nodes[level] = top;
    cursor.rows[level] = 0;
    this.setTop(root, top, level + 1);
  }

  /** Gives rows of the full leaf to a neighbour, if one has room. */
  private spill(): boolean {
    const { cursor, shape, store } = this;
    if (cursor.height === 1) return false;
    const parent = cursor.nodes[1];
    const row = cursor.rows[1];
    const room = Math.max(2, Math.floor(shape.leafRowsMax / SPILL_PART));
    if (row + 1 < store.rows(parent) && this.roomIn(parent, row + 1) >= room) {
      this.spillRight(parent, row);
      return true;
    }
    if (row === 0 || this.roomIn(parent, row - 1) < room) return false;
    this.spillLeft(parent, row);
    return true;
  }

  private roomIn(parent: number, row: number): number {
    return this.shape.leafRowsMax - this.store.rows(this.store.child(parent, row));
  }

  private spillRight(parent: number, row: number): void {
    const { cursor, shape, store } = this;
    const count = (this.roomIn(parent, row + 1) + 1) >>> 1;
    const left = shape.leafRowsMax - count;
    const leaf = cursor.nodes[0];
    const right = store.ownedChild(parent, row + 1);
    this.moveCount(parent, row, row + 1, store.weight(leaf, left, left + count));
    store.copy(leaf, left, count, right, 0);
    store.close(leaf, left, count);
    store.setFirst(parent, row + 1, right);
    if (cursor.rows[0] <= left) return;
    cursor.nodes[0] = right;
    cursor.rows[0] -= left;
    cursor.rows[1]++;
  }

  private spillLeft(parent: number, row: number): void {
    const { cursor, store } = this;
    const count = (this.roomIn(parent, row - 1) + 1) >>> 1;
    const leaf = cursor.nodes[0];
    const left = store.ownedChild(parent, row - 1);
    const rows = store.rows(left);
    this.moveCount(parent, row, row - 1, store.weight(leaf, 0, count));
    store.copy(leaf, 0, count, left, rows);
    store.close(leaf, 0, count);
    store.compact(leaf);
    store.setFirst(parent, row, leaf);
    cursor.rows[0] -= count;
    if (cursor.rows[0] >= 0) return;
    cursor.nodes[0] = left;
    cursor.rows[0] += rows + count;
    cursor.rows[1]--;
  }

  private moveCount(parent: number, from: number, to: number, weight: number): void {
    this.store.addCount(parent, from, -weight);
    this.store.addCount(parent, to, weight);
  }

  /**
   * Merges the path's node, which has too few rows, with a neighbour, if both fit into one; an
   * empty one goes. Does the path still lead to the same row?
   */
  private repair(root: number, level: number): boolean {
    const { cursor, shape, store } = this;
    const { nodes, rows } = cursor;
    if (level === cursor.height - 1) return this.lowerTop(root);
    const parent = nodes[level + 1];
    const row = rows[level + 1];
    const node = nodes[level];
    const count = store.rows(node);
    const first = store.firstRow(node);
    let isKept = true;
    if (this.fits(level, count, parent, row + 1)) {
      // Its own rows begin anew to take others in.
      rows[level] -= first;
      this.takeIn(root, node, parent, row + 1, row);
      if (count === 0) this.setFirsts(level);
    } else if (this.fits(level, count, parent, row - 1)) {
      const left = store.ownedChild(parent, row - 1);
      rows[level] += store.rows(left) - first;
      nodes[level] = left;
      this.takeIn(root, left, parent, row, row - 1);
      rows[level + 1]--;
    } else if (count === 0) {
      // It has no neighbour, so its parent is empty now and goes or merges in turn.
      store.drop(root, node);
      store.close(parent, row, 1);
      isKept = false;
    } else return true;
    const isLow = store.rows(parent) * MERGE_PART < shape.innerRowsMax;
    if (!isLow && level + 2 < cursor.height) return isKept;
    return this.repair(root, level + 1) && isKept;
  }

  /** Is there a child at this row of a parent, with room for so many rows of its neighbour? */
  private fits(level: number, count: number, parent: number, row: number): boolean {
    const { store } = this;
    if (row < 0 || row >= store.rows(parent)) return false;
    return count + store.rows(store.child(parent, row)) <= this.shape.rowsMax(level);
  }

  /** Lets a node, at row `to` of its parent, take in its right neighbour at row `from`. */
  private takeIn(root: number, node: number, parent: number, from: number, to: number): void {
    const { store } = this;
    // It is only read, so it need not be owned.
    const other = store.child(parent, from);
    const count = store.rows(other);
    this.moveCount(parent, from, to, store.weight(other, 0, count));
    store.copy(other, 0, count, node, store.rows(node));
    store.drop(root, other);
    store.close(parent, from, 1);
  }

  /** Takes a top away that is empty or has one child only. Does the path lead to the same row? */
  private lowerTop(root: number): boolean {
    const { cursor, shape, store } = this;
    for (;;) {
      const top = this.rootWord(root, shape.rootWord);
      const count = store.rows(top);
      if (count > 1 || (count === 1 && cursor.height === 1)) return true;
      cursor.height = count === 0 ? 0 : cursor.height - 1;
      this.setTop(root, count === 0 ? NONE : store.child(top, 0), cursor.height);
      store.drop(root, top);
      if (count === 0) return false;
    }
  }

  private rootWord(root: number, word: number): number {
    return this.arena.words[root >>> SLAB_SHIFT][((root & SLAB_MASK) << 2) + word];
  }

  private setTop(root: number, top: number, height: number): void {
    const words = this.arena.words[root >>> SLAB_SHIFT];
    const at = ((root & SLAB_MASK) << 2) + this.shape.rootWord;
    words[at] = top;
    words[at + 1] = height;
  }
}
