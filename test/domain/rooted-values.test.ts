// Values of many blocks, of a kind made for this test: what becomes of their blocks when their keys
// are deleted, expire, are overwritten, renamed, moved, copied or flushed.
//
// A value is a chain of blocks, each the ref of the next and a mark. The root is first: it is as
// large as asked for, so that it may be a large block, and stays until the rest is freed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addRooted } from '../../src/domain/keyspace/collections.ts';
import { EVENT_DEL, EVENT_EXPIRE, EVENT_SET } from '../../src/domain/keyspace/events.ts';
import { DROP_TTL, Keyspace } from '../../src/domain/keyspace/keyspace.ts';
import { sizeOfEntry } from '../../src/domain/keyspace/size.ts';
import { copyEntry, moveEntry, renameEntry } from '../../src/domain/keyspace/transfer.ts';
import { type Arena, NONE } from '../../src/domain/memory/arena.ts';
import { kindOf } from '../../src/domain/memory/record.ts';
import type { RootedKind } from '../../src/domain/values/kinds.ts';

const KIND_CHAIN = 15;
const BLOCK_SIZE = 48;
/** Blocks that are freed without waiting. */
const AT_ONCE = 64;

function view(arena: Arena, ref: number): DataView {
  const bytes = arena.bytesOf(ref);
  return new DataView(bytes.buffer, bytes.byteOffset + arena.startOf(ref), 8);
}

function blocksOf(arena: Arena, root: number): number[] {
  const blocks: number[] = [];
  for (let at = root; at !== NONE; at = view(arena, at).getInt32(0)) blocks.push(at);
  return blocks;
}

function makeChain(arena: Arena, count: number, rootSize: number): number {
  let next = NONE;
  for (let mark = count - 1; mark >= 0; mark--) {
    const ref = arena.allocate(mark === 0 ? rootSize : BLOCK_SIZE);
    view(arena, ref).setInt32(0, next);
    view(arena, ref).setInt32(4, mark);
    next = ref;
  }
  return next;
}

const chain: RootedKind = {
  free(arena, root, budget) {
    while (budget.blocks > 0) {
      budget.blocks--;
      const next = view(arena, root).getInt32(0);
      if (next === NONE) {
        arena.free(root);
        return false;
      }
      view(arena, root).setInt32(0, view(arena, next).getInt32(0));
      arena.free(next);
    }
    return true;
  },
  // biome-ignore lint/correctness/useYield: it is made in one step.
  *copying(arena, root) {
    const rootSize = arena.capacity(root);
    return makeChain(arena, blocksOf(arena, root).length, rootSize);
  },
  size: (arena, root) => blocksOf(arena, root).reduce((sum, ref) => sum + arena.capacity(ref), 0),
  forEachBlock: (arena, root, visitor) => {
    for (const ref of blocksOf(arena, root)) visitor.visit(ref);
  },
  verify: (arena, root) => {
    for (const [mark, ref] of blocksOf(arena, root).entries()) {
      assert.equal(view(arena, ref).getInt32(4), mark, 'a block of a live value was changed');
    }
  },
};

class World {
  readonly keyspace = new Keyspace({
    databases: 2,
    hashKey: { k0: 1, k1: 2 },
    poison: true,
    kinds: [...new Array<null>(KIND_CHAIN).fill(null), chain],
  });
  readonly database = this.keyspace.databases[0];

  add(name: string, blocks: number, rootSize = BLOCK_SIZE): number {
    const key = Buffer.from(name);
    const root = makeChain(this.keyspace.arena, blocks, rootSize);
    const { keyspace, database } = this;
    this.keyspace.findToChange(database, key, 0, key.length);
    const ref = addRooted(keyspace, database, key, 0, key.length, root, KIND_CHAIN);
    keyspace.changed(database, ref, EVENT_SET);
    return ref;
  }

  find(name: string, index = 0): number {
    const key = Buffer.from(name);
    return this.keyspace.find(this.keyspace.databases[index], key, 0, key.length);
  }

  /** The number of blocks of a key's value; 0 when it is not there, -1 when it is a string. */
  count(name: string, index = 0): number {
    const { arena, records } = this.keyspace;
    const ref = this.find(name, index);
    if (ref === NONE) return 0;
    if (kindOf(arena, ref) !== KIND_CHAIN) return -1;
    return blocksOf(arena, records.valueBlock(ref)).length;
  }

  /** Frees what waits, so many blocks at a time, and checks that nothing is left but `keys`. */
  settle(blocksMax: number): void {
    while (this.keyspace.pending.freeSlice(blocksMax)) this.keyspace.verify();
    this.keyspace.verify();
    assert.equal(this.keyspace.pending.count, 0);
  }
}

/** What makes the value of `k`, of `count` blocks, go. */
const WAYS: Record<string, (world: World) => void> = {
  deleted: ({ keyspace, database }) => {
    assert.ok(keyspace.delete(database, Buffer.from('k'), 0, 1, EVENT_DEL));
  },
  overwritten: ({ keyspace, database }) => {
    const text = Buffer.from('value');
    keyspace.write(database, Buffer.from('k'), 0, 1, text, 0, 5, 2, DROP_TTL, EVENT_SET);
  },
  'expired by a look-up': (world) => {
    world.keyspace.setDeadline(world.database, world.find('k'), 10, EVENT_EXPIRE);
    world.keyspace.dueMs = 10;
    assert.equal(world.find('k'), NONE);
  },
  'given way to a renamed one': (world) => {
    const ref = world.add('other', 3);
    renameEntry(world.keyspace, world.database, ref, world.find('k'), Buffer.from('k'), 0, 1);
    assert.equal(world.count('k'), 3);
  },
  'given way to a copy': (world) => {
    const { keyspace, database } = world;
    const ref = world.add('other', 3);
    copyEntry(keyspace, database, ref, database, world.find('k'), Buffer.from('k'), 0, 1);
    assert.equal(world.count('k'), 3);
    assert.equal(world.count('other'), 3);
  },
};

for (const [way, goes] of Object.entries(WAYS)) {
  test(`a value of many blocks that is ${way} is freed, ${AT_ONCE} blocks at once`, () => {
    for (const count of [1, 2, AT_ONCE, AT_ONCE + 1, 200]) {
      const world = new World();
      world.add('k', count);
      const before = world.keyspace.arena.usedSize;
      goes(world);
      world.keyspace.verify();
      assert.equal(world.keyspace.pending.count, count > AT_ONCE ? 1 : 0, `${count} blocks`);
      assert.ok(count < AT_ONCE || world.keyspace.arena.usedSize < before);
      let slices = 0;
      while (world.keyspace.pending.freeSlice(10)) slices++;
      assert.equal(slices, Math.max(0, Math.ceil((count - AT_ONCE) / 10) - 1), `${count} blocks`);
      world.settle(1);
      world.keyspace.flushAll();
      assert.equal(world.keyspace.arena.usedSize, 0);
    }
  });
}

test('RENAME and MOVE take the blocks along, COPY makes others, MEMORY USAGE counts them', () => {
  const world = new World();
  const { keyspace, database } = world;
  const [first, second] = keyspace.databases;
  const ref = world.add('k', 100, 100_000);
  const root = keyspace.records.valueBlock(ref);
  assert.ok(sizeOfEntry(keyspace, database, ref) > 100_000 + 99 * BLOCK_SIZE);
  renameEntry(keyspace, database, ref, NONE, Buffer.from('other'), 0, 5);
  keyspace.verify();
  assert.equal(keyspace.records.valueBlock(world.find('other')), root);
  moveEntry(keyspace, first, world.find('other'), second);
  keyspace.verify();
  assert.equal(keyspace.records.valueBlock(world.find('other', 1)), root);
  copyEntry(keyspace, second, world.find('other', 1), first, NONE, Buffer.from('k'), 0, 1);
  keyspace.verify();
  assert.equal(world.count('k'), 100);
  assert.equal(world.count('other', 1), 100);
  assert.notEqual(keyspace.records.valueBlock(world.find('k')), root);
  assert.equal(keyspace.pending.count, 0);
});

test('verify() sees a block that is lost, shared or changed', () => {
  const damages: ((world: World, root: number) => void)[] = [
    ({ keyspace }, root) => view(keyspace.arena, root).setInt32(0, NONE),
    ({ keyspace }, root) => view(keyspace.arena, root).setInt32(4, 7),
    (world, root) => {
      const other = world.keyspace.records.valueBlock(world.add('other', 2));
      view(world.keyspace.arena, other).setInt32(0, root);
    },
  ];
  for (const damage of damages) {
    const world = new World();
    const root = world.keyspace.records.valueBlock(world.add('k', 3));
    world.keyspace.verify();
    damage(world, root);
    assert.throws(() => world.keyspace.verify());
  }
});

test('values of many blocks come and go in any order, and in slices', () => {
  const step = fc.record({
    way: fc.constantFrom('add', 'string', 'delete', 'flush', 'flush all', 'free', 'free'),
    key: fc.constantFrom('a', 'b', 'c', 'd'),
    blocks: fc.constantFrom(1, 5, 63, 64, 65, 150),
    rootSize: fc.constantFrom(BLOCK_SIZE, 5000, 50_000),
  });
  const property = fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
    const world = new World();
    const { keyspace } = world;
    const model = new Map<string, number>();
    for (const { way, key, blocks, rootSize } of steps) {
      const bytes = Buffer.from(key);
      keyspace.delete(world.database, bytes, 0, way === 'add' ? 1 : 0, EVENT_DEL);
      if (way === 'add') {
        world.add(key, blocks, rootSize);
        model.set(key, blocks);
      } else if (way === 'string') {
        keyspace.write(world.database, bytes, 0, 1, bytes, 0, 1, 2, DROP_TTL, EVENT_SET);
        model.set(key, -1);
      } else if (way === 'delete') {
        assert.equal(keyspace.delete(world.database, bytes, 0, 1, EVENT_DEL), model.delete(key));
      } else if (way === 'free') {
        keyspace.pending.freeSlice(blocks);
      } else {
        if (way === 'flush') keyspace.flush(world.database);
        else keyspace.flushAll();
        model.clear();
      }
      keyspace.verify();
      for (const name of 'abcd') assert.equal(world.count(name), model.get(name) ?? 0);
    }
    keyspace.flush(world.database);
    world.settle(7);
    assert.equal(keyspace.arena.usedSize, 0);
    assert.equal(keyspace.arena.large.usedSize, 0);
  });
  fc.assert(property, { numRuns: 100 });
});
