// A file that takes the place of another one when it is whole: it is written under a temporary
// name, synced, and renamed, and its directory is synced. Whoever looks finds the old file or the
// new one, after a loss of power too. What fails is a DiskError, and then abandon() removes what
// there is.
import { CREATE, type Disk, DiskError, type DiskFile, writeAll } from '../disk.ts';
import type { ByteTarget } from './rdb-format.ts';

/** The system is not left with more to write at the end: rdb-save-incremental-fsync. */
const SYNC_SIZE = 4 * 1024 * 1024;

export class NewFile implements ByteTarget {
  /** Bytes so far. */
  size = 0;
  private readonly disk: Disk;
  private readonly file: DiskFile;
  private readonly syncSize: number;
  private readonly isBackground: boolean;
  private unsyncedSize = 0;
  private isSyncing = false;
  /** Of a sync in the background. */
  private problem: DiskError | null = null;
  private isOpen = true;

  /**
   * `syncsOften`: not only at the end. `isBackground`: nobody waits for syncs but who calls sync().
   */
  constructor(disk: Disk, temporaryPath: string, syncsOften: boolean, isBackground: boolean) {
    this.disk = disk;
    this.syncSize = syncsOften ? SYNC_SIZE : Number.POSITIVE_INFINITY;
    this.isBackground = isBackground;
    // One of a process that had this number before, and died.
    if (disk.has(temporaryPath)) disk.remove(temporaryPath);
    this.file = disk.open(temporaryPath, CREATE);
  }

  take(bytes: Uint8Array, start: number, end: number): void {
    if (this.problem !== null) throw this.problem;
    writeAll(this.file, bytes, start, end);
    this.size += end - start;
    this.unsyncedSize += end - start;
    if (this.unsyncedSize < this.syncSize || this.isSyncing) return;
    this.unsyncedSize = 0;
    if (this.isBackground) this.syncLater(() => {});
    else this.file.syncNow();
  }

  /** Makes all of it last, in the background; then publish() is to be called. */
  sync(done: (problem: DiskError | null) => void): void {
    this.syncLater((problem) => {
      if (problem === null) this.unsyncedSize = 0;
      done(problem);
    });
  }

  /** It takes the place of `path`, in whose directory it is. */
  publish(path: string, directory: string): void {
    if (this.problem !== null) throw this.problem;
    if (!this.isBackground) this.file.syncNow();
    this.close();
    this.disk.rename(this.file.path, path);
    this.disk.syncDirectory(directory);
  }

  /** It is not wanted, or has failed. */
  abandon(): void {
    this.close();
    try {
      this.disk.remove(this.file.path);
    } catch (error) {
      // Nothing can be done about it, and the next one of this name removes it.
      if (!(error instanceof DiskError)) throw error;
    }
  }

  private syncLater(done: (problem: DiskError | null) => void): void {
    this.isSyncing = true;
    this.file.sync((problem) => {
      this.isSyncing = false;
      this.problem ??= problem;
      done(this.problem);
    });
  }

  /** Nothing more is written. */
  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.file.close();
  }
}
