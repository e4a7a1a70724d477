// The order of byte strings, in which Redis sorts members and names.

/** Below 0, 0 or above 0, as range `a` sorts before, equal to or after range `b`. */
export function compareRanges(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): number {
  const end = aStart + Math.min(aEnd - aStart, bEnd - bStart);
  for (let i = aStart, j = bStart; i < end; i++, j++) if (a[i] !== b[j]) return a[i] - b[j];
  return aEnd - aStart - (bEnd - bStart);
}
