// table.sort(): Lua 5.1's quicksort, so that elements which the order holds for equal end in the
// same places, the order is asked the same questions, and one that contradicts itself is found out
// where Lua finds it out. Numbers alone, or strings, in their own order, are left to JavaScript:
// equal ones cannot be told apart.
import { fail, failOperation } from '../errors.ts';
import { SHORT_STRING_SIZE_MAX } from '../limits.ts';
import { isTrue } from '../operations.ts';
import type { Runtime } from '../runtime.ts';
import type { LuaTable } from '../table.ts';
import { first, type LuaFunction, type LuaValue, NOTHING } from '../value.ts';

/** Comparisons of numbers or strings for one unit of fuel. */
const COMPARISONS_PER_FUEL = 16;
const NUMBER_SIZE = 8;
/** So many strings are sorted without a look at the clock. */
const STRINGS_MAX = 2 ** 17;

type Less = (left: LuaValue, right: LuaValue) => boolean;

/** Sorts the elements 1 to #table. `order` is called as "less than"; null is Lua's own. */
export function sortTable(runtime: Runtime, table: LuaTable, order: LuaFunction | null): void {
  const { length } = table;
  if (length < 2) return;
  if (order === null && !table.isReadOnly && sortAlike(runtime, table.array)) return;
  const less: Less =
    order === null
      ? (left, right) => runtime.lessThan(left, right)
      : (left, right) => isTrue(first(order(left, right)));
  // One call for all comparisons: to count stack and depth each time would take longer.
  runtime.call(() => {
    new Sorting(runtime, table, less).sort(length);
    return NOTHING;
  });
}

/** Sorts an array of numbers or of strings; false if it is something else. */
function sortAlike(runtime: Runtime, array: LuaValue[]): boolean {
  const isString = typeof array[0] === 'string';
  if (!isString && typeof array[0] !== 'number') return false;
  const { length } = array;
  const comparisons = length * Math.log2(length);
  if (isString) {
    // Only a sort that compares by itself can be stopped: many, or long ones, are left to that.
    if (length > STRINGS_MAX) return false;
    for (const value of array) {
      if (typeof value !== 'string' || value.length > SHORT_STRING_SIZE_MAX) return false;
    }
    runtime.spend((comparisons / COMPARISONS_PER_FUEL) | 0);
    array.sort();
    return true;
  }
  let areIntegers = true;
  for (const value of array) {
    if (typeof value !== 'number' || Number.isNaN(value)) return false;
    // Which of 0 and -0 comes first is for the quicksort to say.
    if (value === 0 && Object.is(value, -0)) return false;
    if ((value | 0) !== value) areIntegers = false;
  }
  runtime.spend((comparisons / COMPARISONS_PER_FUEL) | 0);
  runtime.charge(length * NUMBER_SIZE);
  const numbers = areIntegers ? new Int32Array(length) : new Float64Array(length);
  for (let i = 0; i < length; i++) numbers[i] = array[i] as number;
  numbers.sort();
  for (let i = 0; i < length; i++) array[i] = numbers[i];
  return true;
}

/** Elements are read and written by index: the order is a script's, and may change the table. */
class Sorting {
  private readonly runtime: Runtime;
  private readonly table: LuaTable;
  private readonly less: Less;

  constructor(runtime: Runtime, table: LuaTable, less: Less) {
    this.runtime = runtime;
    this.table = table;
    this.less = less;
  }

  sort(length: number): void {
    // Ranges that wait: the larger parts. The smaller part goes first, so they are few.
    const waiting: number[] = [1, length];
    while (waiting.length > 0) {
      let high = waiting.pop() as number;
      let low = waiting.pop() as number;
      while (low < high) {
        this.runtime.spend(high - low);
        const pivot = this.partition(low, high);
        if (pivot === 0) break;
        if (pivot - low < high - pivot) {
          waiting.push(pivot + 1, high);
          high = pivot - 1;
        } else {
          waiting.push(low, pivot - 1);
          low = pivot + 1;
        }
      }
    }
  }

  /**
   * Puts an element in its place, smaller ones before it and larger ones behind it, and returns the
   * place. 0 is the answer for a range of up to three elements, which then is sorted.
   */
  private partition(low: number, high: number): number {
    const { table, less } = this;
    if (less(table.get(high), table.get(low))) this.swap(low, high);
    if (high - low === 1) return 0;
    const middle = (low + high) >> 1;
    if (less(table.get(middle), table.get(low))) this.swap(middle, low);
    else if (less(table.get(high), table.get(middle))) this.swap(middle, high);
    if (high - low === 2) return 0;
    const pivot = table.get(middle);
    this.swap(middle, high - 1);
    let up = low;
    let down = high - 1;
    for (;;) {
      // Orders that make sense stop at the ends, which are in order with the pivot.
      while (less(table.get(++up), pivot)) {
        if (up > high) fail('invalid order function for sorting');
      }
      while (less(pivot, table.get(--down))) {
        if (down < low) fail('invalid order function for sorting');
      }
      if (down < up) break;
      this.swap(up, down);
    }
    this.swap(high - 1, up);
    return up;
  }

  private swap(index: number, otherIndex: number): void {
    const { table } = this;
    if (table.isReadOnly) failOperation('Attempt to modify a readonly table');
    const value = table.get(index);
    const other = table.get(otherIndex);
    table.set(otherIndex, value);
    table.set(index, other);
  }
}
