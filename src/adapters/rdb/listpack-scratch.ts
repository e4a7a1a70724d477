// A listpack that is put together of the entries of our packed lists, which have no header like
// its, and mostly no back lengths.
import type { HashKey } from '../../domain/bytes/hash.ts';
import { EncodedItem } from '../../domain/structures/packed/encoded-item.ts';
import { LISTPACK_END } from '../../domain/structures/packed/entry.ts';
import { RowBuffer } from '../../domain/values/builders/row-buffer.ts';
import type { RdbWriter } from './writer.ts';

/** Of the whole, before the count. */
const SIZE_SIZE = 4;
const END_SIZE = 1;

export class ListpackScratch {
  private readonly rows: RowBuffer;
  private readonly encoded = new EncodedItem();

  constructor(hashKey: HashKey) {
    this.rows = new RowBuffer(hashKey);
  }

  begin(): void {
    this.rows.begin(SIZE_SIZE);
  }

  /** Adds an item. */
  add(bytes: Uint8Array, start: number, end: number): void {
    this.encoded.set(bytes, start, end);
    this.addEncoded();
  }

  /** Adds the entry at `at`, which has no back length. */
  addEntry(bytes: Uint8Array, at: number): void {
    this.encoded.take(bytes, at);
    this.addEncoded();
  }

  /** Adds `count` entries that have theirs. */
  addEntries(bytes: Uint8Array, start: number, end: number, count: number): void {
    this.rows.reserve(end - start + END_SIZE);
    this.rows.addRowsWithBack(bytes, start, end, count);
  }

  /** Completes the listpack and writes it as a string; nothing large is kept. */
  writeTo(writer: RdbWriter): void {
    const { rows } = this;
    rows.reserve(END_SIZE);
    rows.finish();
    const { bytes } = rows;
    const size = rows.size + END_SIZE;
    for (let i = 0; i < SIZE_SIZE; i++) bytes[i] = size >>> (8 * i);
    bytes[rows.size] = LISTPACK_END;
    writer.string(bytes, 0, size);
    rows.begin(SIZE_SIZE);
  }

  /** The end has its room from here on: it must not double the buffer of a large item. */
  private addEncoded(): void {
    this.rows.reserve(this.encoded.sizeWithBack + END_SIZE);
    this.rows.addWithBack(this.encoded);
  }
}
