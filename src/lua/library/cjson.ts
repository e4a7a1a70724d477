// The cjson library of Redis: https://www.kyne.com.au/~mark/software/lua-cjson-manual.html,
// version 2.1.0. Each library, as new() makes them, has settings of its own.
import { failArgument } from '../errors.ts';
import { JSON_DEPTH_MAX } from '../limits.ts';
import type { Runtime } from '../runtime.ts';
import { LuaTable } from '../table.ts';
import type { LuaFunction, LuaResult, LuaValue } from '../value.ts';
import { checkInt, checkString } from './arguments.ts';
import { type DecodeSettings, decodeJson, jsonKeyText } from './cjson-decode.ts';
import { type EncodeSettings, encodeJson, jsonKey, NULL } from './cjson-encode.ts';
import { KeyPaths } from './key-paths.ts';
import { KeyTexts } from './key-texts.ts';
import { registerFunctions } from './register.ts';

const INT_MAX = 2 ** 31 - 1;
const PRECISION_MAX = 14;

export function cjsonLibrary(runtime: Runtime): LuaTable {
  const library = new LuaTable();
  const encoding: EncodeSettings = {
    convertsSparse: false,
    sparseRatio: 2,
    sparseSafe: 10,
    depthMax: JSON_DEPTH_MAX,
    invalidNumbers: 'off',
    precision: PRECISION_MAX,
  };
  const decoding: DecodeSettings = { depthMax: JSON_DEPTH_MAX, readsInvalidNumbers: true };
  // The order is that of Redis: it decides how traversal meets them.
  addConversions(runtime, library, encoding, decoding);
  addSettings(library, encoding, decoding);
  library.set('new', function lua_new(): LuaResult {
    const created = cjsonLibrary(runtime);
    registerFunctions(created);
    return created;
  });
  library.set('null', NULL);
  library.set('_NAME', 'cjson');
  library.set('_VERSION', '2.1.0');
  return library;
}

function addConversions(
  runtime: Runtime,
  library: LuaTable,
  encoding: EncodeSettings,
  decoding: DecodeSettings,
): void {
  const paths = new KeyPaths(jsonKeyText);
  const keyTexts = new KeyTexts(jsonKey);
  library.set('encode', function lua_encode(value: LuaValue): LuaResult {
    if (arguments.length !== 1) failArgument(1, 'encode', 'expected 1 argument');
    return encodeJson(runtime, encoding, keyTexts, value);
  });
  library.set('decode', function lua_decode(text: LuaValue): LuaResult {
    if (arguments.length !== 1) failArgument(1, 'decode', 'expected 1 argument');
    return decodeJson(runtime, decoding, paths, checkString(text, 1, 'decode', 1));
  });
}

function addSettings(library: LuaTable, encoding: EncodeSettings, decoding: DecodeSettings): void {
  library.set('encode_sparse_array', sparseArrayFunction(encoding));
  addSetting(library, 'encode_max_depth', (depth, name) => {
    if (depth !== undefined) encoding.depthMax = integer(depth, 1, name, 1, INT_MAX);
    return encoding.depthMax;
  });
  addSetting(library, 'decode_max_depth', (depth, name) => {
    if (depth !== undefined) decoding.depthMax = integer(depth, 1, name, 1, INT_MAX);
    return decoding.depthMax;
  });
  addSetting(library, 'encode_number_precision', (digits, name) => {
    if (digits !== undefined) encoding.precision = integer(digits, 1, name, 1, PRECISION_MAX);
    return encoding.precision;
  });
  // Nothing is kept here from one text to the next.
  let keepsBuffer = true;
  addSetting(library, 'encode_keep_buffer', (keeps, name) => {
    if (keeps !== undefined) keepsBuffer = option(keeps, name, ON_OFF) === 'on';
    return keepsBuffer;
  });
  addSetting(library, 'encode_invalid_numbers', (mode, name) => {
    if (mode !== undefined) encoding.invalidNumbers = option(mode, name, ON_OFF_NULL);
    return encoding.invalidNumbers === 'null' ? 'null' : encoding.invalidNumbers === 'on';
  });
  addSetting(library, 'decode_invalid_numbers', (reads, name) => {
    if (reads !== undefined) decoding.readsInvalidNumbers = option(reads, name, ON_OFF) === 'on';
    return decoding.readsInvalidNumbers;
  });
}

const ON_OFF = ['off', 'on'] as const;
const ON_OFF_NULL = ['off', 'on', 'null'] as const;

/** Adds a function that changes a setting, if it is called with one, and returns it. */
function addSetting(
  library: LuaTable,
  name: string,
  change: (value: LuaValue, name: string) => LuaValue,
): void {
  library.set(name, function lua_setting(value: LuaValue): LuaResult {
    checkCount(1, name, arguments.length);
    return change(value, name);
  });
}

function sparseArrayFunction(encoding: EncodeSettings): LuaFunction {
  const name = 'encode_sparse_array';
  return function lua_encode_sparse_array(
    converts: LuaValue,
    ratio: LuaValue,
    safe: LuaValue,
  ): LuaResult {
    checkCount(3, name, arguments.length);
    if (converts !== undefined) encoding.convertsSparse = option(converts, name, ON_OFF) === 'on';
    if (ratio !== undefined) encoding.sparseRatio = integer(ratio, 2, name, 0, INT_MAX);
    if (safe !== undefined) encoding.sparseSafe = integer(safe, 3, name, 0, INT_MAX);
    return [encoding.convertsSparse, encoding.sparseRatio, encoding.sparseSafe];
  };
}

function checkCount(countMax: number, name: string, count: number): void {
  if (count > countMax) failArgument(countMax + 1, name, 'found too many arguments');
}

/** A C int. Whatever the argument's index is, one out of range is said to be the first. */
function integer(value: LuaValue, index: number, name: string, min: number, max: number): number {
  const result = checkInt(value, index, name, index);
  if (result >= min && result <= max) return result;
  return failArgument(1, name, `expected integer between ${min} and ${max}`);
}

/** One of some words, or a boolean for `off` and `on`. */
function option<T extends string>(value: LuaValue, name: string, words: readonly T[]): T {
  if (typeof value === 'boolean') return words[value ? 1 : 0];
  // For C a string ends at a zero byte.
  const [text] = checkString(value, 1, name, 1).split('\0', 1);
  const word = words.find((known) => known === text);
  return word ?? failArgument(1, name, `invalid option '${text}'`);
}
