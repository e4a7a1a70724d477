// The functions of the string library that match patterns: find, match, gmatch and gsub.
import { fail, failArgument } from '../errors.ts';
import { STRING_SIZE_MAX } from '../limits.ts';
import { textOfNumber } from '../numbers.ts';
import type { Runtime } from '../runtime.ts';
import { LuaTable } from '../table.ts';
import { typeName } from '../types.ts';
import { first, type LuaFunction, type LuaResult, type LuaValue, NOTHING } from '../value.ts';
import { checkInteger, checkString, optionalInteger } from './arguments.ts';
import { Matcher } from './matcher.ts';
import { compilePattern, isPlain, type Pattern } from './patterns.ts';

/** Compiled patterns that are kept; then all are forgotten. */
const PATTERNS_MAX = 500;
/** Longer ones are compiled each time. */
const KEPT_SIZE_MAX = 1000;
/** What gsub() has put together is charged each time that it has grown by so many bytes. */
const CHARGED_SIZE = 64 * 1024;

/** The patterns that scripts used lately, by their texts. */
class Patterns {
  private readonly kept = new Map<string, Pattern>();
  private readonly runtime: Runtime;
  private readonly knowsAnchor: boolean;

  constructor(runtime: Runtime, knowsAnchor: boolean) {
    this.runtime = runtime;
    this.knowsAnchor = knowsAnchor;
  }

  get(text: string): Pattern {
    return this.kept.get(text) ?? this.add(text);
  }

  private add(text: string): Pattern {
    this.runtime.spend(1 + (text.length >> 4));
    const pattern = compilePattern(text, this.knowsAnchor);
    if (text.length <= KEPT_SIZE_MAX) {
      if (this.kept.size >= PATTERNS_MAX) this.kept.clear();
      this.kept.set(text, pattern);
    }
    return pattern;
  }
}

export interface PatternFunctions {
  readonly find: LuaFunction;
  readonly gmatch: LuaFunction;
  readonly gsub: LuaFunction;
  readonly match: LuaFunction;
}

export function patternFunctions(runtime: Runtime): PatternFunctions {
  const matcher = new Matcher(runtime);
  const patterns = new Patterns(runtime, true);
  return {
    find: findFunction(matcher, patterns),
    gmatch: gmatchFunction(matcher, new Patterns(runtime, false)),
    gsub: gsubFunction(runtime, matcher, patterns),
    match: matchFunction(matcher, patterns),
  };
}

function findFunction(matcher: Matcher, patterns: Patterns): LuaFunction {
  return function lua_find(
    value: LuaValue,
    patternValue: LuaValue,
    start: LuaValue,
    plain: LuaValue,
  ): LuaResult {
    const subject = checkString(value, 1, 'find', arguments.length);
    const text = checkString(patternValue, 2, 'find', arguments.length);
    const from =
      start === undefined
        ? 0
        : startOffset(optionalInteger(start, 3, 'find', arguments.length, 1), subject.length);
    if ((plain !== undefined && plain !== false) || isPlain(text)) {
      const at = matcher.indexOf(subject, text, from);
      return at < 0 ? undefined : [at + 1, at + text.length];
    }
    const pattern = patterns.get(text);
    if (!matcher.find(pattern, subject, from)) return undefined;
    const range = [matcher.start + 1, matcher.end];
    return pattern.captures.length === 0 ? range : matcher.appendCaptures(range);
  };
}

function matchFunction(matcher: Matcher, patterns: Patterns): LuaFunction {
  return function lua_match(value: LuaValue, patternValue: LuaValue, start: LuaValue): LuaResult {
    const subject = checkString(value, 1, 'match', arguments.length);
    const text = checkString(patternValue, 2, 'match', arguments.length);
    const from =
      start === undefined
        ? 0
        : startOffset(optionalInteger(start, 3, 'match', arguments.length, 1), subject.length);
    if (!matcher.find(patterns.get(text), subject, from)) return undefined;
    return matcher.captureCount === 1 ? matcher.capture(0) : matcher.appendCaptures([]);
  };
}

function gmatchFunction(matcher: Matcher, patterns: Patterns): LuaFunction {
  return function lua_gmatch(value: LuaValue, patternValue: LuaValue): LuaResult {
    const subject = checkString(value, 1, 'gmatch', arguments.length);
    const text = checkString(patternValue, 2, 'gmatch', arguments.length);
    const pattern = patterns.get(text);
    let from = 0;
    return function lua_gmatch_next(): LuaResult {
      if (from > subject.length || !matcher.find(pattern, subject, from)) return NOTHING;
      from = matcher.end === matcher.start ? matcher.end + 1 : matcher.end;
      return matcher.captureCount === 1 ? matcher.capture(0) : matcher.appendCaptures([]);
    };
  };
}

function gsubFunction(runtime: Runtime, matcher: Matcher, patterns: Patterns): LuaFunction {
  return function lua_gsub(
    value: LuaValue,
    patternValue: LuaValue,
    replacement: LuaValue,
    limit: LuaValue,
  ): LuaResult {
    const subject = checkString(value, 1, 'gsub', arguments.length);
    const text = checkString(patternValue, 2, 'gsub', arguments.length);
    const { length } = subject;
    // C takes the lower 32 bits of a limit.
    const countMax =
      limit === undefined ? length + 1 : checkInteger(limit, 4, 'gsub', arguments.length) | 0;
    const replace = replacer(runtime, matcher, replacement);
    const pattern = patterns.get(text);
    let result = '';
    /** How much of the subject is in the result. */
    let copied = 0;
    let from = 0;
    let count = 0;
    let charged = 0;
    while (count < countMax && matcher.find(pattern, subject, from)) {
      const { start, end } = matcher;
      count++;
      const piece = replace(matcher);
      if (piece !== null) {
        if (start > copied) result += subject.substring(copied, start);
        const size = result.length + piece.length;
        if (size - charged > CHARGED_SIZE) charged = chargeGrowth(runtime, size, charged);
        result += piece;
        copied = end;
      }
      if (end > start) from = end;
      else if (end < length) from = end + 1;
      else break;
      if (pattern.isAnchored) break;
    }
    if (copied === 0 && result === '') return [subject, count];
    chargeGrowth(runtime, result.length + length - copied, charged);
    return [result + subject.substring(copied), count];
  };
}

/** To be called before a string grows to this size, of which some bytes have been charged. */
function chargeGrowth(runtime: Runtime, size: number, charged: number): number {
  if (size > STRING_SIZE_MAX) runtime.chargeString(size);
  runtime.charge(size - charged);
  return size;
}

/** What a match becomes; null leaves it as it is. */
type Replace = (matcher: Matcher) => string | null;

function replacer(runtime: Runtime, matcher: Matcher, value: LuaValue): Replace {
  if (typeof value === 'string')
    return value.includes('%') ? template(runtime, value) : () => value;
  if (typeof value === 'number') {
    const text = textOfNumber(value);
    return () => text;
  }
  if (value instanceof LuaTable) {
    return () => replacementText(runtime.index(value, matcher.capture(0)));
  }
  if (typeof value === 'function') {
    return () => {
      const result =
        matcher.captureCount === 1
          ? runtime.call(value, matcher.capture(0))
          : runtime.call(value, ...matcher.appendCaptures([]));
      return replacementText(first(result));
    };
  }
  return failArgument(3, 'gsub', 'string/function/table expected');
}

function replacementText(value: LuaValue): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return textOfNumber(value);
  if (value === undefined || value === false) return null;
  return fail(`invalid replacement value (a ${typeName(value)})`);
}

/** A replacement with %0 to %9 in it. */
function template(runtime: Runtime, text: string): Replace {
  // Every other part is a character that came after a `%`.
  const parts: string[] = [];
  let from = 0;
  for (let at = text.indexOf('%'); at >= 0; at = text.indexOf('%', from)) {
    // For C a zero byte follows a `%` at the end.
    parts.push(text.slice(from, at), text[at + 1] ?? '\0');
    from = at + 2;
  }
  parts.push(text.slice(from));
  return (matcher) => {
    let result = parts[0];
    for (let i = 1; i < parts.length; i += 2) {
      const piece = expanded(matcher, parts[i]);
      runtime.chargeString(result.length + piece.length + parts[i + 1].length);
      result += piece + parts[i + 1];
    }
    return result;
  };
}

function expanded(matcher: Matcher, character: string): string {
  if (character < '0' || character > '9') return character;
  return character === '0' ? matcher.whole() : String(matcher.capture(Number(character) - 1));
}

/** Where Lua's index `index` lies in a subject, as an offset. */
function startOffset(index: number, length: number): number {
  if (index > 0) return Math.min(index - 1, length);
  return index === 0 ? 0 : Math.max(0, length + index);
}
