// Glob patterns over bytes, as KEYS, SCAN, PSUBSCRIBE, ACLs and CONFIG GET use them:
//
//   *        any bytes, also none        ?       any one byte
//   [abc]    one of these                [^abc]  one byte that is none of these
//   [a-z]    one of a range; its ends may stand in either order
//   \x       x itself, also inside a class
//
// The corner cases are those of Redis on x86-64 and glibc: a class that is not closed ends with the
// pattern; bytes from 0x80 up are negative chars, so they come before ASCII in a range; no pattern
// but the empty one matches the empty text, not even "*". (KEYS, SCAN and others never ask about
// "*": see globIsAll.)
//
// Matching is one loop without recursion. A star first takes nothing; on a mismatch the last star
// takes one byte more. Earlier stars need no second try: what the last one could not find further
// right is not there. So the cost is at most pattern times text.

import { lowerCase } from './ascii.ts';

const STAR = 0x2a;
const QUESTION = 0x3f;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const CARET = 0x5e;
const DASH = 0x2d;
const BACKSLASH = 0x5c;

/** A pattern with more stars than this that text follows matches nothing: Redis's bound. */
const STARS_MAX = 1000;

/** Does the whole text match the pattern? */
export function globMatch(
  pattern: Uint8Array,
  patternStart: number,
  patternEnd: number,
  text: Uint8Array,
  textStart: number,
  textEnd: number,
  ignoreCase: boolean,
): boolean {
  let p = patternStart;
  let t = textStart;
  let stars = 0;
  let afterStar = -1;
  let starTextStart = 0;
  while (t < textEnd) {
    let next = -1;
    if (p < patternEnd) {
      const byte = pattern[p];
      if (byte === STAR) {
        p = skipStars(pattern, p, patternEnd);
        if (p === patternEnd) return true;
        if (++stars > STARS_MAX) return false;
        afterStar = p;
        starTextStart = t;
        continue;
      }
      if (byte === QUESTION) {
        next = p + 1;
      } else if (byte === OPEN) {
        next = matchClass(pattern, p + 1, patternEnd, text[t], ignoreCase);
      } else {
        const literal = byte === BACKSLASH && p + 1 < patternEnd ? p + 1 : p;
        if (equalBytes(pattern[literal], text[t], ignoreCase)) next = literal + 1;
      }
    }
    if (next >= 0) {
      p = next;
      t++;
    } else if (afterStar >= 0) {
      p = afterStar;
      t = ++starTextStart;
    } else {
      return false;
    }
  }
  // If the text has ended too early for the pattern, a later start will not do either.
  if (textStart < textEnd) p = skipStars(pattern, p, patternEnd);
  return p === patternEnd;
}

/** Is the pattern "*", which callers take for "everything" without asking? */
export function globIsAll(pattern: Uint8Array, start: number, end: number): boolean {
  return end - start === 1 && pattern[start] === STAR;
}

/** Does the pattern match one text alone, which is the pattern itself? */
export function globIsLiteral(pattern: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = pattern[i];
    if (byte === STAR || byte === QUESTION || byte === OPEN || byte === BACKSLASH) return false;
  }
  return true;
}

function skipStars(pattern: Uint8Array, at: number, end: number): number {
  while (at < end && pattern[at] === STAR) at++;
  return at;
}

function equalBytes(a: number, b: number, ignoreCase: boolean): boolean {
  return a === b || (ignoreCase && lowerCase(a) === lowerCase(b));
}

/**
 * Matches one byte against the class whose first byte, after its '[', is at `p`. Returns the place
 * after the class, or -1 when the byte is not in it.
 */
function matchClass(
  pattern: Uint8Array,
  p: number,
  end: number,
  byte: number,
  ignoreCase: boolean,
): number {
  const negated = p < end && pattern[p] === CARET;
  if (negated) p++;
  let found = false;
  for (; p < end && pattern[p] !== CLOSE; p++) {
    if (pattern[p] === BACKSLASH && p + 1 < end) {
      p++;
      // An escaped byte keeps its case, whatever the caller asked for.
      if (pattern[p] === byte) found = true;
    } else if (p + 2 < end && pattern[p + 1] === DASH) {
      if (inRange(pattern[p], pattern[p + 2], byte, ignoreCase)) found = true;
      p += 2;
    } else if (equalBytes(pattern[p], byte, ignoreCase)) {
      found = true;
    }
  }
  if (found === negated) return -1;
  return p < end ? p + 1 : end;
}

function inRange(from: number, to: number, byte: number, ignoreCase: boolean): boolean {
  let first = signed(from);
  let last = signed(to);
  let value = signed(byte);
  if (first > last) {
    const swapped = first;
    first = last;
    last = swapped;
  }
  if (ignoreCase) {
    // Folding comes after the ends have been put in order, and may put them out of order again.
    first = folded(first);
    last = folded(last);
    value = folded(value);
  }
  return value >= first && value <= last;
}

/** What glibc's tolower() makes of a signed char: it folds, and gives 0x80 to 0xfe as positive. */
function folded(char: number): number {
  return char < -1 ? char + 256 : lowerCase(char);
}

/** The byte as the signed char of C. */
function signed(byte: number): number {
  return (byte << 24) >> 24;
}
