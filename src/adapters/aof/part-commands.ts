// Values of many blocks as commands, part by part, wherever the parts are found: the elements of
// hashes, sets and sorted sets, in any order, and the nodes of lists. Some of them share a command.
import { DOUBLE_LENGTH_MAX, writeDouble } from '../../domain/bytes/float.ts';
import type { Keyspace } from '../../domain/keyspace/keyspace.ts';
import { type Arena, NONE } from '../../domain/memory/arena.ts';
import {
  KIND_HASH_TABLE,
  KIND_SET_TABLE,
  KIND_SORTED_SET_TREE,
  kindOf,
  type Records,
} from '../../domain/memory/record.ts';
import { Elements, SET_SIZE_AT, ZSET_SIZE_AT } from '../../domain/structures/elements/elements.ts';
import { PackedItem } from '../../domain/structures/packed/entry.ts';
import { PackedList } from '../../domain/structures/packed/packed-list.ts';
import { ITEMS_WITH_BACK } from '../../domain/structures/packed/shape.ts';
import { Roots } from '../../domain/structures/root.ts';
import { HashElements, NO_DEADLINE } from '../../domain/values/hash-elements.ts';
import { ListNodes } from '../../domain/values/list-nodes.ts';
import { scoreOfElement } from '../../domain/values/sorted-set-tree.ts';
import type { CommandWriter } from './command-writer.ts';

/** Elements that a command has, as in Redis. */
const ELEMENTS_PER_COMMAND = 64;

export class PartCommands {
  private readonly arena: Arena;
  private readonly records: Records;
  private readonly commands: CommandWriter;
  private readonly members: Elements;
  private readonly scored: Elements;
  private readonly fields: HashElements;
  private readonly nodes: ListNodes;
  private readonly node = new PackedList(ITEMS_WITH_BACK);
  private readonly item = new PackedItem();
  private readonly text = new Uint8Array(DOUBLE_LENGTH_MAX);
  /** The entry that is being written, and its kind. */
  private ref = 0;
  private kind = 0;
  private hasDeadlines = false;
  /** The field whose deadline is to be written, or NONE. */
  private timed: number = NONE;
  /** Elements that are still to come, and those for which the present command has room. */
  private leftCount = 0;
  private roomCount = 0;

  constructor({ arena, records, hashKey }: Keyspace, commands: CommandWriter) {
    this.arena = arena;
    this.records = records;
    this.commands = commands;
    this.members = new Elements(arena, hashKey, SET_SIZE_AT);
    this.scored = new Elements(arena, hashKey, ZSET_SIZE_AT);
    this.fields = new HashElements(arena, hashKey);
    this.nodes = new ListNodes(arena, new Roots(arena));
  }

  /** Begins an entry of so many parts. Do its fields have deadlines? */
  begin(ref: number, count: number, hasDeadlines: boolean): void {
    this.ref = ref;
    this.kind = kindOf(this.arena, ref);
    this.hasDeadlines = hasDeadlines;
    this.leftCount = count;
    this.roomCount = 0;
  }

  /** Begins to write a part: goOn() does the rest. */
  write(part: number): void {
    if (this.kind === KIND_SET_TABLE) this.writeMember(part);
    else if (this.kind === KIND_HASH_TABLE) this.writeField(part);
    else if (this.kind === KIND_SORTED_SET_TREE) this.writeScored(part);
    else this.writeNode(part);
  }

  /** Writes some more of a part. Is there more? */
  goOn(): boolean {
    if (this.commands.goOn()) return true;
    if (this.timed !== NONE) this.writeDeadline(this.timed);
    this.timed = NONE;
    return false;
  }

  private writeMember(element: number): void {
    const { members, commands } = this;
    this.makeRoom('SADD', 1, ELEMENTS_PER_COMMAND);
    members.locateKey(element);
    commands.longBytes(members.keyBytes, members.keyStart, members.keyEnd);
  }

  private writeField(element: number): void {
    const { fields, commands } = this;
    const { elements } = fields;
    this.makeRoom('HSET', 2, this.hasDeadlines ? 1 : ELEMENTS_PER_COMMAND);
    elements.locateKey(element);
    commands.bytes(elements.keyBytes, elements.keyStart, elements.keyEnd);
    fields.locateValue(element);
    commands.longBytes(fields.valueBytes, fields.valueStart, fields.valueEnd);
    if (this.hasDeadlines && fields.deadline(element) !== NO_DEADLINE) this.timed = element;
  }

  private writeDeadline(element: number): void {
    const { fields, commands } = this;
    const { elements } = fields;
    this.beginCommand('HPEXPIREAT', 4);
    commands.text(String(fields.deadline(element)));
    commands.text('FIELDS');
    commands.text('1');
    elements.locateKey(element);
    commands.bytes(elements.keyBytes, elements.keyStart, elements.keyEnd);
  }

  private writeScored(element: number): void {
    const { scored, commands, arena, text } = this;
    this.makeRoom('ZADD', 2, ELEMENTS_PER_COMMAND);
    commands.bytes(text, 0, writeDouble(text, 0, scoreOfElement(arena, element)));
    scored.locateKey(element);
    commands.longBytes(scored.keyBytes, scored.keyStart, scored.keyEnd);
  }

  private writeNode(block: number): void {
    const { nodes, node, item, commands } = this;
    if (nodes.isPlain(block)) {
      const bytes = nodes.plainBytes(block);
      this.beginCommand('RPUSH', 1);
      return commands.longBytes(bytes, 0, bytes.length);
    }
    nodes.open(block, node);
    this.beginCommand('RPUSH', node.count);
    for (let row = node.start; row < node.end; ) {
      row = item.readOn(node.bytes, row);
      commands.bytes(item.bytes, item.start, item.end);
    }
  }

  /** Begins a command where the present one has no room for one more element of so many words. */
  private makeRoom(name: string, words: number, elementsMax: number): void {
    if (this.roomCount === 0) {
      this.roomCount = Math.min(this.leftCount, elementsMax);
      this.beginCommand(name, words * this.roomCount);
    }
    this.roomCount--;
    this.leftCount--;
  }

  /** A command of the key, with so many words behind that. */
  private beginCommand(name: string, words: number): void {
    const { commands, records } = this;
    commands.begin(2 + words);
    commands.text(name);
    records.locateKey(this.ref);
    commands.bytes(records.keyBytes, records.keyStart, records.keyEnd);
  }
}
