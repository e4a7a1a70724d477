// Who wants to know what happens to keys: those who watch, client-side caches, notifications, and
// the journal. They are told in this order, as Redis does it, but that of a key which expired the
// notification comes first. A program that embeds the server observes it, too. Who waits for keys
// hears of those that come into being, that get more, and that go. While nobody wants to know, the
// keyspace has no listener.
import type { Database } from '../domain/keyspace/database.ts';
import type { KeyspaceEvent } from '../domain/keyspace/event-classes.ts';
import {
  EVENT_EVICTED,
  EVENT_EXPIRED,
  EVENT_KEYMISS,
  EVENT_NEW,
  EVENT_OVERWRITTEN,
  type KeyspaceListener,
} from '../domain/keyspace/events.ts';
import type { Keyspace } from '../domain/keyspace/keyspace.ts';
import type { Effects } from './effects.ts';
import type { KeyWaits } from './key-waits.ts';
import type { Notifications } from './notifications.ts';
import type { Pushes } from './pushes.ts';
import type { Tracking } from './tracking/tracking.ts';
import type { Watches } from './watches.ts';

// Who wants to know: bits.
export const FOR_WATCHES = 1;
export const FOR_TRACKING = 2;
export const FOR_NOTIFICATIONS = 4;
export const FOR_EFFECTS = 8;
export const FOR_WAITERS = 16;
const FOR_OBSERVER = 32;

/** The program that embeds the server. What it is shown can be read until it returns. */
export interface KeyObserver {
  changed(database: Database, ref: number, event: KeyspaceEvent): void;
  removed(database: Database, ref: number, event: KeyspaceEvent): void;
  /** A database, or all of them (null), is emptied. */
  flushed(database: Database | null): void;
}

/** What of the server is needed here. */
export interface KeyListenersParts {
  readonly keyspace: Keyspace;
  readonly watches: Watches;
  readonly tracking: Tracking;
  readonly notifications: Notifications;
  readonly effects: Effects;
  readonly live: { readonly unlinksExpired: boolean; readonly unlinksEvicted: boolean };
  readonly pushes: Pushes;
  readonly blocking: {
    readonly keys: KeyWaits;
    keyGoes(database: Database, ref: number, event: KeyspaceEvent): void;
  };
}

export class KeyListeners implements KeyspaceListener {
  private readonly parts: KeyListenersParts;
  private wanted = 0;
  private observer: KeyObserver | null = null;

  constructor(parts: KeyListenersParts) {
    this.parts = parts;
  }

  observe(observer: KeyObserver | null): void {
    this.observer = observer;
    this.want(FOR_OBSERVER, observer !== null);
  }

  /** One of FOR_* wants to know from here on, or no longer. */
  want(who: number, isWanted: boolean): void {
    if (isWanted) this.wanted |= who;
    else this.wanted &= ~who;
    this.parts.keyspace.listener = this.wanted === 0 ? null : this;
  }

  added(database: Database, ref: number): void {
    if ((this.wanted & FOR_WAITERS) !== 0) this.parts.blocking.keys.keyCame(database, ref);
    this.notify(database, ref, EVENT_NEW);
  }

  changed(database: Database, ref: number, event: KeyspaceEvent): void {
    if (event.bringsMore === true && (this.wanted & FOR_WAITERS) !== 0) {
      this.parts.blocking.keys.keyCame(database, ref);
    }
    if (event.isUnmodified !== true) this.modified(database, ref, false, true);
    this.notify(database, ref, event);
    this.observer?.changed(database, ref, event);
  }

  removed(database: Database, ref: number, event: KeyspaceEvent): void {
    this.observer?.removed(database, ref, event);
    if ((this.wanted & FOR_WAITERS) !== 0) this.parts.blocking.keyGoes(database, ref, event);
    if (event === EVENT_EXPIRED) {
      this.notify(database, ref, event);
      this.modified(database, ref, true, false);
      return this.removedByItself(database, ref, this.parts.live.unlinksExpired);
    }
    if (event === EVENT_EVICTED) {
      this.modified(database, ref, true, false);
      this.notify(database, ref, event);
      return this.removedByItself(database, ref, this.parts.live.unlinksEvicted);
    }
    // Whoever overwrites says so of the key that it then is.
    if (event === EVENT_OVERWRITTEN) return;
    this.modified(database, ref, true, true);
    this.notify(database, ref, event);
  }

  /** Replicas are told field by field: as good as HDEL. */
  fieldExpired(
    database: Database,
    ref: number,
    field: Uint8Array,
    fieldStart: number,
    fieldEnd: number,
  ): void {
    const { keyspace, effects } = this.parts;
    keyspace.records.locateKey(ref);
    const { keyBytes, keyStart, keyEnd } = keyspace.records;
    const { index } = database;
    effects.removedField(index, keyBytes, keyStart, keyEnd, field, fieldStart, fieldEnd);
  }

  flushed(database: Database | null): void {
    const { keyspace, watches, tracking, blocking } = this.parts;
    if ((this.wanted & FOR_WAITERS) !== 0) blocking.keys.flushed(database);
    if ((this.wanted & FOR_WATCHES) !== 0) {
      const flushed = database === null ? keyspace.databases : [database];
      for (const each of flushed) watches.databaseReplaced(each.index, each, null);
    }
    if ((this.wanted & FOR_TRACKING) !== 0) tracking.flushed();
    this.observer?.flushed(database);
  }

  /** Whatever was watched counts as changed: it may be what it was, but nobody has compared it. */
  filled(): void {
    const { watches, blocking } = this.parts;
    if ((this.wanted & FOR_WATCHES) !== 0) watches.breakAll();
    if ((this.wanted & FOR_WAITERS) !== 0) blocking.keys.filled();
  }

  /** They have changed places already: what each was replaced with is what it is now. */
  swapped(first: number, second: number): void {
    const { keyspace, watches, blocking } = this.parts;
    if ((this.wanted & FOR_WAITERS) !== 0) blocking.keys.swapped(first, second);
    if ((this.wanted & FOR_WATCHES) === 0) return;
    const { [first]: ofFirst, [second]: ofSecond } = keyspace.databases;
    watches.databaseReplaced(first, ofSecond, ofFirst);
    watches.databaseReplaced(second, ofFirst, ofSecond);
  }

  missed(database: Database, buffer: Uint8Array, start: number, end: number): void {
    if ((this.wanted & FOR_NOTIFICATIONS) === 0) return;
    this.parts.notifications.notify(EVENT_KEYMISS, database.index, buffer, start, end);
  }

  /** A key is another one, or gone; `isByCommand`: not by itself. */
  private modified(database: Database, ref: number, isGone: boolean, isByCommand: boolean): void {
    const { keyspace, watches, tracking, pushes } = this.parts;
    const { records } = keyspace;
    if ((this.wanted & (FOR_WATCHES | FOR_TRACKING)) === 0) return;
    records.locateKey(ref);
    const { keyBytes, keyStart, keyEnd } = records;
    if ((this.wanted & FOR_WATCHES) !== 0) {
      watches.keyModified(database.index, keyBytes, keyStart, keyEnd, isGone);
    }
    if ((this.wanted & FOR_TRACKING) !== 0) {
      tracking.keyModified(keyBytes, keyStart, keyEnd, pushes.running, isByCommand);
    }
  }

  private removedByItself(database: Database, ref: number, unlinks: boolean): void {
    const { keyspace, effects } = this.parts;
    keyspace.records.locateKey(ref);
    const { keyBytes, keyStart, keyEnd } = keyspace.records;
    effects.removed(unlinks ? 'UNLINK' : 'DEL', database.index, keyBytes, keyStart, keyEnd);
  }

  private notify(database: Database, ref: number, event: KeyspaceEvent): void {
    if ((this.wanted & FOR_NOTIFICATIONS) === 0) return;
    const { records } = this.parts.keyspace;
    records.locateKey(ref);
    const { keyBytes, keyStart, keyEnd } = records;
    this.parts.notifications.notify(event, database.index, keyBytes, keyStart, keyEnd);
  }
}
