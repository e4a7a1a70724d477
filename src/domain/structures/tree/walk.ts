// What concerns a whole tree: freeing it in slices, and showing all its nodes and values.
import { type Arena, NONE, SLAB_MASK, SLAB_SHIFT } from '../../memory/arena.ts';
import type { BlockVisitor, FreeBudget } from '../../values/kinds.ts';
import { firstRowOf, NODE_COLUMNS, NODE_LEVEL, NODE_ROWS, type TreeShape } from './shape.ts';

/**
 * Frees a tree from its last row on, values first: each value (through `values`, if that is not
 * null) and each node is one block of the budget. What is left is a tree but for its counts, found
 * from the root by the next call. Is there more?
 */
export function freeTree(
  arena: Arena,
  shape: TreeShape,
  root: number,
  values: BlockVisitor | null,
  budget: FreeBudget,
): boolean {
  const roots = arena.words[root >>> SLAB_SHIFT];
  const rootAt = ((root & SLAB_MASK) << 2) + shape.rootWord;
  while (roots[rootAt + 1] > 0) {
    if (budget.blocks <= 0) return true;
    // The path to the last leaf is at hand in no time, so that nothing need be remembered.
    let parent = NONE;
    let node = roots[rootAt];
    for (let level = roots[rootAt + 1] - 1; level > 0 && rowsOf(arena, node) > 0; level--) {
      parent = node;
      node = childOf(arena, shape, node, rowsOf(arena, node) - 1);
    }
    if (!freeLast(arena, shape, node, values, budget)) return true;
    arena.free(node);
    if (parent !== NONE) {
      arena.words[parent >>> SLAB_SHIFT][((parent & SLAB_MASK) << 2) + NODE_ROWS]--;
    } else {
      roots[rootAt] = NONE;
      roots[rootAt + 1] = 0;
    }
  }
  return false;
}

/** Visits each node of a tree, and each row's first word of value, where somebody wants to know. */
export function visitTree(
  arena: Arena,
  shape: TreeShape,
  root: number,
  nodes: BlockVisitor | null,
  values: BlockVisitor | null,
): void {
  const words = arena.words[root >>> SLAB_SHIFT];
  const at = ((root & SLAB_MASK) << 2) + shape.rootWord;
  if (words[at + 1] > 0) visitNode(arena, shape, words[at], words[at + 1] - 1, nodes, values);
}

/** Frees the values of a leaf, or nothing, and counts the node. Is there budget for all that? */
function freeLast(
  arena: Arena,
  shape: TreeShape,
  node: number,
  values: BlockVisitor | null,
  budget: FreeBudget,
): boolean {
  const words = arena.words[node >>> SLAB_SHIFT];
  const at = (node & SLAB_MASK) << 2;
  const first = at + NODE_COLUMNS + firstRowOf(words[at + NODE_LEVEL]);
  const column = first + shape.keyWords * shape.leafRowsMax;
  if (values === null) words[at + NODE_ROWS] = 0;
  for (; words[at + NODE_ROWS] > 0 && budget.blocks > 0; budget.blocks--) {
    values?.visit(words[column + --words[at + NODE_ROWS]]);
  }
  if (budget.blocks <= 0) return false;
  budget.blocks--;
  return true;
}

function visitNode(
  arena: Arena,
  shape: TreeShape,
  node: number,
  level: number,
  nodes: BlockVisitor | null,
  values: BlockVisitor | null,
): void {
  if (nodes !== null) nodes.visit(node);
  const rows = rowsOf(arena, node);
  for (let row = 0; row < rows; row++) {
    if (level > 0)
      visitNode(arena, shape, childOf(arena, shape, node, row), level - 1, nodes, values);
    else if (values !== null) {
      const words = arena.words[node >>> SLAB_SHIFT];
      const at = (node & SLAB_MASK) << 2;
      const first = at + NODE_COLUMNS + firstRowOf(words[at + NODE_LEVEL]);
      values.visit(words[first + shape.keyWords * shape.leafRowsMax + row]);
    }
  }
}

function rowsOf(arena: Arena, node: number): number {
  return arena.words[node >>> SLAB_SHIFT][((node & SLAB_MASK) << 2) + NODE_ROWS];
}

function childOf(arena: Arena, shape: TreeShape, node: number, row: number): number {
  const at = ((node & SLAB_MASK) << 2) + NODE_COLUMNS + row;
  return arena.words[node >>> SLAB_SHIFT][at + shape.childColumn * shape.innerRowsMax];
}
