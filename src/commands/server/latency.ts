// LATENCY: what kept the server from answering, and how long commands took.
import {
  ADMIN,
  type Command,
  type CommandEntry,
  type Context,
  LOADING,
  NOSCRIPT,
  type ServerView,
  STALE,
} from '../../engine/command.ts';
import { multiple, optional, string } from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';
import type { LatencyHistogram } from '../../engine/stats/command-stats.ts';
import { helpEntry } from '../help.ts';

const FLAGS = ADMIN | NOSCRIPT | LOADING | STALE;
const SPECIAL_ON_ALL_NODES = [
  'nondeterministic_output',
  'request_policy:all_nodes',
  'response_policy:special',
];
/** The first argument behind the subcommand. */
const FIRST = 2;

const HELP = [
  'DOCTOR',
  '    Return a human readable latency analysis report.',
  'GRAPH <event>',
  '    Return an ASCII latency graph for the <event> class.',
  'HISTORY <event>',
  '    Return time-latency samples for the <event> class.',
  'LATEST',
  '    Return the latest latency samples for all events.',
  'RESET [<event> ...]',
  '    Reset latency data of one or more <event> classes.',
  '    (default: reset all data for all event classes)',
  'HISTOGRAM [COMMAND ...]',
  '    Return a cumulative distribution of latencies in the format of a histogram for the ' +
    'specified command names.',
  '    If no commands are specified then all histograms are replied.',
];

const LATENCY_DOCTOR: CommandEntry = {
  name: 'DOCTOR',
  flags: FLAGS,
  tips: SPECIAL_ON_ALL_NODES,
  args: [],
  run: doctor,
};

function doctor({ server }: Context, _request: Request, reply: Reply): void {
  const { live, settings, latency } = server;
  const report = latency.doctor(nowSeconds(server), {
    thresholdMs: live.latencyMs,
    slowlogSlowerThanUs: live.slowlogUs,
    isFsyncAlways: settings.text('appendfsync') === 'always',
    hz: live.hz,
  });
  reply.verbatim(report, 'txt');
}

const LATENCY_GRAPH: CommandEntry = {
  name: 'GRAPH',
  flags: FLAGS,
  tips: SPECIAL_ON_ALL_NODES,
  args: [string('event')],
  run: graph,
};

function graph({ server }: Context, request: Request, reply: Reply): void {
  const event = request.text(FIRST);
  const text = server.latency.graph(event, nowSeconds(server));
  if (text === null) return reply.error(`ERR No samples available for event '${event}'`);
  reply.verbatim(text, 'txt');
}

const LATENCY_HELP = helpEntry('LATENCY', () => HELP);

const LATENCY_HISTOGRAM: CommandEntry = {
  name: 'HISTOGRAM',
  flags: FLAGS,
  tips: SPECIAL_ON_ALL_NODES,
  args: [optional(multiple(string('command')))],
  run: histogram,
};

function histogram({ server }: Context, request: Request, reply: Reply): void {
  // What earlier commands of the same chunk took belongs to the figures.
  server.costs.settle();
  const commands: Command[] = [];
  if (request.count === FIRST) {
    for (const command of server.commands.all) commands.push(...withSubcommands(command));
  }
  for (let i = FIRST; i < request.count; i++) {
    const command = commandOf(server, request.text(i));
    if (command !== null) commands.push(...withSubcommands(command));
  }
  const { statistics } = server;
  const histogramOf = (command: Command): LatencyHistogram | null =>
    statistics.commands.find(command)?.histogram ?? null;
  reply.map(commands.filter((command) => histogramOf(command) !== null).length);
  for (const command of commands) {
    const found = histogramOf(command);
    if (found !== null) replyHistogram(reply, command.fullName, found);
  }
}

function replyHistogram(reply: Reply, fullName: string, histogram: LatencyHistogram): void {
  const counts = histogram.cumulative();
  reply.bulkText(fullName);
  reply.map(2);
  reply.bulkText('calls');
  reply.integer(histogram.count);
  reply.bulkText('histogram_usec');
  reply.map(counts.length);
  for (const [microseconds, count] of counts) {
    reply.integer(microseconds);
    reply.integer(count);
  }
}

/** A command by its full name: `get`, `config|set`. */
function commandOf(server: ServerView, fullName: string): Command | null {
  const words = fullName.split('|');
  const command = server.commands.findText(words[0]);
  if (words.length === 1) return command;
  return words.length === 2 ? (command?.subcommands?.findText(words[1]) ?? null) : null;
}

function withSubcommands(command: Command): Command[] {
  return [command, ...(command.subcommands?.all ?? [])];
}

function nowSeconds(server: ServerView): number {
  return Math.floor(server.keyspace.nowMs / 1000);
}

const LATENCY_HISTORY: CommandEntry = {
  name: 'HISTORY',
  flags: FLAGS,
  tips: SPECIAL_ON_ALL_NODES,
  args: [string('event')],
  run: history,
};

function history({ server }: Context, request: Request, reply: Reply): void {
  const samples = server.latency.history(request.text(FIRST));
  reply.array(samples.length);
  for (const { timeSeconds, latencyMs } of samples) {
    reply.array(2);
    reply.integer(timeSeconds);
    reply.integer(latencyMs);
  }
}

const LATENCY_LATEST: CommandEntry = {
  name: 'LATEST',
  flags: FLAGS,
  tips: SPECIAL_ON_ALL_NODES,
  args: [],
  run: latest,
};

function latest({ server }: Context, _request: Request, reply: Reply): void {
  const events = server.latency.latest();
  reply.array(events.length);
  for (const { event, timeSeconds, latencyMs, allTimeMaxMs } of events) {
    reply.array(4);
    reply.bulkText(event);
    reply.integer(timeSeconds);
    reply.integer(latencyMs);
    reply.integer(allTimeMaxMs);
  }
}

const LATENCY_RESET: CommandEntry = {
  name: 'RESET',
  flags: FLAGS,
  tips: ['request_policy:all_nodes', 'response_policy:agg_sum'],
  args: [optional(multiple(string('event')))],
  run: reset,
};

function reset({ server }: Context, request: Request, reply: Reply): void {
  if (request.count === FIRST) return reply.integer(server.latency.reset());
  const events: string[] = [];
  for (let i = FIRST; i < request.count; i++) events.push(request.text(i));
  reply.integer(server.latency.reset(events));
}

const LATENCY: CommandEntry = {
  name: 'LATENCY',
  flags: 0,
  args: [],
  subcommands: [
    LATENCY_DOCTOR,
    LATENCY_GRAPH,
    LATENCY_HELP,
    LATENCY_HISTOGRAM,
    LATENCY_HISTORY,
    LATENCY_LATEST,
    LATENCY_RESET,
  ],
};

export const LATENCY_COMMANDS: readonly CommandEntry[] = [LATENCY];
