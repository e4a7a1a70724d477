// Comparing and copying ranges of bytes. Bytes travel as (buffer, start, end), end exclusive.

/** Below this size a plain loop beats `set` and its view object: bench/copy. */
const LOOP_SIZE_MAX = 40;
/** From this size on, two views more cost less than bytes one by one: bench/copy. */
const BOUNCE_SIZE_MIN = 256;
/** The same where the bytes move within one buffer, which needs no view by itself. */
const BOUNCE_MOVE_SIZE_MIN = 2048;
/** The largest block of a slab: larger copies are mostly those of ordinary memory. */
const BOUNCE_SIZE_MAX = 32 * 1024;
/** V8 copies words of 8 bytes. */
const WORD_MASK = 7;
/** What is being copied by bounce(): nothing is left in it from one call for the next. */
const BOUNCE = new Uint8Array(BOUNCE_SIZE_MAX + WORD_MASK);

/** Are the two ranges equal, byte for byte? */
export function equalBytes(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): boolean {
  if (aEnd - aStart !== bEnd - bStart) return false;
  for (let i = aStart, j = bStart; i < aEnd; i++, j++) if (a[i] !== b[j]) return false;
  return true;
}

/**
 * Copies source[start, end) to target at `at`. The ranges may not overlap in one buffer.
 *
 * V8 copies from and to shared memory, which slabs are, a byte at a time when the two places are
 * unequal modulo 8, and ten times as fast when they are equal. In ordinary memory it does not care.
 */
export function copyBytes(
  source: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  at: number,
): void {
  const size = end - start;
  if (size <= LOOP_SIZE_MAX) {
    // Four at a time take three quarters.
    let from = start;
    let to = at;
    for (; from + 4 <= end; from += 4, to += 4) {
      target[to] = source[from];
      target[to + 1] = source[from + 1];
      target[to + 2] = source[from + 2];
      target[to + 3] = source[from + 3];
    }
    for (; from < end; from++, to++) target[to] = source[from];
  } else if (size < BOUNCE_SIZE_MIN || isEquallyPlaced(start, at)) {
    target.set(source.subarray(start, end), at);
  } else if (size <= BOUNCE_SIZE_MAX) {
    bounce(source, start, end, target, at);
  } else if (isShared(source) || isShared(target)) {
    for (let from = start; from < end; from += BOUNCE_SIZE_MAX) {
      bounce(source, from, Math.min(from + BOUNCE_SIZE_MAX, end), target, at + from - start);
    }
  } else {
    target.set(source.subarray(start, end), at);
  }
}

function isShared({ buffer }: Uint8Array): boolean {
  return buffer instanceof SharedArrayBuffer;
}

/**
 * Moves bytes[start, end) of shared memory to `at` in it, where they may overlap: in pieces over
 * ordinary memory if that is quicker, for the reason that copyBytes() has.
 */
export function moveBytes(bytes: Uint8Array, start: number, end: number, at: number): void {
  if (end - start < BOUNCE_MOVE_SIZE_MIN || isEquallyPlaced(start, at)) {
    bytes.copyWithin(at, start, end);
    return;
  }
  if (at < start) {
    for (let from = start; from < end; from += BOUNCE_SIZE_MAX) {
      bounce(bytes, from, Math.min(from + BOUNCE_SIZE_MAX, end), bytes, at + from - start);
    }
    return;
  }
  for (let to = end; to > start; to -= BOUNCE_SIZE_MAX) {
    const from = Math.max(start, to - BOUNCE_SIZE_MAX);
    bounce(bytes, from, to, bytes, at + from - start);
  }
}

function isEquallyPlaced(a: number, b: number): boolean {
  return ((a ^ b) & WORD_MASK) === 0;
}

/** Copies over a place in ordinary memory that suits the source, and then one that suits both. */
function bounce(
  source: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  at: number,
): void {
  const size = end - start;
  const from = start & WORD_MASK;
  const to = at & WORD_MASK;
  BOUNCE.set(source.subarray(start, end), from);
  BOUNCE.copyWithin(to, from, from + size);
  target.set(BOUNCE.subarray(to, to + size), at);
}

/** Below 0, 0 or above 0, as `a` sorts before, equal to or after `b`, byte by byte. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const size = Math.min(a.length, b.length);
  for (let i = 0; i < size; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}
