// A list while its items come, one by one or a node of them after the other: packed when all lie in
// one node that is small enough, else a chain of nodes. Nodes are filled as Redis fills them.
import type { Keyspace } from '../../keyspace/keyspace.ts';
import { NONE } from '../../memory/arena.ts';
import { KIND_LIST_CHAIN, KIND_LIST_PACKED } from '../../memory/record.ts';
import { EncodedItem } from '../../structures/packed/encoded-item.ts';
import { PackedItem } from '../../structures/packed/entry.ts';
import { PackedList } from '../../structures/packed/packed-list.ts';
import { ITEMS_WITH_BACK } from '../../structures/packed/shape.ts';
import { type CollectionLimits, PACKED_SIZE_MAX } from '../collection-limits.ts';
import { ListChain } from '../list-chain.ts';
import { ListLimit } from '../list-limit.ts';
import { ROOM_SIZE } from '../list-room.ts';
import type { BuiltValue } from './built-value.ts';
import { RowBuffer } from './row-buffer.ts';

/** No list is packed that has a longer item: the largest limit is 64 KiB. */
const KEPT_ITEM_MAX = 64 * 1024;

export class ListBuilder {
  private readonly keyspace: Keyspace;
  /** The items of the node that is not closed yet. */
  private readonly rows: RowBuffer;
  private readonly encoded = new EncodedItem();
  private readonly list = new PackedList(ITEMS_WITH_BACK);
  private readonly limit: ListLimit;
  private readonly chain: ListChain;
  private isChain = false;

  constructor(keyspace: Keyspace, limits: CollectionLimits) {
    this.keyspace = keyspace;
    this.limit = new ListLimit(limits);
    this.rows = new RowBuffer(keyspace.hashKey);
    this.chain = new ListChain(keyspace.arena, limits, new PackedItem());
  }

  begin(): void {
    this.isChain = false;
    this.rows.begin(ROOM_SIZE);
  }

  /** The root of the blocks that it has so far; NONE while it has none. */
  get root(): number {
    return this.isChain ? this.chain.root : NONE;
  }

  get count(): number {
    return this.rows.count + (this.isChain ? this.chain.count : 0);
  }

  /** Adds an item behind the others, in the last node if that takes it. */
  push(bytes: Uint8Array, start: number, end: number): void {
    const { rows, encoded, chain } = this;
    const isLarge = chain.isLarge(end - start);
    const content = rows.size - rows.start;
    const isTaken = !isLarge && this.limit.nodeTakes(content, rows.count, end - start);
    if (!isTaken && rows.count > 0) this.closeNode();
    encoded.set(bytes, start, end);
    if (!isLarge) return rows.addWithBack(encoded);
    this.beginChain();
    chain.push(false, encoded, bytes, start, end);
  }

  /** Adds an item of the node that is open, which takes whatever was in one node elsewhere. */
  append(bytes: Uint8Array, start: number, end: number): void {
    if (end - start > KEPT_ITEM_MAX) {
      this.closeNode();
      return this.push(bytes, start, end);
    }
    this.encoded.set(bytes, start, end);
    this.rows.addWithBack(this.encoded);
  }

  /** The next item begins a node. */
  closeNode(): void {
    const { rows, list, chain } = this;
    if (rows.count === 0) return;
    this.beginChain();
    list.open(rows.bytes, rows.start, rows.size, rows.count);
    chain.forms.takeIn(chain.root, list);
    rows.begin(ROOM_SIZE);
  }

  /** All items have come. `mayPack`: a single node makes a packed list. */
  finish(built: BuiltValue, mayPack: boolean): void {
    const { rows, chain } = this;
    const content = rows.size - rows.start;
    const isSmall = content <= PACKED_SIZE_MAX && !this.limit.isExceeded(content, rows.count);
    if (mayPack && !this.isChain && isSmall) {
      rows.finish();
      built.setBytes(KIND_LIST_PACKED, rows.bytes, 0, rows.size);
      return;
    }
    this.closeNode();
    built.setRoot(KIND_LIST_CHAIN, chain.root);
    chain.root = NONE;
    this.isChain = false;
  }

  /** What has come is not wanted. */
  drop(): void {
    if (this.isChain) this.keyspace.pending.freeRoot(this.chain.root, KIND_LIST_CHAIN);
    this.isChain = false;
  }

  private beginChain(): void {
    if (!this.isChain) this.chain.create();
    this.isChain = true;
  }
}
