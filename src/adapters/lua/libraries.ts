// Libraries of functions in Lua: one world for all of them. A library is a script that runs once:
// meanwhile it finds nothing but a table `redis` that registers functions. These find everything
// but that later, and what the script has in its locals.
import { latin1Text } from '../../domain/bytes/ascii.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';
import type {
  CompiledScript,
  FunctionRegistry,
  LibraryWorld,
  ScriptHost,
} from '../../engine/scripting/language.ts';
import { LuaError, ScriptStopped } from '../../lua/errors.ts';
import type { Script } from '../../lua/script.ts';
import { LuaTable } from '../../lua/table.ts';
import { type LuaResult, type LuaValue, NOTHING } from '../../lua/value.ts';
import { addLog, addRedis, failure } from './redis-library.ts';
import { readRegistration } from './registration.ts';
import { LuaWorld, tableOf } from './world.ts';

/** What errors call the source of a library. */
const SOURCE_NAME = 'user_function';

export class LuaLibraries implements LibraryWorld {
  private readonly world: LuaWorld;
  /** What a library finds while it is loaded. */
  private readonly globalsOfLoading = new LuaTable();
  private registry: FunctionRegistry | null = null;
  /** The library that is loaded. */
  private script: Script | null = null;

  constructor(host: ScriptHost) {
    this.world = new LuaWorld(host, () => this.tick());
    const { lua, call } = this.world;
    addRedis(lua, host, call);
    lua.protect();
    const redis = new LuaTable();
    redis.set('register_function', (...values: LuaValue[]) => this.register(values));
    addLog(redis, host);
    this.globalsOfLoading.set('redis', redis);
    lua.protect(redis);
    lua.protect(this.globalsOfLoading);
  }

  load(buffer: Uint8Array, start: number, end: number, registry: FunctionRegistry): string {
    const { lua } = this.world;
    try {
      this.script = lua.compile(latin1Text(buffer, start, end), SOURCE_NAME);
    } catch (error) {
      return `Error compiling function: ${this.textOf(error)}`;
    }
    this.registry = registry;
    try {
      lua.runApart(this.script, this.globalsOfLoading);
    } catch (error) {
      return `Error registering functions: ${this.lineOf(error)}`;
    } finally {
      this.registry = null;
      this.script = null;
    }
    return '';
  }

  private tick(): void {
    if (this.registry?.isOverdue()) throw new ScriptStopped('FUNCTION LOAD timeout');
  }

  private register(values: readonly LuaValue[]): LuaResult {
    const { registry, script, world } = this;
    if (registry === null || script === null) throw failure(NOT_LOADING);
    const registration = readRegistration(values);
    if (typeof registration === 'string') throw failure(`ERR ${registration}`);
    const { name, description, flags, callback } = registration;
    const compiled = new LuaFunctionScript(world, script, world.lua.scriptOf(callback));
    const problem = registry.register(name, description, flags, compiled);
    if (problem !== '') throw failure(`ERR ${problem}`);
    return NOTHING;
  }

  private textOf(error: unknown): string {
    if (error instanceof LuaError) return this.world.lua.textOf(error.value);
    throw error;
  }

  private lineOf(error: unknown): string {
    if (error instanceof ScriptStopped) return `ERR ${error.reason}`;
    if (error instanceof LuaError && error.value instanceof LuaTable) {
      return this.world.lua.textOf(error.value.getString('err'));
    }
    return `ERR ${this.textOf(error)}`;
  }
}

class LuaFunctionScript implements CompiledScript {
  private readonly world: LuaWorld;
  /** Kept, since errors find names in it. */
  readonly library: Script;
  private readonly callback: Script;

  constructor(world: LuaWorld, library: Script, callback: Script) {
    this.world = world;
    this.library = library;
    this.callback = callback;
  }

  run(request: Request, firstKey: number, firstArgument: number, name: string, reply: Reply): void {
    const { world } = this;
    const keys = tableOf(world.host, request, firstKey, firstArgument);
    const args = tableOf(world.host, request, firstArgument, request.count);
    world.run(this.callback, [keys, args], name, reply);
  }
}

const NOT_LOADING = 'ERR redis.register_function can only be called on FUNCTION LOAD command';
