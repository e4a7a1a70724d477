// Sorted set commands that remove ranges, or take members from one end, or wait for some.
import { NOT_POSITIVE, SYNTAX_ERROR } from '../../domain/errors.ts';
import type { KeyspaceEvent } from '../../domain/keyspace/event-classes.ts';
import {
  EVENT_ZPOPMAX,
  EVENT_ZPOPMIN,
  EVENT_ZREMRANGEBYLEX,
  EVENT_ZREMRANGEBYRANK,
  EVENT_ZREMRANGEBYSCORE,
} from '../../domain/keyspace/events.ts';
import { TYPE_SORTED_SET } from '../../domain/memory/record.ts';
import { MemberRange, ScoreRange } from '../../domain/values/sorted-set-ranges.ts';
import {
  BLOCKING,
  CONSTANT_TIME,
  CONSTANT_TIME_ALONE,
  type CommandEntry,
  type Context,
  FAST,
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
  oneof,
  optional,
  RW,
  string,
  token,
} from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, REFUSED, type Refused, type Request } from '../../engine/request.ts';
import { answerTooLate, timeoutMs } from '../waiting.ts';
import { parseMemberRange, parseScoreRange } from './bounds.ts';
import { changeSortedSet, replyRows } from './open.ts';

const REMOVE_KEY = key('key', RW | DELETE);
const POP_KEY = key('key', RW | ACCESS | DELETE);
const POP_WHERE = oneof('where', [token('min', 'MIN'), token('max', 'MAX')]);
const BAD_KEY_COUNT = 'ERR numkeys should be greater than 0';
const BAD_COUNT = 'ERR count should be greater than 0';
/** No count was given: one member, and not an array of one. */
const ONE = -1;
/** In place of an argument: none of the keys is there. */
const NOT_FOUND = -1;

const ZREMRANGEBYLEX: CommandEntry = {
  name: 'ZREMRANGEBYLEX',
  flags: WRITE,
  args: [REMOVE_KEY, string('min'), string('max')],
  run: zremrangebylex,
};

function zremrangebylex(context: Context, request: Request, reply: Reply): void {
  const { sortedSets } = context;
  const range = context.scratch.of(MemberRange);
  if (!parseMemberRange(request, 2, 3, range, reply)) return;
  const isThere = changeSortedSet(context, request, 1, reply);
  if (isRefused(isThere)) return;
  if (!isThere) return reply.integer(0);
  sortedSets.rangeOfMembers(range, false);
  removeRange(context, EVENT_ZREMRANGEBYLEX, reply);
}

const ZREMRANGEBYRANK: CommandEntry = {
  name: 'ZREMRANGEBYRANK',
  flags: WRITE,
  args: [REMOVE_KEY, integer('start'), integer('stop')],
  run: zremrangebyrank,
};

function zremrangebyrank(context: Context, request: Request, reply: Reply): void {
  const { sortedSets } = context;
  const start = request.integer(2, reply);
  if (isRefused(start)) return;
  const stop = request.integer(3, reply);
  if (isRefused(stop)) return;
  const isThere = changeSortedSet(context, request, 1, reply);
  if (isRefused(isThere)) return;
  if (!isThere) return reply.integer(0);
  const { count } = sortedSets;
  sortedSets.from = Math.max(0, start < 0 ? count + start : start);
  sortedSets.to = Math.min(count - 1, stop < 0 ? count + stop : stop) + 1;
  removeRange(context, EVENT_ZREMRANGEBYRANK, reply);
}

const ZREMRANGEBYSCORE: CommandEntry = {
  name: 'ZREMRANGEBYSCORE',
  flags: WRITE,
  args: [REMOVE_KEY, double('min'), double('max')],
  run: zremrangebyscore,
};

function zremrangebyscore(context: Context, request: Request, reply: Reply): void {
  const { sortedSets } = context;
  const range = context.scratch.of(ScoreRange);
  if (!parseScoreRange(request, 2, 3, range, reply)) return;
  const isThere = changeSortedSet(context, request, 1, reply);
  if (isRefused(isThere)) return;
  if (!isThere) return reply.integer(0);
  sortedSets.rangeOfScores(range);
  removeRange(context, EVENT_ZREMRANGEBYSCORE, reply);
}

/** Removes the range that the view has found. */
function removeRange({ sortedSets }: Context, event: KeyspaceEvent, reply: Reply): void {
  const { from, to } = sortedSets;
  if (from >= to) return reply.integer(0);
  sortedSets.removeRanks(from, to);
  sortedSets.changed(event, to - from);
  sortedSets.removeIfEmpty();
  reply.integer(to - from);
}

const ZPOPMAX: CommandEntry = {
  name: 'ZPOPMAX',
  flags: WRITE | FAST | CONSTANT_TIME_ALONE,
  args: [POP_KEY, optional(integer('count'))],
  run: zpopmax,
};

function zpopmax(context: Context, request: Request, reply: Reply): void {
  popOrNothing(context, request, true, reply);
}

const ZPOPMIN: CommandEntry = {
  name: 'ZPOPMIN',
  flags: WRITE | FAST | CONSTANT_TIME_ALONE,
  args: [POP_KEY, optional(integer('count'))],
  run: zpopmin,
};

function zpopmin(context: Context, request: Request, reply: Reply): void {
  popOrNothing(context, request, false, reply);
}

function popOrNothing(context: Context, request: Request, isMax: boolean, reply: Reply): void {
  if (request.count > 3) return reply.error(SYNTAX_ERROR);
  const count =
    request.count === 3 ? request.integerWithin(2, 0, Number.MAX_VALUE, reply, NOT_POSITIVE) : ONE;
  if (isRefused(count)) return;
  const isThere = changeSortedSet(context, request, 1, reply);
  if (isRefused(isThere)) return;
  if (!isThere || count === 0) return reply.array(0);
  const taken = Math.min(context.sortedSets.count, Math.abs(count));
  const isNested = reply.resp3 && count !== ONE;
  reply.array(isNested ? taken : 2 * taken);
  pop(context, taken, isMax, isNested, reply);
}

/** Takes so many members, which there are, from one end of the sorted set, and answers them. */
function pop(
  context: Context,
  taken: number,
  isMax: boolean,
  isNested: boolean,
  reply: Reply,
): void {
  const { sortedSets } = context;
  const { count } = sortedSets;
  if (isMax) sortedSets.seekRankBack(count - 1);
  else sortedSets.seekRank(0);
  replyRows(context, reply, taken, isMax, true, isNested);
  const from = isMax ? count - taken : 0;
  sortedSets.removeRanks(from, from + taken);
  sortedSets.changed(isMax ? EVENT_ZPOPMAX : EVENT_ZPOPMIN, taken);
  sortedSets.removeIfEmpty();
}

const ZMPOP: CommandEntry = {
  name: 'ZMPOP',
  flags: WRITE,
  args: [
    integer('numkeys'),
    multiple(POP_KEY),
    POP_WHERE,
    optional(integer('count', { token: 'COUNT' })),
  ],
  run: zmpop,
};

function zmpop(context: Context, request: Request, reply: Reply): void {
  const call = context.scratch.of(PopCall);
  if (!call.parse(request, 1, reply)) return;
  const found = popMany(context, request, call, reply);
  if (found === NOT_FOUND) reply.nilArray();
}

const BZMPOP: CommandEntry = {
  name: 'BZMPOP',
  flags: WRITE | BLOCKING,
  args: [
    double('timeout'),
    integer('numkeys'),
    multiple(POP_KEY),
    POP_WHERE,
    optional(integer('count', { token: 'COUNT' })),
  ],
  run: bzmpop,
};

function bzmpop(context: Context, request: Request, reply: Reply): void {
  const call = context.scratch.of(PopCall);
  if (!call.parse(request, 2, reply)) return;
  const delayMs = timeoutMs(context, request, 1, reply);
  if (isRefused(delayMs)) return;
  const found = popMany(context, request, call, reply);
  if (found === NOT_FOUND) waitFor(context, request, 3, call.end, delayMs, bzmpop, reply);
}

/** What the words of ZMPOP and BZMPOP say. */
class PopCall {
  /** The keys are the arguments [first, end). */
  first = 0;
  end = 0;
  isMax = false;
  count = 1;

  /** `numkeys` is the argument `at`. False: something is wrong, and that is said. */
  parse(request: Request, at: number, reply: Reply): boolean {
    const keys = request.integerWithin(at, 1, Number.MAX_VALUE, reply, BAD_KEY_COUNT);
    if (isRefused(keys)) return false;
    this.first = at + 1;
    this.end = at + 1 + keys;
    this.count = 1;
    const where = this.end;
    this.isMax = where < request.count && request.is(where, 'max');
    const isWhere = where < request.count && (this.isMax || request.is(where, 'min'));
    if (isWhere && request.count === where + 1) return true;
    if (isWhere && request.is(where + 1, 'count') && where + 2 < request.count) {
      const count = request.integerWithin(where + 2, 1, Number.MAX_VALUE, reply, BAD_COUNT);
      if (isRefused(count)) return false;
      this.count = count;
      if (request.count === where + 3) return true;
    }
    reply.error(SYNTAX_ERROR);
    return false;
  }
}

/** Takes members from the first key that is there. Its effect is that of popping from it alone. */
function popMany(
  context: Context,
  request: Request,
  { first, end, isMax, count }: PopCall,
  reply: Reply,
): number | Refused {
  const { buffer, starts, ends } = request;
  const found = openFirst(context, request, first, end, reply);
  if (isRefused(found) || found === NOT_FOUND) return found;
  const taken = Math.min(count, context.sortedSets.count);
  reply.array(2);
  reply.bulk(buffer, starts[found], ends[found]);
  reply.array(taken);
  pop(context, taken, isMax, true, reply);
  const effect = context.effects.instead(isMax ? 'ZPOPMAX' : 'ZPOPMIN', 3);
  effect.argument(request, found).integer(taken);
  return found;
}

const WAIT_KEYS = multiple(POP_KEY);

const BZPOPMAX: CommandEntry = {
  name: 'BZPOPMAX',
  flags: WRITE | FAST | BLOCKING | CONSTANT_TIME,
  args: [WAIT_KEYS, double('timeout')],
  run: bzpopmax,
};

function bzpopmax(context: Context, request: Request, reply: Reply): void {
  popOrWait(context, request, true, bzpopmax, reply);
}

const BZPOPMIN: CommandEntry = {
  name: 'BZPOPMIN',
  flags: WRITE | FAST | BLOCKING | CONSTANT_TIME,
  args: [WAIT_KEYS, double('timeout')],
  run: bzpopmin,
};

function bzpopmin(context: Context, request: Request, reply: Reply): void {
  popOrWait(context, request, false, bzpopmin, reply);
}

function popOrWait(
  context: Context,
  request: Request,
  isMax: boolean,
  retry: Handler,
  reply: Reply,
): void {
  const { buffer, starts, ends } = request;
  const last = request.count - 1;
  const delayMs = timeoutMs(context, request, last, reply);
  if (isRefused(delayMs)) return;
  const found = openFirst(context, request, 1, last, reply);
  if (isRefused(found)) return;
  if (found === NOT_FOUND) return waitFor(context, request, 1, last, delayMs, retry, reply);
  reply.array(3);
  reply.bulk(buffer, starts[found], ends[found]);
  pop(context, 1, isMax, false, reply);
  context.effects.instead(isMax ? 'ZPOPMAX' : 'ZPOPMIN', 2).argument(request, found);
}

/** Opens the first of the keys [first, end) that is there; NOT_FOUND: none is. */
function openFirst(
  context: Context,
  request: Request,
  first: number,
  end: number,
  reply: Reply,
): number | Refused {
  for (let i = first; i < end; i++) {
    const isThere = changeSortedSet(context, request, i, reply);
    if (isRefused(isThere)) return REFUSED;
    if (isThere) return i;
  }
  return NOT_FOUND;
}

function waitFor(
  context: Context,
  request: Request,
  first: number,
  end: number,
  delayMs: number,
  retry: Handler,
  reply: Reply,
): void {
  const { blocking } = context;
  if (!blocking.mayWait(context)) return reply.nilArray();
  const type = TYPE_SORTED_SET;
  blocking.waitForKeys(context, request, first, end, type, delayMs, retry, answerTooLate);
}

export const SORTED_SET_REMOVE_COMMANDS: readonly CommandEntry[] = [
  BZMPOP,
  BZPOPMAX,
  BZPOPMIN,
  ZMPOP,
  ZPOPMAX,
  ZPOPMIN,
  ZREMRANGEBYLEX,
  ZREMRANGEBYRANK,
  ZREMRANGEBYSCORE,
];
