// What deletion, COPY, MEMORY USAGE and verify() need to know of long lists: a tree of nodes, and
// nothing else. Nodes are drawn in list-nodes.ts.
import { copyBytes } from '../bytes/compare.ts';
import { type Arena, isLarge, SLAB_MASK, SLAB_SHIFT } from '../memory/arena.ts';
import { PackedList } from '../structures/packed/packed-list.ts';
import { ITEMS_WITH_BACK } from '../structures/packed/shape.ts';
import { verifyPacked } from '../structures/packed/verify.ts';
import { ROOT_COUNT, ROOT_TREE, Roots } from '../structures/root.ts';
import { TreeCursor } from '../structures/tree/cursor.ts';
import { TreeShape } from '../structures/tree/shape.ts';
import { TreeBuilder } from '../structures/tree/tree-builder.ts';
import { verifyTree } from '../structures/tree/verify.ts';
import { freeTree, visitTree } from '../structures/tree/walk.ts';
import type { BlockVisitor, FreeBudget, RootedKind } from './kinds.ts';
import { LISTPACK_OVERHEAD } from './list-limit.ts';
import { ListNodes, ROOM_BEHIND } from './list-nodes.ts';

export const LIST_TREE = new TreeShape({
  keyWords: 0,
  valueWords: 1,
  hasTies: false,
  isWeighted: true,
  rootWord: ROOT_TREE,
  keepsCount: true,
  isRead: true,
});

export const LIST_CHAIN: RootedKind = { free, copying, fork, size, forEachBlock, verify };

function free(arena: Arena, root: number, budget: FreeBudget): boolean {
  const nodes: BlockVisitor = { visit: (node) => arena.free(node) };
  if (freeTree(arena, LIST_TREE, root, nodes, budget)) return true;
  if (budget.blocks <= 0) return true;
  budget.blocks--;
  arena.free(root);
  return false;
}

function* copying(arena: Arena, root: number): Generator<number, number> {
  const roots = new Roots(arena);
  const nodes = new ListNodes(arena, roots);
  const builder = new TreeBuilder(arena, roots, LIST_TREE);
  const cursor = new TreeCursor(arena, LIST_TREE, null);
  const made = roots.make();
  const from = new PackedList(ITEMS_WITH_BACK);
  const to = new PackedList(ITEMS_WITH_BACK);
  builder.begin(made);
  const copy = (node: number): void => {
    if (isLarge(node)) {
      const bytes = nodes.plainBytes(node);
      builder.add(nodes.makePlain(made, bytes, 0, bytes.length), 1);
      return;
    }
    const count = nodes.count(node);
    const twin = nodes.make(made, count, nodes.contentSize(node), 0, ROOM_BEHIND);
    nodes.open(node, from);
    nodes.open(twin, to);
    copyBytes(from.bytes, from.start, from.end, to.bytes, to.start);
    builder.add(twin, count);
  };
  for (let more = cursor.seekRank(root, 0); more; more = cursor.next()) {
    copy(cursor.value(0));
    builder.finish();
    yield made;
    builder.resume();
  }
  builder.finish();
  return made;
}

function fork(arena: Arena, root: number): number {
  return new Roots(arena).fork(root);
}

function size(arena: Arena, root: number): number {
  return new Roots(arena).bytes(root);
}

function forEachBlock(arena: Arena, root: number, visitor: BlockVisitor): void {
  visitor.visit(root);
  visitTree(arena, LIST_TREE, root, visitor, visitor);
}

function verify(arena: Arena, root: number): void {
  const roots = new Roots(arena);
  const nodes = new ListNodes(arena, roots);
  const list = new PackedList(ITEMS_WITH_BACK);
  let bytes = arena.capacity(root) + verifyTree(arena, LIST_TREE, null, root);
  let count = 0;
  const check = (node: number): void => {
    bytes += arena.capacity(node);
    count += isLarge(node) ? 1 : nodes.count(node);
    if (isLarge(node)) return;
    nodes.open(node, list);
    verifyPacked(list);
    if (list.count === 0) throw new Error('list: a node is empty');
  };
  visitTree(arena, LIST_TREE, root, null, { visit: check });
  if (bytes !== roots.bytes(root)) throw new Error('list: its bytes are counted wrongly');
  if (count !== listCount(arena, root)) throw new Error('list: its items are counted wrongly');
}

/** How many nodes a long list has, and what they would take as Redis's nodes. */
export function nodesOf(arena: Arena, root: number): { count: number; size: number } {
  const nodes = new ListNodes(arena, new Roots(arena));
  const sum = { count: 0, size: 0 };
  const add = (node: number): void => {
    const isPlain = nodes.isPlain(node);
    sum.count++;
    sum.size += isPlain ? arena.capacity(node) : nodes.contentSize(node) + LISTPACK_OVERHEAD;
  };
  visitTree(arena, LIST_TREE, root, null, { visit: add });
  return sum;
}

/** How many items a long list has. */
export function listCount(arena: Arena, root: number): number {
  return arena.words[root >>> SLAB_SHIFT][((root & SLAB_MASK) << 2) + ROOT_COUNT];
}
