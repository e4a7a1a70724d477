// The view of hashes beside a Map, in memory that catches its misuse: random operations, with the
// thresholds at nothing, at Redis's, at huge ones, and changed in between.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EVENT_DEL, EVENT_HSET } from '../../src/domain/keyspace/events.ts';
import { Keyspace } from '../../src/domain/keyspace/keyspace.ts';
import { sizeOfEntry } from '../../src/domain/keyspace/size.ts';
import { copyEntry, moveEntry, renameEntry } from '../../src/domain/keyspace/transfer.ts';
import { NONE } from '../../src/domain/memory/arena.ts';
import { KIND_HASH_PACKED, KIND_HASH_TABLE, kindOf } from '../../src/domain/memory/record.ts';
import { CollectionLimits } from '../../src/domain/values/collection-limits.ts';
import { NO_DEADLINE } from '../../src/domain/values/hash-elements.ts';
import { Hashes } from '../../src/domain/values/hashes.ts';
import { Request } from '../../src/engine/request.ts';
import { SeededRandom } from '../support/random.ts';

const SEED = Number(process.env.REDSTART_RANDOM_SEED ?? Date.now() % 1e9);
const KEY = Buffer.from('a hash');
/** Sizes around every bound of a field or a value. */
const SIZES = [0, 1, 2, 5, 16, 63, 64, 65, 300, 4100, 8191, 8192, 32_700, 33_000, 70_000];
const NUMBERS = ['0', '-1', '127', '4095', '-32769', '8388608', '2147483648', '9007199254740993'];

class World {
  readonly keyspace = new Keyspace({ databases: 2, hashKey: { k0: 3, k1: 4 }, poison: true });

  readonly limits = new CollectionLimits();
  readonly hashes = new Hashes(this.keyspace, this.limits);
  readonly model = new Map<string, string>();
  /** Deadlines of fields. */
  readonly deadlines = new Map<string, number>();
  readonly random: SeededRandom;
  private readonly fieldsMax: number;

  constructor(seed: number, fieldsMax: number) {
    this.random = new SeededRandom(seed);
    this.fieldsMax = fieldsMax;
  }

  get database() {
    return this.keyspace.databases[0];
  }

  find(key = KEY): number {
    return this.keyspace.find(this.database, key, 0, key.length);
  }

  /** Opens the hash, or makes it. */
  openToChange(): void {
    const ref = this.find();
    if (ref === NONE) this.hashes.create(this.database, KEY, 0, KEY.length);
    else this.hashes.open(this.database, ref);
  }

  field(): string {
    const { random } = this;
    const number = random.below(this.fieldsMax);
    if (number % 7 === 0) return String(number * 3001 - 50_000);
    if (number % 11 === 0) return this.text(SIZES[number % SIZES.length], number);
    return `field:${number}`;
  }

  value(): string {
    const { random } = this;
    const kind = random.below(8);
    if (kind === 0) return random.pick(NUMBERS);
    if (kind === 1) return this.text(random.pick(SIZES), random.next());
    return this.text(random.below(20), random.next());
  }

  text(size: number, mark: number): string {
    return `${mark}-`.repeat(Math.ceil(size / 2)).slice(0, size);
  }

  set(pairs: readonly string[]): void {
    this.openToChange();
    const request = Request.of([KEY, ...pairs.map((word) => Buffer.from(word))]);
    const { buffer, starts, ends, count } = request;
    if (this.random.below(4) !== 0) this.hashes.prepare(request, 1);
    for (let i = 1; i < count; i += 2) {
      const name = pairs[i - 1];
      const isNew = !this.model.has(name);
      const { hashes } = this;
      const added = hashes.set(buffer, starts[i], ends[i], buffer, starts[i + 1], ends[i + 1]);
      assert.equal(added, isNew);
      this.model.set(name, pairs[i]);
      this.deadlines.delete(name);
    }
    this.hashes.changed(EVENT_HSET, pairs.length / 2);
  }

  remove(name: string): void {
    const ref = this.find();
    if (ref === NONE) return;
    this.hashes.open(this.database, ref);
    const bytes = Buffer.from(name);
    assert.equal(this.hashes.remove(bytes, 0, bytes.length), this.model.delete(name));
    this.deadlines.delete(name);
    this.hashes.removeIfEmpty();
  }

  clear(): void {
    const ref = this.find();
    if (ref !== NONE) this.keyspace.remove(this.database, ref, EVENT_DEL);
    this.model.clear();
    this.deadlines.clear();
    while (this.keyspace.pending.freeSlice(1 + this.random.below(50)));
  }

  /** A field gets a deadline, or loses it. */
  setDeadline(name: string): void {
    const { hashes, model, deadlines, random } = this;
    const bytes = Buffer.from(name);
    const ref = this.find();
    if (ref === NONE) return;
    hashes.open(this.database, ref);
    assert.equal(hashes.find(bytes, 0, bytes.length), model.has(name));
    if (!model.has(name)) return;
    assert.equal(hashes.deadlineMs, deadlines.get(name) ?? NO_DEADLINE);
    const { nowMs } = this.keyspace;
    const deadlineMs = random.below(4) === 0 ? NO_DEADLINE : nowMs + 1 + random.below(50);
    hashes.setDeadline(deadlineMs);
    if (deadlineMs === NO_DEADLINE) deadlines.delete(name);
    else deadlines.set(name, deadlineMs);
  }

  /** A value becomes another one, and the deadline stays: HINCRBY. */
  setKept(name: string): void {
    const { hashes } = this;
    this.openToChange();
    const field = Buffer.from(name);
    const value = Buffer.from(this.value());
    const added = hashes.set(field, 0, field.length, value, 0, value.length, true);
    assert.equal(added, !this.model.has(name));
    this.model.set(name, value.toString('latin1'));
  }

  /** Time passes: fields that are due go at once, or some of them, or stay and are not seen. */
  pass(): void {
    const { keyspace, hashes, deadlines, model, random } = this;
    keyspace.nowMs += random.below(30);
    keyspace.dueMs = keyspace.nowMs;
    for (const [name, deadlineMs] of deadlines) {
      if (deadlineMs > keyspace.nowMs) continue;
      deadlines.delete(name);
      model.delete(name);
    }
    const ref = this.find();
    if (ref === NONE) return;
    hashes.open(this.database, ref);
    if (hashes.hasDue && random.below(2) === 0) hashes.expireDue(1 + random.below(10));
  }

  /** The fields that are due go. */
  expire(): void {
    const { database, hashes, keyspace } = this;
    const { fieldHeap } = database;
    while (fieldHeap.earliest <= keyspace.nowMs) {
      hashes.open(database, fieldHeap.refAt(1));
      hashes.expireDue(3);
    }
    const earliest = Math.min(Number.POSITIVE_INFINITY, ...this.deadlines.values());
    assert.equal(fieldHeap.earliest, earliest);
  }

  changeLimits(): void {
    this.limits.hashEntries = this.random.pick([0, 3, 128, 512, 1e9]);
    this.limits.hashValueSize = this.random.pick([0, 10, 64, 1e9]);
  }

  /** Whatever the step was, the hash is what the model says. */
  check(): void {
    this.keyspace.verify();
    const { hashes, model } = this;
    const ref = this.find();
    if (model.size > 0) assert.notEqual(ref, NONE);
    if (ref === NONE) return;
    hashes.open(this.database, ref);
    assert.equal(hashes.count, model.size);
    if (model.size === 0) {
      assert.ok(hashes.hasDue);
      assert.equal(hashes.first(), false);
      return;
    }
    this.checkFound(this.field());
    const seen = new Map<string, string>();
    const { field, value } = hashes;
    for (let more = hashes.first(); more; more = hashes.next()) {
      seen.set(textOf(field), textOf(value));
    }
    assert.deepEqual(sorted(seen), sorted(model));
    // While it is packed, the order is that in which fields came.
    if (hashes.isPacked) assert.deepEqual([...seen.keys()], [...model.keys()]);
    hashes.draw(this.random);
    assert.equal(model.get(textOf(field)), textOf(value));
  }

  checkFound(name: string): void {
    const { hashes, model } = this;
    const bytes = Buffer.from(name);
    assert.equal(hashes.find(bytes, 0, bytes.length), model.has(name));
    if (model.has(name)) assert.equal(textOf(hashes.value), model.get(name));
  }

  /** RENAME there and back, COPY over itself, MOVE there and back. */
  travel(): void {
    const { keyspace, database } = this;
    const other = keyspace.databases[1];
    const ref = this.find();
    if (ref === NONE) return;
    const name = Buffer.from('another name');
    renameEntry(keyspace, database, ref, NONE, name, 0, name.length);
    keyspace.verify();
    const renamed = this.find(name);
    moveEntry(keyspace, database, renamed, other);
    keyspace.verify();
    const moved = keyspace.find(other, name, 0, name.length);
    copyEntry(keyspace, other, moved, database, NONE, KEY, 0, KEY.length);
    assert.ok(sizeOfEntry(keyspace, other, moved) > 0);
    keyspace.remove(other, moved, EVENT_DEL);
  }
}

function textOf({ bytes, start, end }: { bytes: Uint8Array; start: number; end: number }): string {
  return Buffer.from(bytes.subarray(start, end)).toString('latin1');
}

function sorted(fields: Map<string, string>): string[] {
  return [...fields].map(([field, value]) => `${field} ${value}`).sort();
}

/** Runs random steps; `entries` and `size` are the thresholds at the beginning. */
function run(
  seed: number,
  entries: number,
  size: number,
  fieldsMax: number,
  steps: number,
  hasDeadlines = false,
): void {
  const world = new World(seed, fieldsMax);
  const { limits, random } = world;
  limits.hashEntries = entries;
  limits.hashValueSize = size;
  for (let step = 0; step < steps; step++) {
    const way = random.below(100);
    if (way < 50) world.set([world.field(), world.value()]);
    else if (way < 60) {
      const pairs = Array.from({ length: 1 + random.below(20) }, () => [
        world.field(),
        world.value(),
      ]);
      world.set(pairs.flat());
    } else if (way < 92) world.remove(world.field());
    else if (way < 95) world.travel();
    else if (way < 96) world.changeLimits();
    else if (way === 96) world.clear();
    else if (hasDeadlines && way === 97) world.pass();
    else if (hasDeadlines) world.expire();
    if (hasDeadlines) world.setDeadline(world.field());
    if (hasDeadlines && way % 10 === 0) world.setKept(world.field());
    world.check();
  }
  world.clear();
  world.keyspace.verify();
  assert.equal(world.database.fieldHeap.count, 0);
  assert.equal(world.keyspace.databases[0].dict.count, 0);
}

for (const [entries, size] of [
  [0, 0],
  [128, 64],
  [512, 64],
  [1e9, 1e9],
]) {
  test(`hashes beside a Map, thresholds ${entries} and ${size}, seed ${SEED}`, () => {
    run(SEED, entries, size, 12, 300);
    run(SEED + 1, entries, size, 200, 250);
  });

  test(`fields with deadlines, thresholds ${entries} and ${size}, seed ${SEED}`, () => {
    run(SEED + 2, entries, size, 12, 400, true);
    run(SEED + 3, entries, size, 150, 300, true);
  });
}

test(`a table that grows to 5,000 fields and back, seed ${SEED}`, () => {
  const world = new World(SEED, 1);
  const value = 'v';
  for (let i = 0; i < 5000; i += 50) {
    world.set(Array.from({ length: 50 }, (_, k) => [`f${i + k}`, value]).flat());
    if (i % 1000 === 0) world.check();
  }
  assert.equal(kindOf(world.keyspace.arena, world.find()), KIND_HASH_TABLE);
  for (let i = 0; i < 4999; i++) {
    world.remove(`f${(i * 7) % 5000}`);
    if (i % 500 === 0) world.check();
  }
  assert.equal(kindOf(world.keyspace.arena, world.find()), KIND_HASH_TABLE);
  for (let i = 0; i < 5000; i++) world.remove(`f${i}`);
  assert.equal(world.find(), NONE);
});

/** How far draws are from even: chi-square of `draws` over the fields. */
function chiSquare(counts: readonly number[], draws: number): number {
  const expected = draws / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

for (const fields of [10, 100, 1000]) {
  test(`draws of one and of some among ${fields} fields are fair`, () => {
    const world = new World(7, 1);
    world.limits.hashEntries = 20;
    for (let i = 0; i < fields; i++) world.set([`f${i}`, String(i)]);
    const { hashes, random } = world;
    hashes.open(world.database, world.find());
    assert.equal(
      kindOf(world.keyspace.arena, world.find()),
      fields > 20 ? KIND_HASH_TABLE : KIND_HASH_PACKED,
    );
    const draws = fields * 40;
    const counts = new Array<number>(fields).fill(0);
    for (let i = 0; i < draws; i++) {
      hashes.draw(random);
      counts[Number(textOf(hashes.value))]++;
    }
    const bound = fields + 5 * Math.sqrt(2 * fields);
    assert.ok(chiSquare(counts, draws) < bound, `one: ${chiSquare(counts, draws)} of ${bound}`);
    if (hashes.isPacked) return;
    for (const part of [fields / 10, fields / 2]) {
      counts.fill(0);
      for (let i = 0; i < draws / part; i++) {
        const elements = hashes.drawElements(part, random);
        assert.equal(new Set(elements).size, part);
        for (const element of elements) {
          hashes.show(element);
          counts[Number(textOf(hashes.value))]++;
        }
      }
      assert.ok(chiSquare(counts, draws) < bound, `${part}: ${chiSquare(counts, draws)}`);
    }
  });
}
