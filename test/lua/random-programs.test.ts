// Random programs, run by lua5.1 and by our Lua: all that they print must be equal.
// REDSTART_RANDOM_SECONDS says how long (5), REDSTART_RANDOM_SEED which programs.
//
// A program that shows a difference is run again without its lines, one by one, as long as the
// difference stays: what is left is printed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '../support/random.ts';
import { normalised } from './support/corpus.ts';
import { runOurs } from './support/ours.ts';
import { ProgramGenerator } from './support/program-generator.ts';
import { runReference } from './support/reference.ts';

const SECONDS = Number(process.env.REDSTART_RANDOM_SECONDS ?? 5);
const SEED = Number(process.env.REDSTART_RANDOM_SEED ?? Date.now() % 1e9);
const BATCH = 500;
const OUTPUT_SIZE_MAX = 2000;

test(`random programs, REDSTART_RANDOM_SEED=${SEED}`, () => {
  const generator = new ProgramGenerator(new SeededRandom(SEED));
  const endMs = performance.now() + SECONDS * 1000;
  let count = 0;
  do {
    const programs = Array.from({ length: BATCH }, () => generator.program());
    const outputs = runReference(programs);
    for (const [index, program] of programs.entries()) {
      if (normalised(runOurs(program)) !== normalised(outputs[index])) explain(program);
    }
    count += BATCH;
  } while (performance.now() < endMs);
  console.log(`${count} random programs, REDSTART_RANDOM_SEED=${SEED}`);
});

/** Leaves out of a program what does not matter, and fails with the rest. */
function explain(failing: string): never {
  let lines = failing.split('\n');
  for (let shorter: string[] | null = lines; shorter !== null; ) {
    lines = shorter;
    shorter = shorterOf(lines);
  }
  const program = lines.join('\n');
  const [theirs] = runReference([program]);
  const message = [
    `REDSTART_RANDOM_SEED=${SEED}`,
    program,
    `-- lua5.1:\n${normalised(theirs).slice(0, OUTPUT_SIZE_MAX)}`,
    `-- ours:\n${normalised(runOurs(program)).slice(0, OUTPUT_SIZE_MAX)}`,
  ].join('\n');
  throw new assert.AssertionError({ message, stackStartFn: explain });
}

/** The program without a range of lines, or without two lines, that still shows a difference. */
function shorterOf(lines: readonly string[]): string[] | null {
  const candidates: string[][] = [];
  for (let from = 1; from < lines.length; from++) {
    for (let to = lines.length; to > from; to--) {
      const isOne = to === from + 1;
      candidates.push(lines.filter((_, index) => index < from || index >= to));
      if (!isOne) candidates.push(lines.filter((_, index) => index !== from && index !== to - 1));
    }
  }
  candidates.sort((a, b) => a.length - b.length);
  for (let start = 0; start < candidates.length; start += BATCH) {
    const batch = candidates.slice(start, start + BATCH);
    const programs = batch.map((each) => each.join('\n'));
    const outputs = runReference(programs);
    for (const [index, program] of programs.entries()) {
      if (outputs[index].startsWith('does not compile')) continue;
      if (normalised(runOurs(program)) !== normalised(outputs[index])) return batch[index];
    }
  }
  return null;
}
