// string.gsub()
import { fail, failArgument } from '../errors.ts';
import { textOfNumber } from '../numbers.ts';
import type { Runtime } from '../runtime.ts';
import { LuaTable } from '../table.ts';
import { typeName } from '../types.ts';
import { first, type LuaFunction, type LuaResult, type LuaValue } from '../value.ts';
import { checkInt, checkString } from './arguments.ts';
import { Kept } from './kept.ts';
import type { Matcher } from './matcher.ts';
import type { Pattern, Run } from './patterns.ts';
import { TextBuilder } from './text-builder.ts';

interface Part {
  readonly text: string;
  /** The text's byte if it is one, or -1. */
  readonly byte: number;
  /** A capture instead of a text; 0 is the whole match, -1 is none. */
  readonly capture: number;
}

/** A replacement string. */
interface Template {
  readonly parts: readonly Part[];
  readonly captureMax: number;
}

/** What a part is charged. */
const PART_SIZE = 48;

/** In a shorter subject a single character is found by looking at all of them, not by indexOf(). */
const FAR = 100;

export function gsubFunction(
  runtime: Runtime,
  matcher: Matcher,
  patterns: Kept<Pattern>,
): LuaFunction {
  const templates = new Kept(runtime, (text) => readTemplate(runtime, text));
  // Null while it is in use: what gsub() calls may call gsub().
  let freeBuilder: TextBuilder | null = null;
  return function lua_gsub(
    value: LuaValue,
    patternValue: LuaValue,
    replacement: LuaValue,
    limit: LuaValue,
  ): LuaResult {
    const subject = checkString(value, 1, 'gsub', arguments.length);
    const text = checkString(patternValue, 2, 'gsub', arguments.length);
    // C takes the lower 32 bits of a limit.
    const countMax =
      limit === undefined ? subject.length + 1 : checkInt(limit, 4, 'gsub', arguments.length);
    const template = isText(replacement) ? templates.get(textOf(replacement)) : null;
    if (template === null) checkReplacement(replacement);
    const pattern = patterns.get(text);
    const builder = freeBuilder ?? new TextBuilder(runtime);
    freeBuilder = null;
    const run = pattern.run ?? (subject.length < FAR ? pattern.letter : null);
    matcher.begin(pattern, subject);
    let count: number;
    if (template === null) {
      count = replaceByValues(runtime, matcher, builder, pattern, subject, replacement, countMax);
    } else if (run !== null && !pattern.isAnchored && template.captureMax <= 1) {
      count = replaceRuns(matcher, builder, run, subject, template, countMax);
    } else {
      count = replaceByTemplate(matcher, builder, pattern, subject, template, countMax);
    }
    matcher.release();
    const result = count === 0 ? subject : builder.take();
    freeBuilder = builder;
    return [result, count];
  };
}

// Each of these puts the result together if there are matches, and returns how many there are.

function replaceByTemplate(
  matcher: Matcher,
  builder: TextBuilder,
  pattern: Pattern,
  subject: string,
  template: Template,
  countMax: number,
): number {
  let count = 0;
  let copied = 0;
  for (let from = 0; from >= 0 && count < countMax && matcher.next(from); ) {
    const { start, end } = matcher;
    count++;
    if (start > copied) builder.add(subject, copied, start);
    for (let i = 0; i < template.parts.length; i++) {
      const { text, capture } = template.parts[i];
      if (capture < 0) builder.add(text, 0, text.length);
      else if (capture === 0) builder.add(subject, start, end);
      else matcher.addCapture(builder, capture - 1);
    }
    copied = end;
    from = nextOffset(pattern, subject, start, end);
  }
  if (count > 0) builder.add(subject, copied, subject.length);
  return count;
}

/** What replaceByTemplate() does, for patterns that are so simple that it is done here. */
function replaceRuns(
  matcher: Matcher,
  builder: TextBuilder,
  run: Run,
  subject: string,
  { parts }: Template,
  countMax: number,
): number {
  const { set, needsOne, hasMore } = run;
  const { length } = subject;
  let count = 0;
  let copied = 0;
  for (let from = 0; from <= length && count < countMax; count++) {
    let start = from;
    if (needsOne) {
      while (start < length && set[subject.charCodeAt(start)] === 0) start++;
      if (start === length) break;
    }
    let end = needsOne ? start + 1 : start;
    if (hasMore) while (end < length && set[subject.charCodeAt(end)] === 1) end++;
    matcher.addSteps(1 + end - from);
    if (start > copied) builder.add(subject, copied, start);
    for (let i = 0; i < parts.length; i++) {
      const { text, byte, capture } = parts[i];
      if (byte >= 0) builder.addByte(byte);
      else if (capture < 0) builder.add(text, 0, text.length);
      else if (end === start + 1) builder.addByte(subject.charCodeAt(start));
      else builder.add(subject, start, end);
    }
    copied = end;
    from = end > start ? end : end + 1;
  }
  if (count > 0) builder.add(subject, copied, length);
  return count;
}

/** Replaces by what a function or a table gives. */
function replaceByValues(
  runtime: Runtime,
  matcher: Matcher,
  builder: TextBuilder,
  pattern: Pattern,
  subject: string,
  replacement: LuaValue,
  countMax: number,
): number {
  let count = 0;
  let copied = 0;
  for (let from = 0; from >= 0 && count < countMax && matcher.next(from); ) {
    const { start, end } = matcher;
    count++;
    const piece = replacementOf(runtime, matcher, replacement);
    if (piece !== null) {
      if (start > copied) builder.add(subject, copied, start);
      builder.add(piece, 0, piece.length);
      copied = end;
    }
    from = nextOffset(pattern, subject, start, end);
    // The function may have matched something else.
    matcher.begin(pattern, subject);
  }
  if (count > 0) builder.add(subject, copied, subject.length);
  return count;
}

/** Where to look for the next match, or -1. */
function nextOffset(pattern: Pattern, subject: string, start: number, end: number): number {
  if (pattern.isAnchored) return -1;
  if (end > start) return end;
  return end < subject.length ? end + 1 : -1;
}

function isText(value: LuaValue): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

function textOf(value: string | number): string {
  return typeof value === 'string' ? value : textOfNumber(value);
}

function checkReplacement(value: LuaValue): void {
  if (typeof value === 'function' || value instanceof LuaTable) return;
  failArgument(3, 'gsub', 'string/function/table expected');
}

/** What a function or a table gives for the match; null leaves it as it is. */
function replacementOf(runtime: Runtime, matcher: Matcher, replacement: LuaValue): string | null {
  let value: LuaValue;
  if (typeof replacement !== 'function') {
    value = runtime.index(replacement, matcher.capture(0));
  } else if (matcher.captureCount === 1) {
    value = first(runtime.call(replacement, matcher.capture(0)));
  } else {
    value = first(runtime.call(replacement, ...matcher.appendCaptures([])));
  }
  if (isText(value)) return textOf(value);
  if (value === undefined || value === false) return null;
  return fail(`invalid replacement value (a ${typeName(value)})`);
}

/** Reads a replacement with %0 to %9 in it. */
function readTemplate(runtime: Runtime, text: string): Template {
  const parts: Part[] = [];
  let captureMax = 0;
  let literal = '';
  let from = 0;
  for (let at = text.indexOf('%'); at >= 0; at = text.indexOf('%', from)) {
    runtime.spend(1);
    runtime.charge(PART_SIZE);
    literal += text.slice(from, at);
    // For C a zero byte follows a `%` at the end.
    const character = text[at + 1] ?? '\0';
    if (character >= '0' && character <= '9') {
      const capture = Number(character);
      if (literal !== '') parts.push(textPart(literal));
      parts.push({ text: '', byte: -1, capture });
      literal = '';
      captureMax = Math.max(captureMax, capture);
    } else {
      literal += character;
    }
    from = at + 2;
  }
  literal += text.slice(from);
  if (literal !== '') parts.push(textPart(literal));
  return { parts, captureMax };
}

function textPart(text: string): Part {
  return { text, byte: text.length === 1 ? text.charCodeAt(0) : -1, capture: -1 };
}
