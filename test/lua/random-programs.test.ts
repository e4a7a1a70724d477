// Random programs, run by lua5.1 and by our Lua: all that they print must be equal.
// REDSTART_RANDOM_SECONDS says how long (1), REDSTART_RANDOM_SEED which programs.
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

const SECONDS = Number(process.env.REDSTART_RANDOM_SECONDS ?? 1);
const SEED = Number(process.env.REDSTART_RANDOM_SEED ?? Date.now() % 1e9);
const BATCH = 250;
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

/** Random operations on tables, by a program that is the same for every seed. */
const TABLE_OPERATIONS = `
local seed = SEED
local function below(n) seed = (seed * 16807) % 2147483647 return seed % n end
local names = {}
for i = 1, 24 do names[i] = 'field' .. i end
local function key()
  local kind = below(10)
  if kind < 5 then return below(12) end
  if kind < 8 then return names[1 + below(24)] end
  if kind == 8 then return below(4) - 1.5 end
  return below(2) == 0
end
local tables = {{}, {}, {n = 1}, {1, 2, 3}}
local function size(t)
  local n, sum = 0, 0
  for k, v in pairs(t) do n, sum = n + 1, sum + v end
  return n, sum
end
local function isDense(t)
  local n = 0
  for k in pairs(t) do if type(k) == 'number' and k >= 1 and k % 1 == 0 then n = n + 1 end end
  for i = 1, n do if t[i] == nil then return false end end
  return true, n
end
for step = 1, 400 do
  local t = tables[1 + below(4)]
  local what = below(14)
  if what < 4 then t[key()] = step
  elseif what < 6 then t[key()] = nil
  elseif what == 6 then local k = names[1 + below(24)] t[k] = (t[k] or 0) + 1
  elseif what == 7 then t.field3, t.field7 = step, t.field3
  elseif what == 8 then tables[1 + below(4)] = below(2) == 0 and {step, step + 1} or {field1 = step}
  elseif what == 9 then for k, v in pairs(t) do if v % 3 == step % 3 then t[k] = nil end end
  elseif isDense(t) then
    if what == 10 then t[#t + 1] = step
    elseif what == 11 then table.insert(t, 1 + below(#t + 1), step)
    elseif what == 12 and #t > 0 then table.remove(t, 1 + below(#t))
    else table.sort(t, function(a, b) return a > b end) end
    local _, n = isDense(t)
    assert(#t == n, 'a border')
    print(step, #t, table.concat(t, ' '))
  end
  print(step, what, size(t))
end
for i = 1, 4 do
  local parts = {}
  for k, v in pairs(tables[i]) do parts[#parts + 1] = tostring(k) .. '=' .. v end
  table.sort(parts)
  print(table.concat(parts, ' '))
end
`;

test(`random operations on tables, REDSTART_RANDOM_SEED=${SEED}`, () => {
  const programs = Array.from({ length: 50 }, (_, index) =>
    TABLE_OPERATIONS.replace('SEED', String(1 + ((SEED + index) % 1e9))),
  );
  const outputs = runReference(programs);
  for (const [index, program] of programs.entries()) {
    const ours = normalised(runOurs(program));
    assert.equal(ours, normalised(outputs[index]), program);
  }
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
