// List commands that work on one end of a list: pushing and popping.
import { NOT_POSITIVE, wrongArity } from '../../domain/errors.ts';
import { EVENT_LPOP, EVENT_LPUSH, EVENT_RPOP, EVENT_RPUSH } from '../../domain/keyspace/events.ts';
import {
  CONSTANT_TIME,
  CONSTANT_TIME_ALONE,
  type CommandEntry,
  type Context,
  DENYOOM,
  FAST,
  WRITE,
} from '../../engine/command.ts';
import {
  ACCESS,
  DELETE,
  INSERT,
  integer,
  key,
  multiple,
  optional,
  RW,
  string,
} from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Request } from '../../engine/request.ts';
import { changeList } from './open.ts';

const HEAD = true;
const TAIL = false;

const POP_ARGUMENTS = [
  key('key', RW | ACCESS | DELETE),
  optional(integer('count', { since: '6.2.0' })),
];
/** Their time grows with the request, not with the data. */
const PUSH_FLAGS = WRITE | DENYOOM | FAST | CONSTANT_TIME;
const PUSH_ARGUMENTS = [key('key', RW | INSERT), multiple(string('element'))];

const LPOP: CommandEntry = {
  name: 'LPOP',
  flags: WRITE | FAST | CONSTANT_TIME_ALONE,
  args: POP_ARGUMENTS,
  arity: -2,
  run: lpop,
};

function lpop(context: Context, request: Request, reply: Reply): void {
  pop(context, request, reply, HEAD);
}

const LPUSH: CommandEntry = {
  name: 'LPUSH',
  flags: PUSH_FLAGS,
  args: PUSH_ARGUMENTS,
  run: lpush,
};

function lpush(context: Context, request: Request, reply: Reply): void {
  push(context, request, reply, HEAD, false);
}

const LPUSHX: CommandEntry = {
  name: 'LPUSHX',
  flags: PUSH_FLAGS,
  args: PUSH_ARGUMENTS,
  run: lpushx,
};

function lpushx(context: Context, request: Request, reply: Reply): void {
  push(context, request, reply, HEAD, true);
}

const RPOP: CommandEntry = {
  name: 'RPOP',
  flags: WRITE | FAST | CONSTANT_TIME_ALONE,
  args: POP_ARGUMENTS,
  arity: -2,
  run: rpop,
};

function rpop(context: Context, request: Request, reply: Reply): void {
  pop(context, request, reply, TAIL);
}

const RPUSH: CommandEntry = {
  name: 'RPUSH',
  flags: PUSH_FLAGS,
  args: PUSH_ARGUMENTS,
  run: rpush,
};

function rpush(context: Context, request: Request, reply: Reply): void {
  push(context, request, reply, TAIL, false);
}

const RPUSHX: CommandEntry = {
  name: 'RPUSHX',
  flags: PUSH_FLAGS,
  args: PUSH_ARGUMENTS,
  run: rpushx,
};

function rpushx(context: Context, request: Request, reply: Reply): void {
  push(context, request, reply, TAIL, true);
}

/** `onlyIfThere`: nothing is pushed to a list that is not there. */
function push(
  context: Context,
  request: Request,
  reply: Reply,
  atHead: boolean,
  onlyIfThere: boolean,
): void {
  const { database, lists } = context;
  const { buffer, starts, ends, count } = request;
  const isThere = changeList(context, request, reply);
  if (isRefused(isThere)) return;
  if (!isThere && onlyIfThere) return reply.integer(0);
  if (!isThere) lists.create(database, buffer, starts[1], ends[1]);
  lists.prepare(request, 2, count);
  for (let i = 2; i < count; i++) lists.push(atHead, buffer, starts[i], ends[i]);
  lists.changed(atHead ? EVENT_LPUSH : EVENT_RPUSH, count - 2);
  reply.integer(lists.count);
}

function pop(context: Context, request: Request, reply: Reply, atHead: boolean): void {
  const { lists } = context;
  const hasCount = request.count > 2;
  if (request.count > 3) return reply.error(wrongArity(atHead ? 'lpop' : 'rpop'));
  let wanted = 1;
  if (hasCount) {
    const count = request.integerWithin(2, 0, Number.POSITIVE_INFINITY, reply, NOT_POSITIVE);
    if (isRefused(count)) return;
    wanted = count;
  }
  const isThere = changeList(context, request, reply);
  if (isRefused(isThere)) return;
  if (!isThere) return hasCount ? reply.nilArray() : reply.nil();
  if (wanted === 0) return reply.array(0);
  if (hasCount) {
    popInto(context, reply, atHead, wanted);
    return;
  }
  lists.seekEnd(atHead);
  lists.read();
  reply.bulk(lists.item.bytes, lists.item.start, lists.item.end);
  lists.removeEnd(atHead);
  tell(context, atHead, 1);
}

/**
 * Takes items, `wanted` at most, from an end of the open list and answers with an array of them, in
 * the order in which they went. Returns how many there were.
 */
export function popInto(context: Context, reply: Reply, atHead: boolean, wanted: number): number {
  const { lists } = context;
  const { item } = lists;
  const count = Math.min(wanted, lists.count);
  reply.array(count);
  lists.seekEnd(atHead);
  for (let i = 0; i < count; i++) {
    if (i > 0) lists.step(atHead);
    lists.read();
    reply.bulk(item.bytes, item.start, item.end);
  }
  remove(context, atHead, count);
  return count;
}

/** Takes items out of an end of the open list, and tells of that. */
export function remove(context: Context, atHead: boolean, count: number): void {
  const { lists } = context;
  lists.removeRange(atHead ? 0 : lists.count - count, count);
  tell(context, atHead, count);
}

/** So many items have been taken out of an end of the open list. */
function tell({ lists }: Context, atHead: boolean, count: number): void {
  lists.changed(atHead ? EVENT_LPOP : EVENT_RPOP, count);
  lists.afterRemoval();
}

export const LIST_END_COMMANDS: readonly CommandEntry[] = [
  LPOP,
  LPUSH,
  LPUSHX,
  RPOP,
  RPUSH,
  RPUSHX,
];
