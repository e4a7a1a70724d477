// Encodes values, one after the other, in the form that Redis 7.0 or 7.2 gives them (7.4, where
// fields have deadlines). Large ones are written in steps, an element or a node at a time, so that
// others can have their turns; the value must not change in between.
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
import { Elements, SET_SIZE_AT } from '../../domain/structures/elements/elements.ts';
import { PackedItem } from '../../domain/structures/packed/entry.ts';
import { PackedList } from '../../domain/structures/packed/packed-list.ts';
import { ITEMS_WITH_BACK } from '../../domain/structures/packed/shape.ts';
import { Roots } from '../../domain/structures/root.ts';
import { TreeCursor } from '../../domain/structures/tree/cursor.ts';
import type { CollectionLimits } from '../../domain/values/collection-limits.ts';
import { HashElements, NO_DEADLINE } from '../../domain/values/hash-elements.ts';
import { HashTable } from '../../domain/values/hash-table.ts';
import { LIST_TREE } from '../../domain/values/list-kind.ts';
import { ListNodes } from '../../domain/values/list-nodes.ts';
import { SortedSetTree } from '../../domain/values/sorted-set-tree.ts';
import { PackedEncoder } from './encode-packed.ts';
import { StreamEncoder } from './encode-stream.ts';
import type { ByteSink } from './sink.ts';
import {
  NODE_PACKED,
  NODE_PLAIN,
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

/** Redis keeps no longer item in a listpack, unless DEBUG tells it so. */
const PLAIN_SIZE_MIN = 2 ** 30;

export class ValueEncoder {
  readonly writer: RdbWriter;
  private readonly records: Records;
  /** Are sets packed, and is it told when consumers were active? 7.0 knows neither. */
  private readonly isOf72: boolean;
  private readonly limits: CollectionLimits;
  private readonly packed: PackedEncoder;
  private readonly members: Elements;
  private readonly memberCursor: ElementCursor;
  private readonly memberTable: ElementTable;
  private readonly field = new PackedItem();
  private readonly value = new PackedItem();
  private readonly hash: HashTable;
  private readonly sorted: SortedSetTree;
  private readonly stream: StreamEncoder;
  private readonly nodes: ListNodes;
  private readonly nodeCursor: TreeCursor;
  private readonly node = new PackedList(ITEMS_WITH_BACK);
  /** The value that is being written; the earliest deadline of a hash. */
  private kind = 0;
  private earliestMs = Number.POSITIVE_INFINITY;
  /** Is there an element that was not written yet? */
  private hasMore = false;

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
    this.records = records;
    this.limits = limits;
    this.writer = new RdbWriter(sink);
    this.packed = new PackedEncoder(records, hashKey, this.writer);
    this.members = new Elements(arena, hashKey, SET_SIZE_AT);
    this.memberTable = new ElementTable(this.members, roots);
    this.memberCursor = new ElementCursor(this.memberTable);
    this.hash = new HashTable(new HashElements(arena, hashKey), this.field, this.value);
    this.sorted = new SortedSetTree(arena, hashKey);
    this.stream = new StreamEncoder(arena, hashKey, this.writer, this.isOf72);
    this.nodes = new ListNodes(arena, roots);
    this.nodeCursor = new TreeCursor(arena, LIST_TREE, null);
  }

  /** The type as which the value of a record is written. */
  typeOf(ref: number): number {
    const kind = kindOf(this.records.arena, ref);
    if (kind === KIND_HASH_PACKED) return TYPE_HASH_LISTPACK;
    if (kind === KIND_HASH_DEADLINES) {
      return Number.isFinite(this.packed.earliestMs(ref))
        ? TYPE_HASH_LISTPACK_EX
        : TYPE_HASH_LISTPACK;
    }
    if (kind === KIND_HASH_TABLE) {
      this.hash.open(this.records.valueBlock(ref));
      return Number.isFinite(this.hash.earliestMs) ? TYPE_HASH_METADATA : TYPE_HASH;
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
    const { records, writer } = this;
    this.kind = kindOf(records.arena, ref);
    if (this.kind === KIND_SET_TABLE) {
      const root = records.valueBlock(ref);
      writer.length(this.memberTable.count(root));
      this.hasMore = this.memberCursor.first(root);
    } else if (this.kind === KIND_HASH_TABLE) {
      this.beginHash(records.valueBlock(ref));
    } else if (this.kind === KIND_SORTED_SET_TREE) {
      this.sorted.root = records.valueBlock(ref);
      writer.length(this.sorted.count);
      // The highest scores first, as in Redis, which loads them faster so.
      this.sorted.cursor.seekEnd(this.sorted.root);
      this.hasMore = this.sorted.cursor.previous();
    } else if (this.kind === KIND_LIST_CHAIN) {
      this.beginList(records.valueBlock(ref));
    } else if (this.kind === KIND_STREAM) {
      this.stream.begin(records.valueBlock(ref));
      this.hasMore = true;
    } else {
      if (this.kind === KIND_SET_PACKED && !this.isOf72) this.packed.writeMembers(ref);
      else this.packed.write(ref, this.kind);
      this.hasMore = false;
    }
  }

  /** Writes so many elements at most. Are there more? */
  step(elementsMax: number): boolean {
    for (let i = 0; i < elementsMax && this.hasMore; i++) {
      if (this.kind === KIND_SET_TABLE) this.writeMember();
      else if (this.kind === KIND_HASH_TABLE) this.writeField();
      else if (this.kind === KIND_SORTED_SET_TREE) this.writeScored();
      else if (this.kind === KIND_STREAM) this.hasMore = this.stream.step();
      else this.writeNode();
    }
    return this.hasMore;
  }

  private beginHash(root: number): void {
    const { hash, writer } = this;
    hash.open(root);
    this.earliestMs = hash.earliestMs;
    if (Number.isFinite(this.earliestMs)) writer.milliseconds(this.earliestMs);
    writer.length(hash.count);
    this.hasMore = hash.first();
  }

  private beginList(root: number): void {
    const { nodeCursor } = this;
    let count = 0;
    for (let more = nodeCursor.seekRank(root, 0); more; more = nodeCursor.next()) count++;
    this.writer.length(count);
    this.hasMore = nodeCursor.seekRank(root, 0);
  }

  private writeMember(): void {
    const { members, memberCursor } = this;
    members.locateKey(memberCursor.element);
    this.writer.string(members.keyBytes, members.keyStart, members.keyEnd);
    this.hasMore = memberCursor.next();
  }

  private writeField(): void {
    const { hash, field, value, writer } = this;
    if (Number.isFinite(this.earliestMs)) {
      const { deadlineMs } = hash;
      // 0 says that there is none, so others begin with 1.
      writer.length(deadlineMs === NO_DEADLINE ? 0 : deadlineMs - this.earliestMs + 1);
    }
    writer.string(field.bytes, field.start, field.end);
    writer.string(value.bytes, value.start, value.end);
    this.hasMore = hash.next();
  }

  private writeScored(): void {
    const { sorted, field, writer } = this;
    sorted.readElement(sorted.cursor.value(0), field);
    writer.string(field.bytes, field.start, field.end);
    writer.binaryDouble(sorted.score);
    this.hasMore = sorted.cursor.previous();
  }

  private writeNode(): void {
    const { nodes, nodeCursor, node, writer, packed, limits } = this;
    const block = nodeCursor.value(0);
    if (!nodes.isPlain(block)) {
      nodes.open(block, node);
      writer.length(NODE_PACKED);
      packed.writeNode(node);
    } else {
      const bytes = nodes.plainBytes(block);
      const plainMin = limits.listPlainSize > 0 ? limits.listPlainSize : PLAIN_SIZE_MIN;
      const isPlain = bytes.length >= plainMin;
      writer.length(isPlain ? NODE_PLAIN : NODE_PACKED);
      if (isPlain) writer.string(bytes, 0, bytes.length);
      else packed.writeSingle(bytes, 0, bytes.length);
    }
    this.hasMore = nodeCursor.next();
  }
}
