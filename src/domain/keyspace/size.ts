// What MEMORY USAGE says: the bytes that a key takes.
import { SLAB_MASK, SLAB_SHIFT } from '../memory/arena.ts';
import { FLAG_BIG_KEY, FLAG_BIG_VALUE, kindOf } from '../memory/record.ts';
import type { Database } from './database.ts';
import type { Keyspace } from './keyspace.ts';

/** Bytes of the record, of its value's other blocks, and of the key's share of the tables. */
export function sizeOfEntry(keyspace: Keyspace, database: Database, ref: number): number {
  const { arena, records, kinds } = keyspace;
  let size = arena.capacity(ref);
  const flags = arena.words[ref >>> SLAB_SHIFT][(ref & SLAB_MASK) << 2];
  if ((flags & FLAG_BIG_KEY) !== 0) size += arena.capacity(records.keyBlock(ref));
  if ((flags & FLAG_BIG_VALUE) !== 0) size += arena.capacity(records.valueBlock(ref));
  const kind = kinds[kindOf(arena, ref)];
  if (kind !== null) size += kind.size(arena, records.valueBlock(ref));
  return size + Math.round(database.dict.size / Math.max(database.dict.count, 1));
}
