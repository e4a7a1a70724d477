// What concerns a whole element table: freeing it in slices, showing its blocks, and checking it.
import { type Arena, NONE, SLAB_MASK, SLAB_SHIFT } from '../../memory/arena.ts';
import type { BlockVisitor, FreeBudget } from '../../values/kinds.ts';
import { ROOT_DRAW, ROOT_UNITS, type Roots } from '../root.ts';
import { COUNT_WORD, DEPTH_WORD, HEADER_WORDS, SLOTS_WORD, verifySegment } from '../segment.ts';
import type { ElementTable } from './element-table.ts';

/**
 * Frees a table, but for the root: each element and each segment is one block of the budget. What
 * is left is found from the root by the next call: the draw mask is the complement of the number of
 * the directory's entries whose segments are gone; of the next segment, slots that are empty. Is
 * there more?
 */
export function freeTable(table: ElementTable, root: number, budget: FreeBudget): boolean {
  const { arena } = table.elements;
  const rootWords = arena.words[root >>> SLAB_SHIFT];
  const rootAt = (root & SLAB_MASK) << 2;
  const depth = table.directory.depth(root);
  for (let index = freedEntries(arena, root); index < 2 ** depth; ) {
    const segment = table.directory.at(root, index);
    const words = arena.wordsOf(segment);
    const base = arena.firstWordOf(segment);
    if (!freeElements(table, words, base, budget) || budget.blocks <= 0) return true;
    index += 2 ** (depth - words[base + DEPTH_WORD]);
    rootWords[rootAt + ROOT_DRAW] = ~index;
    arena.free(segment);
    budget.blocks--;
  }
  table.directory.free(root);
  return false;
}

/** Visits each block that is not freed: directory, segments, elements and their large blocks. */
export function visitTable(table: ElementTable, root: number, visitor: BlockVisitor): void {
  const { arena } = table.elements;
  const depth = table.directory.depth(root);
  table.directory.forEachBlock(root, visitor);
  for (let index = freedEntries(arena, root); index < 2 ** depth; ) {
    const segment = table.directory.at(root, index);
    if (segment === NONE) return;
    visitor.visit(segment);
    const words = arena.wordsOf(segment);
    const base = arena.firstWordOf(segment);
    for (let slot = 0; slot < words[base + SLOTS_WORD]; slot++) {
      const element = words[base + HEADER_WORDS + 2 * slot + 1];
      if (element !== NONE) visitElement(table, element, visitor);
    }
    index += 2 ** (depth - words[base + DEPTH_WORD]);
  }
}

/**
 * Throws on the first violated invariant of a table that lives; `besides` are the bytes of other
 * blocks that hang from its root.
 */
export function verifyTable(table: ElementTable, roots: Roots, root: number, besides = 0): void {
  const { arena } = table.elements;
  const depth = table.directory.depth(root);
  const rootWords = arena.words[root >>> SLAB_SHIFT];
  let count = 0;
  let segments = 0;
  for (let index = 0; index < 2 ** depth; segments++) {
    const segment = table.directory.at(root, index);
    const words = arena.wordsOf(segment);
    const base = arena.firstWordOf(segment);
    const localDepth = words[base + DEPTH_WORD];
    const prefix = depth === 0 ? 0 : index << (32 - depth);
    verifySegment(words, base, words[base + SLOTS_WORD], prefix, localDepth, table.elements);
    count += words[base + COUNT_WORD];
    for (const end = index + 2 ** (depth - localDepth); index < end; index++) {
      if (table.directory.at(root, index) !== segment)
        throw new Error('a segment lost a neighbour');
    }
  }
  if (count !== table.count(root)) throw new Error(`${count} elements, not ${table.count(root)}`);
  if (segments !== rootWords[((root & SLAB_MASK) << 2) + ROOT_UNITS]) {
    throw new Error('a table counts its segments wrongly');
  }
  let bytes = arena.capacity(root) + besides;
  visitTable(table, root, { visit: (block) => (bytes += arena.capacity(block)) });
  if (bytes !== roots.bytes(root)) throw new Error(`${bytes} bytes, not ${roots.bytes(root)}`);
}

/** Frees the elements of a segment. Is there budget for all? */
function freeElements(
  table: ElementTable,
  words: Int32Array,
  base: number,
  budget: FreeBudget,
): boolean {
  const end = base + HEADER_WORDS + 2 * words[base + SLOTS_WORD];
  for (let at = base + HEADER_WORDS; at < end; at += 2) {
    if (words[at + 1] === NONE) continue;
    if (budget.blocks <= 0) return false;
    table.elements.free(words[at + 1]);
    words[at + 1] = NONE;
    budget.blocks--;
  }
  return true;
}

function visitElement(table: ElementTable, element: number, visitor: BlockVisitor): void {
  const key = table.elements.keyBlock(element);
  const value = table.elements.valueBlock(element);
  if (key !== NONE) visitor.visit(key);
  if (value !== NONE) visitor.visit(value);
  visitor.visit(element);
}

function freedEntries(arena: Arena, root: number): number {
  const draw = arena.words[root >>> SLAB_SHIFT][((root & SLAB_MASK) << 2) + ROOT_DRAW];
  return draw < 0 ? ~draw : 0;
}
