// Moving the bytes of packed lists, in one place: what is behind a change moves within its block.
//
// In a shared buffer V8 moves bytes one by one unless source and target are equally aligned modulo
// 8 (design of collections, part 2).

/**
 * Lets `inserted` bytes, undefined, take the place of `removed` ones at `at`, in a buffer that has
 * room behind `end`. Returns the new end.
 */
export function spliceBytes(
  bytes: Uint8Array,
  end: number,
  at: number,
  removed: number,
  inserted: number,
): number {
  if (removed !== inserted) moveBytes(bytes, at + removed, end, at + inserted);
  return end - removed + inserted;
}

/** Moves bytes[start, end) to `at`, where they may overlap. */
function moveBytes(bytes: Uint8Array, start: number, end: number, at: number): void {
  bytes.copyWithin(at, start, end);
}
