// RESP, and inline commands, as the language of one connection: finds the requests in its bytes.
//
// A parser fills Requests with offsets into the buffer it is given and can go on where it stopped,
// when more bytes come: nothing is parsed twice. A chunk is parsed by a parser that all connections
// of a server share. A connection whose last request does not end with its chunk gets a parser of
// its own, which goes on with that request.
//
// Invariants:
// - A parser's `position` is the next byte to look at, `start` where the running request began.
// - Lengths from the wire only bound what is waited for; memory is taken as bytes really come.
// - `own` has parsed the pending bytes as far as they go; when there are none, or nobody has looked
//   at them yet, it stands at 0.

import { latin1Text } from '../../domain/bytes/ascii.ts';
import { isInteger64 } from '../../domain/bytes/integer.ts';
import { splitArgs } from '../../domain/bytes/split-args.ts';
import { REQUEST_SIZE_MAX } from '../../domain/limits.ts';
import { LOOKAHEAD_MAX } from '../../engine/lookahead.ts';
import { NEEDS_AUTHENTICATION } from '../../engine/needs.ts';
import { Request } from '../../engine/request.ts';
import { REPLY_ON, type Session } from '../../engine/session.ts';
import type { Connection, Language } from '../wire/connection.ts';

/** What parse() found. */
const INCOMPLETE = 0;
const COMPLETE = 1;
/** The stream is broken: `problem` says how; the connection is to be closed. */
const BROKEN = 2;

/** A line (inline command, or a header with its length) may not be longer. */
const LINE_SIZE_MAX = 64 * 1024;
/** Redis's bound for the number of arguments. */
const ARGUMENTS_MAX = 2 ** 31 - 1;
/** Who has not authenticated yet sends little. */
const UNAUTHENTICATED_ARGUMENTS_MAX = 10;
const UNAUTHENTICATED_BULK_SIZE_MAX = 16384;
const CR = 13;
const LF = 10;
const STAR = 42;
const DOLLAR = 36;
const NOT_A_LENGTH = -(2 ** 40);
const NO_BULK = -1;

export class Resp implements Language {
  readonly translator = null;
  private readonly shared: RequestParser;
  /** Made for the first request that does not end with its chunk. */
  private own: RequestParser | null = null;

  constructor(shared: RequestParser) {
    this.shared = shared;
  }

  get neededEnd(): number {
    return this.own?.neededEnd() ?? 0;
  }

  get parsedSize(): number {
    return this.own?.position ?? 0;
  }

  get argumentsSize(): number {
    return this.own?.request.totalSize ?? 0;
  }

  get argumentsRoom(): number {
    return this.own?.room ?? 0;
  }

  letGo(): void {
    this.own?.letGo();
  }

  /** Parses and executes, a window of requests at a time. */
  consume(connection: Connection, session: Session, buffer: Uint8Array, end: number): number {
    const { server } = connection;
    const { live, lookahead } = server;
    const parser = buffer === connection.pending.buffer ? this.ofPending() : this.shared;
    // The pending bytes are parsed from where the last chunk ended.
    if (parser === this.shared) parser.begin(0, 0);
    const { window } = parser;
    for (;;) {
      const isUnknown = (session.denied & NEEDS_AUTHENTICATION) !== 0;
      const isTrusted = !isUnknown || !server.requiresPassword;
      const countMax = isTrusted ? LOOKAHEAD_MAX : 1;
      let count = 0;
      let status = parser.parse(buffer, end, live.bulkSizeMax, isTrusted);
      while (status === COMPLETE && ++count < countMax && parser.position < end) {
        parser.begin(count, parser.position);
        status = parser.parse(buffer, end, live.bulkSizeMax, isTrusted);
      }
      const isPrepared = count >= lookahead.requestsMin;
      if (isPrepared) lookahead.prepare(window, count, session.databaseIndex);
      const found = isPrepared ? lookahead.found : null;
      const ran = connection.execute(session, window, count, found);
      if (isPrepared) lookahead.end();
      if (ran < count) {
        parser.begin(0, window[ran].origin);
        return this.leave(parser, end);
      }
      if (status !== COMPLETE) {
        parser.dropRun();
        if (status !== BROKEN) return this.leave(parser, end);
        if (session.isClosing || connection.waitsFor !== 0) {
          // It is found broken again when its turn comes.
          parser.begin(0, parser.start);
          return this.leave(parser, end);
        }
        breakOff(connection, session, parser.problem);
        return end;
      }
      if (parser.position === end && parser === this.shared) return end;
      parser.begin(0, parser.position);
      connection.afterWindow();
      if (parser.position === end || session.isClosing || connection.waitsFor !== 0) {
        return this.leave(parser, end);
      }
    }
  }

  private ofPending(): RequestParser {
    this.own ??= new RequestParser();
    return this.own;
  }

  /** What `parser` has begun, if anything, waits: returns where that begins. */
  private leave(parser: RequestParser, end: number): number {
    const { start } = parser;
    if (parser === this.own) {
      parser.moveToFront();
    } else if (start < end) {
      this.ofPending().takeOver(parser);
    }
    return start;
  }
}

function breakOff(connection: Connection, session: Session, problem: string): void {
  const { server } = connection;
  server.statistics.protocolErrors++;
  server.log.write('verbose', `Protocol error (${problem}) from client ${session.origin.address}`);
  const line = `ERR Protocol error: ${problem}`;
  if (session.replyMode === REPLY_ON) connection.writeError(line);
  else server.statistics.errors.add(line);
  session.isClosing = true;
}

/** Finds one request after the other. */
export class RequestParser {
  /** Parsed requests that wait for their turn: see engine/lookahead.ts. */
  readonly window: Request[] = [new Request()];
  /** The request that is being filled: one of the window. */
  request = this.window[0];
  position = 0;
  start = 0;
  problem = '';
  private slot = 0;
  /** Arguments of a multibulk request that are still to come; 0 between requests. */
  private remaining = 0;
  /** The size of the argument whose header was read. */
  private bulkSize = NO_BULK;

  /** Begins a request that begins at `position`, in a slot of the window; 0 empties the window. */
  begin(slot: number, position: number): void {
    if (slot === this.window.length) this.window.push(new Request());
    const request = this.window[slot];
    request.count = 0;
    request.origin = position;
    this.slot = slot;
    this.request = request;
    this.start = position;
    this.position = position;
    this.remaining = 0;
    this.bulkSize = NO_BULK;
    this.problem = '';
  }

  /**
   * All requests before the one that is being filled have run: it becomes the first of the window.
   */
  dropRun(): void {
    const { window, slot } = this;
    const first = window[0];
    window[0] = window[slot];
    window[slot] = first;
    this.slot = 0;
  }

  /** Bytes of what tells where arguments are. */
  get room(): number {
    return this.window.reduce((size, request) => size + request.room, 0);
  }

  /** Forgets the bytes of requests that have run, and gives back room for many arguments. */
  letGo(): void {
    for (const request of this.window) {
      if (request !== this.request || this.position === 0) request.letGo();
    }
  }

  /** Where the running argument will end, as far as its header says; 0 when none is under way. */
  neededEnd(): number {
    return this.bulkSize === NO_BULK ? 0 : this.position + this.bulkSize + 2;
  }

  /** The bytes of the running request now begin at 0, and no longer at `start`. */
  moveToFront(): void {
    this.request.move(-this.start);
    this.position -= this.start;
    this.start = 0;
  }

  /** Takes over another parser's running request, its bytes now beginning at 0. */
  takeOver(other: RequestParser): void {
    this.begin(0, 0);
    this.request.assign(other.request, other.request.buffer, -other.start);
    this.position = other.position - other.start;
    this.remaining = other.remaining;
    this.bulkSize = other.bulkSize;
  }

  /** Parses on in buffer[position, end). After COMPLETE, call begin(). */
  parse(buffer: Uint8Array, end: number, bulkSizeMax: number, isAuthenticated: boolean): number {
    const { request } = this;
    request.buffer = buffer;
    if (this.remaining === 0) {
      const at = this.position;
      const digit = at + 3 < end ? buffer[at + 1] - 48 : -1;
      // Nearly all requests have one digit here; so have many lengths below.
      if (digit >= 0 && digit <= 9 && buffer[at] === STAR && buffer[at + 2] === CR) {
        this.remaining = digit;
        this.position = at + 4;
      } else {
        const status = this.parseCount(buffer, end, isAuthenticated);
        if (status !== COMPLETE) return status;
      }
    }
    while (this.remaining > 0) {
      if (this.bulkSize === NO_BULK) {
        const at = this.position;
        const digit = at + 3 < end ? buffer[at + 1] - 48 : -1;
        if (digit >= 0 && digit <= 9 && buffer[at] === DOLLAR && buffer[at + 2] === CR) {
          this.bulkSize = digit;
          this.position = at + 4;
        } else {
          const status = this.parseSize(buffer, end, bulkSizeMax, isAuthenticated);
          if (status !== COMPLETE) return status;
        }
      }
      const bulkEnd = this.position + this.bulkSize;
      if (bulkEnd + 2 > end) return INCOMPLETE;
      const argument = request.count++;
      if (argument === request.starts.length) request.grow();
      request.starts[argument] = this.position;
      request.ends[argument] = bulkEnd;
      this.position = bulkEnd + 2;
      this.bulkSize = NO_BULK;
      this.remaining--;
    }
    return COMPLETE;
  }

  /** Reads how many arguments come. COMPLETE: they are awaited, or there is nothing to await. */
  private parseCount(buffer: Uint8Array, end: number, isAuthenticated: boolean): number {
    if (this.position >= end) return INCOMPLETE;
    if (buffer[this.position] !== STAR) return this.parseInline(buffer, end);
    const count = this.parseLength(buffer, end, 'too big mbulk count string');
    if (this.problem !== '') return BROKEN;
    if (Number.isNaN(count)) return INCOMPLETE;
    if (count === NOT_A_LENGTH || count > ARGUMENTS_MAX) {
      return this.fail('invalid multibulk length');
    }
    if (count > UNAUTHENTICATED_ARGUMENTS_MAX && !isAuthenticated) {
      return this.fail('unauthenticated multibulk length');
    }
    this.remaining = Math.max(0, count);
    return COMPLETE;
  }

  /** Reads the size of an argument. */
  private parseSize(
    buffer: Uint8Array,
    end: number,
    bulkSizeMax: number,
    isAuthenticated: boolean,
  ): number {
    if (this.position >= end) return INCOMPLETE;
    if (buffer[this.position] !== DOLLAR && this.hasLine(buffer, end)) {
      const found = String.fromCharCode(buffer[this.position]);
      return this.fail(`expected '$', got '${found}'`);
    }
    const size = this.parseLength(buffer, end, 'too big bulk count string');
    if (this.problem !== '') return BROKEN;
    if (Number.isNaN(size)) return INCOMPLETE;
    const requestSize = this.position - this.start + size + 2;
    if (size < 0 || size > bulkSizeMax || requestSize > REQUEST_SIZE_MAX) {
      return this.fail('invalid bulk length');
    }
    if (size > UNAUTHENTICATED_BULK_SIZE_MAX && !isAuthenticated) {
      return this.fail('unauthenticated bulk length');
    }
    this.bulkSize = size;
    return COMPLETE;
  }

  /**
   * The number after the type byte at `position`, which then stands behind the line; NaN when the
   * line is not complete yet, NOT_A_LENGTH when it holds something else.
   */
  private parseLength(buffer: Uint8Array, end: number, tooLong: string): number {
    let at = this.position + 1;
    let value = 0;
    for (; at < end; at++) {
      const digit = buffer[at] - 48;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    const digits = at - this.position - 1;
    if (at + 1 < end && buffer[at] === CR && digits > 0 && digits < 11) {
      if (buffer[this.position + 1] !== 48 || digits === 1) {
        this.position = at + 2;
        return value;
      }
    }
    return this.parseOddLength(buffer, end, tooLong);
  }

  private parseOddLength(buffer: Uint8Array, end: number, tooLong: string): number {
    const start = this.position + 1;
    const lineEnd = this.lineEnd(buffer, end, CR);
    if ((lineEnd < 0 ? end : lineEnd) - this.position > LINE_SIZE_MAX) this.fail(tooLong);
    if (lineEnd < 0 || lineEnd + 1 >= end) return Number.NaN;
    this.position = lineEnd + 2;
    if (!isInteger64(buffer, start, lineEnd)) return NOT_A_LENGTH;
    return Number(latin1Text(buffer, start, lineEnd));
  }

  private hasLine(buffer: Uint8Array, end: number): boolean {
    const lineEnd = this.lineEnd(buffer, end, CR);
    return lineEnd >= 0 && lineEnd + 1 < end;
  }

  /** Where the byte that ends a line is, or -1. As in Redis, it is not seen behind a NUL. */
  private lineEnd(buffer: Uint8Array, end: number, byte: number): number {
    for (let at = this.position; at < end; at++) {
      if (buffer[at] === byte) return at;
      if (buffer[at] === 0) return -1;
    }
    return -1;
  }

  private parseInline(buffer: Uint8Array, end: number): number {
    let lineEnd = this.lineEnd(buffer, end, LF);
    if ((lineEnd < 0 ? end : lineEnd) - this.position > LINE_SIZE_MAX) {
      return this.fail('too big inline request');
    }
    if (lineEnd < 0) return INCOMPLETE;
    const next = lineEnd + 1;
    if (lineEnd > this.position && buffer[lineEnd - 1] === CR) lineEnd--;
    const args = splitArgs(buffer, this.position, lineEnd);
    this.position = next;
    if (args === null) return this.fail('unbalanced quotes in request');
    const request = Request.of(args);
    this.request.assign(request, request.buffer, 0);
    this.request.origin = this.start;
    return COMPLETE;
  }

  private fail(problem: string): number {
    this.problem = problem;
    return BROKEN;
  }
}
