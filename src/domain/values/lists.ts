// Lists: packed in the record while they are short, else a chain of nodes (list-chain.ts). One view
// serves all lists: open() or create() says which one it is from here on.
//
// A list that was changed is to be told of, once, when the command has done with it: changed(). One
// that has lost items is to be offered its packed form, or taken out: afterRemoval().
//
// What `item` says stands until the next call. The place, which seek() finds, is undefined after a
// change unless the method says where it is.
import { copyBytes } from '../bytes/compare.ts';
import {
  addPacked,
  replaceByPacked,
  replaceByRoot,
  reserveValue,
} from '../keyspace/collections.ts';
import type { Database } from '../keyspace/database.ts';
import type { KeyspaceEvent } from '../keyspace/event-classes.ts';
import { EVENT_DEL } from '../keyspace/events.ts';
import type { Keyspace } from '../keyspace/keyspace.ts';
import { NONE } from '../memory/arena.ts';
import { KIND_LIST_CHAIN, KIND_LIST_PACKED, kindOf } from '../memory/record.ts';
import { EncodedItem } from '../structures/packed/encoded-item.ts';
import { type ItemSink, PackedItem } from '../structures/packed/entry.ts';
import { PackedList } from '../structures/packed/packed-list.ts';
import { ITEMS_WITH_BACK } from '../structures/packed/shape.ts';
import { type CollectionLimits, PACKED_SIZE_MAX } from './collection-limits.ts';
import { ListChain } from './list-chain.ts';
import { ListLimit } from './list-limit.ts';
import { EMPTY_LIST_SIZE, listStart, spliceList } from './list-room.ts';

/** The arguments of a call, from which items are taken: a Request is such. */
export interface Words {
  readonly buffer: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/** A list that shrinks is packed again when it is below half the limit. */
const FAR_BELOW = 2;
/** What moves from list to list is mostly smaller; what was made for a larger one is not kept. */
const HELD_SIZE = 1024;
const HELD_SIZE_KEPT = 64 * 1024;

export class Lists {
  readonly item = new PackedItem();
  /** An item on its way from one list to another: see hold(). */
  held = new Uint8Array(HELD_SIZE);
  private readonly keyspace: Keyspace;
  private readonly limit: ListLimit;
  private readonly packed = new PackedList(ITEMS_WITH_BACK);
  private readonly chain: ListChain;
  private readonly encoded = new EncodedItem();
  private readonly needle = new EncodedItem();
  private sought: Uint8Array = new Uint8Array(0);
  private soughtStart = 0;
  private soughtEnd = 0;
  private database: Database;
  private ref = NONE;
  private isPacked = true;
  /** The place, in the packed form. */
  private row = 0;

  constructor(keyspace: Keyspace, limits: CollectionLimits) {
    this.keyspace = keyspace;
    this.limit = new ListLimit(limits);
    this.database = keyspace.databases[0];
    this.chain = new ListChain(keyspace.arena, limits, this.item);
  }

  /** From here on it is the list `ref`. */
  open(database: Database, ref: number): void {
    this.database = database;
    this.ref = ref;
    this.isPacked = kindOf(this.keyspace.arena, ref) === KIND_LIST_PACKED;
    if (this.isPacked) this.openPacked();
    else this.chain.root = this.keyspace.records.valueBlock(ref);
  }

  /** Adds a key that is not there, whose list has no items yet, and opens it. */
  create(database: Database, buffer: Uint8Array, start: number, end: number): void {
    const { keyspace } = this;
    const kind = KIND_LIST_PACKED;
    this.database = database;
    this.ref = addPacked(keyspace, database, buffer, start, end, EMPTY_LIST_SIZE, 0, kind);
    this.isPacked = true;
    // Room and count are not written yet.
    const { records } = keyspace;
    records.locateValue(this.ref);
    records.valueBytes.fill(0, records.valueStart, records.valueEnd);
    this.openPacked();
  }

  get count(): number {
    return this.isPacked ? this.packed.count : this.chain.count;
  }

  /**
   * Words [first, end) are about to be put into the list: it takes its other form if it is too
   * small for them, or gets the room for all of them at once.
   */
  prepare(words: Words, first: number, end: number): void {
    if (!this.isPacked) return;
    const { starts, ends } = words;
    let size = 0;
    for (let i = first; i < end; i++) size += ends[i] - starts[i];
    if (!this.prepareSize(size, end - first) || end - first < 2) return;
    const { packed, encoded } = this;
    let room = packed.end - packed.start + EMPTY_LIST_SIZE;
    for (let i = first; i < end; i++) {
      encoded.set(words.buffer, starts[i], ends[i]);
      room += encoded.sizeWithBack;
    }
    this.ref = reserveValue(this.keyspace, this.database, this.ref, room);
    this.openPacked();
  }

  /** The same for `count` items of `size` bytes in all. Is the list packed still? */
  prepareSize(size: number, count: number): boolean {
    if (!this.isPacked) return false;
    const { packed } = this;
    const total = packed.end - packed.start + size;
    if (total <= PACKED_SIZE_MAX && !this.limit.isExceeded(total, packed.count + count)) {
      return true;
    }
    this.toChain();
    return false;
  }

  /** Puts an item at an end. It lies outside of this list. */
  push(atHead: boolean, buffer: Uint8Array, start: number, end: number): void {
    const { packed, encoded } = this;
    encoded.set(buffer, start, end);
    this.ownChain();
    if (!this.isPacked) return this.chain.push(atHead, encoded, buffer, start, end);
    packed.planInsert(atHead ? packed.start : packed.end, encoded, null);
    this.splice();
    packed.finishInsert(encoded, null);
  }

  /** Goes to the item with this index, which there is. */
  seek(index: number): void {
    if (this.isPacked) this.row = this.packed.rowAt(index);
    else this.chain.seek(index);
  }

  /** Goes to the first item or the last, of which there is one. */
  seekEnd(isFirst: boolean): void {
    const { packed } = this;
    if (!this.isPacked) this.chain.seekEnd(isFirst);
    else this.row = isFirst ? packed.start : packed.previous(packed.end);
  }

  /** Goes to the next item, or to the one before. Is there one? */
  step(isForward: boolean): boolean {
    if (!this.isPacked) return this.chain.step(isForward);
    const { packed } = this;
    if (isForward) {
      this.row = packed.next(this.row);
      return this.row < packed.end;
    }
    if (this.row === packed.start) return false;
    this.row = packed.previous(this.row);
    return true;
  }

  /** Says in `item` what is here. */
  read(): void {
    if (this.isPacked) this.item.read(this.packed.bytes, this.row);
    else this.chain.read();
  }

  /** Hands out items [index, index + count), which there are. */
  show(index: number, count: number, sink: ItemSink): void {
    const { packed, item } = this;
    if (this.isPacked) packed.show(packed.rowAt(index), count, item, sink);
    else this.chain.show(index, count, sink);
  }

  /** Copies the item to `held`, where it stands until the next one. Returns its size. */
  hold(): number {
    const { bytes, start, end } = this.item;
    const size = end - start;
    if (this.held.length < size || this.held.length > HELD_SIZE_KEPT) {
      this.held = new Uint8Array(Math.max(size, HELD_SIZE));
    }
    copyBytes(bytes, start, end, this.held, 0);
    return size;
  }

  /** What isHere() looks for. It lies outside of this list. */
  setSought(buffer: Uint8Array, start: number, end: number): void {
    this.needle.set(buffer, start, end);
    this.sought = buffer;
    this.soughtStart = start;
    this.soughtEnd = end;
  }

  /** Is what is sought here? */
  isHere(): boolean {
    const { needle } = this;
    if (this.isPacked) return needle.equals(this.packed.bytes, this.row);
    return this.chain.isHere(needle, this.sought, this.soughtStart, this.soughtEnd);
  }

  /** Puts an item before this one or behind it. */
  insert(after: boolean, buffer: Uint8Array, start: number, end: number): void {
    const { packed, encoded } = this;
    encoded.set(buffer, start, end);
    this.ownChain();
    if (!this.isPacked) return this.chain.insert(after, encoded, buffer, start, end);
    packed.planInsert(after ? packed.next(this.row) : this.row, encoded, null);
    this.splice();
    packed.finishInsert(encoded, null);
  }

  /** Puts an item in the place of the one with this index, which there is. */
  replace(index: number, buffer: Uint8Array, start: number, end: number): void {
    const { packed, encoded } = this;
    encoded.set(buffer, start, end);
    this.ownChain();
    this.seek(index);
    if (!this.isPacked) return this.chain.replace(index, encoded, buffer, start, end);
    packed.planReplace(this.row, encoded);
    this.splice();
    packed.finishReplace(encoded);
  }

  /** Removes this item, and goes to the next one, or to the one before. Is there one? */
  removeHere(isForward: boolean): boolean {
    this.ownChain();
    if (!this.isPacked) return this.chain.removeHere(isForward);
    const { packed } = this;
    const at = this.row - packed.start;
    packed.planRemove(this.row, packed.next(this.row));
    this.splice();
    packed.finishRemove(1);
    this.row = packed.start + at;
    if (isForward) return this.row < packed.end;
    return this.step(false);
  }

  /** Removes this item, which is the first of the list or the last. */
  removeEnd(isFirst: boolean): void {
    const { packed, row } = this;
    this.ownChain();
    if (!this.isPacked) return this.chain.removeEnd(isFirst);
    packed.planRemove(row, isFirst ? packed.next(row) : packed.end);
    this.splice();
    packed.finishRemove(1);
  }

  /** Removes items [from, from + count), which there are. */
  removeRange(from: number, count: number): void {
    if (count === 0) return;
    this.ownChain();
    if (!this.isPacked) return this.chain.removeRange(from, count);
    const { packed } = this;
    const start = packed.rowAt(from);
    const isToEnd = from + count === packed.count;
    packed.planRemove(start, isToEnd ? packed.end : packed.rowAt(from + count));
    this.splice();
    packed.finishRemove(count);
  }

  /** Counts changes and tells of them. */
  changed(event: KeyspaceEvent, count: number): void {
    this.keyspace.changed(this.database, this.ref, event, count);
  }

  /** A list without items goes, and of that is told too; a short one becomes packed. */
  afterRemoval(): void {
    const { count } = this;
    if (count === 0) this.keyspace.discard(this.database, this.ref, EVENT_DEL);
    else this.shrink(count);
  }

  /** A list that is far below the limit becomes packed; `count` is how many items it has. */
  shrink(count = this.count): void {
    if (this.isPacked) return;
    const { chain, keyspace, database, packed } = this;
    const size = chain.forms.packedSize(chain.root, count, FAR_BELOW);
    if (size < 0) return;
    this.ownChain();
    const { root } = chain;
    const kind = KIND_LIST_PACKED;
    this.ref = replaceByPacked(keyspace, database, this.ref, EMPTY_LIST_SIZE + size, kind);
    const { records } = keyspace;
    records.locateValue(this.ref);
    chain.forms.copyEntries(root, records.valueBytes, records.valueStart + EMPTY_LIST_SIZE);
    keyspace.pending.freeRoot(root, KIND_LIST_CHAIN);
    this.isPacked = true;
    records.valueBytes.fill(0, records.valueStart, records.valueStart + EMPTY_LIST_SIZE);
    this.openPacked();
    packed.setCount(count);
  }

  /** Makes the room that was planned. */
  private splice(): void {
    const { keyspace, packed } = this;
    const { spliceAt, removed, inserted } = packed;
    this.ref = spliceList(keyspace, this.database, this.ref, spliceAt, removed, inserted);
    this.openPacked();
  }

  /** The nodes of a chain may be owned from here on: they hang from a root of our own. */
  private ownChain(): void {
    const { keyspace, database } = this;
    if (keyspace.arena.past === null || this.isPacked) return;
    this.ref = keyspace.own(database, this.ref);
    this.chain.root = keyspace.records.valueBlock(this.ref);
  }

  private openPacked(): void {
    const { records } = this.keyspace;
    records.locateValue(this.ref);
    const { valueBytes, valueStart, valueEnd } = records;
    this.packed.openValue(valueBytes, listStart(valueBytes, valueStart), valueEnd);
  }

  private toChain(): void {
    const { chain, packed, keyspace } = this;
    chain.create();
    chain.forms.takeIn(chain.root, packed);
    this.ref = replaceByRoot(keyspace, this.database, this.ref, chain.root, KIND_LIST_CHAIN);
    this.isPacked = false;
  }
}
