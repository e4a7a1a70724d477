// What runs a script: its limits, and the way in and out of Lua functions for the library.
import type { Coroutine } from './coroutine.ts';
import { asLuaError, failOperation, fromHost, LuaError, libraryFunction } from './errors.ts';
import {
  BYTES_PER_FUEL,
  CHARGE_PER_LOOK,
  CHARGE_PER_TICK,
  FEW_VALUES,
  FUEL_PER_ERROR,
  FUEL_PER_LEVEL,
  FUEL_PER_TICK,
  FUEL_PER_US,
  HOST_STACK_SIZE,
  LEVELS_MAX,
  LIBRARY_DEPTH_MAX,
  REAL_SIZE_MIN,
  SHORT_STRING_SIZE_MAX,
  STACK_SIZE_MAX,
  STRING_SIZE_MAX,
  TRUSTED_STACK_SIZE,
  VALUES_PER_FUEL,
} from './limits.ts';
import { callee, index, lessThan } from './operations.ts';
import type { LuaTable } from './table.ts';
import type { EnvironmentFrame, LuaFunction, LuaResult, LuaValue } from './value.ts';

/** What a runtime needs of its host. */
export interface Host {
  /**
   * Called every now and then while a script runs. Throws a ScriptStopped to end the script.
   */
  tick(): void;
  /** Bytes of the memory that scripts take, with garbage, or 0 if nobody knows. */
  memorySize(): number;
  /** The same without garbage: asked only where there seems to be too much. */
  liveMemorySize(): number;
  /** Processor time in seconds: os.clock(). */
  clockSeconds(): number;
}

/** Stack that a library function uses for each call into a script. */
const LIBRARY_FRAME_SIZE = 1000;
/** And for each argument of it: it is handed on several times. */
const LIBRARY_ARGUMENT_SIZE = 24;
/** A value that a call spreads. */
const ARGUMENT_SIZE = 8;

function takeRoom(): void {}

export class Runtime {
  /** Loops and calls left until the next tick. */
  fuel = FUEL_PER_TICK;
  /** Bytes of stack that the running functions use. */
  stackSize = 0;
  /** The metatable of all strings. */
  stringMetatable: LuaTable | null = null;
  /** Its __index, as long as that is the string library. */
  stringLibrary: LuaTable | null = null;
  /** The functions with environments that run, the innermost first. */
  frame: EnvironmentFrame | null = null;
  /** What a script has set as the environment of what it loads; null for the globals. */
  threadTable: LuaTable | null = null;
  /** The coroutine that runs; null for the main program. */
  coroutine: Coroutine | null = null;
  readonly host: Host;
  readonly memorySizeMax: number;
  private charged = 0;
  /** Fuel since the last tick that the host has spent, which charges what it makes. */
  private hostFuel = 0;
  /** As many arguments as fill the host's stack; made when they are wanted. */
  private room: number[] | null = null;
  /** Of the last string that was made: only to look at it. */
  lastCode = 0;
  /** Calls from the library and from metamethods, each within the other. */
  libraryDepth = 0;

  constructor(host: Host, memorySizeMax: number) {
    this.host = host;
    this.memorySizeMax = memorySizeMax;
  }

  /** Lets the host look. For work of a library function that a loop in Lua would also do. */
  spend(fuel: number): void {
    // A fraction would make V8 keep the field as a double, which slows every loop down.
    this.fuel -= Math.ceil(fuel);
    if (this.fuel < 0) this.tick();
  }

  /** The same for what the host has done in so many microseconds. */
  spendTime(us: number): void {
    const fuel = Math.ceil(us * FUEL_PER_US);
    this.hostFuel += fuel;
    this.spend(fuel);
  }

  /** The same for bytes of a string that are looked through or compared. */
  spendOnBytes(size: number): void {
    if (size > SHORT_STRING_SIZE_MAX) this.spend(size / BYTES_PER_FUEL);
  }

  /** The same for values that go from one place to another. */
  spendOnValues(count: number): void {
    if (count > FEW_VALUES) this.spend(count / VALUES_PER_FUEL);
  }

  /** The same for a look at a level of the stack. */
  spendOnLevels(level: number): void {
    this.spend(FUEL_PER_LEVEL * Math.min(level, LEVELS_MAX));
  }

  tick(): void {
    const ownShare = Math.max(0, 1 - this.hostFuel / FUEL_PER_TICK);
    this.fuel = FUEL_PER_TICK;
    this.hostFuel = 0;
    this.reserve();
    try {
      this.host.tick();
    } catch (error) {
      throw fromHost(error);
    }
    // Tables and closures are not charged one by one.
    this.charge(CHARGE_PER_TICK * ownShare);
  }

  /** Bytes were taken: for what may be large. Throws Lua's error when there are too many. */
  charge(size: number): void {
    this.charged += size;
    if (this.charged < CHARGE_PER_LOOK) return;
    this.charged = 0;
    const sizeMax = this.memorySizeMax - size;
    if (this.host.memorySize() <= sizeMax || this.host.liveMemorySize() <= sizeMax) return;
    throw new LuaError('not enough memory');
  }

  /** To be called before a string of this size is made: bytes that are taken and handled. */
  chargeString(size: number): void {
    if (size <= SHORT_STRING_SIZE_MAX) return;
    if (size > STRING_SIZE_MAX) throw new LuaError('not enough memory');
    this.charge(size);
    this.spendOnBytes(size);
  }

  /** A string that was charged, and now is there, not only promised. */
  real(text: string): string {
    if (text.length >= REAL_SIZE_MIN) this.lastCode = text.charCodeAt(0);
    return text;
  }

  /** Two strings as one. */
  join(left: string, right: string): string {
    this.chargeString(left.length + right.length);
    return this.real(left + right);
  }

  /** `left == right` where one of them is a long string. */
  areSame(left: LuaValue, right: LuaValue): boolean {
    if (typeof left === 'string' && typeof right === 'string' && left.length === right.length) {
      this.spendOnBytes(left.length);
    }
    return left === right;
  }

  /** As LuaTable.advance(), which goes over many fields that are nil. */
  advance(table: LuaTable, cursor: number): number {
    const next = table.advance(cursor);
    if (next === cursor - 1 || next === cursor + 1) return next;
    this.spendOnValues(next === 0 ? table.places : Math.abs(next - cursor));
    return next;
  }

  /** The functions that run use too much stack. */
  overflow(): never {
    failOperation('stack overflow');
  }

  /**
   * Fails unless the host has the stack that it needs, whatever was counted: nothing of the host is
   * begun that could end in its midst.
   */
  reserve(): void {
    if (this.stackSize < TRUSTED_STACK_SIZE) return;
    this.room ??= new Array<number>(HOST_STACK_SIZE / ARGUMENT_SIZE).fill(0);
    try {
      // A call takes stack for its arguments, all at once.
      Reflect.apply(takeRoom, undefined, this.room);
    } catch (error) {
      if (error instanceof RangeError) this.overflow();
      throw error;
    }
  }

  /** A function of the host for scripts. What it throws but LuaErrors, no script catches. */
  hostFunction(name: string, f: LuaFunction): LuaFunction {
    return libraryFunction(name, (...args: LuaValue[]): LuaResult => {
      this.reserve();
      try {
        return f(...args);
      } catch (error) {
        throw fromHost(error);
      }
    });
  }

  /** Values that a call spreads, where so much stack is used: they take some, too. */
  spread(values: LuaValue[], stackSize: number): LuaValue[] {
    this.stackSize = stackSize + ARGUMENT_SIZE * values.length;
    if (this.stackSize > STACK_SIZE_MAX) this.overflow();
    return values;
  }

  /** The call that spread values has ended, with this result. */
  spreadEnds(result: LuaResult, stackSize: number): LuaResult {
    this.stackSize = stackSize;
    return result;
  }

  /** A call from JavaScript begins. Returns the stack size to set again at its end. */
  enter(argumentsCount = 0): number {
    const { stackSize } = this;
    this.stackSize = stackSize + LIBRARY_FRAME_SIZE + LIBRARY_ARGUMENT_SIZE * argumentsCount;
    if (this.stackSize > STACK_SIZE_MAX) this.overflow();
    if (++this.libraryDepth > LIBRARY_DEPTH_MAX) failOperation('C stack overflow');
    return stackSize;
  }

  /** Ends what enter() began, unless an error does: whoever catches it knows what was before. */
  leave(stackSize: number): void {
    this.stackSize = stackSize;
    this.libraryDepth--;
  }

  /** Calls a value from the library; with a __call metamethod it need not be a function. */
  call(value: LuaValue, ...args: LuaValue[]): LuaResult {
    const stackSize = this.enter(args.length);
    const result = typeof value === 'function' ? value(...args) : callee(this, value, '')(...args);
    this.leave(stackSize);
    return result;
  }

  /** Calls a value and catches the error that it ends with. */
  attempt(value: LuaValue, args: LuaValue[]): LuaResult | LuaError {
    const { stackSize, frame, libraryDepth } = this;
    try {
      return this.call(value, ...args);
    } catch (error) {
      this.stackSize = stackSize;
      this.frame = frame;
      this.libraryDepth = libraryDepth;
      return this.caught(error);
    }
  }

  /** The error that a script may see; throws what no script may catch. */
  caught(error: unknown): LuaError {
    const caught = asLuaError(error);
    if (caught === null) throw error;
    this.spend(FUEL_PER_ERROR);
    const { value } = caught;
    if (typeof value !== 'string') return caught;
    // A position and a text are joined.
    this.chargeString(value.length);
    this.real(value);
    return caught;
  }

  /** `object[key]`, for the library. */
  index(object: LuaValue, key: LuaValue): LuaValue {
    return index(this, object, key, '');
  }

  /** `left < right`, for the library. */
  lessThan(left: LuaValue, right: LuaValue): boolean {
    return lessThan(this, left, right);
  }

  /** The metamethod of an event, or nil. */
  metamethod(value: LuaValue, event: string): LuaValue {
    const metatable = this.metatableOf(value);
    return metatable === null ? undefined : metatable.getString(event);
  }

  metatableOf(value: LuaValue): LuaTable | null {
    if (typeof value === 'string') return this.stringMetatable;
    if (typeof value !== 'object') return null;
    return 'metatable' in value ? value.metatable : null;
  }
}
