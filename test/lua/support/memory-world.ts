// A process that runs the scripts of its standard input, each with a limit that is less than half
// of the process's own, and prints how each ended. See ../memory.test.ts.
import { readFileSync } from 'node:fs';
import { LuaError } from '../../../src/lua/errors.ts';
import { Lua } from '../../../src/lua/script.ts';

const MEMORY_SIZE_MAX = 150 * 1024 * 1024;
const { gc: collect } = globalThis;
if (collect === undefined) throw new Error('run it with --expose-gc');

function memorySize(): number {
  return process.memoryUsage().heapUsed;
}

function liveMemorySize(): number {
  collect?.();
  return process.memoryUsage().heapUsed;
}

function endOf(source: string): string {
  const host = { memorySize, liveMemorySize };
  const lua = new Lua({ host, memorySizeMax: MEMORY_SIZE_MAX, libraries: 'redis' });
  lua.protect();
  try {
    lua.compile(source, 'user_script').run();
    return 'returns';
  } catch (error) {
    if (error instanceof LuaError) return String(error.value);
    throw error;
  }
}

const sources = JSON.parse(readFileSync(0, 'utf8')) as string[];
process.stdout.write(JSON.stringify(sources.map(endOf)));
