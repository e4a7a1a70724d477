// Places on earth as scores of a sorted set: longitude and latitude are each divided into 2^26
// steps, and the bits of the two numbers alternate, that of the longitude first. So places that are
// near each other mostly have scores that are, and a *cell*, all places whose first bits are equal,
// is a range of scores.
//
// Scores are integers of 52 bits, held as two halves. Only the greatest longitude and the greatest
// latitude, which end the last step, have a 53rd and a 54th bit, as in Redis.

export const LONGITUDE_MAX = 180;
export const LATITUDE_MAX = 85.05112878;
/** Steps in bits. */
export const STEP_BITS_MAX = 26;

const STEPS = 2 ** STEP_BITS_MAX;
const LONGITUDE_SPAN = 2 * LONGITUDE_MAX;
const LATITUDE_SPAN = 2 * LATITUDE_MAX;
const TWO_32 = 2 ** 32;
const TWO_63 = 2 ** 63;
const INT64_MIN_BITS = 1n << 63n;

/** The longitude's and the latitude's bits of a cell, of which each has `bits`. */
export class GeoCell {
  column = 0;
  row = 0;
  bits = STEP_BITS_MAX;

  /** The cell in which a place is; the bounds of the whole map may be others. */
  locate(
    longitude: number,
    latitude: number,
    bits: number,
    longitudeMax = LONGITUDE_MAX,
    latitudeMax = LATITUDE_MAX,
  ): void {
    const steps = 2 ** bits;
    this.bits = bits;
    this.column = Math.floor(((longitude + longitudeMax) / (2 * longitudeMax)) * steps);
    this.row = Math.floor(((latitude + latitudeMax) / (2 * latitudeMax)) * steps);
  }

  /** A cell beside another one: one may leave the map, and comes in again at its other side. */
  setNeighbour(cell: GeoCell, columns: number, rows: number): void {
    const mask = 2 ** cell.bits - 1;
    this.bits = cell.bits;
    this.column = columns === 0 ? cell.column : (cell.column + columns) & mask;
    this.row = rows === 0 ? cell.row : (cell.row + rows) & mask;
  }

  equals({ column, row, bits }: GeoCell): boolean {
    return this.column === column && this.row === row && this.bits === bits;
  }

  /** The first score in the cell. */
  get scoreMin(): number {
    return this.scoreBehind(0);
  }

  /** The first score behind the cell. */
  get scoreEnd(): number {
    return this.scoreBehind(1);
  }

  get west(): number {
    return longitudeOf(this.column, 2 ** this.bits);
  }

  get east(): number {
    return longitudeOf(this.column + 1, 2 ** this.bits);
  }

  get south(): number {
    return latitudeOf(this.row, 2 ** this.bits);
  }

  get north(): number {
    return latitudeOf(this.row + 1, 2 ** this.bits);
  }

  private scoreBehind(cells: number): number {
    const high = interleave(this.column >>> 16, this.row >>> 16);
    const low = interleave(this.column & 0xffff, this.row & 0xffff);
    // Rounded once at most, where there are more than 53 bits.
    return (high * TWO_32 + (low + cells)) * 4 ** (STEP_BITS_MAX - this.bits);
  }
}

/** What a score says: the middle of a cell with the most bits. */
export class GeoPlace {
  longitude = 0.5;
  latitude = 0.5;

  setScore(score: number): void {
    const whole = Math.trunc(score);
    if (whole >= 0 && whole <= Number.MAX_SAFE_INTEGER) {
      this.setBits(Math.floor(whole / TWO_32), whole >>> 0);
    } else {
      this.setBits(...wordsOf(score));
    }
  }

  private setBits(high: number, low: number): void {
    const row = (even(high) * 0x10000 + even(low)) >>> 0;
    const column = (even(high >>> 1) * 0x10000 + even(low >>> 1)) >>> 0;
    const west = longitudeOf(column, STEPS);
    const south = latitudeOf(row, STEPS);
    const longitude = (west + longitudeOf((column + 1) >>> 0, STEPS)) / 2;
    const latitude = (south + latitudeOf((row + 1) >>> 0, STEPS)) / 2;
    this.longitude = Math.max(-LONGITUDE_MAX, Math.min(LONGITUDE_MAX, longitude));
    this.latitude = Math.max(-LATITUDE_MAX, Math.min(LATITUDE_MAX, latitude));
  }
}

/** Can a place with these coordinates be in a cell? */
export function isOnMap(longitude: number, latitude: number): boolean {
  return Math.abs(longitude) <= LONGITUDE_MAX && Math.abs(latitude) <= LATITUDE_MAX;
}

function longitudeOf(column: number, steps: number): number {
  return -LONGITUDE_MAX + (column / steps) * LONGITUDE_SPAN;
}

function latitudeOf(row: number, steps: number): number {
  return -LATITUDE_MAX + (row / steps) * LATITUDE_SPAN;
}

/** 32 bits, of two times 16, in turn. */
function interleave(column: number, row: number): number {
  return ((spread(column) << 1) | spread(row)) >>> 0;
}

/** Puts a zero before each of 16 bits. */
function spread(bits: number): number {
  let word = (bits | (bits << 8)) & 0x00ff00ff;
  word = (word | (word << 4)) & 0x0f0f0f0f;
  word = (word | (word << 2)) & 0x33333333;
  return (word | (word << 1)) & 0x55555555;
}

/** Every second bit, the last one included: 16 of 32. */
function even(bits: number): number {
  let word = bits & 0x55555555;
  word = (word | (word >>> 1)) & 0x33333333;
  word = (word | (word >>> 2)) & 0x0f0f0f0f;
  word = (word | (word >>> 4)) & 0x00ff00ff;
  return (word | (word >>> 8)) & 0xffff;
}

/**
 * The two words of the 64 bits that a score becomes in Redis which no GEOADD has given: a
 * processor's conversion of any double to an unsigned integer.
 */
function wordsOf(score: number): [high: number, low: number] {
  let bits = INT64_MIN_BITS;
  if (score >= TWO_63) {
    const rest = score - TWO_63;
    bits = rest < TWO_63 ? BigInt(Math.trunc(rest)) ^ INT64_MIN_BITS : 0n;
  } else if (score >= -TWO_63) {
    bits = BigInt.asUintN(64, BigInt(Math.trunc(score)));
  }
  return [Number(bits >> 32n), Number(bits & 0xffffffffn)];
}
