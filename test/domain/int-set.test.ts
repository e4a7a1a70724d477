// The intset against a sorted array of BigInts, and beside what Redis 7.2.6 writes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Int64 } from '../../src/domain/bytes/int64.ts';
import {
  copyRedisIntSet,
  IntSet,
  sizeOfRedisIntSet,
  WIDTH_MIN,
} from '../../src/domain/structures/intset/int-set.ts';
import { SeededRandom } from '../support/random.ts';
import { spliceBytes } from '../support/splice.ts';

const SEED = 90;

/** A set between other bytes, and the integers that it should hold. */
class World {
  readonly set = new IntSet();
  readonly model: bigint[] = [];
  private buffer = Buffer.from([0xee, WIDTH_MIN]);

  constructor() {
    this.reopen();
  }

  get bytes(): Buffer {
    return this.buffer.subarray(1);
  }

  add(value: bigint): void {
    const place = this.place(value);
    const isThere = this.model[place] === value;
    assert.equal(this.seek(value), isThere);
    assert.equal(this.set.index, place);
    if (isThere) return;
    this.set.planAdd();
    this.splice();
    this.set.finishAdd();
    this.model.splice(place, 0, value);
  }

  remove(value: bigint): void {
    if (!this.seek(value)) return;
    this.set.planRemove(this.set.index);
    this.splice();
    this.model.splice(this.place(value), 1);
  }

  check(): void {
    assert.ok(this.set.openChecked(this.buffer, 1, this.buffer.length));
    assert.equal(this.set.count, this.model.length);
    for (const [index, value] of this.model.entries()) {
      this.set.read(index);
      assert.equal(Buffer.from(this.set.text.subarray(0, this.set.textEnd)).toString(), `${value}`);
      assert.equal(this.set.member.high, Number(BigInt.asIntN(32, value >> 32n)));
      assert.equal(this.set.member.low, Number(BigInt.asIntN(32, value)));
    }
  }

  seek(value: bigint): boolean {
    const text = Buffer.from(`x${value}y`);
    assert.ok(this.set.parse(text, 1, text.length - 1));
    return this.set.seek();
  }

  private place(value: bigint): number {
    const place = this.model.findIndex((other) => other >= value);
    return place < 0 ? this.model.length : place;
  }

  private splice(): void {
    const { spliceAt, removed, inserted } = this.set;
    const larger = Buffer.alloc(this.buffer.length + inserted, 0xee);
    larger.set(this.buffer);
    const end = spliceBytes(larger, this.buffer.length, 1 + spliceAt, removed, inserted);
    larger.fill(0xdd, 1 + spliceAt, 1 + spliceAt + inserted);
    this.buffer = larger.subarray(0, end);
    this.reopen();
  }

  private reopen(): void {
    this.set.open(this.buffer, 1, this.buffer.length);
  }
}

/** Integers around the bounds of each width. */
function randomInteger(random: SeededRandom, bits: number): bigint {
  const power = 2n ** BigInt(random.below(bits + 1));
  const near = BigInt(random.below(5) - 2);
  const value = random.below(2) === 0 ? power + near : -power + near;
  return BigInt.asIntN(64, value);
}

test(`intset: random changes, seed ${SEED}`, () => {
  const random = new SeededRandom(SEED);
  for (let round = 0; round < 40; round++) {
    const world = new World();
    const bits = random.pick([7, 15, 16, 31, 32, 63]);
    for (let step = 0; step < 120; step++) {
      const value = randomInteger(random, bits);
      if (random.below(3) === 0) world.remove(value);
      else if (random.below(9) === 0 && world.model.length > 0) {
        world.remove(random.pick(world.model));
      } else world.add(value);
      if (step % 10 === 0) world.check();
    }
    world.check();
  }
});

/** Members as they are added, the value, and what Redis makes of them. */
const lines: [members: string[], hex: string, redis: string][] = [
  [[], '02', '0200000000000000'],
  [['1', '2', '-3'], '02fdff01000200', '0200000003000000fdff01000200'],
  [['1', '70000', '-3'], '04fdffffff0100000070110100', '0400000003000000fdffffff0100000070110100'],
  [
    ['1', '70000', '-9223372036854775808'],
    '08000000000000008001000000000000007011010000000000',
    '0800000003000000000000000000008001000000000000007011010000000000',
  ],
];

test('intset: it is what Redis has, but for the header', () => {
  for (const [members, hex, redis] of lines) {
    const world = new World();
    for (const member of members) world.add(BigInt(member));
    assert.equal(world.bytes.toString('hex'), hex);
    const { set } = world;
    const written = Buffer.alloc(set.redisSize + 2, 0xee);
    set.writeRedis(written, 1);
    assert.equal(written.toString('hex'), `ee${redis}ee`);
    const size = sizeOfRedisIntSet(written, 1, written.length - 1);
    assert.equal(size, hex.length / 2);
    const value = Buffer.alloc(size + 2, 0xee);
    copyRedisIntSet(written, 1, size, value, 1);
    assert.equal(value.toString('hex'), `ee${hex}ee`);
    assert.ok(set.openChecked(value, 1, size + 1));
  }
});

test('intset: what Redis would not write is none', () => {
  for (const redis of [
    '',
    '02000000000000',
    '0300000001000000000000',
    '0200000001000000',
    '02000000010000000000ff',
    '0200000000000080',
    '04000000ffffffff00000000',
  ]) {
    const bytes = Buffer.from(redis, 'hex');
    assert.equal(sizeOfRedisIntSet(bytes, 0, bytes.length), 0, redis);
  }
  for (const value of [
    '',
    '03010000',
    '0201',
    '0401000000',
    '0201000100',
    '0202000100',
    '0201000080',
    '04ffffffff00000080',
    '0801000000000000000100000000000000',
    '0800000080010000000000000001000000',
  ]) {
    const bytes = Buffer.from(value, 'hex');
    const isOne = value === '0401000000';
    assert.equal(new IntSet().openChecked(bytes, 0, bytes.length), isOne, value);
  }
});

test('intset: only integers of 64 bits are members', () => {
  const set = new IntSet();
  for (const text of ['', '-', '01', '1.0', '9223372036854775808', '-9223372036854775809', ' 1']) {
    assert.ok(!set.parse(Buffer.from(text), 0, text.length), text);
  }
});

test('64-bit integers come and go as text', () => {
  const bound = fc.integer({ min: 0, max: 63 }).map((bits) => 2n ** BigInt(bits));
  const near = fc.tuple(bound, fc.integer({ min: -3, max: 3 }), fc.constantFrom(1n, -1n));
  const value = fc.oneof(
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    near.map(([power, off, sign]) => BigInt.asIntN(64, sign * power + BigInt(off))),
    fc.integer({ min: 0, max: 18 }).map((digits) => 10n ** BigInt(digits)),
  );
  fc.assert(
    fc.property(value, (expected) => {
      const text = Buffer.from(`a${expected}b`);
      const int64 = new Int64();
      assert.ok(int64.parse(text, 1, text.length - 1));
      assert.equal(
        BigInt.asIntN(64, (BigInt(int64.high) << 32n) | BigInt(int64.low >>> 0)),
        expected,
      );
      const target = Buffer.alloc(24);
      for (let i = 0; i < 2; i++) {
        const end = int64.write(target, 1);
        assert.equal(target.toString('latin1', 1, end), `${expected}`);
      }
    }),
    { numRuns: 1000 },
  );
});
