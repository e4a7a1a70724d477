// Sorted sets in their big form: elements with score and member, a table that finds them by member,
// and a counted tree that has them in order. All hang from one root.
//
// Invariants: table and tree hold the same elements; a row of the tree has the words of its
// element's score. What `item` and `score` say stands until the next call.

import type { HashKey } from '../bytes/hash.ts';
import { ZERO } from '../doubles.ts';
import { type Arena, NONE, SLAB_MASK, SLAB_SHIFT } from '../memory/arena.ts';
import { ElementTable } from '../structures/elements/element-table.ts';
import { Elements, ZSET_SIZE_AT } from '../structures/elements/elements.ts';
import { KeyTies } from '../structures/elements/key-ties.ts';
import { freeTable, verifyTable, visitTable } from '../structures/elements/walk.ts';
import type { PackedItem } from '../structures/packed/entry.ts';
import { ROOT_TREE, Roots } from '../structures/root.ts';
import { ScoreWords } from '../structures/score-words.ts';
import { CountedTree } from '../structures/tree/counted-tree.ts';
import { BEFORE_TIES, BEHIND_TIES, type TreeCursor } from '../structures/tree/cursor.ts';
import { TreeShape } from '../structures/tree/shape.ts';
import { TreeBuilder } from '../structures/tree/tree-builder.ts';
import { verifyTree } from '../structures/tree/verify.ts';
import { freeTree, visitTree } from '../structures/tree/walk.ts';
import { type BlockVisitor, ELEMENTS_COPIED, type FreeBudget, type RootedKind } from './kinds.ts';

const SHAPE = new TreeShape({
  keyWords: 2,
  valueWords: 1,
  hasTies: true,
  isWeighted: false,
  rootWord: ROOT_TREE,
  // The table does.
  keepsCount: false,
});
/** Elements that are loaded into the cache at once: decisions/0003. */
const BATCH = 16;

/** The score of an element of a sorted set. */
export function scoreOfElement({ doubles }: Arena, element: number): number {
  return doubles[element >>> SLAB_SHIFT][(element & SLAB_MASK) << 1];
}

export class SortedSetTree {
  root: number = NONE;
  /** The score of the element that was found or read last. */
  score = ZERO;
  readonly elements: Elements;
  readonly table: ElementTable;
  readonly cursor: TreeCursor;
  private readonly arena: Arena;
  private readonly roots: Roots;
  private readonly tree: CountedTree;
  private readonly builder: TreeBuilder;
  private readonly ties: KeyTies;
  private readonly words = new ScoreWords();
  private found: number = NONE;
  private foundHash = 0;
  /** The rows that a walk has come to: their elements, and which of them is next. */
  private readonly batch = new Int32Array(BATCH);
  private batchAt = 0;
  private batchEnd = 0;
  /** What the loads found: written so that they stay, of no other use. */
  prefetched = 0;

  constructor(arena: Arena, hashKey: HashKey) {
    this.arena = arena;
    this.roots = new Roots(arena);
    this.elements = new Elements(arena, hashKey, ZSET_SIZE_AT);
    this.table = new ElementTable(this.elements, this.roots);
    this.ties = new KeyTies(this.elements);
    this.tree = new CountedTree(arena, this.roots, SHAPE, this.ties);
    this.builder = new TreeBuilder(arena, this.roots, SHAPE);
    this.cursor = this.tree.cursor;
  }

  /** A new sorted set, empty, with room in its table. */
  make(count: number): void {
    this.root = this.roots.make();
    this.table.make(this.root, count);
  }

  get count(): number {
    return this.table.count(this.root);
  }

  hash(buffer: Uint8Array, start: number, end: number): number {
    return this.elements.hash(buffer, start, end);
  }

  find(buffer: Uint8Array, start: number, end: number): boolean {
    this.foundHash = this.elements.hash(buffer, start, end);
    this.found = this.table.find(this.root, this.foundHash, buffer, start, end);
    if (this.found === NONE) return false;
    this.score = this.scoreOf(this.found);
    return true;
  }

  /** Adds a member, which find() has just not found. */
  add(score: number, buffer: Uint8Array, start: number, end: number): void {
    const element = this.addToTable(this.foundHash, score, buffer, start, end);
    this.setKey(score);
    this.tree.insert(this.root, element, 1);
  }

  /** Gives the found member another score. */
  setScore(score: number): void {
    const { past } = this.arena;
    this.seekFound();
    this.tree.removeFound(this.root);
    if (past?.isFrozen(this.found)) this.goOnInCopy();
    this.writeScore(this.found, score);
    this.setKey(score);
    this.tree.insert(this.root, this.found, 1);
  }

  /** The found element, which is not in the tree now, gives way to a copy that may be changed. */
  private goOnInCopy(): void {
    const { elements, found } = this;
    elements.locateKey(found);
    this.found = elements.make(elements.keyBytes, elements.keyStart, elements.keyEnd, 0, 0);
    this.table.replaceFound(this.root, this.found);
    elements.free(found);
  }

  /** Takes the found member out. */
  removeFound(): void {
    this.seekFound();
    this.tree.removeFound(this.root);
    this.table.removeFound(this.root);
    this.elements.free(this.found);
  }

  /** Takes `count` members out, from a rank on. */
  removeRanks(rank: number, count: number): void {
    const { cursor, elements } = this;
    cursor.seekRank(this.root, rank);
    for (let i = 0; i < count; i++) {
      const element = cursor.value(0);
      this.tree.removeFound(this.root);
      this.table.findElement(this.root, elements.hashOf(element), element);
      this.table.removeFound(this.root);
      elements.free(element);
    }
  }

  /** The rank of the found member. */
  rankOfFound(): number {
    this.seekFound();
    return this.cursor.rank();
  }

  /** How many members have a score below this one, or up to it. */
  rankOfScore(score: number, orEqual: boolean): number {
    this.setKey(score);
    this.cursor.seekKey(this.root, orEqual ? BEHIND_TIES : BEFORE_TIES);
    return this.cursor.rank();
  }

  /** How many members sort before this one, or up to it, by their bytes alone. */
  rankOfMember(buffer: Uint8Array, start: number, end: number, orEqual: boolean): number {
    const { ties, cursor } = this;
    ties.set(buffer, start, end);
    const isThere = cursor.seekTies(this.root);
    const rank = cursor.rank();
    return isThere && orEqual && ties.compare(cursor.value(0)) === 0 ? rank + 1 : rank;
  }

  /** A walk begins at the row of this rank. next() comes to it, or previous() to the one before. */
  walkFrom(rank: number): void {
    this.cursor.seekRank(this.root, rank);
    this.batchAt = 0;
    this.batchEnd = 0;
  }

  /** The element of the next row of a walk, or NONE. The tree must not change in between. */
  next(): number {
    if (this.batchAt < this.batchEnd) return this.batch[this.batchAt++];
    this.load(this.cursor.takeValues(this.batch, this.batchEnd === 0 ? 1 : BATCH));
    return this.batchEnd === 0 ? NONE : this.batch[this.batchAt++];
  }

  /** The same backwards: of a walk, one way is gone only. */
  previous(): number {
    if (this.batchAt < this.batchEnd) return this.batch[this.batchAt++];
    this.load(this.cursor.takeValuesBack(this.batch, this.batchEnd === 0 ? 1 : BATCH));
    return this.batchEnd === 0 ? NONE : this.batch[this.batchAt++];
  }

  private load(count: number): void {
    const { arena, batch } = this;
    let loaded = 0;
    for (let i = 0; i < count; i++) {
      const element = batch[i];
      loaded ^= arena.words[element >>> SLAB_SHIFT][(element & SLAB_MASK) << 2];
    }
    this.prefetched = loaded;
    this.batchAt = 0;
    this.batchEnd = count;
  }

  /** The score of the row at the cursor, which the tree itself has. */
  scoreAtCursor(): number {
    this.words.high = this.cursor.keyWord(0);
    this.words.low = this.cursor.keyWord(1);
    return this.words.score;
  }

  readElement(element: number, item: PackedItem): void {
    this.elements.readKey(element, item);
    this.score = this.scoreOf(element);
  }

  scoreOf(element: number): number {
    return scoreOfElement(this.arena, element);
  }

  writeScore(element: number, score: number): void {
    this.arena.doubles[element >>> SLAB_SHIFT][(element & SLAB_MASK) << 1] = score;
  }

  /** Adds an element to the table alone. build() makes the tree. */
  addToTable(hash: number, score: number, buffer: Uint8Array, start: number, end: number): number {
    const element = this.elements.make(buffer, start, end, 0, 0);
    this.writeScore(element, score);
    this.table.add(this.root, hash, element);
    return element;
  }

  /** Begins to build the tree of elements that come in order. */
  beginTree(): void {
    this.builder.begin(this.root);
  }

  addToTree(element: number): void {
    this.words.set(this.scoreOf(element));
    this.builder.key[0] = this.words.high;
    this.builder.key[1] = this.words.low;
    this.builder.add(element, 1);
  }

  finishTree(): void {
    this.builder.finish();
  }

  /** Goes on after finishTree(), with elements that sort behind the others. */
  resumeTree(): void {
    this.builder.resume();
  }

  /** Of two elements, by score and member. */
  compareMembers(element: number, other: number): number {
    this.ties.take(element);
    return this.ties.compare(other);
  }

  verify(root: number): void {
    const { arena } = this;
    const treeSize = verifyTree(arena, SHAPE, this.ties, root);
    const inTree = new Set<number>();
    visitTree(arena, SHAPE, root, null, { visit: (element) => inTree.add(element) });
    this.table.forEach(root, {
      visit: (element) => {
        if (!inTree.delete(element)) throw new Error('an element of the table is not in the tree');
      },
    });
    if (inTree.size > 0) throw new Error('an element of the tree is not in the table');
    for (let more = this.cursor.seekRank(root, 0); more; more = this.cursor.next()) {
      this.words.set(this.scoreOf(this.cursor.value(0)));
      const { high, low } = this.words;
      if (high !== this.cursor.keyWord(0) || low !== this.cursor.keyWord(1)) {
        throw new Error('a row has another score than its element');
      }
    }
    // verifyTable() knows nothing of the nodes.
    this.roots.addBytes(root, -treeSize);
    try {
      verifyTable(this.table, this.roots, root);
    } finally {
      this.roots.addBytes(root, treeSize);
    }
  }

  private setKey(score: number): void {
    this.words.set(score);
    this.cursor.key[0] = this.words.high;
    this.cursor.key[1] = this.words.low;
  }

  private seekFound(): void {
    this.setKey(this.scoreOf(this.found));
    this.ties.take(this.found);
    if (this.cursor.seek(this.root) && this.cursor.value(0) === this.found) return;
    throw new Error('an element is not in its tree');
  }
}

/** What deletion, COPY and the like need to know of the big form. */
export class SortedSetTreeKind implements RootedKind {
  private readonly from: SortedSetTree;
  private readonly to: SortedSetTree;
  private readonly roots: Roots;

  constructor(arena: Arena, hashKey: HashKey) {
    this.from = new SortedSetTree(arena, hashKey);
    this.to = new SortedSetTree(arena, hashKey);
    this.roots = new Roots(arena);
  }

  free(arena: Arena, root: number, budget: FreeBudget): boolean {
    // The elements go with the table: nodes first, for they can be freed without.
    if (freeTree(arena, SHAPE, root, null, budget)) return true;
    if (budget.blocks <= 0 || freeTable(this.from.table, root, budget)) return true;
    arena.free(root);
    budget.blocks--;
    return false;
  }

  *copying(_arena: Arena, root: number): Generator<number, number> {
    const { from, to } = this;
    const { elements, table, cursor } = from;
    let count = 0;
    to.root = this.roots.make();
    to.table.beginRoom(to.root, table.count(root));
    while (to.table.addRoom(to.root)) yield to.root;
    to.beginTree();
    for (let more = cursor.seekRank(root, 0); more; more = cursor.next()) {
      const element = cursor.value(0);
      const hash = elements.hashOf(element);
      const { keyBytes, keyStart, keyEnd } = elements;
      const score = from.scoreOf(element);
      to.addToTree(to.addToTable(hash, score, keyBytes, keyStart, keyEnd));
      if (++count % ELEMENTS_COPIED !== 0) continue;
      to.finishTree();
      yield to.root;
      to.resumeTree();
    }
    to.finishTree();
    return to.root;
  }

  size(_arena: Arena, root: number): number {
    return this.roots.bytes(root);
  }

  forEachBlock(arena: Arena, root: number, visitor: BlockVisitor): void {
    visitTree(arena, SHAPE, root, visitor, null);
    visitTable(this.from.table, root, visitor);
    visitor.visit(root);
  }

  verify(_arena: Arena, root: number): void {
    this.from.verify(root);
  }
}
