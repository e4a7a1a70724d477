// Bytes that came and wait: for the rest of a request, or until requests may run. They are what is
// copied of a chunk; room for them grows by doubling, and goes when nothing waits.
//
// Invariant: [0, end) of `buffer` are the bytes that wait, in the order in which they came.

/** Room for the first bytes. */
const FIRST_SIZE = 16 * 1024;
/** An empty buffer up to this size is kept while the client is active. */
const KEPT_SIZE = 32 * 1024;
const NO_BYTES = new Uint8Array(0);

export class PendingBytes {
  buffer: Uint8Array = NO_BYTES;
  end = 0;

  /** Appends bytes [start, end) of `bytes`; at `neededEnd` a large argument ends, or 0. */
  append(bytes: Uint8Array, start: number, end: number, neededEnd: number): void {
    const size = this.end + end - start;
    if (size > this.buffer.length) {
      let room = Math.max(size, this.buffer.length * 2, FIRST_SIZE);
      // Do not double past the end of a large argument that is being waited for.
      if (neededEnd >= size && neededEnd < room) room = neededEnd;
      const larger = new Uint8Array(room);
      larger.set(this.buffer.subarray(0, this.end));
      this.buffer = larger;
    }
    this.buffer.set(bytes.subarray(start, end), this.end);
    this.end = size;
  }

  /** Drops the first `size` bytes. */
  dropFront(size: number): void {
    this.buffer.copyWithin(0, size, this.end);
    this.end -= size;
  }

  clear(): void {
    this.buffer = NO_BYTES;
    this.end = 0;
  }

  /** Gives back what a large request needed; when the client is idle, all room that is not used. */
  giveBack(isIdle: boolean): void {
    if (this.end === 0) {
      if (isIdle || this.buffer.length > KEPT_SIZE) this.buffer = NO_BYTES;
    } else if (isIdle && this.buffer.length > this.end) {
      this.buffer = this.buffer.slice(0, this.end);
    }
  }
}
