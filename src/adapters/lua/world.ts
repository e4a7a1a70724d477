// A world in which scripts in Lua run: its globals, with the library `redis`, and what the ways in
// and out need: the arguments of a run become tables, and its value or its error the reply.
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';
import type { ScriptHost } from '../../engine/scripting/language.ts';
import { LuaError, placeOf, ScriptStopped } from '../../lua/errors.ts';
import { Lua, type Script } from '../../lua/script.ts';
import { LuaTable } from '../../lua/table.ts';
import type { LuaValue } from '../../lua/value.ts';
import { ValueReplies } from './to-reply.ts';
import { CallRequest } from './to-request.ts';

/**
 * Arguments are cut out of one text, which takes a fifth of the time that one by one takes; what a
 * script keeps of a longer one would keep all.
 */
const SHARED_SIZE_MAX = 2048;

export class LuaWorld {
  readonly lua: Lua;
  readonly host: ScriptHost;
  readonly call: CallRequest;
  private readonly replies: ValueReplies;

  /** `tick` is called now and then while a script runs, too: a ScriptStopped of its ends that. */
  constructor(host: ScriptHost, tick: () => void = () => {}) {
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
          tick();
        },
        memorySize: () => host.memorySize(),
        liveMemorySize: () => host.liveMemorySize(),
        clockSeconds: () => host.processorSeconds(),
      },
    });
  }

  /** Runs a script and answers. Errors call it `name`. */
  run(script: Script, args: readonly LuaValue[], name: string, reply: Reply): void {
    const { host, call, replies } = this;
    try {
      const values = script.run(...args);
      replies.write(values[0], reply, host.reply.resp3);
    } catch (error) {
      this.fail(error, name, reply);
    }
    call.letGo();
  }

  /** Answers with what ended the script, and where that was. */
  private fail(error: unknown, name: string, reply: Reply): void {
    const { lua, replies } = this;
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
export function tableOf(
  host: ScriptHost,
  { buffer, starts, ends }: Request,
  first: number,
  end: number,
): LuaTable {
  const values: LuaValue[] = [];
  const from = starts[first];
  if (end - first > 1 && ends[end - 1] - from <= SHARED_SIZE_MAX) {
    const whole = host.text(buffer, from, ends[end - 1]);
    for (let i = first; i < end; i++) values.push(whole.slice(starts[i] - from, ends[i] - from));
  } else for (let i = first; i < end; i++) values.push(host.text(buffer, starts[i], ends[i]));
  return new LuaTable(values);
}
