// Matches compiled patterns. There is no recursion: repetitions that can be tried again wait on a
// stack, and there are never more of them than the pattern has.
//
// Captures need no undoing: whoever comes to the end has passed all of their steps, in order, and
// each step overwrote what a way that failed had left.
import { fail } from '../errors.ts';
import { CAPTURES_MAX, MATCH_STEPS_PER_FUEL } from '../limits.ts';
import type { Runtime } from '../runtime.ts';
import type { LuaResult, LuaValue } from '../value.ts';
import { ALL } from './character-sets.ts';
import {
  AGAIN,
  BALANCED,
  CAPTURE_POSITION,
  CAPTURE_TEXT,
  FAILURE,
  FEWEST,
  FRONTIER,
  MATCHED,
  MOST,
  type Pattern,
  type Run,
  type Step,
} from './patterns.ts';
import type { TextBuilder } from './text-builder.ts';

/** Steps between two looks at the fuel. */
const STEPS_PER_LOOK = 4096;
/** A choice on the stack: its step's index, its place, and the place where its step began. */
const CHOICE_SIZE = 3;
const CHOICES_MIN = 64;
/** A longer subject is let go after a match. */
const KEPT_SUBJECT_SIZE_MAX = 4096;
/** indexOf() goes over 2^4 bytes in the time of a step. */
const BYTES_PER_STEP_SHIFT = 4;
/**
 * V8 finds texts of this size three times as fast as longer ones. So where a longer one may be far
 * away its beginning is looked for, unless that is found too often in vain.
 */
const QUICK_TEXT_SIZE = 6;
const QUICK_TRIES = 16;
const FAR = 512;
/** Texts from this size on can take indexOf() as long as their size times the subject's. */
const LONG_TEXT_SIZE = 1024;
const SEARCH_WORK_MAX = 2 ** 26;

export class Matcher {
  /** Where the match lies that was found last, in the subject. */
  start = 0;
  end = 0;
  private subject = '';
  private pattern: Pattern | null = null;
  private readonly starts = new Int32Array(CAPTURES_MAX);
  private readonly ends = new Int32Array(CAPTURES_MAX);
  private choicesSize = 0;
  private chosenAt = 0;
  private choices = new Int32Array(CHOICE_SIZE * CHOICES_MIN);
  private stepsLeft = STEPS_PER_LOOK;
  private readonly runtime: Runtime;

  constructor(runtime: Runtime) {
    this.runtime = runtime;
  }

  /** To be called before next(), and again after other code may have matched. */
  begin(pattern: Pattern, subject: string): void {
    this.subject = subject;
    this.pattern = pattern;
    const choicesSize = CHOICE_SIZE * pattern.choicesMax;
    if (choicesSize > this.choices.length) this.choices = new Int32Array(choicesSize);
  }

  /** To be called when the captures have been taken: a large subject must not live on. */
  release(): void {
    if (this.subject.length > KEPT_SUBJECT_SIZE_MAX) this.subject = '';
  }

  /** Looks for the first match that begins at `from` or later, or just there if it is anchored. */
  next(from: number): boolean {
    const { prefix, steps, run, isAnchored } = this.pattern!;
    this.addSteps(1);
    if (run !== null) return this.nextRun(run, isAnchored, from);
    if (isAnchored) return this.hasPrefix(prefix, from) && this.matchAt(steps[0], from);
    return prefix === '' ? this.nextOfSteps(from) : this.nextOfPrefix(prefix, from);
  }

  /** Where a text is next, or -1. */
  indexOf(subject: string, text: string, from: number): number {
    const isFar = subject.length - from >= FAR && text.length > QUICK_TEXT_SIZE;
    const at = isFar ? this.indexOfFar(subject, text, from) : subject.indexOf(text, from);
    this.addSteps(((at < 0 ? subject.length : at) - from) >> BYTES_PER_STEP_SHIFT);
    return at;
  }

  private indexOfFar(subject: string, text: string, from: number): number {
    const beginning = text.slice(0, QUICK_TEXT_SIZE);
    let at = subject.indexOf(beginning, from);
    for (let tries = 0; at >= 0 && tries < QUICK_TRIES; tries++) {
      if (subject.startsWith(text, at)) return at;
      at = subject.indexOf(beginning, at + 1);
    }
    if (at < 0) return -1;
    if (text.length < LONG_TEXT_SIZE) return subject.indexOf(text, at);
    // Nobody could stop this search: so it is done in pieces.
    const pieceSize = Math.ceil(SEARCH_WORK_MAX / text.length);
    for (; at + text.length <= subject.length; at += pieceSize) {
      const piece = subject.slice(at, at + pieceSize + text.length - 1);
      const found = piece.indexOf(text);
      if (found >= 0) return at + found;
      this.addSteps(SEARCH_WORK_MAX >> BYTES_PER_STEP_SHIFT);
    }
    return -1;
  }

  /** How many values captures() gives: the whole match counts where the pattern has no captures. */
  get captureCount(): number {
    const count = this.pattern!.captures.length;
    return count === 0 ? 1 : count;
  }

  /** A capture of the last match. The first is the whole match if the pattern has no captures. */
  capture(index: number): string | number {
    const { captures } = this.pattern!;
    if (index >= captures.length) {
      if (index > 0) fail('invalid capture index');
      return this.whole();
    }
    const kind = captures[index];
    const start = this.starts[index];
    if (kind === CAPTURE_TEXT) return this.subject.substring(start, this.ends[index]);
    return kind === CAPTURE_POSITION ? start + 1 : fail('unfinished capture');
  }

  /** All captures: a value, or an array of several. */
  captures(): LuaResult {
    switch (this.captureCount) {
      case 1:
        return this.capture(0);
      case 2:
        return [this.capture(0), this.capture(1)];
      case 3:
        return [this.capture(0), this.capture(1), this.capture(2)];
      default:
        return this.appendCaptures([]);
    }
  }

  /** Appends all captures, or the whole match if the pattern has none. */
  appendCaptures(values: LuaValue[]): LuaValue[] {
    const count = this.captureCount;
    for (let i = 0; i < count; i++) values.push(this.capture(i));
    return values;
  }

  /** Appends what capture() gives. */
  addCapture(builder: TextBuilder, index: number): void {
    if (this.pattern!.captures[index] === CAPTURE_TEXT) {
      builder.add(this.subject, this.starts[index], this.ends[index]);
    } else {
      const text = String(this.capture(index));
      builder.add(text, 0, text.length);
    }
  }

  private whole(): string {
    return this.subject.substring(this.start, this.end);
  }

  /** Accounts for steps that were taken by other means. */
  addSteps(count: number): void {
    this.stepsLeft -= count;
    if (this.stepsLeft < 0) this.look();
  }

  private nextRun(run: Run, isAnchored: boolean, from: number): boolean {
    const { subject } = this;
    const { length } = subject;
    const { set } = run;
    let start = from;
    let end = from;
    if (run.needsOne) {
      if (!isAnchored) while (start < length && set[subject.charCodeAt(start)] === 0) start++;
      end = start + 1;
      if (end > length || set[subject.charCodeAt(start)] === 0) {
        this.addSteps(end - from);
        return false;
      }
    }
    if (run.hasMore) {
      if (set === ALL) end = length;
      else while (end < length && set[subject.charCodeAt(end)] === 1) end++;
    }
    this.addSteps(end - from);
    this.start = start;
    this.end = end;
    this.starts[0] = start;
    this.ends[0] = end;
    return true;
  }

  private nextOfPrefix(prefix: string, from: number): boolean {
    const { subject } = this;
    const first = this.pattern!.steps[0];
    for (let at = from; ; at++) {
      at = this.indexOf(subject, prefix, at);
      if (at < 0) return false;
      if (this.matchAt(first, at)) return true;
    }
  }

  private nextOfSteps(from: number): boolean {
    const { subject } = this;
    const { steps, first, mayBeEmpty } = this.pattern!;
    const { length } = subject;
    for (let at = from; ; at++) {
      const begin = at;
      while (at < length && first[subject.charCodeAt(at)] === 0) at++;
      this.stepsLeft -= at - begin;
      if (at >= length && !mayBeEmpty) return false;
      if (this.matchAt(steps[0], at)) return true;
      if (at >= length) return false;
    }
  }

  private hasPrefix(prefix: string, at: number): boolean {
    const { subject } = this;
    if (at + prefix.length > subject.length) return false;
    for (let i = 0; i < prefix.length; i++) {
      if (subject.charCodeAt(at + i) !== prefix.charCodeAt(i)) return false;
    }
    return true;
  }

  /** Goes through the steps where the prefix lies. */
  private matchAt(first: Step, start: number): boolean {
    const from = start + this.pattern!.prefix.length;
    const end = first.kind === MATCHED ? from : this.walk(first, from);
    if (this.stepsLeft < 0) this.look();
    if (end < 0) return false;
    this.start = start;
    this.end = end;
    return true;
  }

  /** Goes through the steps; returns the end of the match, or -1. */
  private walk(first: Step, from: number): number {
    const { subject, starts, ends } = this;
    const { length } = subject;
    let step = first;
    let at = from;
    let steps = 0;
    this.choicesSize = 0;
    for (;;) {
      if (++steps > STEPS_PER_LOOK) {
        this.addSteps(steps);
        steps = 0;
      }
      const { set, follow } = step;
      // The kinds of patterns.ts, as numbers: V8 makes a table of those only.
      switch (step.kind) {
        case 0: // ONE
          if (at < length && set[subject.charCodeAt(at)] === 1) {
            at++;
            step = step.next;
            continue;
          }
          break;
        case 1: // MOST
        case 2: {
          // MOST_ONLY
          const begin = at;
          if (set === ALL) at = length;
          else while (at < length && set[subject.charCodeAt(at)] === 1) at++;
          steps += at - begin;
          if (step.kind === 1 && at > begin) this.addChoice(step.index, at, begin);
          step = step.next;
          continue;
        }
        case 3: {
          // FEWEST
          const begin = at;
          let code = 0;
          while (at < length) {
            code = subject.charCodeAt(at);
            if (follow[code] === 1 || set[code] === 0) break;
            at++;
          }
          steps += at - begin;
          if (at === length ? !step.mayEnd : follow[code] === 0) break;
          if (at < length && set[code] === 1) this.addChoice(step.index, at, at);
          step = step.next;
          continue;
        }
        case 4: // OPTIONAL
          if (at < length) {
            const code = subject.charCodeAt(at);
            if (set[code] === 1) {
              if (follow[code] === 1) this.addChoice(step.index, at, at);
              at++;
            }
          }
          step = step.next;
          continue;
        case 5: // START
          starts[step.argument] = at;
          step = step.next;
          continue;
        case 6: // END
          ends[step.argument] = at;
          step = step.next;
          continue;
        case 7: // MATCHED
          this.stepsLeft -= steps;
          return at;
        case 8: // AT_END
          if (at === length) {
            step = step.next;
            continue;
          }
          break;
        default: {
          const end = this.takeRare(step, at);
          if (end < 0) break;
          at = end;
          step = step.next;
          continue;
        }
      }
      const other = this.choose();
      if (other === null) {
        this.stepsLeft -= steps;
        return -1;
      }
      step = other;
      at = this.chosenAt;
    }
  }

  private addChoice(stepIndex: number, at: number, begin: number): void {
    const { choices, choicesSize } = this;
    choices[choicesSize] = stepIndex;
    choices[choicesSize + 1] = at;
    choices[choicesSize + 2] = begin;
    this.choicesSize = choicesSize + CHOICE_SIZE;
  }

  /** Matching is stuck: returns the step to go on with at `chosenAt`, or null. */
  private choose(): Step | null {
    const { subject, choices } = this;
    while (this.choicesSize > 0) {
      const choice = this.choicesSize - CHOICE_SIZE;
      const step = this.pattern!.steps[choices[choice]];
      let at = choices[choice + 1];
      if (step.kind !== MOST) {
        // FEWEST takes one more and looks again; OPTIONAL takes none.
        this.choicesSize = choice;
        this.chosenAt = step.kind === FEWEST ? at + 1 : at;
        return step.kind === FEWEST ? step : step.next;
      }
      const begin = choices[choice + 2];
      const { follow } = step;
      do at--;
      while (at > begin && follow[subject.charCodeAt(at)] === 0);
      this.stepsLeft -= choices[choice + 1] - at;
      if (at > begin) choices[choice + 1] = at;
      else this.choicesSize = choice;
      if (follow[subject.charCodeAt(at)] === 1) {
        this.chosenAt = at;
        return step.next;
      }
    }
    return null;
  }

  /** A step that few patterns have: returns where it ends, or -1. */
  private takeRare(step: Step, at: number): number {
    const { subject } = this;
    switch (step.kind) {
      case AGAIN:
        return this.takeAgain(step.argument, at);
      case BALANCED:
        return this.takeBalanced(step.argument, step.other, at);
      case FRONTIER: {
        // For C there is a zero byte on both ends.
        const before = at === 0 ? 0 : subject.charCodeAt(at - 1);
        const here = at === subject.length ? 0 : subject.charCodeAt(at);
        return step.set[before] === 0 && step.set[here] === 1 ? at : -1;
      }
      case FAILURE:
        return fail(step.message);
      default:
        return -1;
    }
  }

  private takeAgain(capture: number, at: number): number {
    const { subject } = this;
    const start = this.starts[capture];
    const size = this.ends[capture] - start;
    if (size > subject.length - at) return -1;
    this.stepsLeft -= size;
    for (let i = 0; i < size; i++) {
      if (subject.charCodeAt(start + i) !== subject.charCodeAt(at + i)) return -1;
    }
    return at + size;
  }

  private takeBalanced(open: number, close: number, begin: number): number {
    const { subject } = this;
    const { length } = subject;
    if (begin >= length || subject.charCodeAt(begin) !== open) return -1;
    let depth = 1;
    let at = begin + 1;
    for (; at < length && depth > 0; at++) {
      const code = subject.charCodeAt(at);
      if (code === close) depth--;
      else if (code === open) depth++;
    }
    this.stepsLeft -= at - begin;
    return depth === 0 ? at : -1;
  }

  private look(): void {
    const steps = STEPS_PER_LOOK - this.stepsLeft;
    this.stepsLeft = STEPS_PER_LOOK;
    this.runtime.spend(steps / MATCH_STEPS_PER_FUEL);
  }
}
