// A sorted set that is nobody's yet: what ZUNION, ZINTER, ZDIFF and ZRANGESTORE find. It is built
// in the big form: the table first, and, when nothing more is to come, the tree. Then it is read,
// and freed or stored, packed where it is small enough: STORE gives the form that adding its
// members one by one would have given.
import { ZERO } from '../doubles.ts';
import { storeRecord } from '../keyspace/collections.ts';
import type { Database } from '../keyspace/database.ts';
import type { KeyspaceEvent } from '../keyspace/event-classes.ts';
import { EVENT_DEL } from '../keyspace/events.ts';
import type { Keyspace } from '../keyspace/keyspace.ts';
import { NONE } from '../memory/arena.ts';
import { KIND_SORTED_SET_PACKED, KIND_SORTED_SET_TREE } from '../memory/record.ts';
import { EncodedItem } from '../structures/packed/encoded-item.ts';
import { PackedItem } from '../structures/packed/entry.ts';
import { COUNT_SIZE, PackedList } from '../structures/packed/packed-list.ts';
import { SCORE_ITEMS } from '../structures/packed/shape.ts';
import { type CollectionLimits, PACKED_SIZE_MAX } from './collection-limits.ts';
import { SortedSetTree } from './sorted-set-tree.ts';
import { MINUS_ZERO_IS_ZERO } from './sorted-sets.ts';

/** How scores of one member become one. */
export const SUM = 0;
export const MIN = 1;
export const MAX = 2;

export class SortedSetResult {
  readonly member = new PackedItem();
  score = ZERO;
  private readonly keyspace: Keyspace;
  private readonly limits: CollectionLimits;
  private readonly tree: SortedSetTree;
  private readonly packed = new PackedList(SCORE_ITEMS);
  private readonly encoded = new EncodedItem();

  constructor(keyspace: Keyspace, limits: CollectionLimits) {
    this.keyspace = keyspace;
    this.limits = limits;
    this.tree = new SortedSetTree(keyspace.arena, keyspace.hashKey);
  }

  get count(): number {
    return this.tree.count;
  }

  /** Begins anew: about so many members are to come. */
  begin(count: number): void {
    this.tree.make(count);
  }

  /** Adds a member that is not there yet. */
  add(score: number, buffer: Uint8Array, start: number, end: number): void {
    const { tree } = this;
    tree.addToTable(tree.hash(buffer, start, end), score, buffer, start, end);
  }

  /** Adds a member, or lets its scores become one. */
  aggregate(score: number, how: number, buffer: Uint8Array, start: number, end: number): void {
    const { tree } = this;
    const hash = tree.hash(buffer, start, end);
    const element = tree.table.find(tree.root, hash, buffer, start, end);
    if (element === NONE) tree.addToTable(hash, score, buffer, start, end);
    else tree.writeScore(element, aggregated(tree.scoreOf(element), score, how));
  }

  /** Takes a member out again, if it is there. */
  remove(buffer: Uint8Array, start: number, end: number): void {
    const { tree } = this;
    const hash = tree.hash(buffer, start, end);
    const element = tree.table.find(tree.root, hash, buffer, start, end);
    if (element === NONE) return;
    tree.table.removeFound(tree.root);
    tree.elements.free(element);
  }

  /** Nothing more is to come. */
  finish(): void {
    const { tree, count } = this;
    const refs = new Int32Array(count);
    const scores = new Float64Array(count);
    const order = new Uint32Array(count);
    let at = 0;
    tree.table.forEach(tree.root, {
      visit: (element) => {
        refs[at] = element;
        scores[at] = tree.scoreOf(element);
        order[at] = at++;
      },
    });
    // The difference of two infinities is NaN: they are equal, too.
    order.sort((a, b) => scores[a] - scores[b] || tree.compareMembers(refs[a], refs[b]));
    tree.beginTree();
    for (let i = 0; i < count; i++) tree.addToTree(refs[order[i]]);
    tree.finishTree();
  }

  /** The first member; false when there is none. */
  first(): boolean {
    this.tree.walkFrom(0);
    return this.next();
  }

  next(): boolean {
    const element = this.tree.next();
    if (element === NONE) return false;
    this.tree.readElement(element, this.member);
    this.score = this.tree.score;
    return true;
  }

  /** Frees it: a part at once, the rest when there is time. */
  free(): void {
    this.keyspace.pending.freeRoot(this.tree.root, KIND_SORTED_SET_TREE);
  }

  /**
   * Lets it be the value of a key, whatever that was before; an empty one, which is freed, lets the
   * key go, which is one change. Otherwise it counts as `changes`. Returns the number of members.
   */
  store(
    database: Database,
    buffer: Uint8Array,
    start: number,
    end: number,
    event: KeyspaceEvent,
    changes = 1,
  ): number {
    const { keyspace, count } = this;
    const old = keyspace.findToChange(database, buffer, start, end);
    if (count === 0) {
      this.free();
      if (old !== NONE) keyspace.remove(database, old, EVENT_DEL);
      return 0;
    }
    const ref = this.makeRecord(buffer, start, end);
    storeRecord(keyspace, database, ref, old);
    keyspace.changed(database, ref, event, changes);
    return count;
  }

  /** A record with the key that has the sorted set, and is no entry yet. */
  private makeRecord(buffer: Uint8Array, start: number, end: number): number {
    const { records } = this.keyspace;
    const size = this.packedSize();
    if (size === 0) {
      return records.makeRooted(buffer, start, end, this.tree.root, KIND_SORTED_SET_TREE);
    }
    const ref = records.allocate(buffer, start, end, size, size, KIND_SORTED_SET_PACKED);
    this.writePacked(ref);
    this.free();
    return ref;
  }

  /** The size of the packed form; 0 when it is to be large. */
  private packedSize(): number {
    const { limits, member, encoded, packed } = this;
    if (this.count > limits.sortedSetEntries) return 0;
    let size = COUNT_SIZE;
    for (let more = this.first(); more; more = this.next()) {
      const { bytes, start, end } = member;
      if (end - start > limits.sortedSetValueSize) return 0;
      encoded.set(bytes, start, end);
      size += packed.rowSize(encoded, null);
    }
    return size > PACKED_SIZE_MAX ? 0 : size;
  }

  private writePacked(ref: number): void {
    const { packed, member, encoded, keyspace } = this;
    const { records } = keyspace;
    records.locateValue(ref);
    packed.openValue(records.valueBytes, records.valueStart, records.valueEnd);
    let row = packed.start;
    for (let more = this.first(); more; more = this.next()) {
      packed.setDouble(row, this.score + MINUS_ZERO_IS_ZERO);
      encoded.set(member.bytes, member.start, member.end);
      row = encoded.write(packed.bytes, packed.entryOf(row));
    }
    packed.setCount(this.count);
  }
}

/** What two scores of one member are together. */
export function aggregated(score: number, other: number, how: number): number {
  if (how === MIN) return other < score ? other : score;
  if (how === MAX) return other > score ? other : score;
  // Of inf and -inf.
  const sum = score + other;
  return Number.isNaN(sum) ? 0 : sum;
}
