// Who waits for a moment: a binary heap, the earliest first, of entries that know where they are in
// it, so that each of them can leave at any time.
//
// Invariants: entries[0] is nobody; entry i is not later than 2i and 2i + 1, and its place is i. An
// entry that is not here has place 0.

export interface Waiting {
  readonly deadlineUs: number;
  place: number;
}

export class Deadlines<T extends Waiting> {
  private readonly entries: (T | null)[] = [null];

  get count(): number {
    return this.entries.length - 1;
  }

  /** The earliest deadline; never, where nobody waits. */
  get earliestUs(): number {
    return this.entries[1]?.deadlineUs ?? Number.POSITIVE_INFINITY;
  }

  /** One of those with the earliest deadline. */
  get first(): T | null {
    return this.entries[1] ?? null;
  }

  add(entry: T): void {
    this.entries.push(entry);
    this.rise(entry, this.entries.length - 1);
  }

  /** Takes an entry out, if it is here. */
  remove(entry: T): void {
    const { place } = entry;
    if (place === 0) return;
    entry.place = 0;
    const last = this.entries.pop() as T;
    if (last === entry) return;
    if (last.deadlineUs < entry.deadlineUs) this.rise(last, place);
    else this.sink(last, place);
  }

  /** Puts an entry at `place`, or as far above as it belongs. */
  private rise(entry: T, place: number): void {
    let at = place;
    for (; at > 1; at >>= 1) {
      const parent = this.entries[at >> 1] as T;
      if (parent.deadlineUs <= entry.deadlineUs) break;
      this.put(parent, at);
    }
    this.put(entry, at);
  }

  /** Puts an entry at `place`, or as far below as it belongs. */
  private sink(entry: T, place: number): void {
    const { entries } = this;
    let at = place;
    for (;;) {
      let child = 2 * at;
      if (child >= entries.length) break;
      const right = entries[child + 1] ?? null;
      if (right !== null && right.deadlineUs < (entries[child] as T).deadlineUs) child++;
      const earlier = entries[child] as T;
      if (earlier.deadlineUs >= entry.deadlineUs) break;
      this.put(earlier, at);
      at = child;
    }
    this.put(entry, at);
  }

  private put(entry: T, place: number): void {
    this.entries[place] = entry;
    entry.place = place;
  }
}
