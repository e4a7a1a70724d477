// The nodes of streams: blocks of entries, with the same entries as Redis's nodes, so that they are
// full, and are trimmed, when those are.
//
//   word 0   where the entries end, from the beginning of the block
//   word 1   count of entries             word 2   count of those marked as deleted
//   word 3   where the first entry begins
//   words 4-7   eight of 16 bits: where the entries 12, 24, ... 96 begin, or 0
//   then     the master entry, then entries, then room
//
// The master entry has the fields of the first entry, and others with the same fields do not repeat
// them. All parts are entries of a packed list, each with its back length (packed/FORMAT.md):
//
//   master   number of fields, fields, 0
//   entry    flags, ms, sequence, [number of fields,] values or fields and values, number of parts
//
// ms and sequence are differences to the ID of the node, which the index has. Redis's node is this
// as a listpack, with the two counts as first parts.

import { copyBytes } from '../bytes/compare.ts';
import { readWord, writeWord } from '../bytes/word.ts';
import { type Arena, isLarge, NONE, SLAB_MASK, SLAB_SHIFT } from '../memory/arena.ts';
import {
  backSize,
  entrySize,
  HEAD_INTEGER_13,
  HEAD_STRING_6,
  smallInteger,
} from '../structures/packed/entry.ts';
import { integerEntrySize } from '../structures/packed/integer-entry.ts';
import type { Roots } from '../structures/root.ts';
import { StreamId } from './stream-id.ts';

export const NODE_HEADER_SIZE = 32;
/** Where the count of entries stands. */
export const LIVE_AT = 4;
/** Every so many entries the header says where one begins, ... */
export const MARK_STEP = 12;
/** ... for so many of them, which are all that a node has by default. */
const MARKS = 8;
const MARKS_AT = 16;
const MARK_MAX = 0xffff;
/** Size, count and end byte of a listpack. */
const LISTPACK_OVERHEAD = 7;
/** Room that a node gets to grow into, at most. */
const ROOM_MAX = 1024 * 1024;
const NO_BYTES = new Uint8Array(0);

/** A node that is open: where its entries lie, in `bytes`. */
export class StreamNode {
  /** The ID of the node, to which IDs of entries are differences. */
  readonly id = new StreamId();
  node: number = NONE;
  bytes: Uint8Array = NO_BYTES;
  start = 0;
  /** The first entry, and the end of the last one. */
  first = 0;
  end = 0;
  live = 0;
  deleted = 0;
  private readonly arena: Arena;

  constructor(arena: Arena) {
    this.arena = arena;
  }

  open(node: number): void {
    if (isLarge(node)) return this.openLarge(node);
    const { arena } = this;
    const slab = node >>> SLAB_SHIFT;
    const words = arena.words[slab];
    const word = (node & SLAB_MASK) << 2;
    const start = word << 2;
    this.node = node;
    this.bytes = arena.bytes[slab];
    this.start = start;
    this.end = start + words[word];
    this.live = words[word + 1];
    this.deleted = words[word + 2];
    this.first = start + words[word + 3];
  }

  private openLarge(node: number): void {
    const bytes = this.arena.large.bytes(node);
    this.node = node;
    this.bytes = bytes;
    this.start = 0;
    this.end = readWord(bytes, 0);
    this.live = readWord(bytes, 4);
    this.deleted = readWord(bytes, 8);
    this.first = readWord(bytes, 12);
  }

  /** How many marks there are. */
  get marks(): number {
    const last = this.live + this.deleted - 1;
    return last < MARK_STEP ? 0 : Math.min(MARKS, Math.floor(last / MARK_STEP));
  }

  /** Where entry (mark + 1) * MARK_STEP begins; NONE when that is too far away for a mark. */
  markAt(mark: number): number {
    const { bytes, start } = this;
    const at = start + MARKS_AT + 2 * mark;
    const offset = bytes[at] | (bytes[at + 1] << 8);
    return offset === 0 ? NONE : start + offset;
  }

  /** The entry with this number, from 0 on, begins at `at`. */
  setMark(number: number, at: number): void {
    const { bytes, start } = this;
    const mark = number / MARK_STEP - 1;
    const offset = at - start;
    if (mark < 0 || mark >= MARKS || mark % 1 !== 0 || offset > MARK_MAX) return;
    bytes[start + MARKS_AT + 2 * mark] = offset;
    bytes[start + MARKS_AT + 2 * mark + 1] = offset >>> 8;
  }

  /** Where the master entry begins: with the number of fields. */
  get master(): number {
    return this.start + NODE_HEADER_SIZE;
  }

  /** The number of fields of the master entry; they stand behind that. */
  get fields(): number {
    return smallInteger(this.bytes, this.master);
  }

  /** Bytes that Redis's node has. */
  get listpackSize(): number {
    const counts = integerEntrySize(0, this.live) + integerEntrySize(0, this.deleted);
    return this.end - this.master + counts + LISTPACK_OVERHEAD;
  }

  setEnd(end: number): void {
    this.end = end;
    writeWord(this.bytes, this.start, end - this.start);
  }

  setFirst(first: number): void {
    this.first = first;
    writeWord(this.bytes, this.start + 12, first - this.start);
  }

  setCounts(live: number, deleted: number): void {
    this.live = live;
    this.deleted = deleted;
    writeWord(this.bytes, this.start + 4, live);
    writeWord(this.bytes, this.start + 8, deleted);
  }
}

/** Makes, moves and frees nodes, and counts their bytes in the root. */
export class StreamNodes {
  private readonly arena: Arena;
  private readonly roots: Roots;

  constructor(arena: Arena, roots: Roots) {
    this.arena = arena;
    this.roots = roots;
  }

  /** An empty node with room for `room` bytes, opened. */
  make(root: number, room: number, into: StreamNode): number {
    const node = this.allocate(root, NODE_HEADER_SIZE + room);
    this.clear(node, into);
    return node;
  }

  private allocate(root: number, size: number): number {
    const { arena } = this;
    const node = arena.allocate(size);
    this.roots.addBytes(root, arena.capacity(node));
    if (arena.past !== null) arena.past.made(node);
    return node;
  }

  private clear(node: number, into: StreamNode): void {
    const bytes = this.arena.bytesOf(node);
    const start = this.arena.startOf(node);
    bytes.fill(0, start, start + NODE_HEADER_SIZE);
    writeWord(bytes, start, NODE_HEADER_SIZE);
    writeWord(bytes, start + 12, NODE_HEADER_SIZE);
    into.open(node);
  }

  free(root: number, node: number): void {
    const { past } = this.arena;
    this.roots.addBytes(root, -this.arena.capacity(node));
    if (past?.isFrozen(node)) past.retire(node, this.arena);
    else this.arena.free(node);
  }

  /** May the open node change where it is? If not it moves. */
  own(root: number, node: StreamNode): boolean {
    const { past } = this.arena;
    if (past === null || !past.isFrozen(node.node)) return true;
    this.move(root, node, this.arena.capacity(node.node));
    return false;
  }

  /** Has the open node, which may change, room for so many bytes more? If not it moves. */
  reserve(root: number, node: StreamNode, more: number): boolean {
    const { past } = this.arena;
    const size = node.end - node.start;
    const mayChange = past === null || !past.isFrozen(node.node);
    if (mayChange && size + more <= this.arena.capacity(node.node)) return true;
    this.move(root, node, size + more + Math.min(size, ROOM_MAX));
    return false;
  }

  /** Takes away the room of the open node, to which nothing more is added. Is it where it was? */
  fit(root: number, node: StreamNode): boolean {
    const capacity = this.arena.capacity(node.node);
    const size = node.end - node.start;
    if (size >= capacity - (capacity >>> 3)) return true;
    this.move(root, node, size);
    return false;
  }

  /** Lets the open node be in a block of `size` bytes. */
  private move(root: number, node: StreamNode, size: number): void {
    const { bytes, start, end, node: old } = node;
    const made = this.allocate(root, size);
    copyBytes(bytes, start, end, this.arena.bytesOf(made), this.arena.startOf(made));
    this.free(root, old);
    node.open(made);
  }

  /** A copy of a node, without room. */
  copy(root: number, node: StreamNode): number {
    const { bytes, start, end } = node;
    const made = this.allocate(root, end - start);
    copyBytes(bytes, start, end, this.arena.bytesOf(made), this.arena.startOf(made));
    return made;
  }
}

/** The position behind a part and its back length. */
export function behindPart(bytes: Uint8Array, at: number): number {
  const head = bytes[at];
  // Most are small numbers and short strings, whose back lengths take a byte.
  if (head < HEAD_STRING_6) return at + 2;
  if (head < HEAD_INTEGER_13) return at + 2 + (head & 0x3f);
  const size = entrySize(bytes, at);
  return at + size + backSize(size);
}
