// What tests see: the types of the package's `redstart/testing`.
import type { RedstartServer, ServerOptions } from '../embed/api.ts';

export interface TestServerOptions extends ServerOptions {}

/** Milliseconds, or a number with its unit: '250ms', '90s', '5m', '1.5h', '30d', '2w'. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd' | 'w'}`;

/**
 * The server's time. Until `freeze()` it is this process's: `Date` and timers that a test replaces
 * move it. From then on it is the server's own.
 */
export interface TestClock {
  /** Milliseconds since 1970, as the server sees it. */
  readonly now: number;
  /** Time stands still, at `at` (a Date, or milliseconds since 1970) or where it is. */
  freeze(at?: number | Date): void;
  /**
   * Time goes on by so much, from deadline to deadline: what falls due happens in order, and who
   * waits for it in this process has their turn before time goes on. For a frozen clock.
   */
  advance(duration: Duration): Promise<void>;
  /** Time leaps; then what is due happens once, as when a laptop wakes. For a frozen clock. */
  jump(duration: Duration): Promise<void>;
  /** What is due happens now: for a `Date` that somebody else has moved. */
  catchUp(): Promise<void>;
  /** Time is this process's again; it may step back by what it was ahead. */
  resume(): void;
}

/** A server for tests. It never keeps the process alive, until `ref()` says so. */
export interface TestServer extends RedstartServer {
  readonly clock: TestClock;
}
