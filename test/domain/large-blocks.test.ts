// Large blocks: who has a buffer, when it is used again, and when a copy is made.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LargeBlocks } from '../../src/domain/memory/large-blocks.ts';
import { OffHeap } from '../../src/domain/memory/off-heap.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

function make(): LargeBlocks {
  return new LargeBlocks(1024 * MIB, new OffHeap(), false);
}

function filled(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => i % 251);
}

test('large blocks: a buffer has at most an eighth more than was asked for', () => {
  const lines = [
    [32 * KIB, 32 * KIB],
    [32 * KIB + 1, 36 * KIB],
    [100000, 104 * KIB],
    [MIB, MIB],
    [MIB + 60, MIB + 128 * KIB],
    [16 * MIB, 16 * MIB],
    [16 * MIB + 1, 16 * MIB + 1],
    [100000000, 100000000],
  ];
  for (const [size, room] of lines) {
    const large = make();
    const block = large.allocate(size);
    assert.equal(large.usedSize, room);
    large.free(block);
    assert.equal(large.usedSize, 0);
  }
});

test('large blocks: a freed buffer serves the next block of about its size', () => {
  const large = make();
  const block = large.allocate(100 * KIB);
  const { buffer } = large.bytes(block);
  large.free(block);
  assert.equal(large.spares.size, 104 * KIB);
  assert.notEqual(large.bytes(large.allocate(200 * KIB)).buffer, buffer);
  assert.equal(large.bytes(large.allocate(102 * KIB)).buffer, buffer);
  assert.equal(large.spares.size, 0);
});

test('large blocks: no more than 64 MiB wait, and nothing for ever', () => {
  const large = make();
  const blocks = Array.from({ length: 100 }, () => large.allocate(MIB));
  for (const block of blocks) large.free(block);
  assert.equal(large.spares.size, 64 * MIB);
  large.spares.trim();
  assert.equal(large.spares.size, 0);
  large.free(large.allocate(MIB));
  large.free(large.allocate(MIB));
  large.spares.trim();
  assert.equal(large.spares.size, MIB, 'somebody has just taken it');
  large.spares.trim();
  assert.equal(large.spares.size, 0);
});

test('large blocks: V8 counts nothing of a huge one, of which the last one waits', () => {
  const large = make();
  const isCounted = (block: number): boolean => large.bytes(block).buffer instanceof ArrayBuffer;
  assert.ok(isCounted(large.allocate(16 * MIB)));
  const sizes = [17, 18, 129].map((mib) => mib * MIB);
  const blocks = sizes.map((size) => large.allocate(size));
  const zeros = large.allocateZeros(20 * MIB);
  assert.deepEqual([...blocks, zeros].filter(isCounted), []);
  large.resize(zeros, 1, 40 * MIB, 40 * MIB);
  assert.equal(isCounted(zeros), false);
  const { buffer } = large.bytes(blocks[1]);
  for (const block of blocks) large.free(block);
  assert.equal(large.spares.size, 18 * MIB);
  assert.notEqual(large.bytes(large.allocate(17 * MIB)).buffer, buffer);
  assert.equal(large.bytes(large.allocate(18 * MIB)).buffer, buffer);
  assert.equal(large.spares.size, 0);
  large.free(large.allocate(18 * MIB));
  large.spares.trim();
  large.spares.trim();
  assert.equal(large.spares.size, 0);
});

test('large blocks: huge ones dropped fast are collected before the second is over', () => {
  const memory = new OffHeap();
  let collections = 0;
  memory.collectDropped = (): void => void collections++;
  const large = new LargeBlocks(1024 * MIB, memory, false);
  large.free(large.allocate(129 * MIB));
  assert.equal(collections, 0);
  large.free(large.allocate(129 * MIB));
  assert.equal(collections, 1);
});

test('large blocks: what is on its way to a client is neither changed nor used again', () => {
  for (const isGone of [false, true]) {
    const large = make();
    const block = large.hold(filled(50000), 0, 50000);
    const sent = large.pin(block);
    large.release(isGone);
    large.writable(block, 50000, 50000).fill(0);
    assert.equal(sent[1], isGone ? 0 : 1);
    const other = large.allocate(50000);
    large.pin(other);
    large.release(isGone);
    const { buffer } = large.bytes(other);
    large.free(other);
    assert.equal(large.bytes(large.allocate(50000)).buffer === buffer, isGone);
  }
});

test('large blocks: a block takes the running buffer over, if that holds little else', () => {
  const lines = [
    { start: 40, end: 100 * KIB - 2, isTaken: true },
    { start: 20 * KIB, end: 100 * KIB, isTaken: true },
    { start: 40, end: 60 * KIB, isTaken: false },
  ];
  for (const { start, end, isTaken } of lines) {
    const large = make();
    const bytes = filled(100 * KIB);
    const owner = { buffer: bytes, isTaken: false };
    large.running = owner;
    const block = large.hold(bytes, start, end);
    assert.equal(owner.isTaken, isTaken);
    assert.equal(large.bytes(block).buffer === bytes.buffer, isTaken);
    assert.equal(
      Buffer.compare(large.bytes(block).subarray(0, end - start), bytes.slice(start, end)),
      0,
    );
    // It is given away once.
    const second = large.hold(bytes, start, end);
    assert.equal(large.bytes(second).buffer === bytes.buffer, false);
    large.verify([block, second]);
  }
});

test('large blocks: what is not offered is copied', () => {
  const large = make();
  const bytes = filled(100 * KIB);
  large.running = { buffer: filled(100 * KIB), isTaken: false };
  assert.notEqual(large.bytes(large.hold(bytes, 0, bytes.length)).buffer, bytes.buffer);
});

test('large blocks: a buffer that is being run is not used again before', () => {
  const large = make();
  const owner = { buffer: filled(104 * KIB), isTaken: false };
  for (const running of [owner, null]) {
    owner.isTaken = false;
    large.running = owner;
    const block = large.hold(owner.buffer, 40, 104 * KIB);
    large.running = running;
    large.free(block);
    assert.equal(large.spares.size > 0, running === null);
  }
});

test('large blocks: a stamp is another one when bytes may be others, and never comes again', () => {
  const large = make();
  const seen = new Set<number>();
  const isNew = (block: number): boolean => {
    const { size } = seen;
    return seen.add(large.stampOf(block)).size > size;
  };
  const block = large.allocate(100 * KIB);
  assert.ok(isNew(block));
  large.pin(block);
  assert.ok(!isNew(block));
  large.replace(block, large.bytes(block).slice(), 100 * KIB);
  assert.ok(!isNew(block), 'the bytes are the same');
  large.writable(block, 100 * KIB, 100 * KIB);
  assert.ok(isNew(block));
  large.resize(block, 100 * KIB, 100 * KIB, 104 * KIB);
  assert.ok(isNew(block));
  large.free(block);
  assert.ok(isNew(large.allocate(100 * KIB)));
});

test('large blocks: what a block grows by is zeros, whatever was there', () => {
  const large = make();
  const sizes = [40, 60, 61, 1000, 3000, 3001, 3500, 6000];
  for (const other of sizes) {
    const dirty = large.allocate(other * KIB);
    large.bytes(dirty).fill(0xff);
    large.free(dirty);
  }
  const block = large.allocateZeros(40 * KIB);
  let size = 40 * KIB;
  for (const next of sizes.map((kib) => kib * KIB)) {
    large.resize(block, size, next, next + MIB);
    const bytes = large.bytes(block).subarray(0, next);
    assert.ok(
      bytes.subarray(size).every((byte) => byte === 0),
      `${size} to ${next}`,
    );
    assert.ok(bytes.subarray(0, size).every((byte, i) => byte === (i < 40 * KIB ? 0 : 0xff)));
    bytes.fill(0xff, size);
    size = next;
  }
});

test("large blocks: twins have one buffer, which is the last one's alone", () => {
  for (const first of ['old', 'new']) {
    const large = make();
    const old = large.hold(filled(100 * KIB), 0, 100 * KIB);
    const { usedSize } = large;
    const twin = large.twin(old);
    assert.equal(large.usedSize, usedSize);
    assert.equal(large.ownSize(old), 0);
    assert.ok(large.mustCopy(twin, 1) && large.mustCopy(old, 1));
    const [gone, left] = first === 'old' ? [old, twin] : [twin, old];
    large.free(gone);
    assert.equal(large.usedSize, usedSize);
    assert.equal(large.keptSize, first === 'old' ? 0 : usedSize);
    assert.equal(large.spares.size, 0);
    assert.equal(large.mustCopy(left, 1), false);
    large.free(left);
    assert.deepEqual([large.usedSize, large.keptSize], [0, 0]);
    assert.equal(large.spares.size, usedSize);
  }
});

test('large blocks: of three with one buffer each may change', () => {
  for (const changed of [0, 1, 2]) {
    const large = make();
    const first = large.hold(filled(100 * KIB), 0, 100 * KIB);
    const second = large.twin(first);
    const blocks = [first, second, large.twin(second)];
    large.writable(blocks[changed], 100 * KIB, 100 * KIB).fill(0);
    const others = blocks.filter((_, index) => index !== changed);
    for (const block of others) assert.equal(large.bytes(block)[1], 1);
    assert.ok(others.every((block) => large.mustCopy(block, 1)));
    assert.equal(large.mustCopy(blocks[changed], 1), false);
    for (const block of blocks) large.free(block);
    assert.deepEqual([large.usedSize, large.keptSize], [0, 0]);
  }
});

test('large blocks: V8 counts nothing of a huge one, of which the last one waits', () => {
  const large = make();
  const isCounted = (block: number): boolean => large.bytes(block).buffer instanceof ArrayBuffer;
  assert.ok(isCounted(large.allocate(16 * MIB)));
  const sizes = [17, 18, 129].map((mib) => mib * MIB);
  const blocks = sizes.map((size) => large.allocate(size));
  const zeros = large.allocateZeros(20 * MIB);
  assert.deepEqual([...blocks, zeros].filter(isCounted), []);
  large.resize(zeros, 1, 40 * MIB, 40 * MIB);
  assert.equal(isCounted(zeros), false);
  const { buffer } = large.bytes(blocks[1]);
  for (const block of blocks) large.free(block);
  assert.equal(large.spares.size, 18 * MIB);
  assert.notEqual(large.bytes(large.allocate(17 * MIB)).buffer, buffer);
  assert.equal(large.bytes(large.allocate(18 * MIB)).buffer, buffer);
  assert.equal(large.spares.size, 0);
  large.free(large.allocate(18 * MIB));
  large.spares.trim();
  large.spares.trim();
  assert.equal(large.spares.size, 0);
});

test('large blocks: what is on its way to a client stays so when a twin has it alone', () => {
  for (const isGone of [false, true]) {
    const large = make();
    const old = large.hold(filled(100 * KIB), 0, 100 * KIB);
    const sent = large.pin(old);
    const twin = large.twin(old);
    large.free(old);
    assert.ok(large.mustCopy(twin, 1));
    large.release(isGone);
    large.writable(twin, 100 * KIB, 100 * KIB).fill(0);
    assert.equal(sent[1], isGone ? 0 : 1);
  }
});
