// What MEMORY USAGE says: the bytes that a key takes.
import { kindOf } from '../memory/record.ts';
import type { Database } from './database.ts';
import type { Keyspace } from './keyspace.ts';

/** Bytes of the record, of its value's other blocks, and of the key's share of the tables. */
export function sizeOfEntry(keyspace: Keyspace, database: Database, ref: number): number {
  const { arena, records, kinds } = keyspace;
  let size = records.capacity(ref);
  const kind = kinds[kindOf(arena, ref)];
  if (kind !== null) size += kind.size(arena, records.valueBlock(ref));
  return size + Math.round(database.dict.size / Math.max(database.dict.count, 1));
}
