// An entry's way to another key or another database: RENAME, MOVE and COPY. Each says its events
// itself, in Redis's order: the new key, where the entry left, where it arrived.
//
// Source bytes lie in the arena: nothing is freed before it is copied. The deadline goes along; the
// access clock or counter begins anew, as in Redis 7.2.
import { NONE } from '../memory/arena.ts';
import { heapPlaceOf, kindOf, setAccess, setHeapPlace } from '../memory/record.ts';
import { duplicate } from '../values/kinds.ts';
import type { Database } from './database.ts';
import {
  EVENT_COPY_TO,
  EVENT_MOVE_FROM,
  EVENT_MOVE_TO,
  EVENT_OVERWRITTEN,
  EVENT_RENAME_FROM,
  EVENT_RENAME_TO,
} from './events.ts';
import type { Keyspace } from './keyspace.ts';

/** Gives the entry `ref` another key, of which `replaced` (or NONE) is the entry until now. */
export function renameEntry(
  keyspace: Keyspace,
  database: Database,
  ref: number,
  replaced: number,
  buffer: Uint8Array,
  keyStart: number,
  keyEnd: number,
): void {
  const { arena, records, keys } = keyspace;
  if (replaced !== NONE) keyspace.discard(database, replaced, EVENT_OVERWRITTEN);
  const owned = keyspace.own(database, ref);
  const made = records.rekeyed(owned, buffer, keyStart, keyEnd);
  keyspace.link(database, keys.hash(buffer, keyStart, keyEnd), made);
  if (keyspace.listener !== null) keyspace.listener.removed(database, owned, EVENT_RENAME_FROM);
  const place = heapPlaceOf(arena, owned);
  if (place !== 0) database.heap.moved(place, made);
  const fieldsMs = fieldDeadline(keyspace, database, owned);
  setHeapPlace(arena, made, place);
  setHeapPlace(arena, owned, 0);
  keyspace.unlink(database, owned);
  records.freeWithoutValue(owned);
  enterFieldHeap(keyspace, database, made, fieldsMs);
  keyspace.changed(database, made, EVENT_RENAME_TO);
}

/** Moves the entry `ref` to another database, which has no such key. */
export function moveEntry(
  keyspace: Keyspace,
  source: Database,
  ref: number,
  target: Database,
): void {
  const { arena, records } = keyspace;
  const owned = keyspace.own(source, ref);
  const deadlineMs = keyspace.deadline(source, owned);
  const fieldsMs = fieldDeadline(keyspace, source, owned);
  keyspace.unlink(source, owned);
  setAccess(arena, owned, records.accessNow);
  if (deadlineMs !== -1) target.heap.add(owned, deadlineMs);
  enterFieldHeap(keyspace, target, owned, fieldsMs);
  keyspace.link(target, records.hashOf(owned), owned);
  if (keyspace.listener !== null) keyspace.listener.removed(source, owned, EVENT_MOVE_FROM);
  keyspace.changed(target, owned, EVENT_MOVE_TO);
}

/**
 * Copies the entry `ref` of `source` to a key of `target`, of which `replaced` (or NONE) is the
 * entry until now.
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
  const { arena, records, kinds } = keyspace;
  const kind = kinds[kindOf(arena, ref)];
  let made: number;
  if (kind === null) {
    made = records.duplicate(ref, buffer, keyStart, keyEnd);
  } else {
    const root = duplicate(kind, arena, records.valueBlock(ref));
    made = records.makeRooted(buffer, keyStart, keyEnd, root, kindOf(arena, ref));
  }
  enterCopy(keyspace, source, ref, target, replaced, made);
}

/**
 * Lets `made`, a record with a copy of the value of `ref` in `source`, be the entry of its key in
 * `target`, which `replaced` (or NONE) is until now.
 */
export function enterCopy(
  keyspace: Keyspace,
  source: Database,
  ref: number,
  target: Database,
  replaced: number,
  made: number,
): void {
  const deadlineMs = keyspace.deadline(source, ref);
  const fieldsMs = fieldDeadline(keyspace, source, ref);
  if (replaced !== NONE) keyspace.discard(target, replaced, EVENT_OVERWRITTEN);
  keyspace.link(target, keyspace.records.hashOf(made), made);
  if (deadlineMs !== -1) target.heap.add(made, deadlineMs);
  enterFieldHeap(keyspace, target, made, fieldsMs);
  keyspace.changed(target, made, EVENT_COPY_TO);
}

/** The earliest deadline of an entry's fields; -1 without any. */
function fieldDeadline({ fieldPlaces }: Keyspace, { fieldHeap }: Database, ref: number): number {
  const place = fieldPlaces.get(ref);
  return place === 0 ? -1 : fieldHeap.deadlineAt(place);
}

function enterFieldHeap(
  { fieldPlaces }: Keyspace,
  { fieldHeap }: Database,
  ref: number,
  deadlineMs: number,
): void {
  if (deadlineMs === -1) return;
  fieldPlaces.set(ref, 0);
  fieldHeap.add(ref, deadlineMs);
}
