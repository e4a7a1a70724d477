// SCAN over a table of segments. Its promise: an entry that is there from the first step to the
// last is visited at least once, whatever is added, deleted, split or merged between the steps. It
// walks by home slots, not by slots: what entries have in their hash does not change.
//
// A cursor is (region of hash prefixes, of 21 bits; first low bits of the hash not done in it, of
// 12 bits). A region is twice its first prefix plus its number of prefixes, a power of two. When
// low bits are done, they are done in that region alone: its segment may have merged with others.
import { DICT_DEPTH_MAX } from '../limits.ts';
import { DEPTH_WORD, type EntryVisitor, HOME_MASK, SLOTS_WORD, visitHomes } from './segment.ts';

/** The prefixes that a hash can have before its low bits. */
const PREFIXES = 2 ** DICT_DEPTH_MAX;
const HOMES = HOME_MASK + 1;

/** Knows the segment of the entries whose hashes begin with a prefix, of DICT_DEPTH_MAX bits. */
export interface Segments {
  wordsAt(prefix: number): Int32Array;
  baseAt(prefix: number): number;
}

/**
 * Visits the entries of some home slots, at least `atLeast` entries unless the end comes first, and
 * returns the next cursor, 0 at the end. The table must not change during the step.
 */
export function scanSegments(
  segments: Segments,
  cursor: number,
  atLeast: number,
  visitor: EntryVisitor,
): number {
  const region = Math.floor(cursor / HOMES) % (2 * PREFIXES);
  const regionPrefixes = lowestBit(region);
  let first = (region & (region - 1)) >>> 1;
  let low = cursor % HOMES;
  let visited = 0;
  let slotsLeft = Math.max(atLeast, 16) * 16;
  for (;;) {
    const words = segments.wordsAt(first);
    const base = segments.baseAt(first);
    const slots = words[base + SLOTS_WORD];
    let prefixes = Math.min(2 ** (DICT_DEPTH_MAX - words[base + DEPTH_WORD]), lowestBit(first));
    if (low > 0) prefixes = Math.min(prefixes, regionPrefixes);
    const end = first + prefixes;
    const step = Math.max(1, Math.ceil((16 * HOMES) / slots));
    while (low < HOMES) {
      const lowEnd = Math.min(low + step, HOMES);
      visited += visitHomes(words, base, slots, low, lowEnd, first, end, visitor);
      slotsLeft -= 16;
      low = lowEnd;
      if (visited >= atLeast || slotsLeft <= 0) break;
    }
    if (low < HOMES) return (2 * first + prefixes) * HOMES + low;
    low = 0;
    first = end;
    if (first === PREFIXES) return 0;
    if (visited >= atLeast || slotsLeft <= 0) return (2 * first + 1) * HOMES;
  }
}

/** The largest power of two that divides a number of prefixes, or all of them for 0. */
function lowestBit(prefix: number): number {
  return prefix === 0 ? PREFIXES : prefix & -prefix;
}
