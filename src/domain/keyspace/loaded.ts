// Records that were made apart from the keyspace, of what a file or a payload says, and become
// entries: nobody is told, and nothing counts as a change.
import { NONE } from '../memory/arena.ts';
import type { Database } from './database.ts';
import type { Keyspace } from './keyspace.ts';

/** No deadline of a key: as in files. */
const NO_DEADLINE = -1;

/**
 * A record becomes an entry of a database, with its deadline or -1 and the earliest one of its
 * fields or infinity. `hash` is that of its key. Returns false when there is such a key: the
 * record is nobody's still.
 */
export function addLoaded(
  keyspace: Keyspace,
  database: Database,
  hash: number,
  ref: number,
  deadlineMs: number,
  fieldsMs: number,
): boolean {
  if (findLoaded(keyspace, database, hash, ref) !== NONE) return false;
  database.dict.add(hash, ref);
  if (deadlineMs !== NO_DEADLINE) {
    database.heap.add(ref, deadlineMs);
    keyspace.earliestMs = Math.min(keyspace.earliestMs, deadlineMs);
  }
  enterFields(keyspace, database, ref, fieldsMs);
  return true;
}

/** The entry with the same key as a record that is in no database; NONE without one. */
export function findLoaded(
  { records }: Keyspace,
  { dict }: Database,
  hash: number,
  ref: number,
): number {
  records.locateKey(ref);
  return dict.find(hash, records.keyBytes, records.keyStart, records.keyEnd);
}

/** A hash is due at the earliest deadline of its fields, if it is not infinity. */
export function enterFields(
  keyspace: Keyspace,
  { fieldHeap }: Database,
  ref: number,
  fieldsMs: number,
): void {
  if (fieldsMs === Number.POSITIVE_INFINITY) return;
  keyspace.fieldPlaces.set(ref, 0);
  fieldHeap.add(ref, fieldsMs);
  keyspace.earliestMs = Math.min(keyspace.earliestMs, fieldsMs);
}
