// The disk of a server whose data is in memory alone: nothing is there, and nothing can be made.
import { type Disk, DiskError, type DiskFile, type OpenMode, READ } from '../engine/disk.ts';

// Each start looks for files: what says that there are none is made once.
const NOT_THERE = new DiskError('ENOENT', 'No such file or directory');
const READ_ONLY = new DiskError('EROFS', 'Read-only file system');

export class NoDisk implements Disk {
  open(_path: string, mode: OpenMode): DiskFile {
    throw mode === READ ? NOT_THERE : READ_ONLY;
  }

  has(): boolean {
    return false;
  }

  list(): null {
    return null;
  }

  makeDirectory(): void {
    throw READ_ONLY;
  }

  rename(): void {
    throw READ_ONLY;
  }

  remove(): void {
    throw NOT_THERE;
  }

  removeDirectory(): void {
    throw NOT_THERE;
  }

  syncDirectory(): void {
    throw NOT_THERE;
  }
}
