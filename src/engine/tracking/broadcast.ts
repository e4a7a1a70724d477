// Tracking by prefix (BCAST): who hears of all changed keys that begin with a prefix. The keys of a
// turn are gathered by prefix and sent at its end, in one message for all sessions of a prefix.
//
// Invariants: a prefix is here exactly while a session has it; `lengths` are the sizes of all
// prefixes, each once; `pending` are the prefixes that have gathered keys.
import { latin1Bytes } from '../../domain/bytes/ascii.ts';
import { compareBytes } from '../../domain/bytes/compare.ts';
import type { HashKey } from '../../domain/bytes/hash.ts';
import { type BytesEntry, BytesMap } from '../../domain/structures/bytes-map.ts';
import type { Session } from '../session.ts';
import { keysMessage, type Message } from './message.ts';
import type { Sender } from './sender.ts';

/** Bytes that a prefix takes beside its text, about. */
const PREFIX_OVERHEAD_SIZE = 400;
/** What a session takes that has a prefix, besides the prefix. */
const INTEREST_SIZE = 100;

class Prefix {
  readonly bytes: Uint8Array;
  readonly sessions = new Set<Session>();
  /**
   * The changed keys of the turn, each with the session that changed it last, if one did; null
   * when there are none.
   */
  keys: BytesMap<Session | null> | null = null;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

export class Broadcast {
  private readonly hashKey: HashKey;
  private readonly sender: Sender;
  private readonly prefixes: BytesMap<Prefix>;
  /** How many prefixes have a length; and the lengths, in no order. */
  private readonly countByLength = new Map<number, number>();
  private lengths: number[] = [];
  private pending: Prefix[] = [];
  /** Bytes of all prefixes. */
  private textSize = 0;

  constructor(hashKey: HashKey, sender: Sender) {
    this.hashKey = hashKey;
    this.sender = sender;
    this.prefixes = new BytesMap(hashKey);
  }

  get prefixesCount(): number {
    return this.prefixes.count;
  }

  /** Bytes that the prefixes take, about. */
  get usedSize(): number {
    return this.textSize + this.prefixes.count * PREFIX_OVERHEAD_SIZE;
  }

  /** A session that has not got this prefix (latin1 text) yet wants to hear of its keys. */
  add(session: Session, text: string): void {
    const bytes = latin1Bytes(text);
    let prefix = this.prefixes.get(bytes, 0, bytes.length);
    if (prefix === null) {
      prefix = new Prefix(bytes);
      this.prefixes.set(bytes, 0, bytes.length, prefix);
      this.countLength(bytes.length, 1);
    }
    if (prefix.sessions.has(session)) return;
    prefix.sessions.add(session);
    session.interestsSize += INTEREST_SIZE + text.length;
  }

  remove(session: Session, text: string): void {
    const bytes = latin1Bytes(text);
    const prefix = this.prefixes.get(bytes, 0, bytes.length);
    if (prefix === null || !prefix.sessions.delete(session)) return;
    session.interestsSize -= INTEREST_SIZE + text.length;
    if (prefix.sessions.size > 0) return;
    this.prefixes.delete(bytes, 0, bytes.length);
    this.countLength(bytes.length, -1);
  }

  /** A key was changed: by a command of `author`, or by nobody when it expired or was evicted. */
  keyModified(bytes: Uint8Array, start: number, end: number, author: Session | null): void {
    for (const length of this.lengths) {
      if (length > end - start) continue;
      const prefix = this.prefixes.get(bytes, start, start + length);
      if (prefix === null) continue;
      if (prefix.keys === null) {
        prefix.keys = new BytesMap(this.hashKey);
        this.pending.push(prefix);
      }
      prefix.keys.set(bytes, start, end, author);
    }
  }

  /** Sends what was gathered, in the order of prefixes and keys. */
  endTurn(): void {
    if (this.pending.length === 0) return;
    const { pending } = this;
    this.pending = [];
    pending.sort((a, b) => compareBytes(a.bytes, b.bytes));
    for (const prefix of pending) this.sendKeys(prefix);
  }

  private sendKeys(prefix: Prefix): void {
    const entries = prefix.keys?.entries() ?? [];
    prefix.keys = null;
    entries.sort((a, b) => compareBytes(a.key, b.key));
    const message = keysMessage(entries.map(({ key }) => key));
    const authors = new Set(entries.map(({ value }) => value));
    // A receiver that lets too much wait is closed by being sent to, and leaves the set.
    for (const session of [...prefix.sessions]) {
      const isLeftOut = session.tracking?.isNoLoop === true && authors.has(session);
      const own = isLeftOut ? messageForOther(entries, session) : message;
      if (own !== null) this.sender.send(session, own);
    }
  }

  private countLength(length: number, change: number): void {
    this.textSize += length * change;
    const count = (this.countByLength.get(length) ?? 0) + change;
    if (count === 0) this.countByLength.delete(length);
    else this.countByLength.set(length, count);
    this.lengths = [...this.countByLength.keys()];
  }
}

/** A message of the keys that a session has not changed itself; null when there is none. */
function messageForOther(
  entries: readonly BytesEntry<Session | null>[],
  session: Session,
): Message | null {
  const keys = entries.filter(({ value }) => value !== session).map(({ key }) => key);
  return keys.length === 0 ? null : keysMessage(keys);
}
