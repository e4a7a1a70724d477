// Scripts in Lua: one world for all scripts of EVAL, with the library `redis`, KEYS and ARGV.
import { latin1Text } from '../../domain/bytes/ascii.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';
import type {
  CompiledScript,
  ScriptHost,
  ScriptLanguage,
} from '../../engine/scripting/language.ts';
import { LuaError, placeOf, ScriptStopped } from '../../lua/errors.ts';
import { Lua, type Script } from '../../lua/script.ts';
import { LuaTable } from '../../lua/table.ts';
import type { LuaValue } from '../../lua/value.ts';
import { addRedis } from './redis-library.ts';
import { ValueReplies } from './to-reply.ts';
import { CallRequest } from './to-request.ts';

/** What errors call the source of a script. */
const SOURCE_NAME = 'user_script';

/** Makes a world of scripts in Lua. */
export function makeLuaScripts(host: ScriptHost): ScriptLanguage {
  return new LuaScripts(host);
}

class LuaScripts implements ScriptLanguage {
  readonly lua: Lua;
  readonly host: ScriptHost;
  readonly call: CallRequest;
  readonly replies: ValueReplies;

  constructor(host: ScriptHost) {
    this.host = host;
    this.call = new CallRequest(host);
    this.replies = new ValueReplies(host.reply, (line) => host.countError(line));
    this.lua = new Lua({
      libraries: 'redis',
      memorySizeMax: host.memorySizeMax,
      host: {
        tick: () => {
          const reason = host.tick();
          if (reason !== '') throw new ScriptStopped(reason);
        },
        memorySize: () => host.memorySize(),
        liveMemorySize: () => host.liveMemorySize(),
        clockSeconds: () => host.processorSeconds(),
      },
    });
    addRedis(this.lua, host, this.call);
    this.lua.protect();
  }

  compile(buffer: Uint8Array, start: number, end: number): CompiledScript | string {
    try {
      const script = this.lua.compile(latin1Text(buffer, start, end), SOURCE_NAME);
      return new LuaScript(this, script);
    } catch (error) {
      if (error instanceof LuaError) return this.lua.textOf(error.value);
      throw error;
    }
  }
}

class LuaScript implements CompiledScript {
  private readonly scripts: LuaScripts;
  private readonly script: Script;

  constructor(scripts: LuaScripts, script: Script) {
    this.scripts = scripts;
    this.script = script;
  }

  run(request: Request, firstKey: number, firstArgument: number, name: string, reply: Reply): void {
    const { lua, host, call, replies } = this.scripts;
    lua.globals.set('KEYS', tableOf(host, request, firstKey, firstArgument));
    lua.globals.set('ARGV', tableOf(host, request, firstArgument, request.count));
    try {
      const values = this.script.run();
      replies.write(values[0], reply, host.reply.resp3);
    } catch (error) {
      this.fail(error, name, reply);
    }
    call.letGo();
  }

  /** Answers with what ended the script, and where that was. */
  private fail(error: unknown, name: string, reply: Reply): void {
    const { lua, replies } = this.scripts;
    const isStopped = error instanceof ScriptStopped;
    if (!isStopped && !(error instanceof LuaError)) throw error;
    const place = placeOf(error);
    const where = place === '' ? '' : ` script: ${name}, on @${place}.`;
    if (isStopped) return replies.error(`ERR ${error.reason}${where}`, false, reply);
    const { value } = error;
    if (!(value instanceof LuaTable)) {
      return replies.error(`ERR ${lua.textOf(value)}${where}`, false, reply);
    }
    // Redis 7.2.6 ends where there is none.
    const line = lua.textOf(value.getString('err') ?? 'ERR unknown error');
    replies.error(line + where, value.getString('ignore_error_stats_update') === true, reply);
  }
}

/** The arguments [first, end) of a request as a table. */
function tableOf(host: ScriptHost, request: Request, first: number, end: number): LuaTable {
  const { buffer, starts, ends } = request;
  const values: LuaValue[] = [];
  for (let i = first; i < end; i++) values.push(host.text(buffer, starts[i], ends[i]));
  return new LuaTable(values);
}
