// Goes through the elements of a table, one after the other, some ahead: each element is a block
// somewhere, and the processor waits for several at once. The table must not change meanwhile.
//
// Segments come in the order of their reversed indexes, 0, 4, 2, 6, 1, 5, 3, 7, and of each segment
// every 16th slot, in 16 passes. Whoever adds the elements to another table so fills all parts of
// it alike, as if they came by chance. In plain order one part would be crowded and split as long
// as the others are empty: a union of two sets of 100,000 took four times as long.
import { type Arena, NONE, SLAB_MASK, SLAB_SHIFT } from '../../memory/arena.ts';
import { DEPTH_WORD, HEADER_WORDS, SLOTS_WORD } from '../segment.ts';
import type { ElementTable } from './element-table.ts';

/** Elements that are loaded into the cache at once: decisions/0003. */
const BATCH = 16;
/** Words from a slot to the next one of a pass, and passes. */
const STRIDE = 32;
const PASSES = 16;
const NO_WORDS = new Int32Array(0);

export class ElementCursor {
  /** The element that next() has come to, and the hash of its key. */
  element = NONE;
  hash = 0;
  /** What the loads found: written so that they stay, of no other use. */
  prefetched = 0;
  private readonly table: ElementTable;
  private readonly arena: Arena;
  private root = NONE;
  /** How many entries of the directory were seen. */
  private seen = 0;
  private words: Int32Array = NO_WORDS;
  private firstAt = 0;
  private at = 0;
  private end = 0;
  private pass = PASSES;
  private readonly refs = new Int32Array(BATCH);
  private readonly hashes = new Int32Array(BATCH);
  /** What isIn() has found in the table of a root, by the elements at hand. */
  private readonly guesses = new Int32Array(BATCH);
  private guessedIn = NONE;
  private batchAt = 0;
  private batchEnd = 0;

  constructor(table: ElementTable) {
    this.table = table;
    this.arena = table.elements.arena;
  }

  /** Goes to the first element. Is there one? */
  first(root: number): boolean {
    this.root = root;
    this.seen = 0;
    this.at = 0;
    this.end = 0;
    this.pass = PASSES;
    this.batchAt = 0;
    this.batchEnd = 0;
    return this.next();
  }

  /** Goes to the next element. Is there one? */
  next(): boolean {
    if (this.batchAt === this.batchEnd && !this.fill()) return false;
    this.element = this.refs[this.batchAt];
    this.hash = this.hashes[this.batchAt++];
    return true;
  }

  /**
   * Is the element, whose key is bytes[start, end), in another table, too? That looks for all that
   * next() has at hand at once. Elements may be added to the table meanwhile, but none go.
   */
  isIn(table: ElementTable, root: number, bytes: Uint8Array, start: number, end: number): boolean {
    const { hashes, guesses } = this;
    if (this.guessedIn === NONE) {
      table.guess(root, hashes, this.batchEnd, guesses);
      this.guessedIn = root;
    }
    if (this.guessedIn === root) {
      const guess = guesses[this.batchAt - 1];
      if (guess === NONE) return false;
      if (table.elements.matches(guess, bytes, start, end)) return true;
    }
    return table.find(root, this.hash, bytes, start, end) !== NONE;
  }

  private fill(): boolean {
    const { refs, hashes, arena } = this;
    let count = 0;
    while (count < BATCH && (this.at < this.end || this.nextPass())) {
      const { words, end } = this;
      let at = this.at;
      for (; at < end && count < BATCH; at += STRIDE) {
        if (words[at + 1] === NONE) continue;
        hashes[count] = words[at];
        refs[count++] = words[at + 1];
      }
      this.at = at;
    }
    let loaded = 0;
    for (let i = 0; i < count; i++) {
      loaded ^= arena.words[refs[i] >>> SLAB_SHIFT][(refs[i] & SLAB_MASK) << 2];
    }
    this.prefetched = loaded;
    this.batchAt = 0;
    this.batchEnd = count;
    this.guessedIn = NONE;
    return count > 0;
  }

  private nextPass(): boolean {
    if (this.pass === PASSES && !this.nextSegment()) return false;
    this.at = this.firstAt + 2 * this.pass++;
    return true;
  }

  private nextSegment(): boolean {
    const { arena, root } = this;
    const { directory } = this.table;
    const depth = directory.depth(root);
    while (this.seen < 2 ** depth) {
      const index = reversed(this.seen++, depth);
      const segment = directory.at(root, index);
      const words = arena.wordsOf(segment);
      const base = arena.firstWordOf(segment);
      // A shallow segment stands at several indexes: only the first of them counts.
      if ((index & ((1 << (depth - words[base + DEPTH_WORD])) - 1)) !== 0) continue;
      this.words = words;
      this.firstAt = base + HEADER_WORDS;
      this.end = this.firstAt + 2 * words[base + SLOTS_WORD];
      this.pass = 0;
      return true;
    }
    return false;
  }
}

/** A number of so many bits, the first one last. */
function reversed(number: number, bits: number): number {
  let result = 0;
  for (let i = 0; i < bits; i++) result |= ((number >>> i) & 1) << (bits - 1 - i);
  return result;
}
