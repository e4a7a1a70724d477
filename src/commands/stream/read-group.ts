// XREADGROUP: entries that no consumer of a group has had yet, or those that one has had before.
import { NONE } from '../../domain/memory/arena.ts';
import { TYPE_STREAM } from '../../domain/memory/record.ts';
import { StreamId } from '../../domain/values/stream-id.ts';
import { CONSUMER_ACTIVE } from '../../domain/values/stream-root.ts';
import { BLOCKING, type CommandEntry, type Context, WRITE } from '../../engine/command.ts';
import { block, optional, string, token } from '../../engine/declaration/arguments.ts';
import { readKey, WRONG } from '../../engine/look-up.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';
import { answerTooLate } from '../waiting.ts';
import { noSuchGroup, openGroupToChange, seeConsumer } from './group-names.ts';
import { parseId } from './ids.ts';
import { replyEntry, replyId } from './open.ts';
import {
  closeStreams,
  keysBehindStreams,
  READ_BLOCK,
  READ_COUNT,
  READ_STREAMS,
  replyKey,
} from './read.ts';
import { NO_TIMEOUT, ReadCall } from './read-call.ts';
import { tellOfClaim, tellOfConsumer, tellOfGroup } from './tell.ts';

const LAST_IS_MEANINGLESS =
  'ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of ' +
  'this consumer by specifying a proper ID, or use the > ID to get new messages. The $ ID would ' +
  'just return an empty result set.';

const XREADGROUP: CommandEntry = {
  name: 'XREADGROUP',
  flags: WRITE | BLOCKING,
  args: [
    block('group-block', [string('group'), string('consumer')], { token: 'GROUP' }),
    READ_COUNT,
    READ_BLOCK,
    optional(token('noack', 'NOACK')),
    READ_STREAMS,
  ],
  keySpecifications: [keysBehindStreams(4)],
  run: xreadgroup,
};

function xreadgroup(context: Context, request: Request, reply: Reply): void {
  const { blocking, scratch, effects } = context;
  const call = scratch.of(ReadCall);
  // What it does is told of entry by entry.
  effects.nothing();
  if (!call.parse(context, request, reply, true)) return;
  if (!findGroups(context, request, reply, call)) return;
  let found = 0;
  let opened = 0;
  for (let i = 0; i < call.streams; i++) {
    if (!prepare(context, request, reply, call, i)) continue;
    if (found === 0) opened = reply.open();
    found++;
    readHere(context, request, reply, call, i);
  }
  if (found > 0) return closeStreams(reply, opened, found);
  if (call.timeoutMs === NO_TIMEOUT || !blocking.mayWait(context)) return reply.nilArray();
  const { first, timeoutMs } = call;
  const end = first + call.streams;
  const late = answerTooLate;
  blocking.waitForKeys(
    context,
    request,
    first,
    end,
    TYPE_STREAM,
    timeoutMs,
    xreadgroup,
    late,
    true,
  );
}

/** Finds the group in each stream, and reads the IDs. `>` is the greatest one. */
function findGroups(context: Context, request: Request, reply: Reply, call: ReadCall): boolean {
  const { streams, database, scratch } = context;
  const id = scratch.of(StreamId);
  for (let i = 0; i < call.streams; i++) {
    const key = call.first + i;
    const argument = call.idArgument(i);
    const ref = readKey(context, request, key, TYPE_STREAM, reply);
    if (ref === WRONG) return false;
    if (ref !== NONE) streams.open(database, ref);
    const group = ref === NONE ? NONE : openGroupToChange(context, request, call.group);
    if (group === NONE) {
      const line = noSuchGroup(request, key, call.group);
      reply.error(`NOGROUP ${line} in XREADGROUP with GROUP option`);
      return false;
    }
    if (request.is(argument, '$')) {
      reply.error(LAST_IS_MEANINGLESS);
      return false;
    }
    if (request.is(argument, '>')) id.setGreatest();
    else if (!parseId(request, argument, id, reply)) return false;
    call.setId(i, id);
    call.groups[i] = group;
  }
  return true;
}

/** Opens a stream and its group, and sees the consumer. Is there anything to answer? */
function prepare(
  context: Context,
  request: Request,
  reply: Reply,
  call: ReadCall,
  stream: number,
): boolean {
  const { streams, keyspace, database, scratch } = context;
  const { group } = streams;
  const key = call.first + stream;
  const id = scratch.of(StreamId);
  const ref = readKey(context, request, key, TYPE_STREAM, reply);
  if (ref === NONE) return false;
  streams.open(database, ref);
  group.open(call.groups[stream]);
  const { dirty } = keyspace;
  call.consumer = seeConsumer(context, request, call.group + 1);
  // Who was made is a change.
  if (call.noAck && keyspace.dirty !== dirty)
    tellOfConsumer(context, request, key, call.group, call.group + 1);
  call.readId(stream, id);
  call.isHistory = !id.isGreatest;
  if (call.isHistory) return true;
  id.take(group.lastId);
  return streams.seekBehind(id);
}

/** Answers with what one stream has for the consumer. */
function readHere(
  context: Context,
  request: Request,
  reply: Reply,
  call: ReadCall,
  stream: number,
): void {
  const { streams } = context;
  const key = call.first + stream;
  replyKey(request, reply, key);
  const opened = reply.open();
  const count = call.isHistory
    ? replyHistory(context, reply, call, stream)
    : replyNew(context, request, reply, call, key);
  reply.closeArray(opened, count);
  streams.countChange();
}

/** The entry that is found and those behind it, delivered for the first time. */
function replyNew(
  context: Context,
  request: Request,
  reply: Reply,
  call: ReadCall,
  key: number,
): number {
  const { streams, keyspace } = context;
  const { group, groups, entries } = streams;
  const { entry } = entries;
  let found = 0;
  let more = true;
  while (more) {
    group.deliver(streams, entry.id);
    replyEntry(context, reply, entry);
    if (!call.noAck) {
      hold(context, call.consumer, entry.id);
      tellOfClaim(context, request, key, call.group, entry.id);
    }
    more = ++found !== call.count && entries.next();
  }
  group.store();
  if (call.noAck) tellOfGroup(context, request, key, call.group);
  else groups.setTime(call.consumer, CONSUMER_ACTIVE, keyspace.nowMs);
  return found;
}

/** An entry is pending for the consumer. It may have been so for another one: XGROUP SETID. */
function hold({ streams, keyspace }: Context, consumer: number, id: StreamId): void {
  const { pending } = streams.groups;
  const { group } = streams.group;
  if (pending.find(group, id)) {
    pending.giveTo(group, consumer);
    pending.setDelivery(group, keyspace.nowMs, 1);
  } else pending.addHere(group, consumer, id, keyspace.nowMs, 1);
}

/** Entries that the consumer has had and not acknowledged, behind an ID. */
function replyHistory(context: Context, reply: Reply, call: ReadCall, stream: number): number {
  const { streams, keyspace, scratch } = context;
  const { entries } = streams;
  const { pending } = streams.groups;
  const { group } = streams.group;
  const id = scratch.of(StreamId);
  let found = 0;
  call.readId(stream, id);
  id.increment();
  let more = pending.seekOwn(call.consumer, id);
  for (; more && (call.count === 0 || found < call.count); more = pending.nextOwn()) {
    found++;
    id.take(pending.id);
    if (!entries.find(id)) {
      reply.array(2);
      replyId(context, reply, id);
      reply.nilArray();
      continue;
    }
    replyEntry(context, reply, entries.entry);
    pending.find(group, id);
    pending.setDelivery(group, keyspace.nowMs, pending.deliveries + 1);
  }
  return found;
}

export const STREAM_READ_GROUP_COMMANDS: readonly CommandEntry[] = [XREADGROUP];
