// CONFIG: the settings of the running server.
import { latin1Text } from '../../domain/bytes/ascii.ts';
import { LOADING_ERROR, NO_CONFIG_FILE, SYNTAX_ERROR } from '../../domain/errors.ts';
import {
  ADMIN,
  type CommandEntry,
  type Context,
  LOADING,
  NOSCRIPT,
  STALE,
} from '../../engine/command.ts';
import { block, multiple, string } from '../../engine/declaration/arguments.ts';
import { NEEDS_LOADED_DATA } from '../../engine/needs.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';
import { SENSITIVE } from '../../engine/settings/directive.ts';
import { findDirective } from '../../engine/settings/directives.ts';
import type { SettingPair } from '../../engine/settings/settings.ts';
import { helpEntry } from '../help.ts';

const FLAGS = ADMIN | NOSCRIPT | LOADING | STALE;
const ON_ALL_NODES = ['request_policy:all_nodes', 'response_policy:all_succeeded'];
/** Settings are texts, which have a limit; a line of redis.conf is much shorter. */
const VALUE_SIZE_MAX = 1024 * 1024;
/** The first argument of CONFIG GET and SET behind the subcommand. */
const FIRST = 2;

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

const CONFIG_GET: CommandEntry = {
  name: 'GET',
  flags: FLAGS,
  args: [multiple(string('parameter'))],
  run: get,
};

function get({ server }: Context, request: Request, reply: Reply): void {
  const patterns: string[] = [];
  for (let i = FIRST; i < request.count; i++) patterns.push(request.text(i));
  const pairs = server.settings.get(patterns);
  reply.map(pairs.length);
  for (const [name, value] of pairs) {
    reply.bulkText(name);
    reply.bulkText(value);
  }
}

const CONFIG_HELP = helpEntry('CONFIG', () => HELP);

const CONFIG_RESETSTAT: CommandEntry = {
  name: 'RESETSTAT',
  flags: FLAGS,
  tips: ON_ALL_NODES,
  args: [],
  run: resetStatistics,
};

function resetStatistics({ server }: Context, _request: Request, reply: Reply): void {
  const { keyspace } = server;
  // What earlier commands of the same chunk did belongs to the figures that end here.
  server.costs.settle();
  server.statistics.reset();
  server.eviction.resetTimes();
  keyspace.hits = 0;
  keyspace.misses = 0;
  keyspace.pending.freedCount = 0;
  keyspace.expiredKeys = 0;
  keyspace.expiredFields = 0;
  reply.ok();
}

const CONFIG_REWRITE: CommandEntry = {
  name: 'REWRITE',
  flags: FLAGS,
  tips: ON_ALL_NODES,
  args: [],
  run: rewrite,
};

function rewrite({ server }: Context, _request: Request, reply: Reply): void {
  const { host, log, settings, rewriteConfig } = server;
  if (host.configFile === '' || rewriteConfig === null) {
    return reply.error(NO_CONFIG_FILE);
  }
  const problem = host.updateConfigFile((oldText) => rewriteConfig(oldText, settings));
  if (problem !== null) {
    log.write('warning', `CONFIG REWRITE failed: ${problem}`);
    return reply.error(`ERR Rewriting config file: ${problem}`);
  }
  log.write('notice', 'CONFIG REWRITE executed with success.');
  reply.ok();
}

const CONFIG_SET: CommandEntry = {
  name: 'SET',
  flags: FLAGS,
  tips: ON_ALL_NODES,
  args: [multiple(block('data', [string('parameter'), string('value')]))],
  isSensitive: isSecret,
  run: set,
};

function set({ server, session }: Context, request: Request, reply: Reply): void {
  if (request.count % 2 !== 0) return reply.error(SYNTAX_ERROR);
  const pairs: SettingPair[] = [];
  const { buffer, starts, ends } = request;
  for (let i = FIRST; i < request.count; i += 2) {
    const name = request.text(i);
    if (request.size(i + 1) > VALUE_SIZE_MAX) return reply.error(`ERR ${tooLong(name)}`);
    pairs.push({ name, value: latin1Text(buffer, starts[i + 1], ends[i + 1]) });
  }
  const error = server.settings.set(pairs, {
    local: session.origin.isLocal,
    loading: (server.denied & NEEDS_LOADED_DATA) !== 0,
    startup: false,
  });
  if (error === null) return reply.ok();
  reply.error(error === LOADING_ERROR ? error : `ERR ${error}`);
}

function tooLong(name: string): string {
  return `CONFIG SET failed (possibly related to argument '${name}') - the value is too long`;
}

/** Is the argument a value that CONFIG SET must keep out of the slow log? */
function isSecret(request: Request, argument: number): boolean {
  if (argument <= FIRST || argument % 2 === 0) return false;
  const directive = findDirective(request.text(argument - 1).toLowerCase());
  return directive !== null && (directive.flags & SENSITIVE) !== 0;
}

const CONFIG: CommandEntry = {
  name: 'CONFIG',
  flags: 0,
  args: [],
  subcommands: [CONFIG_GET, CONFIG_HELP, CONFIG_RESETSTAT, CONFIG_REWRITE, CONFIG_SET],
};

export const CONFIG_COMMANDS: readonly CommandEntry[] = [CONFIG];
