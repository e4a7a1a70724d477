// Copies of a whole keyspace at one moment: another keyspace with the same content, which goes on
// by itself. Each buffer is copied once, and everything keeps the ref that it had: nobody walks
// over entries, so a copy takes as long as the memory does.
//
// What has buffers says itself how it becomes a copy: the arena with its large blocks, dicts,
// heaps, and what waits to be freed. Whose keyspace it is stays as it was: listener, clocks,
// statistics, and what says how accesses are counted.
import { Keyspace } from './keyspace.ts';

/** Blocks that are freed at once of what waits before it would be copied. */
const FREED_AT_ONCE = 10_000;

/** A keyspace that is a copy of another one. */
export function copyOfKeyspace(keyspace: Keyspace): Keyspace {
  const { databases, hashKey, keys } = keyspace;
  const copy = new Keyspace({ databases: databases.length, hashKey, poison: keys.areChecked });
  copyKeyspace(copy, keyspace);
  return copy;
}

/** Why a keyspace cannot become a copy of another one; '' when it can. */
export function whyNoCopy(keyspace: Keyspace, other: Keyspace): string {
  const { k0, k1 } = keyspace.hashKey;
  if (other.hashKey.k0 !== k0 || other.hashKey.k1 !== k1) return 'it hashes keys in another way';
  if (other.databases.length !== keyspace.databases.length) return 'it has not as many databases';
  return '';
}

/**
 * A keyspace becomes a copy of another one, of which nobody reads the past; whyNoCopy() has nothing
 * against it.
 */
export function copyKeyspace(keyspace: Keyspace, other: Keyspace): void {
  while (other.pending.freeSlice(FREED_AT_ONCE));
  keyspace.arena.past?.cancel();
  if (keyspace.listener !== null) keyspace.listener.flushed(null);
  keyspace.arena.copyFrom(other.arena);
  for (const database of keyspace.databases) database.copyFrom(other.databases[database.index]);
  keyspace.pending.copyFrom(other.pending);
  keyspace.records.forgetPlaces();
  keyspace.earliestMs = other.earliestMs;
  if (keyspace.listener !== null) keyspace.listener.filled();
}
