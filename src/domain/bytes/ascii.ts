// Text that is really bytes: ASCII case folding, blanks as C's isspace knows them, and latin1, the
// one string that keeps bytes (one character per byte).

/** Up to this size a call for eight bytes each beats one call with a view: measured. */
const SHORT_SIZE_MAX = 512;

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
    const byte = buffer[start + i];
    if (byte !== lowerCaseAscii[i] && lowerCase(byte) !== lowerCaseAscii[i]) return false;
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
  if (end - start > SHORT_SIZE_MAX) return longText(buffer, start, end);
  let text = '';
  let at = start;
  for (; end - at >= 8; at += 8) {
    text += String.fromCharCode(
      buffer[at],
      buffer[at + 1],
      buffer[at + 2],
      buffer[at + 3],
      buffer[at + 4],
      buffer[at + 5],
      buffer[at + 6],
      buffer[at + 7],
    );
  }
  if (end - at >= 4) {
    text += String.fromCharCode(buffer[at], buffer[at + 1], buffer[at + 2], buffer[at + 3]);
    at += 4;
  }
  for (; at < end; at++) text += String.fromCharCode(buffer[at]);
  return text;
}

function longText(buffer: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at += CHUNK_SIZE) {
    const chunk = buffer.subarray(at, Math.min(at + CHUNK_SIZE, end));
    text += String.fromCharCode.apply(null, chunk as unknown as number[]);
  }
  return text;
}
