// Our side of library-lines.ts: reads a line, calls our libraries and shows the results.
//
// A line is a list of expressions: numbers, strings in double quotes, tables, names of libraries
// and helpers, calls, and the operators `-`, `/` and `^` of numbers. A call passes all results of a
// last argument on, as in Lua.
import assert from 'node:assert/strict';
import { LuaError } from '../../../src/lua/errors.ts';
import { bitLibrary } from '../../../src/lua/library/bit.ts';
import { cmsgpackLibrary } from '../../../src/lua/library/cmsgpack.ts';
import { mathLibrary, RandomSource } from '../../../src/lua/library/math.ts';
import { registerFunctions } from '../../../src/lua/library/register.ts';
import { structLibrary } from '../../../src/lua/library/struct.ts';
import { tableLibrary } from '../../../src/lua/library/table.ts';
import { generalFormat } from '../../../src/lua/numbers.ts';
import { Runtime } from '../../../src/lua/runtime.ts';
import { LuaTable } from '../../../src/lua/table.ts';
import { typeName } from '../../../src/lua/types.ts';
import { all, type LuaFunction, type LuaValue } from '../../../src/lua/value.ts';
import { callFromScript } from './call-from-script.ts';
import { libraryHelpers } from './library-helpers.ts';

const TOKEN =
  /\s*(?:(0[xX][0-9a-fA-F]+|\d+\.?\d*(?:[eE][+-]?\d+)?)|"((?:\\[\s\S]|[^"\\])*)"|(\w+)|([\s\S]))/y;

const END = ';';

/** The generator of math.random(), which goes on from line to line as the reference's does. */
const random = new RandomSource();
export const runtime = new Runtime(
  { tick: () => {}, memorySize: () => 0, liveMemorySize: () => 0, clockSeconds: () => 12.5 },
  2 ** 40,
);

const tables = tableLibrary(runtime);
const globals: Record<string, LuaValue> = {
  table: tables,
  math: mathLibrary(random),
  struct: structLibrary(runtime),
  cmsgpack: cmsgpackLibrary(runtime),
  bit: bitLibrary(),
  ...libraryHelpers(tables.getString('sort') as LuaFunction),
};

registerFunctions(new LuaTable(Object.values(globals)));

/** What the reference's `add` says of the line. */
export function evaluateLine(line: string): string {
  const [, declaration, call] = /^(?:t = (.*?); )?(.*)$/s.exec(line) ?? [];
  const t = declaration === undefined ? undefined : new Line(declaration, undefined).value();
  let text: string;
  try {
    text = new Line(call, t).list(END).map(show).join(' ');
  } catch (error) {
    if (!(error instanceof LuaError)) throw error;
    text = `fails ${typeof error.value === 'string' ? error.value : show(error.value)}`;
  }
  return t === undefined ? text : `${text} t=${show(t)}`;
}

function show(value: LuaValue): string {
  if (typeof value === 'number') {
    return Number.isNaN(value) ? 'nan' : generalFormat(value, 17, false);
  }
  if (typeof value === 'string') return `${value.length}:${value}`;
  if (typeof value === 'boolean') return String(value);
  if (!(value instanceof LuaTable)) return typeName(value);
  const parts: string[] = [];
  for (let cursor = value.advance(0); cursor !== 0; cursor = value.advance(cursor)) {
    parts.push(`${show(value.keyAt(cursor))}=${show(value.valueAt(cursor))}`);
  }
  return `{${parts.sort().join(',')}}`;
}

/** A line that is read and computed at once. */
class Line {
  private readonly tokens: { kind: 'number' | 'string' | 'name' | 'sign'; text: string }[] = [];
  private index = 0;
  private readonly t: LuaValue;

  constructor(text: string, t: LuaValue) {
    this.t = t;
    TOKEN.lastIndex = 0;
    for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
      const [, number, string, name, sign] = match;
      if (number !== undefined) this.tokens.push({ kind: 'number', text: number });
      else if (string !== undefined) this.tokens.push({ kind: 'string', text: string });
      else if (name !== undefined) this.tokens.push({ kind: 'name', text: name });
      else this.tokens.push({ kind: 'sign', text: sign });
    }
    this.tokens.push({ kind: 'sign', text: END });
  }

  value(): LuaValue {
    return this.all()[0];
  }

  /** The values of an expression list, up to a sign. */
  list(end: string): LuaValue[] {
    const list: LuaValue[] = [];
    while (this.sign() !== end) {
      const values = this.all();
      if (this.sign() === end) {
        list.push(...values);
      } else {
        list.push(values[0]);
        this.skip(',');
      }
    }
    return list;
  }

  private all(): LuaValue[] {
    let values = this.operand();
    for (let sign = this.sign(); sign === '/' || sign === '^'; sign = this.sign()) {
      this.index++;
      const left = values[0] as number;
      const right = this.operand()[0] as number;
      values = [sign === '/' ? left / right : left ** right];
    }
    return values;
  }

  private operand(): LuaValue[] {
    if (this.sign() === '-') {
      this.index++;
      return [-(this.value() as number)];
    }
    if (this.sign() === '(') {
      this.index++;
      const value = this.value();
      this.skip(')');
      return [value];
    }
    if (this.sign() === '{') return [this.table()];
    const { kind, text } = this.tokens[this.index++];
    if (kind === 'number') return [Number(text)];
    if (kind === 'string') return [unescaped(text)];
    assert.equal(kind, 'name', text);
    if (text === 'nil') return [undefined];
    if (text === 'true' || text === 'false') return [text === 'true'];
    return this.named(text);
  }

  private named(name: string): LuaValue[] {
    let value = name === 't' ? this.t : globals[name];
    if (name !== 't') assert.ok(name in globals, `there is no ${name}`);
    if (this.sign() === '.') {
      this.index++;
      value = (value as LuaTable).getString(this.tokens[this.index++].text);
    }
    if (this.sign() !== '(') return [value];
    this.skip('(');
    const args = this.list(')');
    this.skip(')');
    return all(callFromScript(value as LuaFunction, args));
  }

  private table(): LuaTable {
    const array: LuaValue[] = [];
    const fields: [LuaValue, LuaValue][] = [];
    this.skip('{');
    while (this.sign() !== '}') {
      const key = this.key();
      const values = this.all();
      if (key !== undefined) fields.push([key, values[0]]);
      else array.push(...(this.sign() === '}' ? values : values.slice(0, 1)));
      if (this.sign() !== '}') this.skip(',');
    }
    this.skip('}');
    const listed = array.length;
    while (array.length > 0 && array.at(-1) === undefined) array.pop();
    const table = new LuaTable(array);
    for (const [key, value] of fields) {
      // Lua puts the elements in when it has all fields.
      if (!isElement(key, listed)) table.set(key, value);
    }
    return table;
  }

  private key(): LuaValue {
    let key: LuaValue;
    if (this.sign() === '[') {
      this.index++;
      key = this.value();
      this.skip(']');
    } else {
      const [name, sign] = this.tokens.slice(this.index, this.index + 2);
      if (name.kind !== 'name' || sign?.text !== '=') return undefined;
      key = name.text;
      this.index++;
    }
    this.skip('=');
    return key;
  }

  private sign(): string {
    const token = this.tokens[this.index];
    return token?.kind === 'sign' ? token.text : '';
  }

  private skip(sign: string): void {
    assert.equal(this.sign(), sign);
    this.index++;
  }
}

function isElement(key: LuaValue, length: number): boolean {
  return typeof key === 'number' && Number.isInteger(key) && key >= 1 && key <= length;
}

function unescaped(text: string): string {
  return text.replace(/\\(\d{1,3}|[\s\S])/g, (_, code: string) => {
    if (/\d/.test(code)) return String.fromCharCode(Number(code));
    return code === 'n' ? '\n' : code;
  });
}
