// The arena: memory for records outside of the JavaScript heap.
//
// Slabs are shared buffers (off-heap.ts), cut into pages of 64 KiB; a page serves one size class; a
// block is named by its *ref*, a 32-bit number of 16-byte units over the whole arena (10 bits slab,
// 10 bits page, 12 bits unit in the page). A block above BLOCK_SIZE_MAX has a buffer of its own
// (large-blocks.ts) and a ref beyond the slabs: who may meet one asks bytesOf() and startOf(). See
// FORMAT.md for pictures.
//
// Invariants:
// - NONE (0) is never a block: the first page of the first slab is never handed out.
// - A page is in its class's list of partial pages exactly when it has a free block and a live one.
// - A page without live blocks belongs to its slab's pool; a slab of pool pages only goes back to
//   the system (the first one stays).
// - `usedSize` is the sum of the block sizes of all live blocks in slabs.
// - `pagesAhead` is what the slabs have that are not taken from the system.
import { ZERO } from '../doubles.ts';
import { ARENA_SLABS_MAX, LARGE_SIZE_MAX } from '../limits.ts';
import { BlockGuard } from './block-guard.ts';
import { LargeBlocks } from './large-blocks.ts';
import { OffHeap } from './off-heap.ts';
import type { PastReader } from './past-reader.ts';
import { BLOCK_SIZE_MAX, CLASS_UNITS, classOfSize, UNIT_SIZE } from './size-classes.ts';

/** No block. */
export const NONE = 0;
/** A block's slab is `ref >>> SLAB_SHIFT`; its offset there `(ref & SLAB_MASK) << 4` bytes. */
export const SLAB_SHIFT = 22;
export const SLAB_MASK = (1 << SLAB_SHIFT) - 1;

const PAGE_SHIFT = 12;
const PAGE_UNITS = 1 << PAGE_SHIFT;
const PAGE_SIZE = PAGE_UNITS * UNIT_SIZE;
const SLAB_PAGES = 1 << (SLAB_SHIFT - PAGE_SHIFT);
const SLAB_SIZE_FIRST = 512 * 1024;
const SLAB_SIZE_MAX = SLAB_PAGES * PAGE_SIZE;
const NO_PAGE = -1;
/** A slab goes back only when this many free pages stay, so that one block cannot thrash a slab. */
const SPARE_PAGES = 14;
/** One command may still grow by this, 1 GiB, when there is nearly no room. */
const RESERVE_PAGES = 16 * SLAB_PAGES;
const NO_BYTES = new Uint8Array(0);
const NO_WORDS = new Int32Array(0);
const NO_DOUBLES = new Float64Array(0);

export interface ArenaOptions {
  /** Freed blocks are overwritten and misuse is caught: for tests, several times slower. */
  poison?: boolean;
  slabsMax?: number;
  /** Bytes of all large blocks. */
  largeSizeMax?: number;
}

export class Arena {
  readonly memory = new OffHeap();
  readonly large: LargeBlocks;
  /** Who must be asked before blocks change that were there at a moment: past-reader.ts. */
  past: PastReader | null = null;
  /** How many have read the past, he who does now, too. */
  pastNumber = 0;
  /** The slabs' memory in three views, by slab index; empty where a slab went back. */
  readonly bytes: Uint8Array[] = [];
  readonly words: Int32Array[] = [];
  readonly doubles: Float64Array[] = [];
  /** Bytes in live blocks of slabs, rounded up to their size classes. */
  usedSize = ZERO;
  /** Bytes taken from the system. */
  reservedSize = ZERO;

  // Per page, by page number (slab * 1024 + page in the slab).
  private pageClass = new Uint8Array(0);
  private pageLive = new Uint16Array(0);
  private pageFree = new Uint16Array(0); // first freed block, in units within the page, plus 1
  private pageFresh = new Uint16Array(0); // units below this one have been handed out once
  private pageNext = new Int32Array(0);
  private pagePrevious = new Int32Array(0);
  // Per size class: the first page that has both free and live blocks.
  private readonly partialPage = new Int32Array(CLASS_UNITS.length).fill(NO_PAGE);
  // Per slab: its pages in the pool (a list through pageNext) and their number.
  private poolPage: number[] = [];
  private poolCount: number[] = [];
  private slabPages: number[] = [];
  private lowestPoolSlab = 0;
  private poolTotal = 0;
  private readonly slabsMax: number;
  private readonly reservePages: number;
  private pagesAhead: number;
  private readonly guard: BlockGuard | null;

  constructor(options: ArenaOptions = {}) {
    this.slabsMax = options.slabsMax ?? ARENA_SLABS_MAX;
    this.pagesAhead = pagesOfSlabs(this.slabsMax);
    this.reservePages = Math.min(RESERVE_PAGES, this.pagesAhead >>> 2);
    const isPoisoned = options.poison === true;
    this.large = new LargeBlocks(options.largeSizeMax ?? LARGE_SIZE_MAX, this.memory, isPoisoned);
    this.guard = isPoisoned ? new BlockGuard(this.bytes) : null;
  }

  /** The past is the data of now from here on, until `past` is null again. */
  beginPast(past: PastReader): void {
    this.past = past;
    this.pastNumber++;
  }

  /** Is there so little room left that a command might not find enough? To be asked per turn. */
  get isNearlyFull(): boolean {
    return this.pagesAhead + this.poolTotal < this.reservePages || this.large.isNearlyFull;
  }

  /** Returns to the system what is not needed any more: to be called each second. */
  giveBack(): void {
    this.large.spares.trim();
    this.memory.trim();
    this.memory.collectDropped();
  }

  /** A block of at least `size` bytes (at least 1), its content undefined. */
  allocate(size: number): number {
    if (size > BLOCK_SIZE_MAX) return this.large.allocate(size);
    const guard = this.guard;
    if (guard === null) return this.take(size);
    const ref = this.take(guard.paddedSize(size));
    guard.allocated(ref, size);
    return ref;
  }

  /** Gives a block back. The ref is dead from here on. */
  free(ref: number): void {
    if (isLarge(ref)) return this.large.free(ref);
    if (this.guard !== null) this.guard.freed(ref);
    const page = ref >>> PAGE_SHIFT;
    const sizeClass = this.pageClass[page];
    this.usedSize -= CLASS_UNITS[sizeClass] * UNIT_SIZE;
    const live = this.pageLive[page] - 1;
    this.pageLive[page] = live;
    if (live === 0) {
      if (!this.isFull(page, 1)) this.unlinkPartial(page, sizeClass);
      this.givePage(page);
      return;
    }
    const wasFull = this.isFull(page, 1);
    this.words[ref >>> SLAB_SHIFT][(ref & SLAB_MASK) << 2] = this.pageFree[page];
    this.pageFree[page] = (ref & (PAGE_UNITS - 1)) + 1;
    if (wasFull) this.linkPartial(page, sizeClass);
  }

  /** How many bytes the block of `ref` can hold. */
  capacity(ref: number): number {
    if (isLarge(ref)) return this.large.bytes(ref).length;
    if (this.guard !== null) return this.guard.capacity(ref);
    return CLASS_UNITS[this.pageClass[ref >>> PAGE_SHIFT]] * UNIT_SIZE;
  }

  /** The array that holds the bytes of a block, large or not. */
  bytesOf(ref: number): Uint8Array {
    return isLarge(ref) ? this.large.bytes(ref) : this.bytes[ref >>> SLAB_SHIFT];
  }

  /** Where in bytesOf() the block begins. */
  startOf(ref: number): number {
    return isLarge(ref) ? 0 : (ref & SLAB_MASK) << 4;
  }

  /** The array that holds the words of a block; a new view of a large one, which is of words. */
  wordsOf(ref: number): Int32Array {
    const slab = ref >>> SLAB_SHIFT;
    return slab >= ARENA_SLABS_MAX
      ? new Int32Array(this.large.bytes(ref).buffer)
      : this.words[slab];
  }

  /** Where in wordsOf() the block begins. */
  firstWordOf(ref: number): number {
    return isLarge(ref) ? 0 : (ref & SLAB_MASK) << 2;
  }

  /** Forgets every block at once. Of the memory some waits a second or two for what comes next. */
  reset(): void {
    if (this.guard !== null) this.guard.reset();
    for (const { buffer } of this.bytes) {
      if (buffer instanceof SharedArrayBuffer) this.memory.keep(buffer);
    }
    this.large.reset();
    this.pagesAhead = pagesOfSlabs(this.slabsMax);
    this.bytes.length = 0;
    this.words.length = 0;
    this.doubles.length = 0;
    this.poolPage.length = 0;
    this.poolCount.length = 0;
    this.slabPages.length = 0;
    this.lowestPoolSlab = 0;
    this.poolTotal = 0;
    this.partialPage.fill(NO_PAGE);
    this.pageLive.fill(0);
    this.usedSize = 0;
    this.reservedSize = 0;
  }

  /**
   * Becomes a copy of another arena, of which nobody reads the past: each block has the ref that it
   * has there. Only pages with live blocks are copied; slabs that are here already are written to.
   */
  copyFrom(other: Arena): void {
    if ((this.guard === null) !== (other.guard === null)) throw new Error('only one is guarded');
    if (other.guard !== null) this.guard?.copyFrom(other.guard);
    this.large.copyFrom(other.large);
    for (let slab = this.slabPages.length - 1; slab >= 0; slab--) {
      if (this.slabPages[slab] !== (other.slabPages[slab] ?? 0)) this.forgetSlab(slab);
    }
    this.bytes.length = other.bytes.length;
    this.words.length = other.words.length;
    this.doubles.length = other.doubles.length;
    this.pageClass = other.pageClass.slice();
    this.pageLive = other.pageLive.slice();
    this.pageFree = other.pageFree.slice();
    this.pageFresh = other.pageFresh.slice();
    this.pageNext = other.pageNext.slice();
    this.pagePrevious = other.pagePrevious.slice();
    this.partialPage.set(other.partialPage);
    this.poolPage = other.poolPage.slice();
    this.poolCount = other.poolCount.slice();
    this.lowestPoolSlab = other.lowestPoolSlab;
    this.poolTotal = other.poolTotal;
    for (let slab = 0; slab < other.slabPages.length; slab++) {
      const pages = other.slabPages[slab];
      if (pages === 0) this.forgetSlab(slab);
      else if (this.slabPages[slab] !== pages)
        this.useSlab(slab, other.memory.takeForCopy(pages * PAGE_SIZE));
      this.slabPages[slab] = pages;
      this.copyPages(slab, pages, other);
    }
    this.slabPages.length = other.slabPages.length;
    this.usedSize = other.usedSize;
    this.reservedSize = other.reservedSize;
    // The bound is its own.
    const pages = this.slabPages.reduce((sum, count) => sum + count, 0);
    this.pagesAhead = pagesOfSlabs(this.slabsMax) - pages;
  }

  /** Forgets every block; what memory it has is for further copies of the other arena. */
  giveMemoryTo(other: Arena): void {
    for (const { buffer } of this.bytes) {
      if (buffer instanceof SharedArrayBuffer) other.memory.giveBack(buffer);
    }
    this.bytes.length = 0;
    this.reset();
  }

  /**
   * Checks the arena's invariants; `live` holds every ref that is reachable. Throws on a
   * violation.
   */
  verify(live: Set<number>): void {
    let used = 0;
    const livePerPage = new Map<number, number>();
    const large: number[] = [];
    for (const ref of live) {
      if (isLarge(ref)) {
        large.push(ref);
        continue;
      }
      const page = ref >>> PAGE_SHIFT;
      if (this.pageLive[page] === 0) throw new Error(`block ${ref} lies in a free page`);
      const units = CLASS_UNITS[this.pageClass[page]];
      const unit = ref & (PAGE_UNITS - 1);
      if (unit % units !== 0) throw new Error(`block ${ref} is off its class grid`);
      if (unit >= this.pageFresh[page]) throw new Error(`block ${ref} was never handed out`);
      livePerPage.set(page, (livePerPage.get(page) ?? 0) + 1);
      used += units * UNIT_SIZE;
    }
    this.large.verify(large);
    if (used !== this.usedSize) throw new Error(`usedSize ${this.usedSize}, blocks sum to ${used}`);
    for (let page = 0; page < this.pageLive.length; page++) {
      const count = livePerPage.get(page) ?? 0;
      if (this.pageLive[page] !== count) {
        throw new Error(`page ${page} counts ${this.pageLive[page]} live blocks, not ${count}`);
      }
      if (count > 0) this.verifyFreeList(page, live);
    }
    if (this.guard !== null) this.guard.verify();
  }

  private verifyFreeList(page: number, live: Set<number>): void {
    const units = CLASS_UNITS[this.pageClass[page]];
    let free = 0;
    for (let at = this.pageFree[page]; at !== 0; free++) {
      const ref = (page << PAGE_SHIFT) | (at - 1);
      if (live.has(ref)) throw new Error(`block ${ref} is both live and free`);
      if (free > PAGE_UNITS) throw new Error(`the free list of page ${page} is a ring`);
      at = this.words[ref >>> SLAB_SHIFT][(ref & SLAB_MASK) << 2];
    }
    if (this.pageFresh[page] / units - free !== this.pageLive[page]) {
      throw new Error(`page ${page} has lost a block`);
    }
  }

  private take(size: number): number {
    const sizeClass = classOfSize(size);
    const units = CLASS_UNITS[sizeClass];
    this.usedSize += units * UNIT_SIZE;
    let page = this.partialPage[sizeClass];
    if (page === NO_PAGE) {
      page = this.takePage(sizeClass);
      this.linkPartial(page, sizeClass);
    }
    this.pageLive[page]++;
    let unit = this.pageFree[page];
    let ref: number;
    if (unit !== 0) {
      ref = (page << PAGE_SHIFT) | (unit - 1);
      this.pageFree[page] = this.words[ref >>> SLAB_SHIFT][(ref & SLAB_MASK) << 2];
    } else {
      unit = this.pageFresh[page];
      ref = (page << PAGE_SHIFT) | unit;
      this.pageFresh[page] = unit + units;
    }
    if (this.isFull(page, 0)) this.unlinkPartial(page, sizeClass);
    return ref;
  }

  /** Had the page no free block, when `returned` of its blocks had not just come back? */
  private isFull(page: number, returned: number): boolean {
    const units = CLASS_UNITS[this.pageClass[page]];
    return (this.pageLive[page] + returned + 1) * units > PAGE_UNITS;
  }

  private linkPartial(page: number, sizeClass: number): void {
    const first = this.partialPage[sizeClass];
    this.pageNext[page] = first;
    this.pagePrevious[page] = NO_PAGE;
    if (first !== NO_PAGE) this.pagePrevious[first] = page;
    this.partialPage[sizeClass] = page;
  }

  private unlinkPartial(page: number, sizeClass: number): void {
    const next = this.pageNext[page];
    const previous = this.pagePrevious[page];
    if (previous === NO_PAGE) this.partialPage[sizeClass] = next;
    else this.pageNext[previous] = next;
    if (next !== NO_PAGE) this.pagePrevious[next] = previous;
  }

  private takePage(sizeClass: number): number {
    let slab = this.lowestPoolSlab;
    while (slab < this.poolCount.length && this.poolCount[slab] === 0) slab++;
    if (slab === this.poolCount.length) slab = this.addSlab();
    this.lowestPoolSlab = slab;
    const page = this.poolPage[slab];
    this.poolPage[slab] = this.pageNext[page];
    this.poolCount[slab]--;
    this.poolTotal--;
    if (this.guard !== null) this.guard.pageTaken(page);
    this.pageClass[page] = sizeClass;
    this.pageLive[page] = 0;
    this.pageFree[page] = 0;
    this.pageFresh[page] = 0;
    return page;
  }

  private givePage(page: number): void {
    const slab = page >>> (SLAB_SHIFT - PAGE_SHIFT);
    this.pageNext[page] = this.poolPage[slab];
    this.poolPage[slab] = page;
    this.poolCount[slab]++;
    this.poolTotal++;
    if (slab < this.lowestPoolSlab) this.lowestPoolSlab = slab;
    const pages = this.slabPages[slab];
    const isEmpty = this.poolCount[slab] === pages;
    if (isEmpty && slab !== 0 && this.poolTotal - pages >= SPARE_PAGES) this.dropSlab(slab);
  }

  /** Takes a slab from the system: at a number that went back before, else at a new one. */
  private addSlab(): number {
    let slab = this.slabPages.indexOf(0);
    if (slab < 0) slab = this.slabPages.length;
    if (slab >= this.slabsMax) throw new Error('the arena is full, and nobody asked isNearlyFull');
    const size = sizeOfSlab(slab);
    this.useSlab(slab, this.memory.takeKept(size));
    this.reservedSize += size;
    const pages = size / PAGE_SIZE;
    this.pagesAhead -= pages;
    this.growPageTables((slab + 1) * SLAB_PAGES);
    const first = slab * SLAB_PAGES;
    for (let i = 0; i < pages; i++) this.pageNext[first + i] = first + i + 1;
    this.slabPages[slab] = pages;
    this.poolPage[slab] = slab === 0 ? first + 1 : first;
    this.poolCount[slab] = slab === 0 ? pages - 1 : pages;
    this.poolTotal += this.poolCount[slab];
    return slab;
  }

  private dropSlab(slab: number): void {
    this.pagesAhead += this.slabPages[slab];
    this.reservedSize -= this.bytes[slab].length;
    this.poolTotal -= this.poolCount[slab];
    this.forgetSlab(slab);
    this.slabPages[slab] = 0;
    this.poolCount[slab] = 0;
  }

  private useSlab(slab: number, memory: SharedArrayBuffer): void {
    this.bytes[slab] = new Uint8Array(memory);
    this.words[slab] = new Int32Array(memory);
    this.doubles[slab] = new Float64Array(memory);
  }

  private forgetSlab(slab: number): void {
    this.memory.drop(this.bytes[slab]?.length ?? 0);
    this.bytes[slab] = NO_BYTES;
    this.words[slab] = NO_WORDS;
    this.doubles[slab] = NO_DOUBLES;
  }

  /** Copies the pages of a slab that have live blocks, neighbours at once. */
  private copyPages(slab: number, pages: number, other: Arena): void {
    const first = slab * SLAB_PAGES;
    for (let page = 0; page < pages; page++) {
      if (this.pageLive[first + page] === 0) continue;
      const from = page * PAGE_SIZE;
      while (page < pages && this.pageLive[first + page] > 0) page++;
      this.bytes[slab].set(other.bytes[slab].subarray(from, page * PAGE_SIZE), from);
    }
  }

  private growPageTables(pages: number): void {
    if (this.pageClass.length >= pages) return;
    const size = Math.max(pages, this.pageClass.length * 2);
    this.pageClass = grown(this.pageClass, new Uint8Array(size));
    this.pageLive = grown(this.pageLive, new Uint16Array(size));
    this.pageFree = grown(this.pageFree, new Uint16Array(size));
    this.pageFresh = grown(this.pageFresh, new Uint16Array(size));
    this.pageNext = grown(this.pageNext, new Int32Array(size));
    this.pagePrevious = grown(this.pagePrevious, new Int32Array(size));
  }
}

/** Has the block a buffer of its own? */
export function isLarge(ref: number): boolean {
  return ref >>> SLAB_SHIFT >= ARENA_SLABS_MAX;
}

function sizeOfSlab(slab: number): number {
  return Math.min(SLAB_SIZE_FIRST * 2 ** Math.min(slab, 16), SLAB_SIZE_MAX);
}

function pagesOfSlabs(count: number): number {
  let pages = 0;
  for (let slab = 0; slab < count; slab++) pages += sizeOfSlab(slab) / PAGE_SIZE;
  return pages;
}

function grown<T extends Uint8Array | Uint16Array | Int32Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}
