// A file that takes the place of another one when it is whole: it is written under a temporary
// name, synced, and renamed, and its directory is synced. Whoever looks finds the old file or the
// new one, after a loss of power too. What fails is a DiskError, and then abandon() removes what
// there is.
//
// Invariant: it is closed once, and not while the system syncs it: its number may be another file's
// as soon as it is closed.
import { CREATE, closeQuietly, type Disk, DiskError, type DiskFile, writeAll } from '../disk.ts';
import type { FileTarget } from './rdb-format.ts';

/** The system is not left with more to write at the end: rdb-save-incremental-fsync. */
const SYNC_SIZE = 4 * 1024 * 1024;
/** So much may wait while the system syncs what was written before. */
const UNSYNCED_SIZE_MAX = 4 * SYNC_SIZE;

export class NewFile implements FileTarget {
  private readonly disk: Disk;
  private readonly file: DiskFile;
  private readonly syncSize: number;
  private readonly isBackground: boolean;
  private unsyncedSize = 0;
  private isSyncing = false;
  /** Of a sync in the background. */
  private problem: DiskError | null = null;
  private isOpen = true;
  private isAbandoned = false;
  /** What waits for the sync that is under way. */
  private afterSync = (): void => {};

  /**
   * `syncsOften`: not only at the end. `isBackground`: nobody waits for syncs, and finish() comes
   * before publish().
   */
  constructor(disk: Disk, temporaryPath: string, syncsOften: boolean, isBackground: boolean) {
    this.disk = disk;
    this.syncSize = syncsOften ? SYNC_SIZE : Number.POSITIVE_INFINITY;
    this.isBackground = isBackground;
    // One of a process that had this number before, and died.
    if (disk.has(temporaryPath)) disk.remove(temporaryPath);
    this.file = disk.open(temporaryPath, CREATE);
  }

  /** Does the disk not keep up? Then nothing should be written now. */
  get isBehind(): boolean {
    return this.isSyncing && this.unsyncedSize >= UNSYNCED_SIZE_MAX;
  }

  take(bytes: Uint8Array, start: number, end: number): void {
    if (this.problem !== null) throw this.problem;
    writeAll(this.file, bytes, start, end);
    this.unsyncedSize += end - start;
    if (this.unsyncedSize < this.syncSize || this.isSyncing) return;
    this.unsyncedSize = 0;
    if (this.isBackground) this.syncLater(() => this.afterSync());
    else this.file.syncNow();
  }

  /** Writes over what was taken, at `position`. */
  writeOver(bytes: Uint8Array, position: number): void {
    this.file.writeOver(bytes, position);
  }

  /**
   * All is written: makes it last, in the background, and closes it; what fails is abandoned.
   * `done` is not called after abandon().
   */
  finish(done: (problem: DiskError | null) => void): void {
    if (this.isSyncing) {
      this.afterSync = () => this.finish(done);
      return;
    }
    this.syncLater(() => {
      try {
        if (this.problem === null) this.close();
      } catch (error) {
        if (!(error instanceof DiskError)) throw error;
        this.problem = error;
      }
      const { problem } = this;
      if (problem !== null) this.abandon();
      done(problem);
    });
  }

  /** It takes the place of `path`, in whose directory it is. */
  publish(path: string, directory: string): void {
    if (!this.isBackground) this.file.syncNow();
    this.close();
    this.disk.rename(this.file.path, path);
    this.disk.syncDirectory(directory);
  }

  /** It is not wanted, or has failed. */
  abandon(): void {
    if (this.isAbandoned) return;
    this.isAbandoned = true;
    if (this.isOpen && !this.isSyncing) closeQuietly(this.file);
    try {
      this.disk.remove(this.file.path);
    } catch (error) {
      // Nothing can be done about it, and the next one of this name removes it.
      if (!(error instanceof DiskError)) throw error;
    }
  }

  private syncLater(done: () => void): void {
    this.isSyncing = true;
    this.file.sync((problem) => {
      this.isSyncing = false;
      this.problem ??= problem;
      if (this.isAbandoned) closeQuietly(this.file);
      else done();
    });
  }

  private close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.file.close();
  }
}
