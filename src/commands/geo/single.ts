// Geo commands that read single members: GEODIST, GEOHASH, GEOPOS.
import { SYNTAX_ERROR } from '../../domain/errors.ts';
import { GeoCell, GeoPlace, STEP_BITS_MAX } from '../../domain/values/geo-cells.ts';
import { GeoDistance } from '../../domain/values/geo-shape.ts';
import { type CommandEntry, type Context, READONLY } from '../../engine/command.ts';
import { ACCESS, key, multiple, optional, RO, string } from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Request } from '../../engine/request.ts';
import { readSortedSet } from '../sorted-set/open.ts';
import { PlaceInHand, readUnit, replyDistance, replyPlace, UNIT } from './places.ts';

const ALPHABET = '0123456789bcdefghjkmnpqrstuvwxyz';
const LETTER_BITS = 5;
/** Of 52 bits there are ten letters; the eleventh says nothing. */
const LETTERS = 10;
/** The map of the common geohash reaches to the poles. */
const POLE_LATITUDE = 90;
const FULL_LONGITUDE = 180;

const READ_KEY = key('key', RO | ACCESS);
const MEMBERS = optional(multiple(string('member')));

const GEODIST: CommandEntry = {
  name: 'GEODIST',
  flags: READONLY,
  args: [READ_KEY, string('member1'), string('member2'), optional(UNIT)],
  run: geodist,
};

/** Two places, and how far they are apart. */
class TwoPlaces {
  readonly distance = new GeoDistance();
  readonly from = new GeoPlace();
  readonly to = new GeoPlace();
}

function geodist(context: Context, request: Request, reply: Reply): void {
  const { sortedSets } = context;
  const { buffer, starts, ends, count } = request;
  const unitMeters = count === 5 ? readUnit(request, 4, reply) : 1;
  if (isRefused(unitMeters)) return;
  if (count > 5) return reply.error(SYNTAX_ERROR);
  const isThere = readSortedSet(context, request, 1, reply);
  if (isRefused(isThere)) return;
  if (!isThere || !sortedSets.find(buffer, starts[2], ends[2])) return reply.nil();
  const { from, to, distance } = context.scratch.of(TwoPlaces);
  from.setScore(sortedSets.score);
  if (!sortedSets.find(buffer, starts[3], ends[3])) return reply.nil();
  to.setScore(sortedSets.score);
  const meters = distance.meters(from.longitude, from.latitude, to.longitude, to.latitude);
  replyDistance(context, meters / unitMeters, reply);
}

const GEOHASH: CommandEntry = {
  name: 'GEOHASH',
  flags: READONLY,
  args: [READ_KEY, MEMBERS],
  run: geohash,
};

function geohash(context: Context, request: Request, reply: Reply): void {
  const { sortedSets } = context;
  const { buffer, starts, ends, count } = request;
  const isThere = readSortedSet(context, request, 1, reply);
  if (isRefused(isThere)) return;
  const { place } = context.scratch.of(PlaceInHand);
  const { cell } = context.scratch.of(HashInHand);
  reply.array(count - 2);
  for (let i = 2; i < count; i++) {
    if (isThere && sortedSets.find(buffer, starts[i], ends[i])) {
      place.setScore(sortedSets.score);
      cell.locate(place.longitude, place.latitude, STEP_BITS_MAX, FULL_LONGITUDE, POLE_LATITUDE);
      reply.bulkText(hashText(cell.scoreMin));
    } else reply.nil();
  }
}

/** A place on the map of the common geohash. */
class HashInHand {
  readonly cell = new GeoCell();
}

function hashText(bits: number): string {
  let text = '';
  for (let i = 1; i <= LETTERS; i++) {
    const letter = Math.floor(bits / 2 ** (2 * STEP_BITS_MAX - i * LETTER_BITS));
    text += ALPHABET[letter % ALPHABET.length];
  }
  return `${text}0`;
}

const GEOPOS: CommandEntry = {
  name: 'GEOPOS',
  flags: READONLY,
  args: [READ_KEY, MEMBERS],
  run: geopos,
};

function geopos(context: Context, request: Request, reply: Reply): void {
  const { sortedSets } = context;
  const { buffer, starts, ends, count } = request;
  const isThere = readSortedSet(context, request, 1, reply);
  if (isRefused(isThere)) return;
  reply.array(count - 2);
  for (let i = 2; i < count; i++) {
    if (isThere && sortedSets.find(buffer, starts[i], ends[i])) {
      replyPlace(context, sortedSets.score, reply);
    } else reply.nilArray();
  }
}

export const GEO_SINGLE_COMMANDS: readonly CommandEntry[] = [GEODIST, GEOHASH, GEOPOS];
