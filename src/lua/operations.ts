// What generated code does not do itself: operations on values that are not numbers, strings or
// plain tables. `what` says what a value is in the source, for errors: `local 'x'`, or ''.
import { failOperation } from './errors.ts';
import { METATABLES_MAX } from './limits.ts';
import type { NodeOrder } from './node-order.ts';
import { numberOfString, textOfNumber } from './numbers.ts';
import type { Shape } from './shape.ts';
import { LuaTable } from './table.ts';
import { typeName } from './types.ts';
import { first, type LuaFunction, type LuaResult, type LuaValue } from './value.ts';

/** How often a growing array is charged, in elements. */
const CHARGED_ELEMENTS = 1024;
const ELEMENT_SIZE = 16;

/** What of the Runtime is needed here. */
interface OperationsRuntime {
  /** The string metatable's __index, as long as that is the string library. */
  readonly stringLibrary: LuaTable | null;
  metamethod(value: LuaValue, event: string): LuaValue;
  charge(size: number): void;
  join(left: string, right: string): string;
  spendOnBytes(size: number): void;
  spendOnValues(count: number): void;
  enter(argumentsCount: number): number;
  leave(stackSize: number): void;
}

/** A field with a constant name, as generated code reads it: where the last table had it. */
export class FieldCache {
  readonly key: string;
  shape: Shape | null = null;
  slot = 0;

  constructor(key: string) {
    this.key = key;
  }
}

/** `object.name`, where the cache did not help. */
export function field(
  runtime: OperationsRuntime,
  object: LuaValue,
  cache: FieldCache,
  what: string,
): LuaValue {
  if (object instanceof LuaTable) {
    const { shape } = object;
    if (shape === cache.shape && object.values[cache.slot] !== undefined) {
      return object.values[cache.slot];
    }
    const slot = shape.slots.get(cache.key);
    if (slot !== undefined) {
      cache.shape = shape;
      cache.slot = slot;
      const value = object.values[slot];
      if (value !== undefined) return value;
    }
    if (object.metatable === null) return undefined;
  } else if (typeof object === 'string') {
    const library = runtime.stringLibrary;
    if (library !== null) return library.getString(cache.key);
  }
  return indexSlowly(runtime, object, cache.key, what);
}

/** `object[key]` */
export function index(
  runtime: OperationsRuntime,
  object: LuaValue,
  key: LuaValue,
  what: string,
): LuaValue {
  if (typeof key === 'string') runtime.spendOnBytes(key.length);
  if (object instanceof LuaTable) {
    const value = object.get(key);
    if (value !== undefined || object.metatable === null) return value;
  }
  return indexSlowly(runtime, object, key, what);
}

function indexSlowly(
  runtime: OperationsRuntime,
  object: LuaValue,
  key: LuaValue,
  what: string,
): LuaValue {
  let from = object;
  for (let i = 0; i < METATABLES_MAX; i++) {
    let handler: LuaValue;
    if (from instanceof LuaTable) {
      const value = from.get(key);
      if (value !== undefined || from.metatable === null) return value;
      handler = from.metatable.getString('__index');
      if (handler === undefined) return undefined;
    } else {
      handler = runtime.metamethod(from, '__index');
      if (handler === undefined) failAttempt('index', from, i === 0 ? what : '');
    }
    if (typeof handler === 'function') return first(invoke(runtime, handler, from, key));
    from = handler;
  }
  return failOperation('loop in gettable');
}

/** `object[key] = value` */
export function setIndex(
  runtime: OperationsRuntime,
  object: LuaValue,
  key: LuaValue,
  value: LuaValue,
  what: string,
): void {
  if (object instanceof LuaTable && object.metatable === null && !object.isReadOnly) {
    rawSet(runtime, object, key, value);
    return;
  }
  setIndexSlowly(runtime, object, key, value, what);
}

/** `object.name = value`, where the cache did not help. */
export function setField(
  runtime: OperationsRuntime,
  object: LuaValue,
  cache: FieldCache,
  value: LuaValue,
  what: string,
): void {
  if (object instanceof LuaTable && object.metatable === null && !object.isReadOnly) {
    const slot = object.shape.slots.get(cache.key);
    if (slot !== undefined && value !== undefined && object.values[slot] !== undefined) {
      cache.shape = object.shape;
      cache.slot = slot;
      object.values[slot] = value;
    } else {
      rawSet(runtime, object, cache.key, value);
    }
    return;
  }
  setIndexSlowly(runtime, object, cache.key, value, what);
}

/** Sets a field whatever the metatable says, with Lua's errors for keys that cannot be. */
export function rawSet(
  runtime: OperationsRuntime,
  table: LuaTable,
  key: LuaValue,
  value: LuaValue,
): void {
  if (typeof key === 'number') {
    const { array } = table;
    if (key === array.length + 1 && value !== undefined) {
      table.append(value);
      if (key % CHARGED_ELEMENTS === 0) runtime.charge(CHARGED_ELEMENTS * ELEMENT_SIZE);
      if (table.order !== null) payForOrder(runtime, table.order);
      return;
    }
  }
  checkKey(key);
  if (typeof key === 'string') runtime.spendOnBytes(key.length);
  table.set(key, value);
  if (table.order !== null) payForOrder(runtime, table.order);
  if (table.values.length % CHARGED_ELEMENTS === CHARGED_ELEMENTS - 1) {
    runtime.charge(CHARGED_ELEMENTS * ELEMENT_SIZE);
  }
}

/** Lua, too, puts all keys in again when there is no room for one more. */
function payForOrder(runtime: OperationsRuntime, order: NodeOrder): void {
  if (order.work === 0) return;
  runtime.spendOnValues(order.work);
  order.work = 0;
}

function checkKey(key: LuaValue): void {
  if (key === undefined) failOperation('table index is nil');
  if (Number.isNaN(key)) failOperation('table index is NaN');
}

function setIndexSlowly(
  runtime: OperationsRuntime,
  object: LuaValue,
  key: LuaValue,
  value: LuaValue,
  what: string,
): void {
  let into = object;
  for (let i = 0; i < METATABLES_MAX; i++) {
    let handler: LuaValue;
    if (into instanceof LuaTable) {
      checkKey(key);
      const { metatable } = into;
      if (metatable === null || into.get(key) !== undefined) handler = undefined;
      else handler = metatable.getString('__newindex');
      if (handler === undefined) {
        if (into.isReadOnly) failOperation('Attempt to modify a readonly table');
        rawSet(runtime, into, key, value);
        return;
      }
    } else {
      handler = runtime.metamethod(into, '__newindex');
      if (handler === undefined) failAttempt('index', into, i === 0 ? what : '');
    }
    if (typeof handler === 'function') {
      invoke(runtime, handler, into, key, value);
      return;
    }
    into = handler;
  }
  failOperation('loop in settable');
}

/** The binary operators of arithmetic, by the names of their events. */
export type ArithmeticEvent = '__add' | '__sub' | '__mul' | '__div' | '__mod' | '__pow' | '__unm';

/** Arithmetic on what is not two numbers. */
export function arithmetic(
  runtime: OperationsRuntime,
  event: ArithmeticEvent,
  left: LuaValue,
  right: LuaValue,
  whatLeft: string,
  whatRight: string,
): LuaValue {
  if (typeof left === 'string') runtime.spendOnBytes(left.length);
  if (typeof right === 'string') runtime.spendOnBytes(right.length);
  const a = toNumber(left);
  const b = toNumber(right);
  if (a !== undefined && b !== undefined) return calculate(event, a, b);
  const handler = runtime.metamethod(left, event) ?? runtime.metamethod(right, event);
  if (handler === undefined) {
    const isRight = a !== undefined;
    failAttempt('perform arithmetic on', isRight ? right : left, isRight ? whatRight : whatLeft);
  }
  return first(invokeValue(runtime, handler, left, right));
}

function calculate(event: ArithmeticEvent, a: number, b: number): number {
  switch (event) {
    case '__add':
      return a + b;
    case '__sub':
      return a - b;
    case '__mul':
      return a * b;
    case '__div':
      return a / b;
    case '__mod':
      return a - Math.floor(a / b) * b;
    case '__pow':
      return power(a, b);
    case '__unm':
      return -a;
  }
}

/** C's pow(): it differs from JavaScript's where one of the arguments is no ordinary number. */
export function power(base: number, exponent: number): number {
  if (base === 1) return 1;
  if (base === -1 && (exponent === Infinity || exponent === -Infinity)) return 1;
  return base ** exponent;
}

/** A number, or a string that reads as one, as a number. */
export function toNumber(value: LuaValue): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? numberOfString(value) : undefined;
}

/** `left .. right` */
export function concatenate(
  runtime: OperationsRuntime,
  left: LuaValue,
  right: LuaValue,
  whatLeft: string,
  whatRight: string,
): LuaValue {
  const a = typeof left === 'number' ? textOfNumber(left) : left;
  const b = typeof right === 'number' ? textOfNumber(right) : right;
  if (typeof a === 'string' && typeof b === 'string') {
    return runtime.join(a, b);
  }
  const handler = runtime.metamethod(left, '__concat') ?? runtime.metamethod(right, '__concat');
  if (handler === undefined) {
    const isRight = typeof a === 'string';
    failAttempt('concatenate', isRight ? right : left, isRight ? whatRight : whatLeft);
  }
  return first(invokeValue(runtime, handler, left, right));
}

/** `#value` */
export function lengthOf(runtime: OperationsRuntime, value: LuaValue, what: string): LuaValue {
  if (value instanceof LuaTable) return value.length;
  if (typeof value === 'string') return value.length;
  const handler = runtime.metamethod(value, '__len');
  if (handler === undefined) failAttempt('get length of', value, what);
  return first(invokeValue(runtime, handler, value, undefined));
}

/** `left == right` of two tables or userdata that are not the same. */
export function areEqual(runtime: OperationsRuntime, left: LuaValue, right: LuaValue): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object') return false;
  if (typeName(left) !== typeName(right)) return false;
  const handler = sharedHandler(runtime, left, right, '__eq');
  return handler !== undefined && isTrue(first(invokeValue(runtime, handler, left, right)));
}

/** `left < right` */
export function lessThan(runtime: OperationsRuntime, left: LuaValue, right: LuaValue): boolean {
  if (typeof left === 'number' && typeof right === 'number') return left < right;
  if (typeof left === 'string' && typeof right === 'string') {
    runtime.spendOnBytes(Math.min(left.length, right.length));
    return left < right;
  }
  if (typeName(left) !== typeName(right)) return failComparison(left, right);
  const handler = sharedHandler(runtime, left, right, '__lt');
  if (handler === undefined) return failComparison(left, right);
  return isTrue(first(invokeValue(runtime, handler, left, right)));
}

/** `left <= right`, which without __le is `not (right < left)`. */
export function lessEqual(runtime: OperationsRuntime, left: LuaValue, right: LuaValue): boolean {
  if (typeof left === 'number' && typeof right === 'number') return left <= right;
  if (typeof left === 'string' && typeof right === 'string') {
    runtime.spendOnBytes(Math.min(left.length, right.length));
    return left <= right;
  }
  if (typeName(left) !== typeName(right)) return failComparison(left, right);
  const handler = sharedHandler(runtime, left, right, '__le');
  if (handler !== undefined) return isTrue(first(invokeValue(runtime, handler, left, right)));
  const lessHandler = sharedHandler(runtime, right, left, '__lt');
  if (lessHandler === undefined) return failComparison(left, right);
  return !isTrue(first(invokeValue(runtime, lessHandler, right, left)));
}

/**
 * What to call for `value(...)` where the value is no function: its __call, or a function that
 * fails, since Lua evaluates the arguments first.
 */
export function callee(runtime: OperationsRuntime, value: LuaValue, what: string): LuaFunction {
  const handler = runtime.metamethod(value, '__call');
  if (typeof handler !== 'function') return () => failAttempt('call', value, what);
  const bound: LuaFunction = (...args) => invoke(runtime, handler, value, ...args);
  const { resumable } = handler;
  if (resumable !== undefined) bound.resumable = (...args) => resumable(value, ...args);
  return bound;
}

/** Is it neither nil nor false? */
export function isTrue(value: LuaValue): boolean {
  return value !== undefined && value !== false;
}

/** One of the three values of a numeric `for`. */
export function loopNumber(value: LuaValue, name: string): number {
  const number = toNumber(value);
  if (number === undefined) return failOperation(`'for' ${name} must be a number`);
  return number;
}

/** Metamethods of comparisons count only when both operands have the same one. */
function sharedHandler(
  runtime: OperationsRuntime,
  left: LuaValue,
  right: LuaValue,
  event: string,
): LuaValue {
  const handler = runtime.metamethod(left, event);
  if (handler === undefined) return undefined;
  return handler === runtime.metamethod(right, event) ? handler : undefined;
}

function invokeValue(
  runtime: OperationsRuntime,
  handler: LuaValue,
  ...args: LuaValue[]
): LuaResult {
  const target = typeof handler === 'function' ? handler : callee(runtime, handler, '');
  return invoke(runtime, target, ...args);
}

function invoke(runtime: OperationsRuntime, handler: LuaFunction, ...args: LuaValue[]): LuaResult {
  const stackSize = runtime.enter(args.length);
  const result = handler(...args);
  runtime.leave(stackSize);
  return result;
}

function failComparison(left: LuaValue, right: LuaValue): never {
  const a = typeName(left);
  const b = typeName(right);
  if (a === b) failOperation(`attempt to compare two ${a} values`);
  failOperation(`attempt to compare ${a} with ${b}`);
}

function failAttempt(action: string, value: LuaValue, what: string): never {
  const type = typeName(value);
  if (what === '') failOperation(`attempt to ${action} a ${type} value`);
  failOperation(`attempt to ${action} ${what} (a ${type} value)`);
}
