// Differential tests of the string library and of numbers as text: calls as data. Our functions
// are called directly; lua5.1 runs the same calls as text, all of a test in one process. Results
// must be equal, and errors to the letter.
//
//   checkCalls('rep', [['rep', 'x', 3], ['rep', 'x']]);
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { LuaError } from '../../../src/lua/errors.ts';
import { registerFunctions } from '../../../src/lua/library/register.ts';
import { stringLibrary } from '../../../src/lua/library/string.ts';
import { generalFormat, numberOfString, textOfNumber } from '../../../src/lua/numbers.ts';
import { Runtime } from '../../../src/lua/runtime.ts';
import { LuaTable } from '../../../src/lua/table.ts';
import { typeName } from '../../../src/lua/types.ts';
import { all, type LuaFunction, type LuaValue } from '../../../src/lua/value.ts';
import { RawClient } from '../../support/raw-client.ts';
import { parseReply } from '../../support/resp.ts';
import { type RunningServer, startReference } from '../../support/server.ts';
import { callFromScript } from './call-from-script.ts';
import { runReference } from './reference.ts';

/** A value that has no literal: its Lua text, and how we make it. */
export interface Fixture {
  readonly lua: string;
  readonly make: () => LuaValue;
}

export type CallArgument = undefined | boolean | number | string | Fixture;
/** The name of a function, and its arguments. */
export type Call = readonly [string, ...CallArgument[]];

const CALLS_PER_PROGRAM = 1000;
const SHOWN_FAILURES = 12;
const SHOWN_SIZE = 400;
const RESULTS_MAX = 100;

const runtime = new Runtime(
  { tick: () => {}, memorySize: () => 0, liveMemorySize: () => 0, clockSeconds: () => 0 },
  2 ** 40,
);
const library = stringLibrary(runtime);
registerFunctions(library);

/** Functions of tests beside those of the library; PRELUDE has them in Lua. */
const extra: Record<string, LuaFunction> = {
  tostring: (value) => (typeof value === 'number' ? textOfNumber(value) : undefined),
  tonumber: (value) => (typeof value === 'string' ? numberOfString(value) : undefined),
  gmatchAll: (...args) => {
    const next = call('gmatch', args)[0] as LuaFunction;
    const results: LuaValue[] = [];
    while (results.length < RESULTS_MAX) {
      const values = all(callFromScript(next, []));
      if (values.length === 0) break;
      results.push('next', ...values);
    }
    return results;
  },
};

const PRELUDE = String.raw`
local names = setmetatable({}, {__index = string})
names.tostring = tostring
names.tonumber = tonumber
function names.gmatchAll(...)
  local step = string.gmatch(...)
  local results, size = {}, 0
  local function keep(...)
    if select("#", ...) == 0 then return false end
    results[size + 1] = "next"
    for i = 1, select("#", ...) do results[size + 1 + i] = (select(i, ...)) end
    size = size + 1 + select("#", ...)
    return true
  end
  while size < ${RESULTS_MAX} and keep(step()) do end
  return unpack(results, 1, size)
end
local function escaped(text)
  return (string.gsub(text, "[^ !#-[^-~%]]", function (byte)
    return string.format("\\%03d", string.byte(byte))
  end))
end
local function shown(value)
  if value ~= value then return "nan" end
  if type(value) == "number" then return string.format("%.17g", value) end
  if type(value) == "string" then return '"' .. escaped(value) .. '"' end
  return type(value) == "boolean" and tostring(value) or type(value)
end
local out = {}
local function add(isFine, ...)
  local words = {isFine and "returns" or "fails"}
  for i = 1, select("#", ...) do words[i + 1] = shown((select(i, ...))) end
  out[#out + 1] = table.concat(words, " ")
end
`;

let server: Promise<RunningServer> | null = null;

after(async () => {
  if (server !== null) await (await server).stop();
});

/** Registers a test that compares calls with lua5.1. Without it the test fails. */
export function checkCalls(title: string, calls: readonly Call[]): void {
  test(`${title}: ${calls.length} calls`, () => {
    const programs = programsOf(calls, 'print(table.concat(out, "\\n"))');
    const answers = runReference(programs).flatMap((output) => {
      assert.match(output, /\nreturns$/, output.slice(-SHOWN_SIZE));
      return output.slice(0, -'\nreturns'.length).split('\n');
    });
    compare(calls, answers);
  });
}

/** Registers a test that compares calls with redis-server. Without it the test fails. */
export function checkCallsOfRedis(title: string, calls: readonly Call[]): void {
  test(`${title}, as EVAL: ${calls.length} calls`, async () => {
    server ??= startReference();
    const { port } = await server;
    const client = await RawClient.connect(port);
    const answers: string[] = [];
    for (const program of programsOf(calls, 'return out')) {
      const reply = await client.command('EVAL', Buffer.from(program, 'latin1'), '0');
      for (const item of parseReply(reply).items ?? []) answers.push(item.text ?? '');
    }
    client.close();
    compare(calls, answers);
  });
}

/** The results of a call of ours. */
export function call(name: string, args: readonly LuaValue[]): LuaValue[] {
  const callee = extra[name] ?? (library.getString(name) as LuaFunction);
  return all(callFromScript(callee, [...args]));
}

function programsOf(calls: readonly Call[], ending: string): string[] {
  const programs: string[] = [];
  for (let start = 0; start < calls.length; start += CALLS_PER_PROGRAM) {
    const lines = calls.slice(start, start + CALLS_PER_PROGRAM).map(([name, ...args]) => {
      const call = `names.${name}(${args.map(luaText).join(', ')})`;
      // Not a tail call, which would have no position. What it gives more is cut off.
      return `add(pcall(function () local function f(...) return ... end return f(${call}) end))`;
    });
    programs.push(`${PRELUDE}${lines.join('\n')}\n${ending}`);
  }
  return programs;
}

function compare(calls: readonly Call[], answers: readonly string[]): void {
  assert.equal(answers.length, calls.length, `the reference ends with ${answers.at(-1)}`);
  const failures: string[] = [];
  for (const [index, [name, ...args]] of calls.entries()) {
    const theirs = answers[index].replace(/^fails "user_script:\d+: /, 'fails "user_script:N: ');
    const ours = outcome(name, args).replace(
      /^fails "user_script:-?\d+: /,
      'fails "user_script:N: ',
    );
    if (ours === theirs) continue;
    const text = `${name}(${args.map(luaText).join(', ')})`;
    failures.push([text, theirs, ours].map((line) => line.slice(0, SHOWN_SIZE)).join('\n  '));
  }
  if (failures.length === 0) return;
  const head = `${failures.length} of ${calls.length} calls differ; the reference's result first`;
  assert.fail([head, ...failures.slice(0, SHOWN_FAILURES)].join('\n\n'));
}

function outcome(name: string, args: readonly CallArgument[]): string {
  const values = args.map((arg) => (typeof arg === 'object' ? arg.make() : arg));
  try {
    return ['returns', ...call(name, values).map(shown)].join(' ');
  } catch (error) {
    if (!(error instanceof LuaError)) throw error;
    return `fails ${shown(error.value)}`;
  }
}

function shown(value: LuaValue): string {
  if (typeof value === 'number') {
    return Number.isNaN(value) ? 'nan' : generalFormat(value, 17, false);
  }
  if (typeof value === 'string') return `"${value.replace(/[^ !#-[\]-~]/g, escapedByte)}"`;
  return typeof value === 'boolean' ? String(value) : typeName(value);
}

function luaText(value: CallArgument): string {
  switch (typeof value) {
    case 'undefined':
      return 'nil';
    case 'string':
      return `"${value.replace(/[^ !#-[\]-~]/g, escapedByte)}"`;
    case 'number':
      return luaNumber(value);
    case 'boolean':
      return String(value);
    default:
      return value.lua;
  }
}

function luaNumber(value: number): string {
  if (Number.isNaN(value)) return '0/0';
  if (!Number.isFinite(value)) return value < 0 ? '-1/0' : '1/0';
  // Lua 5.1 takes a constant -0 for 0.
  return Object.is(value, -0) ? '(-1 * 0)' : String(value);
}

function escapedByte(byte: string): string {
  return `\\${String(byte.charCodeAt(0)).padStart(3, '0')}`;
}

/** A table with these fields. */
export function tableOf(fields: Readonly<Record<string, LuaValue>>): LuaTable {
  const table = new LuaTable();
  for (const [key, value] of Object.entries(fields)) table.set(key, value);
  return table;
}
