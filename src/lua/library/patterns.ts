// Patterns of Lua 5.1, compiled to a chain of steps.
//
// A pattern has no alternatives and repeats only single characters. So it is one line of steps,
// each of which is passed once at most on the way to a match, and all that depends on the steps
// before is known here: which captures are open, and the errors that Lua gives when it comes to
// them.
//
// Step's `set` is what it takes; `follow` and `mayEnd` say which characters, or the subject's end,
// the steps after it can go on with. A repetition tries only such places.
import { CAPTURES_MAX, PATTERN_ITEMS_MAX } from '../limits.ts';
import {
  ALL,
  areDisjoint,
  bracketSet,
  type CharacterSet,
  escapedSet,
  intersection,
  NONE,
  singleSet,
  union,
} from './character-sets.ts';

// Kinds of steps, the most frequent first. The matcher's switch has them as numbers.
/** One character of `set`. */
const ONE = 0;
/** As many of `set` as there are, then fewer: `*`, and after ONE, `+`. */
export const MOST = 1;
/** Like MOST, where fewer cannot help. */
const MOST_ONLY = 2;
/** As few of `set` as possible: `-`. */
export const FEWEST = 3;
/** One of `set`, then none: `?`. */
const OPTIONAL = 4;
/** The capture `argument` starts. */
const START = 5;
/** The capture `argument` ends. */
const END = 6;
export const MATCHED = 7;
/** The subject must be at its end. */
const AT_END = 8;
/** What capture `argument` has. */
export const AGAIN = 9;
/** Text from the character `argument` to `other` that is balanced: `%bxy`. */
export const BALANCED = 10;
/** Between a character that is not of `set` and one that is: `%f[set]`. */
export const FRONTIER = 11;
/** Lua's error `message`. */
export const FAILURE = 12;
/** Nothing matches. */
const NEVER = 13;

/** Without any of these, find() looks for a text as it is. */
const SPECIAL = /[\^$*+?.([%-]/;
/** All that can begin anything else than a character for itself. */
const NOT_PLAIN = /[\^$*+?.()[%-]/;
const REPETITION = /[*+?-]/;
const PERCENT = 37;
const BRACKET = 91;

export class Step {
  readonly kind: number;
  readonly set: CharacterSet;
  follow: CharacterSet = ALL;
  mayEnd = true;
  readonly argument: number;
  readonly other: number;
  readonly message: string;
  /** The last step is its own successor. */
  next: Step = this;
  index = 0;

  constructor(kind: number, set: CharacterSet, argument = 0, other = 0, message = '') {
    this.kind = kind;
    this.set = set;
    this.argument = argument;
    this.other = other;
    this.message = message;
  }
}

/** What a capture is when the pattern has matched. */
export const CAPTURE_TEXT = 0;
export const CAPTURE_POSITION = 1;
const CAPTURE_OPEN = 2;

/** A pattern that is one repeated set, with a capture around it or without. */
export interface Run {
  readonly set: CharacterSet;
  /** Must there be one? */
  readonly needsOne: boolean;
  /** Are there more, or just that one? */
  readonly hasMore: boolean;
}

export interface Pattern {
  /** Does find() look for the pattern's text as it is? */
  readonly isPlain: boolean;
  /** What the whole pattern is, if it is that simple. */
  readonly run: Run | null;
  /** Or, if it is one character, that as a run. */
  readonly letter: Run | null;
  /** Literal text that a match begins with. */
  readonly prefix: string;
  /** What follows, by the steps' indices. */
  readonly steps: readonly Step[];
  /** Characters that the steps can begin with; and can they begin at the subject's end? */
  readonly first: CharacterSet;
  readonly mayBeEmpty: boolean;
  readonly isAnchored: boolean;
  /** CAPTURE_... of each capture. */
  readonly captures: readonly number[];
  /** How many repetitions can be tried again at a time. */
  readonly choicesMax: number;
}

/** For Lua's C the text ends before its first zero byte. */
function isPlain(text: string): boolean {
  const special = text.search(SPECIAL);
  if (special < 0) return true;
  const end = text.indexOf('\0');
  return end >= 0 && end < special;
}

/** Reads a pattern. Only find(), match() and gsub() know the anchor `^`. */
export function compilePattern(text: string, knowsAnchor: boolean): Pattern {
  const end = text.indexOf('\0');
  const isAnchored = knowsAnchor && text[0] === '^';
  const reader = new Reader(end < 0 ? text : text.slice(0, end), isAnchored ? 1 : 0);
  const captures = reader.read();
  const { steps, prefix } = reader;
  const { set, mayEnd, choicesMax } = link(steps);
  return {
    isPlain: isPlain(text),
    run: prefix === '' ? runOf(steps, captures) : null,
    letter: steps[0].kind === MATCHED ? letterOf(prefix) : null,
    prefix,
    steps,
    first: set,
    mayBeEmpty: mayEnd,
    isAnchored,
    captures,
    choicesMax,
  };
}

function letterOf(prefix: string): Run | null {
  if (prefix.length !== 1) return null;
  return { set: singleSet(prefix.charCodeAt(0)), needsOne: true, hasMore: false };
}

function runOf(steps: readonly Step[], captures: readonly number[]): Run | null {
  let start = 0;
  let end = steps.length - 1;
  if (captures.length > 1) return null;
  if (captures.length === 1) {
    if (steps[0].kind !== START || steps[end - 1].kind !== END) return null;
    start++;
    end--;
  }
  if (steps[steps.length - 1].kind !== MATCHED || start === end) return null;
  const needsOne = steps[start].kind === ONE;
  const { set } = steps[start];
  if (needsOne) start++;
  const hasMore = steps[start].kind === MOST_ONLY && steps[start].set === set;
  if (hasMore) start++;
  return start === end && (needsOne || hasMore) ? { set, needsOne, hasMore } : null;
}

/** Ties steps together, from the last to the first. */
function link(steps: Step[]): { set: CharacterSet; mayEnd: boolean; choicesMax: number } {
  let set = ALL;
  let mayEnd = true;
  let choicesMax = 0;
  let isCertain = false;
  for (let i = steps.length - 1; i >= 0; i--) {
    let step = steps[i];
    if (step.kind === MOST && (isCertain || areDisjoint(step.set, set))) {
      step = new Step(MOST_ONLY, step.set);
      steps[i] = step;
    }
    step.index = i;
    step.follow = set;
    step.mayEnd = mayEnd;
    if (i + 1 < steps.length) step.next = steps[i + 1];
    switch (step.kind) {
      case MOST:
      case FEWEST:
      case OPTIONAL:
        choicesMax++;
        set = union(step.set, set);
        break;
      case MOST_ONLY:
        set = union(step.set, set);
        break;
      case FRONTIER:
        set = intersection(step.set, set);
        mayEnd &&= step.set[0] === 1;
        break;
      case ONE:
      case BALANCED:
      case NEVER:
      case AT_END:
        set = step.set;
        mayEnd = step.kind === AT_END;
        break;
      case MATCHED:
      case AGAIN:
      case FAILURE:
        set = ALL;
        mayEnd = true;
        break;
    }
    isCertain = step.kind === MATCHED || (isCertain && canMatchNothing(step.kind));
  }
  return { set, mayEnd, choicesMax };
}

function canMatchNothing(kind: number): boolean {
  return kind >= MOST && kind <= END;
}

class Reader {
  readonly steps: Step[] = [];
  /** The characters before the first step. */
  prefix = '';
  private readonly text: string;
  private offset: number;
  private readonly captures: number[] = [];

  constructor(text: string, offset: number) {
    this.text = text;
    this.offset = offset;
  }

  /** Returns what the captures are. */
  read(): number[] {
    this.readPrefix();
    for (let items = 0; this.offset < this.text.length; items++) {
      if (items > PATTERN_ITEMS_MAX) this.fail('pattern too complex');
      else if (this.readItem()) continue;
      return this.captures;
    }
    this.steps.push(new Step(MATCHED, NONE));
    return this.captures;
  }

  /** Takes the plain characters at the start, but one that is repeated. */
  private readPrefix(): void {
    const { text, offset } = this;
    const size = text.slice(offset).search(NOT_PLAIN);
    let end = size < 0 ? text.length : offset + size;
    if (end > offset && REPETITION.test(text[end] ?? '')) end--;
    this.prefix = text.slice(offset, end);
    this.offset = end;
  }

  /** Reads what is next; false after an error. */
  private readItem(): boolean {
    const { text, offset, steps } = this;
    switch (text[offset]) {
      case '(':
        return this.readCapture();
      case ')':
        return this.endCapture();
      case '%': {
        const next = text[offset + 1] ?? '';
        if (next === 'b') return this.readBalanced();
        if (next === 'f') return this.readFrontier();
        if (next >= '0' && next <= '9') return this.readAgain(Number(next) - 1);
        return this.readSingle();
      }
      case '$':
        if (offset + 1 < text.length) return this.readSingle();
        steps.push(new Step(AT_END, NONE));
        this.offset++;
        return true;
      default:
        return this.readSingle();
    }
  }

  private readCapture(): boolean {
    const { captures } = this;
    if (captures.length >= CAPTURES_MAX) return this.fail('too many captures');
    const isPosition = this.text[this.offset + 1] === ')';
    this.steps.push(new Step(START, NONE, captures.length));
    captures.push(isPosition ? CAPTURE_POSITION : CAPTURE_OPEN);
    this.offset += isPosition ? 2 : 1;
    return true;
  }

  private endCapture(): boolean {
    const capture = this.captures.lastIndexOf(CAPTURE_OPEN);
    if (capture < 0) return this.fail('invalid pattern capture');
    this.steps.push(new Step(END, NONE, capture));
    this.captures[capture] = CAPTURE_TEXT;
    this.offset++;
    return true;
  }

  private readAgain(capture: number): boolean {
    const kind = this.captures[capture];
    if (kind === undefined || kind === CAPTURE_OPEN) return this.fail('invalid capture index');
    // Lua takes a position for a text that is longer than any subject.
    this.steps.push(new Step(kind === CAPTURE_POSITION ? NEVER : AGAIN, NONE, capture));
    this.offset += 2;
    return true;
  }

  private readBalanced(): boolean {
    const { text, offset } = this;
    if (offset + 3 >= text.length) return this.fail('unbalanced pattern');
    const first = text.charCodeAt(offset + 2);
    this.steps.push(new Step(BALANCED, singleSet(first), first, text.charCodeAt(offset + 3)));
    this.offset += 4;
    return true;
  }

  private readFrontier(): boolean {
    this.offset += 2;
    if (this.text[this.offset] !== '[') return this.fail("missing '[' after '%f' in pattern");
    const set = this.readSet();
    if (set === null) return false;
    this.steps.push(new Step(FRONTIER, set));
    return true;
  }

  /** A single character or set, and how often it comes. */
  private readSingle(): boolean {
    const { text, steps } = this;
    const set = this.readSet();
    if (set === null) return false;
    switch (text[this.offset]) {
      case '?':
        steps.push(new Step(OPTIONAL, set));
        break;
      case '*':
        steps.push(new Step(MOST, set));
        break;
      case '+':
        steps.push(new Step(ONE, set), new Step(MOST, set));
        break;
      case '-':
        steps.push(new Step(FEWEST, set));
        break;
      default: {
        const last = text[this.offset - 1];
        const isLiteral = set === singleSet(last.charCodeAt(0));
        if (isLiteral && steps.length === 0) this.prefix += last;
        else steps.push(new Step(ONE, set));
        return true;
      }
    }
    this.offset++;
    return true;
  }

  /** Reads a character, a class or a set in brackets; null after an error. */
  private readSet(): CharacterSet | null {
    const { text, offset } = this;
    const code = text.charCodeAt(offset);
    if (code === BRACKET) return this.readBracket();
    if (code !== PERCENT) {
      this.offset++;
      return text[offset] === '.' ? ALL : singleSet(code);
    }
    if (offset + 1 >= text.length) {
      this.fail("malformed pattern (ends with '%')");
      return null;
    }
    this.offset += 2;
    return escapedSet(text.charCodeAt(offset + 1));
  }

  private readBracket(): CharacterSet | null {
    const { text } = this;
    const start = this.offset + 1;
    let end = text[start] === '^' ? start + 1 : start;
    // A bracket that comes first is one of the set's characters.
    do {
      if (end >= text.length) {
        this.fail("malformed pattern (missing ']')");
        return null;
      }
      end += text[end] === '%' && end + 1 < text.length ? 2 : 1;
    } while (text[end] !== ']');
    this.offset = end + 1;
    return bracketSet(text, start, end);
  }

  /** The pattern is wrong here, which matters only when matching comes so far. */
  private fail(message: string): false {
    this.steps.push(new Step(FAILURE, NONE, 0, 0, message));
    return false;
  }
}
