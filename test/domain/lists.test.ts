// The view of lists beside an array, in memory that catches its misuse: random operations, with the
// thresholds at their least, at Redis's, at huge ones, and changed in between.
import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import { EVENT_DEL, EVENT_RPUSH } from '../../src/domain/keyspace/events.ts';
import { Keyspace } from '../../src/domain/keyspace/keyspace.ts';
import { sizeOfEntry } from '../../src/domain/keyspace/size.ts';
import { copyEntry, moveEntry, renameEntry } from '../../src/domain/keyspace/transfer.ts';
import { NONE } from '../../src/domain/memory/arena.ts';
import { KIND_LIST_CHAIN, KIND_LIST_PACKED, kindOf } from '../../src/domain/memory/record.ts';
import { PackedList } from '../../src/domain/structures/packed/packed-list.ts';
import { ITEMS_WITH_BACK } from '../../src/domain/structures/packed/shape.ts';
import { verifyPacked } from '../../src/domain/structures/packed/verify.ts';
import { CollectionLimits } from '../../src/domain/values/collection-limits.ts';
import { listStart } from '../../src/domain/values/list-room.ts';
import { Lists } from '../../src/domain/values/lists.ts';
import { Request } from '../../src/engine/request.ts';
import { SeededRandom } from '../support/random.ts';

const SEED = Number(process.env.REDSTART_RANDOM_SEED ?? Date.now() % 1e9);
const KEY = Buffer.from('a list');
const OTHER = Buffer.from('another list');
/** Sizes around every bound of an item. */
const SIZES = [0, 1, 5, 16, 63, 64, 65, 300, 2000, 4000, 4096, 8170, 8177, 8178, 8192, 33_000];
const NUMBERS = ['0', '-1', '127', '4095', '-32769', '8388608', '2147483648', '9007199254740993'];
const LIMITS = [-1, -2, -3, -5, -100, 0, 1, 3, 50, 1000, 2 ** 31 - 1];

/** The byte of an item that is in the midst of a list. */
const MIDDLE = 0x21;

class World {
  readonly keyspace: Keyspace;
  readonly limits = new CollectionLimits();
  readonly lists: Lists;
  readonly packed = new PackedList(ITEMS_WITH_BACK);
  model: string[] = [];
  readonly random: SeededRandom;
  private readonly isLarge: boolean;

  /** With `poison` blocks are just as large as they must be. */
  constructor(seed: number, isLarge: boolean, poison = true) {
    this.keyspace = new Keyspace({ databases: 2, hashKey: { k0: 3, k1: 4 }, poison });
    this.lists = new Lists(this.keyspace, this.limits);
    this.random = new SeededRandom(seed);
    this.isLarge = isLarge;
  }

  get database() {
    return this.keyspace.databases[0];
  }

  find(key = KEY): number {
    return this.keyspace.find(this.database, key, 0, key.length);
  }

  openToChange(): void {
    const ref = this.find();
    if (ref === NONE) this.lists.create(this.database, KEY, 0, KEY.length);
    else this.lists.open(this.database, ref);
  }

  text(): string {
    const { random } = this;
    const kind = random.below(8);
    if (kind === 0) return random.pick(NUMBERS);
    const size = kind === 1 && this.isLarge ? random.pick(SIZES) : random.below(20);
    return `${random.below(50)}-`.repeat(Math.ceil(size / 2)).slice(0, size);
  }

  push(): void {
    const { lists, random, model } = this;
    const atHead = random.below(2) === 0;
    const words = Array.from({ length: 1 + random.below(12) }, () => this.text());
    this.openToChange();
    const request = Request.of([KEY, ...words.map((word) => Buffer.from(word))]);
    const { buffer, starts, ends, count } = request;
    lists.prepare(request, 1, count);
    for (let i = 1; i < count; i++) {
      lists.push(atHead, buffer, starts[i], ends[i]);
      if (atHead) model.unshift(words[i - 1]);
      else model.push(words[i - 1]);
    }
    lists.changed(EVENT_RPUSH, words.length);
  }

  removeRange(): void {
    const { lists, random, model } = this;
    const count = random.below(Math.min(model.length, random.pick([3, 40, 1e9])) + 1);
    const from = random.pick([0, model.length - count, random.below(model.length - count + 1)]);
    lists.removeRange(from, count);
    model.splice(from, count);
    lists.afterRemoval();
  }

  insert(): void {
    const { lists, random, model } = this;
    const index = random.below(model.length);
    const word = this.text();
    const bytes = Buffer.from(word);
    const after = random.below(2) === 0;
    lists.prepareSize(bytes.length, 1);
    lists.seek(index);
    lists.insert(after, bytes, 0, bytes.length);
    model.splice(after ? index + 1 : index, 0, word);
  }

  replace(): void {
    const { lists, random, model } = this;
    const index = random.below(model.length);
    const word = this.text();
    const bytes = Buffer.from(word);
    lists.prepareSize(bytes.length, 1);
    lists.replace(index, bytes, 0, bytes.length);
    model[index] = word;
    lists.shrink();
  }

  removeEqual(): void {
    const { lists, random, model } = this;
    const word = random.pick(model);
    const bytes = Buffer.from(word);
    const isForward = random.below(2) === 0;
    lists.setSought(bytes, 0, bytes.length);
    lists.seek(isForward ? 0 : model.length - 1);
    for (let more = true; more; ) {
      more = lists.isHere() ? lists.removeHere(isForward) : lists.step(isForward);
    }
    this.model = model.filter((other) => other !== word);
    lists.afterRemoval();
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
    while (this.keyspace.pending.freeSlice(1 + this.random.below(50)));
  }

  step(): void {
    const kind = this.random.below(64);
    if (kind === 63) this.limits.listSize = this.random.pick(LIMITS);
    if (kind === 62) this.limits.listPlainSize = this.random.pick([0, 1, 10]);
    if (this.model.length === 0 || kind < 28) return this.push();
    this.lists.open(this.database, this.find());
    if (kind < 40) this.removeRange();
    else if (kind < 50) this.insert();
    else if (kind < 57) this.replace();
    else if (kind < 60) this.removeEqual();
    else if (kind === 60) this.transfer();
    else if (this.random.below(6) === 0) this.clear();
  }

  /** Whatever the step was, the list is what the model says. */
  check(): void {
    this.keyspace.verify();
    const { lists, model } = this;
    const ref = this.find();
    assert.equal(ref === NONE, model.length === 0);
    if (ref === NONE) return;
    lists.open(this.database, ref);
    assert.equal(lists.count, model.length);
    const found: string[] = [];
    lists.seek(0);
    do {
      lists.read();
      found.push(this.here());
    } while (lists.step(true));
    assert.deepEqual(found, model);
    const index = this.random.below(model.length);
    lists.seek(index);
    for (let i = index; i > Math.max(0, index - 20); i--) {
      lists.read();
      assert.equal(this.here(), model[i]);
      lists.step(false);
    }
    const text = Buffer.from(model[index]);
    lists.seek(index);
    lists.setSought(text, 0, text.length);
    assert.ok(lists.isHere());
    if (kindOf(this.keyspace.arena, ref) === KIND_LIST_PACKED) this.checkPacked(ref);
    assert.ok(sizeOfEntry(this.keyspace, this.database, ref) > 0);
  }

  /** The value is its room, its count and its rows, and its block is not mostly room. */
  private checkPacked(ref: number): void {
    const { records, arena } = this.keyspace;
    const { packed } = this;
    const isBig = records.locateValue(ref);
    const { valueBytes, valueStart, valueEnd } = records;
    const origin = listStart(valueBytes, valueStart);
    packed.openValue(valueBytes, origin, valueEnd);
    verifyPacked(packed);
    assert.equal(packed.count, this.model.length);
    if (!isBig) assert.ok(2 * (valueEnd - origin) + 128 > arena.capacity(ref) - KEY.length);
  }

  /** How often rows of a packed list have moved while the work went on, if it is one still. */
  countMoves(times: number, work: (i: number) => void): number {
    const { records, arena } = this.keyspace;
    let moves = 0;
    let last = '';
    for (let i = 0; i < times; i++) {
      work(i);
      const ref = this.find();
      assert.equal(kindOf(arena, ref), KIND_LIST_PACKED);
      records.locateValue(ref);
      // Where items are that neither end touches.
      const { valueBytes, valueStart, valueEnd } = records;
      const place = `${ref} ${valueBytes.subarray(valueStart, valueEnd).indexOf(MIDDLE)}`;
      if (place !== last) moves++;
      last = place;
    }
    return moves;
  }

  private here(): string {
    const { bytes, start, end } = this.lists.item;
    return Buffer.from(bytes.subarray(start, end)).toString();
  }
}

for (const listSize of LIMITS) {
  for (const isLarge of [false, true]) {
    const name = `limit ${listSize}, ${isLarge ? 'all' : 'small'} items`;
    test(`a list is what an array is: ${name}`, () => {
      const seed = (SEED + listSize) >>> 0;
      const world = new World(seed, isLarge);
      world.limits.listSize = listSize;
      for (let i = 0; i < 150; i++) {
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
}

for (const { name, steps, movesMax } of [
  { name: 'LPUSH', steps: ['<'], movesMax: 30 },
  { name: 'RPUSH', steps: ['>'], movesMax: 30 },
  { name: 'LPUSH and RPOP', steps: ['<', '-'], movesMax: 20 },
  { name: 'RPUSH and LPOP', steps: ['>', '+'], movesMax: 20 },
  { name: 'LPUSH and LPOP', steps: ['<', '+'], movesMax: 2 },
]) {
  test(`rows of a packed list seldom move: ${name}`, () => {
    const world = new World(1, false, false);
    const { lists } = world;
    const item = Buffer.from('an item of a list');
    world.openToChange();
    for (let i = 0; i < 100; i++) lists.push(false, item, 0, item.length);
    lists.push(false, Buffer.from('!'), 0, 1);
    for (let i = 0; i < 100; i++) lists.push(false, item, 0, item.length);
    const moves = world.countMoves(300, (i) => {
      const step = steps[i % steps.length];
      lists.open(world.database, world.find());
      if (step === '<' || step === '>') return lists.push(step === '<', item, 0, item.length);
      lists.seekEnd(step === '+');
      lists.removeEnd(step === '+');
    });
    assert.ok(moves <= movesMax, `${moves} moves`);
    world.keyspace.verify();
  });
}

test('packed lists lie as FORMAT.md has it', () => {
  const world = new World(1, false);
  const { lists, keyspace } = world;
  const { records } = keyspace;
  const push = (atHead: boolean, text: string): void =>
    lists.push(atHead, Buffer.from(text), 0, text.length);
  const check = (hex: string): void => {
    records.locateValue(world.find());
    const { valueBytes, valueStart, valueEnd } = records;
    const found = Buffer.from(valueBytes.subarray(valueStart, valueEnd)).toString('hex');
    assert.match(found, new RegExp(`^${hex.replaceAll(' ', '')}$`));
  };
  world.openToChange();
  for (const text of ['ab', '1024', 'c']) push(false, text);
  check('0000 0300 82616203 c40002 816302');
  lists.seekEnd(true);
  lists.removeEnd(true);
  push(true, '7');
  check('0200 .... 0300 0701 c40002 816302');
});

test('a long list has many nodes, and gives all of them back', () => {
  const world = new World(1, false);
  const { lists, keyspace } = world;
  const before = keyspace.usedSize;
  world.openToChange();
  const item = Buffer.from('an item of a list');
  for (let i = 0; i < 1000; i++) lists.push(i % 2 === 0, item, 0, item.length);
  assert.equal(kindOf(keyspace.arena, world.find()), KIND_LIST_PACKED);
  lists.prepareSize(0, 0);
  assert.equal(kindOf(keyspace.arena, world.find()), KIND_LIST_CHAIN);
  keyspace.verify();
  lists.open(world.database, world.find());
  for (let i = 0; i < 99_000; i++) lists.push(i % 2 === 0, item, 0, item.length);
  keyspace.verify();
  assert.ok(sizeOfEntry(keyspace, world.database, world.find()) < 100_000 * 20);
  keyspace.remove(world.database, world.find(), EVENT_DEL);
  let slices = 0;
  while (keyspace.pending.freeSlice(16)) slices++;
  assert.ok(slices > 2, `${slices} slices`);
  keyspace.verify();
  assert.equal(keyspace.usedSize, before);
});
