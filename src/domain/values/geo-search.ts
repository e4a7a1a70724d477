// What GEOSEARCH finds: the members of a sorted set in a shape, cell by cell, with their scores and
// distances. Members are places of the view (SortedSets.place): they stand until the set changes.
import { KeySorter } from '../structures/key-sorter.ts';
import { AREAS, GeoAreas } from './geo-areas.ts';
import { GeoPlace } from './geo-cells.ts';
import { GeoDistance, GeoShape } from './geo-shape.ts';
import { ScoreRange } from './sorted-set-ranges.ts';
import type { SortedSets } from './sorted-sets.ts';

export const UNSORTED = 0;
export const NEAREST_FIRST = 1;
export const FARTHEST_FIRST = 2;

/** Distances are shown with four digits; so near to half a digit the last bit counts. */
const SHOWN_SCALE = 1e4;
const ROUNDING_DOUBT = 0.01;
/** Room for so many matches is kept for the next search. */
const KEPT_MATCHES = 1024;

export class GeoSearch {
  readonly shape = new GeoShape();
  /** By match: where it is in the sorted set, and how many meters from the middle. */
  places = new Int32Array(KEPT_MATCHES);
  distances = new Float64Array(KEPT_MATCHES);
  scores = new Float64Array(KEPT_MATCHES);
  count = 0;
  private readonly areas = new GeoAreas();
  private readonly range = new ScoreRange();
  private readonly place = new GeoPlace();
  private readonly distance = new GeoDistance();
  private readonly sorter = new KeySorter();
  private isSorted = false;
  /** The ranks of the members that may be in the shape, area by area, in two words each. */
  private readonly ranks = new Int32Array(2 * AREAS);
  private areaCount = 0;
  private area = 0;
  /** The next rank of that area. */
  private rank = 0;
  private order = UNSORTED;
  private sortedCount = 0;
  private keyCount = 0;

  /** Begins with the shape as it is. Nothing may change in the open sorted set from here on. */
  begin(sortedSets: SortedSets): void {
    const { areas, range, ranks } = this;
    const { cells, isWanted } = areas;
    areas.cover(this.shape);
    range.excludesMax = true;
    this.count = 0;
    this.isSorted = false;
    this.areaCount = 0;
    this.area = 0;
    let last = 0;
    for (let i = 0; i < AREAS; i++) {
      // With few bits the cells at both sides are the same one.
      if (isWanted[i] === 0 || (last > 0 && cells[i].equals(cells[last]))) continue;
      range.min = cells[i].scoreMin;
      range.max = cells[i].scoreEnd;
      sortedSets.rangeOfScores(range);
      last = i;
      if (sortedSets.from >= sortedSets.to) continue;
      ranks[2 * this.areaCount] = sortedSets.from;
      ranks[2 * this.areaCount + 1] = sortedSets.to;
      this.areaCount++;
    }
    this.rank = ranks[0];
  }

  /** Makes room for all that may be found, so that nothing is moved later. */
  reserve(max: number): void {
    let candidates = 0;
    for (let i = 0; i < this.areaCount; i++) {
      candidates += this.ranks[2 * i + 1] - this.ranks[2 * i];
    }
    const size = Math.min(candidates, max);
    if (size > this.places.length) this.resize(size);
  }

  /**
   * Looks at so many more members, for those that are in the shape, until there are `max`. Is there
   * nothing more to find?
   */
  find(sortedSets: SortedSets, max: number, membersMax: number): boolean {
    let left = membersMax;
    while (this.area < this.areaCount && this.count < max) {
      if (left <= 0) return false;
      const end = Math.min(this.ranks[2 * this.area + 1], this.rank + left);
      left -= end - this.rank;
      this.findInRange(sortedSets, end, max);
      this.rank = end;
      if (end < this.ranks[2 * this.area + 1]) continue;
      this.area++;
      this.rank = this.ranks[2 * this.area];
    }
    return true;
  }

  /** Begins to sort by distance, as far as the first `count` matches are concerned. */
  beginSort(order: number, count: number): void {
    this.order = order;
    this.sortedCount = count;
    this.keyCount = 0;
  }

  /** Goes on sorting, by about so many rows. Are they in order? */
  sort(rowsMax: number): boolean {
    const { sorter, distances, order, count } = this;
    if (order === UNSORTED) return true;
    if (this.keyCount === 0) sorter.begin(count, this.sortedCount, null);
    if (this.keyCount === count) {
      this.isSorted = sorter.step(rowsMax);
      return this.isSorted;
    }
    const { keys, rows } = sorter;
    const end = Math.min(count, this.keyCount + rowsMax);
    for (let i = this.keyCount; i < end; i++) {
      keys[i] = order === NEAREST_FIRST ? distances[i] : -distances[i];
      rows[i] = i;
    }
    this.keyCount = end;
    return false;
  }

  /** Bytes of what was made for many matches. */
  get size(): number {
    const { places, distances, scores, sorter } = this;
    return places.byteLength + distances.byteLength + scores.byteLength + sorter.size;
  }

  /** The match that is at this place in the order. */
  at(index: number): number {
    return this.isSorted ? this.sorter.rows[index] : index;
  }

  /** How far a match is from the middle, in the shape's unit, to the last digit. */
  exactDistance(match: number): number {
    const { shape, place, distance } = this;
    place.setScore(this.scores[match]);
    const { longitude, latitude } = shape;
    const meters = distance.meters(longitude, latitude, place.longitude, place.latitude);
    return meters / shape.unitMeters;
  }

  /** The same, good enough to be shown with four digits. */
  shownDistance(match: number): number {
    const shown = this.distances[match] / this.shape.unitMeters;
    const scaled = shown * SHOWN_SCALE;
    const fromHalf = Math.abs(scaled - Math.floor(scaled) - 0.5);
    return fromHalf > ROUNDING_DOUBT ? shown : this.exactDistance(match);
  }

  /** What was made for many matches is not kept. */
  letGo(): void {
    this.sorter.letGo();
    if (this.places.length > KEPT_MATCHES) this.resize(KEPT_MATCHES);
  }

  /** Looks at the members from `rank` on, up to `end`. */
  private findInRange(sortedSets: SortedSets, end: number, max: number): void {
    const { shape, place } = this;
    sortedSets.seekScore(this.rank);
    for (let rank = this.rank; this.count < max; ) {
      const { score } = sortedSets;
      place.setScore(score);
      if (shape.contains(place.longitude, place.latitude)) {
        this.add(sortedSets.place, shape.distance, score);
      }
      if (++rank === end) return;
      sortedSets.nextScore();
    }
  }

  private add(place: number, distance: number, score: number): void {
    const at = this.count++;
    if (at === this.places.length) this.resize(2 * at);
    this.places[at] = place;
    this.distances[at] = distance;
    this.scores[at] = score;
  }

  private resize(size: number): void {
    const { places, distances, scores, count } = this;
    const kept = Math.min(size, count);
    this.places = new Int32Array(size);
    this.distances = new Float64Array(size);
    this.scores = new Float64Array(size);
    this.places.set(places.subarray(0, kept));
    this.distances.set(distances.subarray(0, kept));
    this.scores.set(scores.subarray(0, kept));
  }
}
