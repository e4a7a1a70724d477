// The string library of Lua 5.1. Strings are bytes: letters are those of ASCII, as in C's locale.
import { fail, failArgument } from '../errors.ts';
import { LIBRARY_SLOTS_MAX } from '../limits.ts';
import type { Runtime } from '../runtime.ts';
import { type LuaTable, tableFor } from '../table.ts';
import { type LuaFunction, type LuaResult, type LuaValue, NOTHING } from '../value.ts';
import {
  checkFunction,
  checkInt,
  checkInteger,
  checkString,
  optionalInteger,
} from './arguments.ts';
import { findFunction, gmatchFunction, matchFunction } from './find.ts';
import { formatFunction } from './format.ts';
import { gsubFunction } from './gsub.ts';
import { Kept } from './kept.ts';
import { Matcher } from './matcher.ts';
import { compilePattern } from './patterns.ts';
import { textOfBytes } from './text-builder.ts';

/** Bytes that are turned over in the time of a unit of fuel. */
const BYTES_PER_FUEL = 16;
/** Bytes that become a string at a time, and where they gather. */
const PIECE_SIZE = 512;
const piece: number[] = [];
while (piece.length < PIECE_SIZE) piece.push(0);

/** JavaScript knows letters beyond these bytes. */
const HIGH_BYTE = /[\x80-\xff]/;
const CASE_BIT = 0x20;
const SAME = Uint8Array.from({ length: 256 }, (_, code) => code);
const LOWER = SAME.map((code) => (code >= 65 && code <= 90 ? code | CASE_BIT : code));
const UPPER = SAME.map((code) => (code >= 97 && code <= 122 ? code & ~CASE_BIT : code));

export function stringLibrary(runtime: Runtime): LuaTable {
  const matcher = new Matcher(runtime);
  const patterns = new Kept(runtime, (text) => compilePattern(text, true));
  const gmatch = gmatchFunction(matcher, new Kept(runtime, (text) => compilePattern(text, false)));
  // Lua's order, and room for all: traversal shows it.
  const library = tableFor(15);
  library.set('byte', byteFunction(runtime));
  library.set('char', lua_char);
  library.set('dump', lua_dump);
  library.set('find', findFunction(matcher, patterns));
  library.set('format', formatFunction(runtime));
  library.set('gfind', gmatch);
  library.set('gmatch', gmatch);
  library.set('gsub', gsubFunction(runtime, matcher, patterns));
  library.set('len', lua_len);
  library.set('lower', lowerFunction(runtime));
  library.set('match', matchFunction(matcher, patterns));
  library.set('rep', repFunction(runtime));
  library.set('reverse', reverseFunction(runtime));
  library.set('sub', lua_sub);
  library.set('upper', upperFunction(runtime));
  return library;
}

function byteFunction(runtime: Runtime): LuaFunction {
  return function lua_byte(value: LuaValue, start: LuaValue, end: LuaValue): LuaResult {
    const count = arguments.length;
    const text = checkString(value, 1, 'byte', count);
    const { length } = text;
    const from = fromEnd(optionalInteger(start, 2, 'byte', count, 1), length);
    const to = Math.min(fromEnd(optionalInteger(end, 3, 'byte', count, from), length), length);
    const first = Math.max(from, 1);
    if (first === to) return text.charCodeAt(first - 1);
    if (first > to) return NOTHING;
    const size = to - first + 1;
    if (size + count > LIBRARY_SLOTS_MAX) fail('stack overflow (string slice too long)');
    runtime.spendOnValues(size);
    if (size === 2) return [text.charCodeAt(first - 1), text.charCodeAt(first)];
    const bytes = [text.charCodeAt(first - 1), text.charCodeAt(first), text.charCodeAt(first + 1)];
    for (let i = first + 2; i < to; i++) bytes.push(text.charCodeAt(i));
    return bytes;
  };
}

function lua_char(code: LuaValue): LuaResult {
  const count = arguments.length;
  if (count === 1 && typeof code === 'number' && code >= 0 && code < 256) {
    return String.fromCharCode(code);
  }
  const bytes = count <= PIECE_SIZE ? piece : [];
  for (let i = 0; i < count; i++) {
    // C takes the lower 32 bits.
    const byte = checkInt(arguments[i], i + 1, 'char', count);
    if (byte < 0 || byte > 255) failArgument(i + 1, 'char', 'invalid value');
    bytes[i] = byte;
  }
  return textOfBytes(bytes, count);
}

/** A compiled function is not to be had: Lua says so of functions that are not its own. */
function lua_dump(value: LuaValue): LuaResult {
  checkFunction(value, 1, 'dump', arguments.length);
  return fail('unable to dump given function');
}

function lua_len(value: LuaValue): LuaResult {
  return checkString(value, 1, 'len', arguments.length).length;
}

function lua_sub(value: LuaValue, start: LuaValue, end: LuaValue): LuaResult {
  const count = arguments.length;
  const text = checkString(value, 1, 'sub', count);
  const { length } = text;
  const first = Math.max(fromEnd(checkInteger(start, 2, 'sub', count), length), 1);
  const last = end === undefined ? length : fromEnd(checkInteger(end, 3, 'sub', count), length);
  return first <= last ? text.substring(first - 1, last) : '';
}

function lowerFunction(runtime: Runtime): LuaFunction {
  return function lua_lower(value: LuaValue): LuaResult {
    const text = checkString(value, 1, 'lower', arguments.length);
    runtime.chargeString(text.length);
    if (HIGH_BYTE.test(text)) return changed(runtime, text, LOWER, false);
    return text.toLowerCase();
  };
}

function upperFunction(runtime: Runtime): LuaFunction {
  return function lua_upper(value: LuaValue): LuaResult {
    const text = checkString(value, 1, 'upper', arguments.length);
    runtime.chargeString(text.length);
    if (HIGH_BYTE.test(text)) return changed(runtime, text, UPPER, false);
    return text.toUpperCase();
  };
}

function repFunction(runtime: Runtime): LuaFunction {
  return function lua_rep(value: LuaValue, times: LuaValue): LuaResult {
    const text = checkString(value, 1, 'rep', arguments.length);
    // C takes the lower 32 bits.
    const count = checkInt(times, 2, 'rep', arguments.length);
    if (count <= 0) return '';
    runtime.chargeString(text.length * count);
    return runtime.real(text.repeat(count));
  };
}

function reverseFunction(runtime: Runtime): LuaFunction {
  return function lua_reverse(value: LuaValue): LuaResult {
    const text = checkString(value, 1, 'reverse', arguments.length);
    runtime.chargeString(text.length);
    return changed(runtime, text, SAME, true);
  };
}

/** A text whose bytes became those of a table, in the same order or backwards. */
function changed(
  runtime: Runtime,
  text: string,
  bytesFor: Uint8Array,
  isBackwards: boolean,
): string {
  const { length } = text;
  runtime.spend(length / BYTES_PER_FUEL);
  let result = '';
  let size = 0;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(isBackwards ? length - 1 - i : i);
    piece[size++] = bytesFor[code];
    if (size === PIECE_SIZE) {
      result += textOfBytes(piece, size);
      size = 0;
    }
  }
  return runtime.real(result + textOfBytes(piece, size));
}

/** An index that counts from the end if it is negative. */
function fromEnd(index: number, length: number): number {
  if (index >= 0) return index;
  return Math.max(0, index + length + 1);
}
