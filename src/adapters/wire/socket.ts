// A socket, as connections see it. The real one is in infrastructure/network.ts.

/** What a connection needs of the network. */
export interface Socket {
  /**
   * Sends bytes. True when they are gone, false when the socket keeps them and they must not
   * change.
   */
  send(bytes: Uint8Array, size: number): boolean;
  /** Reads what send() will look at: see Output. */
  lookAhead(): number;
  /** Bytes that the socket keeps. */
  readonly pendingSize: number;
  pauseReading(): void;
  resumeReading(): void;
  /** Closes after everything was sent. */
  end(): void;
  destroy(): void;
}
