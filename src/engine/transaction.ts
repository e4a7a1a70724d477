// A transaction: the requests that wait between MULTI and EXEC, their bytes behind one another in
// one buffer, so that a queue costs what its bytes cost.
//
// Invariants: request i has the arguments [firsts[i], firsts[i + 1]), and argument j the bytes
// [offsets[j], offsets[j + 1]).
import type { Request } from './request.ts';

const FIRST_SIZE = 256;
const FIRST_ARGUMENTS = 16;
const FIRST_REQUESTS = 4;
const BYTES_PER_OFFSET = 4;
const BYTES_PER_POINTER = 8;

export class Transaction {
  /** A request could not be queued: EXEC will refuse to run the others. */
  isAborted = false;
  /** NEEDS_* bits of the queued commands: EXEC needs what they need. */
  needs = 0;
  count = 0;
  private bytes = new Uint8Array(FIRST_SIZE);
  private offsets = new Int32Array(FIRST_ARGUMENTS);
  private firsts = new Int32Array(FIRST_REQUESTS);

  /** As Redis counts them: bytes of all arguments, and a pointer for each. */
  get argumentsSize(): number {
    const argumentsCount = this.firsts[this.count];
    return this.offsets[argumentsCount] + argumentsCount * BYTES_PER_POINTER;
  }

  /** Bytes that the queue takes. */
  get size(): number {
    const words = this.offsets.length + this.firsts.length;
    return this.bytes.length + words * BYTES_PER_OFFSET;
  }

  /** Queues a copy of a request. */
  add(request: Request, needs: number): void {
    const { buffer, starts, ends, count } = request;
    const first = this.firsts[this.count];
    let end = this.offsets[first];
    this.needs |= needs;
    this.reserve(first + count + 1, end + request.totalSize);
    for (let i = 0; i < count; i++) {
      this.bytes.set(buffer.subarray(starts[i], ends[i]), end);
      end += ends[i] - starts[i];
      this.offsets[first + i + 1] = end;
    }
    this.firsts[++this.count] = first + count;
  }

  /** Lets `request` be the one that was queued as number `index`, from 0. */
  read(index: number, request: Request): void {
    request.begin(this.offsets[this.firsts[index]]);
    request.buffer = this.bytes;
    for (let at = this.firsts[index]; at < this.firsts[index + 1]; at++) {
      request.push(this.offsets[at], this.offsets[at + 1]);
    }
  }

  private reserve(offsetsCount: number, size: number): void {
    if (this.count + 2 > this.firsts.length) {
      this.firsts = grown(this.firsts, new Int32Array(this.firsts.length * 2));
    }
    if (offsetsCount > this.offsets.length) {
      const length = Math.max(this.offsets.length * 2, offsetsCount);
      this.offsets = grown(this.offsets, new Int32Array(length));
    }
    if (size > this.bytes.length) {
      this.bytes = grown(this.bytes, new Uint8Array(Math.max(this.bytes.length * 2, size)));
    }
  }
}

function grown<T extends Uint8Array | Int32Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}
