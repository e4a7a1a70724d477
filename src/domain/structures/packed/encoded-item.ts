// An item in the form that it has in a packed list: a header, or an integer, beside the bytes that
// it was made of, which are not copied. It is encoded once and then written, or compared with the
// entries of a list; borrowed as long as the bytes are.
import { copyBytes } from '../../bytes/compare.ts';
import { INT64_TEXT_MAX, Int64 } from '../../bytes/int64.ts';
import {
  BACK_2,
  backSize,
  entrySize,
  HEAD_STRING_6,
  HEAD_STRING_12,
  HEAD_STRING_32,
  isString,
  stringHeadSize,
  writeBack,
} from './entry.ts';
import { writeIntegerHead } from './integer-entry.ts';

const MINUS = 0x2d;
const NINE = 0x39;
const HEAD_SIZE_MAX = 9;
/** Sizes from which on bytes need a longer header. */
const STRING_12 = 64;
const STRING_32 = 4096;
const NO_BYTES = new Uint8Array(0);

export class EncodedItem {
  /** The header, or the whole integer. */
  private readonly head = new Uint8Array(HEAD_SIZE_MAX);
  private headSize = 0;
  private bytes: Uint8Array = NO_BYTES;
  private start = 0;
  private end = 0;
  private readonly int64 = new Int64();

  /** The size of the entry without its back length. */
  get size(): number {
    return this.headSize + (this.end - this.start);
  }

  /** The size of the entry with its back length. */
  get sizeWithBack(): number {
    const { size } = this;
    return size + backSize(size);
  }

  /** The first byte of the entry. */
  get first(): number {
    return this.head[0];
  }

  /** The last byte of the entry. */
  get last(): number {
    if (this.start < this.end) return this.bytes[this.end - 1];
    return this.head[this.headSize - 1];
  }

  /** Encodes the item buffer[start, end). */
  set(buffer: Uint8Array, start: number, end: number): void {
    const size = end - start;
    if (size > 0 && size <= INT64_TEXT_MAX && buffer[start] >= MINUS && buffer[start] <= NINE) {
      if (this.int64.parse(buffer, start, end)) return this.setInteger();
    }
    this.bytes = buffer;
    this.start = start;
    this.end = end;
    const { head } = this;
    if (size < STRING_12) {
      head[0] = HEAD_STRING_6 | size;
      this.headSize = 1;
    } else if (size < STRING_32) {
      head[0] = HEAD_STRING_12 | (size >>> 8);
      head[1] = size;
      this.headSize = 2;
    } else {
      head[0] = HEAD_STRING_32;
      for (let i = 0; i < 4; i++) head[1 + i] = size >>> (8 * i);
      this.headSize = 5;
    }
  }

  /** Takes the entry at `at` as it is. */
  take(bytes: Uint8Array, at: number): void {
    const { head } = this;
    const end = at + entrySize(bytes, at);
    const first = bytes[at];
    this.headSize = isString(first) ? stringHeadSize(first) : end - at;
    for (let i = 0; i < this.headSize; i++) head[i] = bytes[at + i];
    this.bytes = bytes;
    this.start = at + this.headSize;
    this.end = end;
  }

  /** Writes the entry without a back length at `at`; returns the position after it. */
  write(target: Uint8Array, at: number): number {
    const { head, headSize } = this;
    target[at] = head[0];
    for (let i = 1; i < headSize; i++) target[at + i] = head[i];
    copyBytes(this.bytes, this.start, this.end, target, at + headSize);
    return at + headSize + (this.end - this.start);
  }

  /** Writes the entry with its back length at `at`; returns the position after it. */
  writeWithBack(target: Uint8Array, at: number): number {
    const end = this.write(target, at);
    const size = end - at;
    if (size >= BACK_2) return writeBack(target, end, size);
    target[end] = size;
    return end + 1;
  }

  /** Is the entry at `at` this one? */
  equals(bytes: Uint8Array, at: number): boolean {
    const { head, headSize } = this;
    for (let i = 0; i < headSize; i++) if (bytes[at + i] !== head[i]) return false;
    // Items are of equal size here.
    const own = this.bytes;
    for (let i = this.start, j = at + headSize; i < this.end; i++, j++) {
      if (own[i] !== bytes[j]) return false;
    }
    return true;
  }

  private setInteger(): void {
    const { head, int64 } = this;
    this.bytes = NO_BYTES;
    this.start = 0;
    this.end = 0;
    this.headSize = writeIntegerHead(head, 0, int64.high, int64.low);
  }
}
