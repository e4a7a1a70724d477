// Writes lengths, strings and numbers in the RDB format, each in the form that Redis gives it.
import { parseInteger } from '../../domain/bytes/integer.ts';
import { LzfPacker } from '../../domain/bytes/lzf.ts';
import { type ByteSink, SPAN_MAX, writeBytes } from './sink.ts';
import {
  CODED_INT8,
  CODED_INT16,
  CODED_INT32,
  CODED_LZF,
  LENGTH_14,
  LENGTH_32,
  LENGTH_64,
  LENGTH_CODED,
} from './types.ts';

/** The longest text of an integer of 32 bits. */
const INTEGER_SIZE_MAX = 11;
/** Redis packs no shorter strings, and those only that lose four bytes at least. */
const PACKED_SIZE_MIN = 21;
const PACKED_GAIN_MIN = 4;
const LENGTH_SIZE_MAX = 9;
const WORD = 2 ** 32;
const INT64_END = 2 ** 63;
const FIRST_ROOM = 1024;
/** What was needed for a longer string is not kept for the next one. */
const KEPT_ROOM = 256 * 1024;

/** Where long strings are written in pieces, and not packed, this is long. */
const LONG_SIZE_MIN = 128 * 1024;
const NO_BYTES = new Uint8Array(0);

export class RdbWriter {
  /** Are strings packed? rdbcompression. */
  packs = true;
  /** Are long strings written in pieces by goOn(), where nothing follows at once? */
  isPatient = false;
  /** And are they packed before, in pieces too? That takes as much memory once more. */
  packsLong = false;
  private isPacking = false;
  /** What is left to write of a long string. */
  private rest: Uint8Array = NO_BYTES;
  private restAt = 0;
  private restEnd = 0;
  private readonly sink: ByteSink;
  private readonly packer = new LzfPacker();
  private room = new Uint8Array(FIRST_ROOM);
  private readonly double = new Float64Array(1);
  private readonly doubleBytes = new Uint8Array(this.double.buffer);

  constructor(sink: ByteSink) {
    this.sink = sink;
  }

  byte(value: number): void {
    const { sink } = this;
    sink.reserve(1);
    sink.bytes[sink.at++] = value;
  }

  length(length: number): void {
    const { sink } = this;
    sink.reserve(LENGTH_SIZE_MAX);
    if (length < 1 << 6) {
      sink.bytes[sink.at++] = length;
    } else if (length < 1 << 14) {
      sink.bytes[sink.at++] = (LENGTH_14 << 6) | (length >>> 8);
      sink.bytes[sink.at++] = length;
    } else if (length < WORD) {
      sink.bytes[sink.at++] = LENGTH_32;
      this.bigEndian(length);
    } else {
      sink.bytes[sink.at++] = LENGTH_64;
      this.bigEndian(Math.floor(length / WORD));
      this.bigEndian(length % WORD);
    }
  }

  /** A length of 64 bits, in two words. */
  wide(high: number, low: number): void {
    if (high === 0) return this.length(low >>> 0);
    const { sink } = this;
    sink.reserve(LENGTH_SIZE_MAX);
    sink.bytes[sink.at++] = LENGTH_64;
    this.bigEndian(high);
    this.bigEndian(low);
  }

  /** Bytes as they are. */
  raw(bytes: Uint8Array, start: number, end: number): void {
    writeBytes(this.sink, bytes, start, end);
  }

  string(bytes: Uint8Array, start: number, end: number): void {
    const size = end - start;
    if (size <= INTEGER_SIZE_MAX && this.integer(parseInteger(bytes, start, end))) return;
    const mayPack = this.packs && size >= PACKED_SIZE_MIN && !this.isLong(size);
    if (mayPack && this.packed(bytes, start, end)) return;
    this.length(size);
    writeBytes(this.sink, bytes, start, end);
  }

  /** Writes a string behind which nothing follows until goOn() has said that it is whole. */
  lastString(bytes: Uint8Array, start: number, end: number): void {
    if (!this.isLong(end - start)) return this.string(bytes, start, end);
    this.rest = bytes;
    this.restAt = start;
    this.restEnd = end;
    this.isPacking = this.packs && this.packsLong;
    if (!this.isPacking) return this.length(end - start);
    const max = end - start - PACKED_GAIN_MIN;
    this.room = new Uint8Array(max);
    this.packer.begin(bytes, start, end, this.room, max);
  }

  /** Is a string of this size written in pieces? */
  isLong(size: number): boolean {
    return this.isPatient && size >= LONG_SIZE_MIN;
  }

  /** Is there more of a long string to be written? */
  get isBehind(): boolean {
    return this.restAt < this.restEnd;
  }

  /** Writes a piece of a long string. Is there more of it? */
  goOn(): boolean {
    if (this.isPacking) return this.packOn();
    const end = Math.min(this.restEnd, this.restAt + SPAN_MAX);
    writeBytes(this.sink, this.rest, this.restAt, end);
    this.restAt = end;
    if (this.isBehind) return true;
    this.rest = NO_BYTES;
    return false;
  }

  /** Packs a piece of a long string, which is written when all of it is packed. */
  private packOn(): boolean {
    const { packer, restAt, restEnd, room } = this;
    if (packer.goOn(SPAN_MAX)) return true;
    this.isPacking = false;
    this.room = new Uint8Array(FIRST_ROOM);
    const { size } = packer;
    if (size === 0) this.length(restEnd - restAt);
    else {
      this.packedHeader(size, restEnd - restAt);
      this.rest = room;
      this.restAt = 0;
      this.restEnd = size;
    }
    return true;
  }

  binaryDouble(value: number): void {
    this.double[0] = value;
    writeBytes(this.sink, this.doubleBytes, 0, this.doubleBytes.length);
  }

  /** Milliseconds since 1970, 8 bytes. */
  milliseconds(timeMs: number): void {
    const { sink } = this;
    sink.reserve(8);
    if (timeMs >= INT64_END) {
      // The latest moment of all, which is no double.
      this.littleEndian(-1);
      this.littleEndian(0x7fffffff);
      return;
    }
    const high = Math.floor(timeMs / WORD);
    this.littleEndian((timeMs - high * WORD) | 0);
    this.littleEndian(high | 0);
  }

  /** Writes an integer that has 32 bits at most; false for others, and for NaN. */
  private integer(value: number): boolean {
    if (value !== (value | 0)) return false;
    const isByte = value === (value << 24) >> 24;
    const isShort = value === (value << 16) >> 16;
    const code = isByte ? CODED_INT8 : isShort ? CODED_INT16 : CODED_INT32;
    const { sink } = this;
    sink.reserve(5);
    sink.bytes[sink.at++] = (LENGTH_CODED << 6) | code;
    for (let i = 0; i < 1 << code; i++) sink.bytes[sink.at++] = value >>> (8 * i);
    return true;
  }

  /** Writes a string packed, if that makes it smaller. */
  private packed(bytes: Uint8Array, start: number, end: number): boolean {
    const max = end - start - PACKED_GAIN_MIN;
    if (this.room.length < max) this.room = new Uint8Array(Math.max(max, FIRST_ROOM));
    const size = this.packer.pack(bytes, start, end, this.room, max);
    if (size > 0) {
      this.packedHeader(size, end - start);
      writeBytes(this.sink, this.room, 0, size);
    }
    if (this.room.length > KEPT_ROOM) this.room = new Uint8Array(FIRST_ROOM);
    return size > 0;
  }

  /** What stands before a packed string of so many bytes. */
  private packedHeader(packedSize: number, size: number): void {
    this.byte((LENGTH_CODED << 6) | CODED_LZF);
    this.length(packedSize);
    this.length(size);
  }

  private bigEndian(word: number): void {
    const { sink } = this;
    for (let shift = 24; shift >= 0; shift -= 8) sink.bytes[sink.at++] = word >>> shift;
  }

  private littleEndian(word: number): void {
    const { sink } = this;
    for (let shift = 0; shift < 32; shift += 8) sink.bytes[sink.at++] = word >>> shift;
  }
}
