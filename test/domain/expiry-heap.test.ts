// The expiry heap against an array that is searched.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Arena } from '../../src/domain/memory/arena.ts';
import { heapPlaceOf, setHeapPlace } from '../../src/domain/memory/record.ts';
import { ExpiryHeap, type HeapPlaces } from '../../src/domain/structures/expiry-heap.ts';
import { SeededRandom } from '../support/random.ts';

function placesIn(arena: Arena): HeapPlaces {
  return { set: (ref, place) => setHeapPlace(arena, ref, place) };
}

/** A heap, and what it should hold: deadline by ref. */
class Model {
  readonly arena = new Arena();
  readonly heap = new ExpiryHeap(placesIn(this.arena));
  readonly deadlines = new Map<number, number>();
  private readonly refs: number[] = [];

  add(deadline: number): void {
    const ref = this.arena.allocate(16);
    setHeapPlace(this.arena, ref, 0);
    this.heap.add(ref, deadline);
    this.deadlines.set(ref, deadline);
    this.refs.push(ref);
  }

  change(pick: number, deadline: number): void {
    const ref = this.refs[pick % this.refs.length];
    this.heap.change(this.place(ref), deadline);
    this.deadlines.set(ref, deadline);
  }

  /** The record lives elsewhere now. */
  move(pick: number): void {
    const index = pick % this.refs.length;
    const old = this.refs[index];
    const ref = this.arena.allocate(16);
    setHeapPlace(this.arena, ref, this.place(old));
    this.heap.moved(this.place(old), ref);
    this.deadlines.set(ref, this.deadlines.get(old) ?? 0);
    this.deadlines.delete(old);
    this.arena.free(old);
    this.refs[index] = ref;
  }

  remove(pick: number): void {
    this.forget(this.refs[pick % this.refs.length]);
  }

  removeEarliest(): number {
    const ref = this.heap.refAt(1);
    const deadline = this.deadlines.get(ref) ?? -1;
    this.forget(ref);
    return deadline;
  }

  check(): void {
    this.heap.verify();
    assert.equal(this.heap.count, this.deadlines.size);
    let earliest = Number.POSITIVE_INFINITY;
    for (const [ref, deadline] of this.deadlines) {
      const place = this.place(ref);
      assert.equal(this.heap.refAt(place), ref);
      assert.equal(this.heap.deadlineAt(place), deadline);
      earliest = Math.min(earliest, deadline);
    }
    assert.equal(this.heap.earliest, earliest);
  }

  private forget(ref: number): void {
    this.heap.remove(this.place(ref));
    assert.equal(this.place(ref), 0, 'a record without a deadline has no place');
    this.deadlines.delete(ref);
    this.refs.splice(this.refs.indexOf(ref), 1);
    this.arena.free(ref);
  }

  private place(ref: number): number {
    return heapPlaceOf(this.arena, ref);
  }
}

test('expiry heap: random operations', () => {
  // Few different deadlines, so that equal ones are common; and the extremes.
  const deadline = fc.oneof(
    fc.integer({ min: 0, max: 20 }),
    fc.integer({ min: 1e12, max: 2e12 }),
    fc.constantFrom(0, 2 ** 53, 2 ** 63 - 2 ** 11),
  );
  const kind = fc.constantFrom('add', 'add', 'add', 'change', 'move', 'remove', 'pop');
  const operation = fc.record({ kind, deadline, pick: fc.nat() });
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 200, size: 'max' }), (steps) => {
      const model = new Model();
      for (const { kind, deadline, pick } of steps) {
        if (kind === 'add') model.add(deadline);
        else if (model.deadlines.size === 0) continue;
        else if (kind === 'change') model.change(pick, deadline);
        else if (kind === 'move') model.move(pick);
        else if (kind === 'remove') model.remove(pick);
        else model.removeEarliest();
      }
      model.check();
    }),
  );
});

test('expiry heap: entries come out in the order of their deadlines', () => {
  const random = new SeededRandom(3);
  const model = new Model();
  const expected: number[] = [];
  for (let i = 0; i < 3000; i++) {
    const deadline = random.below(1000);
    model.add(deadline);
    expected.push(deadline);
  }
  expected.sort((a, b) => a - b);
  const got: number[] = [];
  while (model.deadlines.size > 0) got.push(model.removeEarliest());
  assert.deepEqual(got, expected);
  model.check();
});

test('expiry heap: many chunks, which are given back', () => {
  const arena = new Arena();
  const heap = new ExpiryHeap(placesIn(arena));
  const random = new SeededRandom(4);
  const count = 200000;
  for (let i = 0; i < count; i++) heap.add(arena.allocate(16), random.below(1e9));
  heap.verify();
  const fullSize = heap.size;
  let previous = -1;
  while (heap.count > 10) {
    assert.ok(heap.earliest >= previous, 'an entry came too late');
    previous = heap.earliest;
    heap.remove(1);
  }
  heap.verify();
  assert.ok(fullSize >= count * 12 && fullSize < count * 24, `${fullSize} bytes`);
  assert.ok(heap.size < fullSize / 2, `${heap.size} bytes stay`);
  heap.clear();
  assert.equal(heap.count, 0);
  assert.equal(heap.earliest, Number.POSITIVE_INFINITY);
  heap.add(arena.allocate(16), 5);
  assert.equal(heap.earliest, 5);
});
