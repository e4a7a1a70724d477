// A queue. Arrays cannot be that: what is shifted from the front of a long one moves all the rest.

/** Taken items are let go of when they are so many, and half of all. */
const TAKEN_MIN = 64;

export class Fifo<T> {
  private items: T[] = [];
  private taken = 0;

  get length(): number {
    return this.items.length - this.taken;
  }

  /** The next item, of which there is one. */
  get first(): T {
    return this.items[this.taken];
  }

  set first(item: T) {
    this.items[this.taken] = item;
  }

  push(item: T): void {
    this.items.push(item);
  }

  /** Takes the next item; undefined when there is none. */
  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.items[this.taken++];
    if (this.taken === this.items.length) this.takeAll();
    else if (this.taken >= TAKEN_MIN && this.taken * 2 >= this.items.length) {
      this.items = this.items.slice(this.taken);
      this.taken = 0;
    }
    return item;
  }

  takeAll(): T[] {
    const items = this.taken === 0 ? this.items : this.items.slice(this.taken);
    this.items = [];
    this.taken = 0;
    return items;
  }
}
