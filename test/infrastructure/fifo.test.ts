// A queue, beside an array.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fifo } from '../../src/infrastructure/fifo.ts';
import { SeededRandom } from '../support/random.ts';

const SEED = Number(process.env.REDSTART_RANDOM_SEED ?? Date.now() % 1e9);
const STEPS = 20_000;

test(`random pushes and shifts, seed ${SEED}`, () => {
  const random = new SeededRandom(SEED);
  let fifo = new Fifo<number>();
  let model: number[] = [];
  for (let i = 0; i < STEPS; i++) {
    // Long runs of either.
    if (random.below(1000) < (i % 4000 < 2000 ? 700 : 300)) {
      fifo.push(i);
      model.push(i);
    } else assert.equal(fifo.shift(), model.shift());
    assert.equal(fifo.length, model.length);
    if (model.length > 0) assert.equal(fifo.first, model[0]);
    if (random.below(2000) > 0) continue;
    assert.deepEqual(fifo.takeAll(), model);
    model = [];
    fifo = random.below(2) === 0 ? fifo : new Fifo();
  }
});
