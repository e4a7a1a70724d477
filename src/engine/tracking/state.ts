// What CLIENT TRACKING has set for one session.

export class TrackingState {
  /** Hears of all keys that begin with one of its prefixes, and not of those that it has read. */
  isBroadcast = false;
  /** Remembers keys only of the command that follows CLIENT CACHING YES. */
  isOptIn = false;
  /** Remembers keys of all commands but the one that follows CLIENT CACHING NO. */
  isOptOut = false;
  /** Does not hear of its own changes. */
  isNoLoop = false;
  /** CLIENT CACHING was said; it holds for the next command or transaction. */
  isCachingGiven = false;
  /** The session that messages were to go to is gone. */
  isRedirectBroken = false;
  /** The id of the session that gets the messages; 0: this one. */
  redirectId = 0;
  /** Of a session that broadcasts: latin1 text, sorted. */
  prefixes: string[] = [];
}

/** The options of CLIENT TRACKING ON. */
export interface TrackingOptions {
  readonly isBroadcast: boolean;
  readonly isOptIn: boolean;
  readonly isOptOut: boolean;
  readonly isNoLoop: boolean;
  readonly redirectId: number;
  /** More prefixes, as latin1 text; none at all: the empty one. Only with isBroadcast. */
  readonly prefixes: readonly string[];
}
