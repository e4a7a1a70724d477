// A circle or a box around a place, which GEOSEARCH looks into, and distances on a globe.
//
// All is computed in the order in which Redis computes it, so that doubles round alike. Distances
// that are only compared are computed by JavaScript's functions, which err in the last bit now and
// then; those that are shown, or stored, with more care.
import { ZERO } from '../doubles.ts';
import { GeoAngle } from './geo-angle.ts';

const EARTH_RADIUS_METERS = 6372797.560856;
const RADIANS_PER_DEGREE = Math.PI / 180;
/** More than what distances are wrong by: 1 cm. */
const TOLERANCE_METERS = 0.01;

export class GeoShape {
  isBox = false;
  /** The place in the middle. */
  longitude = ZERO;
  latitude = ZERO;
  /** Meters that one of the unit has in which the sizes are given. */
  unitMeters = 1;
  radius = ZERO;
  width = ZERO;
  height = ZERO;
  /** How far contains() has found a place to be from the middle, in meters. */
  distance = ZERO;

  /** Half its height, in meters. */
  private get halfHeight(): number {
    return this.unitMeters * (this.isBox ? this.height / 2 : this.radius);
  }

  private get halfWidth(): number {
    return this.unitMeters * (this.isBox ? this.width / 2 : this.radius);
  }

  /** How far it reaches from the middle, in meters: a box to its corners. */
  get reach(): number {
    if (!this.isBox) return this.radius * this.unitMeters;
    const width = this.width / 2;
    const height = this.height / 2;
    return Math.sqrt(width * width + height * height) * this.unitMeters;
  }

  /** Degrees from the middle to its north and its south. */
  get latitudeReach(): number {
    return this.halfHeight / EARTH_RADIUS_METERS / RADIANS_PER_DEGREE;
  }

  /** Degrees from the middle to its east and its west, where it is widest. */
  get longitudeReach(): number {
    const degrees = this.latitudeReach;
    const latitude = this.latitude + (this.latitude < 0 ? -degrees : degrees);
    const radians = this.halfWidth / EARTH_RADIUS_METERS / Math.cos(latitude * RADIANS_PER_DEGREE);
    return radians / RADIANS_PER_DEGREE;
  }

  /** Is the place in it? Then `distance` says how far it is from the middle. */
  contains(longitude: number, latitude: number): boolean {
    return this.isBox
      ? this.boxContains(longitude, latitude)
      : this.circleContains(longitude, latitude);
  }

  private circleContains(longitude: number, latitude: number): boolean {
    const radius = this.radius * this.unitMeters;
    // Most of what is not in it is too far north or south, which is soon found out.
    if (latitudeDistance(this.latitude, latitude) > radius + TOLERANCE_METERS) return false;
    this.distance = geoDistance(this.longitude, this.latitude, longitude, latitude);
    // Antipodes may be no number apart: they are in it then.
    return !(this.distance > radius);
  }

  private boxContains(longitude: number, latitude: number): boolean {
    const height = this.height * this.unitMeters;
    const width = this.width * this.unitMeters;
    if (latitudeDistance(latitude, this.latitude) > height / 2) return false;
    if (geoDistance(longitude, latitude, this.longitude, latitude) > width / 2) return false;
    this.distance = geoDistance(this.longitude, this.latitude, longitude, latitude);
    return true;
  }
}

/** The same as geoDistance(), with care. */
export class GeoDistance {
  private readonly angle = new GeoAngle();

  meters(
    longitude: number,
    latitude: number,
    otherLongitude: number,
    otherLatitude: number,
  ): number {
    const { angle } = this;
    const from = longitude * RADIANS_PER_DEGREE;
    angle.set((otherLongitude * RADIANS_PER_DEGREE - from) / 2);
    const east = angle.sine;
    if (east === 0) return latitudeDistance(latitude, otherLatitude);
    const low = latitude * RADIANS_PER_DEGREE;
    const high = otherLatitude * RADIANS_PER_DEGREE;
    angle.set((high - low) / 2);
    const north = angle.sine;
    angle.set(low);
    const lowCosine = angle.cosine;
    angle.set(high);
    const share = north * north + lowCosine * angle.cosine * east * east;
    return 2 * EARTH_RADIUS_METERS * angle.arcSine(Math.sqrt(share));
  }
}

/** The distance of two places in meters, along a great circle. */
function geoDistance(
  longitude: number,
  latitude: number,
  otherLongitude: number,
  otherLatitude: number,
): number {
  const from = longitude * RADIANS_PER_DEGREE;
  const to = otherLongitude * RADIANS_PER_DEGREE;
  const east = Math.sin((to - from) / 2);
  if (east === 0) return latitudeDistance(latitude, otherLatitude);
  const low = latitude * RADIANS_PER_DEGREE;
  const high = otherLatitude * RADIANS_PER_DEGREE;
  const north = Math.sin((high - low) / 2);
  const share = north * north + Math.cos(low) * Math.cos(high) * east * east;
  return 2 * EARTH_RADIUS_METERS * Math.asin(Math.sqrt(share));
}

function latitudeDistance(latitude: number, other: number): number {
  const radians = other * RADIANS_PER_DEGREE - latitude * RADIANS_PER_DEGREE;
  return EARTH_RADIUS_METERS * Math.abs(radians);
}
