// Walks over the entries of a database. Visitors must not change the keyspace.
import { NONE } from '../memory/arena.ts';
import { heapPlaceOf } from '../memory/record.ts';
import type { EntryVisitor } from '../structures/segment.ts';
import type { Database } from './database.ts';
import type { Keyspace } from './keyspace.ts';

/** randomKey() draws this often before it gives up, or takes a key that is due but kept. */
const DRAWS_MAX = 100;
/** What randomKey() answers in place of a ref: it is to be asked again. */
export const AGAIN = -1;

/**
 * One step of SCAN, see Dict.scan(): visits entries and returns the next cursor. Those whose
 * deadline has passed are deleted, unless they are kept, and not visited.
 */
export function scanKeys(
  keyspace: Keyspace,
  database: Database,
  cursor: number,
  count: number,
  visitor: EntryVisitor,
): number {
  const { live } = keyspace;
  live.begin(visitor, database.heap, keyspace.dueMs, !keyspace.keepsExpired);
  const next = database.dict.scan(cursor, count, live);
  for (const ref of live.due) keyspace.expire(database, ref);
  return next;
}

/** Is the deadline of an entry over? */
export function isDue(keyspace: Keyspace, database: Database, ref: number): boolean {
  const place = heapPlaceOf(keyspace.arena, ref);
  return place !== 0 && database.heap.deadlineAt(place) <= keyspace.dueMs;
}

/**
 * An entry chosen with equal chance; NONE in an empty database, see Dict.randomEntry(). Entries
 * that are due are deleted on the way: after many of those it is AGAIN, and to be asked once more.
 * While they are kept, it may be one of them where hardly any other is left.
 */
export function randomKey(
  keyspace: Keyspace,
  database: Database,
  random: { next(): number },
): number {
  let ref: number = NONE;
  for (let draws = 1; draws <= DRAWS_MAX; draws++) {
    ref = database.dict.randomEntry(random);
    if (ref === NONE || !isDue(keyspace, database, ref)) return ref;
    if (!keyspace.keepsExpired) keyspace.expire(database, ref);
  }
  return keyspace.keepsExpired ? ref : AGAIN;
}
