// Which keys a table's hash part has, and in which slots their values are. Tables that got the same
// keys in the same order share a shape, so that a small table is one array of values, and generated
// code can remember the slot of a field. A large table has a shape of its own that grows with it.
//
// Invariants:
// - A key never leaves a shape: a field that is nil keeps its slot, so traversal may clear fields.
// - `slots.get(keys[i])` is i. The keys of a shared shape never change.
// - Traversal takes its order only where it is the table's: see table.ts.
import { NodeOrder, nodeCountFor } from './node-order.ts';
import { type LuaValue, ownText } from './value.ts';

/** Tables with more keys do not share. */
const SHARED_KEYS_MAX = 16;
/** Shapes with longer keys would be large, and no script has the same ones again. */
const KEY_SIZE_MAX = 256;
/** Shapes that are remembered; then all is forgotten, and tables that are there keep theirs. */
const SHAPES_MAX = 2000;

export class Shape {
  readonly keys: LuaValue[];
  readonly slots: Map<LuaValue, number>;
  /** The fields that the tables' constructor announced: they decide the order of traversal. */
  readonly sizeHint: number;
  private readonly family: Family | null;
  /** Known shapes with one more key. */
  private next: Map<LuaValue, Shape> | null = null;
  private known: NodeOrder | null = null;

  /** With a family the shape is shared. */
  constructor(keys: LuaValue[], sizeHint: number, family: Family | null) {
    this.keys = keys;
    this.sizeHint = sizeHint;
    this.slots = new Map();
    for (let i = 0; i < keys.length; i++) this.slots.set(keys[i], i);
    this.family = family;
  }

  get isShared(): boolean {
    return this.family !== null;
  }

  /** Are all of Lua's nodes in use, as long as no key is lost? Then the next key makes new ones. */
  get isFull(): boolean {
    const { length } = this.keys;
    return length === nodeCountFor(this.sizeHint, length);
  }

  /** The shape with one more key, which is new: maybe this one, grown. */
  with(key: LuaValue): Shape {
    const { family, sizeHint } = this;
    if (family === null) {
      this.slots.set(key, this.keys.length);
      this.keys.push(key);
      return this;
    }
    // A Map takes -0 for 0, which another table may have; traversal shows the one that came first.
    const isMinusZero = key === 0 && Object.is(key, -0);
    const known = isMinusZero ? undefined : this.next?.get(key);
    if (known !== undefined) return known;
    const isText = typeof key === 'string' && key.length <= KEY_SIZE_MAX;
    // Shapes are remembered.
    const keys = [...this.keys, isText ? ownText(key) : key];
    const isLong = typeof key === 'string' ? key.length > KEY_SIZE_MAX : keys.length > 4;
    const isAlone = keys.length > SHARED_KEYS_MAX || isLong;
    if (isAlone || isMinusZero) return new Shape(keys, sizeHint, null);
    const shape = new Shape(keys, sizeHint, family);
    if (family.add()) {
      this.next ??= new Map();
      this.next.set(keys[keys.length - 1], shape);
    }
    return shape;
  }

  /** In which order traversal visits the slots. */
  get order(): NodeOrder {
    this.known ??= new NodeOrder(this.keys, this.sizeHint);
    return this.known;
  }
}

/** Shapes that came from the same empty ones. */
class Family {
  readonly empty = new Map<number, Shape>();
  private count = 0;

  /** May one more shape be remembered? */
  add(): boolean {
    if (this.count++ < SHAPES_MAX) return true;
    if (family === this) renew();
    return false;
  }
}

let family = new Family();
let empty = new Shape([], 0, family);

function renew(): void {
  family = new Family();
  empty = new Shape([], 0, family);
}

/** The shape of a table without fields. */
export function emptyShape(): Shape {
  return empty;
}

/** The shape of a table without fields whose constructor announced some. */
export function emptyShapeFor(sizeHint: number): Shape {
  let shape = family.empty.get(sizeHint);
  if (shape === undefined) {
    shape = new Shape([], sizeHint, family);
    if (family.add()) family.empty.set(sizeHint, shape);
  }
  return shape;
}
