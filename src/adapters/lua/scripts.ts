// Scripts in Lua: one world for all scripts of EVAL, with the library `redis`, KEYS and ARGV; and
// one for the libraries of FUNCTION (libraries.ts).
import { latin1Text } from '../../domain/bytes/ascii.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';
import type {
  CompiledScript,
  ScriptHost,
  ScriptLanguage,
  ScriptWorld,
} from '../../engine/scripting/language.ts';
import { LuaError } from '../../lua/errors.ts';
import type { Script } from '../../lua/script.ts';
import { LuaLibraries } from './libraries.ts';
import { addDebugger, addRedis } from './redis-library.ts';
import { LuaWorld, tableOf } from './world.ts';

/** What errors call the source of a script. */
const SOURCE_NAME = 'user_script';

/** Scripts in Lua. */
export function makeLuaScripts(host: ScriptHost): ScriptLanguage {
  return {
    makeScripts: () => new LuaScripts(host),
    makeLibraries: () => new LuaLibraries(host),
  };
}

class LuaScripts implements ScriptWorld {
  private readonly world: LuaWorld;

  constructor(host: ScriptHost) {
    this.world = new LuaWorld(host);
    const { lua, call } = this.world;
    addDebugger(addRedis(lua, host, call));
    lua.protect();
  }

  compile(buffer: Uint8Array, start: number, end: number): CompiledScript | string {
    const { world } = this;
    try {
      const script = world.lua.compile(latin1Text(buffer, start, end), SOURCE_NAME);
      return new LuaScript(world, script);
    } catch (error) {
      if (error instanceof LuaError) return world.lua.textOf(error.value);
      throw error;
    }
  }
}

class LuaScript implements CompiledScript {
  private readonly world: LuaWorld;
  private readonly script: Script;

  constructor(world: LuaWorld, script: Script) {
    this.world = world;
    this.script = script;
  }

  run(request: Request, firstKey: number, firstArgument: number, name: string, reply: Reply): void {
    const { world } = this;
    const { globals } = world.lua;
    globals.set('KEYS', tableOf(world.host, request, firstKey, firstArgument));
    globals.set('ARGV', tableOf(world.host, request, firstArgument, request.count));
    world.run(this.script, NO_ARGUMENTS, name, reply);
  }
}

const NO_ARGUMENTS: readonly [] = [];
