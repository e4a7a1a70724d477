// An entry's way to another key or another database: RENAME, MOVE and COPY.
//
// Each of these is called after find() has looked for the place to go to. Source bytes lie in the
// arena: nothing is freed before it is copied. The deadline goes along; the access clock begins
// anew.
import { NONE } from '../memory/arena.ts';
import { heapPlaceOf, setAccess, setHeapPlace } from '../memory/record.ts';
import type { Database } from './database.ts';
import type { Keyspace } from './keyspace.ts';

/**
 * Gives the entry `ref` the key that find() has just looked for; `replaced` is what it found there
 * (or NONE), and is deleted.
 */
export function renameEntry(
  keyspace: Keyspace,
  database: Database,
  ref: number,
  replaced: number,
  buffer: Uint8Array,
  keyStart: number,
  keyEnd: number,
): void {
  const { arena, records, foundHash } = keyspace;
  keyspace.dirty++;
  if (replaced !== NONE) keyspace.removeFound(database, replaced);
  const made = records.rekeyed(ref, buffer, keyStart, keyEnd);
  const place = heapPlaceOf(arena, ref);
  if (place !== 0) database.heap.moved(place, made);
  setHeapPlace(arena, made, place);
  setHeapPlace(arena, ref, 0);
  keyspace.locate(database, ref);
  keyspace.removeFound(database, ref);
  database.dict.add(foundHash, made);
}

/** Moves the entry `ref` to another database, where find() has just not found its key. */
export function moveEntry(
  keyspace: Keyspace,
  source: Database,
  ref: number,
  target: Database,
): void {
  const deadlineMs = keyspace.deadline(source, ref);
  keyspace.dirty++;
  if (deadlineMs !== -1) source.heap.remove(heapPlaceOf(keyspace.arena, ref));
  keyspace.locate(source, ref);
  source.dict.removeFound();
  target.dict.add(keyspace.foundHash, ref);
  setAccess(keyspace.arena, ref, keyspace.records.accessNow);
  if (deadlineMs !== -1) target.heap.add(ref, deadlineMs);
}

/**
 * Copies the entry `ref` of `source` to the key that find() has just looked for in `target`;
 * `replaced` is what it found there (or NONE), and is deleted.
 */
export function copyEntry(
  keyspace: Keyspace,
  source: Database,
  ref: number,
  target: Database,
  replaced: number,
  buffer: Uint8Array,
  keyStart: number,
  keyEnd: number,
): void {
  const made = keyspace.records.duplicate(ref, buffer, keyStart, keyEnd);
  const deadlineMs = keyspace.deadline(source, ref);
  keyspace.dirty++;
  if (replaced !== NONE) keyspace.removeFound(target, replaced);
  target.dict.add(keyspace.foundHash, made);
  if (deadlineMs !== -1) target.heap.add(made, deadlineMs);
}
