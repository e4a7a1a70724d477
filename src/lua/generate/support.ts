// What generated code calls besides operations.ts: to make tables and functions, and to loop.
import { LuaError, YIELD_ACROSS } from '../errors.ts';
import { FEW_VALUES } from '../limits.ts';
import { emptyShapeFor, Shape } from '../shape.ts';
import { LuaTable, tableFor } from '../table.ts';
import type { Environment, Iterators, LuaFunction, LuaResult, LuaValue } from '../value.ts';

/** What of the Runtime is needed here. */
interface ValuesRuntime {
  spendOnValues(count: number): void;
}

// What loopMode() gives.
const BY_CALLS = 0;
export const BY_NEXT = 1;
export const BY_IPAIRS = 2;

/** A table whose array part is made of these values. */
export function tableOf(values: LuaValue[]): LuaTable {
  const { length } = values;
  while (values.length > 0 && values[values.length - 1] === undefined) values.pop();
  const table = new LuaTable(values);
  table.arraySize = length;
  return table;
}

/** Values that are spread: to many of them that takes long. */
export function many(runtime: ValuesRuntime, values: LuaValue[]): LuaValue[] {
  if (values.length > FEW_VALUES) runtime.spendOnValues(values.length);
  return values;
}

/** The shape of a new table with these fields. */
export function shapeOf(keys: readonly string[]): Shape {
  return keys.reduce((shape, key) => shape.with(key), emptyShapeFor(keys.length));
}

/** A table of a known shape, whose values may be nil. */
export function recordOf(shape: Shape, values: LuaValue[]): LuaTable {
  const table = new LuaTable();
  // A shape that grows is its owner's alone.
  const own = shape.isShared ? shape : new Shape([...shape.keys], shape.sizeHint, null);
  table.setFields(own, values);
  return table;
}

/** The table `arg` of a function whose `...` is never named. */
export function argTable(values: LuaValue[]): LuaTable {
  const table = tableFor(1, values.length);
  table.setElements(values);
  table.set('n', values.length);
  return table;
}

/** A function that may yield, from a generator: outside of a coroutine it runs to its end. */
export function resumable(inside: NonNullable<LuaFunction['resumable']>): LuaFunction {
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
export function inEnvironment(
  creator: Environment,
  make: (environment: Environment) => LuaFunction,
): LuaFunction {
  const environment = { table: creator.table };
  const made = make(environment);
  made.environment = environment;
  return made;
}

/** A call inside of a coroutine: what is called may yield if it can. */
export function* callInside(
  target: LuaFunction,
  args: LuaValue[],
): Generator<LuaValue[], LuaResult, LuaValue[]> {
  if (target.resumable === undefined) return target(...args);
  return yield* target.resumable(...args);
}

/** How a generic `for` goes on: by calls, or without them where they are of known iterators. */
export function loopMode(iterators: Iterators, f: LuaValue, s: LuaValue, c: LuaValue): number {
  if (!(s instanceof LuaTable)) return BY_CALLS;
  if (f === iterators.next && c === undefined) return BY_NEXT;
  return f === iterators.ipairs && c === 0 ? BY_IPAIRS : BY_CALLS;
}
