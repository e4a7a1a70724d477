// XDEL, XLEN, XRANGE, XREVRANGE, XSETID: the entries of one stream.

import { Int64 } from '../../domain/bytes/int64.ts';
import { NO_SUCH_KEY, SYNTAX_ERROR } from '../../domain/errors.ts';
import { EVENT_XDEL, EVENT_XSETID } from '../../domain/keyspace/events.ts';
import { StreamId } from '../../domain/values/stream-id.ts';
import {
  CONSTANT_TIME,
  type CommandEntry,
  type Context,
  DENYOOM,
  FAST,
  READONLY,
  WRITE,
} from '../../engine/command.ts';
import {
  ACCESS,
  DELETE,
  integer,
  key,
  multiple,
  optional,
  RO,
  RW,
  string,
  UPDATE,
} from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, REFUSED, type Refused, type Request } from '../../engine/request.ts';
import { parseEnd, parseId, parseStart } from './ids.ts';
import { changeStream, readStream, replyEntry } from './open.ts';

const NEGATIVE_ADDED = 'ERR entries_added must be positive';
const BELOW_GIVEN_DELETED =
  'ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id';
const BELOW_DELETED = 'ERR The ID specified in XSETID is smaller than current max_deleted_entry_id';
const BELOW_TOP = 'ERR The ID specified in XSETID is smaller than the target stream top item';
const ADDED_TOO_FEW =
  'ERR The entries_added specified in XSETID is smaller than the target stream length';

const RANGE_COUNT = optional(integer('count', { token: 'COUNT' }));

const XDEL: CommandEntry = {
  name: 'XDEL',
  flags: WRITE | FAST,
  args: [key('key', RW | DELETE), multiple(string('id'))],
  run: xdel,
};

function xdel(context: Context, request: Request, reply: Reply): void {
  const { streams, scratch } = context;
  const isThere = changeStream(context, request, reply);
  if (isRefused(isThere)) return;
  if (!isThere) return reply.integer(0);
  const { start: id } = scratch.of(StreamRange);
  // All of them are IDs, or nothing is deleted.
  for (let i = 2; i < request.count; i++) if (!parseId(request, i, id, reply)) return;
  let removed = 0;
  for (let i = 2; i < request.count; i++) {
    if (parseId(request, i, id, reply) && streams.remove(id)) removed++;
  }
  reply.integer(removed);
  if (removed > 0) streams.changed(EVENT_XDEL, removed);
}

const XLEN: CommandEntry = {
  name: 'XLEN',
  flags: READONLY | FAST | CONSTANT_TIME,
  args: [key('key', RO)],
  run: xlen,
};

function xlen(context: Context, request: Request, reply: Reply): void {
  const isThere = readStream(context, request, reply);
  if (!isRefused(isThere)) reply.integer(isThere ? context.streams.length : 0);
}

const XRANGE: CommandEntry = {
  name: 'XRANGE',
  flags: READONLY,
  args: [key('key', RO | ACCESS), string('start'), string('end'), RANGE_COUNT],
  run: xrange,
};

function xrange(context: Context, request: Request, reply: Reply): void {
  replyRange(context, request, reply, 2, 3);
}

const XREVRANGE: CommandEntry = {
  name: 'XREVRANGE',
  flags: READONLY,
  args: [key('key', RO | ACCESS), string('end'), string('start'), RANGE_COUNT],
  run: xrevrange,
};

function xrevrange(context: Context, request: Request, reply: Reply): void {
  replyRange(context, request, reply, 3, 2);
}

/** Two IDs, both within. */
export class StreamRange {
  readonly start = new StreamId();
  readonly end = new StreamId();
}

/** Arguments `from` and `to` say what is wanted, backwards when `to` comes first. */
function replyRange(
  context: Context,
  request: Request,
  reply: Reply,
  from: number,
  to: number,
): void {
  const { streams, scratch } = context;
  const { start, end } = scratch.of(StreamRange);
  if (!parseStart(request, from, start, reply) || !parseEnd(request, to, end, reply)) return;
  const count = parseCount(request, reply);
  if (isRefused(count)) return;
  const isThere = readStream(context, request, reply);
  if (isRefused(isThere)) return;
  if (!isThere) return reply.array(0);
  if (count === 0) return reply.nilArray();
  const { entries } = streams;
  const { entry } = entries;
  const opened = reply.open();
  let found = 0;
  if (from < to) {
    for (let more = entries.seek(start); more && found < count; more = entries.next()) {
      if (entry.id.compare(end) > 0) break;
      replyEntry(context, reply, entry);
      found++;
    }
  } else {
    for (let more = entries.seekBack(end); more && found < count; more = entries.previous()) {
      if (entry.id.compare(start) < 0) break;
      replyEntry(context, reply, entry);
      found++;
    }
  }
  reply.closeArray(opened, found);
}

/** How many entries are wanted: all without COUNT, none with one below 1. */
function parseCount(request: Request, reply: Reply): number | Refused {
  let count = Number.POSITIVE_INFINITY;
  for (let i = 4; i < request.count; i += 2) {
    if (!request.is(i, 'count') || i + 1 === request.count) {
      reply.error(SYNTAX_ERROR);
      return REFUSED;
    }
    const given = request.integer(i + 1, reply);
    if (isRefused(given)) return REFUSED;
    // -1 is what Redis takes for no COUNT, but it is raised to 0 before.
    count = Math.max(0, given);
  }
  return count;
}

const XSETID: CommandEntry = {
  name: 'XSETID',
  flags: WRITE | DENYOOM | FAST,
  args: [
    key('key', RW | UPDATE),
    string('last-id'),
    optional(integer('entries-added', { token: 'ENTRIESADDED', since: '7.0.0' })),
    optional(string('max-deleted-id', { token: 'MAXDELETEDID', since: '7.0.0' })),
  ],
  run: xsetid,
};

function xsetid(context: Context, request: Request, reply: Reply): void {
  const { streams, scratch } = context;
  const { start: id, end: deletedId } = scratch.of(StreamRange);
  const added = scratch.of(Int64);
  const given = parseSetId(request, id, deletedId, added, reply);
  if (isRefused(given)) return;
  const isThere = changeStream(context, request, reply);
  if (isRefused(isThere)) return;
  if (!isThere) return reply.error(NO_SUCH_KEY);
  if (id.compare(streams.deletedId) < 0) return reply.error(BELOW_DELETED);
  const { entries } = streams;
  if (streams.length > 0) {
    if (entries.last() && id.compare(entries.entry.id) < 0) return reply.error(BELOW_TOP);
    if (given && streams.length > added.value) return reply.error(ADDED_TOO_FEW);
  }
  streams.lastId.take(id);
  if (given) {
    streams.addedHigh = added.high;
    streams.addedLow = added.low;
  }
  if (!deletedId.isLeast) streams.deletedId.take(deletedId);
  streams.changesUntold();
  streams.store();
  reply.ok();
  streams.changed(EVENT_XSETID, 1);
}

/** Is there an ENTRIESADDED? */
function parseSetId(
  request: Request,
  id: StreamId,
  deletedId: StreamId,
  added: Int64,
  reply: Reply,
): boolean | Refused {
  const { buffer, starts, ends, count } = request;
  let hasAdded = false;
  deletedId.setLeast();
  if (!parseId(request, 2, id, reply)) return REFUSED;
  for (let i = 3; i < count; i += 2) {
    const hasMore = i + 1 < count;
    if (hasMore && request.is(i, 'entriesadded')) {
      const given = request.integer(i + 1, reply);
      if (isRefused(given)) return REFUSED;
      if (given < 0) return refused(reply, NEGATIVE_ADDED);
      added.parse(buffer, starts[i + 1], ends[i + 1]);
      hasAdded = true;
    } else if (hasMore && request.is(i, 'maxdeletedid')) {
      if (!parseId(request, i + 1, deletedId, reply)) return REFUSED;
      if (id.compare(deletedId) < 0) return refused(reply, BELOW_GIVEN_DELETED);
    } else return refused(reply, SYNTAX_ERROR);
  }
  return hasAdded;
}

function refused(reply: Reply, line: string): Refused {
  reply.error(line);
  return REFUSED;
}

export const STREAM_ENTRY_COMMANDS: readonly CommandEntry[] = [
  XDEL,
  XLEN,
  XRANGE,
  XREVRANGE,
  XSETID,
];
