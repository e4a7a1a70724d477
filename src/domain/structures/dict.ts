// The dict: extendible hashing over records. A directory on the hash's top bits points to
// segments; a segment is one Int32Array of (hash, ref) slots, open addressing with linear probing,
// deletion by backward shift. A full segment splits alone and emptied buddies merge, so nothing
// ever rehashes the whole table. FORMAT.md has the picture; Fagin et al. 1979 the idea.
//
// Invariants:
// - The directory has 2^depth entries. A segment of local depth d stands in 2^(depth-d) neighbours.
// - An entry's home slot grows with the low 12 bits of its hash, whatever the segment's capacity:
//   so "all entries with low bits below v" means the same before and after growth, which SCAN
//   relies on.
// - Between an entry's home slot and its slot there is no empty slot (cyclically). Ref 0 is empty.
// - A segment is never full: probing ends.
// - foundSegment is a segment of this dict. What its slot holds may have changed since find(), so
//   it is believed only when it holds the ref in question.
import { DICT_DEPTH_MAX, SEGMENT_SLOTS_MAX, SEGMENT_SLOTS_MIN } from '../limits.ts';
import { NONE } from '../memory/arena.ts';
import type { OffHeap } from '../memory/off-heap.ts';
import {
  closeGap,
  type EntryVisitor,
  HOME_BITS,
  HOME_MASK,
  newSegment,
  place,
  TAIL_WORDS,
  visitHomes,
} from './segment.ts';
import { SegmentPool } from './segment-pool.ts';

/** The prefixes that a hash can have before these bits. */
const PREFIXES = 2 ** DICT_DEPTH_MAX;
const BYTES_PER_WORD = 4;

/** Knows the keys of the records; the dict itself knows nothing of records. */
export interface DictKeys {
  matches(ref: number, buffer: Uint8Array, start: number, end: number): boolean;
  /** The hash of a record's key. */
  hashOf(ref: number): number;
}

export class Dict {
  count = 0;
  private readonly keys: DictKeys;
  private directory: Int32Array[];
  private depth = 0;
  private segmentsCount = 1;
  private readonly memory: OffHeap;
  private readonly pool: SegmentPool;
  /** Bytes of all segments. */
  private segmentsSize: number;
  /** Where the last successful find() was: where remove() and replace() look first. */
  private foundSegment: Int32Array;
  private foundSlot = 0;
  /** What prefetchSlots() loaded: written so that the loads stay, of no other use. */
  prefetched = 0;

  constructor(keys: DictKeys, memory: OffHeap) {
    this.keys = keys;
    this.memory = memory;
    this.pool = new SegmentPool(memory);
    const segment = newSegment(SEGMENT_SLOTS_MIN, 0);
    this.directory = newDirectory(1, segment);
    this.foundSegment = segment;
    this.segmentsSize = segment.length * BYTES_PER_WORD;
  }

  /** Bytes of the segments, those in reserve too, and of the directory. */
  get size(): number {
    return this.segmentsSize + this.pool.size + this.directory.length * 8;
  }

  /** Of that, what its entries need: nothing in reserve. */
  get tableSize(): number {
    return this.segmentsSize + this.directory.length * 8;
  }

  /** Slots of all segments: what INFO and DEBUG HTSTATS call the table's size. */
  get slotsCount(): number {
    return (this.segmentsSize / BYTES_PER_WORD - this.segmentsCount * TAIL_WORDS) / 2;
  }

  /** The ref of the entry with this key, or NONE. */
  find(hash: number, buffer: Uint8Array, start: number, end: number): number {
    const segment = this.directory[(hash >>> 1) >>> (31 - this.depth)];
    const capacity = (segment.length - TAIL_WORDS) >>> 1;
    let slot = ((hash & HOME_MASK) * capacity) >>> HOME_BITS;
    for (;;) {
      const ref = segment[2 * slot + 1];
      if (ref === NONE) return NONE;
      if (segment[2 * slot] === hash && this.keys.matches(ref, buffer, start, end)) {
        this.foundSegment = segment;
        this.foundSlot = slot;
        return ref;
      }
      if (++slot === capacity) slot = 0;
    }
  }

  /** Loads the home slots of hashes [0, count) into the cache at once: see engine/lookahead.ts. */
  prefetchSlots(hashes: Int32Array, count: number): void {
    const { directory } = this;
    const shift = 31 - this.depth;
    let loaded = 0;
    for (let i = 0; i < count; i++) {
      const hash = hashes[i];
      const segment = directory[(hash >>> 1) >>> shift];
      const capacity = (segment.length - TAIL_WORDS) >>> 1;
      loaded ^= segment[2 * (((hash & HOME_MASK) * capacity) >>> HOME_BITS)];
    }
    this.prefetched = loaded;
  }

  /** Writes to `refs` the first entry with each hash, probably the one sought, or NONE. */
  guess(hashes: Int32Array, count: number, refs: Int32Array): void {
    const { directory } = this;
    const shift = 31 - this.depth;
    for (let i = 0; i < count; i++) {
      const hash = hashes[i];
      const segment = directory[(hash >>> 1) >>> shift];
      const capacity = (segment.length - TAIL_WORDS) >>> 1;
      let slot = ((hash & HOME_MASK) * capacity) >>> HOME_BITS;
      let ref = segment[2 * slot + 1];
      while (ref !== NONE && segment[2 * slot] !== hash) {
        if (++slot === capacity) slot = 0;
        ref = segment[2 * slot + 1];
      }
      refs[i] = ref;
    }
  }

  /** Adds an entry whose key is known to be absent. */
  add(hash: number, ref: number): void {
    let segment = this.directory[(hash >>> 1) >>> (31 - this.depth)];
    let capacity = (segment.length - TAIL_WORDS) >>> 1;
    // 55/64 is a load of 0.86.
    if ((segment[2 * capacity] + 1) * 64 > capacity * 55) {
      this.expand(hash, segment);
      segment = this.directory[(hash >>> 1) >>> (31 - this.depth)];
      capacity = (segment.length - TAIL_WORDS) >>> 1;
    }
    place(segment, capacity, hash, ref);
    segment[2 * capacity]++;
    this.count++;
  }

  /** An entry has a new ref; its record can still be read at the old one. */
  replace(old: number, ref: number): void {
    this.locate(old);
    this.foundSegment[2 * this.foundSlot + 1] = ref;
  }

  /** Takes an entry out whose record can still be read. */
  remove(ref: number): void {
    this.locate(ref);
    const segment = this.foundSegment;
    const capacity = (segment.length - TAIL_WORDS) >>> 1;
    const hash = segment[2 * this.foundSlot];
    closeGap(segment, capacity, this.foundSlot);
    const count = --segment[2 * capacity];
    this.count--;
    if (count < capacity >>> 2 && (count & 15) === 0) this.contract(hash, segment, count);
  }

  /** Calls the visitor with every entry. The dict must not change meanwhile. */
  forEach(visitor: EntryVisitor): void {
    for (let index = 0; index < this.directory.length; index += this.spanAt(index)) {
      const segment = this.directory[index];
      const slotsEnd = segment.length - TAIL_WORDS;
      for (let at = 1; at < slotsEnd; at += 2) {
        const ref = segment[at];
        if (ref !== NONE) visitor.visit(ref);
      }
    }
  }

  /** The segment of the entries whose hashes begin with this prefix, of DICT_DEPTH_MAX bits. */
  segmentAt(prefix: number): Int32Array {
    return this.directory[prefix >>> (DICT_DEPTH_MAX - this.depth)];
  }

  /**
   * One step of SCAN: visits the entries of some home slots, at least `atLeast` entries unless the
   * end comes first, and returns the next cursor, 0 at the end. An entry that is there from the
   * first step to the last is visited at least once, whatever is added, deleted, split or merged
   * in between. The dict must not change during the step.
   *
   * A cursor is (region of hash prefixes, of 21 bits; first low bits of the hash not done in it,
   * of 12 bits). A region is twice its first prefix plus its number of prefixes, a power of two.
   * When low bits are done, they are done in that region alone: its segment may have merged with
   * others since.
   */
  scan(cursor: number, atLeast: number, visitor: EntryVisitor): number {
    const region = Math.floor(cursor / (HOME_MASK + 1)) % (2 * PREFIXES);
    const regionPrefixes = lowestBit(region);
    let first = (region & (region - 1)) >>> 1;
    let low = cursor % (HOME_MASK + 1);
    let visited = 0;
    let slotsLeft = Math.max(atLeast, 16) * 16;
    for (;;) {
      const segment = this.directory[first >>> (DICT_DEPTH_MAX - this.depth)];
      const capacity = (segment.length - TAIL_WORDS) >>> 1;
      const localDepth = segment[2 * capacity + 1];
      let prefixes = Math.min(2 ** (DICT_DEPTH_MAX - localDepth), lowestBit(first));
      if (low > 0) prefixes = Math.min(prefixes, regionPrefixes);
      const end = first + prefixes;
      const step = Math.max(1, Math.ceil((16 * (HOME_MASK + 1)) / capacity));
      while (low <= HOME_MASK) {
        const lowEnd = Math.min(low + step, HOME_MASK + 1);
        visited += visitHomes(segment, capacity, low, lowEnd, first, end, visitor);
        slotsLeft -= 16;
        low = lowEnd;
        if (visited >= atLeast || slotsLeft <= 0) break;
      }
      if (low <= HOME_MASK) return (2 * first + prefixes) * (HOME_MASK + 1) + low;
      low = 0;
      first = end;
      if (first === PREFIXES) return 0;
      if (visited >= atLeast || slotsLeft <= 0) return (2 * first + 1) * (HOME_MASK + 1);
    }
  }

  /**
   * An entry chosen with equal chance, or NONE when the dict is empty. `random` gives whole
   * numbers of 32 bits.
   */
  randomEntry(random: { next(): number }): number {
    if (this.count === 0) return NONE;
    for (let attempt = 0; attempt < 4096; attempt++) {
      const bits = random.next();
      const index = bits & (this.directory.length - 1);
      const segment = this.directory[index];
      const capacity = (segment.length - TAIL_WORDS) >>> 1;
      // A shallow segment stands in several directory entries: only the first of them counts.
      if (index % this.spanAt(index) !== 0) continue;
      // Segments differ in capacity only when degenerate or alone: slots then weigh slightly
      // unequal.
      const slot = random.next() & (capacity - 1);
      const ref = segment[2 * slot + 1];
      if (ref !== NONE) return ref;
    }
    return this.firstEntryFrom(random.next() & (this.directory.length - 1));
  }

  /** Takes all segments out, for somebody else to walk and free a slice at a time. */
  takeSegments(): Int32Array[] {
    const segments: Int32Array[] = [];
    for (let index = 0; index < this.directory.length; index += this.spanAt(index)) {
      segments.push(this.directory[index]);
    }
    this.empty();
    return segments;
  }

  clear(): void {
    this.memory.drop(this.segmentsSize);
    this.empty();
  }

  /** Lets the found slot be that of an entry, which mostly is the one that find() met last. */
  private locate(ref: number): void {
    if (ref === NONE) throw new Error('no record is no entry');
    if (this.foundSegment[2 * this.foundSlot + 1] === ref) return;
    const hash = this.keys.hashOf(ref);
    const segment = this.directory[(hash >>> 1) >>> (31 - this.depth)];
    const capacity = (segment.length - TAIL_WORDS) >>> 1;
    let slot = ((hash & HOME_MASK) * capacity) >>> HOME_BITS;
    while (segment[2 * slot + 1] !== ref) {
      if (segment[2 * slot + 1] === NONE) throw new Error(`record ${ref} is not in this dict`);
      if (++slot === capacity) slot = 0;
    }
    this.foundSegment = segment;
    this.foundSlot = slot;
  }

  /** A segment has left the directory. */
  private retire(segment: Int32Array): void {
    if (this.foundSegment === segment) {
      this.foundSegment = this.directory[0];
      this.foundSlot = 0;
    }
    this.pool.give(segment, this.segmentsCount);
  }

  private empty(): void {
    const segment = newSegment(SEGMENT_SLOTS_MIN, 0);
    this.pool.clear();
    this.directory = newDirectory(1, segment);
    this.foundSegment = segment;
    this.depth = 0;
    this.segmentsCount = 1;
    this.segmentsSize = segment.length * BYTES_PER_WORD;
    this.count = 0;
  }

  /** Checks the dict's invariants. */
  verify(): void {
    let count = 0;
    let size = 0;
    for (let index = 0; index < this.directory.length; index += this.spanAt(index)) {
      const segment = this.directory[index];
      size += segment.length * BYTES_PER_WORD;
      count += this.verifySegment(index, segment);
    }
    if (count !== this.count) throw new Error(`dict: count ${this.count}, entries ${count}`);
    if (size !== this.segmentsSize) throw new Error('dict: the segments have another size');
    if (!this.directory.includes(this.foundSegment)) {
      throw new Error('dict: the found slot is one of a dead segment');
    }
  }

  private verifySegment(index: number, segment: Int32Array): number {
    const capacity = (segment.length - TAIL_WORDS) >>> 1;
    const span = this.spanAt(index);
    for (let i = 0; i < span; i++) {
      if (this.directory[index + i] !== segment)
        throw new Error('dict: a segment has lost a neighbour');
    }
    let count = 0;
    for (let slot = 0; slot < capacity; slot++) {
      const ref = segment[2 * slot + 1];
      if (ref === NONE) continue;
      count++;
      const hash = segment[2 * slot];
      if (this.keys.hashOf(ref) !== hash)
        throw new Error('dict: a slot has another hash than its key');
      const home = (hash >>> 1) >>> (31 - this.depth);
      if (home < index || home >= index + span)
        throw new Error('dict: an entry is in a wrong segment');
      let probe = ((hash & HOME_MASK) * capacity) >>> HOME_BITS;
      for (; probe !== slot; probe = (probe + 1) % capacity) {
        if (segment[2 * probe + 1] === NONE) throw new Error('dict: a gap hides an entry');
      }
    }
    if (count !== segment[2 * capacity]) throw new Error('dict: a segment counts wrongly');
    return count;
  }

  /** Directory entries that the segment at `index` stands in. */
  private spanAt(index: number): number {
    const segment = this.directory[index];
    return 1 << (this.depth - segment[segment.length - 1]);
  }

  private firstEntryFrom(index: number): number {
    for (let i = 0; i < this.directory.length; i++) {
      const segment = this.directory[(index + i) & (this.directory.length - 1)];
      for (let at = 1; at < segment.length - TAIL_WORDS; at += 2) {
        if (segment[at] !== NONE) return segment[at];
      }
    }
    return NONE;
  }

  /** Makes room in the segment that `hash` belongs to: grow it, split it, or at the end grow it. */
  private expand(hash: number, full: Int32Array): void {
    let segment = full;
    for (;;) {
      const capacity = (segment.length - TAIL_WORDS) >>> 1;
      const count = segment[2 * capacity];
      if ((count + 1) * 64 <= capacity * 55) return;
      // When hashes are so alike that splits do not part them, the directory must not explode: a
      // directory much larger than the entries need means that the segment itself has to grow.
      const tooDeep =
        segment[2 * capacity + 1] === DICT_DEPTH_MAX ||
        (this.directory.length > 64 &&
          this.count < this.directory.length * (SEGMENT_SLOTS_MAX >>> 4));
      if (capacity < SEGMENT_SLOTS_MAX || tooDeep) this.resize(hash, segment, capacity * 2);
      else this.split(hash, segment);
      segment = this.directory[(hash >>> 1) >>> (31 - this.depth)];
    }
  }

  private resize(hash: number, segment: Int32Array, newCapacity: number): void {
    const capacity = (segment.length - TAIL_WORDS) >>> 1;
    const larger = this.pool.take(newCapacity, segment[2 * capacity + 1], this.segmentsCount);
    for (let at = 0; at < 2 * capacity; at += 2) {
      if (segment[at + 1] !== NONE) place(larger, newCapacity, segment[at], segment[at + 1]);
    }
    larger[2 * newCapacity] = segment[2 * capacity];
    this.segmentsSize += (larger.length - segment.length) * BYTES_PER_WORD;
    this.point(hash, larger);
    this.retire(segment);
  }

  private split(hash: number, segment: Int32Array): void {
    const capacity = (segment.length - TAIL_WORDS) >>> 1;
    const localDepth = segment[2 * capacity + 1];
    if (localDepth === this.depth) this.doubleDirectory();
    const low = this.pool.take(capacity, localDepth + 1, this.segmentsCount);
    const high = this.pool.take(capacity, localDepth + 1, this.segmentsCount);
    const bit = 1 << (31 - localDepth);
    for (let at = 0; at < 2 * capacity; at += 2) {
      const ref = segment[at + 1];
      if (ref === NONE) continue;
      const target = (segment[at] & bit) === 0 ? low : high;
      place(target, capacity, segment[at], ref);
      target[2 * capacity]++;
    }
    this.segmentsCount++;
    this.segmentsSize += segment.length * BYTES_PER_WORD;
    this.point(hash & ~bit, low);
    this.point(hash | bit, high);
    this.retire(segment);
  }

  /** Lets the directory entries of the segment that `hash` belongs to point to `segment`. */
  private point(hash: number, segment: Int32Array): void {
    const span = 1 << (this.depth - segment[segment.length - 1]);
    const index = (hash >>> 1) >>> (31 - this.depth);
    const first = index - (index % span);
    for (let i = first; i < first + span; i++) this.directory[i] = segment;
  }

  private doubleDirectory(): void {
    const doubled = newDirectory(this.directory.length * 2, this.directory[0]);
    for (let i = 0; i < this.directory.length; i++) {
      doubled[2 * i] = this.directory[i];
      doubled[2 * i + 1] = this.directory[i];
    }
    this.directory = doubled;
    this.depth++;
  }

  /** Gives room back after deletions: a lone segment halves, a pair of emptied buddies merges. */
  private contract(hash: number, segment: Int32Array, count: number): void {
    const capacity = (segment.length - TAIL_WORDS) >>> 1;
    const localDepth = segment[2 * capacity + 1];
    if (localDepth === 0 || capacity > SEGMENT_SLOTS_MAX) {
      if (capacity > SEGMENT_SLOTS_MIN && count < capacity >>> 3) {
        this.resize(hash, segment, capacity >>> 1);
      }
      return;
    }
    const bit = 1 << (32 - localDepth);
    const buddy = this.directory[((hash ^ bit) >>> 1) >>> (31 - this.depth)];
    if (buddy.length !== segment.length) return;
    if (buddy[2 * capacity + 1] !== localDepth) return;
    if (count + buddy[2 * capacity] > capacity >>> 1) return;
    const merged = this.pool.take(capacity, localDepth - 1, this.segmentsCount);
    for (const half of [segment, buddy]) {
      for (let at = 0; at < 2 * capacity; at += 2) {
        if (half[at + 1] !== NONE) place(merged, capacity, half[at], half[at + 1]);
      }
    }
    merged[2 * capacity] = count + buddy[2 * capacity];
    this.segmentsCount--;
    this.segmentsSize -= segment.length * BYTES_PER_WORD;
    this.point(hash, merged);
    this.retire(segment);
    this.retire(buddy);
    this.halveDirectory();
  }

  private halveDirectory(): void {
    // Only worth a look when there are enough neighbours that could be one.
    if (this.depth === 0 || this.segmentsCount * 2 > this.directory.length) return;
    for (let i = 0; i < this.directory.length; i += 2) {
      if (this.directory[i] !== this.directory[i + 1]) return;
    }
    const halved = newDirectory(this.directory.length / 2, this.directory[0]);
    for (let i = 0; i < halved.length; i++) halved[i] = this.directory[2 * i];
    this.directory = halved;
    this.depth--;
    this.halveDirectory();
  }
}

/** The largest power of two that divides a number of prefixes, or all of them for 0. */
function lowestBit(prefix: number): number {
  return prefix === 0 ? PREFIXES : prefix & -prefix;
}

/** All directories are made here: V8 compiles for one kind of array, a literal is another. */
function newDirectory(size: number, segment: Int32Array): Int32Array[] {
  return new Array<Int32Array>(size).fill(segment);
}
