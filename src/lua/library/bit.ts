// The bit library: operations on 32-bit integers (https://bitop.luajit.org/semantics.html). Its
// results are signed.
import { numberOfString } from '../numbers.ts';
import { type LuaTable, tableFor } from '../table.ts';
import type { LuaResult, LuaValue } from '../value.ts';
import { failType } from './arguments.ts';

/** 2^52 + 2^51. Added to a number, it leaves the number's lowest 32 bits as those of the sum. */
const ROUNDER = 6755399441055744;
const HEXADECIMAL_SIZE = 8;
/** What so many digits lack. */
const ZEROS = Array.from({ length: HEXADECIMAL_SIZE }, (_, size) =>
  '0'.repeat(HEXADECIMAL_SIZE - size),
);

const sumBytes = new DataView(new ArrayBuffer(8));

export function bitLibrary(): LuaTable {
  // Lua's order, and room for all: traversal shows it.
  const library = tableFor(12);
  library.set('tobit', lua_tobit);
  library.set('bnot', lua_bnot);
  library.set('band', lua_band);
  library.set('bor', lua_bor);
  library.set('bxor', lua_bxor);
  library.set('lshift', lua_lshift);
  library.set('rshift', lua_rshift);
  library.set('arshift', lua_arshift);
  library.set('rol', lua_rol);
  library.set('ror', lua_ror);
  library.set('bswap', lua_bswap);
  library.set('tohex', lua_tohex);
  return library;
}

function lua_tobit(value: LuaValue): LuaResult {
  return bitsOf(value, 1, 'tobit', arguments.length);
}

function lua_bnot(value: LuaValue): LuaResult {
  return ~bitsOf(value, 1, 'bnot', arguments.length);
}

// The arguments are looked at in the reference's order, the first and then from the last to the
// second, so that of several bad ones the same is named.

function lua_band(value: LuaValue): LuaResult {
  const count = arguments.length;
  let bits = bitsOf(value, 1, 'band', count);
  for (let i = count - 1; i > 0; i--) bits &= bitsOf(arguments[i], i + 1, 'band', count);
  return bits;
}

function lua_bor(value: LuaValue): LuaResult {
  const count = arguments.length;
  let bits = bitsOf(value, 1, 'bor', count);
  for (let i = count - 1; i > 0; i--) bits |= bitsOf(arguments[i], i + 1, 'bor', count);
  return bits;
}

function lua_bxor(value: LuaValue): LuaResult {
  const count = arguments.length;
  let bits = bitsOf(value, 1, 'bxor', count);
  for (let i = count - 1; i > 0; i--) bits ^= bitsOf(arguments[i], i + 1, 'bxor', count);
  return bits;
}

// JavaScript's shifts use the lowest five bits of the number of places, as this library does.

function lua_lshift(value: LuaValue, places: LuaValue): LuaResult {
  const bits = bitsOf(value, 1, 'lshift', arguments.length);
  return bits << bitsOf(places, 2, 'lshift', arguments.length);
}

function lua_rshift(value: LuaValue, places: LuaValue): LuaResult {
  const bits = bitsOf(value, 1, 'rshift', arguments.length);
  return (bits >>> bitsOf(places, 2, 'rshift', arguments.length)) | 0;
}

function lua_arshift(value: LuaValue, places: LuaValue): LuaResult {
  const bits = bitsOf(value, 1, 'arshift', arguments.length);
  return bits >> bitsOf(places, 2, 'arshift', arguments.length);
}

function lua_rol(value: LuaValue, places: LuaValue): LuaResult {
  const bits = bitsOf(value, 1, 'rol', arguments.length);
  const count = bitsOf(places, 2, 'rol', arguments.length);
  return (bits << count) | (bits >>> -count);
}

function lua_ror(value: LuaValue, places: LuaValue): LuaResult {
  const bits = bitsOf(value, 1, 'ror', arguments.length);
  const count = bitsOf(places, 2, 'ror', arguments.length);
  return (bits << -count) | (bits >>> count);
}

function lua_bswap(value: LuaValue): LuaResult {
  const bits = bitsOf(value, 1, 'bswap', arguments.length);
  return (bits >>> 24) | ((bits >>> 8) & 0xff00) | ((bits & 0xff00) << 8) | (bits << 24);
}

/** A number of digits below zero asks for capital letters. */
function lua_tohex(value: LuaValue, digits: LuaValue): LuaResult {
  const count = arguments.length;
  const bits = bitsOf(value, 1, 'tohex', count);
  const wanted = count < 2 ? HEXADECIMAL_SIZE : bitsOf(digits, 2, 'tohex', count);
  const text = (bits >>> 0).toString(16);
  const padded = text.length < HEXADECIMAL_SIZE ? ZEROS[text.length] + text : text;
  if (wanted >= HEXADECIMAL_SIZE) return padded;
  const size = Math.min(Math.abs(wanted), HEXADECIMAL_SIZE);
  const lowest = padded.slice(HEXADECIMAL_SIZE - size);
  return wanted < 0 ? lowest.toUpperCase() : lowest;
}

function bitsOf(value: LuaValue, index: number, functionName: string, count: number): number {
  if (typeof value === 'number') {
    const bits = value | 0;
    return bits === value ? bits : bitsOfNumber(value);
  }
  const number = typeof value === 'string' ? numberOfString(value) : undefined;
  if (number === undefined) failType(value, index, functionName, count, 'number');
  return bitsOfNumber(number);
}

/** A fraction is rounded to the nearest integer, a half to the even one. */
function bitsOfNumber(value: number): number {
  // What NaN's lowest bits are is not said; they are 0 in the ones that processors make.
  if (Number.isNaN(value)) return 0;
  sumBytes.setFloat64(0, value + ROUNDER);
  return sumBytes.getInt32(4);
}
