// How sorted set commands come to the sorted set that an argument names: context.sortedSets is open
// on it then.
import { parseDouble } from '../../domain/bytes/float.ts';
import { NOT_A_FLOAT } from '../../domain/errors.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { TYPE_SORTED_SET } from '../../domain/memory/record.ts';
import type { Context } from '../../engine/command.ts';
import { changeKey, readKey, WRONG } from '../../engine/look-up.ts';
import type { Reply } from '../../engine/reply.ts';
import { REFUSED, type Refused, type Request } from '../../engine/request.ts';

/** Opens the sorted set to read it. Is it there? */
export function readSortedSet(
  context: Context,
  request: Request,
  argument: number,
  reply: Reply,
): boolean | Refused {
  const ref = readKey(context, request, argument, TYPE_SORTED_SET, reply);
  if (ref === WRONG) return REFUSED;
  if (ref === NONE) return false;
  context.sortedSets.open(context.database, ref);
  return true;
}

/** Opens the sorted set to change it. Is it there? */
export function changeSortedSet(
  context: Context,
  request: Request,
  argument: number,
  reply: Reply,
): boolean | Refused {
  const ref = changeKey(context, request, argument, TYPE_SORTED_SET, reply);
  if (ref === WRONG) return REFUSED;
  if (ref === NONE) return false;
  context.sortedSets.open(context.database, ref);
  return true;
}

/** A score, or what is to be added to one. */
export function scoreAt(
  { buffer, starts, ends }: Request,
  argument: number,
  reply: Reply,
  error = NOT_A_FLOAT,
): number | Refused {
  const score = parseDouble(buffer, starts[argument], ends[argument]);
  if (!Number.isNaN(score)) return score;
  reply.error(error);
  return REFUSED;
}

/** Answers `count` rows, the first of which the view has just read. */
export function replyRows(
  { sortedSets }: Context,
  reply: Reply,
  count: number,
  isReverse: boolean,
  hasScores: boolean,
  isNested: boolean,
): void {
  const { member } = sortedSets;
  for (let i = 0; i < count; i++) {
    if (i > 0) {
      if (isReverse) sortedSets.previous();
      else sortedSets.next();
    }
    if (isNested) reply.array(2);
    reply.bulk(member.bytes, member.start, member.end);
    if (hasScores) reply.double(sortedSets.score);
  }
}
