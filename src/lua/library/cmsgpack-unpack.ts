// Unpacks MessagePack as Redis's cmsgpack does: "bin" and "ext" are unknown to it, and unsigned
// integers of 64 bits are read as signed ones.
//
// Tables that are open wait on a stack of levels, not on JavaScript's, since they may be thousands
// deep. The reference keeps them on Lua's stack and fails when that is full, so its slots are
// counted here.
//
// Maps often have the same keys in the same order as others before: see key-paths.ts. As soon as a
// map has a key that is no string, its fields are set one by one; a nil decides the order of those
// that follow, which is not found before somebody wants it.
import { fail, failOperation } from '../errors.ts';
import { LIBRARY_SLOTS_MAX } from '../limits.ts';
import type { Runtime } from '../runtime.ts';
import { LuaTable } from '../table.ts';
import type { LuaValue } from '../value.ts';
import { doubleAt, floatAt } from './float-bytes.ts';
import { type KeyPath, type KeyPaths, tableOf } from './key-paths.ts';

/** How often a growing table is charged, in values. */
const CHARGED_VALUES = 1024;
const VALUE_SIZE = 16;
const TABLE_SIZE = 160;
const VALUES_PER_FUEL = 16;
/** The first byte of a short string is this one with the size in its lowest five bits. */
const SHORT_STRING = 0xa0;
const SHORT_STRING_SIZE_MAX = 31;
const TWO_32 = 2 ** 32;
/** So many of a map's first fields may be nil: they are bits of a number. */
const NILS_MAX = 30;

/** What read() answers when it has opened a table. */
const OPENED = Symbol('opened');

/** A short string, for paths. */
export function packedKeyText(key: string): string | null {
  if (key.length > SHORT_STRING_SIZE_MAX) return null;
  return String.fromCharCode(SHORT_STRING | key.length) + key;
}

/** A table that is open. */
class Level {
  readonly isArray: boolean;
  /** All its elements or fields, and those that are there. */
  readonly count: number;
  done = 0;
  /** Of an array, and of a map whose fields are set one by one. */
  table: LuaTable | null;
  /** Of a map: was the key read that the next value is for? */
  hasKey = false;
  key: LuaValue = undefined;
  /** Is the key the last one of the path? */
  isFollowed = false;
  /** Of another map: its keys as far as they are known. Of an array: where its maps start. */
  path: KeyPath;
  /** The keys that follow on those of the path, and all values. */
  keys: string[] | null = null;
  values: LuaValue[] = [];
  /** Bits of those of the first values that are nil. */
  nils = 0;

  constructor(isArray: boolean, count: number, path: KeyPath) {
    this.isArray = isArray;
    this.count = count;
    this.path = path;
    this.table = isArray ? new LuaTable() : null;
  }
}

export class Unpacker {
  /** Where the next value begins. */
  offset: number;
  private readonly runtime: Runtime;
  private readonly paths: KeyPaths;
  private readonly text: string;
  private slots: number;
  private readonly levels: Level[] = [];

  /** `slots`: how many values the calling function holds on Lua's stack. */
  constructor(runtime: Runtime, paths: KeyPaths, text: string, offset: number, slots: number) {
    this.runtime = runtime;
    this.paths = paths;
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
    const isKey = !level.isArray && !level.hasKey;
    if (isKey && level.table === null && level.keys === null) this.followPath(level);
    return this.read();
  }

  /** Goes along the path, if the key that begins here is on it. */
  private followPath(level: Level): void {
    for (let { next } = level.path; next !== null; next = next.sibling) {
      if (!this.text.startsWith(next.text, this.offset)) continue;
      level.path = next;
      level.isFollowed = true;
      level.key = undefined;
      level.hasKey = true;
      this.offset += next.text.length;
      this.slots++;
      return;
    }
  }

  private putElement(level: Level, value: LuaValue): void {
    const index = ++level.done;
    // An element behind a nil is a field, as when Lua assigns one after the other.
    if (value !== undefined) level.table?.set(index, value);
    if (index % CHARGED_VALUES === 0) this.chargeValues();
  }

  private putInMap(level: Level, value: LuaValue): void {
    if (!level.hasKey) {
      level.isFollowed = false;
      level.key = value;
      level.hasKey = true;
      this.slots++;
      return;
    }
    level.hasKey = false;
    this.slots--;
    const { key } = level;
    const isOnPath = key === undefined && level.isFollowed;
    const isText = isOnPath || typeof key === 'string';
    const isLateNil = value === undefined && level.done >= NILS_MAX;
    if (level.table !== null || isLateNil || !isText) {
      this.putInTable(level, isOnPath ? level.path.shape.keys[level.done] : key, value);
    } else {
      if (value === undefined) level.nils |= 1 << level.done;
      level.values.push(value);
      if (!isOnPath) (level.keys ??= []).push(key as string);
    }
    if (++level.done % CHARGED_VALUES === 0) this.chargeValues();
  }

  private putInTable(level: Level, key: LuaValue, value: LuaValue): void {
    if (key === undefined) failOperation('table index is nil');
    if (typeof key === 'number' && Number.isNaN(key)) failOperation('table index is NaN');
    level.table ??= tableSoFar(level);
    level.table.set(key, value);
  }

  private chargeValues(): void {
    this.runtime.spend(CHARGED_VALUES / VALUES_PER_FUEL);
    this.runtime.charge(CHARGED_VALUES * VALUE_SIZE);
  }

  private openArray(count: number): typeof OPENED {
    this.open(new Level(true, count, this.innerPath()));
    this.checkSlot('in function mp_decode_to_lua_array');
    // The index.
    this.slots++;
    return OPENED;
  }

  private openMap(count: number): typeof OPENED {
    this.open(new Level(false, count, this.innerPath()));
    return OPENED;
  }

  /** Where the maps start that are in the value that begins. */
  private innerPath(): KeyPath {
    const { levels, paths } = this;
    if (levels.length === 0) return paths.start();
    const { isArray, path } = levels[levels.length - 1];
    return isArray ? path : paths.inner(path);
  }

  private open(level: Level): void {
    this.runtime.spend(1);
    this.runtime.charge(TABLE_SIZE);
    this.levels.push(level);
    this.slots++;
  }

  private close(): LuaTable {
    const level = this.levels.pop() as Level;
    this.slots -= level.isArray ? 2 : 1;
    if (level.table !== null) return level.table;
    const { path, keys, values, nils } = level;
    const table =
      keys === null ? tableOf(path.shape, values) : this.paths.table(path, keys, values);
    if (nils === 0) return table;
    const { shape } = table;
    // Nothing is known of the order where a key came twice, or of many.
    if (!shape.isShared || shape.keys.length !== values.length) return tableSoFar(level);
    table.setNils(nils);
    return table;
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
    // It may become a key.
    this.runtime.spendOnBytes(size);
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

/** What was read of a map, field by field. */
function tableSoFar({ path, keys, values }: Level): LuaTable {
  const table = new LuaTable();
  const known = path.shape.keys;
  for (let i = 0; i < values.length; i++) {
    const key = i < known.length ? known[i] : keys?.[i - known.length];
    table.set(key, values[i]);
  }
  return table;
}

function failShort(): never {
  fail('Missing bytes in input.');
}
