// The expiry heap: a 4-ary min-heap of (deadline in ms, ref), off the JavaScript heap. Each entry
// keeps its place somewhere, so that a deadline is changed or taken out in O(log n).
//
// Places count from 1; the root is 1; the children of p are 4p-2 .. 4p+1. Storage is cut into
// chunks, so that growing never copies entries.
//
// Invariants: deadline(parent(p)) <= deadline(p); the entry at place p knows that it is there.
import { HEAP_CHUNK_ENTRIES } from '../limits.ts';

const CHUNK_SHIFT = 16;
const CHUNK_MASK = HEAP_CHUNK_ENTRIES - 1;
const ENTRY_SIZE = 12;
const FIRST_ENTRIES = 64;

/** Where entries keep their places in a heap; 0: they are in none. */
export interface HeapPlaces {
  set(ref: number, place: number): void;
}

export class ExpiryHeap {
  count = 0;
  /** The earliest deadline, Infinity when there is none. */
  earliest = Number.POSITIVE_INFINITY;
  private readonly places: HeapPlaces;
  private readonly deadlines: Float64Array[] = [];
  private readonly refs: Int32Array[] = [];

  constructor(places: HeapPlaces) {
    this.places = places;
  }

  /** Bytes that the chunks take. */
  get size(): number {
    const { refs } = this;
    // All but the first are full-grown.
    const entries = refs.length === 0 ? 0 : (refs.length - 1) * HEAP_CHUNK_ENTRIES + refs[0].length;
    return entries * ENTRY_SIZE;
  }

  deadlineAt(place: number): number {
    return this.deadlines[place >>> CHUNK_SHIFT][place & CHUNK_MASK];
  }

  refAt(place: number): number {
    return this.refs[place >>> CHUNK_SHIFT][place & CHUNK_MASK];
  }

  add(ref: number, deadline: number): void {
    this.count++;
    this.grow();
    this.siftUp(this.count, ref, deadline);
    this.earliest = this.deadlineAt(1);
  }

  change(place: number, deadline: number): void {
    this.settle(place, this.refAt(place), deadline);
    this.earliest = this.deadlineAt(1);
  }

  /** The entry at `place` lives at another ref now. */
  moved(place: number, ref: number): void {
    this.refs[place >>> CHUNK_SHIFT][place & CHUNK_MASK] = ref;
  }

  /** Takes the entry at `place` out; its own place is set to 0. */
  remove(place: number): void {
    this.places.set(this.refAt(place), 0);
    const last = this.count--;
    if (place !== last) this.settle(place, this.refAt(last), this.deadlineAt(last));
    this.shrink();
    this.earliest = this.count === 0 ? Number.POSITIVE_INFINITY : this.deadlineAt(1);
  }

  clear(): void {
    this.count = 0;
    this.earliest = Number.POSITIVE_INFINITY;
    this.deadlines.length = 0;
    this.refs.length = 0;
  }

  /** Becomes a copy of another heap, whose entries have their places in the copies of them, too. */
  copyFrom(other: ExpiryHeap): void {
    this.clear();
    this.count = other.count;
    this.earliest = other.earliest;
    for (const deadlines of other.deadlines) this.deadlines.push(deadlines.slice());
    for (const refs of other.refs) this.refs.push(refs.slice());
  }

  /** Checks the heap order; the place of each entry is checked by the caller's walk. */
  verify(): void {
    for (let place = 2; place <= this.count; place++) {
      if (this.deadlineAt(parentOf(place)) > this.deadlineAt(place)) {
        throw new Error(`expiry heap: place ${place} is due before its parent`);
      }
    }
    const earliest = this.count === 0 ? Number.POSITIVE_INFINITY : this.deadlineAt(1);
    if (earliest !== this.earliest) throw new Error('expiry heap: earliest is stale');
  }

  private settle(place: number, ref: number, deadline: number): void {
    if (place > 1 && deadline < this.deadlineAt(parentOf(place))) {
      this.siftUp(place, ref, deadline);
    } else {
      this.siftDown(place, ref, deadline);
    }
  }

  private siftUp(from: number, ref: number, deadline: number): void {
    let place = from;
    while (place > 1) {
      const parent = parentOf(place);
      const parentDeadline = this.deadlineAt(parent);
      if (parentDeadline <= deadline) break;
      this.put(place, this.refAt(parent), parentDeadline);
      place = parent;
    }
    this.put(place, ref, deadline);
  }

  private siftDown(from: number, ref: number, deadline: number): void {
    let place = from;
    for (;;) {
      const first = 4 * place - 2;
      if (first > this.count) break;
      const last = Math.min(first + 3, this.count);
      let least = first;
      let leastDeadline = this.deadlineAt(first);
      for (let child = first + 1; child <= last; child++) {
        const childDeadline = this.deadlineAt(child);
        if (childDeadline < leastDeadline) {
          least = child;
          leastDeadline = childDeadline;
        }
      }
      if (leastDeadline >= deadline) break;
      this.put(place, this.refAt(least), leastDeadline);
      place = least;
    }
    this.put(place, ref, deadline);
  }

  private put(place: number, ref: number, deadline: number): void {
    this.deadlines[place >>> CHUNK_SHIFT][place & CHUNK_MASK] = deadline;
    this.refs[place >>> CHUNK_SHIFT][place & CHUNK_MASK] = ref;
    this.places.set(ref, place);
  }

  /** Makes room for place `count`. The first chunk doubles until it has its full size. */
  private grow(): void {
    const chunk = this.count >>> CHUNK_SHIFT;
    const within = this.count & CHUNK_MASK;
    if (chunk >= this.refs.length) {
      const entries = chunk === 0 ? FIRST_ENTRIES : HEAP_CHUNK_ENTRIES;
      this.deadlines[chunk] = new Float64Array(entries);
      this.refs[chunk] = new Int32Array(entries);
    } else if (within >= this.refs[chunk].length) {
      this.resizeFirst(this.refs[0].length * 2);
    }
  }

  private shrink(): void {
    const chunksNeeded = (this.count >>> CHUNK_SHIFT) + 1;
    // One spare chunk stays, so that a count around a boundary does not thrash.
    if (this.refs.length > chunksNeeded + 1) {
      this.refs.length = chunksNeeded + 1;
      this.deadlines.length = chunksNeeded + 1;
    }
    const first = this.refs[0].length;
    if (chunksNeeded === 1 && first > FIRST_ENTRIES && this.count < first >>> 2) {
      this.resizeFirst(first >>> 1);
    }
  }

  private resizeFirst(entries: number): void {
    const deadlines = new Float64Array(entries);
    const refs = new Int32Array(entries);
    deadlines.set(this.deadlines[0].subarray(0, entries));
    refs.set(this.refs[0].subarray(0, entries));
    this.deadlines[0] = deadlines;
    this.refs[0] = refs;
  }
}

function parentOf(place: number): number {
  return (place + 2) >>> 2;
}
