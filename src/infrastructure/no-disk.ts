// The disk of a server whose data is in memory alone: nothing is there, and nothing can be made.
import { type Disk, DiskError, type DiskFile, type OpenMode, READ } from '../engine/disk.ts';
import { codeWords } from './system-error.ts';

export class NoDisk implements Disk {
  open(_path: string, mode: OpenMode): DiskFile {
    return refuse(mode === READ ? 'ENOENT' : 'EROFS');
  }

  has(): boolean {
    return false;
  }

  list(): null {
    return null;
  }

  makeDirectory(): void {
    refuse('EROFS');
  }

  rename(): void {
    refuse('EROFS');
  }

  remove(): void {
    refuse('ENOENT');
  }

  removeDirectory(): void {
    refuse('ENOENT');
  }

  syncDirectory(): void {
    refuse('ENOENT');
  }
}

function refuse(code: string): never {
  throw new DiskError(code, codeWords(code));
}
