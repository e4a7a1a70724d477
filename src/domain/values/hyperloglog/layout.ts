// How the bytes of a HyperLogLog lie, in its two forms: FORMAT.md has the picture.

/** `HYLL`, the form, three unused bytes, the cached count in 8 bytes. */
export const HEADER_SIZE = 16;
export const FORM_AT = 4;
export const CACHE_AT = 8;
const CACHE_SIZE = 8;
/** The highest bit of the cached count: it is out of date. */
export const STALE_AT = CACHE_AT + CACHE_SIZE - 1;
export const STALE_BIT = 0x80;

export const FORM_DENSE = 0;
export const FORM_SPARSE = 1;

/** 2^14 registers of 6 bits. */
export const REGISTER_BITS = 14;
export const REGISTERS = 1 << REGISTER_BITS;
const VALUE_BITS = 6;
export const VALUE_MAX = (1 << VALUE_BITS) - 1;
export const DENSE_SIZE = HEADER_SIZE + (REGISTERS * VALUE_BITS) / 8;
/** Opcodes have two bytes at most, and each is of a register or more: longer ones are corrupt. */
export const SPARSE_SIZE_MAX = HEADER_SIZE + 2 * REGISTERS;

const MAGIC = Uint8Array.of(0x48, 0x59, 0x4c, 0x4c);
/** The opcode of 16384 zeros. */
const ALL_ZEROS = Uint8Array.of(0x7f, 0xff);
export const EMPTY_SIZE = HEADER_SIZE + ALL_ZEROS.length;

/** Is it one, as far as its header and its size tell? */
export function isHyperLogLog(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < HEADER_SIZE) return false;
  for (let i = 0; i < MAGIC.length; i++) if (bytes[start + i] !== MAGIC[i]) return false;
  const form = bytes[start + FORM_AT];
  return form === FORM_SPARSE || (form === FORM_DENSE && end - start === DENSE_SIZE);
}

/** Writes one of nothing, in the sparse form. */
export function writeEmpty(bytes: Uint8Array): void {
  bytes.fill(0, 0, HEADER_SIZE);
  bytes.set(MAGIC);
  bytes[FORM_AT] = FORM_SPARSE;
  bytes.set(ALL_ZEROS, HEADER_SIZE);
}
