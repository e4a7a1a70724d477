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

  /** Finds the members of an open sorted set that are in the shape, the first `max` of them. */
  find(sortedSets: SortedSets, max: number): void {
    const { areas, range } = this;
    const { cells, isWanted } = areas;
    areas.cover(this.shape);
    range.excludesMax = true;
    this.count = 0;
    this.isSorted = false;
    let last = 0;
    for (let i = 0; i < AREAS && this.count < max; i++) {
      // With few bits the cells at both sides are the same one.
      if (isWanted[i] === 0 || (last > 0 && cells[i].equals(cells[last]))) continue;
      range.min = cells[i].scoreMin;
      range.max = cells[i].scoreEnd;
      sortedSets.rangeOfScores(range);
      this.findInRange(sortedSets, max);
      last = i;
    }
  }

  /** Sorts by distance, as far as the first `count` matches are concerned. */
  sort(order: number, count: number): void {
    if (order === UNSORTED) return;
    const { sorter, distances } = this;
    sorter.begin(this.count, count, null);
    const { keys, rows } = sorter;
    for (let i = 0; i < this.count; i++) {
      keys[i] = order === NEAREST_FIRST ? distances[i] : -distances[i];
      rows[i] = i;
    }
    sorter.sort();
    this.isSorted = true;
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

  private findInRange(sortedSets: SortedSets, max: number): void {
    const { shape, place } = this;
    let left = sortedSets.to - sortedSets.from;
    if (left === 0) return;
    sortedSets.seekScore(sortedSets.from);
    while (this.count < max) {
      const { score } = sortedSets;
      place.setScore(score);
      if (shape.contains(place.longitude, place.latitude)) {
        this.add(sortedSets.place, shape.distance, score);
      }
      if (--left === 0) return;
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
