// The check of a whole keyspace, for tests and DEBUG: walks everything that is reachable, once.
import { NONE, SLAB_MASK, SLAB_SHIFT } from '../memory/arena.ts';
import {
  FLAG_BIG_KEY,
  FLAG_BIG_VALUE,
  heapPlaceOf,
  kindOf,
  type Records,
} from '../memory/record.ts';
import type { Kinds } from '../values/kinds.ts';
import type { Database } from './database.ts';
import { FieldPlaces } from './heap-places.ts';
import type { PendingFrees } from './pending-frees.ts';

/** Throws unless a record may be added to a database under a hash. */
export function checkAbsent(records: Records, { dict }: Database, hash: number, ref: number): void {
  if (records.hashOf(ref) !== hash) throw new Error('a key is added under another hash');
  const { keyBytes, keyStart, keyEnd } = records;
  if (dict.find(hash, keyBytes, keyStart, keyEnd) === NONE) return;
  throw new Error('a key is added that is there already');
}

/**
 * Throws on the first violated invariant of the databases, of what waits to be freed, and of the
 * memory below. Nobody may read the past, and nothing that had retired may wait: such blocks are
 * found by nobody.
 */
export function verifyKeyspace(
  records: Records,
  kinds: Kinds,
  databases: readonly Database[],
  pending: PendingFrees,
): void {
  const { arena } = records;
  const fieldPlaces = new FieldPlaces(records);
  const reached = new ReachedBlocks(records, kinds);
  for (const { dict, heap, fieldHeap } of databases) {
    let deadlines = 0;
    let hashes = 0;
    dict.forEach({
      visit: (ref) => {
        reached.visitRecord(ref);
        const kind = kinds[kindOf(arena, ref)];
        if (kind !== null) kind.verify(arena, records.valueBlock(ref));
        const fieldPlace = fieldPlaces.get(ref);
        if (fieldPlace !== 0) {
          hashes++;
          if (fieldHeap.refAt(fieldPlace) !== ref) throw new Error('a hash has a wrong heap place');
        }
        const place = heapPlaceOf(arena, ref);
        if (place === 0) return;
        deadlines++;
        if (heap.refAt(place) !== ref) throw new Error('a record has a wrong heap place');
      },
    });
    if (deadlines !== heap.count) throw new Error('the heap holds entries without a record');
    if (hashes !== fieldHeap.count) throw new Error('a heap of hashes holds too many');
    heap.verify();
    fieldHeap.verify();
    dict.verify();
    dict.forEachBlock(reached);
  }
  let pendingCount = pending.forEachBlock(reached);
  pending.forEachRecord({
    visit: (ref) => {
      reached.visitRecord(ref);
      pendingCount++;
    },
  });
  if (pendingCount !== pending.count) throw new Error('the pending frees are counted wrongly');
  arena.verify(reached.blocks);
}

/** All blocks that were reached. */
class ReachedBlocks {
  readonly blocks = new Set<number>();
  private readonly records: Records;
  private readonly kinds: Kinds;

  constructor(records: Records, kinds: Kinds) {
    this.records = records;
    this.kinds = kinds;
  }

  visit(ref: number): void {
    if (this.blocks.has(ref)) throw new Error(`block ${ref} is reachable twice`);
    this.blocks.add(ref);
  }

  /** Visits the blocks of a record. */
  visitRecord(ref: number): void {
    const { records, kinds } = this;
    const { arena } = records;
    this.visit(ref);
    const flags = arena.words[ref >>> SLAB_SHIFT][(ref & SLAB_MASK) << 2];
    if ((flags & FLAG_BIG_KEY) !== 0) this.visit(records.keyBlock(ref));
    if ((flags & FLAG_BIG_VALUE) !== 0) this.visit(records.valueBlock(ref));
    const kind = kinds[kindOf(arena, ref)];
    if (kind !== null) kind.forEachBlock(arena, records.valueBlock(ref), this);
  }
}
