// Interludes: while a script runs long, others are served in its midst, as far as they may be. The
// event loop is not free meanwhile: what has come on open connections is read by a port, and runs
// in turns of their own.
//
// Invariant: outside of serve() everything is as it would be without interludes: what the turn in
// whose midst the script runs has begun is put aside, and taken up again.
import { type Context, FROM_CLIENT } from './command.ts';
import { NEEDS_NO_BUSY_SCRIPT } from './needs.ts';
import type { Pushes } from './pushes.ts';
import { Reply } from './reply.ts';
import type { Turn } from './turn.ts';

/** Hands what has come to the connections, without waiting for anything. Has anything come? */
export type OpenReader = () => boolean;

/** What of the server is needed here. */
export interface InterludeParts {
  denied: number;
  reply: Reply;
  readonly context: Context;
  readonly pushes: Pushes;
  readonly turn: Turn;
}

export class Interlude {
  /** The server is busy: a script that may have interludes has run long. */
  isOpen = false;
  private readonly parts: InterludeParts;
  private readonly readOpen: OpenReader;
  /** For what is answered meanwhile; made for the first interlude. */
  private reply: Reply | null = null;

  constructor(parts: InterludeParts, readOpen: OpenReader) {
    this.parts = parts;
    this.readOpen = readOpen;
  }

  begin(): void {
    this.isOpen = true;
    this.parts.denied |= NEEDS_NO_BUSY_SCRIPT;
  }

  end(): void {
    this.isOpen = false;
    this.parts.denied &= ~NEEDS_NO_BUSY_SCRIPT;
  }

  /** Serves others once. Was there anything to do? */
  serve(): boolean {
    const { parts } = this;
    const { context, pushes, turn, reply } = parts;
    const { session, database, origin } = context;
    this.reply ??= new Reply();
    parts.reply = this.reply;
    context.origin = FROM_CLIENT;
    const own = pushes.putAside();
    const begun = turn.interrupt();
    const hasCome = this.readOpen();
    turn.goOn(begun);
    pushes.takeUp(own);
    parts.reply = reply;
    context.session = session;
    context.database = database;
    context.origin = origin;
    return hasCome;
  }
}
