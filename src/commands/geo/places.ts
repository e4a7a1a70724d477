// How geo commands read places and units of distance, and how they write them.
import { formatFixed } from '../../domain/bytes/decimal.ts';
import {
  FIXED_LENGTH_MAX,
  writeCoordinate,
  writeDistance,
} from '../../domain/bytes/fixed-point.ts';
import { GeoPlace, isOnMap } from '../../domain/values/geo-cells.ts';
import type { Context } from '../../engine/command.ts';
import { oneof, token } from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, REFUSED, type Refused, type Request } from '../../engine/request.ts';
import { scoreAt } from '../sorted-set/open.ts';

/** Units of distance, and the meters that one has. */
const UNITS = [
  ['m', 1],
  ['km', 1000],
  ['ft', 0.3048],
  ['mi', 1609.34],
] as const;
const BAD_UNIT = 'ERR unsupported unit provided. please use M, KM, FT, MI';
const SHOWN_DIGITS = 6;

export const UNIT = oneof(
  'unit',
  UNITS.map(([name]) => token(name, name.toUpperCase())),
);

/** A place that is read or written, and the text of its numbers. */
export class PlaceInHand {
  readonly place = new GeoPlace();
  readonly text = new Uint8Array(FIXED_LENGTH_MAX);
}

/** Reads a longitude and the latitude behind it. False: there are none, and that is said. */
export function readPlace(
  request: Request,
  argument: number,
  place: { longitude: number; latitude: number },
  reply: Reply,
): boolean {
  const longitude = scoreAt(request, argument, reply);
  if (isRefused(longitude)) return false;
  const latitude = scoreAt(request, argument + 1, reply);
  if (isRefused(latitude)) return false;
  place.longitude = longitude;
  place.latitude = latitude;
  if (isOnMap(longitude, latitude)) return true;
  const shown = [longitude, latitude].map((value) => formatFixed(value, SHOWN_DIGITS));
  reply.error(`ERR invalid longitude,latitude pair ${shown.join()}`);
  return false;
}

/** The meters that one of the unit has which the argument names. */
export function readUnit(request: Request, argument: number, reply: Reply): number | Refused {
  for (const [name, meters] of UNITS) if (request.is(argument, name)) return meters;
  reply.error(BAD_UNIT);
  return REFUSED;
}

export function replyDistance({ scratch }: Context, distance: number, reply: Reply): void {
  const { text } = scratch.of(PlaceInHand);
  reply.bulk(text, 0, writeDistance(text, 0, distance));
}

/** Answers the place that a score says, as longitude and latitude. */
export function replyPlace({ scratch }: Context, score: number, reply: Reply): void {
  const { place, text } = scratch.of(PlaceInHand);
  place.setScore(score);
  reply.array(2);
  reply.doubleText(text, 0, writeCoordinate(text, 0, place.longitude));
  reply.doubleText(text, 0, writeCoordinate(text, 0, place.latitude));
}
