// The record that an entry goes on in while its old one is read as it was: Keyspace.own().
import { accessOf, kindOf, type Records, setAccess } from '../memory/record.ts';
import type { Kinds } from '../values/kinds.ts';

/**
 * A record with the key, the value and the access of another one. A value of many blocks is that of
 * both then, but for one of which blocks are copied before they change: it has another root.
 */
export function copyOfRecord(records: Records, kinds: Kinds, ref: number): number {
  const { arena } = records;
  records.locateKey(ref);
  const { keyBytes, keyStart, keyEnd } = records;
  const kind = kindOf(arena, ref);
  const rooted = kinds[kind];
  const made =
    rooted?.fork === undefined
      ? records.twin(ref, keyBytes, keyStart, keyEnd)
      : records.makeRooted(
          keyBytes,
          keyStart,
          keyEnd,
          rooted.fork(arena, records.valueBlock(ref)),
          kind,
        );
  setAccess(arena, made, accessOf(arena, ref));
  return made;
}
