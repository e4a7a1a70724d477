// The door for collections: how their values come into being, change and go. Packed values lie in
// the record like a string; values of many blocks hang from a root, whose ref the record holds.
//
// Nothing here tells of a change but that a key is new: who changes a collection does so once, with
// changed() when the command has done with it, or with discard() when it is empty.
import { NONE } from '../memory/arena.ts';
import { accessOf, heapPlaceOf, setAccess } from '../memory/record.ts';
import { roomOf, splicedRecord, spliceInPlace } from '../memory/value-splice.ts';
import type { Database } from './database.ts';
import { EVENT_OVERWRITTEN } from './events.ts';
import type { Keyspace } from './keyspace.ts';

/**
 * Adds a key that is not there, with a packed value of `size` bytes, undefined, and room for
 * `room`. Returns its ref.
 */
export function addPacked(
  keyspace: Keyspace,
  database: Database,
  buffer: Uint8Array,
  keyStart: number,
  keyEnd: number,
  size: number,
  room: number,
  kind: number,
): number {
  const hash = keyspace.hashOfAbsent(database, buffer, keyStart, keyEnd);
  const { records } = keyspace;
  const ref = records.allocate(buffer, keyStart, keyEnd, size, Math.max(size, room), kind);
  keyspace.link(database, hash, ref);
  return ref;
}

/** Adds a key that is not there, with a value of many blocks, which it takes over. */
export function addRooted(
  keyspace: Keyspace,
  database: Database,
  buffer: Uint8Array,
  keyStart: number,
  keyEnd: number,
  root: number,
  kind: number,
): number {
  const hash = keyspace.hashOfAbsent(database, buffer, keyStart, keyEnd);
  const ref = keyspace.records.makeRooted(buffer, keyStart, keyEnd, root, kind);
  keyspace.link(database, hash, ref);
  return ref;
}

/**
 * Lets `inserted` bytes, undefined, take the place of `removed` ones at `at` of a packed value.
 * Returns the ref of the entry from here on.
 */
export function spliceValue(
  keyspace: Keyspace,
  database: Database,
  ref: number,
  at: number,
  removed: number,
  inserted: number,
): number {
  const { records } = keyspace;
  const isFrozen = keyspace.arena.past?.isFrozen(ref) === true;
  if (!isFrozen && spliceInPlace(records, ref, at, removed, inserted)) return ref;
  return moveTo(keyspace, database, ref, splicedRecord(records, ref, at, removed, inserted, 0));
}

/** Makes room for a packed value of `size` bytes in all. Returns the ref of the entry. */
export function reserveValue(
  keyspace: Keyspace,
  database: Database,
  ref: number,
  size: number,
): number {
  const { records } = keyspace;
  if (roomOf(records, ref) >= size) return ref;
  return moveTo(keyspace, database, ref, splicedRecord(records, ref, 0, 0, 0, size));
}

/** The value of an entry has become one of many blocks. Returns the ref of the entry. */
export function replaceByRoot(
  keyspace: Keyspace,
  database: Database,
  ref: number,
  root: number,
  kind: number,
): number {
  const { records } = keyspace;
  records.locateKey(ref);
  const { keyBytes, keyStart, keyEnd } = records;
  const made = records.makeRooted(keyBytes, keyStart, keyEnd, root, kind);
  return moveTo(keyspace, database, ref, made);
}

/**
 * The value of many blocks of an entry has become packed, `size` bytes, undefined, of another kind.
 * Its blocks are freed by the caller. Returns the ref of the entry.
 */
export function replaceByPacked(
  keyspace: Keyspace,
  database: Database,
  ref: number,
  size: number,
  kind: number,
): number {
  const { records } = keyspace;
  records.locateKey(ref);
  const { keyBytes, keyStart, keyEnd } = records;
  const made = records.allocate(keyBytes, keyStart, keyEnd, size, size, kind);
  return moveTo(keyspace, database, ref, made);
}

/**
 * A record that is no entry yet takes the place of `replaced`, the entry of its key whatever its
 * type, or of NONE. The deadline goes.
 */
export function storeRecord(
  keyspace: Keyspace,
  database: Database,
  ref: number,
  replaced: number,
): void {
  const { records, arena, keys } = keyspace;
  if (replaced === NONE) {
    records.locateKey(ref);
    const { keyBytes, keyStart, keyEnd } = records;
    return keyspace.link(database, keys.hash(keyBytes, keyStart, keyEnd), ref);
  }
  if (keyspace.countsFrequency) setAccess(arena, ref, accessOf(arena, replaced));
  keyspace.listener?.removed(database, replaced, EVENT_OVERWRITTEN);
  keyspace.supersede(database, replaced, ref);
  const place = heapPlaceOf(arena, ref);
  if (place !== 0) database.heap.remove(place);
}

/** An entry goes on in another record, with its access; returns the ref of the entry. */
export function moveTo(keyspace: Keyspace, database: Database, old: number, made: number): number {
  const access = accessOf(keyspace.arena, old);
  keyspace.move(database, old, made);
  setAccess(keyspace.arena, made, access);
  return made;
}
