// Coroutines. As in Lua 5.1, what a library function or a metamethod calls cannot yield.
import { Coroutine } from '../coroutine.ts';
import {
  coroutineStart,
  failArgument,
  isLibraryFunction,
  LuaError,
  libraryFunction,
  position,
  YIELD_ACROSS,
} from '../errors.ts';
import { STACK_SIZE_MAX } from '../limits.ts';
import type { Runtime } from '../runtime.ts';
import { type LuaTable, tableFor } from '../table.ts';
import type { LuaFunction, LuaResult, LuaValue } from '../value.ts';
import { textOf } from './base.ts';

export function coroutineLibrary(runtime: Runtime): LuaTable {
  // Lua's order, and room for all: traversal shows it.
  const library = tableFor(6);
  library.set('create', function lua_create(body: LuaValue): LuaResult {
    return new Coroutine(checkBody(body, 'create'));
  });
  library.set('resume', function lua_resume(...values: LuaValue[]): LuaResult {
    const [thread, ...args] = values;
    const coroutine = checkCoroutine(thread, 'resume');
    const outcome = resume(runtime, coroutine, args);
    return outcome instanceof LuaError ? [false, outcome.value] : [true, ...outcome];
  });
  library.set('running', function lua_running(): LuaResult {
    return runtime.coroutine ?? undefined;
  });
  library.set('status', function lua_status(thread: LuaValue): LuaResult {
    return checkCoroutine(thread, 'status').status;
  });
  library.set('wrap', function lua_wrap(body: LuaValue): LuaResult {
    const coroutine = new Coroutine(checkBody(body, 'wrap'));
    return libraryFunction('wrapped', (...args: LuaValue[]): LuaResult => {
      const outcome = resume(runtime, coroutine, args);
      if (!(outcome instanceof LuaError)) return outcome;
      const { value } = outcome;
      const isText = typeof value === 'string' || typeof value === 'number';
      throw new LuaError(isText ? position(1) + String(textOf(runtime, value)) : value);
    });
  });
  library.set('yield', lua_yield);
  return library;
}

/** Outside of a coroutine, and where something between does not know of coroutines. */
const lua_yield: LuaFunction = () => {
  throw new LuaError(YIELD_ACROSS);
};
lua_yield.resumable = function* (...args) {
  return yield args;
};

/** Runs a coroutine until it yields or ends. */
const resume = coroutineStart(resumeOnce);

function resumeOnce(
  runtime: Runtime,
  coroutine: Coroutine,
  args: LuaValue[],
): LuaValue[] | LuaError {
  if (coroutine.status !== 'suspended') {
    return new LuaError(`cannot resume ${coroutine.status} coroutine`);
  }
  const resumer = runtime.coroutine;
  const { stackSize, frame, libraryDepth } = runtime;
  coroutine.status = 'running';
  if (resumer !== null) resumer.status = 'normal';
  runtime.coroutine = coroutine;
  runtime.frame = coroutine.frame;
  try {
    runtime.enter(args.length);
    const enteredSize = runtime.stackSize;
    runtime.stackSize += coroutine.stackSize;
    if (runtime.stackSize > STACK_SIZE_MAX) runtime.overflow();
    const { body } = coroutine;
    if (coroutine.steps === null && body.resumable === undefined) {
      const result = body(...args);
      coroutine.status = 'dead';
      return Array.isArray(result) ? result : [result];
    }
    let step: IteratorResult<LuaValue[], LuaResult>;
    if (coroutine.steps === null) {
      coroutine.steps = (body.resumable as NonNullable<LuaFunction['resumable']>)(...args);
      step = coroutine.steps.next([]);
    } else {
      step = coroutine.steps.next(args);
    }
    coroutine.status = step.done === true ? 'dead' : 'suspended';
    coroutine.stackSize = Math.max(0, runtime.stackSize - enteredSize);
    return Array.isArray(step.value) ? step.value : [step.value];
  } catch (error) {
    coroutine.status = 'dead';
    return runtime.caught(error);
  } finally {
    runtime.libraryDepth = libraryDepth;
    coroutine.frame = runtime.frame;
    runtime.frame = frame;
    runtime.stackSize = stackSize;
    runtime.coroutine = resumer;
    if (resumer !== null) resumer.status = 'running';
  }
}

function checkCoroutine(value: LuaValue, functionName: string): Coroutine {
  if (value instanceof Coroutine) return value;
  return failArgument(1, functionName, 'coroutine expected');
}

/** The body of a coroutine must be written in Lua. */
function checkBody(value: LuaValue, functionName: string): LuaFunction {
  if (typeof value !== 'function' || isLibraryFunction(value)) {
    return failArgument(1, functionName, 'Lua function expected');
  }
  return value;
}
