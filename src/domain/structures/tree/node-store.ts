// The nodes of counted trees of one shape: made, copied, given up, and what stands in their rows.
// Counts in the root the bytes of those that there are.
import { type Arena, SLAB_MASK, SLAB_SHIFT } from '../../memory/arena.ts';
import type { Roots } from '../root.ts';
import { closeRows, copyRows, openRows, sumOf } from './rows.ts';
import { NODE_COLUMNS, NODE_LEVEL, NODE_ROWS, type TreeShape } from './shape.ts';

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
    const max = shape.rowsMax(others[other + NODE_LEVEL]);
    for (let i = 0; i < shape.sortColumns; i++) {
      words[at + i * shape.innerRowsMax] = others[other + NODE_COLUMNS + i * max];
    }
  }

  /** What rows [row, rowEnd) of a node count. */
  weight(node: number, row: number, rowEnd: number): number {
    const { arena, shape } = this;
    const words = arena.words[node >>> SLAB_SHIFT];
    const at = (node & SLAB_MASK) << 2;
    if (words[at + NODE_LEVEL] > 0) {
      return sumOf(words, at, shape.countColumn, shape.innerRowsMax, row, rowEnd);
    }
    if (!shape.isWeighted) return rowEnd - row;
    return sumOf(words, at, shape.weightColumn, shape.leafRowsMax, row, rowEnd);
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

  /** Makes room for `count` rows before `row`. */
  open(node: number, row: number, count: number): void {
    const words = this.arena.words[node >>> SLAB_SHIFT];
    const at = (node & SLAB_MASK) << 2;
    const level = words[at + NODE_LEVEL];
    openRows(words, at, this.shape.columns(level), this.shape.rowsMax(level), row, count);
  }

  /** Takes `count` rows out, from `row` on. */
  close(node: number, row: number, count: number): void {
    const words = this.arena.words[node >>> SLAB_SHIFT];
    const at = (node & SLAB_MASK) << 2;
    const level = words[at + NODE_LEVEL];
    closeRows(words, at, this.shape.columns(level), this.shape.rowsMax(level), row, count);
  }

  /** Copies `count` rows of a node from `row` on into another node, before `otherRow` there. */
  copy(node: number, row: number, count: number, other: number, otherRow: number): void {
    const { arena } = this;
    this.open(other, otherRow, count);
    const words = arena.words[node >>> SLAB_SHIFT];
    const at = (node & SLAB_MASK) << 2;
    const others = arena.words[other >>> SLAB_SHIFT];
    const otherAt = (other & SLAB_MASK) << 2;
    const level = words[at + NODE_LEVEL];
    const columns = this.shape.columns(level);
    const max = this.shape.rowsMax(level);
    copyRows(words, at, row, others, otherAt, otherRow, columns, max, count);
  }
}
