// Compares sources with the reference, Debian's lua5.1, which is asked about many at once.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { LuaError } from '../../../src/lua/errors.ts';
import { parse } from '../../../src/lua/syntax/parser.ts';

const REFERENCE = process.env.LUA_REFERENCE ?? 'lua5.1';
/** Calls out of C around what the reference loads: its own main(), and the script. */
const REFERENCE_LEVEL = 2;

const LOAD = "function(source) return (select(2, loadstring(source, '=user_script'))) end";

/** What stands for characters that do not show in a line of data. */
const CHARACTERS: Record<string, string> = { '¶': '\n', '␍': '\r', '␀': '\0', '␁': '\x01' };

/** A source from its line of data. */
function sourceOf(line: string): string {
  return line.replace(/[¶␍␀␁]/g, (character) => CHARACTERS[character]);
}

/**
 * The answers of a Lua function to each source. It is given as an expression, called with a
 * source, and returns a string or nil, which becomes ''.
 */
export function askReference(answer: string, sources: readonly string[]): string[] {
  const script = [
    `local answer = ${answer}`,
    'for _, source in ipairs({',
    ...sources.map((source) => `"${escaped(source)}",`),
    '}) do',
    '  local text = answer(source) or ""',
    '  print((text:gsub(".", function(c) return ("%02x"):format(c:byte()) end)))',
    'end',
  ].join('\n');
  const { error, status, stdout, stderr } = spawnSync(REFERENCE, ['-'], {
    input: script,
    encoding: 'latin1',
    timeout: 60000,
    maxBuffer: 1 << 28,
  });
  assert.equal(error, undefined, `the tests need lua5.1: ${error?.message}`);
  assert.equal(status, 0, stderr);
  const answers = stdout.split('\n').slice(0, -1);
  assert.equal(answers.length, sources.length);
  return answers.map((hex) => Buffer.from(hex, 'hex').toString('latin1'));
}

function escaped(source: string): string {
  return [...source].map((c) => `\\${String(c.charCodeAt(0)).padStart(3, '0')}`).join('');
}

/** What parse() says of a source, '' if it is good. */
function messageOf(source: string): string {
  try {
    parse(source, 'user_script', 'user_script', REFERENCE_LEVEL);
    return '';
  } catch (error) {
    assert.ok(error instanceof LuaError, `${source.slice(0, 80)}: ${error}`);
    return String(error.value);
  }
}

/** Compares what both say of sources that are all bad, or all good. */
export function checkMessages(sources: readonly string[], areBad: boolean): void {
  const expected = askReference(LOAD, sources);
  for (const [index, source] of sources.entries()) {
    const name = source.slice(0, 200);
    assert.equal(messageOf(source), expected[index], name);
    assert.equal(expected[index] !== '', areBad, name);
  }
}

/** The sources of a block with one in each line. */
export function linesOf(block: string): string[] {
  return block
    .split('\n')
    .filter((line) => line !== '')
    .map(sourceOf);
}
