// The record: one key with its value, in one block. FORMAT.md has the picture.
//
//   word 0   kind:4  flags:4  access:24      kind: type and encoding (KIND_*); access: LRU or LFU
//   word 1   keySize:16  valueSize:16        bytes in this block
//   word 2   place in the expiry heap, 0 without a deadline
//   then the key's bytes, then the value's.
//
// A key above INLINE_KEY_SIZE_MAX or a value that would make the record larger than a block has a
// large block (large-blocks.ts): in its place stands an 8-byte cell (ref, size), and a flag says
// so.
// The value of a collection in its big form is the ref of its root (values/kinds.ts), 4 bytes.
import type { Arena } from './arena.ts';
import { SLAB_MASK, SLAB_SHIFT } from './arena.ts';

export const HEADER_SIZE = 12;
/** A (ref, size) cell in place of big bytes. */
export const CELL_SIZE = 8;

export const KIND_STRING_INT = 1;
export const KIND_STRING_EMBSTR = 2;
export const KIND_STRING_RAW = 3;

export const FLAG_BIG_KEY = 1 << 4;
export const FLAG_BIG_VALUE = 1 << 5;

export const TYPE_STRING = 1;
/** Types by kind, and as TYPE names them. */
const TYPES = Uint8Array.of(0, TYPE_STRING, TYPE_STRING, TYPE_STRING);
const TYPE_NAMES = ['none', 'string'];
/** Encodings as OBJECT ENCODING names them, by kind. */
const ENCODING_NAMES = ['none', 'int', 'embstr', 'raw'];

export function kindOf(arena: Arena, ref: number): number {
  return arena.words[ref >>> SLAB_SHIFT][(ref & SLAB_MASK) << 2] & 15;
}

/** The type of a kind, as a TYPE_* number. */
export function typeOf(kind: number): number {
  return TYPES[kind];
}

export function typeName(kind: number): string {
  return TYPE_NAMES[TYPES[kind]];
}

export function encodingName(kind: number): string {
  return ENCODING_NAMES[kind];
}

/** The 24 bits of access clock or counter. */
export function accessOf(arena: Arena, ref: number): number {
  return arena.words[ref >>> SLAB_SHIFT][(ref & SLAB_MASK) << 2] >>> 8;
}

export function setAccess(arena: Arena, ref: number, access: number): void {
  const words = arena.words[ref >>> SLAB_SHIFT];
  const at = (ref & SLAB_MASK) << 2;
  words[at] = (words[at] & 0xff) | (access << 8);
}

/** Place in the expiry heap; 0 when the key has no deadline. */
export function heapPlaceOf(arena: Arena, ref: number): number {
  return arena.words[ref >>> SLAB_SHIFT][((ref & SLAB_MASK) << 2) + 2];
}

export function setHeapPlace(arena: Arena, ref: number, place: number): void {
  arena.words[ref >>> SLAB_SHIFT][((ref & SLAB_MASK) << 2) + 2] = place;
}

/** Is the inline key of `ref` equal to buffer[start, end)? Big keys are the caller's to compare. */
export function hasInlineKey(
  arena: Arena,
  ref: number,
  buffer: Uint8Array,
  start: number,
  end: number,
): boolean {
  const slab = ref >>> SLAB_SHIFT;
  const word = (ref & SLAB_MASK) << 2;
  const words = arena.words[slab];
  if ((words[word + 1] & 0xffff) !== end - start) return false;
  if ((words[word] & FLAG_BIG_KEY) !== 0) return false;
  const bytes = arena.bytes[slab];
  for (let i = start, j = (word << 2) + HEADER_SIZE; i < end; i++, j++) {
    if (bytes[j] !== buffer[i]) return false;
  }
  return true;
}
