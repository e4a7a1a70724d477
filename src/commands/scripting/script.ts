// SCRIPT: the scripts that the server knows.
import {
  ALLOW_BUSY,
  type CommandEntry,
  type Context,
  NOSCRIPT,
  STALE,
} from '../../engine/command.ts';
import { multiple, oneof, optional, string, token } from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';
import { OF_EVAL } from '../../engine/scripting/running.ts';
import { helpEntry } from '../help.ts';

const ON_ALL_NODES = ['request_policy:all_nodes', 'response_policy:all_succeeded'];

const SCRIPT_DEBUG: CommandEntry = {
  name: 'DEBUG',
  flags: NOSCRIPT,
  args: [oneof('mode', [token('yes', 'YES'), token('sync', 'SYNC'), token('no', 'NO')])],
  run: debug,
};

/** There is no debugger, which can be off, but not on. */
function debug(_context: Context, request: Request, reply: Reply): void {
  if (request.is(2, 'no')) reply.ok();
  else if (request.is(2, 'yes') || request.is(2, 'sync')) reply.error(NO_DEBUGGER);
  else reply.error('ERR Use SCRIPT DEBUG YES/SYNC/NO');
}

const SCRIPT_EXISTS: CommandEntry = {
  name: 'EXISTS',
  flags: NOSCRIPT,
  tips: ['request_policy:all_shards', 'response_policy:agg_logical_and'],
  args: [multiple(string('sha1'))],
  run: exists,
};

function exists({ server }: Context, request: Request, reply: Reply): void {
  reply.array(request.count - 2);
  for (let i = 2; i < request.count; i++) {
    reply.integer(server.scripting.find(request, i) === null ? 0 : 1);
  }
}

const SCRIPT_FLUSH: CommandEntry = {
  name: 'FLUSH',
  flags: NOSCRIPT,
  tips: ON_ALL_NODES,
  args: [
    optional(
      oneof('flush-type', [token('async', 'ASYNC'), token('sync', 'SYNC')], { since: '6.2.0' }),
    ),
  ],
  run: flush,
};

/** What scripts were is garbage then, which is collected in its own time. */
function flush({ server }: Context, request: Request, reply: Reply): void {
  const isKnown = request.count === 2 || request.is(2, 'sync') || request.is(2, 'async');
  if (!isKnown || request.count > 3) {
    return reply.error('ERR SCRIPT FLUSH only support SYNC|ASYNC option');
  }
  server.scripting.clear();
  reply.ok();
}

const SCRIPT_HELP = helpEntry('SCRIPT', () => HELP);

const SCRIPT_KILL: CommandEntry = {
  name: 'KILL',
  flags: NOSCRIPT | ALLOW_BUSY,
  tips: ['request_policy:all_shards', 'response_policy:one_succeeded'],
  args: [],
  run: kill,
};

function kill({ server }: Context, _request: Request, reply: Reply): void {
  server.scripting.running.kill(OF_EVAL, reply);
}

const SCRIPT_LOAD: CommandEntry = {
  name: 'LOAD',
  flags: NOSCRIPT | STALE,
  tips: ON_ALL_NODES,
  args: [string('script')],
  run: load,
};

function load({ server }: Context, request: Request, reply: Reply): void {
  const script = server.scripting.compile(request, 2, reply);
  if (script === null) return;
  server.scripting.keep(script);
  reply.bulkText(script.digest);
}

const SCRIPT: CommandEntry = {
  name: 'SCRIPT',
  flags: 0,
  args: [],
  subcommands: [SCRIPT_DEBUG, SCRIPT_EXISTS, SCRIPT_FLUSH, SCRIPT_HELP, SCRIPT_KILL, SCRIPT_LOAD],
};

const HELP = [
  'DEBUG (YES|SYNC|NO)',
  '    Set the debug mode for subsequent scripts executed.',
  'EXISTS <sha1> [<sha1> ...]',
  '    Return information about the existence of the scripts in the script cache.',
  'FLUSH [ASYNC|SYNC]',
  '    Flush the Lua scripts cache. Very dangerous on replicas.',
  '    When called without the optional mode argument, the behavior is determined by the',
  '    lazyfree-lazy-user-flush configuration directive. Valid modes are:',
  '    * ASYNC: Asynchronously flush the scripts cache.',
  '    * SYNC: Synchronously flush the scripts cache.',
  'KILL',
  '    Kill the currently executing Lua script.',
  'LOAD <script>',
  '    Load a script into the scripts cache without executing it.',
];
const NO_DEBUGGER = 'ERR There is no debugger of scripts here';

export const SCRIPT_COMMANDS: readonly CommandEntry[] = [SCRIPT];
