// Commands of a journal in RESP: `*2\r\n$3\r\nDEL\r\n$1\r\nk\r\n`. Lines that begin with # are
// notes, as the `#TS:1700000000` of aof-timestamp-enabled.
//
// A file is read as it was written: nothing but canonical lengths and line ends is taken for a
// command, so that a flipped bit is found.
import { REQUEST_SIZE_MAX } from '../../domain/limits.ts';
import { type CommandReader, CUT, DAMAGED, WHOLE } from '../../engine/journal/command-reader.ts';
import { Request } from '../../engine/request.ts';

const CR = 13;
const LF = 10;
const HASH = 35;
const DOLLAR = 36;
const STAR = 42;
/** Redis skips no longer notes. */
const NOTE_SIZE_MAX = 1024;
/** Digits of the largest count and size. */
const DIGITS_MAX = 10;
/** What number() found when it is none. */
const NO_NUMBER = -1;
const NOT_YET = -2;

export class RespReader implements CommandReader {
  readonly request = new Request();
  next = 0;
  problem = '';

  read(buffer: Uint8Array, at: number, end: number): number {
    const { request } = this;
    request.begin(at);
    request.buffer = buffer;
    this.next = at;
    if (at >= end) return CUT;
    if (buffer[at] === HASH) return this.readNote(buffer, at, end);
    const count = this.number(buffer, end, STAR);
    if (count === NOT_YET) return CUT;
    if (count < 1) return this.fail("expected a count: '*' and a number");
    for (let i = 0; i < count; i++) {
      const size = this.number(buffer, end, DOLLAR);
      if (size === NOT_YET) return CUT;
      if (size === NO_NUMBER) return this.fail("expected a size: '$' and a number");
      const start = this.next;
      if (start - at + size > REQUEST_SIZE_MAX) return this.fail('the command is too large');
      const stop = start + size;
      if (stop + 2 > end) {
        if (stop < end && buffer[stop] !== CR) return this.fail('an argument has no end');
        return CUT;
      }
      if (buffer[stop] !== CR || buffer[stop + 1] !== LF)
        return this.fail('an argument has no end');
      request.push(start, stop);
      this.next = stop + 2;
    }
    return WHOLE;
  }

  nextBeginning(buffer: Uint8Array, at: number, end: number): number {
    for (let i = Math.max(at, 2); i < end; i++) {
      const begins = buffer[i] === STAR || buffer[i] === HASH;
      if (begins && buffer[i - 1] === LF && buffer[i - 2] === CR) return i;
    }
    return -1;
  }

  private readNote(buffer: Uint8Array, at: number, end: number): number {
    const lineEnd = buffer.subarray(at, Math.min(end, at + NOTE_SIZE_MAX)).indexOf(LF);
    if (lineEnd < 0) return end - at < NOTE_SIZE_MAX ? CUT : this.fail('a note is too long');
    this.next = at + lineEnd + 1;
    return WHOLE;
  }

  /** The number of a line that begins with `type` at `next`, which then stands behind the line. */
  private number(buffer: Uint8Array, end: number, type: number): number {
    let at = this.next;
    if (at >= end) return NOT_YET;
    if (buffer[at++] !== type) return NO_NUMBER;
    const first = at;
    let value = 0;
    for (; at < end; at++) {
      const digit = buffer[at] - 48;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    const digits = at - first;
    if (digits > DIGITS_MAX || (digits > 1 && buffer[first] === 48)) return NO_NUMBER;
    if (at >= end) return NOT_YET;
    if (digits === 0 || buffer[at] !== CR) return NO_NUMBER;
    if (at + 1 >= end) return NOT_YET;
    if (buffer[at + 1] !== LF) return NO_NUMBER;
    this.next = at + 2;
    return value;
  }

  private fail(problem: string): number {
    this.problem = problem;
    return DAMAGED;
  }
}
