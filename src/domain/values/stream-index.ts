// The nodes of a stream in the order of their IDs: a counted tree, or the root alone while there
// was never more than one. One object serves all streams; it is at one node of the stream whose
// root was set last, which is open then.
//
// Invariants: no node is empty, though all its entries may be marked as deleted; a row of the tree
// has the ID of its node.
import { type Arena, NONE, SLAB_MASK, SLAB_SHIFT } from '../memory/arena.ts';
import type { Roots } from '../structures/root.ts';
import { CountedTree } from '../structures/tree/counted-tree.ts';
import { BEHIND_TIES } from '../structures/tree/cursor.ts';
import { TreeShape } from '../structures/tree/shape.ts';
import { visitTree } from '../structures/tree/walk.ts';
import type { StreamId } from './stream-id.ts';
import type { StreamNode } from './stream-node.ts';
import {
  readRootId,
  rootWord,
  STREAM_NODE,
  STREAM_NODE_ID,
  STREAM_NODES,
  setRootWord,
  storeRootId,
} from './stream-root.ts';

export const STREAM_TREE = new TreeShape({
  keyWords: 4,
  valueWords: 1,
  hasTies: false,
  isWeighted: false,
  rootWord: STREAM_NODES,
  keepsCount: false,
  isRead: true,
});

export class StreamIndex {
  root: number = NONE;
  readonly node: StreamNode;
  private readonly arena: Arena;
  private readonly tree: CountedTree;

  constructor(arena: Arena, roots: Roots, node: StreamNode) {
    this.arena = arena;
    this.node = node;
    this.tree = new CountedTree(arena, roots, STREAM_TREE, null);
  }

  /** How many nodes there are. */
  get count(): number {
    return this.only === NONE ? this.tree.count(this.root) : 1;
  }

  /** How many nodes the tree has, to find those. */
  get treeNodes(): number {
    let nodes = 0;
    visitTree(this.arena, STREAM_TREE, this.root, { visit: () => nodes++ }, null);
    return nodes;
  }

  /** How many nodes there are before this one. */
  get rank(): number {
    return this.only === NONE ? this.tree.cursor.rank() : 0;
  }

  /** Gives the nodes before this one, or all of them at the end, to a root that has none. */
  giveBefore(other: number): void {
    this.tree.giveBefore(this.root, other);
  }

  /** Goes to the first node. Is there one? */
  first(): boolean {
    if (this.only !== NONE) return this.openOnly();
    return this.tree.cursor.seekRank(this.root, 0) && this.open();
  }

  /** Goes to the last node. Is there one? */
  last(): boolean {
    if (this.only !== NONE) return this.openOnly();
    return this.tree.cursor.seekLast(this.root) && this.open();
  }

  /** Goes to the last node that does not begin behind an ID, or else to the first. Is there one? */
  seek(id: StreamId): boolean {
    if (this.only !== NONE) return this.openOnly();
    const { cursor } = this.tree;
    id.storeKey(cursor.key);
    cursor.seekKey(this.root, BEHIND_TIES);
    if (!cursor.previous() && !cursor.hasRow) return false;
    return this.open();
  }

  next(): boolean {
    return this.only === NONE && this.tree.cursor.next() && this.open();
  }

  previous(): boolean {
    return this.only === NONE && this.tree.cursor.previous() && this.open();
  }

  /** Adds the open node, whose ID is greater than those of all others, and is at it. */
  append(): void {
    const { root, node, arena } = this;
    const { only } = this;
    if (only === NONE && rootWord(arena, root, STREAM_NODES + 1) === 0) {
      setRootWord(arena, root, STREAM_NODE, node.node);
      storeRootId(arena, root, STREAM_NODE_ID, node.id);
      return;
    }
    const { cursor } = this.tree;
    if (only !== NONE) {
      const added = node.node;
      setRootWord(arena, root, STREAM_NODE, NONE);
      this.storeOnlyKey();
      this.tree.insert(root, only, 1);
      node.id.storeKey(cursor.key);
      this.tree.insert(root, added, 1);
      return;
    }
    node.id.storeKey(cursor.key);
    this.tree.insert(root, node.node, 1);
  }

  /** The open node is in another block. */
  moved(): void {
    const { arena, root, node } = this;
    if (this.only !== NONE) setRootWord(arena, root, STREAM_NODE, node.node);
    else this.tree.setValue(root, 0, node.node);
  }

  /** Takes this node out, which the caller frees, and goes to the next one. Is there one? */
  remove(): boolean {
    const { arena, root } = this;
    if (this.only !== NONE) {
      setRootWord(arena, root, STREAM_NODE, NONE);
      return false;
    }
    this.tree.removeFound(root);
    return this.tree.cursor.hasRow && this.open();
  }

  private get only(): number {
    const { root } = this;
    return this.arena.words[root >>> SLAB_SHIFT][((root & SLAB_MASK) << 2) + STREAM_NODE];
  }

  private openOnly(): boolean {
    const { node } = this;
    readRootId(this.arena, this.root, STREAM_NODE_ID, node.id);
    node.open(this.only);
    return true;
  }

  private open(): boolean {
    const { cursor } = this.tree;
    this.node.id.readKey(cursor);
    this.node.open(cursor.value(0));
    return true;
  }

  private storeOnlyKey(): void {
    const { arena, root, node } = this;
    const { id } = node;
    // The open node is another one, and its ID is needed again.
    const { msHigh, msLow, seqHigh, seqLow } = id;
    readRootId(arena, root, STREAM_NODE_ID, id);
    id.storeKey(this.tree.cursor.key);
    id.set(msHigh, msLow, seqHigh, seqLow);
  }
}
