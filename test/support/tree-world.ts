// A counted tree beside the sorted array of rows that it should be, for trees of every shape.
import assert from 'node:assert/strict';
import { Arena } from '../../src/domain/memory/arena.ts';
import { ROOT_TREE, Roots } from '../../src/domain/structures/root.ts';
import { CountedTree } from '../../src/domain/structures/tree/counted-tree.ts';
import { BEFORE_TIES, BEHIND_TIES } from '../../src/domain/structures/tree/cursor.ts';
import { type TreeOptions, TreeShape } from '../../src/domain/structures/tree/shape.ts';
import { RefTies, type TreeTies } from '../../src/domain/structures/tree/ties.ts';
import { TreeBuilder } from '../../src/domain/structures/tree/tree-builder.ts';
import { verifyTree } from '../../src/domain/structures/tree/verify.ts';
import type { SeededRandom } from './random.ts';

export interface TreeRow {
  key: number[];
  /** The first word of the value says what the others are. */
  value: number;
  weight: number;
}

/** So often a builder is done, and goes on. */
const PAUSE_ROWS = 97;

const base = { rootWord: ROOT_TREE, keepsCount: true, isWeighted: false, hasTies: false };

/** The trees that collections have. */
export const treeShapes: Record<string, TreeOptions> = {
  'sorted set': { ...base, keyWords: 2, valueWords: 1, hasTies: true },
  list: { ...base, keyWords: 0, valueWords: 1, isWeighted: true, isRead: true },
  stream: { ...base, keyWords: 4, valueWords: 1, isWeighted: true, isRead: true },
  pending: { ...base, keyWords: 4, valueWords: 4 },
  'pending of a consumer': { ...base, keyWords: 4, valueWords: 0, keepsCount: false },
  groups: { ...base, keyWords: 0, valueWords: 1, hasTies: true, rootWord: 12 },
  'field deadlines': { ...base, keyWords: 2, valueWords: 1, hasTies: true, keepsCount: false },
};

/** Ties that sort values in an order of their own: by the reverse of their decimal digits. */
class ReverseTies implements TreeTies {
  private sought = '';

  compare(value: number): number {
    const other = reversed(value);
    if (this.sought === other) return 0;
    return this.sought < other ? -1 : 1;
  }

  take(value: number): void {
    this.sought = reversed(value);
  }
}

function reversed(value: number): string {
  return [...String(value)].reverse().join('');
}

export class TreeWorld {
  readonly arena: Arena;
  readonly roots: Roots;
  readonly shape: TreeShape;
  readonly tree: CountedTree;
  readonly ties: TreeTies | null;
  readonly rows: TreeRow[] = [];
  readonly random: SeededRandom;
  root: number;
  private readonly keys: number;

  /** Keys are drawn from a range of so many. */
  constructor(
    options: TreeOptions,
    nodeSize: number,
    keys: number,
    random: SeededRandom,
    poison = true,
  ) {
    this.arena = new Arena({ poison });
    this.roots = new Roots(this.arena);
    this.shape = new TreeShape({ ...options, nodeSize });
    this.keys = keys;
    this.random = random;
    const isReverse = options.rootWord !== base.rootWord;
    this.ties = options.hasTies ? (isReverse ? new ReverseTies() : new RefTies()) : null;
    this.tree = new CountedTree(this.arena, this.roots, this.shape, this.ties);
    this.root = this.roots.make();
  }

  randomRow(): TreeRow {
    const { random, shape, keys } = this;
    const key = [];
    for (let i = 0; i < shape.keyWords; i++) {
      // Words of both signs, so that signed order matters.
      const spread = i < shape.keyWords - 1 ? Math.ceil(keys ** 0.5) : keys;
      key.push((random.below(spread) - (spread >> 1)) * 0x1001);
    }
    return { key, value: 1 + random.below(keys * 4), weight: this.randomWeight() };
  }

  randomWeight(): number {
    return this.shape.isWeighted ? 1 + this.random.below(9) : 1;
  }

  /** The index of the first row that does not sort before this one. */
  placeOf(row: TreeRow): number {
    let low = 0;
    let high = this.rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.compare(this.rows[middle], row) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  compare(a: TreeRow, b: TreeRow): number {
    const at = a.key.findIndex((word, i) => word !== b.key[i]);
    if (at >= 0) return a.key[at] - b.key[at];
    if (this.ties === null) return 0;
    this.ties.take(a.value);
    return this.ties.compare(b.value);
  }

  /** Inserts a random row, or one more at the place `index` where rows are not sorted. */
  insert(index = this.random.below(this.rows.length + 1)): void {
    const row = this.randomRow();
    if (!this.shape.isSorted) {
      this.tree.cursor.seekRank(this.root, this.rankOf(index));
      this.tree.insertHere(this.root, row.value, row.weight);
      this.rows.splice(index, 0, row);
    } else if (!this.insertSorted(row)) return;
    for (let i = 1; i < this.shape.valueWords; i++) {
      this.tree.setValue(this.root, i, row.value * 10 + i);
    }
    if (this.shape.valueWords > 0) assert.equal(this.tree.cursor.value(0), row.value);
  }

  insertSorted(row: TreeRow): boolean {
    const place = this.placeOf(row);
    if (place < this.rows.length && this.compare(this.rows[place], row) === 0) return false;
    this.tree.cursor.key.set(row.key);
    this.tree.insert(this.root, row.value, row.weight);
    this.rows.splice(place, 0, row);
    return true;
  }

  remove(index: number): void {
    const row = this.rows[index];
    if (this.shape.isSorted && this.random.below(2) === 0) this.seek(row);
    else this.tree.cursor.seekRank(this.root, this.rankOf(index));
    this.tree.removeFound(this.root);
    this.rows.splice(index, 1);
    this.checkAt(index);
  }

  reweigh(index: number): void {
    const weight = this.randomWeight();
    this.tree.cursor.seekRank(this.root, this.rankOf(index));
    this.tree.addWeight(this.root, weight);
    this.rows[index].weight += weight;
  }

  /** The sum of what is before a row. */
  rankOf(index: number): number {
    let rank = 0;
    for (let i = 0; i < index; i++) rank += this.rows[i].weight;
    return rank;
  }

  seek(row: TreeRow): boolean {
    this.tree.cursor.key.set(row.key);
    if (this.ties !== null) this.ties.take(row.value);
    return this.tree.cursor.seek(this.root);
  }

  /** The cursor is at the row with this index, or at the end. */
  checkAt(index: number): void {
    const { cursor } = this.tree;
    assert.equal(cursor.rank(), this.rankOf(index));
    assert.equal(cursor.hasRow, index < this.rows.length);
    if (!cursor.hasRow) return;
    this.checkRow(index);
  }

  checkRow(index: number): void {
    const { cursor } = this.tree;
    const row = this.rows[index];
    if (this.shape.valueWords > 0) assert.equal(cursor.value(0), row.value);
    for (let i = 0; i < row.key.length; i++) assert.equal(cursor.keyWord(i), row.key[i]);
    assert.equal(cursor.weight(), row.weight);
    for (let i = 1; i < this.shape.valueWords; i++) {
      assert.equal(cursor.value(i), row.value * 10 + i);
    }
  }

  /** Looks for a row in every way. */
  checkSeeks(row: TreeRow, rank: number): void {
    const { cursor } = this.tree;
    const { rows } = this;
    if (this.shape.isSorted) {
      const place = this.placeOf(row);
      assert.equal(this.seek(row), place < rows.length);
      this.checkAt(place);
    }
    if (this.shape.keyWords > 0) {
      const order = (other: TreeRow) => this.compare({ ...other, value: 0 }, { ...row, value: 0 });
      const first = rows.filter((other) => order(other) < 0).length;
      const end = rows.filter((other) => order(other) <= 0).length;
      cursor.key.set(row.key);
      assert.equal(cursor.seekKey(this.root, BEFORE_TIES), first < rows.length);
      this.checkAt(first);
      assert.equal(cursor.seekKey(this.root, BEHIND_TIES), end < rows.length);
      this.checkAt(end);
    }
    let left = rank;
    let index = 0;
    while (index < rows.length && left >= rows[index].weight) left -= rows[index++].weight;
    assert.equal(cursor.seekRank(this.root, rank), index < rows.length);
    this.checkAt(index);
    if (index < rows.length) assert.equal(cursor.offset, this.shape.isWeighted ? left : 0);
  }

  /** Everything is in the tree, there and back. */
  checkAll(): void {
    const { arena, roots, shape, tree, ties, root, rows } = this;
    const size = verifyTree(arena, shape, ties, root);
    assert.equal(roots.bytes(root), size + arena.capacity(root));
    assert.equal(tree.count(root), this.rankOf(rows.length));
    const { cursor } = tree;
    let more = cursor.seekRank(root, 0);
    for (let i = 0; i < rows.length; i++) {
      assert.ok(more);
      this.checkRow(i);
      more = cursor.next();
    }
    assert.ok(!more && !cursor.next() && !cursor.hasRow);
    cursor.seekEnd(root);
    for (let i = rows.length - 1; i >= 0; i--) {
      assert.ok(cursor.previous());
      this.checkRow(i);
    }
    assert.ok(!cursor.previous());
  }

  /** Takes all rows out of the tree and builds it anew. */
  rebuild(): void {
    while (this.tree.cursor.seekRank(this.root, 0)) this.tree.removeFound(this.root);
    const builder = new TreeBuilder(this.arena, this.roots, this.shape);
    builder.begin(this.root);
    for (const [i, row] of this.rows.entries()) {
      if (i > 0 && i % PAUSE_ROWS === 0) {
        builder.finish();
        verifyTree(this.arena, this.shape, this.ties, this.root);
        builder.resume();
      }
      builder.key.set(row.key);
      builder.add(row.value, row.weight);
      for (let word = 1; word < this.shape.valueWords; word++) {
        builder.setValue(word, row.value * 10 + word);
      }
    }
    builder.finish();
  }
}
