// Entries that were delivered to a consumer of a group and not acknowledged yet: Redis's PELs. A
// group has a tree of all of them, by ID, and each consumer one of its own, of IDs alone. One
// object serves all groups; it is at one entry of the group that was sought in last.
//
//   row of a group     key: the ID      value: seat of the consumer, time, time and deliveries,
//                                              deliveries
//   row of a consumer  key: the ID
//
// The time of the last delivery and the count of deliveries take 48 bits each of the last three
// words: the low 32 bits of the one, the high 16 of the other above those of the one, its low 32.
//
// Invariant: each row of a group's tree has its ID in the tree of its consumer, and there is
// nothing else in those.
import { ZERO } from '../doubles.ts';
import { type Arena, SLAB_MASK, SLAB_SHIFT } from '../memory/arena.ts';
import type { Roots } from '../structures/root.ts';
import { CountedTree } from '../structures/tree/counted-tree.ts';
import { BEFORE_TIES } from '../structures/tree/cursor.ts';
import { TreeShape } from '../structures/tree/shape.ts';
import { TreeBuilder } from '../structures/tree/tree-builder.ts';
import { StreamId } from './stream-id.ts';
import {
  CONSUMER_SEAT,
  PENDING_COUNT,
  PENDING_TREE,
  rootWord,
  setRootWord,
} from './stream-root.ts';

export const GROUP_PENDING = new TreeShape({
  keyWords: 4,
  valueWords: 4,
  hasTies: false,
  isWeighted: false,
  rootWord: PENDING_TREE,
  keepsCount: true,
  isRead: true,
});
export const CONSUMER_PENDING = new TreeShape({
  keyWords: 4,
  valueWords: 0,
  hasTies: false,
  isWeighted: false,
  rootWord: PENDING_TREE,
  keepsCount: true,
  isRead: true,
});

// Words of a row's value.
export const PENDING_SEAT = 0;
export const PENDING_TIME = 1;
export const PENDING_MIXED = 2;
export const PENDING_DELIVERIES = 3;

const WORD = 2 ** 32;
const HALF_BITS = 16;
const HALF_MASK = 0xffff;
/** The most deliveries that are counted. */
const PENDING_NUMBER_MAX = 2 ** 48 - 1;

/** Lets a consumer of a group be changed; returns the block that it is in then. */
interface ConsumerOwner {
  ownConsumer(group: number, consumer: number): number;
}

export class PendingEntries {
  /** What seek() and next() have found. */
  readonly id = new StreamId();
  private seat = 0;
  timeMs = ZERO;
  deliveries = ZERO;
  private readonly arena: Arena;
  private readonly tree: CountedTree;
  private readonly own: CountedTree;
  private readonly builder: TreeBuilder;
  private readonly consumers: ConsumerOwner;

  constructor(arena: Arena, roots: Roots, consumers: ConsumerOwner) {
    this.arena = arena;
    this.consumers = consumers;
    this.tree = new CountedTree(arena, roots, GROUP_PENDING, null);
    this.own = new CountedTree(arena, roots, CONSUMER_PENDING, null);
    this.builder = new TreeBuilder(arena, roots, GROUP_PENDING);
  }

  /** Whose this entry is. */
  get consumer(): number {
    return rootWord(this.arena, this.seat, 0);
  }

  /** How many a group or a consumer has. */
  count(owner: number): number {
    return this.arena.words[owner >>> SLAB_SHIFT][((owner & SLAB_MASK) << 2) + PENDING_COUNT];
  }

  /** Goes to the entry of a group with this ID. Is it there? */
  find(group: number, id: StreamId): boolean {
    const { cursor } = this.tree;
    id.storeKey(cursor.key);
    // What came first is acknowledged first, mostly.
    return cursor.seekFromStart(group) && this.read();
  }

  /** Goes to the first entry of a group whose ID is not below this one. Is there one? */
  seek(group: number, id: StreamId): boolean {
    const { cursor } = this.tree;
    id.storeKey(cursor.key);
    return cursor.seekKey(group, BEFORE_TIES) && this.read();
  }

  next(): boolean {
    return this.tree.cursor.next() && this.read();
  }

  first(group: number): boolean {
    return this.tree.cursor.seekRank(group, 0) && this.read();
  }

  last(group: number): boolean {
    return this.tree.cursor.seekLast(group) && this.read();
  }

  /** Goes to the first ID of a consumer that is not below this one. Is there one? */
  seekOwn(consumer: number, id: StreamId): boolean {
    const { cursor } = this.own;
    id.storeKey(cursor.key);
    return cursor.seekKey(consumer, BEFORE_TIES) && this.readOwn();
  }

  nextOwn(): boolean {
    return this.own.cursor.next() && this.readOwn();
  }

  /** Adds an entry, which is not there, for a consumer that may change, and goes to it. */
  add(group: number, consumer: number, id: StreamId, timeMs: number, deliveries: number): void {
    const { tree } = this;
    id.storeKey(tree.cursor.key);
    tree.insert(group, rootWord(this.arena, consumer, CONSUMER_SEAT), 1);
    this.store(group, timeMs, deliveries);
    this.addOwn(consumer, id);
    this.read();
  }

  /** The same where find() has looked for the entry just now. */
  addHere(group: number, consumer: number, id: StreamId, timeMs: number, deliveries: number): void {
    this.tree.insertHere(group, rootWord(this.arena, consumer, CONSUMER_SEAT), 1);
    this.store(group, timeMs, deliveries);
    this.addOwn(consumer, id);
    this.read();
  }

  /** Lets this entry belong to a consumer that may change. */
  giveTo(group: number, consumer: number): void {
    if (this.consumer === consumer) return;
    this.removeOwn(group);
    this.seat = rootWord(this.arena, consumer, CONSUMER_SEAT);
    this.tree.setValue(group, PENDING_SEAT, this.seat);
    this.addOwn(consumer, this.id);
  }

  /** Says when this entry was delivered last, and how often. */
  setDelivery(group: number, timeMs: number, deliveries: number): void {
    this.store(group, timeMs, deliveries);
    this.read();
  }

  /** Removes this entry. */
  remove(group: number): void {
    this.removeOwn(group);
    this.tree.removeFound(group);
  }

  /** The same; the next one is here then. Is there one? */
  removeAndGoOn(group: number): boolean {
    this.remove(group);
    return this.tree.cursor.hasRow && this.read();
  }

  /** Removes the first entry of a consumer, which has one and may change; its ID is here then. */
  removeFirst(group: number, consumer: number): void {
    const { own, tree } = this;
    own.cursor.seekStart(consumer);
    this.readOwn();
    this.id.storeKey(tree.cursor.key);
    if (!tree.cursor.seek(group)) throw new Error('stream: a consumer has what its group has not');
    tree.removeFound(group);
    own.removeFound(consumer);
  }

  /** Removes all entries of a consumer, which is freed then. */
  removeAll(group: number, consumer: number): void {
    const { own, tree } = this;
    for (let more = own.cursor.seekRank(consumer, 0); more; more = own.cursor.next()) {
      this.readOwn();
      this.id.storeKey(tree.cursor.key);
      if (!tree.cursor.seek(group))
        throw new Error('stream: a consumer has what its group has not');
      tree.removeFound(group);
    }
  }

  /**
   * The same for many: what is pending in a group goes, with its tree, to one that has nothing, and
   * what is not the consumer's comes back. Who calls counts the bytes.
   */
  giveAll(group: number, consumer: number, gone: number): void {
    const { arena, builder } = this;
    const { cursor } = this.tree;
    const left = this.count(group) - this.count(consumer);
    for (const word of [PENDING_COUNT, PENDING_TREE, PENDING_TREE + 1]) {
      setRootWord(arena, gone, word, rootWord(arena, group, word));
      setRootWord(arena, group, word, 0);
    }
    if (left === 0) return;
    const seat = rootWord(arena, consumer, CONSUMER_SEAT);
    builder.begin(group);
    for (let more = cursor.seekStart(gone); more; more = cursor.next()) {
      if (cursor.value(PENDING_SEAT) === seat) continue;
      for (let i = 0; i < 4; i++) builder.key[i] = cursor.keyWord(i);
      builder.add(cursor.value(PENDING_SEAT), 1);
      builder.setValue(PENDING_TIME, cursor.value(PENDING_TIME));
      builder.setValue(PENDING_MIXED, cursor.value(PENDING_MIXED));
      builder.setValue(PENDING_DELIVERIES, cursor.value(PENDING_DELIVERIES));
    }
    builder.finish();
  }

  private read(): boolean {
    const { cursor } = this.tree;
    this.id.readKey(cursor);
    this.seat = cursor.value(PENDING_SEAT);
    const mixed = cursor.value(PENDING_MIXED);
    this.timeMs = (mixed & HALF_MASK) * WORD + (cursor.value(PENDING_TIME) >>> 0);
    this.deliveries = (mixed >>> HALF_BITS) * WORD + (cursor.value(PENDING_DELIVERIES) >>> 0);
    return true;
  }

  private readOwn(): boolean {
    this.id.readKey(this.own.cursor);
    return true;
  }

  private store(group: number, timeMs: number, deliveries: number): void {
    const { tree } = this;
    const count = Math.min(deliveries, PENDING_NUMBER_MAX);
    tree.setValue(group, PENDING_TIME, timeMs | 0);
    tree.setValue(group, PENDING_MIXED, mixedWord(timeMs, count));
    tree.setValue(group, PENDING_DELIVERIES, count | 0);
  }

  private addOwn(consumer: number, id: StreamId): void {
    id.storeKey(this.own.cursor.key);
    this.own.insert(consumer, 0, 1);
  }

  private removeOwn(group: number): void {
    const { own } = this;
    let { consumer } = this;
    if (this.arena.past !== null) consumer = this.consumers.ownConsumer(group, consumer);
    this.id.storeKey(own.cursor.key);
    if (!own.cursor.seekFromStart(consumer)) {
      throw new Error('stream: a group has what its consumer has not');
    }
    own.removeFound(consumer);
  }
}

/** The high bits of both numbers. */
function mixedWord(timeMs: number, deliveries: number): number {
  return Math.floor(timeMs / WORD) | (Math.floor(deliveries / WORD) << HALF_BITS);
}
