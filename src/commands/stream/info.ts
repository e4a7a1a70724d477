// XINFO: what a stream, its groups and their consumers are.
import { Int64 } from '../../domain/bytes/int64.ts';
import { badSubcommandCall, NO_SUCH_KEY } from '../../domain/errors.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { NEVER_MS } from '../../domain/values/stream-groups.ts';
import { StreamId } from '../../domain/values/stream-id.ts';
import { CONSUMER_ACTIVE, CONSUMER_SEEN } from '../../domain/values/stream-root.ts';
import { type CommandEntry, type Context, READONLY } from '../../engine/command.ts';
import {
  ACCESS,
  block,
  integer,
  key,
  optional,
  RO,
  string,
  token,
} from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, REFUSED, type Refused, type Request } from '../../engine/request.ts';
import { helpEntry } from '../help.ts';
import { openGroup, refuseGroupOfKey } from './group-names.ts';
import { readStream, replyEntry, replyId } from './open.ts';

const KEY = key('key', RO | ACCESS);
/** Of FULL: entries of the stream, and of each list of what is pending. */
const FULL_COUNT = 10;
const NOT_FULL = -1;

const XINFO_CONSUMERS: CommandEntry = {
  name: 'CONSUMERS',
  flags: READONLY,
  args: [KEY, string('group')],
  tips: ['nondeterministic_output'],
  run: xinfoConsumers,
};

function xinfoConsumers(context: Context, request: Request, reply: Reply): void {
  const { keyspace, streams } = context;
  const { groups } = streams;
  if (!openStream(context, request, reply)) return;
  const group = openGroup(context, request, 3);
  if (group === NONE) return refuseGroupOfKey(request, reply, 2, 3);
  reply.array(groups.consumersCount(group));
  let consumer = groups.firstConsumer(group);
  for (; consumer !== NONE; consumer = groups.nextConsumer()) {
    const activeMs = groups.time(consumer, CONSUMER_ACTIVE);
    const seenMs = groups.time(consumer, CONSUMER_SEEN);
    reply.map(4);
    replyName(context, reply, consumer);
    reply.bulkText('pending');
    reply.integer(groups.pending.count(consumer));
    reply.bulkText('idle');
    reply.integer(Math.max(0, keyspace.nowMs - seenMs));
    reply.bulkText('inactive');
    reply.integer(activeMs === NEVER_MS ? NEVER_MS : keyspace.nowMs - activeMs);
  }
}

const XINFO_GROUPS: CommandEntry = {
  name: 'GROUPS',
  flags: READONLY,
  args: [KEY],
  run: xinfoGroups,
};

function xinfoGroups(context: Context, request: Request, reply: Reply): void {
  const { streams } = context;
  const { groups } = streams;
  if (!openStream(context, request, reply)) return;
  reply.array(groups.count(streams.root));
  for (let group = groups.first(streams.root); group !== NONE; group = groups.next()) {
    reply.map(6);
    replyName(context, reply, group);
    reply.bulkText('consumers');
    reply.integer(groups.consumersCount(group));
    reply.bulkText('pending');
    reply.integer(groups.pending.count(group));
    replyProgress(context, reply, group);
  }
}

const XINFO_HELP = helpEntry('XINFO', () => HELP);

const XINFO_STREAM: CommandEntry = {
  name: 'STREAM',
  flags: READONLY,
  args: [
    KEY,
    optional(
      block('full-block', [token('full', 'FULL'), optional(integer('count', { token: 'COUNT' }))]),
    ),
  ],
  run: xinfoStream,
};

function xinfoStream(context: Context, request: Request, reply: Reply): void {
  const { streams } = context;
  const { entries, groups } = streams;
  if (!openStream(context, request, reply)) return;
  const count = parseFull(request, reply);
  if (isRefused(count)) return;
  const isFull = count !== NOT_FULL;
  reply.map(isFull ? 9 : 10);
  reply.bulkText('length');
  reply.integer(streams.length);
  reply.bulkText('radix-tree-keys');
  reply.integer(entries.index.count);
  reply.bulkText('radix-tree-nodes');
  reply.integer(1 + entries.index.count + entries.index.treeNodes);
  replyIdOf(context, reply, 'last-generated-id', streams.lastId);
  replyIdOf(context, reply, 'max-deleted-entry-id', streams.deletedId);
  reply.bulkText('entries-added');
  reply.wordsInteger(streams.addedHigh, streams.addedLow);
  replyIdOf(context, reply, 'recorded-first-entry-id', streams.firstId);
  if (isFull) return replyFull(context, reply, count);
  reply.bulkText('groups');
  reply.integer(groups.count(streams.root));
  reply.bulkText('first-entry');
  if (entries.first(false)) replyEntry(context, reply, entries.entry);
  else reply.nil();
  reply.bulkText('last-entry');
  if (entries.last()) replyEntry(context, reply, entries.entry);
  else reply.nil();
}

/** How many of each are wanted, NOT_FULL where nothing of the kind was said. */
function parseFull(request: Request, reply: Reply): number | Refused {
  const { count } = request;
  if (count === 3) return NOT_FULL;
  const isFull = (count === 4 || count === 6) && request.is(3, 'full');
  if (!isFull || (count === 6 && !request.is(4, 'count'))) {
    reply.error(badSubcommandCall(request.textUntilNul(1), 'XINFO'));
    return REFUSED;
  }
  if (count === 4) return FULL_COUNT;
  const given = request.integer(5, reply);
  if (isRefused(given)) return REFUSED;
  if (given < 0) return FULL_COUNT;
  return given === 0 ? Number.POSITIVE_INFINITY : given;
}

/** The first entries of the stream, and its groups with the first of what is pending. */
function replyFull(context: Context, reply: Reply, most: number): void {
  const { streams } = context;
  const { entries, groups } = streams;
  reply.bulkText('entries');
  const opened = reply.open();
  let found = 0;
  for (let more = entries.first(false); more && found < most; more = entries.next()) {
    replyEntry(context, reply, entries.entry);
    found++;
  }
  reply.closeArray(opened, found);
  reply.bulkText('groups');
  reply.array(groups.count(streams.root));
  for (let group = groups.first(streams.root); group !== NONE; group = groups.next()) {
    reply.map(7);
    replyName(context, reply, group);
    replyProgress(context, reply, group);
    reply.bulkText('pel-count');
    reply.integer(groups.pending.count(group));
    reply.bulkText('pending');
    replyPending(context, reply, group, most);
    replyConsumers(context, reply, group, most);
  }
}

function replyPending(context: Context, reply: Reply, group: number, most: number): void {
  const { pending, elements } = context.streams.groups;
  reply.array(Math.min(most, pending.count(group)));
  let found = 0;
  for (let more = pending.first(group); more && found < most; more = pending.next()) {
    found++;
    reply.array(4);
    replyId(context, reply, pending.id);
    elements.locateKey(pending.consumer);
    reply.bulk(elements.keyBytes, elements.keyStart, elements.keyEnd);
    reply.integer(pending.timeMs);
    reply.integer(pending.deliveries);
  }
}

function replyConsumers(context: Context, reply: Reply, group: number, most: number): void {
  const { groups } = context.streams;
  const { pending } = groups;
  reply.bulkText('consumers');
  reply.array(groups.consumersCount(group));
  let consumer = groups.firstConsumer(group);
  for (; consumer !== NONE; consumer = groups.nextConsumer()) {
    reply.map(5);
    replyName(context, reply, consumer);
    reply.bulkText('seen-time');
    reply.integer(groups.time(consumer, CONSUMER_SEEN));
    reply.bulkText('active-time');
    reply.integer(groups.time(consumer, CONSUMER_ACTIVE));
    reply.bulkText('pel-count');
    reply.integer(pending.count(consumer));
    reply.bulkText('pending');
    replyOwn(context, reply, group, consumer, most);
  }
}

/** What is pending for a consumer. */
function replyOwn(
  context: Context,
  reply: Reply,
  group: number,
  consumer: number,
  most: number,
): void {
  const { pending } = context.streams.groups;
  const id = context.scratch.of(StreamId);
  reply.array(Math.min(most, pending.count(consumer)));
  id.setLeast();
  let found = 0;
  for (let more = pending.seekOwn(consumer, id); more && found < most; more = pending.nextOwn()) {
    found++;
    id.take(pending.id);
    pending.find(group, id);
    reply.array(3);
    replyId(context, reply, id);
    reply.integer(pending.timeMs);
    reply.integer(pending.deliveries);
  }
}

/** How far a group has read, and how far it is behind. */
function replyProgress(context: Context, reply: Reply, group: number): void {
  const { streams, scratch } = context;
  const number = scratch.of(Int64);
  streams.group.open(group);
  replyIdOf(context, reply, 'last-delivered-id', streams.group.lastId);
  reply.bulkText('entries-read');
  const { readHigh, readLow } = streams.group;
  if (streams.group.isReadKnown) reply.wordsInteger(readHigh, readLow);
  else reply.nil();
  reply.bulkText('lag');
  if (streams.group.lag(streams, number)) reply.wordsInteger(number.high, number.low);
  else reply.nil();
}

function replyName(context: Context, reply: Reply, element: number): void {
  const { elements } = context.streams.groups;
  elements.locateKey(element);
  reply.bulkText('name');
  reply.bulk(elements.keyBytes, elements.keyStart, elements.keyEnd);
}

function replyIdOf(context: Context, reply: Reply, name: string, id: StreamId): void {
  reply.bulkText(name);
  replyId(context, reply, id);
}

/** Opens the stream of argument 2. False when an error has been said. */
function openStream(context: Context, request: Request, reply: Reply): boolean {
  const isThere = readStream(context, request, reply, 2);
  if (isRefused(isThere)) return false;
  if (!isThere) reply.error(NO_SUCH_KEY);
  return isThere;
}

const HELP = [
  'CONSUMERS <key> <groupname>',
  '    Show consumers of <groupname>.',
  'GROUPS <key>',
  '    Show the stream consumer groups.',
  'STREAM <key> [FULL [COUNT <count>]',
  '    Show information about the stream.',
];

const XINFO: CommandEntry = {
  name: 'XINFO',
  flags: 0,
  args: [],
  subcommands: [XINFO_CONSUMERS, XINFO_GROUPS, XINFO_HELP, XINFO_STREAM],
};

export const STREAM_INFO_COMMANDS: readonly CommandEntry[] = [XINFO];
