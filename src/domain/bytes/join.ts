// Pieces of bytes, one behind the other.

/** A copy of pieces [start, end) in one array. */
export function joinBytes(
  pieces: readonly Uint8Array[],
  start = 0,
  end = pieces.length,
): Uint8Array {
  let size = 0;
  for (let i = start; i < end; i++) size += pieces[i].length;
  const joined = new Uint8Array(size);
  let at = 0;
  for (let i = start; i < end; i++) {
    joined.set(pieces[i], at);
    at += pieces[i].length;
  }
  return joined;
}
