// The cmsgpack library of Redis: https://github.com/antirez/lua-cmsgpack.
import { fail, failArgument } from '../errors.ts';
import { LIBRARY_SLOTS_MAX } from '../limits.ts';
import type { Runtime } from '../runtime.ts';
import { LuaTable } from '../table.ts';
import { type LuaFunction, type LuaResult, type LuaValue, NOTHING } from '../value.ts';
import { checkInteger, checkString, optionalInteger } from './arguments.ts';
import { Packer } from './cmsgpack-pack.ts';
import { LikelyShapes, Unpacker } from './cmsgpack-unpack.ts';

/** The arguments are on Lua's stack twice. */
const PACKED_MAX = LIBRARY_SLOTS_MAX / 2;

export function cmsgpackLibrary(runtime: Runtime): LuaTable {
  const library = new LuaTable();
  library.set('pack', packFunction(runtime));
  addUnpackFunctions(runtime, library);
  library.set('_NAME', 'cmsgpack');
  library.set('_VERSION', 'lua-cmsgpack 0.4.0');
  library.set('_COPYRIGHT', 'Copyright (C) 2012, Salvatore Sanfilippo');
  library.set('_DESCRIPTION', 'MessagePack C implementation for Lua');
  return library;
}

function packFunction(runtime: Runtime): LuaFunction {
  const packer = new Packer(runtime);
  return function lua_pack(value: LuaValue): LuaResult {
    const count = arguments.length;
    if (count === 0) failArgument(0, 'pack', 'MessagePack pack needs input.');
    if (count > PACKED_MAX) failArgument(0, 'pack', 'Too many arguments for MessagePack pack.');
    let text = packer.pack(value, 0);
    for (let i = 1; i < count; i++) text += packer.pack(arguments[i], 0);
    runtime.chargeString(text.length);
    return runtime.real(text);
  };
}

function addUnpackFunctions(runtime: Runtime, library: LuaTable): void {
  const likely = new LikelyShapes();
  library.set('unpack', function lua_unpack(text: LuaValue): LuaResult {
    const source = checkString(text, 1, 'unpack', arguments.length);
    return unpackAll(new Unpacker(runtime, likely, source, 0, arguments.length), source.length);
  });

  // The offset is looked at before the text.
  library.set('unpack_one', function lua_unpack_one(text: LuaValue, from: LuaValue): LuaResult {
    const count = arguments.length;
    const offset = optionalInteger(from, 2, 'unpack_one', count, 0);
    const source = checkString(text, 1, 'unpack_one', count);
    return unpackSome(runtime, likely, source, 1, offset);
  });

  library.set(
    'unpack_limit',
    function lua_unpack_limit(text: LuaValue, most: LuaValue, from: LuaValue): LuaResult {
      const count = arguments.length;
      const limit = checkInteger(most, 2, 'unpack_limit', count);
      const offset = optionalInteger(from, 3, 'unpack_limit', count, 0);
      const source = checkString(text, 1, 'unpack_limit', count);
      // So the reference says that there is no limit.
      if (limit === 0 && offset === 0) {
        return unpackAll(new Unpacker(runtime, likely, source, 0, 1), source.length);
      }
      return unpackSome(runtime, likely, source, limit, offset);
    },
  );
}

function unpackAll(unpacker: Unpacker, size: number): LuaResult {
  if (unpacker.offset === size) return NOTHING;
  const value = unpacker.next();
  if (unpacker.offset === size) return value;
  const values = [value];
  while (unpacker.offset < size) values.push(unpacker.next());
  return values;
}

/** Up to `limit` values. The first result is where the next value is, or -1 if there is none. */
function unpackSome(
  runtime: Runtime,
  likely: LikelyShapes,
  text: string,
  limit: number,
  offset: number,
): LuaResult {
  const size = text.length;
  if (offset < 0 || limit < 0) {
    // The reference says that the size is the limit.
    fail(`Invalid request to unpack with offset of ${offset | 0} and limit of ${size}.`);
  }
  if (offset > size) fail(`Start offset ${offset | 0} greater than input length ${size}.`);
  const unpacker = new Unpacker(runtime, likely, text, offset, 1);
  const results: LuaValue[] = [-1];
  for (let i = 0; i < limit && unpacker.offset < size; i++) results.push(unpacker.next());
  unpacker.checkSlot('in function mp_unpack_full');
  if (unpacker.offset < size) results[0] = unpacker.offset;
  return results;
}
