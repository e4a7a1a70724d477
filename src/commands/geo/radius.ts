// GEORADIUS and GEORADIUSBYMEMBER, and their forms that cannot store: what GEOSEARCH took over.
import { EVENT_GEORADIUSSTORE } from '../../domain/keyspace/events.ts';
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
import type { KeyPositions } from '../../engine/declaration/key-positions.ts';
import type { KeySpecification } from '../../engine/declaration/key-specifications.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';
import { readPlace, UNIT } from './places.ts';
import { readMember, readRadius, type SearchCall, type SearchCommand } from './search-call.ts';
import { search } from './search-work.ts';

/** The first argument that may be STORE or STOREDIST. */
const FIRST_STORE = 5;

const READ_KEY = key('key', RO | ACCESS);
const PLACE = [double('longitude'), double('latitude')];
const RADIUS = [double('radius'), UNIT];
const WITH = [
  optional(token('withcoord', 'WITHCOORD')),
  optional(token('withdist', 'WITHDIST')),
  optional(token('withhash', 'WITHHASH')),
];
const ORDER = optional(oneof('order', [token('asc', 'ASC'), token('desc', 'DESC')]));
const STORE = optional(
  oneof('store', [
    key('storekey', OW | UPDATE, { token: 'STORE', displayText: 'key', keySpecification: 1 }),
    key('storedistkey', OW | UPDATE, {
      token: 'STOREDIST',
      displayText: 'key',
      keySpecification: 2,
    }),
  ]),
);
const COUNT = countBlock('6.2.0');
const COUNT_BY_MEMBER = countBlock();

const BY_PLACE: SearchCommand = {
  source: 1,
  options: 6,
  hasShapeOptions: false,
  takesStoreKey: true,
  destination: 0,
  event: EVENT_GEORADIUSSTORE,
  readShape: readPlaceAndRadius,
};
const BY_PLACE_RO: SearchCommand = { ...BY_PLACE, takesStoreKey: false };
const BY_MEMBER: SearchCommand = {
  ...BY_PLACE,
  options: 5,
  readShape: readMemberAndRadius,
};
const BY_MEMBER_RO: SearchCommand = { ...BY_MEMBER, takesStoreKey: false };

const GEORADIUS: CommandEntry = {
  name: 'GEORADIUS',
  flags: WRITE | DENYOOM | RUNS_IN_SLICES,
  args: [READ_KEY, ...PLACE, ...RADIUS, ...WITH, COUNT, ORDER, STORE],
  keySpecifications: storeSpecifications(6),
  findKeys: findKeysOfRadius,
  run: (context, request, reply) => search(context, request, BY_PLACE, reply),
};

const GEORADIUSBYMEMBER: CommandEntry = {
  name: 'GEORADIUSBYMEMBER',
  flags: WRITE | DENYOOM | RUNS_IN_SLICES,
  args: [READ_KEY, string('member'), ...RADIUS, ...WITH, COUNT_BY_MEMBER, ORDER, STORE],
  keySpecifications: storeSpecifications(5),
  findKeys: findKeysOfRadius,
  run: (context, request, reply) => search(context, request, BY_MEMBER, reply),
};

const GEORADIUSBYMEMBER_RO: CommandEntry = {
  name: 'GEORADIUSBYMEMBER_RO',
  flags: READONLY | RUNS_IN_SLICES,
  args: [READ_KEY, string('member'), ...RADIUS, ...WITH, COUNT_BY_MEMBER, ORDER],
  run: (context, request, reply) => search(context, request, BY_MEMBER_RO, reply),
};

const GEORADIUS_RO: CommandEntry = {
  name: 'GEORADIUS_RO',
  flags: READONLY | RUNS_IN_SLICES,
  args: [READ_KEY, ...PLACE, ...RADIUS, ...WITH, COUNT, ORDER],
  run: (context, request, reply) => search(context, request, BY_PLACE_RO, reply),
};

function readPlaceAndRadius(
  _context: Context,
  request: Request,
  { shape }: SearchCall,
  reply: Reply,
): boolean {
  return readPlace(request, 2, shape, reply) && readRadius(request, 4, shape, reply);
}

function readMemberAndRadius(
  context: Context,
  request: Request,
  call: SearchCall,
  reply: Reply,
): boolean {
  if (!readMember(context, request, 2, call, reply)) return false;
  // Where there is nothing to search, Redis does not look at the radius.
  return !call.isThere || readRadius(request, 3, call.shape, reply);
}

function countBlock(anySince?: string) {
  const any = token('any', 'ANY', anySince === undefined ? {} : { since: anySince });
  return optional(block('count-block', [integer('count', { token: 'COUNT' }), optional(any)]));
}

/** The last key of all that STORE and STOREDIST name is the one that counts. */
function findKeysOfRadius(request: Request, from: number, into: KeyPositions): void {
  let store = 0;
  for (let i = from + FIRST_STORE; i + 1 < request.count; i++) {
    if (request.is(i, 'store') || request.is(i, 'storedist')) store = ++i;
  }
  into.add(from + 1, RO | ACCESS);
  if (store > 0) into.add(store, OW | UPDATE);
}

/** `first`: the first argument that may be STORE. */
function storeSpecifications(first: number): KeySpecification[] {
  const store = { first, last: 0, step: 1, access: OW | UPDATE };
  return [
    { first: 1, last: 0, step: 1, access: RO | ACCESS },
    { ...store, keyword: 'STORE' },
    { ...store, keyword: 'STOREDIST' },
  ];
}

export const GEO_RADIUS_COMMANDS: readonly CommandEntry[] = [
  GEORADIUS,
  GEORADIUSBYMEMBER,
  GEORADIUSBYMEMBER_RO,
  GEORADIUS_RO,
];
