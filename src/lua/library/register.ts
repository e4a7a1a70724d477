// Registers the functions of libraries, so that errors know them for such.
import { isLibraryFunction, libraryFunction } from '../errors.ts';
import { LuaTable } from '../table.ts';

/** All functions in a table, and in the tables in it. */
export function registerFunctions(table: LuaTable, done = new Set<LuaTable>()): void {
  if (done.has(table)) return;
  done.add(table);
  for (let cursor = table.advance(0); cursor !== 0; cursor = table.advance(cursor)) {
    const value = table.valueAt(cursor);
    if (value instanceof LuaTable) registerFunctions(value, done);
    if (typeof value !== 'function' || isLibraryFunction(value)) continue;
    libraryFunction(String(table.keyAt(cursor)), value);
  }
}
