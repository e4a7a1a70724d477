// The arena against a model that knows what every block holds; then the misuse that its test mode
// must catch.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Arena, NONE, SLAB_MASK } from '../../src/domain/memory/arena.ts';
import { BLOCK_SIZE_MAX, CLASS_UNITS, classOfSize } from '../../src/domain/memory/size-classes.ts';
import { SeededRandom } from '../support/random.ts';

interface Block {
  ref: number;
  size: number;
  mark: number;
}

/** The model: live blocks, each filled with a byte of its own. */
class Model {
  readonly arena: Arena;
  readonly blocks: Block[] = [];
  private nextMark = 1;

  constructor(poison: boolean) {
    this.arena = new Arena({ poison });
  }

  allocate(size: number): void {
    const ref = this.arena.allocate(size);
    assert.notEqual(ref, NONE);
    assert.ok(this.arena.capacity(ref) >= size);
    const mark = (this.nextMark++ % 255) + 1;
    bytesOf(this.arena, ref, size).fill(mark);
    this.blocks.push({ ref, size, mark });
  }

  free(index: number): void {
    const last = this.blocks.length - 1;
    const block = this.blocks[index];
    this.blocks[index] = this.blocks[last];
    this.blocks.pop();
    this.checkBlock(block);
    this.arena.free(block.ref);
  }

  check(): void {
    const live = new Set(this.blocks.map(({ ref }) => ref));
    assert.equal(live.size, this.blocks.length, 'two blocks have one ref');
    this.arena.verify(live);
    for (const block of this.blocks) this.checkBlock(block);
  }

  private checkBlock({ ref, size, mark }: Block): void {
    const bytes = bytesOf(this.arena, ref, size);
    assert.ok(
      bytes.every((byte) => byte === mark),
      `block ${ref} was overwritten`,
    );
  }
}

function bytesOf(arena: Arena, ref: number, size: number): Uint8Array {
  const at = arena.startOf(ref);
  return arena.bytesOf(ref).subarray(at, at + size);
}

function throws(message: RegExp, misuse: (arena: Arena) => void): void {
  assert.throws(() => misuse(new Arena({ poison: true })), message);
}

test('size classes: each size gets the least class that holds it', () => {
  for (let i = 1; i < CLASS_UNITS.length; i++) assert.ok(CLASS_UNITS[i - 1] < CLASS_UNITS[i]);
  for (let size = 1; size <= BLOCK_SIZE_MAX; size++) {
    const sizeClass = classOfSize(size);
    assert.ok(CLASS_UNITS[sizeClass] * 16 >= size);
    assert.ok(sizeClass === 0 || CLASS_UNITS[sizeClass - 1] * 16 < size);
  }
  assert.throws(() => classOfSize(BLOCK_SIZE_MAX + 1), /above the limit/);
});

test('arena: random allocations and frees', () => {
  const size = fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: 1, max: 300 }) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: BLOCK_SIZE_MAX }) },
    { weight: 1, arbitrary: fc.integer({ min: BLOCK_SIZE_MAX + 1, max: 100_000 }) },
  );
  const operation = fc.record({ isFree: fc.boolean(), size, pick: fc.nat() });
  const operations = fc.array(operation, { maxLength: 300, size: 'max' });
  fc.assert(
    fc.property(fc.boolean(), operations, (poison, steps) => {
      const model = new Model(poison);
      for (const step of steps) {
        if (!step.isFree) model.allocate(step.size);
        else if (model.blocks.length > 0) model.free(step.pick % model.blocks.length);
      }
      model.check();
      while (model.blocks.length > 0) model.free(0);
      model.check();
      assert.equal(model.arena.usedSize, 0);
      assert.equal(model.arena.large.usedSize, 0);
    }),
  );
});

test('arena: grows by slabs, gives them back, and takes their numbers again', () => {
  for (const poison of [false, true]) {
    const random = new SeededRandom(7);
    const model = new Model(poison);
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 6000; i++) model.allocate(1 + random.below(i % 10 === 0 ? 20000 : 500));
      assert.ok(model.arena.reservedSize > 4e6);
      model.check();
      while (model.blocks.length > 0) model.free(random.below(model.blocks.length));
      model.check();
      assert.ok(model.arena.reservedSize < 3e6, `${model.arena.reservedSize} bytes stay`);
    }
    model.arena.reset();
    model.blocks.length = 0;
    assert.equal(model.arena.usedSize, 0);
    for (let i = 0; i < 100; i++) model.allocate(1 + random.below(3000));
    model.check();
  }
});

test('arena: what is forgotten all at once is used again, unless nobody wants it for long', () => {
  const arena = new Arena();
  const memory = (): ArrayBufferLike => {
    arena.reset();
    return arena.bytesOf(arena.allocate(16)).buffer;
  };
  const first = memory();
  assert.equal(memory(), first);
  arena.giveBack();
  assert.equal(memory(), first, 'it was taken since the last time');
  arena.reset();
  arena.giveBack();
  arena.giveBack();
  assert.notEqual(memory(), first);
});

test('arena: memory is used well', () => {
  const arena = new Arena();
  for (let i = 0; i < 100000; i++) arena.allocate(48);
  assert.equal(arena.usedSize, 4800000);
  assert.ok(arena.reservedSize < 2.2 * arena.usedSize, `${arena.reservedSize} bytes reserved`);
});

test('arena: says that it is nearly full before it is, and no more once there is room', () => {
  // Slabs of 0.5, 1 and 2 MiB: 55 pages to give out, of which 14 are the reserve.
  const arena = new Arena({ slabsMax: 3 });
  const refs: number[] = [];
  while (!arena.isNearlyFull) refs.push(arena.allocate(BLOCK_SIZE_MAX));
  // The first block of the 42nd page.
  assert.equal(refs.length, 2 * 41 + 1);
  for (let i = 0; i < 1 + 2 * 13; i++) refs.push(arena.allocate(BLOCK_SIZE_MAX));
  assert.throws(() => arena.allocate(BLOCK_SIZE_MAX), /the arena is full/);
  assert.ok(arena.isNearlyFull);
  for (const ref of refs) arena.free(ref);
  assert.ok(!arena.isNearlyFull);
  arena.reset();
  assert.ok(!arena.isNearlyFull);
});

test('arena: large blocks count against a limit of their own', () => {
  const arena = new Arena({ largeSizeMax: 1_000_000 });
  const first = arena.allocate(700_000);
  assert.ok(!arena.isNearlyFull);
  const second = arena.allocate(60_000);
  assert.ok(arena.isNearlyFull);
  arena.free(second);
  assert.ok(!arena.isNearlyFull);
  assert.throws(() => arena.free(second), /freed but not live/);
  // Room in steps of an eighth: a freed buffer suits others.
  assert.equal(arena.capacity(first), 720_896);
});

test('arena: 512 MiB are a block like others', () => {
  const arena = new Arena();
  const ref = arena.allocate(512 * 1024 * 1024);
  assert.equal(arena.capacity(ref), 512 * 1024 * 1024);
  arena.bytesOf(ref)[arena.startOf(ref) + 512 * 1024 * 1024 - 1] = 1;
  arena.verify(new Set([ref]));
  arena.free(ref);
  arena.verify(new Set());
});

test('poison: a double free', () => {
  throws(/freed but not live/, (arena) => {
    const ref = arena.allocate(40);
    arena.allocate(40);
    arena.free(ref);
    arena.free(ref);
  });
  throws(/freed but not live/, (arena) => {
    const ref = arena.allocate(40);
    arena.free(ref);
    arena.free(ref);
  });
  throws(/freed but not live/, (arena) => arena.free(4711));
});

test('poison: a write past the end', () => {
  for (const size of [1, 16, 40, 1000, BLOCK_SIZE_MAX - 16]) {
    throws(/was overrun/, (arena) => {
      const ref = arena.allocate(size);
      bytesOf(arena, ref, size + 1)[size] = 0;
      arena.free(ref);
    });
    throws(/was overrun/, (arena) => {
      const ref = arena.allocate(size);
      bytesOf(arena, ref, size + 1)[size] = 0;
      arena.verify(new Set([ref]));
    });
  }
});

test('poison: a write after the free', () => {
  for (const size of [16, 40, 1000]) {
    throws(/written after its free/, (arena) => {
      const ref = arena.allocate(size);
      arena.allocate(size);
      arena.free(ref);
      bytesOf(arena, ref, size)[size - 1] = 1;
      assert.equal(arena.allocate(size), ref);
    });
  }
});

test('poison: freed bytes are not what they were, and a dead ref has no capacity', () => {
  const arena = new Arena({ poison: true });
  const ref = arena.allocate(64);
  arena.allocate(64);
  bytesOf(arena, ref, 64).fill(7);
  arena.free(ref);
  assert.ok(!bytesOf(arena, ref, 64).includes(7));
  assert.throws(() => arena.capacity(ref), /used but not live/);
  assert.equal(
    arena.capacity(arena.allocate(33)),
    33,
    'the guard allows no more than was asked for',
  );
});

test('verify: a lost block, a foreign block, a torn free list', () => {
  const arena = new Arena();
  const first = arena.allocate(100);
  const second = arena.allocate(100);
  arena.verify(new Set([first, second]));
  assert.throws(() => arena.verify(new Set([first])), /usedSize/);
  assert.throws(() => arena.verify(new Set([first, second + 1])), /grid|handed out/);
  const third = arena.allocate(100);
  arena.free(first);
  arena.verify(new Set([second, third]));
  arena.words[0][(first & SLAB_MASK) << 2] = (first & 0xfff) + 1;
  assert.throws(() => arena.verify(new Set([second, third])), /ring/);
});
