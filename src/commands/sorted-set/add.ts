// Sorted set commands that add members, change their scores, and remove them one by one.
import { parseDoubleTo } from '../../domain/bytes/float.ts';
import { NOT_A_FLOAT, SYNTAX_ERROR } from '../../domain/errors.ts';
import { EVENT_ZADD, EVENT_ZINCR, EVENT_ZREM } from '../../domain/keyspace/events.ts';
import type { SortedSets } from '../../domain/values/sorted-sets.ts';
import {
  CONSTANT_TIME,
  type CommandEntry,
  type Context,
  DENYOOM,
  FAST,
  WRITE,
} from '../../engine/command.ts';
import {
  ACCESS,
  block,
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
  UPDATE,
} from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, REFUSED, type Refused, type Request } from '../../engine/request.ts';
import { changeSortedSet } from './open.ts';

// What ZADD is asked for, as bits.
export const NX = 1;
export const XX = 2;
const GT = 4;
const LT = 8;
export const CH = 16;
const INCR = 32;
const NO_FLAGS = 0;
const FIRST_SCORES = 16;

// What became of a member.
const LEFT = 0;
const ADDED = 1;
const UPDATED = 2;
/** It has the score that it is to have. */
const SAME = 3;
const NOT_A_NUMBER = 4;

const XX_AND_NX = 'ERR XX and NX options at the same time are not compatible';
const GT_LT_AND_NX = 'ERR GT, LT, and/or NX options at the same time are not compatible';
const ONE_INCREMENT = 'ERR INCR option supports a single increment-element pair';
const SUM_IS_NAN = 'ERR resulting score is not a number (NaN)';

/** The scores of a call, all of which are read before the first member is added. */
export class Scores {
  values = new Float64Array(FIRST_SCORES);

  /** Where so many are to be written. */
  roomFor(count: number): Float64Array {
    if (this.values.length < count) this.values = new Float64Array(2 * count);
    return this.values;
  }
}

const ZADD: CommandEntry = {
  name: 'ZADD',
  flags: WRITE | DENYOOM | FAST | CONSTANT_TIME,
  args: [
    key('key', RW | UPDATE),
    optional(oneof('condition', [token('nx', 'NX'), token('xx', 'XX')], { since: '3.0.2' })),
    optional(oneof('comparison', [token('gt', 'GT'), token('lt', 'LT')], { since: '6.2.0' })),
    optional(token('change', 'CH', { since: '3.0.2' })),
    optional(token('increment', 'INCR', { since: '3.0.2' })),
    multiple(block('data', [double('score'), string('member')])),
  ],
  run: zadd,
};

function zadd(context: Context, request: Request, reply: Reply): void {
  addMembers(context, request, reply, NO_FLAGS);
}

const ZINCRBY: CommandEntry = {
  name: 'ZINCRBY',
  flags: WRITE | DENYOOM | FAST | CONSTANT_TIME,
  args: [key('key', RW | ACCESS | UPDATE), integer('increment'), string('member')],
  run: zincrby,
};

function zincrby(context: Context, request: Request, reply: Reply): void {
  addMembers(context, request, reply, INCR);
}

function addMembers(context: Context, request: Request, reply: Reply, given: number): void {
  let flags = given;
  let first = 2;
  for (let flag = flagAt(request, first); flag !== 0; flag = flagAt(request, first)) {
    flags |= flag;
    first++;
  }
  const error = problemOf(flags, request.count - first);
  if (error !== null) return reply.error(error);
  const scores = readScores(context, request, first, reply);
  if (!isRefused(scores)) addScored(context, request, first, scores, flags, reply);
}

/**
 * Adds the members that are every second word behind `first`, with these scores, and answers as
 * ZADD does. Returns how many changes that was.
 */
export function addScored(
  context: Context,
  request: Request,
  first: number,
  scores: Readonly<Float64Array>,
  flags: number,
  reply: Reply,
): number {
  const { sortedSets } = context;
  const { buffer, starts, ends, count } = request;
  const isThere = changeSortedSet(context, request, 1, reply);
  if (isRefused(isThere)) return 0;
  if (!isThere && (flags & XX) !== 0) {
    replyAdded(reply, flags, LEFT, 0, 0, 0);
    return 0;
  }
  if (isThere) sortedSets.prepare(request, first + 1);
  else sortedSets.create(context.database, buffer, starts[1], ends[1], request, first + 1);
  let added = 0;
  let updated = 0;
  let outcome = LEFT;
  for (let i = first; i < count; i += 2) {
    const score = scores[(i - first) >> 1];
    outcome = addMember(sortedSets, flags, score, buffer, starts[i + 1], ends[i + 1]);
    if (outcome === ADDED) added++;
    else if (outcome === UPDATED) updated++;
  }
  const isIncrement = (flags & INCR) !== 0;
  if (added + updated > 0) {
    sortedSets.changed(isIncrement ? EVENT_ZINCR : EVENT_ZADD, added + updated);
  }
  replyAdded(reply, flags, outcome, sortedSets.score, added, updated);
  return added + updated;
}

function flagAt(request: Request, argument: number): number {
  if (argument >= request.count) return 0;
  const size = request.size(argument);
  // Mostly it is a score.
  if (size < 2 || size > 4 || request.buffer[request.starts[argument]] < 0x41) return 0;
  if (request.is(argument, 'nx')) return NX;
  if (request.is(argument, 'xx')) return XX;
  if (request.is(argument, 'ch')) return CH;
  if (request.is(argument, 'incr')) return INCR;
  if (request.is(argument, 'gt')) return GT;
  return request.is(argument, 'lt') ? LT : 0;
}

/** What is wrong with options and the number of words behind them; or null. */
function problemOf(flags: number, words: number): string | null {
  if (words % 2 !== 0 || words === 0) return SYNTAX_ERROR;
  if ((flags & NX) !== 0 && (flags & XX) !== 0) return XX_AND_NX;
  const comparisons = flags & (GT | LT);
  if (comparisons === (GT | LT) || (comparisons !== 0 && (flags & NX) !== 0)) return GT_LT_AND_NX;
  if ((flags & INCR) !== 0 && words > 2) return ONE_INCREMENT;
  return null;
}

function readScores(
  { scratch }: Context,
  request: Request,
  first: number,
  reply: Reply,
): Float64Array | Refused {
  const count = (request.count - first) >> 1;
  const values = scratch.of(Scores).roomFor(count);
  const { buffer, starts, ends } = request;
  for (let i = 0; i < count; i++) {
    const at = first + 2 * i;
    parseDoubleTo(values, i, buffer, starts[at], ends[at]);
    if (!Number.isNaN(values[i])) continue;
    reply.error(NOT_A_FLOAT);
    return REFUSED;
  }
  return values;
}

/** Adds one member, or changes its score, as the flags have it; the view has the score then. */
function addMember(
  sortedSets: SortedSets,
  flags: number,
  given: number,
  buffer: Uint8Array,
  start: number,
  end: number,
): number {
  if (!sortedSets.find(buffer, start, end)) {
    if ((flags & XX) !== 0) return LEFT;
    sortedSets.add(given, buffer, start, end);
    sortedSets.score = given;
    return ADDED;
  }
  if ((flags & NX) !== 0) return LEFT;
  const old = sortedSets.score;
  const score = (flags & INCR) === 0 ? given : old + given;
  if (Number.isNaN(score)) return NOT_A_NUMBER;
  if ((flags & LT) !== 0 && score >= old) return LEFT;
  if ((flags & GT) !== 0 && score <= old) return LEFT;
  if (score !== old) sortedSets.setScore(score, buffer, start, end);
  sortedSets.score = score;
  return score === old ? SAME : UPDATED;
}

/** Answers, where `outcome` and `score` are those of the last member. */
function replyAdded(
  reply: Reply,
  flags: number,
  outcome: number,
  score: number,
  added: number,
  updated: number,
): void {
  if (outcome === NOT_A_NUMBER) return reply.error(SUM_IS_NAN);
  if ((flags & INCR) === 0) return reply.integer((flags & CH) === 0 ? added : added + updated);
  if (outcome === LEFT) reply.nil();
  else reply.double(score);
}

const ZREM: CommandEntry = {
  name: 'ZREM',
  flags: WRITE | FAST | CONSTANT_TIME,
  args: [key('key', RW | DELETE), multiple(string('member'))],
  run: zrem,
};

function zrem(context: Context, request: Request, reply: Reply): void {
  const { sortedSets } = context;
  const { buffer, starts, ends } = request;
  const isThere = changeSortedSet(context, request, 1, reply);
  if (isRefused(isThere)) return;
  let removed = 0;
  for (let i = 2; isThere && i < request.count && sortedSets.count > 0; i++) {
    if (sortedSets.remove(buffer, starts[i], ends[i])) removed++;
  }
  reply.integer(removed);
  if (removed === 0) return;
  sortedSets.changed(EVENT_ZREM, removed);
  sortedSets.removeIfEmpty();
}

export const SORTED_SET_ADD_COMMANDS: readonly CommandEntry[] = [ZADD, ZINCRBY, ZREM];
