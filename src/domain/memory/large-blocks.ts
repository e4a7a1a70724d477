// Large blocks: what no page can hold owns a buffer, behind a ref whose slab number no slab has. It
// can be sent without a copy: whoever hands the buffer out pins it, and a pinned buffer is copied
// before it is changed.
//
// The buffers are ordinary ones, not shared like the slabs: copying and sending them is quicker.
//
// Invariants: `usedSize` is the sum of the buffers' lengths; a free number has no bytes.
import { ZERO } from '../doubles.ts';
import { ARENA_SLABS_MAX, LARGE_BLOCKS_MAX } from '../limits.ts';

/** Refs of large blocks count from here, as numbers of 32 bits with a sign. */
const FIRST_REF = (ARENA_SLABS_MAX << 22) | 0;
/** One command may still grow by this when there is nearly no room: two of the largest values. */
const RESERVE_SIZE = 1024 * 1024 * 1024;
const NO_BYTES = new Uint8Array(0);

export class LargeBlocks {
  usedSize = ZERO;
  private readonly sizeMax: number;
  private readonly buffers: Uint8Array[] = [];
  private readonly pinned: boolean[] = [];
  private readonly freeNumbers: number[] = [];

  constructor(sizeMax: number) {
    this.sizeMax = sizeMax;
  }

  /** Blocks in use. */
  get count(): number {
    return this.buffers.length - this.freeNumbers.length;
  }

  /** Is there so little room left that a command might not find enough? */
  get isNearlyFull(): boolean {
    const reserve = Math.min(RESERVE_SIZE, this.sizeMax / 4);
    return this.usedSize > this.sizeMax - reserve || this.count > LARGE_BLOCKS_MAX / 2;
  }

  /** A block of `size` zero bytes. */
  allocate(size: number): number {
    return this.add(new Uint8Array(size));
  }

  /** Makes a block of a buffer, which is the block's from here on. */
  add(buffer: Uint8Array): number {
    const number = this.freeNumbers.pop() ?? this.buffers.length;
    if (number === LARGE_BLOCKS_MAX) throw new Error('there are too many large blocks');
    this.buffers[number] = buffer;
    this.pinned[number] = false;
    this.usedSize += buffer.length;
    return FIRST_REF + number;
  }

  bytes(ref: number): Uint8Array {
    return this.buffers[ref - FIRST_REF];
  }

  /** The bytes to send: they will not change under the reader's eyes from here on. */
  pin(ref: number): Uint8Array {
    this.pinned[ref - FIRST_REF] = true;
    return this.buffers[ref - FIRST_REF];
  }

  /** The bytes to change, with room for `capacity` bytes; the first `size` are kept. */
  writable(ref: number, size: number, capacity: number): Uint8Array {
    const number = ref - FIRST_REF;
    const old = this.buffers[number];
    if (old.length >= capacity && !this.pinned[number]) return old;
    const copy = new Uint8Array(Math.max(capacity, old.length));
    copy.set(old.subarray(0, size));
    this.usedSize += copy.length - old.length;
    this.buffers[number] = copy;
    this.pinned[number] = false;
    return copy;
  }

  free(ref: number): void {
    const number = ref - FIRST_REF;
    const { length } = this.buffers[number];
    if (length === 0) throw new Error(`block ${ref} is freed but not live`);
    this.usedSize -= length;
    this.buffers[number] = NO_BYTES;
    this.freeNumbers.push(number);
  }

  reset(): void {
    this.buffers.length = 0;
    this.pinned.length = 0;
    this.freeNumbers.length = 0;
    this.usedSize = 0;
  }

  /** Checks that the live blocks are those, with a buffer each. */
  verify(live: Iterable<number>): void {
    let size = 0;
    let count = 0;
    for (const ref of live) {
      count++;
      size += this.buffers[ref - FIRST_REF].length;
      if (this.bytes(ref).length === 0) throw new Error(`large block ${ref} is not live`);
    }
    if (count !== this.count) throw new Error('a large block is lost or shared');
    if (size !== this.usedSize) throw new Error('large blocks have another size');
  }
}
