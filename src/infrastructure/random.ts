// Randomness from the operating system, drawn a block at a time. Where the system gives it as a
// file, the first block comes from there: a start then need not load the runtime's cryptography.
import { randomFillSync } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import type { Random } from '../engine/ports.ts';

const BLOCK_WORDS = 256;
const SYSTEM_FILE = '/dev/urandom';

export class SystemRandom implements Random {
  private readonly block = new Uint32Array(BLOCK_WORDS);
  private used: number;

  constructor() {
    this.used = fillFromFile(this.block) ? 0 : BLOCK_WORDS;
  }

  next(): number {
    if (this.used === BLOCK_WORDS) {
      randomFillSync(this.block);
      this.used = 0;
    }
    return this.block[this.used++];
  }
}

function fillFromFile(block: Uint32Array): boolean {
  try {
    const file = openSync(SYSTEM_FILE, 'r');
    const size = readSync(file, block);
    closeSync(file);
    return size === block.byteLength;
  } catch {
    return false;
  }
}
