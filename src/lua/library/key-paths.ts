// What decoders remember of the objects that they have read. Objects at one place of a text tend to
// have the same keys in the same order. A path leads from shape to shape along such keys: while the
// text has the keys of a path, no key is made a string or looked up.
//
// Invariants:
// - A path's shape has the keys on the way to it, in that order, and is shared.
// - A text that goes on with a path's own text has that key.
import { emptyShape, Shape } from '../shape.ts';
import { LuaTable } from '../table.ts';
import { type LuaValue, ownText } from '../value.ts';

/** Objects with more keys are not remembered. */
const KEYS_MAX = 16;
const KEY_SIZE_MAX = 64;
/** Where more different keys follow, keys are data: then none are remembered. */
const BRANCHES_MAX = 8;
/** Paths that are remembered. When there are so many, and they miss so often, all are forgotten. */
const PATHS_MAX = 2000;
const MISSES_MAX = 100000;

export class KeyPath {
  readonly shape: Shape;
  /** The last key, as the text has it. */
  readonly text: string;
  /** The paths that are one key longer, the latest first: a list by `sibling`. */
  next: KeyPath | null = null;
  nextCount = 0;
  sibling: KeyPath | null = null;
  /** Where the objects start that are in the value of the last key. */
  inner: KeyPath | null = null;

  constructor(shape: Shape, text: string) {
    this.shape = shape;
    this.text = text;
  }
}

/** A key as the text has it; null of one that may stand there in other forms, too. */
export type KeyText = (key: string) => string | null;

export class KeyPaths {
  private readonly keyText: KeyText;
  private root = new KeyPath(emptyShape(), '');
  /** Where objects start that are not to be remembered. */
  private nowhere = new KeyPath(emptyShape(), '');
  private count = 0;
  private misses = 0;

  constructor(keyText: KeyText) {
    this.keyText = keyText;
  }

  /** Where a text's outermost objects start. */
  start(): KeyPath {
    if (this.misses > MISSES_MAX || this.root.shape !== emptyShape()) {
      this.root = new KeyPath(emptyShape(), '');
      this.nowhere = new KeyPath(emptyShape(), '');
      this.count = 0;
      this.misses = 0;
    }
    return this.root;
  }

  /** Where the objects start that are in the value of a path's last key. */
  inner(path: KeyPath): KeyPath {
    if (path.inner === null) {
      if (this.count >= PATHS_MAX) return this.nowhere;
      this.count++;
      path.inner = new KeyPath(emptyShape(), '');
    }
    return path.inner;
  }

  /** The table of an object that has the keys of a path, and others behind them. */
  table(path: KeyPath, keys: readonly string[], values: LuaValue[]): LuaTable {
    const keyCount = path.shape.keys.length + keys.length;
    if (this.count >= PATHS_MAX) this.misses++;
    const isKnown = keyCount <= KEYS_MAX && path.nextCount < BRANCHES_MAX && this.count < PATHS_MAX;
    return isKnown ? this.sharedTable(path, keys, values) : ownTable(path.shape, keys, values);
  }

  private sharedTable(path: KeyPath, keys: readonly string[], values: LuaValue[]): LuaTable {
    let { shape } = path;
    let end: KeyPath | null = path;
    const count = shape.keys.length;
    const fields = values.slice(0, count);
    for (let i = 0; i < keys.length; i++) {
      const key = ownText(keys[i]);
      const value = values[count + i];
      const slot = shape.slots.get(key);
      if (slot === undefined) {
        shape = shape.with(key);
        fields.push(value);
        if (end !== null) end = this.longer(end, key, shape);
      } else {
        fields[slot] = value;
      }
    }
    return tableOf(shape, fields);
  }

  /** Remembers that `key` came behind a path. */
  private longer(path: KeyPath, key: string, shape: Shape): KeyPath | null {
    if (!shape.isShared || key.length > KEY_SIZE_MAX) return null;
    const text = this.keyText(key);
    if (text === null) return null;
    const next = new KeyPath(shape, text);
    next.sibling = path.next;
    path.next = next;
    path.nextCount++;
    this.count++;
    return next;
  }
}

/** A table with a shape of its own. */
function ownTable(shape: Shape, keys: readonly string[], values: LuaValue[]): LuaTable {
  const own = new Shape([...shape.keys, ...keys], 0, null);
  if (own.slots.size === values.length) return tableOf(own, values);
  // A key came twice: its last value counts, at its first place.
  const table = new LuaTable();
  for (let i = 0; i < values.length; i++) table.set(own.keys[i], values[i]);
  return table;
}

/** A table with the keys of a shape, none of whose fields is nil. */
export function tableOf(shape: Shape, values: LuaValue[]): LuaTable {
  const table = new LuaTable();
  table.shape = shape;
  table.values = values;
  return table;
}
