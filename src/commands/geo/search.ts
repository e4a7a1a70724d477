// GEOSEARCH and GEOSEARCHSTORE.
import { EVENT_GEOSEARCHSTORE } from '../../domain/keyspace/events.ts';
import {
  type CommandEntry,
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
import { UNIT } from './places.ts';
import type { SearchCommand } from './search-call.ts';
import { search } from './search-work.ts';

const FROM = oneof('from', [
  string('member', { token: 'FROMMEMBER' }),
  block('fromlonlat', [double('longitude'), double('latitude')], { token: 'FROMLONLAT' }),
]);
const BY = oneof('by', [
  block('circle', [double('radius', { token: 'BYRADIUS' }), UNIT]),
  block('box', [double('width', { token: 'BYBOX' }), double('height'), UNIT]),
]);
const ORDER = optional(oneof('order', [token('asc', 'ASC'), token('desc', 'DESC')]));
const COUNT = optional(
  block('count-block', [integer('count', { token: 'COUNT' }), optional(token('any', 'ANY'))]),
);

const SEARCH: SearchCommand = {
  source: 1,
  options: 2,
  hasShapeOptions: true,
  takesStoreKey: false,
  destination: 0,
  event: EVENT_GEOSEARCHSTORE,
};
const SEARCH_AND_STORE: SearchCommand = { ...SEARCH, source: 2, options: 3, destination: 1 };

const GEOSEARCH: CommandEntry = {
  name: 'GEOSEARCH',
  flags: READONLY | RUNS_IN_SLICES,
  args: [
    key('key', RO | ACCESS),
    FROM,
    BY,
    ORDER,
    COUNT,
    optional(token('withcoord', 'WITHCOORD')),
    optional(token('withdist', 'WITHDIST')),
    optional(token('withhash', 'WITHHASH')),
  ],
  run: (context, request, reply) => search(context, request, SEARCH, reply),
};

const GEOSEARCHSTORE: CommandEntry = {
  name: 'GEOSEARCHSTORE',
  flags: WRITE | DENYOOM | RUNS_IN_SLICES,
  args: [
    key('destination', OW | UPDATE),
    key('source', RO | ACCESS),
    FROM,
    BY,
    ORDER,
    COUNT,
    optional(token('storedist', 'STOREDIST')),
  ],
  run: (context, request, reply) => search(context, request, SEARCH_AND_STORE, reply),
};

export const GEO_SEARCH_COMMANDS: readonly CommandEntry[] = [GEOSEARCH, GEOSEARCHSTORE];
