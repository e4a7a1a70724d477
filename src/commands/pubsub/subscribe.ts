// SUBSCRIBE, PSUBSCRIBE, SSUBSCRIBE and their opposites. Each channel or pattern is confirmed by
// itself, with the number of those that the client is subscribed to then: shard channels are
// counted alone, channels and patterns together.
//
// Confirmations stand in the place of the reply, but they are pushes: CLIENT REPLY does not keep
// them back.
import {
  type CommandEntry,
  type Context,
  FROM_CLIENT,
  LOADING,
  NOSCRIPT,
  PUBSUB,
  STALE,
  WHILE_SUBSCRIBED,
} from '../../engine/command.ts';
import {
  multiple,
  NOT_KEY,
  optional,
  pattern,
  string,
} from '../../engine/declaration/arguments.ts';
import type { KeySpecification } from '../../engine/declaration/key-specifications.ts';
import {
  CHANNELS,
  PATTERNS,
  SHARD_CHANNELS,
  type TopicKind,
} from '../../engine/pubsub/subscriptions.ts';
import type { Reply, ReplyMark } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';
import { REPLY_OFF, REPLY_SKIPPING, type Session } from '../../engine/session.ts';

const FLAGS = PUBSUB | NOSCRIPT | LOADING | STALE | WHILE_SUBSCRIBED;
/** Shard channels are specified like keys, so that clients find their node of a cluster. */
const ALL_CHANNELS: KeySpecification = { first: 1, last: -1, step: 1, access: NOT_KEY };

const NO_BLOCKING = "ERR SSUBSCRIBE isn't allowed for a DENY BLOCKING client";

const PSUBSCRIBE: CommandEntry = {
  name: 'PSUBSCRIBE',
  flags: FLAGS,
  args: [multiple(pattern('pattern'))],
  run: (context, request, reply) =>
    change(context, request, reply, PATTERNS, 'psubscribe', 'subscribe'),
};

const PUNSUBSCRIBE: CommandEntry = {
  name: 'PUNSUBSCRIBE',
  flags: FLAGS,
  args: [optional(multiple(pattern('pattern')))],
  run: (context, request, reply) =>
    change(context, request, reply, PATTERNS, 'punsubscribe', 'unsubscribe'),
};

const SSUBSCRIBE: CommandEntry = {
  name: 'SSUBSCRIBE',
  flags: FLAGS,
  args: [multiple(string('shardchannel'))],
  keySpecifications: [ALL_CHANNELS],
  run: subscribeToShard,
};

/** SUBSCRIBE and PSUBSCRIBE are let into transactions, for old clients; this one is not. */
function subscribeToShard(context: Context, request: Request, reply: Reply): void {
  if (context.origin !== FROM_CLIENT) return reply.error(NO_BLOCKING);
  change(context, request, reply, SHARD_CHANNELS, 'ssubscribe', 'subscribe');
}

const SUBSCRIBE: CommandEntry = {
  name: 'SUBSCRIBE',
  flags: FLAGS,
  args: [multiple(string('channel'))],
  run: (context, request, reply) =>
    change(context, request, reply, CHANNELS, 'subscribe', 'subscribe'),
};

const SUNSUBSCRIBE: CommandEntry = {
  name: 'SUNSUBSCRIBE',
  flags: FLAGS,
  args: [optional(multiple(string('shardchannel')))],
  keySpecifications: [ALL_CHANNELS],
  run: (context, request, reply) =>
    change(context, request, reply, SHARD_CHANNELS, 'sunsubscribe', 'unsubscribe'),
};

const UNSUBSCRIBE: CommandEntry = {
  name: 'UNSUBSCRIBE',
  flags: FLAGS,
  args: [optional(multiple(string('channel')))],
  run: (context, request, reply) =>
    change(context, request, reply, CHANNELS, 'unsubscribe', 'unsubscribe'),
};

/** Changes one topic after the other; without arguments, which only unsubscribing may be, all. */
function change(
  context: Context,
  request: Request,
  reply: Reply,
  kind: TopicKind,
  word: string,
  how: 'subscribe' | 'unsubscribe',
): void {
  const { server, session } = context;
  const { buffer, starts, ends, count } = request;
  const start = reply.mark();
  for (let i = 1; i < count; i++) {
    server.pubsub[how](session, kind, buffer, starts[i], ends[i]);
    confirm(session, reply, kind, word, buffer, starts[i], ends[i]);
  }
  if (count === 1) unsubscribeFromAll(context, reply, kind, word);
  sayInSilence(context, reply, start);
}

/** In the order in which they were subscribed to. */
function unsubscribeFromAll(context: Context, reply: Reply, kind: TopicKind, word: string): void {
  const { server, session } = context;
  const topics = session.subscriptions?.of(kind);
  if (topics === undefined || topics.size === 0) {
    reply.push(3);
    reply.bulkText(word);
    reply.nil();
    reply.integer(countFor(session, kind));
    return;
  }
  for (const topic of topics) {
    server.pubsub.unsubscribeFrom(session, kind, topic);
    confirm(session, reply, kind, word, topic.name, 0, topic.name.length);
  }
}

/** Says what became of one topic, and how many the session has now. */
function confirm(
  session: Session,
  reply: Reply,
  kind: TopicKind,
  word: string,
  buffer: Uint8Array,
  start: number,
  end: number,
): void {
  reply.push(3);
  reply.bulkText(word);
  reply.bulk(buffer, start, end);
  reply.integer(countFor(session, kind));
}

function countFor({ subscriptions }: Session, kind: TopicKind): number {
  if (subscriptions === null) return 0;
  if (kind === SHARD_CHANNELS) return subscriptions.count(SHARD_CHANNELS);
  return subscriptions.count(CHANNELS) + subscriptions.count(PATTERNS);
}

/** Where the reply will be taken back, sends what was written since `start` as a push. */
function sayInSilence({ server, session }: Context, reply: Reply, start: ReplyMark): void {
  if (session.replyMode !== REPLY_OFF && session.replyMode !== REPLY_SKIPPING) return;
  server.pushes.send(session, reply.since(start));
}

export const SUBSCRIBE_COMMANDS: readonly CommandEntry[] = [
  PSUBSCRIBE,
  PUNSUBSCRIBE,
  SSUBSCRIBE,
  SUBSCRIBE,
  SUNSUBSCRIBE,
  UNSUBSCRIBE,
];
