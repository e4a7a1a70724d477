// Pushes: bytes for a session out of turn, which answer no request of its own: messages,
// invalidations, what MONITOR shows.
//
// A push is encoded once and shared by all who get it. For the session whose requests are running
// it stands behind the reply of the command that caused it; the others get all of theirs in one
// write at the end of the turn. CLIENT REPLY does not keep pushes back.
//
// Invariants: a session is in `waiting` exactly when it has pushes in `session.pushes`; `own` are
// those of `running`, which are written into its reply before its next command runs.
import type { Reply } from './reply.ts';
import type { Session } from './session.ts';

export class Pushes {
  /** The session whose requests are running, if any. */
  running: Session | null = null;
  /** How many pushes the running session has caused for itself. */
  ownCount = 0;
  private own: Uint8Array[] = [];
  /** How many sessions have pushes that wait for the end of the turn. */
  waitingCount = 0;
  private waiting: Session[] = [];

  /** Sends bytes that must not change any more. Who lets too much wait is closed on delivery. */
  send(session: Session, bytes: Uint8Array): void {
    if (session === this.running) {
      this.own.push(bytes);
      this.ownCount++;
      return;
    }
    if (session.pushes.length === 0) {
      this.waiting.push(session);
      this.waitingCount++;
    }
    session.pushes.push(bytes);
    session.pushesSize += bytes.length;
  }

  /** Writes what the running session has caused for itself into its reply. */
  writeOwn(reply: Reply): void {
    const { own } = this;
    this.own = [];
    this.ownCount = 0;
    for (const bytes of own) reply.raw(bytes);
  }

  /** At the end of a turn: sends everything. */
  deliver(): void {
    const { waiting } = this;
    this.waiting = [];
    this.waitingCount = 0;
    for (const session of waiting) {
      const { pushes, pushesSize } = session;
      session.pushes = [];
      session.pushesSize = 0;
      session.output.push(pushes, pushesSize);
    }
  }
}
