// The disk, as persistence sees it: a port. The real one is infrastructure/disk.ts; the tests' one
// loses what was not synced, and fails when it is told to.
//
// Paths are latin1, one character per byte, as everywhere; relative ones start from `dir`. What is
// said of a failure is what the operating system says.

/** A call of the operating system failed. */
export class DiskError extends Error {
  /** `ENOSPC`, for instance. */
  readonly code: string;

  /** `words`: what operators know: `No space left on device`. */
  constructor(code: string, words: string) {
    super(words);
    this.code = code;
  }
}

/** How a file is opened. */
export const READ = 0;
/** To be written from its beginning; it must not be there. */
export const CREATE = 1;
/** To be written behind what it has. */
export const APPEND = 2;

export type OpenMode = typeof READ | typeof CREATE | typeof APPEND;

/** An open file. All calls but sync() are done when they return; what fails throws DiskError. */
export interface DiskFile {
  readonly path: string;
  /** Bytes that it has. */
  size(): number;
  /** Reads from `position` on into [start, end). Returns how many bytes; fewer only at its end. */
  read(into: Uint8Array, start: number, end: number, position: number): number;
  /** Writes [start, end) behind what it has. Returns how many bytes were taken: may be fewer. */
  write(bytes: Uint8Array, start: number, end: number): number;
  /** Writes all of `bytes` over what it has at `position`. Of a file that was made: CREATE. */
  writeOver(bytes: Uint8Array, position: number): void;
  /** Cuts it. */
  truncate(size: number): void;
  /** Makes its data last, in the background: one at a time. `null` if that went well. */
  sync(done: (problem: DiskError | null) => void): void;
  /** The same, while everything waits. */
  syncNow(): void;
  close(): void;
}

/** All calls throw DiskError when they fail. */
export interface Disk {
  open(path: string, mode: OpenMode): DiskFile;
  /** Is there a file, or a directory, of this name? */
  has(path: string): boolean;
  /** Names of what is in a directory, in no order; null if there is no directory of this name. */
  list(path: string): string[] | null;
  makeDirectory(path: string): void;
  /** `to` is replaced. */
  rename(from: string, to: string): void;
  remove(path: string): void;
  removeDirectory(path: string): void;
  /**
   * Makes names in a directory last: what was made, renamed and removed there. Where the system
   * cannot do that (Windows) it is as if it had.
   */
  syncDirectory(path: string): void;
}

/** Writes all of [start, end), in as many writes as it takes. */
export function writeAll(file: DiskFile, bytes: Uint8Array, start: number, end: number): void {
  for (let at = start; at < end; ) at += file.write(bytes, at, end);
}

/** Closes a file of which nobody wants to hear any more. */
export function closeQuietly(file: DiskFile | null): void {
  try {
    file?.close();
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
  }
}
