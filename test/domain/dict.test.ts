// The dict against a Map, in worlds with good hashes, few hashes and one hash only.
//
// A key is a number, written in eight bytes; the ref of key n is n + 1.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Arena } from '../../src/domain/memory/arena.ts';
import { Dict } from '../../src/domain/structures/dict.ts';
import { SeededRandom } from '../support/random.ts';

type Hash = (key: number) => number;

const goodHash: Hash = (key) => {
  let mixed = Math.imul(key ^ (key >>> 16), 0x45d9f3b);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b);
  return mixed ^ (mixed >>> 16);
};

/** Worlds that differ in how hashes are spread. */
const hashes: Record<string, Hash> = {
  good: goodHash,
  'all equal': () => 0x5bd1e995,
  'all zero': () => 0,
  'three hashes': (key) => goodHash(key % 3),
  'equal at the top': (key) => (0x7ab << 20) | (goodHash(key) & 0xfffff),
  'equal at the bottom': (key) => (goodHash(key) & ~0xfff) | 0xfff,
  'at the segment end': (key) => goodHash(key) | 0xff0,
};

class World {
  readonly arena = new Arena({ poison: true });
  readonly dict: Dict;
  /** Ref by key. */
  readonly model = new Map<number, number>();
  readonly hash: Hash;
  readonly keys: number[] = [];
  matchCalls = 0;

  constructor(hash: Hash) {
    this.hash = hash;
    const keys = {
      matches: (ref: number, buffer: Uint8Array, start: number, end: number) => {
        this.matchCalls++;
        return end - start === 8 && keyAt(buffer, start) === keyOf(ref);
      },
      hashOf: (ref: number) => hash(keyOf(ref)),
    };
    this.dict = new Dict(keys, this.arena);
  }

  find(key: number): number {
    const bytes = Buffer.concat([Buffer.from('..'), keyBytes(key), Buffer.from('.')]);
    return this.dict.find(this.hash(key), bytes, 2, 10);
  }

  add(key: number): void {
    assert.equal(this.find(key), 0);
    this.dict.add(this.hash(key), key + 1);
    this.model.set(key, key + 1);
    this.keys.push(key);
  }

  /** Takes out a key that is there, found by its bytes or by its ref. */
  remove(pick: number, byRef: boolean): void {
    const index = pick % this.keys.length;
    const key = this.keys[index];
    const ref = this.model.get(key) ?? 0;
    if (!byRef) assert.equal(this.find(key), ref);
    this.dict.remove(ref);
    this.model.delete(key);
    this.keys[index] = this.keys[this.keys.length - 1];
    this.keys.pop();
  }

  /** The record of a key moves: refs differ by MOVED for the same key. */
  replace(pick: number, byRef: boolean): void {
    const key = this.keys[pick % this.keys.length];
    const old = byRef ? (this.model.get(key) ?? 0) : this.find(key);
    const ref = old > MOVED ? old - MOVED : old + MOVED;
    this.dict.replace(old, ref);
    this.model.set(key, ref);
  }

  check(): void {
    this.dict.verify();
    assert.equal(this.dict.count, this.model.size);
    const met = new Set<number>();
    this.dict.forEach({
      visit: (ref) => {
        assert.ok(!met.has(ref), 'forEach met an entry twice');
        met.add(ref);
      },
    });
    assert.deepEqual(met, new Set(this.model.values()));
  }

  checkFinds(keys: Iterable<number>): void {
    for (const key of keys) assert.equal(this.find(key), this.model.get(key) ?? 0, `key ${key}`);
  }
}

/** What a dict whose hashes are all alike may take beyond its entries before it stops splitting. */
const DEGENERATE_SIZE_MAX = 512 * 1024;

const MOVED = 2 ** 30;

function keyOf(ref: number): number {
  return (ref > MOVED ? ref - MOVED : ref) - 1;
}

function keyAt(buffer: Uint8Array, start: number): number {
  const at = start + 2;
  return buffer[at] | (buffer[at + 1] << 8) | (buffer[at + 2] << 16) | (buffer[at + 3] << 24);
}

function keyBytes(key: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(key, 2);
  return bytes;
}

for (const [name, hash] of Object.entries(hashes)) {
  test(`dict: random operations, hashes ${name}`, () => {
    const changes = ['add', 'add', 'add', 'remove', 'remove by ref', 'replace', 'replace by ref'];
    const kind = fc.constantFrom(...changes, 'find');
    const operation = fc.record({ kind, key: fc.nat(400), pick: fc.nat() });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 400, size: 'max' }), (steps) => {
        const world = new World(hash);
        for (const { kind, key, pick } of steps) {
          if (kind === 'add') {
            if (!world.model.has(key)) world.add(key);
          } else if (kind === 'find' || world.keys.length === 0) world.checkFinds([key]);
          else if (kind.startsWith('replace')) world.replace(pick, kind.endsWith('ref'));
          else world.remove(pick, kind === 'remove by ref');
        }
        world.check();
        world.checkFinds(Array(401).keys());
      }),
    );
  });

  test(`dict: thousands of entries come and go, hashes ${name}`, () => {
    const random = new SeededRandom(5);
    const world = new World(hash);
    const spread = name === 'good' || name === 'equal at the top';
    const count = spread ? 60000 : 3000;
    for (let key = 0; key < count; key++) world.add(key);
    world.check();
    const fullSize = world.dict.size;
    const sizeMax = count * 8 * 4 + DEGENERATE_SIZE_MAX;
    assert.ok(fullSize < sizeMax, `${fullSize} bytes for ${count} entries`);
    while (world.keys.length > count / 100) world.remove(random.next(), random.below(2) === 0);
    world.check();
    world.checkFinds(Array(2000).keys());
    if (name === 'good') {
      assert.ok(world.dict.size < fullSize / 4, `${world.dict.size} of ${fullSize} bytes stay`);
    }
    for (let key = count; key < 2 * count; key += 2) world.add(key);
    world.check();
    while (world.keys.length > 0) world.remove(random.next(), false);
    world.check();
  });
}

test('dict: 20,000 equal hashes neither explode nor hang', () => {
  const world = new World(hashes['all equal']);
  // The keys are known to be absent: adding compares no keys.
  for (let key = 0; key < 20000; key++) world.dict.add(world.hash(key), key + 1);
  assert.equal(world.matchCalls, 0);
  assert.ok(world.dict.size < 20000 * 8 * 4, `${world.dict.size} bytes`);
  for (const key of [0, 1, 9999, 19999]) assert.equal(world.find(key), key + 1);
  assert.equal(world.find(20000), 0);
  for (let key = 0; key < 20000; key += 10) {
    world.dict.remove(key + 1);
  }
  world.dict.verify();
  assert.equal(world.dict.count, 18000);
});

test('dict: what is looked for between a find and a change of its entry does not matter', () => {
  for (const [name, hash] of Object.entries(hashes)) {
    const world = new World(hash);
    for (let key = 0; key < 100; key++) world.add(key);
    for (let key = 0; key < 100; key += 2) {
      const ref = world.find(key);
      world.find(key + 1);
      if (key % 4 === 0) {
        world.dict.replace(ref, ref + MOVED);
        world.model.set(key, ref + MOVED);
      } else {
        world.dict.remove(ref);
        world.model.delete(key);
      }
    }
    world.check();
    world.checkFinds(Array(101).keys());
    assert.throws(() => world.dict.remove(2 + 1), /is not in this dict/, name);
  }
});

test('dict: an entry that was found is removed after its segment split, grew or merged', () => {
  for (const count of [5, 100, 20_000]) {
    const world = new World(goodHash);
    world.add(0);
    const ref = world.find(0);
    // Adding and removing by ref finds nothing by a key: the slot of key 0 stays the found one.
    for (let key = 1; key < count; key++) {
      world.dict.add(goodHash(key), key + 1);
      world.model.set(key, key + 1);
    }
    world.dict.verify();
    world.dict.remove(ref);
    world.model.delete(0);
    world.check();
    const found = world.find(count - 1);
    for (let key = 1; key < count - 1; key++) {
      world.dict.remove(key + 1);
      if (key % 100 === 0) assert.equal(world.find(count - 1), found);
    }
    world.dict.replace(found, found + MOVED);
    world.model.clear();
    world.model.set(count - 1, found + MOVED);
    world.check();
  }
});

test('dict: one crowd of equal hashes beside many good ones', () => {
  const crowd = 2000;
  const world = new World((key) => (key < crowd ? 0x1234567 : goodHash(key)));
  for (let key = 0; key < 50000; key++) world.add(key);
  world.check();
  assert.ok(world.dict.size < 50000 * 8 * 4, `${world.dict.size} bytes`);
});

test('dict: SCAN meets each entry that stays, whatever else comes and goes', () => {
  const churn = fc.record({ adds: fc.nat(60), removes: fc.nat(60) });
  const property = fc.property(
    fc.constantFrom(...Object.keys(hashes)),
    fc.noBias(fc.nat(1500)),
    fc.integer({ min: 1, max: 30 }),
    fc.array(churn, { minLength: 1, maxLength: 20 }),
    fc.boolean(),
    (name, count, atLeast, churns, shrinks) => {
      const world = new World(hashes[name]);
      for (let key = 0; key < count; key++) world.add(key);
      // Every fifth key stays; in shrinking runs nearly all others go.
      const met = new Set<number>();
      let cursor = 0;
      let next = count;
      let steps = 0;
      do {
        cursor = world.dict.scan(cursor, atLeast, { visit: (ref) => met.add(keyOf(ref)) });
        const { adds, removes } = churns[steps++ % churns.length];
        for (let i = 0; i < (shrinks ? 0 : adds * 4); i++) world.add(next++);
        let left = shrinks ? removes * 4 : removes;
        for (let i = world.keys.length - 1; i >= 0 && left > 0; i--) {
          if (world.keys[i] % 5 === 0 && world.keys[i] < count) continue;
          world.remove(i, true);
          left--;
        }
        if (next > count + 3000) shrinks = true;
        assert.ok(steps < 100000, 'SCAN does not end');
      } while (cursor !== 0);
      for (let key = 0; key < count; key += 5) assert.ok(met.has(key), `key ${key} was not met`);
    },
  );
  fc.assert(property, { numRuns: 80 });
});

test('dict: SCAN without changes meets each entry once', () => {
  for (const [name, hash] of Object.entries(hashes)) {
    const world = new World(hash);
    for (let key = 0; key < 2000; key++) world.add(key);
    for (const atLeast of [1, 10, 1000, 1e6]) {
      const met: number[] = [];
      let cursor = 0;
      let steps = 0;
      do {
        const before = met.length;
        cursor = world.dict.scan(cursor, atLeast, { visit: (ref) => met.push(ref) });
        if (name === 'good') assert.ok(met.length - before < atLeast + 100, 'a step is too long');
        steps++;
      } while (cursor !== 0);
      assert.equal(met.length, 2000, name);
      assert.equal(new Set(met).size, 2000, name);
      if (name === 'good') assert.ok(steps <= 2000 / atLeast + 300, `${steps} steps`);
    }
  }
});

test('dict: SCAN with a cursor that nobody gave out ends', () => {
  const world = new World(goodHash);
  for (let key = 0; key < 5000; key++) world.add(key);
  for (const cursor of [1, 4095, 4096, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53]) {
    let at = cursor;
    let steps = 0;
    do at = world.dict.scan(at, 100, { visit: () => {} });
    while (at !== 0 && ++steps < 1000);
    assert.equal(at, 0, `cursor ${cursor}`);
  }
});

test('dict: random entries are fair', () => {
  for (const count of [1, 2, 13, 300, 10000]) {
    const world = new World(goodHash);
    for (let key = 0; key < count; key++) world.add(key);
    const random = new SeededRandom(11);
    const draws = 40 * count + 2000;
    const times = new Array<number>(count).fill(0);
    for (let i = 0; i < draws; i++) times[world.dict.randomEntry(random) - 1]++;
    const expected = draws / count;
    let chiSquare = 0;
    for (const observed of times) chiSquare += (observed - expected) ** 2 / expected;
    // Six standard deviations of the chi-square distribution with count - 1 degrees of freedom.
    const bound = count - 1 + 6 * Math.sqrt(2 * (count - 1)) + 10;
    assert.ok(chiSquare < bound, `${count} entries: chi-square ${chiSquare}, bound ${bound}`);
  }
});

test('dict: a random entry of an almost empty dict, and of an empty one', () => {
  const random = new SeededRandom(12);
  const world = new World(goodHash);
  assert.equal(world.dict.randomEntry(random), 0);
  for (let key = 0; key < 20000; key++) world.add(key);
  while (world.keys.length > 1) world.remove(0, true);
  for (let i = 0; i < 50; i++) assert.equal(keyOf(world.dict.randomEntry(random)), world.keys[0]);
  world.remove(0, false);
  assert.equal(world.dict.randomEntry(random), 0);
});

test('dict: segments are filled well at every size, and give back what they do not need', () => {
  const world = new World(goodHash);
  const random = new SeededRandom(13);
  let largest = 0;
  for (let key = 0; key < 40_000; key++) {
    world.dict.add(goodHash(key), key + 1);
    if (key > 400) largest = Math.max(largest, world.dict.size / (key + 1));
  }
  // A load of 13/16 to 13/24, headers, and the directory.
  assert.ok(largest > 10.5 && largest < 16.5, `${largest} bytes an entry`);
  world.dict.verify();
  const refs = Array.from({ length: 40_000 }, (_, i) => i + 1);
  while (refs.length > 400) {
    const at = random.below(refs.length);
    world.dict.remove(refs[at]);
    refs[at] = refs[refs.length - 1];
    refs.pop();
    const share = world.dict.size / refs.length;
    assert.ok(share < 46, `${share} bytes an entry when ${refs.length} are left`);
  }
  world.dict.verify();
});

test('dict: what is not there is not looked for behind entries of later home slots', () => {
  // 30 entries of homes that are near each other, so that they stand in one row.
  const crowded: Hash = (key) => (goodHash(key) & ~0xfff) | (0x800 + (key % 30) * 8);
  const world = new World(crowded);
  for (let key = 0; key < 30; key++) world.add(29 - key);
  for (let key = 0; key < 30; key += 3) world.remove(world.keys.indexOf(key), true);
  world.check();
  world.checkFinds(Array(60).keys());
});

test('dict: its segments are the blocks of the arena, and their bytes are counted', () => {
  for (const [name, hash] of Object.entries(hashes)) {
    const world = new World(hash);
    for (let round = 0; round < 3; round++) {
      for (const count of [10, 100, 3000, 100, 10, 0]) {
        while (world.keys.length > count) world.remove(0, true);
        for (let key = 0; world.keys.length < count; key++) {
          if (!world.model.has(key)) world.add(key);
        }
        const blocks = new Set<number>();
        world.dict.forEachBlock({ visit: (block) => blocks.add(block) });
        world.arena.verify(blocks);
        const outside = world.dict.size - world.dict.ownSize;
        assert.ok(count > 0 || blocks.size === 0, `${name}: an empty dict has blocks`);
        assert.ok(outside === 0 || blocks.size > 0);
      }
    }
  }
});

test('dict: takeSegments hands out every entry and leaves an empty dict', () => {
  const world = new World(goodHash);
  for (let key = 0; key < 10000; key++) world.add(key);
  const refs = new Set<number>();
  for (const segment of world.dict.takeSegments()) {
    for (let at = 5; at < segment.length; at += 2) if (segment[at] !== 0) refs.add(segment[at]);
  }
  assert.equal(refs.size, 10000);
  world.model.clear();
  world.keys.length = 0;
  world.check();
  for (let key = 0; key < 100; key++) world.add(key);
  world.check();
});
