// Lua for a host: compile a script once, call it many times.
import { asLuaError, HostFailure, LuaError } from './errors.ts';
import { compileChunk, modesOf } from './generate/compile.ts';
import { ChunkScope, type Modes } from './generate/scope.ts';
import { addBase, textOf } from './library/base.ts';
import { bitLibrary } from './library/bit.ts';
import { cjsonLibrary } from './library/cjson.ts';
import { cmsgpackLibrary } from './library/cmsgpack.ts';
import { coroutineLibrary } from './library/coroutine.ts';
import { addEnvironments } from './library/environment.ts';
import { mathLibrary, RandomSource } from './library/math.ts';
import { osLibrary } from './library/os.ts';
import { registerFunctions } from './library/register.ts';
import { stringLibrary } from './library/string.ts';
import { structLibrary } from './library/struct.ts';
import { tableLibrary } from './library/table.ts';
import { FUEL_PER_TOKEN, MEMORY_SIZE_MAX, SIZE_PER_TOKEN } from './limits.ts';
import { type Host, Runtime } from './runtime.ts';
import { protectGlobals, redisPcall } from './sandbox.ts';
import type { Chunk } from './syntax/ast.ts';
import { chunkNameOf, syntaxChunkNameOf } from './syntax/chunk-name.ts';
import { parse } from './syntax/parser.ts';
import { LuaTable } from './table.ts';
import { all, type Iterators, type LuaFunction, type LuaValue } from './value.ts';
import { NO_PAY, Work } from './work.ts';

export interface LuaOptions {
  /** What the host provides; without it nothing stops a script, and its memory is not known. */
  host?: Partial<Host>;
  /** Bytes that the process may use while a script runs. */
  memorySizeMax?: number;
  /** `redis`: the libraries and the protection that Redis gives scripts. `plain`: Lua's own. */
  libraries: 'redis' | 'plain';
}

/** A compiled script. */
export interface Script {
  /**
   * Calls it. Throws a LuaError with the script's error value, or the ScriptStopped that the host's
   * tick() threw.
   */
  run(...args: LuaValue[]): LuaValue[];
}

/** A chunk takes as long to compile as so many iterations of a loop take, and one per byte. */
const COMPILE_FUEL = 5000;
const NOT_LATIN1 = /[^\0-\xff]/;
/** Calls of the library that are under way when a script loads another. */
const WITHIN = 1;

/** One world of scripts: its globals, libraries and limits. */
export class Lua {
  readonly globals = new LuaTable();
  private readonly runtime: Runtime;
  private readonly iterators: Iterators;

  constructor({ host = {}, memorySizeMax = MEMORY_SIZE_MAX, libraries }: LuaOptions) {
    const { tick = () => {}, memorySize = () => 0, clockSeconds = () => 0 } = host;
    const { liveMemorySize = memorySize } = host;
    const whole = { tick, memorySize, liveMemorySize, clockSeconds };
    this.runtime = new Runtime(whole, memorySizeMax);
    this.iterators = this.addLibraries(libraries === 'redis');
  }

  /**
   * Compiles Lua source, a latin1 string. `name` is what errors call it: `user_script`. Throws a
   * LuaError if it is not valid, and a TypeError if it has characters that are no bytes.
   */
  compile(source: string, name: string): Script {
    if (NOT_LATIN1.test(source)) throw new TypeError('a script is a latin1 string');
    const chunk = parse(source, name);
    const main = this.compileChunk(chunk, modesOf(chunk), this.globals, new Work(NO_PAY));
    return { run: (...args) => this.run(main, args) };
  }

  /** The host has made so many bytes for a script. Throws Lua's error when that is too much. */
  charge(size: number): void {
    this.runtime.charge(size);
  }

  /** The host has worked so long for a script, which counts as work of the script's own. */
  spendTime(us: number): void {
    this.runtime.spendTime(us);
  }

  /** What tostring() says of a value. */
  textOf(value: LuaValue): string {
    return String(textOf(this.runtime, value));
  }

  /**
   * Runs a script that finds what is in a table in the place of all globals. Functions that it
   * leaves behind are called later, and find the globals.
   */
  runApart(script: Script, globals: LuaTable): void {
    this.globals.exchange(globals);
    try {
      script.run();
    } finally {
      this.globals.exchange(globals);
    }
  }

  /** A function that a script has left behind, to be called by the host. */
  scriptOf(f: LuaFunction): Script {
    return { run: (...args) => this.run(f, args) };
  }

  /**
   * Makes globals and libraries read-only: to be called when the host has added its own. Or another
   * table of globals.
   */
  protect(globals = this.globals): void {
    const { runtime } = this;
    registerFunctions(globals, (name, f) => runtime.hostFunction(name, f));
    protectGlobals(runtime, globals);
  }

  private run(main: LuaFunction, args: LuaValue[]): LuaValue[] {
    const { runtime } = this;
    // A script may run while another one waits for a command that it called.
    const { stackSize, frame, coroutine, threadTable, libraryDepth } = runtime;
    runtime.frame = null;
    runtime.threadTable = null;
    runtime.coroutine = null;
    try {
      return all(main(...args));
    } catch (error) {
      if (error instanceof HostFailure) throw error.error;
      throw asLuaError(error) ?? error;
    } finally {
      runtime.stackSize = stackSize;
      runtime.frame = frame;
      runtime.coroutine = coroutine;
      runtime.threadTable = threadTable;
      runtime.libraryDepth = libraryDepth;
    }
  }

  /** What a script loads. It may be called by functions that can do everything. */
  private loadWithin(source: string, name: string, globals: LuaTable): LuaFunction {
    const { runtime } = this;
    runtime.spend(COMPILE_FUEL + source.length);
    const work = new Work((count) => {
      runtime.spend(count * FUEL_PER_TOKEN);
      runtime.charge(count * SIZE_PER_TOKEN);
    });
    const chunk = parse(source, chunkNameOf(name), syntaxChunkNameOf(name), WITHIN, work);
    return this.compileChunk(chunk, { hasCoroutines: true, hasEnvironments: true }, globals, work);
  }

  /** Throws Lua's error if the chunk nests too deep for the stack of generator or engine. */
  private compileChunk(chunk: Chunk, modes: Modes, globals: LuaTable, work: Work): LuaFunction {
    try {
      return compileChunk(
        this.runtime,
        chunk,
        new ChunkScope(modes, work),
        globals,
        this.iterators,
      );
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new LuaError(`${chunk.name}:1: chunk has too many syntax levels`);
    }
  }

  private addLibraries(isRedis: boolean): Iterators {
    const { runtime, globals } = this;
    const iterators = addBase(runtime, globals);
    addEnvironments(runtime, globals, (...load) => this.loadWithin(...load));
    const strings = stringLibrary(runtime);
    const metatable = new LuaTable();
    metatable.set('__index', strings);
    runtime.stringMetatable = metatable;
    // Redis protects the metatable; elsewhere a script may replace its __index.
    if (isRedis) runtime.stringLibrary = strings;
    metatable.isReadOnly = isRedis;
    globals.set('string', strings);
    globals.set('table', tableLibrary(runtime));
    globals.set('math', mathLibrary(new RandomSource()));
    globals.set('os', osLibrary(runtime));
    globals.set('coroutine', coroutineLibrary(runtime));
    if (isRedis) {
      globals.set('pcall', redisPcall(runtime));
      globals.set('bit', bitLibrary());
      globals.set('cjson', cjsonLibrary(runtime));
      globals.set('cmsgpack', cmsgpackLibrary(runtime));
      globals.set('struct', structLibrary(runtime));
    }
    registerFunctions(globals);
    return iterators;
  }
}
