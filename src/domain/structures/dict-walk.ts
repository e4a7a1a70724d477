// A walk over a dict that may change between the steps: it meets each entry that is there from the
// first step to the last exactly once, whatever is added, removed, split or merged meanwhile.
//
// Entries are met in the order of what never changes: of their hashes. A region of prefixes is
// done with one range of low bits after the other, in whatever segments its entries are by then.
import { DICT_DEPTH_MAX } from '../limits.ts';
import type { Segments } from './scan.ts';
import {
  DEPTH_WORD,
  type EntryVisitor,
  HOME_BITS,
  HOME_MASK,
  SLOTS_WORD,
  visitHomes,
} from './segment.ts';

const PREFIXES = 2 ** DICT_DEPTH_MAX;

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
    if (low === 0) this.end = regionEnd(dict, first);
    const firstSlots = dict.wordsAt(first)[dict.baseAt(first) + SLOTS_WORD];
    const lowEnd = Math.min(low + Math.ceil((slots << HOME_BITS) / firstSlots), HOME_MASK + 1);
    for (let prefix = first; prefix < this.end; prefix = regionEnd(dict, prefix)) {
      const words = dict.wordsAt(prefix);
      const base = dict.baseAt(prefix);
      visitHomes(words, base, words[base + SLOTS_WORD], low, lowEnd, first, this.end, visitor);
    }
    this.low = lowEnd & HOME_MASK;
    if (this.low === 0) this.first = this.end;
  }
}

/** Where the prefixes end whose entries are in the segment that has this one's. */
function regionEnd(dict: Segments, prefix: number): number {
  const localDepth = dict.wordsAt(prefix)[dict.baseAt(prefix) + DEPTH_WORD];
  const prefixes = 2 ** (DICT_DEPTH_MAX - localDepth);
  return prefix - (prefix % prefixes) + prefixes;
}
