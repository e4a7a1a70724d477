// Long lists become packed ones, and packed ones long: what ListChain does when a list changes its
// form. Large items are nodes of their own in the one form, and entries like others in the other.
import { copyBytes } from '../bytes/compare.ts';
import { EncodedItem } from '../structures/packed/encoded-item.ts';
import { PackedItem } from '../structures/packed/entry.ts';
import { PackedList } from '../structures/packed/packed-list.ts';
import { ITEMS_WITH_BACK } from '../structures/packed/shape.ts';
import type { CountedTree } from '../structures/tree/counted-tree.ts';
import { type CollectionLimits, PACKED_SIZE_MAX } from './collection-limits.ts';
import type { ListLimit } from './list-limit.ts';
import { type ListNodes, ROOM_BEHIND } from './list-nodes.ts';

/**
 * What was a packed list becomes one node, and an item that takes the place of another one splits
 * none, as in Redis, up to this.
 */
export const CONTENT_KEPT_MAX = 24 * 1024;
/** An integer and its back length. */
const ITEM_SIZE_MIN = 2;

export class ListForms {
  private readonly tree: CountedTree;
  private readonly nodes: ListNodes;
  private readonly limits: CollectionLimits;
  private readonly limit: ListLimit;
  private readonly packed = new PackedList(ITEMS_WITH_BACK);
  private readonly item = new PackedItem();
  private readonly plain = new EncodedItem();

  constructor(tree: CountedTree, nodes: ListNodes, limits: CollectionLimits, limit: ListLimit) {
    this.tree = tree;
    this.nodes = nodes;
    this.limits = limits;
    this.limit = limit;
  }

  /** Appends the entries of a packed list to the long one: as one node, if they fit into one. */
  takeIn(root: number, list: PackedList): void {
    let start = list.start;
    let count = 0;
    for (let row = start; row < list.end; count++) {
      const next = list.next(row);
      if (next - start > CONTENT_KEPT_MAX && count > 0) {
        this.appendEntries(root, list.bytes, start, row, count);
        start = row;
        count = 0;
      }
      row = next;
    }
    if (count > 0) this.appendEntries(root, list.bytes, start, list.end, count);
  }

  /** The bytes of all entries of a list that may be packed again; -1 when it may not. */
  packedSize(root: number, count: number, part: number): number {
    const { tree, nodes, limit } = this;
    const { cursor } = tree;
    // Mostly there are so many items that it needs no look at them.
    if (!limit.isBelow(count * ITEM_SIZE_MIN, count, true, part)) return -1;
    let size = 0;
    let isOneNode = true;
    for (let more = cursor.seekStart(root); more; more = cursor.next()) {
      const node = cursor.value(0);
      isOneNode = cursor.weight() === count;
      if (!nodes.isPlain(node)) size += nodes.contentSize(node);
      else if (this.limits.listPlainSize > 0) return -1;
      else size += this.encodePlain(node);
      if (size > PACKED_SIZE_MAX || !limit.isBelow(size, count, isOneNode, part)) return -1;
    }
    return size;
  }

  /** Copies all entries, in order. */
  copyEntries(root: number, target: Uint8Array, at: number): void {
    const { packed, nodes } = this;
    const { cursor } = this.tree;
    let to = at;
    for (let more = cursor.seekStart(root); more; more = cursor.next()) {
      const node = cursor.value(0);
      if (nodes.isPlain(node)) {
        this.encodePlain(node);
        to = this.plain.writeWithBack(target, to);
      } else {
        nodes.open(node, packed);
        copyBytes(packed.bytes, packed.start, packed.end, target, to);
        to += packed.end - packed.start;
      }
    }
  }

  private appendEntries(
    root: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    count: number,
  ): void {
    const { nodes, tree, packed, item } = this;
    tree.cursor.seekEnd(root);
    if (end - start > CONTENT_KEPT_MAX) {
      item.read(bytes, start);
      tree.insertHere(root, nodes.makePlain(root, item.bytes, item.start, item.end), 1);
      return;
    }
    const node = nodes.make(root, count, end - start, 0, ROOM_BEHIND);
    nodes.open(node, packed);
    copyBytes(bytes, start, end, packed.bytes, packed.start);
    tree.insertHere(root, node, count);
  }

  /** The size as an entry of the item of a plain node. */
  private encodePlain(node: number): number {
    const bytes = this.nodes.plainBytes(node);
    this.plain.set(bytes, 0, bytes.length);
    return this.plain.sizeWithBack;
  }
}
