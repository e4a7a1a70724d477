// The element table: finds the elements of a hash, set or sorted set by their keys. It is the
// dict's way of hashing (segments that grow, split and merge under a directory), but all of it lies
// in blocks that hang from the collection's root, so that a million collections are no objects. One
// table serves all collections of a layout; it holds only where the last look-up was.
//
// FORMAT.md has the picture; segment.ts, directory.ts and root.ts the invariants. Besides:
// - The root's count is the number of elements, its units that of segments, its bytes those of all
//   blocks: root, directory, segments, and elements with their large blocks. Who changes the size
//   of an element's value in place tells the root.
// - Segments and directory change in place. Who reads the past meets the elements by a walk over
//   the table as it is, so it is told which come and leave: ../../memory/past-reader.ts.
// - What find() found is believed until the next call that adds or removes.
import { DICT_DEPTH_MAX, SEGMENT_SLOTS_MAX } from '../../limits.ts';
import { type Arena, NONE, SLAB_MASK, SLAB_SHIFT } from '../../memory/arena.ts';
import type { DictWalk } from '../dict-walk.ts';
import { ROOT_COUNT, ROOT_DRAW, ROOT_UNITS, type Roots } from '../root.ts';
import { scanSegments } from '../scan.ts';
import {
  BLOCK_WORD,
  COUNT_WORD,
  closeGap,
  countWithBit,
  DEPTH_WORD,
  distanceAt,
  type EntryVisitor,
  exactSlots,
  fittedSlots,
  grownSlots,
  HEADER_WORDS,
  HOME_BITS,
  HOME_MASK,
  isFull,
  NEAR,
  place,
  pour,
  SLOTS_WORD,
  segmentSize,
} from '../segment.ts';
import { DIRECTORY_BITS, Directory } from './directory.ts';
import type { Elements } from './elements.ts';

const DRAWS_MAX = 4096;
/** The load of the segments of a table that is made for more elements than one of them has. */
const FIRST_LOAD = 5 / 8;

/** Smaller in tests. */
export interface TableLimits {
  slotsMax: number;
  directoryBits: number;
}

const LIMITS: TableLimits = { slotsMax: SEGMENT_SLOTS_MAX, directoryBits: DIRECTORY_BITS };

export class ElementTable {
  readonly elements: Elements;
  readonly directory: Directory;
  private readonly arena: Arena;
  private readonly roots: Roots;
  private readonly slotsMax: number;
  /** What prefetch() loaded: written so that the loads stay, of no other use. */
  prefetched = 0;
  /** Where the last look-up was that found something: a segment, and a slot of it. */
  private foundSegment = NONE;
  private foundSlot = 0;
  /** The collection that scan() or walkStep() is in. */
  private scanned = NONE;

  constructor(elements: Elements, roots: Roots, limits = LIMITS) {
    this.elements = elements;
    this.arena = elements.arena;
    this.roots = roots;
    this.slotsMax = limits.slotsMax;
    this.directory = new Directory(elements.arena, roots, limits.directoryBits);
  }

  /**
   * Gives a root an empty table with room for `count` elements: they may come in the order of their
   * hashes, as from another table, which a table that only grows does not do well with.
   */
  make(root: number, count: number): void {
    this.beginRoom(root, count);
    while (this.addRoom(root));
  }

  /** Begins to make a table: addRoom() gives it its room, before it gets elements. */
  beginRoom(root: number, count: number): void {
    const { directory, slotsMax } = this;
    let depth = 0;
    while (count > 2 ** depth * slotsMax * FIRST_LOAD && depth < DICT_DEPTH_MAX) depth++;
    // One segment gets them all; of many some get more than others.
    const fitted = depth === 0 ? exactSlots(count) : fittedSlots(count / 2 ** depth, slotsMax);
    const slots = Math.min(fitted, slotsMax);
    directory.set(root, 0, this.take(root, slots, 0));
    for (let i = 0; i < depth; i++) directory.double(root);
  }

  /** Makes one more of the segments, of which each stands for what two will. Is there another? */
  addRoom(root: number): boolean {
    const { directory, arena } = this;
    const depth = directory.depth(root);
    const made = arena.words[root >>> SLAB_SHIFT][((root & SLAB_MASK) << 2) + ROOT_UNITS];
    if (made === 2 ** depth) return false;
    const level = 31 - Math.clz32(made);
    const half = 2 ** (depth - level - 1);
    const start = (made - 2 ** level) * 2 * half;
    const segment = directory.at(root, start);
    const added = this.take(root, this.wordOf(segment, SLOTS_WORD), level + 1);
    arena.wordsOf(segment)[arena.firstWordOf(segment) + DEPTH_WORD] = level + 1;
    for (let i = start + half; i < start + 2 * half; i++) directory.set(root, i, added);
    return true;
  }

  count(root: number): number {
    return this.arena.words[root >>> SLAB_SHIFT][((root & SLAB_MASK) << 2) + ROOT_COUNT];
  }

  /** The element with this key, or NONE. */
  find(root: number, hash: number, buffer: Uint8Array, start: number, end: number): number {
    const segment = this.segmentOf(root, hash);
    const words = this.arena.wordsOf(segment);
    const base = this.arena.firstWordOf(segment);
    const slots = words[base + SLOTS_WORD];
    let slot = ((hash & HOME_MASK) * slots) >>> HOME_BITS;
    for (let distance = 0; ; distance++) {
      const at = base + HEADER_WORDS + 2 * slot;
      const other = words[at];
      const element = words[at + 1];
      if (element === NONE) return NONE;
      if (other !== hash) {
        if (distance >= NEAR && distanceAt(slot, other, slots) < distance) return NONE;
      } else if (this.elements.matches(element, buffer, start, end)) {
        this.foundSegment = segment;
        this.foundSlot = slot;
        return element;
      }
      if (++slot === slots) slot = 0;
    }
  }

  /**
   * Writes to `elements` the first element with each of these hashes, probably the one sought, or
   * NONE; and loads it into the cache, all of them at once: see engine/lookahead.ts.
   */
  guess(root: number, hashes: Int32Array, count: number, elements: Int32Array): void {
    for (let i = 0; i < count; i++) elements[i] = this.firstOf(root, hashes[i]);
    this.load(elements, count);
  }

  /** Loads into the cache what find() will read for each hash in the table of each root. */
  prefetch(roots: Int32Array, hashes: Int32Array, count: number, elements: Int32Array): void {
    let loaded = 0;
    for (let i = 0; i < count; i++) loaded ^= this.homeOf(roots[i], hashes[i]);
    this.prefetched = loaded;
    for (let i = 0; i < count; i++) elements[i] = this.firstOf(roots[i], hashes[i]);
    this.load(elements, count);
  }

  private load(elements: Int32Array, count: number): void {
    const { words } = this.arena;
    let loaded = 0;
    for (let i = 0; i < count; i++) {
      const element = elements[i];
      loaded ^= words[element >>> SLAB_SHIFT][(element & SLAB_MASK) << 2];
    }
    this.prefetched = loaded;
  }

  /** What stands in the first slot that may have this hash. */
  private homeOf(root: number, hash: number): number {
    const segment = this.segmentOf(root, hash);
    const words = this.arena.wordsOf(segment);
    const base = this.arena.firstWordOf(segment);
    const slot = ((hash & HOME_MASK) * words[base + SLOTS_WORD]) >>> HOME_BITS;
    return words[base + HEADER_WORDS + 2 * slot];
  }

  /** The first element with this hash, or NONE. */
  private firstOf(root: number, hash: number): number {
    const segment = this.segmentOf(root, hash);
    const words = this.arena.wordsOf(segment);
    const base = this.arena.firstWordOf(segment);
    const slots = words[base + SLOTS_WORD];
    let slot = ((hash & HOME_MASK) * slots) >>> HOME_BITS;
    for (let distance = 0; ; distance++) {
      const at = base + HEADER_WORDS + 2 * slot;
      const other = words[at];
      const element = words[at + 1];
      if (element === NONE || other === hash) return element;
      if (distance >= NEAR && distanceAt(slot, other, slots) < distance) return NONE;
      if (++slot === slots) slot = 0;
    }
  }

  /** Lets the found slot be that of an element, of this hash, of which only the ref is known. */
  findElement(root: number, hash: number, element: number): void {
    const segment = this.segmentOf(root, hash);
    const words = this.arena.wordsOf(segment);
    const base = this.arena.firstWordOf(segment);
    const slots = words[base + SLOTS_WORD];
    let slot = ((hash & HOME_MASK) * slots) >>> HOME_BITS;
    for (;;) {
      const ref = words[base + HEADER_WORDS + 2 * slot + 1];
      if (ref === element) break;
      if (ref === NONE) throw new Error(`element ${element} is not in this table`);
      if (++slot === slots) slot = 0;
    }
    this.foundSegment = segment;
    this.foundSlot = slot;
  }

  /** Adds an element whose key is known to be absent. */
  add(root: number, hash: number, element: number): void {
    let segment = this.segmentOf(root, hash);
    let words = this.arena.wordsOf(segment);
    let base = this.arena.firstWordOf(segment);
    if (isFull(words[base + COUNT_WORD], words[base + SLOTS_WORD])) {
      this.expand(root, hash);
      segment = this.segmentOf(root, hash);
      words = this.arena.wordsOf(segment);
      base = this.arena.firstWordOf(segment);
    }
    if (this.arena.past !== null) this.arena.past.comes(root, this.elements.layout);
    place(words, base, words[base + SLOTS_WORD], hash, element);
    words[base + COUNT_WORD]++;
    this.change(root, ROOT_COUNT, 1);
    this.roots.addBytes(root, this.elements.capacity(element));
    this.foundSegment = NONE;
  }

  /** The found element is another one now, of the same key; the old one can still be read. */
  replaceFound(root: number, element: number): void {
    const at = this.foundAt();
    const words = this.arena.wordsOf(this.foundSegment);
    const old = words[at + 1];
    if (this.arena.past !== null) this.arena.past.leaves(root, old, this.elements.layout);
    this.roots.addBytes(root, this.elements.capacity(element) - this.elements.capacity(old));
    words[at + 1] = element;
  }

  /** Takes the found element out, which can still be read: freeing it is the caller's. */
  removeFound(root: number): void {
    const at = this.foundAt();
    const segment = this.foundSegment;
    const words = this.arena.wordsOf(segment);
    const base = this.arena.firstWordOf(segment);
    const slots = words[base + SLOTS_WORD];
    const hash = words[at];
    const { past } = this.arena;
    if (past !== null) past.leaves(root, words[at + 1], this.elements.layout);
    this.roots.addBytes(root, -this.elements.capacity(words[at + 1]));
    closeGap(words, base, slots, this.foundSlot);
    const count = --words[base + COUNT_WORD];
    this.change(root, ROOT_COUNT, -1);
    this.foundSegment = NONE;
    if (count < slots >>> 2 && (count & 15) === 0) this.contract(root, hash, segment, count);
  }

  /** One step of SCAN: see ../scan.ts. The table must not change during the step. */
  scan(root: number, cursor: number, atLeast: number, visitor: EntryVisitor): number {
    this.scanned = root;
    return scanSegments(this, cursor, atLeast, visitor);
  }

  /** One step of a walk that may meet the table as it changes: see ../dict-walk.ts. */
  walkStep(root: number, walk: DictWalk, slots: number, visitor: EntryVisitor): void {
    this.scanned = root;
    walk.step(this, slots, visitor);
  }

  /** For scanSegments() and walks. */
  wordsAt(prefix: number): Int32Array {
    return this.arena.wordsOf(this.segmentAt(prefix));
  }

  /** For scanSegments() and walks. */
  baseAt(prefix: number): number {
    return this.arena.firstWordOf(this.segmentAt(prefix));
  }

  /**
   * An element chosen with equal chance, or NONE when there is none. `random` gives whole numbers
   * of 32 bits.
   */
  random(root: number, random: { next(): number }): number {
    const count = this.count(root);
    if (count === 0) return NONE;
    const depth = this.directory.depth(root);
    const rootWords = this.arena.words[root >>> SLAB_SHIFT];
    let mask = rootWords[((root & SLAB_MASK) << 2) + ROOT_DRAW];
    for (let draws = 0; draws < DRAWS_MAX; draws++) {
      const index = depth === 0 ? 0 : random.next() >>> (32 - depth);
      const segment = this.directory.at(root, index);
      const words = this.arena.wordsOf(segment);
      const base = this.arena.firstWordOf(segment);
      const slots = words[base + SLOTS_WORD];
      if (depth === 0) mask = maskAbove(slots);
      // A shallow segment stands at several indexes: only the first of them counts. Of segments
      // with fewer slots than others those that they lack count as empty.
      if ((index & ((1 << (depth - words[base + DEPTH_WORD])) - 1)) !== 0) continue;
      const slot = random.next() & mask;
      const element = slot < slots ? words[base + HEADER_WORDS + 2 * slot + 1] : NONE;
      if (element !== NONE) return element;
    }
    // Nearly everything was removed, and yet its segments did not merge: count instead.
    return this.nth(root, random.next() % count);
  }

  /** Visits all elements. The table must not change meanwhile. */
  forEach(root: number, visitor: EntryVisitor): void {
    this.forEachSegment(root, {
      visit: (segment) => {
        const words = this.arena.wordsOf(segment);
        const first = this.arena.firstWordOf(segment) + HEADER_WORDS;
        const end = first + 2 * words[first - HEADER_WORDS + SLOTS_WORD];
        for (let at = first; at < end; at += 2) {
          if (words[at + 1] !== NONE) visitor.visit(words[at + 1]);
        }
      },
    });
  }

  /** Visits the blocks of all segments. */
  forEachSegment(root: number, visitor: EntryVisitor): void {
    const depth = this.directory.depth(root);
    for (let index = 0; index < 2 ** depth; ) {
      const segment = this.directory.at(root, index);
      index += 2 ** (depth - this.wordOf(segment, DEPTH_WORD));
      visitor.visit(segment);
    }
  }

  private nth(root: number, number: number): number {
    let left = number;
    let element: number = NONE;
    this.forEach(root, {
      visit: (ref) => {
        if (left-- === 0) element = ref;
      },
    });
    return element;
  }

  private segmentOf(root: number, hash: number): number {
    const depth = this.directory.depth(root);
    return this.directory.at(root, (hash >>> 1) >>> (31 - depth));
  }

  private segmentAt(prefix: number): number {
    const { scanned } = this;
    return this.directory.at(scanned, prefix >>> (DICT_DEPTH_MAX - this.directory.depth(scanned)));
  }

  private wordOf(segment: number, word: number): number {
    return this.arena.wordsOf(segment)[this.arena.firstWordOf(segment) + word];
  }

  private foundAt(): number {
    if (this.foundSegment === NONE) throw new Error('nothing is found that could change');
    return this.arena.firstWordOf(this.foundSegment) + HEADER_WORDS + 2 * this.foundSlot;
  }

  private change(root: number, word: number, by: number): void {
    this.arena.words[root >>> SLAB_SHIFT][((root & SLAB_MASK) << 2) + word] += by;
  }

  /** Makes room in the segment that `hash` belongs to: grow it, split it, or at the end grow it. */
  private expand(root: number, hash: number): void {
    for (;;) {
      const segment = this.segmentOf(root, hash);
      const slots = this.wordOf(segment, SLOTS_WORD);
      if (!isFull(this.wordOf(segment, COUNT_WORD), slots)) return;
      // See Dict.expand(): hashes that are too alike must not let the directory explode.
      const size = 2 ** this.directory.depth(root);
      const tooDeep =
        this.wordOf(segment, DEPTH_WORD) === DICT_DEPTH_MAX ||
        (size > 64 && this.count(root) < size * (this.slotsMax >>> 4));
      if (slots >= this.slotsMax && !tooDeep) this.split(root, hash, segment);
      else this.resize(root, hash, segment, this.grown(slots));
    }
  }

  private grown(slots: number): number {
    const grown = grownSlots(slots, this.slotsMax);
    return slots < this.slotsMax ? Math.min(grown, this.slotsMax) : grown;
  }

  private resize(root: number, hash: number, segment: number, slots: number): void {
    const resized = this.take(root, slots, this.wordOf(segment, DEPTH_WORD));
    this.pour(segment, resized, 0, 0);
    this.point(root, hash, resized);
    this.give(root, segment);
  }

  private split(root: number, hash: number, segment: number): void {
    const { arena } = this;
    const localDepth = this.wordOf(segment, DEPTH_WORD);
    if (localDepth === this.directory.depth(root)) this.directory.double(root);
    const bit = 1 << (31 - localDepth);
    const words = arena.wordsOf(segment);
    const base = arena.firstWordOf(segment);
    const highCount = countWithBit(words, base, bit);
    const lowCount = words[base + COUNT_WORD] - highCount;
    const low = this.take(root, fittedSlots(lowCount, this.slotsMax), localDepth + 1);
    const high = this.take(root, fittedSlots(highCount, this.slotsMax), localDepth + 1);
    this.pour(segment, low, bit, 0);
    this.pour(segment, high, bit, bit);
    this.point(root, hash & ~bit, low);
    this.point(root, hash | bit, high);
    this.give(root, segment);
  }

  /** Gives room back after removals: a pair of emptied buddies merges, others get smaller. */
  private contract(root: number, hash: number, segment: number, count: number): void {
    const localDepth = this.wordOf(segment, DEPTH_WORD);
    if (localDepth > 0) {
      const buddy = this.segmentOf(root, hash ^ (1 << (32 - localDepth)));
      const sum = count + this.wordOf(buddy, COUNT_WORD);
      if (this.wordOf(buddy, DEPTH_WORD) === localDepth && sum <= this.slotsMax >>> 1) {
        const merged = this.take(root, fittedSlots(sum, this.slotsMax), localDepth - 1);
        this.pour(segment, merged, 0, 0);
        this.pour(buddy, merged, 0, 0);
        this.point(root, hash, merged);
        this.give(root, segment);
        this.give(root, buddy);
        this.halve(root);
        return;
      }
    }
    const slots = fittedSlots(count, this.slotsMax);
    if (slots < this.wordOf(segment, SLOTS_WORD)) this.resize(root, hash, segment, slots);
  }

  private halve(root: number): void {
    for (;;) {
      const rootWords = this.arena.words[root >>> SLAB_SHIFT];
      const segments = rootWords[((root & SLAB_MASK) << 2) + ROOT_UNITS];
      // Only worth a look when there are enough neighbours that could be one.
      if (segments * 2 > 2 ** this.directory.depth(root)) return;
      if (!this.directory.halve(root)) return;
    }
  }

  private pour(from: number, to: number, mask: number, bits: number): void {
    const { arena } = this;
    const fromBase = arena.firstWordOf(from);
    const toBase = arena.firstWordOf(to);
    pour(arena.wordsOf(from), fromBase, arena.wordsOf(to), toBase, mask, bits);
  }

  /** Lets the directory's entries of the segment that `hash` belongs to be `segment`. */
  private point(root: number, hash: number, segment: number): void {
    const depth = this.directory.depth(root);
    const span = 2 ** (depth - this.wordOf(segment, DEPTH_WORD));
    const index = (hash >>> 1) >>> (31 - depth);
    const first = index - (index % span);
    for (let i = first; i < first + span; i++) this.directory.set(root, i, segment);
  }

  private take(root: number, slots: number, localDepth: number): number {
    const { arena } = this;
    const segment = arena.allocate(segmentSize(slots));
    const words = arena.wordsOf(segment);
    const base = arena.firstWordOf(segment);
    words.fill(0, base, base + HEADER_WORDS + 2 * slots);
    words[base + SLOTS_WORD] = slots;
    words[base + DEPTH_WORD] = localDepth;
    words[base + BLOCK_WORD] = segment;
    this.roots.addBytes(root, arena.capacity(segment));
    const rootWords = arena.words[root >>> SLAB_SHIFT];
    const rootAt = (root & SLAB_MASK) << 2;
    rootWords[rootAt + ROOT_UNITS]++;
    rootWords[rootAt + ROOT_DRAW] |= maskAbove(slots);
    return segment;
  }

  private give(root: number, segment: number): void {
    this.roots.addBytes(root, -this.arena.capacity(segment));
    this.change(root, ROOT_UNITS, -1);
    this.arena.free(segment);
  }
}

/** One less than the least power of two that is not below a number of slots. */
function maskAbove(slots: number): number {
  return 2 ** (32 - Math.clz32(slots - 1)) - 1;
}
