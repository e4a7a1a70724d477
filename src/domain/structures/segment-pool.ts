// Where a dict's full-grown segments come from: blocks of many, so that a dict that grows asks the
// runtime for memory some hundred times and not ten thousand times: bench/stall.
//
// Invariants: a segment is either in a dict or in `free`; a free one's words are anything. A block
// goes back to the system when none of its segments is in use any more.
import { SEGMENT_SLOTS_MAX } from '../limits.ts';
import type { OffHeap } from '../memory/off-heap.ts';
import { newSegment, TAIL_WORDS } from './segment.ts';

/** Words of a full-grown segment; rounded up, so that none shares a cache line with the next. */
const WORDS = 2 * SEGMENT_SLOTS_MAX + TAIL_WORDS;
const STRIDE_WORDS = (WORDS + 15) & ~15;
const BLOCK_SEGMENTS_MAX = 64;
const BYTES_PER_WORD = 4;

export class SegmentPool {
  private readonly memory: OffHeap;
  private readonly free: Int32Array[] = [];

  constructor(memory: OffHeap) {
    this.memory = memory;
  }

  /** Bytes of free segments. */
  get size(): number {
    return this.free.length * STRIDE_WORDS * BYTES_PER_WORD;
  }

  /**
   * An empty segment; `inUse` segments are in use, so a block for a fraction more is in
   * proportion.
   */
  take(capacity: number, localDepth: number, inUse: number): Int32Array {
    if (capacity !== SEGMENT_SLOTS_MAX) return newSegment(capacity, localDepth);
    let segment = this.free.pop();
    if (segment === undefined) segment = this.addBlock(inUse);
    else segment.fill(0);
    segment[WORDS - 1] = localDepth;
    return segment;
  }

  /** Takes a segment back, and lets go what is too much in reserve for `inUse` others. */
  give(segment: Int32Array, inUse: number): void {
    if (segment.length === WORDS) this.free.push(segment);
    const kept = 1 + Math.min(2 * BLOCK_SEGMENTS_MAX, inUse >>> 2);
    while (this.free.length > kept) {
      this.free.pop();
      this.memory.drop(STRIDE_WORDS * BYTES_PER_WORD);
    }
  }

  /** Lets all free segments go. */
  clear(): void {
    this.memory.drop(this.size);
    this.free.length = 0;
  }

  private addBlock(inUse: number): Int32Array {
    const count = Math.min(BLOCK_SEGMENTS_MAX, Math.max(1, inUse >>> 3));
    const block = new Int32Array(this.memory.take(count * STRIDE_WORDS * BYTES_PER_WORD));
    for (let i = 1; i < count; i++) {
      this.free.push(block.subarray(i * STRIDE_WORDS, i * STRIDE_WORDS + WORDS));
    }
    return block.subarray(0, WORDS);
  }
}
