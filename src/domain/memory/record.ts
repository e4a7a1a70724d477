// The record: one key with its value, in one block, and the big blocks that it owns. FORMAT.md has
// the picture.
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
//
// Where a key's or a value's bytes lie is said by locateKey() and locateValue() in fields: borrowed
// until the record changes.

import { copyBytes, equalBytes } from '../bytes/compare.ts';
import type { KeyHashes } from '../bytes/hash.ts';
import { readWord, writeWord } from '../bytes/word.ts';
import { INLINE_KEY_SIZE_MAX, INLINE_RECORD_SIZE_MAX, ROOM_SIZE_MAX } from '../limits.ts';
import { Arena, type ArenaOptions, NONE, SLAB_MASK, SLAB_SHIFT } from './arena.ts';

export const HEADER_SIZE = 12;
/** A (ref, size) cell in place of big bytes. */
const CELL_SIZE = 8;

export const KIND_STRING_INT = 1;
export const KIND_STRING_EMBSTR = 2;
export const KIND_STRING_RAW = 3;
export const KIND_HASH_PACKED = 4;
export const KIND_HASH_TABLE = 5;
export const KIND_LIST_PACKED = 6;
export const KIND_LIST_CHAIN = 7;
export const KIND_SET_INTEGERS = 8;
export const KIND_SET_PACKED = 9;
export const KIND_SET_TABLE = 10;
export const KIND_SORTED_SET_PACKED = 11;
export const KIND_SORTED_SET_TREE = 12;
export const KIND_STREAM = 13;
export const KIND_HASH_DEADLINES = 14;
/** No record's, but of a group that was taken out of its stream and waits to be freed. */
export const KIND_STREAM_GROUP = 15;

export const FLAG_BIG_KEY = 1 << 4;
export const FLAG_BIG_VALUE = 1 << 5;

export const TYPE_STRING = 1;
export const TYPE_HASH = 2;
export const TYPE_LIST = 3;
export const TYPE_SET = 4;
export const TYPE_SORTED_SET = 5;
export const TYPE_STREAM = 6;
/** Types by kind. */
const TYPES = Uint8Array.of(0, 1, 1, 1, 2, 2, 3, 3, 4, 4, 4, 5, 5, TYPE_STREAM, 2);

/** A word of a small record that may lie in its second cache line. */
const TAIL_WORD = 11;
/** A block is not left for a smaller one to save less than this. */
export const MINIMUM_WASTE = 32;
/** A ref in place of a value. */
const ROOT_SIZE = 4;
const NO_BYTES = new Uint8Array(0);

export function kindOf(arena: Arena, ref: number): number {
  return arena.words[ref >>> SLAB_SHIFT][(ref & SLAB_MASK) << 2] & 15;
}

/** Is the value of this type, a TYPE_* number? */
export function isOfType(arena: Arena, ref: number, type: number): boolean {
  return TYPES[arena.words[ref >>> SLAB_SHIFT][(ref & SLAB_MASK) << 2] & 15] === type;
}

/** The type of a kind, as a TYPE_* number. */
export function typeOf(kind: number): number {
  return TYPES[kind];
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

/** The value of a record is of another kind from here on. */
export function setKind(arena: Arena, ref: number, kind: number): void {
  const words = arena.words[ref >>> SLAB_SHIFT];
  const at = (ref & SLAB_MASK) << 2;
  words[at] = (words[at] & ~15) | kind;
}

/** Place in the expiry heap; 0 when the key has no deadline. */
export function heapPlaceOf(arena: Arena, ref: number): number {
  return arena.words[ref >>> SLAB_SHIFT][((ref & SLAB_MASK) << 2) + 2];
}

export function setHeapPlace(arena: Arena, ref: number, place: number): void {
  arena.words[ref >>> SLAB_SHIFT][((ref & SLAB_MASK) << 2) + 2] = place;
}

/** Makes, reads, overwrites and frees records. */
export class Records {
  readonly arena: Arena;
  private readonly hashes: KeyHashes;
  /** The access field of records that are made or overwritten now. */
  accessNow = 0;
  /** The value that locateValue() found. */
  valueBytes: Uint8Array = NO_BYTES;
  valueStart = 0;
  valueEnd = 0;
  /** The key that locateKey() found. */
  keyBytes: Uint8Array = NO_BYTES;
  keyStart = 0;
  keyEnd = 0;
  /** What prefetch() loaded: written so that the loads stay, of no other use. */
  prefetched = 0;

  constructor(options: ArenaOptions, hashes: KeyHashes) {
    this.arena = new Arena(options);
    this.hashes = hashes;
  }

  /** Forgets all records at once. */
  reset(): void {
    this.arena.reset();
    this.forgetPlaces();
  }

  /** What was located last would keep a slab alive. */
  forgetPlaces(): void {
    this.valueBytes = NO_BYTES;
    this.keyBytes = NO_BYTES;
  }

  /** Loads the first lines of records into the cache: engine/lookahead.ts. Returns kinds' bits. */
  prefetch(refs: Int32Array, count: number): number {
    const { words } = this.arena;
    let loaded = 0;
    let kinds = 0;
    for (let i = 0; i < count; i++) {
      const ref = refs[i];
      if (ref === NONE) continue;
      const at = (ref & SLAB_MASK) << 2;
      const head = words[ref >>> SLAB_SHIFT][at];
      kinds |= 1 << (head & 15);
      loaded ^= head ^ words[ref >>> SLAB_SHIFT][at + TAIL_WORD];
    }
    this.prefetched = loaded;
    return kinds;
  }

  /** Says in the value fields where the bytes of a string lie; true when in a big block. */
  locateValue(ref: number): boolean {
    const slab = ref >>> SLAB_SHIFT;
    const word = (ref & SLAB_MASK) << 2;
    const words = this.arena.words[slab];
    const bytes = this.arena.bytes[slab];
    const start = (word << 2) + HEADER_SIZE + (words[word + 1] & 0xffff);
    if ((words[word] & FLAG_BIG_VALUE) === 0) {
      this.valueBytes = bytes;
      this.valueStart = start;
      this.valueEnd = start + (words[word + 1] >>> 16);
      return false;
    }
    this.valueBytes = this.arena.large.bytes(readWord(bytes, start));
    this.valueStart = 0;
    this.valueEnd = readWord(bytes, start + 4);
    return true;
  }

  /** The bytes of a value in a big block, which locateValue() found, pinned for sending. */
  pinValue(ref: number): Uint8Array {
    return this.arena.large.pin(this.valueBlock(ref)).subarray(0, this.valueEnd);
  }

  /** Says in the key fields where the bytes of a record's key lie. */
  locateKey(ref: number): void {
    const slab = ref >>> SLAB_SHIFT;
    const word = (ref & SLAB_MASK) << 2;
    const words = this.arena.words[slab];
    const start = (word << 2) + HEADER_SIZE;
    this.keyBytes = this.arena.bytes[slab];
    this.keyStart = start;
    this.keyEnd = start + (words[word + 1] & 0xffff);
    if ((words[word] & FLAG_BIG_KEY) === 0) return;
    const size = readWord(this.keyBytes, start + 4);
    this.keyBytes = this.arena.large.bytes(readWord(this.keyBytes, start));
    this.keyStart = 0;
    this.keyEnd = size;
  }

  /** Is buffer[start, end) the key of a record? */
  matches(ref: number, buffer: Uint8Array, start: number, end: number): boolean {
    const size = end - start;
    if (size > INLINE_KEY_SIZE_MAX) {
      this.locateKey(ref);
      return equalBytes(this.keyBytes, this.keyStart, this.keyEnd, buffer, start, end);
    }
    const slab = ref >>> SLAB_SHIFT;
    const word = (ref & SLAB_MASK) << 2;
    const words = this.arena.words[slab];
    if ((words[word + 1] & 0xffff) !== size || (words[word] & FLAG_BIG_KEY) !== 0) return false;
    const bytes = this.arena.bytes[slab];
    for (let i = start, j = (word << 2) + HEADER_SIZE; i < end; i++, j++) {
      if (bytes[j] !== buffer[i]) return false;
    }
    return true;
  }

  /** The hash of a record's key. */
  hashOf(ref: number): number {
    this.locateKey(ref);
    return this.hashes.compute(this.keyBytes, this.keyStart, this.keyEnd);
  }

  /** A record with its key and value, without a deadline. The bytes are copied. */
  make(
    buffer: Uint8Array,
    keyStart: number,
    keyEnd: number,
    value: Uint8Array,
    valueStart: number,
    valueEnd: number,
    kind: number,
  ): number {
    const size = valueEnd - valueStart;
    if (isValueBig(keyEnd - keyStart, size)) {
      const block = this.arena.large.hold(value, valueStart, valueEnd);
      return this.makeWithBlock(buffer, keyStart, keyEnd, block, size, kind);
    }
    const ref = this.allocate(buffer, keyStart, keyEnd, size, size, kind);
    this.locateValue(ref);
    copyBytes(value, valueStart, valueEnd, this.valueBytes, this.valueStart);
    return ref;
  }

  /** A record with its key and a value of `size` zeros. */
  makeZeros(
    buffer: Uint8Array,
    keyStart: number,
    keyEnd: number,
    size: number,
    kind: number,
  ): number {
    if (isValueBig(keyEnd - keyStart, size)) {
      const block = this.arena.large.allocateZeros(size);
      return this.makeWithBlock(buffer, keyStart, keyEnd, block, size, kind);
    }
    const ref = this.allocate(buffer, keyStart, keyEnd, size, size, kind);
    this.locateValue(ref);
    this.valueBytes.fill(0, this.valueStart, this.valueEnd);
    return ref;
  }

  /** A record with its key and a big value, whose `size` bytes stand in a block already. */
  private makeWithBlock(
    buffer: Uint8Array,
    keyStart: number,
    keyEnd: number,
    block: number,
    size: number,
    kind: number,
  ): number {
    const made = this.allocate(buffer, keyStart, keyEnd, CELL_SIZE, CELL_SIZE, kind);
    this.locateValue(made);
    writeCell(this.valueBytes, this.valueStart, block, size);
    this.arena.words[made >>> SLAB_SHIFT][(made & SLAB_MASK) << 2] |= FLAG_BIG_VALUE;
    return made;
  }

  /** A record with its key, no deadline, and room for a value whose bytes are undefined. */
  allocate(
    buffer: Uint8Array,
    keyStart: number,
    keyEnd: number,
    valueSize: number,
    room: number,
    kind: number,
  ): number {
    const keySize = keyEnd - keyStart;
    const keyIsBig = keySize > INLINE_KEY_SIZE_MAX;
    const keyRoom = keyIsBig ? CELL_SIZE : keySize;
    const valueIsBig = isValueBig(keySize, room);
    const ref = this.arena.allocate(HEADER_SIZE + keyRoom + (valueIsBig ? CELL_SIZE : room));
    if (this.arena.past !== null) this.arena.past.made(ref);
    const slab = ref >>> SLAB_SHIFT;
    const word = (ref & SLAB_MASK) << 2;
    const words = this.arena.words[slab];
    const bytes = this.arena.bytes[slab];
    let flags = kind | (this.accessNow << 8);
    if (keyIsBig) flags |= FLAG_BIG_KEY;
    if (valueIsBig) flags |= FLAG_BIG_VALUE;
    words[word] = flags;
    words[word + 1] = keyRoom | ((valueIsBig ? CELL_SIZE : valueSize) << 16);
    words[word + 2] = 0;
    const at = (word << 2) + HEADER_SIZE;
    if (keyIsBig) {
      // The block's alone: slice() of a Buffer would be a view of its memory.
      const key = new Uint8Array(buffer.subarray(keyStart, keyEnd));
      writeCell(bytes, at, this.arena.large.add(key), keySize);
    } else {
      copyBytes(buffer, keyStart, keyEnd, bytes, at);
    }
    if (valueIsBig) {
      writeCell(bytes, at + keyRoom, this.arena.large.allocate(room), valueSize);
    }
    return ref;
  }

  /**
   * Replaces the value in its block, when it fits and does not leave more than half of it empty.
   */
  overwrite(ref: number, value: Uint8Array, start: number, end: number, kind: number): boolean {
    const slab = ref >>> SLAB_SHIFT;
    const word = (ref & SLAB_MASK) << 2;
    const words = this.arena.words[slab];
    const flags = words[word];
    if ((flags & FLAG_BIG_VALUE) !== 0) return false;
    const keyRoom = words[word + 1] & 0xffff;
    const size = HEADER_SIZE + keyRoom + (end - start);
    const capacity = this.arena.capacity(ref);
    if (size > capacity || size + MINIMUM_WASTE < capacity >>> 1) return false;
    words[word] = (flags & 0xf0) | kind | (this.accessNow << 8);
    words[word + 1] = keyRoom | ((end - start) << 16);
    copyBytes(value, start, end, this.arena.bytes[slab], (word << 2) + HEADER_SIZE + keyRoom);
    return true;
  }

  /** Changes a value's size where it is, if there is room, and locates it; new bytes are zero. */
  resizeInPlace(ref: number, size: number, kind: number): boolean {
    const slab = ref >>> SLAB_SHIFT;
    const word = (ref & SLAB_MASK) << 2;
    const words = this.arena.words[slab];
    const keyRoom = words[word + 1] & 0xffff;
    this.locateValue(ref);
    const kept = Math.min(this.valueEnd - this.valueStart, size);
    if ((words[word] & FLAG_BIG_VALUE) !== 0) {
      // A smaller value may fit into a block again; a growing one that has a roomy buffer keeps it.
      const isSmaller = size < this.valueEnd - this.valueStart;
      if (isSmaller && HEADER_SIZE + keyRoom + size <= INLINE_RECORD_SIZE_MAX) return false;
      this.arena.large.resize(this.valueBlock(ref), kept, size, this.roomFor(size));
      this.setBigValueSize(ref, size);
      this.locateValue(ref);
    } else {
      if (HEADER_SIZE + keyRoom + size > this.arena.capacity(ref)) return false;
      words[word + 1] = keyRoom | (size << 16);
      this.locateValue(ref);
      if (size > kept) this.valueBytes.fill(0, this.valueStart + kept, this.valueEnd);
    }
    words[word] = (words[word] & ~15) | kind;
    return true;
  }

  /** The room that the located value, which is big, has or gets when it has another size. */
  roomFor(size: number): number {
    const { length } = this.valueBytes;
    return size > length ? size + Math.min(size, ROOM_SIZE_MAX) : length;
  }

  /** A record with the key of another one and room for a value, and the other one's kept bytes. */
  resized(ref: number, size: number, kind: number, roomy: boolean): number {
    this.locateValue(ref);
    this.locateKey(ref);
    const { keyBytes, keyStart, keyEnd, valueBytes, valueStart } = this;
    const kept = Math.min(this.valueEnd - valueStart, size);
    const room = roomy ? size + Math.min(size, ROOM_SIZE_MAX) : size;
    let made: number;
    if (isValueBig(keyEnd - keyStart, room)) {
      const block = this.arena.large.allocateZeros(room);
      made = this.makeWithBlock(keyBytes, keyStart, keyEnd, block, size, kind);
      this.locateValue(made);
    } else {
      made = this.allocate(keyBytes, keyStart, keyEnd, size, room, kind);
      this.locateValue(made);
      this.valueBytes.fill(0, this.valueStart + kept, this.valueEnd);
    }
    copyBytes(valueBytes, valueStart, valueStart + kept, this.valueBytes, this.valueStart);
    return made;
  }

  /**
   * A record with another key and the value of `ref`, which is not copied when it is big: both have
   * it until `ref` is freed by freeWithoutValue().
   */
  rekeyed(ref: number, buffer: Uint8Array, keyStart: number, keyEnd: number): number {
    if (!this.hasBigValue(ref)) return this.duplicate(ref, buffer, keyStart, keyEnd);
    return this.withBlock(ref, buffer, keyStart, keyEnd, this.valueBlock(ref));
  }

  /** A record with this key and the value of `ref`, which is not copied when it is big. */
  twin(ref: number, buffer: Uint8Array, keyStart: number, keyEnd: number): number {
    if (!this.hasBigValue(ref)) return this.duplicate(ref, buffer, keyStart, keyEnd);
    const block = this.arena.large.twin(this.valueBlock(ref));
    return this.withBlock(ref, buffer, keyStart, keyEnd, block);
  }

  private hasBigValue(ref: number): boolean {
    const flags = this.arena.words[ref >>> SLAB_SHIFT][(ref & SLAB_MASK) << 2];
    return (flags & FLAG_BIG_VALUE) !== 0;
  }

  /** A record with a key and, in a block that has them, the bytes of the big value of `ref`. */
  private withBlock(
    ref: number,
    buffer: Uint8Array,
    keyStart: number,
    keyEnd: number,
    block: number,
  ): number {
    this.locateValue(ref);
    const size = this.valueEnd;
    return this.makeWithBlock(buffer, keyStart, keyEnd, block, size, kindOf(this.arena, ref));
  }

  /** A record with another key and a copy of the value of `ref`. */
  duplicate(ref: number, buffer: Uint8Array, keyStart: number, keyEnd: number): number {
    this.locateValue(ref);
    const { valueBytes, valueStart, valueEnd } = this;
    const kind = kindOf(this.arena, ref);
    return this.make(buffer, keyStart, keyEnd, valueBytes, valueStart, valueEnd, kind);
  }

  /** Bytes of the record's blocks, without what a twin has, too. */
  capacity(ref: number): number {
    const { arena } = this;
    const flags = arena.words[ref >>> SLAB_SHIFT][(ref & SLAB_MASK) << 2];
    let size = arena.capacity(ref);
    if ((flags & FLAG_BIG_KEY) !== 0) size += arena.capacity(this.keyBlock(ref));
    if ((flags & FLAG_BIG_VALUE) !== 0) size += arena.large.ownSize(this.valueBlock(ref));
    return size;
  }

  free(ref: number): void {
    const { past } = this.arena;
    if (past?.isFrozen(ref)) return past.retire(ref, this);
    const flags = this.arena.words[ref >>> SLAB_SHIFT][(ref & SLAB_MASK) << 2];
    if ((flags & FLAG_BIG_KEY) !== 0) this.arena.large.free(this.keyBlock(ref));
    if ((flags & FLAG_BIG_VALUE) !== 0) this.arena.large.free(this.valueBlock(ref));
    this.arena.free(ref);
  }

  /** A record with its key and the root of a collection. */
  makeRooted(
    buffer: Uint8Array,
    keyStart: number,
    keyEnd: number,
    root: number,
    kind: number,
  ): number {
    const ref = this.allocate(buffer, keyStart, keyEnd, ROOT_SIZE, ROOT_SIZE, kind);
    this.locateValue(ref);
    writeWord(this.valueBytes, this.valueStart, root);
    return ref;
  }

  /** Frees a record whose value another one has taken over: see rekeyed(). */
  freeWithoutValue(ref: number): void {
    this.arena.words[ref >>> SLAB_SHIFT][(ref & SLAB_MASK) << 2] &= ~FLAG_BIG_VALUE;
    this.free(ref);
  }

  /** The block of a big key, for who has seen FLAG_BIG_KEY. */
  keyBlock(ref: number): number {
    return readWord(this.arena.bytes[ref >>> SLAB_SHIFT], ((ref & SLAB_MASK) << 4) + HEADER_SIZE);
  }

  /** A big value has another size, for which its block has the room. */
  setBigValueSize(ref: number, size: number): void {
    const slab = ref >>> SLAB_SHIFT;
    const word = (ref & SLAB_MASK) << 2;
    const keyRoom = this.arena.words[slab][word + 1] & 0xffff;
    const bytes = this.arena.bytes[slab];
    const at = (word << 2) + HEADER_SIZE + keyRoom;
    writeCell(bytes, at, readWord(bytes, at), size);
  }

  /** The block of a big value, for who has seen FLAG_BIG_VALUE; or the root of a collection. */
  valueBlock(ref: number): number {
    const slab = ref >>> SLAB_SHIFT;
    const word = (ref & SLAB_MASK) << 2;
    const keyRoom = this.arena.words[slab][word + 1] & 0xffff;
    return readWord(this.arena.bytes[slab], (word << 2) + HEADER_SIZE + keyRoom);
  }
}

/** Does a value of this size need a block of its own? */
function isValueBig(keySize: number, size: number): boolean {
  const keyRoom = keySize > INLINE_KEY_SIZE_MAX ? CELL_SIZE : keySize;
  return HEADER_SIZE + keyRoom + size > INLINE_RECORD_SIZE_MAX;
}

function writeCell(bytes: Uint8Array, at: number, block: number, size: number): void {
  writeWord(bytes, at, block);
  writeWord(bytes, at + 4, size);
}
