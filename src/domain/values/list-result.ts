// A list that is nobody's yet: what SORT finds. It is built as a chain, item by item, and then
// stored, packed where it is small enough, or freed. Between two items others may run: FLUSHALL
// lets it be gone, and then it is of no use any more.
import { storeRecord } from '../keyspace/collections.ts';
import type { Database } from '../keyspace/database.ts';
import type { KeyspaceEvent } from '../keyspace/event-classes.ts';
import { EVENT_DEL } from '../keyspace/events.ts';
import type { Keyspace } from '../keyspace/keyspace.ts';
import type { ValueInMaking } from '../keyspace/pending-frees.ts';
import { NONE } from '../memory/arena.ts';
import { KIND_LIST_CHAIN, KIND_LIST_PACKED } from '../memory/record.ts';
import { EncodedItem } from '../structures/packed/encoded-item.ts';
import { PackedItem } from '../structures/packed/entry.ts';
import { PackedList } from '../structures/packed/packed-list.ts';
import { ITEMS_WITH_BACK } from '../structures/packed/shape.ts';
import type { CollectionLimits } from './collection-limits.ts';
import { ListChain } from './list-chain.ts';
import { EMPTY_LIST_SIZE, ROOM_SIZE } from './list-room.ts';

export class ListResult {
  private readonly keyspace: Keyspace;
  private readonly chain: ListChain;
  private readonly packed = new PackedList(ITEMS_WITH_BACK);
  private readonly encoded = new EncodedItem();
  private readonly making: ValueInMaking;

  constructor(keyspace: Keyspace, limits: CollectionLimits) {
    this.keyspace = keyspace;
    this.chain = new ListChain(keyspace.arena, limits, new PackedItem());
    this.chain.create();
    this.making = keyspace.pending.begin(this.chain.root, KIND_LIST_CHAIN);
  }

  get isGone(): boolean {
    return !this.keyspace.pending.isMade(this.making);
  }

  push(buffer: Uint8Array, start: number, end: number): void {
    this.encoded.set(buffer, start, end);
    this.chain.push(false, this.encoded, buffer, start, end);
  }

  /** Nobody wants it: it is freed when there is time. */
  free(): void {
    if (this.isGone) return;
    const { pending } = this.keyspace;
    pending.end(this.making);
    pending.freeRoot(this.chain.root, KIND_LIST_CHAIN);
  }

  /**
   * Lets it be the value of a key, whatever that was before; an empty one lets the key go, which is
   * one change. Otherwise it counts as so many changes as it has items, which are returned.
   */
  store(
    database: Database,
    buffer: Uint8Array,
    start: number,
    end: number,
    event: KeyspaceEvent,
  ): number {
    const { keyspace } = this;
    const { count } = this.chain;
    const old = keyspace.findToChange(database, buffer, start, end);
    if (count === 0) {
      this.free();
      if (old !== NONE) keyspace.remove(database, old, EVENT_DEL);
      return 0;
    }
    keyspace.pending.end(this.making);
    const ref = this.makeRecord(buffer, start, end);
    storeRecord(keyspace, database, ref, old);
    keyspace.changed(database, ref, event, count);
    return count;
  }

  /** A record with the key that has the list, and is no entry yet. */
  private makeRecord(buffer: Uint8Array, start: number, end: number): number {
    const { chain, packed } = this;
    const { records } = this.keyspace;
    const content = chain.forms.packedSize(chain.root, chain.count, 1);
    if (content < 0) return records.makeRooted(buffer, start, end, chain.root, KIND_LIST_CHAIN);
    const size = EMPTY_LIST_SIZE + content;
    const ref = records.allocate(buffer, start, end, size, size, KIND_LIST_PACKED);
    records.locateValue(ref);
    const { valueBytes, valueStart, valueEnd } = records;
    chain.forms.copyEntries(chain.root, valueBytes, valueStart + EMPTY_LIST_SIZE);
    valueBytes.fill(0, valueStart, valueStart + EMPTY_LIST_SIZE);
    packed.openValue(valueBytes, valueStart + ROOM_SIZE, valueEnd);
    packed.setCount(chain.count);
    this.keyspace.pending.freeRoot(chain.root, KIND_LIST_CHAIN);
    return ref;
  }
}
