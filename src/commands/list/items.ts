// List commands on single items and on ranges, found by index or by what they are.
import { NO_SUCH_KEY, NOT_AN_INTEGER, SYNTAX_ERROR } from '../../domain/errors.ts';
import {
  EVENT_LINSERT,
  EVENT_LREM,
  EVENT_LSET,
  EVENT_LTRIM,
} from '../../domain/keyspace/events.ts';
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
  INSERT,
  integer,
  key,
  oneof,
  RO,
  RW,
  string,
  token,
  UPDATE,
} from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Request } from '../../engine/request.ts';
import { changeList, readList } from './open.ts';

const INDEX_OUT_OF_RANGE = 'ERR index out of range';

const LINDEX: CommandEntry = {
  name: 'LINDEX',
  flags: READONLY | CONSTANT_TIME,
  args: [key('key', RO | ACCESS), integer('index')],
  run: lindex,
};

function lindex(context: Context, request: Request, reply: Reply): void {
  const { lists } = context;
  const isThere = readList(context, request, reply);
  if (isRefused(isThere)) return;
  if (!isThere) return reply.nil();
  const wanted = request.integer(2, reply);
  if (isRefused(wanted)) return;
  const { count, item } = lists;
  const index = wanted < 0 ? wanted + count : wanted;
  if (index < 0 || index >= count) return reply.nil();
  lists.seek(index);
  lists.read();
  reply.bulk(item.bytes, item.start, item.end);
}

const LINSERT: CommandEntry = {
  name: 'LINSERT',
  flags: WRITE | DENYOOM,
  args: [
    key('key', RW | INSERT),
    oneof('where', [token('before', 'BEFORE'), token('after', 'AFTER')]),
    string('pivot'),
    string('element'),
  ],
  run: linsert,
};

function linsert(context: Context, request: Request, reply: Reply): void {
  const { lists } = context;
  const { buffer, starts, ends } = request;
  const isAfter = request.is(2, 'after');
  if (!isAfter && !request.is(2, 'before')) return reply.error(SYNTAX_ERROR);
  const isThere = changeList(context, request, reply);
  if (isRefused(isThere)) return;
  if (!isThere) return reply.integer(0);
  // As in Redis, before it is known whether there is such an item.
  lists.prepare(request, 4, 5);
  lists.setSought(buffer, starts[3], ends[3]);
  lists.seek(0);
  while (!lists.isHere()) if (!lists.step(true)) return reply.integer(-1);
  lists.insert(isAfter, buffer, starts[4], ends[4]);
  lists.changed(EVENT_LINSERT, 1);
  reply.integer(lists.count);
}

const LLEN: CommandEntry = {
  name: 'LLEN',
  flags: READONLY | FAST | CONSTANT_TIME,
  args: [key('key', RO)],
  run: llen,
};

function llen(context: Context, request: Request, reply: Reply): void {
  const isThere = readList(context, request, reply);
  if (!isRefused(isThere)) reply.integer(isThere ? context.lists.count : 0);
}

const LRANGE: CommandEntry = {
  name: 'LRANGE',
  flags: READONLY,
  args: [key('key', RO | ACCESS), integer('start'), integer('stop')],
  run: lrange,
};

function lrange(context: Context, request: Request, reply: Reply): void {
  const { lists } = context;
  const first = request.integer(2, reply);
  if (isRefused(first)) return;
  const last = request.integer(3, reply);
  if (isRefused(last)) return;
  const isThere = readList(context, request, reply);
  if (isRefused(isThere)) return;
  if (!isThere) return reply.array(0);
  const { count } = lists;
  const start = Math.max(0, first < 0 ? first + count : first);
  const end = Math.min(count, (last < 0 ? last + count : last) + 1);
  if (start >= end) return reply.array(0);
  reply.array(end - start);
  lists.show(start, end - start, reply);
}

const LREM: CommandEntry = {
  name: 'LREM',
  flags: WRITE,
  args: [key('key', RW | DELETE), integer('count'), string('element')],
  run: lrem,
};

function lrem(context: Context, request: Request, reply: Reply): void {
  const { lists } = context;
  const { buffer, starts, ends } = request;
  const wanted = request.integer(2, reply);
  if (isRefused(wanted)) return;
  const isThere = changeList(context, request, reply);
  if (isRefused(isThere)) return;
  if (!isThere) return reply.integer(0);
  const isForward = wanted >= 0;
  const most = wanted === 0 ? Number.POSITIVE_INFINITY : Math.abs(wanted);
  lists.setSought(buffer, starts[3], ends[3]);
  lists.seekEnd(isForward);
  let removed = 0;
  for (let more = true; more && removed < most; ) {
    const isFound = lists.isHere();
    if (isFound) removed++;
    more = isFound ? lists.removeHere(isForward) : lists.step(isForward);
  }
  if (removed > 0) {
    lists.changed(EVENT_LREM, removed);
    lists.afterRemoval();
  }
  reply.integer(removed);
}

const LSET: CommandEntry = {
  name: 'LSET',
  flags: WRITE | DENYOOM,
  args: [key('key', RW | UPDATE), integer('index'), string('element')],
  run: lset,
};

function lset(context: Context, request: Request, reply: Reply): void {
  const { lists } = context;
  const { buffer, starts, ends } = request;
  const isThere = changeList(context, request, reply);
  if (isRefused(isThere)) return;
  if (!isThere) return reply.error(NO_SUCH_KEY);
  const wanted = request.integer(2, reply, NOT_AN_INTEGER);
  if (isRefused(wanted)) return;
  // As in Redis, before it is known whether there is such an index.
  lists.prepare(request, 3, 4);
  const { count } = lists;
  const index = wanted < 0 ? wanted + count : wanted;
  if (index < 0 || index >= count) return reply.error(INDEX_OUT_OF_RANGE);
  lists.replace(index, buffer, starts[3], ends[3]);
  lists.changed(EVENT_LSET, 1);
  lists.shrink();
  reply.ok();
}

const LTRIM: CommandEntry = {
  name: 'LTRIM',
  flags: WRITE,
  args: [key('key', RW | DELETE), integer('start'), integer('stop')],
  run: ltrim,
};

function ltrim(context: Context, request: Request, reply: Reply): void {
  const { lists } = context;
  const first = request.integer(2, reply);
  if (isRefused(first)) return;
  const last = request.integer(3, reply);
  if (isRefused(last)) return;
  const isThere = changeList(context, request, reply);
  if (isRefused(isThere)) return;
  if (!isThere) return reply.ok();
  const { count } = lists;
  const start = Math.max(0, first < 0 ? first + count : first);
  const end = Math.min(count, (last < 0 ? last + count : last) + 1);
  const kept = Math.max(0, end - start);
  if (kept === 0) {
    lists.removeRange(0, count);
  } else {
    lists.removeRange(end, count - end);
    lists.removeRange(0, start);
  }
  lists.changed(EVENT_LTRIM, count - kept);
  lists.afterRemoval();
  reply.ok();
}

export const LIST_ITEM_COMMANDS: readonly CommandEntry[] = [
  LINDEX,
  LINSERT,
  LLEN,
  LRANGE,
  LREM,
  LSET,
  LTRIM,
];
