// FUNCTION FLUSH, of a server without functions: there is nothing to remove, and that is done.
import { equalsIgnoreCase, latin1Text } from '../domain/bytes/ascii.ts';
import { badSubcommandCall } from '../domain/errors.ts';
import { type CommandDeclaration, type Context, NOSCRIPT, WRITE } from '../engine/command.ts';
import { oneof, optional, token } from '../engine/declaration/arguments.ts';
import type { Reply } from '../engine/reply.ts';
import type { Request } from '../engine/request.ts';

export const FUNCTION_COMMANDS: CommandDeclaration[] = [
  {
    name: 'FUNCTION',
    group: 'scripting',
    since: '7.0.0',
    complexity: 'Depends on subcommand.',
    summary: 'A container for function commands.',
    flags: 0,
    args: [],
    subcommands: [
      {
        name: 'FLUSH',
        group: 'scripting',
        since: '7.0.0',
        complexity: 'O(N) where N is the number of functions deleted',
        summary: 'Deletes all libraries and functions.',
        flags: WRITE | NOSCRIPT,
        tips: ['request_policy:all_shards', 'response_policy:all_succeeded'],
        args: [optional(oneof('flush-type', [token('async', 'ASYNC'), token('sync', 'SYNC')]))],
        run: flush,
      },
    ],
  },
];

function flush(_context: Context, request: Request, reply: Reply): void {
  const { buffer, starts, ends, count } = request;
  if (count > 3) {
    return reply.error(badSubcommandCall(latin1Text(buffer, starts[1], ends[1]), 'FUNCTION'));
  }
  const isKnown =
    count === 2 ||
    equalsIgnoreCase(buffer, starts[2], ends[2], 'sync') ||
    equalsIgnoreCase(buffer, starts[2], ends[2], 'async');
  if (isKnown) reply.ok();
  else reply.error('ERR FUNCTION FLUSH only supports SYNC|ASYNC option');
}
