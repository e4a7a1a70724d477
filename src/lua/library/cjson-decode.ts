// cjson.decode(): the Lua value that a JSON text stands for.
//
// It does not call itself for a value within a value, as scripts may set how deep values nest. The
// values of all arrays and objects that are open lie on one stack, and become tables when these
// end. What is an error, and which one, is what Redis's cjson says, which reads the text as a C
// string, up to a zero byte.
import { fail } from '../errors.ts';
import { LIBRARY_SLOTS_MAX } from '../limits.ts';
import { numberEnd } from '../number-scan.ts';
import { numberOfString } from '../numbers.ts';
import type { Runtime } from '../runtime.ts';
import { LuaTable } from '../table.ts';
import type { LuaValue } from '../value.ts';
import { NULL } from './cjson-encode.ts';
import type { KeyPath, KeyPaths } from './cjson-paths.ts';
import { EscapedStrings, isInvalidNumber } from './cjson-scan.ts';

export interface DecodeSettings {
  depthMax: number;
  /** Are NaN, infinity, hexadecimal numbers and those that begin with 0 or + read as numbers? */
  readsInvalidNumbers: boolean;
}

/** What an array and an object need of C's stack besides what is around them. */
const ARRAY_SLOTS = 2;
const OBJECT_SLOTS = 3;
/** Estimates of the bytes that a table takes, and a value in it. */
const TABLE_SIZE = 128;
const VALUE_SIZE = 24;
/** Values of what is open are paid for, too. */
const VALUES_PER_CHARGE = 4096;
/** A double has all integers of so many digits. */
const DIGITS_MAX = 15;
const SPACES_PER_SPEND = 65536;
const SPACES_PER_FUEL = 8;

const TAB = 0x09;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const LETTER_E = 0x65;
const LETTER_X = 0x78;
/** The bit that makes a letter a small one. */
const LOWER_CASE = 0x20;
const ARRAY_START = 0x5b;
const ARRAY_END = 0x5d;
const OBJECT_START = 0x7b;
const OBJECT_END = 0x7d;

/** What errors call the tokens of one character. */
const tokenNames = new Map([
  [0, 'T_END'],
  [OBJECT_START, 'T_OBJ_BEGIN'],
  [OBJECT_END, 'T_OBJ_END'],
  [ARRAY_START, 'T_ARR_BEGIN'],
  [ARRAY_END, 'T_ARR_END'],
  [COMMA, 'T_COMMA'],
  [COLON, 'T_COLON'],
]);

export function decodeJson(
  runtime: Runtime,
  settings: DecodeSettings,
  paths: KeyPaths,
  text: string,
): LuaValue {
  return new Decoder(runtime, settings, paths, text).decode();
}

/** An array or an object that is open. */
class Level {
  isArray = false;
  /** Where its values begin on the stack. */
  start = 0;
  /** Of an object: its keys as far as they are known. Of an array: where its objects start. */
  path: KeyPath;
  /** The keys that follow on those of the path. */
  keys: string[] | null = null;
  /** Slots of C's stack that Lua would use for its values. */
  stackSlots = 0;

  constructor(path: KeyPath) {
    this.path = path;
  }
}

class Decoder {
  private readonly runtime: Runtime;
  private readonly settings: DecodeSettings;
  private readonly paths: KeyPaths;
  private readonly text: string;
  private position = 0;
  /** No backslash or zero byte lies between a position that was looked at and this one. */
  private nextSpecial = -1;
  private nextBackslash = -1;
  private nextZero = -1;
  private readonly stack: LuaValue[] = [];
  private count = 0;
  /** The open ones, and others that were used. The first stands for what is around the text. */
  private readonly levels: Level[];
  private level: Level;
  private depth = 0;
  private escapedStrings: EscapedStrings | null = null;

  constructor(runtime: Runtime, settings: DecodeSettings, paths: KeyPaths, text: string) {
    this.runtime = runtime;
    this.settings = settings;
    this.paths = paths;
    this.text = text;
    this.level = new Level(paths.start());
    this.level.isArray = true;
    this.level.stackSlots = 1;
    this.levels = [this.level];
  }

  decode(): LuaValue {
    const { text } = this;
    if (text.length >= 2 && (text.charCodeAt(0) === 0 || text.charCodeAt(1) === 0)) {
      fail('JSON parser does not support UTF-16 or UTF-32');
    }
    this.runtime.spendOnBytes(text.length);
    const value = this.readAll();
    if (this.skipSpace() !== 0) this.failToken('the end');
    return value;
  }

  private readAll(): LuaValue {
    const { runtime, stack } = this;
    for (;;) {
      if (--runtime.fuel < 0) runtime.tick();
      let value = this.readValue();
      // An array or an object began.
      if (value === undefined) continue;
      for (;;) {
        if (this.depth === 0) return value;
        stack[this.count++] = value;
        if (this.count % VALUES_PER_CHARGE === 0) runtime.charge(VALUES_PER_CHARGE * VALUE_SIZE);
        if (this.level.isArray ? this.hasElement() : this.hasField()) break;
        value = this.close();
      }
    }
  }

  /** Reads a value, or only what opens it: then it returns undefined. */
  private readValue(): LuaValue {
    const code = this.skipSpace();
    if (code === QUOTE) return this.readString('value');
    if (code === OBJECT_START) return this.openObject();
    if (code === ARRAY_START) return this.openArray();
    if (code === MINUS || (code >= ZERO && code <= NINE)) return this.readNumber('value');
    return this.readWord('value') ?? this.failToken('value');
  }

  private openObject(): LuaTable | undefined {
    this.position++;
    this.open(OBJECT_SLOTS);
    if (this.skipSpace() === OBJECT_END) return this.closeEmpty();
    this.level.isArray = false;
    this.level.keys = null;
    this.level.stackSlots++;
    this.readKey();
    return undefined;
  }

  private openArray(): LuaTable | undefined {
    this.position++;
    this.open(ARRAY_SLOTS);
    if (this.skipSpace() === ARRAY_END) return this.closeEmpty();
    this.level.isArray = true;
    return undefined;
  }

  private open(slots: number): void {
    const outer = this.level;
    const depth = ++this.depth;
    if (depth > this.settings.depthMax || outer.stackSlots + slots > LIBRARY_SLOTS_MAX) {
      fail(`Found too many nested data structures (${depth}) at character ${this.position}`);
    }
    const path = outer.isArray ? outer.path : this.paths.inner(outer.path);
    if (depth === this.levels.length) this.levels.push(new Level(path));
    const level = this.levels[depth];
    level.path = path;
    level.start = this.count;
    level.stackSlots = outer.stackSlots + 1;
    this.level = level;
  }

  private closeEmpty(): LuaTable {
    this.position++;
    this.level = this.levels[--this.depth];
    return new LuaTable();
  }

  /** The table of the array or object that ended. */
  private close(): LuaTable {
    const { start, path, keys, isArray } = this.level;
    const values = this.stack.slice(start, this.count);
    this.count = start;
    this.level = this.levels[--this.depth];
    this.runtime.charge(TABLE_SIZE + VALUE_SIZE * values.length);
    if (isArray) return new LuaTable(values);
    if (keys !== null) return this.paths.table(path, keys, values);
    const table = new LuaTable();
    table.shape = path.shape;
    table.values = values;
    return table;
  }

  /** Behind an element: does another one follow? */
  private hasElement(): boolean {
    const code = this.skipSpace();
    if (code !== COMMA && code !== ARRAY_END) this.failToken('comma or array end');
    this.position++;
    return code === COMMA;
  }

  /** Behind a field: does another one follow? Then reads its key. */
  private hasField(): boolean {
    const code = this.skipSpace();
    if (code !== COMMA && code !== OBJECT_END) this.failToken('comma or object end');
    this.position++;
    if (code === OBJECT_END) return false;
    this.readKey();
    return true;
  }

  /** Reads a key and its colon. */
  private readKey(): void {
    const { level } = this;
    if (this.skipSpace() !== QUOTE) this.failToken('object key string');
    if (level.keys !== null) {
      level.keys.push(this.readString('object key string'));
    } else if (!this.hasKnownKey(level)) {
      level.keys = [this.readString('object key string')];
    }
    if (this.skipSpace() !== COLON) this.failToken('colon');
    this.position++;
  }

  /** Goes along the path, if the key that begins here is on it. */
  private hasKnownKey(level: Level): boolean {
    const start = this.position + 1;
    for (let { next } = level.path; next !== null; next = next.sibling) {
      if (this.text.startsWith(next.text, start)) {
        level.path = next;
        this.position = start + next.text.length;
        return true;
      }
    }
    return false;
  }

  private readString(expected: string): string {
    const { text } = this;
    const start = this.position + 1;
    const end = text.indexOf('"', start);
    if (this.nextSpecial < start) this.findSpecial(start);
    if (end >= 0 && end < this.nextSpecial) {
      this.position = end + 1;
      return text.slice(start, end);
    }
    this.escapedStrings ??= new EscapedStrings(this.runtime);
    const value = this.escapedStrings.read(text, start);
    this.position = this.escapedStrings.end;
    if (value === undefined) this.failFound(expected, this.escapedStrings.problem);
    return value;
  }

  private findSpecial(start: number): void {
    const { text } = this;
    if (this.nextBackslash < start) this.nextBackslash = indexOrEnd(text, '\\', start);
    if (this.nextZero < start) this.nextZero = indexOrEnd(text, '\0', start);
    this.nextSpecial = Math.min(this.nextBackslash, this.nextZero);
  }

  /** Reads a number; most are some digits, maybe with a minus before and a point within. */
  private readNumber(expected: string): number {
    const { text, position } = this;
    if (!this.settings.readsInvalidNumbers && isInvalidNumber(text, position)) {
      this.failFound(expected, 'invalid number');
    }
    const isMinus = text.charCodeAt(position) === MINUS;
    const start = isMinus ? position + 1 : position;
    let value = 0;
    let end = start;
    let code = this.codeAt(end);
    for (; code >= ZERO && code <= NINE; code = this.codeAt(++end))
      value = 10 * value + code - ZERO;
    let digitCount = end - start;
    let scale = 1;
    if (code === POINT && digitCount > 0) {
      code = this.codeAt(++end);
      for (; code >= ZERO && code <= NINE; code = this.codeAt(++end)) {
        value = 10 * value + code - ZERO;
        scale *= 10;
      }
      digitCount = end - start - 1;
    }
    // A letter is that of an exponent or a hexadecimal number.
    const letter = code | LOWER_CASE;
    if (digitCount === 0 || digitCount > DIGITS_MAX || letter === LETTER_E || letter === LETTER_X) {
      return this.readRareNumber(expected);
    }
    this.position = end;
    // Both are exact: so this is rounded once, as it should be.
    const size = value / scale;
    return isMinus ? -size : size;
  }

  /** Reads what strtod() reads. */
  private readRareNumber(expected: string): number {
    const end = numberEnd(this.text, this.position);
    const value = numberOfString(this.text.slice(this.position, end));
    if (value === undefined) return this.failFound(expected, 'invalid number');
    this.position = end;
    return value;
  }

  /** Reads what begins with a letter or a plus; undefined if there is no such value. */
  private readWord(expected: string): LuaValue {
    const { text, position } = this;
    if (text.startsWith('true', position)) {
      this.position += 4;
      return true;
    }
    if (text.startsWith('false', position)) {
      this.position += 5;
      return false;
    }
    if (text.startsWith('null', position)) {
      this.position += 4;
      return NULL;
    }
    if (!this.settings.readsInvalidNumbers || !isInvalidNumber(text, position)) return undefined;
    return this.readRareNumber(expected);
  }

  /** Goes to the next token and gives its first code; 0 is the end. */
  private skipSpace(): number {
    const { text } = this;
    let i = this.position;
    for (; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > SPACE || !isSpace(code)) {
        this.position = i;
        return code;
      }
      if (i % SPACES_PER_SPEND === 0) this.runtime.spend(SPACES_PER_SPEND / SPACES_PER_FUEL);
    }
    this.position = i;
    return 0;
  }

  private codeAt(position: number): number {
    return position < this.text.length ? this.text.charCodeAt(position) : 0;
  }

  /** Says that another token is here, or an error within it. */
  private failToken(expected: string): never {
    const start = this.position;
    const found = tokenNames.get(this.codeAt(start)) ?? this.tokenName(expected);
    this.position = start;
    this.failFound(expected, found);
  }

  private tokenName(expected: string): string {
    const code = this.codeAt(this.position);
    if (code === QUOTE) {
      this.readString(expected);
      return 'T_STRING';
    }
    const isNumber = code === MINUS || (code >= ZERO && code <= NINE);
    const value = isNumber ? this.readNumber(expected) : this.readWord(expected);
    if (value === undefined) return 'invalid token';
    if (value === NULL) return 'T_NULL';
    return typeof value === 'number' ? 'T_NUMBER' : 'T_BOOLEAN';
  }

  private failFound(expected: string, found: string): never {
    fail(`Expected ${expected} but found ${found} at character ${this.position + 1}`);
  }
}

function indexOrEnd(text: string, character: string, start: number): number {
  const index = text.indexOf(character, start);
  return index < 0 ? text.length : index;
}

function isSpace(code: number): boolean {
  return code === SPACE || code === NEWLINE || code === RETURN || code === TAB;
}
