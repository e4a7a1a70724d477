// SLOWLOG: the log of commands that took long.
import { latin1Text } from '../domain/bytes/ascii.ts';
import { isInteger64 } from '../domain/bytes/integer.ts';
import { badSubcommandCall } from '../domain/errors.ts';
import { ADMIN, type CommandDeclaration, type Context, LOADING, STALE } from '../engine/command.ts';
import { integer, optional } from '../engine/declaration/arguments.ts';
import type { Reply } from '../engine/reply.ts';
import type { Request } from '../engine/request.ts';
import type { SlowLogEntry } from '../engine/stats/slowlog.ts';
import { replyHelp } from './help.ts';

const FLAGS = ADMIN | LOADING | STALE;
const COUNT_DEFAULT = 10;
const COUNT_ALL = -1;

export const SLOWLOG_COMMANDS: CommandDeclaration[] = [
  {
    name: 'SLOWLOG',
    group: 'server',
    since: '2.2.12',
    complexity: 'Depends on subcommand.',
    summary: 'A container for slow log commands.',
    flags: 0,
    args: [],
    subcommands: [
      {
        name: 'GET',
        group: 'server',
        since: '2.2.12',
        complexity: 'O(N) where N is the number of entries returned',
        summary: "Returns the slow log's entries.",
        flags: FLAGS,
        tips: ['request_policy:all_nodes', 'nondeterministic_output'],
        history: [['4.0.0', 'Added client IP address, port and name to the reply.']],
        args: [optional(integer('count'))],
        run: get,
      },
      {
        name: 'HELP',
        group: 'server',
        since: '6.2.0',
        complexity: 'O(1)',
        summary: 'Show helpful text about the different subcommands',
        flags: LOADING | STALE,
        args: [],
        run: help,
      },
      {
        name: 'LEN',
        group: 'server',
        since: '2.2.12',
        complexity: 'O(1)',
        summary: 'Returns the number of entries in the slow log.',
        flags: FLAGS,
        tips: ['request_policy:all_nodes', 'response_policy:agg_sum', 'nondeterministic_output'],
        args: [],
        run: len,
      },
      {
        name: 'RESET',
        group: 'server',
        since: '2.2.12',
        complexity: 'O(N) where N is the number of entries in the slowlog',
        summary: 'Clears all entries from the slow log.',
        flags: FLAGS,
        tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
        args: [],
        run: reset,
      },
    ],
  },
];

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

function get({ server }: Context, request: Request, reply: Reply): void {
  const { buffer, starts, ends } = request;
  if (request.count > 3) {
    return reply.error(badSubcommandCall(latin1Text(buffer, starts[1], ends[1]), 'SLOWLOG'));
  }
  let count = COUNT_DEFAULT;
  if (request.count === 3) {
    const isNumber = isInteger64(buffer, starts[2], ends[2]);
    // Rounding does no harm: beyond 2^53 all counts are larger than any log.
    count = isNumber ? Number(latin1Text(buffer, starts[2], ends[2])) : Number.NaN;
    if (!(count >= COUNT_ALL)) {
      return reply.error('ERR count should be greater than or equal to -1');
    }
  }
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

function len({ server }: Context, _request: Request, reply: Reply): void {
  reply.integer(server.slowlog.length);
}

function reset({ server }: Context, _request: Request, reply: Reply): void {
  server.slowlog.reset();
  reply.ok();
}

function help(_context: Context, _request: Request, reply: Reply): void {
  replyHelp(reply, 'SLOWLOG', HELP);
}
