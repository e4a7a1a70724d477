// Makes the room that a change of a packed structure has planned, in a buffer that has it.

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
  bytes.copyWithin(at + inserted, at + removed, end);
  return end - removed + inserted;
}
