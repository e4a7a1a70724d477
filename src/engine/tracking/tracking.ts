// Client-side caching: tells sessions that track when keys that they may have in their caches
// change. What they read is in table.ts, who broadcasts in broadcast.ts, how they are told in
// sender.ts; the rules are those of Redis's tracking.c.
//
// Invariants: `trackers` are the sessions whose `tracking` is not null; those that broadcast have
// their prefixes there; ids in the table may be of sessions that no longer track, or are gone.
import type { HashKey } from '../../domain/bytes/hash.ts';
import { KeyPositions } from '../declaration/key-positions.ts';
import type { Random } from '../ports.ts';
import type { Session } from '../session.ts';
import { Broadcast } from './broadcast.ts';
import { flushMessage, keysMessage } from './message.ts';
import { type PushSink, Sender } from './sender.ts';
import { type TrackingOptions, TrackingState } from './state.ts';
import { TrackingTable } from './table.ts';

/** Keys that are taken out at the end of one turn. */
const EVICTED_MAX = 100;

export interface TrackingPorts {
  readonly sessions: ReadonlyMap<number, Session>;
  readonly pushes: PushSink;
  readonly random: Random;
  readonly hashKey: HashKey;
  /** Is a session subscribed to any channel, pattern or shard channel? */
  readonly isSubscriber: (session: Session) => boolean;
  /** Hears whether anybody tracks. */
  readonly onWanted: (isWanted: boolean) => void;
  /** Catch misuse of memory: for tests. */
  readonly poison?: boolean;
}

export class Tracking {
  /** tracking-table-max-keys; 0: no limit. */
  keysMax = 0;
  /** Where the keys of the command in hand are. */
  readonly keys = new KeyPositions();
  private readonly sessions: ReadonlyMap<number, Session>;
  private readonly random: Random;
  private readonly sender: Sender;
  private readonly table: TrackingTable;
  private readonly broadcast: Broadcast;
  private readonly trackers = new Set<Session>();
  /** Who tracks or has tracked, and may come back to what it has read by tracking again. */
  private readonly readers = new Set<Session>();
  private readonly onWanted: (isWanted: boolean) => void;
  /** The ids of the sessions that have read the key in hand. */
  private readonly ids: number[] = [];

  constructor(ports: TrackingPorts) {
    this.sessions = ports.sessions;
    this.random = ports.random;
    this.onWanted = ports.onWanted;
    this.sender = new Sender(ports.sessions, ports.pushes, ports.isSubscriber);
    this.table = new TrackingTable(ports.hashKey, ports.sessions, ports.poison);
    this.broadcast = new Broadcast(ports.hashKey, this.sender);
  }

  // Figures of INFO.

  get clientsCount(): number {
    return this.trackers.size;
  }

  get keysCount(): number {
    return this.table.keysCount;
  }

  get itemsCount(): number {
    return this.table.itemsCount;
  }

  get prefixesCount(): number {
    return this.broadcast.prefixesCount;
  }

  /** Bytes of the table and the prefixes. */
  get usedSize(): number {
    return this.table.usedSize + this.broadcast.usedSize;
  }

  /** A session tracks from here on, or changes how it does; the prefixes that it has stay. */
  enable(session: Session, options: TrackingOptions): void {
    session.tracking ??= new TrackingState();
    const { tracking } = session;
    this.trackers.add(session);
    this.readers.add(session);
    this.onWanted(true);
    tracking.isBroadcast = options.isBroadcast;
    tracking.isOptIn = options.isOptIn;
    tracking.isOptOut = options.isOptOut;
    tracking.isNoLoop = options.isNoLoop;
    tracking.redirectId = options.redirectId;
    tracking.isRedirectBroken = false;
    if (!options.isBroadcast) return;
    const wanted = options.prefixes.length === 0 ? [''] : options.prefixes;
    const all = new Set([...tracking.prefixes, ...wanted]);
    for (const prefix of wanted) this.broadcast.add(session, prefix);
    tracking.prefixes = [...all].sort();
  }

  disable(session: Session): void {
    const { tracking } = session;
    if (tracking === null) return;
    for (const prefix of tracking.prefixes) this.broadcast.remove(session, prefix);
    session.tracking = null;
    this.trackers.delete(session);
    this.noticeEnd();
  }

  /** A session is gone; with the last one that has read anything goes all that was read. */
  disconnected(session: Session): void {
    if (!this.readers.delete(session)) return;
    this.disable(session);
    if (this.readers.size === 0) this.table.clear();
    this.noticeEnd();
  }

  /** Does nobody need to hear of changes any more? */
  private noticeEnd(): void {
    if (this.trackers.size === 0 && this.table.keysCount === 0) this.onWanted(false);
  }

  /** Are the keys of a command that reads, which this session runs, to be remembered? */
  remembers(session: Session): boolean {
    const { tracking } = session;
    if (tracking === null || tracking.isBroadcast) return false;
    if (tracking.isOptIn) return tracking.isCachingGiven;
    return !(tracking.isOptOut && tracking.isCachingGiven);
  }

  /** A session that remembers() has read the key bytes[start, end). */
  remember(session: Session, bytes: Uint8Array, start: number, end: number): void {
    this.table.add(session.id, bytes, start, end);
  }

  /** A command or transaction that CLIENT CACHING was said for is over. */
  forgetCaching(session: Session): void {
    if (session.tracking !== null) session.tracking.isCachingGiven = false;
  }

  /**
   * A key was changed, deleted, or expired while `running` ran a command (null: nobody did). It
   * was that command that changed the key, unless it only met a key that expired or was evicted.
   */
  keyModified(
    bytes: Uint8Array,
    start: number,
    end: number,
    running: Session | null,
    isByCommand: boolean,
  ): void {
    if (this.broadcast.prefixesCount > 0) {
      this.broadcast.keyModified(bytes, start, end, isByCommand ? running : null);
    }
    if (this.table.keysCount === 0) return;
    const { ids } = this;
    ids.length = 0;
    this.table.take(bytes, start, end, ids);
    if (ids.length > 0) this.invalidate(bytes.subarray(start, end), running);
    if (this.trackers.size === 0) this.noticeEnd();
  }

  /** One database or all were flushed: nothing that anybody has read counts any more. */
  flushed(): void {
    if (this.table.keysCount > 0) this.table.clear();
    if (this.trackers.size === 0) return this.noticeEnd();
    const resp2 = flushMessage(2);
    const resp3 = flushMessage(3);
    for (const session of [...this.trackers]) {
      this.sender.send(session, session.protocol === 3 ? resp3 : resp2);
    }
  }

  /** At the end of a turn, while no command runs. Must it be called again soon? */
  endTurn(): boolean {
    this.broadcast.endTurn();
    return this.evict();
  }

  /** Takes some keys out of a table that has more than it may, as if they had changed. */
  private evict(): boolean {
    for (let i = 0; this.isOverLimit; i++) {
      if (i === EVICTED_MAX) return true;
      this.ids.length = 0;
      const key = this.table.takeRandom(this.random, this.ids);
      this.invalidate(key, null);
    }
    return false;
  }

  private get isOverLimit(): boolean {
    return this.keysMax !== 0 && this.table.keysCount > this.keysMax;
  }

  /** Tells the sessions `ids` of a key; not one that wants not to hear of what it did itself. */
  private invalidate(key: Uint8Array, running: Session | null): void {
    const message = keysMessage([key]);
    for (const id of this.ids) {
      const session = this.sessions.get(id);
      const tracking = session?.tracking ?? null;
      if (session === undefined || tracking === null || tracking.isBroadcast) continue;
      if (tracking.isNoLoop && session === running) continue;
      this.sender.send(session, message);
    }
  }
}
