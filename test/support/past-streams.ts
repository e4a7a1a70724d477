// Reads streams as they were, in small steps: nodes, groups, consumers and what is pending, found
// from the root that the stream had. Each block is passed when what hangs from it was read.

import type { HashKey } from '../../src/domain/bytes/hash.ts';
import { type Arena, SLAB_MASK, SLAB_SHIFT } from '../../src/domain/memory/arena.ts';
import type { Elements } from '../../src/domain/structures/elements/elements.ts';
import {
  firstRowOf,
  levelOf,
  NODE_COLUMNS,
  NODE_LEVEL,
  NODE_ROWS,
  type TreeShape,
} from '../../src/domain/structures/tree/shape.ts';
import { CONSUMER_PENDING, GROUP_PENDING } from '../../src/domain/values/pending-entries.ts';
import {
  CONSUMERS_TREE,
  GROUPS_TREE,
  StreamGroups,
} from '../../src/domain/values/stream-groups.ts';
import { STREAM_TREE } from '../../src/domain/values/stream-index.ts';
import { CONSUMER_SEEN, STREAM_NODE } from '../../src/domain/values/stream-root.ts';

type Pass = (ref: number) => void;
/** Reads one row of a leaf, by its place in the columns. */
type ReadRow = (leaf: number, row: number) => Generator<void>;

/** The words of a block in a slab. */
export function wordsAt(arena: Arena, ref: number): Int32Array {
  const at = (ref & SLAB_MASK) << 2;
  return arena.words[ref >>> SLAB_SHIFT].subarray(at, at + 256);
}

/** Reads all rows of a tree, pausing before each node, which it passes. */
export function* treeRows(
  arena: Arena,
  shape: TreeShape,
  root: number,
  pass: Pass,
  read: ReadRow,
): Generator<void> {
  const words = wordsAt(arena, root);
  const [top, height] = words.subarray(shape.rootWord);
  if (height > 0) yield* nodeRows(arena, shape, top, pass, read);
}

function* nodeRows(
  arena: Arena,
  shape: TreeShape,
  node: number,
  pass: Pass,
  read: ReadRow,
): Generator<void> {
  yield;
  const words = wordsAt(arena, node);
  const childAt = NODE_COLUMNS + shape.childColumn * shape.innerRowsMax;
  const isLeaf = levelOf(words[NODE_LEVEL]) === 0;
  for (let row = 0; row < words[NODE_ROWS]; row++) {
    if (isLeaf) yield* read(node, firstRowOf(words[NODE_LEVEL]) + row);
    else yield* nodeRows(arena, shape, words[childAt + row], pass, read);
  }
  pass(node);
}

export class StreamPast {
  private readonly arena: Arena;
  private readonly elements: Elements;

  constructor(arena: Arena, hashKey: HashKey) {
    this.arena = arena;
    this.elements = new StreamGroups(arena, hashKey).elements;
  }

  /** Reads a stream but for passing its root. */
  *read(root: number, parts: string[], pass: Pass): Generator<void> {
    const { arena } = this;
    const words = wordsAt(arena, root);
    parts.push(`length ${words[4]}, IDs ${words.slice(12, 26)}`);
    const only = words[STREAM_NODE];
    if (only !== 0) {
      yield;
      parts.push(`only ${words.slice(28, 32)} ${this.node(only)}`);
      pass(only);
    }
    const self = this;
    yield* treeRows(arena, STREAM_TREE, root, pass, function* (leaf, row) {
      const node = self.rowOf(STREAM_TREE, leaf, row)[4];
      yield;
      parts.push(`${self.rowOf(STREAM_TREE, leaf, row).slice(0, 4)} ${self.node(node)}`);
      pass(node);
    });
    yield* treeRows(arena, GROUPS_TREE, root, pass, function* (leaf, row) {
      const group = self.rowOf(GROUPS_TREE, leaf, row)[0];
      yield* self.readGroup(group, parts, pass);
      pass(group);
    });
  }

  private *readGroup(group: number, parts: string[], pass: Pass): Generator<void> {
    const { arena } = this;
    yield;
    const words = wordsAt(arena, group);
    const lastId = words.slice(12, 16);
    parts.push(`group ${this.name(group)} ${words.slice(2, 5)} ${lastId}`);
    const self = this;
    yield* treeRows(arena, GROUP_PENDING, group, pass, function* (leaf, row) {
      // Not the seat, which is no concern of who reads the past.
      const [a, b, c, d, , ...delivery] = self.rowOf(GROUP_PENDING, leaf, row);
      parts.push(`pending ${[a, b, c, d]}: ${delivery}`);
      yield;
    });
    yield* treeRows(arena, CONSUMERS_TREE, group, pass, function* (leaf, row) {
      const consumer = self.rowOf(CONSUMERS_TREE, leaf, row)[0];
      yield;
      const own = wordsAt(arena, consumer);
      const times = own.slice(CONSUMER_SEEN, CONSUMER_SEEN + 4);
      parts.push(`consumer ${self.name(consumer)} ${own[4]} ${times}`);
      yield* treeRows(arena, CONSUMER_PENDING, consumer, pass, function* (ownLeaf, ownRow) {
        parts.push(`own ${self.rowOf(CONSUMER_PENDING, ownLeaf, ownRow)}`);
        yield;
      });
      pass(consumer);
    });
  }

  /** The words of a leaf's row. */
  private rowOf(shape: TreeShape, leaf: number, row: number): number[] {
    const words = wordsAt(this.arena, leaf);
    const columns = Array.from({ length: shape.leafColumns }, (_, column) => column);
    return columns.map((column) => words[NODE_COLUMNS + column * shape.leafRowsMax + row]);
  }

  private node(node: number): string {
    const { arena } = this;
    const bytes = Buffer.from(arena.bytesOf(node).buffer, 0);
    const start = arena.bytesOf(node).byteOffset + arena.startOf(node);
    return bytes.toString('latin1', start, start + bytes.readInt32LE(start));
  }

  private name(element: number): string {
    const { elements } = this;
    elements.locateKey(element);
    const { keyBytes, keyStart, keyEnd } = elements;
    return Buffer.from(keyBytes.subarray(keyStart, keyEnd)).toString('latin1');
  }
}
