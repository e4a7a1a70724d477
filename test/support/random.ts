// Randomness that a seed brings back, with the draws that tests make.
import { SeededRandom as Seeded } from '../../src/engine/seeded-random.ts';

export class SeededRandom extends Seeded {
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)];
  }
}
