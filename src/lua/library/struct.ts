// The struct library of Redis, by Roberto Ierusalimschy: values as the bytes of C structures, after
// the formats of struct-format.ts.
import { fail, failArgument } from '../errors.ts';
import { LIBRARY_SLOTS_MAX } from '../limits.ts';
import { numberOfString } from '../numbers.ts';
import type { Runtime } from '../runtime.ts';
import { type LuaTable, tableFor } from '../table.ts';
import type { LuaFunction, LuaResult, LuaValue } from '../value.ts';
import { checkInteger, checkNumber, checkString, integerOf } from './arguments.ts';
import { doubleAt, floatAt, textOfDouble, textOfFloat } from './float-bytes.ts';
import { formatOf, type Step } from './struct-format.ts';

const TWO_32 = 2 ** 32;
const TWO_63 = 2 ** 63;
const TWO_64 = 2 ** 64;
const STEPS_PER_FUEL = 4;

export function structLibrary(runtime: Runtime): LuaTable {
  // Lua's order, and room for all: traversal shows it.
  const library = tableFor(3);
  library.set('pack', packFunction(runtime));
  library.set('unpack', unpackFunction(runtime));
  library.set('size', sizeFunction(runtime));
  return library;
}

function packFunction(runtime: Runtime): LuaFunction {
  return function lua_pack(format: LuaValue): LuaResult {
    const count = arguments.length;
    const { steps } = formatOf(runtime, checkString(format, 1, 'pack', count));
    runtime.spend((steps.length / STEPS_PER_FUEL) | 0);
    let text = '';
    let index = 2;
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i];
      if (step.alignment > 1) text += '\0'.repeat(step.paddingAt(text.length));
      switch (step.kind) {
        case 'control':
          break;
        case 'padding':
          text += '\0';
          break;
        case 'unknown':
        case 'bad size':
        case 'bad alignment':
          failStep(step, 'pack');
          break;
        default:
          text += packValue(step, arguments[index - 1], index, count);
          index++;
      }
    }
    runtime.chargeString(text.length);
    return runtime.real(text);
  };
}

function packValue(step: Step, value: LuaValue, index: number, given: number): string {
  // One argument too few is not "no value": the reference has put a nil behind the last one.
  const count = Math.max(index, given);
  const { kind, size, isLittle } = step;
  switch (kind) {
    case 'integer':
      return textOfInteger(checkNumber(value, index, 'pack', count), size, isLittle);
    case 'double':
      return textOfDouble(checkNumber(value, index, 'pack', count), isLittle);
    case 'float':
      return textOfFloat(checkNumber(value, index, 'pack', count), isLittle);
    case 'string':
      return `${checkString(value, index, 'pack', count)}\0`;
    default: {
      const text = checkString(value, index, 'pack', count);
      // The reference names the next argument.
      if (text.length < size) failArgument(index + 1, 'pack', 'string too short');
      return size === 0 ? text : text.slice(0, size);
    }
  }
}

function unpackFunction(runtime: Runtime): LuaFunction {
  return function lua_unpack(format: LuaValue, dataText: LuaValue, from: LuaValue): LuaResult {
    const count = arguments.length;
    const { steps, valueCount } = formatOf(runtime, checkString(format, 1, 'unpack', count));
    const data = checkString(dataText, 2, 'unpack', count);
    const start = from === undefined ? 1 : checkInteger(from, 3, 'unpack', count);
    if (start === 0) failArgument(3, 'unpack', 'offset must be 1 or greater');
    runtime.spend((steps.length / STEPS_PER_FUEL) | 0);
    // One below zero is a very large one to the reference, and not an error by itself.
    let offset = start - 1;
    const results = roomFor(valueCount + 1);
    let found = 0;
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i];
      let { size } = step;
      if (step.kind === 'bad size') failStep(step, 'unpack');
      if (step.alignment > 1) offset += step.paddingAt(offset);
      checkRoom(data, offset, size);
      if (count + found + 2 > LIBRARY_SLOTS_MAX) fail('stack overflow (too many results)');
      switch (step.kind) {
        case 'control':
        case 'padding':
          break;
        case 'unknown':
        case 'bad alignment':
          failStep(step, 'unpack');
          break;
        case 'string':
          size = sizeOfString(runtime, data, offset);
          results[found++] = data.slice(offset, offset + size - 1);
          break;
        case 'characters':
          if (size === 0) {
            size = sizeOfResult(found === 0 ? undefined : results[--found]);
            checkRoom(data, offset, size);
          }
          results[found++] = data.slice(offset, offset + size);
          break;
        default:
          results[found++] = numberAt(step, data, offset);
      }
      offset += size;
    }
    results[found++] = offset + 1;
    return results;
  };
}

/** An array to be filled. To grow would take as long as to unpack a few values. */
function roomFor(count: number): LuaValue[] {
  const none = undefined;
  switch (count) {
    case 2:
      return [none, none];
    case 3:
      return [none, none, none];
    case 4:
      return [none, none, none, none];
    case 5:
      return [none, none, none, none, none];
    case 6:
      return [none, none, none, none, none, none];
    default:
      return [];
  }
}

function numberAt({ kind, size, isLittle, isSigned }: Step, data: string, offset: number): number {
  if (kind === 'double') return doubleAt(data, offset, isLittle);
  if (kind === 'float') return floatAt(data, offset, isLittle);
  return integerAt(data, offset, size, isLittle, isSigned);
}

function checkRoom(data: string, offset: number, size: number): void {
  if (offset >= 0 && offset <= data.length - size) return;
  failArgument(2, 'unpack', 'data string too short');
}

/** The size of a string with the zero byte that ends it. */
function sizeOfString(runtime: Runtime, data: string, offset: number): number {
  const end = data.indexOf('\0', offset);
  runtime.spendOnBytes((end < 0 ? data.length : end) - offset);
  if (end < 0) fail('unfinished string in data');
  return end + 1 - offset;
}

/** What format 'c0' takes for the size: the result before it, which then is none. */
function sizeOfResult(result: LuaValue): number {
  const number = typeof result === 'string' ? numberOfString(result) : result;
  if (typeof number !== 'number') fail("format 'c0' needs a previous size");
  // As a C cast to a size gives it: NaN and what is below zero is very large.
  const size = Math.trunc(number);
  if (size >= TWO_64) return 0;
  return size >= 0 ? size : Number.POSITIVE_INFINITY;
}

function sizeFunction(runtime: Runtime): LuaFunction {
  return function lua_size(format: LuaValue): LuaResult {
    let size = 0;
    const { steps } = formatOf(runtime, checkString(format, 1, 'size', arguments.length));
    runtime.spend((steps.length / STEPS_PER_FUEL) | 0);
    for (const step of steps) {
      size += step.paddingAt(size) + step.size;
      switch (step.kind) {
        case 'string':
          failArgument(1, 'size', "option 's' has no fixed size");
          break;
        case 'characters':
          if (step.size === 0) failArgument(1, 'size', "option 'c0' has no fixed size");
          break;
        case 'unknown':
          // Letters and digits that are no option pass here, and only here.
          if (!/[0-9A-Za-z]/.test(step.text)) failStep(step, 'size');
          break;
        case 'bad size':
        case 'bad alignment':
          failStep(step, 'size');
      }
    }
    return size;
  };
}

function failStep({ kind, text }: Step, functionName: string): never {
  if (kind === 'unknown') failArgument(1, functionName, `invalid format option '${text}'`);
  fail(text);
}

/** The lowest bytes of the integer that a C cast gives; more than eight of them are zero. */
function textOfInteger(value: number, size: number, isLittle: boolean): string {
  let whole = integerOf(value);
  // The cast is an unsigned one for what is above zero.
  if (value >= TWO_63) whole = value < TWO_64 ? value : 0;
  const high = Math.floor(whole / TWO_32);
  const low = whole - high * TWO_32;
  const a = low & 0xff;
  const b = (low >>> 8) & 0xff;
  if (size === 1) return String.fromCharCode(a);
  if (size === 2) return isLittle ? String.fromCharCode(a, b) : String.fromCharCode(b, a);
  const c = (low >>> 16) & 0xff;
  const d = low >>> 24;
  if (size === 4) {
    return isLittle ? String.fromCharCode(a, b, c, d) : String.fromCharCode(d, c, b, a);
  }
  const bytes = [a, b, c, d];
  for (let i = 0; i < 4; i++) bytes.push((high >>> (8 * i)) & 0xff);
  while (bytes.length < size) bytes.push(0);
  bytes.length = size;
  if (!isLittle) bytes.reverse();
  return String.fromCharCode(...bytes);
}

function integerAt(
  data: string,
  offset: number,
  size: number,
  isLittle: boolean,
  isSigned: boolean,
): number {
  let high = 0;
  let low = 0;
  let at = isLittle ? offset + size - 1 : offset;
  const step = isLittle ? -1 : 1;
  if (size <= 4) {
    for (let i = 0; i < size; i++, at += step) low = (low << 8) | data.charCodeAt(at);
    if (!isSigned) return low >>> 0;
    const unused = 32 - 8 * size;
    return size === 0 ? 0 : (low << unused) >> unused;
  }
  for (let i = 0; i < size; i++, at += step) {
    high = (high << 8) | (low >>> 24);
    low = (low << 8) | data.charCodeAt(at);
  }
  if (!isSigned) return (high >>> 0) * TWO_32 + (low >>> 0);
  // The reference shifts by the place of the sign modulo 64: bits from there on are all set if one
  // is.
  const signPlace = (8 * size - 1) & 63;
  const highMask = signPlace < 32 ? -1 : -1 << (signPlace - 32);
  const lowMask = signPlace < 32 ? -1 << signPlace : 0;
  if (((high & highMask) | (low & lowMask)) !== 0) {
    high |= highMask;
    low |= lowMask;
  }
  return high * TWO_32 + (low >>> 0);
}
