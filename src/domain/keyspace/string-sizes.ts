// Strings of a size, for who writes their bytes himself, where the records' value fields say, and
// then says changed().
import { setAccess } from '../memory/record.ts';
import type { Database } from './database.ts';
import type { Keyspace } from './keyspace.ts';

/** Adds a key that is not there, with `size` zero bytes. */
export function addZeros(
  keyspace: Keyspace,
  database: Database,
  buffer: Uint8Array,
  keyStart: number,
  keyEnd: number,
  size: number,
  kind: number,
): number {
  const { records } = keyspace;
  const hash = keyspace.hashOfAbsent(database, buffer, keyStart, keyEnd);
  const ref = records.makeZeros(buffer, keyStart, keyEnd, size, kind);
  keyspace.link(database, hash, ref);
  records.locateValue(ref);
  return ref;
}

/**
 * Gives the value of an entry another size, keeping its bytes (zeros behind them) and its deadline.
 * With `roomy`, room is left to grow into. Returns the entry's ref.
 */
export function resize(
  keyspace: Keyspace,
  database: Database,
  ref: number,
  size: number,
  kind: number,
  roomy: boolean,
): number {
  const { records, arena } = keyspace;
  const access = keyspace.accessAfterChange(ref);
  let made = keyspace.own(database, ref);
  if (!records.resizeInPlace(made, size, kind)) {
    const old = made;
    made = records.resized(old, size, kind, roomy);
    keyspace.move(database, old, made);
  }
  setAccess(arena, made, access);
  records.locateValue(made);
  return made;
}
