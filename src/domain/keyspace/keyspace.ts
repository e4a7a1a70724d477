// The keyspace: databases of records in one arena. Every read and every change of data goes through
// here, so that expiry, access clocks, memory and the count of changes cannot be forgotten.
//
// A key is asked for as (buffer, start, end) and answered as a ref. A ref is good until the next call
// that changes the same key. Where a value's bytes lie, `records` says.
//
// Invariants: an entry is in its database's dict exactly once; it is in the heap exactly when its record
// has a heap place; `freeing` holds what FLUSHDB took out and nobody can reach.
import { equalBytes } from '../bytes/compare.ts';
import { type HashKey, halfSipHash } from '../bytes/hash.ts';
import { INLINE_KEY_SIZE_MAX } from '../limits.ts';
import { type Arena, NONE, SLAB_MASK, SLAB_SHIFT } from '../memory/arena.ts';
import {
  FLAG_BIG_KEY,
  FLAG_BIG_VALUE,
  hasInlineKey,
  heapPlaceOf,
  setHeapPlace,
} from '../memory/record.ts';
import { Records } from '../memory/records.ts';
import type { KeyMatcher } from '../structures/dict.ts';
import { Database } from './database.ts';

/** Options of write(): keep the deadline that the key has. */
export const KEEP_TTL = true;
export const DROP_TTL = false;

/** What a keyspace is told at its start. */
export interface KeyspaceOptions {
  databases: number;
  hashKey: HashKey;
  /** Catch misuse of memory: for tests. */
  poison?: boolean;
}

export class Keyspace implements KeyMatcher {
  readonly records: Records;
  readonly arena: Arena;
  readonly databases: Database[] = [];
  /** The sampled time in ms since 1970: whoever runs commands keeps it fresh. */
  nowMs = 0;
  /** False while a client said CLIENT NO-TOUCH. */
  touches = true;
  /** When true, accessOf() holds a LFU counter and not a clock. */
  countsFrequency = false;
  /** False while DEBUG SET-ACTIVE-EXPIRE 0 or the loading of a file keeps due keys where they are. */
  expiresLazily = true;

  // Statistics, as INFO names them.
  hits = 0;
  misses = 0;
  expiredKeys = 0;
  /** Changes since the last save. */
  dirty = 0;
  /** No deadline is earlier; it may be stale towards the past until refreshEarliest(). */
  earliestMs = Number.POSITIVE_INFINITY;

  private readonly hashKey: HashKey;
  /** The hash of the key that find() looked for last. */
  private foundHash = 0;
  /** Segments of flushed databases whose records still have to be freed, a slice at a time. */
  private readonly freeing: Int32Array[] = [];
  private freeingSlot = 0;
  private freeingCount = 0;

  constructor(options: KeyspaceOptions) {
    this.records = new Records(options.poison === true);
    this.arena = this.records.arena;
    this.hashKey = options.hashKey;
    for (let i = 0; i < options.databases; i++) {
      this.databases.push(new Database(i, this.arena, this));
    }
  }

  /** Bytes of all records, tables and big values. */
  get usedSize(): number {
    let size = this.arena.usedSize + this.records.bigs.usedSize;
    for (const database of this.databases) size += database.overheadSize;
    return size;
  }

  /** Keys that were flushed or unlinked and still wait to be freed. */
  get pendingFrees(): number {
    return this.freeingCount;
  }

  hash(buffer: Uint8Array, start: number, end: number): number {
    return halfSipHash(this.hashKey, buffer, start, end);
  }

  matches(ref: number, buffer: Uint8Array, start: number, end: number): boolean {
    if (hasInlineKey(this.arena, ref, buffer, start, end)) return true;
    if (end - start <= INLINE_KEY_SIZE_MAX) return false;
    const { records } = this;
    records.locateKey(ref);
    return equalBytes(records.keyBytes, records.keyStart, records.keyEnd, buffer, start, end);
  }

  /** Finds a key for reading: counts a hit or a miss and touches the record. NONE when absent. */
  read(database: Database, buffer: Uint8Array, start: number, end: number): number {
    const ref = this.find(database, buffer, start, end);
    if (ref === NONE) {
      this.misses++;
      return NONE;
    }
    this.hits++;
    if (this.touches) this.touch(ref);
    return ref;
  }

  /** Finds a key; one whose deadline has passed is deleted first. NONE when absent. */
  find(database: Database, buffer: Uint8Array, start: number, end: number): number {
    const hash = this.hash(buffer, start, end);
    this.foundHash = hash;
    const ref = database.dict.find(hash, buffer, start, end);
    if (ref === NONE) return NONE;
    const place = heapPlaceOf(this.arena, ref);
    if (place !== 0 && database.heap.deadlineAt(place) <= this.nowMs) {
      this.expire(database, ref);
      return NONE;
    }
    return ref;
  }

  /** Writes the access clock, or counts the access. */
  touch(ref: number): void {
    const words = this.arena.words[ref >>> SLAB_SHIFT];
    const at = (ref & SLAB_MASK) << 2;
    const access = this.countsFrequency
      ? this.frequencyAfterAccess(words[at] >>> 8)
      : this.records.accessNow;
    words[at] = (words[at] & 0xff) | (access << 8);
  }

  /** How a LFU counter changes on an access; set by the owner of the policy and the random source. */
  frequencyAfterAccess: (access: number) => number = (access) => access;

  /**
   * Sets a key to a string, whatever it was before. The bytes are copied; they may lie in this arena,
   * but not in the record that is overwritten.
   */
  write(
    database: Database,
    buffer: Uint8Array,
    keyStart: number,
    keyEnd: number,
    value: Uint8Array,
    valueStart: number,
    valueEnd: number,
    kind: number,
    keepTtl: boolean,
  ): number {
    const ref = this.find(database, buffer, keyStart, keyEnd);
    if (ref === NONE) {
      return this.add(database, buffer, keyStart, keyEnd, value, valueStart, valueEnd, kind);
    }
    if (!keepTtl && heapPlaceOf(this.arena, ref) !== 0) {
      database.heap.remove(heapPlaceOf(this.arena, ref));
    }
    return this.replace(database, ref, value, valueStart, valueEnd, kind);
  }

  /** Adds the key that find() has just not found, with a string value. */
  add(
    database: Database,
    buffer: Uint8Array,
    keyStart: number,
    keyEnd: number,
    value: Uint8Array,
    valueStart: number,
    valueEnd: number,
    kind: number,
  ): number {
    this.dirty++;
    const ref = this.records.make(buffer, keyStart, keyEnd, value, valueStart, valueEnd, kind);
    database.dict.add(this.foundHash, ref);
    return ref;
  }

  /** Replaces the value of the entry that find() found last; its deadline stays. Returns its ref. */
  replace(
    database: Database,
    ref: number,
    value: Uint8Array,
    valueStart: number,
    valueEnd: number,
    kind: number,
  ): number {
    this.dirty++;
    const { records } = this;
    if (records.overwrite(ref, value, valueStart, valueEnd, kind)) return ref;
    records.locateKey(ref);
    const { keyBytes, keyStart, keyEnd } = records;
    const made = records.make(keyBytes, keyStart, keyEnd, value, valueStart, valueEnd, kind);
    this.move(database, ref, made);
    return made;
  }

  /**
   * Adds the key that find() has just not found, with `size` zero bytes, for the caller to change: the
   * records' value fields say where they lie.
   */
  addZeros(
    database: Database,
    buffer: Uint8Array,
    keyStart: number,
    keyEnd: number,
    size: number,
    kind: number,
  ): number {
    this.dirty++;
    const { records } = this;
    const ref = records.allocate(buffer, keyStart, keyEnd, size, size, kind);
    database.dict.add(this.foundHash, ref);
    records.locateValue(ref);
    records.valueBytes.fill(0, records.valueStart, records.valueEnd);
    return ref;
  }

  /**
   * Gives the value of the entry that find() found last another size, keeping its bytes (zeros behind
   * them) and its deadline, for the caller to change where the records' value fields say. With `roomy`,
   * room is left to grow into. Returns the entry's ref.
   */
  resize(database: Database, ref: number, size: number, kind: number, roomy: boolean): number {
    this.dirty++;
    if (this.records.resizeInPlace(ref, size, kind)) return ref;
    const made = this.records.resized(ref, size, kind, roomy);
    this.move(database, ref, made);
    return made;
  }

  /** Deletes the entry that find() or read() answered last for this database. */
  deleteFound(database: Database, ref: number): void {
    this.dirty++;
    this.removeFound(database, ref);
  }

  /** Deletes a key. Is it gone by this call? */
  delete(database: Database, buffer: Uint8Array, start: number, end: number): boolean {
    const ref = this.find(database, buffer, start, end);
    if (ref === NONE) return false;
    this.deleteFound(database, ref);
    return true;
  }

  /** The deadline of a record in ms since 1970; -1 when it has none. */
  deadline(database: Database, ref: number): number {
    const place = heapPlaceOf(this.arena, ref);
    return place === 0 ? -1 : database.heap.deadlineAt(place);
  }

  setDeadline(database: Database, ref: number, deadlineMs: number): void {
    const place = heapPlaceOf(this.arena, ref);
    this.dirty++;
    if (deadlineMs < this.earliestMs) this.earliestMs = deadlineMs;
    if (place === 0) database.heap.add(ref, deadlineMs);
    else database.heap.change(place, deadlineMs);
  }

  /** Takes the deadline away. Had the record one? */
  persist(database: Database, ref: number): boolean {
    const place = heapPlaceOf(this.arena, ref);
    if (place === 0) return false;
    this.dirty++;
    database.heap.remove(place);
    return true;
  }

  /** Sets earliestMs to the true earliest deadline of all databases. */
  refreshEarliest(): void {
    let earliest = Number.POSITIVE_INFINITY;
    for (const { heap } of this.databases) if (heap.earliest < earliest) earliest = heap.earliest;
    this.earliestMs = earliest;
  }

  /** Deletes an entry whose deadline has passed. */
  expire(database: Database, ref: number): void {
    this.expiredKeys++;
    this.deleteRef(database, ref);
    this.dirty++;
  }

  /** Deletes an entry by its ref: for the reaper, which met it in the heap. */
  deleteRef(database: Database, ref: number): void {
    if (!database.dict.findRef(this.hashOf(ref), ref))
      throw new Error('an entry of the heap is not in the dict');
    this.removeFound(database, ref);
  }

  /** Empties one database. Its records are freed in slices by freeSlice(). Returns the number of keys. */
  flush(database: Database): number {
    const count = database.dict.count;
    database.heap.clear();
    this.freeingCount += count;
    for (const segment of database.dict.takeSegments()) this.freeing.push(segment);
    this.dirty += count;
    return count;
  }

  /** Empties all databases; the arena forgets its blocks at once. Returns the number of keys. */
  flushAll(): number {
    let count = 0;
    for (const database of this.databases) {
      count += database.dict.count;
      database.heap.clear();
      database.dict.clear();
    }
    this.freeing.length = 0;
    this.freeingSlot = 0;
    this.freeingCount = 0;
    this.arena.reset();
    this.records.bigs.reset();
    this.dirty += count;
    return count;
  }

  /** Frees up to `records` flushed records. Is there more to do? */
  freeSlice(records: number): boolean {
    let left = records;
    while (this.freeing.length > 0) {
      const segment = this.freeing[this.freeing.length - 1];
      for (; this.freeingSlot < segment.length - 2; this.freeingSlot += 2) {
        const ref = segment[this.freeingSlot + 1];
        if (ref === NONE) continue;
        if (left-- === 0) return true;
        this.records.free(ref);
        this.freeingCount--;
      }
      this.freeing.pop();
      this.freeingSlot = 0;
    }
    return false;
  }

  /** Swaps the contents that two numbers stand for. */
  swap(a: number, b: number): void {
    const first = this.databases[a];
    const second = this.databases[b];
    this.databases[a] = second;
    this.databases[b] = first;
    first.index = b;
    second.index = a;
    this.dirty++;
  }

  /** Bytes that a key takes: its record, big buffers, and its share of the tables. */
  sizeOf(database: Database, ref: number): number {
    let size = this.arena.capacity(ref);
    const flags = this.arena.words[ref >>> SLAB_SHIFT][(ref & SLAB_MASK) << 2];
    if ((flags & FLAG_BIG_KEY) !== 0) size += this.records.bigKeySize(ref);
    if ((flags & FLAG_BIG_VALUE) !== 0) size += this.records.bigValueSize(ref);
    return size + Math.round(database.dict.size / Math.max(database.dict.count, 1));
  }

  /** Walks everything and throws on the first violated invariant. */
  verify(): void {
    const live = new Set<number>();
    let bigs = 0;
    const count = (ref: number): void => {
      if (live.has(ref)) throw new Error(`record ${ref} is reachable twice`);
      live.add(ref);
      const flags = this.arena.words[ref >>> SLAB_SHIFT][(ref & SLAB_MASK) << 2];
      if ((flags & FLAG_BIG_KEY) !== 0) bigs++;
      if ((flags & FLAG_BIG_VALUE) !== 0) bigs++;
    };
    for (const database of this.databases) {
      let deadlines = 0;
      database.dict.forEach({
        visit: (ref) => {
          count(ref);
          const place = heapPlaceOf(this.arena, ref);
          if (place === 0) return;
          deadlines++;
          if (database.heap.refAt(place) !== ref)
            throw new Error('a record has a wrong heap place');
        },
      });
      if (deadlines !== database.heap.count)
        throw new Error('the heap holds entries without a record');
      database.heap.verify();
      database.dict.verify((ref) => this.hashOf(ref));
    }
    for (let i = 0; i < this.freeing.length; i++) {
      const from = i === this.freeing.length - 1 ? this.freeingSlot : 0;
      for (let at = from; at < this.freeing[i].length - 2; at += 2) {
        if (this.freeing[i][at + 1] !== NONE) count(this.freeing[i][at + 1]);
      }
    }
    if (bigs !== this.records.bigs.liveCount()) throw new Error('a big value is lost or shared');
    this.arena.verify(live);
  }

  private hashOf(ref: number): number {
    const { records } = this;
    records.locateKey(ref);
    return this.hash(records.keyBytes, records.keyStart, records.keyEnd);
  }

  private removeFound(database: Database, ref: number): void {
    const place = heapPlaceOf(this.arena, ref);
    if (place !== 0) database.heap.remove(place);
    database.dict.removeFound();
    this.records.free(ref);
  }

  /** The entry found last lives in another record from here on; the old one is freed. */
  private move(database: Database, old: number, ref: number): void {
    const place = heapPlaceOf(this.arena, old);
    if (place !== 0) {
      database.heap.moved(place, ref);
      setHeapPlace(this.arena, ref, place);
    }
    database.dict.replaceFound(ref);
    this.records.free(old);
  }
}
