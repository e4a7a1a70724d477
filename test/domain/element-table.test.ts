// The element table against a Map, with segments and directories that are tiny and of their default
// size, and with hashes that are good, alike or equal.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Arena } from '../../src/domain/memory/arena.ts';
import { ElementCursor } from '../../src/domain/structures/elements/element-cursor.ts';
import {
  ElementTable,
  type TableLimits,
} from '../../src/domain/structures/elements/element-table.ts';
import {
  ELEMENT_BIG_VALUE,
  ELEMENT_DEADLINE,
  Elements,
  HASH_SIZE_AT,
  SET_SIZE_AT,
  ZSET_SIZE_AT,
} from '../../src/domain/structures/elements/elements.ts';
import { freeTable, verifyTable, visitTable } from '../../src/domain/structures/elements/walk.ts';
import { Roots } from '../../src/domain/structures/root.ts';
import { SeededRandom } from '../support/random.ts';

const LAYOUTS = { set: SET_SIZE_AT, hash: HASH_SIZE_AT, zset: ZSET_SIZE_AT };

/** Segments of 16 and 30 slots; directories of directories from the fifth segment on. */
const TINY: TableLimits = { slotsMax: 30, directoryBits: 2 };

/** What of a hash is kept. */
const HASHES: Record<string, (hash: number) => number> = {
  good: (hash) => hash,
  equal: () => 0x5bd1e995,
  zero: () => 0,
  'equal at the top': (hash) => (0x7ab << 20) | (hash & 0xfffff),
  'equal at the bottom': (hash) => hash | 0xfff,
  'of three values': (hash) => ((hash >>> 0) % 3) * 0x2545f491,
};

class SpoiltElements extends Elements {
  spoil: (hash: number) => number = (hash) => hash;

  override hash(buffer: Uint8Array, start: number, end: number): number {
    return this.spoil(super.hash(buffer, start, end)) | 0;
  }

  override hashOf(element: number): number {
    return this.spoil(super.hashOf(element)) | 0;
  }
}

class World {
  readonly arena = new Arena({ poison: true });
  readonly roots = new Roots(this.arena);
  readonly elements: SpoiltElements;
  readonly table: ElementTable;
  readonly root: number;
  /** Element by key. */
  readonly model = new Map<string, number>();
  readonly keys: string[] = [];

  constructor(sizeAt: number, limits?: TableLimits, spoil = HASHES.good) {
    this.elements = new SpoiltElements(this.arena, { k0: 1, k1: 2 }, sizeAt);
    this.elements.spoil = spoil;
    this.table = new ElementTable(this.elements, this.roots, limits);
    this.root = this.roots.make();
    this.table.make(this.root, 0);
  }

  find(key: string): number {
    const bytes = Buffer.from(`..${key}.`);
    const hash = this.elements.hash(bytes, 2, bytes.length - 1);
    return this.table.find(this.root, hash, bytes, 2, bytes.length - 1);
  }

  add(key: string, room = 4): void {
    assert.equal(this.find(key), 0);
    const bytes = Buffer.from(key);
    const element = this.elements.make(bytes, 0, bytes.length, 0, room);
    this.table.add(this.root, this.elements.hash(bytes, 0, bytes.length), element);
    this.model.set(key, element);
    this.keys.push(key);
  }

  remove(index: number, byElement = false): void {
    const key = this.keys[index];
    const element = this.model.get(key) ?? 0;
    if (byElement) this.table.findElement(this.root, this.elements.hashOf(element), element);
    else assert.equal(this.find(key), element);
    this.table.removeFound(this.root);
    this.elements.free(element);
    this.model.delete(key);
    this.keys[index] = this.keys[this.keys.length - 1];
    this.keys.pop();
  }

  /** The element of a key lies elsewhere, and is larger or smaller. */
  replace(index: number, room: number): void {
    const key = this.keys[index];
    const bytes = Buffer.from(key);
    const old = this.find(key);
    const element = this.elements.make(bytes, 0, bytes.length, 0, room);
    this.table.replaceFound(this.root, element);
    this.elements.free(old);
    this.model.set(key, element);
  }

  check(): void {
    const { table, root, roots, arena } = this;
    verifyTable(table, roots, root);
    assert.equal(table.count(root), this.model.size);
    const met: number[] = [];
    table.forEach(root, { visit: (element) => met.push(element) });
    assert.deepEqual(met.sort(), [...this.model.values()].sort());
    arena.verify(new Set([root, ...this.blocks()]));
  }

  blocks(root = this.root): number[] {
    const blocks: number[] = [];
    visitTable(this.table, root, { visit: (block) => blocks.push(block) });
    assert.equal(new Set(blocks).size, blocks.length, 'a block is reached twice');
    return blocks;
  }
}

for (const [layout, sizeAt] of Object.entries(LAYOUTS)) {
  for (const [name, spoil] of Object.entries(HASHES)) {
    test(`element table: random changes, ${layout}, hashes ${name}`, (t) => {
      const seed = Math.floor(performance.now() * 1000) % 1e9;
      t.diagnostic(`seed ${seed}`);
      for (const limits of [TINY, undefined]) {
        const random = new SeededRandom(seed);
        const world = new World(sizeAt, limits, spoil);
        // Grows to some hundred elements, shrinks to none, and grows again.
        for (let step = 0; step < 2400; step++) {
          const isGrowing = step < 700 || step > 1900;
          const action = random.below(10);
          const index = world.keys.length === 0 ? 0 : random.below(world.keys.length);
          if (world.keys.length === 0 || (action < 3 && !isGrowing) || (action < 7 && isGrowing)) {
            const key = `k${random.below(1500)}`;
            if (!world.model.has(key)) world.add(key, random.below(40));
          } else if (action < 8) world.remove(index, random.below(2) === 0);
          else world.replace(index, random.below(60));
          if (step % 300 === 0) world.check();
        }
        world.check();
        for (let i = 0; i < 1500; i++) {
          assert.equal(world.find(`k${i}`), world.model.get(`k${i}`) ?? 0, `key k${i}`);
        }
        while (world.keys.length > 0) world.remove(0);
        world.check();
      }
    });
  }
}

test('element table: 5,000 equal hashes neither explode nor hang', () => {
  const world = new World(SET_SIZE_AT, undefined, HASHES.equal);
  for (let i = 0; i < 5000; i++) {
    const bytes = Buffer.from(`${i}`);
    const element = world.elements.make(bytes, 0, bytes.length, 0, 0);
    world.table.add(world.root, HASHES.equal(0), element);
  }
  verifyTable(world.table, world.roots, world.root);
  const ref = world.find('4999');
  world.elements.locateKey(ref);
  const { keyBytes, keyStart, keyEnd } = world.elements;
  assert.equal(Buffer.from(keyBytes.subarray(keyStart, keyEnd)).toString(), '4999');
  assert.equal(world.find('5000'), 0);
});

test('element table: SCAN meets each element that stays, whatever comes and goes', (t) => {
  const seed = Math.floor(performance.now() * 1000) % 1e9;
  t.diagnostic(`seed ${seed}`);
  const random = new SeededRandom(seed);
  for (let round = 0; round < 40; round++) {
    const spoil = random.pick(Object.values(HASHES));
    const world = new World(SET_SIZE_AT, round % 2 === 0 ? TINY : undefined, spoil);
    const count = random.below(round % 2 === 0 ? 500 : 2500);
    for (let i = 0; i < count; i++) world.add(`${i % 5 === 0 ? 'stays' : 'goes'}${i}`);
    const met = new Set<number>();
    const staying = world.keys.filter((key) => key.startsWith('stays'));
    const shrinks = random.below(2) === 0;
    let cursor = 0;
    let steps = 0;
    do {
      const atLeast = 1 + random.below(30);
      const visitor = { visit: (element: number) => met.add(element) };
      cursor = world.table.scan(world.root, cursor, atLeast, visitor);
      for (let i = random.below(60); i > 0; i--) {
        if (!shrinks && world.keys.length < 4000) world.add(`new${steps}.${i}`);
        const index = random.below(world.keys.length);
        if (world.keys.length > 0 && !world.keys[index].startsWith('stays')) world.remove(index);
      }
      assert.ok(++steps < 20000, 'SCAN does not end');
    } while (cursor !== 0);
    for (const key of staying) assert.ok(met.has(world.model.get(key) ?? 0), `${key} is missed`);
    world.check();
  }
});

test('element table: SCAN without changes meets each element once', () => {
  for (const limits of [TINY, undefined]) {
    for (const count of [0, 1, 13, 14, 700, 4000]) {
      const world = new World(ZSET_SIZE_AT, limits);
      for (let i = 0; i < count; i++) world.add(`${i}`);
      const met: number[] = [];
      let cursor = 0;
      do {
        cursor = world.table.scan(world.root, cursor, 10, { visit: (each) => met.push(each) });
      } while (cursor !== 0);
      assert.deepEqual(met.sort(), [...world.model.values()].sort());
    }
  }
});

test('element table: random elements are fair', () => {
  for (const [limits, count] of [
    [TINY, 2],
    [TINY, 13],
    [TINY, 333],
    [undefined, 300],
    [undefined, 5000],
  ] as const) {
    const world = new World(SET_SIZE_AT, limits);
    for (let i = 0; i < count; i++) world.add(`${i}`);
    // Segments of other sizes beside full ones.
    for (let i = 0; i < count / 3; i++) world.remove(i);
    const random = new SeededRandom(11);
    const left = world.keys.length;
    const draws = 40 * left + 2000;
    const times = new Map<number, number>();
    for (let i = 0; i < draws; i++) {
      const element = world.table.random(world.root, random);
      times.set(element, (times.get(element) ?? 0) + 1);
    }
    const expected = draws / left;
    let chiSquare = 0;
    for (const element of world.model.values()) {
      chiSquare += ((times.get(element) ?? 0) - expected) ** 2 / expected;
    }
    // Six standard deviations of the chi-square distribution with left - 1 degrees of freedom.
    const bound = left - 1 + 6 * Math.sqrt(2 * (left - 1)) + 10;
    assert.ok(chiSquare < bound, `${left} elements: chi-square ${chiSquare}, bound ${bound}`);
  }
});

test('element table: a random element of an almost empty table, and of an empty one', () => {
  const world = new World(SET_SIZE_AT, TINY);
  const random = new SeededRandom(3);
  for (let i = 0; i < 500; i++) world.add(`${i}`);
  while (world.keys.length > 2) world.remove(0);
  const met = new Set<number>();
  for (let i = 0; i < 60; i++) met.add(world.table.random(world.root, random));
  assert.deepEqual([...met].sort(), [...world.model.values()].sort());
  while (world.keys.length > 0) world.remove(0);
  assert.equal(world.table.random(world.root, random), 0);
});

test('element table: freed in slices, each of which finds what is left', () => {
  for (const limits of [TINY, undefined]) {
    for (const blocks of [1, 7, 64, 100000]) {
      const world = new World(HASH_SIZE_AT, limits);
      for (let i = 0; i < (limits === undefined && blocks > 1 ? 4000 : 300); i++) {
        world.add(`${i}`);
      }
      const { arena, root } = world;
      for (let more = true, before = world.blocks().length; more; ) {
        const budget = { blocks };
        more = freeTable(world.table, root, budget);
        const left = world.blocks();
        assert.ok(budget.blocks >= 0 && (!more || before - left.length <= blocks));
        arena.verify(new Set([root, ...left]));
        before = left.length;
      }
      assert.equal(freeTable(world.table, root, { blocks: 1 }), false);
      arena.free(root);
      assert.equal(arena.usedSize, 0);
    }
  }
});

test('element table: large keys and values are counted and freed', () => {
  const world = new World(HASH_SIZE_AT);
  const { arena, elements, table, root } = world;
  for (const size of [0, 1, 8191, 8192, 100_000]) {
    const key = Buffer.alloc(size, 'k');
    for (const flags of [
      0,
      ELEMENT_DEADLINE,
      ELEMENT_BIG_VALUE,
      ELEMENT_BIG_VALUE | ELEMENT_DEADLINE,
    ]) {
      const deadlineSize = (flags & ELEMENT_DEADLINE) === 0 ? 0 : 8;
      const element = elements.make(key, 0, size, flags, deadlineSize + 8);
      if ((flags & ELEMENT_BIG_VALUE) !== 0) {
        // The cell stands behind the key, or behind its own cell, and the deadline.
        const at = arena.startOf(element) + 4 + (size > 8191 ? 8 : size) + deadlineSize;
        elements.writeCell(arena.bytesOf(element), at, arena.large.allocate(50_000), 50_000);
      }
      const hash = elements.hash(key, 0, size);
      table.add(root, hash, element);
      verifyTable(table, world.roots, root);
      assert.equal(elements.hashOf(element), hash);
      assert.equal(table.find(root, hash, key, 0, size), element);
      const other = Buffer.alloc(size + 1, 'k');
      assert.equal(elements.matches(element, other, 0, size + 1), false);
      arena.verify(new Set([root, ...world.blocks()]));
      // The last one stays, for freeTable().
      if (flags === (ELEMENT_BIG_VALUE | ELEMENT_DEADLINE)) continue;
      table.removeFound(root);
      elements.free(element);
    }
  }
  assert.equal(freeTable(table, root, { blocks: 1000 }), false);
  assert.equal(arena.large.usedSize, 0);
});

test('element table: 10 to 16 bytes an element, from 129 on', () => {
  const world = new World(SET_SIZE_AT);
  let most = 0;
  for (let i = 0; i < 12_000; i++) {
    const bytes = Buffer.from(`${i}`);
    const element = world.elements.make(bytes, 0, bytes.length, 0, 0);
    world.table.add(world.root, world.elements.hash(bytes, 0, bytes.length), element);
    const size = world.roots.bytes(world.root) - world.elements.capacity(element);
    if (i < 129) continue;
    let elementsSize = 0;
    if (i % 97 !== 0) continue;
    world.table.forEach(world.root, {
      visit: (each) => (elementsSize += world.elements.capacity(each)),
    });
    const share = (size + world.elements.capacity(element) - elementsSize) / (i + 1);
    most = Math.max(most, share);
    assert.ok(share > 9.8, `${share} bytes an element of ${i}`);
  }
  assert.ok(most < 16, `${most} bytes an element`);
});

for (const count of [129, 300, 600, 1200]) {
  test(`element table: made for ${count}, it has room for them, and little more`, () => {
    const world = new World(SET_SIZE_AT);
    const { table, roots } = world;
    const root = roots.make();
    table.make(root, count);
    const made = roots.bytes(root);
    assert.ok(made < 12.5 * count, `${made} bytes`);
    let elementsSize = 0;
    for (let i = 0; i < count; i++) {
      const bytes = Buffer.from(`${i}`);
      const element = world.elements.make(bytes, 0, bytes.length, 0, 0);
      table.add(root, world.elements.hash(bytes, 0, bytes.length), element);
      elementsSize += world.elements.capacity(element);
    }
    assert.equal(roots.bytes(root), made + elementsSize);
    verifyTable(table, roots, root);
  });
}

test('element table: the bytes that FORMAT.md shows', () => {
  const world = new World(SET_SIZE_AT);
  world.elements.spoil = () => 0x92345678;
  world.add('hello', 0);
  const element = world.model.get('hello') ?? 0;
  const segment = world.table.directory.at(world.root, 0);
  const words = world.arena.wordsOf(segment);
  const base = world.arena.firstWordOf(segment);
  const at = world.arena.startOf(element);
  const bytes = Buffer.from(world.arena.bytesOf(element).subarray(at, at + 7));
  assert.equal(bytes.toString('hex'), '050068656c6c6f');
  assert.deepEqual([...words.subarray(base, base + 4)], [1, 16, 0, segment]);
  // (0x678 * 16) >>> 12 is slot 6.
  const slot = [...words.subarray(base + 4 + 2 * 6, base + 4 + 2 * 7)];
  assert.deepEqual(slot, [0x92345678 | 0, element]);
});

test('element table: what is not found cannot be changed', () => {
  const world = new World(SET_SIZE_AT);
  world.add('a');
  assert.throws(() => world.table.removeFound(world.root), /nothing is found/);
  assert.throws(() => world.table.findElement(world.root, 5, 12345), /is not in this table/);
});

test('element table: made for many, filled from another table, and walked', () => {
  for (const limits of [TINY, undefined]) {
    for (const count of [0, 15, 18, 19, 40, 700, 3000]) {
      const source = new World(SET_SIZE_AT, limits);
      for (let i = 0; i < count; i++) source.add(`k${i}`);
      const target = new World(SET_SIZE_AT, limits);
      const { table, root, elements } = target;
      const other = target.roots.make();
      table.make(other, count);
      verifyTable(table, target.roots, other);
      target.arena.verify(new Set([root, other, ...target.blocks(), ...target.blocks(other)]));
      const cursor = new ElementCursor(source.table);
      for (let more = cursor.first(source.root); more; more = cursor.next()) {
        source.elements.locateKey(cursor.element);
        const { keyBytes, keyStart, keyEnd } = source.elements;
        assert.equal(table.find(other, cursor.hash, keyBytes, keyStart, keyEnd), 0);
        table.add(other, cursor.hash, elements.make(keyBytes, keyStart, keyEnd, 0, 0));
      }
      assert.equal(table.count(other), count);
      verifyTable(table, target.roots, other);
    }
  }
});
