// FUNCTION: libraries of functions.
import { latin1Bytes } from '../../domain/bytes/ascii.ts';
import { globMatch } from '../../domain/bytes/glob.ts';
import { badSubcommandCall } from '../../domain/errors.ts';
import {
  ALLOW_BUSY,
  type CommandEntry,
  type Context,
  DENYOOM,
  FROM_JOURNAL,
  NOSCRIPT,
  WRITE,
} from '../../engine/command.ts';
import { oneof, optional, string, token } from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, REFUSED, type Refused, type Request } from '../../engine/request.ts';
import { flagNames } from '../../engine/scripting/flags.ts';
import { APPEND, FLUSH, REPLACE } from '../../engine/scripting/functions.ts';
import type { Library, LibraryFunction } from '../../engine/scripting/libraries.ts';
import { OF_FUNCTIONS, type RunningScript } from '../../engine/scripting/running.ts';
import { helpEntry } from '../help.ts';

const ON_ALL_SHARDS = ['request_policy:all_shards', 'response_policy:all_succeeded'];
/** The language, as replies have it. */
const ENGINE = 'LUA';

const FUNCTION_DELETE: CommandEntry = {
  name: 'DELETE',
  flags: WRITE | NOSCRIPT,
  tips: ON_ALL_SHARDS,
  args: [string('library-name')],
  run: remove,
};

function remove({ server, keyspace }: Context, request: Request, reply: Reply): void {
  if (!server.scripting.functions.delete(request.text(2))) {
    return reply.error('ERR Library not found');
  }
  keyspace.dirty++;
  reply.ok();
}

const FUNCTION_DUMP: CommandEntry = { name: 'DUMP', flags: NOSCRIPT, args: [], run: dump };

function dump({ server, dumps }: Context, _request: Request, reply: Reply): void {
  reply.bulkUncopied(dumps.dumpLibraries(server.scripting.functions.codes()));
}

const FUNCTION_FLUSH: CommandEntry = {
  name: 'FLUSH',
  flags: WRITE | NOSCRIPT,
  tips: ON_ALL_SHARDS,
  args: [optional(oneof('flush-type', [token('async', 'ASYNC'), token('sync', 'SYNC')]))],
  run: flush,
};

/** What functions were is garbage then, which is collected in its own time. */
function flush({ server, keyspace }: Context, request: Request, reply: Reply): void {
  if (request.count > 3) return reply.error(badSubcommandCall(request.text(1), 'FUNCTION'));
  const isKnown = request.count === 2 || request.is(2, 'sync') || request.is(2, 'async');
  if (!isKnown) return reply.error('ERR FUNCTION FLUSH only supports SYNC|ASYNC option');
  server.scripting.functions.clear();
  keyspace.dirty++;
  reply.ok();
}

const FUNCTION_HELP = helpEntry('FUNCTION', () => HELP);

const FUNCTION_KILL: CommandEntry = {
  name: 'KILL',
  flags: NOSCRIPT | ALLOW_BUSY,
  tips: ['request_policy:all_shards', 'response_policy:one_succeeded'],
  args: [],
  run: kill,
};

function kill({ server }: Context, _request: Request, reply: Reply): void {
  server.scripting.running.kill(OF_FUNCTIONS, reply);
}

const FUNCTION_LIST: CommandEntry = {
  name: 'LIST',
  flags: NOSCRIPT,
  tips: ['nondeterministic_output_order'],
  args: [
    optional(string('library-name-pattern', { token: 'LIBRARYNAME' })),
    optional(token('withcode', 'WITHCODE')),
  ],
  run: list,
};

function list({ server }: Context, request: Request, reply: Reply): void {
  let withCode = false;
  let pattern = 0;
  for (let i = 2; i < request.count; i++) {
    if (!withCode && request.is(i, 'withcode')) {
      withCode = true;
    } else if (pattern === 0 && request.is(i, 'libraryname')) {
      if (i === request.count - 1) return reply.error('ERR library name argument was not given');
      pattern = ++i;
    } else {
      return reply.error(`ERR Unknown argument ${request.textUntilNul(i)}`);
    }
  }
  const found: Library[] = [];
  for (const library of server.scripting.functions.all()) {
    if (pattern === 0 || matches(request, pattern, library.name)) found.push(library);
  }
  reply.array(found.length);
  for (const library of found) describe(library, withCode, reply);
}

function matches({ buffer, starts, ends }: Request, pattern: number, name: string): boolean {
  const bytes = latin1Bytes(name);
  return globMatch(buffer, starts[pattern], ends[pattern], bytes, 0, bytes.length, true);
}

function describe({ name, functions, code }: Library, withCode: boolean, reply: Reply): void {
  reply.map(withCode ? 4 : 3);
  reply.bulkText('library_name');
  reply.bulkText(name);
  reply.bulkText('engine');
  reply.bulkText(ENGINE);
  reply.bulkText('functions');
  reply.array(functions.length);
  for (const registered of functions) describeFunction(registered, reply);
  if (!withCode) return;
  reply.bulkText('library_code');
  reply.bulk(code, 0, code.length);
}

function describeFunction({ name, description, flags }: LibraryFunction, reply: Reply): void {
  reply.map(3);
  reply.bulkText('name');
  reply.bulkText(name);
  reply.bulkText('description');
  if (description === null) reply.nil();
  else reply.bulkText(description);
  reply.bulkText('flags');
  const names = flagNames(flags);
  reply.set(names.length);
  for (const flag of names) reply.simple(flag);
}

const FUNCTION_LOAD: CommandEntry = {
  name: 'LOAD',
  flags: WRITE | DENYOOM | NOSCRIPT,
  tips: ON_ALL_SHARDS,
  args: [optional(token('replace', 'REPLACE')), string('function-code')],
  run: load,
};

function load(context: Context, request: Request, reply: Reply): void {
  const code = request.count - 1;
  for (let i = 2; i < code; i++) {
    if (!request.is(i, 'replace')) {
      return reply.error(`ERR Unknown option given: ${request.textUntilNul(i)}`);
    }
  }
  const { functions } = context.server.scripting;
  const isTrusted = context.origin === FROM_JOURNAL;
  const library = functions.load(request.copy(code), code > 2, isTrusted);
  if (typeof library === 'string') return reply.error(`ERR ${library}`);
  context.keyspace.dirty++;
  reply.bulkText(library.name);
}

const FUNCTION_RESTORE: CommandEntry = {
  name: 'RESTORE',
  flags: WRITE | DENYOOM | NOSCRIPT,
  tips: ON_ALL_SHARDS,
  args: [
    string('serialized-value'),
    optional(
      oneof('policy', [
        token('flush', 'FLUSH'),
        token('append', 'APPEND'),
        token('replace', 'REPLACE'),
      ]),
    ),
  ],
  run: restore,
};

function restore(context: Context, request: Request, reply: Reply): void {
  if (request.count > 4) return reply.error(badSubcommandCall(request.text(1), 'FUNCTION'));
  const policy = policyOf(request, reply);
  if (isRefused(policy)) return;
  const { server, dumps, keyspace } = context;
  const { buffer, starts, ends } = request;
  const codes = dumps.readLibraries(buffer, starts[2], ends[2]);
  if (typeof codes === 'string') return reply.error(`ERR ${codes}`);
  const { functions } = server.scripting;
  const problem = functions.restore(codes, policy, context.origin === FROM_JOURNAL);
  if (problem !== '') return reply.error(`ERR ${problem}`);
  keyspace.dirty++;
  reply.ok();
}

function policyOf(request: Request, reply: Reply): number | Refused {
  if (request.count === 3 || request.is(3, 'append')) return APPEND;
  if (request.is(3, 'replace')) return REPLACE;
  if (request.is(3, 'flush')) return FLUSH;
  reply.error(WRONG_POLICY);
  return REFUSED;
}

const FUNCTION_STATS: CommandEntry = {
  name: 'STATS',
  flags: NOSCRIPT | ALLOW_BUSY,
  tips: ['nondeterministic_output', 'request_policy:all_shards', 'response_policy:special'],
  args: [],
  run: stats,
};

function stats({ server }: Context, _request: Request, reply: Reply): void {
  const { functions, running } = server.scripting;
  if (running.isOn && running.kind !== OF_FUNCTIONS) return reply.error(running.busyLine);
  reply.map(2);
  reply.bulkText('running_script');
  describeRunning(running, reply);
  reply.bulkText('engines');
  reply.map(1);
  reply.bulkText(ENGINE);
  reply.map(2);
  reply.bulkText('libraries_count');
  reply.integer(functions.librariesCount);
  reply.bulkText('functions_count');
  reply.integer(functions.count);
}

function describeRunning({ request, name, durationMs }: RunningScript, reply: Reply): void {
  if (request === null) return reply.nil();
  reply.map(3);
  reply.bulkText('name');
  reply.bulkText(name);
  reply.bulkText('command');
  reply.array(request.count);
  const { buffer, starts, ends } = request;
  for (let i = 0; i < request.count; i++) reply.bulk(buffer, starts[i], ends[i]);
  reply.bulkText('duration_ms');
  reply.integer(durationMs);
}

const FUNCTION: CommandEntry = {
  name: 'FUNCTION',
  flags: 0,
  args: [],
  subcommands: [
    FUNCTION_DELETE,
    FUNCTION_DUMP,
    FUNCTION_FLUSH,
    FUNCTION_HELP,
    FUNCTION_KILL,
    FUNCTION_LIST,
    FUNCTION_LOAD,
    FUNCTION_RESTORE,
    FUNCTION_STATS,
  ],
};

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

const WRONG_POLICY =
  'ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.';

export const FUNCTION_COMMANDS: readonly CommandEntry[] = [FUNCTION];
