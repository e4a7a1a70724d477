// The nodes of counted trees of one shape: made, copied, given up, and what stands in their rows.
// Rows are counted from the first one that a node has, wherever that lies in its columns.
// Counts in the root the bytes of those that there are.
import { type Arena, SLAB_MASK, SLAB_SHIFT } from '../../memory/arena.ts';
import type { Roots } from '../root.ts';
import { closeRows, compactRows, copyRows, openRows, sumOf } from './rows.ts';
import {
  firstRowOf,
  levelOf,
  NODE_COLUMNS,
  NODE_LEVEL,
  NODE_ROWS,
  type TreeShape,
  withRowsLater,
} from './shape.ts';

export class NodeStore {
  private readonly arena: Arena;
  private readonly roots: Roots;
  private readonly shape: TreeShape;

  constructor(arena: Arena, roots: Roots, shape: TreeShape) {
    this.arena = arena;
    this.roots = roots;
    this.shape = shape;
  }

  /** A node without rows. */
  make(root: number, level: number): number {
    const { arena } = this;
    const node = arena.allocate(this.shape.nodeSize);
    const words = arena.words[node >>> SLAB_SHIFT];
    const at = (node & SLAB_MASK) << 2;
    words[at + NODE_ROWS] = 0;
    words[at + NODE_LEVEL] = level;
    this.roots.addBytes(root, arena.capacity(node));
    if (arena.past !== null) arena.past.made(node);
    return node;
  }

  /** Gives a node up: nothing of ours refers to it any more. */
  drop(root: number, node: number): void {
    const { past } = this.arena;
    this.roots.addBytes(root, -this.arena.capacity(node));
    if (past !== null && this.shape.isRead && past.isFrozen(node)) past.retire(node, this.arena);
    else this.arena.free(node);
  }

  /** The node, or a copy that may be changed, which the caller puts in its place. */
  owned(node: number): number {
    const { arena, shape } = this;
    const { past } = arena;
    if (past === null || !past.isFrozen(node)) return node;
    const copy = arena.allocate(shape.nodeSize);
    const words = arena.words[node >>> SLAB_SHIFT];
    const at = (node & SLAB_MASK) << 2;
    const copies = arena.words[copy >>> SLAB_SHIFT];
    const copyAt = (copy & SLAB_MASK) << 2;
    for (let i = 0; i < shape.nodeSize / 4; i++) copies[copyAt + i] = words[at + i];
    past.made(copy);
    past.retire(node, arena);
    return copy;
  }

  /** The child at a row, which may be changed; the parent may be, too. */
  ownedChild(parent: number, row: number): number {
    const child = this.child(parent, row);
    const owned = this.owned(child);
    if (owned !== child) this.setChild(parent, row, owned);
    return owned;
  }

  rows(node: number): number {
    return this.arena.words[node >>> SLAB_SHIFT][((node & SLAB_MASK) << 2) + NODE_ROWS];
  }

  /** Where in its columns the rows of a node begin: at 0, but for leaves. */
  firstRow(node: number): number {
    return firstRowOf(
      this.arena.words[node >>> SLAB_SHIFT][((node & SLAB_MASK) << 2) + NODE_LEVEL],
    );
  }

  child(parent: number, row: number): number {
    const { arena, shape } = this;
    const at = ((parent & SLAB_MASK) << 2) + NODE_COLUMNS + row;
    return arena.words[parent >>> SLAB_SHIFT][at + shape.childColumn * shape.innerRowsMax];
  }

  setChild(parent: number, row: number, child: number): void {
    const { arena, shape } = this;
    const at = ((parent & SLAB_MASK) << 2) + NODE_COLUMNS + row;
    arena.words[parent >>> SLAB_SHIFT][at + shape.childColumn * shape.innerRowsMax] = child;
  }

  /** A parent's row begins as the first row of its child does. */
  setFirst(parent: number, row: number, child: number): void {
    const { arena, shape } = this;
    const words = arena.words[parent >>> SLAB_SHIFT];
    const at = ((parent & SLAB_MASK) << 2) + NODE_COLUMNS + row;
    const others = arena.words[child >>> SLAB_SHIFT];
    const other = (child & SLAB_MASK) << 2;
    const levelWord = others[other + NODE_LEVEL];
    const max = shape.rowsMax(levelOf(levelWord));
    const first = other + NODE_COLUMNS + firstRowOf(levelWord);
    for (let i = 0; i < shape.sortColumns; i++) {
      words[at + i * shape.innerRowsMax] = others[first + i * max];
    }
  }

  /** What rows [row, rowEnd) of a node count. */
  weight(node: number, row: number, rowEnd: number): number {
    const { arena, shape } = this;
    const words = arena.words[node >>> SLAB_SHIFT];
    const at = (node & SLAB_MASK) << 2;
    const levelWord = words[at + NODE_LEVEL];
    if (levelOf(levelWord) > 0) {
      return sumOf(words, at, shape.countColumn, shape.innerRowsMax, row, rowEnd);
    }
    if (!shape.isWeighted) return rowEnd - row;
    const first = firstRowOf(levelWord);
    return sumOf(words, at, shape.weightColumn, shape.leafRowsMax, first + row, first + rowEnd);
  }

  /** What a parent's row counts changes. */
  addCount(parent: number, row: number, weight: number): void {
    const { arena, shape } = this;
    const at = ((parent & SLAB_MASK) << 2) + NODE_COLUMNS + row;
    arena.words[parent >>> SLAB_SHIFT][at + shape.countColumn * shape.innerRowsMax] += weight;
  }

  /** Puts a child, which has rows or will get its first one, into a parent. */
  addChild(parent: number, row: number, child: number): void {
    this.open(parent, row, 1);
    this.setChild(parent, row, child);
    this.recount(parent, row);
  }

  /** The child at a row has other rows. */
  recount(parent: number, row: number): void {
    const { arena, shape } = this;
    const child = this.child(parent, row);
    const at = ((parent & SLAB_MASK) << 2) + NODE_COLUMNS + row;
    const rows = this.rows(child);
    const count = this.weight(child, 0, rows);
    arena.words[parent >>> SLAB_SHIFT][at + shape.countColumn * shape.innerRowsMax] = count;
    if (rows > 0) this.setFirst(parent, row, child);
  }

  /** Makes room for `count` rows before `row`; the rows of the node begin at its first one then. */
  open(node: number, row: number, count: number): void {
    this.compact(node);
    const words = this.arena.words[node >>> SLAB_SHIFT];
    const at = (node & SLAB_MASK) << 2;
    const level = words[at + NODE_LEVEL];
    openRows(words, at, this.shape.columns(level), this.shape.rowsMax(level), row, count);
  }

  /** Lets the rows of a node begin at its first one. */
  compact(node: number): void {
    const words = this.arena.words[node >>> SLAB_SHIFT];
    const at = (node & SLAB_MASK) << 2;
    const level = levelOf(words[at + NODE_LEVEL]);
    compactRows(words, at, this.shape.columns(level), this.shape.rowsMax(level));
  }

  /** Takes `count` rows out, from `row` on. In front of a leaf nothing moves: it begins later. */
  close(node: number, row: number, count: number): void {
    const words = this.arena.words[node >>> SLAB_SHIFT];
    const at = (node & SLAB_MASK) << 2;
    const levelWord = words[at + NODE_LEVEL];
    const level = levelOf(levelWord);
    if (row === 0 && level === 0) {
      words[at + NODE_LEVEL] = withRowsLater(levelWord, count);
      words[at + NODE_ROWS] -= count;
      return;
    }
    const place = firstRowOf(levelWord) + row;
    closeRows(words, at, this.shape.columns(level), this.shape.rowsMax(level), place, count);
  }

  /** Copies `count` rows of a node from `row` on into another node, before `otherRow` there. */
  copy(node: number, row: number, count: number, other: number, otherRow: number): void {
    const { arena } = this;
    this.open(other, otherRow, count);
    const words = arena.words[node >>> SLAB_SHIFT];
    const at = (node & SLAB_MASK) << 2;
    const others = arena.words[other >>> SLAB_SHIFT];
    const otherAt = (other & SLAB_MASK) << 2;
    const levelWord = words[at + NODE_LEVEL];
    const columns = this.shape.columns(levelOf(levelWord));
    const max = this.shape.rowsMax(levelOf(levelWord));
    const place = firstRowOf(levelWord) + row;
    copyRows(words, at, place, others, otherAt, otherRow, columns, max, count);
  }
}
