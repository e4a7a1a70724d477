// A sorted set while its members come, one by one and in any order: packed as long as it may be,
// else a table, and a tree when all have come. Redis writes the highest scores first.

import { compareRanges } from '../../bytes/order.ts';
import { ZERO } from '../../doubles.ts';
import type { Keyspace } from '../../keyspace/keyspace.ts';
import { NONE } from '../../memory/arena.ts';
import { KIND_SORTED_SET_PACKED, KIND_SORTED_SET_TREE } from '../../memory/record.ts';
import { EncodedItem } from '../../structures/packed/encoded-item.ts';
import { PackedItem } from '../../structures/packed/entry.ts';
import { NOWHERE, PackedList } from '../../structures/packed/packed-list.ts';
import { SCORE_ITEMS } from '../../structures/packed/shape.ts';
import { type CollectionLimits, PACKED_SIZE_MAX } from '../collection-limits.ts';
import { SortedSetTree } from '../sorted-set-tree.ts';
import { MINUS_ZERO_IS_ZERO } from '../sorted-sets.ts';
import type { BuiltValue } from './built-value.ts';
import { RowBuffer } from './row-buffer.ts';

const SCORE_SIZE = 8;
const FIRST_REFS = 256;
/** So many rows of the tree are added in some 20 us. */
const ROWS_AT_ONCE = 300;
/** What was needed for more is not kept for the next value. */
const KEPT_REFS = 4096;

export class SortedSetBuilder {
  private readonly keyspace: Keyspace;
  private readonly limits: CollectionLimits;
  private readonly rows: RowBuffer;
  private readonly encoded = new EncodedItem();
  private readonly item = new PackedItem();
  private readonly other = new PackedItem();
  private readonly list = new PackedList(SCORE_ITEMS);
  private readonly tree: SortedSetTree;
  private isTree = false;
  /** Elements of the table, in the order in which they came; in that of the tree at the end. */
  private refs = new Int32Array(FIRST_REFS);
  /** How many of them the tree has. */
  private rank = 0;
  /** Longer members make it a tree. */
  private memberSizeMax = 0;
  /** Have all come with rising scores, or all with falling ones? */
  private isRising = true;
  private isFalling = true;
  private lastScore = ZERO;
  private lastRow = NOWHERE;

  constructor(keyspace: Keyspace, limits: CollectionLimits) {
    this.keyspace = keyspace;
    this.limits = limits;
    this.rows = new RowBuffer(keyspace.hashKey);
    this.tree = new SortedSetTree(keyspace.arena, keyspace.hashKey);
  }

  /**
   * Begins anew. So many members are said to come, and of so many at least it is certain. What was
   * packed elsewhere may have long members.
   */
  begin(said: number, certain: number, wasPacked: boolean): void {
    this.memberSizeMax = wasPacked ? Number.POSITIVE_INFINITY : this.limits.sortedSetValueSize;
    this.isRising = true;
    this.isFalling = true;
    this.rank = 0;
    this.rows.begin(0);
    if (this.refs.length > KEPT_REFS) this.refs = new Int32Array(FIRST_REFS);
    this.isTree = said > this.limits.sortedSetEntries;
    if (this.isTree) this.tree.make(Math.min(said, certain));
  }

  /** The root of the blocks that it has so far; NONE while it has none. */
  get root(): number {
    return this.isTree ? this.tree.root : NONE;
  }

  get count(): number {
    return this.isTree ? this.tree.count : this.rows.count;
  }

  /** Adds a member, whose score is a number; false when it is there already. */
  add(score: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (!this.isTree && !this.mayPack(end - start)) this.toTree();
    const isAdded = this.isTree
      ? this.addElement(score, bytes, start, end)
      : this.addRow(score + MINUS_ZERO_IS_ZERO, bytes, start, end);
    this.lastScore = score;
    return isAdded;
  }

  /** All members have come: does a part of what is to be done then. Is the value whole? */
  finish(built: BuiltValue): boolean {
    if (this.isTree) {
      if (!this.growTree()) return false;
      built.setRoot(KIND_SORTED_SET_TREE, this.tree.root);
      this.tree.root = NONE;
      this.isTree = false;
      return true;
    }
    const { rows } = this;
    rows.finish();
    const bytes = this.isRising ? rows.bytes : this.sortedRows();
    built.setBytes(KIND_SORTED_SET_PACKED, bytes, 0, rows.size);
    return true;
  }

  /** What has come is not wanted. */
  drop(): void {
    if (this.isTree) this.keyspace.pending.freeRoot(this.tree.root, KIND_SORTED_SET_TREE);
    this.isTree = false;
  }

  private mayPack(size: number): boolean {
    const { rows, limits } = this;
    if (size > this.memberSizeMax || rows.count >= limits.sortedSetEntries) return false;
    return rows.size + SCORE_SIZE + size <= PACKED_SIZE_MAX;
  }

  private addRow(score: number, bytes: Uint8Array, start: number, end: number): boolean {
    const { rows, encoded, item } = this;
    const row = rows.size;
    encoded.set(bytes, start, end);
    if (!rows.addFirst(encoded, SCORE_SIZE)) return false;
    rows.writeDouble(row, score);
    if (rows.count > 1 && this.isRising) {
      item.read(rows.bytes, this.lastRow + SCORE_SIZE);
      const isHigher =
        score > this.lastScore ||
        (score === this.lastScore &&
          compareRanges(bytes, start, end, item.bytes, item.start, item.end) > 0);
      this.isRising = isHigher;
    }
    this.lastRow = row;
    return true;
  }

  private addElement(score: number, bytes: Uint8Array, start: number, end: number): boolean {
    const { tree } = this;
    const hash = tree.hash(bytes, start, end);
    if (tree.table.find(tree.root, hash, bytes, start, end) !== NONE) return false;
    const element = tree.addToTable(hash, score, bytes, start, end);
    const index = tree.count - 1;
    if (index === this.refs.length) {
      const larger = new Int32Array(2 * index);
      larger.set(this.refs);
      this.refs = larger;
    }
    this.refs[index] = element;
    if (index > 0 && (this.isRising || this.isFalling)) {
      const before = this.refs[index - 1];
      const order = score - this.lastScore || tree.compareMembers(element, before);
      if (order > 0) this.isFalling = false;
      else this.isRising = false;
    }
    return true;
  }

  /** Puts some more elements into the tree, in their order. Has it all of them? */
  private growTree(): boolean {
    const { tree } = this;
    const { count } = tree;
    if (this.rank > 0) {
      tree.resumeTree();
    } else {
      const refs = this.refs.subarray(0, count);
      if (!this.isRising && this.isFalling) refs.reverse();
      else if (!this.isRising) this.sortElements(refs);
      tree.beginTree();
    }
    const end = Math.min(count, this.rank + ROWS_AT_ONCE);
    for (let rank = this.rank; rank < end; rank++) tree.addToTree(this.refs[rank]);
    tree.finishTree();
    this.rank = end;
    return end === count;
  }

  private sortElements(refs: Int32Array): void {
    const { tree } = this;
    // The difference of two infinities is NaN: they are equal, too.
    refs.sort((a, b) => tree.scoreOf(a) - tree.scoreOf(b) || tree.compareMembers(a, b));
  }

  /** The value with its rows in their order. */
  private sortedRows(): Uint8Array {
    const { rows, list, item, other } = this;
    const places = new Int32Array(rows.count);
    list.open(rows.bytes, rows.start, rows.size, rows.count);
    for (let i = 0, row = list.start; row < list.end; row = list.next(row)) places[i++] = row;
    places.sort((a, b) => {
      const order = list.doubleOf(a) - list.doubleOf(b);
      if (order > 0 || order < 0) return order;
      item.read(list.bytes, list.entryOf(a));
      other.read(list.bytes, list.entryOf(b));
      const { bytes, start, end } = item;
      return compareRanges(bytes, start, end, other.bytes, other.start, other.end);
    });
    const sorted = new Uint8Array(rows.size);
    sorted.set(rows.bytes.subarray(0, rows.start));
    let to = rows.start;
    for (const row of places) {
      const rowEnd = list.next(row);
      sorted.set(rows.bytes.subarray(row, rowEnd), to);
      to += rowEnd - row;
    }
    return sorted;
  }

  private toTree(): void {
    const { rows, list, item, tree } = this;
    this.isTree = true;
    this.isRising = true;
    tree.make(rows.count + 1);
    list.open(rows.bytes, rows.start, rows.size, rows.count);
    for (let row = list.start; row < list.end; row = list.next(row)) {
      item.read(list.bytes, list.entryOf(row));
      const score = list.doubleOf(row);
      this.addElement(score, item.bytes, item.start, item.end);
      this.lastScore = score;
    }
  }
}
