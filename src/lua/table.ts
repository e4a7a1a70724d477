// Tables: an array for the keys 1 to n, and a hash part with a shape.
//
// Traversal has the order of Lua's own tables (node-order.ts). Most tables are regular: the array's
// elements come first, then the shape's keys in the shape's order. A table becomes irregular, and
// gets an order of its own, when that is no longer so: when Lua would have put an integer into a
// node, or when a key comes while the field of another one is nil.
//
// Invariants:
// - `array` does not end with nil, and the key `array.length + 1` is not in the hash part. So the
//   array's length is a border.
// - The hash part's values are in `values`, at the slots that `shape` gives.
// - Of a regular table: `array.length <= arraySize`, no key of the shape is a positive integer, and
//   since a field of the hash part is nil no key has come. Its order is that of its history.
import { NodeOrder, powerOf2 } from './node-order.ts';
import { emptyShape, emptyShapeFor, Shape } from './shape.ts';
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
  /** The order of an irregular table. */
  order: NodeOrder | null = null;
  /** How many elements Lua has room for in its array part, if the table is regular. */
  arraySize: number;
  /** What the array's length was before elements at its end were cleared, at most. */
  private formerLength = 0;
  /** So many fields of the hash part are nil: of a regular table whose shape is not shared. */
  private nilCount = 0;
  private compactAt = COMPACT_MIN;

  /** Takes `array` over: it must not end with nil. */
  constructor(array: LuaValue[] = NO_VALUES) {
    this.array = array;
    this.arraySize = powerOf2(array.length);
    this.shape = emptyShape();
    this.values = NO_VALUES;
  }

  /** A border: what `#` gives. */
  get length(): number {
    return this.array.length;
  }

  /** How many places traversal goes over, or so. */
  get places(): number {
    const { order } = this;
    if (order !== null) return order.arraySize + order.slots.length;
    return this.array.length + this.values.length;
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
        if (this.order !== null) this.noteAssignment(this.order, key, array[key - 1], value);
        if (value === undefined && key === array.length) this.shrink();
        else array[key - 1] = value;
        return;
      }
      if (key === array.length + 1) {
        if (value !== undefined) this.append(value);
        else if (this.order !== null || key > this.arraySize) this.announce(key, true);
        return;
      }
    }
    this.setInHash(key, value);
  }

  /** Sets the field `length + 1` to what is not nil. */
  append(value: LuaValue): void {
    const { length } = this.array;
    if (this.order !== null || length >= this.arraySize) this.announce(length + 1);
    if (this.array === NO_VALUES) this.array = [value];
    else this.array.push(value);
    if (this.order !== null) this.takeIntegers();
  }

  /** Sets the first elements, as a constructor does with those without a key. */
  setElements(values: LuaValue[]): void {
    const { length } = values;
    if (length > this.arraySize && this.shape.keys.length > 0) this.becomeIrregular();
    if (this.order === null) this.arraySize = Math.max(this.arraySize, length);
    else if (length > this.order.arraySize) this.order.resize(length, this.order.slots.length);
    for (let i = 0; i < length; i++) {
      // A nil takes away what the constructor has under this key.
      if (values[i] !== undefined || this.get(i + 1) !== undefined) this.set(i + 1, values[i]);
    }
  }

  /** Fields of the hash part may be nil from the start. */
  setFields(shape: Shape, values: LuaValue[]): void {
    this.shape = shape;
    this.values = values;
    if (!shape.isShared) this.nilCount = values.filter((value) => value === undefined).length;
  }

  /**
   * The fields of a shared shape have come one by one, some of them nil: bit i of `nils` is that of
   * slot i.
   */
  setNils(nils: number): void {
    const { keys } = this.shape;
    // As long as no key has come since, the table is regular.
    if (nils === 1 << (keys.length - 1)) return;
    this.order = NodeOrder.later(this, keys, nils);
  }

  /**
   * Goes through the fields that are not nil: 0 begins, and is the answer after the last one.
   * Fields may be changed and cleared meanwhile.
   */
  advance(cursor: number): number {
    const { order } = this;
    if (order !== null) return this.advanceInOrder(order, cursor);
    if (cursor >= 0) {
      const { array } = this;
      for (let i = cursor; i < array.length; i++) if (array[i] !== undefined) return i + 1;
      return this.advanceInHash(0);
    }
    return this.advanceInHash(-cursor);
  }

  /** The key at a cursor. */
  keyAt(cursor: number): LuaValue {
    const { order } = this;
    if (order === null || cursor < 0) {
      return cursor > 0 ? cursor : this.shape.keys[this.slotAt(-cursor - 1)];
    }
    if (cursor <= order.arraySize) return cursor;
    return order.keys[order.slots[cursor - order.arraySize - 1]];
  }

  /** The value at a cursor. */
  valueAt(cursor: number): LuaValue {
    if (this.order !== null) return this.get(this.keyAt(cursor));
    return cursor > 0 ? this.array[cursor - 1] : this.values[this.slotAt(-cursor - 1)];
  }

  /** The cursor of a key, whose field may be nil by now; null if the table never had it. */
  cursorOf(key: LuaValue): number | null {
    if (this.order !== null) return this.cursorInOrder(this.order, key);
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

  /** What is in one table is in the other from here on; metatable and protection stay. */
  exchange(other: LuaTable): void {
    [this.array, other.array] = [other.array, this.array];
    [this.shape, other.shape] = [other.shape, this.shape];
    [this.values, other.values] = [other.values, this.values];
    [this.arraySize, other.arraySize] = [other.arraySize, this.arraySize];
    [this.order, other.order] = [other.order, this.order];
    [this.formerLength, other.formerLength] = [other.formerLength, this.formerLength];
    [this.nilCount, other.nilCount] = [other.nilCount, this.nilCount];
    [this.compactAt, other.compactAt] = [other.compactAt, this.compactAt];
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

  /** Cursors are places from 1 on: of Lua's array part, then of its nodes. */
  private advanceInOrder(order: NodeOrder, cursor: number): number {
    const { arraySize, slots, keys } = order;
    // The table was regular when it had this cursor.
    let place = cursor < 0 ? (this.cursorInOrder(order, this.keyAt(cursor)) ?? 0) : cursor;
    for (; place < arraySize; place++) if (this.get(place + 1) !== undefined) return place + 1;
    for (; place - arraySize < slots.length; place++) {
      const index = slots[place - arraySize];
      if (index >= 0 && this.get(keys[index]) !== undefined) return place + 1;
    }
    return 0;
  }

  private cursorInOrder(order: NodeOrder, key: LuaValue): number | null {
    const isElement = typeof key === 'number' && key > 0 && key <= order.arraySize;
    if (isElement && Number.isInteger(key)) return key;
    const place = order.placeOf(key);
    return place < 0 ? null : order.arraySize + place + 1;
  }

  private slotAt(place: number): number {
    return this.shape.order.slots[place];
  }

  private setInHash(key: LuaValue, value: LuaValue): void {
    const slot = this.shape.slots.get(key);
    if (slot !== undefined) {
      const old = this.values[slot];
      if (this.order !== null) this.noteAssignment(this.order, key, old, value);
      else if (!this.shape.isShared) this.nilCount += countNil(value) - countNil(old);
      this.values[slot] = value;
      return;
    }
    const isIndex = typeof key === 'number' && key > 0 && Number.isInteger(key);
    const makesNodes = this.shape.isFull;
    if (this.order === null && (isIndex || this.hasNil() || (makesNodes && this.hasHoles()))) {
      this.becomeIrregular();
    }
    if (this.order !== null) {
      this.noteAssignment(this.order, key, undefined, value);
      // Lua has a node for it; nothing is to be found in it.
      if (value === undefined) return;
      if (this.values.length >= this.compactAt) this.compact();
    } else if (makesNodes) {
      // Lua makes new nodes, and a new array part.
      this.arraySize = powerOf2(this.array.length);
    }
    this.shape = this.shape.with(key);
    if (!this.shape.isShared) this.nilCount += countNil(value);
    if (this.values === NO_VALUES) this.values = [value];
    else this.values.push(value);
  }

  /** The element `index`, behind the last one, has no room in Lua's array part. */
  private announce(index: number, isNil = false): void {
    if (this.order === null) {
      const { shape } = this;
      // Otherwise Lua has a node for it, or puts the keys of all nodes in again.
      const isSimple = shape.keys.length <= 1 && shape.isFull;
      if (isSimple && !this.hasNil() && !this.hasHoles()) {
        this.arraySize = powerOf2(index);
        return;
      }
      this.becomeIrregular();
    }
    this.order?.add(index);
    if (isNil && this.order !== null) this.order.mayHaveNil = true;
  }

  private noteAssignment(order: NodeOrder, key: LuaValue, old: LuaValue, value: LuaValue): void {
    if (old === undefined) order.add(key);
    if (value === undefined) order.mayHaveNil = true;
  }

  private hasNil(): boolean {
    // Shared shapes have few keys.
    return this.shape.isShared ? this.values.includes(undefined) : this.nilCount > 0;
  }

  private hasHoles(): boolean {
    return this.array.includes(undefined);
  }

  private becomeIrregular(): void {
    const { shape } = this;
    this.order = new NodeOrder([...shape.keys], shape.sizeHint, this.arraySize);
    this.order.own(this);
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

function countNil(value: LuaValue): number {
  return value === undefined ? 1 : 0;
}

/** An empty table whose constructor has so many fields with a key, and elements without one. */
export function tableFor(sizeHint: number, elementCount = 0): LuaTable {
  const table = new LuaTable();
  table.shape = emptyShapeFor(sizeHint);
  table.arraySize = elementCount;
  return table;
}
