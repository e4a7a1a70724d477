// Elements of hashes, sets and sorted sets in their big forms: a block each, which holds a key (a
// field or member) and what belongs to it. FORMAT.md has the pictures.
//
//   set         size:u16 key
//   hash        valueSize:u16 size:u16 key [deadline:f64] value
//   sorted set  score:f64 size:u16 key
//
// Of the 16 bits of `size` the low 13 are the bytes that the key takes in the block; three say that
// a deadline follows the key, that the value is a cell, that the key is one. A cell is 8 bytes, the
// ref of a large block and the true size, which may be less than the block's.
//
// Where a key's bytes lie is said by locateKey() in fields: borrowed until the element changes.

import { copyBytes, equalBytes } from '../../bytes/compare.ts';
import { type HashKey, halfSipHash } from '../../bytes/hash.ts';
import { readWord, writeWord } from '../../bytes/word.ts';
import { type Arena, SLAB_MASK, SLAB_SHIFT } from '../../memory/arena.ts';

/** Where in an element `size` stands: what a table must know of its elements. */
export const SET_SIZE_AT = 0;
export const HASH_SIZE_AT = 2;
export const ZSET_SIZE_AT = 8;

/** A longer key is a cell. */
const KEY_SIZE_MAX = 8 * 1024 - 1;
const BIG_KEY = 1 << 13;
export const ELEMENT_BIG_VALUE = 1 << 14;
export const ELEMENT_DEADLINE = 1 << 15;

const KEY_SIZE_MASK = (1 << 13) - 1;
const SIZE_SIZE = 2;
const CELL_SIZE = 8;
const DEADLINE_SIZE = 8;
const NO_BYTES = new Uint8Array(0);

/** All elements of one layout. */
export class Elements {
  readonly arena: Arena;
  readonly hashKey: HashKey;
  /** The key that locateKey() found. */
  keyBytes: Uint8Array = NO_BYTES;
  keyStart = 0;
  keyEnd = 0;
  /** One of the ..._SIZE_AT. */
  readonly layout: number;

  constructor(arena: Arena, hashKey: HashKey, layout: number) {
    this.arena = arena;
    this.hashKey = hashKey;
    this.layout = layout;
  }

  hash(buffer: Uint8Array, start: number, end: number): number {
    return halfSipHash(this.hashKey, buffer, start, end);
  }

  /**
   * An element with a key, `flags` of ELEMENT_BIG_VALUE and ELEMENT_DEADLINE, and room for `room`
   * bytes behind the key; what is not key or size is undefined.
   */
  make(buffer: Uint8Array, start: number, end: number, flags: number, room: number): number {
    const isBig = end - start > KEY_SIZE_MAX;
    const keySize = isBig ? CELL_SIZE : end - start;
    const element = this.arena.allocate(this.layout + SIZE_SIZE + keySize + room);
    if (this.arena.past !== null) this.arena.past.made(element);
    const bytes = this.arena.bytes[element >>> SLAB_SHIFT];
    const at = ((element & SLAB_MASK) << 4) + this.layout;
    const size = keySize | flags | (isBig ? BIG_KEY : 0);
    bytes[at] = size;
    bytes[at + 1] = size >>> 8;
    if (isBig) {
      const block = this.arena.large.hold(buffer, start, end);
      this.writeCell(bytes, at + SIZE_SIZE, block, end - start);
    } else {
      copyBytes(buffer, start, end, bytes, at + SIZE_SIZE);
    }
    return element;
  }

  /** Says in the key fields where the bytes of an element's key lie. */
  locateKey(element: number): void {
    const bytes = this.arena.bytes[element >>> SLAB_SHIFT];
    const at = ((element & SLAB_MASK) << 4) + this.layout;
    const size = bytes[at] | (bytes[at + 1] << 8);
    this.keyBytes = bytes;
    this.keyStart = at + SIZE_SIZE;
    this.keyEnd = at + SIZE_SIZE + (size & KEY_SIZE_MASK);
    if ((size & BIG_KEY) === 0) return;
    this.keyEnd = readWord(bytes, at + SIZE_SIZE + 4);
    this.keyBytes = this.arena.large.bytes(readWord(bytes, at + SIZE_SIZE));
    this.keyStart = 0;
  }

  /** Says in an item where the bytes of an element's key lie. */
  readKey(element: number, item: { bytes: Uint8Array; start: number; end: number }): void {
    const bytes = this.arena.bytes[element >>> SLAB_SHIFT];
    const start = ((element & SLAB_MASK) << 4) + this.layout + SIZE_SIZE;
    const size = bytes[start - 2] | (bytes[start - 1] << 8);
    item.bytes = bytes;
    item.start = start;
    item.end = start + (size & KEY_SIZE_MASK);
    if ((size & BIG_KEY) === 0) return;
    item.end = readWord(bytes, start + 4);
    item.bytes = this.arena.large.bytes(readWord(bytes, start));
    item.start = 0;
  }

  /** Is buffer[start, end) the key of an element? */
  matches(element: number, buffer: Uint8Array, start: number, end: number): boolean {
    const bytes = this.arena.bytes[element >>> SLAB_SHIFT];
    const at = ((element & SLAB_MASK) << 4) + this.layout;
    const size = bytes[at] | (bytes[at + 1] << 8);
    if ((size & BIG_KEY) !== 0) {
      this.locateKey(element);
      return equalBytes(this.keyBytes, this.keyStart, this.keyEnd, buffer, start, end);
    }
    if ((size & KEY_SIZE_MASK) !== end - start) return false;
    for (let i = start, j = at + SIZE_SIZE; i < end; i++, j++) {
      if (bytes[j] !== buffer[i]) return false;
    }
    return true;
  }

  hashOf(element: number): number {
    this.locateKey(element);
    return halfSipHash(this.hashKey, this.keyBytes, this.keyStart, this.keyEnd);
  }

  /** Bytes of the element's blocks. */
  capacity(element: number): number {
    const { arena } = this;
    let size = arena.capacity(element);
    const key = this.keyBlock(element);
    const value = this.valueBlock(element);
    if (key !== 0) size += arena.capacity(key);
    if (value !== 0) size += arena.capacity(value);
    return size;
  }

  free(element: number): void {
    const { past } = this.arena;
    if (past?.isFrozen(element)) return past.retire(element, this);
    const key = this.keyBlock(element);
    const value = this.valueBlock(element);
    if (key !== 0) this.arena.free(key);
    if (value !== 0) this.arena.free(value);
    this.arena.free(element);
  }

  /** The large block of a big key, or 0. */
  keyBlock(element: number): number {
    const size = this.sizeOf(element);
    if ((size & BIG_KEY) === 0) return 0;
    return this.wordBehindSize(element, 0);
  }

  /** The large block of a big value, or 0. */
  valueBlock(element: number): number {
    const size = this.sizeOf(element);
    if ((size & ELEMENT_BIG_VALUE) === 0) return 0;
    const deadline = (size & ELEMENT_DEADLINE) === 0 ? 0 : DEADLINE_SIZE;
    return this.wordBehindSize(element, (size & KEY_SIZE_MASK) + deadline);
  }

  /** The flags of ELEMENT_* that an element was made with. */
  flags(element: number): number {
    return this.sizeOf(element) & (ELEMENT_BIG_VALUE | ELEMENT_DEADLINE);
  }

  /** Where in the bytes of an element's block that begins which follows its key. */
  behindKey(element: number): number {
    const at = ((element & SLAB_MASK) << 4) + this.layout + SIZE_SIZE;
    return at + (this.sizeOf(element) & KEY_SIZE_MASK);
  }

  /** Writes a cell at an index of a block's bytes. */
  writeCell(bytes: Uint8Array, at: number, block: number, size: number): void {
    writeWord(bytes, at, block);
    writeWord(bytes, at + 4, size);
  }

  private sizeOf(element: number): number {
    const bytes = this.arena.bytes[element >>> SLAB_SHIFT];
    const at = ((element & SLAB_MASK) << 4) + this.layout;
    return bytes[at] | (bytes[at + 1] << 8);
  }

  private wordBehindSize(element: number, offset: number): number {
    const at = ((element & SLAB_MASK) << 4) + this.layout + SIZE_SIZE + offset;
    return readWord(this.arena.bytes[element >>> SLAB_SHIFT], at);
  }
}
