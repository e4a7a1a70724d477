// The disk of the machine. See engine/disk.ts.
import {
  close,
  closeSync,
  constants,
  existsSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmdirSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import {
  APPEND,
  CREATE,
  type Disk,
  DiskError,
  type DiskFile,
  type OpenMode,
} from '../engine/disk.ts';
import { pathBytes } from './files.ts';
import { errorCode, errorWords } from './system-error.ts';

/** What may be done with a new file: as Redis has it, less what umask takes. */
const FILE_MODE = 0o644;
const DIRECTORY_MODE = 0o755;
/** What systems answer that know no sync of directories: their renames are all there is. */
const UNSYNCED_DIRECTORIES: readonly string[] = ['EINVAL', 'EBADF', 'EISDIR', 'EPERM', 'ENOTSUP'];
const NOT_OPEN = -1;
/** A call that a signal interrupted, or that the file is not ready for, is made again. */
const AGAIN: readonly string[] = ['EINTR', 'EAGAIN'];

export class SystemDisk implements Disk {
  open(path: string, mode: OpenMode): DiskFile {
    const flags = mode === CREATE ? 'wx' : mode === APPEND ? 'a' : 'r';
    return new SystemFile(
      path,
      tried(() => openSync(pathBytes(path), flags, FILE_MODE)),
    );
  }

  has(path: string): boolean {
    return existsSync(pathBytes(path));
  }

  list(path: string): string[] | null {
    try {
      return readdirSync(pathBytes(path), 'latin1');
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null;
      throw diskError(error);
    }
  }

  makeDirectory(path: string): void {
    tried(() => mkdirSync(pathBytes(path), DIRECTORY_MODE));
  }

  rename(from: string, to: string): void {
    freedLater(to, () => renameSync(pathBytes(from), pathBytes(to)));
  }

  remove(path: string): void {
    freedLater(path, () => unlinkSync(pathBytes(path)));
  }

  removeDirectory(path: string): void {
    tried(() => rmdirSync(pathBytes(path)));
  }

  syncDirectory(path: string): void {
    try {
      const directory = openSync(pathBytes(path), 'r');
      try {
        fsyncSync(directory);
      } finally {
        closeSync(directory);
      }
    } catch (error) {
      if (!UNSYNCED_DIRECTORIES.includes(errorCode(error))) throw diskError(error);
    }
  }
}

class SystemFile implements DiskFile {
  readonly path: string;
  private readonly descriptor: number;

  constructor(path: string, descriptor: number) {
    this.path = path;
    this.descriptor = descriptor;
  }

  size(): number {
    return tried(() => fstatSync(this.descriptor).size);
  }

  read(into: Uint8Array, start: number, end: number, position: number): number {
    let at = start;
    while (at < end) {
      const from = position + at - start;
      const count = tried(() => readSync(this.descriptor, into, at, end - at, from));
      if (count === 0) break;
      at += count;
    }
    return at - start;
  }

  write(bytes: Uint8Array, start: number, end: number): number {
    return tried(() => writeSync(this.descriptor, bytes, start, end - start));
  }

  writeOver(bytes: Uint8Array, position: number): void {
    for (let at = 0; at < bytes.length; ) {
      const left = bytes.length - at;
      at += tried(() => writeSync(this.descriptor, bytes, at, left, position + at));
    }
  }

  truncate(size: number): void {
    tried(() => ftruncateSync(this.descriptor, size));
  }

  sync(done: (problem: DiskError | null) => void): void {
    fdatasync(this.descriptor, (error) => done(error === null ? null : diskError(error)));
  }

  syncNow(): void {
    tried(() => fdatasyncSync(this.descriptor));
  }

  close(): void {
    tried(() => closeSync(this.descriptor));
  }
}

/**
 * Lets `act` take a name from the file of this path. What a file has is freed when it has no name
 * and nobody has it open, which takes tens of ms for a large one: a thread of the pool closes it.
 */
function freedLater(path: string, act: () => void): void {
  const descriptor = opened(path);
  try {
    tried(act);
  } finally {
    if (descriptor !== NOT_OPEN) close(descriptor, () => {});
  }
}

function opened(path: string): number {
  // There an open file would be in the way.
  if (process.platform === 'win32') return NOT_OPEN;
  try {
    return openSync(pathBytes(path), constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return NOT_OPEN;
  }
}

/** What `act` answers; a failure is a DiskError. */
function tried<T>(act: () => T): T {
  for (;;) {
    try {
      return act();
    } catch (error) {
      if (!AGAIN.includes(errorCode(error))) throw diskError(error);
    }
  }
}

function diskError(error: unknown): DiskError {
  return new DiskError(errorCode(error), errorWords(error));
}
