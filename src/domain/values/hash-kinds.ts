// What is to be known of hashes of many blocks, whoever has them: see kinds.ts.
import type { HashKey } from '../bytes/hash.ts';
import type { Arena } from '../memory/arena.ts';
import { ElementCursor } from '../structures/elements/element-cursor.ts';
import { freeTable, verifyTable, visitTable } from '../structures/elements/walk.ts';
import { verifyTree } from '../structures/tree/verify.ts';
import { freeTree, visitTree } from '../structures/tree/walk.ts';
import { FIELD_TREE_SHAPE, FieldTree } from './field-tree.ts';
import { HashElements, NO_DEADLINE } from './hash-elements.ts';
import { type BlockVisitor, ELEMENTS_COPIED, type FreeBudget, type RootedKind } from './kinds.ts';

/** Of hashes with a table. */
export class HashTableKind implements RootedKind {
  private readonly store: HashElements;
  private readonly cursor: ElementCursor;
  private readonly tree: FieldTree;

  constructor(arena: Arena, hashKey: HashKey) {
    this.store = new HashElements(arena, hashKey);
    this.cursor = new ElementCursor(this.store.table);
    this.tree = new FieldTree(arena, this.store.roots);
  }

  free(arena: Arena, root: number, budget: FreeBudget): boolean {
    if (freeTree(arena, FIELD_TREE_SHAPE, root, null, budget)) return true;
    if (freeTable(this.store.table, root, budget)) return true;
    arena.free(root);
    return false;
  }

  *copying(_arena: Arena, root: number): Generator<number, number> {
    const { store, cursor, tree } = this;
    const copy = store.roots.make();
    let count = 0;
    store.table.beginRoom(copy, store.table.count(root));
    while (store.table.addRoom(copy)) yield copy;
    for (let more = cursor.first(root); more; more = cursor.next()) {
      const deadlineMs = store.deadline(cursor.element);
      const element = store.copy(cursor.element, deadlineMs);
      store.table.add(copy, cursor.hash, element);
      if (deadlineMs !== NO_DEADLINE) tree.insert(copy, element, deadlineMs);
      if (++count % ELEMENTS_COPIED === 0) yield copy;
    }
    return copy;
  }

  size(_arena: Arena, root: number): number {
    return this.store.roots.bytes(root);
  }

  forEachBlock(arena: Arena, root: number, visitor: BlockVisitor): void {
    visitTree(arena, FIELD_TREE_SHAPE, root, visitor, null);
    visitTable(this.store.table, root, visitor);
    visitor.visit(root);
  }

  verify(arena: Arena, root: number): void {
    const { store, cursor, tree } = this;
    const treeSize = verifyTree(arena, FIELD_TREE_SHAPE, tree.ties, root);
    verifyTable(store.table, store.roots, root, treeSize);
    let deadlines = 0;
    if (store.table.count(root) === 0) throw new Error('a hash has no fields');
    for (let more = cursor.first(root); more; more = cursor.next()) {
      const { element } = cursor;
      store.locateValue(element);
      const end = arena.startOf(element) + arena.capacity(element);
      const isInline = store.elements.valueBlock(element) === 0;
      if (isInline && store.valueEnd > end) throw new Error('a value ends behind its block');
      if (store.deadline(element) !== NO_DEADLINE) deadlines++;
    }
    if (deadlines !== tree.count(root)) throw new Error('fields have lost their deadlines');
  }
}
