// The arguments of redis.register_function(): a name and a function, or one table with names, as in
// register_function{function_name='f', callback=f, flags={'no-writes'}, description='does'}.
import { flagOf } from '../../engine/scripting/flags.ts';
import { textOfNumber } from '../../lua/numbers.ts';
import { LuaTable } from '../../lua/table.ts';
import type { LuaFunction, LuaValue } from '../../lua/value.ts';

export interface Registration {
  name: string;
  description: string | null;
  /** Bits of flags.ts. */
  flags: number;
  callback: LuaFunction;
}

/** A text says what is wrong with the arguments. */
export function readRegistration(values: readonly LuaValue[]): Registration | string {
  if (values.length === 1) return readNamed(values[0]);
  if (values.length !== 2) return 'wrong number of arguments to redis.register_function';
  const name = stringOf(values[0]);
  const callback = values[1];
  if (name === null) return 'first argument to redis.register_function must be a string';
  if (typeof callback !== 'function') {
    return 'second argument to redis.register_function must be a function';
  }
  return { name, description: null, flags: 0, callback };
}

/** What is wrong first in the order of the table's traversal is told. */
function readNamed(table: LuaValue): Registration | string {
  if (!(table instanceof LuaTable)) return NOT_NAMED;
  const read: Partial<Registration> = {};
  for (let cursor = table.advance(0); cursor !== 0; cursor = table.advance(cursor)) {
    const key = stringOf(table.keyAt(cursor));
    if (key === null) return 'named argument key given to redis.register_function is not a string';
    const problem = readArgument(key.toLowerCase(), table.valueAt(cursor), read);
    if (problem !== '') return problem;
  }
  const { name, description = null, flags = 0, callback } = read;
  if (name === undefined) return 'redis.register_function must get a function name argument';
  if (callback === undefined) return 'redis.register_function must get a callback argument';
  return { name, description, flags, callback };
}

function readArgument(key: string, value: LuaValue, into: Partial<Registration>): string {
  if (key === 'function_name' || key === 'description') {
    const text = stringOf(value);
    if (text === null) return `${key} argument given to redis.register_function must be a string`;
    if (key === 'description') into.description = text;
    else into.name = text;
    return '';
  }
  if (key === 'callback') {
    if (typeof value !== 'function') {
      return 'callback argument given to redis.register_function must be a function';
    }
    into.callback = value;
    return '';
  }
  if (key !== 'flags') return 'unknown argument given to redis.register_function';
  if (!(value instanceof LuaTable)) return FLAGS_NOT_IN_TABLE;
  return readFlags(value, into);
}

function readFlags(table: LuaTable, into: Partial<Registration>): string {
  let flags = 0;
  for (let i = 1; ; i++) {
    const name = table.get(i);
    if (name === undefined) break;
    const flag = typeof name === 'string' ? flagOf(name.toLowerCase()) : 0;
    if (flag === 0) return 'unknown flag given';
    flags |= flag;
  }
  into.flags = flags;
  return '';
}

/** A number is as good as its text, as everywhere in Lua. */
function stringOf(value: LuaValue): string | null {
  if (typeof value === 'number') return textOfNumber(value);
  return typeof value === 'string' ? value : null;
}

const NOT_NAMED =
  'calling redis.register_function with a single argument is only applicable to Lua table ' +
  '(representing named arguments).';
const FLAGS_NOT_IN_TABLE =
  'flags argument to redis.register_function must be a table representing function flags';
