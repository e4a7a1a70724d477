// What a script may know of the operating system: the processor time. Redis 7.2 has no `os` at
// all; later versions have this much.
import type { Runtime } from '../runtime.ts';
import { LuaTable } from '../table.ts';
import type { LuaResult } from '../value.ts';

export function osLibrary(runtime: Runtime): LuaTable {
  const library = new LuaTable();
  library.set('clock', function lua_clock(): LuaResult {
    return runtime.host.clockSeconds();
  });
  return library;
}
