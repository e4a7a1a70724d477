// The groups of a stream and their consumers: elements with a root and a name, in trees by name.
// One object serves all streams; the root is set by who uses it.
//
// What `group` and `consumer` say stands until the next call that changes groups or consumers.
import type { HashKey } from '../bytes/hash.ts';
import { ZERO } from '../doubles.ts';
import { type Arena, NONE, SLAB_MASK, SLAB_SHIFT } from '../memory/arena.ts';
import type { BlockOwner } from '../memory/past-reader.ts';
import { Elements } from '../structures/elements/elements.ts';
import { KeyTies } from '../structures/elements/key-ties.ts';
import { isFork, ROOT_SIZE, Roots } from '../structures/root.ts';
import { CountedTree } from '../structures/tree/counted-tree.ts';
import { TreeShape } from '../structures/tree/shape.ts';
import { freeTree, visitTree } from '../structures/tree/walk.ts';
import type { FreeBudget } from './kinds.ts';
import { CONSUMER_PENDING, PendingEntries } from './pending-entries.ts';
import {
  CONSUMER_ACTIVE,
  CONSUMER_SEAT,
  CONSUMER_SEEN,
  GROUP_CONSUMERS,
  rootWord,
  STREAM_GROUPS,
  setRootWord,
} from './stream-root.ts';

/** Most groups and streams have few of them. */
const NODE_SIZE = 128;

export const GROUPS_TREE = new TreeShape({
  keyWords: 0,
  valueWords: 1,
  hasTies: true,
  isWeighted: false,
  rootWord: STREAM_GROUPS,
  keepsCount: false,
  isRead: true,
  nodeSize: NODE_SIZE,
});
export const CONSUMERS_TREE = new TreeShape({
  keyWords: 0,
  valueWords: 1,
  hasTies: true,
  isWeighted: false,
  rootWord: GROUP_CONSUMERS,
  keepsCount: false,
  isRead: true,
  nodeSize: NODE_SIZE,
});

/** A consumer goes with what it has at once, while no more is pending in its group. */
const GROUP_AT_ONCE = 8192;
/** What is pending for a consumer goes one by one with it, as long as it is no more, ... */
const PENDING_AT_ONCE = 512;
/** ... or a smaller part of what is pending in its group: else that is made anew without it. */
const SHARE_MIN = 16;
const NO_NAME = new Uint8Array(0);
/** A word, the ref of the consumer. */
const SEAT_SIZE = 16;

/** When a consumer was never active. */
export const NEVER_MS = -1;

export class StreamGroups {
  readonly elements: Elements;
  readonly pending: PendingEntries;
  /** Who frees a consumer whose past was read. */
  private readonly consumerOwner: BlockOwner = {
    free: (consumer) => this.freeConsumer(consumer),
    capacity: (consumer) => this.elements.capacity(consumer),
  };
  private readonly arena: Arena;
  private readonly roots: Roots;
  private readonly ties: KeyTies;
  private readonly groups: CountedTree;
  private readonly consumers: CountedTree;

  constructor(arena: Arena, hashKey: HashKey) {
    this.arena = arena;
    this.roots = new Roots(arena);
    this.elements = new Elements(arena, hashKey, ROOT_SIZE);
    this.ties = new KeyTies(this.elements);
    this.groups = new CountedTree(arena, this.roots, GROUPS_TREE, this.ties);
    this.consumers = new CountedTree(arena, this.roots, CONSUMERS_TREE, this.ties);
    this.pending = new PendingEntries(arena, this.roots, this);
  }

  /** The group of a stream with this name, or NONE. */
  find(stream: number, buffer: Uint8Array, start: number, end: number): number {
    return this.findIn(this.groups, stream, buffer, start, end);
  }

  /** A group that may be changed, in the place of the one that find() has found just now. */
  ownFound(stream: number, group: number): number {
    const { past } = this.arena;
    if (past === null || !past.isFrozen(group)) return group;
    const made = this.fork(group);
    this.groups.setValue(stream, 0, made);
    this.elements.free(group);
    return made;
  }

  count(stream: number): number {
    return this.groups.count(stream);
  }

  /** Adds a group, which is not there. Its counts are not set yet. */
  add(stream: number, buffer: Uint8Array, start: number, end: number): number {
    return this.addTo(this.groups, stream, buffer, start, end);
  }

  /** Takes a group out, which find() has found just now: the caller frees it. */
  removeFound(stream: number): void {
    this.groups.removeFound(stream);
  }

  /** The first group of a stream, by name, or NONE. */
  first(stream: number): number {
    return this.groups.cursor.seekRank(stream, 0) ? this.groups.cursor.value(0) : NONE;
  }

  next(): number {
    return this.groups.cursor.next() ? this.groups.cursor.value(0) : NONE;
  }

  findConsumer(group: number, buffer: Uint8Array, start: number, end: number): number {
    return this.findIn(this.consumers, group, buffer, start, end);
  }

  consumersCount(group: number): number {
    return this.consumers.count(group);
  }

  /** Adds a consumer, which is not there, who is seen now and was never active. */
  addConsumer(
    group: number,
    buffer: Uint8Array,
    start: number,
    end: number,
    nowMs: number,
  ): number {
    const { arena } = this;
    const consumer = this.addTo(this.consumers, group, buffer, start, end);
    const seat = arena.allocate(SEAT_SIZE);
    this.roots.addBytes(consumer, arena.capacity(seat));
    setRootWord(arena, seat, 0, consumer);
    setRootWord(arena, consumer, CONSUMER_SEAT, seat);
    this.setTime(consumer, CONSUMER_SEEN, nowMs);
    this.setTime(consumer, CONSUMER_ACTIVE, NEVER_MS);
    return consumer;
  }

  /** A consumer that may be changed, in the place of one that is there. */
  ownConsumer(group: number, consumer: number): number {
    const { arena, consumers, ties } = this;
    const { past } = arena;
    if (past === null || !past.isFrozen(consumer)) return consumer;
    const made = this.fork(consumer);
    ties.take(consumer);
    consumers.cursor.seekTies(group);
    consumers.setValue(group, 0, made);
    setRootWord(arena, rootWord(arena, made, CONSUMER_SEAT), 0, made);
    this.elements.free(consumer);
    return made;
  }

  /** Does it take long to take a consumer out with all that it has? */
  isLongToRemove(group: number, consumer: number): boolean {
    const { pending } = this;
    const count = pending.count(consumer);
    const all = pending.count(group);
    // Who has all of it leaves with the tree as it is.
    return count > PENDING_AT_ONCE && all > GROUP_AT_ONCE && count < all;
  }

  /**
   * Takes a consumer out, which findConsumer() has found just now, and all that it has. Of much it
   * returns a group without a name that has all that went, and is to be freed; else NONE.
   */
  removeFoundConsumer(group: number, consumer: number): number {
    const { arena, pending } = this;
    const { past } = arena;
    const count = pending.count(consumer);
    if (count > PENDING_AT_ONCE && count * SHARE_MIN >= pending.count(group)) {
      return this.giveUpConsumer(group, consumer);
    }
    this.pending.removeAll(group, consumer);
    this.consumers.removeFound(group);
    // Freeing writes into nodes: those of a fork are others', too, until the reader is through.
    if (past !== null && (past.isFrozen(consumer) || isFork(arena, consumer))) {
      past.retire(consumer, this.consumerOwner);
    } else this.freeConsumer(consumer);
    return NONE;
  }

  private giveUpConsumer(group: number, consumer: number): number {
    const { arena, elements, roots, consumers } = this;
    const gone = elements.make(NO_NAME, 0, 0, 0, 0);
    roots.clear(gone);
    consumers.removeFound(group);
    consumers.insert(gone, consumer, 1);
    let size = arena.capacity(group);
    const add = (node: number): void => {
      size += arena.capacity(node);
    };
    visitTree(arena, CONSUMERS_TREE, group, { visit: add }, null);
    roots.addBytes(group, size - roots.bytes(group));
    this.pending.giveAll(group, consumer, gone);
    // Freeing writes into nodes, which who reads the past may have still to read.
    if (arena.past !== null) roots.markFork(gone);
    return gone;
  }

  /** Frees a consumer, its seat and its tree. Is there more? */
  freeConsumerIn(consumer: number, budget: FreeBudget): boolean {
    const { arena } = this;
    if (freeTree(arena, CONSUMER_PENDING, consumer, null, budget)) return true;
    if (budget.blocks <= 0) return true;
    budget.blocks--;
    arena.free(rootWord(arena, consumer, CONSUMER_SEAT));
    this.elements.free(consumer);
    return false;
  }

  /** The first consumer of a group, by name, or NONE. */
  firstConsumer(group: number): number {
    return this.consumers.cursor.seekRank(group, 0) ? this.consumers.cursor.value(0) : NONE;
  }

  nextConsumer(): number {
    return this.consumers.cursor.next() ? this.consumers.cursor.value(0) : NONE;
  }

  /** When a consumer was seen or active (CONSUMER_SEEN, CONSUMER_ACTIVE). */
  time(consumer: number, word: number): number {
    const doubles = this.arena.doubles[consumer >>> SLAB_SHIFT];
    return doubles[((consumer & SLAB_MASK) << 1) + (word >>> 1)];
  }

  setTime(consumer: number, word: number, timeMs: number): void {
    const doubles = this.arena.doubles[consumer >>> SLAB_SHIFT];
    doubles[((consumer & SLAB_MASK) << 1) + (word >>> 1)] = timeMs;
  }

  /** Bytes of all blocks of groups and consumers of a stream. */
  size(stream: number): number {
    const { elements, roots, arena } = this;
    let size = ZERO;
    const add = (element: number): void => {
      size += roots.bytes(element) + elements.capacity(element) - arena.capacity(element);
    };
    for (let group = this.first(stream); group !== NONE; group = this.next()) {
      add(group);
      let consumer = this.firstConsumer(group);
      for (; consumer !== NONE; consumer = this.nextConsumer()) add(consumer);
    }
    return size;
  }

  private freeConsumer(consumer: number): void {
    this.freeConsumerIn(consumer, { blocks: Number.POSITIVE_INFINITY });
  }

  /** A group or consumer of the same name with the same blocks. */
  private fork(element: number): number {
    const { elements, roots } = this;
    elements.locateKey(element);
    const made = elements.make(elements.keyBytes, elements.keyStart, elements.keyEnd, 0, 0);
    roots.share(element, made);
    return made;
  }

  private findIn(
    tree: CountedTree,
    root: number,
    buffer: Uint8Array,
    start: number,
    end: number,
  ): number {
    const { cursor } = tree;
    this.ties.set(buffer, start, end);
    if (!cursor.seekTies(root)) return NONE;
    const element = cursor.value(0);
    return this.elements.matches(element, buffer, start, end) ? element : NONE;
  }

  private addTo(
    tree: CountedTree,
    root: number,
    buffer: Uint8Array,
    start: number,
    end: number,
  ): number {
    const element = this.elements.make(buffer, start, end, 0, 0);
    this.roots.clear(element);
    tree.insert(root, element, 1);
    return element;
  }
}
