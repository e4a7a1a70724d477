// LPOS: where in a list an item is.
import { SYNTAX_ERROR } from '../../domain/errors.ts';
import { type CommandEntry, type Context, READONLY } from '../../engine/command.ts';
import { ACCESS, integer, key, optional, RO, string } from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, REFUSED, type Refused, type Request } from '../../engine/request.ts';
import { readList } from './open.ts';

const RANK_IS_ZERO =
  "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use " +
  'negative to start from the end of the list';
const RANK_OUT_OF_RANGE =
  'ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807';
const NEGATIVE_COUNT = "ERR COUNT can't be negative";
const NEGATIVE_LENGTH = "ERR MAXLEN can't be negative";
const INT64_MIN = -(2n ** 63n);

/** Not a count: one position is wanted, and no array. */
const NO_COUNT = -1;

interface Search {
  rank: number;
  /** 0: all. */
  count: number;
  /** How many items are looked at; 0: all. */
  lengthMax: number;
}

const LPOS: CommandEntry = {
  name: 'LPOS',
  flags: READONLY,
  args: [
    key('key', RO | ACCESS),
    string('element'),
    optional(integer('rank', { token: 'RANK' })),
    optional(integer('num-matches', { token: 'COUNT' })),
    optional(integer('len', { token: 'MAXLEN' })),
  ],
  run: lpos,
};

function lpos(context: Context, request: Request, reply: Reply): void {
  const search = parseSearch(request, reply);
  if (isRefused(search)) return;
  const isThere = readList(context, request, reply);
  if (isRefused(isThere)) return;
  const { lists } = context;
  const wantsArray = search.count !== NO_COUNT;
  if (!isThere) return wantsArray ? reply.array(0) : reply.nil();
  const { buffer, starts, ends } = request;
  const isForward = search.rank > 0;
  const { count } = lists;
  const most = search.count === 0 ? Number.POSITIVE_INFINITY : Math.abs(search.count);
  const left = search.lengthMax === 0 ? count : Math.min(count, search.lengthMax);
  const opened = wantsArray ? reply.open() : 0;
  lists.setSought(buffer, starts[2], ends[2]);
  lists.seekEnd(isForward);
  let matches = 0;
  let found = 0;
  for (let i = 0; i < left && found < most; i++) {
    if (i > 0) lists.step(isForward);
    if (!lists.isHere() || ++matches < Math.abs(search.rank)) continue;
    found++;
    reply.integer(isForward ? i : count - 1 - i);
  }
  if (wantsArray) reply.closeArray(opened, found);
  else if (found === 0) reply.nil();
}

function parseSearch(request: Request, reply: Reply): Search | Refused {
  const search: Search = { rank: 1, count: NO_COUNT, lengthMax: 0 };
  for (let i = 3; i < request.count; i += 2) {
    const hasValue = i + 1 < request.count;
    let value: number | Refused;
    if (hasValue && request.is(i, 'rank')) {
      value = request.integer(i + 1, reply);
      if (isRefused(value)) return REFUSED;
      if (value === Number(INT64_MIN) && request.bigInteger(i + 1) === INT64_MIN) {
        return refused(reply, RANK_OUT_OF_RANGE);
      }
      if (value === 0) return refused(reply, RANK_IS_ZERO);
      search.rank = value;
    } else if (hasValue && request.is(i, 'count')) {
      value = request.integerWithin(i + 1, 0, Number.POSITIVE_INFINITY, reply, NEGATIVE_COUNT);
      if (isRefused(value)) return REFUSED;
      search.count = value;
    } else if (hasValue && request.is(i, 'maxlen')) {
      value = request.integerWithin(i + 1, 0, Number.POSITIVE_INFINITY, reply, NEGATIVE_LENGTH);
      if (isRefused(value)) return REFUSED;
      search.lengthMax = value;
    } else {
      return refused(reply, SYNTAX_ERROR);
    }
  }
  return search;
}

function refused(reply: Reply, line: string): Refused {
  reply.error(line);
  return REFUSED;
}

export const LIST_POSITION_COMMANDS: readonly CommandEntry[] = [LPOS];
