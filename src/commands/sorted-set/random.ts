// ZRANDMEMBER.
import { TYPE_SORTED_SET } from '../../domain/memory/record.ts';
import { below } from '../../domain/values/draws.ts';
import type { SortedSets } from '../../domain/values/sorted-sets.ts';
import { type CommandEntry, type Context, READONLY, RUNS_IN_SLICES } from '../../engine/command.ts';
import {
  ACCESS,
  block,
  integer,
  key,
  optional,
  RO,
  token,
} from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Request } from '../../engine/request.ts';
import { type Drawing, drawCount, replyRepeated } from '../draws.ts';
import { readSortedSet, replyRows } from './open.ts';

/** With less than this many times the members asked for, those that are not drawn are fewer. */
const SHUFFLED_PART = 3;

const ZRANDMEMBER: CommandEntry = {
  name: 'ZRANDMEMBER',
  flags: READONLY | RUNS_IN_SLICES,
  args: [
    key('key', RO | ACCESS),
    optional(block('options', [integer('count'), optional(token('withscores', 'WITHSCORES'))])),
  ],
  tips: ['nondeterministic_output'],
  run: zrandmember,
};

function zrandmember(context: Context, request: Request, reply: Reply): void {
  const { sortedSets, server } = context;
  if (request.count > 2) return replyMembers(context, request, reply);
  const isThere = readSortedSet(context, request, 1, reply);
  if (isRefused(isThere)) return;
  if (!isThere) return reply.nil();
  sortedSets.draw(server.random);
  const { bytes, start, end } = sortedSets.member;
  reply.bulk(bytes, start, end);
}

function replyMembers(context: Context, request: Request, reply: Reply): void {
  const { sortedSets } = context;
  const count = drawCount(request, 'withscores', reply);
  if (isRefused(count)) return;
  const hasScores = request.count > 3;
  const isThere = readSortedSet(context, request, 1, reply);
  if (isRefused(isThere)) return;
  if (!isThere || count === 0) return reply.array(0);
  if (count < 0) {
    const drawing = hasScores ? MEMBERS_WITH_SCORES : MEMBERS;
    return replyRepeated(context, request, -count, drawing, reply);
  }
  const { count: size } = sortedSets;
  const isNested = hasScores && reply.resp3;
  const taken = Math.min(count, size);
  reply.array(hasScores && !isNested ? 2 * taken : taken);
  if (count >= size) {
    sortedSets.seekRankBack(size - 1);
    replyRows(context, reply, size, true, hasScores, isNested);
  } else if (!sortedSets.hasElements) {
    replySample(context, reply, taken, hasScores, isNested);
  } else if (count * SHUFFLED_PART > size) {
    replyShuffled(context, reply, taken, hasScores, isNested);
  } else {
    replyDrawn(context, reply, taken, hasScores, isNested);
  }
}

/** Members that may come several times. */
const MEMBERS: Drawing = {
  type: TYPE_SORTED_SET,
  open: ({ sortedSets }, database, ref) => sortedSets.open(database, ref),
  count: ({ sortedSets }) => sortedSets.count,
  draw: ({ sortedSets, server }, reply) => {
    sortedSets.draw(server.random);
    replyMember(sortedSets, reply, false, false);
  },
  items: () => 1,
};

const MEMBERS_WITH_SCORES: Drawing = {
  ...MEMBERS,
  draw: ({ sortedSets, server }, reply) => {
    sortedSets.draw(server.random);
    replyMember(sortedSets, reply, true, reply.resp3);
  },
  items: (reply) => (reply.resp3 ? 1 : 2),
};

/** One pass over the packed form: each row is taken with the chance that is left for it. */
function replySample(
  { sortedSets, server }: Context,
  reply: Reply,
  count: number,
  hasScores: boolean,
  isNested: boolean,
): void {
  let wanted = count;
  let left = sortedSets.count;
  for (let more = sortedSets.first(); wanted > 0 && more; more = sortedSets.next(), left--) {
    if (below(server.random, left) >= wanted) continue;
    replyMember(sortedSets, reply, hasScores, isNested);
    wanted--;
  }
}

/** All elements are shuffled, as far as they are wanted. */
function replyShuffled(
  { sortedSets, server }: Context,
  reply: Reply,
  count: number,
  hasScores: boolean,
  isNested: boolean,
): void {
  const size = sortedSets.count;
  const refs = new Int32Array(size);
  let at = 0;
  sortedSets.seekScore(0);
  do refs[at++] = sortedSets.place;
  while (sortedSets.nextScore());
  for (let i = 0; i < count; i++) {
    const other = i + below(server.random, size - i);
    const ref = refs[other];
    refs[other] = refs[i];
    sortedSets.readPlace(ref);
    replyMember(sortedSets, reply, hasScores, isNested);
  }
}

/** Elements are drawn until there are enough that have not come yet. */
function replyDrawn(
  { sortedSets, server }: Context,
  reply: Reply,
  count: number,
  hasScores: boolean,
  isNested: boolean,
): void {
  const drawn = new Set<number>();
  while (drawn.size < count) {
    const element = sortedSets.drawElement(server.random);
    if (drawn.has(element)) continue;
    drawn.add(element);
    sortedSets.readPlace(element);
    replyMember(sortedSets, reply, hasScores, isNested);
  }
}

function replyMember(
  sortedSets: SortedSets,
  reply: Reply,
  hasScores: boolean,
  isNested: boolean,
): void {
  const { member } = sortedSets;
  if (isNested) reply.array(2);
  reply.bulk(member.bytes, member.start, member.end);
  if (hasScores) reply.double(sortedSets.score);
}

export const SORTED_SET_RANDOM_COMMANDS: readonly CommandEntry[] = [ZRANDMEMBER];
