// The language tests: programs as data, run by lua5.1 and by our Lua. What a program prints, what
// it returns and the value of its error must be equal.
//
//   corpus({
//     'numeric for': String.raw`
// for i = 1, 3 do print(i) end
// for i = 3, 1 do
//   print(i)
// end
// `,
//   });
//
// A line is a program; lines that are indented continue it, so that errors have line numbers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runOurs } from './ours.ts';
import { runReference } from './reference.ts';

/** Programs of a topic: text as above, or a program each. */
export type Topic = string | readonly string[];

const SHOWN_FAILURES = 12;
const SHOWN_SIZE = 1500;

/** Registers a test for each topic. lua5.1 runs all of them in one process. */
export function corpus(topics: Readonly<Record<string, Topic>>): void {
  const chosen = Object.entries(topics).map(([name, topic]) => ({ name, programs: list(topic) }));
  let outputs: string[] | null = null;
  let start = 0;
  for (const { name, programs } of chosen) {
    const from = start;
    start += programs.length;
    test(`${name}: ${programs.length} programs`, () => {
      outputs ??= runReference(chosen.flatMap((each) => each.programs));
      compare(programs, outputs.slice(from, from + programs.length));
    });
  }
}

/** Fails with the programs of which our Lua does not say what the reference said. */
function compare(programs: readonly string[], expected: readonly string[]): void {
  const failures: string[] = [];
  for (const [index, program] of programs.entries()) {
    const theirs = normalised(expected[index]);
    const ours = normalised(runOurs(program));
    if (ours !== theirs) {
      failures.push(`${shown(program)}\n-- lua5.1:\n${shown(theirs)}\n-- ours:\n${shown(ours)}`);
    }
  }
  if (failures.length === 0) return;
  const head = `${failures.length} of ${programs.length} programs differ`;
  const message = [head, ...failures.slice(0, SHOWN_FAILURES)].join('\n\n');
  throw new assert.AssertionError({ message, stackStartFn: compare });
}

/**
 * Addresses become numbers, in the order in which they come. NaN has no sign that could be
 * compared: JavaScript does not tell.
 */
export function normalised(output: string): string {
  const seen: string[] = [];
  return output
    .replace(/-nan\b/g, 'nan')
    .replace(/\b(table|function|thread|userdata): (\w+)/g, (_, type, address) => {
      if (!seen.includes(address)) seen.push(address);
      return `${type}: #${seen.indexOf(address) + 1}`;
    });
}

function list(topic: Topic): string[] {
  if (typeof topic !== 'string') return [...new Set(topic)];
  const programs: string[] = [];
  for (const line of topic.split('\n')) {
    if (line.startsWith(' ')) programs[programs.length - 1] += `\n${line.trimStart()}`;
    else if (line !== '') programs.push(line);
  }
  assert.equal(new Set(programs).size, programs.length, `twice: ${twice(programs)}`);
  return programs;
}

function twice(programs: readonly string[]): string {
  return programs.filter((program, index) => programs.indexOf(program) !== index).join('\n');
}

function shown(text: string): string {
  const escaped = text.replace(/[^\n -~]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
  return escaped.length > SHOWN_SIZE ? `${escaped.slice(0, SHOWN_SIZE)}...` : escaped;
}
