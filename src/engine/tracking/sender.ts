// How a message reaches a tracking session: by a push to itself, or by way of the session that it
// redirects to.
import type { Session } from '../session.ts';
import { brokenMessage, type Message } from './message.ts';

/** Where messages go to: engine/pushes.ts. */
export interface PushSink {
  send(session: Session, bytes: Uint8Array): void;
}

export class Sender {
  private readonly sessions: ReadonlyMap<number, Session>;
  private readonly pushes: PushSink;
  private readonly isSubscriber: (session: Session) => boolean;

  constructor(
    sessions: ReadonlyMap<number, Session>,
    pushes: PushSink,
    isSubscriber: (session: Session) => boolean,
  ) {
    this.sessions = sessions;
    this.pushes = pushes;
    this.isSubscriber = isSubscriber;
  }

  /** Sends a message for a tracking session. Who has neither RESP3 nor a subscription gets none. */
  send(session: Session, message: Message): void {
    const { tracking } = session;
    if (tracking === null) return;
    const { redirectId } = tracking;
    if (redirectId === 0) {
      if (session.protocol === 3) this.pushes.send(session, message.push);
      return;
    }
    const receiver = this.sessions.get(redirectId);
    if (receiver === undefined) {
      tracking.isRedirectBroken = true;
      if (session.protocol === 3) this.pushes.send(session, brokenMessage(redirectId));
    } else if (receiver.protocol === 3) {
      this.pushes.send(receiver, message.push);
    } else if (this.isSubscriber(receiver)) {
      this.pushes.send(receiver, message.published);
    }
  }
}
