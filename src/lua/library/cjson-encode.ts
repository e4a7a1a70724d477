// cjson.encode(): a Lua value as JSON.
//
// It does not call itself for a table within a table, as scripts may nest them deeper than the
// stack of JavaScript is.
import { fail, LuaError } from '../errors.ts';
import { LIBRARY_SLOTS_MAX, STRING_SIZE_MAX } from '../limits.ts';
import { generalFormat, textOfNumber } from '../numbers.ts';
import type { Runtime } from '../runtime.ts';
import { LuaTable } from '../table.ts';
import { typeName } from '../types.ts';
import { type LuaValue, Userdata } from '../value.ts';
import type { KeyTexts } from './key-texts.ts';

/** The null of JSON, which cannot be nil as a table has no fields that are nil. */
export const NULL = new Userdata('userdata: (nil)');

export interface EncodeSettings {
  /** Makes an object of an array that has too few elements; otherwise it is an error. */
  convertsSparse: boolean;
  /** An array has too few when its length is more than so many times their number; 0: never. */
  sparseRatio: number;
  /** Arrays up to this length may have any number of elements. */
  sparseSafe: number;
  depthMax: number;
  /** What becomes of NaN and infinity: an error, C's names for them, or null. */
  invalidNumbers: 'off' | 'on' | 'null';
  /** Digits of a number. */
  precision: number;
}

/** Text is paid for and counted in pieces of about this size, and long strings in larger ones. */
const PIECE_SIZE = 32 * 1024;
const LONG_SIZE = 4 * 1024 * 1024;
/** Less than a string may be long: there is room for what is beside it. */
const SIZE_MAX = STRING_SIZE_MAX - LONG_SIZE;
/** Characters of text that cost as much as one loop of a script. */
const SIZE_PER_FUEL = 8;
/** Up to this size a loop finds characters to escape sooner than a regular expression. */
const SHORT_SIZE = 16;
/** Strings in sequence, if they are so many, are written all at once. */
const RUN_MIN = 6;
const RUN_MAX = 1000;
const RUN_STRING_SIZE_MAX = 64;
/** As many digits as tostring() writes. */
const DIGITS = 14;
/** What a table needs of C's stack besides what is around it. */
const TABLE_SLOTS = 3;

/** What JSON.stringify() escapes. */
const ESCAPED = /["\\\x00-\x1f]/;
const isEscaped = Uint8Array.from({ length: 256 }, (_, code) =>
  ESCAPED.test(String.fromCharCode(code)) ? 1 : 0,
);

/** A text that would be longer than `sizeMax` is an error of Lua. */
export function encodeJson(
  runtime: Runtime,
  settings: EncodeSettings,
  keyTexts: KeyTexts,
  value: LuaValue,
  sizeMax = SIZE_MAX,
): string {
  return new Encoder(runtime, settings, keyTexts, sizeMax).encode(value);
}

/** A key as JSON, with its colon. Numbers are written as the settings say. */
export function jsonKey(key: string): string {
  return `${JSON.stringify(key)}:`;
}

/** A table of which a part is written. */
class Level {
  /** The level around, and the one within, as it was made. */
  readonly outer: Level | null;
  inner: Level | null = null;
  readonly depth: number;
  table: LuaTable;
  isArray = false;
  /** Elements of the array, and places of the hash part behind them: the next, and the end. */
  next = 0;
  end = 0;
  /** Was no field of the object written yet? */
  isEmpty = true;
  /** Slots of C's stack that Lua would use for what is around the table. */
  stackSlots = 0;

  constructor(table: LuaTable, outer: Level | null) {
    this.table = table;
    this.outer = outer;
    this.depth = outer === null ? 1 : outer.depth + 1;
  }
}

class Encoder {
  private readonly runtime: Runtime;
  private readonly settings: EncodeSettings;
  private readonly keyTexts: KeyTexts;
  private readonly sizeMax: number;
  /** Text that is done with, and the piece that grows behind it. */
  private done = '';
  private text = '';

  constructor(runtime: Runtime, settings: EncodeSettings, keyTexts: KeyTexts, sizeMax: number) {
    this.runtime = runtime;
    this.settings = settings;
    this.keyTexts = keyTexts;
    this.sizeMax = sizeMax;
  }

  encode(value: LuaValue): string {
    if (value instanceof LuaTable) this.writeTables(value);
    else this.text = this.leaf(value);
    this.store(this.text);
    // The pieces are charged: now they become one.
    this.runtime.chargeString(this.done.length);
    return this.runtime.real(this.done);
  }

  private writeTables(table: LuaTable): void {
    let level = new Level(table, null);
    this.open(level, table, 1);
    for (;;) {
      const child = level.isArray ? this.writeArray(level) : this.writeObject(level);
      if (child !== null) {
        const stackSlots = level.stackSlots + (level.isArray ? 1 : 2);
        level.inner ??= new Level(child, level);
        level = level.inner;
        this.open(level, child, stackSlots);
      } else {
        if (level.outer === null) return;
        level = level.outer;
      }
    }
  }

  private open(level: Level, table: LuaTable, stackSlots: number): void {
    if (level.depth > this.settings.depthMax || stackSlots + TABLE_SLOTS > LIBRARY_SLOTS_MAX) {
      fail(`Cannot serialise, excessive nesting (${level.depth})`);
    }
    if (this.text.length > PIECE_SIZE) this.text = this.store(this.text);
    this.runtime.spendOnValues(table.places);
    const length = this.arrayLength(table);
    level.table = table;
    level.isArray = length > 0;
    level.next = 0;
    level.end = length > 0 ? length : endOfFields(table);
    level.isEmpty = true;
    level.stackSlots = stackSlots;
    if (length > 0) this.text += '[';
  }

  /** Writes what is left of an array, or up to a table within, which it returns. */
  private writeArray(level: Level): LuaTable | null {
    const { table, end } = level;
    const { array } = table;
    let { text } = this;
    for (let i = level.next; i < end; i++) {
      const value = i < array.length ? array[i] : table.get(i + 1);
      if (i > 0) text += ',';
      if (value instanceof LuaTable) {
        level.next = i + 1;
        this.text = text;
        return value;
      }
      const runEnd = typeof value === 'string' ? stringsEnd(array, i) : i;
      if (runEnd > i) {
        text += JSON.stringify(array.slice(i, runEnd)).slice(1, -1);
        i = runEnd - 1;
      } else {
        text += this.leaf(value);
      }
      if (text.length > PIECE_SIZE) text = this.store(text);
    }
    this.text = `${text}]`;
    return null;
  }

  /** The same for an object: first the array part, if it has one. */
  private writeObject(level: Level): LuaTable | null {
    if (level.table.order !== null) return this.writeIrregular(level);
    const { array, values, shape } = level.table;
    const { slots } = shape.order;
    const keyTexts = this.keyTexts.of(shape);
    let { text } = this;
    for (let i = level.next; i < level.end; i++) {
      const place = i - array.length;
      const slot = place < 0 ? place : slots[place];
      const value = place < 0 ? array[i] : slot < 0 ? undefined : values[slot];
      if (value === undefined) continue;
      text += level.isEmpty ? '{' : ',';
      if (place >= 0 && keyTexts !== null) text += keyTexts[place];
      else text += this.key(place < 0 ? i + 1 : shape.keys[slot]);
      level.isEmpty = false;
      if (value instanceof LuaTable) {
        level.next = i + 1;
        this.text = text;
        return value;
      }
      text += this.leaf(value);
      if (text.length > PIECE_SIZE) text = this.store(text);
    }
    this.text = text + (level.isEmpty ? '{}' : '}');
    return null;
  }

  /** The same for a table with an order of its own. */
  private writeIrregular(level: Level): LuaTable | null {
    const { table } = level;
    for (let at = table.advance(level.next); at !== 0; at = table.advance(at)) {
      const value = table.valueAt(at);
      this.text += (level.isEmpty ? '{' : ',') + this.key(table.keyAt(at));
      level.isEmpty = false;
      if (value instanceof LuaTable) {
        level.next = at;
        return value;
      }
      this.text += this.leaf(value);
      if (this.text.length > PIECE_SIZE) this.text = this.store(this.text);
    }
    this.text += level.isEmpty ? '{}' : '}';
    return null;
  }

  private key(key: LuaValue): string {
    if (typeof key === 'string') return `${this.quoted(key)}:`;
    if (typeof key === 'number') return `"${this.number(key)}":`;
    return failType(key, 'table key must be a number or string');
  }

  /** A value that is no table. */
  private leaf(value: LuaValue): string {
    switch (typeof value) {
      case 'string':
        return this.quoted(value);
      case 'number':
        return this.number(value);
      case 'boolean':
        return value ? 'true' : 'false';
      case 'undefined':
        return 'null';
      default:
        return value === NULL ? 'null' : failType(value, 'type not supported');
    }
  }

  private number(value: number): string {
    const { precision, invalidNumbers } = this.settings;
    if (!Number.isFinite(value)) {
      if (invalidNumbers === 'off') failType(value, 'must not be NaN or Inf');
      if (invalidNumbers === 'null') return 'null';
      if (Number.isNaN(value)) return 'nan';
    }
    return precision === DIGITS ? textOfNumber(value) : generalFormat(value, precision, false);
  }

  /** A string; the slashes in it are left to store(). */
  private quoted(text: string): string {
    if (text.length > LONG_SIZE) return this.quotedLong(text);
    if (text.length > SHORT_SIZE) return ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`;
    for (let i = 0; i < text.length; i++) {
      if (isEscaped[text.charCodeAt(i)] === 1) return JSON.stringify(text);
    }
    return `"${text}"`;
  }

  private quotedLong(text: string): string {
    let quoted = '"';
    for (let start = 0; start < text.length; start += LONG_SIZE) {
      const piece = text.slice(start, start + LONG_SIZE);
      const escaped = ESCAPED.test(piece) ? JSON.stringify(piece).slice(1, -1) : piece;
      this.checkSize(quoted.length + escaped.length);
      quoted += escaped;
      this.runtime.charge(escaped.length);
      this.runtime.spend(LONG_SIZE / SIZE_PER_FUEL);
    }
    return `${quoted}"`;
  }

  /** Puts text to what is done with, and gives the empty text that follows. */
  private store(text: string): string {
    if (text.length > 2 * LONG_SIZE) {
      for (let start = 0; start < text.length; start += LONG_SIZE) {
        this.store(text.slice(start, start + LONG_SIZE));
      }
      return '';
    }
    const stored = withSlashes(text);
    this.checkSize(stored.length);
    this.done += stored;
    this.runtime.charge(stored.length);
    this.runtime.spend(Math.ceil(stored.length / SIZE_PER_FUEL));
    return '';
  }

  private checkSize(size: number): void {
    if (this.done.length + size > this.sizeMax) throw new LuaError('not enough memory');
  }

  /** The length of a table that is written as an array; 0 or less when it is an object. */
  private arrayLength(table: LuaTable): number {
    const { array, values, shape } = table;
    const { sparseRatio, sparseSafe, convertsSparse } = this.settings;
    let length = array.length;
    let count = 0;
    if (values.length > 0) {
      for (let slot = 0; slot < values.length; slot++) {
        if (values[slot] === undefined) continue;
        const key = shape.keys[slot];
        if (typeof key !== 'number' || key < 1 || Math.floor(key) !== key) return -1;
        // C's conversion to an int.
        if (key > length) length = key < 2 ** 31 ? key : -(2 ** 31);
        count++;
      }
    }
    if (sparseRatio === 0 || length <= sparseSafe) return length;
    for (let i = 0; i < array.length; i++) if (array[i] !== undefined) count++;
    // C multiplies ints.
    if (length <= Math.imul(count, sparseRatio)) return length;
    if (!convertsSparse) failType(table, 'excessively sparse array');
    return -1;
  }
}

/** Places that writeObject() goes over. */
function endOfFields({ order, array, shape }: LuaTable): number {
  return order === null ? array.length + shape.order.slots.length : 0;
}

/**
 * The end of the short strings that begin at `start`, if they are many: all at once they become
 * JSON sooner. Otherwise `start`.
 */
function stringsEnd(array: readonly LuaValue[], start: number): number {
  const limit = Math.min(array.length, start + RUN_MAX);
  let end = start;
  for (; end < limit; end++) {
    const value = array[end];
    if (typeof value !== 'string' || value.length > RUN_STRING_SIZE_MAX) break;
  }
  return end - start < RUN_MIN ? start : end;
}

/**
 * Escapes what JSON.stringify() does not: only strings have these characters. Unlike replaceAll(),
 * this makes flat strings, without a tree of all the parts.
 */
function withSlashes(text: string): string {
  const escaped = text.includes('/') ? text.split('/').join('\\/') : text;
  return escaped.includes('\x7f') ? escaped.split('\x7f').join('\\u007f') : escaped;
}

function failType(value: LuaValue, reason: string): never {
  return fail(`Cannot serialise ${typeName(value)}: ${reason}`);
}
