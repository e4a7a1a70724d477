// What the keyspace must know of sets in their big form: a root, from which an element table hangs.
import type { HashKey } from '../bytes/hash.ts';
import type { Arena } from '../memory/arena.ts';
import { ElementCursor } from '../structures/elements/element-cursor.ts';
import { ElementTable } from '../structures/elements/element-table.ts';
import { Elements, SET_SIZE_AT } from '../structures/elements/elements.ts';
import { freeTable, verifyTable, visitTable } from '../structures/elements/walk.ts';
import { Roots } from '../structures/root.ts';
import { type BlockVisitor, ELEMENTS_COPIED, type FreeBudget, type RootedKind } from './kinds.ts';

export class SetTableKind implements RootedKind {
  private readonly table: ElementTable;
  private readonly roots: Roots;
  private readonly cursor: ElementCursor;

  constructor(arena: Arena, hashKey: HashKey) {
    this.roots = new Roots(arena);
    this.table = new ElementTable(new Elements(arena, hashKey, SET_SIZE_AT), this.roots);
    this.cursor = new ElementCursor(this.table);
  }

  free(arena: Arena, root: number, budget: FreeBudget): boolean {
    if (freeTable(this.table, root, budget)) return true;
    arena.free(root);
    return false;
  }

  *copying(_arena: Arena, root: number): Generator<number, number> {
    const { table, roots, cursor } = this;
    const { elements } = table;
    const copy = roots.make();
    let count = 0;
    table.beginRoom(copy, table.count(root));
    while (table.addRoom(copy)) yield copy;
    for (let more = cursor.first(root); more; more = cursor.next()) {
      elements.locateKey(cursor.element);
      const { keyBytes, keyStart, keyEnd } = elements;
      table.add(copy, cursor.hash, elements.make(keyBytes, keyStart, keyEnd, 0, 0));
      if (++count % ELEMENTS_COPIED === 0) yield copy;
    }
    return copy;
  }

  size(_arena: Arena, root: number): number {
    return this.roots.bytes(root);
  }

  forEachBlock(_arena: Arena, root: number, visitor: BlockVisitor): void {
    visitTable(this.table, root, visitor);
    visitor.visit(root);
  }

  verify(_arena: Arena, root: number): void {
    verifyTable(this.table, this.roots, root);
    if (this.table.count(root) === 0) throw new Error('a set has no members');
  }
}
