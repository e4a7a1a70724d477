// The tracking table against a map of sets, under random operations and with sessions that come and
// go.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TrackingTable } from '../../src/engine/tracking/table.ts';
import { SeededRandom } from '../support/random.ts';

const HASH_KEY = { k0: 1, k1: 2 };
/** More than 32 bits, for ids have 53. */
const ID_STEP = 2 ** 31 + 7;

/** A table, and the sessions that it should answer for each key, without those that are gone. */
class Model {
  readonly sessions = new Set<number>();
  readonly table = new TrackingTable(HASH_KEY, this.sessions, true);
  private readonly readers = new Map<string, Set<number>>();
  private readonly random: SeededRandom;
  private nextId = 1;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
    this.connect();
  }

  connect(): void {
    this.sessions.add(this.nextId++ * ID_STEP);
  }

  disconnect(pick: number): void {
    if (this.sessions.size < 2) return;
    const id = [...this.sessions][pick % this.sessions.size];
    this.sessions.delete(id);
    for (const ids of this.readers.values()) ids.delete(id);
  }

  read(pick: number, key: string): void {
    const id = [...this.sessions][pick % this.sessions.size];
    const bytes = Buffer.from(`..${key}.`, 'latin1');
    this.table.add(id, bytes, 2, bytes.length - 1);
    const ids = this.readers.get(key) ?? new Set();
    this.readers.set(key, ids.add(id));
  }

  change(key: string): void {
    const ids: number[] = [];
    const bytes = Buffer.from(key, 'latin1');
    this.table.take(bytes, 0, bytes.length, ids);
    this.compare(key, ids);
  }

  evict(): void {
    if (this.table.keysCount === 0) return;
    const ids: number[] = [];
    const key = Buffer.from(this.table.takeRandom(this.random, ids)).toString('latin1');
    assert.ok(this.readers.has(key), `evicted ${key}, which nobody has read`);
    this.compare(key, ids);
  }

  clear(): void {
    this.table.clear();
    this.readers.clear();
  }

  check(): void {
    this.table.verify();
    assert.equal(this.table.keysCount, this.readers.size);
    let items = 0;
    for (const ids of this.readers.values()) items += ids.size;
    assert.ok(this.table.itemsCount >= items);
  }

  checkAll(): void {
    for (const key of [...this.readers.keys()]) this.change(key);
    assert.equal(this.table.keysCount, 0);
    assert.equal(this.table.itemsCount, 0);
    this.table.verify();
  }

  private compare(key: string, ids: readonly number[]): void {
    assert.equal(new Set(ids).size, ids.length, 'a session is there twice');
    const live = ids.filter((id) => this.sessions.has(id));
    const expected = this.readers.get(key) ?? [];
    assert.deepEqual(
      live.sort((a, b) => a - b),
      [...expected].sort((a, b) => a - b),
    );
    this.readers.delete(key);
  }
}

const KEYS = ['', 'a', 'b', 'ab', '\xff\0', 'k'.repeat(16 * 1024), 'l'.repeat(16 * 1024 + 1)];
const keys = fc.oneof(
  fc.constantFrom(...KEYS),
  fc.nat(40).map((n) => `key:${n}`),
);
const operations = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(fc.constant('read'), fc.nat(1000), keys) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('change'), fc.nat(1000), keys) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('connect', 'evict'), fc.nat(1000), keys) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('disconnect'), fc.nat(1000), keys) },
);

test('tracking table: random operations against a map of sets', () => {
  fc.assert(
    fc.property(fc.nat(), fc.array(operations, { maxLength: 300 }), (seed, steps) => {
      const model = new Model(seed);
      for (const [name, pick, key] of steps) {
        if (name === 'read') model.read(pick, key);
        else if (name === 'change') model.change(key);
        else if (name === 'connect') model.connect();
        else if (name === 'evict') model.evict();
        else model.disconnect(pick);
      }
      model.check();
      model.checkAll();
    }),
    { numRuns: 100 },
  );
});

test('tracking table: many keys, and all memory comes back', () => {
  const model = new Model(1);
  const random = new SeededRandom(1);
  const emptySize = model.table.usedSize;
  for (let i = 0; i < 20; i++) model.connect();
  for (let i = 0; i < 20000; i++) model.read(random.next(), `key:${random.below(5000)}`);
  model.check();
  for (let i = 0; i < 3000; i++) model.evict();
  model.check();
  model.clear();
  model.check();
  assert.equal(model.table.usedSize, emptySize);
});

test('tracking table: long keys count, and their memory comes back', () => {
  const model = new Model(1);
  const key = 'k'.repeat(100000);
  model.read(0, 'short');
  const before = model.table.usedSize;
  model.read(0, key);
  assert.ok(model.table.usedSize >= before + key.length);
  model.change(key);
  assert.equal(model.table.usedSize, before);
});

test('tracking table: a key that never changes does not collect sessions that are gone', () => {
  const sessions = new Set<number>();
  const table = new TrackingTable(HASH_KEY, sessions, true);
  const key = Buffer.from('never changes');
  let itemsMax = 0;
  for (let id = 1; id <= 5000; id++) {
    sessions.add(id);
    table.add(id, key, 0, key.length);
    itemsMax = Math.max(itemsMax, table.itemsCount);
    sessions.delete(id - 10);
  }
  assert.ok(itemsMax <= 40, `${itemsMax} items for 10 sessions`);
  table.verify();
});
