// SCAN's promise: an element that is there from the first step to the last is returned, whatever is
// added, deleted, split or merged between the steps. And what walks do with keys whose deadline has
// passed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EVENT_EXPIRE, EVENT_SET } from '../../src/domain/keyspace/events.ts';
import { Keyspace } from '../../src/domain/keyspace/keyspace.ts';
import { randomKey, scanKeys } from '../../src/domain/keyspace/walks.ts';
import { Arena } from '../../src/domain/memory/arena.ts';
import { KIND_STRING_RAW } from '../../src/domain/memory/record.ts';
import { Dict } from '../../src/domain/structures/dict.ts';
import { DictWalk } from '../../src/domain/structures/dict-walk.ts';
import { SeededRandom } from '../support/random.ts';

/** What happens to the dict between two steps: so many entries come, or go. */
interface Churn {
  /** Steps of SCAN before it. */
  steps: number;
  change: number;
  /** Entries whose hash begins with another bit than this go first, so that one side merges. */
  side: number;
}

/** A dict of numbers, some of which stay from the first step to the last. */
class World {
  readonly dict = new Dict({ matches: () => false, hashOf }, new Arena({ poison: true }));
  readonly staying: number[] = [];
  private readonly random: SeededRandom;
  private readonly passing: number[] = [];
  private last = 0;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
  }

  add(stays: boolean): void {
    const ref = ++this.last;
    this.dict.add(hashOf(ref), ref);
    (stays ? this.staying : this.passing).push(ref);
  }

  churn({ change, side }: Churn): void {
    for (let i = 0; i < change; i++) this.add(false);
    for (let i = 0; i > change && this.passing.length > 0; i--) this.remove(side);
  }

  /** Removes an entry, of the other side if a few tries find one there. */
  private remove(side: number): void {
    let at = this.random.below(this.passing.length);
    for (let tries = 0; tries < 8 && hashOf(this.passing[at]) >>> 31 === side; tries++) {
      at = this.random.below(this.passing.length);
    }
    const ref = this.passing[at];
    this.dict.remove(ref);
    this.passing[at] = this.passing[this.passing.length - 1];
    this.passing.pop();
  }
}

function hashOf(ref: number): number {
  let hash = Math.imul(ref, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) | 0;
}

/** Scans to the end, with churns between the steps, and returns how often each entry was met. */
function scanThrough(world: World, atLeast: number, churns: readonly Churn[]): Map<number, number> {
  const met = new Map<number, number>();
  const visitor = { visit: (ref: number) => met.set(ref, (met.get(ref) ?? 0) + 1) };
  const ahead = churns.flatMap((churn) => [...Array(churn.steps - 1).fill(null), churn]);
  let cursor = 0;
  let steps = 0;
  do {
    cursor = world.dict.scan(cursor, atLeast, visitor);
    assert.ok(Number.isSafeInteger(cursor) && cursor >= 0, `cursor ${cursor}`);
    const churn = ahead[steps++];
    if (cursor !== 0 && churn) world.churn(churn);
    assert.ok(steps < 50_000, 'the scan does not end');
  } while (cursor !== 0);
  return met;
}

/** The same for a walk. */
function walkThrough(world: World, slots: number, churns: readonly Churn[]): Map<number, number> {
  const met = new Map<number, number>();
  const visitor = { visit: (ref: number) => met.set(ref, (met.get(ref) ?? 0) + 1) };
  const ahead = churns.flatMap((churn) => [...Array(churn.steps - 1).fill(null), churn]);
  const walk = new DictWalk();
  for (let steps = 0; !walk.isDone; steps++) {
    walk.step(world.dict, slots, visitor);
    if (ahead[steps]) world.churn(ahead[steps]);
    assert.ok(steps < 50_000, 'the walk does not end');
  }
  return met;
}

const churnArbitrary = fc.record({
  steps: fc.integer({ min: 1, max: 100 }),
  change: fc.oneof(fc.integer({ min: -6000, max: 6000 }), fc.integer({ min: -50, max: 50 })),
  side: fc.constantFrom(0, 1),
});

for (const [name, staying, passing] of [
  ['small dicts', 50, 300],
  ['dicts of some segments', 500, 12_000],
  ['dicts of many segments', 1000, 40_000],
] as const) {
  test(`a scan returns what stays: ${name}`, () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: Math.floor(passing / 40) }),
        fc.array(churnArbitrary, { maxLength: 20, size: 'max' }),
        (seed, atLeast, churns) => {
          const world = new World(seed);
          for (let i = 0; i < passing; i++) {
            world.add(false);
            if (i % (passing / staying) < 1) world.add(true);
          }
          const met = scanThrough(world, atLeast, churns);
          const missed = world.staying.filter((ref) => !met.has(ref));
          assert.deepEqual(missed, [], `${missed.length} of ${world.staying.length} were missed`);
          world.dict.verify();
        },
      ),
      { numRuns: passing > 20_000 ? 20 : 60 },
    );
  });

  test(`a walk meets what stays once, and nothing twice: ${name}`, () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: Math.floor(passing / 40) }),
        fc.array(churnArbitrary, { maxLength: 20, size: 'max' }),
        (seed, atLeast, churns) => {
          const world = new World(seed);
          for (let i = 0; i < passing; i++) {
            world.add(false);
            if (i % (passing / staying) < 1) world.add(true);
          }
          const met = walkThrough(world, 4 * atLeast, churns);
          const missed = world.staying.filter((ref) => !met.has(ref));
          assert.deepEqual(missed, [], `${missed.length} of ${world.staying.length} were missed`);
          for (const [ref, times] of met) assert.equal(times, 1, `${ref} was met ${times} times`);
          world.dict.verify();
        },
      ),
      { numRuns: passing > 20_000 ? 20 : 60 },
    );
  });
}

test('a scan goes on in a segment that has merged in the middle of it', () => {
  for (const [removals, seed] of [
    [11_000, 1],
    [11_500, 2],
    [11_900, 3],
  ]) {
    for (let steps = 1; steps < 40; steps++) {
      const world = new World(seed);
      for (let i = 0; i < 12_000; i++) world.add(i % 40 === 0);
      const met = new Set<number>();
      let cursor = 0;
      for (let i = 0; i < steps; i++) {
        cursor = world.dict.scan(cursor, 100, { visit: (ref) => met.add(ref) });
      }
      for (let side = 0; side < 2; side++) world.churn({ steps: 1, change: -removals / 2, side });
      while (cursor !== 0) cursor = world.dict.scan(cursor, 100, { visit: (ref) => met.add(ref) });
      const missed = world.staying.filter((ref) => !met.has(ref));
      assert.deepEqual(missed, [], `after ${steps} steps and ${removals} removals`);
    }
  }
});

test('a scan that nobody disturbs returns each entry once', () => {
  for (const count of [0, 1, 13, 14, 3600, 20_000]) {
    const world = new World(1);
    for (let i = 0; i < count; i++) world.add(true);
    for (const atLeast of [1, 10, 1000, Number.MAX_SAFE_INTEGER]) {
      const times = [...scanThrough(world, atLeast, []).values()];
      assert.equal(times.length, count);
      assert.ok(times.every((each) => each === 1));
    }
  }
});

test('a scan that is only disturbed by growth returns each old entry once', () => {
  const world = new World(1);
  for (let i = 0; i < 9000; i++) world.add(true);
  const growth = Array<Churn>(1000).fill({ steps: 1, change: 25, side: 0 });
  const met = scanThrough(world, 30, growth);
  for (const ref of world.staying) assert.ok(met.has(ref));
  const repeated = world.staying.filter((ref) => met.get(ref) !== 1);
  // Splits let the half of a segment that was begun be walked again.
  assert.ok(repeated.length < 4000, `${repeated.length} were met twice`);
});

test('cursors that nobody handed out end the scan somewhere', () => {
  const world = new World(1);
  for (let i = 0; i < 20_000; i++) world.add(true);
  fc.assert(
    fc.property(fc.oneof(fc.maxSafeNat(), fc.nat(), fc.constant(2 ** 53)), (first) => {
      let cursor = first;
      for (let steps = 0; steps < 20_000; steps++) {
        cursor = world.dict.scan(cursor, 10, { visit: () => {} });
        if (cursor === 0) return;
      }
      assert.fail(`cursor ${first} does not end`);
    }),
  );
});

/** A keyspace at time 1000 with keys k0 to k<count - 1>; every third key is due since then. */
function keyspaceWithDueKeys(count: number): Keyspace {
  const keyspace = new Keyspace({ databases: 1, hashKey: { k0: 1, k1: 2 }, poison: true });
  const [database] = keyspace.databases;
  for (let i = 0; i < count; i++) {
    const key = Buffer.from(`k${i}`);
    assert.equal(keyspace.find(database, key, 0, key.length), 0);
    const ref = keyspace.add(database, key, 0, key.length, key, 0, 1, KIND_STRING_RAW, EVENT_SET);
    if (i % 3 === 0) keyspace.setDeadline(database, ref, 1000, EVENT_EXPIRE);
    if (i % 3 === 1) keyspace.setDeadline(database, ref, 1001, EVENT_EXPIRE);
  }
  keyspace.dueMs = 1000;
  return keyspace;
}

function nameOf({ records }: Keyspace, ref: number): string {
  records.locateKey(ref);
  return Buffer.from(records.keyBytes.subarray(records.keyStart, records.keyEnd)).toString();
}

function liveNames(count: number): string[] {
  const numbers = Array.from({ length: count }, (_, i) => i);
  return numbers.filter((i) => i % 3 !== 0).map((i) => `k${i}`);
}

test('SCAN deletes the due keys that it meets and returns the others', () => {
  const keyspace = keyspaceWithDueKeys(6000);
  const [database] = keyspace.databases;
  const names: string[] = [];
  const visitor = { visit: (ref: number) => names.push(nameOf(keyspace, ref)) };
  let cursor = 0;
  do {
    cursor = scanKeys(keyspace, database, cursor, 10, visitor);
    keyspace.verify();
  } while (cursor !== 0);
  assert.deepEqual([...new Set(names)].sort(), liveNames(6000).sort());
  assert.equal(database.dict.count, 4000);
  assert.equal(keyspace.expiredKeys, 2000);
});

test('a random key is never a due one; looking for one deletes those that it meets', () => {
  const keyspace = keyspaceWithDueKeys(12);
  const [database] = keyspace.databases;
  const random = new SeededRandom(1);
  const live = new Set(liveNames(12));
  const times = new Map<string, number>();
  for (let i = 0; i < 8000; i++) {
    const name = nameOf(keyspace, randomKey(keyspace, database, random));
    assert.ok(live.has(name), name);
    times.set(name, (times.get(name) ?? 0) + 1);
  }
  for (const [name, count] of times) assert.ok(count > 800 && count < 1200, `${name} ${count}`);
  assert.equal(times.size, 8);
  keyspace.dueMs = 1001;
  for (let i = 0; i < 100; i++) randomKey(keyspace, database, random);
  assert.equal(database.dict.count, 4);
  keyspace.flushAll();
  assert.equal(randomKey(keyspace, database, random), 0);
  keyspace.verify();
});
