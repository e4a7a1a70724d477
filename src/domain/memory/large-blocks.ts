// Large blocks: what no page can hold owns a buffer, behind a ref whose slab number no slab has. It
// can be sent without a copy: whoever hands the buffer out pins it, and a pinned buffer is copied
// before it is changed, and not used for anything else when it is freed. So is one that is shared
// with a twin, while the past is read. A block can also take over the buffer that its bytes came
// in.
//
// The buffers are ordinary ones, not shared like the slabs: copying and sending them is quicker.
// Huge ones, above 16 MiB, are shared (spare-buffers.ts).
//
// Long work looks at a block again and again (steady.ts): a block has a *stamp*, which no other had
// or will have, and has another one as soon as its bytes may be others.
//
// Invariants: `usedSize` is the sum of the lengths of the buffers that blocks have, of which each
// may be a part; a free number has no bytes; those with one buffer are twins, which name each other
// in a ring; a block's bytes from `zerosFrom` on are zeros.
import { ZERO } from '../doubles.ts';
import { ARENA_SLABS_MAX, LARGE_BLOCKS_MAX } from '../limits.ts';
import type { OffHeap } from './off-heap.ts';
import { newBytes, SpareBuffers } from './spare-buffers.ts';

/** Refs of large blocks count from here, as numbers of 32 bits with a sign. */
const FIRST_REF = (ARENA_SLABS_MAX << 22) | 0;
/** One command may still grow by this when there is nearly no room: two of the largest values. */
const RESERVE_SIZE = 1024 * 1024 * 1024;
const NO_BYTES = new Uint8Array(0);

/** So many zeros or more are asked of the system, which gives them when they are touched. */
const NEW_ZEROS_MIN = 1024 * 1024;

/** Whose bytes are being run, and who would give the buffer away that they are in. */
export interface BufferOwner {
  readonly buffer: Uint8Array;
  /** Set when a block has taken the buffer: then it belongs to the owner no more. */
  isTaken: boolean;
}

export class LargeBlocks {
  usedSize = ZERO;
  /** Bytes of buffers that only blocks of the past have: who had them, too, has another one. */
  keptSize = ZERO;
  readonly spares: SpareBuffers;
  /** Whose buffer may be taken over now, one of spares.take(): nobody else gets it meanwhile. */
  running: BufferOwner | null = null;
  private readonly memory: OffHeap;
  private readonly sizeMax: number;
  private readonly buffers: Uint8Array[] = [];
  private readonly pinned: boolean[] = [];
  /** The number of the next block with the same buffer: of a block alone its own. */
  private readonly twins: number[] = [];
  /** Does a twin go on in the place of the block? Of twins all but one are of the past, or all. */
  private readonly areOfPast: boolean[] = [];
  private readonly stamps: number[] = [];
  private readonly zerosFrom: number[] = [];
  private lastStamp = ZERO;
  private readonly freeNumbers: number[] = [];
  /** Numbers of blocks that were pinned since the last release(). */
  private readonly pinnedNow: number[] = [];

  constructor(sizeMax: number, memory: OffHeap, isPoisoned: boolean) {
    this.sizeMax = sizeMax;
    this.memory = memory;
    this.spares = new SpareBuffers(memory, isPoisoned);
  }

  /** Blocks in use. */
  get count(): number {
    return this.buffers.length - this.freeNumbers.length;
  }

  /** No block has a ref that is not below this one. */
  get refsEnd(): number {
    return FIRST_REF + this.buffers.length;
  }

  /** Is there so little room left that a command might not find enough? */
  get isNearlyFull(): boolean {
    const reserve = Math.min(RESERVE_SIZE, this.sizeMax / 4);
    return this.usedSize > this.sizeMax - reserve || this.count > LARGE_BLOCKS_MAX / 2;
  }

  /** A block of at least `size` bytes, their content undefined. */
  allocate(size: number): number {
    return this.add(this.spares.take(size));
  }

  /** A block of at least `size` bytes, of which these are zeros. */
  allocateZeros(size: number): number {
    if (size >= NEW_ZEROS_MIN) return this.add(newBytes(size));
    const ref = this.allocate(size);
    this.bytes(ref).fill(0, 0, size);
    return ref;
  }

  /**
   * A block of bytes [start, end) of `source`: the buffer that is being run, if it has little else
   * in it, is taken over, any other is copied from.
   */
  hold(source: Uint8Array, start: number, end: number): number {
    const size = end - start;
    if (this.gives(source, size)) return this.add(source.subarray(start, end));
    const ref = this.allocate(size);
    this.bytes(ref).set(source.subarray(start, end));
    return ref;
  }

  /** Is `source`, as the buffer that is being run, the asker's, who needs so many of its bytes? */
  gives(source: Uint8Array, size: number): boolean {
    const { running } = this;
    if (running === null || running.isTaken || running.buffer !== source) return false;
    running.isTaken = size > (source.length * 3) / 4;
    return running.isTaken;
  }

  /** Makes a block of bytes whose whole buffer is the block's from here on. */
  add(bytes: Uint8Array): number {
    const number = this.freeNumbers.pop() ?? this.buffers.length;
    if (number === LARGE_BLOCKS_MAX) throw new Error('there are too many large blocks');
    this.put(number, bytes);
    return FIRST_REF + number;
  }

  /** Above 0; blocks with the same stamp at two times have had the same bytes all the time. */
  stampOf(ref: number): number {
    return this.stamps[ref - FIRST_REF];
  }

  bytes(ref: number): Uint8Array {
    return this.buffers[ref - FIRST_REF];
  }

  /**
   * A block with the bytes of another one, which is of the past from here on. Both have the buffer:
   * it is copied before the new one changes.
   */
  twin(ref: number): number {
    const number = ref - FIRST_REF;
    const made = this.add(this.buffers[number]);
    const twin = made - FIRST_REF;
    this.usedSize -= this.buffers[number].buffer.byteLength;
    this.zerosFrom[twin] = this.zerosFrom[number];
    this.twins[twin] = this.twins[number];
    this.twins[number] = twin;
    this.areOfPast[number] = true;
    return made;
  }

  /** Bytes that the block adds to those of its twins: they are counted with the last one. */
  ownSize(ref: number): number {
    return this.areOfPast[ref - FIRST_REF] ? 0 : this.buffers[ref - FIRST_REF].length;
  }

  /** The bytes to send: they will not change under the reader's eyes until release(). */
  pin(ref: number): Uint8Array {
    const number = ref - FIRST_REF;
    if (!this.pinned[number]) {
      this.pinned[number] = true;
      this.pinnedNow.push(number);
    }
    return this.buffers[number];
  }

  /**
   * What was pinned since the last time is sent, or, if not `isGone`, on its way: then it stays
   * pinned as long as it lives.
   */
  release(isGone: boolean): void {
    const { pinned, pinnedNow } = this;
    if (isGone) for (const number of pinnedNow) pinned[number] = false;
    pinnedNow.length = 0;
  }

  /** Must bytes be copied before the block can be changed with room for `capacity` bytes? */
  mustCopy(ref: number, capacity: number): boolean {
    const number = ref - FIRST_REF;
    const isOthers = this.pinned[number] || this.twins[number] !== number;
    return isOthers || this.buffers[number].length < capacity;
  }

  /** The bytes to change, with room for `capacity` bytes; the first `size` are kept. */
  writable(ref: number, size: number, capacity: number): Uint8Array {
    const number = ref - FIRST_REF;
    const old = this.buffers[number];
    this.stamps[number] = ++this.lastStamp;
    this.zerosFrom[number] = old.length;
    if (!this.mustCopy(ref, capacity)) return old;
    const copy = this.spares.take(Math.max(capacity, old.length));
    copy.set(old.subarray(0, size));
    this.replace(ref, copy, copy.length);
    return copy;
  }

  /**
   * Makes the bytes ready to be changed: the first `kept` are kept, and zeros follow up to `size`.
   * A buffer that must be another one has `room` bytes.
   */
  resize(ref: number, kept: number, size: number, room: number): void {
    const number = ref - FIRST_REF;
    this.stamps[number] = ++this.lastStamp;
    if (this.mustCopy(ref, size)) {
      const isNew = room - kept >= NEW_ZEROS_MIN;
      const copy = isNew ? newBytes(room) : this.spares.take(room);
      copy.set(this.buffers[number].subarray(0, kept));
      this.replace(ref, copy, isNew ? kept : copy.length);
    }
    const zerosEnd = Math.min(size, this.zerosFrom[number]);
    if (zerosEnd > kept) this.buffers[number].fill(0, kept, zerosEnd);
    this.zerosFrom[number] = Math.max(size, this.zerosFrom[number]);
  }

  /** The block's bytes are in another buffer from here on: a copy, and zeros from `zerosFrom`. */
  replace(ref: number, copy: Uint8Array, zerosFrom: number): void {
    const number = ref - FIRST_REF;
    this.leaveBuffer(number);
    this.buffers[number] = copy;
    this.zerosFrom[number] = zerosFrom;
    this.usedSize += copy.buffer.byteLength;
  }

  free(ref: number): void {
    const number = ref - FIRST_REF;
    if (this.buffers[number].length === 0) throw new Error(`block ${ref} is freed but not live`);
    this.leaveBuffer(number);
    this.buffers[number] = NO_BYTES;
    this.freeNumbers.push(number);
  }

  reset(): void {
    this.memory.drop(this.usedSize);
    this.buffers.length = 0;
    this.pinned.length = 0;
    this.twins.length = 0;
    this.areOfPast.length = 0;
    this.stamps.length = 0;
    this.zerosFrom.length = 0;
    this.freeNumbers.length = 0;
    this.pinnedNow.length = 0;
    this.usedSize = 0;
    this.keptSize = 0;
  }

  /**
   * Becomes a copy of others, none of which has a twin. To who works in steps they are other blocks
   * than those that were here. What of these is still being sent is not written to.
   */
  copyFrom(other: LargeBlocks): void {
    for (let number = 0; number < this.buffers.length; number++) {
      if (this.buffers[number].length > 0) this.leaveBuffer(number);
    }
    this.reset();
    this.freeNumbers.push(...other.freeNumbers);
    for (let number = 0; number < other.buffers.length; number++) {
      const bytes = other.buffers[number];
      const { length } = bytes;
      if (other.twins[number] !== number) throw new Error('a block is copied that has a twin');
      this.put(number, length === 0 ? NO_BYTES : this.spares.take(length).subarray(0, length));
      this.buffers[number].set(bytes);
      this.zerosFrom[number] = other.zerosFrom[number];
    }
  }

  /** Checks that the live blocks are those, with a buffer each. */
  verify(live: Iterable<number>): void {
    let size = 0;
    const seen = new Set<ArrayBufferLike>();
    for (const ref of live) {
      const bytes = this.bytes(ref);
      size += bytes.buffer.byteLength;
      seen.add(bytes.buffer);
      if (bytes.length === 0) throw new Error(`large block ${ref} is not live`);
    }
    if (seen.size !== this.count) throw new Error('a large block is lost or shared');
    if (size !== this.usedSize) throw new Error('large blocks have another size');
  }

  private put(number: number, bytes: Uint8Array): void {
    this.buffers[number] = bytes;
    this.pinned[number] = false;
    this.twins[number] = number;
    this.areOfPast[number] = false;
    this.stamps[number] = ++this.lastStamp;
    this.zerosFrom[number] = bytes.length;
    this.usedSize += bytes.buffer.byteLength;
  }

  /** The block has its buffer no more, and is nobody's twin. */
  private leaveBuffer(number: number): void {
    const { twins, areOfPast } = this;
    const { buffer } = this.buffers[number];
    const next = twins[number];
    if (next === number) {
      this.usedSize -= buffer.byteLength;
      if (areOfPast[number]) this.keptSize -= buffer.byteLength;
      this.drop(this.buffers[number], number);
    } else {
      let previous = next;
      while (twins[previous] !== number) previous = twins[previous];
      twins[previous] = next;
      if (!areOfPast[number]) this.keptSize += buffer.byteLength;
      if (this.pinned[number]) this.passPin(number, next);
    }
    twins[number] = number;
    areOfPast[number] = false;
    this.pinned[number] = false;
  }

  /** What is being sent is in the buffer of another block alone. */
  private passPin(number: number, twin: number): void {
    if (!this.pinned[twin] && this.pinnedNow.includes(number)) this.pinnedNow.push(twin);
    this.pinned[twin] = true;
  }

  private drop(bytes: Uint8Array, number: number): void {
    const isRunning = this.running !== null && this.running.buffer.buffer === bytes.buffer;
    if (this.pinned[number] || isRunning) this.memory.drop(bytes.buffer.byteLength);
    else this.spares.giveBack(bytes);
  }
}
