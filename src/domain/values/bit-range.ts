// A range of the bits of a string, for BITCOUNT and BITPOS. Bit 0 is the highest one of byte 0.
import { bitCount, countBits, skipBytes } from '../bytes/bits.ts';

const BITS_PER_BYTE = 8;
const ALL = 0xff;
/** findBit() has found none. */
export const NO_BIT = -1;

export class BitRange {
  /** The bytes that hold the range: [first, end). There are none if it is empty. */
  first = 0;
  end = 0;
  /** Which bits of the first byte belong to it, and which of the last. */
  private firstMask = ALL;
  private lastMask = ALL;

  /** Takes bits [first, last], both ends included; nothing where first is above last. */
  set(first: number, last: number): void {
    this.first = Math.floor(first / BITS_PER_BYTE);
    this.end = first > last ? this.first : Math.floor(last / BITS_PER_BYTE) + 1;
    this.firstMask = ALL >>> (first & (BITS_PER_BYTE - 1));
    this.lastMask = (ALL << (BITS_PER_BYTE - 1 - (last & (BITS_PER_BYTE - 1)))) & ALL;
  }

  /**
   * How many bits are set in bytes [from, to) of the range; the string begins at `base`. `words`
   * are those of the buffer that `bytes` lie in.
   */
  countSet(bytes: Uint8Array, words: Int32Array, base: number, from: number, to: number): number {
    if (from === to) return 0;
    let count = countBits(bytes, words, base + from, base + to);
    if (from === this.first) count -= bitCount(bytes[base + from] & ~this.firstMask);
    if (to === this.end) count -= bitCount(bytes[base + to - 1] & ~this.lastMask);
    return count;
  }

  /** The offset of the first bit that is `bit` in bytes [from, to) of the range, or NO_BIT. */
  findBit(
    bytes: Uint8Array,
    words: Int32Array,
    base: number,
    from: number,
    to: number,
    bit: number,
  ): number {
    const skipped = bit === 1 ? 0 : ALL;
    let at = from;
    if (from < to && from === this.first) {
      const mask = to === this.end && to - from === 1 ? this.lastMask : ALL;
      const found = bitIn((bytes[base + from] ^ skipped) & this.firstMask & mask, from);
      if (found !== NO_BIT) return found;
      at++;
    }
    const whole = to === this.end ? to - 1 : to;
    if (at < whole) at = skipBytes(bytes, words, base + at, base + whole, skipped) - base;
    if (at < whole) return bitIn(bytes[base + at] ^ skipped, at);
    if (at === to) return NO_BIT;
    return bitIn((bytes[base + at] ^ skipped) & this.lastMask, at);
  }
}

/** The offset of the first bit that is set in byte `at`. */
function bitIn(byte: number, at: number): number {
  return byte === 0 ? NO_BIT : at * BITS_PER_BYTE + Math.clz32(byte) - 24;
}
