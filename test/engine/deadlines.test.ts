// The heap of deadlines beside a plain list, under random additions and removals.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Deadlines, type Waiting } from '../../src/engine/deadlines.ts';
import { SeededRandom } from '../support/random.ts';

test('the first is always one of the earliest, whoever comes and goes', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = new SeededRandom(seed);
    const deadlines = new Deadlines<Waiting>();
    const model: Waiting[] = [];
    for (let step = 0; step < 500; step++) {
      if (model.length === 0 || random.below(5) < 3) {
        const entry = { deadlineUs: random.below(50), place: 0 };
        model.push(entry);
        deadlines.add(entry);
      } else {
        const at = random.below(3) === 0 ? model.indexOf(deadlines.first ?? model[0]) : -1;
        const [gone] = model.splice(at < 0 ? random.below(model.length) : at, 1);
        deadlines.remove(gone);
        assert.equal(gone.place, 0, `seed ${seed}`);
      }
      const earliestUs = Math.min(...model.map(({ deadlineUs }) => deadlineUs));
      assert.equal(deadlines.earliestUs, earliestUs, `seed ${seed}, step ${step}`);
      assert.equal(model.length === 0, deadlines.first === null);
    }
  }
});

test('to take out what is not in it changes nothing', () => {
  const deadlines = new Deadlines<Waiting>();
  const [inside, outside] = [1, 0].map((deadlineUs) => ({ deadlineUs, place: 0 }));
  deadlines.add(inside);
  deadlines.remove(outside);
  assert.equal(deadlines.first, inside);
});
