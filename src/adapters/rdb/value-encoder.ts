// Encodes values, one after the other, in the form that Redis 7.0 or 7.2 gives them (7.4, where
// fields have deadlines). Large ones are written in steps, an element or a node at a time, so that
// others can have their turns; the value must not change in between. Or who knows the parts gives
// them, one by one.
//
// It reads records and blocks of the arena, and nothing else.
import type { HashKey } from '../../domain/bytes/hash.ts';
import {
  KIND_HASH_DEADLINES,
  KIND_HASH_PACKED,
  KIND_HASH_TABLE,
  KIND_LIST_CHAIN,
  KIND_LIST_PACKED,
  KIND_SET_INTEGERS,
  KIND_SET_PACKED,
  KIND_SET_TABLE,
  KIND_SORTED_SET_PACKED,
  KIND_SORTED_SET_TREE,
  KIND_STREAM,
  kindOf,
  type Records,
} from '../../domain/memory/record.ts';
import { ElementCursor } from '../../domain/structures/elements/element-cursor.ts';
import { ElementTable } from '../../domain/structures/elements/element-table.ts';
import { Elements, HASH_SIZE_AT, SET_SIZE_AT } from '../../domain/structures/elements/elements.ts';
import { Roots } from '../../domain/structures/root.ts';
import { TreeCursor } from '../../domain/structures/tree/cursor.ts';
import type { CollectionLimits } from '../../domain/values/collection-limits.ts';
import { FieldTree } from '../../domain/values/field-tree.ts';
import { LIST_TREE } from '../../domain/values/list-kind.ts';
import { SortedSetTree } from '../../domain/values/sorted-set-tree.ts';
import { PackedEncoder } from './encode-packed.ts';
import { PartEncoder } from './encode-parts.ts';
import { StreamEncoder } from './encode-stream.ts';
import type { ByteSink } from './sink.ts';
import {
  TYPE_HASH,
  TYPE_HASH_LISTPACK,
  TYPE_HASH_LISTPACK_EX,
  TYPE_HASH_METADATA,
  TYPE_LIST_QUICKLIST_2,
  TYPE_SET,
  TYPE_SET_INTSET,
  TYPE_SET_LISTPACK,
  TYPE_STREAM_2,
  TYPE_STREAM_3,
  TYPE_STRING,
  TYPE_ZSET_2,
  TYPE_ZSET_LISTPACK,
  VERSION_7_2,
} from './types.ts';
import { RdbWriter } from './writer.ts';

/** The earliest deadline of a value whose elements have none. */
const NEVER = Number.POSITIVE_INFINITY;

/** What next() goes on with. */
const NOTHING = 0;
const TABLE = 1;
const SCORES = 2;
const NODES = 3;
const STREAM = 4;

export class ValueEncoder {
  readonly writer: RdbWriter;
  private readonly records: Records;
  /** Are sets packed, and is it told when consumers were active? 7.0 knows neither. */
  private readonly isOf72: boolean;
  private readonly packed: PackedEncoder;
  private readonly parts: PartEncoder;
  private readonly members: ElementCursor;
  private readonly fields: ElementCursor;
  private readonly anyTable: ElementTable;
  private readonly fieldTree: FieldTree;
  private readonly sorted: SortedSetTree;
  private readonly stream: StreamEncoder;
  private readonly nodes: TreeCursor;
  /** The table that is being walked over. */
  private elements: ElementCursor;
  /** What is being walked over, as long as there is more of it. */
  private walk = NOTHING;

  /** `version`: VERSION_7_0 or VERSION_7_2. */
  constructor(
    records: Records,
    hashKey: HashKey,
    limits: CollectionLimits,
    sink: ByteSink,
    version: number,
  ) {
    const { arena } = records;
    this.isOf72 = version >= VERSION_7_2;
    const roots = new Roots(arena);
    const cursorOf = (layout: number): ElementCursor =>
      new ElementCursor(new ElementTable(new Elements(arena, hashKey, layout), roots));
    this.records = records;
    this.writer = new RdbWriter(sink);
    this.packed = new PackedEncoder(records, hashKey, this.writer);
    this.parts = new PartEncoder(arena, hashKey, limits, this.writer, this.packed);
    this.members = cursorOf(SET_SIZE_AT);
    this.fields = cursorOf(HASH_SIZE_AT);
    this.elements = this.members;
    this.anyTable = new ElementTable(new Elements(arena, hashKey, SET_SIZE_AT), roots);
    this.fieldTree = new FieldTree(arena, roots);
    this.sorted = new SortedSetTree(arena, hashKey);
    this.stream = new StreamEncoder(arena, hashKey, this.writer, this.isOf72);
    this.nodes = new TreeCursor(arena, LIST_TREE, null);
  }

  /** The type as which the value of a record is written. */
  typeOf(ref: number): number {
    const { records } = this;
    const isTable = kindOf(records.arena, ref) === KIND_HASH_TABLE;
    return this.typeAt(ref, isTable ? this.fieldTree.earliestMs(records.valueBlock(ref)) : NEVER);
  }

  /** The same, when a large hash had this earliest deadline of its fields. */
  typeAt(ref: number, earliestMs: number): number {
    const kind = kindOf(this.records.arena, ref);
    if (kind === KIND_HASH_PACKED) return TYPE_HASH_LISTPACK;
    if (kind === KIND_HASH_DEADLINES) {
      return Number.isFinite(this.packed.earliestMs(ref))
        ? TYPE_HASH_LISTPACK_EX
        : TYPE_HASH_LISTPACK;
    }
    if (kind === KIND_HASH_TABLE) {
      return Number.isFinite(earliestMs) ? TYPE_HASH_METADATA : TYPE_HASH;
    }
    if (kind === KIND_LIST_PACKED || kind === KIND_LIST_CHAIN) return TYPE_LIST_QUICKLIST_2;
    if (kind === KIND_SET_INTEGERS) return TYPE_SET_INTSET;
    if (kind === KIND_SET_PACKED) return this.isOf72 ? TYPE_SET_LISTPACK : TYPE_SET;
    if (kind === KIND_SET_TABLE) return TYPE_SET;
    if (kind === KIND_SORTED_SET_PACKED) return TYPE_ZSET_LISTPACK;
    if (kind === KIND_SORTED_SET_TREE) return TYPE_ZSET_2;
    if (kind === KIND_STREAM) return this.isOf72 ? TYPE_STREAM_3 : TYPE_STREAM_2;
    return TYPE_STRING;
  }

  /** Begins to write the value of a record. */
  begin(ref: number): void {
    const { records, sorted, anyTable, nodes } = this;
    const kind = kindOf(records.arena, ref);
    if (kind === KIND_SET_TABLE) {
      const root = records.valueBlock(ref);
      this.beginParts(ref, anyTable.count(root), NEVER);
      this.elements = this.members;
      this.walk = this.elements.first(root) ? TABLE : NOTHING;
    } else if (kind === KIND_HASH_TABLE) {
      const root = records.valueBlock(ref);
      this.beginParts(ref, anyTable.count(root), this.fieldTree.earliestMs(root));
      this.elements = this.fields;
      this.walk = this.elements.first(root) ? TABLE : NOTHING;
    } else if (kind === KIND_SORTED_SET_TREE) {
      sorted.root = records.valueBlock(ref);
      this.beginParts(ref, sorted.count, NEVER);
      // The highest scores first, as in Redis, which loads them faster so.
      sorted.cursor.seekEnd(sorted.root);
      this.walk = sorted.cursor.previous() ? SCORES : NOTHING;
    } else if (kind === KIND_LIST_CHAIN) {
      const root = records.valueBlock(ref);
      let count = 0;
      for (let more = nodes.seekStart(root); more; more = nodes.next()) count++;
      this.beginParts(ref, count, NEVER);
      this.walk = nodes.seekStart(root) ? NODES : NOTHING;
    } else if (kind === KIND_STREAM) {
      this.stream.begin(records.valueBlock(ref));
      this.walk = STREAM;
    } else {
      if (kind === KIND_SET_PACKED && !this.isOf72) this.packed.writeMembers(ref);
      else this.packed.write(ref, kind);
      this.walk = NOTHING;
    }
  }

  /**
   * Begins to write the value of a record, of many blocks but no stream, of which so many parts are
   * given by part(); `earliestMs` is the earliest deadline of a hash's fields, or infinity.
   */
  beginParts(ref: number, count: number, earliestMs: number): void {
    this.parts.begin(kindOf(this.records.arena, ref), count, earliestMs);
    this.walk = NOTHING;
  }

  /** Writes an element of a table, or a node of a list. */
  part(ref: number): void {
    this.parts.write(ref);
  }

  /** Writes so many elements at most, or a piece of a long string. Are there more? */
  step(elementsMax: number): boolean {
    if (this.writer.isBehind) return this.writer.goOn() || this.walk !== NOTHING;
    const { writer } = this;
    for (let i = 0; i < elementsMax && this.walk !== NOTHING && !writer.isBehind; i++) {
      if (!this.writeNext()) this.walk = NOTHING;
    }
    return this.walk !== NOTHING || writer.isBehind;
  }

  /** Writes what the walk is at. Is there more? */
  private writeNext(): boolean {
    const { elements, sorted, nodes } = this;
    if (this.walk === TABLE) {
      this.parts.write(elements.element);
      return elements.next();
    }
    if (this.walk === SCORES) {
      this.parts.write(sorted.cursor.value(0));
      return sorted.cursor.previous();
    }
    if (this.walk === NODES) {
      this.parts.write(nodes.value(0));
      return nodes.next();
    }
    return this.stream.step();
  }
}
