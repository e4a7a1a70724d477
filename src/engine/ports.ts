// The ports: all effects of the world on the engine and back. They are called once per turn of a
// connection, never once per command. Real ones live in infrastructure/, those of tests in
// test/support/.
import type { Settings } from './settings/settings.ts';

/**
 * Time. Nothing else in the engine knows what time it is.
 *
 * There are two clocks. The wall clock can be set, forth and back: deadlines and stamps are its
 * moments. The monotonic one only goes on. What work takes, slices and durations, is measured by
 * it; and what lasts is counted by the time that has elapsed on it: idle clients and keys, pauses,
 * clients that wait, rates, ticks, uptime. Both are the same time, but where a test holds the
 * server's: work takes its time all the same.
 */
export interface Clock {
  /** The wall clock: milliseconds since 1970. */
  nowMs(): number;
  /** The wall clock: microseconds since 1970, in the millisecond that nowMs() says. */
  nowUs(): number;
  /** The monotonic clock: microseconds since some moment, never going back. */
  monotonicUs(): number;
  /** The same in milliseconds with their fractions: for turns, which look most often. */
  readonly monotonic: { now(): number };
  /**
   * Calls back once when the monotonic clock has gone on by `delayMs`, however long that is. The
   * timer alone never keeps the process alive.
   */
  schedule(delayMs: number, callback: () => void): Timer;
  /** The time that the server has lived: microseconds since some moment, never going back. */
  elapsedUs(): number;
  /** Calls back once when `delayMs` of it have elapsed. */
  scheduleElapsed(delayMs: number, callback: () => void): Timer;
  /**
   * Does time elapse as a test says? Then it is looked at anew for each turn, and nobody waits for
   * ticks, of which a month has 26 million: who moves it has the cron run.
   */
  readonly isMoved: boolean;
}

export interface Timer {
  cancel(): void;
}

/** Randomness: whole numbers of 32 bits, 0 to 2^32 - 1. */
export interface Random {
  next(): number;
}

/** The log. Levels are Redis's: debug, verbose, notice, warning. */
export type LogLevel = 'debug' | 'verbose' | 'notice' | 'warning';

export interface Log {
  /** The message is latin1: one character per byte. */
  write(level: LogLevel, message: string): void;
}

/** The way out of one connection. */
export interface Output {
  /**
   * Sends what answers no request, behind all that was said or is held, and counts it against the
   * client's output limit. The bytes must not change any more, for others may be sent the same. For
   * a connection whose requests are executed: between two of them only.
   */
  push(bytes: Uint8Array): void;
  /**
   * Reads what push() will look at, so that of many outputs the processor waits for all at once.
   * The result says nothing, but lets no compiler leave the reading out.
   */
  lookAhead(): number;
  /** Bytes that were said but that the peer has not taken yet. */
  readonly pendingSize: number;
  /** Bytes of requests that are not parsed yet, and the size of the buffer that they lie in. */
  readonly queryUsedSize: number;
  readonly queryBufferSize: number;
  /** Bytes of arguments that were parsed for a request that is not complete. */
  readonly argumentsSize: number;
  /** Bytes of what tells where the arguments of such a request are. */
  readonly argumentsRoom: number;
  /** Closes the connection after what was sent has been taken. */
  closeAfterReply(): void;
  /** Closes the connection now. */
  destroy(): void;
  /** The passing of time (monotonic): buffers of an idle connection are given back. */
  tick(nowUs: number): void;
  /** Goes on after a request that was POSTPONED: see outcome.ts. */
  resume(): void;
  /** The reply to a request that was BLOCKED, in pieces that must not change; then goes on. */
  answer(pieces: readonly Uint8Array[]): void;
  /** From here on nothing is sent, and no further request runs: until release(). */
  hold(): void;
  release(): void;
}

/**
 * Brings the text of a configuration file up to the present settings ('' for a file that is not
 * there yet); `all` writes out defaults too. It is rewriteConfig of adapters/config/rewrite.ts.
 */
export type ConfigRewriter = (
  oldText: string,
  settings: Settings,
  options?: { readonly all?: boolean },
) => string;

/** What the server asks of the process it lives in. */
export interface Host {
  readonly pid: number;
  readonly executable: string;
  readonly configFile: string;
  readonly operatingSystem: string;
  readonly architectureBits: number;
  readonly runtimeVersion: string;
  /** Bytes in memory, as the operating system counts them. */
  residentSize(): number;
  /** Bytes of the JavaScript heap in use, reserved for it, and the most that may live on it. */
  heapSizes(): { used: number; total: number; max: number };
  /** Bytes of it that are in use when garbage has been collected, which takes its time. */
  liveHeapSize(): number;
  /** The bytes as text, a character each (latin1), made by the runtime at once. */
  latin1Text(bytes: Uint8Array, start: number, end: number): string;
  /** Writes such a text from `at` on, where there is room for it. */
  writeLatin1(text: string, bytes: Uint8Array, at: number): void;
  /** Total memory of the machine in bytes. */
  readonly systemMemorySize: number;
  /** Seconds of processor time: user, system, of this process. */
  processorSeconds(): { user: number; system: number };
  /** Blocks for a while (DEBUG SLEEP). */
  sleep(microseconds: number): void;
  /**
   * Replaces the text of the configuration file ('' if there is no file yet) by what `update` makes
   * of it. Null, or why it could not, in the words of the operating system.
   */
  updateConfigFile(update: (oldText: string) => string): string | null;
}
