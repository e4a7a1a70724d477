// RESP, and inline commands, as the language of one connection.
//
// A chunk is parsed by a parser that all connections of a server share. One whose last request does
// not end with its chunk gets a parser of its own, which goes on with that request.
//
// Invariant: `own` has parsed the pending bytes as far as they go; when there are none, or nobody
// has looked at them yet, it stands at 0.

import { LOOKAHEAD_MAX } from '../../engine/lookahead.ts';
import { NEEDS_AUTHENTICATION } from '../../engine/needs.ts';
import type { Session } from '../../engine/session.ts';
import type { Connection, Language } from '../wire/connection.ts';
import { BROKEN, COMPLETE, RequestParser } from './parse.ts';

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

  /** Parses and executes, a window of requests at a time. */
  consume(connection: Connection, session: Session, buffer: Uint8Array, end: number): number {
    const { server } = connection;
    const { live, lookahead } = server;
    const parser = buffer === connection.pending.buffer ? this.ofPending() : this.shared;
    // The pending bytes are parsed from where the last chunk ended.
    if (parser === this.shared) parser.begin(0);
    const { window } = parser;
    for (;;) {
      const isUnknown = (session.denied & NEEDS_AUTHENTICATION) !== 0;
      const isTrusted = !isUnknown || !server.requiresPassword;
      const countMax = isTrusted ? LOOKAHEAD_MAX : 1;
      let count = 0;
      let status = parser.parse(buffer, end, live.bulkSizeMax, isTrusted);
      while (status === COMPLETE && ++count < countMax && parser.position < end) {
        parser.next(count);
        status = parser.parse(buffer, end, live.bulkSizeMax, isTrusted);
      }
      const isPrepared = count >= lookahead.requestsMin;
      if (isPrepared) lookahead.prepare(window, count, session.databaseIndex);
      const found = isPrepared ? lookahead.found : null;
      const ran = connection.execute(session, window, count, found);
      if (isPrepared) lookahead.end();
      if (ran < count) {
        parser.begin(window[ran].origin);
        return this.leave(parser, end);
      }
      if (status !== COMPLETE) {
        parser.dropRun();
        if (status !== BROKEN || session.isClosing || connection.waitsFor !== 0) {
          return this.leave(parser, end);
        }
        breakOff(connection, session, parser.problem);
        return end;
      }
      if (parser.position === end && parser === this.shared) return end;
      parser.begin(parser.position);
      connection.endLongTurn();
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
  connection.writeError(`ERR Protocol error: ${problem}`);
  session.isClosing = true;
}
