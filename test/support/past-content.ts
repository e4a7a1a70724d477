// Says what a keyspace holds, and what single blocks hold, in words that can be compared.
import { FIELD_PLACE_SIZE } from '../../src/domain/keyspace/heap-places.ts';
import type { Keyspace } from '../../src/domain/keyspace/keyspace.ts';
import { isLarge, SLAB_MASK, SLAB_SHIFT } from '../../src/domain/memory/arena.ts';
import {
  KIND_HASH_DEADLINES,
  KIND_HASH_TABLE,
  KIND_LIST_CHAIN,
  KIND_LIST_PACKED,
  KIND_SET_TABLE,
  KIND_SORTED_SET_TREE,
  KIND_STREAM,
  kindOf,
} from '../../src/domain/memory/record.ts';
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
import { listStart } from '../../src/domain/values/list-room.ts';
import { StreamPast, treeRows, wordsAt } from './past-streams.ts';

/** Everything that there is now, by database and key, as who reads the past will find it. */
export function contentsOf(keyspace: Keyspace): Map<string, string> {
  const { arena, records } = keyspace;
  const all = new Map<string, string>();
  const reader = new ContentReader(keyspace);
  for (const database of keyspace.databases) {
    database.dict.forEach({
      visit: (ref) => {
        const parts: string[] = [];
        const kind = kindOf(arena, ref);
        const root = records.valueBlock(ref);
        if (kind === KIND_LIST_CHAIN) {
          for (const _ of reader.listItems(root, parts, () => {}));
        } else if (kind === KIND_STREAM) {
          for (const _ of reader.streams.read(root, parts, () => {}));
        } else if (reader.tables[kind] !== undefined) {
          const table = reader.tables[kind];
          table.forEach(root, { visit: (element) => parts.push(reader.element(kind, element)) });
          parts.push(`count ${table.count(root)}`);
        } else parts.push(reader.packed(ref));
        const deadlineMs = keyspace.deadline(database, ref);
        all.set(`${database.index} ${reader.key(ref)}`, describe(kind, deadlineMs, parts));
      },
    });
  }
  return all;
}

/** Says what blocks hold, of which nobody knows any more but who was handed them. */
export class ContentReader {
  readonly tables: (ElementTable | undefined)[] = [];
  readonly anyTable: ElementTable;
  readonly streams: StreamPast;
  private readonly keyspace: Keyspace;
  readonly hashes: HashElements;
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
    const kind = kindOf(arena, ref);
    records.locateValue(ref);
    const { valueBytes, valueStart, valueEnd } = records;
    if (kind === KIND_LIST_PACKED)
      return text(valueBytes, listStart(valueBytes, valueStart), valueEnd);
    const skipped = kind === KIND_HASH_DEADLINES ? FIELD_PLACE_SIZE : 0;
    return text(valueBytes, valueStart + skipped, valueEnd);
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

  node(node: number): string {
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
export function describe(kind: number, deadlineMs: number, parts: readonly string[]): string {
  const isOrdered = kind === KIND_LIST_CHAIN || kind === KIND_STREAM;
  const sorted = isOrdered ? parts : [...parts].sort();
  return `kind ${kind}, deadline ${deadlineMs}: ${sorted.join(', ')}`;
}

function text(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.subarray(start, end)).toString('latin1');
}
