// The arguments of library functions: checked and converted as Lua's own library does. `count` is
// how many were given: only it tells nil from none.
import { failArgument } from '../errors.ts';
import { numberOfString, textOfNumber } from '../numbers.ts';
import { LuaTable } from '../table.ts';
import { typeName } from '../types.ts';
import type { LuaFunction, LuaValue } from '../value.ts';

/** Throws `bad argument #1 to 'rep' (string expected, got no value)`. */
export function failType(
  value: LuaValue,
  index: number,
  functionName: string,
  count: number,
  expected: string,
): never {
  const got = index > count ? 'no value' : typeName(value);
  failArgument(index, functionName, `${expected} expected, got ${got}`);
}

/** Throws `value expected` where nothing was given. */
export function checkAny(index: number, functionName: string, count: number): void {
  if (index > count) failArgument(index, functionName, 'value expected');
}

/** A string, or a number as a string. */
export function checkString(
  value: LuaValue,
  index: number,
  functionName: string,
  count: number,
): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return textOfNumber(value);
  return failType(value, index, functionName, count, 'string');
}

/** A number, or a string that reads as one. */
export function checkNumber(
  value: LuaValue,
  index: number,
  functionName: string,
  count: number,
): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string') {
    const number = numberOfString(value);
    if (number !== undefined) return number;
  }
  return failType(value, index, functionName, count, 'number');
}

/** A number without its fraction, as C's conversion to a 64-bit integer gives it. */
export function checkInteger(
  value: LuaValue,
  index: number,
  functionName: string,
  count: number,
): number {
  return integerOf(checkNumber(value, index, functionName, count));
}

/** A number as C's int: the lower 32 bits of a 64-bit integer. */
export function checkInt(
  value: LuaValue,
  index: number,
  functionName: string,
  count: number,
): number {
  return checkInteger(value, index, functionName, count) | 0;
}

export function optionalInteger(
  value: LuaValue,
  index: number,
  functionName: string,
  count: number,
  otherwise: number,
): number {
  return value === undefined ? otherwise : checkInteger(value, index, functionName, count);
}

export function checkTable(
  value: LuaValue,
  index: number,
  functionName: string,
  count: number,
): LuaTable {
  if (value instanceof LuaTable) return value;
  return failType(value, index, functionName, count, 'table');
}

export function checkFunction(
  value: LuaValue,
  index: number,
  functionName: string,
  count: number,
): LuaFunction {
  if (typeof value === 'function') return value;
  return failType(value, index, functionName, count, 'function');
}

/** What a C cast of a double to a 64-bit integer gives on x86-64, as a double. */
export function integerOf(value: number): number {
  const whole = Math.trunc(value);
  if (whole >= -(2 ** 63) && whole < 2 ** 63) return whole + 0;
  return -(2 ** 63);
}
