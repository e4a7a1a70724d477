// Groups and consumers as arguments, and what is said where there is no such group.

import { EVENT_XGROUP_CREATECONSUMER } from '../../domain/keyspace/events.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { CONSUMER_SEEN } from '../../domain/values/stream-root.ts';
import type { Context } from '../../engine/command.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Request } from '../../engine/request.ts';
import { changeStream } from './open.ts';

/** Of XGROUP, which makes no stream unless it is told so. */
export const NO_KEY =
  'ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use ' +
  'the MKSTREAM option to create an empty stream automatically.';

/** The group of the open stream that an argument names, which is open then, or NONE. */
export function openGroup({ streams }: Context, request: Request, argument: number): number {
  const { buffer, starts, ends } = request;
  const group = streams.groups.find(streams.root, buffer, starts[argument], ends[argument]);
  if (group !== NONE) streams.group.open(group);
  return group;
}

/** The same for a group that is to be changed. */
export function openGroupToChange(context: Context, request: Request, argument: number): number {
  const { streams, keyspace } = context;
  if (keyspace.arena.past !== null) streams.own();
  const group = openGroup(context, request, argument);
  if (group === NONE) return NONE;
  streams.changesUntold();
  if (keyspace.arena.past === null) return group;
  const owned = streams.groups.ownFound(streams.root, group);
  streams.group.open(owned);
  return owned;
}

/** Answers that there is no such key, or no such group in it. */
export function refuseGroup(request: Request, reply: Reply, key: number, group: number): void {
  reply.error(`NOGROUP ${noSuchGroup(request, key, group)}`);
}

export function noSuchGroup(request: Request, key: number, group: number): string {
  const names = [request.textUntilNul(key), request.textUntilNul(group)];
  return `No such key '${names[0]}' or consumer group '${names[1]}'`;
}

/** Answers that the key, which is there, has no such group. */
export function refuseGroupOfKey(request: Request, reply: Reply, key: number, group: number): void {
  const names = [request.textUntilNul(group), request.textUntilNul(key)];
  reply.error(`NOGROUP No such consumer group '${names[0]}' for key name '${names[1]}'`);
}

/** The consumer of the open group whom an argument names, or NONE. */
export function findConsumer({ streams }: Context, request: Request, argument: number): number {
  const { buffer, starts, ends } = request;
  const { groups, group } = streams;
  return groups.findConsumer(group.group, buffer, starts[argument], ends[argument]);
}

/** Makes a consumer, whom findConsumer() has not found. */
export function addConsumer(context: Context, request: Request, argument: number): number {
  const { streams, keyspace } = context;
  const { buffer, starts, ends } = request;
  const { groups, group } = streams;
  const { nowMs } = keyspace;
  const start = starts[argument];
  const made = groups.addConsumer(group.group, buffer, start, ends[argument], nowMs);
  streams.changed(EVENT_XGROUP_CREATECONSUMER, 1);
  return made;
}

/** The consumer of that name, who is seen now, and made if there was none. */
export function seeConsumer(context: Context, request: Request, argument: number): number {
  const { streams, keyspace } = context;
  let consumer = findConsumer(context, request, argument);
  if (consumer === NONE) consumer = addConsumer(context, request, argument);
  else if (keyspace.arena.past !== null) {
    consumer = streams.groups.ownConsumer(streams.group.group, consumer);
  }
  streams.groups.setTime(consumer, CONSUMER_SEEN, keyspace.nowMs);
  return consumer;
}

/**
 * Opens the group that argument 3 names in the stream of argument 2. NONE where it is not there,
 * which is an error if it `mustBeThere` and else answered with 0.
 */
export function changeGroup(
  context: Context,
  request: Request,
  reply: Reply,
  mustBeThere: boolean,
): number {
  const isThere = changeStream(context, request, reply, 2);
  if (isRefused(isThere)) return NONE;
  if (!isThere) {
    reply.error(NO_KEY);
    return NONE;
  }
  const group = openGroupToChange(context, request, 3);
  if (group !== NONE) return group;
  if (mustBeThere) refuseGroupOfKey(request, reply, 2, 3);
  else reply.integer(0);
  return NONE;
}
