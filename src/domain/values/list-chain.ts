// Long lists: a counted tree, each row of which is a node with its count of items. One object
// serves all of them; it is at one item of the list that was opened last.
//
// Nodes are filled, split and merged as Redis does it, so that a list shrinks into its packed form
// when Redis's does; but they do not grow beyond 8 KiB, whatever the directive. End nodes have
// room, inner ones little.
//
// Invariants: no node is empty; a row weighs as much as its node has items. After a change the
// place is undefined unless the method says where it is.
import { copyBytes, equalBytes } from '../bytes/compare.ts';
import { type Arena, NONE } from '../memory/arena.ts';
import type { EncodedItem } from '../structures/packed/encoded-item.ts';
import type { ItemSink, PackedItem } from '../structures/packed/entry.ts';
import { PackedList } from '../structures/packed/packed-list.ts';
import { ITEMS_WITH_BACK } from '../structures/packed/shape.ts';
import { Roots } from '../structures/root.ts';
import { CountedTree } from '../structures/tree/counted-tree.ts';
import type { CollectionLimits } from './collection-limits.ts';
import { CONTENT_KEPT_MAX, ListForms } from './list-forms.ts';
import { LIST_TREE } from './list-kind.ts';
import { ListLimit } from './list-limit.ts';
import { ListMerger } from './list-merger.ts';
import { ListNodes, NODE_CONTENT_MAX, ROOM_BEFORE, ROOM_BEHIND } from './list-nodes.ts';

/** The longest header and back length of an item that a node holds. */
const ITEM_OVERHEAD_MAX = 7;
const ITEM_SIZE_MAX = NODE_CONTENT_MAX - ITEM_OVERHEAD_MAX;

export class ListChain {
  root = NONE;
  private readonly roots: Roots;
  private readonly nodes: ListNodes;
  private readonly tree: CountedTree;
  private readonly limits: CollectionLimits;
  private readonly limit: ListLimit;
  readonly forms: ListForms;
  private readonly merger: ListMerger;
  private readonly item: PackedItem;
  private readonly packed = new PackedList(ITEMS_WITH_BACK);
  private readonly other = new PackedList(ITEMS_WITH_BACK);
  private node = NONE;
  private isPlain = false;
  /** The entry of the place, in a packed node. */
  private row = 0;

  constructor(arena: Arena, limits: CollectionLimits, item: PackedItem) {
    this.roots = new Roots(arena);
    this.nodes = new ListNodes(arena, this.roots);
    this.tree = new CountedTree(arena, this.roots, LIST_TREE, null);
    this.limits = limits;
    this.limit = new ListLimit(limits);
    this.forms = new ListForms(this.tree, this.nodes, limits, this.limit);
    this.merger = new ListMerger(this.tree, this.nodes, this.limit);
    this.item = item;
  }

  get count(): number {
    return this.tree.count(this.root);
  }

  /** Makes an empty list and opens it. */
  create(): void {
    this.root = this.roots.make();
  }

  /** Goes to the item with this index, which there is. */
  seek(index: number): void {
    const { cursor } = this.tree;
    this.seekNode(index);
    this.openNode();
    if (!this.isPlain) this.row = this.packed.rowAt(cursor.offset);
  }

  /** Goes to the first item or the last, of which there is one. */
  seekEnd(isFirst: boolean): void {
    const { root, packed } = this;
    const { cursor } = this.tree;
    if (isFirst) cursor.seekStart(root);
    else cursor.seekLast(root);
    cursor.offset = isFirst ? 0 : cursor.weight() - 1;
    this.openNode();
    if (!this.isPlain) this.row = isFirst ? packed.start : packed.previous(packed.end);
  }

  /** Hands out items [index, index + count), which there are. */
  show(index: number, count: number, sink: ItemSink): void {
    const { packed, item } = this;
    const { cursor } = this.tree;
    this.seek(index);
    let first = cursor.offset;
    for (let left = count; left > 0; ) {
      const shown = Math.min(left, cursor.weight() - first);
      if (this.isPlain) {
        this.read();
        sink.bulk(item.bytes, item.start, item.end);
      } else packed.show(this.row, shown, item, sink);
      left -= shown;
      if (left === 0 || !cursor.next()) return;
      this.openNode();
      this.row = packed.start;
      first = 0;
    }
  }

  /** Goes to the node of the item with this index: from the end, where most are taken. */
  private seekNode(index: number): void {
    const { root } = this;
    const { cursor } = this.tree;
    if (index + 1 < this.count) {
      cursor.seekRank(root, index);
      return;
    }
    cursor.seekLast(root);
    cursor.offset = cursor.weight() - 1;
  }

  /** Goes to the next item, or to the one before. Is there one? */
  step(isForward: boolean): boolean {
    return isForward ? this.next() : this.previous();
  }

  next(): boolean {
    const { packed } = this;
    if (!this.isPlain) {
      this.row = packed.next(this.row);
      if (this.row < packed.end) return true;
    }
    if (!this.tree.cursor.next()) return false;
    this.openNode();
    this.row = packed.start;
    return true;
  }

  private previous(): boolean {
    const { packed } = this;
    if (!this.isPlain && this.row > packed.start) {
      this.row = packed.previous(this.row);
      return true;
    }
    if (!this.tree.cursor.previous()) return false;
    this.openNode();
    if (!this.isPlain) this.row = packed.previous(packed.end);
    return true;
  }

  /** Says in `item` what is here. */
  read(): void {
    const { item } = this;
    if (!this.isPlain) return item.read(this.packed.bytes, this.row);
    item.bytes = this.nodes.plainBytes(this.node);
    item.start = 0;
    item.end = item.bytes.length;
  }

  /** Is this item here, which is the bytes buffer[start, end)? */
  isHere(sought: EncodedItem, buffer: Uint8Array, start: number, end: number): boolean {
    if (!this.isPlain) return sought.equals(this.packed.bytes, this.row);
    const bytes = this.nodes.plainBytes(this.node);
    return equalBytes(bytes, 0, bytes.length, buffer, start, end);
  }

  /** Puts an item at an end. */
  push(
    atHead: boolean,
    encoded: EncodedItem,
    buffer: Uint8Array,
    start: number,
    end: number,
  ): void {
    const { root, tree, nodes } = this;
    const { cursor } = tree;
    const isThere = atHead ? cursor.seekStart(root) : cursor.seekLast(root);
    if (isThere) {
      const node = cursor.value(0);
      const takes = this.takes(node, end - start);
      if (takes && nodes.extend(node, atHead, encoded.sizeWithBack)) {
        encoded.writeWithBack(nodes.bytes, nodes.at);
        tree.addWeight(root, 1);
        return;
      }
      this.openNode();
      if (takes) {
        this.insertInNode(atHead ? this.packed.start : this.packed.end, encoded, true);
        return;
      }
      this.fit();
    }
    if (!atHead) cursor.seekEnd(root);
    this.insertNode(encoded, buffer, start, end, atHead ? ROOM_BEFORE : ROOM_BEHIND, true);
  }

  /** Puts an item before this one or behind it. */
  insert(
    after: boolean,
    encoded: EncodedItem,
    buffer: Uint8Array,
    start: number,
    end: number,
  ): void {
    const { cursor } = this.tree;
    const size = end - start;
    const isAtEdge = this.isAtEdge(after);
    if (this.takes(this.node, size)) {
      this.insertInNode(after ? this.packed.next(this.row) : this.row, encoded, false);
      return;
    }
    if (isAtEdge && !this.isLarge(size)) {
      const isThere = after ? cursor.next() : cursor.previous();
      if (isThere && this.takes(cursor.value(0), size)) {
        this.openNode();
        this.insertInNode(after ? this.packed.start : this.packed.end, encoded, false);
        return;
      }
      // A node of its own, between the two: the cursor is at the second one, or at the end.
      if (!after && isThere) cursor.next();
      this.insertNode(encoded, buffer, start, end, ROOM_BEHIND, false);
      return;
    }
    if (isAtEdge) {
      if (after) cursor.next();
      this.insertNode(encoded, buffer, start, end, ROOM_BEHIND, false);
      return;
    }
    this.split(after ? this.packed.next(this.row) : this.row);
    if (this.isLarge(size)) {
      this.insertNode(encoded, buffer, start, end, ROOM_BEHIND, false);
    } else {
      if (!after) cursor.previous();
      this.openNode();
      this.insertInNode(after ? this.packed.start : this.packed.end, encoded, false);
    }
    this.merger.mergeAround(this.root);
  }

  /** Puts an item in the place of this one, which has this index. */
  replace(
    index: number,
    encoded: EncodedItem,
    buffer: Uint8Array,
    start: number,
    end: number,
  ): void {
    const { packed, nodes, tree, root } = this;
    if (this.isPlain && this.isLarge(end - start)) {
      const made = nodes.makePlain(root, buffer, start, end);
      nodes.free(root, this.node);
      tree.setValue(root, 0, made);
      return;
    }
    if (!this.isPlain && !this.isPlainByOrder(end - start)) {
      const removed = packed.next(this.row) - this.row;
      const content = packed.end - packed.start - removed + encoded.sizeWithBack;
      if (content <= CONTENT_KEPT_MAX) {
        this.spliceNode(this.row, removed, encoded.sizeWithBack, packed.count, false);
        encoded.writeWithBack(packed.bytes, this.row);
        return;
      }
    }
    this.insert(true, encoded, buffer, start, end);
    this.seek(index);
    this.removeHere(true);
  }

  /** Removes items [from, from + count). */
  removeRange(from: number, count: number): void {
    const { tree, packed } = this;
    const { cursor } = tree;
    for (let left = count; left > 0; ) {
      this.seekNode(from);
      const gone = Math.min(left, cursor.weight() - cursor.offset);
      left -= gone;
      this.openNode();
      if (gone === cursor.weight()) {
        this.dropNode();
        continue;
      }
      const isToEnd = cursor.offset + gone === packed.count;
      const start = packed.rowAt(cursor.offset);
      const end = isToEnd ? packed.end : this.rowBehind(start, gone);
      this.removeRows(start, end, gone);
    }
  }

  /** Removes this item, which is the first of the list or the last. */
  removeEnd(isFirst: boolean): void {
    const { packed, tree, nodes, root, row, node } = this;
    if (tree.cursor.weight() === 1) return this.dropNode();
    const end = isFirst ? packed.next(row) : packed.end;
    if (!nodes.shorten(node, isFirst, end - row)) return this.removeRows(row, end, 1);
    tree.addWeight(root, -1);
  }

  /** Removes this item, and goes to the next one, or to the one before. Is there one? */
  removeHere(isForward: boolean): boolean {
    const { packed, tree } = this;
    const { cursor } = tree;
    if (cursor.weight() === 1) {
      this.dropNode();
      if (isForward ? !cursor.hasRow : !cursor.previous()) return false;
      this.openNode();
      if (!this.isPlain) this.row = isForward ? packed.start : packed.previous(packed.end);
      return true;
    }
    const at = this.row - packed.start;
    this.removeRows(this.row, packed.next(this.row), 1);
    this.openNode();
    this.row = packed.start + at;
    if (!isForward) return this.previous();
    if (this.row < packed.end) return true;
    if (!cursor.next()) return false;
    this.openNode();
    this.row = packed.start;
    return true;
  }

  private rowBehind(row: number, count: number): number {
    let at = row;
    for (let i = 0; i < count; i++) at = this.packed.next(at);
    return at;
  }

  private removeRows(start: number, end: number, count: number): void {
    const { nodes, node, packed, tree, root } = this;
    const left = packed.count - count;
    const removed = end - start;
    if (!nodes.splice(node, start - packed.start, removed, 0, left)) {
      this.remakeNode(start, removed, 0, left, false);
    }
    tree.addWeight(root, -count);
  }

  /** Opens the node at the cursor. */
  private openNode(): void {
    this.node = this.tree.cursor.value(0);
    this.isPlain = this.nodes.isPlain(this.node);
    if (!this.isPlain) this.nodes.open(this.node, this.packed);
  }

  /** Takes the node at the cursor out; the cursor is at the next one. */
  private dropNode(): void {
    this.nodes.free(this.root, this.node);
    this.tree.removeFound(this.root);
  }

  /** Is an item of this size a node of its own? */
  isLarge(size: number): boolean {
    return size > ITEM_SIZE_MAX || this.isPlainByOrder(size);
  }

  private isPlainByOrder(size: number): boolean {
    const { listPlainSize } = this.limits;
    return listPlainSize > 0 && size >= listPlainSize;
  }

  /** May a node take another item of this size? */
  private takes(node: number, size: number): boolean {
    if (this.nodes.isPlain(node) || this.isLarge(size)) return false;
    const content = this.nodes.contentSize(node);
    return this.limit.nodeTakes(content, this.nodes.count(node), size);
  }

  /** Is this the item of its node behind or before which there is no other? */
  private isAtEdge(after: boolean): boolean {
    if (this.isPlain) return true;
    const { packed, row } = this;
    return after ? packed.next(row) === packed.end : row === packed.start;
  }

  /** Makes a node of an item, before the cursor's row. `isEnd`: others will follow it. */
  private insertNode(
    encoded: EncodedItem,
    buffer: Uint8Array,
    start: number,
    end: number,
    side: number,
    isEnd: boolean,
  ): void {
    const { nodes, tree, root, packed } = this;
    if (this.isLarge(end - start)) {
      tree.insertHere(root, nodes.makePlain(root, buffer, start, end), 1);
      return;
    }
    const size = encoded.sizeWithBack;
    const room = isEnd ? this.limit.roomBeside(size) : 0;
    const node = nodes.make(root, 1, size, room, side);
    nodes.open(node, packed);
    encoded.writeWithBack(packed.bytes, packed.start);
    tree.insertHere(root, node, 1);
  }

  /** Puts an item before the entry `row` of the open node, which may take it. */
  private insertInNode(row: number, encoded: EncodedItem, isEnd: boolean): void {
    const { packed } = this;
    this.spliceNode(row, 0, encoded.sizeWithBack, packed.count + 1, isEnd);
    encoded.writeWithBack(packed.bytes, this.row);
    this.tree.addWeight(this.root, 1);
  }

  /** Changes the open node in its place, or makes another one; `row` is the changed place then. */
  private spliceNode(
    row: number,
    removed: number,
    inserted: number,
    count: number,
    isEnd: boolean,
  ): void {
    const { nodes, packed, node } = this;
    const at = row - packed.start;
    if (!nodes.splice(node, at, removed, inserted, count)) {
      this.remakeNode(row, removed, inserted, count, isEnd);
    }
    nodes.open(this.node, packed);
    this.row = packed.start + at;
  }

  /** Another node takes the place of the open one, changed; `packed` is still the old one. */
  private remakeNode(
    row: number,
    removed: number,
    inserted: number,
    count: number,
    isEnd: boolean,
  ): void {
    const { nodes, packed, other, root } = this;
    const at = row - packed.start;
    const content = packed.end - packed.start - removed + inserted;
    const room = isEnd ? Math.min(content, NODE_CONTENT_MAX - content) : content >>> 3;
    const side = isEnd && at === 0 ? ROOM_BEFORE : ROOM_BEHIND;
    const made = nodes.make(root, count, content, Math.max(0, room), side);
    nodes.open(made, other);
    copyBytes(packed.bytes, packed.start, row, other.bytes, other.start);
    const rest = row + removed;
    copyBytes(packed.bytes, rest, packed.end, other.bytes, other.start + at + inserted);
    this.replaceNode(made);
  }

  /** The node at the cursor gives way to another one with its items. */
  private replaceNode(made: number): void {
    const { tree, root } = this;
    this.nodes.free(root, this.node);
    tree.setValue(root, 0, made);
    this.node = made;
  }

  /** Takes away the room of a node that will be an inner one. */
  private fit(): void {
    const { nodes, packed, other, root } = this;
    if (this.isPlain || !nodes.isWasteful(this.node)) return;
    const made = nodes.make(root, packed.count, packed.end - packed.start, 0, ROOM_BEHIND);
    nodes.open(made, other);
    copyBytes(packed.bytes, packed.start, packed.end, other.bytes, other.start);
    this.replaceNode(made);
  }

  /** Lets the entries from `row` on be a node of their own, where the cursor is then. */
  private split(row: number): void {
    const { nodes, packed, other, tree, root } = this;
    let left = 0;
    for (let at = packed.start; at < row; at = packed.next(at)) left++;
    const right = packed.count - left;
    const made = nodes.make(root, right, packed.end - row, 0, ROOM_BEHIND);
    nodes.open(made, other);
    copyBytes(packed.bytes, row, packed.end, other.bytes, other.start);
    this.removeRows(row, packed.end, right);
    tree.cursor.next();
    tree.insertHere(root, made, right);
  }
}
