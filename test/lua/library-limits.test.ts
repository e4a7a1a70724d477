// What the libraries do for long can be stopped, and what they make large is counted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LuaError, ScriptStopped } from '../../src/lua/errors.ts';
import { cmsgpackLibrary } from '../../src/lua/library/cmsgpack.ts';
import { structLibrary } from '../../src/lua/library/struct.ts';
import { tableLibrary } from '../../src/lua/library/table.ts';
import { Runtime } from '../../src/lua/runtime.ts';
import { LuaTable } from '../../src/lua/table.ts';
import type { LuaFunction, LuaValue } from '../../src/lua/value.ts';

const MANY = 400000;

type Call = [library: string, name: string, ...args: LuaValue[]];

const slow: Record<string, () => Call> = {
  'insert far below': () => ['table', 'insert', new LuaTable(), -2147483648, 1],
  'insert at the front': () => ['table', 'insert', numbers(MANY), 1, 1],
  'remove at the front': () => ['table', 'remove', numbers(MANY), 1],
  concat: () => ['table', 'concat', numbers(MANY)],
  'concat of fields': () => ['table', 'concat', fields(MANY), '', 2, MANY],
  foreach: () => ['table', 'foreach', numbers(MANY), () => undefined],
  foreachi: () => ['table', 'foreachi', numbers(MANY), () => undefined],
  maxn: () => ['table', 'maxn', fields(MANY)],
  'sort numbers': () => ['table', 'sort', numbers(MANY)],
  'sort strings': () => ['table', 'sort', new LuaTable(numbers(MANY).array.map(String))],
  'sort by a function': () => ['table', 'sort', numbers(MANY), (a, b) => Number(a) > Number(b)],
  'pack a table that holds others many times': () => ['cmsgpack', 'pack', repeated(14)],
  'unpack an array': () => ['cmsgpack', 'unpack', `\xdd\0\x0f\x42\x40${'\x01'.repeat(1000000)}`],
  'unpack many empty tables': () => [
    'cmsgpack',
    'unpack',
    `\xdd\0\x0f\x42\x40${'\x80'.repeat(1000000)}`,
  ],
  'struct pack': () => ['struct', 'pack', 'x'.repeat(MANY)],
  'struct unpack': () => ['struct', 'unpack', 'x'.repeat(MANY), 'x'.repeat(MANY)],
};

for (const [title, call] of Object.entries(slow)) {
  test(`can be stopped: ${title}`, () => {
    const stop = (): never => {
      throw new ScriptStopped('enough');
    };
    const run = callOf(call(), new Runtime(hostOf(stop, 0), 1000));
    assert.throws(run, ScriptStopped);
  });
}

const large: Record<string, () => Call> = {
  'concat of long strings': () => ['table', 'concat', strings(40, 'x'.repeat(1000000))],
  'pack a table that holds others many times': () => ['cmsgpack', 'pack', repeated(14)],
  'pack long strings': () => ['cmsgpack', 'pack', strings(40, 'x'.repeat(1000000))],
  'unpack an array': () => ['cmsgpack', 'unpack', `\xdd\0\x3d\x09\0${'\x01'.repeat(4000000)}`],
  'unpack many empty tables': () => [
    'cmsgpack',
    'unpack',
    `\xdd\0\x0f\x42\x40${'\x80'.repeat(1000000)}`,
  ],
  'struct pack': () => ['struct', 'pack', 'c0', 'x'.repeat(40000000)],
};

for (const [title, call] of Object.entries(large)) {
  test(`counts as memory: ${title}`, () => {
    const run = callOf(
      call(),
      new Runtime(
        hostOf(() => {}, 2000),
        1000,
      ),
    );
    // What is counted once is less than what lets the runtime look at the memory.
    const again = (): void => {
      for (let i = 0; i < 4000; i++) run();
    };
    assert.throws(
      again,
      (error) => error instanceof LuaError && error.value === 'not enough memory',
    );
  });
}

test('counts as memory: a table that grows', () => {
  const run = callOf(
    ['table', 'insert', new LuaTable(), 1],
    new Runtime(
      hostOf(() => {}, 2000),
      1000,
    ),
  );
  const again = (): void => {
    for (let i = 0; i < 4000000; i++) run();
  };
  assert.throws(again, (error) => error instanceof LuaError && error.value === 'not enough memory');
});

test('a string that is too long is an error', () => {
  const table = strings(600, 'x'.repeat(1000000));
  const run = callOf(
    ['table', 'concat', table],
    new Runtime(
      hostOf(() => {}, 0),
      1000,
    ),
  );
  assert.throws(run, (error) => error instanceof LuaError && error.value === 'not enough memory');
});

function hostOf(tick: () => void, memorySize: number): ConstructorParameters<typeof Runtime>[0] {
  return {
    tick,
    memorySize: () => memorySize,
    liveMemorySize: () => memorySize,
    clockSeconds: () => 0,
  };
}

function callOf([library, name, ...args]: Call, runtime: Runtime): () => void {
  const libraries: Record<string, LuaTable> = {
    table: tableLibrary(runtime),
    cmsgpack: cmsgpackLibrary(runtime),
    struct: structLibrary(runtime),
  };
  const callee = libraries[library].getString(name) as LuaFunction;
  return () => {
    callee(...args);
  };
}

function numbers(count: number): LuaTable {
  return new LuaTable(Array.from({ length: count }, (_, i) => (i * 7919) % count));
}

function strings(count: number, text: string): LuaTable {
  return new LuaTable(new Array(count).fill(text));
}

/** From the index 2 on, so that they are no elements. */
function fields(count: number): LuaTable {
  const table = new LuaTable();
  for (let i = 2; i <= count; i++) table.set(i, i);
  return table;
}

/** A table of ten tables, which are one and the same, and so on. */
function repeated(depth: number): LuaTable {
  let table = new LuaTable([1]);
  for (let i = 0; i < depth; i++) table = new LuaTable(new Array(10).fill(table));
  return table;
}
