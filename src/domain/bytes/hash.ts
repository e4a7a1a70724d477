// HalfSipHash-1-3: a keyed hash of 32 bits (Aumasson and Bernstein's SipHash, 32-bit variant, with
// one compression round and three final ones, as the Linux kernel uses for its hash tables). Under
// a secret random key nobody can prepare keys that collide.
//
// A hash that was announced by hint() is believed for the key that begins at that place, until the
// next hint: whoever fills the buffer anew must take the hint back. Where misuse is to be caught,
// each use of a hint is checked.

/** A secret of 64 bits, in two signed words. */
export interface HashKey {
  readonly k0: number;
  readonly k1: number;
}

/** The hash of buffer[start, end) as a signed 32-bit number. */
export function halfSipHash(key: HashKey, buffer: Uint8Array, start: number, end: number): number {
  let v0 = key.k0;
  let v1 = key.k1;
  let v2 = 0x6c796765 ^ key.k0;
  let v3 = 0x74656462 ^ key.k1;
  const size = end - start;
  const wordsEnd = end - (size & 3);
  let i = start;
  for (; i < wordsEnd; i += 4) {
    const word = buffer[i] | (buffer[i + 1] << 8) | (buffer[i + 2] << 16) | (buffer[i + 3] << 24);
    v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
  }
  let last = size << 24;
  if (i < end) last |= buffer[i];
  if (i + 1 < end) last |= buffer[i + 1] << 8;
  if (i + 2 < end) last |= buffer[i + 2] << 16;
  v3 ^= last;
  for (let round = 0; round < 4; round++) {
    if (round === 1) {
      v0 ^= last;
      v2 ^= 0xff;
    }
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
  }
  return v1 ^ v3;
}

/** The hashes of the keys that one keyspace is asked for. */
export class KeyHashes {
  private readonly hashKey: HashKey;
  /** Is it checked what callers say of hashes? */
  readonly areChecked: boolean;
  private hintBuffer: Uint8Array | null = null;
  private hintStart = -1;
  private hintHash = 0;

  constructor(hashKey: HashKey, areChecked: boolean) {
    this.hashKey = hashKey;
    this.areChecked = areChecked;
  }

  /** The hash of a key; the one that was announced by hint() is not computed again. */
  hash(buffer: Uint8Array, start: number, end: number): number {
    if (start !== this.hintStart || buffer !== this.hintBuffer) {
      return halfSipHash(this.hashKey, buffer, start, end);
    }
    if (this.areChecked && this.compute(buffer, start, end) !== this.hintHash) {
      throw new Error('the hint of a hash is older than the bytes of its key');
    }
    return this.hintHash;
  }

  /** The hash of a key, whatever was announced. */
  compute(buffer: Uint8Array, start: number, end: number): number {
    return halfSipHash(this.hashKey, buffer, start, end);
  }

  /** The key that begins at buffer[start] has this hash; start -1 takes the hint back. */
  hint(buffer: Uint8Array | null, start: number, hash: number): void {
    this.hintBuffer = buffer;
    this.hintStart = start;
    this.hintHash = hash;
  }
}
