// A text dialect as the language of one connection: lines in, text out. It is made for people and
// simple programs; the way of RESP, where speed counts, is adapters/resp/language.ts.
//
// Invariants:
// - No line ends in the first `searchedSize` of the pending bytes.
// - A malformed line gets an error, and the connection goes on with the next one.

import { passOver } from '../../engine/execute.ts';
import { refuse } from '../../engine/refuse.ts';
import type { Reply } from '../../engine/reply.ts';
import { ReplyReader } from '../../engine/reply-reader.ts';
import { Request } from '../../engine/request.ts';
import type { Server } from '../../engine/server.ts';
import { REPLY_ON, REPLY_SKIP_NEXT, type Session } from '../../engine/session.ts';
import { type Connection, FLUSH_SIZE, type Language, type Translator } from '../wire/connection.ts';
import type { Dialect, ReplyWriter } from './dialect.ts';
import { TextWriter } from './text-writer.ts';

/** The longest line of those who have not authenticated; all others have proto-max-bulk-len. */
const UNAUTHENTICATED_LINE_SIZE_MAX = 64 * 1024;
const CR = 13;
const LF = 10;

export class TextLanguage implements Language, Translator {
  readonly translator = this;
  readonly neededEnd = 0;
  readonly parsedSize = 0;
  readonly argumentsSize = 0;
  readonly argumentsRoom = 0;
  private readonly dialect: Dialect;
  /**
   * Replies of the chunk that is being executed: one for all connections, empty in between. In an
   * interlude others may be in it.
   */
  private text: TextWriter;
  private searchedSize = 0;
  /** What writes the reply to the request that is blocked. */
  private blockedWrite: ReplyWriter;
  /** The rest of a line that was too long is being dropped. */
  private isSkipping = false;

  constructor(dialect: Dialect, text: TextWriter) {
    this.dialect = dialect;
    this.blockedWrite = dialect.write;
    this.text = text;
  }

  get size(): number {
    return this.text.size;
  }

  letGo(): void {}

  take(reply: Reply): Uint8Array {
    this.takeReply(reply, this.dialect.write);
    return this.text.take();
  }

  translate(bytes: Uint8Array): Uint8Array {
    return this.translateApart(bytes, this.dialect.write);
  }

  translateAnswer(bytes: Uint8Array): Uint8Array {
    return this.translateApart(bytes, this.blockedWrite);
  }

  /** Another connection may be in the midst of its replies: the shared writer is not free. */
  private translateApart(bytes: Uint8Array, write: ReplyWriter): Uint8Array {
    const text = new TextWriter();
    this.write(bytes, bytes.length, write, text);
    return text.take();
  }

  /** Executes lines. */
  consume(connection: Connection, session: Session, buffer: Uint8Array, end: number): number {
    const { server } = connection;
    if (this.text.size > 0) this.text = new TextWriter();
    const input = buffer.subarray(0, end);
    const request = new Request();
    let start = 0;
    let searched = this.searchedSize;
    this.searchedSize = 0;
    for (;;) {
      const lineEnd = input.indexOf(LF, searched);
      const isTooLong = (lineEnd < 0 ? end : lineEnd) - start > lineSizeMax(server, session);
      if (isTooLong && !this.isSkipping) this.refuseLine(server, session, LINE_TOO_LONG);
      if (lineEnd < 0) {
        if (isTooLong) this.isSkipping = true;
        if (this.isSkipping) return end;
        this.searchedSize = end - start;
        return start;
      }
      if (!isTooLong && !this.isSkipping) {
        if (!this.runLine(connection, session, request, input, start, lineEnd)) return start;
      }
      this.isSkipping = false;
      start = lineEnd + 1;
      searched = start;
      if (this.text.size > FLUSH_SIZE) connection.flush(session);
      connection.afterWindow();
      if (session.isClosing || connection.waitsFor !== 0) return start;
    }
  }

  /** Executes the line in input[start, end). False when it was postponed. */
  private runLine(
    connection: Connection,
    session: Session,
    request: Request,
    input: Uint8Array,
    start: number,
    end: number,
  ): boolean {
    const { server } = connection;
    if (end > start && input[end - 1] === CR) end--;
    const write = this.dialect.parse(input, start, end, request);
    if (write === null) {
      passOver(server, session);
      return true;
    }
    if (typeof write === 'string') {
      this.refuseLine(server, session, write);
      return true;
    }
    const ran = connection.execute(session, [request], 1, null);
    // HELLO 3 is answered, but a dialect has no versions.
    session.protocol = 2;
    server.reply.resp3 = false;
    if (session.isBlocked) this.blockedWrite = write;
    this.takeReply(server.reply, write);
    return ran === 1;
  }

  private refuseLine(server: Server, session: Session, line: string): void {
    const mode = session.replyMode;
    refuse(server, session, null, null, line);
    if (mode === REPLY_ON) return this.takeReply(server.reply, this.dialect.write);
    server.reply.clear();
    if (mode === REPLY_SKIP_NEXT) session.replyMode = REPLY_ON;
  }

  /** Empties a reply into the text. */
  private takeReply(reply: Reply, write: ReplyWriter): void {
    const size = reply.totalSize;
    if (size === 0) return;
    const bytes = reply.parts.length === 0 ? reply.buffer : reply.take();
    this.write(bytes, size, write, this.text);
    reply.clear();
  }

  /** Writes replies as text: the first, if there is any, with `write`. */
  private write(bytes: Uint8Array, size: number, write: ReplyWriter, text: TextWriter): void {
    const reader = new ReplyReader(bytes, size);
    if (!reader.isDone) write(reader, text);
    while (!reader.isDone) this.dialect.write(reader, text);
  }
}

function lineSizeMax(server: Server, session: Session): number {
  const isTrusted = session.isAuthenticated || !server.requiresPassword;
  return isTrusted ? server.live.bulkSizeMax : UNAUTHENTICATED_LINE_SIZE_MAX;
}

const LINE_TOO_LONG = 'ERR line too long';
