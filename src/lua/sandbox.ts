// How Redis protects what all scripts share: tables that cannot be changed, and an error for
// globals that do not exist.
import { failOperation, LuaError } from './errors.ts';
import { textOf } from './library/base.ts';
import type { Runtime } from './runtime.ts';
import { LuaTable } from './table.ts';
import { all, type LuaFunction, type LuaResult, type LuaValue } from './value.ts';

/** Makes the globals, and all tables in them, read-only. */
export function protectGlobals(runtime: Runtime, globals: LuaTable): void {
  const metatable = new LuaTable();
  metatable.set('__index', (_table: LuaValue, key: LuaValue) =>
    failOperation(
      `Script attempted to access nonexistent global variable '${textOf(runtime, key)}'`,
    ),
  );
  globals.metatable = metatable;
  protectTable(globals, new Set());
}

/**
 * Redis's own pcall(): of an error that is a table, like those of its commands, scripts get the
 * field `err`, in its place if it is a string, else after it.
 */
export function redisPcall(runtime: Runtime): LuaFunction {
  return function lua_pcall(...values: LuaValue[]): LuaResult {
    // Without arguments Redis calls the value that stands for success.
    const [callee, ...args] = values.length === 0 ? [true] : values;
    const outcome = runtime.attempt(callee, args);
    if (!(outcome instanceof LuaError)) return [true, ...all(outcome)];
    const { value } = outcome;
    if (!(value instanceof LuaTable)) return [false, value];
    const text = runtime.index(value, 'err');
    const isText = typeof text === 'string' || typeof text === 'number';
    return isText ? [false, text] : [false, value, text];
  };
}

function protectTable(table: LuaTable, done: Set<LuaTable>): void {
  if (done.has(table)) return;
  done.add(table);
  table.isReadOnly = true;
  if (table.metatable !== null) protectTable(table.metatable, done);
  for (let cursor = table.advance(0); cursor !== 0; cursor = table.advance(cursor)) {
    const value = table.valueAt(cursor);
    if (value instanceof LuaTable) protectTable(value, done);
  }
}
