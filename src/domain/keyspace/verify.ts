// The check of a whole keyspace, for tests and DEBUG: walks everything that is reachable, once.
import { type Arena, SLAB_MASK, SLAB_SHIFT } from '../memory/arena.ts';
import { FLAG_BIG_KEY, FLAG_BIG_VALUE, heapPlaceOf } from '../memory/record.ts';
import type { Records } from '../memory/records.ts';
import type { Database } from './database.ts';
import type { FlushedRecords } from './flushed-records.ts';

/**
 * Throws on the first violated invariant of the databases, the records waiting to be freed, and the
 * memory below. `hashOf` gives the hash of an entry's key.
 */
export function verifyKeyspace(
  records: Records,
  databases: readonly Database[],
  flushed: FlushedRecords,
  hashOf: (ref: number) => number,
): void {
  const { arena } = records;
  const live = new Set<number>();
  let bigs = 0;
  let flushedCount = 0;
  const count = (ref: number): void => {
    if (live.has(ref)) throw new Error(`record ${ref} is reachable twice`);
    live.add(ref);
    bigs += bigsOf(arena, ref);
  };
  for (const { dict, heap } of databases) {
    let deadlines = 0;
    dict.forEach({
      visit: (ref) => {
        count(ref);
        const place = heapPlaceOf(arena, ref);
        if (place === 0) return;
        deadlines++;
        if (heap.refAt(place) !== ref) throw new Error('a record has a wrong heap place');
      },
    });
    if (deadlines !== heap.count) throw new Error('the heap holds entries without a record');
    heap.verify();
    dict.verify(hashOf);
  }
  flushed.forEach({
    visit: (ref) => {
      count(ref);
      flushedCount++;
    },
  });
  if (flushedCount !== flushed.count) throw new Error('the flushed records are counted wrongly');
  if (bigs !== records.bigs.liveCount()) throw new Error('a big value is lost or shared');
  arena.verify(live);
}

/** How many big buffers a record owns. */
function bigsOf(arena: Arena, ref: number): number {
  const flags = arena.words[ref >>> SLAB_SHIFT][(ref & SLAB_MASK) << 2];
  return ((flags & FLAG_BIG_KEY) === 0 ? 0 : 1) + ((flags & FLAG_BIG_VALUE) === 0 ? 0 : 1);
}
