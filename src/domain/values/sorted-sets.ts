// Sorted sets: members with scores, packed in the record while they are few and small, else a
// table and a tree (sorted-set-tree.ts). One view serves all sorted sets: open() or create() says
// which one it is from here on.
//
// A sorted set that was changed is to be told of, once, when the command has done with it:
// changed(). One that has lost its last member is to be taken out: removeIfEmpty().
//
// What `member` and `score` say stands until the next call. Ranges are ranks: whatever a range is
// asked for by becomes `from` and `to`, the ranks of its first row and of the one behind its last.

import { compareRanges } from '../bytes/order.ts';
import { ZERO } from '../doubles.ts';
import {
  addPacked,
  addRooted,
  replaceByRoot,
  reserveValue,
  spliceValue,
} from '../keyspace/collections.ts';
import type { Database } from '../keyspace/database.ts';
import type { KeyspaceEvent } from '../keyspace/event-classes.ts';
import { EVENT_DEL } from '../keyspace/events.ts';
import type { Keyspace } from '../keyspace/keyspace.ts';
import { NONE } from '../memory/arena.ts';
import { KIND_SORTED_SET_PACKED, KIND_SORTED_SET_TREE, kindOf } from '../memory/record.ts';
import { EncodedItem } from '../structures/packed/encoded-item.ts';
import { PackedItem } from '../structures/packed/entry.ts';
import { COUNT_SIZE, NOWHERE, PackedList } from '../structures/packed/packed-list.ts';
import { SCORE_ITEMS } from '../structures/packed/shape.ts';
import { SortedOrder } from '../structures/packed/sorted.ts';
import type { EntryVisitor } from '../structures/segment.ts';
import { type CollectionLimits, PACKED_SIZE_MAX } from './collection-limits.ts';
import {
  LEAST_MEMBER,
  type MemberRange,
  type ScoreRange,
  SOME_MEMBER,
} from './sorted-set-ranges.ts';
import { SortedSetTree } from './sorted-set-tree.ts';

/** Added to a score in the packed form, where, as in Redis's listpacks, -0 is 0. */
export const MINUS_ZERO_IS_ZERO = 0;
/** No rank. */
export const NOT_RANKED = -1;
const FIRST_ROWS = 128;

/** The arguments of a call, from which members are taken: a Request is such. */
export interface MemberWords {
  readonly buffer: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly count: number;
}

export class SortedSets {
  readonly member = new PackedItem();
  score = ZERO;
  from = 0;
  to = 0;
  /** In the big form: the element at the row that was read last. */
  element = NONE;
  private readonly keyspace: Keyspace;
  private readonly limits: CollectionLimits;
  private readonly packed = new PackedList(SCORE_ITEMS);
  private readonly order = new SortedOrder();
  private readonly tree: SortedSetTree;
  private readonly needle = new EncodedItem();
  private database: Database;
  private ref = NONE;
  private isPacked = true;
  /** Where the last call was, in the packed form: a row, and the rank of a row that was sought. */
  private row = NOWHERE;
  private rank = 0;
  /** Where the rows of the packed form begin, for who goes backwards. */
  private rows = new Int32Array(FIRST_ROWS);

  constructor(keyspace: Keyspace, limits: CollectionLimits) {
    this.keyspace = keyspace;
    this.limits = limits;
    this.database = keyspace.databases[0];
    this.tree = new SortedSetTree(keyspace.arena, keyspace.hashKey);
  }

  /** From here on it is the sorted set `ref`. */
  open(database: Database, ref: number): void {
    this.database = database;
    this.ref = ref;
    this.isPacked = kindOf(this.keyspace.arena, ref) === KIND_SORTED_SET_PACKED;
    if (this.isPacked) this.openPacked();
    else this.tree.root = this.keyspace.records.valueBlock(ref);
  }

  /**
   * Adds a key that is not there, whose sorted set has no members yet, and opens it. Those to come
   * are every second of the words, from `first` on.
   */
  create(
    database: Database,
    buffer: Uint8Array,
    start: number,
    end: number,
    words: MemberWords,
    first: number,
  ): void {
    const { keyspace, limits, tree } = this;
    const count = (words.count - first + 1) >> 1;
    const memberSize = words.ends[first] - words.starts[first];
    if (count <= limits.sortedSetEntries && memberSize <= limits.sortedSetValueSize) {
      const room = Math.min(COUNT_SIZE + this.rowsSize(words, first), PACKED_SIZE_MAX);
      const kind = KIND_SORTED_SET_PACKED;
      const ref = addPacked(keyspace, database, buffer, start, end, COUNT_SIZE, room, kind);
      this.open(database, ref);
      this.packed.setCount(0);
      return;
    }
    tree.make(count);
    const { root } = tree;
    this.open(
      database,
      addRooted(keyspace, database, buffer, start, end, root, KIND_SORTED_SET_TREE),
    );
  }

  /** Members are to come, as for create(): there is room for them then, or the other form. */
  prepare(words: MemberWords, first: number): void {
    if (!this.isPacked) return;
    const count = (words.count - first + 1) >> 1;
    if (count > this.limits.sortedSetEntries) return this.toTree();
    if (count === 1) return;
    const size = this.packed.end - this.packed.start + this.rowsSize(words, first);
    if (size > PACKED_SIZE_MAX) return;
    this.ref = reserveValue(this.keyspace, this.database, this.ref, COUNT_SIZE + size);
    this.openPacked();
  }

  get count(): number {
    return this.isPacked ? this.packed.count : this.tree.count;
  }

  /** Looks for a member; `score` says what it has. */
  find(buffer: Uint8Array, start: number, end: number): boolean {
    const { packed, needle, tree } = this;
    if (!this.isPacked) {
      if (!tree.find(buffer, start, end)) return false;
      this.score = tree.score;
      return true;
    }
    needle.set(buffer, start, end);
    this.row = packed.find(needle, packed.start);
    if (this.row === NOWHERE) return false;
    this.score = packed.doubleOf(this.row);
    return true;
  }

  /** The rank of a member, or NOT_RANKED; `score` says what it has. */
  rankOf(buffer: Uint8Array, start: number, end: number): number {
    if (!this.find(buffer, start, end)) return NOT_RANKED;
    if (!this.isPacked) return this.tree.rankOfFound();
    const { packed } = this;
    let rank = 0;
    for (let row = packed.start; row < this.row; row = packed.next(row)) rank++;
    return rank;
  }

  /** Goes to the row of this rank, which there is. */
  seekRank(rank: number): void {
    if (!this.isPacked) {
      this.tree.walkFrom(rank);
      this.readTree(this.tree.next());
      return;
    }
    this.rank = rank;
    this.readRow(this.packed.rowAt(rank));
  }

  /** The next row after seekRank(); the sorted set must not change in between. */
  next(): boolean {
    if (!this.isPacked) return this.readTree(this.tree.next());
    return this.readRow(this.packed.next(this.row));
  }

  /** Goes to the row of this rank, which there is, and says its score alone. */
  seekScore(rank: number): void {
    if (this.isPacked) return this.seekRank(rank);
    this.tree.cursor.seekRank(this.tree.root, rank);
    this.score = this.tree.scoreAtCursor();
  }

  /** The score of the next row after seekScore(). */
  nextScore(): boolean {
    if (this.isPacked) return this.next();
    if (!this.tree.cursor.next()) return false;
    this.score = this.tree.scoreAtCursor();
    return true;
  }

  /** Goes to the row of this rank, which there is, for previous() to go on. */
  seekRankBack(rank: number): void {
    if (!this.isPacked) {
      this.tree.walkFrom(rank + 1);
      this.readTree(this.tree.previous());
      return;
    }
    this.seekRank(rank);
    const { packed } = this;
    if (this.rows.length <= rank) this.rows = new Int32Array(2 * rank);
    const { rows } = this;
    for (let i = 0, row = packed.start; i <= rank; i++, row = packed.next(row)) rows[i] = row;
  }

  /** The row before, after seekRankBack(). */
  previous(): boolean {
    if (!this.isPacked) return this.readTree(this.tree.previous());
    if (this.rank === 0) return false;
    this.rank--;
    return this.readRow(this.rows[this.rank]);
  }

  /** The first row; false when there is none. */
  first(): boolean {
    if (this.count === 0) return false;
    this.seekRank(0);
    return true;
  }

  /** The ranks of these scores. */
  rangeOfScores(range: ScoreRange): void {
    this.from = 0;
    this.to = 0;
    if (range.isEmpty) return;
    this.from = this.rankOfScore(range.min, range.excludesMin);
    this.to = this.rankOfScore(range.max, !range.excludesMax);
  }

  /**
   * The ranks of these members. That is a range only if all have the same score; if not, it is what
   * Redis finds from the beginning, or, `fromEnd`, from the end, in the packed form.
   */
  rangeOfMembers(range: MemberRange, fromEnd: boolean): void {
    this.from = 0;
    this.to = 0;
    if (isEmptyRange(range)) return;
    if (this.isPacked) {
      if (fromEnd) this.scanMembersBack(range);
      else this.scanMembers(range);
      return;
    }
    const { tree } = this;
    const { buffer, min, max, minStart, minEnd, maxStart, maxEnd } = range;
    if (min !== LEAST_MEMBER) {
      this.from = tree.rankOfMember(buffer, minStart, minEnd, range.excludesMin);
    }
    this.to =
      max === SOME_MEMBER
        ? tree.rankOfMember(buffer, maxStart, maxEnd, !range.excludesMax)
        : this.count;
    this.to = Math.max(this.from, this.to);
  }

  /** Adds a member, which find() has just not found and which lies outside of the sorted set. */
  add(score: number, buffer: Uint8Array, start: number, end: number): void {
    const { packed, needle, limits } = this;
    if (this.isPacked) {
      const size = packed.end - packed.start + packed.rowSize(needle, null);
      const isTooLarge = end - start > limits.sortedSetValueSize || size > PACKED_SIZE_MAX;
      if (isTooLarge || packed.count + 1 > limits.sortedSetEntries) {
        this.toTree();
        this.tree.find(buffer, start, end);
      }
    }
    if (!this.isPacked) return this.tree.add(score, buffer, start, end);
    packed.planInsert(this.order.place(packed, score, buffer, start, end), needle, null);
    this.splice();
    packed.setDouble(packed.finishInsert(needle, null), score + MINUS_ZERO_IS_ZERO);
  }

  /** Gives the member that find() has just found another score. */
  setScore(score: number, buffer: Uint8Array, start: number, end: number): void {
    if (!this.isPacked) return this.tree.setScore(score);
    const { packed, needle } = this;
    const offset = this.row - packed.start;
    this.ref = this.keyspace.own(this.database, this.ref);
    this.openPacked();
    const to = this.order.place(packed, score, buffer, start, end);
    const row = packed.shift(packed.start + offset, to);
    needle.write(packed.bytes, packed.entryOf(row));
    packed.setDouble(row, score + MINUS_ZERO_IS_ZERO);
  }

  /** Removes a member. Was it there? */
  remove(buffer: Uint8Array, start: number, end: number): boolean {
    if (!this.find(buffer, start, end)) return false;
    if (this.isPacked) this.removeRow(this.row);
    else this.tree.removeFound();
    return true;
  }

  /** Removes the rows from one rank up to another. */
  removeRanks(from: number, to: number): void {
    if (!this.isPacked) return this.tree.removeRanks(from, to - from);
    const { packed } = this;
    const row = packed.rowAt(from);
    let rowEnd = row;
    for (let i = from; i < to; i++) rowEnd = packed.next(rowEnd);
    packed.planRemove(row, rowEnd);
    this.splice();
    packed.finishRemove(to - from);
  }

  /** Goes to a member that is drawn, each with the same chance. `random` gives 32 bits. */
  draw(random: { next(): number }): void {
    if (this.isPacked) {
      this.seekRank(Math.floor(((random.next() >>> 0) / 2 ** 32) * this.count));
      return;
    }
    const { tree, member } = this;
    tree.readElement(tree.table.random(tree.root, random), member);
    this.score = tree.score;
  }

  /** Has it a table, and do its elements have refs? */
  get hasElements(): boolean {
    return !this.isPacked;
  }

  /** One of its elements, drawn; see readPlace(). */
  drawElement(random: { next(): number }): number {
    return this.tree.table.random(this.tree.root, random);
  }

  /** What readPlace() finds the row by that seekScore() or nextScore() came to, until a change. */
  get place(): number {
    return this.isPacked ? this.row : this.tree.cursor.value(0);
  }

  /** Says what a place has, or an element. */
  readPlace(place: number): void {
    if (this.isPacked) return void this.readRow(place);
    this.tree.readElement(place, this.member);
    this.score = this.tree.score;
  }

  /** One step of ZSCAN, where there is a table. */
  scan(cursor: number, atLeast: number, visitor: EntryVisitor): number {
    return this.tree.table.scan(this.tree.root, cursor, atLeast, visitor);
  }

  /** Counts changes and tells of them. */
  changed(event: KeyspaceEvent, count: number): void {
    this.keyspace.changed(this.database, this.ref, event, count);
  }

  /** A sorted set without members goes, and of that is told too. */
  removeIfEmpty(): void {
    if (this.count === 0) this.keyspace.discard(this.database, this.ref, EVENT_DEL);
  }

  /** How many rows have a score below this one, or up to it. */
  private rankOfScore(score: number, orEqual: boolean): number {
    if (!this.isPacked) return this.tree.rankOfScore(score, orEqual);
    const { packed } = this;
    let rank = 0;
    for (let row = packed.start; row < packed.end; row = packed.next(row), rank++) {
      const other = packed.doubleOf(row);
      if (orEqual ? other > score : other >= score) break;
    }
    return rank;
  }

  private rowsSize({ buffer, starts, ends, count }: MemberWords, first: number): number {
    const { packed, needle } = this;
    let size = 0;
    for (let i = first; i < count; i += 2) {
      needle.set(buffer, starts[i], ends[i]);
      size += packed.rowSize(needle, null);
    }
    return size;
  }

  private scanMembers(range: MemberRange): void {
    const { packed } = this;
    let isIn = false;
    let rank = 0;
    let firstIsBelow = false;
    let lastIsAbove = false;
    let isOver = false;
    for (let row = packed.start; row < packed.end; row = packed.next(row), rank++) {
      this.member.read(packed.bytes, packed.entryOf(row));
      const isBelow = this.isBelowMax(range);
      lastIsAbove = this.isAboveMin(range);
      if (rank === 0) firstIsBelow = isBelow;
      if (isOver) continue;
      if (!isIn && lastIsAbove) {
        isIn = true;
        this.from = rank;
        this.to = rank;
      }
      if (isIn && isBelow) this.to = rank + 1;
      else if (isIn) isOver = true;
    }
    if (!firstIsBelow || !lastIsAbove) this.to = this.from;
  }

  private scanMembersBack(range: MemberRange): void {
    const last = this.count - 1;
    this.seekRankBack(last);
    const lastIsAbove = this.isAboveMin(range);
    let rank = last;
    let more = true;
    while (more && !this.isBelowMax(range)) {
      more = this.previous();
      rank--;
    }
    this.to = rank + 1;
    while (more && this.isAboveMin(range)) {
      more = this.previous();
      rank--;
    }
    this.from = rank + 1;
    this.seekRank(0);
    if (!lastIsAbove || !this.isBelowMax(range)) this.to = this.from;
  }

  private isAboveMin(range: MemberRange): boolean {
    if (range.min !== SOME_MEMBER) return range.min === LEAST_MEMBER;
    const { bytes, start, end } = this.member;
    const { buffer, minStart, minEnd } = range;
    const order = compareRanges(bytes, start, end, buffer, minStart, minEnd);
    return order > 0 || (order === 0 && !range.excludesMin);
  }

  private isBelowMax(range: MemberRange): boolean {
    if (range.max !== SOME_MEMBER) return range.max !== LEAST_MEMBER;
    const { bytes, start, end } = this.member;
    const { buffer, maxStart, maxEnd } = range;
    const order = compareRanges(bytes, start, end, buffer, maxStart, maxEnd);
    return order < 0 || (order === 0 && !range.excludesMax);
  }

  private removeRow(row: number): void {
    const { packed } = this;
    packed.planRemove(row, packed.next(row));
    this.splice();
    packed.finishRemove(1);
  }

  /** Makes the room that was planned. */
  private splice(): void {
    const { keyspace, packed } = this;
    const { spliceAt, removed, inserted } = packed;
    this.ref = spliceValue(keyspace, this.database, this.ref, spliceAt, removed, inserted);
    this.openPacked();
  }

  private openPacked(): void {
    const { records } = this.keyspace;
    records.locateValue(this.ref);
    this.packed.openValue(records.valueBytes, records.valueStart, records.valueEnd);
  }

  private readRow(row: number): boolean {
    const { packed } = this;
    this.row = row;
    if (row >= packed.end) return false;
    this.member.read(packed.bytes, packed.entryOf(row));
    this.score = packed.doubleOf(row);
    return true;
  }

  private readTree(element: number): boolean {
    if (element === NONE) return false;
    this.element = element;
    this.readPlace(element);
    return true;
  }

  private toTree(): void {
    const { tree, member, keyspace } = this;
    tree.make(this.packed.count + 1);
    tree.beginTree();
    for (let more = this.first(); more; more = this.next()) {
      const { bytes, start, end } = member;
      const hash = tree.hash(bytes, start, end);
      tree.addToTree(tree.addToTable(hash, this.score, bytes, start, end));
    }
    tree.finishTree();
    const kind = KIND_SORTED_SET_TREE;
    this.ref = replaceByRoot(keyspace, this.database, this.ref, tree.root, kind);
    this.isPacked = false;
  }
}

function isEmptyRange(range: MemberRange): boolean {
  const { buffer, min, max, minStart, minEnd, maxStart, maxEnd } = range;
  if (min !== SOME_MEMBER || max !== SOME_MEMBER) return min >= max;
  const order = compareRanges(buffer, minStart, minEnd, buffer, maxStart, maxEnd);
  return order > 0 || (order === 0 && (range.excludesMin || range.excludesMax));
}
