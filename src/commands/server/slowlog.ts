// SLOWLOG: the log of commands that took long.
import { INT64_END } from '../../domain/bytes/integer.ts';
import { badSubcommandCall } from '../../domain/errors.ts';
import { ADMIN, type CommandEntry, type Context, LOADING, STALE } from '../../engine/command.ts';
import { integer, optional } from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Refused, type Request } from '../../engine/request.ts';
import type { SlowLogEntry } from '../../engine/stats/slowlog.ts';
import { helpEntry } from '../help.ts';

const FLAGS = ADMIN | LOADING | STALE;
const COUNT_DEFAULT = 10;
const COUNT_ALL = -1;
const BAD_COUNT = 'ERR count should be greater than or equal to -1';

const HELP = [
  'GET [<count>]',
  '    Return top <count> entries from the slowlog (default: 10, -1 mean all).',
  '    Entries are made of:',
  '    id, timestamp, time in microseconds, arguments array, client IP and port,',
  '    client name',
  'LEN',
  '    Return the length of the slowlog.',
  'RESET',
  '    Reset the slowlog.',
];

const SLOWLOG_GET: CommandEntry = {
  name: 'GET',
  flags: FLAGS,
  tips: ['request_policy:all_nodes', 'nondeterministic_output'],
  args: [optional(integer('count'))],
  run: get,
};

function get({ server }: Context, request: Request, reply: Reply): void {
  if (request.count > 3) return reply.error(badSubcommandCall(request.text(1), 'SLOWLOG'));
  let count: number | Refused = COUNT_DEFAULT;
  if (request.count === 3) count = request.integerWithin(2, COUNT_ALL, INT64_END, reply, BAD_COUNT);
  if (isRefused(count)) return;
  const entries = server.slowlog.get(count);
  reply.array(entries.length);
  for (const entry of entries) replyEntry(reply, entry);
}

function replyEntry(reply: Reply, entry: SlowLogEntry): void {
  reply.array(6);
  reply.integer(entry.id);
  reply.integer(entry.timeSeconds);
  reply.integer(entry.durationUs);
  reply.array(entry.args.length);
  for (const arg of entry.args) reply.bulkText(arg);
  reply.bulkText(entry.clientAddress);
  reply.bulkText(entry.clientName);
}

const SLOWLOG_HELP = helpEntry('SLOWLOG', () => HELP);

const SLOWLOG_LEN: CommandEntry = {
  name: 'LEN',
  flags: FLAGS,
  tips: ['request_policy:all_nodes', 'response_policy:agg_sum', 'nondeterministic_output'],
  args: [],
  run: len,
};

function len({ server }: Context, _request: Request, reply: Reply): void {
  reply.integer(server.slowlog.length);
}

const SLOWLOG_RESET: CommandEntry = {
  name: 'RESET',
  flags: FLAGS,
  tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
  args: [],
  run: reset,
};

function reset({ server }: Context, _request: Request, reply: Reply): void {
  server.slowlog.reset();
  reply.ok();
}

const SLOWLOG: CommandEntry = {
  name: 'SLOWLOG',
  flags: 0,
  args: [],
  subcommands: [SLOWLOG_GET, SLOWLOG_HELP, SLOWLOG_LEN, SLOWLOG_RESET],
};

export const SLOWLOG_COMMANDS: readonly CommandEntry[] = [SLOWLOG];
