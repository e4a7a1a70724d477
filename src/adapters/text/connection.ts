// One connection that speaks a text dialect: lines in, text out. It is made for people and simple
// programs; the way of RESP, where speed counts, is adapters/resp/connection.ts. Bounds and closing
// are the same: adapters/wire/link.ts.
//
// Invariants:
// - The link's pending bytes are those of one line without an end, or, while the connection is
//   stalled or held, of all lines that wait; no line ends in the first `searchedSize` of them.
// - While the peer does not take replies (the link is stalled), nothing is read or executed.
// - A malformed line gets an error, and the connection goes on with the next one.

import type { Output } from '../../engine/ports.ts';
import { refuse } from '../../engine/refuse.ts';
import { Request } from '../../engine/request.ts';
import type { Server } from '../../engine/server.ts';
import type { Session, SessionOrigin } from '../../engine/session.ts';
import { FLUSH_SIZE, Link } from '../wire/link.ts';
import type { Socket } from '../wire/socket.ts';
import type { Dialect, ReplyWriter } from './dialect.ts';
import { ReplyReader } from './reply-reader.ts';
import { TextWriter } from './text-writer.ts';

/** The longest line of those who have not authenticated; all others have proto-max-bulk-len. */
const UNAUTHENTICATED_LINE_SIZE_MAX = 64 * 1024;
const CR = 13;
const LF = 10;

export class TextConnection implements Output {
  readonly session: Session | null;
  private readonly server: Server;
  private readonly link: Link;
  private readonly dialect: Dialect;
  /** Replies of the chunk that is being executed: one for all connections, empty in between. */
  private readonly text: TextWriter;
  private searchedSize = 0;
  /** The rest of a line that was too long is being dropped. */
  private isSkipping = false;

  constructor(
    server: Server,
    socket: Socket,
    origin: SessionOrigin,
    dialect: Dialect,
    text: TextWriter,
  ) {
    this.server = server;
    this.dialect = dialect;
    this.text = text;
    const session = server.connect(origin, this);
    this.session = typeof session === 'string' ? null : session;
    this.link = new Link(server, socket, this.session);
    if (typeof session === 'string') this.turnAway(session);
  }

  get pendingSize(): number {
    return this.link.unsentSize + (this.link.isRunning ? this.text.size : 0);
  }

  get queryUsedSize(): number {
    return this.link.inputSize;
  }

  get queryBufferSize(): number {
    return this.link.inputBufferSize;
  }

  get argumentsSize(): number {
    return 0;
  }

  /** The request that runs now. */
  get runningRequest(): Request | null {
    return this.link.runningRequest;
  }

  /** The first `size` bytes came. They are the caller's again when this returns. */
  receive(chunk: Uint8Array, size = chunk.length): void {
    const { session, link } = this;
    if (session === null) return;
    if (link.accept(session, chunk, size, 0)) this.process(session, chunk.subarray(0, size));
    else this.resume();
  }

  /** The socket has sent all that it kept. */
  drained(): void {
    if (!this.link.unstall()) return;
    this.resume();
    this.link.resumeReading();
  }

  resume(): void {
    const { session, link } = this;
    const { pending } = link;
    if (session === null || !link.mayRun(session) || pending.end === 0) return;
    this.process(session, pending.buffer.subarray(0, pending.end));
  }

  /** The peer is gone. */
  closed(): void {
    this.link.closed();
  }

  push(pieces: readonly Uint8Array[]): void {
    // Another connection may be in the midst of its replies: the shared writer is not free.
    const text = new TextWriter();
    for (const bytes of pieces) this.translate(bytes, bytes.length, this.dialect.write, text);
    const translated = text.take();
    this.link.push([translated], translated.length);
  }

  closeAfterReply(): void {
    this.link.closeAfterReply();
  }

  destroy(): void {
    this.link.destroy();
  }

  tick(nowMs: number): void {
    this.link.tick(nowMs);
  }

  /** Executes all complete lines of `input`, a chunk or all pending bytes, and keeps the rest. */
  private process(session: Session, input: Uint8Array): void {
    const { link } = this;
    link.begin(session, input.length);
    const rest = this.runAll(session, input);
    link.finish();
    if (!link.isClosed) this.keepRest(input, rest);
    link.flushBytes(session, this.text.take());
    if (session.isClosing) link.end();
  }

  /** Executes lines. Returns where the first begins that did not run. */
  private runAll(session: Session, input: Uint8Array): number {
    const { link, text } = this;
    const request = new Request();
    let start = 0;
    let searched = this.searchedSize;
    this.searchedSize = 0;
    for (;;) {
      const lineEnd = input.indexOf(LF, searched);
      const isTooLong = (lineEnd < 0 ? input.length : lineEnd) - start > this.lineSizeMax(session);
      if (isTooLong && !this.isSkipping) this.refuseLine(session, LINE_TOO_LONG);
      if (lineEnd < 0) {
        if (isTooLong) this.isSkipping = true;
        if (this.isSkipping) return input.length;
        this.searchedSize = input.length - start;
        return start;
      }
      if (!isTooLong && !this.isSkipping) {
        if (!this.runLine(session, request, input, start, lineEnd)) return start;
      }
      this.isSkipping = false;
      start = lineEnd + 1;
      searched = start;
      if (text.size > FLUSH_SIZE) link.flushBytes(session, text.take());
      if (!link.isBlocked && link.isTurnOver()) link.endTurn(this);
      if (session.isClosing || link.isBlocked) return start;
    }
  }

  /** Executes the line in input[start, end). False when it is held back. */
  private runLine(
    session: Session,
    request: Request,
    input: Uint8Array,
    start: number,
    end: number,
  ): boolean {
    if (end > start && input[end - 1] === CR) end--;
    const write = this.dialect.parse(input, start, end, request);
    if (write === null) return true;
    if (typeof write === 'string') {
      this.refuseLine(session, write);
      return true;
    }
    this.server.reply.resp3 = false;
    if (!this.link.execute(session, request, null)) return false;
    // HELLO 3 is answered, but a dialect has no versions.
    session.protocol = 2;
    this.takeReply(write);
    return true;
  }

  private refuseLine(session: Session, line: string): void {
    refuse(this.server, session, null, line);
    this.takeReply(this.dialect.write);
  }

  private lineSizeMax(session: Session): number {
    const isTrusted = session.isAuthenticated || !this.server.requiresPassword;
    return isTrusted ? this.server.live.bulkSizeMax : UNAUTHENTICATED_LINE_SIZE_MAX;
  }

  /** Empties the server's reply into the text. */
  private takeReply(write: ReplyWriter): void {
    const { reply } = this.server;
    const size = reply.totalSize;
    const bytes = reply.parts.length === 0 ? reply.buffer : reply.take();
    this.translate(bytes, size, write, this.text);
    reply.clear();
  }

  /** Writes replies as text: the first, if there is any, with `write`. */
  private translate(bytes: Uint8Array, size: number, write: ReplyWriter, text: TextWriter): void {
    const reader = new ReplyReader(bytes, size);
    if (!reader.isDone) write(reader, text);
    while (!reader.isDone) this.dialect.write(reader, text);
  }

  /** Says why there is no session, and closes. */
  private turnAway(line: string): void {
    this.link.writeError(line);
    this.takeReply(this.dialect.write);
    this.link.turnAway(this.text.take());
  }

  /** Keeps input[start, end): what did not run. */
  private keepRest(input: Uint8Array, start: number): void {
    const { link } = this;
    if (input.buffer !== link.pending.buffer.buffer) {
      if (start < input.length) link.keep(input, start, input.length, 0);
    } else if (start > 0) {
      link.pending.dropFront(start);
    }
  }
}

const LINE_TOO_LONG = 'ERR line too long';
