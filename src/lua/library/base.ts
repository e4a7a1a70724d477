// The basic functions: those that Redis keeps.
import {
  fail,
  failArgument,
  failOperation,
  LuaError,
  libraryFunction,
  position,
} from '../errors.ts';
import { LIBRARY_SLOTS_MAX } from '../limits.ts';
import { blanksEnd, digitAt, isHexadecimal } from '../number-scan.ts';
import { numberOfString, textOfNumber } from '../numbers.ts';
import { rawSet } from '../operations.ts';
import type { Runtime } from '../runtime.ts';
import { LuaTable } from '../table.ts';
import { typeName } from '../types.ts';
import { first, type Iterators, type LuaResult, type LuaValue, Userdata } from '../value.ts';
import { checkAny, checkInt, checkNumber, checkString, checkTable, failType } from './arguments.ts';
import { addressText } from './names.ts';

const BASE_MAX = 36;
const TWO_TO_64 = 2n ** 64n;

/** tostring() of any value. */
export function textOf(runtime: Runtime, value: LuaValue): LuaValue {
  switch (typeof value) {
    case 'string':
      return runtime.stringLibrary === null ? textOfString(runtime, value) : value;
    case 'number':
      return textOfNumber(value);
    case 'undefined':
      return 'nil';
    case 'boolean':
      return String(value);
    default:
      return textOfThing(runtime, value);
  }
}

/** Where scripts may change the metatable of strings. */
function textOfString(runtime: Runtime, value: string): LuaValue {
  const handler = runtime.metamethod(value, '__tostring');
  return handler === undefined ? value : first(runtime.call(handler, value));
}

function textOfThing(runtime: Runtime, value: Exclude<LuaValue, undefined | boolean>): LuaValue {
  const handler = runtime.metamethod(value, '__tostring');
  if (handler !== undefined) return first(runtime.call(handler, value));
  if (value instanceof Userdata && value.text !== '') return value.text;
  return addressText(typeName(value), value as object);
}

/** Adds the basic functions to a table of globals. */
export function addBase(runtime: Runtime, globals: LuaTable): Iterators {
  const iterators = addTraversal(runtime, globals);
  addTypes(runtime, globals);
  addTables(runtime, globals);
  addErrors(runtime, globals);
  globals.set('_G', globals);
  globals.set('_VERSION', 'Lua 5.1');
  return iterators;
}

function addTraversal(runtime: Runtime, globals: LuaTable): Iterators {
  function lua_next(table: LuaValue, key: LuaValue): LuaResult {
    if (!(table instanceof LuaTable)) return failType(table, 1, 'next', arguments.length, 'table');
    const from = key === undefined ? 0 : table.cursorOf(key);
    if (from === null) return failOperation("invalid key to 'next'");
    const cursor = runtime.advance(table, from);
    return cursor === 0 ? undefined : [table.keyAt(cursor), table.valueAt(cursor)];
  }
  function lua_ipairs_step(table: LuaValue, index: LuaValue): LuaResult {
    const next = checkInt(index, 2, 'ipairs', arguments.length) + 1;
    const value = checkTable(table, 1, 'ipairs', arguments.length).get(next);
    return value === undefined ? [] : [next, value];
  }
  globals.set('next', lua_next);
  globals.set('pairs', function lua_pairs(table: LuaValue): LuaResult {
    return [lua_next, checkTable(table, 1, 'pairs', arguments.length), undefined];
  });
  globals.set('ipairs', function lua_ipairs(table: LuaValue): LuaResult {
    return [lua_ipairs_step, checkTable(table, 1, 'ipairs', arguments.length), 0];
  });
  globals.set('select', function lua_select(which: LuaValue, ...rest: LuaValue[]): LuaResult {
    if (typeof which === 'string' && which[0] === '#') return rest.length;
    const index = checkInt(which, 1, 'select', arguments.length);
    runtime.spendOnValues(rest.length);
    const start = index < 0 ? rest.length + 1 + index : index;
    if (start < 1) return failArgument(1, 'select', 'index out of range');
    return rest.slice(start - 1);
  });
  globals.set(
    'unpack',
    function lua_unpack(table: LuaValue, start: LuaValue, end: LuaValue): LuaResult {
      const from = checkTable(table, 1, 'unpack', arguments.length);
      const low = start === undefined ? 1 : checkInt(start, 2, 'unpack', arguments.length);
      const high = end === undefined ? from.length : checkInt(end, 3, 'unpack', arguments.length);
      if (low > high) return [];
      if (high - low + 1 >= LIBRARY_SLOTS_MAX) return fail('too many results to unpack');
      runtime.spendOnValues(high - low);
      if (low === 1 && high === from.array.length) return from.array.slice();
      const values: LuaValue[] = [];
      for (let i = low; i <= high; i++) values.push(from.get(i));
      return values;
    },
  );
  return { next: lua_next, ipairs: libraryFunction('ipairs_step', lua_ipairs_step) };
}

function addTypes(runtime: Runtime, globals: LuaTable): void {
  globals.set('type', function lua_type(value: LuaValue): LuaResult {
    checkAny(1, 'type', arguments.length);
    return typeName(value);
  });
  globals.set('tostring', function lua_tostring(value: LuaValue): LuaResult {
    checkAny(1, 'tostring', arguments.length);
    return textOf(runtime, value);
  });
  globals.set('tonumber', function lua_tonumber(value: LuaValue, base: LuaValue): LuaResult {
    const count = arguments.length;
    if (typeof value === 'string') runtime.spendOnBytes(value.length);
    const radix = base === undefined ? 10 : checkInt(base, 2, 'tonumber', count);
    if (radix !== 10) return inBase(checkString(value, 1, 'tonumber', count), radix);
    checkAny(1, 'tonumber', count);
    if (typeof value === 'number') return value;
    return typeof value === 'string' ? numberOfString(value) : undefined;
  });
  globals.set(
    'collectgarbage',
    function lua_collectgarbage(option: LuaValue, argument: LuaValue): LuaResult {
      const count = arguments.length;
      const what =
        option === undefined ? 'collect' : checkString(option, 1, 'collectgarbage', count);
      if (argument !== undefined) checkNumber(argument, 2, 'collectgarbage', count);
      switch (what) {
        case 'count':
          return runtime.host.memorySize() / 1024;
        case 'step':
          return true;
        case 'setpause':
        case 'setstepmul':
          return 200;
        case 'collect':
        case 'stop':
        case 'restart':
          return 0;
        default:
          return failArgument(1, 'collectgarbage', `invalid option '${what}'`);
      }
    },
  );
  globals.set('gcinfo', function lua_gcinfo(): LuaResult {
    return Math.floor(runtime.host.memorySize() / 1024);
  });
}

function addTables(runtime: Runtime, globals: LuaTable): void {
  globals.set('rawequal', function lua_rawequal(left: LuaValue, right: LuaValue): LuaResult {
    checkAny(1, 'rawequal', arguments.length);
    checkAny(2, 'rawequal', arguments.length);
    return runtime.areSame(left, right);
  });
  globals.set('rawget', function lua_rawget(table: LuaValue, key: LuaValue): LuaResult {
    const from = checkTable(table, 1, 'rawget', arguments.length);
    checkAny(2, 'rawget', arguments.length);
    if (typeof key === 'string') runtime.spendOnBytes(key.length);
    return from.get(key);
  });
  globals.set(
    'rawset',
    function lua_rawset(table: LuaValue, key: LuaValue, value: LuaValue): LuaResult {
      const into = checkTable(table, 1, 'rawset', arguments.length);
      checkAny(2, 'rawset', arguments.length);
      checkAny(3, 'rawset', arguments.length);
      if (into.isReadOnly) failOperation('Attempt to modify a readonly table');
      rawSet(runtime, into, key, value);
      return into;
    },
  );
  globals.set('getmetatable', function lua_getmetatable(value: LuaValue): LuaResult {
    checkAny(1, 'getmetatable', arguments.length);
    const metatable = runtime.metatableOf(value);
    if (metatable === null) return undefined;
    return metatable.getString('__metatable') ?? metatable;
  });
  globals.set(
    'setmetatable',
    function lua_setmetatable(table: LuaValue, metatable: LuaValue): LuaResult {
      const into = checkTable(table, 1, 'setmetatable', arguments.length);
      const isNil = metatable === undefined && arguments.length > 1;
      if (!isNil && !(metatable instanceof LuaTable)) {
        return failArgument(2, 'setmetatable', 'nil or table expected');
      }
      if (into.metatable?.getString('__metatable') !== undefined) {
        fail('cannot change a protected metatable');
      }
      if (into.isReadOnly) failOperation('Attempt to modify a readonly table');
      into.metatable = metatable ?? null;
      return into;
    },
  );
  const proxies = new WeakSet<LuaTable>();
  globals.set('newproxy', function lua_newproxy(like: LuaValue): LuaResult {
    const proxy = new Userdata('');
    if (like === undefined || like === false) return proxy;
    let metatable: LuaTable | null = null;
    if (like === true) metatable = new LuaTable();
    else if (like instanceof Userdata) metatable = like.metatable;
    if (metatable === null || (like !== true && !proxies.has(metatable))) {
      return failArgument(1, 'newproxy', 'boolean or proxy expected');
    }
    proxies.add(metatable);
    proxy.metatable = metatable;
    return proxy;
  });
}

function addErrors(runtime: Runtime, globals: LuaTable): void {
  globals.set('error', function lua_error(value: LuaValue, level: LuaValue): LuaResult {
    const at = level === undefined ? 1 : checkInt(level, 2, 'error', arguments.length);
    const isText = typeof value === 'string' || typeof value === 'number';
    if (!isText || at <= 0) throw new LuaError(value, true);
    runtime.spendOnLevels(at);
    throw new LuaError(position(at) + String(textOf(runtime, value)), at !== 1);
  });
  globals.set('assert', function lua_assert(...values: LuaValue[]): LuaResult {
    checkAny(1, 'assert', values.length);
    const [value, message] = values;
    if (value !== undefined && value !== false) return values;
    if (message === undefined) return fail('assertion failed!');
    const text = checkString(message, 2, 'assert', values.length);
    // Lua formats the message as a C string, which a NUL ends.
    const nul = text.indexOf('\0');
    return fail(nul < 0 ? text : text.slice(0, nul));
  });
  globals.set('pcall', function lua_pcall(...values: LuaValue[]): LuaResult {
    checkAny(1, 'pcall', values.length);
    const [callee, ...args] = values;
    const outcome = runtime.attempt(callee, args);
    if (outcome instanceof LuaError) return [false, outcome.value];
    return Array.isArray(outcome) ? [true, ...outcome] : [true, outcome];
  });
  globals.set('xpcall', function lua_xpcall(callee: LuaValue, handler: LuaValue): LuaResult {
    checkAny(2, 'xpcall', arguments.length);
    const outcome = runtime.attempt(callee, []);
    if (!(outcome instanceof LuaError)) {
      return Array.isArray(outcome) ? [true, ...outcome] : [true, outcome];
    }
    if (typeof handler !== 'function') return [false, 'error in error handling'];
    const handled = runtime.attempt(handler, [outcome.value]);
    if (handled instanceof LuaError) return [false, 'error in error handling'];
    return [false, first(handled)];
  });
}

/** tonumber() with a base, as C's strtoul() reads it. */
function inBase(text: string, base: number): LuaValue {
  if (base < 2 || base > BASE_MAX) return failArgument(2, 'tonumber', 'base out of range');
  // C's string ends at a zero byte.
  const nul = text.indexOf('\0');
  const whole = nul < 0 ? text : text.slice(0, nul);
  let start = blanksEnd(whole, 0);
  const sign = whole[start];
  if (sign === '+' || sign === '-') start++;
  if (base === 16 && isHexadecimal(whole, start) && digitAt(whole, start + 2) < 16) start += 2;
  let value = 0n;
  let end = start;
  for (; end < whole.length; end++) {
    const digit = digitAt(whole, end);
    if (digit >= base) break;
    if ((value > 0n || digit > 0) && value < TWO_TO_64)
      value = value * BigInt(base) + BigInt(digit);
  }
  if (end === start || blanksEnd(whole, end) < whole.length) return undefined;
  if (value >= TWO_TO_64) value = TWO_TO_64 - 1n;
  else if (sign === '-') value = BigInt.asUintN(64, -value);
  return Number(value);
}
