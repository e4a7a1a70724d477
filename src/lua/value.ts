// What a Lua value is in JavaScript. Nil is undefined; numbers are doubles in both languages; a
// string is a latin1 string, one character per byte.
//
// A function takes its arguments by position and returns a value, or an array for any number of
// values that is not one. Nobody but its caller may hold such an array, except NOTHING.
import type { Coroutine } from './coroutine.ts';
import type { SourceText } from './source.ts';
import type { LuaTable } from './table.ts';

export type LuaValue =
  | undefined
  | boolean
  | number
  | string
  | LuaTable
  | LuaFunction
  | Coroutine
  | Userdata;

/** One value, or as many as the array has. */
export type LuaResult = LuaValue | LuaValue[];

export interface LuaFunction {
  (...args: LuaValue[]): LuaResult;
  /** The same function for use inside of a coroutine, when it can yield. */
  resumable?: (...args: LuaValue[]) => Generator<LuaValue[], LuaResult, LuaValue[]>;
  /** What setfenv() changes; functions without one have the globals. */
  environment?: Environment;
  /** Of a chunk's main function: keeps the text that errors look at. */
  source?: SourceText;
}

/** What next() and ipairs() iterate with: loops recognise it, and do without calls. */
export interface Iterators {
  readonly next: LuaFunction;
  readonly ipairs: LuaFunction;
}

/** Where a function looks its globals up. */
export interface Environment {
  table: LuaTable;
}

/** A running function that has an environment of its own. */
export interface EnvironmentFrame {
  readonly environment: Environment;
  readonly up: EnvironmentFrame | null;
}

/** V8 copies shorter pieces of a string: longer ones keep the whole string in memory. */
const SLICE_SIZE_MIN = 13;

/** No values: what a function returns that ends without a return. Never to be changed. */
export const NOTHING: LuaValue[] = [];

/** A thing of the host, known by its identity; `newproxy` makes some with a metatable. */
export class Userdata {
  /** For tostring(): `userdata: (nil)`; '' for one that shows an address. */
  readonly text: string;
  metatable: LuaTable | null = null;

  constructor(text: string) {
    this.text = text;
  }
}

/** A string without the one that it was cut out of: to be remembered. */
export function ownText(text: string): string {
  return text.length < SLICE_SIZE_MIN ? text : ` ${text}`.slice(1);
}

/** The first of a function's results. */
export function first(result: LuaResult): LuaValue {
  return Array.isArray(result) ? result[0] : result;
}

/** All of a function's results, as an array that the caller owns unless it is NOTHING. */
export function all(result: LuaResult): LuaValue[] {
  return Array.isArray(result) ? result : [result];
}
