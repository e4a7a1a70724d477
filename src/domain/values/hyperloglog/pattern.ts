// What a HyperLogLog sees of an element: bits of its hash say which register it is of, and how many
// zeros the others begin with. The hash is MurmurHash64A (Austin Appleby, public domain), on halves
// of 32 bits, as Redis has it.
import { readWord } from '../../bytes/word.ts';
import { REGISTER_BITS, REGISTERS } from './layout.ts';

const SEED = 0xadc83b19;
const M_HIGH = 0xc6a4a793;
const M_LOW = 0x5bd1e995;
const M_LOW_0 = M_LOW & 0xffff;
const M_LOW_1 = M_LOW >>> 16;
/** The hash is shifted by 47 bits where it is mixed. */
const MIX_SHIFT = 47 - 32;
const WORD_BITS = 32;
/** Behind the bits of the register; it ends all runs of zeros. */
const LAST_BIT = 1 << (64 - REGISTER_BITS - WORD_BITS);

export class ElementPattern {
  register = 0;
  /** The zeros and the one behind them. */
  length = 0;
  private high = 0;
  private low = 0;

  /** Takes the element bytes[start, end). */
  take(bytes: Uint8Array, start: number, end: number): void {
    this.hash(bytes, start, end);
    const { high, low } = this;
    this.register = low & (REGISTERS - 1);
    const shiftedLow = (low >>> REGISTER_BITS) | (high << (WORD_BITS - REGISTER_BITS));
    const shiftedHigh = (high >>> REGISTER_BITS) | LAST_BIT;
    this.length =
      shiftedLow !== 0 ? zerosBelow(shiftedLow) + 1 : WORD_BITS + zerosBelow(shiftedHigh) + 1;
  }

  private hash(bytes: Uint8Array, start: number, end: number): void {
    this.high = 0;
    this.low = end - start;
    this.multiply();
    let high = this.high;
    let low = this.low ^ SEED;
    let at = start;
    for (; at + 8 <= end; at += 8) {
      this.low = readWord(bytes, at);
      this.high = readWord(bytes, at + 4);
      this.multiply();
      this.low ^= this.high >>> MIX_SHIFT;
      this.multiply();
      this.high ^= high;
      this.low ^= low;
      this.multiply();
      high = this.high;
      low = this.low;
    }
    if (at < end) {
      for (let i = 0; at + i < end; i++) {
        if (i < 4) low ^= bytes[at + i] << (8 * i);
        else high ^= bytes[at + i] << (8 * (i - 4));
      }
      this.high = high;
      this.low = low;
      this.multiply();
      high = this.high;
      low = this.low;
    }
    this.high = high;
    this.low = low ^ (high >>> MIX_SHIFT);
    this.multiply();
    this.low ^= this.high >>> MIX_SHIFT;
  }

  /** Multiplies by M, modulo 2^64. */
  private multiply(): void {
    const { high, low } = this;
    const low0 = low & 0xffff;
    const low1 = low >>> 16;
    const product00 = Math.imul(low0, M_LOW_0);
    const product01 = Math.imul(low0, M_LOW_1);
    const product10 = Math.imul(low1, M_LOW_0);
    const middle = (product00 >>> 16) + (product01 & 0xffff) + (product10 & 0xffff);
    const carried = (product01 >>> 16) + (product10 >>> 16) + (middle >>> 16);
    this.low = (product00 & 0xffff) | (middle << 16);
    this.high =
      (Math.imul(low1, M_LOW_1) + carried + Math.imul(low, M_HIGH) + Math.imul(high, M_LOW)) | 0;
  }
}

/** Zeros below the lowest bit that is set. */
function zerosBelow(word: number): number {
  return 31 - Math.clz32(word & -word);
}
