// One connection that speaks RESP: bytes in, replies out.
//
// A chunk is parsed and executed where it lies. Only what does not end with its chunk is copied,
// into the link's pending bytes, where it waits for the rest.
//
// Invariants:
// - The pending bytes are those of one incomplete request, which `own` has parsed as far as they
//   go, or, while the connection is stalled or held, of all requests that wait.
// - While the peer does not take replies (the link is stalled), nothing is read or executed.

import { LOOKAHEAD_MAX } from '../../engine/lookahead.ts';
import type { Output } from '../../engine/ports.ts';
import type { Request } from '../../engine/request.ts';
import type { Server } from '../../engine/server.ts';
import type { Session, SessionOrigin } from '../../engine/session.ts';
import { FLUSH_SIZE, Link } from '../wire/link.ts';
import type { Socket } from '../wire/socket.ts';
import { BROKEN, COMPLETE, RequestParser } from './parse.ts';

export class Connection implements Output {
  readonly session: Session | null;
  private readonly server: Server;
  private readonly link: Link;
  private readonly shared: RequestParser;
  /** Made for the first request that does not end with its chunk. */
  private own: RequestParser | null = null;

  constructor(server: Server, socket: Socket, origin: SessionOrigin, shared: RequestParser) {
    this.server = server;
    this.shared = shared;
    const session = server.connect(origin, this);
    this.session = typeof session === 'string' ? null : session;
    this.link = new Link(server, socket, this.session);
    if (typeof session === 'string') this.refuse(session);
  }

  get pendingSize(): number {
    return this.link.unsentSize + (this.link.isRunning ? this.server.reply.totalSize : 0);
  }

  get queryUsedSize(): number {
    return this.link.inputSize - (this.link.isRunning ? 0 : (this.own?.position ?? 0));
  }

  get queryBufferSize(): number {
    return this.link.inputBufferSize;
  }

  get argumentsSize(): number {
    return this.own?.request.totalSize ?? 0;
  }

  /** The request that runs now. */
  get runningRequest(): Request | null {
    return this.link.runningRequest;
  }

  /** The first `size` bytes came. They are the caller's again when this returns. */
  receive(chunk: Uint8Array, size = chunk.length): void {
    const { session, link } = this;
    if (session === null) return;
    if (link.accept(session, chunk, size, this.own?.neededEnd() ?? 0)) {
      this.shared.begin(0);
      this.process(session, this.shared, chunk, size);
    } else {
      this.resume();
    }
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
    this.own ??= new RequestParser();
    this.process(session, this.own, pending.buffer, pending.end);
  }

  /** The peer is gone. */
  closed(): void {
    this.link.closed();
  }

  push(pieces: readonly Uint8Array[], size: number): void {
    this.link.push(pieces, size);
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

  /** Executes all complete requests of buffer[parser.position, end) and keeps the rest. */
  private process(session: Session, parser: RequestParser, buffer: Uint8Array, end: number): void {
    const { link } = this;
    this.server.reply.resp3 = session.protocol === 3;
    link.begin(session, end);
    const isBroken = this.runAll(session, parser, buffer, end);
    link.finish();
    if (isBroken) this.breakOff(session, parser.problem);
    if (!link.isClosed) this.keepRest(parser, buffer, end);
    link.flush(session);
    if (session.isClosing) link.end();
  }

  /** Parses and executes, a window of requests at a time. Is the stream broken? */
  private runAll(
    session: Session,
    parser: RequestParser,
    buffer: Uint8Array,
    end: number,
  ): boolean {
    const { live, lookahead } = this.server;
    const { link } = this;
    const { window } = parser;
    for (;;) {
      const isTrusted = session.isAuthenticated || !this.server.requiresPassword;
      const countMax = isTrusted ? LOOKAHEAD_MAX : 1;
      let count = 0;
      let status = COMPLETE;
      while (count < countMax) {
        status = parser.parse(buffer, end, live.bulkSizeMax, isTrusted);
        if (status !== COMPLETE) break;
        if (++count < countMax) parser.next(count);
      }
      lookahead.prepare(window, count, session.databaseIndex);
      const ran = this.runWindow(session, window, count);
      if (ran < count) {
        parser.begin(window[ran].origin);
        return false;
      }
      if (status === COMPLETE && !link.isBlocked && link.isTurnOver()) link.endTurn(this);
      if (session.isClosing || link.isBlocked) {
        if (status === COMPLETE) parser.begin(parser.position);
        else parser.dropRun();
        return false;
      }
      if (status !== COMPLETE) {
        parser.dropRun();
        return status === BROKEN;
      }
      parser.next(0);
    }
  }

  /**
   * Executes requests until one is held back, or the client must read first, or its turn is over.
   * Returns how many ran.
   */
  private runWindow(session: Session, window: readonly Request[], count: number): number {
    const { link } = this;
    const { reply, lookahead } = this.server;
    const { found } = lookahead;
    for (let i = 0; i < count; i++) {
      if (window[i].count === 0) continue;
      if (!link.execute(session, window[i], found[i])) return i;
      if (reply.totalSize > FLUSH_SIZE) link.flush(session);
      if (link.isTurnUsed) link.endTurn(this);
      if (session.isClosing || link.isBlocked) return i + 1;
    }
    return count;
  }

  private breakOff(session: Session, problem: string): void {
    const { server } = this;
    server.statistics.protocolErrors++;
    server.log.write(
      'verbose',
      `Protocol error (${problem}) from client ${session.origin.address}`,
    );
    this.link.writeError(`ERR Protocol error: ${problem}`);
    session.isClosing = true;
  }

  private refuse(line: string): void {
    this.link.writeError(line);
    this.link.turnAway(this.server.reply.take());
  }

  /** Keeps what was not executed: from the running request's start on. */
  private keepRest(parser: RequestParser, buffer: Uint8Array, end: number): void {
    const { link } = this;
    const { start } = parser;
    if (buffer !== link.pending.buffer) {
      if (start === end) return;
      this.own ??= new RequestParser();
      link.keep(buffer, start, end, parser.neededEnd() - start);
      this.own.takeOver(parser, link.pending.buffer);
    } else if (start > 0) {
      link.pending.dropFront(start);
      parser.moveToFront();
    }
  }
}
