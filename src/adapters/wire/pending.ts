// Bytes that came and wait: for the rest of a request, or until requests may run. They are what is
// copied of a chunk; room for them grows by doubling, and goes when nothing waits.
//
// A large argument whose size was announced gets room at once, though for more than 2 MiB only when
// a part has come: the rest of it is read where it is to lie. Its command may take the buffer over
// (large-blocks.ts).
//
// Invariants: [0, end) of `buffer` are the bytes that wait, in the order in which they came; what
// is read into `target` comes behind them. While there is a target nobody else gets the buffer: a
// read may be under way. `buffer` is a view of the end of a larger one while much waits behind what
// has been dropped.
import type { BufferOwner } from '../../domain/memory/large-blocks.ts';
import type { SpareBuffers } from '../../domain/memory/spare-buffers.ts';

/** Room for the first bytes. */
const FIRST_SIZE = 16 * 1024;
/** An empty buffer up to this size is kept while the client is active. */
const KEPT_SIZE = 32 * 1024;
/** What is announced up to this gets room at once. */
const TRUSTED_SIZE = 2 * 1024 * 1024;
/** For more there is room when this has come: little, for it is copied, to where no page is yet. */
const VOUCHING_SIZE = 256 * 1024;
/** The most that is read at once: new pages make reading slow. */
const TARGET_SIZE_MAX = 256 * 1024;
/** What is left is moved to the front, unless it is more: that would be done for every turn. */
const MOVED_SIZE_MAX = 64 * 1024;
const NO_BYTES = new Uint8Array(0);

export class PendingBytes implements BufferOwner {
  buffer: Uint8Array = NO_BYTES;
  end = 0;
  isTaken = false;
  /** Where the next read goes; null: somewhere else. */
  target: Uint8Array | null = null;
  private readonly spares: SpareBuffers;

  constructor(spares: SpareBuffers) {
    this.spares = spares;
  }

  /** May a block take the buffer over? */
  get isLarge(): boolean {
    return this.buffer.length > KEPT_SIZE && this.buffer.byteOffset === 0;
  }

  /** Bytes of memory that they take. */
  get room(): number {
    return this.buffer.buffer.byteLength;
  }

  /** Appends bytes [start, end) of `bytes`; at `neededEnd` a large argument ends, or 0. */
  append(bytes: Uint8Array, start: number, end: number, neededEnd: number): void {
    const size = this.end + end - start;
    if (neededEnd > KEPT_SIZE && neededEnd >= size) this.makeRoomFor(neededEnd, size);
    else if (size > this.buffer.length) this.exchange(Math.max(size, this.buffer.length * 2));
    this.buffer.set(bytes.subarray(start, end), this.end);
    this.end = size;
  }

  /** Sets the target: the rest of a large argument that ends at `neededEnd`, or nothing. */
  aim(neededEnd: number): void {
    this.target = null;
    if (neededEnd <= KEPT_SIZE || neededEnd <= this.end) return;
    this.makeRoomFor(neededEnd, this.end);
    const { buffer, end } = this;
    // A read that leaves a byte empty tells the runtime that it need not look for more.
    const targetEnd = Math.min(neededEnd + 1, buffer.length, end + TARGET_SIZE_MAX);
    this.target = buffer.subarray(end, targetEnd);
  }

  /** `size` bytes were read into the target. Is there more to be read into one? */
  grow(size: number, neededEnd: number): boolean {
    this.end += size;
    this.aim(neededEnd);
    return this.target !== null;
  }

  /** Drops the first `size` bytes. */
  dropFront(size: number): void {
    if (this.isTaken) {
      this.isTaken = false;
      this.buffer = size === this.end ? NO_BYTES : this.buffer.slice(size, this.end);
      this.end -= size;
      return;
    }
    const rest = this.end - size;
    if (rest > MOVED_SIZE_MAX) {
      this.buffer = this.buffer.subarray(size);
    } else if (this.buffer.byteOffset === 0) {
      this.buffer.copyWithin(0, size, this.end);
    } else {
      const whole = new Uint8Array(this.buffer.buffer);
      whole.set(this.buffer.subarray(size, this.end));
      this.buffer = whole;
    }
    this.end = rest;
  }

  clear(): void {
    this.buffer = NO_BYTES;
    this.end = 0;
    this.target = null;
  }

  /** Gives back what a large request needed; when the client is idle, all room that is not used. */
  giveBack(isIdle: boolean): void {
    if (this.target !== null) return;
    if (this.end === 0) {
      if (isIdle || this.isLarge) this.replace(NO_BYTES);
    } else if (isIdle && this.room > this.end) {
      this.replace(this.buffer.slice(0, this.end));
    }
  }

  /** Makes room for a large argument, as far as what has come vouches for it. */
  private makeRoomFor(neededEnd: number, size: number): void {
    const isTrusted = neededEnd < TRUSTED_SIZE || size >= VOUCHING_SIZE;
    const room = isTrusted ? neededEnd + 1 : VOUCHING_SIZE;
    // Who had room for a much larger one would give that away with this one.
    const { length } = this.buffer;
    if (length < room || (length > room * 2 && this.target === null)) this.exchange(room);
  }

  private exchange(room: number): void {
    const other =
      room > KEPT_SIZE ? this.spares.take(room) : new Uint8Array(Math.max(room, FIRST_SIZE));
    other.set(this.buffer.subarray(0, this.end));
    this.replace(other);
  }

  private replace(buffer: Uint8Array): void {
    if (this.room > KEPT_SIZE && this.target === null) this.spares.giveBack(this.buffer);
    this.buffer = buffer;
  }
}
