// The message that is being published, and how subscribers get it: an array in RESP2, a push in
// RESP3. Encoded once for all subscribers of one protocol, so the bytes do not change any more.

import { latin1Bytes } from '../../domain/bytes/ascii.ts';
import { copyBytes } from '../../domain/bytes/compare.ts';
import { integerLength, writeInteger } from '../../domain/bytes/integer.ts';

const CR = 13;
const LF = 10;
const DOLLAR = 36;
const STAR = 42;
const GREATER = 62;
const DIGIT_0 = 48;
const NO_BYTES = new Uint8Array(0);

// The words that messages begin with.
export const MESSAGE = latin1Bytes('message');
export const PATTERN_MESSAGE = latin1Bytes('pmessage');
export const SHARD_MESSAGE = latin1Bytes('smessage');

export class Message {
  private channel: Uint8Array = NO_BYTES;
  private channelStart = 0;
  private channelEnd = 0;
  private text: Uint8Array = NO_BYTES;
  private textStart = 0;
  private textEnd = 0;

  /** Borrows the channel's name and the text until clear(). */
  set(
    channel: Uint8Array,
    channelStart: number,
    channelEnd: number,
    text: Uint8Array,
    textStart: number,
    textEnd: number,
  ): void {
    this.channel = channel;
    this.channelStart = channelStart;
    this.channelEnd = channelEnd;
    this.text = text;
    this.textStart = textStart;
    this.textEnd = textEnd;
  }

  clear(): void {
    this.set(NO_BYTES, 0, 0, NO_BYTES, 0, 0);
  }

  /** The bytes for subscribers of that protocol; with the pattern that they came by, or null. */
  encode(word: Uint8Array, pattern: Uint8Array | null, protocol: number): Uint8Array {
    const { channel, channelStart, channelEnd, text, textStart, textEnd } = this;
    let size = HEADER_SIZE + bulkSize(word.length);
    if (pattern !== null) size += bulkSize(pattern.length);
    size += bulkSize(channelEnd - channelStart) + bulkSize(textEnd - textStart);
    const bytes = new Uint8Array(size);
    bytes[0] = protocol === 3 ? GREATER : STAR;
    bytes[1] = DIGIT_0 + (pattern === null ? 3 : 4);
    bytes[2] = CR;
    bytes[3] = LF;
    let at = writeBulk(bytes, HEADER_SIZE, word, 0, word.length);
    if (pattern !== null) at = writeBulk(bytes, at, pattern, 0, pattern.length);
    at = writeBulk(bytes, at, channel, channelStart, channelEnd);
    writeBulk(bytes, at, text, textStart, textEnd);
    return bytes;
  }
}

/** `*3\r\n`. */
const HEADER_SIZE = 4;

/** `$<size>\r\n<bytes>\r\n`. */
function bulkSize(size: number): number {
  return 1 + integerLength(size) + 2 + size + 2;
}

function writeBulk(
  target: Uint8Array,
  to: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  target[to] = DOLLAR;
  let at = writeInteger(target, to + 1, end - start);
  target[at] = CR;
  target[at + 1] = LF;
  copyBytes(bytes, start, end, target, at + 2);
  at += 2 + end - start;
  target[at] = CR;
  target[at + 1] = LF;
  return at + 2;
}
