// Names of types, as type() gives them.
import { Coroutine } from './coroutine.ts';
import { LuaTable } from './table.ts';
import type { LuaValue } from './value.ts';

export function typeName(value: LuaValue): string {
  switch (typeof value) {
    case 'undefined':
      return 'nil';
    case 'object':
      if (value instanceof LuaTable) return 'table';
      return value instanceof Coroutine ? 'thread' : 'userdata';
    default:
      return typeof value;
  }
}
