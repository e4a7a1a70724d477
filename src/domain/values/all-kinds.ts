// The kinds of values of many blocks that there are.
import type { HashKey } from '../bytes/hash.ts';
import type { Arena } from '../memory/arena.ts';
import { KIND_HASH_TABLE, KIND_SET_TABLE } from '../memory/record.ts';
import { HashTableKind } from './hash-kinds.ts';
import { KINDS_COUNT, type Kinds, type RootedKind } from './kinds.ts';
import { SetTableKind } from './set-table-kind.ts';

export function makeKinds(arena: Arena, hashKey: HashKey): Kinds {
  const kinds = new Array<RootedKind | null>(KINDS_COUNT).fill(null);
  kinds[KIND_HASH_TABLE] = new HashTableKind(arena, hashKey);
  kinds[KIND_SET_TABLE] = new SetTableKind(arena, hashKey);
  return kinds;
}
