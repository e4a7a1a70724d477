// The functions of the string library that look for patterns: find, match and gmatch.
import { type LuaFunction, type LuaResult, type LuaValue, NOTHING } from '../value.ts';
import { checkInteger, checkString } from './arguments.ts';
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
    const from = startOffset(start, 'find', arguments.length, subject);
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
    const from = startOffset(start, 'match', arguments.length, subject);
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
    const functions = {
      // A name as registered functions have: to register one takes longer than to make it.
      'library function gmatch_next': (): LuaResult => {
        if (from > subject.length) return NOTHING;
        matcher.begin(pattern, subject);
        let result: LuaResult = NOTHING;
        if (matcher.next(from)) {
          from = matcher.end === matcher.start ? matcher.end + 1 : matcher.end;
          result = matcher.captures();
        }
        matcher.release();
        return result;
      },
    };
    return functions['library function gmatch_next'];
  };
}

/** Where to start in a subject: the third argument, Lua's index, as an offset. */
function startOffset(
  start: LuaValue,
  functionName: string,
  count: number,
  { length }: string,
): number {
  if (start === undefined) return 0;
  const index = checkInteger(start, 3, functionName, count);
  if (index > 0) return Math.min(index - 1, length);
  return index === 0 ? 0 : Math.max(0, length + index);
}
