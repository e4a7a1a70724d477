// The keyspace: databases of records in one arena. Every read and every change of data goes through
// here, so that expiry, access clocks, memory, the count of changes and the events that tell of
// them cannot be forgotten.
//
// A key is asked for as (buffer, start, end) and answered as a ref. A ref is good until the next
// call that changes the same key. Where a value's bytes lie, `records` says.
//
// Whoever changes data names the event (events.ts). Primitives own() the record before and say
// changed() or removed() after; a caller that changes a value's bytes itself does the same.
//
// Invariants: an entry is in its database's dict exactly once; it is in the heap exactly when its
// record has a heap place; `pending` holds what was taken out, and nobody can reach, until it is
// freed; a value of many blocks (values/kinds.ts) belongs to one record.
import { type HashKey, KeyHashes } from '../bytes/hash.ts';
import { ZERO } from '../doubles.ts';
import { type Arena, type ArenaOptions, NONE, SLAB_MASK, SLAB_SHIFT } from '../memory/arena.ts';
import {
  accessOf,
  heapPlaceOf,
  KIND_STRING_RAW,
  kindOf,
  Records,
  setAccess,
  setHeapPlace,
} from '../memory/record.ts';
import { makeKinds } from '../values/all-kinds.ts';
import type { Kinds } from '../values/kinds.ts';
import { copyOfRecord } from './copy-of-record.ts';
import { Database } from './database.ts';
import type { KeyspaceEvent } from './event-classes.ts';
import { EVENT_EXPIRED, EVENT_OVERWRITTEN, type KeyspaceListener } from './events.ts';
import { FieldPlaces } from './heap-places.ts';
import { LiveEntries } from './live-entries.ts';
import { PendingFrees } from './pending-frees.ts';
import { checkAbsent, verifyKeyspace } from './verify.ts';

/** Options of write(): keep the deadline that the key has. */
export const KEEP_TTL = true;
export const DROP_TTL = false;

/** What a look-up is for: a due key that is kept (`keepsExpired`) does not survive a change. */
const TO_READ = false;
const TO_CHANGE = true;

/** What a keyspace is told at its start. */
export interface KeyspaceOptions extends ArenaOptions {
  databases: number;
  hashKey: HashKey;
  /** The values of many blocks: others for tests. */
  kinds?: Kinds;
}

export class Keyspace {
  readonly records: Records;
  readonly arena: Arena;
  readonly keys: KeyHashes;
  readonly kinds: Kinds;
  readonly hashKey: HashKey;
  readonly databases: Database[] = [];
  listener: KeyspaceListener | null = null;
  /** The sampled time in ms since 1970: whoever runs commands keeps it fresh. */
  nowMs = ZERO;
  /** Deadlines up to here are over: nowMs, or, while a journal is loaded, none is. */
  dueMs = ZERO;
  /** False while a client said CLIENT NO-TOUCH. */
  touches = true;
  /** When true, accessOf() holds a LFU counter and not a clock. */
  countsFrequency = false;
  /**
   * True while CLIENT PAUSE postpones writes: keys whose deadline passed are not found, but stay
   * until somebody looks for them to change them.
   */
  keepsExpired = false;

  // Statistics, as INFO names them.
  hits = ZERO;
  misses = ZERO;
  expiredKeys = ZERO;
  expiredFields = ZERO;
  /** Changes since the last save. */
  dirty = ZERO;
  /** No deadline is earlier; it may be stale towards the past. */
  earliestMs = Number.POSITIVE_INFINITY;

  /** What was deleted or flushed and still waits to be freed. */
  readonly pending: PendingFrees;
  /** What walks of the entries pass through: for walks.ts. */
  readonly live: LiveEntries;
  readonly fieldPlaces: FieldPlaces;

  constructor(options: KeyspaceOptions) {
    this.keys = new KeyHashes(options.hashKey, options.poison === true);
    this.records = new Records(options, this.keys);
    this.arena = this.records.arena;
    this.hashKey = options.hashKey;
    this.kinds = options.kinds ?? makeKinds(this.arena, options.hashKey);
    this.pending = new PendingFrees(this.records, this.kinds);
    this.live = new LiveEntries(this.arena);
    this.fieldPlaces = new FieldPlaces(this.records);
    for (let i = 0; i < options.databases; i++) {
      this.databases.push(new Database(i, this.records, this.fieldPlaces));
    }
  }

  /** Bytes of all records, tables and big values. */
  get usedSize(): number {
    let size = this.arena.usedSize + this.arena.large.usedSize;
    for (const database of this.databases) size += database.ownSize;
    return size;
  }

  /**
   * Of that, what was deleted, or copied to be changed, and stays for who reads the past: about,
   * where it was flushed.
   */
  get pastSize(): number {
    const { past, large } = this.arena;
    return past === null ? 0 : past.retiredSize + large.keptSize + this.pending.heldSize;
  }

  /** Finds a key to read its value: a hit and an access, or a miss. NONE when absent. */
  read(database: Database, buffer: Uint8Array, start: number, end: number): number {
    const hash = this.keys.hash(buffer, start, end);
    const ref = this.seek(database, hash, buffer, start, end, TO_READ);
    if (ref === NONE) return this.miss(database, buffer, start, end);
    this.hits++;
    if (this.touches) this.touch(ref);
    return ref;
  }

  /** Finds a key to look at its attributes: a hit or a miss, but no access. */
  look(database: Database, buffer: Uint8Array, start: number, end: number): number {
    const hash = this.keys.hash(buffer, start, end);
    const ref = this.seek(database, hash, buffer, start, end, TO_READ);
    if (ref === NONE) return this.miss(database, buffer, start, end);
    this.hits++;
    return ref;
  }

  /** Finds a key for OBJECT: a hit or a miss, but no access, and nobody is told of a miss. */
  inspect(database: Database, buffer: Uint8Array, start: number, end: number): number {
    const ref = this.find(database, buffer, start, end);
    if (ref === NONE) this.misses++;
    else this.hits++;
    return ref;
  }

  /** Finds a key to change it, or to add it: an access, but neither a hit nor a miss. */
  findToChange(database: Database, buffer: Uint8Array, start: number, end: number): number {
    const hash = this.keys.hash(buffer, start, end);
    const ref = this.seek(database, hash, buffer, start, end, TO_CHANGE);
    if (ref !== NONE && this.touches) this.touch(ref);
    return ref;
  }

  /** Finds a key without a trace, unless its deadline has passed. NONE when absent. */
  find(database: Database, buffer: Uint8Array, start: number, end: number): number {
    const hash = this.keys.hash(buffer, start, end);
    return this.seek(database, hash, buffer, start, end, TO_READ);
  }

  /** Finds a key, even one whose deadline has passed, and changes nothing: for DEBUG. */
  findEvenDue(database: Database, buffer: Uint8Array, start: number, end: number): number {
    return database.dict.find(this.keys.hash(buffer, start, end), buffer, start, end);
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

  /** How a LFU counter changes on an access: set by who has the policy and the random source. */
  frequencyAfterAccess: (access: number) => number = (access) => access;

  /** The record of an entry that may be changed in place: asked for before each change. */
  own(database: Database, ref: number): number {
    const { past } = this.arena;
    if (past === null || !past.isFrozen(ref)) return ref;
    const made = copyOfRecord(this.records, this.kinds, ref);
    this.move(database, ref, made);
    return made;
  }

  /** Counts changes of an entry and tells of them. */
  changed(database: Database, ref: number, event: KeyspaceEvent, count = 1): void {
    this.dirty += count;
    if (this.listener !== null) this.listener.changed(database, ref, event);
  }

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
    event: KeyspaceEvent,
  ): number {
    const hash = this.keys.hash(buffer, keyStart, keyEnd);
    const ref = this.seek(database, hash, buffer, keyStart, keyEnd, TO_CHANGE);
    if (ref === NONE) {
      const made = this.records.make(buffer, keyStart, keyEnd, value, valueStart, valueEnd, kind);
      this.link(database, hash, made);
      this.changed(database, made, event);
      return made;
    }
    if (this.countsFrequency && this.touches) this.touch(ref);
    const made = this.overwrite(database, ref, value, valueStart, valueEnd, kind);
    if (!keepTtl && heapPlaceOf(this.arena, made) !== 0) {
      database.heap.remove(heapPlaceOf(this.arena, made));
    }
    this.changed(database, made, event);
    return made;
  }

  /** Adds a key that is not there, with a string value. */
  add(
    database: Database,
    buffer: Uint8Array,
    keyStart: number,
    keyEnd: number,
    value: Uint8Array,
    valueStart: number,
    valueEnd: number,
    kind: number,
    event: KeyspaceEvent,
  ): number {
    const hash = this.hashOfAbsent(database, buffer, keyStart, keyEnd);
    const ref = this.records.make(buffer, keyStart, keyEnd, value, valueStart, valueEnd, kind);
    this.link(database, hash, ref);
    this.changed(database, ref, event);
    return ref;
  }

  /** Replaces the value of an entry; its deadline stays. Returns its ref. */
  replace(
    database: Database,
    ref: number,
    value: Uint8Array,
    valueStart: number,
    valueEnd: number,
    kind: number,
    event: KeyspaceEvent,
  ): number {
    const made = this.overwrite(database, ref, value, valueStart, valueEnd, kind);
    this.changed(database, made, event);
    return made;
  }

  /** The value of an entry goes, and a string takes its place, in another record if need be. */
  private overwrite(
    database: Database,
    ref: number,
    value: Uint8Array,
    valueStart: number,
    valueEnd: number,
    kind: number,
  ): number {
    const { records, arena } = this;
    const access = this.accessAfterChange(ref);
    const isString = kindOf(arena, ref) <= KIND_STRING_RAW;
    if (!isString && this.listener !== null) {
      this.listener.removed(database, ref, EVENT_OVERWRITTEN);
    }
    let made = ref;
    const mayChange = isString && arena.past?.isFrozen(ref) !== true;
    if (!mayChange || !records.overwrite(ref, value, valueStart, valueEnd, kind)) {
      records.locateKey(ref);
      const { keyBytes, keyStart, keyEnd } = records;
      made = records.make(keyBytes, keyStart, keyEnd, value, valueStart, valueEnd, kind);
      this.supersede(database, ref, made);
    }
    if (access !== records.accessNow) setAccess(arena, made, access);
    return made;
  }

  /** Deletes an entry. */
  remove(database: Database, ref: number, event: KeyspaceEvent): void {
    this.dirty++;
    this.discard(database, ref, event);
  }

  /** Deletes a key. Is it gone by this call? */
  delete(
    database: Database,
    buffer: Uint8Array,
    start: number,
    end: number,
    event: KeyspaceEvent,
  ): boolean {
    const hash = this.keys.hash(buffer, start, end);
    const ref = this.seek(database, hash, buffer, start, end, TO_CHANGE);
    if (ref !== NONE) this.remove(database, ref, event);
    return ref !== NONE;
  }

  /** The deadline of a record in ms since 1970; -1 when it has none. */
  deadline(database: Database, ref: number): number {
    const place = heapPlaceOf(this.arena, ref);
    return place === 0 ? -1 : database.heap.deadlineAt(place);
  }

  /** Gives a record a deadline, which is `count` changes. Returns its ref. */
  setDeadline(
    database: Database,
    ref: number,
    deadlineMs: number,
    event: KeyspaceEvent,
    count = 1,
  ): number {
    const owned = this.own(database, ref);
    const place = heapPlaceOf(this.arena, owned);
    if (deadlineMs < this.earliestMs) this.earliestMs = deadlineMs;
    if (place === 0) database.heap.add(owned, deadlineMs);
    else database.heap.change(place, deadlineMs);
    this.changed(database, owned, event, count);
    return owned;
  }

  /** Takes the deadline away. Had the record one? */
  persist(database: Database, ref: number, event: KeyspaceEvent): boolean {
    if (heapPlaceOf(this.arena, ref) === 0) return false;
    const owned = this.own(database, ref);
    database.heap.remove(heapPlaceOf(this.arena, owned));
    this.changed(database, owned, event);
    return true;
  }

  /** Deletes an entry whose deadline has passed, which counts as no change. */
  expire(database: Database, ref: number): void {
    this.expiredKeys++;
    this.discard(database, ref, EVENT_EXPIRED);
  }

  /** Takes an entry out, tells of it, and frees it; who calls counts the change. */
  discard(database: Database, ref: number, event: KeyspaceEvent): void {
    if (this.listener !== null) this.listener.removed(database, ref, event);
    this.unlink(database, ref);
    this.pending.freeRecord(ref);
  }

  /** Makes a record an entry of a database, and tells of it. For this folder. */
  link(database: Database, hash: number, ref: number): void {
    if (this.keys.areChecked) checkAbsent(this.records, database, hash, ref);
    database.dict.add(hash, ref);
    if (this.listener !== null) this.listener.added(database, ref);
  }

  /** Takes an entry out of the dict and the heaps, and leaves the record. For this folder. */
  unlink(database: Database, ref: number): void {
    this.arena.past?.entryLeaves(database.dict, ref);
    const place = heapPlaceOf(this.arena, ref);
    if (place !== 0) database.heap.remove(place);
    this.leaveFieldHeap(database, ref);
    database.dict.remove(ref);
  }

  /** Empties one database; its records are pending then. Returns the number of keys. */
  flush(database: Database): number {
    const isWalkedOver = this.arena.past?.flushes(database.dict);
    if (this.listener !== null) this.listener.flushed(database);
    const count = database.dict.count;
    if (isWalkedOver) {
      this.pending.hold(database.beginAnew());
    } else {
      database.clearHeaps();
      this.pending.addSegments(database.dict.takeSegments(), count);
    }
    this.dirty += count;
    return count;
  }

  /**
   * Empties all databases; the arena forgets its blocks at once. Returns the number of keys, which
   * are changes if it is somebody's command.
   */
  flushAll(): number {
    this.arena.past?.cancel();
    if (this.listener !== null) this.listener.flushed(null);
    let count = 0;
    for (const database of this.databases) {
      count += database.dict.count;
      database.clearHeaps();
      database.dict.reset();
    }
    this.pending.clear();
    this.records.reset();
    return count;
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
    if (a !== b && this.listener !== null) this.listener.swapped(a, b);
  }

  /** Walks everything and throws on the first violated invariant. Not while the past is read. */
  verify(): void {
    // What had retired is found by nobody but its owner.
    while (this.pending.hasRetired) this.pending.freeSlice(1);
    verifyKeyspace(this.records, this.kinds, this.databases, this.pending);
  }

  /** The ref of a key; one whose deadline has passed is deleted first, unless it is kept. */
  private seek(
    database: Database,
    hash: number,
    buffer: Uint8Array,
    start: number,
    end: number,
    isChange: boolean,
  ): number {
    const ref = database.dict.find(hash, buffer, start, end);
    if (ref === NONE) return NONE;
    const place = heapPlaceOf(this.arena, ref);
    if (place === 0 || database.heap.deadlineAt(place) > this.dueMs) return ref;
    if (isChange || !this.keepsExpired) this.expire(database, ref);
    return NONE;
  }

  /** Nothing was found. */
  private miss(database: Database, buffer: Uint8Array, start: number, end: number): typeof NONE {
    this.misses++;
    if (this.listener !== null) this.listener.missed(database, buffer, start, end);
    return NONE;
  }

  /** The hash of a key that is to be added; one due but kept gives way. For this folder. */
  hashOfAbsent(database: Database, buffer: Uint8Array, start: number, end: number): number {
    const hash = this.keys.hash(buffer, start, end);
    if (this.keepsExpired) this.seek(database, hash, buffer, start, end, TO_CHANGE);
    return hash;
  }

  private leaveFieldHeap(database: Database, ref: number): void {
    const place = this.fieldPlaces.get(ref);
    if (place !== 0) database.fieldHeap.remove(place);
  }

  /**
   * The access field of a record that is changed now: a clock goes on, a counter is kept. For this
   * folder.
   */
  accessAfterChange(ref: number): number {
    if (this.touches && !this.countsFrequency) return this.records.accessNow;
    return accessOf(this.arena, ref);
  }

  /**
   * An entry lives in another record from here on, which has its value; the old record is freed.
   * For this folder.
   */
  move(database: Database, old: number, ref: number): void {
    this.arena.past?.entryLeaves(database.dict, old);
    const fieldPlace = this.fieldPlaces.get(old);
    if (fieldPlace !== 0) database.fieldHeap.moved(fieldPlace, ref);
    this.takePlace(database, old, ref);
    this.records.free(old);
  }

  /**
   * An entry lives in another record from here on, which has another value; the old record is freed
   * with its own, unread and uncopied even while somebody reads the past. For this folder.
   */
  supersede(database: Database, old: number, ref: number): void {
    this.arena.past?.entryLeaves(database.dict, old);
    this.leaveFieldHeap(database, old);
    this.takePlace(database, old, ref);
    this.pending.freeRecord(old);
  }

  /** A record stands where another one did, in the dict and among the deadlines. */
  private takePlace(database: Database, old: number, ref: number): void {
    const place = heapPlaceOf(this.arena, old);
    if (place !== 0) {
      database.heap.moved(place, ref);
      setHeapPlace(this.arena, ref, place);
    }
    database.dict.replace(old, ref);
  }
}
