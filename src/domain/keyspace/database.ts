// One numbered database: its dict of records and its heaps of deadlines.
import type { Records } from '../memory/record.ts';
import { Dict } from '../structures/dict.ts';
import { ExpiryHeap } from '../structures/expiry-heap.ts';
import { type FieldPlaces, KeyPlaces } from './heap-places.ts';

export class Database {
  /** The number that SELECT knows it by; SWAPDB changes it. */
  index: number;
  dict: Dict;
  heap: ExpiryHeap;
  /** Hashes by the earliest deadline of their fields. */
  fieldHeap: ExpiryHeap;
  private readonly records: Records;
  private readonly fieldPlaces: FieldPlaces;

  constructor(index: number, records: Records, fieldPlaces: FieldPlaces) {
    this.index = index;
    this.records = records;
    this.fieldPlaces = fieldPlaces;
    this.dict = new Dict(records, records.arena);
    this.heap = new ExpiryHeap(new KeyPlaces(records.arena));
    this.fieldHeap = new ExpiryHeap(fieldPlaces);
  }

  /** It is empty from here on, with a dict and heaps of its own. Returns the dict that it had. */
  beginAnew(): Dict {
    const { dict, records } = this;
    this.dict = new Dict(records, records.arena);
    this.heap = new ExpiryHeap(new KeyPlaces(records.arena));
    this.fieldHeap = new ExpiryHeap(this.fieldPlaces);
    return dict;
  }

  clearHeaps(): void {
    this.heap.clear();
    this.fieldHeap.clear();
  }

  /** Becomes a copy of another database, of whose arena its own is a copy already. */
  copyFrom(other: Database): void {
    this.dict.copyFrom(other.dict);
    this.heap.copyFrom(other.heap);
    this.fieldHeap.copyFrom(other.fieldHeap);
  }

  /** Bytes of the tables that are not the arena's. */
  get ownSize(): number {
    return this.dict.ownSize + this.heap.size + this.fieldHeap.size;
  }
}

/** The earliest deadline of all databases; infinity without any. */
export function earliestDeadline(databases: readonly Database[]): number {
  let earliest = Number.POSITIVE_INFINITY;
  for (const { heap, fieldHeap } of databases) {
    earliest = Math.min(earliest, heap.earliest, fieldHeap.earliest);
  }
  return earliest;
}
