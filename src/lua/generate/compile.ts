// From a chunk to a function: writes the JavaScript, and lets the engine compile it with the few
// names that it may use.
import { LuaError } from '../errors.ts';
import { GENERATED_SIZE_MAX, STACK_SIZE_MAX } from '../limits.ts';
import * as operations from '../operations.ts';
import type { Runtime } from '../runtime.ts';
import { SourceText } from '../source.ts';
import type { Chunk } from '../syntax/ast.ts';
import { LuaTable, tableFor } from '../table.ts';
import { all, type Iterators, type LuaFunction, type LuaValue, NOTHING } from '../value.ts';
import { mainFunction } from './functions.ts';
import type { ChunkScope, Modes } from './scope.ts';
import * as support from './support.ts';
import { withLines } from './text.ts';

/** Globals with which a chunk can get at coroutines, or at environments. */
const TO_COROUTINES = ['coroutine', '_G', 'getfenv', 'loadstring', 'load'];
const TO_ENVIRONMENTS = ['setfenv', 'getfenv', '_G', 'loadstring', 'load'];

/** Which of a chunk's functions must be able to do what costs time. */
export function modesOf(chunk: Chunk): Modes {
  return {
    hasCoroutines: TO_COROUTINES.some((name) => chunk.globals.has(name)),
    hasEnvironments: TO_ENVIRONMENTS.some((name) => chunk.globals.has(name)),
  };
}

/** The main function of a chunk, with `globals` as its environment. */
export function compileChunk(
  runtime: Runtime,
  chunk: Chunk,
  scope: ChunkScope,
  globals: LuaTable,
  iterators: Iterators,
): LuaFunction {
  const main = mainFunction(scope, chunk.body);
  const marked = `${scope.preamble()}return ${main}`;
  if (marked.length > GENERATED_SIZE_MAX) {
    throw new LuaError(`${chunk.name}:1: chunk is too large`);
  }
  const names: Record<string, unknown> = {
    ...operations,
    ...support,
    LuaTable,
    NOTHING,
    STACK_SIZE_MAX,
    all,
    tableFor,
    loopMode: (f: LuaValue, s: LuaValue, c: LuaValue) => support.loopMode(iterators, f, s, c),
    R: runtime,
    G: globals,
    H: { table: globals },
  };
  const source = new SourceText(chunk.name, scope.callNames, (onCall) => {
    withLines(marked, onCall);
  });
  const text = `${withLines(marked)}\n//# sourceURL=${source.url}`;
  const make = new Function(...Object.keys(names), text);
  const compiled = make(...Object.values(names)) as LuaFunction;
  compiled.source = source;
  return compiled;
}
