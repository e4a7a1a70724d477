// A set while its members come, one by one: an intset, packed, or a table, as Redis gives a set
// that it loads one of these forms.
import { Int64 } from '../../bytes/int64.ts';
import type { Keyspace } from '../../keyspace/keyspace.ts';
import { NONE } from '../../memory/arena.ts';
import { KIND_SET_INTEGERS, KIND_SET_PACKED, KIND_SET_TABLE } from '../../memory/record.ts';
import { ElementTable } from '../../structures/elements/element-table.ts';
import { Elements, SET_SIZE_AT } from '../../structures/elements/elements.ts';
import {
  copyRedisIntSet,
  IntSet,
  sizeOfRedisIntSet,
  widthOf,
} from '../../structures/intset/int-set.ts';
import { EncodedItem } from '../../structures/packed/encoded-item.ts';
import { isString, PackedItem } from '../../structures/packed/entry.ts';
import { PackedList } from '../../structures/packed/packed-list.ts';
import { ITEMS } from '../../structures/packed/shape.ts';
import { Roots } from '../../structures/root.ts';
import { type CollectionLimits, PACKED_SIZE_MAX } from '../collection-limits.ts';
import type { BuiltValue } from './built-value.ts';
import { RowBuffer } from './row-buffer.ts';

export class SetBuilder {
  private readonly keyspace: Keyspace;
  private readonly limits: CollectionLimits;
  private readonly rows: RowBuffer;
  private readonly encoded = new EncodedItem();
  private readonly item = new PackedItem();
  private readonly list = new PackedList(ITEMS);
  private readonly integers = new IntSet();
  private readonly roots: Roots;
  private readonly elements: Elements;
  private readonly table: ElementTable;
  private tableRoot = NONE;
  private kind = KIND_SET_INTEGERS;
  private wasPacked = false;
  /** The longest text of all members. */
  private sizeMax = 0;

  constructor(keyspace: Keyspace, limits: CollectionLimits) {
    const { arena, hashKey } = keyspace;
    this.keyspace = keyspace;
    this.limits = limits;
    this.rows = new RowBuffer(hashKey);
    this.roots = new Roots(arena);
    this.elements = new Elements(arena, hashKey, SET_SIZE_AT);
    this.table = new ElementTable(this.elements, this.roots);
  }

  /** Begins anew. So many members are said to come, and of so many at least it is certain. */
  begin(said: number, certain: number): void {
    this.rows.begin(0);
    this.wasPacked = false;
    this.sizeMax = 0;
    this.kind = KIND_SET_INTEGERS;
    if (said > this.limits.setIntegers) this.makeTable(Math.min(said, certain));
  }

  /** Begins a set that was packed elsewhere: then it stays so, however long members are. */
  beginPacked(): void {
    this.rows.begin(0);
    this.wasPacked = true;
    this.kind = KIND_SET_PACKED;
  }

  /** The root of the blocks that it has so far; NONE while it has none. */
  get root(): number {
    return this.kind === KIND_SET_TABLE ? this.tableRoot : NONE;
  }

  get count(): number {
    return this.kind === KIND_SET_TABLE ? this.table.count(this.tableRoot) : this.rows.count;
  }

  /** Adds a member; false when it is there already. */
  add(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.kind === KIND_SET_TABLE) return this.addElement(bytes, start, end);
    const { encoded } = this;
    const size = end - start;
    encoded.set(bytes, start, end);
    if (size > this.sizeMax) this.sizeMax = size;
    if (this.kind === KIND_SET_INTEGERS && isString(encoded.first)) this.kind = KIND_SET_PACKED;
    if (!this.maySmall(size)) {
      this.toTable();
      return this.addElement(bytes, start, end);
    }
    return this.rows.addFirst(encoded, 0);
  }

  /** Builds the set that Redis wrote as an intset in bytes[start, end); false if it is none. */
  buildIntegers(bytes: Uint8Array, start: number, end: number, built: BuiltValue): boolean {
    const { rows, integers, limits } = this;
    const size = sizeOfRedisIntSet(bytes, start, end);
    if (size === 0) return false;
    rows.begin(0);
    rows.reserve(size);
    copyRedisIntSet(bytes, start, size, rows.bytes, 0);
    if (!integers.openChecked(rows.bytes, 0, size) || integers.count === 0) return false;
    if (integers.count <= limits.setIntegers && size <= PACKED_SIZE_MAX) {
      built.setBytes(KIND_SET_INTEGERS, rows.bytes, 0, size);
      return true;
    }
    this.makeTable(integers.count);
    for (let i = 0; i < integers.count; i++) {
      integers.read(i);
      this.addElement(integers.text, 0, integers.textEnd);
    }
    this.finish(built);
    return true;
  }

  /** All members have come. */
  finish(built: BuiltValue): void {
    const { rows, kind } = this;
    if (kind === KIND_SET_TABLE) {
      built.setRoot(kind, this.tableRoot);
      this.tableRoot = NONE;
    } else if (kind === KIND_SET_PACKED) {
      rows.finish();
      built.setBytes(kind, rows.bytes, 0, rows.size);
    } else {
      const value = this.sortedIntegers();
      built.setBytes(kind, value, 0, value.length);
    }
    this.kind = KIND_SET_INTEGERS;
  }

  /** What has come is not wanted. */
  drop(): void {
    if (this.kind === KIND_SET_TABLE) this.keyspace.pending.freeRoot(this.tableRoot, this.kind);
    this.kind = KIND_SET_INTEGERS;
  }

  /** May another member, of this size, keep the set in its small form? */
  private maySmall(size: number): boolean {
    const { rows, limits, wasPacked } = this;
    if (rows.size + size > PACKED_SIZE_MAX) return false;
    if (this.kind === KIND_SET_INTEGERS) return rows.count < limits.setIntegers;
    if (rows.count >= limits.setEntries) return false;
    return wasPacked || this.sizeMax <= limits.setValueSize;
  }

  private addElement(bytes: Uint8Array, start: number, end: number): boolean {
    const { table, elements, tableRoot: root } = this;
    const hash = elements.hash(bytes, start, end);
    if (table.find(root, hash, bytes, start, end) !== NONE) return false;
    table.add(root, hash, elements.make(bytes, start, end, 0, 0));
    return true;
  }

  private makeTable(count: number): void {
    this.tableRoot = this.roots.make();
    this.table.make(this.tableRoot, count);
    this.kind = KIND_SET_TABLE;
  }

  private toTable(): void {
    const { rows, list, item } = this;
    this.makeTable(rows.count + 1);
    list.open(rows.bytes, rows.start, rows.size, rows.count);
    for (let row = list.start; row < list.end; row = list.next(row)) {
      item.read(list.bytes, row);
      this.addElement(item.bytes, item.start, item.end);
    }
  }

  /** The value of an intset of the integers that have come. */
  private sortedIntegers(): Uint8Array {
    const { rows, list, item } = this;
    const numbers = new BigInt64Array(rows.count);
    const words = new Int32Array(numbers.buffer);
    const int64 = new Int64();
    let width = 2;
    let at = 0;
    list.open(rows.bytes, rows.start, rows.size, rows.count);
    for (let row = list.start; row < list.end; row = list.next(row)) {
      item.read(list.bytes, row);
      int64.parse(item.bytes, item.start, item.end);
      width = Math.max(width, widthOf(int64));
      words[at++] = int64.low;
      words[at++] = int64.high;
    }
    numbers.sort();
    const value = new Uint8Array(1 + width * rows.count);
    const sorted = new Uint8Array(numbers.buffer);
    value[0] = width;
    for (let i = 0, to = 1; i < rows.count; i++) {
      for (let byte = 0; byte < width; byte++) value[to++] = sorted[8 * i + byte];
    }
    return value;
  }
}
