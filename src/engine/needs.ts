// Needs of a command, and what states of the server and of the session deny: see gate.ts. A state
// that only wants to notice what runs denies what it wants to notice.

export const NEEDS_AUTHENTICATION = 1 << 0;
export const NEEDS_LOADED_DATA = 1 << 1;
export const NEEDS_MEMORY = 1 << 2;
export const NEEDS_NO_PAUSE = 1 << 3;
export const NEEDS_NO_WRITE_PAUSE = 1 << 4;
/** While somebody monitors, the command has to be shown. */
export const NEEDS_NO_MONITORS = 1 << 5;
/** Only with the leave of an `enable-*-command` directive. */
export const NEEDS_LEAVE = 1 << 6;
/** Uses keys, which CLIENT NO-TOUCH must not count as used. */
export const NEEDS_TOUCHING = 1 << 7;
/** Who monitors may not work with keys. */
export const NEEDS_NO_MONITORING = 1 << 8;
/** Between MULTI and EXEC it is queued. */
export const NEEDS_NO_TRANSACTION = 1 << 9;
/** What it does is written down for the journal and for replicas. */
export const NEEDS_NO_JOURNAL = 1 << 10;
/** While the session tracks: the keys that it reads are remembered for client-side caching. */
export const NEEDS_NO_TRACKING = 1 << 11;
/** A RESP2 client that is subscribed to something may do little else. */
export const NEEDS_NO_SUBSCRIPTION = 1 << 12;
/** CLIENT REPLY keeps the answer back. */
export const NEEDS_ANSWER = 1 << 13;
/** Changes data, or asks whether that is possible: persistence must not have failed. */
export const NEEDS_DISK = 1 << 17;
/** Changes data, which enough replicas must be there to take: see min-replicas-to-write. */
export const NEEDS_REPLICAS = 1 << 14;
/** May make keys: while somebody waits for some, he is served afterwards. */
export const NEEDS_NO_WAITERS = 1 << 16;
/** While a script runs long nearly everything waits, or is refused: see interlude.ts. */
export const NEEDS_NO_BUSY_SCRIPT = 1 << 18;
/** Whoever has set rules for faults looks at every request: see faults.ts. */
export const NEEDS_NO_FAULTS = 1 << 19;
/** What a script can have instead of its command: what it says of itself decides. */
export const OF_SCRIPTS = NEEDS_MEMORY | NEEDS_DISK | NEEDS_REPLICAS | NEEDS_NO_WRITE_PAUSE;
