// Big values: bytes too large for a block own a Uint8Array behind a handle. They can be sent
// without a copy: whoever hands the array out pins it, and a pinned array is copied before it is
// changed.
//
// Invariants: handle 0 is none; `usedSize` is the sum of the arrays' lengths.
import { ZERO } from '../doubles.ts';

const NO_BYTES = new Uint8Array(0);

export class BigValues {
  usedSize = ZERO;
  private readonly buffers: Uint8Array[] = [NO_BYTES];
  private readonly pinned: boolean[] = [false];
  private readonly freeHandles: number[] = [];

  /** Takes ownership of a buffer; its first bytes are the value, the rest is room to grow. */
  add(buffer: Uint8Array): number {
    const handle = this.freeHandles.pop() ?? this.buffers.length;
    this.buffers[handle] = buffer;
    this.pinned[handle] = false;
    this.usedSize += buffer.length;
    return handle;
  }

  bytes(handle: number): Uint8Array {
    return this.buffers[handle];
  }

  /** The bytes to send: they will not change under the reader's eyes from here on. */
  pin(handle: number): Uint8Array {
    this.pinned[handle] = true;
    return this.buffers[handle];
  }

  /** The bytes to change, with room for `capacity` bytes; the first `size` are kept. */
  writable(handle: number, size: number, capacity: number): Uint8Array {
    const old = this.buffers[handle];
    if (old.length >= capacity && !this.pinned[handle]) return old;
    const copy = new Uint8Array(Math.max(capacity, old.length));
    copy.set(old.subarray(0, size));
    this.usedSize += copy.length - old.length;
    this.buffers[handle] = copy;
    this.pinned[handle] = false;
    return copy;
  }

  free(handle: number): void {
    this.usedSize -= this.buffers[handle].length;
    this.buffers[handle] = NO_BYTES;
    this.freeHandles.push(handle);
  }

  /** Live handles, for verify(). */
  liveCount(): number {
    return this.buffers.length - 1 - this.freeHandles.length;
  }

  reset(): void {
    this.buffers.length = 1;
    this.pinned.length = 1;
    this.freeHandles.length = 0;
    this.usedSize = 0;
  }
}
