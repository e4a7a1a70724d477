// The kinds of values of many blocks that there are.
import type { HashKey } from '../bytes/hash.ts';
import type { Arena } from '../memory/arena.ts';
import {
  KIND_HASH_TABLE,
  KIND_LIST_CHAIN,
  KIND_SET_TABLE,
  KIND_SORTED_SET_TREE,
  KIND_STREAM,
  KIND_STREAM_GROUP,
} from '../memory/record.ts';
import { HashTableKind } from './hash-kinds.ts';
import { KINDS_COUNT, type Kinds, type RootedKind } from './kinds.ts';
import { LIST_CHAIN } from './list-kind.ts';
import { SetTableKind } from './set-table-kind.ts';
import { SortedSetTreeKind } from './sorted-set-tree.ts';
import { StreamKind } from './stream-kind.ts';

export function makeKinds(arena: Arena, hashKey: HashKey): Kinds {
  const kinds = new Array<RootedKind | null>(KINDS_COUNT).fill(null);
  kinds[KIND_HASH_TABLE] = new HashTableKind(arena, hashKey);
  kinds[KIND_LIST_CHAIN] = LIST_CHAIN;
  kinds[KIND_SET_TABLE] = new SetTableKind(arena, hashKey);
  kinds[KIND_SORTED_SET_TREE] = new SortedSetTreeKind(arena, hashKey);
  const streams = new StreamKind(arena, hashKey);
  kinds[KIND_STREAM] = streams;
  kinds[KIND_STREAM_GROUP] = streams.group;
  return kinds;
}
