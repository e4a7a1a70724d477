// List commands that take an item from one list and put it into another, or the same: at once, or
// when there is one.

import { EVENT_LPOP, EVENT_LPUSH, EVENT_RPOP, EVENT_RPUSH } from '../../domain/keyspace/events.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { TYPE_LIST } from '../../domain/memory/record.ts';
import {
  BLOCKING,
  CONSTANT_TIME,
  type CommandEntry,
  type Context,
  DENYOOM,
  type Handler,
  WRITE,
} from '../../engine/command.ts';
import { ACCESS, DELETE, double, INSERT, key, RW } from '../../engine/declaration/arguments.ts';
import { changeKey, WRONG } from '../../engine/look-up.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Request } from '../../engine/request.ts';
import { answerTooLate, timeoutMs } from '../waiting.ts';
import { remove } from './ends.ts';
import { changeList, end, isLeft } from './open.ts';

const SOURCE = key('source', RW | ACCESS | DELETE);
const DESTINATION = key('destination', RW | INSERT);
const KEYS = [
  { first: 1, last: 0, step: 1, access: RW | ACCESS | DELETE },
  { first: 2, last: 0, step: 1, access: RW | INSERT },
];
const HEAD = true;
const TAIL = false;

const BLMOVE: CommandEntry = {
  name: 'BLMOVE',
  flags: WRITE | DENYOOM | BLOCKING | CONSTANT_TIME,
  args: [SOURCE, DESTINATION, end('wherefrom'), end('whereto'), double('timeout')],
  keySpecifications: KEYS,
  run: blmove,
};

function blmove(context: Context, request: Request, reply: Reply): void {
  const fromHead = isLeft(request, 3, reply);
  if (isRefused(fromHead)) return;
  const toHead = isLeft(request, 4, reply);
  if (isRefused(toHead)) return;
  const delayMs = timeoutMs(context, request, 5, reply);
  if (isRefused(delayMs)) return;
  const isThere = changeList(context, request, reply);
  if (isRefused(isThere)) return;
  if (!isThere) return wait(context, request, reply, delayMs, blmove);
  if (!move(context, request, reply, fromHead, toHead)) return;
  const { effects } = context;
  effects.instead('LMOVE', 5).argument(request, 1).argument(request, 2);
  effects.argument(request, 3).argument(request, 4);
}

const BRPOPLPUSH: CommandEntry = {
  name: 'BRPOPLPUSH',
  flags: WRITE | DENYOOM | BLOCKING | CONSTANT_TIME,
  args: [SOURCE, DESTINATION, double('timeout')],
  keySpecifications: KEYS,
  run: brpoplpush,
};

function brpoplpush(context: Context, request: Request, reply: Reply): void {
  const delayMs = timeoutMs(context, request, 3, reply);
  if (isRefused(delayMs)) return;
  const isThere = changeList(context, request, reply);
  if (isRefused(isThere)) return;
  if (!isThere) return wait(context, request, reply, delayMs, brpoplpush);
  if (!move(context, request, reply, TAIL, HEAD)) return;
  context.effects.instead('RPOPLPUSH', 3).argument(request, 1).argument(request, 2);
}

const LMOVE: CommandEntry = {
  name: 'LMOVE',
  flags: WRITE | DENYOOM | CONSTANT_TIME,
  args: [SOURCE, DESTINATION, end('wherefrom'), end('whereto')],
  keySpecifications: KEYS,
  run: lmove,
};

function lmove(context: Context, request: Request, reply: Reply): void {
  const fromHead = isLeft(request, 3, reply);
  if (isRefused(fromHead)) return;
  const toHead = isLeft(request, 4, reply);
  if (isRefused(toHead)) return;
  moveIfThere(context, request, reply, fromHead, toHead);
}

const RPOPLPUSH: CommandEntry = {
  name: 'RPOPLPUSH',
  flags: WRITE | DENYOOM | CONSTANT_TIME,
  args: [SOURCE, DESTINATION],
  keySpecifications: KEYS,
  run: rpoplpush,
};

function rpoplpush(context: Context, request: Request, reply: Reply): void {
  moveIfThere(context, request, reply, TAIL, HEAD);
}

function moveIfThere(
  context: Context,
  request: Request,
  reply: Reply,
  fromHead: boolean,
  toHead: boolean,
): void {
  const isThere = changeList(context, request, reply);
  if (isRefused(isThere)) return;
  if (isThere) move(context, request, reply, fromHead, toHead);
  else reply.nil();
}

/**
 * Moves an item from the open list, which argument 1 names, to that of argument 2. False when that
 * is none.
 */
function move(
  context: Context,
  request: Request,
  reply: Reply,
  fromHead: boolean,
  toHead: boolean,
): boolean {
  const { keyspace, database, lists } = context;
  const { buffer, starts, ends } = request;
  const target = changeKey(context, request, 2, TYPE_LIST, reply);
  if (target === WRONG) return false;
  // Nothing has changed yet that could have moved the source.
  const source = keyspace.find(database, buffer, starts[1], ends[1]);
  lists.open(database, source);
  lists.seekEnd(fromHead);
  lists.read();
  const size = lists.hold();
  reply.bulk(lists.held, 0, size);
  if (source === target) {
    lists.removeRange(fromHead ? 0 : lists.count - 1, 1);
    lists.prepareSize(size, 1);
    lists.push(toHead, lists.held, 0, size);
    lists.changed(toHead ? EVENT_LPUSH : EVENT_RPUSH, 0);
    lists.changed(fromHead ? EVENT_LPOP : EVENT_RPOP, 1);
    lists.shrink();
    return true;
  }
  if (target === NONE) lists.create(database, buffer, starts[2], ends[2]);
  else lists.open(database, target);
  lists.prepareSize(size, 1);
  lists.push(toHead, lists.held, 0, size);
  lists.changed(toHead ? EVENT_LPUSH : EVENT_RPUSH, 0);
  lists.open(database, source);
  remove(context, fromHead, 1);
  return true;
}

/** There is no source yet. */
function wait(
  context: Context,
  request: Request,
  reply: Reply,
  delayMs: number,
  retry: Handler,
): void {
  const { blocking } = context;
  if (!blocking.mayWait(context)) return reply.nil();
  blocking.waitForKeys(context, request, 1, 2, TYPE_LIST, delayMs, retry, answerTooLate);
}

export const LIST_MOVE_COMMANDS: readonly CommandEntry[] = [BLMOVE, BRPOPLPUSH, LMOVE, RPOPLPUSH];
