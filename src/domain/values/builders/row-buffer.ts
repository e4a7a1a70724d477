// Packed rows while they come, one by one, in a buffer outside of the arena that grows with them;
// and a table of their first entries, by which an item that comes twice is noticed at once.
//
// Rows lie as in a value (structures/packed): `prefix` bytes, the count, then the rows.
import { copyBytes } from '../../bytes/compare.ts';
import { type HashKey, halfSipHash } from '../../bytes/hash.ts';
import type { EncodedItem } from '../../structures/packed/encoded-item.ts';
import { entrySize } from '../../structures/packed/entry.ts';
import { COUNT_SIZE } from '../../structures/packed/packed-list.ts';

const FIRST_SIZE = 1024;
const FIRST_SLOTS = 64;
/** What was needed for more is not kept for the next value. */
const KEPT_SIZE = 256 * 1024;
const KEPT_SLOTS = 4096;
const COUNT_MAX = 0xffff;
const DOUBLE_SIZE = 8;

export class RowBuffer {
  bytes = new Uint8Array(FIRST_SIZE);
  /** Bytes of the value so far. */
  size = 0;
  count = 0;
  /** Where the rows begin. */
  start = 0;
  private readonly hashKey: HashKey;
  /** Where first entries are, plus 1; 0 for an empty slot. */
  private slots = new Int32Array(FIRST_SLOTS);
  private readonly double = new Float64Array(1);
  private readonly doubleBytes = new Uint8Array(this.double.buffer);

  constructor(hashKey: HashKey) {
    this.hashKey = hashKey;
  }

  /** Begins a value with so many zero bytes before its count. */
  begin(prefix: number): void {
    this.letGo();
    this.start = prefix + COUNT_SIZE;
    this.bytes.fill(0, 0, this.start);
    this.size = this.start;
    this.count = 0;
  }

  /**
   * Adds a first entry behind `before` bytes, which are undefined, unless another row has the same.
   * Was it added?
   */
  addFirst(item: EncodedItem, before: number): boolean {
    const at = this.size + before;
    this.reserve(before + item.size);
    const end = item.write(this.bytes, at);
    if (!this.enter(item, at, end)) return false;
    this.count++;
    this.size = end;
    return true;
  }

  /** Adds another entry to the last row. */
  add(item: EncodedItem): void {
    this.reserve(item.size);
    this.size = item.write(this.bytes, this.size);
  }

  /** Adds an entry with its back length, as a row of a list, where each may come again. */
  addWithBack(item: EncodedItem): void {
    this.reserve(item.sizeWithBack);
    this.size = item.writeWithBack(this.bytes, this.size);
    this.count++;
  }

  /** Adds `count` rows of a list, which lie in bytes[start, end) as they are to lie here. */
  addRowsWithBack(bytes: Uint8Array, start: number, end: number, count: number): void {
    this.reserve(end - start);
    copyBytes(bytes, start, end, this.bytes, this.size);
    this.size += end - start;
    this.count += count;
  }

  /** Adds a double to the last row. */
  addDouble(value: number): void {
    this.reserve(DOUBLE_SIZE);
    this.writeDouble(this.size, value);
    this.size += DOUBLE_SIZE;
  }

  writeDouble(at: number, value: number): void {
    this.double[0] = value;
    for (let i = 0; i < DOUBLE_SIZE; i++) this.bytes[at + i] = this.doubleBytes[i];
  }

  /** Writes the count: the value is whole. */
  finish(): void {
    const { bytes, start, count } = this;
    const written = Math.min(count, COUNT_MAX);
    bytes[start - COUNT_SIZE] = written;
    bytes[start - COUNT_SIZE + 1] = written >>> 8;
  }

  /** Makes room for so many bytes more. */
  reserve(size: number): void {
    const { bytes } = this;
    if (this.size + size <= bytes.length) return;
    const larger = new Uint8Array(Math.max(this.size + size, 2 * bytes.length));
    larger.set(bytes.subarray(0, this.size));
    this.bytes = larger;
  }

  /** Gives back what was needed for a large value. */
  private letGo(): void {
    if (this.bytes.length > KEPT_SIZE) this.bytes = new Uint8Array(FIRST_SIZE);
    if (this.slots.length > KEPT_SLOTS) this.slots = new Int32Array(FIRST_SLOTS);
    else if (this.count > 0) this.slots.fill(0);
  }

  /** Enters bytes[at, end), which are the item, into the table, if they are not there yet. */
  private enter(item: EncodedItem, at: number, end: number): boolean {
    if (this.count * 2 >= this.slots.length) this.growTable();
    const { bytes, slots, hashKey } = this;
    const mask = slots.length - 1;
    let slot = halfSipHash(hashKey, bytes, at, end) & mask;
    for (; slots[slot] !== 0; slot = (slot + 1) & mask) {
      if (item.equals(bytes, slots[slot] - 1)) return false;
    }
    slots[slot] = at + 1;
    return true;
  }

  private growTable(): void {
    const { bytes, slots, hashKey } = this;
    const larger = new Int32Array(2 * slots.length);
    const mask = larger.length - 1;
    for (const place of slots) {
      if (place === 0) continue;
      const at = place - 1;
      let slot = halfSipHash(hashKey, bytes, at, at + entrySize(bytes, at)) & mask;
      while (larger[slot] !== 0) slot = (slot + 1) & mask;
      larger[slot] = place;
    }
    this.slots = larger;
  }
}
