// Packs values as MessagePack, as Redis's cmsgpack does
// (https://github.com/msgpack/msgpack/blob/master/spec.md): integers in their shortest form, floats
// of 32 bits where they lose nothing, strings as "str", and never "bin" or "ext".
import { MESSAGE_DEPTH_MAX } from '../limits.ts';
import type { Runtime } from '../runtime.ts';
import type { Shape } from '../shape.ts';
import { LuaTable } from '../table.ts';
import type { LuaValue } from '../value.ts';
import { textOfDouble, textOfFloat } from './float-bytes.ts';

const NIL = '\xc0';
const FALSE = '\xc2';
const TRUE = '\xc3';
/** From this size on a string's size does not fit into the byte of its type. */
const LONG_STRING_SIZE = 32;
const LONG_TABLE_COUNT = 16;
const TWO_32 = 2 ** 32;
const TWO_63 = 2 ** 63;
/** What a packed value takes until the pieces are joined. */
const PIECE_SIZE = 32;

/** All characters that a byte can be. */
const characters = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code));

/** How a table of a shape is packed when none of its fields is nil. */
interface Plan {
  /** The keys as they are packed, in the order of traversal; the map's head is with the first. */
  readonly keys: readonly string[];
  /** Where the values are. */
  readonly slots: readonly number[];
}

export class Packer {
  private readonly runtime: Runtime;
  /** Of shapes whose keys are short strings; null for others. */
  private readonly plans = new WeakMap<Shape, Plan | null>();
  private lastShape: Shape | null = null;
  private lastPlan: Plan | null = null;

  constructor(runtime: Runtime) {
    this.runtime = runtime;
  }

  /** The text of a value that is inside of so many tables. */
  pack(value: LuaValue, nesting: number): string {
    switch (typeof value) {
      case 'number':
        return packNumber(value);
      case 'string':
        return packString(value);
      case 'boolean':
        return value ? TRUE : FALSE;
      case 'object':
        return value instanceof LuaTable && nesting < MESSAGE_DEPTH_MAX
          ? this.packTable(value, nesting + 1)
          : NIL;
      default:
        return NIL;
    }
  }

  private packTable(table: LuaTable, nesting: number): string {
    const { array, values } = table;
    const elements = liveCount(array);
    const fields = liveCount(values);
    const count = elements + fields;
    this.runtime.spend(count);
    this.runtime.charge(count * PIECE_SIZE);
    // What the hash part has never continues the array.
    if (fields === 0 && elements === array.length) return this.packArray(array, nesting);
    if (elements === 0 && fields === values.length && table.order === null) {
      const plan = this.planOf(table.shape);
      if (plan !== null) return this.packByPlan(values, plan, nesting);
    }
    let text = packHead(count, 0x80, '\xde', '\xdf');
    for (let cursor = table.advance(0); cursor !== 0; cursor = table.advance(cursor)) {
      text += this.pack(table.keyAt(cursor), nesting);
      text += this.pack(table.valueAt(cursor), nesting);
    }
    return text;
  }

  private packArray(array: LuaValue[], nesting: number): string {
    const { length } = array;
    let text = packHead(length, 0x90, '\xdc', '\xdd');
    for (let i = 0; i < length; i++) text += this.pack(array[i], nesting);
    return text;
  }

  private packByPlan(values: LuaValue[], { keys, slots }: Plan, nesting: number): string {
    let text = '';
    for (let i = 0; i < keys.length; i++) {
      text += keys[i];
      text += this.pack(values[slots[i]], nesting);
    }
    return text;
  }

  private planOf(shape: Shape): Plan | null {
    if (!shape.isShared) return null;
    if (shape !== this.lastShape) {
      let plan = this.plans.get(shape);
      if (plan === undefined) {
        plan = newPlan(shape);
        this.plans.set(shape, plan);
      }
      this.lastShape = shape;
      this.lastPlan = plan;
    }
    return this.lastPlan;
  }
}

function newPlan({ keys, order }: Shape): Plan | null {
  const slots = Array.from(order.slots).filter((slot) => slot >= 0);
  const texts: string[] = [];
  for (const slot of slots) {
    const key = keys[slot];
    if (typeof key !== 'string' || key.length >= LONG_STRING_SIZE) return null;
    texts.push(packString(key));
  }
  texts[0] = packHead(keys.length, 0x80, '\xde', '\xdf') + texts[0];
  return { keys: texts, slots };
}

function liveCount(values: LuaValue[]): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (values[i] !== undefined) count++;
  return count;
}

/** The type and size of a table, which are one byte for a short one. */
function packHead(count: number, short: number, of16: string, of32: string): string {
  if (count < LONG_TABLE_COUNT) return characters[short | count];
  return count < 0x10000 ? of16 + textOf16(count) : of32 + textOf32(count);
}

function packString(value: string): string {
  const size = value.length;
  if (size < LONG_STRING_SIZE) return characters[0xa0 | size] + value;
  if (size < 0x100) return `\xd9${characters[size]}${value}`;
  return (size < 0x10000 ? '\xda' + textOf16(size) : '\xdb' + textOf32(size)) + value;
}

function packNumber(value: number): string {
  if (!Number.isInteger(value) || value < -TWO_63 || value >= TWO_63) {
    return Math.fround(value) === value
      ? '\xca' + textOfFloat(value, false)
      : '\xcb' + textOfDouble(value, false);
  }
  if (value >= 0) {
    if (value < 0x80) return characters[value];
    if (value < 0x100) return '\xcc' + characters[value];
    if (value < 0x10000) return '\xcd' + textOf16(value);
    return value < TWO_32 ? '\xce' + textOf32(value) : '\xcf' + textOf64(value);
  }
  if (value >= -0x20) return characters[value & 0xff];
  if (value >= -0x80) return '\xd0' + characters[value & 0xff];
  if (value >= -0x8000) return '\xd1' + textOf16(value);
  return value >= -0x80000000 ? '\xd2' + textOf32(value) : '\xd3' + textOf64(value);
}

/** The lowest 16 bits. */
function textOf16(value: number): string {
  return characters[(value >> 8) & 0xff] + characters[value & 0xff];
}

/** The lowest 32 bits. */
function textOf32(value: number): string {
  const low = value & 0xff;
  return String.fromCharCode(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, low);
}

function textOf64(value: number): string {
  const high = Math.floor(value / TWO_32);
  return textOf32(high) + textOf32(value - high * TWO_32);
}
