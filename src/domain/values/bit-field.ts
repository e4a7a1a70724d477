// Integers of 1 to 64 bits at any place of a string, for BITFIELD; the first bit is the highest.
// Their values are two words of the two's complement, as in bytes/int64.ts.
import { Int64 } from '../bytes/int64.ts';

const BITS_PER_BYTE = 8;
const WORD_BITS = 32;
const INT64_BITS = 64;

// What is done with a number that has no room in its field.
export const OVERFLOW_WRAP = 0;
export const OVERFLOW_SAT = 1;
export const OVERFLOW_FAIL = 2;

// How a number lies to what a field can hold.
const FITS = 0;
const ABOVE = 1;
const BELOW = -1;

export class BitField {
  /** How many bits it has, and where the first one is. */
  bits = 0;
  offset = 0;
  isSigned = false;
  /** What was read, or is to be written. */
  readonly value = new Int64();

  /** Reads the value from a string that lies in bytes[start, end); bits behind it are zeros. */
  read(bytes: Uint8Array, start: number, end: number): void {
    const { value, bits } = this;
    let at = start + Math.floor(this.offset / BITS_PER_BYTE);
    let first = this.offset & (BITS_PER_BYTE - 1);
    let high = 0;
    let low = 0;
    for (let left = bits; left > 0; at++) {
      const count = Math.min(BITS_PER_BYTE - first, left);
      const byte = at < end ? bytes[at] : 0;
      const part = (byte >>> (BITS_PER_BYTE - first - count)) & ((1 << count) - 1);
      high = (high << count) | (low >>> (WORD_BITS - count));
      low = (low << count) | part;
      left -= count;
      first = 0;
    }
    value.high = high;
    value.low = low;
    if (this.isSigned) this.extendSign();
  }

  /** Writes the lowest bits of the value to a string that begins at `start` and is long enough. */
  write(bytes: Uint8Array, start: number): void {
    let { high, low } = this.value;
    const lastBit = this.offset + this.bits - 1;
    let at = start + Math.floor(lastBit / BITS_PER_BYTE);
    let behind = BITS_PER_BYTE - 1 - (lastBit & (BITS_PER_BYTE - 1));
    for (let left = this.bits; left > 0; at--) {
      const count = Math.min(BITS_PER_BYTE - behind, left);
      const mask = ((1 << count) - 1) << behind;
      bytes[at] = (bytes[at] & ~mask) | ((low << behind) & mask);
      low = (low >>> count) | (high << (WORD_BITS - count));
      high >>>= count;
      left -= count;
      behind = 0;
    }
  }

  /** Adds to the value that was read. False when the sum has no room, and that is a failure. */
  add(increment: Int64, overflow: number): boolean {
    const { value } = this;
    const wasNegative = value.high < 0;
    const low = (value.low >>> 0) + (increment.low >>> 0);
    value.low = low | 0;
    value.high = (value.high + increment.high + (low > 0xffffffff ? 1 : 0)) | 0;
    const isNegative = increment.high < 0;
    // Two of one sign whose sum has the other: beyond 64 bits.
    if (wasNegative === isNegative && value.high < 0 !== isNegative) {
      return this.settle(isNegative ? BELOW : ABOVE, overflow);
    }
    return this.settle(this.placeOfValue(), overflow);
  }

  /**
   * Takes another value. As in Redis, negative ones are above all fields without a sign, and so are
   * the lowest of all above those with one: those to which the field's largest is too far.
   */
  set({ high, low }: Int64, overflow: number): boolean {
    this.value.high = high;
    this.value.low = low;
    const place = this.placeOfValue();
    const isAbove = place === BELOW && (!this.isSigned || this.isLowest());
    return this.settle(isAbove ? ABOVE : place, overflow);
  }

  /** Is the value below -2^63 and all that the field can hold above 0? */
  private isLowest(): boolean {
    const { value } = this;
    const { high, low } = value;
    value.high &= ~(1 << (WORD_BITS - 1));
    const rest = value.high;
    this.maskValue(this.bits - 1);
    const isWithin = value.high === rest && value.low === low;
    value.high = high;
    value.low = low;
    return isWithin;
  }

  private settle(place: number, overflow: number): boolean {
    if (place === FITS) return true;
    if (overflow === OVERFLOW_FAIL) return false;
    if (overflow === OVERFLOW_SAT) this.saturate(place);
    else if (this.isSigned) this.extendSign();
    else this.maskValue(this.bits);
    return true;
  }

  private placeOfValue(): number {
    const { value } = this;
    const { high, low } = value;
    if (this.isSigned) this.extendSign();
    else this.maskValue(this.bits);
    const isSame = value.high === high && value.low === low;
    value.high = high;
    value.low = low;
    if (isSame) return FITS;
    return high < 0 ? BELOW : ABOVE;
  }

  /** The value becomes the largest or the smallest that there is. */
  private saturate(place: number): void {
    const { value } = this;
    if (!this.isSigned) {
      value.high = place === ABOVE ? -1 : 0;
      value.low = value.high;
      this.maskValue(this.bits);
      return;
    }
    value.high = -1;
    value.low = -1;
    this.maskValue(this.bits - 1);
    if (place === ABOVE) return;
    value.high = ~value.high;
    value.low = ~value.low;
  }

  /** Bits of the value above its own become zeros. */
  private maskValue(bits: number): void {
    const { value } = this;
    if (bits < WORD_BITS) {
      value.high = 0;
      value.low &= (1 << bits) - 1;
    } else if (bits < INT64_BITS) {
      value.high &= (1 << (bits - WORD_BITS)) - 1;
    }
  }

  /** Bits of the value above its own become what its highest one is. */
  private extendSign(): void {
    const { value, bits } = this;
    if (bits <= WORD_BITS) {
      const shift = WORD_BITS - bits;
      value.low = (value.low << shift) >> shift;
      value.high = value.low >> (WORD_BITS - 1);
    } else {
      const shift = INT64_BITS - bits;
      value.high = (value.high << shift) >> shift;
    }
  }
}
