// The dict: extendible hashing over records. A directory on the hash's top bits points to
// segments; a segment is an Int32Array of (hash, ref) slots, open addressing with linear probing in
// the order of home slots, deletion by backward shift. A full segment grows by a quarter; a
// full-grown one splits alone, and emptied buddies merge, so nothing ever rehashes the whole table.
// FORMAT.md has the picture; Fagin et al. 1979 the idea.
//
// Invariants, besides those of segments (segment.ts):
// - The directory has 2^depth entries. A segment of local depth d stands in 2^(depth-d) neighbours.
// - A segment is a block of the arena, which it knows, or an array of its own when it is of the
//   least size. Its array is a view of the whole segment: lookups see the number of slots in the
//   array's length, and so load no word but their slot.
// - foundSegment is a segment of this dict. What its slot holds may have changed since find(), so
//   it is believed only when it holds the ref in question.
import { DICT_DEPTH_MAX, SEGMENT_SLOTS_MAX, SEGMENT_SLOTS_MIN } from '../limits.ts';
import { type Arena, NONE } from '../memory/arena.ts';
import { scanSegments } from './scan.ts';
import {
  BLOCK_WORD,
  COUNT_WORD,
  closeGap,
  copyOfSegment,
  countWithBit,
  DEPTH_WORD,
  distanceAt,
  type EntryVisitor,
  fittedSlots,
  freeSegment,
  grownSlots,
  HEADER_WORDS,
  HOME_BITS,
  HOME_MASK,
  isFull,
  NEAR,
  newSegment,
  place,
  pour,
  verifySegment,
} from './segment.ts';

const BYTES_PER_WORD = 4;
const SLOT_MASK = powerAbove(SEGMENT_SLOTS_MAX) - 1;

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
  private readonly arena: Arena;
  /** Bytes of all segments, and of those that are not blocks of the arena. */
  private segmentsSize: number;
  private ownSegmentsSize: number;
  /** No segment but a lone one has more slots: one less than a power of two. */
  private slotMask = SLOT_MASK;
  /** Where the last successful find() was: where remove() and replace() look first. */
  private foundSegment: Int32Array;
  private foundSlot = 0;
  /** What prefetchSlots() loaded: written so that the loads stay, of no other use. */
  prefetched = 0;

  constructor(keys: DictKeys, arena: Arena) {
    this.keys = keys;
    this.arena = arena;
    const segment = newSegment(arena, SEGMENT_SLOTS_MIN, 0);
    this.directory = newDirectory(1, segment);
    this.foundSegment = segment;
    this.segmentsSize = segment.byteLength;
    this.ownSegmentsSize = segment.byteLength;
  }

  /** Bytes of the segments and of the directory. */
  get size(): number {
    return this.segmentsSize + this.directory.length * 8;
  }

  /** Of that, what does not lie in the arena. */
  get ownSize(): number {
    return this.ownSegmentsSize + this.directory.length * 8;
  }

  /** Slots of all segments: what INFO and DEBUG HTSTATS call the table's size. */
  get slotsCount(): number {
    return (this.segmentsSize / BYTES_PER_WORD - this.segmentsCount * HEADER_WORDS) / 2;
  }

  /** The ref of the entry with this key, or NONE. */
  find(hash: number, buffer: Uint8Array, start: number, end: number): number {
    const segment = this.directory[(hash >>> 1) >>> (31 - this.depth)];
    const capacity = (segment.length - HEADER_WORDS) >>> 1;
    let slot = ((hash & HOME_MASK) * capacity) >>> HOME_BITS;
    for (let distance = 0; ; distance++) {
      const other = segment[HEADER_WORDS + 2 * slot];
      const ref = segment[HEADER_WORDS + 2 * slot + 1];
      if (ref === NONE) return NONE;
      if (other !== hash) {
        if (distance >= NEAR && distanceAt(slot, other, capacity) < distance) return NONE;
      } else if (this.keys.matches(ref, buffer, start, end)) {
        this.foundSegment = segment;
        this.foundSlot = slot;
        return ref;
      }
      if (++slot === capacity) slot = 0;
    }
  }

  /** Has it an entry of this hash with this ref? */
  holds(hash: number, ref: number): boolean {
    const segment = this.directory[(hash >>> 1) >>> (31 - this.depth)];
    const capacity = slotsIn(segment);
    let slot = ((hash & HOME_MASK) * capacity) >>> HOME_BITS;
    for (;;) {
      const other = segment[HEADER_WORDS + 2 * slot + 1];
      if (other === NONE) return false;
      if (other === ref && segment[HEADER_WORDS + 2 * slot] === hash) return true;
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
      const capacity = slotsIn(segment);
      loaded ^= segment[HEADER_WORDS + 2 * (((hash & HOME_MASK) * capacity) >>> HOME_BITS)];
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
      const capacity = slotsIn(segment);
      let slot = ((hash & HOME_MASK) * capacity) >>> HOME_BITS;
      let ref = NONE;
      for (let distance = 0; ; distance++) {
        const other = segment[HEADER_WORDS + 2 * slot];
        ref = segment[HEADER_WORDS + 2 * slot + 1];
        if (ref === NONE || other === hash) break;
        if (distance >= NEAR && distanceAt(slot, other, capacity) < distance) {
          ref = NONE;
          break;
        }
        if (++slot === capacity) slot = 0;
      }
      refs[i] = ref;
    }
  }

  /** Adds an entry whose key is known to be absent. */
  add(hash: number, ref: number): void {
    let segment = this.directory[(hash >>> 1) >>> (31 - this.depth)];
    let capacity = slotsIn(segment);
    if (isFull(segment[COUNT_WORD], capacity)) {
      this.expand(hash, segment);
      segment = this.directory[(hash >>> 1) >>> (31 - this.depth)];
      capacity = slotsIn(segment);
    }
    place(segment, 0, capacity, hash, ref);
    segment[COUNT_WORD]++;
    this.count++;
  }

  /** An entry has a new ref; its record can still be read at the old one. */
  replace(old: number, ref: number): void {
    this.locate(old);
    this.foundSegment[HEADER_WORDS + 2 * this.foundSlot + 1] = ref;
  }

  /** Takes an entry out whose record can still be read. */
  remove(ref: number): void {
    this.locate(ref);
    const segment = this.foundSegment;
    const capacity = slotsIn(segment);
    const hash = segment[HEADER_WORDS + 2 * this.foundSlot];
    closeGap(segment, 0, capacity, this.foundSlot);
    const count = --segment[COUNT_WORD];
    this.count--;
    if (count < capacity >>> 2 && (count & 15) === 0) this.contract(hash, segment, count);
  }

  /** Calls the visitor with every entry. The dict must not change meanwhile. */
  forEach(visitor: EntryVisitor): void {
    for (let index = 0; index < this.directory.length; index += this.spanAt(index)) {
      const segment = this.directory[index];
      for (let at = HEADER_WORDS + 1; at < segment.length; at += 2) {
        const ref = segment[at];
        if (ref !== NONE) visitor.visit(ref);
      }
    }
  }

  /** One step of SCAN: see scan.ts. The dict must not change during the step. */
  scan(cursor: number, atLeast: number, visitor: EntryVisitor): number {
    return scanSegments(this, cursor, atLeast, visitor);
  }

  /** The segment of the entries whose hashes begin with this prefix: see Segments. */
  wordsAt(prefix: number): Int32Array {
    return this.directory[prefix >>> (DICT_DEPTH_MAX - this.depth)];
  }

  /** Where in wordsAt() the segment begins. */
  baseAt(_prefix: number): number {
    return 0;
  }

  /**
   * An entry chosen with equal chance, or NONE when the dict is empty. `random` gives whole
   * numbers of 32 bits.
   */
  randomEntry(random: { next(): number }): number {
    if (this.count === 0) return NONE;
    const slotMask = this.depth === 0 ? this.loneSlotMask() : this.slotMask;
    for (let attempt = 0; attempt < 4096; attempt++) {
      const index = random.next() & (this.directory.length - 1);
      const segment = this.directory[index];
      // A shallow segment stands in several directory entries: only the first of them counts.
      if (index % this.spanAt(index) !== 0) continue;
      // Segments differ in their slots: those that this one lacks count as empty.
      const at = HEADER_WORDS + 2 * (random.next() & slotMask) + 1;
      if (at < segment.length && segment[at] !== NONE) return segment[at];
    }
    return this.firstEntryFrom(random.next() & (this.directory.length - 1));
  }

  /** Takes all segments out, for somebody else to walk and free a slice at a time. */
  takeSegments(): Int32Array[] {
    const segments: Int32Array[] = [];
    for (let index = 0; index < this.directory.length; index += this.spanAt(index)) {
      segments.push(this.directory[index]);
    }
    this.reset();
    return segments;
  }

  /** Forgets all entries and segments, which somebody else frees: the arena's own reset, say. */
  reset(): void {
    const segment = newSegment(this.arena, SEGMENT_SLOTS_MIN, 0);
    this.directory = newDirectory(1, segment);
    this.foundSegment = segment;
    this.depth = 0;
    this.segmentsCount = 1;
    this.segmentsSize = segment.byteLength;
    this.ownSegmentsSize = segment.byteLength;
    this.slotMask = SLOT_MASK;
    this.count = 0;
  }

  /** Becomes a copy of another dict, of whose arena its own is a copy already. */
  copyFrom(other: Dict): void {
    this.directory = other.directory.slice();
    for (let index = 0; index < this.directory.length; ) {
      const segment = copyOfSegment(this.arena, other.directory[index]);
      for (const end = index + other.spanAt(index); index < end; index++) {
        this.directory[index] = segment;
      }
    }
    this.foundSegment = this.directory[0];
    this.depth = other.depth;
    this.segmentsCount = other.segmentsCount;
    this.segmentsSize = other.segmentsSize;
    this.ownSegmentsSize = other.ownSegmentsSize;
    this.slotMask = other.slotMask;
    this.count = other.count;
  }

  /** Visits the blocks of the segments. */
  forEachBlock(visitor: EntryVisitor): void {
    for (let index = 0; index < this.directory.length; index += this.spanAt(index)) {
      const block = this.directory[index][BLOCK_WORD];
      if (block !== NONE) visitor.visit(block);
    }
  }

  /** Lets the found slot be that of an entry, which mostly is the one that find() met last. */
  private locate(ref: number): void {
    if (ref === NONE) throw new Error('no record is no entry');
    if (this.foundSegment[HEADER_WORDS + 2 * this.foundSlot + 1] === ref) return;
    const hash = this.keys.hashOf(ref);
    const segment = this.directory[(hash >>> 1) >>> (31 - this.depth)];
    const capacity = slotsIn(segment);
    let slot = ((hash & HOME_MASK) * capacity) >>> HOME_BITS;
    while (segment[HEADER_WORDS + 2 * slot + 1] !== ref) {
      if (segment[HEADER_WORDS + 2 * slot + 1] === NONE)
        throw new Error(`record ${ref} is not in this dict`);
      if (++slot === capacity) slot = 0;
    }
    this.foundSegment = segment;
    this.foundSlot = slot;
  }

  /** Checks the dict's invariants. */
  verify(): void {
    let count = 0;
    let size = 0;
    let ownSize = 0;
    for (let index = 0; index < this.directory.length; index += this.spanAt(index)) {
      const segment = this.directory[index];
      size += segment.byteLength;
      if (segment[BLOCK_WORD] === NONE) ownSize += segment.byteLength;
      count += segment[COUNT_WORD];
      this.verifySegment(index, segment);
    }
    if (count !== this.count) throw new Error(`dict: count ${this.count}, entries ${count}`);
    if (size !== this.segmentsSize || ownSize !== this.ownSegmentsSize) {
      throw new Error('dict: the segments have another size');
    }
    if (!this.directory.includes(this.foundSegment)) {
      throw new Error('dict: the found slot is one of a dead segment');
    }
  }

  private verifySegment(index: number, segment: Int32Array): void {
    for (let i = 1; i < this.spanAt(index); i++) {
      if (this.directory[index + i] !== segment) {
        throw new Error('dict: a segment has lost a neighbour');
      }
    }
    const prefix = this.depth === 0 ? 0 : index << (32 - this.depth);
    verifySegment(segment, 0, slotsIn(segment), prefix, segment[DEPTH_WORD], this.keys);
  }

  /** Directory entries that the segment at `index` stands in. */
  private spanAt(index: number): number {
    const segment = this.directory[index];
    return 1 << (this.depth - segment[DEPTH_WORD]);
  }

  private loneSlotMask(): number {
    return powerAbove(slotsIn(this.directory[0])) - 1;
  }

  private firstEntryFrom(index: number): number {
    for (let i = 0; i < this.directory.length; i++) {
      const segment = this.directory[(index + i) & (this.directory.length - 1)];
      for (let at = HEADER_WORDS + 1; at < segment.length; at += 2) {
        if (segment[at] !== NONE) return segment[at];
      }
    }
    return NONE;
  }

  /** Makes room in the segment that `hash` belongs to: grow it, split it, or at the end grow it. */
  private expand(hash: number, full: Int32Array): void {
    let segment = full;
    for (;;) {
      const capacity = slotsIn(segment);
      if (!isFull(segment[COUNT_WORD], capacity)) return;
      // When hashes are so alike that splits do not part them, the directory must not explode: a
      // directory much larger than the entries need means that the segment itself has to grow.
      const tooDeep =
        segment[DEPTH_WORD] === DICT_DEPTH_MAX ||
        (this.directory.length > 64 &&
          this.count < this.directory.length * (SEGMENT_SLOTS_MAX >>> 4));
      if (capacity < SEGMENT_SLOTS_MAX || tooDeep) {
        this.resize(hash, segment, grownSlots(capacity, SEGMENT_SLOTS_MAX));
      } else {
        this.split(hash, segment);
      }
      segment = this.directory[(hash >>> 1) >>> (31 - this.depth)];
    }
  }

  private resize(hash: number, segment: Int32Array, newCapacity: number): void {
    const resized = this.take(newCapacity, segment[DEPTH_WORD]);
    pour(segment, 0, resized, 0, 0, 0);
    this.point(hash, resized);
    this.retire(segment);
  }

  private split(hash: number, segment: Int32Array): void {
    const localDepth = segment[DEPTH_WORD];
    if (localDepth === this.depth) this.doubleDirectory();
    const bit = 1 << (31 - localDepth);
    const highCount = countWithBit(segment, 0, bit);
    const lowCount = segment[COUNT_WORD] - highCount;
    const low = this.take(fittedSlots(lowCount, SEGMENT_SLOTS_MAX), localDepth + 1);
    const high = this.take(fittedSlots(highCount, SEGMENT_SLOTS_MAX), localDepth + 1);
    pour(segment, 0, low, 0, bit, 0);
    pour(segment, 0, high, 0, bit, bit);
    this.point(hash & ~bit, low);
    this.point(hash | bit, high);
    this.retire(segment);
  }

  private take(slots: number, localDepth: number): Int32Array {
    const segment = newSegment(this.arena, slots, localDepth);
    this.segmentsCount++;
    this.segmentsSize += segment.byteLength;
    if (segment[BLOCK_WORD] === NONE) this.ownSegmentsSize += segment.byteLength;
    while (slots > this.slotMask + 1) this.slotMask = 2 * this.slotMask + 1;
    return segment;
  }

  /** Frees a segment that has left the directory. */
  private retire(segment: Int32Array): void {
    if (this.foundSegment === segment) {
      this.foundSegment = this.directory[0];
      this.foundSlot = 0;
    }
    this.segmentsCount--;
    this.segmentsSize -= segment.byteLength;
    if (segment[BLOCK_WORD] === NONE) this.ownSegmentsSize -= segment.byteLength;
    freeSegment(this.arena, segment);
  }

  /** Lets the directory entries of the segment that `hash` belongs to point to `segment`. */
  private point(hash: number, segment: Int32Array): void {
    const span = 1 << (this.depth - segment[DEPTH_WORD]);
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

  /** Gives room back after deletions: a pair of emptied buddies merges, others get smaller. */
  private contract(hash: number, segment: Int32Array, count: number): void {
    const localDepth = segment[DEPTH_WORD];
    if (localDepth > 0) {
      const bit = 1 << (32 - localDepth);
      const buddy = this.directory[((hash ^ bit) >>> 1) >>> (31 - this.depth)];
      const sum = count + buddy[COUNT_WORD];
      if (buddy[DEPTH_WORD] === localDepth && sum <= SEGMENT_SLOTS_MAX >>> 1) {
        return this.merge(hash, segment, buddy, fittedSlots(sum, SEGMENT_SLOTS_MAX));
      }
    }
    const slots = fittedSlots(count, SEGMENT_SLOTS_MAX);
    if (slots < slotsIn(segment)) this.resize(hash, segment, slots);
  }

  private merge(hash: number, segment: Int32Array, buddy: Int32Array, slots: number): void {
    const merged = this.take(slots, segment[DEPTH_WORD] - 1);
    pour(segment, 0, merged, 0, 0, 0);
    pour(buddy, 0, merged, 0, 0, 0);
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

/** Slots of a segment, which has an array, or a view, of its own. */
function slotsIn(segment: Int32Array): number {
  return (segment.length - HEADER_WORDS) >>> 1;
}

/** The least power of two that is not below a number of slots. */
function powerAbove(slots: number): number {
  return 2 ** (32 - Math.clz32(slots - 1));
}

/** All directories are made here: V8 compiles for one kind of array, a literal is another. */
function newDirectory(size: number, segment: Int32Array): Int32Array[] {
  return new Array<Int32Array>(size).fill(segment);
}
