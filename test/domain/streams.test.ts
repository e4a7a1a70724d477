// The view of streams beside an array and maps, in memory that catches its misuse: random
// operations, with nodes of one entry, of Redis's size, and without a bound, changed in between.
import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import { EVENT_DEL, EVENT_XADD } from '../../src/domain/keyspace/events.ts';
import { Keyspace } from '../../src/domain/keyspace/keyspace.ts';
import { sizeOfEntry } from '../../src/domain/keyspace/size.ts';
import { copyEntry, moveEntry, renameEntry } from '../../src/domain/keyspace/transfer.ts';
import { NONE } from '../../src/domain/memory/arena.ts';
import { CollectionLimits } from '../../src/domain/values/collection-limits.ts';
import { StreamId } from '../../src/domain/values/stream-id.ts';
import { Streams } from '../../src/domain/values/streams.ts';
import { Request } from '../../src/engine/request.ts';
import { SeededRandom } from '../support/random.ts';

const SEED = Number(process.env.REDSTART_RANDOM_SEED ?? Date.now() % 1e9);
const KEY = Buffer.from('a stream');
const OTHER = Buffer.from('another stream');
const NAMES = ['', 'a', 'ab', 'b', 'B', '\xff', 'n'.repeat(300), 'N'.repeat(9000)];
const NUMBERS = ['0', '-1', '127', '4095', '-32769', '8388608', '2147483648', '9007199254740993'];
const SIZES = [0, 1, 63, 64, 127, 128, 300, 4095, 4096, 16_400, 40_000];
const FIELD_SETS = [['a'], ['a'], ['a'], ['b'], ['a', 'b', 'c'], ['1', '-200', 'long field']];
const NODES: readonly (readonly [size: number, entries: number])[] = [
  [4096, 100],
  [1, 0],
  [0, 1],
  [200, 3],
  [0, 0],
  [2 ** 40, 10],
];
const WORD = 2n ** 32n;
const ID_END = 2n ** 64n;

interface Entry {
  ms: bigint;
  seq: bigint;
  words: string[];
}

interface Pending {
  consumer: string;
  timeMs: number;
  deliveries: number;
}

interface Group {
  consumers: Set<string>;
  pending: Map<string, Pending>;
}

class World {
  readonly keyspace = new Keyspace({ databases: 2, hashKey: { k0: 3, k1: 4 }, poison: true });
  readonly limits = new CollectionLimits();
  readonly streams = new Streams(this.keyspace, this.limits);
  model: Entry[] = [];
  groups = new Map<string, Group>();
  /** The last ID. */
  ms = 0n;
  seq = 0n;
  readonly random: SeededRandom;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
  }

  get database() {
    return this.keyspace.databases[0];
  }

  find(key = KEY): number {
    return this.keyspace.find(this.database, key, 0, key.length);
  }

  open(): void {
    const ref = this.find();
    if (ref === NONE) this.streams.create(this.database, KEY, 0, KEY.length);
    else this.streams.open(this.database, ref);
  }

  text(): string {
    const { random } = this;
    const kind = random.below(20);
    if (kind < 4) return random.pick(NUMBERS);
    const size = kind === 4 ? random.pick(SIZES) : random.below(20);
    return `${random.below(50)}-`.repeat(Math.ceil(size / 2)).slice(0, size);
  }

  append(): void {
    const { random, streams } = this;
    for (let count = random.pick([1, 1, 5, 30]); count > 0; count--) {
      this.raise();
      const words = random.pick(FIELD_SETS).flatMap((field) => [field, this.text()]);
      const request = Request.of([KEY, ...words.map((word) => Buffer.from(word))]);
      streams.entries.measure(request, 1, request.count);
      streams.append(idOf(this.ms, this.seq), request, 1, request.count);
      this.model.push({ ms: this.ms, seq: this.seq, words });
    }
    streams.changed(EVENT_XADD, 1);
  }

  /** The next ID: one more, or a leap. */
  raise(): void {
    const { random } = this;
    const kind = random.below(60);
    if (kind === 0) this.ms += 2n ** BigInt(random.below(40));
    else if (kind === 1) this.seq += 2n ** BigInt(random.below(60));
    else if (kind < 20) {
      this.ms++;
      this.seq = BigInt(random.below(3));
    } else this.seq++;
    assert.ok(this.ms < ID_END && this.seq < ID_END);
  }

  remove(): void {
    const { random, model, streams } = this;
    for (let count = random.pick([1, 1, 20]); count > 0 && model.length > 0; count--) {
      const index = random.pick([0, model.length - 1, random.below(model.length)]);
      const { ms, seq } = model[index];
      assert.ok(streams.remove(idOf(ms, seq)));
      assert.ok(!streams.remove(idOf(ms, seq)));
      model.splice(index, 1);
    }
  }

  trim(): void {
    const { random, model, streams } = this;
    const wholeNodes = random.below(2) === 0;
    const limit = wholeNodes ? random.pick([0, 1, 50]) : 0;
    const most = random.below(model.length + 2);
    const { ms, seq } = random.pick(model);
    const byLength = random.below(2) === 0;
    const removed = byLength
      ? streams.trimToLength(most, wholeNodes, limit)
      : streams.trimBelow(idOf(ms, seq), wholeNodes, limit);
    const wanted = byLength
      ? Math.max(0, model.length - most)
      : model.findIndex((entry) => entry.ms === ms && entry.seq === seq);
    if (!wholeNodes) assert.equal(removed, wanted);
    assert.ok(removed <= wanted);
    if (limit > 0) assert.ok(removed <= limit);
    model.splice(0, removed);
  }

  group(): void {
    const { random, streams, groups } = this;
    const name = random.pick(NAMES);
    const bytes = Buffer.from(name, 'latin1');
    const group = streams.groups.find(streams.root, bytes, 0, bytes.length);
    assert.equal(group === NONE, !groups.has(name));
    if (group === NONE) {
      streams.groups.add(streams.root, bytes, 0, bytes.length);
      groups.set(name, { consumers: new Set(), pending: new Map() });
    } else if (random.below(4) === 0) {
      streams.removeFoundGroup(group);
      groups.delete(name);
      if (random.below(2) === 0) while (this.keyspace.pending.freeSlice(1 + random.below(3)));
    }
  }

  /** A consumer takes entries, gives some up, or goes. */
  consume(): void {
    const { random, streams, groups } = this;
    const name = random.pick([...groups.keys()]);
    const model = groups.get(name) as Group;
    const bytes = Buffer.from(name, 'latin1');
    const group = streams.groups.find(streams.root, bytes, 0, bytes.length);
    const consumerName = random.pick(NAMES);
    const other = Buffer.from(consumerName, 'latin1');
    let consumer = streams.groups.findConsumer(group, other, 0, other.length);
    assert.equal(consumer === NONE, !model.consumers.has(consumerName));
    if (consumer === NONE) {
      consumer = streams.groups.addConsumer(group, other, 0, other.length, 5);
      model.consumers.add(consumerName);
    } else if (random.below(10) === 0) {
      streams.groups.removeFoundConsumer(group, consumer);
      model.consumers.delete(consumerName);
      for (const [id, { consumer: owner }] of model.pending) {
        if (owner === consumerName) model.pending.delete(id);
      }
      return;
    }
    for (let count = random.pick([1, 1, 40]); count > 0; count--) {
      this.deliver(group, consumer, consumerName, model);
    }
  }

  deliver(group: number, consumer: number, consumerName: string, model: Group): void {
    const { random, streams } = this;
    const { pending } = streams.groups;
    const [ms, seq] = [BigInt(random.below(40)), BigInt(random.below(20)) ** 13n];
    const id = idOf(ms, seq);
    const text = `${ms}-${seq}`;
    const timeMs = random.pick([0, 1, 1.7e12 + random.below(1e6), 2 ** 48 - 1]);
    const deliveries = random.pick([1, 2, 2 ** 32, 2 ** 48 - 1]);
    const isThere = pending.find(group, id);
    assert.equal(isThere, model.pending.has(text));
    if (isThere && random.below(2) === 0) {
      pending.remove(group);
      model.pending.delete(text);
      return;
    }
    if (isThere) {
      pending.giveTo(group, consumer);
      pending.setDelivery(group, timeMs, deliveries);
    } else pending.add(group, consumer, id, timeMs, deliveries);
    model.pending.set(text, { consumer: consumerName, timeMs, deliveries });
  }

  transfer(): void {
    const { keyspace, database } = this;
    const ref = this.find();
    copyEntry(keyspace, database, ref, database, this.find(OTHER), OTHER, 0, OTHER.length);
    renameEntry(keyspace, database, this.find(OTHER), this.find(), KEY, 0, KEY.length);
    moveEntry(keyspace, database, this.find(), keyspace.databases[1]);
    const moved = keyspace.find(keyspace.databases[1], KEY, 0, KEY.length);
    moveEntry(keyspace, keyspace.databases[1], moved, database);
  }

  clear(): void {
    this.keyspace.remove(this.database, this.find(), EVENT_DEL);
    this.model = [];
    this.groups.clear();
    this.ms = 0n;
    this.seq = 0n;
    while (this.keyspace.pending.freeSlice(1 + this.random.below(50)));
  }

  step(): void {
    const { random, limits } = this;
    const kind = random.below(64);
    if (kind === 63) [limits.streamNodeSize, limits.streamNodeEntries] = random.pick(NODES);
    this.open();
    if (kind < 24 || this.model.length === 0) this.append();
    else if (kind < 34) this.remove();
    else if (kind < 40) this.trim();
    else if (kind < 46 || this.groups.size === 0) this.group();
    else if (kind < 58) this.consume();
    else if (kind < 60) this.transfer();
    else if (random.below(8) === 0) this.clear();
  }

  /** Whatever the step was, the stream is what the model says. */
  check(): void {
    this.keyspace.verify();
    const { streams, model, random } = this;
    if (this.find() === NONE) return;
    this.open();
    assert.equal(streams.length, model.length);
    assert.ok(sizeOfEntry(this.keyspace, this.database, this.find()) > 0);
    const { entries } = streams;
    const found: Entry[] = [];
    for (let more = entries.first(false); more; more = entries.next()) found.push(this.here());
    assert.deepEqual(found, model);
    found.length = 0;
    for (let more = entries.last(); more; more = entries.previous()) found.unshift(this.here());
    assert.deepEqual(found, model);
    if (model.length > 0) this.checkSeek(random.below(model.length));
    this.checkGroups();
  }

  private checkSeek(index: number): void {
    const { streams, model } = this;
    const { entries } = streams;
    const { ms, seq } = model[index];
    assert.ok(entries.seek(idOf(ms, seq)));
    assert.deepEqual(this.here(), model[index]);
    assert.ok(entries.seekBack(idOf(ms, seq)));
    assert.deepEqual(this.here(), model[index]);
    const next = idOf(ms, seq);
    assert.ok(next.increment());
    assert.equal(entries.seek(next), index + 1 < model.length);
    if (index + 1 < model.length) assert.deepEqual(this.here(), model[index + 1]);
    const before = idOf(ms, seq);
    if (!before.decrement()) return;
    assert.equal(entries.seekBack(before), index > 0);
    if (index > 0) assert.deepEqual(this.here(), model[index - 1]);
  }

  private checkGroups(): void {
    const { streams } = this;
    const { groups } = streams;
    const found: [string, Group][] = [];
    for (let group = groups.first(streams.root); group !== NONE; group = groups.next()) {
      const name = this.nameOf(group);
      const consumers = new Set<string>();
      let consumer = groups.firstConsumer(group);
      for (; consumer !== NONE; consumer = groups.nextConsumer()) {
        consumers.add(this.nameOf(consumer));
      }
      const { pending } = groups;
      const all = new Map<string, Pending>();
      for (let more = pending.first(group); more; more = pending.next()) {
        const { ms, seq } = numbersOf(pending.id);
        const { timeMs, deliveries } = pending;
        all.set(`${ms}-${seq}`, { consumer: this.nameOf(pending.consumer), timeMs, deliveries });
      }
      found.push([name, { consumers, pending: all }]);
    }
    const expected = [...this.groups].sort(([a], [b]) =>
      Buffer.compare(Buffer.from(a, 'latin1'), Buffer.from(b, 'latin1')),
    );
    assert.deepEqual(
      found.map(([name]) => name),
      expected.map(([name]) => name),
    );
    for (const [name, group] of found) assert.deepEqual(group, this.groups.get(name));
  }

  private nameOf(element: number): string {
    const { elements } = this.streams.groups;
    elements.locateKey(element);
    const { keyBytes, keyStart, keyEnd } = elements;
    return Buffer.from(keyBytes.subarray(keyStart, keyEnd)).toString('latin1');
  }

  private here(): Entry {
    const { entry } = this.streams.entries;
    const words: string[] = [];
    for (let i = 0; i < entry.fields; i++) {
      entry.nextField();
      for (const { bytes, start, end } of [entry.field, entry.value]) {
        words.push(Buffer.from(bytes.subarray(start, end)).toString());
      }
    }
    return { ...numbersOf(entry.id), words };
  }
}

function idOf(ms: bigint, seq: bigint): StreamId {
  const id = new StreamId();
  id.set(
    Number(ms / WORD) | 0,
    Number(ms % WORD) | 0,
    Number(seq / WORD) | 0,
    Number(seq % WORD) | 0,
  );
  return id;
}

function numbersOf({ msHigh, msLow, seqHigh, seqLow }: StreamId): { ms: bigint; seq: bigint } {
  return { ms: numberOf(msHigh, msLow), seq: numberOf(seqHigh, seqLow) };
}

function numberOf(high: number, low: number): bigint {
  return BigInt(high >>> 0) * WORD + BigInt(low >>> 0);
}

for (const [index, [size, entries]] of NODES.entries()) {
  test(`a stream is what an array is: nodes of ${size} bytes, ${entries} entries`, () => {
    const seed = (SEED + index) >>> 0;
    const world = new World(seed);
    world.limits.streamNodeSize = size;
    world.limits.streamNodeEntries = entries;
    for (let i = 0; i < 60; i++) {
      try {
        world.step();
        world.check();
      } catch (error) {
        console.error(`seed ${seed}, step ${i}, REDSTART_RANDOM_SEED=${SEED}`);
        throw error;
      }
    }
  });
}

test('IDs are written, compared and counted as integers of 128 bits', () => {
  const numbers = [0n, 1n, 2n ** 31n - 1n, 2n ** 31n, WORD - 1n, WORD, 1700000000123n];
  numbers.push(2n ** 53n - 1n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, ID_END - 1n);
  const text = Buffer.alloc(41);
  for (const ms of numbers) {
    for (const seq of numbers) {
      const id = idOf(ms, seq);
      assert.equal(text.subarray(0, id.write(text, 0)).toString(), `${ms}-${seq}`);
      for (const other of numbers) {
        const order = ms === other ? (seq < 7n ? -1 : Number(seq > 7n)) : ms < other ? -1 : 1;
        assert.equal(id.compare(idOf(other, 7n)), order, `${ms}-${seq} and ${other}-7`);
      }
      const next = idOf(ms, seq);
      assert.equal(next.increment(), ms !== ID_END - 1n || seq !== ID_END - 1n);
      const value = (ms * ID_END + seq + 1n) % ID_END ** 2n;
      assert.deepEqual(numbersOf(next), { ms: value / ID_END, seq: value % ID_END });
      next.decrement();
      assert.equal(next.compare(id), 0);
    }
  }
});

test('a stream of many nodes gives all of them back', () => {
  const world = new World(1);
  const { streams, keyspace } = world;
  const before = keyspace.usedSize;
  world.open();
  const request = Request.of([KEY, Buffer.from('field'), Buffer.from('value')]);
  for (let i = 0n; i < 50_000n; i++) {
    streams.entries.measure(request, 1, 3);
    streams.append(idOf(i, 1n), request, 1, 3);
  }
  keyspace.verify();
  assert.ok(sizeOfEntry(keyspace, world.database, world.find()) < 50_000 * 17);
  keyspace.remove(world.database, world.find(), EVENT_DEL);
  let slices = 0;
  while (keyspace.pending.freeSlice(16)) slices++;
  assert.ok(slices > 2, `${slices} slices`);
  keyspace.verify();
  assert.equal(keyspace.usedSize, before);
});
