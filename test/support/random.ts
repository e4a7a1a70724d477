// Randomness that a seed brings back, with the draws that tests make.
import { SeededRandom as Seeded } from '../../src/engine/seeded-random.ts';

export class SeededRandom extends Seeded {
  /** A whole number from 0 to `bound` - 1. */
  below(bound: number): number {
    return Math.floor((this.next() / 2 ** 32) * bound);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)];
  }
}
