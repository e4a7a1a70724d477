// A few thousand payloads that nobody should believe; `npm run check` has many more.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PayloadFuzz } from '../support/payload-fuzz.ts';

const STEPS = 800;
const PARTS = 4;

for (let part = 1; part <= PARTS; part++) {
  test(`${STEPS} mutated payloads, part ${part}`, () => {
    const fuzz = new PayloadFuzz(
      Number(process.env.REDSTART_RANDOM_SEED ?? Date.now() % 1e9) + part,
    );
    for (let i = 0; i < STEPS; i++) fuzz.step();
    assert.ok(fuzz.taken > 0 && fuzz.refused > 0, `${fuzz.taken} taken, ${fuzz.refused} refused`);
  });
}
