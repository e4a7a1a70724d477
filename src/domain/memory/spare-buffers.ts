// Buffers for large values and large arguments, and those that were given up and wait to be used
// again: a new one would be zeroed, its pages would be touched for the first time, and V8 would
// look for garbage after every 64 MiB of them.
//
// A huge one can shrink: the system has its memory back without a collection, which would stop the
// server to free all of it at once, and V8 need not count it to know when. Views of huge buffers
// are of another sort to V8, so that only who has huge values pays for it.
//
// Invariant: `size` is the sum of the waiting buffers' lengths, which are rooms as roomOf() says.
import { ZERO } from '../doubles.ts';
import type { OffHeap } from './off-heap.ts';

/** Larger buffers are huge. They do not wait: they are rare, and much to keep. */
const SPARE_SIZE_MAX = 16 * 1024 * 1024;
/** All that wait: what fifty clients need that send 1 MiB each. */
const SIZE_MAX = 64 * 1024 * 1024;
/** Rooms between two powers of two: 2^3. */
const STEPS_SHIFT = 3;
/** What is given back to the system at once takes a quarter of a millisecond. */
const SHRINK_SIZE = 1024 * 1024;
const POISON = 0xdb;

export class SpareBuffers {
  /** Bytes that wait. */
  size = ZERO;
  private readonly memory: OffHeap;
  private readonly isPoisoned: boolean;
  /** By length. */
  private readonly waiting = new Map<number, Uint8Array[]>();
  private wasTaken = false;
  /** Huge buffers that nobody looks at any more. */
  private readonly shrinking: ArrayBuffer[] = [];

  constructor(memory: OffHeap, isPoisoned: boolean) {
    this.memory = memory;
    this.isPoisoned = isPoisoned;
  }

  /** A buffer of `size` bytes or some more, their content undefined. */
  take(size: number): Uint8Array {
    const room = roomOf(size);
    const spare = this.waiting.get(room)?.pop();
    if (spare === undefined) return room > SPARE_SIZE_MAX ? huge(room) : new Uint8Array(room);
    this.size -= room;
    this.wasTaken = true;
    return spare;
  }

  /** Takes the whole buffer of `bytes` back, which nobody may look at any more. */
  giveBack(bytes: Uint8Array): void {
    const { buffer } = bytes;
    const room = buffer.byteLength;
    if (buffer instanceof ArrayBuffer && buffer.resizable) {
      this.shrinking.push(buffer);
      return;
    }
    if (room > SPARE_SIZE_MAX || room !== roomOf(room) || this.size + room > SIZE_MAX) {
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

  /** Gives a little of a huge buffer back to the system. Is there more? */
  shrink(): boolean {
    const last = this.shrinking.at(-1);
    if (last === undefined) return false;
    last.resize(Math.max(0, last.byteLength - SHRINK_SIZE));
    if (last.byteLength === 0) this.shrinking.pop();
    return this.shrinking.length > 0;
  }

  /** Gives up what waits when nobody took any since the last time: to be called each second. */
  trim(): void {
    if (!this.wasTaken && this.size > 0) {
      this.memory.drop(this.size);
      this.waiting.clear();
      this.size = 0;
    }
    this.wasTaken = false;
  }
}

/** V8 does not count a buffer that was empty when it was made. */
function huge(size: number): Uint8Array {
  const buffer = new ArrayBuffer(0, { maxByteLength: size });
  buffer.resize(size);
  return new Uint8Array(buffer);
}

/** Sizes are rounded up, by an eighth at most, so that a buffer suits others of about its size. */
function roomOf(size: number): number {
  if (size > SPARE_SIZE_MAX) return size;
  const step = Math.max(1, 1 << (31 - Math.clz32(size) - STEPS_SHIFT));
  return (size + step - 1) & -step;
}
