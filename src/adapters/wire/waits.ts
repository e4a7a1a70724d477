// What the requests of a connection wait for: bits of its `waitsFor`.

/** For nothing any more. */
export const CLOSED = 1;
/** For the peer to take replies. */
export const PEER = 2;
/** For the others to have had their turn. */
export const TURN = 4;
/** For resume(): a request is held, or a command waits for something. */
export const RESUME = 8;
/** For a long answer to leave. */
export const ANSWER = 16;
/** For what it did, or saw, to last on the disk: nothing is sent. */
export const DISK = 32;
