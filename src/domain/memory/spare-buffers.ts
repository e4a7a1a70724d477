// Buffers for large values and large arguments, and those that were given up and wait to be used
// again: a new one would be zeroed, its pages would be touched for the first time, and V8 would
// look for garbage after every 64 MiB of them.
//
// Huge ones are shared memory, as slabs are, of which V8 counts nothing: else each would begin a
// collection, of which others see pauses of milliseconds, and its freeing another one. One of them
// waits: who stores a huge value again and again finds the last but one.
//
// Invariant: `size` is the sum of the waiting buffers' lengths, which are rooms as roomOf() says.
import { ZERO } from '../doubles.ts';
import type { OffHeap } from './off-heap.ts';

/** Larger buffers are huge: they are rare, and much to keep. */
const SPARE_SIZE_MAX = 16 * 1024 * 1024;
/** All that wait, but for a huge one: what fifty clients need that send 1 MiB each. */
const SIZE_MAX = 64 * 1024 * 1024;
/** A larger one does not wait. */
const HUGE_SIZE_MAX = 128 * 1024 * 1024;
/** Rooms between two powers of two: 2^3. */
const STEPS_SHIFT = 3;
const POISON = 0xdb;

export class SpareBuffers {
  /** Bytes that wait. */
  size = ZERO;
  private readonly memory: OffHeap;
  private readonly isPoisoned: boolean;
  /** By length. */
  private readonly waiting = new Map<number, Uint8Array[]>();
  private huge: Uint8Array | null = null;
  private wasTaken = false;

  constructor(memory: OffHeap, isPoisoned: boolean) {
    this.memory = memory;
    this.isPoisoned = isPoisoned;
  }

  /** A buffer of `size` bytes or some more, their content undefined. */
  take(size: number): Uint8Array {
    if (size > SPARE_SIZE_MAX) return this.takeHuge(size);
    const room = roomOf(size);
    const spare = this.waiting.get(room)?.pop();
    if (spare === undefined) return new Uint8Array(room);
    this.size -= room;
    this.wasTaken = true;
    return spare;
  }

  private takeHuge(size: number): Uint8Array {
    const { huge } = this;
    if (huge?.length !== size) return newBytes(size);
    this.huge = null;
    this.size -= size;
    this.wasTaken = true;
    return huge;
  }

  /** Takes the whole buffer of `bytes` back, which nobody may look at any more. */
  giveBack(bytes: Uint8Array): void {
    const { buffer } = bytes;
    const room = buffer.byteLength;
    if (room > SPARE_SIZE_MAX) {
      this.giveBackHuge(new Uint8Array(buffer));
      return;
    }
    const hugeSize = this.huge?.length ?? 0;
    if (room !== roomOf(room) || this.size - hugeSize + room > SIZE_MAX) {
      this.memory.drop(room);
      return;
    }
    const whole = new Uint8Array(buffer);
    if (this.isPoisoned) whole.fill(POISON);
    const others = this.waiting.get(room);
    if (others === undefined) this.waiting.set(room, [whole]);
    else others.push(whole);
    this.size += room;
  }

  /** The last one is the likeliest to be wanted. */
  private giveBackHuge(whole: Uint8Array): void {
    if (whole.length > HUGE_SIZE_MAX) return this.memory.dropHuge(whole.length);
    if (this.huge !== null) {
      this.memory.dropHuge(this.huge.length);
      this.size -= this.huge.length;
    }
    this.huge = whole;
    this.size += whole.length;
    if (this.isPoisoned) whole.fill(POISON);
  }

  /** Gives up what waits when nobody took any since the last time: to be called each second. */
  trim(): void {
    if (!this.wasTaken && this.size > 0) {
      this.memory.drop(this.size);
      this.waiting.clear();
      this.huge = null;
      this.size = 0;
    }
    this.wasTaken = false;
  }
}

/** New bytes of a large buffer: zeros, which the system gives when they are touched. */
export function newBytes(size: number): Uint8Array {
  if (size <= SPARE_SIZE_MAX) return new Uint8Array(size);
  return new Uint8Array(new SharedArrayBuffer(size));
}

/** Sizes are rounded up, by an eighth at most, so that a buffer suits others of about its size. */
function roomOf(size: number): number {
  const step = Math.max(1, 1 << (31 - Math.clz32(size) - STEPS_SHIFT));
  return (size + step - 1) & -step;
}
