// What nobody can reach any more and still waits to be freed, a slice of blocks at a time: values
// of many blocks that were deleted, the records that a flush took out of a database at once, and
// what had retired when the reading of the past was over. And what nobody can reach yet: values
// that commands make in slices.
//
// Invariants: `count` is the number of waiting records and values; the words before `at` of the
// last segment are of freed entries, everything else is not freed; nothing of a dict is freed as
// long as it is held. While the past is read, what has waited since before it began is all that had
// retired, the first roots and the last segments: nobody reads that, so nobody is asked.

import { ZERO } from '../doubles.ts';
import { NONE } from '../memory/arena.ts';
import type { BlockOwner, PastReader } from '../memory/past-reader.ts';
import { kindOf, type Records } from '../memory/record.ts';
import type { RetiredBlocks } from '../memory/retired-blocks.ts';
import type { Dict } from '../structures/dict.ts';
import { isFork } from '../structures/root.ts';
import { BLOCK_WORD, type EntryVisitor, freeSegment, HEADER_WORDS } from '../structures/segment.ts';
import type { BlockVisitor, FreeBudget, Kinds, RootedKind } from '../values/kinds.ts';

/** A value of many blocks that somebody makes, over some time. FLUSHALL lets it be gone. */
export interface ValueInMaking {
  readonly root: number;
  readonly kind: RootedKind;
}

/** Blocks of a value that are freed at once, before it waits. */
const BLOCKS_AT_ONCE = 64;
/** So many records of a dict, or more, are looked at to estimate the size of all. */
const SAMPLES_MIN = 256;

export class PendingFrees {
  count = 0;
  /** Records and values that have waited here and are freed: INFO's lazyfreed_objects. */
  freedCount = ZERO;
  /** About the bytes of what is held. */
  heldSize = ZERO;
  private readonly records: Records;
  private readonly kinds: Kinds;
  /** A stack of values: each one's root and kind. */
  private readonly roots: number[] = [];
  private readonly rootKinds: RootedKind[] = [];
  private readonly making = new Set<ValueInMaking>();
  private segments: Int32Array[] = [];
  /** Dicts that were flushed, over which who reads the past still walks, and their sizes. */
  private readonly held = new Map<Dict, number>();
  private heldCount = 0;
  private readonly retired: RetiredBlocks[] = [];
  private at = HEADER_WORDS;
  /** Values, and segments, that have waited since before the past began. */
  private oldRoots = 0;
  private oldSegments = 0;
  private readonly budget: FreeBudget = { blocks: 0 };
  /** Who frees what waits until it was read: records with their values, and values by kind. */
  private readonly entries: BlockOwner = {
    free: (ref) => this.freeRecord(ref),
    capacity: (ref) => this.entryCapacity(ref),
  };
  private readonly values: readonly BlockOwner[];

  constructor(records: Records, kinds: Kinds) {
    this.records = records;
    this.kinds = kinds;
    this.values = kinds.map((rooted, kind) => ({
      free: (root) => this.freeRoot(root, kind),
      capacity: (root) => rooted?.size(records.arena, root) ?? 0,
    }));
  }

  /** Is there something to be freed now? */
  get hasMore(): boolean {
    return this.count > this.heldCount || this.retired.length > 0;
  }

  /** Frees a record, and of its value what can be freed at once; the rest waits. */
  freeRecord(ref: number): void {
    const { past } = this.records.arena;
    if (past?.isFrozen(ref)) return past.retire(ref, this.entries);
    this.freeValue(ref);
    this.records.free(ref);
  }

  /** Frees the blocks of a record's value, if it has many; the record has no value any more. */
  private freeValue(ref: number): void {
    const kind = kindOf(this.records.arena, ref);
    if (this.kinds[kind] !== null) this.freeRoot(this.records.valueBlock(ref), kind);
  }

  /** Frees a value of many blocks that has no record any more, or never had one. */
  freeRoot(root: number, kindNumber: number): void {
    const { past } = this.records.arena;
    const kind = this.kinds[kindNumber];
    if (kind === null) return;
    if (past !== null && this.isStillRead(past, root)) {
      return past.retire(root, this.values[kindNumber]);
    }
    this.budget.blocks = BLOCKS_AT_ONCE;
    if (!kind.free(this.records.arena, root, this.budget)) return;
    this.push(root, kind);
    this.count++;
  }

  /** Somebody makes a value of many blocks, which end() ends. */
  begin(root: number, kindNumber: number): ValueInMaking {
    const kind = this.kinds[kindNumber];
    if (kind === null) throw new Error('a value of one block needs not be begun');
    const value = { root, kind };
    this.making.add(value);
    return value;
  }

  /** Is a value that was begun still there? */
  isMade(value: ValueInMaking): boolean {
    return this.making.has(value);
  }

  /** The value has been made: it belongs to somebody else now. */
  end(value: ValueInMaking): void {
    this.making.delete(value);
  }

  /** Freeing writes into nodes: those of a fork are others', too, until the reader is through. */
  private isStillRead(past: PastReader, root: number): boolean {
    return past.isFrozen(root) || isFork(this.records.arena, root);
  }

  /** Takes over the segments of a dict, which hold `count` entries. */
  addSegments(segments: Int32Array[], count: number): void {
    // In front: the last segment may be half done.
    this.segments = segments.concat(this.segments);
    this.count += count;
  }

  /** Takes over a dict that was flushed, of which nothing may be freed before release(). */
  hold(dict: Dict): void {
    const size = this.sizeOf(dict);
    this.held.set(dict, size);
    this.heldSize += size;
    this.heldCount += dict.count;
    this.count += dict.count;
  }

  /** The dict, if it is held, is walked over by nobody any more. */
  release(dict: Dict): void {
    const size = this.held.get(dict);
    if (size === undefined) return;
    this.held.delete(dict);
    this.heldSize -= size;
    const { count } = dict;
    this.heldCount -= count;
    this.count -= count;
    this.addSegments(dict.takeSegments(), count);
  }

  /** Are there blocks that nobody reaches but who is to free them? */
  get hasRetired(): boolean {
    return this.retired.length > 0;
  }

  /** Takes over what had retired: nobody reads it any more. */
  addRetired(blocks: RetiredBlocks): void {
    if (blocks.count > 0) this.retired.push(blocks);
  }

  /** Somebody reads the past from here on. */
  pastBegins(): void {
    this.oldRoots = this.roots.length;
    this.oldSegments = this.segments.length;
  }

  /**
   * Frees up to `blocksMax` blocks; a record counts as one, with the large blocks that it has. Is
   * there more that can be freed now?
   */
  freeSlice(blocksMax: number): boolean {
    const { budget, records } = this;
    const { arena } = records;
    const { past } = arena;
    budget.blocks = blocksMax;
    while (budget.blocks > 0 && this.findNext()) {
      if (this.isNextOld) arena.past = null;
      this.freeNext();
      arena.past = past;
    }
    return this.hasMore;
  }

  /** Is there something to be freed? Leaves segments in which nothing is left. */
  private findNext(): boolean {
    if (this.roots.length > 0 || this.retired.length > 0) return true;
    for (;;) {
      const segment = this.segments.at(-1);
      if (segment === undefined) return false;
      for (; this.at < segment.length; this.at += 2) {
        if (segment[this.at + 1] !== NONE) return true;
      }
      this.segments.pop();
      this.oldSegments = Math.max(0, this.oldSegments - 1);
      this.at = HEADER_WORDS;
      freeSegment(this.records.arena, segment);
    }
  }

  /** Has what is freed next waited since before the past began? */
  private get isNextOld(): boolean {
    if (this.roots.length > 0) return this.oldRoots === this.roots.length;
    return this.retired.length > 0 || this.oldSegments > 0;
  }

  /** Frees of what is next as much as the budget allows. */
  private freeNext(): void {
    const { budget, roots, rootKinds } = this;
    const last = roots.length - 1;
    if (last >= 0) {
      if (rootKinds[last].free(this.records.arena, roots[last], budget)) return;
      roots.pop();
      rootKinds.pop();
      this.countFreed();
      this.oldRoots = Math.min(this.oldRoots, last);
      return;
    }
    const isOld = this.isNextOld;
    // What this frees may be of many blocks and wait in turn; it has a budget of its own.
    const left = budget.blocks - 1;
    const segment = this.segments.at(-1);
    if (this.retired.length > 0) this.freeNextRetired();
    else if (segment !== undefined) this.freeFlushed(segment[this.at + 1]);
    budget.blocks = left;
    if (isOld) this.oldRoots = roots.length;
  }

  /** Forgets everything, which was freed in another way. */
  clear(): void {
    this.making.clear();
    this.held.clear();
    this.heldCount = 0;
    this.heldSize = 0;
    this.retired.length = 0;
    this.segments = [];
    this.oldSegments = 0;
    this.oldRoots = 0;
    this.roots.length = 0;
    this.rootKinds.length = 0;
    this.at = HEADER_WORDS;
    this.freedCount += this.count;
    this.count = 0;
  }

  /**
   * What waits here is forgotten, which was freed in another way; what others have in the making
   * waits in its place: nobody makes it here. Nothing waits there.
   */
  copyFrom(other: PendingFrees): void {
    if (other.hasMore) throw new Error('what waits to be freed is copied');
    this.clear();
    for (const { root, kind } of other.making) {
      this.push(root, this.kinds[other.kinds.indexOf(kind)] as RootedKind);
      this.count++;
    }
  }

  forEachRecord(visitor: EntryVisitor): void {
    for (const dict of this.held.keys()) dict.forEach(visitor);
    for (let i = 0; i < this.segments.length; i++) {
      const segment = this.segments[i];
      const from = i === this.segments.length - 1 ? this.at : HEADER_WORDS;
      for (let at = from; at < segment.length; at += 2) {
        if (segment[at + 1] !== NONE) visitor.visit(segment[at + 1]);
      }
    }
  }

  /**
   * Visits the blocks that are left of waiting values and of segments, and those of values in the
   * making; counts those that wait.
   */
  forEachBlock(visitor: BlockVisitor): number {
    const { roots, rootKinds, segments, making, held } = this;
    for (const dict of held.keys()) dict.forEachBlock(visitor);
    for (const { root, kind } of making) kind.forEachBlock(this.records.arena, root, visitor);
    for (const segment of segments) {
      if (segment[BLOCK_WORD] !== NONE) visitor.visit(segment[BLOCK_WORD]);
    }
    for (let i = 0; i < roots.length; i++) {
      rootKinds[i].forEachBlock(this.records.arena, roots[i], visitor);
    }
    return roots.length;
  }

  private freeNextRetired(): void {
    if (!this.retired.at(-1)?.freeNext()) this.retired.pop();
  }

  /** Frees the next flushed record; the blocks of its value, if it has many, are next in turn. */
  private freeFlushed(ref: number): void {
    const { arena } = this.records;
    const { past } = arena;
    const kind = this.kinds[kindOf(arena, ref)];
    this.at += 2;
    if (past !== null && this.hasFrozen(past, ref, kind)) {
      this.count--;
      this.freeRecord(ref);
      return;
    }
    if (kind === null) this.countFreed();
    else this.push(this.records.valueBlock(ref), kind);
    this.records.free(ref);
  }

  /** Is the record still read, or its value? */
  private hasFrozen(past: PastReader, ref: number, kind: RootedKind | null): boolean {
    if (past.isFrozen(ref)) return true;
    return kind !== null && this.isStillRead(past, this.records.valueBlock(ref));
  }

  /** Bytes of a record and of its value. */
  private entryCapacity(ref: number): number {
    const { arena } = this.records;
    const kind = this.kinds[kindOf(arena, ref)];
    const valueSize = kind === null ? 0 : kind.size(arena, this.records.valueBlock(ref));
    return this.records.capacity(ref) + valueSize;
  }

  /** About the bytes of the blocks of a dict and its records: concluded from those of some. */
  private sizeOf(dict: Dict): number {
    let count = 0;
    let size = 0;
    const visit = (ref: number): void => {
      count++;
      size += this.entryCapacity(ref);
    };
    dict.scan(0, SAMPLES_MIN, { visit });
    const { arena } = this.records;
    const estimate = dict.size - dict.ownSize + (size * dict.count) / Math.max(count, 1);
    return Math.min(Math.round(estimate), arena.usedSize + arena.large.usedSize);
  }

  private countFreed(): void {
    this.count--;
    this.freedCount++;
  }

  private push(root: number, kind: RootedKind): void {
    this.roots.push(root);
    this.rootKinds.push(kind);
  }
}
