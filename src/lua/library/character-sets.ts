// Sets of bytes, for patterns: 256 entries that are 1 for the bytes of the set. Sets are shared and
// do not change once they are made.

export type CharacterSet = Uint8Array;

const SET_SIZE = 256;
const LETTER_CASE_BIT = 0x20;

export const ALL: CharacterSet = new Uint8Array(SET_SIZE).fill(1);
export const NONE: CharacterSet = new Uint8Array(SET_SIZE);

/** The classes that patterns name by a letter, in C's locale. */
const CLASSES: Record<string, (code: number) => boolean> = {
  a: isLetter,
  c: (code) => code < 32 || code === 127,
  d: isDigit,
  l: isLower,
  p: (code) => code > 32 && code < 127 && !isLetter(code) && !isDigit(code),
  s: (code) => code === 32 || (code >= 9 && code <= 13),
  u: isUpper,
  w: (code) => isLetter(code) || isDigit(code),
  x: (code) => isDigit(code) || ((code | LETTER_CASE_BIT) >= 97 && (code | LETTER_CASE_BIT) <= 102),
  z: (code) => code === 0,
};

/** Sets of what may follow a `%`, made when first used. */
const escaped: CharacterSet[] = [];
/** Sets of one byte, made when first used. */
const single: CharacterSet[] = [];

/** The set that `%` and this character mean: a class, or the character. */
export function escapedSet(code: number): CharacterSet {
  escaped[code] ??= makeEscaped(code);
  return escaped[code];
}

export function singleSet(code: number): CharacterSet {
  single[code] ??= setOf((other) => other === code);
  return single[code];
}

/** The set that `[...]` means, whose text is from `start`, after the bracket, to `end`. */
export function bracketSet(pattern: string, start: number, end: number): CharacterSet {
  const isComplement = pattern[start] === '^';
  const set = new Uint8Array(SET_SIZE);
  for (let i = isComplement ? start + 1 : start; i < end; i++) {
    const code = pattern.charCodeAt(i);
    if (pattern[i] === '%') {
      i++;
      include(set, escapedSet(pattern.charCodeAt(i)));
    } else if (pattern[i + 1] === '-' && i + 2 < end) {
      i += 2;
      const last = pattern.charCodeAt(i);
      if (last >= code) set.fill(1, code, last + 1);
    } else {
      set[code] = 1;
    }
  }
  return isComplement ? complement(set) : set;
}

export function union(one: CharacterSet, other: CharacterSet): CharacterSet {
  if (one === other || other === NONE || one === ALL) return one;
  if (one === NONE || other === ALL) return other;
  const set = one.slice();
  include(set, other);
  return set;
}

export function intersection(one: CharacterSet, other: CharacterSet): CharacterSet {
  if (one === other || other === ALL || one === NONE) return one;
  if (one === ALL || other === NONE) return other;
  return one.map((has, code) => has & other[code]);
}

export function areDisjoint(one: CharacterSet, other: CharacterSet): boolean {
  if (one === NONE || other === NONE) return true;
  for (let code = 0; code < SET_SIZE; code++) if ((one[code] & other[code]) === 1) return false;
  return true;
}

function makeEscaped(code: number): CharacterSet {
  const isInClass = CLASSES[String.fromCharCode(code | LETTER_CASE_BIT)];
  if (!isLetter(code) || isInClass === undefined) return singleSet(code);
  const set = setOf(isInClass);
  return isUpper(code) ? complement(set) : set;
}

function setOf(has: (code: number) => boolean): CharacterSet {
  return Uint8Array.from({ length: SET_SIZE }, (_, code) => (has(code) ? 1 : 0));
}

function complement(set: CharacterSet): CharacterSet {
  return set.map((has) => 1 - has);
}

function include(set: CharacterSet, other: CharacterSet): void {
  for (let code = 0; code < SET_SIZE; code++) set[code] |= other[code];
}

function isLetter(code: number): boolean {
  return isLower(code | LETTER_CASE_BIT);
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isLower(code: number): boolean {
  return code >= 97 && code <= 122;
}

function isUpper(code: number): boolean {
  return code >= 65 && code <= 90;
}
