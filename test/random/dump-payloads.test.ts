// 100,000 payloads of DUMP that nobody should believe (REDSTART_FUZZ_STEPS says how many): the
// server takes them or refuses them, and its memory is in order.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PayloadFuzz } from '../support/payload-fuzz.ts';

const STEPS = Number(process.env.REDSTART_FUZZ_STEPS ?? 100_000);
const SEED = Number(process.env.REDSTART_RANDOM_SEED ?? Date.now() % 1e9);

test(`${STEPS} mutated payloads, seed ${SEED}`, () => {
  const fuzz = new PayloadFuzz(SEED);
  for (let i = 0; i < STEPS; i++) fuzz.step();
  assert.ok(fuzz.taken > 0 && fuzz.refused > 0, `${fuzz.taken} taken, ${fuzz.refused} refused`);
});
