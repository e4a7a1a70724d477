// Memory for records and tables: shared buffers. V8 counts ordinary ones towards its next garbage
// collection, so that a server that grows would stop for full collections of a heap that holds no
// garbage (bench/stall). It does not count shared ones, so it must be told when many were dropped:
// else it would find and free them much too late, or never.

/** Dropped bytes that V8 need not know of. */
const UNTOLD_SIZE_MAX = 16 * 1024 * 1024;
/** V8 begins to collect, in small steps, when it counts 64 MiB more than after the last time. */
const NOTICED_SIZE = 65 * 1024 * 1024;

/** So much that was dropped in huge pieces does not wait for the next second. */
const UNTOLD_HUGE_SIZE_MAX = 256 * 1024 * 1024;

/** What is kept of memory that was forgotten, for what comes next. */
const KEPT_SIZE_MAX = 16 * 1024 * 1024;
/** What is kept of copies that are over, for the next ones. */
const SPARE_SIZE_MAX = 128 * 1024 * 1024;

export class OffHeap {
  private untoldSize = 0;
  private readonly kept: SharedArrayBuffer[] = [];
  private keptSize = 0;
  private wasKeptTaken = false;
  private readonly spares: SharedArrayBuffer[] = [];
  private spareSize = 0;

  /** `size` bytes of zeros. */
  take(size: number): SharedArrayBuffer {
    return new SharedArrayBuffer(size);
  }

  /**
   * Nobody refers any more to this memory, but who filled it will go on: to touch new memory for
   * the first time costs more than most commands.
   */
  keep(memory: SharedArrayBuffer): void {
    const size = memory.byteLength;
    if (this.keptSize + size > KEPT_SIZE_MAX) return this.drop(size);
    this.kept.push(memory);
    this.keptSize += size;
  }

  /** `size` bytes of anything: kept ones, if there are so many. */
  takeKept(size: number): SharedArrayBuffer {
    const index = this.kept.findIndex(({ byteLength }) => byteLength === size);
    if (index < 0) return this.take(size);
    this.keptSize -= size;
    this.wasKeptTaken = true;
    return this.kept.splice(index, 1)[0];
  }

  /** Drops what is kept when nobody took any since the last time: to be called each second. */
  trim(): void {
    if (!this.wasKeptTaken) {
      this.drop(this.keptSize);
      this.kept.length = 0;
      this.keptSize = 0;
    }
    this.wasKeptTaken = false;
  }

  /**
   * `size` bytes of anything, for a copy of what is here. To touch new memory for the first time
   * takes longer than to copy to it, so that of a former copy is taken, where it was given back.
   */
  takeForCopy(size: number): SharedArrayBuffer {
    const index = this.spares.findIndex(({ byteLength }) => byteLength === size);
    if (index < 0) return this.take(size);
    this.spareSize -= size;
    return this.spares.splice(index, 1)[0];
  }

  /** Nobody refers any more to the memory of a copy. */
  giveBack(memory: SharedArrayBuffer): void {
    const size = memory.byteLength;
    if (this.spareSize + size > SPARE_SIZE_MAX) return this.drop(size);
    this.spares.push(memory);
    this.spareSize += size;
  }

  /** Nobody refers any more to `size` bytes that take() gave. */
  drop(size: number): void {
    this.untoldSize += size;
  }

  /** The same of a huge piece: a few of them are as much as the system may have left. */
  dropHuge(size: number): void {
    this.untoldSize += size;
    if (this.untoldSize >= UNTOLD_HUGE_SIZE_MAX) this.collectDropped();
  }

  /**
   * Has V8 collect what was dropped, if that is much. To be called now and then, a second apart:
   * what is dropped while a collection is under way needs another one.
   */
  collectDropped(): void {
    if (this.untoldSize < UNTOLD_SIZE_MAX) return;
    this.untoldSize = 0;
    try {
      // It is never written to, so the system gives no memory for it: it only counts.
      new ArrayBuffer(NOTICED_SIZE);
    } catch {
      // The process may not take so much: then V8 collects when it must.
    }
  }
}
