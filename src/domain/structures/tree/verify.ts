// Checks the invariants of a counted tree.
import { type Arena, SLAB_MASK, SLAB_SHIFT } from '../../memory/arena.ts';
import { ROOT_COUNT } from '../root.ts';
import {
  firstRowOf,
  levelOf,
  NODE_COLUMNS,
  NODE_LEVEL,
  NODE_ROWS,
  type TreeShape,
} from './shape.ts';
import type { TreeTies } from './ties.ts';

/** Throws on the first violated invariant; returns the bytes of all nodes. */
export function verifyTree(
  arena: Arena,
  shape: TreeShape,
  ties: TreeTies | null,
  root: number,
): number {
  return new Verifier(arena, shape, ties).verify(root);
}

class Verifier {
  private readonly arena: Arena;
  private readonly shape: TreeShape;
  private readonly ties: TreeTies | null;
  private readonly met = new Set<number>();
  private size = 0;
  /** What the last row of a leaf sorts by; empty before the first. */
  private last: number[] = [];

  constructor(arena: Arena, shape: TreeShape, ties: TreeTies | null) {
    this.arena = arena;
    this.shape = shape;
    this.ties = ties;
  }

  verify(root: number): number {
    const { shape } = this;
    const words = this.arena.words[root >>> SLAB_SHIFT];
    const at = (root & SLAB_MASK) << 2;
    const height = words[at + shape.rootWord + 1];
    const count = height === 0 ? 0 : this.verifyNode(words[at + shape.rootWord], height - 1, true);
    if (shape.keepsCount && words[at + ROOT_COUNT] !== count) {
      throw new Error(`tree: ${words[at + ROOT_COUNT]} in the root, not ${count}`);
    }
    return this.size;
  }

  private verifyNode(node: number, level: number, isTop: boolean): number {
    const { shape } = this;
    if (this.met.has(node)) throw new Error('tree: a node is met twice');
    this.met.add(node);
    this.size += this.arena.capacity(node);
    const rows = this.header(node, NODE_ROWS);
    const levelWord = this.header(node, NODE_LEVEL);
    if (levelOf(levelWord) !== level) throw new Error('tree: a node is at another level');
    const first = firstRowOf(levelWord);
    if (level > 0 && first > 0) throw new Error('tree: rows of an inner node begin late');
    if (first + rows > shape.rowsMax(level)) throw new Error('tree: rows end behind their node');
    const rowsMin = isTop && level > 0 ? 2 : 1;
    if (rows < rowsMin || rows > shape.rowsMax(level)) throw new Error(`tree: ${rows} rows`);
    if (level === 0) return this.verifyLeaf(node, rows);
    let count = 0;
    for (let row = 0; row < rows; row++) {
      const child = this.word(node, shape.childColumn, row, shape.innerRowsMax);
      const said = this.word(node, shape.countColumn, row, shape.innerRowsMax);
      const { last } = this;
      const found = this.verifyNode(child, level - 1, false);
      if (found !== said) throw new Error(`tree: a row counts ${said}, not ${found}`);
      this.verifyBegin(
        this.sorts(node, row, shape.innerRowsMax),
        this.sorts(child, 0, shape.rowsMax(level - 1)),
        last,
      );
      count += found;
    }
    return count;
  }

  /** An inner row begins with `begin`, its child with `first`, and `last` is what comes before. */
  private verifyBegin(begin: number[], first: number[], last: number[]): void {
    if (begin.every((word, column) => word === first[column])) return;
    const isBehindLast = last.length === 0 || this.isBefore(last, begin);
    if (this.shape.hasTies || !isBehindLast || !this.isBefore(begin, first)) {
      throw new Error('tree: a row begins otherwise than its child');
    }
  }

  private sorts(node: number, row: number, max: number): number[] {
    const sorts: number[] = [];
    for (let column = 0; column < this.shape.sortColumns; column++) {
      sorts.push(this.word(node, column, row, max));
    }
    return sorts;
  }

  private verifyLeaf(node: number, rows: number): number {
    const { shape } = this;
    let count = 0;
    for (let row = 0; row < rows; row++) {
      const sorts = this.sorts(node, row, shape.leafRowsMax);
      if (this.last.length > 0 && !this.isBefore(this.last, sorts)) {
        throw new Error('tree: rows are not sorted');
      }
      this.last = sorts;
      const weight = this.word(node, shape.weightColumn, row, shape.leafRowsMax);
      if (shape.isWeighted && weight <= 0) throw new Error('tree: a row has no weight');
      count += shape.isWeighted ? weight : 1;
    }
    return count;
  }

  private isBefore(row: number[], other: number[]): boolean {
    const { shape, ties } = this;
    for (let i = 0; i < shape.keyWords; i++) if (row[i] !== other[i]) return row[i] < other[i];
    if (ties === null) return false;
    ties.take(row[shape.keyWords]);
    return ties.compare(other[shape.keyWords]) < 0;
  }

  private header(node: number, word: number): number {
    return this.arena.words[node >>> SLAB_SHIFT][((node & SLAB_MASK) << 2) + word];
  }

  private word(node: number, column: number, row: number, max: number): number {
    const first = firstRowOf(this.header(node, NODE_LEVEL));
    return this.header(node, NODE_COLUMNS + column * max + first + row);
  }
}
