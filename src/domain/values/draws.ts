// Drawing by chance: whole numbers below a bound, and what was drawn already, so that nothing is
// drawn twice.
//
// Invariants of Draws: 0 is an empty slot; at most half of the slots are taken.

/** Whole numbers of 32 bits, each as likely as any other. */
export interface RandomSource {
  next(): number;
}

/** A whole number below `count`. */
export function below(random: RandomSource, count: number): number {
  return Math.floor((random.next() / 2 ** 32) * count);
}

export class Draws {
  count = 0;
  private readonly slots: Int32Array;
  private readonly shift: number;

  /** For up to `count` numbers. */
  constructor(count: number) {
    const bits = 33 - Math.clz32(Math.max(count, 2) - 1);
    this.slots = new Int32Array(2 ** bits);
    this.shift = 32 - bits;
  }

  /** Notes a number of 32 bits that is not 0. Was it new? */
  add(number: number): boolean {
    const { slots } = this;
    // Fibonacci hashing: Knuth, volume 3, 6.4.
    let slot = Math.imul(number, 0x9e3779b1) >>> this.shift;
    while (slots[slot] !== 0) {
      if (slots[slot] === number) return false;
      slot = (slot + 1) & (slots.length - 1);
    }
    slots[slot] = number;
    this.count++;
    return true;
  }
}
