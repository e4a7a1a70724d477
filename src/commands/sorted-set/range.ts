// ZRANGE and its older relatives, and ZRANGESTORE: rows by rank, by score or by member. Each range
// becomes ranks, of which LIMIT takes a part, and rows from one rank on are answered or stored.
import { SYNTAX_ERROR } from '../../domain/errors.ts';
import { EVENT_ZRANGESTORE } from '../../domain/keyspace/events.ts';
import { MemberRange, ScoreRange } from '../../domain/values/sorted-set-ranges.ts';
import type { SortedSets } from '../../domain/values/sorted-sets.ts';
import { type CommandEntry, type Context, DENYOOM, READONLY, WRITE } from '../../engine/command.ts';
import {
  ACCESS,
  block,
  double,
  integer,
  key,
  OW,
  oneof,
  optional,
  RO,
  string,
  token,
  UPDATE,
} from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Request } from '../../engine/request.ts';
import { parseMemberRange, parseScoreRange } from './bounds.ts';
import { readSortedSet, replyRows } from './open.ts';
import { resultOf } from './result.ts';

// What a range is asked for by.
const UNSAID = 0;
const BY_RANK = 1;
const BY_SCORE = 2;
const BY_MEMBER = 3;

const LIMIT_BY_RANK =
  'ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX';
const SCORES_BY_MEMBER = 'ERR syntax error, WITHSCORES not supported in combination with BYLEX';

/** A call: what its words say. */
class RangeCall {
  /** The argument that is the key; the bounds follow it. */
  source = 1;
  by = UNSAID;
  isReverse = false;
  hasScores = false;
  offset = 0;
  /** Below 0: all. */
  limit = -1;
  /** BY_RANK: the bounds. */
  start = 0;
  stop = 0;
  readonly scores = new ScoreRange();
  readonly members = new MemberRange();
}

const READ_KEY = key('key', RO | ACCESS);
const LIMIT = [integer('offset'), integer('count')];
const BOUNDS_BY = [token('byscore', 'BYSCORE'), token('bylex', 'BYLEX')];
const WITH_SCORES = optional(token('withscores', 'WITHSCORES'));

const ZRANGE: CommandEntry = {
  name: 'ZRANGE',
  flags: READONLY,
  args: [
    READ_KEY,
    string('start'),
    string('stop'),
    optional(oneof('sortby', BOUNDS_BY, { since: '6.2.0' })),
    optional(token('rev', 'REV', { since: '6.2.0' })),
    optional(block('limit', LIMIT, { token: 'LIMIT', since: '6.2.0' })),
    WITH_SCORES,
  ],
  run: zrange,
};

function zrange(context: Context, request: Request, reply: Reply): void {
  replyRange(context, request, reply, UNSAID, false, true);
}

const ZRANGEBYLEX: CommandEntry = {
  name: 'ZRANGEBYLEX',
  flags: READONLY,
  args: [
    READ_KEY,
    string('min'),
    string('max'),
    optional(block('limit', LIMIT, { token: 'LIMIT' })),
  ],
  run: zrangebylex,
};

function zrangebylex(context: Context, request: Request, reply: Reply): void {
  replyRange(context, request, reply, BY_MEMBER, false, false);
}

const ZRANGEBYSCORE: CommandEntry = {
  name: 'ZRANGEBYSCORE',
  flags: READONLY,
  args: [
    READ_KEY,
    double('min'),
    double('max'),
    optional(token('withscores', 'WITHSCORES', { since: '2.0.0' })),
    optional(block('limit', LIMIT, { token: 'LIMIT' })),
  ],
  run: zrangebyscore,
};

function zrangebyscore(context: Context, request: Request, reply: Reply): void {
  replyRange(context, request, reply, BY_SCORE, false, false);
}

const ZREVRANGE: CommandEntry = {
  name: 'ZREVRANGE',
  flags: READONLY,
  args: [READ_KEY, integer('start'), integer('stop'), WITH_SCORES],
  run: zrevrange,
};

function zrevrange(context: Context, request: Request, reply: Reply): void {
  replyRange(context, request, reply, BY_RANK, true, false);
}

const ZREVRANGEBYLEX: CommandEntry = {
  name: 'ZREVRANGEBYLEX',
  flags: READONLY,
  args: [
    READ_KEY,
    string('max'),
    string('min'),
    optional(block('limit', LIMIT, { token: 'LIMIT' })),
  ],
  run: zrevrangebylex,
};

function zrevrangebylex(context: Context, request: Request, reply: Reply): void {
  replyRange(context, request, reply, BY_MEMBER, true, false);
}

const ZREVRANGEBYSCORE: CommandEntry = {
  name: 'ZREVRANGEBYSCORE',
  flags: READONLY,
  args: [
    READ_KEY,
    double('max'),
    double('min'),
    WITH_SCORES,
    optional(block('limit', LIMIT, { token: 'LIMIT' })),
  ],
  run: zrevrangebyscore,
};

function zrevrangebyscore(context: Context, request: Request, reply: Reply): void {
  replyRange(context, request, reply, BY_SCORE, true, false);
}

/** `takesRev`: the call may say REV. */
function replyRange(
  context: Context,
  request: Request,
  reply: Reply,
  by: number,
  isReverse: boolean,
  takesRev: boolean,
): void {
  const { sortedSets } = context;
  const call = context.scratch.of(RangeCall);
  call.source = 1;
  call.by = by;
  call.isReverse = isReverse;
  if (!parseCall(call, request, takesRev, false, reply)) return;
  const isThere = readSortedSet(context, request, 1, reply);
  if (isRefused(isThere)) return;
  if (!isThere) return reply.array(0);
  const { hasScores } = call;
  const count = takeRows(call, sortedSets);
  const isNested = hasScores && reply.resp3;
  reply.array(hasScores && !isNested ? 2 * count : count);
  if (count > 0) replyRows(context, reply, count, call.isReverse, hasScores, isNested);
}

const ZRANGESTORE: CommandEntry = {
  name: 'ZRANGESTORE',
  flags: WRITE | DENYOOM,
  args: [
    key('dst', OW | UPDATE),
    key('src', RO | ACCESS),
    string('min'),
    string('max'),
    optional(oneof('sortby', BOUNDS_BY)),
    optional(token('rev', 'REV')),
    optional(block('limit', LIMIT, { token: 'LIMIT' })),
  ],
  run: zrangestore,
};

function zrangestore(context: Context, request: Request, reply: Reply): void {
  const { sortedSets, database } = context;
  const { buffer, starts, ends } = request;
  const call = context.scratch.of(RangeCall);
  call.source = 2;
  call.by = UNSAID;
  call.isReverse = false;
  if (!parseCall(call, request, true, true, reply)) return;
  const isThere = readSortedSet(context, request, 2, reply);
  if (isRefused(isThere)) return;
  const count = isThere ? takeRows(call, sortedSets) : 0;
  const result = resultOf(context);
  const { member } = sortedSets;
  result.begin(count);
  for (let i = 0; i < count; i++) {
    if (i > 0 && call.isReverse) sortedSets.previous();
    else if (i > 0) sortedSets.next();
    result.add(sortedSets.score, member.bytes, member.start, member.end);
  }
  result.finish();
  reply.integer(result.store(database, buffer, starts[1], ends[1], EVENT_ZRANGESTORE));
}

/** Reads the words behind the key. False: something is wrong with them, and that is said. */
function parseCall(
  call: RangeCall,
  request: Request,
  takesRev: boolean,
  isStore: boolean,
  reply: Reply,
): boolean {
  if (!parseOptions(call, request, takesRev, isStore, reply)) return false;
  if (call.by === UNSAID) call.by = BY_RANK;
  if (call.limit !== -1 && call.by === BY_RANK) {
    reply.error(LIMIT_BY_RANK);
    return false;
  }
  if (call.hasScores && call.by === BY_MEMBER) {
    reply.error(SCORES_BY_MEMBER);
    return false;
  }
  const first = call.source + 1;
  if (call.by === BY_RANK) {
    const start = request.integer(first, reply);
    if (isRefused(start)) return false;
    const stop = request.integer(first + 1, reply);
    if (isRefused(stop)) return false;
    call.start = start;
    call.stop = stop;
    return true;
  }
  const min = call.isReverse ? first + 1 : first;
  const max = call.isReverse ? first : first + 1;
  if (call.by === BY_SCORE) return parseScoreRange(request, min, max, call.scores, reply);
  return parseMemberRange(request, min, max, call.members, reply);
}

function parseOptions(
  call: RangeCall,
  request: Request,
  takesRev: boolean,
  isStore: boolean,
  reply: Reply,
): boolean {
  const takesBy = call.by === UNSAID;
  call.hasScores = false;
  call.offset = 0;
  call.limit = -1;
  for (let i = call.source + 3; i < request.count; i++) {
    if (!isStore && request.is(i, 'withscores')) call.hasScores = true;
    else if (request.is(i, 'limit') && i + 2 < request.count) {
      const offset = request.integer(i + 1, reply);
      if (isRefused(offset)) return false;
      const limit = request.integer(i + 2, reply);
      if (isRefused(limit)) return false;
      call.offset = offset;
      call.limit = limit;
      i += 2;
    } else if (takesRev && !call.isReverse && request.is(i, 'rev')) call.isReverse = true;
    else if (takesBy && call.by === UNSAID && request.is(i, 'bylex')) call.by = BY_MEMBER;
    else if (takesBy && call.by === UNSAID && request.is(i, 'byscore')) call.by = BY_SCORE;
    else {
      reply.error(SYNTAX_ERROR);
      return false;
    }
  }
  return true;
}

/** Finds the rows of a call, and goes to the first one. Returns how many there are. */
function takeRows(call: RangeCall, sortedSets: SortedSets): number {
  const { isReverse } = call;
  if (call.by === BY_RANK) {
    const { count } = sortedSets;
    const start = Math.max(0, call.start < 0 ? count + call.start : call.start);
    const stop = Math.min(count - 1, call.stop < 0 ? count + call.stop : call.stop);
    if (start > stop) return 0;
    if (isReverse) sortedSets.seekRankBack(count - 1 - start);
    else sortedSets.seekRank(start);
    return stop - start + 1;
  }
  if (call.by === BY_SCORE) sortedSets.rangeOfScores(call.scores);
  else sortedSets.rangeOfMembers(call.members, isReverse);
  const { from, to } = sortedSets;
  const { offset, limit } = call;
  if (offset < 0 || offset >= to - from) return 0;
  if (limit === 0) return 0;
  if (isReverse) sortedSets.seekRankBack(to - 1 - offset);
  else sortedSets.seekRank(from + offset);
  return limit < 0 ? to - from - offset : Math.min(limit, to - from - offset);
}

export const SORTED_SET_RANGE_COMMANDS: readonly CommandEntry[] = [
  ZRANGE,
  ZRANGEBYLEX,
  ZRANGEBYSCORE,
  ZRANGESTORE,
  ZREVRANGE,
  ZREVRANGEBYLEX,
  ZREVRANGEBYSCORE,
];
