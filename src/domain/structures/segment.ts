// A segment of a hash table: a header of four words and slots of (hash, ref), in a block of the
// arena or, for a dict's first one, in an array of its own. FORMAT.md has the picture.
//
// What a segment is read and changed by is shared by all tables: the dict of a database, whose
// segments are views of one block each, and the element tables of collections, which read blocks
// where they lie: words and `base`, the index of the header's first word.
//
// Invariants:
// - An entry's home slot grows with the low 12 bits of its hash, whatever the number of slots: so
//   "all entries with low bits below v" means the same before and after growth, which SCAN relies
//   on.
// - Entries stand in the order of their home slots (cyclically), as near to them as that allows: an
//   entry that is not met before an empty slot or one of a later home is not there. Ref 0 is empty.
//   (Celis 1986: "Robin Hood hashing". At a load of 3/4 a miss so ends after 3 slots, not 9.)
// - A segment is never full: probing ends.
import { SEGMENT_SLOTS_MIN } from '../limits.ts';
import { type Arena, NONE } from '../memory/arena.ts';
import { largestBlockSize, sizeOfBlock } from '../memory/size-classes.ts';

/** The hash's low bits that choose the home slot. */
export const HOME_BITS = 12;
export const HOME_MASK = (1 << HOME_BITS) - 1;

/** Words before the slots: entries, slots, local depth, and the block's ref. */
export const HEADER_WORDS = 4;
export const COUNT_WORD = 0;
export const SLOTS_WORD = 1;
export const DEPTH_WORD = 2;
export const BLOCK_WORD = 3;

const BYTES_PER_WORD = 4;
const BYTES_PER_SLOT = 8;

/** Is shown the entries that SCAN or a walk meets. */
export interface EntryVisitor {
  visit(ref: number): void;
}

/** Would one more entry make the load more than 13/16? See decisions/0012. */
export function isFull(count: number, slots: number): boolean {
  return (count + 1) * 16 > slots * 13;
}

export function segmentSize(slots: number): number {
  return HEADER_WORDS * BYTES_PER_WORD + slots * BYTES_PER_SLOT;
}

/**
 * Slots of a segment that grows: a quarter more at most, and a whole block; above `slotsMax`, where
 * only those grow that cannot be split, twice as many.
 */
export function grownSlots(slots: number, slotsMax: number): number {
  const size = segmentSize(slots);
  if (slots >= slotsMax) return slotsOf(sizeOfBlock(2 * size));
  return slotsOf(Math.max(largestBlockSize((size * 5) >>> 2), sizeOfBlock(size + 1)));
}

/**
 * Slots of a segment for so many entries, at a load of 13/24: a half of a full-grown segment gets
 * the block before the largest, and so grows once before it splits.
 */
export function fittedSlots(count: number, slotsMax: number): number {
  const wanted = slotsOf(sizeOfBlock(segmentSize(Math.ceil((count * 24) / 13))));
  if (wanted < SEGMENT_SLOTS_MIN) return SEGMENT_SLOTS_MIN;
  return wanted > slotsMax && count < slotsMax ? slotsMax : wanted;
}

/** Slots of a segment that gets so many entries, and perhaps no more: at a load of 3/4. */
export function exactSlots(count: number): number {
  const wanted = slotsOf(sizeOfBlock(segmentSize(Math.ceil((count * 4) / 3))));
  return Math.max(wanted, SEGMENT_SLOTS_MIN);
}

/** An empty segment of a dict; one of the least size is an array of its own, others are blocks. */
export function newSegment(arena: Arena, slots: number, localDepth: number): Int32Array {
  const size = segmentSize(slots);
  let segment: Int32Array;
  if (slots === SEGMENT_SLOTS_MIN) {
    segment = new Int32Array(size / BYTES_PER_WORD);
  } else {
    const block = arena.allocate(size);
    const { buffer } = arena.bytesOf(block);
    segment = new Int32Array(buffer, arena.startOf(block), size / BYTES_PER_WORD).fill(0);
    segment[BLOCK_WORD] = block;
  }
  segment[SLOTS_WORD] = slots;
  segment[DEPTH_WORD] = localDepth;
  return segment;
}

/** A segment of a dict in an arena that is a copy of that in which the segment is. */
export function copyOfSegment(arena: Arena, segment: Int32Array): Int32Array {
  const block = segment[BLOCK_WORD];
  if (block === NONE) return segment.slice();
  return new Int32Array(arena.bytesOf(block).buffer, arena.startOf(block), segment.length);
}

/** Nobody reads a segment of a dict any more. */
export function freeSegment(arena: Arena, segment: Int32Array): void {
  if (segment[BLOCK_WORD] !== NONE) arena.free(segment[BLOCK_WORD]);
}

function slotsOf(size: number): number {
  return (size - HEADER_WORDS * BYTES_PER_WORD) >>> 3;
}

/**
 * Puts the entries of a segment whose hash has `bits` in `mask` into another one, and counts them
 * there. They come in the order of their homes, but for a few: into an empty segment most are
 * written one behind the other.
 */
export function pour(
  from: Int32Array,
  fromBase: number,
  to: Int32Array,
  toBase: number,
  mask: number,
  bits: number,
): void {
  const fromSlots = from[fromBase + SLOTS_WORD];
  const first = fromBase + HEADER_WORDS;
  const end = first + 2 * fromSlots;
  // Entries that went round the end come last, as in the order of homes.
  let begin = first;
  while (
    from[begin + 1] !== NONE &&
    distanceAt((begin - first) >>> 1, from[begin], fromSlots) > 0
  ) {
    begin += 2;
  }
  if (to[toBase + COUNT_WORD] === 0) append(from, begin, end, to, toBase, mask, bits);
  else placeAll(from, begin, end, to, toBase, mask, bits);
  placeAll(from, first, begin, to, toBase, mask, bits);
}

/** Puts the entries of words [begin, end) into an empty segment. */
function append(
  from: Int32Array,
  begin: number,
  end: number,
  to: Int32Array,
  toBase: number,
  mask: number,
  bits: number,
): void {
  const slots = to[toBase + SLOTS_WORD];
  const toFirst = toBase + HEADER_WORDS;
  let count = 0;
  let lastHome = 0;
  // No slot from this one on is taken.
  let next = 0;
  for (let at = begin; at < end; at += 2) {
    const hash = from[at];
    const ref = from[at + 1];
    if (ref === NONE || (hash & mask) !== bits) continue;
    count++;
    const home = ((hash & HOME_MASK) * slots) >>> HOME_BITS;
    const slot = home > next ? home : next;
    if (home >= lastHome && slot < slots) {
      to[toFirst + 2 * slot] = hash;
      to[toFirst + 2 * slot + 1] = ref;
      lastHome = home;
      next = slot + 1;
    } else {
      place(to, toBase, slots, hash, ref);
      if (next < slots && to[toFirst + 2 * next + 1] !== NONE) next++;
    }
  }
  to[toBase + COUNT_WORD] = count;
}

function placeAll(
  from: Int32Array,
  begin: number,
  end: number,
  to: Int32Array,
  toBase: number,
  mask: number,
  bits: number,
): void {
  const slots = to[toBase + SLOTS_WORD];
  for (let at = begin; at < end; at += 2) {
    if (from[at + 1] === NONE || (from[at] & mask) !== bits) continue;
    place(to, toBase, slots, from[at], from[at + 1]);
    to[toBase + COUNT_WORD]++;
  }
}

/** How many entries of a segment have a bit of their hash set. */
export function countWithBit(words: Int32Array, base: number, bit: number): number {
  const end = base + HEADER_WORDS + 2 * words[base + SLOTS_WORD];
  let count = 0;
  for (let at = base + HEADER_WORDS; at < end; at += 2) {
    if (words[at + 1] !== NONE && (words[at] & bit) !== 0) count++;
  }
  return count;
}

/** What stands nearer to its home slot than this is not asked how near: most look-ups hit there. */
export const NEAR = 4;

/** How many slots behind its home slot an entry with this hash stands in this slot. */
export function distanceAt(slot: number, hash: number, slots: number): number {
  const distance = slot - (((hash & HOME_MASK) * slots) >>> HOME_BITS);
  return distance < 0 ? distance + slots : distance;
}

/** Puts an entry in front of those whose home slot is behind its own; the count is the caller's. */
export function place(
  words: Int32Array,
  base: number,
  slots: number,
  newHash: number,
  newRef: number,
): void {
  let hash = newHash;
  let ref = newRef;
  let slot = ((hash & HOME_MASK) * slots) >>> HOME_BITS;
  for (let distance = 0; ; distance++) {
    const at = base + HEADER_WORDS + 2 * slot;
    const otherHash = words[at];
    const otherRef = words[at + 1];
    if (otherRef === NONE) {
      words[at] = hash;
      words[at + 1] = ref;
      return;
    }
    const otherDistance = distanceAt(slot, otherHash, slots);
    if (otherDistance < distance) {
      words[at] = hash;
      words[at + 1] = ref;
      hash = otherHash;
      ref = otherRef;
      distance = otherDistance;
    }
    if (++slot === slots) slot = 0;
  }
}

/** Empties a slot and moves the entries behind it back that are not in their home slot. */
export function closeGap(words: Int32Array, base: number, slots: number, slot: number): void {
  const first = base + HEADER_WORDS;
  let gap = slot;
  for (;;) {
    const next = gap + 1 === slots ? 0 : gap + 1;
    const hash = words[first + 2 * next];
    const ref = words[first + 2 * next + 1];
    if (ref === NONE || distanceAt(next, hash, slots) === 0) break;
    words[first + 2 * gap] = hash;
    words[first + 2 * gap + 1] = ref;
    gap = next;
  }
  words[first + 2 * gap] = 0;
  words[first + 2 * gap + 1] = NONE;
}

/**
 * Visits the entries whose low hash bits lie in [low, lowEnd) and whose other bits, the prefix, in
 * [first, end). Returns their number.
 */
export function visitHomes(
  words: Int32Array,
  base: number,
  slots: number,
  low: number,
  lowEnd: number,
  first: number,
  end: number,
  visitor: EntryVisitor,
): number {
  let visited = 0;
  const firstSlot = (low * slots) >>> HOME_BITS;
  const lastSlot = ((lowEnd - 1) * slots) >>> HOME_BITS;
  // Beyond the last home slot its entries may go on, until the first empty slot (cyclically).
  for (let walked = 0; walked < slots; walked++) {
    const position = firstSlot + walked;
    const slot = position < slots ? position : position - slots;
    const at = base + HEADER_WORDS + 2 * slot;
    const ref = words[at + 1];
    if (ref === NONE) {
      if (position >= lastSlot) break;
      continue;
    }
    const hash = words[at];
    const prefix = hash >>> HOME_BITS;
    const entryLow = hash & HOME_MASK;
    if (entryLow >= low && entryLow < lowEnd && prefix >= first && prefix < end) {
      visited++;
      visitor.visit(ref);
    }
  }
  return visited;
}

/** Knows the hashes of entries. */
export interface EntryHashes {
  hashOf(ref: number): number;
}

/**
 * Checks the invariants of a segment whose entries have the same first `depth` bits of their hash
 * as `prefix`.
 */
export function verifySegment(
  words: Int32Array,
  base: number,
  slots: number,
  prefix: number,
  depth: number,
  hashes: EntryHashes,
): void {
  const first = base + HEADER_WORDS;
  let count = 0;
  for (let slot = 0; slot < slots; slot++) {
    const ref = words[first + 2 * slot + 1];
    if (ref === NONE) continue;
    count++;
    const hash = words[first + 2 * slot];
    if (hashes.hashOf(ref) !== hash) throw new Error('a slot has another hash than its key');
    if (depth > 0 && (hash ^ prefix) >>> (32 - depth) !== 0) {
      throw new Error('an entry is in a wrong segment');
    }
    const before = slot === 0 ? slots - 1 : slot - 1;
    const distance = distanceAt(slot, hash, slots);
    if (distance === 0) continue;
    const at = first + 2 * before;
    if (words[at + 1] === NONE) throw new Error('a gap hides an entry');
    if (distance > distanceAt(before, words[at], slots) + 1) {
      throw new Error('an entry stands behind one of a later home slot');
    }
  }
  if (count !== words[base + COUNT_WORD]) throw new Error('a segment counts wrongly');
  if (count === slots) throw new Error('a segment is full');
  if (slots !== words[base + SLOTS_WORD]) throw new Error('a segment has other slots than it says');
  if (depth !== words[base + DEPTH_WORD]) throw new Error('a segment says another depth');
}
