// The keyspace: databases of records in one arena. Every read and every change of data goes through
// here, so that expiry, access clocks, memory and the count of changes cannot be forgotten.
//
// A key is asked for as (buffer, start, end) and answered as a ref. A ref is good until the next
// call that changes the same key. Where a value's bytes lie, `records` says.
//
// Invariants: an entry is in its database's dict exactly once; it is in the heap exactly when its
// record has a heap place; `flushed` holds what FLUSHDB took out and nobody can reach.

import { equalBytes } from '../bytes/compare.ts';
import { type HashKey, halfSipHash } from '../bytes/hash.ts';
import { ZERO } from '../doubles.ts';
import { INLINE_KEY_SIZE_MAX } from '../limits.ts';
import { type Arena, NONE, SLAB_MASK, SLAB_SHIFT } from '../memory/arena.ts';
import {
  accessOf,
  FLAG_BIG_KEY,
  FLAG_BIG_VALUE,
  hasInlineKey,
  heapPlaceOf,
  setAccess,
  setHeapPlace,
} from '../memory/record.ts';
import { Records } from '../memory/records.ts';
import type { KeyMatcher } from '../structures/dict.ts';
import type { EntryVisitor } from '../structures/segment.ts';
import { Database } from './database.ts';
import { FlushedRecords } from './flushed-records.ts';
import { LiveEntries } from './live-entries.ts';
import { verifyKeyspace } from './verify.ts';

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

/** A word of a small record that may lie in its second cache line. */
const RECORD_TAIL_WORD = 11;

export class Keyspace implements KeyMatcher {
  readonly records: Records;
  readonly arena: Arena;
  readonly databases: Database[] = [];
  /** The sampled time in ms since 1970: whoever runs commands keeps it fresh. */
  nowMs = ZERO;
  /** False while a client said CLIENT NO-TOUCH. */
  touches = true;
  /** When true, accessOf() holds a LFU counter and not a clock. */
  countsFrequency = false;
  /**
   * True while CLIENT PAUSE holds writes back: keys whose deadline passed are not found, but stay.
   * No key may be added meanwhile, or it could be there twice.
   */
  keepsExpired = false;

  // Statistics, as INFO names them.
  hits = ZERO;
  misses = ZERO;
  expiredKeys = ZERO;
  /** Changes since the last save. */
  dirty = ZERO;
  /** No deadline is earlier; it may be stale towards the past until refreshEarliest(). */
  earliestMs = Number.POSITIVE_INFINITY;

  private readonly hashKey: HashKey;
  /** The hash of the key that find() looked for last: for this folder. */
  foundHash = 0;
  private hintBuffer: Uint8Array | null = null;
  private hintStart = -1;
  private hintHash = 0;
  /** What touchRecords() loaded: written so that the loads stay, of no other use. */
  touched = 0;
  private readonly flushed = new FlushedRecords();
  private readonly live: LiveEntries;

  constructor(options: KeyspaceOptions) {
    this.records = new Records(options.poison === true);
    this.arena = this.records.arena;
    this.live = new LiveEntries(this.arena);
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
    return this.flushed.count;
  }

  /** The hash of a key; the one that was announced by hint() is not computed again. */
  hash(buffer: Uint8Array, start: number, end: number): number {
    if (start === this.hintStart && buffer === this.hintBuffer) return this.hintHash;
    return halfSipHash(this.hashKey, buffer, start, end);
  }

  /** The key that begins at buffer[start] has this hash; start -1 takes the hint back. */
  hint(buffer: Uint8Array | null, start: number, hash: number): void {
    this.hintBuffer = buffer;
    this.hintStart = start;
    this.hintHash = hash;
  }

  /**
   * Loads the first lines of records [0, count) into the cache at once: see engine/lookahead.ts.
   */
  touchRecords(refs: Int32Array, count: number): void {
    const { words } = this.arena;
    let touched = 0;
    for (let i = 0; i < count; i++) {
      const ref = refs[i];
      if (ref === NONE) continue;
      const at = (ref & SLAB_MASK) << 2;
      touched ^= words[ref >>> SLAB_SHIFT][at] ^ words[ref >>> SLAB_SHIFT][at + RECORD_TAIL_WORD];
    }
    this.touched = touched;
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

  /** Finds a key to look at its attributes: counts a hit or a miss, but is no access. */
  peek(database: Database, buffer: Uint8Array, start: number, end: number): number {
    const ref = this.find(database, buffer, start, end);
    if (ref === NONE) this.misses++;
    else this.hits++;
    return ref;
  }

  /** Finds a key to change something of it: an access, but neither a hit nor a miss. */
  findForWrite(database: Database, buffer: Uint8Array, start: number, end: number): number {
    const ref = this.find(database, buffer, start, end);
    if (ref !== NONE && this.touches) this.touch(ref);
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
      if (!this.keepsExpired) this.expire(database, ref);
      return NONE;
    }
    return ref;
  }

  /** Finds a key, even one whose deadline has passed, and changes nothing: for DEBUG. */
  findEvenDue(database: Database, buffer: Uint8Array, start: number, end: number): number {
    return database.dict.find(this.hash(buffer, start, end), buffer, start, end);
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

  /**
   * How a LFU counter changes on an access; set by the owner of the policy and the random source.
   */
  frequencyAfterAccess: (access: number) => number = (access) => access;

  /**
   * Sets a key to a string, whatever it was before. The bytes are copied; they may lie in this
   * arena, but not in the record that is overwritten.
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
    if (this.countsFrequency && this.touches) this.touch(ref);
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

  /**
   * Replaces the value of the entry that find() found last; its deadline stays. Returns its ref.
   */
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
    const access = this.accessAfterChange(ref);
    let made = ref;
    if (!records.overwrite(ref, value, valueStart, valueEnd, kind)) {
      records.locateKey(ref);
      const { keyBytes, keyStart, keyEnd } = records;
      made = records.make(keyBytes, keyStart, keyEnd, value, valueStart, valueEnd, kind);
      this.move(database, ref, made);
    }
    if (access !== records.accessNow) setAccess(this.arena, made, access);
    return made;
  }

  /**
   * Adds the key that find() has just not found, with `size` zero bytes, for the caller to change:
   * the records' value fields say where they lie.
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
   * Gives the value of the entry that find() found last another size, keeping its bytes (zeros
   * behind them) and its deadline, for the caller to change where the records' value fields say.
   * With `roomy`, room is left to grow into. Returns the entry's ref.
   */
  resize(database: Database, ref: number, size: number, kind: number, roomy: boolean): number {
    this.dirty++;
    const access = this.accessAfterChange(ref);
    let made = ref;
    if (!this.records.resizeInPlace(ref, size, kind)) {
      made = this.records.resized(ref, size, kind, roomy);
      this.move(database, ref, made);
    }
    setAccess(this.arena, made, access);
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

  /**
   * One step of SCAN, see Dict.scan(): visits entries and returns the next cursor. Those whose
   * deadline has passed are deleted and not visited. The visitor must not change the keyspace.
   */
  scan(database: Database, cursor: number, count: number, visitor: EntryVisitor): number {
    const live = this.live.begin(visitor, database.heap, this.nowMs, !this.keepsExpired);
    const next = database.dict.scan(cursor, count, live);
    for (const ref of live.due) this.expire(database, ref);
    return next;
  }

  /** Visits every entry whose deadline has not passed. The visitor must not change the keyspace. */
  forEachKey(database: Database, visitor: EntryVisitor): void {
    database.dict.forEach(this.live.begin(visitor, database.heap, this.nowMs, false));
  }

  /** An entry chosen with equal chance; NONE in an empty database. See Dict.randomEntry(). */
  randomKey(database: Database, random: { next(): number }): number {
    for (;;) {
      const ref = database.dict.randomEntry(random);
      if (ref === NONE) return NONE;
      const deadlineMs = this.deadline(database, ref);
      if (deadlineMs === -1 || deadlineMs > this.nowMs) return ref;
      this.expire(database, ref);
    }
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
  }

  /** Deletes an entry by its ref: for the reaper, which met it in the heap. */
  deleteRef(database: Database, ref: number): void {
    this.locate(database, ref);
    this.removeFound(database, ref);
  }

  /** Lets the entry found last in a database be this one. */
  locate(database: Database, ref: number): void {
    if (database.dict.findRef(this.hashOf(ref), ref)) return;
    throw new Error(`record ${ref} is not in the dict of its database`);
  }

  /** Takes the entry found last out and frees it; who calls counts the change. For this folder. */
  removeFound(database: Database, ref: number): void {
    const place = heapPlaceOf(this.arena, ref);
    if (place !== 0) database.heap.remove(place);
    database.dict.removeFound();
    this.records.free(ref);
  }

  /**
   * Empties one database. Its records are freed in slices by freeSlice(). Returns the number of
   * keys.
   */
  flush(database: Database): number {
    const count = database.dict.count;
    database.heap.clear();
    this.flushed.add(database.dict.takeSegments(), count);
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
    this.flushed.clear();
    this.records.reset();
    this.dirty += count;
    return count;
  }

  /** Frees up to `recordsMax` flushed records. Is there more to do? */
  freeSlice(recordsMax: number): boolean {
    return this.flushed.free(this.records, recordsMax);
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
    verifyKeyspace(this.records, this.databases, this.flushed, (ref) => this.hashOf(ref));
  }

  private hashOf(ref: number): number {
    const { records } = this;
    records.locateKey(ref);
    return this.hash(records.keyBytes, records.keyStart, records.keyEnd);
  }

  /** The access field of a record that is changed now: a clock goes on, a counter is kept. */
  private accessAfterChange(ref: number): number {
    if (this.touches && !this.countsFrequency) return this.records.accessNow;
    return accessOf(this.arena, ref);
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
