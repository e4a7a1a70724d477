// Comparing and copying ranges of bytes. Bytes travel as (buffer, start, end), end exclusive.

/** Below this size a plain loop beats `set` and its view object: bench/copy. */
const LOOP_SIZE_MAX = 40;

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

/** Copies source[start, end) to target at `at`. The ranges may not overlap in one buffer. */
export function copyBytes(
  source: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  at: number,
): void {
  if (end - start > LOOP_SIZE_MAX) target.set(source.subarray(start, end), at);
  else for (let i = start, j = at; i < end; i++, j++) target[j] = source[i];
}

/** Below 0, 0 or above 0, as `a` sorts before, equal to or after `b`, byte by byte. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const size = Math.min(a.length, b.length);
  for (let i = 0; i < size; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}
