// What came of a request or of a call: three outcomes, told by execute() and call().

/** It ran, was queued or was refused: it has been answered. */
export const RAN = 0;
/** It did not run, and nothing happened: the request is to be tried again later (CLIENT PAUSE). */
export const POSTPONED = 1;
/** It was accepted and waits; the session gets no further request until it has been answered. */
export const BLOCKED = 2;
