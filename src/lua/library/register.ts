// Registers the functions of libraries, so that errors know them for such.
import { isLibraryFunction, libraryFunction } from '../errors.ts';
import { LuaTable } from '../table.ts';
import type { LuaFunction } from '../value.ts';

/** All functions in a table, and in the tables in it, that are not registered yet. */
export function registerFunctions(
  table: LuaTable,
  register: (name: string, f: LuaFunction) => LuaFunction = libraryFunction,
  done = new Set<LuaTable>(),
): void {
  if (done.has(table)) return;
  done.add(table);
  for (let cursor = table.advance(0); cursor !== 0; cursor = table.advance(cursor)) {
    const value = table.valueAt(cursor);
    if (value instanceof LuaTable) registerFunctions(value, register, done);
    if (typeof value !== 'function' || isLibraryFunction(value)) continue;
    const key = table.keyAt(cursor);
    table.set(key, register(String(key), value));
  }
}
