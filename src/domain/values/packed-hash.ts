// Hashes in their packed form: rows of field and value in the record (structures/packed). Once a
// field had a deadline, each row ends with one, 0 for none, and the value begins with the place in
// the database's heap of such hashes (keyspace/heap-places.ts).
//
// One view serves all of them. What the row that was met last has stands in `field` and `value`.
import { addPacked, replaceByPacked, reserveValue, spliceValue } from '../keyspace/collections.ts';
import type { Database } from '../keyspace/database.ts';
import { FIELD_PLACE_SIZE } from '../keyspace/heap-places.ts';
import type { Keyspace } from '../keyspace/keyspace.ts';
import { NONE } from '../memory/arena.ts';
import { KIND_HASH_DEADLINES, KIND_HASH_PACKED, kindOf } from '../memory/record.ts';
import { EncodedItem } from '../structures/packed/encoded-item.ts';
import type { PackedItem } from '../structures/packed/entry.ts';
import { COUNT_SIZE, NOWHERE, PackedList } from '../structures/packed/packed-list.ts';
import { FIELDS, FIELDS_DEADLINE } from '../structures/packed/shape.ts';
import { NO_DEADLINE } from './hash-elements.ts';

const DEADLINE_SIZE = 8;

export class PackedHash {
  ref = NONE as number;
  private readonly keyspace: Keyspace;
  private readonly field: PackedItem;
  private readonly value: PackedItem;
  private readonly plain = new PackedList(FIELDS);
  private readonly timed = new PackedList(FIELDS_DEADLINE);
  private readonly needle = new EncodedItem();
  private readonly content = new EncodedItem();
  private database: Database;
  /** One of the two lists. */
  private list = this.plain;
  /** Bytes of the value before the list. */
  private prefix = 0;
  /** The row that was met last. */
  private row = NOWHERE;

  constructor(keyspace: Keyspace, field: PackedItem, value: PackedItem) {
    this.keyspace = keyspace;
    this.field = field;
    this.value = value;
    this.database = keyspace.databases[0];
  }

  open(database: Database, ref: number): void {
    this.database = database;
    this.ref = ref;
    const hasDeadlines = kindOf(this.keyspace.arena, ref) === KIND_HASH_DEADLINES;
    this.list = hasDeadlines ? this.timed : this.plain;
    this.prefix = hasDeadlines ? FIELD_PLACE_SIZE : 0;
    this.openList();
  }

  /** Adds a key that is not there, whose hash has no fields yet, and opens it. */
  create(database: Database, buffer: Uint8Array, start: number, end: number): void {
    const { keyspace } = this;
    const kind = KIND_HASH_PACKED;
    const ref = addPacked(keyspace, database, buffer, start, end, COUNT_SIZE, 0, kind);
    this.clearCount(ref);
    this.open(database, ref);
  }

  get count(): number {
    return this.list.count;
  }

  /** Bytes of the value. */
  get size(): number {
    return this.prefix + COUNT_SIZE + this.list.end - this.list.start;
  }

  get hasDeadlines(): boolean {
    return this.prefix !== 0;
  }

  /** When the field is due that was met last; NO_DEADLINE without a deadline. */
  get deadlineMs(): number {
    if (!this.hasDeadlines) return NO_DEADLINE;
    const deadlineMs = this.list.doubleOf(this.row);
    return deadlineMs === 0 ? NO_DEADLINE : deadlineMs;
  }

  /** The earliest deadline of all fields; infinity without any. */
  get earliestMs(): number {
    return earliestOf(this.list);
  }

  find(buffer: Uint8Array, start: number, end: number): boolean {
    const { list, needle } = this;
    needle.set(buffer, start, end);
    this.row = list.find(needle, list.start);
    if (this.row === NOWHERE) return false;
    this.value.read(list.bytes, list.valueOf(this.row));
    return true;
  }

  first(): boolean {
    return this.readRow(this.list.start);
  }

  next(): boolean {
    return this.readRow(this.list.next(this.row));
  }

  /** Goes to the row with this index, below `count`. */
  goTo(index: number): void {
    this.readRow(this.list.rowAt(index));
  }

  /** Bytes that an item takes here. */
  sizeOf(buffer: Uint8Array, start: number, end: number): number {
    this.content.set(buffer, start, end);
    return this.content.size;
  }

  /** Makes room for so many rows, in all of these bytes besides what is there. */
  reserve(rows: number, size: number): void {
    const deadlines = this.hasDeadlines ? rows * DEADLINE_SIZE : 0;
    const room = this.size + size + deadlines;
    this.ref = reserveValue(this.keyspace, this.database, this.ref, room);
    this.openList();
  }

  /** Gives a field a value; a deadline of its own goes, or stays. Was the field added? */
  set(
    field: Uint8Array,
    fieldStart: number,
    fieldEnd: number,
    value: Uint8Array,
    valueStart: number,
    valueEnd: number,
    keepsDeadline: boolean,
  ): boolean {
    const { list, needle, content } = this;
    needle.set(field, fieldStart, fieldEnd);
    content.set(value, valueStart, valueEnd);
    const row = list.find(needle, list.start);
    if (row === NOWHERE) {
      list.planInsert(list.end, needle, content);
      this.splice();
      this.row = list.finishInsert(needle, content);
      if (this.hasDeadlines) list.setDouble(this.row, 0);
      return true;
    }
    const offset = row - list.start;
    list.planReplace(list.valueOf(row), content);
    this.splice();
    list.finishReplace(content);
    this.row = list.start + offset;
    if (this.hasDeadlines && !keepsDeadline) list.setDouble(this.row, 0);
    return false;
  }

  /** Removes the field that was met last; next() goes on behind it. */
  removeMet(): void {
    const { list, row } = this;
    const offset = row - list.start;
    list.planRemove(row, list.next(row));
    this.splice();
    list.finishRemove(1);
    this.row = list.start + offset;
  }

  /** Shows the row that has come to the place of a removed one. Is there one? */
  here(): boolean {
    return this.readRow(this.row);
  }

  /** Sets the deadline of the field that was met last, or takes it away. */
  setDeadline(deadlineMs: number): void {
    if (!this.hasDeadlines) {
      if (deadlineMs === NO_DEADLINE) return;
      this.addDeadlines();
    } else this.own();
    this.list.setDouble(this.row, deadlineMs === NO_DEADLINE ? 0 : deadlineMs);
  }

  /** The row may be changed where it is. */
  private own(): void {
    const offset = this.row - this.list.start;
    this.ref = this.keyspace.own(this.database, this.ref);
    this.openList();
    this.row = this.list.start + offset;
  }

  /** Rows get room for deadlines. */
  private addDeadlines(): void {
    const { keyspace, database, plain, timed } = this;
    const { start } = plain;
    const old = plain.bytes.slice(start, plain.end);
    const { count } = plain;
    const metOffset = this.row - start;
    const size = FIELD_PLACE_SIZE + COUNT_SIZE + old.length + count * DEADLINE_SIZE;
    const kind = KIND_HASH_DEADLINES;
    this.ref = replaceByPacked(keyspace, database, this.ref, size, kind);
    this.prefix = FIELD_PLACE_SIZE;
    this.list = timed;
    keyspace.fieldPlaces.set(this.ref, 0);
    keyspace.records.locateValue(this.ref);
    const { valueBytes, valueStart } = keyspace.records;
    let to = valueStart + FIELD_PLACE_SIZE + COUNT_SIZE;
    plain.open(old, 0, old.length, count);
    for (let from = 0; from < old.length; ) {
      const next = plain.next(from);
      if (from === metOffset) this.row = to;
      for (; from < next; from++) valueBytes[to++] = old[from];
      valueBytes.fill(0, to, to + DEADLINE_SIZE);
      to += DEADLINE_SIZE;
    }
    const listStart = valueStart + FIELD_PLACE_SIZE;
    const written = Math.min(count, 0xffff);
    valueBytes[listStart] = written;
    valueBytes[listStart + 1] = written >>> 8;
    this.openList();
  }

  /** Makes the room that was planned. */
  private splice(): void {
    const { keyspace, database, list, prefix } = this;
    const { spliceAt, removed, inserted } = list;
    this.ref = spliceValue(keyspace, database, this.ref, prefix + spliceAt, removed, inserted);
    this.openList();
  }

  private openList(): void {
    const { records } = this.keyspace;
    records.locateValue(this.ref);
    const { valueBytes, valueStart, valueEnd } = records;
    this.list.openValue(valueBytes, valueStart + this.prefix, valueEnd);
  }

  private clearCount(ref: number): void {
    const { records } = this.keyspace;
    records.locateValue(ref);
    records.valueBytes.fill(0, records.valueStart, records.valueEnd);
  }

  private readRow(row: number): boolean {
    const { list } = this;
    this.row = row;
    if (row >= list.end) return false;
    this.field.read(list.bytes, list.entryOf(row));
    this.value.read(list.bytes, list.valueOf(row));
    return true;
  }
}

/** The earliest deadline in a packed hash that has them; infinity without any. */
export function earliestOf(list: PackedList): number {
  let earliestMs = Number.POSITIVE_INFINITY;
  for (let row = list.start; row < list.end; row = list.next(row)) {
    const deadlineMs = list.doubleOf(row);
    if (deadlineMs !== 0 && deadlineMs < earliestMs) earliestMs = deadlineMs;
  }
  return earliestMs;
}
