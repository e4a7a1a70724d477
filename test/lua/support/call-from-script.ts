// Calls a function as a script would, so that errors have a position. The text belongs to no chunk:
// functions have in errors the names that they have in their libraries.
import { compileFunction } from 'node:vm';
import type { LuaFunction, LuaResult, LuaValue } from '../../../src/lua/value.ts';

export const callFromScript = compileFunction('return callee(...values)', ['callee', 'values'], {
  filename: 'lua:0:user_script',
}) as (callee: LuaFunction, values: LuaValue[]) => LuaResult;
