// From a chunk to a function: writes the JavaScript, and lets the engine compile it with the few
// names that it may use.
import { LuaError, YIELD_ACROSS } from '../errors.ts';
import { STACK_SIZE_MAX } from '../limits.ts';
import * as operations from '../operations.ts';
import type { Runtime } from '../runtime.ts';
import { emptyShapeFor, Shape } from '../shape.ts';
import { SourceText } from '../source.ts';
import type { Chunk } from '../syntax/ast.ts';
import { LuaTable } from '../table.ts';
import {
  all,
  type Environment,
  type LuaFunction,
  type LuaResult,
  type LuaValue,
  NOTHING,
} from '../value.ts';
import { mainFunction } from './functions.ts';
import { ChunkScope, type Modes } from './scope.ts';
import { withLines } from './text.ts';

/** Names with which a chunk can get at coroutines, or at environments. */
const TO_COROUTINES = ['coroutine', '_G', 'getfenv', 'loadstring', 'load'];
const TO_ENVIRONMENTS = ['setfenv', 'getfenv', '_G', 'loadstring', 'load'];

/** Values of `mode` in a generic `for`. */
const BY_CALLS = 0;
const BY_NEXT = 1;
const BY_IPAIRS = 2;

/** The iterators that loops recognise. */
export interface Iterators {
  next: LuaFunction | null;
  ipairs: LuaFunction | null;
}

/** Which of a chunk's functions must be able to do what costs time. */
export function modesOf(chunk: Chunk): Modes {
  return {
    hasCoroutines: TO_COROUTINES.some((name) => chunk.names.has(name)),
    hasEnvironments: TO_ENVIRONMENTS.some((name) => chunk.names.has(name)),
  };
}

/** The main function of a chunk, with `globals` as its environment. */
export function compileChunk(
  runtime: Runtime,
  chunk: Chunk,
  modes: Modes,
  globals: LuaTable,
  iterators: Iterators,
): LuaFunction {
  const scope = new ChunkScope(modes);
  const main = mainFunction(scope, chunk.body);
  const text = `${scope.preamble()}return ${withLines(main)}`;
  const names: Record<string, unknown> = {
    ...operations,
    LuaTable,
    NOTHING,
    STACK_SIZE_MAX,
    all,
    argTable,
    callInside,
    inEnvironment,
    recordOf,
    shapeOf,
    loopMode: (f: LuaValue, s: LuaValue, c: LuaValue) => loopMode(iterators, f, s, c),
    resumable,
    setItems,
    tableFor,
    tableOf,
    R: runtime,
    G: globals,
    H: { table: globals },
  };
  const source = new SourceText(chunk.name);
  source.setText(text);
  const make = new Function(...Object.keys(names), `${text}\n//# sourceURL=${source.url}`);
  const compiled = make(...Object.values(names)) as LuaFunction;
  compiled.source = source;
  return compiled;
}

/** A table whose array part is made of these values. */
function tableOf(values: LuaValue[]): LuaTable {
  while (values.length > 0 && values[values.length - 1] === undefined) values.pop();
  return new LuaTable(values);
}

/** The shape of a new table with these fields. */
function shapeOf(keys: readonly string[]): Shape {
  return keys.reduce((shape, key) => shape.with(key), emptyShapeFor(keys.length));
}

/** An empty table whose constructor sets so many fields. */
function tableFor(sizeHint: number): LuaTable {
  const table = new LuaTable();
  table.shape = emptyShapeFor(sizeHint);
  return table;
}

/** A table of a known shape, whose values may be nil. */
function recordOf(shape: Shape, values: LuaValue[]): LuaTable {
  const table = new LuaTable();
  // A shape that grows is its owner's alone.
  table.shape = shape.isShared ? shape : new Shape([...shape.keys], shape.sizeHint, null);
  table.values = values;
  return table;
}

/** The positional fields of a constructor that has others, too. */
function setItems(table: LuaTable, values: LuaValue[]): void {
  for (let i = 0; i < values.length; i++) table.set(i + 1, values[i]);
}

/** The table `arg` of a function whose `...` is never named. */
function argTable(values: LuaValue[]): LuaTable {
  const table = tableOf([...values]);
  table.set('n', values.length);
  return table;
}

/** A function that may yield, from a generator: outside of a coroutine it runs to its end. */
function resumable(inside: NonNullable<LuaFunction['resumable']>): LuaFunction {
  const plain: LuaFunction = (...args) => {
    const steps = inside(...args);
    let step = steps.next([]);
    while (step.done !== true) step = steps.throw(new LuaError(YIELD_ACROSS));
    return step.value;
  };
  plain.resumable = inside;
  return plain;
}

/** Makes a function that has an environment of its own, at first its creator's. */
function inEnvironment(
  creator: Environment,
  make: (environment: Environment) => LuaFunction,
): LuaFunction {
  const environment = { table: creator.table };
  const made = make(environment);
  made.environment = environment;
  return made;
}

/** A call inside of a coroutine: what is called may yield if it can. */
function* callInside(
  target: LuaFunction,
  args: LuaValue[],
): Generator<LuaValue[], LuaResult, LuaValue[]> {
  if (target.resumable === undefined) return target(...args);
  return yield* target.resumable(...args);
}

function loopMode(iterators: Iterators, f: LuaValue, s: LuaValue, c: LuaValue): number {
  if (!(s instanceof LuaTable)) return BY_CALLS;
  if (f === iterators.next && c === undefined) return BY_NEXT;
  return f === iterators.ipairs && c === 0 ? BY_IPAIRS : BY_CALLS;
}
