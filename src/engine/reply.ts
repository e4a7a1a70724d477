// The reply writer: what a command may say, as RESP2 or RESP3 bytes in one growing buffer that is
// shared by all connections and reused from chunk to chunk.
//
// Invariants: bytes [0, size) of `buffer` are the reply so far; what was too large to copy stands
// in `parts` before them, in order. Between open() and close() of a deferred length nothing
// becomes a part.

import { copyBytes } from '../domain/bytes/compare.ts';
import { DOUBLE_LENGTH_MAX, writeDouble } from '../domain/bytes/float.ts';
import { integerLength, writeBigInteger, writeInteger } from '../domain/bytes/integer.ts';
import { joinBytes } from '../domain/bytes/join.ts';
import type { Records } from '../domain/memory/record.ts';

const NO_BYTES = new Uint8Array(0);
/** A buffer that is full doubles: to touch memory for the first time costs more than to copy it. */
const FIRST_SIZE = 4 * 1024;
/**
 * A buffer that a large reply made larger than this is not kept for the next one, and goes on in
 * another one where it can.
 */
const KEEP_SIZE_MAX = 1024 * 1024;
/** What lies in a block of its own is copied up to this size: a write of its own costs more. */
const UNCOPIED_SIZE_MIN = 32 * 1024;
/** Nearly all strings are short, and a loop of its own is compiled for them: see copyBytes(). */
const SHORT_SIZE_MAX = 40;
const CR = 13;
const LF = 10;
const DOLLAR = 36;
const STAR = 42;
const PLUS = 43;
const MINUS = 45;
const COLON = 58;
const HASH = 35;
const PERCENT = 37;
const TILDE = 126;
const GREATER = 62;
const COMMA = 44;
const OPEN_ROUND = 40;
const UNDERSCORE = 95;
const EQUALS = 61;
const PIPE = 124;
/** The longest `$<size>\r\n` or `:<integer>\r\n`. */
const HEADER_SIZE_MAX = 32;
/** The type and the end of the line around the number of a header. */
const HEADER_ENDS_SIZE = 3;
/** `$25\r\n`. */
const DOUBLE_HEADER_SIZE = 5;

/** In place of a failure: its error line was counted elsewhere, that the command failed was not. */
export const COUNTED = '';

/** A place in the reply to come back to: see mark() and rewind(). */
export interface ReplyMark {
  size: number;
  parts: number;
}

export class Reply {
  /** Made when something is to be said: most servers of a process have little to say. */
  buffer: Uint8Array = NO_BYTES;
  size = 0;
  /** Finished pieces that come before the buffer's bytes. */
  parts: Uint8Array[] = [];
  partsSize = 0;
  /** Does the client speak RESP3? */
  resp3 = false;
  /** Set by error(): the text after '-', up to the next reset by whoever looks. */
  failure: string | null = null;
  /** Deferred lengths that are not closed yet. */
  private openCount = 0;

  ok(): void {
    this.reserve(5);
    const buffer = this.buffer;
    const at = this.size;
    buffer[at] = PLUS;
    buffer[at + 1] = 79;
    buffer[at + 2] = 75;
    buffer[at + 3] = CR;
    buffer[at + 4] = LF;
    this.size = at + 5;
  }

  /** A simple string: one line without CR or LF. */
  simple(text: string): void {
    this.line(PLUS, text);
  }

  /**
   * An error line, its code first: `ERR syntax error`. Line ends in it become spaces, as in Redis.
   */
  error(text: string): void {
    const oneLine = text.replace(/[\r\n]/g, ' ');
    if (this.failure === null) this.failure = oneLine;
    this.line(MINUS, oneLine);
  }

  /** A whole number that a double holds exactly. */
  integer(value: number): void {
    this.header(COLON, value);
  }

  /** An integer of 64 bits with a sign, of two words. */
  wordsInteger(high: number, low: number): void {
    const value = high * 2 ** 32 + (low >>> 0);
    if (Number.isSafeInteger(value)) this.integer(value);
    else this.bigInteger((BigInt(high) << 32n) | BigInt(low >>> 0));
  }

  bigInteger(value: bigint): void {
    this.reserve(HEADER_SIZE_MAX);
    this.buffer[this.size] = COLON;
    this.size = writeBigInteger(this.buffer, this.size + 1, value);
    this.lineEnd();
  }

  /** A bulk string: bytes [start, end) of `bytes`, copied. */
  bulk(bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    this.reserve(length + HEADER_SIZE_MAX);
    const buffer = this.buffer;
    let at = this.size;
    buffer[at++] = DOLLAR;
    if (length < 10) buffer[at++] = 48 + length;
    else if (length < 100) {
      const tens = (length * 103) >> 10;
      buffer[at++] = 48 + tens;
      buffer[at++] = 48 + length - 10 * tens;
    } else at = writeInteger(buffer, at, length);
    buffer[at++] = CR;
    buffer[at++] = LF;
    if (length > SHORT_SIZE_MAX) {
      copyBytes(bytes, start, end, buffer, at);
      at += length;
    } else {
      let from = start;
      for (; from + 4 <= end; from += 4, at += 4) {
        buffer[at] = bytes[from];
        buffer[at + 1] = bytes[from + 1];
        buffer[at + 2] = bytes[from + 2];
        buffer[at + 3] = bytes[from + 3];
      }
      while (from < end) buffer[at++] = bytes[from++];
    }
    buffer[at] = CR;
    buffer[at + 1] = LF;
    this.size = at + 2;
  }

  /** The string of a record as a bulk string; one in a big block is sent without a copy. */
  string(records: Records, ref: number): void {
    if (records.locateValue(ref)) this.bulkUncopied(records.pinValue(ref));
    else this.bulk(records.valueBytes, records.valueStart, records.valueEnd);
  }

  /** Bytes [from, to) of a record's string as a bulk string; what is large is sent uncopied. */
  substring(records: Records, ref: number, from: number, to: number): void {
    const isBig = records.locateValue(ref);
    if (isBig && to - from > UNCOPIED_SIZE_MIN) {
      this.bulkUncopied(records.pinValue(ref).subarray(from, to));
    } else {
      const { valueBytes, valueStart } = records;
      this.bulk(valueBytes, valueStart + from, valueStart + to);
    }
  }

  /** A bulk string that is sent without a copy: the bytes must not change any more. */
  bulkUncopied(bytes: Uint8Array): void {
    this.header(DOLLAR, bytes.length);
    this.part(bytes);
    this.reserve(2);
    this.lineEnd();
  }

  /** A bulk string from text of one byte per character (latin1). */
  bulkText(text: string): void {
    this.header(DOLLAR, text.length);
    this.text(text);
    this.reserve(2);
    this.lineEnd();
  }

  /** A whole number as a bulk string. */
  bulkInteger(value: number): void {
    this.bulkText(String(value));
  }

  /** Null, where a string would have been. */
  nil(): void {
    if (this.resp3) this.mark3(UNDERSCORE);
    else this.header(DOLLAR, -1);
  }

  /** Null, where an array would have been. */
  nilArray(): void {
    if (this.resp3) this.mark3(UNDERSCORE);
    else this.header(STAR, -1);
  }

  array(count: number): void {
    this.header(STAR, count);
  }

  /** A map of `count` pairs; a flat array in RESP2. */
  map(count: number): void {
    if (this.resp3) this.header(PERCENT, count);
    else this.header(STAR, count * 2);
  }

  set(count: number): void {
    this.header(this.resp3 ? TILDE : STAR, count);
  }

  push(count: number): void {
    this.header(this.resp3 ? GREATER : STAR, count);
  }

  /** Attributes of the reply that follows: RESP3 only, the caller looks at `resp3` first. */
  attribute(count: number): void {
    this.header(PIPE, count);
  }

  boolean(value: boolean): void {
    if (!this.resp3) {
      this.header(COLON, value ? 1 : 0);
      return;
    }
    this.reserve(4);
    this.buffer[this.size++] = HASH;
    this.buffer[this.size++] = value ? 116 : 102;
    this.lineEnd();
  }

  double(value: number): void {
    this.reserve(HEADER_SIZE_MAX + DOUBLE_LENGTH_MAX);
    const { buffer } = this;
    if (this.resp3) {
      buffer[this.size] = COMMA;
      this.size = writeDouble(buffer, this.size + 1, value);
    } else {
      // The text goes where it belongs if its length has two digits.
      const start = this.size + DOUBLE_HEADER_SIZE;
      const length = writeDouble(buffer, start, value) - start;
      this.header(DOLLAR, length);
      if (length < 10) buffer.copyWithin(this.size, start, start + length);
      this.size += length;
    }
    this.lineEnd();
  }

  /** A double whose text is bytes [start, end). */
  doubleText(bytes: Uint8Array, start: number, end: number): void {
    if (!this.resp3) return this.bulk(bytes, start, end);
    this.reserve(end - start + HEADER_SIZE_MAX);
    this.buffer[this.size++] = COMMA;
    copyBytes(bytes, start, end, this.buffer, this.size);
    this.size += end - start;
    this.lineEnd();
  }

  /** A number of any length, as decimal text. */
  bigNumber(text: string): void {
    if (this.resp3) this.line(OPEN_ROUND, text);
    else this.bulkText(text);
  }

  /** Text for people; `format` is `txt` or `mkd`. */
  verbatim(text: string, format: string): void {
    if (!this.resp3) {
      this.bulkText(text);
      return;
    }
    this.header(EQUALS, text.length + 4);
    this.text(`${format}:${text}`);
    this.reserve(2);
    this.lineEnd();
  }

  /** Opens an array or set whose count is known only at close(). Returns what close() wants. */
  open(): number {
    this.openCount++;
    return this.size;
  }

  closeArray(opened: number, count: number): void {
    this.insertHeader(opened, STAR, count);
  }

  closeSet(opened: number, count: number): void {
    this.insertHeader(opened, this.resp3 ? TILDE : STAR, count);
  }

  closeMap(opened: number, count: number): void {
    this.insertHeader(opened, this.resp3 ? PERCENT : STAR, this.resp3 ? count : 2 * count);
  }

  /** Puts the cursor of a step of SCAN before what stands there since open(), an array. */
  closeScan(opened: number, cursor: number): void {
    const end = this.size;
    this.array(2);
    this.bulkInteger(cursor);
    this.closeWith(opened, end);
  }

  /** Puts what was written from `end` on before what stands there since open(). */
  closeWith(opened: number, end: number): void {
    this.openCount--;
    this.moveTo(opened, end);
  }

  /** Bytes written since the last take(). */
  get totalSize(): number {
    return this.partsSize + this.size;
  }

  mark(): ReplyMark {
    return { size: this.size, parts: this.parts.length };
  }

  /** A copy of what was written since the mark. */
  since(mark: ReplyMark): Uint8Array {
    const written = [...this.parts.slice(mark.parts), this.buffer.subarray(0, this.size)];
    // What stood in the buffer at the mark begins the first of them.
    written[0] = written[0].subarray(mark.size);
    return joinBytes(written);
  }

  /** Takes back what was written since the mark. */
  rewind(mark: ReplyMark): void {
    if (this.parts.length !== mark.parts) {
      const removed = this.parts.splice(mark.parts);
      for (const part of removed) this.partsSize -= part.length;
      // What stood in the buffer at the mark begins the first piece that was split off since.
      if (mark.size > this.buffer.length) this.buffer = new Uint8Array(removed[0].length);
      if (mark.size > 0) this.buffer.set(removed[0].subarray(0, mark.size));
    }
    this.size = mark.size;
  }

  /** Bytes as they are: for text that was encoded before (MONITOR lines, pushes). */
  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.size);
    this.size += bytes.length;
  }

  /** Bytes as they are, sent without a copy: they must not change any more. */
  rawUncopied(bytes: Uint8Array): void {
    this.part(bytes);
  }

  /** All bytes as one array of its own, and empties the writer: for tests and the text dialects. */
  take(): Uint8Array {
    const all = new Uint8Array(this.totalSize);
    let at = 0;
    for (const part of this.parts) {
      all.set(part, at);
      at += part.length;
    }
    copyBytes(this.buffer, 0, this.size, all, at);
    this.clear();
    return all;
  }

  /** Bytes of the buffer, or those that it may keep between replies: no reply makes that more. */
  get roomSize(): number {
    return Math.max(this.buffer.length, KEEP_SIZE_MAX);
  }

  /** Empties the writer; the buffer is kept unless it has grown large. */
  clear(): void {
    this.size = 0;
    this.openCount = 0;
    if (this.parts.length > 0) {
      this.parts = [];
      this.partsSize = 0;
    }
    if (this.buffer.length > KEEP_SIZE_MAX) this.buffer = new Uint8Array(FIRST_SIZE);
  }

  /** Empties the writer and leaves the buffer to whoever is still sending it. */
  detach(): void {
    this.buffer = new Uint8Array(FIRST_SIZE);
    this.clear();
  }

  private part(bytes: Uint8Array): void {
    if (this.size > 0) {
      this.parts.push(this.buffer.slice(0, this.size));
      this.partsSize += this.size;
      this.size = 0;
    }
    this.parts.push(bytes);
    this.partsSize += bytes.length;
  }

  private insertHeader(opened: number, type: number, count: number): void {
    this.openCount--;
    const size = integerLength(count) + HEADER_ENDS_SIZE;
    this.reserve(size);
    const end = this.size;
    this.buffer.copyWithin(opened + size, opened, end);
    this.size = opened;
    this.header(type, count);
    this.size = end + size;
  }

  /** Moves the bytes from `from` on to the front of those that begin at `to`. */
  private moveTo(to: number, from: number): void {
    const moved = this.buffer.slice(from, this.size);
    this.buffer.copyWithin(to + moved.length, to, from);
    this.buffer.set(moved, to);
  }

  private header(type: number, value: number): void {
    this.reserve(HEADER_SIZE_MAX);
    const buffer = this.buffer;
    let at = this.size;
    buffer[at++] = type;
    if (value >= 0 && value < 10) buffer[at++] = 48 + value;
    else at = writeInteger(buffer, at, value);
    buffer[at] = CR;
    buffer[at + 1] = LF;
    this.size = at + 2;
  }

  private line(type: number, text: string): void {
    this.reserve(text.length + 3);
    this.buffer[this.size++] = type;
    this.text(text);
    this.lineEnd();
  }

  private text(text: string): void {
    this.reserve(text.length + 2);
    const buffer = this.buffer;
    let at = this.size;
    for (let i = 0; i < text.length; i++) buffer[at++] = text.charCodeAt(i);
    this.size = at;
  }

  private mark3(type: number): void {
    this.reserve(3);
    this.buffer[this.size++] = type;
    this.lineEnd();
  }

  private lineEnd(): void {
    this.buffer[this.size++] = CR;
    this.buffer[this.size++] = LF;
  }

  private reserve(more: number): void {
    if (this.size + more > this.buffer.length) this.grow(more);
  }

  private grow(more: number): void {
    if (this.size > KEEP_SIZE_MAX && this.openCount === 0) {
      this.parts.push(this.buffer.subarray(0, this.size));
      this.partsSize += this.size;
      this.size = 0;
      this.buffer = new Uint8Array(Math.max(KEEP_SIZE_MAX, more));
      return;
    }
    const size = Math.max(FIRST_SIZE, this.buffer.length * 2, this.size + more);
    const larger = new Uint8Array(size);
    larger.set(this.buffer.subarray(0, this.size));
    this.buffer = larger;
  }
}
