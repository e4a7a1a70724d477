// Takes the elements of a list, a set or a sorted set to scratch memory, a few at a time. Others
// may change it in between: the taking begins anew then, so that the elements are always those of
// one moment. One that is changed again and again is at last taken in one go: watched-key.ts.
import { NONE } from '../../domain/memory/arena.ts';
import {
  KIND_LIST_CHAIN,
  KIND_SET_TABLE,
  KIND_SORTED_SET_TREE,
  kindOf,
  TYPE_LIST,
  TYPE_SET,
  TYPE_SORTED_SET,
  typeOf,
} from '../../domain/memory/record.ts';
import { ByteRows } from '../../domain/structures/byte-rows.ts';
import type { EntryVisitor } from '../../domain/structures/segment.ts';
import type { Context } from '../../engine/command.ts';
import { WatchedKey } from '../../engine/watched-key.ts';

/** What rows of the collection are wanted, when they are not to be sorted. */
export interface SourceRange {
  /** Ranks or indexes, counted from the end if `isReverse`. */
  first: number;
  count: number;
  isReverse: boolean;
}

/** Has a value of this type elements to sort? */
export function isSortable(type: number): boolean {
  return type === TYPE_LIST || type === TYPE_SET || type === TYPE_SORTED_SET;
}

export class SortSource implements EntryVisitor {
  elements = new ByteRows(0);
  /** It is of another type by now. */
  isWrongType = false;
  private readonly context: Context;
  private readonly key: WatchedKey;
  /** What of `count` rows is wanted. */
  private readonly rangeOf: (type: number, count: number) => SourceRange;
  private isBegun = false;
  private range: SourceRange = { first: 0, count: 0, isReverse: false };
  private cursor = 0;

  constructor(
    context: Context,
    key: Uint8Array,
    rangeOf: (type: number, count: number) => SourceRange,
  ) {
    this.context = context;
    this.key = new WatchedKey(context, key);
    this.rangeOf = rangeOf;
  }

  /** Takes about so many elements. Were these the last ones? */
  take(elementsMax: number): boolean {
    const { key } = this;
    if (key.takeChange()) this.beginAnew();
    const { ref } = key;
    const isDone = ref === NONE || this.takeFrom(ref, key.isRestless() ? 2 ** 31 : elementsMax);
    if (isDone) key.forget();
    else key.watch();
    return isDone;
  }

  /** Nobody waits for it any more. */
  abandon(): void {
    this.key.forget();
  }

  visit(element: number): void {
    const { sets } = this.context;
    sets.locate(element);
    this.elements.add(sets.bytes, sets.start, sets.end);
  }

  private beginAnew(): void {
    this.isBegun = false;
    this.elements = new ByteRows(0);
  }

  private takeFrom(ref: number, elementsMax: number): boolean {
    const { keyspace } = this.context;
    const kind = kindOf(keyspace.arena, ref);
    const type = typeOf(kind);
    this.isWrongType = !isSortable(type);
    if (this.isWrongType) return true;
    const count = this.open(type, ref);
    if (!this.isBegun) {
      this.range = this.rangeOf(type, count);
      this.elements = new ByteRows(this.range.count);
      this.cursor = 0;
      this.isBegun = true;
    }
    // Small forms are found again from their beginning: they are taken at once.
    const isLarge =
      kind === KIND_LIST_CHAIN || kind === KIND_SET_TABLE || kind === KIND_SORTED_SET_TREE;
    const left = this.range.count - this.elements.count;
    const taken = isLarge ? Math.min(left, elementsMax) : left;
    if (taken > 0) this.takeRows(type, kind, taken);
    return this.elements.count >= this.range.count;
  }

  /** Opens the view that it needs. Returns how many elements there are. */
  private open(type: number, ref: number): number {
    const { database, lists, sets, sortedSets } = this.context;
    if (type === TYPE_LIST) {
      lists.open(database, ref);
      return lists.count;
    }
    if (type === TYPE_SET) {
      sets.open(database, ref);
      return sets.count;
    }
    sortedSets.open(database, ref);
    return sortedSets.count;
  }

  private takeRows(type: number, kind: number, count: number): void {
    if (type === TYPE_LIST) this.takeItems(count);
    else if (type === TYPE_SORTED_SET) this.takeRanks(count);
    else if (kind === KIND_SET_TABLE) {
      this.cursor = this.context.sets.scan(this.cursor, count, this);
    } else this.takeSmallSet();
  }

  /** The index of the next row to take. */
  private nextIndex(count: number): number {
    const { first, isReverse } = this.range;
    const at = first + this.elements.count;
    return isReverse ? count - 1 - at : at;
  }

  private takeItems(count: number): void {
    const { lists } = this.context;
    const { item } = lists;
    const { isReverse } = this.range;
    lists.seek(this.nextIndex(lists.count));
    for (let i = 0; i < count; i++) {
      if (i > 0) lists.step(!isReverse);
      lists.read();
      this.elements.add(item.bytes, item.start, item.end);
    }
  }

  private takeRanks(count: number): void {
    const { sortedSets } = this.context;
    const { member } = sortedSets;
    const { isReverse } = this.range;
    const rank = this.nextIndex(sortedSets.count);
    if (isReverse) sortedSets.seekRankBack(rank);
    else sortedSets.seekRank(rank);
    for (let i = 0; i < count; i++) {
      if (i > 0 && isReverse) sortedSets.previous();
      else if (i > 0) sortedSets.next();
      this.elements.add(member.bytes, member.start, member.end);
    }
  }

  private takeSmallSet(): void {
    const { sets } = this.context;
    for (let more = sets.first(); more; more = sets.next()) {
      this.elements.add(sets.bytes, sets.start, sets.end);
    }
  }
}
