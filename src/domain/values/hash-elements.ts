// The elements of hashes in their big form: a field, its value, and its deadline if it has one, in
// one block (structures/elements/FORMAT.md). A value that would make the block larger than blocks
// are is a large block of its own.

import { copyBytes } from '../bytes/compare.ts';
import type { HashKey } from '../bytes/hash.ts';
import { readWord } from '../bytes/word.ts';
import { INLINE_RECORD_SIZE_MAX } from '../limits.ts';
import { type Arena, SLAB_MASK, SLAB_SHIFT } from '../memory/arena.ts';
import { MINIMUM_WASTE } from '../memory/record.ts';
import { ElementTable } from '../structures/elements/element-table.ts';
import {
  ELEMENT_BIG_VALUE,
  ELEMENT_DEADLINE,
  Elements,
  HASH_SIZE_AT,
} from '../structures/elements/elements.ts';
import { Roots } from '../structures/root.ts';

/** Two sizes before the field. */
const HEADER_SIZE = 4;
const CELL_SIZE = 8;
const DEADLINE_SIZE = 8;
/** A longer field is a large block. */
const FIELD_ROOM_MAX = 8191;
const NO_BYTES = new Uint8Array(0);

/** A deadline that no field has. */
export const NO_DEADLINE = -1;

/** Makes, reads and overwrites elements, and has the table that finds them. */
export class HashElements {
  readonly arena: Arena;
  readonly elements: Elements;
  readonly roots: Roots;
  readonly table: ElementTable;
  /** The value that locateValue() found. */
  valueBytes: Uint8Array = NO_BYTES;
  valueStart = 0;
  valueEnd = 0;
  private readonly double = new Float64Array(1);
  private readonly doubleBytes = new Uint8Array(this.double.buffer);

  constructor(arena: Arena, hashKey: HashKey) {
    this.arena = arena;
    this.elements = new Elements(arena, hashKey, HASH_SIZE_AT);
    this.roots = new Roots(arena);
    this.table = new ElementTable(this.elements, this.roots);
  }

  /** An element with copies of the bytes, which may lie in this arena. */
  make(
    field: Uint8Array,
    fieldStart: number,
    fieldEnd: number,
    value: Uint8Array,
    valueStart: number,
    valueEnd: number,
    deadlineMs: number,
  ): number {
    const { arena, elements } = this;
    const size = valueEnd - valueStart;
    const deadlineSize = deadlineMs === NO_DEADLINE ? 0 : DEADLINE_SIZE;
    const head = HEADER_SIZE + Math.min(fieldEnd - fieldStart, FIELD_ROOM_MAX) + deadlineSize;
    const isBig = head + size > INLINE_RECORD_SIZE_MAX;
    const flags = (isBig ? ELEMENT_BIG_VALUE : 0) | (deadlineSize === 0 ? 0 : ELEMENT_DEADLINE);
    const room = isBig ? CELL_SIZE : size;
    const element = elements.make(field, fieldStart, fieldEnd, flags, deadlineSize + room);
    const bytes = arena.bytes[element >>> SLAB_SHIFT];
    this.writeValueSize(element, room);
    let at = elements.behindKey(element);
    if (deadlineSize > 0) {
      this.double[0] = deadlineMs;
      for (let i = 0; i < DEADLINE_SIZE; i++) bytes[at + i] = this.doubleBytes[i];
      at += DEADLINE_SIZE;
    }
    if (isBig) {
      const block = arena.large.hold(value, valueStart, valueEnd);
      elements.writeCell(bytes, at, block, size);
    } else {
      copyBytes(value, valueStart, valueEnd, bytes, at);
    }
    return element;
  }

  /**
   * Replaces the value in its block, when it fits there and does not leave more than half of it
   * empty, and nobody is to read the old one any more. Was it done?
   */
  overwrite(element: number, value: Uint8Array, valueStart: number, valueEnd: number): boolean {
    const { arena, elements } = this;
    if (elements.flags(element) !== 0) return false;
    if (arena.past?.isFrozen(element)) return false;
    const at = elements.behindKey(element);
    const head = at - ((element & SLAB_MASK) << 4);
    const size = head + valueEnd - valueStart;
    const capacity = arena.capacity(element);
    if (size > capacity || size > INLINE_RECORD_SIZE_MAX) return false;
    if (size + MINIMUM_WASTE < capacity >>> 1) return false;
    this.writeValueSize(element, valueEnd - valueStart);
    copyBytes(value, valueStart, valueEnd, arena.bytes[element >>> SLAB_SHIFT], at);
    return true;
  }

  /** Says in the value fields where the bytes of an element's value lie. */
  locateValue(element: number): void {
    const { arena, elements } = this;
    const bytes = arena.bytes[element >>> SLAB_SHIFT];
    const sizeAt = (element & SLAB_MASK) << 4;
    const flags = elements.flags(element);
    const start = elements.behindKey(element) + ((flags & ELEMENT_DEADLINE) === 0 ? 0 : 8);
    if ((flags & ELEMENT_BIG_VALUE) === 0) {
      this.valueBytes = bytes;
      this.valueStart = start;
      this.valueEnd = start + (bytes[sizeAt] | (bytes[sizeAt + 1] << 8));
      return;
    }
    this.valueBytes = arena.large.bytes(elements.valueBlock(element));
    this.valueStart = 0;
    this.valueEnd = readWord(bytes, start + 4);
  }

  /** When the field is due, in ms since 1970; NO_DEADLINE when it has none. */
  deadline(element: number): number {
    if ((this.elements.flags(element) & ELEMENT_DEADLINE) === 0) return NO_DEADLINE;
    const bytes = this.arena.bytes[element >>> SLAB_SHIFT];
    const at = this.elements.behindKey(element);
    for (let i = 0; i < DEADLINE_SIZE; i++) this.doubleBytes[i] = bytes[at + i];
    return this.double[0];
  }

  /** An element with the same field and value, and this deadline. */
  copy(element: number, deadlineMs: number): number {
    const { elements } = this;
    elements.locateKey(element);
    const { keyBytes, keyStart, keyEnd } = elements;
    this.locateValue(element);
    const { valueBytes, valueStart, valueEnd } = this;
    return this.make(keyBytes, keyStart, keyEnd, valueBytes, valueStart, valueEnd, deadlineMs);
  }

  private writeValueSize(element: number, size: number): void {
    const bytes = this.arena.bytes[element >>> SLAB_SHIFT];
    const at = (element & SLAB_MASK) << 4;
    bytes[at] = size;
    bytes[at + 1] = size >>> 8;
  }
}
