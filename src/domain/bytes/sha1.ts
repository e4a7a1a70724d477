// SHA-1 (RFC 3174): the digest by which datasets, scripts and passwords are told apart. Nothing
// secret may hang on it any more.

export const SHA1_SIZE = 20;

const BLOCK_SIZE = 64;
/** The last eight bytes of the last block are the size of the message in bits. */
const LENGTH_AT = BLOCK_SIZE - 8;

const state = new Int32Array(5);
const schedule = new Int32Array(80);
const lastBlock = new Uint8Array(BLOCK_SIZE);

/**
 * Writes the SHA-1 of bytes[start, end) to the first 20 bytes of `out`, which may be the same
 * bytes.
 */
export function sha1(bytes: Uint8Array, start: number, end: number, out: Uint8Array): void {
  state[0] = 0x67452301;
  state[1] = 0xefcdab89;
  state[2] = 0x98badcfe;
  state[3] = 0x10325476;
  state[4] = 0xc3d2e1f0;
  let at = start;
  for (; at + BLOCK_SIZE <= end; at += BLOCK_SIZE) mixBlock(bytes, at);
  const rest = end - at;
  lastBlock.fill(0);
  lastBlock.set(bytes.subarray(at, end));
  lastBlock[rest] = 0x80;
  if (rest >= LENGTH_AT) {
    mixBlock(lastBlock, 0);
    lastBlock.fill(0);
  }
  writeWord(lastBlock, LENGTH_AT, Math.floor((end - start) / 2 ** 29));
  writeWord(lastBlock, LENGTH_AT + 4, (end - start) << 3);
  mixBlock(lastBlock, 0);
  for (let i = 0; i < 5; i++) writeWord(out, 4 * i, state[i]);
}

/** Forty hexadecimal digits. */
export function sha1Text(digest: Uint8Array): string {
  let text = '';
  for (let i = 0; i < SHA1_SIZE; i++) text += digest[i].toString(16).padStart(2, '0');
  return text;
}

function mixBlock(block: Uint8Array, at: number): void {
  for (let i = 0; i < 16; i++) schedule[i] = readWord(block, at + 4 * i);
  for (let i = 16; i < 80; i++) {
    schedule[i] = rotate(
      schedule[i - 3] ^ schedule[i - 8] ^ schedule[i - 14] ^ schedule[i - 16],
      1,
    );
  }
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  for (let i = 0; i < 80; i++) {
    const next = (rotate(a, 5) + choice(i, b, c, d) + e + schedule[i]) | 0;
    e = d;
    d = c;
    c = rotate(b, 30);
    b = a;
    a = next;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
}

/** The function and the constant of a round: they change every twenty. */
function choice(round: number, b: number, c: number, d: number): number {
  if (round < 20) return (((c ^ d) & b) ^ d) + 0x5a827999;
  if (round < 40) return (b ^ c ^ d) + 0x6ed9eba1;
  if (round < 60) return ((b & c) | ((b | c) & d)) + 0x8f1bbcdc;
  return (b ^ c ^ d) + 0xca62c1d6;
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

function readWord(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
}

function writeWord(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word >>> 24;
  bytes[at + 1] = word >>> 16;
  bytes[at + 2] = word >>> 8;
  bytes[at + 3] = word;
}
