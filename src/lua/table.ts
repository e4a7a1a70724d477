// Tables: an array for the keys 1 to n, and a hash part with a shape.
//
// Invariants:
// - `array` does not end with nil, and the key `array.length + 1` is not in the hash part. So the
//   array's length is a border.
// - The hash part's values are in `values`, at the slots that `shape` gives.
import { emptyShape, Shape } from './shape.ts';
import type { LuaValue } from './value.ts';

/** A hash part with so many slots is looked through for dead ones before it grows. */
const COMPACT_MIN = 32;
/** What new tables have in common, until they get something of their own. */
const NO_VALUES: LuaValue[] = [];

export class LuaTable {
  array: LuaValue[];
  shape: Shape;
  values: LuaValue[];
  metatable: LuaTable | null = null;
  /** Like Redis's own patch of Lua: assignments fail. */
  isReadOnly = false;
  /** What the array's length was before elements at its end were cleared, at most. */
  private formerLength = 0;
  /** May the hash part have integer keys? */
  private hasIntegers = false;
  private compactAt = COMPACT_MIN;

  /** Takes `array` over: it must not end with nil. */
  constructor(array: LuaValue[] = NO_VALUES) {
    this.array = array;
    this.shape = emptyShape();
    this.values = NO_VALUES;
  }

  /** A border: what `#` gives. */
  get length(): number {
    return this.array.length;
  }

  get(key: LuaValue): LuaValue {
    if (typeof key === 'number' && (key | 0) === key && key > 0 && key <= this.array.length) {
      return this.array[key - 1];
    }
    const slot = this.shape.slots.get(key);
    return slot === undefined ? undefined : this.values[slot];
  }

  getString(key: string): LuaValue {
    const slot = this.shape.slots.get(key);
    return slot === undefined ? undefined : this.values[slot];
  }

  /** Sets a field whatever the metatable says. `key` is neither nil nor NaN. */
  set(key: LuaValue, value: LuaValue): void {
    if (typeof key === 'number' && (key | 0) === key && key > 0) {
      const { array } = this;
      if (key <= array.length) {
        if (value === undefined && key === array.length) this.shrink();
        else array[key - 1] = value;
        return;
      }
      if (key === array.length + 1) {
        if (value !== undefined) this.append(value);
        return;
      }
    }
    this.setInHash(key, value);
  }

  /** Sets the field `length + 1` to what is not nil. */
  append(value: LuaValue): void {
    if (this.array === NO_VALUES) this.array = [value];
    else this.array.push(value);
    if (this.hasIntegers) this.takeIntegers();
  }

  /**
   * Goes through the fields that are not nil: 0 begins, and is the answer after the last one.
   * Fields may be changed and cleared meanwhile.
   */
  advance(cursor: number): number {
    if (cursor >= 0) {
      const { array } = this;
      for (let i = cursor; i < array.length; i++) if (array[i] !== undefined) return i + 1;
      return this.advanceInHash(0);
    }
    return this.advanceInHash(-cursor);
  }

  /** The key at a cursor. */
  keyAt(cursor: number): LuaValue {
    return cursor > 0 ? cursor : this.shape.keys[this.slotAt(-cursor - 1)];
  }

  /** The value at a cursor. */
  valueAt(cursor: number): LuaValue {
    return cursor > 0 ? this.array[cursor - 1] : this.values[this.slotAt(-cursor - 1)];
  }

  /** The cursor of a key, whose field may be nil by now; null if the table never had it. */
  cursorOf(key: LuaValue): number | null {
    if (typeof key === 'number' && (key | 0) === key && key > 0 && key <= this.array.length) {
      return key;
    }
    const slot = this.shape.slots.get(key);
    if (slot !== undefined) {
      return -1 - this.shape.order.places[slot];
    }
    // An element that was cleared, and the array with it.
    const isFormer = typeof key === 'number' && key > 0 && key <= this.formerLength;
    return isFormer && Number.isInteger(key) ? this.array.length : null;
  }

  private advanceInHash(from: number): number {
    const { values, shape } = this;
    const { slots } = shape.order;
    for (let place = from; place < slots.length; place++) {
      const slot = slots[place];
      if (slot >= 0 && values[slot] !== undefined) return -1 - place;
    }
    return 0;
  }

  private slotAt(place: number): number {
    return this.shape.order.slots[place];
  }

  private setInHash(key: LuaValue, value: LuaValue): void {
    const slot = this.shape.slots.get(key);
    if (slot !== undefined) {
      this.values[slot] = value;
      return;
    }
    if (value === undefined) return;
    if (typeof key === 'number') this.hasIntegers = true;
    if (this.values.length >= this.compactAt) this.compact();
    this.shape = this.shape.with(key);
    if (this.values === NO_VALUES) this.values = [value];
    else this.values.push(value);
  }

  /** The array's last element becomes nil, and those before it that are nil go too. */
  private shrink(): void {
    const { array } = this;
    this.formerLength = Math.max(this.formerLength, array.length);
    array.pop();
    while (array.length > 0 && array[array.length - 1] === undefined) array.pop();
  }

  /** Moves the integers that follow the array's end out of the hash part. */
  private takeIntegers(): void {
    const { array, values, shape } = this;
    for (;;) {
      const slot = shape.slots.get(array.length + 1);
      if (slot === undefined || values[slot] === undefined) return;
      array.push(values[slot]);
      values[slot] = undefined;
    }
  }

  /** Drops the slots of dead fields, if they are many. */
  private compact(): void {
    const { values } = this;
    let live = 0;
    for (const value of values) if (value !== undefined) live++;
    if (live <= values.length / 2) {
      const { keys } = this.shape;
      this.shape = new Shape(
        keys.filter((_, slot) => values[slot] !== undefined),
        0,
        null,
      );
      this.values = values.filter((value) => value !== undefined);
    }
    this.compactAt = Math.max(COMPACT_MIN, 2 * live);
  }
}
