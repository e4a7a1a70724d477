// A set in one of its small forms: integers in ascending order, or packed members in the order in
// which they came. This is a view of bytes, opened again and again; a change is planned and
// finished, for whoever owns the bytes makes the room in between (structures/packed).
//
// What `bytes`, `start` and `end` say of a member stands until the next call.
import { KIND_SET_INTEGERS, KIND_SET_PACKED, KIND_SET_TABLE } from '../memory/record.ts';
import { IntSet, WIDTH_MIN } from '../structures/intset/int-set.ts';
import { EncodedItem } from '../structures/packed/encoded-item.ts';
import { PackedItem } from '../structures/packed/entry.ts';
import { COUNT_SIZE, NOWHERE, PackedList } from '../structures/packed/packed-list.ts';
import { ITEMS } from '../structures/packed/shape.ts';
import { type CollectionLimits, PACKED_SIZE_MAX } from './collection-limits.ts';
import type { Words } from './words.ts';

/** An intset without members: its width. */
const EMPTY_INTEGERS_SIZE = 1;
/** No header of a packed item is longer, and no integer. */
export const PACKED_HEAD_MAX = 9;
const NO_BYTES = new Uint8Array(0);

export class SmallSet {
  /** The member where the last call was. */
  bytes: Uint8Array = NO_BYTES;
  start = 0;
  end = 0;
  /** Where that is: the index of an integer, or a row. */
  place = 0;
  /** What plan...() has said: so many bytes, from this place on. */
  spliceAt = 0;
  removed = 0;
  inserted = 0;
  private isPacked = false;
  /** Was what seek() looked for an integer? */
  private isInteger = false;
  private readonly limits: CollectionLimits;
  private readonly integers = new IntSet();
  private readonly packed = new PackedList(ITEMS);
  private readonly needle = new EncodedItem();
  private readonly item = new PackedItem();

  constructor(limits: CollectionLimits) {
    this.limits = limits;
  }

  /** The set is the value bytes[start, end), of this kind. */
  open(kind: number, bytes: Uint8Array, start: number, end: number): void {
    this.isPacked = kind === KIND_SET_PACKED;
    if (this.isPacked) this.packed.openValue(bytes, start, end);
    else this.integers.open(bytes, start, end);
  }

  get count(): number {
    return this.isPacked ? this.packed.count : this.integers.count;
  }

  /** Looks for a member, and prepares for its insertion where it is not there. */
  seek(buffer: Uint8Array, start: number, end: number): boolean {
    const { packed, needle, integers } = this;
    if (this.isPacked) {
      needle.set(buffer, start, end);
      this.place = packed.find(needle, packed.start);
      return this.place !== NOWHERE;
    }
    this.isInteger = integers.parse(buffer, start, end);
    if (!this.isInteger || !integers.seek()) return false;
    this.place = integers.index;
    return true;
  }

  /** Looks for the member where another small set is: integers need no text for that. */
  seekMemberOf(other: SmallSet): boolean {
    if (this.isPacked || other.isPacked) return this.seek(other.bytes, other.start, other.end);
    this.isInteger = true;
    this.integers.takeMember(other.integers);
    if (!this.integers.seek()) return false;
    this.place = this.integers.index;
    return true;
  }

  /** Prepares for the insertion of a member that is known to be absent. */
  seekAbsent(buffer: Uint8Array, start: number, end: number): void {
    if (this.isPacked) this.needle.set(buffer, start, end);
    else this.seek(buffer, start, end);
  }

  /** The first member; false when there is none. */
  first(): boolean {
    return this.isPacked ? this.readRow(this.packed.start) : this.readInteger(0);
  }

  next(): boolean {
    if (this.isPacked) return this.readRow(this.packed.next(this.place));
    return this.readInteger(this.place + 1);
  }

  /** Goes to the member at an index below `count`. */
  goTo(index: number): void {
    if (this.isPacked) this.readRow(this.packed.rowAt(index));
    else this.readInteger(index);
  }

  /** May the member that was looked for, of `size` bytes, be inserted in the present form? */
  accepts(size: number): boolean {
    const { setEntries, setIntegers, setValueSize } = this.limits;
    const { integers, packed } = this;
    if (this.isPacked) {
      if (packed.count >= setEntries || size > setValueSize) return false;
      return packed.end - packed.start + size + PACKED_HEAD_MAX <= PACKED_SIZE_MAX;
    }
    if (!this.isInteger || integers.count >= setIntegers) return false;
    integers.planAdd();
    return integers.width * integers.count + integers.inserted < PACKED_SIZE_MAX;
  }

  /** May the integers become packed to take the member that was looked for? */
  mayBePacked(size: number): boolean {
    const { setEntries, setValueSize } = this.limits;
    const { integers } = this;
    const { count } = integers;
    if (this.isPacked || this.isInteger || count >= setEntries || size > setValueSize) return false;
    if ((count + 1) * PACKED_HEAD_MAX + size > PACKED_SIZE_MAX) return false;
    if (count === 0) return true;
    // The least and the greatest have the longest texts.
    integers.read(0);
    const leastSize = integers.textEnd;
    integers.read(count - 1);
    return Math.max(leastSize, integers.textEnd) <= setValueSize;
  }

  /** Plans that the member that was looked for is added. */
  planInsert(): void {
    const { integers, packed } = this;
    if (this.isPacked) {
      packed.planInsert(packed.end, this.needle, null);
      this.spliceAt = packed.spliceAt;
      this.inserted = packed.inserted;
    } else {
      integers.planAdd();
      this.spliceAt = integers.spliceAt;
      this.inserted = integers.inserted;
    }
    this.removed = 0;
  }

  /** Adds it, when there is room and the set was opened again. */
  finishInsert(): void {
    if (this.isPacked) this.packed.finishInsert(this.needle, null);
    else this.integers.finishAdd();
  }

  /** Plans that the member at `place` goes. */
  planRemove(): void {
    const { integers, packed, place } = this;
    if (this.isPacked) {
      packed.planRemove(place, packed.next(place));
      this.spliceAt = packed.spliceAt;
      this.removed = packed.removed;
    } else {
      integers.planRemove(place);
      this.spliceAt = integers.spliceAt;
      this.removed = integers.removed;
    }
    this.inserted = 0;
  }

  finishRemove(): void {
    if (this.isPacked) this.packed.finishRemove(1);
  }

  /** The size of the value when its members are packed. */
  packedSize(): number {
    let size = COUNT_SIZE;
    for (let more = this.first(); more; more = this.next()) {
      this.needle.set(this.bytes, this.start, this.end);
      size += this.needle.size;
    }
    return size;
  }

  /** Writes them as a packed value at `at`, and opens that. */
  writePacked(target: Uint8Array, at: number, size: number): void {
    const { needle, count } = this;
    let to = at + COUNT_SIZE;
    for (let more = this.first(); more; more = this.next()) {
      needle.set(this.bytes, this.start, this.end);
      to = needle.write(target, to);
    }
    clearSmallSet(KIND_SET_PACKED, target, at);
    this.open(KIND_SET_PACKED, target, at, at + size);
    this.packed.setCount(count);
  }

  /** The kind of a new set that gets the words from `first` on: Redis looks at the first one. */
  kindFor(words: Words, first: number): number {
    const { setEntries, setIntegers } = this.limits;
    const added = words.count - first;
    const { buffer, starts, ends } = words;
    const isInteger = this.integers.parse(buffer, starts[first], ends[first]);
    if (isInteger && added <= setIntegers) return KIND_SET_INTEGERS;
    return added <= setEntries ? KIND_SET_PACKED : KIND_SET_TABLE;
  }

  /** The bytes that the value of a new set of these words will take, or so. */
  roomFor(words: Words, first: number, kind: number): number {
    const { buffer, starts, ends, count } = words;
    let room = emptySmallSetSize(kind);
    let width = WIDTH_MIN;
    for (let i = first; i < count && room < PACKED_SIZE_MAX; i++) {
      const size = ends[i] - starts[i];
      if (kind === KIND_SET_PACKED) {
        this.needle.set(buffer, starts[i], ends[i]);
        room += this.needle.size;
      } else if (size > 4) {
        width = Math.max(width, size > 9 ? 8 : 4);
      }
    }
    if (kind === KIND_SET_INTEGERS) room += width * (count - first);
    return Math.min(room, PACKED_SIZE_MAX);
  }

  private readInteger(index: number): boolean {
    const { integers } = this;
    if (index >= integers.count) return false;
    integers.read(index);
    this.place = index;
    this.bytes = integers.text;
    this.start = 0;
    this.end = integers.textEnd;
    return true;
  }

  private readRow(row: number): boolean {
    const { packed, item } = this;
    if (row >= packed.end) return false;
    item.read(packed.bytes, packed.entryOf(row));
    this.place = row;
    this.bytes = item.bytes;
    this.start = item.start;
    this.end = item.end;
    return true;
  }
}

/** The size of the value of a small set without members. */
export function emptySmallSetSize(kind: number): number {
  return kind === KIND_SET_PACKED ? COUNT_SIZE : EMPTY_INTEGERS_SIZE;
}

/** Writes it at `at`. */
export function clearSmallSet(kind: number, bytes: Uint8Array, at: number): void {
  bytes[at] = kind === KIND_SET_PACKED ? 0 : WIDTH_MIN;
  if (kind === KIND_SET_PACKED) bytes[at + 1] = 0;
}
