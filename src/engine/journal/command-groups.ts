// Commands that are written to a new file, in groups with checksums, or as they come. The note that
// stands before a group is known when the group is over: until then blanks keep its place.
//
// Invariant: a group holds whole commands; the one that makes it full is its last, but for short
// ones that whoever writes has gathered behind that.
import { Crc64 } from '../../domain/bytes/crc64.ts';
import type { ByteTarget, FileTarget } from '../persistence/rdb-format.ts';
import type { GroupChecksums } from './checksums.ts';

const GROUP_SIZE = 64 * 1024;

export class CommandGroups implements ByteTarget {
  private readonly target: FileTarget;
  private readonly checksums: GroupChecksums | null;
  private readonly crc = new Crc64();
  /** Bytes of the file, and those of the group that is not over. */
  private position = 0;
  private size = 0;

  /** With null there are no groups. */
  constructor(target: FileTarget, checksums: GroupChecksums | null) {
    this.target = target;
    this.checksums = checksums;
  }

  /** Should the group be over when the present command is whole? */
  get isFull(): boolean {
    return this.size >= GROUP_SIZE;
  }

  take(bytes: Uint8Array, start: number, end: number): void {
    if (this.checksums !== null) {
      if (this.size === 0) this.beginGroup(this.checksums.noteSize);
      this.crc.update(bytes, start, end);
      this.size += end - start;
      this.position += end - start;
    }
    this.target.take(bytes, start, end);
  }

  /** All that was taken is whole commands, and the group is over. */
  endGroup(): void {
    const { checksums, size, position } = this;
    if (checksums === null || size === 0) return;
    this.size = 0;
    this.target.writeOver(checksums.noteOf(size, this.crc), position - size - checksums.noteSize);
  }

  private beginGroup(noteSize: number): void {
    this.crc.reset();
    this.target.take(new Uint8Array(noteSize), 0, noteSize);
    this.position += noteSize;
  }
}
