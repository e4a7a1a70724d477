// One part of a path with wildcards, as glob(3) and fnmatch(3) read it: * ? [abc] [!a-z]
// [[:digit:]] and a backslash before what means itself. Texts are latin1; characters are bytes, in
// the C locale, whatever the locale of the machine: Redis leaves that of character classes alone.
//
//   *         any characters, but not a dot at the begin of a name
//   [!a] [^a] none of these; ] means itself in the first place, - in the first and the last one
//   [a        without an end, a bracket means itself

/** What stands between two brackets, and where the pattern goes on behind them. */
interface Bracket {
  readonly accepts: (character: string) => boolean;
  readonly end: number;
}

/** How names are compared: all of them are sorted by their bytes. */
const CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[0-9A-Za-z]/,
  alpha: /[A-Za-z]/,
  blank: /[\t ]/,
  cntrl: /[\0-\x1f\x7f]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[\t-\r ]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
};

/** Does a path have to be looked for, instead of being taken as it stands? */
export function isPattern(path: string): boolean {
  return /[*?[]/.test(path);
}

/** A part that can mean one name only, without its backslashes. */
export function unescaped(part: string): string {
  return part.replace(/\\(.)/gs, '$1');
}

/** Does a name match one part of a pattern? Neither contains a slash. */
export function matchesName(part: string, name: string): boolean {
  const isHiddenMeant = part.startsWith('.') || part.startsWith('\\.');
  if (name.startsWith('.') && !isHiddenMeant) return false;
  return matches(part, name);
}

/** Goes back to the last star only: an earlier one could take no more than that one can. */
function matches(pattern: string, name: string): boolean {
  let at = 0;
  let index = 0;
  let star = -1;
  let starIndex = 0;
  while (index < name.length || at < pattern.length) {
    if (pattern[at] === '*') {
      star = at++;
      starIndex = index;
      continue;
    }
    const next = index < name.length ? matchOne(pattern, at, name[index]) : -1;
    if (next >= 0) {
      at = next;
      index++;
      continue;
    }
    if (star < 0 || starIndex >= name.length) return false;
    at = star + 1;
    index = ++starIndex;
  }
  return true;
}

/** Where the pattern goes on if its next piece, which is no star, takes the character; or -1. */
function matchOne(pattern: string, at: number, character: string): number {
  switch (pattern[at]) {
    case undefined:
      return -1;
    case '?':
      return at + 1;
    case '\\':
      return pattern[at + 1] === character ? at + 2 : -1;
    case '[': {
      const bracket = readBracket(pattern, at + 1);
      if (bracket !== null) return bracket.accepts(character) ? bracket.end : -1;
      return character === '[' ? at + 1 : -1;
    }
    default:
      return pattern[at] === character ? at + 1 : -1;
  }
}

/** What stands behind a [; null if no ] ends it. */
function readBracket(pattern: string, start: number): Bracket | null {
  const isNegated = pattern[start] === '!' || pattern[start] === '^';
  const first = isNegated ? start + 1 : start;
  const tests: ((character: string) => boolean)[] = [];
  let at = first;
  while (pattern[at] !== ']' || at === first) {
    const className = /^\[:([a-z]*):\]/.exec(pattern.slice(at));
    if (className !== null) {
      const members = CLASSES[className[1]];
      // A class that does not exist makes a pattern that nothing matches.
      if (members === undefined) return { accepts: () => false, end: pattern.length };
      tests.push((character) => members.test(character));
      at += className[0].length;
      continue;
    }
    const low = readMember(pattern, at);
    if (low === null) return null;
    at = low.end;
    let high = low;
    if (pattern[at] === '-' && pattern[at + 1] !== ']') {
      const end = readMember(pattern, at + 1);
      if (end === null) return null;
      high = end;
      at = end.end;
    }
    tests.push((character) => character >= low.character && character <= high.character);
  }
  const accepts = (character: string): boolean =>
    tests.some((test) => test(character)) !== isNegated;
  return { accepts, end: at + 1 };
}

/** One character of a bracket: itself, behind a backslash, or as [.x.] or [=x=]. */
function readMember(pattern: string, at: number): { character: string; end: number } | null {
  const named = /^\[([.=])(.)\1\]/s.exec(pattern.slice(at));
  if (named !== null) return { character: named[2], end: at + named[0].length };
  const skipped = pattern[at] === '\\' ? 1 : 0;
  const character = pattern[at + skipped];
  return character === undefined ? null : { character, end: at + skipped + 1 };
}
