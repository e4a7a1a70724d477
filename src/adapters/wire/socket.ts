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
  /** Sends pieces one after the other, as send() does. */
  sendTogether(pieces: readonly Uint8Array[]): boolean;
  /**
   * The next reads go into `target`, and what comes is handed over as bytes of it; null: into the
   * socket's own buffer. Bytes may still come in the former one, or in both.
   */
  readInto(target: Uint8Array | null): void;
  /** Bytes that the socket keeps. */
  readonly pendingSize: number;
  pauseReading(): void;
  resumeReading(): void;
  /** Closes after everything was sent. */
  end(): void;
  destroy(): void;
}
