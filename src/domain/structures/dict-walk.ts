// A walk over a dict that may change between the steps: it meets each entry that is there from the
// first step to the last exactly once, whatever is added, removed, split or merged meanwhile.
//
// Entries are met in the order of what never changes: of their hashes. A region of prefixes is
// done with one range of low bits after the other, in whatever segments its entries are by then.
import { DICT_DEPTH_MAX } from '../limits.ts';
import {
  DEPTH_WORD,
  type EntryVisitor,
  HOME_BITS,
  HOME_MASK,
  slotsIn,
  visitHomes,
} from './segment.ts';

const PREFIXES = 2 ** DICT_DEPTH_MAX;

/** A dict, as far as it matters here. */
interface Segments {
  segmentAt(prefix: number): Int32Array;
}

export class DictWalk {
  /** The region of prefixes that is being done, and the first of its low bits that are not. */
  private first = 0;
  private end = 0;
  private low = 0;

  get isDone(): boolean {
    return this.first === PREFIXES;
  }

  /** Visits the entries of about so many slots. The dict must not change during the step. */
  step(dict: Segments, slots: number, visitor: EntryVisitor): void {
    const { first, low } = this;
    let segment = dict.segmentAt(first);
    if (low === 0) this.end = regionEnd(segment, first);
    const lows = Math.ceil((slots << HOME_BITS) / slotsIn(segment));
    const lowEnd = Math.min(low + lows, HOME_MASK + 1);
    for (let prefix = first; ; segment = dict.segmentAt(prefix)) {
      visitHomes(segment, 0, slotsIn(segment), low, lowEnd, first, this.end, visitor);
      prefix = regionEnd(segment, prefix);
      if (prefix >= this.end) break;
    }
    this.low = lowEnd & HOME_MASK;
    if (this.low === 0) this.first = this.end;
  }
}

/** Where the prefixes end whose entries are in the segment that has this one's. */
function regionEnd(segment: Int32Array, prefix: number): number {
  const prefixes = 2 ** (DICT_DEPTH_MAX - segment[DEPTH_WORD]);
  return prefix - (prefix % prefixes) + prefixes;
}
