// After a node of a long list was split, the nodes beside it may fit into one: they are merged as
// Redis merges them, so that a list has as many nodes as it has there.
import { copyBytes } from '../bytes/compare.ts';
import { PackedList } from '../structures/packed/packed-list.ts';
import { ITEMS_WITH_BACK } from '../structures/packed/shape.ts';
import type { CountedTree } from '../structures/tree/counted-tree.ts';
import type { ListLimit } from './list-limit.ts';
import { type ListNodes, ROOM_BEHIND } from './list-nodes.ts';

export class ListMerger {
  private readonly tree: CountedTree;
  private readonly nodes: ListNodes;
  private readonly limit: ListLimit;
  private readonly packed = new PackedList(ITEMS_WITH_BACK);
  private readonly other = new PackedList(ITEMS_WITH_BACK);

  constructor(tree: CountedTree, nodes: ListNodes, limit: ListLimit) {
    this.tree = tree;
    this.nodes = nodes;
    this.limit = limit;
  }

  /**
   * After a split: nodes beside the cursor's that fit into one become one, those farther away
   * first.
   */
  mergeAround(root: number): void {
    const { tree } = this;
    const { cursor } = tree;
    const here = cursor.rank();
    const weight = cursor.weight();
    const before = this.startBefore(root, here);
    if (before > 0) this.mergeNext(root, this.startBefore(root, before));
    if (cursor.seekRank(root, here + weight)) this.mergeNext(root, here + weight);
    const merged = this.startBefore(root, here);
    if (here > 0 && this.mergeNext(root, merged)) this.mergeNext(root, merged);
    else this.mergeNext(root, here);
  }

  /** The rank of the first item of the node before the one that begins with this rank. */
  private startBefore(root: number, rank: number): number {
    const { cursor } = this.tree;
    if (rank === 0 || !cursor.seekRank(root, rank - 1)) return 0;
    return rank - 1 - cursor.offset;
  }

  /** Lets the node that begins with this rank take in the next one, if both fit into one. */
  private mergeNext(root: number, rank: number): boolean {
    const { nodes, packed, other, tree } = this;
    const { cursor } = tree;
    if (!cursor.seekRank(root, rank)) return false;
    const first = cursor.value(0);
    if (!cursor.next()) return false;
    const second = cursor.value(0);
    if (nodes.isPlain(first) || nodes.isPlain(second)) return false;
    const size = nodes.contentSize(first) + nodes.contentSize(second);
    const count = nodes.count(first) + nodes.count(second);
    if (!this.limit.nodeHolds(size, count)) return false;
    const made = nodes.make(root, count, size, 0, ROOM_BEHIND);
    nodes.open(made, other);
    nodes.open(first, packed);
    const middle = other.start + packed.end - packed.start;
    copyBytes(packed.bytes, packed.start, packed.end, other.bytes, other.start);
    nodes.open(second, packed);
    copyBytes(packed.bytes, packed.start, packed.end, other.bytes, middle);
    const added = packed.count;
    nodes.free(root, second);
    tree.removeFound(root);
    cursor.seekRank(root, rank);
    nodes.free(root, first);
    tree.setValue(root, 0, made);
    tree.addWeight(root, added);
    return true;
  }
}
