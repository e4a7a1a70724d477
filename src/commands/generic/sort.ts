// SORT and SORT_RO: what their words say. The work is done in slices: sort-work.ts.
import { SYNTAX_ERROR, WRONG_TYPE } from '../../domain/errors.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { kindOf, typeOf } from '../../domain/memory/record.ts';
import {
  type CommandEntry,
  type Context,
  DENYOOM,
  READONLY,
  RUNS_IN_SLICES,
  WRITE,
} from '../../engine/command.ts';
import {
  ACCESS,
  block,
  integer,
  key,
  multipleToken,
  OW,
  oneof,
  optional,
  pattern,
  RO,
  token,
  UPDATE,
} from '../../engine/declaration/arguments.ts';
import type { KeyPositions } from '../../engine/declaration/key-positions.ts';
import type { KeySpecification } from '../../engine/declaration/key-specifications.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, REFUSED, type Refused, type Request } from '../../engine/request.ts';
import { runInSlices } from '../../engine/slices.ts';
import { SortPattern } from './sort-pattern.ts';
import { isSortable } from './sort-source.ts';
import { type SortCall, SortWork } from './sort-work.ts';

/** No list, set or sorted set has more: what is beyond is as good. */
const ELEMENTS_MAX = 2 ** 32;

const OPTIONS = [
  optional(pattern('by-pattern', { token: 'BY', displayText: 'pattern', keySpecification: 1 })),
  optional(block('limit', [integer('offset'), integer('count')], { token: 'LIMIT' })),
  optional(
    multipleToken(
      pattern('get-pattern', { token: 'GET', displayText: 'pattern', keySpecification: 1 }),
    ),
  ),
  optional(oneof('order', [token('asc', 'ASC'), token('desc', 'DESC')])),
  optional(token('sorting', 'ALPHA')),
];
const CATEGORIES = ['set', 'sortedset', 'list', 'dangerous'];
const SOURCE_KEY: KeySpecification = { first: 1, last: 0, step: 1, access: RO | ACCESS };
const UNKNOWN_KEYS = { first: 0, last: 0, step: 0, isUnknown: true } as const;
const PATTERN_KEYS: KeySpecification = {
  ...UNKNOWN_KEYS,
  access: RO | ACCESS,
  notes:
    "For the optional BY/GET keyword. It is marked 'unknown' because the key names derive from " +
    'the content of the key we sort',
};
const STORE_KEY: KeySpecification = {
  ...UNKNOWN_KEYS,
  access: OW | UPDATE,
  notes:
    "For the optional STORE keyword. It is marked 'unknown' because the keyword can appear " +
    'anywhere in the argument array',
};

const SORT: CommandEntry = {
  name: 'SORT',
  flags: WRITE | DENYOOM | RUNS_IN_SLICES,
  args: [
    key('key', RO | ACCESS),
    ...OPTIONS,
    optional(key('destination', OW | UPDATE, { token: 'STORE', keySpecification: 2 })),
  ],
  categories: CATEGORIES,
  keySpecifications: [SOURCE_KEY, PATTERN_KEYS, STORE_KEY],
  findKeys: findKeysOfSort,
  run: (context, request, reply) => sort(context, request, true, reply),
};

const SORT_RO: CommandEntry = {
  name: 'SORT_RO',
  flags: READONLY | RUNS_IN_SLICES,
  args: [key('key', RO | ACCESS), ...OPTIONS],
  categories: CATEGORIES,
  keySpecifications: [SOURCE_KEY, PATTERN_KEYS],
  findKeys: (_request, from, into) => into.add(from + 1, RO | ACCESS),
  run: (context, request, reply) => sort(context, request, false, reply),
};

function sort(context: Context, request: Request, mayStore: boolean, reply: Reply): void {
  const call: SortCall = {
    key: request.copy(1),
    isDescending: false,
    isAlpha: false,
    isUnsorted: false,
    by: null,
    gets: [],
    offset: 0,
    limit: -1,
    destination: null,
  };
  for (let i = 2; i < request.count; ) {
    const words = readOption(request, i, mayStore, call, reply);
    if (isRefused(words)) return;
    i += words;
  }
  const { keyspace, database } = context;
  const ref = keyspace.read(database, call.key, 0, call.key.length);
  if (ref !== NONE && !isSortable(typeOf(kindOf(keyspace.arena, ref)))) {
    return reply.error(WRONG_TYPE);
  }
  runInSlices(context, new SortWork(context, call), reply);
}

/** Reads one option. Returns how many words it has. */
function readOption(
  request: Request,
  at: number,
  mayStore: boolean,
  call: SortCall,
  reply: Reply,
): number | Refused {
  const left = request.count - at - 1;
  if (request.is(at, 'asc')) call.isDescending = false;
  else if (request.is(at, 'desc')) call.isDescending = true;
  else if (request.is(at, 'alpha')) call.isAlpha = true;
  else if (left >= 2 && request.is(at, 'limit')) {
    const offset = request.integer(at + 1, reply);
    if (isRefused(offset)) return REFUSED;
    const limit = request.integer(at + 2, reply);
    if (isRefused(limit)) return REFUSED;
    call.offset = Math.min(offset, ELEMENTS_MAX);
    call.limit = Math.min(limit, ELEMENTS_MAX);
    return 3;
  } else if (mayStore && left >= 1 && request.is(at, 'store')) {
    call.destination = request.copy(at + 1);
    return 2;
  } else if (left >= 1 && request.is(at, 'by')) {
    call.by = new SortPattern(request.copy(at + 1));
    if (!call.by.hasStar) call.isUnsorted = true;
    return 2;
  } else if (left >= 1 && request.is(at, 'get')) {
    call.gets.push(new SortPattern(request.copy(at + 1)));
    return 2;
  } else {
    reply.error(SYNTAX_ERROR);
    return REFUSED;
  }
  return 1;
}

/**
 * The key, and that which the last STORE names. As Redis does it, words that have one or two others
 * behind them are told by their names alone.
 */
function findKeysOfSort(request: Request, from: number, into: KeyPositions): void {
  let store = 0;
  for (let i = from + 2; i < request.count; i++) {
    if (request.is(i, 'limit')) i += 2;
    else if (request.is(i, 'get') || request.is(i, 'by')) i++;
    else if (request.is(i, 'store') && i + 1 < request.count) store = i + 1;
  }
  into.add(from + 1, RO | ACCESS);
  if (store > 0) into.add(store, OW | UPDATE);
}

export const GENERIC_SORT_COMMANDS: readonly CommandEntry[] = [SORT, SORT_RO];
