// What a tracking session is told, in bytes: made once for all who are told the same in the same
// protocol.
import { latin1Bytes } from '../../domain/bytes/ascii.ts';
import { joinBytes } from '../../domain/bytes/join.ts';

/** The channel on which RESP2 sessions hear of invalidated keys. */
const CHANNEL = '__redis__:invalidate';
const PUSH_BEGINNING = latin1Bytes('>2\r\n$10\r\ninvalidate\r\n');
const PUBLISHED_BEGINNING = latin1Bytes(
  `*3\r\n$7\r\nmessage\r\n$${CHANNEL.length}\r\n${CHANNEL}\r\n`,
);
const LINE_END = latin1Bytes('\r\n');
const NULL_RESP2 = latin1Bytes('$-1\r\n');
const NULL_RESP3 = latin1Bytes('_\r\n');

export class Message {
  private readonly pushBody: Uint8Array;
  private readonly publishedBody: Uint8Array;
  private pushBytes: Uint8Array | null = null;
  private publishedBytes: Uint8Array | null = null;

  constructor(pushBody: Uint8Array, publishedBody: Uint8Array = pushBody) {
    this.pushBody = pushBody;
    this.publishedBody = publishedBody;
  }

  /** For a session that speaks RESP3. */
  get push(): Uint8Array {
    this.pushBytes ??= joinBytes([PUSH_BEGINNING, this.pushBody]);
    return this.pushBytes;
  }

  /** For a subscriber that speaks RESP2. */
  get published(): Uint8Array {
    this.publishedBytes ??= joinBytes([PUBLISHED_BEGINNING, this.publishedBody]);
    return this.publishedBytes;
  }
}

/** These keys are no longer what they were. */
export function keysMessage(keys: readonly Uint8Array[]): Message {
  const pieces = [latin1Bytes(`*${keys.length}\r\n`)];
  for (const key of keys) pieces.push(latin1Bytes(`$${key.length}\r\n`), key, LINE_END);
  return new Message(joinBytes(pieces));
}

/**
 * No key is what it was. Redis writes the null of the tracking session's protocol, to whomever the
 * message goes; but a RESP2 session could not read the one of RESP3.
 */
export function flushMessage(trackingProtocol: number): Message {
  return new Message(trackingProtocol === 3 ? NULL_RESP3 : NULL_RESP2, NULL_RESP2);
}

/** The session that messages were to go to is gone: a push of RESP3. */
export function brokenMessage(redirectId: number): Uint8Array {
  return latin1Bytes(`>2\r\n$21\r\ntracking-redir-broken\r\n:${redirectId}\r\n`);
}
