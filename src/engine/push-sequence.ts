// Pushes that wait for sessions, one after the other: a sequence is what was pushed before, and one
// push more. Sessions that are sent the same share one sequence, so that it costs no array for each
// of them, and its bytes are joined once for all.
//
// Invariant: sequences do not change; what is known of one is kept for the next who asks.

import { joinBytes } from '../domain/bytes/join.ts';

/** Pushes up to this size are copied into one piece with their neighbours. */
const SMALL_SIZE = 4 * 1024;

export class PushSequence {
  /** Bytes of all its pushes. */
  readonly size: number;
  private readonly before: PushSequence | null;
  private readonly bytes: Uint8Array;
  /** The sequence that was made last of this one. */
  private last: PushSequence | null = null;
  private joined: Uint8Array[] | null = null;

  constructor(before: PushSequence | null, bytes: Uint8Array) {
    this.before = before;
    this.bytes = bytes;
    this.size = before === null ? bytes.length : before.size + bytes.length;
  }

  /** This sequence with one push more: for all in turn who get the same, it is the same one. */
  with(bytes: Uint8Array): PushSequence {
    const { last } = this;
    if (last !== null && last.bytes === bytes) return last;
    this.last = new PushSequence(this, bytes);
    return this.last;
  }

  /** Is it this push, and nothing before it? */
  isOnly(bytes: Uint8Array): boolean {
    return this.before === null && this.bytes === bytes;
  }

  /** All bytes, in as few pieces as are worth their copying. */
  get pieces(): readonly Uint8Array[] {
    this.joined ??= this.before === null ? [this.bytes] : this.join();
    return this.joined;
  }

  private join(): Uint8Array[] {
    const all: Uint8Array[] = [];
    let at: PushSequence | null = this;
    for (; at !== null; at = at.before) all.push(at.bytes);
    all.reverse();
    const pieces: Uint8Array[] = [];
    for (let i = 0; i < all.length; ) {
      const end = endOfSmall(all, i);
      pieces.push(end - i < 2 ? all[i] : joinBytes(all, i, end));
      i = Math.max(end, i + 1);
    }
    return pieces;
  }
}

/** Where the small ones from `start` on end. */
function endOfSmall(all: readonly Uint8Array[], start: number): number {
  let end = start;
  while (end < all.length && all[end].length <= SMALL_SIZE) end++;
  return end;
}
