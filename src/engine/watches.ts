// WATCH: who wants to know whether a key changes before his EXEC, and whose EXEC will fail; and
// work in slices that must know whether what it walks through has changed.
//
// Watches are found by the hash of the key, so that a change costs one look-up and no string, and
// nothing at all while nobody watches.
//
// Invariants: a watch is in `byHash` under its key's hash, and in its watcher's `watches`, or in
// neither. A watcher whose watch broke has none left.
import { equalBytes } from '../domain/bytes/compare.ts';
import type { Database } from '../domain/keyspace/database.ts';
import type { Keyspace } from '../domain/keyspace/keyspace.ts';
import { NONE } from '../domain/memory/arena.ts';
import type { Session } from './session.ts';
import type { Watch, Watcher } from './watcher.ts';

/** What a watch takes besides its key, about: measured over 100,000 of them. */
const WATCH_SIZE = 200;

export class Watches {
  private readonly keyspace: Keyspace;
  private readonly byHash = new Map<number, Watch[]>();
  private readonly onWanted: (isWanted: boolean) => void;

  /** `onWanted` hears whether anybody watches anything. */
  constructor(keyspace: Keyspace, onWanted: (isWanted: boolean) => void) {
    this.keyspace = keyspace;
    this.onWanted = onWanted;
  }

  /** Watches a key of the database that the watcher works on. */
  add(watcher: Watcher, buffer: Uint8Array, start: number, end: number): void {
    const { keyspace, byHash } = this;
    const { databaseIndex } = watcher;
    const hash = keyspace.keys.hash(buffer, start, end);
    const watches = byHash.get(hash);
    const isSame = (watch: Watch): boolean =>
      watch.watcher === watcher && isWatchOf(watch, databaseIndex, buffer, start, end);
    if (watches?.some(isSame)) return;
    const key = buffer.slice(start, end);
    const database = keyspace.databases[databaseIndex];
    const watch = { watcher, databaseIndex, key, hash, wasDue: this.isDue(database, key) };
    watcher.watches.push(watch);
    watcher.watchesSize += key.length + WATCH_SIZE;
    if (watches !== undefined) {
      watches.push(watch);
      return;
    }
    byHash.set(hash, [watch]);
    if (byHash.size === 1) this.onWanted(true);
  }

  /** UNWATCH, and what EXEC and DISCARD do. */
  forget(watcher: Watcher): void {
    watcher.isWatchBroken = false;
    this.drop(watcher);
  }

  /** Has a key that somebody watches reached its deadline since, although it is still there? */
  hasDue({ watches }: Watcher): boolean {
    const { databases } = this.keyspace;
    return watches.some(
      ({ wasDue, databaseIndex, key }) => !wasDue && this.isDue(databases[databaseIndex], key),
    );
  }

  /** A key changed, or is about to go (`isGone`). */
  keyModified(
    databaseIndex: number,
    buffer: Uint8Array,
    start: number,
    end: number,
    isGone: boolean,
  ): void {
    const watches = this.byHash.get(this.keyspace.keys.hash(buffer, start, end));
    if (watches === undefined) return;
    // Breaking a watch takes it out of this list.
    for (const watch of watches.slice()) {
      if (!isWatchOf(watch, databaseIndex, buffer, start, end)) continue;
      if (!watch.wasDue) this.break(watch.watcher);
      // It was due when it was watched, and goes now: to who watches nothing has changed.
      else if (isGone) watch.wasDue = false;
    }
  }

  /** Everything that anybody watches counts as changed. */
  breakAll(): void {
    for (const watches of [...this.byHash.values()]) {
      for (const watch of watches.slice()) this.break(watch.watcher);
    }
  }

  /** What the number `index` stood for goes or went, and `replacement` takes its place, if any. */
  databaseReplaced(index: number, old: Database, replacement: Database | null): void {
    for (const watches of [...this.byHash.values()]) {
      for (const watch of watches.slice()) {
        if (watch.databaseIndex === index) this.replaceUnder(watch, old, replacement);
      }
    }
  }

  private replaceUnder(watch: Watch, database: Database, replacement: Database | null): void {
    const { key } = watch;
    const wasThere = this.isThere(database, key);
    const comes = replacement !== null && this.isThere(replacement, key);
    if (!wasThere && !comes) return;
    const comesDue = replacement !== null && this.isDue(replacement, key);
    if (watch.wasDue) {
      if (!comes) watch.wasDue = false;
      if (!comes || comesDue) return;
    } else if (!wasThere && comesDue) {
      watch.wasDue = true;
      return;
    }
    this.break(watch.watcher);
  }

  private break(watcher: Watcher): void {
    watcher.isWatchBroken = true;
    this.drop(watcher);
  }

  private drop(watcher: Watcher): void {
    for (const watch of watcher.watches) {
      const watches = this.byHash.get(watch.hash) ?? [];
      watches.splice(watches.indexOf(watch), 1);
      if (watches.length === 0) this.byHash.delete(watch.hash);
    }
    if (watcher.watches.length > 0 && this.byHash.size === 0) this.onWanted(false);
    watcher.watches = [];
    watcher.watchesSize = 0;
  }

  private isThere(database: Database, key: Uint8Array): boolean {
    return this.keyspace.findEvenDue(database, key, 0, key.length) !== NONE;
  }

  private isDue(database: Database, key: Uint8Array): boolean {
    const { keyspace } = this;
    const ref = keyspace.findEvenDue(database, key, 0, key.length);
    if (ref === NONE) return false;
    const deadlineMs = keyspace.deadline(database, ref);
    return deadlineMs !== -1 && deadlineMs <= keyspace.dueMs;
  }
}

function isWatchOf(
  { key, databaseIndex }: Watch,
  index: number,
  buffer: Uint8Array,
  start: number,
  end: number,
): boolean {
  return databaseIndex === index && equalBytes(key, 0, key.length, buffer, start, end);
}

/** Forgets what a session has queued and what it watches. */
export function discardTransaction({ watches }: { watches: Watches }, session: Session): void {
  session.transaction = null;
  watches.forget(session);
}
