// Text that is really bytes: ASCII case folding, blanks as C's isspace knows them, and latin1, the
// one string that keeps bytes (one character per byte).

/** Up to this size building a string char by char beats one call with a view: measured. */
const LOOP_SIZE_MAX = 12;

/** Characters made by one call: an argument list must stay far below the engine's stack. */
const CHUNK_SIZE = 8192;

/**
 * Are the bytes equal to the word, in whatever case they are written? The word must be in lower
 * case already; only ASCII letters fold.
 */
export function equalsIgnoreCase(
  buffer: Uint8Array,
  start: number,
  end: number,
  lowerCaseAscii: Uint8Array | string,
): boolean {
  const size = end - start;
  if (size !== lowerCaseAscii.length) return false;
  if (typeof lowerCaseAscii === 'string') {
    for (let i = 0; i < size; i++) {
      if (lowerCase(buffer[start + i]) !== lowerCaseAscii.charCodeAt(i)) return false;
    }
    return true;
  }
  for (let i = 0; i < size; i++) {
    if (lowerCase(buffer[start + i]) !== lowerCaseAscii[i]) return false;
  }
  return true;
}

/** The byte, with A-Z folded to a-z. */
export function lowerCase(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}

/** Is the byte a blank as isspace() has it in the C locale: space, \t \n \v \f \r? */
export function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

/** The bytes of a latin1 string. */
export function latin1Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** The bytes as a latin1 string; any size. */
export function latin1Text(buffer: Uint8Array, start: number, end: number): string {
  let text = '';
  if (end - start <= LOOP_SIZE_MAX) {
    for (let i = start; i < end; i++) text += String.fromCharCode(buffer[i]);
    return text;
  }
  for (let at = start; at < end; at += CHUNK_SIZE) {
    const chunk = buffer.subarray(at, Math.min(at + CHUNK_SIZE, end));
    text += String.fromCharCode.apply(null, chunk as unknown as number[]);
  }
  return text;
}
