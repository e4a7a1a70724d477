// Encodes values that lie in their record: strings, intsets, and packed lists, which become
// listpacks.

import { DOUBLE_LENGTH_MAX, writeDouble } from '../../domain/bytes/float.ts';
import type { HashKey } from '../../domain/bytes/hash.ts';
import { writeBigInteger, writeInteger } from '../../domain/bytes/integer.ts';
import { FIELD_PLACE_SIZE } from '../../domain/keyspace/heap-places.ts';
import {
  KIND_HASH_DEADLINES,
  KIND_HASH_PACKED,
  KIND_LIST_PACKED,
  KIND_SET_INTEGERS,
  KIND_SET_PACKED,
  KIND_SORTED_SET_PACKED,
  type Records,
} from '../../domain/memory/record.ts';
import { IntSet } from '../../domain/structures/intset/int-set.ts';
import { PackedItem } from '../../domain/structures/packed/entry.ts';
import { PackedList } from '../../domain/structures/packed/packed-list.ts';
import {
  FIELDS,
  FIELDS_DEADLINE,
  ITEMS,
  ITEMS_WITH_BACK,
  SCORE_ITEMS,
} from '../../domain/structures/packed/shape.ts';
import { listStart } from '../../domain/values/list-room.ts';
import { earliestOf } from '../../domain/values/packed-hash.ts';
import { ListpackScratch } from './listpack-scratch.ts';
import { NODE_PACKED } from './types.ts';
import type { RdbWriter } from './writer.ts';

/** Redis writes whole scores up to this as integers. */
const INTEGER_SCORE_MAX = 2 ** 62;

export class PackedEncoder {
  private readonly records: Records;
  private readonly writer: RdbWriter;
  private readonly scratch: ListpackScratch;
  private readonly integers = new IntSet();
  private readonly items = new PackedList(ITEMS);
  private readonly listItems = new PackedList(ITEMS_WITH_BACK);
  private readonly fields = new PackedList(FIELDS);
  private readonly timedFields = new PackedList(FIELDS_DEADLINE);
  private readonly scored = new PackedList(SCORE_ITEMS);
  private readonly item = new PackedItem();
  private readonly text = new Uint8Array(DOUBLE_LENGTH_MAX);

  constructor(records: Records, hashKey: HashKey, writer: RdbWriter) {
    this.records = records;
    this.writer = writer;
    this.scratch = new ListpackScratch(hashKey);
  }

  /** Writes the value of a record of this kind. */
  write(ref: number, kind: number): void {
    const { records } = this;
    records.locateValue(ref);
    const { valueBytes, valueStart, valueEnd } = records;
    if (kind === KIND_SET_INTEGERS) return this.writeIntegers(valueBytes, valueStart, valueEnd);
    const list = this.listOf(kind);
    if (list === null) return this.writer.lastString(valueBytes, valueStart, valueEnd);
    const isList = kind === KIND_LIST_PACKED;
    const prefix = kind === KIND_HASH_DEADLINES ? FIELD_PLACE_SIZE : 0;
    const at = isList ? listStart(valueBytes, valueStart) : valueStart + prefix;
    list.openValue(valueBytes, at, valueEnd);
    this.scratch.begin();
    if (isList) {
      this.writer.length(1);
      this.writer.length(NODE_PACKED);
    }
    if (kind === KIND_HASH_DEADLINES) this.writeTimed(list);
    else if (kind === KIND_SORTED_SET_PACKED) this.addScored(list);
    else this.addRows(list);
    this.scratch.writeTo(this.writer);
  }

  /** Writes the members of a packed set one by one, as Redis 7.0 has them. */
  writeMembers(ref: number): void {
    const { records, items, item, writer } = this;
    records.locateValue(ref);
    items.openValue(records.valueBytes, records.valueStart, records.valueEnd);
    writer.length(items.count);
    for (let row = items.start; row < items.end; row = items.next(row)) {
      item.read(items.bytes, items.entryOf(row));
      writer.string(item.bytes, item.start, item.end);
    }
  }

  /** The earliest deadline of a packed hash that has them; infinity without any. */
  earliestMs(ref: number): number {
    const { records, timedFields: list } = this;
    records.locateValue(ref);
    const { valueBytes, valueStart, valueEnd } = records;
    list.openValue(valueBytes, valueStart + FIELD_PLACE_SIZE, valueEnd);
    return earliestOf(list);
  }

  /** Writes the listpack of one item. */
  writeSingle(bytes: Uint8Array, start: number, end: number): void {
    this.scratch.begin();
    this.scratch.add(bytes, start, end);
    this.scratch.writeTo(this.writer);
  }

  /** Writes the listpack of a node of a list. */
  writeNode(list: PackedList): void {
    this.scratch.begin();
    this.addRows(list);
    this.scratch.writeTo(this.writer);
  }

  private listOf(kind: number): PackedList | null {
    if (kind === KIND_HASH_PACKED) return this.fields;
    if (kind === KIND_HASH_DEADLINES) return this.timedFields;
    if (kind === KIND_LIST_PACKED) return this.listItems;
    if (kind === KIND_SET_PACKED) return this.items;
    return kind === KIND_SORTED_SET_PACKED ? this.scored : null;
  }

  private writeIntegers(bytes: Uint8Array, start: number, end: number): void {
    const { integers, writer } = this;
    integers.open(bytes, start, end);
    const value = new Uint8Array(integers.redisSize);
    integers.writeRedis(value, 0);
    writer.string(value, 0, value.length);
  }

  private addRows(list: PackedList): void {
    const { scratch } = this;
    const { bytes, start, end, count, shape } = list;
    if (shape.hasBack) return scratch.addEntries(bytes, start, end, count);
    for (let row = start; row < end; row = list.next(row)) {
      scratch.addEntry(bytes, list.entryOf(row));
      if (shape.entries === 2) scratch.addEntry(bytes, list.valueOf(row));
    }
  }

  private addScored(list: PackedList): void {
    const { scratch, text } = this;
    const { bytes, start, end } = list;
    for (let row = start; row < end; row = list.next(row)) {
      scratch.addEntry(bytes, list.entryOf(row));
      scratch.add(text, 0, writeScore(text, list.doubleOf(row)));
    }
  }

  /** Fields with their deadlines, the earliest first, those without behind: so 7.4 has them. */
  private writeTimed(list: PackedList): void {
    const { scratch, text, writer } = this;
    const { bytes } = list;
    const earliestMs = earliestOf(list);
    if (earliestMs === Number.POSITIVE_INFINITY) return this.addRows(list);
    const rows: number[] = [];
    for (let row = list.start; row < list.end; row = list.next(row)) rows.push(row);
    rows.sort((a, b) => orderOf(list, a) - orderOf(list, b));
    writer.milliseconds(earliestMs);
    for (const row of rows) {
      scratch.addEntry(bytes, list.entryOf(row));
      scratch.addEntry(bytes, list.valueOf(row));
      scratch.add(text, 0, writeInteger(text, 0, list.doubleOf(row)));
    }
  }
}

function orderOf(list: PackedList, row: number): number {
  const deadlineMs = list.doubleOf(row);
  return deadlineMs === 0 ? Number.MAX_SAFE_INTEGER : deadlineMs;
}

/** Writes a score as Redis does in a listpack; returns the size. */
function writeScore(text: Uint8Array, score: number): number {
  if (!Number.isInteger(score) || Math.abs(score) > INTEGER_SCORE_MAX) {
    return writeDouble(text, 0, score);
  }
  if (Number.isSafeInteger(score)) return writeInteger(text, 0, score + 0);
  return writeBigInteger(text, 0, BigInt(score));
}
