// What the words of the commands that search say. The source is looked at first, as in Redis: a
// value of another type is WRONGTYPE whatever the words are; where there is none, members that are
// searched from are not looked for.
import { SYNTAX_ERROR } from '../../domain/errors.ts';
import type { KeyspaceEvent } from '../../domain/keyspace/event-classes.ts';
import {
  FARTHEST_FIRST,
  GeoSearch,
  NEAREST_FIRST,
  UNSORTED,
} from '../../domain/values/geo-search.ts';
import type { GeoShape } from '../../domain/values/geo-shape.ts';
import type { Context } from '../../engine/command.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, REFUSED, type Refused, type Request } from '../../engine/request.ts';
import { scoreAt } from '../sorted-set/open.ts';
import { PlaceInHand, readPlace, readUnit } from './places.ts';

const NO_MEMBER = 'ERR could not decode requested zset member';
const BAD_RADIUS = 'ERR need numeric radius';
const NEGATIVE_RADIUS = 'ERR radius cannot be negative';
const BAD_WIDTH = 'ERR need numeric width';
const BAD_HEIGHT = 'ERR need numeric height';
const NEGATIVE_SIZE = 'ERR height or width cannot be negative';
const BAD_COUNT = 'ERR COUNT must be > 0';
const ANY_WITHOUT_COUNT = 'ERR the ANY argument requires COUNT argument';

/** One of the commands, for all of its calls. */
export interface SearchCommand {
  /** The argument that is the key to search. */
  readonly source: number;
  /** Where the options begin. */
  readonly options: number;
  /** GEOSEARCH and GEOSEARCHSTORE: the middle and the shape are options. */
  readonly hasShapeOptions: boolean;
  /** GEORADIUS and GEORADIUSBYMEMBER: STORE and STOREDIST are options with a key. */
  readonly takesStoreKey: boolean;
  /** GEOSEARCHSTORE: the argument that is the key to store to; 0 for the others. */
  readonly destination: number;
  readonly event: KeyspaceEvent;
  /** GEORADIUS and its kin: reads the middle and the shape, whose places are fixed. */
  readonly readShape?: (
    context: Context,
    request: Request,
    call: SearchCall,
    reply: Reply,
  ) => boolean;
}

/** What the words of a call say. */
export class SearchCall {
  readonly search = new GeoSearch();
  isThere = false;
  hasMember = false;
  hasPlace = false;
  hasRadius = false;
  hasBox = false;
  withDistance = false;
  withHash = false;
  withPlace = false;
  order = UNSORTED;
  /** 0: all. */
  count = 0;
  isAny = false;
  /** The argument that is the key to store to; 0: it is answered. */
  destination = 0;
  storesDistance = false;

  get shape(): GeoShape {
    return this.search.shape;
  }

  /** So many matches are enough. */
  get matchesMax(): number {
    return this.isAny ? this.count : Number.POSITIVE_INFINITY;
  }

  /** How many of the matches are answered. */
  get answered(): number {
    return this.count === 0 ? this.search.count : Math.min(this.count, this.search.count);
  }

  /** Begins to sort what was found: the nearest ones are meant, unless any will do. */
  beginSort(): void {
    const isByCount = this.order === UNSORTED && this.count > 0 && !this.isAny;
    this.search.beginSort(isByCount ? NEAREST_FIRST : this.order, this.answered);
  }

  /** Begins a call, whose source is there or not. */
  begin(isThere: boolean, destination: number): void {
    this.isThere = isThere;
    this.hasMember = false;
    this.hasPlace = false;
    this.hasRadius = false;
    this.hasBox = false;
    this.withDistance = false;
    this.withHash = false;
    this.withPlace = false;
    this.order = UNSORTED;
    this.count = 0;
    this.isAny = false;
    this.destination = destination;
    this.storesDistance = false;
    this.shape.isBox = false;
  }
}

/** Reads the words of a call, whose source is open if it is there. Is all well? */
export function readWords(
  context: Context,
  request: Request,
  command: SearchCommand,
  call: SearchCall,
  reply: Reply,
): boolean {
  const { readShape } = command;
  if (readShape !== undefined && !readShape(context, request, call, reply)) return false;
  for (let i = command.options; i < request.count; ) {
    const words = readOption(context, request, command, call, i, reply);
    if (isRefused(words)) return false;
    i += words;
  }
  const problem = problemOf(request, command, call);
  return problem === null || refuse(reply, problem);
}

/** Looks for the member that the argument names, to search around it. */
export function readMember(
  { sortedSets, scratch }: Context,
  { buffer, starts, ends }: Request,
  argument: number,
  { isThere, shape }: SearchCall,
  reply: Reply,
): boolean {
  if (!isThere) return true;
  if (!sortedSets.find(buffer, starts[argument], ends[argument])) {
    reply.error(NO_MEMBER);
    return false;
  }
  const { place } = scratch.of(PlaceInHand);
  place.setScore(sortedSets.score);
  shape.longitude = place.longitude;
  shape.latitude = place.latitude;
  return true;
}

/** Reads a radius and its unit. */
export function readRadius(
  request: Request,
  argument: number,
  shape: GeoShape,
  reply: Reply,
): boolean {
  const radius = scoreAt(request, argument, reply, BAD_RADIUS);
  if (isRefused(radius)) return false;
  if (radius < 0) return refuse(reply, NEGATIVE_RADIUS);
  const unitMeters = readUnit(request, argument + 1, reply);
  if (isRefused(unitMeters)) return false;
  shape.isBox = false;
  shape.radius = radius;
  shape.unitMeters = unitMeters;
  return true;
}

/** Reads a width, a height and their unit. */
function readBox(request: Request, argument: number, shape: GeoShape, reply: Reply): boolean {
  const width = scoreAt(request, argument, reply, BAD_WIDTH);
  if (isRefused(width)) return false;
  const height = scoreAt(request, argument + 1, reply, BAD_HEIGHT);
  if (isRefused(height)) return false;
  if (width < 0 || height < 0) return refuse(reply, NEGATIVE_SIZE);
  const unitMeters = readUnit(request, argument + 2, reply);
  if (isRefused(unitMeters)) return false;
  shape.isBox = true;
  shape.width = width;
  shape.height = height;
  shape.unitMeters = unitMeters;
  return true;
}

/** Reads one option. Returns how many words it has. */
function readOption(
  context: Context,
  request: Request,
  command: SearchCommand,
  call: SearchCall,
  at: number,
  reply: Reply,
): number | Refused {
  const left = request.count - at - 1;
  if (request.is(at, 'withdist')) call.withDistance = true;
  else if (request.is(at, 'withhash')) call.withHash = true;
  else if (request.is(at, 'withcoord')) call.withPlace = true;
  else if (request.is(at, 'any')) call.isAny = true;
  else if (request.is(at, 'asc')) call.order = NEAREST_FIRST;
  else if (request.is(at, 'desc')) call.order = FARTHEST_FIRST;
  else if (left >= 1 && request.is(at, 'count')) {
    const count = request.integer(at + 1, reply);
    if (isRefused(count)) return REFUSED;
    if (count <= 0) return refused(reply, BAD_COUNT);
    call.count = count;
    return 2;
  } else if (command.hasShapeOptions) {
    return readShapeOption(context, request, command, call, at, reply);
  } else if (command.takesStoreKey && left >= 1 && isStoreOption(request, at)) {
    call.storesDistance = request.is(at, 'storedist');
    call.destination = at + 1;
    return 2;
  } else return refused(reply, SYNTAX_ERROR);
  return 1;
}

function isStoreOption(request: Request, at: number): boolean {
  return request.is(at, 'store') || request.is(at, 'storedist');
}

/** Reads one of the options that only GEOSEARCH and GEOSEARCHSTORE have. */
function readShapeOption(
  context: Context,
  request: Request,
  command: SearchCommand,
  call: SearchCall,
  at: number,
  reply: Reply,
): number | Refused {
  const left = request.count - at - 1;
  const { shape } = call;
  if (command.destination !== 0 && request.is(at, 'storedist')) {
    call.storesDistance = true;
    return 1;
  }
  if (left >= 1 && !call.hasPlace && request.is(at, 'frommember')) {
    call.hasMember = true;
    return readMember(context, request, at + 1, call, reply) ? 2 : REFUSED;
  }
  if (left >= 2 && !call.hasMember && request.is(at, 'fromlonlat')) {
    call.hasPlace = true;
    return readPlace(request, at + 1, shape, reply) ? 3 : REFUSED;
  }
  if (left >= 2 && !call.hasBox && request.is(at, 'byradius')) {
    call.hasRadius = true;
    return readRadius(request, at + 1, shape, reply) ? 3 : REFUSED;
  }
  if (left >= 3 && !call.hasRadius && request.is(at, 'bybox')) {
    call.hasBox = true;
    return readBox(request, at + 1, shape, reply) ? 4 : REFUSED;
  }
  return refused(reply, SYNTAX_ERROR);
}

/** What is wrong with all options together; or null. */
function problemOf(request: Request, command: SearchCommand, call: SearchCall): string | null {
  const { withDistance, withHash, withPlace, hasMember, hasPlace, hasRadius, hasBox } = call;
  if (call.destination !== 0 && (withDistance || withHash || withPlace)) {
    const name = command.hasShapeOptions ? 'GEOSEARCHSTORE' : 'STORE option in GEORADIUS';
    return `ERR ${name} is not compatible with WITHDIST, WITHHASH and WITHCOORD options`;
  }
  if (command.hasShapeOptions && !hasMember && !hasPlace) {
    const name = request.textUntilNul(0);
    return `ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for ${name}`;
  }
  if (command.hasShapeOptions && !hasRadius && !hasBox) {
    const name = request.textUntilNul(0);
    return `ERR exactly one of BYRADIUS and BYBOX can be specified for ${name}`;
  }
  return call.isAny && call.count === 0 ? ANY_WITHOUT_COUNT : null;
}

function refuse(reply: Reply, error: string): boolean {
  reply.error(error);
  return false;
}

function refused(reply: Reply, error: string): Refused {
  reply.error(error);
  return REFUSED;
}
