// The functions that lines of library-lines.ts can use, as the prelude there has them in Lua.
import { LuaError } from '../../../src/lua/errors.ts';
import { isTrue } from '../../../src/lua/operations.ts';
import { LuaTable } from '../../../src/lua/table.ts';
import {
  type LuaFunction,
  type LuaResult,
  type LuaValue,
  NOTHING,
} from '../../../src/lua/value.ts';

export function libraryHelpers(sort: LuaFunction): Record<string, LuaFunction> {
  return {
    rep: (text, count) => (text as string).repeat(count as number),
    bytes: (from = 0, to = 255) => {
      const size = (to as number) - (from as number) + 1;
      const codes = Array.from({ length: size }, (_, i) => (from as number) + i);
      return String.fromCharCode(...codes);
    },
    numbers: (count, below, seed) => new LuaTable(numbers(count, below, seed)),
    words: (count, below, seed) => new LuaTable(numbers(count, below, seed).map((n) => `w${n}`)),
    pairsOf: (count, below, seed) => {
      return new LuaTable(numbers(count, below, seed).map((n, i) => new LuaTable([n, i + 1])));
    },
    nested: (depth) => nested(depth, (inner) => new LuaTable([inner])),
    nestedMap: (depth) => nested(depth, (inner) => fieldsOf('a', inner)),
    depthOf,
    count: (...values) => values.length,
    greater: (a, b) => (a as number) > (b as number),
    always: () => true,
    never: () => false,
    byTens: (a, b) => Math.floor((a as number) / 10) < Math.floor((b as number) / 10),
    byFirst,
    firstAbove: (a, b) => (a !== undefined && b !== undefined && a > b ? a : undefined),
    nilsLast: (a, b) => a !== undefined && (b === undefined || a < b),
    ordered: (...values) => {
      const table = new LuaTable(values);
      table.metatable = orderMetatable;
      return table;
    },
    joined: (a, b) => (a === 'stop' || b === 'stop' ? `${a},${b}` : NOTHING),
    same: (a) => a,
    sortLog: (t, order) => sortLog(sort, t, order as LuaFunction),
  };
}

const orderMetatable = fieldsOf('__lt', byFirst);

function byFirst(a: LuaValue, b: LuaValue): boolean {
  return ((a as LuaTable).get(1) as number) < ((b as LuaTable).get(1) as number);
}

function numbers(count: LuaValue, below: LuaValue, seed: LuaValue): number[] {
  const list: number[] = [];
  let state = seed as number;
  for (let i = 0; i < (count as number); i++) {
    // As Lua computes it, in doubles.
    state = (state * 1103515245 + 12345) % 2147483648;
    list.push(Math.floor(state / 65536) % (below as number));
  }
  return list;
}

function nested(depth: LuaValue, around: (inner: LuaTable) => LuaTable): LuaTable {
  let table = new LuaTable();
  for (let i = 0; i < (depth as number); i++) table = around(table);
  return table;
}

function fieldsOf(key: string, value: LuaValue): LuaTable {
  const table = new LuaTable();
  table.set(key, value);
  return table;
}

function depthOf(value: LuaValue): number {
  let depth = 0;
  for (let inner = value; inner instanceof LuaTable; depth++) {
    const element = inner.get(1);
    inner = isTrue(element) ? element : inner.getString('a');
  }
  return depth;
}

/** What a sort asks of its order. */
function sortLog(sort: LuaFunction, t: LuaValue, order: LuaFunction): LuaValue[] {
  const log: string[] = [];
  const asked = (a: LuaValue, b: LuaValue): LuaResult => {
    log.push(`${a ?? 'nil'}<${b ?? 'nil'}`);
    return order(a, b);
  };
  try {
    sort(t, asked);
  } catch (error) {
    if (!(error instanceof LuaError)) throw error;
    return [false, log.join(' ')];
  }
  return [true, log.join(' ')];
}
