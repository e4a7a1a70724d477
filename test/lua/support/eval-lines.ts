// Lines of Lua that redis-server runs by EVAL, and our Lua as EVAL would: what they show must be
// equal.
//
//   evalLines('encode', 'local e = cjson.encode', ['see(e({}))', 'see(pcall(e, print))']);
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normalised } from './corpus.ts';
import { evalOurs, evalReference, evalServer } from './eval.ts';

const SHOWN_FAILURES = 12;
const SHOWN_SIZE = 1000;

/** Registers a test of some lines; each begins with the prelude. */
export function evalLines(name: string, prelude: string, lines: readonly string[]): void {
  test(`${name}: ${lines.length} lines`, async () => {
    const programs = lines.map((line) => `${prelude}\n${line}`);
    const expected = await evalReference(await evalServer(), programs);
    const outputs = evalOurs(programs);
    const failures = lines.flatMap((line, index) => {
      const [theirs, ours] = [normalised(expected[index]), normalised(outputs[index])];
      if (theirs === ours) return [];
      return [`${shown(line)}\n-- redis-server: ${shown(theirs)}\n-- ours: ${shown(ours)}`];
    });
    const head = `${failures.length} of ${lines.length} lines differ`;
    assert.equal(failures.length, 0, [head, ...failures.slice(0, SHOWN_FAILURES)].join('\n\n'));
  });
}

function shown(text: string): string {
  const escaped = text.replace(/[^\n -~]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
  return escaped.length > SHOWN_SIZE ? `${escaped.slice(0, SHOWN_SIZE)}...` : escaped;
}

/** A string as a literal of Lua. */
export function literal(text: string): string {
  const escaped = text.replace(/[^ !#-[\]-~]/g, (byte) => {
    return `\\${byte.charCodeAt(0).toString().padStart(3, '0')}`;
  });
  return `"${escaped}"`;
}
