// From the bytes of a reply to Lua values, as Redis has it: a status or an error is a table with
// one field, and so is what only RESP3 has. Nil is false in RESP2 and nil in RESP3.
//
// Invariant: the bytes are one whole reply of our own writer.
import type { ScriptHost } from '../../engine/scripting/language.ts';
import { emptyShape } from '../../lua/shape.ts';
import { LuaTable } from '../../lua/table.ts';
import type { LuaValue } from '../../lua/value.ts';

const CR = 13;
const MINUS = 45;
const ZERO = 48;
const LINE_END_SIZE = 2;
/** More digits than a double is sure to hold. */
const DIGITS_MAX = 15;
/** `txt:` before the bytes of a verbatim string. */
const FORMAT_SIZE = 3;
/**
 * The strings of an array are cut out of one text, which takes a fifth of the time that one by one
 * takes; of a short reply it does not pay, and what a script keeps of a long one would keep all.
 */
const SHARED_SIZE_MIN = 48;
const SHARED_SIZE_MAX = 2048;
const LETTER_O = 79;
const LETTER_K = 75;
const OK_SIZE = 2;

export class ReplyValues {
  private bytes: Uint8Array = new Uint8Array(0);
  private size = 0;
  private at = 0;
  /** Is there an array, and the text of the whole reply, once a string of it was read. */
  private isMany = false;
  private whole = '';
  private emptyShape = emptyShape();
  private okShape = this.emptyShape.with('ok');
  private readonly host: ScriptHost;

  constructor(host: ScriptHost) {
    this.host = host;
  }

  /** The value of the reply that is bytes [0, size). */
  read(bytes: Uint8Array, size: number): LuaValue {
    this.bytes = bytes;
    this.size = size;
    this.at = 0;
    this.isMany = false;
    return this.value();
  }

  private value(): LuaValue {
    switch (this.bytes[this.at++]) {
      case 0x24: // $
        return this.bulk();
      case 0x3a: // :
        return this.integer();
      case 0x2a: // *
        return this.array();
      case 0x2b: // +
        return this.status();
      case 0x2d: // -
        return this.error();
      case 0x25: // %
        return this.map();
      case 0x7e: // ~
        return this.set();
      case 0x2c: // ,
        return tableOf('double', doubleOf(this.line()));
      case 0x23: // #
        return this.line() === 't';
      case 0x5f: // _
        this.at += LINE_END_SIZE;
        return undefined;
      case 0x28: // (
        return tableOf('big_number', this.line());
      case 0x3d: // =
        return this.verbatim();
      case 0x7c: // |
        return this.withoutAttributes();
      default:
        throw new Error('no reply of a command begins like this');
    }
  }

  private bulk(): LuaValue {
    const size = this.integer();
    if (size < 0) return false;
    const start = this.at;
    const end = start + size;
    this.at = end + LINE_END_SIZE;
    if (!this.isMany) return this.host.text(this.bytes, start, end);
    if (this.whole === '') this.whole = this.host.text(this.bytes, 0, this.size);
    return this.whole.slice(start, end);
  }

  /** Of more than 53 bits the nearest double, as in Redis. */
  private integer(): number {
    const { bytes } = this;
    let { at } = this;
    const isNegative = bytes[at] === MINUS;
    if (isNegative) at++;
    const start = at;
    let value = 0;
    while (bytes[at] !== CR) value = value * 10 + bytes[at++] - ZERO;
    this.at = at + LINE_END_SIZE;
    if (at - start > DIGITS_MAX) value = Number(this.host.text(bytes, start, at));
    return isNegative ? -value : value;
  }

  /** Nearly always `OK`: the shape of its table is looked for once. */
  private status(): LuaValue {
    const { bytes, at } = this;
    if (bytes[at] !== LETTER_O || bytes[at + 1] !== LETTER_K || bytes[at + 2] !== CR) {
      return tableOf('ok', this.line());
    }
    this.at = at + OK_SIZE + LINE_END_SIZE;
    const table = new LuaTable();
    if (table.shape !== this.emptyShape) {
      this.emptyShape = table.shape;
      this.okShape = table.shape.with('ok');
    }
    table.setFields(this.okShape, ['OK']);
    return table;
  }

  private line(): string {
    const start = this.at;
    const end = this.bytes.indexOf(CR, start);
    this.at = end + LINE_END_SIZE;
    return this.host.text(this.bytes, start, end);
  }

  private array(): LuaValue {
    const count = this.integer();
    if (count < 0) return false;
    if (!this.isMany && this.size > SHARED_SIZE_MIN && this.size <= SHARED_SIZE_MAX) {
      this.isMany = true;
      this.whole = '';
    }
    const values: LuaValue[] = [];
    let length = 0;
    for (let i = 1; i <= count; i++) {
      const value = this.value();
      values.push(value);
      if (value !== undefined) length = i;
    }
    values.length = length;
    return new LuaTable(values);
  }

  /** What calls a command that fails has counted it: the script does not count it again. */
  private error(): LuaValue {
    return countedError(this.line());
  }

  private map(): LuaValue {
    const table = new LuaTable();
    for (let left = this.integer(); left > 0; left--) {
      const key = this.value();
      const value = this.value();
      if (isKey(key)) table.set(key, value);
    }
    return tableOf('map', table);
  }

  private set(): LuaValue {
    const table = new LuaTable();
    for (let left = this.integer(); left > 0; left--) {
      const key = this.value();
      if (isKey(key)) table.set(key, true);
    }
    return tableOf('set', table);
  }

  private verbatim(): LuaValue {
    const size = this.integer();
    const start = this.at;
    const end = start + size;
    this.at = end + LINE_END_SIZE;
    const table = tableOf('string', this.host.text(this.bytes, start + FORMAT_SIZE + 1, end));
    table.set('format', this.host.text(this.bytes, start, start + FORMAT_SIZE));
    return tableOf('verbatim_string', table);
  }

  private withoutAttributes(): LuaValue {
    for (let left = 2 * this.integer(); left > 0; left--) this.value();
    return this.value();
  }
}

export function tableOf(field: string, value: LuaValue): LuaTable {
  const table = new LuaTable();
  table.set(field, value);
  return table;
}

/** The table for an error line that has been counted. */
export function countedError(line: string): LuaTable {
  const table = errorTable(line);
  table.set('ignore_error_stats_update', true);
  return table;
}

/** A line of one word has no code, so that ERR is put before it. */
export function errorTable(line: string): LuaTable {
  const space = line.indexOf(' ');
  if (space < 0) return tableOf('err', `ERR ${trimmed(line)}`);
  return tableOf('err', `${line.slice(0, space)} ${trimmed(line.slice(space + 1))}`);
}

function trimmed(text: string): string {
  return text.replace(/^[\r\n]+|[\r\n]+$/g, '');
}

/** Nothing that could be no key of a table comes from a command, but nobody promises that. */
function isKey(value: LuaValue): boolean {
  return value !== undefined && !Number.isNaN(value);
}

function doubleOf(text: string): number {
  if (text === 'inf') return Number.POSITIVE_INFINITY;
  return text === '-inf' ? Number.NEGATIVE_INFINITY : Number(text);
}
