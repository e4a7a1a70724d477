// Entries that left their dicts before they were read, the first one first, with what must be known
// of them that is not kept in what is frozen. A ring that doubles when it is full.

const FIRST_ROOM = 64;
const BYTES_PER_ENTRY = 16;

/** What is known of an entry besides its record. */
export class EntryFacts {
  ref = 0;
  /** The number that its database had. */
  index = 0;
  deadlineMs = -1;
}

export class EntryQueue {
  count = 0;
  private refs = new Int32Array(FIRST_ROOM);
  private indexes = new Int32Array(FIRST_ROOM);
  private deadlines = new Float64Array(FIRST_ROOM);
  private first = 0;

  /** Bytes that it takes. */
  get size(): number {
    return this.refs.length * BYTES_PER_ENTRY;
  }

  add(facts: EntryFacts): void {
    if (this.count === this.refs.length) this.grow();
    const at = (this.first + this.count++) & (this.refs.length - 1);
    this.refs[at] = facts.ref;
    this.indexes[at] = facts.index;
    this.deadlines[at] = facts.deadlineMs;
  }

  /** Takes the first one; there is one. */
  take(facts: EntryFacts): void {
    const { first: at } = this;
    facts.ref = this.refs[at];
    facts.index = this.indexes[at];
    facts.deadlineMs = this.deadlines[at];
    this.first = (at + 1) & (this.refs.length - 1);
    this.count--;
  }

  private grow(): void {
    this.refs = unrolled(this.refs, new Int32Array(2 * this.refs.length), this.first);
    this.indexes = unrolled(this.indexes, new Int32Array(2 * this.indexes.length), this.first);
    this.deadlines = unrolled(
      this.deadlines,
      new Float64Array(2 * this.deadlines.length),
      this.first,
    );
    this.first = 0;
  }
}

/** The ring, whose first one is at `first`, from the beginning of a larger array on. */
export function unrolled<T extends Int32Array | Float64Array>(ring: T, to: T, first: number): T {
  to.set(ring.subarray(first));
  to.set(ring.subarray(0, first), ring.length - first);
  return to;
}
