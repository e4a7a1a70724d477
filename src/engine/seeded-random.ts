// Randomness that a seed brings back: the same numbers, one after the other (mulberry32).
import type { Random } from './ports.ts';

const WORD = 2 ** 32;

export class SeededRandom implements Random {
  /** Where it is: made with this, another one goes on from here. */
  state: number;

  constructor(seed = 1) {
    this.state = seed | 0;
  }

  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** A whole number from 0 to `end - 1`; `end` is at most 2^52. */
  below(end: number): number {
    const part = this.next() / WORD;
    if (end <= WORD) return Math.floor(part * end);
    return Math.floor(((this.next() >>> 12) + part) * (end / 2 ** 20));
  }
}
