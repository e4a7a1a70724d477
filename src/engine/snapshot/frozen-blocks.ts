// Which blocks are frozen: those that were there when a snapshot began, and that it has not read.
//
// A bit for each unit of 16 bytes of the slabs that there were: set for a block that was made since
// or was read, so neither is told from the other. Bits come when they are needed, a slab's at once:
// less than 1 % of its memory. Slabs that come later hold no frozen blocks. Numbers of large blocks
// have their bits as if they were units of the slabs that they are named by.
//
// A unit at which a frozen block begins is that block's until it was read, so no bit is ever wrong
// that was set for a block which was there before or after.
import { ARENA_SLABS_MAX } from '../../domain/limits.ts';
import { type Arena, SLAB_MASK, SLAB_SHIFT } from '../../domain/memory/arena.ts';

const UNIT_SIZE = 16;
const UNITS_PER_WORD = 32;
/** Bits of large blocks grow with the numbers that are in use. */
const LARGE_UNITS_MIN = 1024;
const NO_BITS = new Int32Array(0);

export class FrozenBlocks {
  /** Bytes of all bits. */
  size = 0;
  private readonly arena: Arena;
  private readonly slabsCount: number;
  private readonly largeEnd: number;
  /** By slab. */
  private readonly bits: Int32Array[] = [];

  constructor(arena: Arena) {
    this.arena = arena;
    this.slabsCount = arena.bytes.length;
    this.largeEnd = arena.large.refsEnd;
    for (let slab = 0; slab < ARENA_SLABS_MAX + 2; slab++) this.bits.push(NO_BITS);
  }

  has(ref: number): boolean {
    const slab = ref >>> SLAB_SHIFT;
    if (slab >= this.slabsCount && (slab < ARENA_SLABS_MAX || ref >= this.largeEnd)) return false;
    const bits = this.bits[slab];
    const unit = ref & SLAB_MASK;
    const word = unit >>> 5;
    return word >= bits.length || (bits[word] & (1 << (unit & 31))) === 0;
  }

  /** The block was made now, or was read. */
  remove(ref: number): void {
    const slab = ref >>> SLAB_SHIFT;
    if (slab >= this.slabsCount && slab < ARENA_SLABS_MAX) return;
    const unit = ref & SLAB_MASK;
    const word = unit >>> 5;
    let bits = this.bits[slab];
    if (word >= bits.length) bits = this.grow(slab, word);
    bits[word] |= 1 << (unit & 31);
  }

  private grow(slab: number, word: number): Int32Array {
    const old = this.bits[slab];
    const slabUnits = this.arena.bytes[slab]?.length / UNIT_SIZE;
    const units = slab < ARENA_SLABS_MAX ? slabUnits : LARGE_UNITS_MIN;
    const length = Math.max(units / UNITS_PER_WORD, 2 * old.length, word + 1);
    const bits = new Int32Array(length);
    bits.set(old);
    this.bits[slab] = bits;
    this.size += bits.byteLength - old.byteLength;
    return bits;
  }
}
