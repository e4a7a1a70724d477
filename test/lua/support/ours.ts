// Our side of the comparison: runs a program as lua-driver.ts lets lua5.1 run it.
import { LuaError, libraryFunction, ScriptStopped } from '../../../src/lua/errors.ts';
import type { Host } from '../../../src/lua/runtime.ts';
import { Lua } from '../../../src/lua/script.ts';
import { typeName } from '../../../src/lua/types.ts';
import type { LuaResult, LuaValue } from '../../../src/lua/value.ts';
import { first, type LuaFunction, NOTHING } from '../../../src/lua/value.ts';
import { CHUNK_NAME, PROGRAM_ARGUMENTS } from './lua-driver.ts';

/** A program that takes longer is stopped: a failure. */
const TIME_MAX_MS = 20000;

/** What our Lua says of a program. */
export function runOurs(program: string): string {
  const lua = new Lua({ host: stoppingHost(TIME_MAX_MS), libraries: 'plain' });
  const tostring = lua.globals.getString('tostring') as LuaFunction;
  let output = '';
  /** As print() of lua5.1, which ends strings at a zero byte. */
  const print = libraryFunction('print', (...values: LuaValue[]): LuaResult => {
    for (const [index, value] of values.entries()) {
      const [text] = String(first(tostring(value))).split('\0');
      output += index === 0 ? text : `\t${text}`;
    }
    output += '\n';
    return NOTHING;
  });
  lua.globals.set('print', print);
  const ending = endOf(() => {
    const script = lua.compile(program, CHUNK_NAME);
    return () => script.run(...PROGRAM_ARGUMENTS);
  }, tostring);
  return output + ending;
}

/** A host that stops a script after a time. */
export function stoppingHost(timeMaxMs: number): Partial<Host> {
  const endMs = performance.now() + timeMaxMs;
  return {
    tick() {
      if (performance.now() > endMs) throw new ScriptStopped('took too long');
    },
    memorySize: () => 1 << 20,
  };
}

function endOf(compile: () => () => LuaValue[], tostring: LuaFunction): string {
  const show = (value: LuaValue): string => `${typeName(value)}:${textOf(value, tostring)}`;
  let run: () => LuaValue[];
  try {
    run = compile();
  } catch (error) {
    if (!(error instanceof LuaError)) return leak(error);
    return `does not compile: ${String(error.value)}`;
  }
  try {
    return ['returns', ...run().map(show)].join(' ');
  } catch (error) {
    if (error instanceof LuaError) return `fails ${show(error.value)}`;
    return error instanceof ScriptStopped ? `is stopped: ${error.reason}` : leak(error);
  }
}

function textOf(value: LuaValue, tostring: LuaFunction): string {
  try {
    return String(first(tostring(value)));
  } catch (error) {
    return error instanceof LuaError ? '?' : leak(error);
  }
}

/** Errors of JavaScript must not come out of a script. */
function leak(error: unknown): string {
  return `LEAKS ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
