// Hashes: fields and their values, packed in the record while they are few and small
// (packed-hash.ts), else elements in a table (hash-table.ts). One view serves all hashes: open() or
// create() says which one it is from here on.
//
// A hash that was changed is to be told of, once, when the command has done with it: changed(). One
// that has lost its last field is to be taken out: removeIfEmpty().
//
// Fields may have deadlines, as in Redis 7.4. A hash with such fields stands in its database's
// second heap, by the earliest of them (keyspace/heap-places.ts). Fields that are due go by and by,
// expireDue(); until then they are not there for anybody.
//
// What `field` and `value` say stands until the next call.
import { replaceByRoot } from '../keyspace/collections.ts';
import type { Database } from '../keyspace/database.ts';
import type { KeyspaceEvent } from '../keyspace/event-classes.ts';
import { EVENT_DEL, EVENT_HASH_EXPIRED, EVENT_HEXPIRED } from '../keyspace/events.ts';
import type { Keyspace } from '../keyspace/keyspace.ts';
import { KIND_HASH_TABLE, kindOf } from '../memory/record.ts';
import { PackedItem } from '../structures/packed/entry.ts';
import type { EntryVisitor } from '../structures/segment.ts';
import { type CollectionLimits, PACKED_SIZE_MAX } from './collection-limits.ts';
import type { RandomSource } from './draws.ts';
import { HashElements, NO_DEADLINE } from './hash-elements.ts';
import { HashTable, isDue } from './hash-table.ts';
import { PackedHash } from './packed-hash.ts';

/** The arguments of a call, from which fields and values are taken: a Request is such. */
export interface Words {
  readonly buffer: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly count: number;
}

/** So many draws may meet fields that are due, before all fields are looked at. */
const DRAWS_MAX = 100;

export class Hashes {
  readonly field = new PackedItem();
  readonly value = new PackedItem();
  isPacked = true;
  private readonly keyspace: Keyspace;
  private readonly limits: CollectionLimits;
  private readonly packed: PackedHash;
  private readonly table: HashTable;
  private database: Database;
  /** The time by which fields are due; no time where no field of this hash is. */
  private dueMs = Number.NEGATIVE_INFINITY;

  constructor(keyspace: Keyspace, limits: CollectionLimits) {
    this.keyspace = keyspace;
    this.limits = limits;
    this.database = keyspace.databases[0];
    this.packed = new PackedHash(keyspace, this.field, this.value);
    const store = new HashElements(keyspace.arena, keyspace.hashKey);
    this.table = new HashTable(store, this.field, this.value);
  }

  /** From here on it is the hash `ref`. */
  open(database: Database, ref: number): void {
    const { keyspace } = this;
    this.openEvenDue(database, ref);
    const place = keyspace.fieldPlaces.get(ref);
    if (place === 0) return;
    const { dueMs } = keyspace;
    if (database.fieldHeap.deadlineAt(place) <= dueMs) this.dueMs = dueMs;
  }

  /** The same, but fields that are due count as if they were not: for DEBUG. */
  openEvenDue(database: Database, ref: number): void {
    const { keyspace, packed } = this;
    this.database = database;
    this.dueMs = Number.NEGATIVE_INFINITY;
    this.isPacked = kindOf(keyspace.arena, ref) !== KIND_HASH_TABLE;
    packed.ref = ref;
    if (this.isPacked) packed.open(database, ref);
    else this.table.open(keyspace.records.valueBlock(ref));
  }

  /** Adds a key that is not there, whose hash has no fields yet, and opens it. */
  create(database: Database, buffer: Uint8Array, start: number, end: number): void {
    this.database = database;
    this.isPacked = true;
    this.dueMs = Number.NEGATIVE_INFINITY;
    this.packed.create(database, buffer, start, end);
  }

  /** The entry of the keyspace. */
  get ref(): number {
    return this.packed.ref;
  }

  /** Are there fields that are due? */
  get hasDue(): boolean {
    return this.dueMs > 0;
  }

  get count(): number {
    const { dueMs, isPacked, packed, table } = this;
    if (!this.hasDue) return isPacked ? packed.count : table.count;
    if (!isPacked) return table.count - table.dueCount(dueMs);
    let count = 0;
    for (let more = packed.first(); more; more = packed.next()) {
      if (!isDue(packed.deadlineMs, dueMs)) count++;
    }
    return count;
  }

  /** When the field is due that was met last; NO_DEADLINE without a deadline. */
  get deadlineMs(): number {
    return this.isPacked ? this.packed.deadlineMs : this.table.deadlineMs;
  }

  /** The earliest deadline of all fields; infinity without any. */
  get earliestMs(): number {
    if (!this.isPacked) return this.table.earliestMs;
    return this.packed.hasDeadlines ? this.packed.earliestMs : Number.POSITIVE_INFINITY;
  }

  /** Looks for a field; `value` says what it has. */
  find(buffer: Uint8Array, start: number, end: number): boolean {
    const isFound = this.isPacked
      ? this.packed.find(buffer, start, end)
      : this.table.find(buffer, start, end);
    return isFound && !(this.hasDue && this.isMetDue());
  }

  /** The first field; false when there is none. */
  first(): boolean {
    const isThere = this.isPacked ? this.packed.first() : this.table.first();
    return isThere && this.hasDue && this.isMetDue() ? this.next() : isThere;
  }

  /** The next field after first(); the hash must not change in between. */
  next(): boolean {
    for (;;) {
      const isThere = this.isPacked ? this.packed.next() : this.table.next();
      if (!isThere || !this.hasDue || !this.isMetDue()) return isThere;
    }
  }

  /**
   * Fields and values stand in the words from `first` on: the hash gets its room once, or its other
   * form. As in Redis the values count that may be there already.
   */
  prepare(words: Words, first: number): void {
    if (!this.isPacked) return;
    const { packed } = this;
    const { buffer, starts, ends, count } = words;
    const { hashValueSize, hashEntries } = this.limits;
    const fields = (count - first) / 2;
    if (fields > hashEntries) return this.toTable(fields);
    let size = 0;
    for (let i = first; i < count; i++) {
      if (ends[i] - starts[i] > hashValueSize) return this.toTable();
      size += packed.sizeOf(buffer, starts[i], ends[i]);
    }
    if (packed.size + size > PACKED_SIZE_MAX) return this.toTable();
    if (fields > 1 || packed.count === 0) packed.reserve(fields, size);
  }

  /**
   * Gives a field a value, which lies outside of this hash; a deadline of the field goes, or stays.
   * Was the field added?
   */
  set(
    field: Uint8Array,
    fieldStart: number,
    fieldEnd: number,
    value: Uint8Array,
    start: number,
    end: number,
    keepsDeadline = false,
  ): boolean {
    const { hashValueSize, hashEntries } = this.limits;
    if (this.hasDue) this.removeDue(field, fieldStart, fieldEnd);
    if (this.isPacked) {
      if (fieldEnd - fieldStart > hashValueSize || end - start > hashValueSize) this.toTable();
    }
    if (!this.isPacked) {
      const { table } = this;
      const added = table.set(field, fieldStart, fieldEnd, value, start, end, keepsDeadline);
      this.settle();
      return added;
    }
    const { packed } = this;
    const added = packed.set(field, fieldStart, fieldEnd, value, start, end, keepsDeadline);
    this.settle();
    if (added && (packed.count > hashEntries || packed.size > PACKED_SIZE_MAX)) this.toTable();
    return added;
  }

  /** Removes a field. Was it there? */
  remove(buffer: Uint8Array, start: number, end: number): boolean {
    if (!this.find(buffer, start, end)) return false;
    this.removeMet();
    return true;
  }

  /** Removes the field that was found. */
  removeMet(): void {
    if (this.isPacked) this.packed.removeMet();
    else this.table.removeMet();
    this.settle();
  }

  /** The same, for its time is over. */
  expireMet(): void {
    this.keyspace.expiredFields++;
    this.removeMet();
  }

  /** Sets the deadline of the field that was found, or takes it away. */
  setDeadline(deadlineMs: number): void {
    if (this.isPacked) this.packed.setDeadline(deadlineMs);
    else this.table.setDeadline(deadlineMs);
    if (deadlineMs !== NO_DEADLINE && deadlineMs < this.keyspace.earliestMs) {
      this.keyspace.earliestMs = deadlineMs;
    }
    this.settle(deadlineMs !== NO_DEADLINE);
  }

  /** Shows a field that is drawn with equal chance; there is one at least. */
  draw(random: RandomSource): void {
    const { packed } = this;
    for (let draws = 0; draws < DRAWS_MAX; draws++) {
      if (this.isPacked) packed.goTo(Math.floor((random.next() / 2 ** 32) * packed.count));
      else this.table.draw(random);
      if (!this.hasDue || !this.isMetDue()) return;
    }
    // Most fields are due.
    let left = Math.floor((random.next() / 2 ** 32) * this.count);
    for (let more = this.first(); more && left > 0; left--) more = this.next();
  }

  /** Elements of a table, `count` of fewer than there are, drawn with equal chance: to show(). */
  drawElements(count: number, random: RandomSource): Int32Array {
    return this.table.drawElements(count, this.count, this.dueMs, random);
  }

  /** One step of SCAN over a table. The visitor is given elements, to show(). */
  scan(cursor: number, atLeast: number, visitor: EntryVisitor): number {
    return this.table.scan(cursor, atLeast, visitor);
  }

  /** Says in `field` and `value` what an element has. Is it there, and not due? */
  show(element: number): boolean {
    this.table.show(element);
    return !(this.hasDue && this.isMetDue());
  }

  /** Counts changes and tells of them. */
  changed(event: KeyspaceEvent, count: number): void {
    this.keyspace.changed(this.database, this.ref, event, count);
  }

  /** A hash without fields goes, and of that is told too. */
  removeIfEmpty(): void {
    if ((this.isPacked ? this.packed : this.table).count > 0) return;
    this.keyspace.discard(this.database, this.ref, EVENT_DEL);
  }

  /**
   * Removes fields that are due, so many at most, and tells of them. The hash goes with its last
   * field. Is it still there?
   */
  expireDue(fieldsMax: number): boolean {
    const { keyspace, database } = this;
    const left = this.isPacked ? this.expirePacked(fieldsMax) : this.expireTable(fieldsMax);
    this.settle();
    if (left < fieldsMax) keyspace.changed(database, this.ref, EVENT_HEXPIRED, 0);
    if ((this.isPacked ? this.packed : this.table).count > 0) {
      this.open(database, this.ref);
      return true;
    }
    keyspace.discard(database, this.ref, EVENT_HASH_EXPIRED);
    return false;
  }

  private expirePacked(fieldsMax: number): number {
    const { packed, dueMs } = this;
    let left = fieldsMax;
    for (let more = packed.first(); more && left > 0; ) {
      if (!isDue(packed.deadlineMs, dueMs)) {
        more = packed.next();
        continue;
      }
      this.tellExpired();
      packed.removeMet();
      more = packed.here();
      left--;
    }
    return left;
  }

  private expireTable(fieldsMax: number): number {
    const { table, dueMs } = this;
    let left = fieldsMax;
    while (left > 0 && table.earliestMs <= dueMs) {
      table.findFirstDue();
      this.tellExpired();
      table.removeMet();
      left--;
    }
    return left;
  }

  private tellExpired(): void {
    const { keyspace, database, field } = this;
    const { bytes, start, end } = field;
    keyspace.expiredFields++;
    keyspace.listener?.fieldExpired(database, this.ref, bytes, start, end);
  }

  private isMetDue(): boolean {
    return isDue(this.deadlineMs, this.dueMs);
  }

  /** A field that is due makes way for one of the same name. */
  private removeDue(field: Uint8Array, start: number, end: number): void {
    const { packed, table } = this;
    const form = this.isPacked ? packed : table;
    if (form.find(field, start, end) && this.isMetDue()) this.removeMet();
  }

  /** The hash takes its place among those whose fields have deadlines. */
  private settle(hasNew = false): void {
    const { keyspace, ref } = this;
    const { fieldHeap } = this.database;
    const place = keyspace.fieldPlaces.get(ref);
    if (place === 0 && !hasNew) return;
    const { earliestMs } = this;
    if (earliestMs === Number.POSITIVE_INFINITY) {
      if (place !== 0) fieldHeap.remove(place);
    } else if (place === 0) {
      fieldHeap.add(ref, earliestMs);
    } else if (fieldHeap.deadlineAt(place) !== earliestMs) {
      fieldHeap.change(place, earliestMs);
    }
  }

  /** Turns the packed hash into a table, with room for so many fields. */
  private toTable(fields = 0): void {
    const { database, keyspace, packed, table, field, value } = this;
    const place = keyspace.fieldPlaces.get(this.ref);
    const earliestMs = place === 0 ? 0 : database.fieldHeap.deadlineAt(place);
    if (place !== 0) database.fieldHeap.remove(place);
    table.create(Math.max(packed.count, fields));
    for (let more = packed.first(); more; more = packed.next()) {
      const { bytes, start, end } = field;
      table.add(bytes, start, end, value.bytes, value.start, value.end, packed.deadlineMs);
    }
    packed.ref = replaceByRoot(keyspace, database, this.ref, table.root, KIND_HASH_TABLE);
    this.isPacked = false;
    if (place !== 0) database.fieldHeap.add(this.ref, earliestMs);
  }
}
