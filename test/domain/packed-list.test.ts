// Packed lists of every shape against arrays, edited as the keyspace and the nodes of a list edit
// them. Their way to and from Redis's listpack is in test/adapters.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EncodedItem } from '../../src/domain/structures/packed/encoded-item.ts';
import { PackedItem } from '../../src/domain/structures/packed/entry.ts';
import { COUNT_SIZE, NOWHERE, PackedList } from '../../src/domain/structures/packed/packed-list.ts';
import * as shapes from '../../src/domain/structures/packed/shape.ts';
import { SortedOrder } from '../../src/domain/structures/packed/sorted.ts';
import { verifyPacked } from '../../src/domain/structures/packed/verify.ts';
import { SeededRandom } from '../support/random.ts';
import { spliceBytes } from '../support/splice.ts';

const SEED = 20;

interface Row {
  item: string;
  value: string;
  double: number;
}

/** A list in a buffer between other bytes, and the rows that it should hold. */
class World {
  readonly shape: shapes.PackedShape;
  readonly list: PackedList;
  readonly rows: Row[] = [];
  private readonly isValue: boolean;
  private buffer = Buffer.alloc(256, 0xee);
  private readonly start = 3;
  private end: number;

  constructor(shape: shapes.PackedShape, isValue: boolean) {
    this.shape = shape;
    this.isValue = isValue;
    this.list = new PackedList(shape);
    this.end = this.start + (isValue ? COUNT_SIZE : 0);
    this.buffer.fill(0, this.start, this.end);
    this.reopen();
  }

  insert(index: number, row: Row): void {
    const { list } = this;
    const item = encode(row.item);
    const value = this.shape.entries === 2 ? encode(row.value) : null;
    list.planInsert(this.rowAt(index), item, value);
    assert.equal(list.inserted, list.rowSize(item, value));
    this.splice();
    const at = list.finishInsert(item, value);
    if (this.hasDouble) list.setDouble(at, row.double);
    this.rows.splice(index, 0, row);
  }

  remove(index: number, count: number): void {
    this.list.planRemove(this.rowAt(index), this.rowAt(index + count));
    this.splice();
    this.list.finishRemove(count);
    this.rows.splice(index, count);
  }

  replace(index: number, text: string): void {
    const { list } = this;
    const hasValue = this.shape.entries === 2;
    const row = list.rowAt(index);
    const item = encode(text);
    list.planReplace(hasValue ? list.valueOf(row) : list.entryOf(row), item);
    this.splice();
    list.finishReplace(item);
    this.rows[index] = { ...this.rows[index], [hasValue ? 'value' : 'item']: text };
  }

  check(): void {
    const { list, rows } = this;
    this.reopen();
    verifyPacked(list);
    assert.equal(list.count, rows.length);
    let at = list.start;
    for (const [index, row] of rows.entries()) {
      assert.equal(list.rowAt(index), at);
      assert.equal(textAt(list, list.entryOf(at)), row.item);
      if (this.shape.entries === 2) assert.equal(textAt(list, list.valueOf(at)), row.value);
      if (this.hasDouble) assert.ok(Object.is(list.doubleOf(at), row.double));
      const next = list.next(at);
      if (this.shape.hasBack) assert.equal(list.previous(next), at);
      at = next;
    }
    assert.equal(at, list.end);
    assert.equal(this.buffer[this.start - 1], 0xee);
  }

  checkFind(item: string): void {
    const { list, rows } = this;
    if (this.shape.hasBack) {
      const last = rows.findLastIndex((row) => row.item === item);
      const before = list.findBefore(encode(item), list.end);
      assert.equal(before, last < 0 ? NOWHERE : list.rowAt(last), item);
    }
    const index = rows.findIndex((row) => row.item === item);
    const place = list.find(encode(item), list.start);
    assert.equal(place, index < 0 ? NOWHERE : list.rowAt(index), item);
    if (index < 0) return;
    const second = rows.findIndex((row, i) => i > index && row.item === item);
    const other = list.find(encode(item), list.next(place));
    assert.equal(other, second < 0 ? NOWHERE : list.rowAt(second), item);
  }

  private get hasDouble(): boolean {
    return this.shape.before + this.shape.after > 0;
  }

  private rowAt(index: number): number {
    return index === this.list.count ? this.list.end : this.list.rowAt(index);
  }

  /** Makes the room that was planned, in another buffer. */
  private splice(): void {
    const { list, start } = this;
    const larger = Buffer.alloc(this.end + list.inserted + 8, 0xee);
    larger.set(this.buffer.subarray(0, this.end));
    this.buffer = larger;
    const { spliceAt, removed, inserted } = list;
    this.end = spliceBytes(larger, this.end, start + spliceAt, removed, inserted);
    larger.fill(0xdd, start + spliceAt, start + spliceAt + inserted);
    this.reopen();
  }

  private reopen(): void {
    const { list, buffer, start, end } = this;
    if (this.isValue) list.openValue(buffer, start, end);
    else list.open(buffer, start, end, list.count);
  }
}

function encode(text: string): EncodedItem {
  const bytes = Buffer.from(text);
  const item = new EncodedItem();
  item.set(bytes, 0, bytes.length);
  return item;
}

function textAt(list: PackedList, at: number): string {
  const item = new PackedItem();
  item.read(list.bytes, at);
  return Buffer.from(item.bytes.subarray(item.start, item.end)).toString();
}

function randomText(random: SeededRandom): string {
  const kinds = ['', 'a', 'b', 'user:1', 'user:2', String(random.below(200) - 100)];
  kinds.push(String(2 ** random.below(53) - random.below(3)), 'x'.repeat(random.below(140)));
  kinds.push(String(-(2n ** BigInt(random.below(64)))));
  if (random.below(20) === 0) kinds.push('y'.repeat(4090 + random.below(10)));
  return random.pick(kinds);
}

function randomRow(random: SeededRandom): Row {
  const double = random.pick([0, -0, 1.5, -1e300, Infinity, -Infinity, 1_700_000_000_000]);
  return { item: randomText(random), value: randomText(random), double };
}

for (const [name, shape] of Object.entries(shapes)) {
  for (const isValue of [true, false]) {
    const what = `packed list ${name}${isValue ? ', a value' : ''}`;
    test(`${what}: random changes, seed ${SEED}`, () => {
      const random = new SeededRandom(SEED);
      for (let round = 0; round < 6; round++) {
        const world = new World(shape, isValue);
        for (let step = 0; step < 150; step++) {
          const count = world.rows.length;
          const index = random.below(count + 1);
          const way = random.below(count > 40 ? 5 : 8);
          if (way < 2 && index < count) world.remove(index, 1 + random.below(count - index));
          else if (way === 2 && index < count) world.replace(index, randomText(random));
          else world.insert(index, randomRow(random));
          world.check();
          for (let i = 0; i < 3; i++) world.checkFind(randomText(random));
        }
      }
    });
  }
}

test('packed list: more rows than its count can say', () => {
  const world = new World(shapes.ITEMS_WITH_BACK, true);
  const { list } = world;
  const rows = 65_536;
  const bytes = Buffer.alloc(COUNT_SIZE + 2 * rows);
  for (let i = 0; i < rows; i++) bytes.set([i & 127, 1], COUNT_SIZE + 2 * i);
  for (const count of [65_533, 65_534, 65_535, 65_536]) {
    list.openValue(bytes, 0, COUNT_SIZE + 2 * count);
    list.setCount(count);
    const said = Math.min(count, 65_535);
    assert.equal(bytes.readUInt16LE(0), said);
    list.openValue(bytes, 0, COUNT_SIZE + 2 * count);
    assert.equal(list.count, count);
    verifyPacked(list);
    list.finishRemove(2);
    assert.equal(bytes.readUInt16LE(0), Math.min(count - 2, 65_535));
  }
});

test('packed list: sorted sets are in order of scores, then members', () => {
  const random = new SeededRandom(31);
  const order = new SortedOrder();
  const scores = [-Infinity, -1e300, -1.5, -5e-324, -0, 0, 5e-324, 1.5, 2, 4294967296, Infinity];
  for (let round = 0; round < 60; round++) {
    const world = new World(shapes.SCORE_ITEMS, true);
    for (let step = 0; step < 40; step++) {
      const row = { ...randomRow(random), double: random.pick(scores) };
      const member = Buffer.from(row.item);
      const isBefore = (other: Row) =>
        other.double < row.double ||
        (other.double === row.double && Buffer.from(other.item).compare(member) < 0);
      const index = world.rows.findIndex((other) => !isBefore(other));
      const place = index < 0 ? world.rows.length : index;
      const at = order.place(world.list, row.double, member, 0, member.length);
      assert.equal(at, place < world.rows.length ? world.list.rowAt(place) : world.list.end);
      const other = world.rows[place];
      if (other?.item === row.item && other.double === row.double) continue;
      world.insert(place, row);
      order.verify(world.list);
    }
    world.check();
    if (world.rows.length < 2) continue;
    world.list.setDouble(world.list.start, Number.POSITIVE_INFINITY);
    if (world.rows[1].double < Infinity) {
      assert.throws(() => order.verify(world.list), /not sorted/);
    }
  }
});

test('packed list: verify sees what is wrong', () => {
  const lines: [hex: string, count: number, shape: shapes.PackedShape][] = [
    ['0101', 2, shapes.ITEMS_WITH_BACK],
    ['0102', 1, shapes.ITEMS_WITH_BACK],
    ['01', 1, shapes.ITEMS_WITH_BACK],
    ['82313203', 1, shapes.ITEMS_WITH_BACK],
    ['f10100', 1, shapes.ITEMS],
    ['8261', 1, shapes.ITEMS],
    ['01', 1, shapes.FIELDS],
    ['ff', 1, shapes.ITEMS],
    ['00000000000000', 1, shapes.SCORE_ITEMS],
    ['010200000000000000', 1, shapes.FIELDS_DEADLINE],
  ];
  for (const [hex, count, shape] of lines) {
    const list = new PackedList(shape);
    list.open(Buffer.from(hex, 'hex'), 0, hex.length / 2, count);
    assert.throws(() => verifyPacked(list), /packed list/, hex);
  }
});
