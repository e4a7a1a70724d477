// The table library of Lua 5.1. All of it is raw: no metamethods but those of elements that sort()
// compares.
//
// The usual elements, those of table.array, are changed in place. What makes that array longer ends
// in table.append(), for the invariants of LuaTable.
import { fail, failOperation } from '../errors.ts';
import { textOfNumber } from '../numbers.ts';
import type { Runtime } from '../runtime.ts';
import { type LuaTable, tableFor } from '../table.ts';
import { typeName } from '../types.ts';
import { first, type LuaFunction, type LuaResult, type LuaValue, NOTHING } from '../value.ts';
import { checkFunction, checkInt, checkString, checkTable } from './arguments.ts';
import { sortTable } from './table-sort.ts';

/** Elements that are moved or joined for one unit of fuel. */
const ELEMENTS_PER_FUEL = 16;
/** How often a growing array is charged, in elements. */
const CHARGED_ELEMENTS = 1024;
const ELEMENT_SIZE = 16;
/** A loop moves fewer elements than this quicker than splice(). */
const SPLICE_MIN = 24;

export function tableLibrary(runtime: Runtime): LuaTable {
  // Lua's order, and room for all: traversal shows it.
  const library = tableFor(9);
  library.set('concat', concatFunction(runtime));
  library.set('foreach', foreachFunction(runtime));
  library.set('foreachi', foreachiFunction(runtime));
  library.set('getn', lua_getn);
  library.set('maxn', maxnFunction(runtime));
  library.set('insert', insertFunction(runtime));
  library.set('remove', removeFunction(runtime));
  library.set('setn', lua_setn);
  library.set('sort', sortFunction(runtime));
  return library;
}

function lua_getn(value: LuaValue): LuaResult {
  return checkTable(value, 1, 'getn', arguments.length).length;
}

function lua_setn(value: LuaValue): LuaResult {
  checkTable(value, 1, 'setn', arguments.length);
  return fail("'setn' is obsolete");
}

function maxnFunction(runtime: Runtime): LuaFunction {
  return function lua_maxn(value: LuaValue): LuaResult {
    const table = checkTable(value, 1, 'maxn', arguments.length);
    let max = table.array.length;
    const { values, shape } = table;
    runtime.spend((values.length / ELEMENTS_PER_FUEL) | 0);
    for (let slot = 0; slot < values.length; slot++) {
      const key = shape.keys[slot];
      if (typeof key === 'number' && key > max && values[slot] !== undefined) max = key;
    }
    return max;
  };
}

function foreachFunction(runtime: Runtime): LuaFunction {
  return function lua_foreach(value: LuaValue, callback: LuaValue): LuaResult {
    const table = checkTable(value, 1, 'foreach', arguments.length);
    const visit = checkFunction(callback, 2, 'foreach', arguments.length);
    // One call for all of them: to count stack and depth each time would take longer.
    return runtime.call(() => {
      for (let at = runtime.advance(table, 0); at !== 0; at = runtime.advance(table, at)) {
        runtime.spend(1);
        const result = first(visit(table.keyAt(at), table.valueAt(at)));
        if (result !== undefined) return result;
      }
      return NOTHING;
    });
  };
}

function foreachiFunction(runtime: Runtime): LuaFunction {
  return function lua_foreachi(value: LuaValue, callback: LuaValue): LuaResult {
    const table = checkTable(value, 1, 'foreachi', arguments.length);
    const { length } = table;
    const visit = checkFunction(callback, 2, 'foreachi', arguments.length);
    return runtime.call(() => {
      for (let i = 1; i <= length; i++) {
        runtime.spend(1);
        const result = first(visit(i, table.get(i)));
        if (result !== undefined) return result;
      }
      return NOTHING;
    });
  };
}

function insertFunction(runtime: Runtime): LuaFunction {
  return function lua_insert(target: LuaValue, where: LuaValue, value: LuaValue): LuaResult {
    const count = arguments.length;
    const table = checkTable(target, 1, 'insert', count);
    const { length } = table;
    if (count === 2) {
      put(table, length + 1, where);
    } else if (count === 3) {
      const position = checkInt(where, 2, 'insert', count);
      if (position < 1 || table.order !== null) moveUp(runtime, table, position, length);
      else if (position <= length) insertElement(runtime, table, position);
      put(table, position, value);
    } else {
      fail("wrong number of arguments to 'insert'");
    }
    if (length % CHARGED_ELEMENTS === 0) runtime.charge(CHARGED_ELEMENTS * ELEMENT_SIZE);
    return NOTHING;
  };
}

function put(table: LuaTable, index: number, value: LuaValue): void {
  if (table.isReadOnly) failOperation('Attempt to modify a readonly table');
  if (index === table.array.length + 1 && value !== undefined) table.append(value);
  else table.set(index, value);
}

/** Makes room at a position, where the old element stays for now. */
function insertElement(runtime: Runtime, table: LuaTable, position: number): void {
  if (table.isReadOnly) failOperation('Attempt to modify a readonly table');
  const { array } = table;
  const { length } = array;
  const moved = length - position + 1;
  runtime.spend((moved / ELEMENTS_PER_FUEL) | 0);
  if (moved < SPLICE_MIN) {
    const last = array[length - 1];
    for (let i = length - 1; i >= position; i--) array[i] = array[i - 1];
    table.append(last);
    return;
  }
  array.splice(position - 1, 0, array[position - 1]);
  // It has grown past table.append(), which looks for what follows the last element.
  const last = array.pop();
  table.append(last);
}

/** Moves the elements down to a position, which may be below 1, one by one. */
function moveUp(runtime: Runtime, table: LuaTable, position: number, length: number): void {
  for (let i = length + 1; i > position; i--) {
    runtime.spend(1);
    put(table, i, table.get(i - 1));
  }
}

/** Moves the elements behind a position one by one: those that are nil may have no node yet. */
function moveDown(runtime: Runtime, table: LuaTable, position: number, length: number): void {
  for (let i = position; i <= length; i++) {
    runtime.spend(1);
    table.set(i, table.get(i + 1));
  }
}

function removeFunction(runtime: Runtime): LuaFunction {
  return function lua_remove(target: LuaValue, where: LuaValue): LuaResult {
    const table = checkTable(target, 1, 'remove', arguments.length);
    const { array } = table;
    const { length } = array;
    const position = where === undefined ? length : checkInt(where, 2, 'remove', arguments.length);
    if (position < 1 || position > length) return NOTHING;
    if (table.isReadOnly) failOperation('Attempt to modify a readonly table');
    const removed = array[position - 1];
    if (position === length) {
      table.set(length, undefined);
      return removed;
    }
    if (table.order !== null) {
      moveDown(runtime, table, position, length);
      return removed;
    }
    const moved = length - position;
    runtime.spend((moved / ELEMENTS_PER_FUEL) | 0);
    if (moved < SPLICE_MIN) {
      for (let i = position; i < length; i++) array[i - 1] = array[i];
      array.pop();
    } else {
      array.splice(position - 1, 1);
    }
    return removed;
  };
}

function sortFunction(runtime: Runtime): LuaFunction {
  return function lua_sort(value: LuaValue, order: LuaValue): LuaResult {
    const table = checkTable(value, 1, 'sort', arguments.length);
    if (order === undefined) sortTable(runtime, table, null);
    else sortTable(runtime, table, checkFunction(order, 2, 'sort', arguments.length));
    return NOTHING;
  };
}

function concatFunction(runtime: Runtime): LuaFunction {
  return function lua_concat(
    value: LuaValue,
    separator: LuaValue,
    from: LuaValue,
    to: LuaValue,
  ): LuaResult {
    const count = arguments.length;
    const between = separator === undefined ? '' : checkString(separator, 2, 'concat', count);
    const table = checkTable(value, 1, 'concat', count);
    const start = from === undefined ? 1 : checkInt(from, 3, 'concat', count);
    const last = to === undefined ? table.length : checkInt(to, 4, 'concat', count);
    if (start > last) return '';
    const { array } = table;
    if (start >= 1 && last <= array.length) return join(runtime, array, start, last, between);
    // Elements outside of the array: most often the first of them is nil, and that is an error.
    const elements: LuaValue[] = [];
    for (let i = start; i <= last; i++) {
      runtime.spend(1);
      const element = table.get(i);
      if (typeof element !== 'string' && typeof element !== 'number') failConcat(element, i);
      elements.push(element);
    }
    return join(runtime, elements, 1, elements.length, between);
  };
}

/** Joins the elements from the `start`th to the `last`th. */
function join(
  runtime: Runtime,
  array: LuaValue[],
  start: number,
  last: number,
  between: string,
): string {
  const texts: string[] = [];
  let size = between.length * (last - start);
  for (let i = start; i <= last; i++) {
    const element = array[i - 1];
    let text: string;
    if (typeof element === 'string') text = element;
    else if (typeof element === 'number') text = textOfNumber(element);
    else failConcat(element, i);
    size += text.length;
    texts.push(text);
  }
  runtime.spend(((last - start) / ELEMENTS_PER_FUEL) | 0);
  runtime.charge((last - start) * ELEMENT_SIZE);
  runtime.chargeString(size);
  return runtime.real(texts.join(between));
}

function failConcat(value: LuaValue, index: number): never {
  fail(`invalid value (${typeName(value)}) at index ${index} in table for 'concat'`);
}
