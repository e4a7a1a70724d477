// Randomness from the operating system, drawn a block at a time.
import { randomFillSync } from 'node:crypto';
import type { Random } from '../engine/ports.ts';

const BLOCK_WORDS = 256;

export class SystemRandom implements Random {
  private readonly block = new Uint32Array(BLOCK_WORDS);
  private used = BLOCK_WORDS;

  next(): number {
    if (this.used === BLOCK_WORDS) {
      randomFillSync(this.block);
      this.used = 0;
    }
    return this.block[this.used++];
  }
}
