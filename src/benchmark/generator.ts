// Numbers that look random, the same for the same seed: xoshiro128** of Blackman and Vigna
// (https://prng.di.unimi.it), begun with splitmix32.
import type { Random } from '../engine/ports.ts';

const WORD = 2 ** 32;

export class Generator implements Random {
  private readonly state = new Uint32Array(4);

  constructor(seed: number) {
    let counter = seed >>> 0;
    for (let i = 0; i < 4; i++) {
      counter = (counter + 0x9e3779b9) >>> 0;
      let mixed = Math.imul(counter ^ (counter >>> 16), 0x21f0aaad);
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
      this.state[i] = mixed ^ (mixed >>> 15);
    }
  }

  next(): number {
    const { state } = this;
    const scrambled = Math.imul(rotated(Math.imul(state[1], 5), 7), 9) >>> 0;
    const shifted = state[1] << 9;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotated(state[3], 11);
    return scrambled;
  }

  /** A whole number from 0 to `end - 1`; `end` is at most 2^52. */
  below(end: number): number {
    const part = this.next() / WORD;
    if (end <= WORD) return Math.floor(part * end);
    return Math.floor(((this.next() >>> 12) + part) * (end / 2 ** 20));
  }
}

/** Letters and digits. */
export function randomText(size: number, random: Random): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  let text = '';
  for (let i = 0; i < size; i++) text += letters[random.next() & 63];
  return text;
}

function rotated(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
