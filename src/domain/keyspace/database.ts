// One numbered database: its dict of records and its heap of deadlines.
import type { Arena } from '../memory/arena.ts';
import { Dict, type DictKeys } from '../structures/dict.ts';
import { ExpiryHeap } from '../structures/expiry-heap.ts';

export class Database {
  /** The number that SELECT knows it by; SWAPDB changes it. */
  index: number;
  readonly dict: Dict;
  readonly heap: ExpiryHeap;

  constructor(index: number, arena: Arena, keys: DictKeys) {
    this.index = index;
    this.dict = new Dict(keys, arena);
    this.heap = new ExpiryHeap(arena);
  }

  /** Bytes of the tables that are not the arena's. */
  get ownSize(): number {
    return this.dict.ownSize + this.heap.size;
  }
}

/** The earliest deadline of all databases; infinity without any. */
export function earliestDeadline(databases: readonly Database[]): number {
  let earliest = Number.POSITIVE_INFINITY;
  for (const { heap } of databases) if (heap.earliest < earliest) earliest = heap.earliest;
  return earliest;
}
