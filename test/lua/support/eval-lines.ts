// Lines of Lua that redis-server runs by EVAL, and our Lua as EVAL would: what they show must be
// equal.
//
//   evalLines('encode', 'local encode = cjson.encode', ['see(encode({}))', 'see(encode("a"))']);
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normalised } from './corpus.ts';
import { evalOurs, evalReference, evalServer } from './eval.ts';

/** Lines that are one program: compiling the prelude takes long. */
const LINES_PER_PROGRAM = 20;
const LINE_START = 'THE NEXT LINE';
const SHOWN_FAILURES = 12;
const SHOWN_SIZE = 1000;

/** Registers a test of some lines, which run behind the prelude, each in a block of its own. */
export function evalLines(name: string, prelude: string, lines: readonly string[]): void {
  test(`${name}: ${lines.length} lines`, async () => {
    const programs: string[] = [];
    for (let start = 0; start < lines.length; start += LINES_PER_PROGRAM) {
      const blocks = lines.slice(start, start + LINES_PER_PROGRAM).map((line) => {
        return `see('${LINE_START}') do ${line} end`;
      });
      programs.push([prelude, ...blocks].join('\n'));
    }
    const server = await evalServer();
    const expected = splitLines(await evalReference(server, programs), lines);
    const outputs = splitLines(evalOurs(programs), lines);
    const failures = lines.flatMap((line, index) => {
      const [theirs, ours] = [normalised(expected[index]), normalised(outputs[index])];
      if (theirs === ours) return [];
      return [`${shown(line)}\n-- redis-server: ${shown(theirs)}\n-- ours: ${shown(ours)}`];
    });
    const head = `${failures.length} of ${lines.length} lines differ`;
    assert.equal(failures.length, 0, [head, ...failures.slice(0, SHOWN_FAILURES)].join('\n\n'));
  });
}

/** What each line showed. */
function splitLines(outputs: readonly string[], lines: readonly string[]): string[] {
  return outputs.flatMap((output, index) => {
    const start = index * LINES_PER_PROGRAM;
    const count = Math.min(LINES_PER_PROGRAM, lines.length - start);
    const shownByLine = output.split(LINE_START).slice(1);
    const last = lines[start + shownByLine.length - 1];
    assert.equal(shownByLine.length, count, `a line ends its program: ${last}\n${output}`);
    return shownByLine;
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
