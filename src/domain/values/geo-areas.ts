// The cells in which members of a shape can be: the one of its middle and the eight around it, with
// as many bits as let them still cover the shape, less those that it does not reach.
import { GeoCell, STEP_BITS_MAX } from './geo-cells.ts';
import type { GeoShape } from './geo-shape.ts';

/** Half the width of the map, about, in meters. */
const MAP_REACH_METERS = 20037726.37;
/** Degrees of latitude from which on cells are too narrow for the rule, and much too narrow. */
const NARROW_LATITUDE = 66;
const NARROWER_LATITUDE = 80;

/** Where cells lie beside the middle one, in the order in which they are searched: Redis's. */
const COLUMNS = [0, 0, 0, 1, -1, 1, -1, 1, -1] as const;
const ROWS = [0, 1, -1, 0, 0, 1, 1, -1, -1] as const;
const NORTH = 1;
const SOUTH = 2;
const EAST = 3;
const WEST = 4;
export const AREAS = 9;

export class GeoAreas {
  readonly cells = Array.from({ length: AREAS }, () => new GeoCell());
  /** Is the cell, by its index, to be searched? */
  readonly isWanted = new Uint8Array(AREAS);

  /** Finds the cells for a shape. */
  cover(shape: GeoShape): void {
    const { longitude, latitude, latitudeReach, longitudeReach } = shape;
    const west = longitude - longitudeReach;
    const east = longitude + longitudeReach;
    const south = latitude - latitudeReach;
    const north = latitude + latitudeReach;
    let bits = bitsFor(shape.reach, latitude);
    this.place(longitude, latitude, bits);
    const { cells } = this;
    const isTooSmall =
      cells[NORTH].north < north ||
      cells[SOUTH].south > south ||
      cells[EAST].east < east ||
      cells[WEST].west > west;
    if (bits > 1 && isTooSmall) this.place(longitude, latitude, --bits);
    this.isWanted.fill(1);
    if (bits < 2) return;
    const [middle] = cells;
    for (let i = 1; i < AREAS; i++) {
      if (middle.south < south && ROWS[i] < 0) this.isWanted[i] = 0;
      if (middle.north > north && ROWS[i] > 0) this.isWanted[i] = 0;
      if (middle.west < west && COLUMNS[i] < 0) this.isWanted[i] = 0;
      if (middle.east > east && COLUMNS[i] > 0) this.isWanted[i] = 0;
    }
  }

  private place(longitude: number, latitude: number, bits: number): void {
    const [middle] = this.cells;
    middle.locate(longitude, latitude, bits);
    for (let i = 1; i < AREAS; i++) this.cells[i].setNeighbour(middle, COLUMNS[i], ROWS[i]);
  }
}

/** Bits for cells that are as wide as the shape reaches, in most places. */
function bitsFor(reachMeters: number, latitude: number): number {
  if (reachMeters === 0) return STEP_BITS_MAX;
  let bits = -1;
  for (let reach = reachMeters; reach < MAP_REACH_METERS; reach *= 2) bits++;
  if (Math.abs(latitude) > NARROW_LATITUDE) bits--;
  if (Math.abs(latitude) > NARROWER_LATITUDE) bits--;
  return Math.max(1, Math.min(STEP_BITS_MAX, bits));
}
