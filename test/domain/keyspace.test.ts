// The keyspace against Maps: random sequences of everything that it does, with keys and values from
// nothing to more than 64 KiB, in memory that catches its misuse.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Database, earliestDeadline } from '../../src/domain/keyspace/database.ts';
import {
  EVENT_APPEND,
  EVENT_DEL,
  EVENT_EXPIRE,
  EVENT_PERSIST,
  EVENT_SET,
  EVENT_SETRANGE,
} from '../../src/domain/keyspace/events.ts';
import { Keyspace } from '../../src/domain/keyspace/keyspace.ts';
import { addZeros, resize } from '../../src/domain/keyspace/string-sizes.ts';
import { copyEntry, moveEntry, renameEntry } from '../../src/domain/keyspace/transfer.ts';
import { INLINE_KEY_SIZE_MAX, INLINE_RECORD_SIZE_MAX } from '../../src/domain/limits.ts';
import { kindOf } from '../../src/domain/memory/record.ts';

const DATABASES = 3;
const START_MS = 1000;
/**
 * Sizes around every bound of a key: inline, the longest inline one, one with a buffer of its own.
 */
const KEY_SIZES = [0, 1, 7, 8, 16, 100, INLINE_KEY_SIZE_MAX, INLINE_KEY_SIZE_MAX + 1, 70_000];
/** Sizes around every bound of a value, whatever the key beside it. */
const VALUE_SIZES = [0, 1, 16, 44, 45, 100, 300, 1000, 5000, 8192, 16_000, 24_000, 32_600].concat([
  INLINE_RECORD_SIZE_MAX - 28,
  INLINE_RECORD_SIZE_MAX,
  40_000,
  65_536,
  70_000,
]);
const KINDS = [1, 2, 3];

interface Step {
  operation: string;
  key: number;
  /** Another key, a database, or a count. */
  other: number;
  size: number;
  isSo: boolean;
}

interface Entry {
  value: Buffer;
  kind: number;
  /** -1 when there is none. */
  deadlineMs: number;
}

class World {
  readonly keyspace = new Keyspace({
    databases: DATABASES,
    hashKey: { k0: 11, k1: 22 },
    poison: true,
  });
  /** By database, then by the name of the key. */
  readonly model: Map<string, Entry>[] = Array.from({ length: DATABASES }, () => new Map());
  index = 0;
  /** Values that are being sent, and what they must stay. */
  private readonly pinned: [bytes: Uint8Array, expected: Buffer][] = [];
  private stamp = 0;

  constructor() {
    this.keyspace.dueMs = START_MS;
  }

  get database(): Database {
    return this.keyspace.databases[this.index];
  }

  get entries(): Map<string, Entry> {
    return this.model[this.index];
  }

  /** The entry of a key as it should be; one that is due is none. */
  expected(name: string, index = this.index): Entry | undefined {
    const entry = this.model[index].get(name);
    if (entry === undefined || entry.deadlineMs === -1) return entry;
    if (entry.deadlineMs > this.keyspace.dueMs) return entry;
    this.model[index].delete(name);
    return undefined;
  }

  /** Finds a key and compares everything about it with the model. Returns its ref. */
  find(name: string, index = this.index): number {
    const database = this.keyspace.databases[index];
    const key = Buffer.from(`<${name}>`);
    const ref = this.keyspace.find(database, key, 1, key.length - 1);
    const expected = this.expected(name, index);
    assert.equal(ref !== 0, expected !== undefined, `presence of ${name.slice(0, 20)}`);
    if (expected !== undefined) this.compare(database, ref, expected);
    return ref;
  }

  compare(database: Database, ref: number, expected: Entry): void {
    const { keyspace } = this;
    const { records } = keyspace;
    records.locateValue(ref);
    const value = records.valueBytes.subarray(records.valueStart, records.valueEnd);
    assert.equal(value.length, expected.value.length);
    assert.ok(expected.value.equals(value), 'the value has changed');
    assert.equal(kindOf(keyspace.arena, ref), expected.kind);
    assert.equal(keyspace.deadline(database, ref), expected.deadlineMs);
  }

  /** Bytes that no other value has. */
  bytes(size: number): Buffer {
    const bytes = Buffer.alloc(size);
    this.stamp++;
    for (let i = 0; i < size; i++) bytes[i] = this.stamp * 31 + i * 7;
    return bytes;
  }

  set(name: string, value: Buffer, kind: number, deadlineMs: number): void {
    this.entries.set(name, { value, kind, deadlineMs });
  }

  pin(name: string): void {
    const ref = this.find(name);
    const { records } = this.keyspace;
    const bytes = ref !== 0 && records.locateValue(ref) ? records.pinValue(ref) : null;
    if (bytes !== null) this.pinned.push([bytes, Buffer.from(bytes)]);
  }

  check(): void {
    this.keyspace.verify();
    for (let index = 0; index < DATABASES; index++) {
      assert.equal(this.keyspace.databases[index].index, index);
      for (const name of [...this.model[index].keys()]) this.find(name, index);
      assert.equal(this.keyspace.databases[index].dict.count, this.model[index].size);
      assert.ok(this.keyspace.earliestMs <= this.keyspace.databases[index].heap.earliest);
    }
    for (const [bytes, expected] of this.pinned) {
      assert.ok(expected.equals(bytes), 'bytes changed while they were being sent');
    }
  }
}

type Operation = (world: World, step: Step, name: string, database: Database) => void;

const operations: Record<string, Operation> = {
  write(world, { size, isSo, other }, name, database) {
    const old = world.expected(name);
    const value = world.bytes(size);
    const kind = KINDS[other % KINDS.length];
    const key = Buffer.from(name);
    world.keyspace.write(database, key, 0, key.length, value, 0, size, kind, isSo, EVENT_SET);
    world.set(name, value, kind, isSo && old !== undefined ? old.deadlineMs : -1);
  },
  'add or replace'(world, { size, other }, name, database) {
    const { keyspace } = world;
    const value = world.bytes(size);
    const kind = KINDS[other % KINDS.length];
    const key = Buffer.from(name);
    const deadlineMs = world.expected(name)?.deadlineMs ?? -1;
    const ref = world.find(name);
    if (ref === 0) keyspace.add(database, key, 0, key.length, value, 0, size, kind, EVENT_SET);
    else keyspace.replace(database, ref, value, 0, size, kind, EVENT_SET);
    world.set(name, value, kind, deadlineMs);
  },
  'add zeros'(world, { size }, name, database) {
    if (world.find(name) !== 0) return;
    const key = Buffer.from(name);
    const ref = addZeros(world.keyspace, database, key, 0, key.length, size, 3);
    world.keyspace.changed(database, ref, EVENT_SETRANGE);
    world.set(name, Buffer.alloc(size), 3, -1);
  },
  resize(world, { size, isSo, other }, name, database) {
    const ref = world.find(name);
    const old = world.expected(name);
    if (old === undefined) return;
    // Often only a little longer, as APPEND does it.
    const newSize = other % 3 === 0 ? size : Math.min(old.value.length + (other % 70), 80_000);
    const value = Buffer.alloc(newSize);
    old.value.copy(value);
    const { keyspace } = world;
    const { records } = keyspace;
    const resized = resize(keyspace, database, ref, newSize, 3, isSo);
    keyspace.changed(database, resized, EVENT_APPEND);
    records.locateValue(resized);
    assert.ok(value.equals(records.valueBytes.subarray(records.valueStart, records.valueEnd)));
    if (newSize > 0) {
      records.valueBytes[records.valueEnd - 1] ^= 0x55;
      value[newSize - 1] ^= 0x55;
    }
    world.set(name, value, 3, old.deadlineMs);
  },
  delete(world, { isSo }, name, database) {
    const isThere = world.expected(name) !== undefined;
    const key = Buffer.from(name);
    if (isSo && isThere) world.keyspace.remove(database, world.find(name), EVENT_DEL);
    else assert.equal(world.keyspace.delete(database, key, 0, key.length, EVENT_DEL), isThere);
    world.entries.delete(name);
  },
  'set deadline'(world, { other }, name, database) {
    const ref = world.find(name);
    const entry = world.expected(name);
    if (entry === undefined) return;
    entry.deadlineMs = world.keyspace.dueMs + 1 + (other % 40);
    world.keyspace.setDeadline(database, ref, entry.deadlineMs, EVENT_EXPIRE);
  },
  persist(world, _step, name, database) {
    const ref = world.find(name);
    const entry = world.expected(name);
    if (entry === undefined) return;
    assert.equal(world.keyspace.persist(database, ref, EVENT_PERSIST), entry.deadlineMs !== -1);
    entry.deadlineMs = -1;
  },
  rename(world, { other }, name, database) {
    const target = nameOf(other);
    if (target === name || world.find(name) === 0) return;
    const entry = world.expected(name) as Entry;
    world.expected(target);
    const ref = world.find(name);
    const key = Buffer.from(target);
    const replaced = world.keyspace.find(database, key, 0, key.length);
    renameEntry(world.keyspace, database, ref, replaced, key, 0, key.length);
    world.entries.delete(name);
    world.entries.set(target, entry);
    world.find(target);
  },
  move(world, { other }, name, database) {
    const index = other % DATABASES;
    const ref = world.find(name);
    if (index === world.index || ref === 0 || world.find(name, index) !== 0) return;
    moveEntry(world.keyspace, database, ref, world.keyspace.databases[index]);
    world.model[index].set(name, world.entries.get(name) as Entry);
    world.entries.delete(name);
    world.find(name, index);
  },
  copy(world, { other, isSo }, name, database) {
    const index = isSo ? other % DATABASES : world.index;
    const target = nameOf(other >>> 2);
    const ref = world.find(name);
    if (ref === 0 || (index === world.index && target === name)) return;
    const replaced = world.find(target, index);
    const key = Buffer.from(target);
    const to = world.keyspace.databases[index];
    copyEntry(world.keyspace, database, ref, to, replaced, key, 0, key.length);
    world.model[index].set(target, { ...(world.entries.get(name) as Entry) });
    world.find(target, index);
  },
  'pin and resize'(world, step, name, database) {
    world.pin(name);
    operations.resize(world, step, name, database);
  },
  select(world, { other }) {
    world.index = other % DATABASES;
  },
  swap(world, { other }) {
    const [a, b] = [other % DATABASES, (other >>> 2) % DATABASES];
    world.keyspace.swap(a, b);
    [world.model[a], world.model[b]] = [world.model[b], world.model[a]];
  },
  flush(world, { other }, _name, database) {
    if (other % 3 !== 0) return;
    const { dict } = database;
    assert.equal(world.keyspace.flush(database), dict.count + world.entries.size);
    world.entries.clear();
  },
  'flush all'(world, { other }) {
    if (other % 5 !== 0) return;
    world.keyspace.flushAll();
    for (const entries of world.model) entries.clear();
    assert.equal(world.keyspace.arena.usedSize, 0);
    assert.equal(world.keyspace.arena.large.usedSize, 0);
  },
  'free a slice'(world, { other }) {
    const before = world.keyspace.pending.count;
    const hasMore = world.keyspace.pending.freeSlice(other % 8);
    const freed = Math.min(before, other % 8);
    assert.equal(world.keyspace.pending.count, before - freed);
    assert.equal(hasMore && before === 0, false);
  },
  'let time pass'(world, { other }) {
    world.keyspace.dueMs += other % 20;
  },
  reap(world) {
    const { keyspace } = world;
    for (const [index, database] of keyspace.databases.entries()) {
      const { heap } = database;
      while (heap.earliest <= keyspace.dueMs) keyspace.expire(database, heap.refAt(1));
      for (const name of [...world.model[index].keys()]) world.expected(name, index);
      assert.equal(database.dict.count, world.model[index].size);
    }
    keyspace.earliestMs = earliestDeadline(keyspace.databases);
  },
};

/** A few keys of all sizes: so few that they meet each other again and again. */
function nameOf(key: number): string {
  const size = KEY_SIZES[key % KEY_SIZES.length];
  return `${'abc'[key % 3]}${'x'.repeat(size)}`.slice(0, size);
}

const stepArbitrary: fc.Arbitrary<Step> = fc.record({
  operation: fc.constantFrom(...Object.keys(operations), 'write', 'write', 'add or replace'),
  key: fc.nat({ max: 40 }),
  other: fc.nat({ max: 1000 }),
  size: fc.constantFrom(...VALUE_SIZES),
  isSo: fc.boolean(),
});

function run(world: World, steps: readonly Step[]): void {
  for (const [i, step] of steps.entries()) {
    const name = nameOf(step.key);
    operations[step.operation](world, step, name, world.database);
    if (i % 16 === 0) world.keyspace.verify();
  }
  world.check();
}

test('a keyspace does what Maps do', () => {
  const steps = fc.array(stepArbitrary, { minLength: 1, maxLength: 120, size: 'max' });
  fc.assert(
    fc.property(steps, fc.boolean(), (given, deletesAll) => {
      const world = new World();
      run(world, given);
      const { keyspace } = world;
      if (deletesAll) {
        for (const [index, entries] of world.model.entries()) {
          for (const name of entries.keys()) {
            const key = Buffer.from(name);
            assert.ok(keyspace.delete(keyspace.databases[index], key, 0, key.length, EVENT_DEL));
          }
          entries.clear();
        }
        while (keyspace.pending.freeSlice(3)) keyspace.verify();
      } else {
        operations['flush all'](world, { ...given[0], other: 0 }, '', world.database);
      }
      world.check();
      assert.equal(keyspace.pending.count, 0);
      assert.equal(keyspace.arena.usedSize, 0);
      assert.equal(keyspace.arena.large.usedSize, 0);
    }),
    { numRuns: 300 },
  );
});

test('a flush while an earlier one is half freed loses nothing', () => {
  const world = new World();
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 10; i++) {
      operations.write(world, { ...NO_STEP, size: 40_000 }, `key ${i}`, world.database);
    }
    operations.flush(world, NO_STEP, '', world.database);
    assert.ok(world.keyspace.pending.freeSlice(4));
    world.keyspace.verify();
  }
  while (world.keyspace.pending.freeSlice(1)) world.keyspace.verify();
  assert.equal(world.keyspace.pending.count, 0);
  assert.equal(world.keyspace.arena.usedSize, 0);
});

const NO_STEP: Step = { operation: '', key: 0, other: 0, size: 0, isSo: false };
