// A hash while its fields come, one by one: packed as long as it may be, else a table. It gets the
// form that Redis gives a hash that it loads.

import { FIELD_PLACE_SIZE } from '../../keyspace/heap-places.ts';
import type { Keyspace } from '../../keyspace/keyspace.ts';
import { NONE } from '../../memory/arena.ts';
import { KIND_HASH_DEADLINES, KIND_HASH_PACKED, KIND_HASH_TABLE } from '../../memory/record.ts';
import { EncodedItem } from '../../structures/packed/encoded-item.ts';
import { PackedItem } from '../../structures/packed/entry.ts';
import { PackedList } from '../../structures/packed/packed-list.ts';
import { FIELDS, FIELDS_DEADLINE } from '../../structures/packed/shape.ts';
import { type CollectionLimits, PACKED_SIZE_MAX } from '../collection-limits.ts';
import { HashElements, NO_DEADLINE } from '../hash-elements.ts';
import { HashTable } from '../hash-table.ts';
import type { BuiltValue } from './built-value.ts';
import { RowBuffer } from './row-buffer.ts';

export class HashBuilder {
  private readonly keyspace: Keyspace;
  private readonly limits: CollectionLimits;
  private readonly rows: RowBuffer;
  private readonly field = new EncodedItem();
  private readonly value = new EncodedItem();
  private readonly rowField = new PackedItem();
  private readonly rowValue = new PackedItem();
  private readonly plain = new PackedList(FIELDS);
  private readonly timed = new PackedList(FIELDS_DEADLINE);
  private readonly table: HashTable;
  private isTable = false;
  private hasDeadlines = false;
  /** Longer fields and values make it a table. */
  private valueSizeMax = 0;
  private earliestMs = Number.POSITIVE_INFINITY;

  constructor(keyspace: Keyspace, limits: CollectionLimits) {
    this.keyspace = keyspace;
    this.limits = limits;
    this.rows = new RowBuffer(keyspace.hashKey);
    const store = new HashElements(keyspace.arena, keyspace.hashKey);
    this.table = new HashTable(store, new PackedItem(), new PackedItem());
  }

  /**
   * Begins anew. Fields to come may have deadlines, or not. So many are said to come, and of so
   * many at least it is certain. What was packed elsewhere may have long values.
   */
  begin(hasDeadlines: boolean, said: number, certain: number, wasPacked: boolean): void {
    this.hasDeadlines = hasDeadlines;
    this.valueSizeMax = wasPacked ? Number.POSITIVE_INFINITY : this.limits.hashValueSize;
    this.earliestMs = Number.POSITIVE_INFINITY;
    this.rows.begin(hasDeadlines ? FIELD_PLACE_SIZE : 0);
    this.isTable = said > this.limits.hashEntries;
    if (this.isTable) this.table.create(Math.min(said, certain));
  }

  /** The root of the blocks that it has so far; NONE while it has none. */
  get root(): number {
    return this.isTable ? this.table.root : NONE;
  }

  get count(): number {
    return this.isTable ? this.table.count : this.rows.count;
  }

  /** Adds a field; false when it is there already. */
  add(
    field: Uint8Array,
    fieldStart: number,
    fieldEnd: number,
    value: Uint8Array,
    start: number,
    end: number,
    deadlineMs: number,
  ): boolean {
    if (deadlineMs !== NO_DEADLINE && deadlineMs < this.earliestMs) this.earliestMs = deadlineMs;
    if (!this.isTable && !this.mayPack(fieldEnd - fieldStart, end - start)) this.toTable();
    if (this.isTable) {
      const { table } = this;
      if (table.find(field, fieldStart, fieldEnd)) return false;
      table.add(field, fieldStart, fieldEnd, value, start, end, deadlineMs);
      return true;
    }
    this.field.set(field, fieldStart, fieldEnd);
    this.value.set(value, start, end);
    if (!this.rows.addFirst(this.field, 0)) return false;
    this.rows.add(this.value);
    if (this.hasDeadlines) this.rows.addDouble(deadlineMs === NO_DEADLINE ? 0 : deadlineMs);
    return true;
  }

  /** All fields have come. */
  finish(built: BuiltValue): void {
    const { rows } = this;
    if (this.isTable) {
      built.setRoot(KIND_HASH_TABLE, this.table.root);
      this.table.root = NONE;
    } else {
      rows.finish();
      const kind = this.hasDeadlines ? KIND_HASH_DEADLINES : KIND_HASH_PACKED;
      built.setBytes(kind, rows.bytes, 0, rows.size);
    }
    this.isTable = false;
    built.earliestMs = this.earliestMs;
  }

  /** What has come is not wanted. */
  drop(): void {
    if (this.isTable) this.keyspace.pending.freeRoot(this.table.root, KIND_HASH_TABLE);
    this.isTable = false;
  }

  private mayPack(fieldSize: number, valueSize: number): boolean {
    const { rows, limits, valueSizeMax } = this;
    if (fieldSize > valueSizeMax || valueSize > valueSizeMax) return false;
    if (rows.count >= limits.hashEntries) return false;
    return rows.size + fieldSize + valueSize <= PACKED_SIZE_MAX;
  }

  private toTable(): void {
    const { rows, table, rowField, rowValue } = this;
    const list = this.hasDeadlines ? this.timed : this.plain;
    this.isTable = true;
    table.create(rows.count + 1);
    list.open(rows.bytes, rows.start, rows.size, rows.count);
    for (let row = list.start; row < list.end; row = list.next(row)) {
      rowField.read(list.bytes, list.entryOf(row));
      rowValue.read(list.bytes, list.valueOf(row));
      const { bytes, start, end } = rowField;
      const deadlineMs = this.hasDeadlines ? list.doubleOf(row) : 0;
      const { bytes: value, start: valueStart, end: valueEnd } = rowValue;
      const known = deadlineMs === 0 ? NO_DEADLINE : deadlineMs;
      table.add(bytes, start, end, value, valueStart, valueEnd, known);
    }
  }
}
