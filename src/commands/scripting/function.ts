// FUNCTION, of a server without functions: FLUSH has nothing to remove, and HELP tells of all.
import { badSubcommandCall } from '../../domain/errors.ts';
import { type CommandEntry, type Context, NOSCRIPT, WRITE } from '../../engine/command.ts';
import { oneof, optional, token } from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';
import { helpEntry } from '../help.ts';

const HELP = [
  'LOAD [REPLACE] <FUNCTION CODE>',
  '    Create a new library with the given library name and code.',
  'DELETE <LIBRARY NAME>',
  '    Delete the given library.',
  'LIST [LIBRARYNAME PATTERN] [WITHCODE]',
  '    Return general information on all the libraries:',
  '    * Library name',
  '    * The engine used to run the Library',
  '    * Library description',
  '    * Functions list',
  '    * Library code (if WITHCODE is given)',
  '    It also possible to get only function that matches a pattern using LIBRARYNAME argument.',
  'STATS',
  '    Return information about the current function running:',
  '    * Function name',
  '    * Command used to run the function',
  '    * Duration in MS that the function is running',
  '    If no function is running, return nil',
  '    In addition, returns a list of available engines.',
  'KILL',
  '    Kill the current running function.',
  'FLUSH [ASYNC|SYNC]',
  '    Delete all the libraries.',
  '    When called without the optional mode argument, the behavior is determined by the',
  '    lazyfree-lazy-user-flush configuration directive. Valid modes are:',
  '    * ASYNC: Asynchronously flush the libraries.',
  '    * SYNC: Synchronously flush the libraries.',
  'DUMP',
  '    Return a serialized payload representing the current libraries, can be restored using ' +
    'FUNCTION RESTORE command',
  'RESTORE <PAYLOAD> [FLUSH|APPEND|REPLACE]',
  '    Restore the libraries represented by the given payload, it is possible to give a restore ' +
    'policy to',
  '    control how to handle existing libraries (default APPEND):',
  '    * FLUSH: delete all existing libraries.',
  '    * APPEND: appends the restored libraries to the existing libraries. On collision, abort.',
  '    * REPLACE: appends the restored libraries to the existing libraries, On collision, ' +
    'replace the old',
  '      libraries with the new libraries (notice that even on this option there is a chance of ' +
    'failure',
  '      in case of functions name collision with another library).',
];

const FUNCTION_FLUSH: CommandEntry = {
  name: 'FLUSH',
  flags: WRITE | NOSCRIPT,
  tips: ['request_policy:all_shards', 'response_policy:all_succeeded'],
  args: [optional(oneof('flush-type', [token('async', 'ASYNC'), token('sync', 'SYNC')]))],
  run: flush,
};

/** Libraries that came with a file are not run, but kept, and saved again. */
function flush({ effects, server }: Context, request: Request, reply: Reply): void {
  if (request.count > 3) return reply.error(badSubcommandCall(request.text(1), 'FUNCTION'));
  const isKnown = request.count === 2 || request.is(2, 'sync') || request.is(2, 'async');
  if (!isKnown) return reply.error('ERR FUNCTION FLUSH only supports SYNC|ASYNC option');
  server.libraries.length = 0;
  effects.force();
  reply.ok();
}

const FUNCTION_HELP = helpEntry('FUNCTION', () => HELP);

const FUNCTION: CommandEntry = {
  name: 'FUNCTION',
  flags: 0,
  args: [],
  subcommands: [FUNCTION_FLUSH, FUNCTION_HELP],
};

export const FUNCTION_COMMANDS: readonly CommandEntry[] = [FUNCTION];
