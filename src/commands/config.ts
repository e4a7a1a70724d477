// CONFIG: the settings of the running server.
import { latin1Text } from '../domain/bytes/ascii.ts';
import { SYNTAX_ERROR } from '../domain/errors.ts';
import {
  ADMIN,
  type CommandDeclaration,
  type Context,
  LOADING,
  NOSCRIPT,
  STALE,
} from '../engine/command.ts';
import { block, multiple, string } from '../engine/declaration/arguments.ts';
import { NEEDS_LOADED_DATA } from '../engine/needs.ts';
import type { Reply } from '../engine/reply.ts';
import type { Request } from '../engine/request.ts';
import { SENSITIVE } from '../engine/settings/directive.ts';
import { findDirective } from '../engine/settings/directives.ts';
import { LOADING_ERROR, type SettingPair } from '../engine/settings/settings.ts';
import { replyHelp } from './help.ts';

const FLAGS = ADMIN | NOSCRIPT | LOADING | STALE;
const ON_ALL_NODES = ['request_policy:all_nodes', 'response_policy:all_succeeded'];
/** The first argument of CONFIG GET and SET behind the subcommand. */
const FIRST = 2;

export const CONFIG_COMMANDS: CommandDeclaration[] = [
  {
    name: 'CONFIG',
    group: 'server',
    since: '2.0.0',
    complexity: 'Depends on subcommand.',
    summary: 'A container for server configuration commands.',
    flags: 0,
    args: [],
    subcommands: [
      {
        name: 'GET',
        group: 'server',
        since: '2.0.0',
        complexity: 'O(N) when N is the number of configuration parameters provided',
        summary: 'Returns the effective values of configuration parameters.',
        flags: FLAGS,
        history: [['7.0.0', 'Added the ability to pass multiple pattern parameters in one call']],
        args: [multiple(string('parameter'))],
        run: get,
      },
      {
        name: 'HELP',
        group: 'server',
        since: '5.0.0',
        complexity: 'O(1)',
        summary: 'Returns helpful text about the different subcommands.',
        flags: LOADING | STALE,
        args: [],
        run: help,
      },
      {
        name: 'RESETSTAT',
        group: 'server',
        since: '2.0.0',
        complexity: 'O(1)',
        summary: "Resets the server's statistics.",
        flags: FLAGS,
        tips: ON_ALL_NODES,
        args: [],
        run: resetStatistics,
      },
      {
        name: 'REWRITE',
        group: 'server',
        since: '2.8.0',
        complexity: 'O(1)',
        summary: 'Persists the effective configuration to file.',
        flags: FLAGS,
        tips: ON_ALL_NODES,
        args: [],
        run: rewrite,
      },
      {
        name: 'SET',
        group: 'server',
        since: '2.0.0',
        complexity: 'O(N) when N is the number of configuration parameters provided',
        summary: 'Sets configuration parameters in-flight.',
        flags: FLAGS,
        tips: ON_ALL_NODES,
        history: [['7.0.0', 'Added the ability to set multiple parameters in one call.']],
        args: [multiple(block('data', [string('parameter'), string('value')]))],
        isSensitive: isSecret,
        run: set,
      },
    ],
  },
];

const HELP = [
  'GET <pattern>',
  '    Return parameters matching the glob-like <pattern> and their values.',
  'SET <directive> <value>',
  '    Set the configuration <directive> to <value>.',
  'RESETSTAT',
  '    Reset statistics reported by the INFO command.',
  'REWRITE',
  '    Rewrite the configuration file.',
];

function get({ server }: Context, request: Request, reply: Reply): void {
  const patterns: string[] = [];
  for (let i = FIRST; i < request.count; i++) patterns.push(textOf(request, i));
  const pairs = server.settings.get(patterns);
  reply.map(pairs.length);
  for (const [name, value] of pairs) {
    reply.bulkText(name);
    reply.bulkText(value);
  }
}

function set({ server, session }: Context, request: Request, reply: Reply): void {
  if (request.count % 2 !== 0) return reply.error(SYNTAX_ERROR);
  const pairs: SettingPair[] = [];
  for (let i = FIRST; i < request.count; i += 2) {
    pairs.push({ name: textOf(request, i), value: textOf(request, i + 1) });
  }
  const error = server.settings.set(pairs, {
    local: session.origin.isLocal,
    loading: (server.denied & NEEDS_LOADED_DATA) !== 0,
    startup: false,
  });
  if (error === null) return reply.ok();
  reply.error(error === LOADING_ERROR ? error : `ERR ${error}`);
}

/** Is the argument a value that CONFIG SET must keep out of the slow log? */
function isSecret(request: Request, argument: number): boolean {
  if (argument <= FIRST || argument % 2 === 0) return false;
  const directive = findDirective(textOf(request, argument - 1).toLowerCase());
  return directive !== null && (directive.flags & SENSITIVE) !== 0;
}

function rewrite({ server }: Context, _request: Request, reply: Reply): void {
  const { host, log, settings, rewriteConfig } = server;
  if (host.configFile === '' || rewriteConfig === null) {
    return reply.error('ERR The server is running without a config file');
  }
  const problem = host.writeConfigFile(rewriteConfig(host.readConfigFile() ?? '', settings));
  if (problem !== null) {
    log.write('warning', `CONFIG REWRITE failed: ${problem}`);
    return reply.error(`ERR Rewriting config file: ${problem}`);
  }
  log.write('notice', 'CONFIG REWRITE executed with success.');
  reply.ok();
}

function resetStatistics({ server }: Context, _request: Request, reply: Reply): void {
  const { keyspace } = server;
  // What earlier commands of the same chunk did belongs to the figures that end here.
  server.costs.settle();
  server.statistics.reset();
  keyspace.hits = 0;
  keyspace.misses = 0;
  keyspace.expiredKeys = 0;
  for (const command of server.commands.all) {
    command.statistics.reset();
    for (const subcommand of command.subcommands?.all ?? []) subcommand.statistics.reset();
  }
  reply.ok();
}

function help(_context: Context, _request: Request, reply: Reply): void {
  replyHelp(reply, 'CONFIG', HELP);
}

function textOf({ buffer, starts, ends }: Request, argument: number): string {
  return latin1Text(buffer, starts[argument], ends[argument]);
}
