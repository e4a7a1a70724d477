// Errors of scripts. What a script throws is a LuaError with any Lua value.
//
// Where an error happened is found when it happens, on the JavaScript stack: generated code has
// Lua's line numbers (generate/), and functions of the library are registered with a name that its
// stack tells. So running code keeps no account of lines and names.
import { callNameOf, type Frame, isGenerated, positionOf } from './source.ts';
import type { LuaFunction, LuaValue } from './value.ts';

/** What error() and the runtime throw; only pcall(), coroutines and the host catch it. */
export class LuaError {
  readonly value: LuaValue;

  /** `keepsFrames` where the value does not say where it was thrown: for placeOf(). */
  constructor(value: LuaValue, keepsFrames = false) {
    this.value = value;
    if (keepsFrames) keepFrames(this, FRAMES_FIRST);
  }
}

/**
 * `user_script:3`: where the Lua function was that ran when an error was thrown; '' if nobody
 * knows.
 */
export function placeOf(error: LuaError | ScriptStopped): string {
  const frame = framesOf(error).find(isGenerated);
  if (frame !== undefined) return positionOf(frame).slice(0, -POSITION_END.length);
  if (error instanceof ScriptStopped) return '';
  const said = typeof error.value === 'string' ? POSITION.exec(error.value) : null;
  return said === null ? '' : said[1];
}

/** What a yield is answered where something between does not know of coroutines. */
export const YIELD_ACROSS = 'attempt to yield across metamethod/C-call boundary';

/** Ends the script: no pcall() catches it. Thrown by the host's hook. */
export class ScriptStopped {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
    keepFrames(this, FRAMES_FIRST * FRAMES_GROWTH);
  }
}

// Names of functions that errors look for, or what they begin with. No source text can give them
// to a function, and no minifier take them from it.
const LIBRARY = 'library function ';
const COROUTINE = 'start of a coroutine';
/** How many frames of the JavaScript stack are looked at: at first, and at last. */
const FRAMES_FIRST = 10;
const FRAMES_GROWTH = 8;
const FRAMES_MAX = 40000;
const POSITION_END = ': ';
const POSITION = /^([^\s:]+:\d+): /;

interface StackTraces {
  stackTraceLimit: number;
  prepareStackTrace: ((error: unknown, frames: Frame[]) => unknown) | undefined;
  captureStackTrace(target: object): void;
}

/** Registers a function of the library: it counts as a level of errors. */
export function libraryFunction<F extends (...args: never[]) => unknown>(name: string, f: F): F {
  return Object.defineProperty(f, 'name', { value: LIBRARY + name });
}

/** Registers where coroutines begin: the frames below belong to whoever resumed them. */
export function coroutineStart<F extends (...args: never[]) => unknown>(f: F): F {
  return Object.defineProperty(f, 'name', { value: COROUTINE });
}

export function isLibraryFunction(value: LuaFunction): boolean {
  return value.name.startsWith(LIBRARY);
}

/** Throws an error of the library: with the position of the Lua function that called it. */
export function fail(message: string): never {
  throw new LuaError(position(1) + message);
}

/** Throws an error of an operation: with the position of the function that runs, if it is Lua's. */
export function failOperation(message: string): never {
  throw new LuaError(position(0) + message);
}

/** Throws what Lua says of a bad argument of the library function that runs. */
export function failArgument(index: number, functionName: string, extra: string): never {
  const caller = functionFrames(1)[1];
  let name = '?';
  let shown = index;
  if (caller !== undefined && isGenerated(caller)) {
    const call = callNameOf(caller);
    if (call === undefined) name = functionName;
    else if (call !== null) name = call.name;
    // The object of a method call does not count.
    if (call?.kind === 'method' && --shown === 0) fail(`calling '${name}' on bad self (${extra})`);
  }
  fail(`bad argument #${shown} to '${name}' (${extra})`);
}

/** What a host function or tick() threw that is no error of the script's: no pcall() catches it. */
export class HostFailure {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

/** What scripts get of what the host threw. */
export function fromHost(error: unknown): unknown {
  const isExpected = error instanceof LuaError || error instanceof ScriptStopped;
  return isExpected || error instanceof HostFailure ? error : new HostFailure(error);
}

/** What is left of a JavaScript error that a script could cause; anything else is a bug of ours. */
export function asLuaError(error: unknown): LuaError | null {
  if (error instanceof LuaError) return error;
  if (!(error instanceof RangeError)) return null;
  return new LuaError(
    error.message.includes('call stack') ? 'stack overflow' : 'not enough memory',
  );
}

/**
 * `name:line: ` of the function at a level, or '' where that is no Lua function. 0 is the function
 * that runs, of the library or not; 1 the one that called it, and so on.
 */
export function position(level: number): string {
  const frame = functionFrames(level)[level];
  return frame === undefined || !isGenerated(frame) ? '' : positionOf(frame);
}

/**
 * What is at a level: the number of Lua functions from it up to the innermost, itself included; 0
 * for a library function, null where there is nothing.
 */
export function luaFunctionsUpTo(level: number): number | null {
  const frames = functionFrames(level);
  if (frames.length <= level) return null;
  return isGenerated(frames[level]) ? frames.filter(isGenerated).length : 0;
}

/** The frames of Lua functions and of the library's, the innermost first, up to a level. */
function functionFrames(level: number): Frame[] {
  // Most often few frames are enough, and frames are what costs.
  for (let limit = FRAMES_FIRST; ; limit *= FRAMES_GROWTH) {
    const frames = framesHere(limit);
    const found: Frame[] = [];
    for (const frame of frames) {
      if (isGenerated(frame)) {
        found.push(frame);
      } else {
        const name = frame.getFunctionName() ?? '';
        if (name === COROUTINE) return found;
        if (name.startsWith(LIBRARY)) found.push(frame);
      }
      if (found.length > level) return found;
    }
    if (frames.length < limit || limit > FRAMES_MAX) return found;
  }
}

function asFrames(_error: unknown, frames: Frame[]): Frame[] {
  return frames;
}

function framesHere(limit: number): Frame[] {
  const target = {};
  keepFrames(target, limit);
  return framesOf(target);
}

/** Lets an object remember the frames of the stack as it is: cheap, until they are asked for. */
function keepFrames(target: object, limit: number): void {
  const traces = Error as unknown as StackTraces;
  const { stackTraceLimit } = traces;
  traces.stackTraceLimit = limit;
  try {
    traces.captureStackTrace(target);
  } finally {
    traces.stackTraceLimit = stackTraceLimit;
  }
}

/** What an object remembers. Asked for once. */
function framesOf(target: object): Frame[] {
  const traces = Error as unknown as StackTraces;
  const { prepareStackTrace } = traces;
  traces.prepareStackTrace = asFrames;
  try {
    return (target as { stack?: Frame[] }).stack ?? [];
  } finally {
    traces.prepareStackTrace = prepareStackTrace;
  }
}
