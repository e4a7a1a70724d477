// Where the keys of one call are: filled by Command.keysOf(), and used again for the next call.

const FIRST_KEYS = 16;
/** Room for this many keys is kept for the next call. */
const KEPT_KEYS = 256;

export class KeyPositions {
  count = 0;
  /** The arguments that are keys: the first `count`. */
  indexes = new Int32Array(FIRST_KEYS);
  /** What is done to each: access flags of declaration/arguments.ts. */
  accesses = new Int32Array(FIRST_KEYS);

  clear(): void {
    this.count = 0;
    if (this.indexes.length <= KEPT_KEYS) return;
    this.indexes = new Int32Array(FIRST_KEYS);
    this.accesses = new Int32Array(FIRST_KEYS);
  }

  add(index: number, access: number): void {
    if (this.count === this.indexes.length) this.grow();
    this.indexes[this.count] = index;
    this.accesses[this.count] = access;
    this.count++;
  }

  private grow(): void {
    const indexes = new Int32Array(this.indexes.length * 2);
    const accesses = new Int32Array(this.accesses.length * 2);
    indexes.set(this.indexes);
    accesses.set(this.accesses);
    this.indexes = indexes;
    this.accesses = accesses;
  }
}
