// The string library of Lua 5.1. Strings are bytes: letters are those of ASCII, as in C's locale.
import { fail, failArgument } from '../errors.ts';
import type { Runtime } from '../runtime.ts';
import { LuaTable } from '../table.ts';
import { type LuaFunction, type LuaResult, type LuaValue, NOTHING } from '../value.ts';
import { checkFunction, checkInteger, checkString, optionalInteger } from './arguments.ts';
import { formatFunction } from './format.ts';
import { patternFunctions } from './gsub.ts';

/** Lua's LUAI_MAXCSTACK: how many arguments and results a function may have. */
const STACK_SLOTS_MAX = 8000;
/** Bytes that are turned over in the time of a unit of fuel. */
const BYTES_PER_FUEL = 16;
/** Codes that become a string at a time. */
const PIECE_SIZE = 4096;

const HIGH_BYTE = /[\x80-\xff]/;
const UPPER_LETTERS = /[A-Z]+/g;
const LOWER_LETTERS = /[a-z]+/g;

export function stringLibrary(runtime: Runtime): LuaTable {
  const { find, gmatch, gsub, match } = patternFunctions(runtime);
  const library = new LuaTable();
  library.set('byte', lua_byte);
  library.set('char', lua_char);
  library.set('dump', lua_dump);
  library.set('find', find);
  library.set('format', formatFunction(runtime));
  library.set('gfind', gmatch);
  library.set('gmatch', gmatch);
  library.set('gsub', gsub);
  library.set('len', lua_len);
  library.set('lower', lowerFunction(runtime));
  library.set('match', match);
  library.set('rep', repFunction(runtime));
  library.set('reverse', reverseFunction(runtime));
  library.set('sub', lua_sub);
  library.set('upper', upperFunction(runtime));
  return library;
}

function lua_byte(value: LuaValue, start: LuaValue, end: LuaValue): LuaResult {
  const count = arguments.length;
  const text = checkString(value, 1, 'byte', count);
  const { length } = text;
  const from = fromEnd(optionalInteger(start, 2, 'byte', count, 1), length);
  const to = Math.min(fromEnd(optionalInteger(end, 3, 'byte', count, from), length), length);
  const first = Math.max(from, 1);
  if (first === to) return text.charCodeAt(first - 1);
  if (first > to) return NOTHING;
  const size = to - first + 1;
  if (size + count > STACK_SLOTS_MAX) fail('stack overflow (string slice too long)');
  const codes: number[] = [];
  for (let i = first - 1; i < to; i++) codes.push(text.charCodeAt(i));
  return codes;
}

function lua_char(code: LuaValue): LuaResult {
  const count = arguments.length;
  if (count === 1 && typeof code === 'number' && code >= 0 && code < 256) {
    return String.fromCharCode(code);
  }
  let result = '';
  for (let i = 0; i < count; i++) {
    // C takes the lower 32 bits.
    const value = checkInteger(arguments[i], i + 1, 'char', count) | 0;
    if (value < 0 || value > 255) failArgument(i + 1, 'char', 'invalid value');
    result += String.fromCharCode(value);
  }
  return result;
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
    if (!HIGH_BYTE.test(text)) return text.toLowerCase();
    return text.replace(UPPER_LETTERS, (letters) => letters.toLowerCase());
  };
}

function upperFunction(runtime: Runtime): LuaFunction {
  return function lua_upper(value: LuaValue): LuaResult {
    const text = checkString(value, 1, 'upper', arguments.length);
    runtime.chargeString(text.length);
    if (!HIGH_BYTE.test(text)) return text.toUpperCase();
    return text.replace(LOWER_LETTERS, (letters) => letters.toUpperCase());
  };
}

function repFunction(runtime: Runtime): LuaFunction {
  return function lua_rep(value: LuaValue, times: LuaValue): LuaResult {
    const text = checkString(value, 1, 'rep', arguments.length);
    // C takes the lower 32 bits.
    const count = checkInteger(times, 2, 'rep', arguments.length) | 0;
    if (count <= 0) return '';
    runtime.chargeString(text.length * count);
    return text.repeat(count);
  };
}

function reverseFunction(runtime: Runtime): LuaFunction {
  return function lua_reverse(value: LuaValue): LuaResult {
    const text = checkString(value, 1, 'reverse', arguments.length);
    runtime.chargeString(text.length);
    let result = '';
    for (let end = text.length; end > 0; end -= PIECE_SIZE) {
      const start = Math.max(0, end - PIECE_SIZE);
      runtime.spend((end - start) / BYTES_PER_FUEL);
      const codes: number[] = [];
      for (let i = end - 1; i >= start; i--) codes.push(text.charCodeAt(i));
      result += String.fromCharCode.apply(null, codes);
    }
    return result;
  };
}

/** An index that counts from the end if it is negative. */
function fromEnd(index: number, length: number): number {
  if (index >= 0) return index;
  return Math.max(0, index + length + 1);
}
