// Unpacks MessagePack as Redis's cmsgpack does: "bin" and "ext" are unknown to it, and unsigned
// integers of 64 bits are read as signed ones.
//
// Tables that are open wait on a stack of levels, not on JavaScript's, since they may be thousands
// deep. The reference keeps them on Lua's stack and fails when that is full, so its slots are
// counted here.
//
// Maps often have the same keys in the same order as the one before. As long as they have, keys are
// only compared, and at the map's end the table gets the shape of the one before.
import { fail, failOperation } from '../errors.ts';
import { LIBRARY_SLOTS_MAX } from '../limits.ts';
import type { Runtime } from '../runtime.ts';
import type { Shape } from '../shape.ts';
import { LuaTable } from '../table.ts';
import type { LuaValue } from '../value.ts';
import { doubleAt, floatAt } from './float-bytes.ts';

/** How often a growing table is charged, in values. */
const CHARGED_VALUES = 1024;
const VALUE_SIZE = 16;
const TABLE_SIZE = 160;
const VALUES_PER_FUEL = 16;
/** The first byte of a short string is this one with the size in its lowest five bits. */
const SHORT_STRING = 0xa0;
const SHORT_STRING_SIZE_MAX = 31;
/** Shapes of maps that are deeper are not remembered. */
const LIKELY_DEPTH_MAX = 16;
const TWO_32 = 2 ** 32;

/** What read() answers when it has opened a table. */
const OPENED = Symbol('opened');

/** A table that is open. */
class Level {
  table: LuaTable;
  isArray: boolean;
  /** All its elements or fields, and those that are there. */
  count: number;
  done = 0;
  /** Of a map: was the key read that the next value is for? */
  hasKey = false;
  key: LuaValue = undefined;
  /** The shape that the map will have if all goes well. Its values until then are in `values`. */
  expected: Shape | null = null;
  values: LuaValue[] = [];

  constructor(table: LuaTable, isArray: boolean, count: number) {
    this.table = table;
    this.isArray = isArray;
    this.count = count;
  }
}

/** Shapes of maps, by the depth at which the last ones were. Their keys are short strings. */
export class LikelyShapes {
  private readonly shapes: (Shape | null)[] = new Array(LIKELY_DEPTH_MAX).fill(null);

  /** The shape of the last map at a depth, if it has so many keys. */
  at(depth: number, count: number): Shape | null {
    if (depth >= LIKELY_DEPTH_MAX || count === 0) return null;
    const shape = this.shapes[depth];
    return shape !== null && shape.keys.length === count ? shape : null;
  }

  remember(depth: number, table: LuaTable): void {
    const { shape } = table;
    if (depth >= LIKELY_DEPTH_MAX || this.shapes[depth] === shape) return;
    this.shapes[depth] = shape.isShared && shape.keys.every(isShortString) ? shape : null;
  }
}

export class Unpacker {
  /** Where the next value begins. */
  offset: number;
  private readonly runtime: Runtime;
  private readonly likely: LikelyShapes;
  private readonly text: string;
  private slots: number;
  private readonly levels: Level[] = [];

  /** `slots`: how many values the calling function holds on Lua's stack. */
  constructor(runtime: Runtime, likely: LikelyShapes, text: string, offset: number, slots: number) {
    this.runtime = runtime;
    this.likely = likely;
    this.text = text;
    this.offset = offset;
    this.slots = slots;
  }

  /** The next value. Throws Lua's errors when there is none. */
  next(): LuaValue {
    const { levels } = this;
    let value = this.read();
    for (;;) {
      if (value === OPENED) {
        const opened = levels[levels.length - 1];
        value = opened.count > 0 ? this.readInto(opened) : this.close();
        continue;
      }
      if (levels.length === 0) break;
      const level = levels[levels.length - 1];
      if (level.isArray) this.putElement(level, value);
      else this.putInMap(level, value);
      value = level.done < level.count ? this.readInto(level) : this.close();
    }
    this.slots++;
    return value;
  }

  /** Is there room for one more value on the reference's stack? */
  checkSlot(extra: string): void {
    if (this.slots >= LIBRARY_SLOTS_MAX) fail(`stack overflow (${extra})`);
  }

  private readInto(level: Level): LuaValue | typeof OPENED {
    if (level.expected !== null) {
      const key = level.expected.keys[level.done] as string;
      if (this.skipKey(key)) {
        level.key = key;
        level.hasKey = true;
        this.slots++;
      } else {
        forgetExpected(level);
      }
    }
    return this.read();
  }

  private putElement(level: Level, value: LuaValue): void {
    const { table } = level;
    const index = ++level.done;
    // An element behind a nil is a field, as when Lua assigns one after the other.
    if (value !== undefined) table.set(index, value);
    if (index % CHARGED_VALUES === 0) this.chargeValues();
  }

  private putInMap(level: Level, value: LuaValue): void {
    if (!level.hasKey) {
      level.key = value;
      level.hasKey = true;
      this.slots++;
      return;
    }
    level.hasKey = false;
    this.slots--;
    if (level.expected !== null) {
      if (value !== undefined) {
        level.done++;
        level.values.push(value);
        return;
      }
      forgetExpected(level);
    }
    const { key } = level;
    if (key === undefined) failOperation('table index is nil');
    if (typeof key === 'number' && Number.isNaN(key)) failOperation('table index is NaN');
    level.table.set(key, value);
    if (++level.done % CHARGED_VALUES === 0) this.chargeValues();
  }

  private chargeValues(): void {
    this.runtime.spend(CHARGED_VALUES / VALUES_PER_FUEL);
    this.runtime.charge(CHARGED_VALUES * VALUE_SIZE);
  }

  private openArray(count: number): typeof OPENED {
    this.open(new Level(new LuaTable(), true, count));
    this.checkSlot('in function mp_decode_to_lua_array');
    // The index.
    this.slots++;
    return OPENED;
  }

  private openMap(count: number): typeof OPENED {
    const level = new Level(new LuaTable(), false, count);
    level.expected = this.likely.at(this.levels.length, count);
    this.open(level);
    return OPENED;
  }

  private open(level: Level): void {
    this.runtime.spend(1);
    this.runtime.charge(TABLE_SIZE);
    this.levels.push(level);
    this.slots++;
  }

  private close(): LuaTable {
    const { levels } = this;
    const level = levels.pop() as Level;
    const { table, expected } = level;
    this.slots -= level.isArray ? 2 : 1;
    if (level.isArray) return table;
    if (expected === null) {
      this.likely.remember(levels.length, table);
    } else {
      table.shape = expected;
      table.values = level.values;
    }
    return table;
  }

  /** Goes over a short string if it is the next value. */
  private skipKey(key: string): boolean {
    const { text, offset } = this;
    const size = key.length;
    if (offset + size >= text.length) return false;
    if (text.charCodeAt(offset) !== (SHORT_STRING | size)) return false;
    for (let i = 0; i < size; i++) {
      if (text.charCodeAt(offset + 1 + i) !== key.charCodeAt(i)) return false;
    }
    this.offset = offset + 1 + size;
    return true;
  }

  /** The next value, or OPENED if it is a table, which then is the last level. */
  private read(): LuaValue | typeof OPENED {
    if (this.offset >= this.text.length) failShort();
    this.checkSlot('too many return values at once; use unpack_one or unpack_limit instead.');
    const type = this.text.charCodeAt(this.offset++);
    if (type < 0x80) return type;
    if (type >= 0xe0) return type - 0x100;
    if (type < 0x90) return this.openMap(type & 15);
    if (type < 0xa0) return this.openArray(type & 15);
    if (type < 0xc0) return this.string(type & 31);
    return this.readTyped(type);
  }

  private readTyped(type: number): LuaValue | typeof OPENED {
    switch (type) {
      case 0xc0:
        return undefined;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xca:
        return floatAt(this.text, this.take(4), false);
      case 0xcb:
        return doubleAt(this.text, this.take(8), false);
      case 0xcc:
        return this.unsigned8();
      case 0xcd:
        return this.unsigned16();
      case 0xce:
        return this.signed32() >>> 0;
      case 0xcf:
      case 0xd3:
        return this.signed64();
      case 0xd0:
        return (this.unsigned8() << 24) >> 24;
      case 0xd1:
        return (this.unsigned16() << 16) >> 16;
      case 0xd2:
        return this.signed32();
      case 0xd9:
        return this.string(this.unsigned8());
      case 0xda:
        return this.string(this.unsigned16());
      case 0xdb:
        return this.string(this.signed32() >>> 0);
      case 0xdc:
        return this.openArray(this.unsigned16());
      case 0xdd:
        return this.openArray(this.signed32() >>> 0);
      case 0xde:
        return this.openMap(this.unsigned16());
      case 0xdf:
        return this.openMap(this.signed32() >>> 0);
      default:
        return fail('Bad data format in input.');
    }
  }

  /** The offset of so many bytes, which are then read. */
  private take(size: number): number {
    const { offset } = this;
    if (size > this.text.length - offset) failShort();
    this.offset = offset + size;
    return offset;
  }

  private string(size: number): string {
    const start = this.take(size);
    return this.text.slice(start, start + size);
  }

  private unsigned8(): number {
    return this.text.charCodeAt(this.take(1));
  }

  private unsigned16(): number {
    const { text } = this;
    const start = this.take(2);
    return (text.charCodeAt(start) << 8) | text.charCodeAt(start + 1);
  }

  private signed32(): number {
    this.take(4);
    return this.bitsBefore(0);
  }

  private signed64(): number {
    this.take(8);
    return this.bitsBefore(4) * TWO_32 + (this.bitsBefore(0) >>> 0);
  }

  /** The 32 bits that end so many bytes before the offset. */
  private bitsBefore(size: number): number {
    const { text } = this;
    const end = this.offset - size;
    const high = (text.charCodeAt(end - 4) << 24) | (text.charCodeAt(end - 3) << 16);
    return high | (text.charCodeAt(end - 2) << 8) | text.charCodeAt(end - 1);
  }
}

/** The map's keys are others: its values so far go into the table. */
function forgetExpected(level: Level): void {
  const { table, expected, values } = level;
  if (expected === null) return;
  for (let i = 0; i < values.length; i++) table.set(expected.keys[i], values[i]);
  level.expected = null;
  level.values = [];
}

function isShortString(value: LuaValue): boolean {
  return typeof value === 'string' && value.length <= SHORT_STRING_SIZE_MAX;
}

function failShort(): never {
  fail('Missing bytes in input.');
}
