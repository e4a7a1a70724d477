// What ranges of a sorted set are asked for by: scores from a least to a greatest, or members.

import { ZERO } from '../doubles.ts';

export class ScoreRange {
  min = ZERO;
  max = ZERO;
  excludesMin = false;
  excludesMax = false;

  /** Can nothing be in it? */
  get isEmpty(): boolean {
    const { min, max } = this;
    return min > max || (min === max && (this.excludesMin || this.excludesMax));
  }
}

/** A bound that sorts before all members, one that is bytes, and one behind all members. */
export const LEAST_MEMBER = -1;
export const SOME_MEMBER = 0;
export const GREATEST_MEMBER = 1;

/** The bytes of both bounds lie in one buffer. */
export class MemberRange {
  buffer: Uint8Array = new Uint8Array(0);
  min = LEAST_MEMBER;
  minStart = 0;
  minEnd = 0;
  excludesMin = false;
  max = GREATEST_MEMBER;
  maxStart = 0;
  maxEnd = 0;
  excludesMax = false;
}
