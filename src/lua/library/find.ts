// The functions of the string library that look for patterns: find, match and gmatch.
import { type LuaFunction, type LuaResult, type LuaValue, NOTHING } from '../value.ts';
import { checkString, optionalInteger } from './arguments.ts';
import type { Kept } from './kept.ts';
import type { Matcher } from './matcher.ts';
import type { Pattern } from './patterns.ts';

export function findFunction(matcher: Matcher, patterns: Kept<Pattern>): LuaFunction {
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
    const isPlain = plain !== undefined && plain !== false;
    const pattern = isPlain ? null : patterns.get(text);
    if (pattern === null || pattern.isPlain) {
      const at = matcher.indexOf(subject, text, from);
      return at < 0 ? undefined : [at + 1, at + text.length];
    }
    matcher.begin(pattern, subject);
    let result: LuaValue[] | undefined;
    if (matcher.next(from)) {
      result = [matcher.start + 1, matcher.end];
      if (pattern.captures.length > 0) matcher.appendCaptures(result);
    }
    matcher.release();
    return result;
  };
}

export function matchFunction(matcher: Matcher, patterns: Kept<Pattern>): LuaFunction {
  return function lua_match(value: LuaValue, patternValue: LuaValue, start: LuaValue): LuaResult {
    const subject = checkString(value, 1, 'match', arguments.length);
    const text = checkString(patternValue, 2, 'match', arguments.length);
    const from =
      start === undefined
        ? 0
        : startOffset(optionalInteger(start, 3, 'match', arguments.length, 1), subject.length);
    matcher.begin(patterns.get(text), subject);
    const result = matcher.next(from) ? matcher.captures() : undefined;
    matcher.release();
    return result;
  };
}

export function gmatchFunction(matcher: Matcher, patterns: Kept<Pattern>): LuaFunction {
  return function lua_gmatch(value: LuaValue, patternValue: LuaValue): LuaResult {
    const subject = checkString(value, 1, 'gmatch', arguments.length);
    const text = checkString(patternValue, 2, 'gmatch', arguments.length);
    const pattern = patterns.get(text);
    let from = 0;
    return function lua_gmatch_next(): LuaResult {
      matcher.begin(pattern, subject);
      if (from > subject.length || !matcher.next(from)) return NOTHING;
      from = matcher.end === matcher.start ? matcher.end + 1 : matcher.end;
      const result = matcher.captures();
      matcher.release();
      return result;
    };
  };
}

/** Where Lua's index `index` lies in a subject, as an offset. */
function startOffset(index: number, length: number): number {
  if (index > 0) return Math.min(index - 1, length);
  return index === 0 ? 0 : Math.max(0, length + index);
}
