// A key that work in slices reads, all of it as of one moment: whoever changes the key meanwhile
// lets the work begin anew. What is changed again and again is at last read in one go.
import type { Context } from './command.ts';
import type { Watch, Watcher } from './watcher.ts';

/** So often work begins anew; then it is done in one go. */
const RESTARTS_MAX = 2;

export class WatchedKey implements Watcher {
  readonly databaseIndex: number;
  watches: Watch[] = [];
  watchesSize = 0;
  isWatchBroken = false;
  private restarts = 0;
  private readonly context: Context;
  private readonly key: Uint8Array;

  /** Watches a key of the session's database from now on. */
  constructor(context: Context, key: Uint8Array) {
    this.context = context;
    this.key = key;
    this.databaseIndex = context.session.databaseIndex;
    this.watch();
  }

  /** The entry of the key, or NONE. A look may let it go, if its deadline has passed. */
  find(): number {
    const { keyspace, database } = this.context;
    return keyspace.find(database, this.key, 0, this.key.length);
  }

  /** Has it changed since it is watched? If so, it is watched from now on. */
  takeChange(): boolean {
    this.find();
    if (!this.isWatchBroken) return false;
    this.restarts++;
    this.isWatchBroken = false;
    this.watch();
    return true;
  }

  /** Has it changed too often? */
  isRestless(): boolean {
    return this.restarts > RESTARTS_MAX;
  }

  /** The work is done, or nobody waits for it. */
  forget(): void {
    this.context.server.watches.forget(this);
  }

  private watch(): void {
    this.context.server.watches.add(this, this.key, 0, this.key.length);
  }
}
