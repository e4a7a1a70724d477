// The nodes of long lists. A packed node is a block with room before its entries or behind them; an
// item too large for that is a large block of its own, its bytes as they are (a *plain* node).
//
//   word 0   start:u16  end:u16   where the entries lie, from the beginning of the block
//   word 1   count of entries
//   then     room, entries with back lengths, room
//
// What makes or frees a node counts its bytes in the root.
import { copyBytes, moveBytes } from '../bytes/compare.ts';
import { type Arena, isLarge, SLAB_MASK, SLAB_SHIFT } from '../memory/arena.ts';
import type { PackedList } from '../structures/packed/packed-list.ts';
import type { Roots } from '../structures/root.ts';

const HEADER_SIZE = 8;
/** Blocks of packed nodes are no larger, so that changes move little. */
const NODE_SIZE_MAX = 8192;
export const NODE_CONTENT_MAX = NODE_SIZE_MAX - HEADER_SIZE;
/** Offsets have 16 bits. */
const EXTENT_MAX = 0xffff;

/** Where a node has its room. */
export const ROOM_BEFORE = 0;
export const ROOM_BEHIND = 1;

export class ListNodes {
  /** Where the room is that extend() has made. */
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  private readonly arena: Arena;
  private readonly roots: Roots;

  constructor(arena: Arena, roots: Roots) {
    this.arena = arena;
    this.roots = roots;
  }

  isPlain(node: number): boolean {
    return isLarge(node);
  }

  /** The bytes of a plain node. */
  plainBytes(node: number): Uint8Array {
    return this.arena.large.bytes(node);
  }

  makePlain(root: number, buffer: Uint8Array, start: number, end: number): number {
    const bytes = new Uint8Array(end - start);
    copyBytes(buffer, start, end, bytes, 0);
    const node = this.arena.large.add(bytes);
    this.roots.addBytes(root, this.arena.capacity(node));
    this.tellMade(node);
    return node;
  }

  /** A node with `content` bytes of entries, undefined, and room for `room` more on one side. */
  make(root: number, count: number, content: number, room: number, side: number): number {
    const { arena } = this;
    const node = arena.allocate(HEADER_SIZE + content + room);
    const capacity = arena.capacity(node);
    this.roots.addBytes(root, capacity);
    const start = side === ROOM_BEFORE ? Math.min(capacity, EXTENT_MAX) - content : HEADER_SIZE;
    this.setExtent(node, start, start + content, count);
    this.tellMade(node);
    return node;
  }

  free(root: number, node: number): void {
    const { past } = this.arena;
    this.roots.addBytes(root, -this.arena.capacity(node));
    if (past?.isFrozen(node)) past.retire(node, this.arena);
    else this.arena.free(node);
  }

  /** Does somebody still read the node as it is? Then it may not change. */
  isFrozen(node: number): boolean {
    const { past } = this.arena;
    return past?.isFrozen(node) === true;
  }

  open(node: number, list: PackedList): void {
    const { arena } = this;
    const words = arena.words[node >>> SLAB_SHIFT];
    const word = (node & SLAB_MASK) << 2;
    const base = word << 2;
    const extent = words[word];
    const bytes = arena.bytes[node >>> SLAB_SHIFT];
    list.open(bytes, base + (extent & 0xffff), base + (extent >>> 16), words[word + 1]);
  }

  contentSize(node: number): number {
    const extent = this.arena.words[node >>> SLAB_SHIFT][(node & SLAB_MASK) << 2];
    return (extent >>> 16) - (extent & 0xffff);
  }

  count(node: number): number {
    return this.arena.words[node >>> SLAB_SHIFT][((node & SLAB_MASK) << 2) + 1];
  }

  /**
   * Lets `inserted` bytes, undefined, take the place of [at, at + removed) of the entries of a
   * node, if it may change and has the room; `at` counts from the first entry. The smaller part of
   * the rest moves.
   */
  splice(node: number, at: number, removed: number, inserted: number, count: number): boolean {
    if (this.isFrozen(node)) return false;
    const { arena } = this;
    const word = (node & SLAB_MASK) << 2;
    const base = word << 2;
    const extent = arena.words[node >>> SLAB_SHIFT][word];
    const start = extent & 0xffff;
    const end = extent >>> 16;
    const growth = inserted - removed;
    const roomBefore = start - HEADER_SIZE;
    const roomBehind = Math.min(arena.capacity(node), EXTENT_MAX) - end;
    const behind = start + at + removed;
    const bytes = arena.bytes[node >>> SLAB_SHIFT];
    const isFrontLess = at < end - behind;
    if (growth > roomBefore && growth > roomBehind) return false;
    if (growth <= roomBefore && (isFrontLess || growth > roomBehind)) {
      const slide = behind === end ? slideOf(roomBefore, growth) : growth;
      const to = start - slide;
      if (at > 0) moveBytes(bytes, base + start, base + start + at, base + to);
      this.setExtent(node, to, end - slide + growth, count);
    } else {
      const slide = at === 0 ? slideOf(roomBehind, growth) : growth;
      if (behind < end) moveBytes(bytes, base + behind, base + end, base + behind + slide);
      this.setExtent(node, start + slide - growth, end + slide, count);
    }
    return true;
  }

  /** Makes room for one more entry at an end of a node that may change, if nothing must move. */
  extend(node: number, atHead: boolean, size: number): boolean {
    if (this.isFrozen(node)) return false;
    const { arena } = this;
    const slab = node >>> SLAB_SHIFT;
    const words = arena.words[slab];
    const word = (node & SLAB_MASK) << 2;
    const extent = words[word];
    let start = extent & 0xffff;
    let end = extent >>> 16;
    if (atHead) {
      start -= size;
      if (start < HEADER_SIZE) return false;
    } else {
      end += size;
      if (end > Math.min(arena.capacity(node), EXTENT_MAX)) return false;
    }
    words[word] = start | (end << 16);
    words[word + 1]++;
    this.bytes = arena.bytes[slab];
    this.at = (word << 2) + (atHead ? start : end - size);
    return true;
  }

  /**
   * Takes the first entry or the last one, of `size` bytes, from a node that has others; false when
   * that is not to be changed.
   */
  shorten(node: number, isFirst: boolean, size: number): boolean {
    if (this.isFrozen(node)) return false;
    const words = this.arena.words[node >>> SLAB_SHIFT];
    const word = (node & SLAB_MASK) << 2;
    words[word] += isFirst ? size : -(size << 16);
    words[word + 1]--;
    return true;
  }

  /** Is much more of the block empty than in use? */
  isWasteful(node: number): boolean {
    const capacity = this.arena.capacity(node);
    const size = HEADER_SIZE + this.contentSize(node);
    return capacity > 64 && size < capacity - (capacity >>> 3);
  }

  private tellMade(node: number): void {
    const { past } = this.arena;
    if (past !== null) past.made(node);
  }

  private setExtent(node: number, start: number, end: number, count: number): void {
    const words = this.arena.words[node >>> SLAB_SHIFT];
    const word = (node & SLAB_MASK) << 2;
    words[word] = start | (end << 16);
    words[word + 1] = count;
  }
}

/**
 * How far entries move to make room for `growth` at their end: by all the room that there is, so
 * that it is seldom done, and in whole words, which is quick.
 */
export function slideOf(room: number, growth: number): number {
  const whole = room & ~7;
  return growth <= 0 || whole < growth ? growth : whole;
}
