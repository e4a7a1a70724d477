// A dict's segment: an Int32Array of (hash, ref) slots and two words behind them, the number of its
// entries and its local depth. See dict.ts for the invariants and FORMAT.md for the picture.
import { NONE } from '../memory/arena.ts';

/** The hash's low bits that choose the home slot. */
export const HOME_BITS = 12;
export const HOME_MASK = (1 << HOME_BITS) - 1;
/** Words behind a segment's slots: its count of entries and its local depth. */
export const TAIL_WORDS = 2;

/** Is shown the entries that SCAN or a walk meets. */
export interface EntryVisitor {
  visit(ref: number): void;
}

export function newSegment(capacity: number, localDepth: number): Int32Array {
  const segment = new Int32Array(2 * capacity + TAIL_WORDS);
  segment[2 * capacity + 1] = localDepth;
  return segment;
}

/** Puts an entry into the first empty slot from its home on; the count is the caller's. */
export function place(segment: Int32Array, capacity: number, hash: number, ref: number): void {
  let slot = ((hash & HOME_MASK) * capacity) >>> HOME_BITS;
  while (segment[2 * slot + 1] !== NONE) if (++slot === capacity) slot = 0;
  segment[2 * slot] = hash;
  segment[2 * slot + 1] = ref;
}

/**
 * Empties a slot and moves the entries behind it back, so that no probe meets a gap (Knuth 6.4 R).
 */
export function closeGap(segment: Int32Array, capacity: number, slot: number): void {
  let gap = slot;
  let next = slot;
  for (;;) {
    if (++next === capacity) next = 0;
    const ref = segment[2 * next + 1];
    if (ref === NONE) break;
    const home = ((segment[2 * next] & HOME_MASK) * capacity) >>> HOME_BITS;
    // The entry may move back to the gap unless its home lies cyclically behind the gap.
    const homeIsBehindGap = gap < next ? home > gap && home <= next : home > gap || home <= next;
    if (homeIsBehindGap) continue;
    segment[2 * gap] = segment[2 * next];
    segment[2 * gap + 1] = ref;
    gap = next;
  }
  segment[2 * gap] = 0;
  segment[2 * gap + 1] = NONE;
}

/**
 * Visits the entries whose low hash bits lie in [low, lowEnd) and whose other bits, the prefix, in
 * [first, end). Returns their number.
 */
export function visitHomes(
  segment: Int32Array,
  capacity: number,
  low: number,
  lowEnd: number,
  first: number,
  end: number,
  visitor: EntryVisitor,
): number {
  let visited = 0;
  const firstSlot = (low * capacity) >>> HOME_BITS;
  const lastSlot = ((lowEnd - 1) * capacity) >>> HOME_BITS;
  // Beyond the last home slot its entries may go on, until the first empty slot (cyclically).
  for (let walked = 0; walked < capacity; walked++) {
    const position = firstSlot + walked;
    const slot = position < capacity ? position : position - capacity;
    const ref = segment[2 * slot + 1];
    if (ref === NONE) {
      if (position >= lastSlot) break;
      continue;
    }
    const hash = segment[2 * slot];
    const prefix = hash >>> HOME_BITS;
    const entryLow = hash & HOME_MASK;
    if (entryLow >= low && entryLow < lowEnd && prefix >= first && prefix < end) {
      visited++;
      visitor.visit(ref);
    }
  }
  return visited;
}
