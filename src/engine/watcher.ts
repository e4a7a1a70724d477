// Who watches keys, and what is remembered of that: watches.ts.

/** Who watches keys: a session, or work that goes on later. */
export interface Watcher {
  readonly databaseIndex: number;
  watches: Watch[];
  /** Bytes that what it watches takes, about. */
  watchesSize: number;
  /** A key that it watched has changed. */
  isWatchBroken: boolean;
}

/** A key that somebody watches. */
export interface Watch {
  readonly watcher: Watcher;
  readonly databaseIndex: number;
  readonly key: Uint8Array;
  readonly hash: number;
  /** Its deadline had passed already when it was watched: for the watcher it was not there. */
  wasDue: boolean;
}
