// XREAD: what has come into streams behind some IDs, now or later.
import { NONE } from '../../domain/memory/arena.ts';
import { TYPE_STREAM } from '../../domain/memory/record.ts';
import { StreamId } from '../../domain/values/stream-id.ts';
import { BLOCKING, type CommandEntry, type Context, READONLY } from '../../engine/command.ts';
import {
  ACCESS,
  type Argument,
  block,
  integer,
  key,
  multiple,
  optional,
  RO,
  string,
} from '../../engine/declaration/arguments.ts';
import type { KeySpecification } from '../../engine/declaration/key-specifications.ts';
import { readKey, WRONG } from '../../engine/look-up.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';
import { answerTooLate } from '../waiting.ts';
import { parseId } from './ids.ts';
import { replyEntry } from './open.ts';
import { NO_TIMEOUT, ReadCall } from './read-call.ts';

export const READ_COUNT: Argument = optional(integer('count', { token: 'COUNT' }));
export const READ_BLOCK: Argument = optional(integer('milliseconds', { token: 'BLOCK' }));
export const READ_STREAMS: Argument = block(
  'streams',
  [multiple(key('key', RO | ACCESS)), multiple(string('id'))],
  { token: 'STREAMS' },
);

/** The keys stand behind STREAMS, which is looked for from an argument on. */
export function keysBehindStreams(first: number): KeySpecification {
  return { first, keyword: 'STREAMS', last: -1, step: 1, limit: 2, access: RO | ACCESS };
}

const GROUP_ONLY =
  'ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> ' +
  'option.';

const XREAD: CommandEntry = {
  name: 'XREAD',
  flags: READONLY | BLOCKING,
  args: [READ_COUNT, READ_BLOCK, READ_STREAMS],
  keySpecifications: [keysBehindStreams(1)],
  run: xread,
};

function xread(context: Context, request: Request, reply: Reply): void {
  read(context, request, reply, null);
}

/** `awaited`: the IDs that a call waits for, `$` being the last one of when it came. */
function read(context: Context, request: Request, reply: Reply, awaited: Int32Array | null): void {
  const { streams, blocking, scratch } = context;
  const call = scratch.of(ReadCall);
  const id = scratch.of(StreamId);
  if (!call.parse(context, request, reply, false)) return;
  let hasLast = false;
  for (let i = 0; i < call.streams; i++) {
    const argument = call.idArgument(i);
    const ref = readKey(context, request, call.first + i, TYPE_STREAM, reply);
    if (ref === WRONG) return;
    if (ref !== NONE) streams.open(context.database, ref);
    if (request.is(argument, '$')) {
      hasLast = true;
      if (awaited !== null) id.read(awaited, 4 * i);
      else if (ref === NONE) id.setLeast();
      else id.take(streams.lastId);
    } else if (request.is(argument, '+')) {
      takeBeforeLast(context, ref !== NONE, id);
    } else if (request.is(argument, '>')) {
      return reply.error(GROUP_ONLY);
    } else if (!parseId(request, argument, id, reply)) return;
    call.setId(i, id);
  }
  if (replyStreams(context, request, reply, call, id)) return;
  if (call.timeoutMs === NO_TIMEOUT || !blocking.mayWait(context)) return reply.nilArray();
  // What came later must not become the last one.
  const ids = hasLast ? (awaited ?? call.copyIds()) : null;
  const retry = ids === null ? xread : againWith(ids);
  const end = call.first + call.streams;
  const { first, timeoutMs } = call;
  const late = answerTooLate;
  blocking.waitForKeys(context, request, first, end, TYPE_STREAM, timeoutMs, retry, late);
}

function againWith(ids: Int32Array): typeof xread {
  return (context, request, reply) => read(context, request, reply, ids);
}

/** `+` is the last entry that is there, as in Redis 7.4. */
function takeBeforeLast({ streams }: Context, isThere: boolean, id: StreamId): void {
  const { entries } = streams;
  if (isThere && entries.last()) {
    id.take(entries.entry.id);
    id.decrement();
  } else id.setLeast();
}

/** Answers with the streams that have anything. Has one? */
function replyStreams(
  context: Context,
  request: Request,
  reply: Reply,
  call: ReadCall,
  id: StreamId,
): boolean {
  const { streams } = context;
  let found = 0;
  let opened = 0;
  for (let i = 0; i < call.streams; i++) {
    const ref = readKey(context, request, call.first + i, TYPE_STREAM, reply);
    if (ref === NONE) continue;
    streams.open(context.database, ref);
    call.readId(i, id);
    if (!streams.seekBehind(id)) continue;
    if (found === 0) opened = reply.open();
    found++;
    replyKey(request, reply, call.first + i);
    replyHere(context, reply, call.count);
  }
  if (found > 0) closeStreams(reply, opened, found);
  return found > 0;
}

/** A stream of the reply begins with its key. */
export function replyKey({ buffer, starts, ends }: Request, reply: Reply, argument: number): void {
  if (!reply.resp3) reply.array(2);
  reply.bulk(buffer, starts[argument], ends[argument]);
}

export function closeStreams(reply: Reply, opened: number, count: number): void {
  if (reply.resp3) reply.closeMap(opened, count);
  else reply.closeArray(opened, count);
}

/** The entry that is found, and those behind it. */
function replyHere(context: Context, reply: Reply, count: number): void {
  const { entries } = context.streams;
  const opened = reply.open();
  let found = 0;
  let more = true;
  while (more) {
    replyEntry(context, reply, entries.entry);
    more = ++found !== count && entries.next();
  }
  reply.closeArray(opened, found);
}

export const STREAM_READ_COMMANDS: readonly CommandEntry[] = [XREAD];
