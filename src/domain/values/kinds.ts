// Values of many blocks, by kind: what deletion, expiry, overwriting, COPY, MEMORY USAGE and
// verify() need to know of them. Strings, and collections in their small form, are one block (or a
// large one) that the record knows; only kinds of big forms stand here.
//
// The record of such a value holds the ref of its root, a block that stays where it is however the
// value grows. Root and blocks belong to one record, except while RENAME takes them over.
import type { Arena } from '../memory/arena.ts';

/** How many blocks may still be freed in this slice; counted down by free(). */
export interface FreeBudget {
  blocks: number;
}

export interface BlockVisitor {
  visit(ref: number): void;
}

export interface RootedKind {
  /**
   * Frees blocks of the value, counting each in the budget, until all are free, the root last, or
   * the budget is used up. Nobody reads the value any more; what is left must be found from the
   * root by the next call, and by forEachBlock(). Is there more?
   */
  free(arena: Arena, root: number, budget: FreeBudget): boolean;
  /**
   * Makes a copy of the value, in steps: between two of them it yields the root of what there is,
   * which is a value, too, of less. Returns the root. Meanwhile the value may not change, and the
   * object serves nobody else.
   */
  copying(arena: Arena, root: number): Generator<number, number>;
  /**
   * A root from which a value goes on whose blocks are copied before they change, while who reads
   * the past has the old root: Roots.fork(). Other values keep theirs.
   */
  fork?(arena: Arena, root: number): number;
  /** Bytes of all blocks. */
  size(arena: Arena, root: number): number;
  /** Visits each block that is not yet freed, the root too. */
  forEachBlock(arena: Arena, root: number, visitor: BlockVisitor): void;
  /** Throws on the first violated invariant of a whole value. */
  verify(arena: Arena, root: number): void;
}

/** Elements that a step of copying() copies: in some 20 us. */
export const ELEMENTS_COPIED = 32;

/** A copy of a value, made at once. Returns its root. */
export function duplicate(kind: RootedKind, arena: Arena, root: number): number {
  const steps = kind.copying(arena, root);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** Kinds take four bits of a record. */
export const KINDS_COUNT = 16;

/** By kind: null for those whose values need no more than their record. */
export type Kinds = readonly (RootedKind | null)[];
