// lua5.1, the reference for the language: runs many programs in one process.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { LUA_DRIVER, OUTPUT_END } from './lua-driver.ts';

const REFERENCE = process.env.LUA_REFERENCE ?? 'lua5.1';
const TIMEOUT_MS = 60000;
const OUTPUT_SIZE_MAX = 1 << 28;

/** What lua5.1 says of each program, which is latin1. Throws if there is no lua5.1. */
export function runReference(programs: readonly string[]): string[] {
  const input = programs.map((program) => `${program.length}\n${program}`).join('');
  const { stdout, stderr, error, signal } = spawnSync(REFERENCE, ['-e', LUA_DRIVER], {
    input: Buffer.from(input, 'latin1'),
    encoding: 'latin1',
    timeout: TIMEOUT_MS,
    maxBuffer: OUTPUT_SIZE_MAX,
  });
  if (stdout === null) assert.fail(`the tests need lua5.1: ${error?.message}`);
  // Levels beyond the program are the driver's.
  const outputs = stdout.replaceAll(/\(command line\):\d+: /g, '').split(OUTPUT_END);
  const count = outputs.length - 1;
  if (count !== programs.length) {
    const where = `lua5.1 ends in program ${count + 1} of ${programs.length}: ${programs[count]}`;
    assert.fail(`${where}\n${error?.message ?? signal ?? ''}\n${stderr}`);
  }
  return outputs.slice(0, -1);
}
