// Functions that deal with environments and source text: getfenv, setfenv, loadstring, load.
import { fail, failArgument, LuaError, luaFunctionsUpTo, position } from '../errors.ts';
import { textOfNumber } from '../numbers.ts';
import type { Runtime } from '../runtime.ts';
import type { LuaTable } from '../table.ts';
import {
  type Environment,
  first,
  type LuaFunction,
  type LuaResult,
  type LuaValue,
  NOTHING,
} from '../value.ts';
import { checkFunction, checkInt, checkString, checkTable } from './arguments.ts';

/** Compiles a chunk of text with the name that the script gave; throws a LuaError if it is bad. */
export type Loader = (source: string, name: string, globals: LuaTable) => LuaFunction;

export function addEnvironments(runtime: Runtime, globals: LuaTable, load: Loader): void {
  /** The environment of what is loaded, and of level 0. */
  const threadTable = (): LuaTable => runtime.threadTable ?? globals;
  globals.set('getfenv', function lua_getfenv(which: LuaValue): LuaResult {
    if (typeof which === 'function') return which.environment?.table ?? globals;
    const level = which === undefined ? 1 : levelOf(which, 'getfenv', arguments.length);
    if (level === 0) return threadTable();
    return environmentAt(runtime, level, 'getfenv')?.table ?? globals;
  });
  globals.set('setfenv', function lua_setfenv(which: LuaValue, table: LuaValue): LuaResult {
    const count = arguments.length;
    const to = checkTable(table, 2, 'setfenv', count);
    let environment: Environment | null;
    if (typeof which === 'function') environment = which.environment ?? null;
    else {
      const level = levelOf(which, 'setfenv', count);
      if (level === 0) {
        runtime.threadTable = to;
        return NOTHING;
      }
      environment = environmentAt(runtime, level, 'setfenv');
    }
    if (environment === null) return fail("'setfenv' cannot change environment of given object");
    environment.table = to;
    return typeof which === 'function' ? which : NOTHING;
  });
  globals.set('loadstring', function lua_loadstring(source: LuaValue, name: LuaValue): LuaResult {
    const count = arguments.length;
    const text = checkString(source, 1, 'loadstring', count);
    const given = name === undefined ? text : checkString(name, 2, 'loadstring', count);
    return loaded(() => load(text, given, threadTable()));
  });
  globals.set('load', function lua_load(reader: LuaValue, name: LuaValue): LuaResult {
    const count = arguments.length;
    const given = name === undefined ? '=(load)' : checkString(name, 2, 'load', count);
    const reads = checkFunction(reader, 1, 'load', count);
    let text = '';
    // Lua looks at the first byte before it reads, and so asks twice where there is nothing.
    let endsLeft = 2;
    for (;;) {
      const outcome = runtime.attempt(reads, []);
      if (outcome instanceof LuaError) return [undefined, outcome.value];
      const read = first(outcome);
      const piece = typeof read === 'number' ? textOfNumber(read) : read;
      if (piece === undefined || piece === '') {
        if (text !== '' || --endsLeft === 0) break;
        continue;
      }
      if (typeof piece !== 'string') {
        return [undefined, `${position(1)}reader function must return a string`];
      }
      text = runtime.join(text, piece);
    }
    return loaded(() => load(text, given, threadTable()));
  });
}

function loaded(load: () => LuaFunction): LuaResult {
  try {
    return load();
  } catch (error) {
    if (error instanceof LuaError) return [undefined, error.value];
    throw error;
  }
}

function levelOf(value: LuaValue, functionName: string, count: number): number {
  const level = checkInt(value, 1, functionName, count);
  if (level < 0) return failArgument(1, functionName, 'level must be non-negative');
  return level;
}

/** The environment of the function at a level; null for one without an environment of its own. */
function environmentAt(runtime: Runtime, level: number, functionName: string): Environment | null {
  runtime.spendOnLevels(level);
  const depth = luaFunctionsUpTo(level);
  if (depth === null) return failArgument(1, functionName, 'invalid level');
  let { frame } = runtime;
  for (let i = 1; i < depth && frame !== null; i++) frame = frame.up;
  return depth === 0 ? null : (frame?.environment ?? null);
}
