// A request: one command as argument offsets into one buffer, and what handlers ask of arguments.
// The object is reused for every command; its bytes are valid until the handler returns. Keeping
// them is a visible act: copy().
//
// How things fail, here and in all of commands/: whatever takes the reply writer and can fail has
// replied with the error itself when it answers REFUSED (or false, where true has nothing else to
// say); the caller only returns. The compiler asks for the look at REFUSED.

import { equalsIgnoreCase, latin1Text } from '../domain/bytes/ascii.ts';
import {
  INT32_MAX,
  INT32_MIN,
  isInteger64,
  parseBigInteger,
  parseInteger,
} from '../domain/bytes/integer.ts';
import {
  DB_OUT_OF_RANGE,
  INT_OUT_OF_RANGE,
  invalidExpire,
  NOT_AN_INTEGER,
} from '../domain/errors.ts';
import type { Database } from '../domain/keyspace/database.ts';
import type { Reply } from './reply.ts';

const FIRST_ARGUMENTS = 16;
/** Room for this many arguments is kept for the next request. */
const KEPT_ARGUMENTS = 256;
const NO_BYTES = new Uint8Array(0);

/** No word that means anything is longer, and no error, log line or list shows more of one. */
export const WORD_SIZE_MAX = 4096;

const INT64_MAX = 2n ** 63n - 1n;

/** The type of REFUSED: nothing can be done with it but isRefused(). */
export interface Refused {
  readonly refused: never;
}

/**
 * The answer of what could not do as it was asked, and has replied why. It is NaN in disguise: then
 * what answers numbers always answers a double, and nothing is allocated.
 */
export const REFUSED = Number.NaN as unknown as Refused;

export function isRefused(answer: unknown): answer is Refused {
  return Number.isNaN(answer);
}

/** Who knows whose the buffer is that is being run. */
export interface BufferGiver {
  /** Is this buffer the asker's from here on, who needs so many bytes of it? */
  gives(buffer: Uint8Array, size: number): boolean;
}

export class Request {
  buffer: Uint8Array = NO_BYTES;
  starts = new Int32Array(FIRST_ARGUMENTS);
  ends = new Int32Array(FIRST_ARGUMENTS);
  /** Arguments, the command's name included. */
  count = 0;
  /** Where the request began in the buffer. */
  origin = 0;
  /** Where the first key begins, and its hash, for who has looked: see lookahead.ts. */
  keyStart = -1;
  keyHash = 0;

  /** Empties the request: the next one begins at `origin`. */
  begin(origin: number): void {
    this.count = 0;
    this.origin = origin;
    this.keyStart = -1;
  }

  /** Adds an argument: bytes [start, end) of the buffer. Room doubles as arguments really come. */
  push(start: number, end: number): void {
    if (this.count === this.starts.length) this.grow();
    this.starts[this.count] = start;
    this.ends[this.count] = end;
    this.count++;
  }

  /** Makes room for twice as many arguments. */
  grow(): void {
    const starts = new Int32Array(this.starts.length * 2);
    const ends = new Int32Array(this.ends.length * 2);
    starts.set(this.starts);
    ends.set(this.ends);
    this.starts = starts;
    this.ends = ends;
  }

  /** Bytes of what tells where the arguments are, if they are more than are kept. */
  get room(): number {
    const isKept = this.starts.length <= KEPT_ARGUMENTS;
    return isKept ? 0 : this.starts.byteLength + this.ends.byteLength;
  }

  /** Empties the request, and keeps neither its bytes nor room for many arguments. */
  letGo(): void {
    this.count = 0;
    this.buffer = NO_BYTES;
    if (this.starts.length <= KEPT_ARGUMENTS) return;
    this.starts = new Int32Array(FIRST_ARGUMENTS);
    this.ends = new Int32Array(FIRST_ARGUMENTS);
  }

  size(argument: number): number {
    return this.ends[argument] - this.starts[argument];
  }

  /** Bytes of all arguments. */
  get totalSize(): number {
    let size = 0;
    for (let i = 0; i < this.count; i++) size += this.ends[i] - this.starts[i];
    return size;
  }

  /** Is the argument this word, in whatever case it is written? `word` is in lower case. */
  is(argument: number, word: string): boolean {
    return equalsIgnoreCase(this.buffer, this.starts[argument], this.ends[argument], word);
  }

  /** The argument as a word: its bytes, one character each (latin1), of a long one the first. */
  text(argument: number): string {
    return wordText(this.buffer, this.starts[argument], this.ends[argument]);
  }

  /** The text up to its first NUL: what Redis, too, sees where it has a C string. */
  textUntilNul(argument: number): string {
    return untilNul(this.text(argument));
  }

  /** An integer of 64 bits: exact up to 2^53, beyond that the nearest double. See bigInteger(). */
  integer(argument: number, reply: Reply, error: string = NOT_AN_INTEGER): number | Refused {
    const { buffer } = this;
    const start = this.starts[argument];
    const end = this.ends[argument];
    const value = parseInteger(buffer, start, end);
    if (!Number.isNaN(value)) return value;
    if (isInteger64(buffer, start, end)) return Number(latin1Text(buffer, start, end));
    reply.error(error);
    return REFUSED;
  }

  /** The exact value, where integer() answered what is no safe integer. */
  bigInteger(argument: number): bigint {
    const { buffer, starts, ends } = this;
    const value = parseBigInteger(buffer, starts[argument], ends[argument]);
    if (value === null) throw new Error('the argument is not what integer() accepted');
    return value;
  }

  /** An integer from `min` to `max`; the same error says that it is none or another one. */
  integerWithin(
    argument: number,
    min: number,
    max: number,
    reply: Reply,
    error: string,
  ): number | Refused {
    const value = this.integer(argument, reply, error);
    if (isRefused(value) || (value >= min && value <= max)) return value;
    reply.error(error);
    return REFUSED;
  }

  /** The database whose number the argument is. */
  database(argument: number, databases: readonly Database[], reply: Reply): Database | Refused {
    const index = this.integer(argument, reply);
    if (isRefused(index)) return REFUSED;
    if (index >= 0 && index < databases.length) return databases[index];
    const isInt = index >= INT32_MIN && index <= INT32_MAX;
    reply.error(isInt ? DB_OUT_OF_RANGE : INT_OUT_OF_RANGE);
    return REFUSED;
  }

  /**
   * The deadline in ms that is `unitMs` times the argument after `baseMs`, for the command of that
   * name; it may have passed. Redis wants it to be an integer of 64 bits.
   */
  deadline(
    argument: number,
    unitMs: number,
    baseMs: number,
    command: string,
    reply: Reply,
  ): number | Refused {
    const time = this.integer(argument, reply);
    if (isRefused(time)) return REFUSED;
    // A safe integer of seconds and the base stay below 2^63 ms.
    if (Number.isSafeInteger(time)) return time * unitMs + baseMs;
    const timeMs = this.bigInteger(argument) * BigInt(unitMs);
    const deadlineMs = timeMs + BigInt(baseMs);
    if (timeMs === BigInt.asIntN(64, timeMs) && deadlineMs <= INT64_MAX) return Number(deadlineMs);
    reply.error(invalidExpire(command));
    return REFUSED;
  }

  /** A copy of one argument's bytes, for keeps. */
  copy(argument: number): Uint8Array {
    return this.buffer.slice(this.starts[argument], this.ends[argument]);
  }

  /** All of it, for keeps: a copy, or with the buffer of a large argument, which it has then. */
  keep(large: BufferGiver): Request {
    const { buffer, starts, ends, count } = this;
    const start = starts[0];
    const end = ends[count - 1];
    const kept = new Request();
    if (large.gives(buffer, end - start)) kept.assign(this, buffer, 0);
    else kept.assign(this, buffer.slice(start, end), -start);
    return kept;
  }

  /**
   * Takes another request's arguments over, their bytes now lying `shift` further on in `buffer`.
   */
  assign(other: Request, buffer: Uint8Array, shift: number): void {
    this.begin(other.origin + shift);
    this.buffer = buffer;
    for (let i = 0; i < other.count; i++) this.push(other.starts[i] + shift, other.ends[i] + shift);
  }

  /** The bytes of this request lie `shift` further on from here on. */
  move(shift: number): void {
    this.origin += shift;
    for (let i = 0; i < this.count; i++) {
      this.starts[i] += shift;
      this.ends[i] += shift;
    }
  }

  /** Makes a request of separate arguments, in a buffer of its own: for text dialects and tests. */
  static of(args: readonly Uint8Array[]): Request {
    const request = new Request();
    let size = 0;
    for (const arg of args) size += arg.length;
    request.buffer = new Uint8Array(size);
    let at = 0;
    for (const arg of args) {
      request.buffer.set(arg, at);
      request.push(at, at + arg.length);
      at += arg.length;
    }
    return request;
  }
}

/** The bytes as a word: one character each (latin1), of many the first. */
export function wordText(buffer: Uint8Array, start: number, end: number): string {
  return latin1Text(buffer, start, Math.min(end, start + WORD_SIZE_MAX));
}

/** The text up to its first NUL. */
export function untilNul(text: string): string {
  const nul = text.indexOf('\0');
  return nul < 0 ? text : text.slice(0, nul);
}
