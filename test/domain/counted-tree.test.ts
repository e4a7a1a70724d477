// Counted trees of every shape against sorted arrays, with nodes from 128 bytes up.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyTree } from '../../src/domain/structures/tree/verify.ts';
import { freeTree, visitTree } from '../../src/domain/structures/tree/walk.ts';
import { SeededRandom } from '../support/random.ts';
import { TreeWorld, treeShapes } from '../support/tree-world.ts';

const SEED = 70;
const NODE_SIZES = [128, 256, 1024];

for (const [name, options] of Object.entries(treeShapes)) {
  for (const nodeSize of NODE_SIZES) {
    test(`tree of a ${name}, ${nodeSize}-byte nodes: random changes, seed ${SEED}`, () => {
      for (const keys of [4, 60, 100_000]) {
        const random = new SeededRandom(SEED + keys);
        const world = new TreeWorld(options, nodeSize, keys, random);
        // It grows, stays, and shrinks to nothing, twice.
        for (let step = 0; step < 2400; step++) {
          const count = world.rows.length;
          const grows = [8, 5, 2, 0][Math.floor(step / 300) % 4];
          const way = random.below(10);
          // For some time what goes is the first one, mostly.
          const isQueue = step % 200 < 100 && random.below(8) > 0;
          if (way < grows) world.insert();
          else if (count > 0 && way < 9) world.remove(isQueue ? 0 : random.below(count));
          else if (count > 0 && options.isWeighted) world.reweigh(random.below(count));
          if (step % 40 === 0) {
            world.checkAll();
            for (let i = 0; i < 3; i++) {
              world.checkSeeks(
                world.randomRow(),
                random.below(world.rankOf(world.rows.length) + 3),
              );
            }
          }
          if (step % 700 === 650) world.rebuild();
        }
        while (world.rows.length > 0) world.remove(random.below(world.rows.length));
        world.checkAll();
        assert.equal(world.arena.usedSize, world.arena.capacity(world.root) + 16);
      }
    });
  }
}

const sortedSet = treeShapes['sorted set'];

test('tree: rows that come in order fill their nodes, others most of them', () => {
  const count = 20_000;
  // Bytes of nodes by row: 1 KiB has 84 rows of three words, and 50 inner rows.
  const lines: [order: string, place: (i: number) => number, sizeMax: number][] = [
    ['rising', (i) => i, 12.6],
    ['falling', (i) => -i, 14],
    ['random', (i) => Math.imul(i + 1, 0x9e3779b1) >> 4, 15.5],
  ];
  for (const [order, place, sizeMax] of lines) {
    const world = new TreeWorld(sortedSet, 1024, 1, new SeededRandom(1), false);
    for (let i = 0; i < count; i++) {
      world.tree.cursor.key.set([place(i), 7]);
      world.tree.insert(world.root, i + 1, 1);
    }
    const size = verifyTree(world.arena, world.shape, world.ties, world.root);
    assert.ok(size / count < sizeMax, `${order}: ${size / count} bytes a row`);
    assert.equal(world.tree.count(world.root), count);
    for (let left = count; left > 0; left--) {
      const rank = order === 'random' ? (left * 7919) % left : left >> 1;
      world.tree.cursor.seekRank(world.root, rank);
      world.tree.removeFound(world.root);
      if (left % 1000 === 0) verifyTree(world.arena, world.shape, world.ties, world.root);
      if (left !== 2000) continue;
      // A tenth is left: nodes that could be one node are.
      const rest = verifyTree(world.arena, world.shape, world.ties, world.root);
      assert.ok(rest / left < 50, `${order}: ${rest / left} bytes a row are left`);
    }
    assert.equal(world.roots.bytes(world.root), world.arena.capacity(world.root));
  }
});

test('tree: a tree that is built has full nodes', () => {
  for (const count of [0, 1, 83, 84, 85, 84 * 50, 84 * 50 + 1, 20_000]) {
    const world = new TreeWorld(sortedSet, 1024, 1, new SeededRandom(1), false);
    for (let i = 0; i < count; i++) world.rows.push({ key: [i, 0], value: i + 1, weight: 1 });
    world.rebuild();
    world.checkAll();
    const leaves = Math.ceil(count / 84);
    const inner = leaves > 1 ? Math.ceil(leaves / 50) + (leaves > 50 ? 1 : 0) : 0;
    const size = (leaves + inner) * 1024;
    assert.equal(world.roots.bytes(world.root) - world.arena.capacity(world.root), size);
  }
});

test('tree: where all keys are equal, rows are found by ties alone', () => {
  const world = new TreeWorld(sortedSet, 128, 1, new SeededRandom(2));
  for (let value = 2; value < 2000; value += 2) {
    world.insertSorted({ key: [5, 5], value, weight: 1 });
  }
  const { cursor } = world.tree;
  cursor.key.set([-1, -1]);
  for (let value = 0; value < 2004; value++) {
    world.ties?.take(value);
    const place = Math.min(Math.max(0, Math.ceil(value / 2) - 1), world.rows.length);
    assert.equal(cursor.seekTies(world.root), place < world.rows.length, `${value}`);
    world.checkAt(place);
  }
});

/** A world whose values are blocks, and all blocks that it has. */
function worldOfBlocks(count: number): TreeWorld {
  const world = new TreeWorld(sortedSet, 128, 500, new SeededRandom(SEED));
  for (let i = 0; i < count; i++) {
    const { key } = world.randomRow();
    world.insertSorted({ key, value: world.arena.allocate(16), weight: 1 });
  }
  return world;
}

test('tree: it is freed in slices, values first, and what is left can be seen', () => {
  for (const count of [0, 1, 10, 11, 500]) {
    for (const blocks of [1, 2, 7, 64, 10_000]) {
      for (const hasValues of [true, false]) {
        const world = worldOfBlocks(count);
        const { arena, shape, root } = world;
        let freed = 0;
        const values = {
          visit: (ref: number) => {
            freed++;
            arena.free(ref);
          },
        };
        const budget = { blocks };
        let more = true;
        while (more) {
          const before = liveBlocks(world).size;
          budget.blocks = blocks;
          more = freeTree(arena, shape, root, hasValues ? values : null, budget);
          assert.ok(budget.blocks >= 0 && (budget.blocks === 0 || !more));
          const live = liveBlocks(world);
          if (hasValues) {
            assert.equal(before - live.size, blocks - budget.blocks);
            arena.verify(live);
          }
        }
        assert.equal(liveBlocks(world).size, 1);
        if (hasValues) assert.equal(freed, world.rows.length);
      }
    }
  }
});

function liveBlocks({ arena, shape, root }: TreeWorld): Set<number> {
  const live = new Set<number>([root]);
  const visitor = { visit: (ref: number) => live.add(ref) };
  visitTree(arena, shape, root, visitor, visitor);
  return live;
}

test('tree: verify sees what is wrong', () => {
  const damages: Record<string, (words: Int32Array, top: number, leaf: number) => void> = {
    'a count': (words, top) => words[top + 2 + 4 * 6]++,
    'an inner key': (words, top) => words[top + 2 + 1]--,
    'an inner tie': (words, top) => words[top + 2 + 2 * 6]++,
    'a level': (words, _, leaf) => words[leaf + 1]++,
    'no rows': (words, _, leaf) => words[leaf]++,
    'two rows in the wrong order': (words, _, leaf) => {
      words[leaf + 2 + 1] = 2 ** 31 - 1;
    },
    'a child twice': (words, top) => {
      words[top + 2 + 3 * 6 + 1] = words[top + 2 + 3 * 6];
    },
  };
  for (const [what, damage] of Object.entries(damages)) {
    const world = new TreeWorld(sortedSet, 128, 500, new SeededRandom(SEED));
    for (let i = 0; i < 200; i++) world.insert();
    world.checkAll();
    const { cursor } = world.tree;
    cursor.seekRank(world.root, 0);
    const top = (cursor.nodes[cursor.height - 1] & 0x3fffff) << 2;
    damage(world.arena.words[0], top, (cursor.nodes[0] & 0x3fffff) << 2);
    const { arena, shape, ties, root } = world;
    assert.throws(() => verifyTree(arena, shape, ties, root), /^Error: tree: /, what);
  }
});
