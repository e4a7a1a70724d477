// Sorted set commands that read single members, or count them.
import { SYNTAX_ERROR, wrongArity } from '../../domain/errors.ts';
import { MemberRange, ScoreRange } from '../../domain/values/sorted-set-ranges.ts';
import { NOT_RANKED } from '../../domain/values/sorted-sets.ts';
import {
  CONSTANT_TIME,
  type CommandEntry,
  type Context,
  FAST,
  READONLY,
} from '../../engine/command.ts';
import {
  ACCESS,
  double,
  key,
  multiple,
  optional,
  RO,
  string,
  token,
} from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Request } from '../../engine/request.ts';
import { parseMemberRange, parseScoreRange } from './bounds.ts';
import { readSortedSet } from './open.ts';

const READ_KEY = key('key', RO | ACCESS);

const ZCARD: CommandEntry = {
  name: 'ZCARD',
  flags: READONLY | FAST | CONSTANT_TIME,
  args: [key('key', RO)],
  run: zcard,
};

function zcard(context: Context, request: Request, reply: Reply): void {
  const isThere = readSortedSet(context, request, 1, reply);
  if (!isRefused(isThere)) reply.integer(isThere ? context.sortedSets.count : 0);
}

const ZCOUNT: CommandEntry = {
  name: 'ZCOUNT',
  flags: READONLY | FAST | CONSTANT_TIME,
  args: [READ_KEY, double('min'), double('max')],
  run: zcount,
};

function zcount(context: Context, request: Request, reply: Reply): void {
  const { sortedSets } = context;
  const range = context.scratch.of(ScoreRange);
  if (!parseScoreRange(request, 2, 3, range, reply)) return;
  const isThere = readSortedSet(context, request, 1, reply);
  if (isRefused(isThere)) return;
  if (!isThere) return reply.integer(0);
  sortedSets.rangeOfScores(range);
  reply.integer(sortedSets.to - sortedSets.from);
}

const ZLEXCOUNT: CommandEntry = {
  name: 'ZLEXCOUNT',
  flags: READONLY | FAST | CONSTANT_TIME,
  args: [READ_KEY, string('min'), string('max')],
  run: zlexcount,
};

function zlexcount(context: Context, request: Request, reply: Reply): void {
  const { sortedSets } = context;
  const range = context.scratch.of(MemberRange);
  if (!parseMemberRange(request, 2, 3, range, reply)) return;
  const isThere = readSortedSet(context, request, 1, reply);
  if (isRefused(isThere)) return;
  if (!isThere) return reply.integer(0);
  sortedSets.rangeOfMembers(range, false);
  reply.integer(sortedSets.to - sortedSets.from);
}

const ZMSCORE: CommandEntry = {
  name: 'ZMSCORE',
  flags: READONLY | FAST | CONSTANT_TIME,
  args: [READ_KEY, multiple(string('member'))],
  run: zmscore,
};

function zmscore(context: Context, request: Request, reply: Reply): void {
  const { sortedSets } = context;
  const { buffer, starts, ends, count } = request;
  const isThere = readSortedSet(context, request, 1, reply);
  if (isRefused(isThere)) return;
  reply.array(count - 2);
  for (let i = 2; i < count; i++) {
    if (isThere && sortedSets.find(buffer, starts[i], ends[i])) reply.double(sortedSets.score);
    else reply.nil();
  }
}

const RANK_ARGUMENTS = [READ_KEY, string('member'), optional(token('withscore', 'WITHSCORE'))];

const ZRANK: CommandEntry = {
  name: 'ZRANK',
  flags: READONLY | FAST | CONSTANT_TIME,
  args: RANK_ARGUMENTS,
  run: zrank,
};

function zrank(context: Context, request: Request, reply: Reply): void {
  replyRank(context, request, reply, false, 'zrank');
}

const ZREVRANK: CommandEntry = {
  name: 'ZREVRANK',
  flags: READONLY | FAST | CONSTANT_TIME,
  args: RANK_ARGUMENTS,
  run: zrevrank,
};

function zrevrank(context: Context, request: Request, reply: Reply): void {
  replyRank(context, request, reply, true, 'zrevrank');
}

function replyRank(
  context: Context,
  request: Request,
  reply: Reply,
  isReverse: boolean,
  command: string,
): void {
  const { sortedSets } = context;
  const { buffer, starts, ends, count } = request;
  if (count > 4) return reply.error(wrongArity(command));
  const hasScore = count === 4;
  if (hasScore && !request.is(3, 'withscore')) return reply.error(SYNTAX_ERROR);
  const isThere = readSortedSet(context, request, 1, reply);
  if (isRefused(isThere)) return;
  const rank = isThere ? sortedSets.rankOf(buffer, starts[2], ends[2]) : NOT_RANKED;
  if (rank === NOT_RANKED) {
    if (hasScore) reply.nilArray();
    else reply.nil();
    return;
  }
  if (hasScore) reply.array(2);
  reply.integer(isReverse ? sortedSets.count - 1 - rank : rank);
  if (hasScore) reply.double(sortedSets.score);
}

const ZSCORE: CommandEntry = {
  name: 'ZSCORE',
  flags: READONLY | FAST | CONSTANT_TIME,
  args: [READ_KEY, string('member')],
  run: zscore,
};

function zscore(context: Context, request: Request, reply: Reply): void {
  const { sortedSets } = context;
  const { buffer, starts, ends } = request;
  const isThere = readSortedSet(context, request, 1, reply);
  if (isRefused(isThere)) return;
  if (isThere && sortedSets.find(buffer, starts[2], ends[2])) reply.double(sortedSets.score);
  else reply.nil();
}

export const SORTED_SET_SINGLE_COMMANDS: readonly CommandEntry[] = [
  ZCARD,
  ZCOUNT,
  ZLEXCOUNT,
  ZMSCORE,
  ZRANK,
  ZREVRANK,
  ZSCORE,
];
