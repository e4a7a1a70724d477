// A snapshot's walk over a list's tree, played against random changes of it: what the walk reads is
// what was there when it began, and afterwards no block is lost.
//
// The values are units too, as a list's packed nodes are: blocks with a number in each.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SLAB_MASK, SLAB_SHIFT } from '../../src/domain/memory/arena.ts';
import {
  firstRowOf,
  NODE_COLUMNS,
  NODE_LEVEL,
  NODE_ROWS,
} from '../../src/domain/structures/tree/shape.ts';
import { visitTree } from '../../src/domain/structures/tree/walk.ts';
import { Past } from '../support/past.ts';
import { SeededRandom } from '../support/random.ts';
import { type TreeRow, TreeWorld, treeShapes } from '../support/tree-world.ts';

const SEED = 400;
const UNIT_SIZE = 16;

class World {
  readonly random: SeededRandom;
  readonly tree: TreeWorld;
  readonly past: Past;
  /** What the walk should read, and what it has read. */
  expected: number[] = [];
  read: number[] = [];
  private walk: Generator<void> | null = null;
  private oldRoot = 0;
  private mark = 0;

  constructor(shape: string, nodeSize: number, seed: number) {
    this.random = new SeededRandom(seed);
    this.tree = new TreeWorld(treeShapes[shape], nodeSize, 10_000, this.random);
    this.past = new Past(this.tree.arena);
  }

  insert(): void {
    const row: TreeRow = { ...this.tree.randomRow(), value: this.makeUnit(++this.mark) };
    if (this.tree.shape.isSorted) {
      if (!this.tree.insertSorted(row)) this.giveUp(row.value);
      return;
    }
    const index = this.random.below(this.tree.rows.length + 1);
    this.tree.tree.cursor.seekRank(this.tree.root, this.tree.rankOf(index));
    this.tree.tree.insertHere(this.tree.root, row.value, row.weight);
    this.tree.rows.splice(index, 0, row);
  }

  remove(index: number): void {
    const unit = this.tree.rows[index].value;
    this.tree.remove(index);
    this.giveUp(unit);
  }

  /** Changes the number in a unit, which is owned first. */
  change(index: number): void {
    const { tree, past } = this;
    const row = tree.rows[index];
    tree.tree.cursor.seekRank(tree.root, tree.rankOf(index));
    this.mark++;
    if (past.isRunning && past.isFrozen(row.value)) {
      const copy = this.makeUnit(this.mark);
      tree.tree.setValue(tree.root, 0, copy);
      past.retire(row.value, tree.arena);
      row.value = copy;
    } else this.setNumber(row.value, this.mark);
    if (this.random.below(2) === 0) tree.reweigh(index);
  }

  /** From here on the collection goes on under another root. */
  start(): void {
    const { tree, past } = this;
    this.expected = tree.rows.map((row) => this.numberIn(row.value));
    this.read = [];
    this.oldRoot = tree.root;
    past.begin();
    tree.root = tree.roots.fork(this.oldRoot);
    const height = this.words(this.oldRoot)[tree.shape.rootWord + 1];
    const top = this.words(this.oldRoot)[tree.shape.rootWord];
    this.walk = height === 0 ? emptyWalk() : this.visit(top, height - 1);
  }

  step(): void {
    if (this.walk === null || this.walk.next().done !== true) return;
    this.walk = null;
    assert.deepEqual(this.read, this.expected);
    this.past.pass(this.oldRoot);
    assert.equal(this.past.retired.size, 0, 'what retired was not walked over');
    this.past.finish();
  }

  get isWalking(): boolean {
    return this.walk !== null;
  }

  check(): void {
    const { tree, past } = this;
    tree.checkAll();
    const live = new Set<number>([tree.root]);
    const visitor = { visit: (ref: number) => live.add(ref) };
    visitTree(tree.arena, tree.shape, tree.root, visitor, visitor);
    for (const unit of past.retired.keys()) live.add(unit);
    tree.arena.verify(live);
  }

  /** Reads a node of the old tree and what is below it, pausing before each. */
  private *visit(node: number, level: number): Generator<void> {
    yield;
    const { shape } = this.tree;
    const rows = this.words(node)[NODE_ROWS];
    for (let row = 0; row < rows; row++) {
      assert.equal(this.words(node)[NODE_ROWS], rows, 'a node changed under the walk');
      const column = level === 0 ? shape.keyWords : shape.childColumn;
      const first = NODE_COLUMNS + firstRowOf(this.words(node)[NODE_LEVEL]);
      const unit = this.words(node)[first + column * shape.rowsMax(level) + row];
      if (level > 0) yield* this.visit(unit, level - 1);
      else {
        if (row % 3 === 0) yield;
        this.read.push(this.numberIn(unit));
        this.past.pass(unit);
      }
    }
    this.past.pass(node);
  }

  private giveUp(unit: number): void {
    const { past, tree } = this;
    if (past.isRunning && past.isFrozen(unit)) past.retire(unit, tree.arena);
    else tree.arena.free(unit);
  }

  private makeUnit(value: number): number {
    const unit = this.tree.arena.allocate(UNIT_SIZE);
    if (this.past.isRunning) this.past.made(unit);
    this.setNumber(unit, value);
    return unit;
  }

  private numberIn(unit: number): number {
    return this.words(unit)[0];
  }

  private setNumber(unit: number, value: number): void {
    this.words(unit)[0] = value;
  }

  private words(ref: number): Int32Array {
    const at = (ref & SLAB_MASK) << 2;
    return this.tree.arena.words[ref >>> SLAB_SHIFT].subarray(at, at + 256);
  }
}

function* emptyWalk(): Generator<void> {}

for (const shape of ['list', 'stream']) {
  for (const nodeSize of [128, 256]) {
    test(`a walk over the tree of a ${shape}, ${nodeSize}-byte nodes, seed ${SEED}`, () => {
      for (let round = 0; round < 4; round++) {
        const world = new World(shape, nodeSize, SEED + round);
        const { random } = world;
        let walks = 0;
        for (let step = 0; step < 3000; step++) {
          const count = world.tree.rows.length;
          const isGrowing = Math.floor(step / 500) % 2 === 0;
          const way = random.below(10);
          if (way < (isGrowing ? 4 : 2)) world.insert();
          else if (way < 6 && count > 0) world.remove(random.below(count));
          else if (way < 8 && count > 0) world.change(random.below(count));
          else if (world.isWalking) world.step();
          else if (random.below(20) === 0) {
            world.start();
            walks++;
          }
          if (step % 100 === 0) world.check();
        }
        while (world.isWalking) world.step();
        world.check();
        assert.ok(walks > 3, `${walks} walks`);
      }
    });
  }
}
