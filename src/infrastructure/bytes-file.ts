// A file whose bytes are in memory: it can be read.
import { DiskError, type DiskFile } from '../engine/disk.ts';
import { codeWords } from './system-error.ts';

export class BytesFile implements DiskFile {
  readonly path: string;
  private readonly bytes: Uint8Array;

  constructor(path: string, bytes: Uint8Array) {
    this.path = path;
    this.bytes = bytes;
  }

  size(): number {
    return this.bytes.length;
  }

  read(into: Uint8Array, start: number, end: number, position: number): number {
    const read = this.bytes.subarray(position, position + end - start);
    into.set(read, start);
    return read.length;
  }

  write(): number {
    return refuse();
  }

  writeOver(): void {
    refuse();
  }

  truncate(): void {
    refuse();
  }

  sync(done: (problem: DiskError | null) => void): void {
    done(null);
  }

  syncNow(): void {}

  close(): void {}
}

function refuse(): never {
  throw new DiskError('EROFS', codeWords('EROFS'));
}
