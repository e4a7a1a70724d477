// LZF: what is packed unpacks to what it was, and nothing that claims to be packed is believed.
// That the bytes are those of Redis the interchange of payloads shows (differential).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LzfPacker, LzfUnpacker, mayUnpackTo } from '../../src/domain/bytes/lzf.ts';
import { SeededRandom } from '../support/random.ts';

const SEED = Number(process.env.REDSTART_RANDOM_SEED ?? Date.now() % 1e9);

/** Text that repeats itself, more or less. */
function repetitive(random: SeededRandom, size: number): Buffer {
  const letters = 1 + random.below(random.pick([2, 20, 256]));
  let bytes = Buffer.alloc(0);
  while (bytes.length < size) {
    const start = random.below(bytes.length + 1);
    const copied = bytes.subarray(start, start + random.below(random.pick([5, 40, 600])));
    const fresh = Buffer.from(
      Array.from({ length: 1 + random.below(40) }, () => random.below(letters)),
    );
    bytes = Buffer.concat([bytes, copied, fresh]);
  }
  return bytes.subarray(0, size);
}

/** At once, and in pieces: the same. */
function unpacked(bytes: Uint8Array, size: number): Buffer | null {
  const whole = unpackedBy(bytes, size, Number.POSITIVE_INFINITY);
  assert.deepEqual(unpackedBy(bytes, size, 7), whole);
  return whole;
}

function unpackedBy(bytes: Uint8Array, size: number, most: number): Buffer | null {
  const target = Buffer.alloc(size + 4, 0xaa);
  const unpacker = new LzfUnpacker();
  unpacker.begin(0, 2);
  let isLzf = true;
  while (isLzf && unpacker.from < bytes.length) {
    isLzf = unpacker.goOn(bytes, bytes.length, target, 2, size + 2, most);
  }
  assert.ok(target[0] === 0xaa && target[size + 3] === 0xaa, 'it kept to its place');
  return isLzf ? target.subarray(2, unpacker.to) : null;
}

test(`what is packed unpacks to what it was, seed ${SEED}`, () => {
  const random = new SeededRandom(SEED);
  const packer = new LzfPacker();
  let packedCount = 0;
  for (let round = 0; round < 300; round++) {
    const size = 5 + random.below(random.pick([20, 300, 9000]));
    const bytes = repetitive(random, size);
    // Somewhere in a larger buffer, and never more than was asked for.
    const buffer = Buffer.concat([Buffer.from('before'), bytes, Buffer.from('behind')]);
    const target = Buffer.alloc(size, 0xaa);
    const found = packer.pack(buffer, 6, 6 + size, target, size - 4);
    if (found === 0) continue;
    packedCount++;
    assert.ok(found <= size - 4);
    assert.ok(mayUnpackTo(found, size));
    assert.deepEqual(unpacked(target.subarray(0, found), size), bytes);
    assert.equal(unpacked(target.subarray(0, found), size - 1), null, 'a byte more than allowed');
  }
  assert.ok(packedCount > 100);
});

test('one packer packs the same bytes the same way, whatever it packed before', () => {
  const random = new SeededRandom(3);
  const used = new LzfPacker();
  for (let round = 0; round < 50; round++) {
    const bytes = repetitive(random, 2000);
    const targets = [Buffer.alloc(2000), Buffer.alloc(2000)];
    const sizes = [used, new LzfPacker()].map((packer, index) =>
      packer.pack(bytes, 0, 2000, targets[index], 1996),
    );
    assert.equal(sizes[0], sizes[1]);
    assert.deepEqual(targets[0].subarray(0, sizes[0]), targets[1].subarray(0, sizes[1]));
  }
});

const REFUSED: readonly (readonly [name: string, bytes: readonly number[], size: number])[] = [
  ['literals that are not there', [4, 97, 98], 10],
  ['a match without an offset', [0, 97, 0x20], 10],
  ['a long match without a length', [0, 97, 0xe0], 10],
  ['a long match without an offset', [0, 97, 0xe0, 5], 10],
  ['a match from before the beginning', [0, 97, 0x20, 1], 10],
  ['a match at the beginning', [0x20, 0], 10],
  ['a match that is too long', [0, 97, 0xe0, 255, 0], 200],
  ['literals that are too many', [2, 97, 98, 99], 2],
];

for (const [name, bytes, size] of REFUSED) {
  test(`LZF: ${name}`, () => {
    assert.equal(unpacked(Uint8Array.from(bytes), size), null);
  });
}

test(`LZF of random bytes ends in one way or the other, seed ${SEED}`, () => {
  const random = new SeededRandom(SEED);
  for (let round = 0; round < 5000; round++) {
    const bytes = Uint8Array.from({ length: random.below(40) }, () => random.below(256));
    unpacked(bytes, random.below(400));
  }
});

test(`what is packed in steps is packed as at once, seed ${SEED}`, () => {
  const random = new SeededRandom(SEED);
  const packer = new LzfPacker();
  const outcomes = new Set<boolean>();
  for (let round = 0; round < 300; round++) {
    const size = 5 + random.below(random.pick([20, 300, 9000]));
    const bytes = repetitive(random, size);
    const max = random.pick([size - 4, size - 4, 1 + (size >>> 1)]);
    const targets = [Buffer.alloc(size), Buffer.alloc(size)];
    const found = packer.pack(bytes, 0, size, targets[0], max);
    packer.begin(bytes, 0, size, targets[1], max);
    const step = 1 + random.below(random.pick([3, 100, 2000]));
    while (packer.goOn(step));
    assert.equal(packer.size, found);
    if (found > 0) assert.deepEqual(targets[1].subarray(0, found), targets[0].subarray(0, found));
    outcomes.add(found > 0);
  }
  assert.equal(outcomes.size, 2);
});
