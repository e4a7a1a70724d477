// The kinds of values of many blocks: one list for each keyspace, since they work on its arena.
import type { HashKey } from '../bytes/hash.ts';
import type { Arena } from '../memory/arena.ts';
import { KIND_SET_TABLE } from '../memory/record.ts';
import { ElementTable } from '../structures/elements/element-table.ts';
import { Elements, SET_SIZE_AT } from '../structures/elements/elements.ts';
import { Roots } from '../structures/root.ts';
import type { Kinds, RootedKind } from './kinds.ts';
import { SetTableKind } from './set-table-kind.ts';

/** Kinds take four bits of a record. */
const KINDS_COUNT = 16;

export function makeKinds(arena: Arena, hashKey: HashKey): Kinds {
  const kinds = new Array<RootedKind | null>(KINDS_COUNT).fill(null);
  const roots = new Roots(arena);
  const members = new Elements(arena, hashKey, SET_SIZE_AT);
  kinds[KIND_SET_TABLE] = new SetTableKind(new ElementTable(members, roots), roots);
  return kinds;
}
