// Reads a whole keyspace as it was, in small steps, while everything changes: as a snapshot will.
//
// Walks over the dicts, and over the tables of hashes, sets and sorted sets, meet what is there by
// then; what leaves before it was met is handed over. Lists and streams are read from their
// roots of then. What is handed over waits, and is read later: until then it must stay as it is.
import assert from 'node:assert/strict';
import type { Database } from '../../src/domain/keyspace/database.ts';
import { FIELD_PLACE_SIZE } from '../../src/domain/keyspace/heap-places.ts';
import type { Keyspace } from '../../src/domain/keyspace/keyspace.ts';
import { DICT_DEPTH_MAX } from '../../src/domain/limits.ts';
import { isLarge, SLAB_MASK, SLAB_SHIFT } from '../../src/domain/memory/arena.ts';
import {
  heapPlaceOf,
  KIND_HASH_DEADLINES,
  KIND_HASH_TABLE,
  KIND_LIST_CHAIN,
  KIND_SET_TABLE,
  KIND_SORTED_SET_TREE,
  KIND_STREAM,
  kindOf,
} from '../../src/domain/memory/record.ts';
import { DictWalk } from '../../src/domain/structures/dict-walk.ts';
import { ElementTable } from '../../src/domain/structures/elements/element-table.ts';
import {
  Elements,
  SET_SIZE_AT,
  ZSET_SIZE_AT,
} from '../../src/domain/structures/elements/elements.ts';
import type { PackedList } from '../../src/domain/structures/packed/packed-list.ts';
import { PackedList as List } from '../../src/domain/structures/packed/packed-list.ts';
import { ITEMS_WITH_BACK } from '../../src/domain/structures/packed/shape.ts';
import { Roots } from '../../src/domain/structures/root.ts';
import { NODE_COLUMNS } from '../../src/domain/structures/tree/shape.ts';
import { HashElements } from '../../src/domain/values/hash-elements.ts';
import { LIST_TREE } from '../../src/domain/values/list-kind.ts';
import { ListNodes } from '../../src/domain/values/list-nodes.ts';
import { Past } from './past.ts';
import { StreamPast, treeRows, wordsAt } from './past-streams.ts';

const WALK_SLOTS = 4;

/** An entry that waits to be read. */
interface Entry {
  index: number;
  ref: number;
  deadlineMs: number;
}

/** A dict or table that is being walked over. */
class Walk {
  readonly met = new Set<number>();
  readonly waiting: number[] = [];
  readonly walk = new DictWalk();
}

export class PastWalk extends Past {
  /** What was read, by database and key. */
  readonly found = new Map<string, string>();
  private readonly keyspace: Keyspace;
  private readonly reader: ContentReader;
  private readonly dicts = new Map<object, { database: Database; index: number; walk: Walk }>();
  private readonly tables = new Map<number, { walk: Walk; count: number }>();
  private readonly entries: Entry[] = [];
  private reading: Generator<void> | null = null;

  constructor(keyspace: Keyspace) {
    super(keyspace.arena);
    this.keyspace = keyspace;
    this.reader = new ContentReader(keyspace);
    for (const database of keyspace.databases) {
      this.dicts.set(database.dict, { database, index: database.index, walk: new Walk() });
    }
  }

  /** Everything that there is now, as it will be found. */
  contents(): Map<string, string> {
    const all = new Map<string, string>();
    for (const { database, index } of this.dicts.values()) {
      database.dict.forEach({
        visit: (ref) => {
          const parts: string[] = [];
          const { reader } = this;
          const kind = kindOf(this.keyspace.arena, ref);
          const root = this.keyspace.records.valueBlock(ref);
          if (kind === KIND_LIST_CHAIN) {
            for (const _ of reader.listItems(root, parts, () => {}));
          } else if (kind === KIND_STREAM) {
            for (const _ of reader.streams.read(root, parts, () => {}));
          } else if (reader.tables[kind] !== undefined) {
            const table = reader.tables[kind];
            table.forEach(root, { visit: (element) => parts.push(reader.element(kind, element)) });
            parts.push(`count ${table.count(root)}`);
          } else parts.push(reader.packed(ref));
          const deadlineMs = this.keyspace.deadline(database, ref);
          all.set(`${index} ${reader.key(ref)}`, describe(kind, deadlineMs, parts));
        },
      });
    }
    return all;
  }

  override comes(root: number): void {
    if (!this.isFresh(root)) this.tableOf(root);
  }

  override leaves(root: number, element: number): void {
    if (!this.isFresh(root)) this.meet(this.tableOf(root).walk, element);
  }

  override entryLeaves(dict: object, ref: number): void {
    const place = this.dicts.get(dict);
    assert.ok(place);
    this.meetEntry(place.database, place.index, place.walk, ref);
  }

  override flushes(dict: object): void {
    const place = this.dicts.get(dict);
    assert.ok(place);
    place.database.dict.forEach({ visit: (ref) => this.entryLeaves(dict, ref) });
  }

  override cancel(): void {
    super.cancel();
    this.reading = null;
  }

  /** Goes on a little. Is everything read? */
  step(choice: number): boolean {
    const open = [...this.dicts.values()].filter(({ walk }) => !walk.walk.isDone);
    if (open.length > 0 && choice % 4 === 0) {
      const { database, index, walk } = open[choice % open.length];
      const visit = (ref: number): void => this.meetEntry(database, index, walk, ref);
      walk.walk.step(database.dict, WALK_SLOTS, { visit });
      return false;
    }
    if (this.reading === null) {
      const entry = this.entries.shift();
      if (entry === undefined) return open.length === 0;
      this.reading = this.readEntry(entry);
    }
    if (this.reading.next().done === true) this.reading = null;
    return false;
  }

  private meetEntry(database: Database, index: number, walk: Walk, ref: number): void {
    if (!this.meet(walk, ref)) return;
    walk.waiting.pop();
    const place = heapPlaceOf(this.keyspace.arena, ref);
    const deadlineMs = place === 0 ? -1 : database.heap.deadlineAt(place);
    this.entries.push({ index, ref, deadlineMs });
  }

  /** Lets a block wait to be read that is met for the first time. Was it? */
  private meet(walk: Walk, ref: number): boolean {
    if (this.isFresh(ref) || walk.met.has(ref)) return false;
    walk.met.add(ref);
    walk.waiting.push(ref);
    return true;
  }

  /** What is known of a table: its count is noted when it is first spoken of. */
  private tableOf(root: number): { walk: Walk; count: number } {
    let table = this.tables.get(root);
    if (table === undefined) {
      table = { walk: new Walk(), count: this.reader.anyTable.count(root) };
      this.tables.set(root, table);
    }
    return table;
  }

  private *readEntry({ index, ref, deadlineMs }: Entry): Generator<void> {
    yield;
    const { reader, keyspace } = this;
    const kind = kindOf(keyspace.arena, ref);
    const parts: string[] = [];
    const root = keyspace.records.valueBlock(ref);
    if (kind === KIND_LIST_CHAIN) {
      yield* reader.listItems(root, parts, (node) => this.pass(node));
      this.pass(root);
    } else if (kind === KIND_STREAM) {
      yield* reader.streams.read(root, parts, (ref) => this.pass(ref));
      this.pass(root);
    } else if (reader.tables[kind] !== undefined) {
      yield* this.readTable(kind, root, parts);
      this.pass(root);
    } else parts.push(reader.packed(ref));
    const key = `${index} ${reader.key(ref)}`;
    assert.ok(!this.found.has(key), `${key} is found twice`);
    this.found.set(key, describe(kind, deadlineMs, parts));
    this.pass(ref);
  }

  private *readTable(kind: number, root: number, parts: string[]): Generator<void> {
    const { walk, count } = this.tableOf(root);
    const table = this.reader.tables[kind] as ElementTable;
    const segments = segmentsOf(table, root);
    const visit = (element: number): void => void this.meet(walk, element);
    while (!walk.walk.isDone || walk.waiting.length > 0) {
      yield;
      if (!walk.walk.isDone) walk.walk.step(segments, WALK_SLOTS, { visit });
      yield;
      for (let i = 0; i < WALK_SLOTS; i++) {
        const element = walk.waiting.shift();
        if (element === undefined) break;
        parts.push(this.reader.element(kind, element));
        this.pass(element);
      }
    }
    parts.push(`count ${count}`);
  }
}

/** Says what blocks hold, of which nobody knows any more but who was handed them. */
class ContentReader {
  readonly tables: (ElementTable | undefined)[] = [];
  readonly anyTable: ElementTable;
  readonly streams: StreamPast;
  private readonly keyspace: Keyspace;
  private readonly hashes: HashElements;
  private readonly nodes: ListNodes;
  private readonly list: PackedList = new List(ITEMS_WITH_BACK);

  constructor(keyspace: Keyspace) {
    this.keyspace = keyspace;
    const { arena, hashKey } = keyspace;
    const roots = new Roots(arena);
    const tableOf = (sizeAt: number) =>
      new ElementTable(new Elements(arena, hashKey, sizeAt), roots);
    this.hashes = new HashElements(arena, hashKey);
    this.anyTable = this.hashes.table;
    this.tables[KIND_HASH_TABLE] = this.hashes.table;
    this.tables[KIND_SET_TABLE] = tableOf(SET_SIZE_AT);
    this.tables[KIND_SORTED_SET_TREE] = tableOf(ZSET_SIZE_AT);
    this.nodes = new ListNodes(arena, roots);
    this.streams = new StreamPast(arena, hashKey);
  }

  key(ref: number): string {
    const { records } = this.keyspace;
    records.locateKey(ref);
    return text(records.keyBytes, records.keyStart, records.keyEnd);
  }

  packed(ref: number): string {
    const { records, arena } = this.keyspace;
    const skipped = kindOf(arena, ref) === KIND_HASH_DEADLINES ? FIELD_PLACE_SIZE : 0;
    records.locateValue(ref);
    return text(records.valueBytes, records.valueStart + skipped, records.valueEnd);
  }

  element(kind: number, element: number): string {
    const { arena } = this.keyspace;
    const { elements } = this.tables[kind] as ElementTable;
    elements.locateKey(element);
    const key = text(elements.keyBytes, elements.keyStart, elements.keyEnd);
    if (kind === KIND_SET_TABLE) return key;
    if (kind === KIND_SORTED_SET_TREE) {
      const at = (element & SLAB_MASK) << 4;
      return `${key}: ${text(arena.bytes[element >>> SLAB_SHIFT], at, at + ZSET_SIZE_AT)}`;
    }
    const { hashes } = this;
    hashes.locateValue(element);
    const value = text(hashes.valueBytes, hashes.valueStart, hashes.valueEnd);
    return `${key}: ${value} ${hashes.deadline(element)}`;
  }

  /** Reads the nodes that are found from a root, pausing before each. */
  *listItems(root: number, parts: string[], pass: (node: number) => void): Generator<void> {
    const { arena } = this.keyspace;
    const column = NODE_COLUMNS + LIST_TREE.keyWords * LIST_TREE.leafRowsMax;
    const self = this;
    yield* treeRows(arena, LIST_TREE, root, pass, function* (leaf, row) {
      const node = wordsAt(arena, leaf)[column + row];
      yield;
      parts.push(self.node(node));
      pass(node);
    });
  }

  private node(node: number): string {
    const { nodes, list } = this;
    if (isLarge(node)) {
      const bytes = nodes.plainBytes(node);
      return `plain ${text(bytes, 0, bytes.length)}`;
    }
    nodes.open(node, list);
    return `${list.count} ${text(list.bytes, list.start, list.end)}`;
  }
}

/** The elements of a table come in any order, the nodes of a list or stream in theirs. */
function describe(kind: number, deadlineMs: number, parts: readonly string[]): string {
  const isOrdered = kind === KIND_LIST_CHAIN || kind === KIND_STREAM;
  const sorted = isOrdered ? parts : [...parts].sort();
  return `kind ${kind}, deadline ${deadlineMs}: ${sorted.join(', ')}`;
}

function segmentsOf(table: ElementTable, root: number) {
  const { arena } = table.elements;
  const segmentAt = (prefix: number): number => {
    const depth = table.directory.depth(root);
    return table.directory.at(root, prefix >>> (DICT_DEPTH_MAX - depth));
  };
  return {
    wordsAt: (prefix: number) => arena.wordsOf(segmentAt(prefix)),
    baseAt: (prefix: number) => arena.firstWordOf(segmentAt(prefix)),
  };
}

function text(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.subarray(start, end)).toString('latin1');
}
