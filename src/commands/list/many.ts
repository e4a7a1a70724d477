// List commands that pop from the first of several lists that is there: at once, or when one comes.
import { SYNTAX_ERROR } from '../../domain/errors.ts';
import { TYPE_LIST } from '../../domain/memory/record.ts';
import {
  BLOCKING,
  CONSTANT_TIME,
  type CommandEntry,
  type Context,
  type Handler,
  WRITE,
} from '../../engine/command.ts';
import {
  ACCESS,
  DELETE,
  double,
  integer,
  key,
  multiple,
  optional,
  RW,
} from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, REFUSED, type Refused, type Request } from '../../engine/request.ts';
import { answerTooLate, timeoutMs } from '../waiting.ts';
import { popInto, remove } from './ends.ts';
import { changeList, end, isLeft } from './open.ts';

const KEYS = multiple(key('key', RW | ACCESS | DELETE));
const COUNT = optional(integer('count', { token: 'COUNT' }));
const KEY_FLAGS = RW | ACCESS | DELETE;
const TOO_FEW_KEYS = 'ERR numkeys should be greater than 0';
const TOO_SMALL_COUNT = 'ERR count should be greater than 0';
const NOT_FOUND = 0;
const HEAD = true;
const TAIL = false;

const BLMPOP: CommandEntry = {
  name: 'BLMPOP',
  flags: WRITE | BLOCKING,
  args: [double('timeout'), integer('numkeys'), KEYS, end('where'), COUNT],
  arity: -5,
  keySpecifications: [{ first: 2, last: 0, step: 1, access: KEY_FLAGS, isCounted: true }],
  run: blmpop,
};

function blmpop(context: Context, request: Request, reply: Reply): void {
  const options = parseOptions(request, 2, reply);
  if (isRefused(options)) return;
  const delayMs = timeoutMs(context, request, 1, reply);
  if (isRefused(delayMs)) return;
  const { end: last } = options;
  const found = popMany(context, request, reply, 3, options);
  if (found === NOT_FOUND) waitForLists(context, request, reply, 3, last, delayMs, blmpop);
}

const BLPOP: CommandEntry = {
  name: 'BLPOP',
  flags: WRITE | BLOCKING | CONSTANT_TIME,
  args: [KEYS, double('timeout')],
  keySpecifications: [{ first: 1, last: -2, step: 1, access: KEY_FLAGS }],
  run: blpop,
};

function blpop(context: Context, request: Request, reply: Reply): void {
  popOrWait(context, request, reply, HEAD, blpop);
}

const BRPOP: CommandEntry = {
  name: 'BRPOP',
  flags: WRITE | BLOCKING | CONSTANT_TIME,
  args: [KEYS, double('timeout')],
  keySpecifications: [{ first: 1, last: -2, step: 1, access: KEY_FLAGS }],
  run: brpop,
};

function brpop(context: Context, request: Request, reply: Reply): void {
  popOrWait(context, request, reply, TAIL, brpop);
}

const LMPOP: CommandEntry = {
  name: 'LMPOP',
  flags: WRITE,
  args: [integer('numkeys'), KEYS, end('where'), COUNT],
  arity: -4,
  keySpecifications: [{ first: 1, last: 0, step: 1, access: KEY_FLAGS, isCounted: true }],
  run: lmpop,
};

function lmpop(context: Context, request: Request, reply: Reply): void {
  const options = parseOptions(request, 1, reply);
  if (isRefused(options)) return;
  if (popMany(context, request, reply, 2, options) === NOT_FOUND) reply.nilArray();
}

/** What LMPOP and BLMPOP say besides their keys. */
interface Options {
  /** Behind the last key. */
  readonly end: number;
  readonly atHead: boolean;
  readonly count: number;
}

/** Argument `from` says how many keys follow. */
function parseOptions(request: Request, from: number, reply: Reply): Options | Refused {
  const most = Number.POSITIVE_INFINITY;
  const keys = request.integerWithin(from, 1, most, reply, TOO_FEW_KEYS);
  if (isRefused(keys)) return REFUSED;
  const last = from + 1 + keys;
  if (last >= request.count) return refused(reply);
  const atHead = isLeft(request, last, reply);
  if (isRefused(atHead)) return REFUSED;
  if (request.count === last + 1) return { end: last, atHead, count: 1 };
  if (!request.is(last + 1, 'count') || request.count === last + 2) return refused(reply);
  const count = request.integerWithin(last + 2, 1, most, reply, TOO_SMALL_COUNT);
  if (isRefused(count)) return REFUSED;
  if (request.count > last + 3) return refused(reply);
  return { end: last, atHead, count };
}

function refused(reply: Reply): Refused {
  reply.error(SYNTAX_ERROR);
  return REFUSED;
}

/** Opens the first of keys [first, end) that is there. Returns which argument that is, if any. */
function openFirst(
  context: Context,
  request: Request,
  reply: Reply,
  first: number,
  last: number,
): number | Refused {
  for (let i = first; i < last; i++) {
    const isThere = changeList(context, request, reply, i);
    if (isRefused(isThere)) return REFUSED;
    if (isThere) return i;
  }
  return NOT_FOUND;
}

/** Answers with the key and its items. Its effect is that of popping from this key alone. */
function popMany(
  context: Context,
  request: Request,
  reply: Reply,
  first: number,
  { end: last, atHead, count }: Options,
): number | Refused {
  const { buffer, starts, ends } = request;
  const found = openFirst(context, request, reply, first, last);
  if (isRefused(found) || found === NOT_FOUND) return found;
  reply.array(2);
  reply.bulk(buffer, starts[found], ends[found]);
  const popped = popInto(context, reply, atHead, count);
  const name = atHead ? 'LPOP' : 'RPOP';
  context.effects.instead(name, 3).argument(request, found).integer(popped);
  return found;
}

function popOrWait(
  context: Context,
  request: Request,
  reply: Reply,
  atHead: boolean,
  retry: Handler,
): void {
  const { lists, effects } = context;
  const { buffer, starts, ends } = request;
  const last = request.count - 1;
  const delayMs = timeoutMs(context, request, last, reply);
  if (isRefused(delayMs)) return;
  const found = openFirst(context, request, reply, 1, last);
  if (isRefused(found)) return;
  if (found === NOT_FOUND) {
    return waitForLists(context, request, reply, 1, last, delayMs, retry);
  }
  lists.seekEnd(atHead);
  lists.read();
  reply.array(2);
  reply.bulk(buffer, starts[found], ends[found]);
  reply.bulk(lists.item.bytes, lists.item.start, lists.item.end);
  remove(context, atHead, 1);
  effects.instead(atHead ? 'LPOP' : 'RPOP', 2).argument(request, found);
}

function waitForLists(
  context: Context,
  request: Request,
  reply: Reply,
  first: number,
  last: number,
  delayMs: number,
  retry: Handler,
): void {
  const { blocking } = context;
  if (!blocking.mayWait(context)) return reply.nilArray();
  blocking.waitForKeys(context, request, first, last, TYPE_LIST, delayMs, retry, answerTooLate);
}

export const LIST_MANY_COMMANDS: readonly CommandEntry[] = [BLMPOP, BLPOP, BRPOP, LMPOP];
