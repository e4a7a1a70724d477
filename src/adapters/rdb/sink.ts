// Where encoded bytes go: a buffer that is filled span by span. Whoever writes asks for room
// first, for a span at most, and then writes where `at` is.
import { copyBytes } from '../../domain/bytes/compare.ts';

/** Nobody asks for more room than this at once. */
export const SPAN_MAX = 8 * 1024;

/** A buffer up to this size is kept; a larger one leaves with its bytes. */
const KEPT_SIZE = 16 * 1024;

export interface ByteSink {
  bytes: Uint8Array;
  /** Where the next byte goes. */
  at: number;
  /** Makes room for so many bytes, SPAN_MAX at most: `bytes` and `at` may be others then. */
  reserve(size: number): void;
}

/** Keeps all bytes, in one buffer that grows. */
export class GrowingSink implements ByteSink {
  bytes: Uint8Array;
  at = 0;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
  }

  reserve(size: number): void {
    if (this.at + size <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.at + size, 2 * this.bytes.length));
    larger.set(this.bytes.subarray(0, this.at));
    this.bytes = larger;
  }

  /** All bytes, for keeps, and `more` that were written without moving `at`; it is empty then. */
  take(more: number): Uint8Array {
    const size = this.at + more;
    const { bytes } = this;
    this.at = 0;
    if (size <= KEPT_SIZE) return bytes.slice(0, size);
    this.bytes = new Uint8Array(KEPT_SIZE);
    return bytes.subarray(0, size);
  }
}

/** Writes bytes[start, end), in as many spans as it takes. */
export function writeBytes(sink: ByteSink, bytes: Uint8Array, start: number, end: number): void {
  for (let from = start; from < end; ) {
    const size = Math.min(end - from, SPAN_MAX);
    sink.reserve(size);
    copyBytes(bytes, from, from + size, sink.bytes, sink.at);
    sink.at += size;
    from += size;
  }
}
