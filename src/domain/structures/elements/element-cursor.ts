// Goes through the elements of a table, one after the other, some ahead: each element is a block
// somewhere, and the processor waits for several at once. The table must not change meanwhile.
import { type Arena, NONE, SLAB_MASK, SLAB_SHIFT } from '../../memory/arena.ts';
import { DEPTH_WORD, HEADER_WORDS, SLOTS_WORD } from '../segment.ts';
import type { ElementTable } from './element-table.ts';

/** Elements that are loaded into the cache at once: decisions/0003. */
const BATCH = 16;
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
  /** The directory's entry of the segment behind this one. */
  private index = 0;
  private words: Int32Array = NO_WORDS;
  private at = 0;
  private end = 0;
  private readonly refs = new Int32Array(BATCH);
  private readonly hashes = new Int32Array(BATCH);
  private batchAt = 0;
  private batchEnd = 0;

  constructor(table: ElementTable) {
    this.table = table;
    this.arena = table.elements.arena;
  }

  /** Goes to the first element. Is there one? */
  first(root: number): boolean {
    this.root = root;
    this.index = 0;
    this.at = 0;
    this.end = 0;
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

  private fill(): boolean {
    const { refs, hashes, arena } = this;
    let count = 0;
    while (count < BATCH && (this.at < this.end || this.nextSegment())) {
      const { words, end } = this;
      let at = this.at;
      for (; at < end && count < BATCH; at += 2) {
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
    return count > 0;
  }

  private nextSegment(): boolean {
    const { directory } = this.table;
    const depth = directory.depth(this.root);
    if (this.index >= 2 ** depth) return false;
    const segment = directory.at(this.root, this.index);
    const words = this.arena.wordsOf(segment);
    const base = this.arena.firstWordOf(segment);
    this.index += 2 ** (depth - words[base + DEPTH_WORD]);
    this.words = words;
    this.at = base + HEADER_WORDS;
    this.end = this.at + 2 * words[base + SLOTS_WORD];
    return true;
  }
}
