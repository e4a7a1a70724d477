// Encodes values of many blocks part by part, wherever the parts are found: the elements of hashes,
// sets and sorted sets, in any order, and the nodes of lists.
import type { HashKey } from '../../domain/bytes/hash.ts';
import type { Arena } from '../../domain/memory/arena.ts';
import {
  KIND_HASH_TABLE,
  KIND_SET_TABLE,
  KIND_SORTED_SET_TREE,
} from '../../domain/memory/record.ts';
import { Elements, SET_SIZE_AT, ZSET_SIZE_AT } from '../../domain/structures/elements/elements.ts';
import { PackedList } from '../../domain/structures/packed/packed-list.ts';
import { ITEMS_WITH_BACK } from '../../domain/structures/packed/shape.ts';
import { Roots } from '../../domain/structures/root.ts';
import type { CollectionLimits } from '../../domain/values/collection-limits.ts';
import { HashElements, NO_DEADLINE } from '../../domain/values/hash-elements.ts';
import { ListNodes } from '../../domain/values/list-nodes.ts';
import { scoreOfElement } from '../../domain/values/sorted-set-tree.ts';
import type { PackedEncoder } from './encode-packed.ts';
import { NODE_PACKED, NODE_PLAIN } from './types.ts';
import type { RdbWriter } from './writer.ts';

/** Redis keeps no longer item in a listpack, unless DEBUG tells it so. */
const PLAIN_SIZE_MIN = 2 ** 30;

export class PartEncoder {
  private readonly arena: Arena;
  private readonly limits: CollectionLimits;
  private readonly writer: RdbWriter;
  private readonly packed: PackedEncoder;
  private readonly members: Elements;
  private readonly scored: Elements;
  private readonly fields: HashElements;
  private readonly nodes: ListNodes;
  private readonly node = new PackedList(ITEMS_WITH_BACK);
  /** Of the value that is being written; the earliest deadline of a hash's fields, or infinity. */
  private kind = 0;
  private earliestMs = Number.POSITIVE_INFINITY;

  constructor(
    arena: Arena,
    hashKey: HashKey,
    limits: CollectionLimits,
    writer: RdbWriter,
    packed: PackedEncoder,
  ) {
    this.arena = arena;
    this.limits = limits;
    this.writer = writer;
    this.packed = packed;
    this.members = new Elements(arena, hashKey, SET_SIZE_AT);
    this.scored = new Elements(arena, hashKey, ZSET_SIZE_AT);
    this.fields = new HashElements(arena, hashKey);
    this.nodes = new ListNodes(arena, new Roots(arena));
  }

  /** Begins a value of this kind, of which so many parts follow. */
  begin(kind: number, count: number, earliestMs: number): void {
    this.kind = kind;
    this.earliestMs = earliestMs;
    if (Number.isFinite(earliestMs)) this.writer.milliseconds(earliestMs);
    this.writer.length(count);
  }

  write(part: number): void {
    if (this.kind === KIND_SET_TABLE) this.writeMember(part);
    else if (this.kind === KIND_HASH_TABLE) this.writeField(part);
    else if (this.kind === KIND_SORTED_SET_TREE) this.writeScored(part);
    else this.writeNode(part);
  }

  private writeMember(element: number): void {
    const { members, writer } = this;
    members.locateKey(element);
    writer.lastString(members.keyBytes, members.keyStart, members.keyEnd);
  }

  private writeField(element: number): void {
    const { fields, writer } = this;
    const { elements } = fields;
    if (Number.isFinite(this.earliestMs)) {
      const deadlineMs = fields.deadline(element);
      // 0 says that there is none, so others begin with 1.
      writer.length(deadlineMs === NO_DEADLINE ? 0 : deadlineMs - this.earliestMs + 1);
    }
    elements.locateKey(element);
    writer.string(elements.keyBytes, elements.keyStart, elements.keyEnd);
    fields.locateValue(element);
    writer.lastString(fields.valueBytes, fields.valueStart, fields.valueEnd);
  }

  private writeScored(element: number): void {
    const { scored, writer, arena } = this;
    scored.locateKey(element);
    writer.string(scored.keyBytes, scored.keyStart, scored.keyEnd);
    writer.binaryDouble(scoreOfElement(arena, element));
  }

  private writeNode(block: number): void {
    const { nodes, node, writer, packed, limits } = this;
    if (!nodes.isPlain(block)) {
      nodes.open(block, node);
      writer.length(NODE_PACKED);
      packed.writeNode(node);
      return;
    }
    const bytes = nodes.plainBytes(block);
    const plainMin = limits.listPlainSize > 0 ? limits.listPlainSize : PLAIN_SIZE_MIN;
    // What is given away a piece at a time is not made a listpack first; Redis reads either.
    const isPlain = bytes.length >= plainMin || writer.isLong(bytes.length);
    writer.length(isPlain ? NODE_PLAIN : NODE_PACKED);
    if (isPlain) writer.lastString(bytes, 0, bytes.length);
    else packed.writeSingle(bytes, 0, bytes.length);
  }
}
