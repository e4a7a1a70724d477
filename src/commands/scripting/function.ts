// FUNCTION FLUSH, of a server without functions: there is nothing to remove, and that is done.
import { badSubcommandCall } from '../../domain/errors.ts';
import { type CommandEntry, type Context, NOSCRIPT, WRITE } from '../../engine/command.ts';
import { oneof, optional, token } from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';

const FUNCTION_FLUSH: CommandEntry = {
  name: 'FLUSH',
  flags: WRITE | NOSCRIPT,
  tips: ['request_policy:all_shards', 'response_policy:all_succeeded'],
  args: [optional(oneof('flush-type', [token('async', 'ASYNC'), token('sync', 'SYNC')]))],
  run: flush,
};

function flush({ effects }: Context, request: Request, reply: Reply): void {
  if (request.count > 3) return reply.error(badSubcommandCall(request.text(1), 'FUNCTION'));
  const isKnown = request.count === 2 || request.is(2, 'sync') || request.is(2, 'async');
  if (!isKnown) return reply.error('ERR FUNCTION FLUSH only supports SYNC|ASYNC option');
  effects.force();
  reply.ok();
}

const FUNCTION: CommandEntry = {
  name: 'FUNCTION',
  flags: 0,
  args: [],
  subcommands: [FUNCTION_FLUSH],
};

export const FUNCTION_COMMANDS: readonly CommandEntry[] = [FUNCTION];
