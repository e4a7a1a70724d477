// Walks over the entries of a database. Visitors must not change the keyspace.
import { NONE } from '../memory/arena.ts';
import type { EntryVisitor } from '../structures/segment.ts';
import type { Database } from './database.ts';
import type { Keyspace } from './keyspace.ts';

/** randomKey() draws this often before it takes a key that is due but kept. */
const DRAWS_MAX = 100;

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
  live.begin(visitor, database.heap, keyspace.nowMs, !keyspace.keepsExpired);
  const next = database.dict.scan(cursor, count, live);
  for (const ref of live.due) keyspace.expire(database, ref);
  return next;
}

/** Visits every entry whose deadline has not passed. */
export function forEachKey(keyspace: Keyspace, database: Database, visitor: EntryVisitor): void {
  const { live, nowMs } = keyspace;
  database.dict.forEach(live.begin(visitor, database.heap, nowMs, false));
}

/**
 * An entry chosen with equal chance; NONE in an empty database. See Dict.randomEntry(). While
 * expired keys are kept, it may be one of them where hardly any other is left.
 */
export function randomKey(
  keyspace: Keyspace,
  database: Database,
  random: { next(): number },
): number {
  for (let draws = 1; ; draws++) {
    const ref = database.dict.randomEntry(random);
    if (ref === NONE) return NONE;
    const deadlineMs = keyspace.deadline(database, ref);
    if (deadlineMs === -1 || deadlineMs > keyspace.nowMs) return ref;
    if (!keyspace.keepsExpired) keyspace.expire(database, ref);
    else if (draws === DRAWS_MAX) return ref;
  }
}
