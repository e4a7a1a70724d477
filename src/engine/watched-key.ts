// A key that work in slices reads, all of it as of one moment: whoever changes the key meanwhile
// lets the work begin anew. What is changed again and again is at last read in one go.
//
// Each step begins with takeChange(), and ends with watch() or, if it was the last one, forget():
// work that is done in its first step watches nothing.
import { NONE } from '../domain/memory/arena.ts';
import { isOfType, TYPE_STREAM } from '../domain/memory/record.ts';
import { rootWord, STREAM_UNTOLD_CHANGES } from '../domain/values/stream-root.ts';
import type { Context } from './command.ts';
import type { Watch, Watcher } from './watcher.ts';

/** So often work begins anew; then it is done in one go. */
const RESTARTS_MAX = 2;

export class WatchedKey implements Watcher {
  readonly databaseIndex: number;
  watches: Watch[] = [];
  watchesSize = 0;
  isWatchBroken = false;
  /** The entry, or NONE, as takeChange() has found it: good until others run. */
  ref: number = NONE;
  private restarts = 0;
  /** A stream changes in ways of which nobody is told who watches it: this was seen of it. */
  private root: number = NONE;
  private untoldChanges = 0;
  private readonly context: Context;
  private readonly key: Uint8Array;

  /** Of the session's database. */
  constructor(context: Context, key: Uint8Array) {
    this.context = context;
    this.key = key;
    this.databaseIndex = context.session.databaseIndex;
  }

  /** Looks for the key. Has it changed since it is watched? */
  takeChange(): boolean {
    const { keyspace, database, server } = this.context;
    // A look may let it go, if its deadline has passed. It may also be kept, and not be there.
    this.ref = keyspace.find(database, this.key, 0, this.key.length);
    const isGone = this.ref === NONE && server.watches.hasDue(this);
    const isSame = this.watches.length === 0 || this.isStreamSame();
    if (!this.isWatchBroken && !isGone && isSame) return false;
    this.restarts++;
    this.forget();
    return true;
  }

  /** Has it changed too often? */
  isRestless(): boolean {
    return this.restarts > RESTARTS_MAX;
  }

  /** Others run before the next step. */
  watch(): void {
    if (this.watches.length > 0) return;
    this.context.server.watches.add(this, this.key, 0, this.key.length);
    this.root = this.rootOfStream();
    this.untoldChanges = this.untoldChangesOf(this.root);
  }

  private isStreamSame(): boolean {
    const root = this.rootOfStream();
    return root === this.root && this.untoldChangesOf(root) === this.untoldChanges;
  }

  private rootOfStream(): number {
    const { ref } = this;
    const { arena, records } = this.context.keyspace;
    return ref !== NONE && isOfType(arena, ref, TYPE_STREAM) ? records.valueBlock(ref) : NONE;
  }

  private untoldChangesOf(root: number): number {
    return root === NONE ? 0 : rootWord(this.context.keyspace.arena, root, STREAM_UNTOLD_CHANGES);
  }

  /** The work is done, or nobody waits for it. */
  forget(): void {
    this.context.server.watches.forget(this);
  }
}
