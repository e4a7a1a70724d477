// Programs as redis-server's EVAL runs them, and as our Lua does with the libraries and the sandbox
// of Redis: one Lua program, the same for both, runs the others and says how each ended.
import assert from 'node:assert/strict';
import { LuaError, ScriptStopped } from '../../../src/lua/errors.ts';
import { Lua } from '../../../src/lua/script.ts';
import { LuaTable } from '../../../src/lua/table.ts';
import { NOTHING } from '../../../src/lua/value.ts';
import { RawClient } from '../../support/raw-client.ts';
import { parseReply } from '../../support/resp.ts';
import { type RunningServer, startReference } from '../../support/server.ts';
import { stoppingHost } from './ours.ts';

const TIME_MAX_MS = 20000;
const BATCH = 100;

/** In ARGV: programs. Each gets a function see(), which shows values; it is its only local. */
const DRIVER = `
local outputs = {}
for i = 1, #ARGV do
  local parts = {}
  local function show(v)
    local isFine, text = pcall(tostring, v)
    parts[#parts + 1] = type(v) .. ':' .. (isFine and tostring(text) or '?')
  end
  local function see(...)
    for j = 1, select('#', ...) do show((select(j, ...))) end
    parts[#parts + 1] = ';'
  end
  local function report(isFine, ...)
    parts[#parts + 1] = isFine and 'returns' or 'fails'
    for j = 1, select('#', ...) do show((select(j, ...))) end
  end
  local chunk, problem = loadstring('local see = ... ' .. ARGV[i], '@user_script')
  if chunk then report(pcall(chunk, see)) else parts[1] = 'does not compile: ' .. problem end
  outputs[i] = table.concat(parts, ' ')
end
return outputs
`;

/** What the reference says of each program. */
export async function evalReference(
  server: RunningServer,
  programs: readonly string[],
): Promise<string[]> {
  const client = await RawClient.connect(server.port);
  const outputs: string[] = [];
  for (let start = 0; start < programs.length; start += BATCH) {
    const batch = programs.slice(start, start + BATCH);
    const reply = parseReply(await client.command('EVAL', DRIVER, '0', ...batch));
    assert.equal(reply.type, '*', `EVAL answers ${reply.raw}`);
    outputs.push(...reply.items.map(({ text }) => text));
  }
  client.close();
  return outputs;
}

/** What our Lua says of each program. */
export function evalOurs(programs: readonly string[]): string[] {
  const lua = new Lua({ host: stoppingHost(TIME_MAX_MS), libraries: 'redis' });
  const { globals } = lua;
  const redis = new LuaTable();
  redis.set('call', () => NOTHING);
  globals.set('redis', redis);
  lua.protect();
  globals.set('KEYS', new LuaTable());
  const script = lua.compile(DRIVER, 'user_script');
  return programs.map((program) => {
    globals.set('ARGV', new LuaTable([program]));
    try {
      const [outputs] = script.run();
      assert.ok(outputs instanceof LuaTable);
      return String(outputs.get(1));
    } catch (error) {
      if (error instanceof LuaError) return `the driver fails: ${String(error.value)}`;
      if (error instanceof ScriptStopped) return `is stopped: ${error.reason}`;
      return `LEAKS ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
    }
  });
}

/** Starts the reference once for a test file, which fails if there is none. */
export function evalServer(): Promise<RunningServer> {
  server ??= startReference();
  return server;
}

let server: Promise<RunningServer> | null = null;
