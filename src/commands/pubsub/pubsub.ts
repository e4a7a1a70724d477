// PUBSUB: what is subscribed to, and how often.
import {
  CONSTANT_TIME,
  type CommandEntry,
  type Context,
  LOADING,
  PUBSUB,
  RUNS_IN_SLICES,
  STALE,
} from '../../engine/command.ts';
import { multiple, optional, pattern, string } from '../../engine/declaration/arguments.ts';
import {
  CHANNELS,
  PATTERNS,
  SHARD_CHANNELS,
  type TopicKind,
} from '../../engine/pubsub/subscriptions.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';
import { helpEntry } from '../help.ts';
import { replyTopics } from './topic-search.ts';

const FLAGS = PUBSUB | LOADING | STALE;

/** What Redis says. */
const HELP = [
  'CHANNELS [<pattern>]',
  "    Return the currently active channels matching a <pattern> (default: '*').",
  'NUMPAT',
  '    Return number of subscriptions to patterns.',
  'NUMSUB [<channel> ...]',
  '    Return the number of subscribers for the specified channels, excluding',
  '    pattern subscriptions(default: no channels).',
  'SHARDCHANNELS [<pattern>]',
  "    Return the currently active shard level channels matching a <pattern> (default: '*').",
  'SHARDNUMSUB [<shardchannel> ...]',
  '    Return the number of subscribers for the specified shard level channel(s)',
];

const PUBSUB_CHANNELS: CommandEntry = {
  name: 'CHANNELS',
  flags: FLAGS | RUNS_IN_SLICES,
  args: [optional(pattern('pattern'))],
  run: (context, request, reply) => replyTopics(context, request, reply, CHANNELS),
};

const PUBSUB_HELP = helpEntry('PUBSUB', () => HELP, { flags: LOADING | STALE | CONSTANT_TIME });

const PUBSUB_NUMPAT: CommandEntry = {
  name: 'NUMPAT',
  flags: FLAGS,
  args: [],
  run: ({ server }, _request, reply) => reply.integer(server.pubsub.count(PATTERNS)),
};

const PUBSUB_NUMSUB: CommandEntry = {
  name: 'NUMSUB',
  flags: FLAGS,
  args: [optional(multiple(string('channel')))],
  run: (context, request, reply) => replySubscribers(context, request, reply, CHANNELS),
};

const PUBSUB_SHARDCHANNELS: CommandEntry = {
  name: 'SHARDCHANNELS',
  flags: FLAGS | RUNS_IN_SLICES,
  args: [optional(pattern('pattern'))],
  run: (context, request, reply) => replyTopics(context, request, reply, SHARD_CHANNELS),
};

const PUBSUB_SHARDNUMSUB: CommandEntry = {
  name: 'SHARDNUMSUB',
  flags: FLAGS,
  args: [optional(multiple(string('shardchannel')))],
  run: (context, request, reply) => replySubscribers(context, request, reply, SHARD_CHANNELS),
};

/** Each name with the number of its subscribers, in one flat array. */
function replySubscribers(context: Context, request: Request, reply: Reply, kind: TopicKind): void {
  const { buffer, starts, ends, count } = request;
  const { pubsub } = context.server;
  reply.array((count - 2) * 2);
  for (let i = 2; i < count; i++) {
    reply.bulk(buffer, starts[i], ends[i]);
    reply.integer(pubsub.subscribers(kind, buffer, starts[i], ends[i]));
  }
}

const PUBSUB_CONTAINER: CommandEntry = {
  name: 'PUBSUB',
  flags: 0,
  args: [],
  subcommands: [
    PUBSUB_CHANNELS,
    PUBSUB_HELP,
    PUBSUB_NUMPAT,
    PUBSUB_NUMSUB,
    PUBSUB_SHARDCHANNELS,
    PUBSUB_SHARDNUMSUB,
  ],
};

export const PUBSUB_COMMANDS: readonly CommandEntry[] = [PUBSUB_CONTAINER];
