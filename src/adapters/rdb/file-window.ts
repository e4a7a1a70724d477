// The part of a file that is being read: a window for an RdbReader, which is moved on when it is
// too short. It is as large as one element at most, two strings and some numbers, and never larger
// than what the file has: what a length says is compared with that before memory is taken.
import { Crc64 } from '../../domain/bytes/crc64.ts';
import { ZERO } from '../../domain/doubles.ts';
import { VALUE_SIZE_MAX } from '../../domain/limits.ts';
import type { DiskFile } from '../../engine/disk.ts';
import type { RdbReader } from './reader.ts';

const WINDOW_SIZE = 256 * 1024;

/** What more() has come to. */
export const MORE = 0;
const FILE_ENDS = 1;
/** No value may be as long as this one says that it is. */
export const TOO_LONG = 2;

export class FileWindow {
  /** Of all bytes that were read by the reader, as of the last more() or sum(). */
  readonly crc: Crc64 | null;
  private readonly file: DiskFile;
  private readonly reader: RdbReader;
  private bytes = new Uint8Array(WINDOW_SIZE);
  private end = 0;
  /** Where in the file the window begins, and up to where in it the checksum goes. */
  private base = ZERO;
  private summedEnd = 0;

  constructor(file: DiskFile, reader: RdbReader, hasChecksum: boolean) {
    this.file = file;
    this.reader = reader;
    this.crc = hasChecksum ? new Crc64() : null;
    reader.open(this.bytes, 0, 0);
  }

  /** Where in the file the reader is. */
  get position(): number {
    return this.base + this.reader.at;
  }

  /** Reads more, after the reader was SHORT: the window begins where the reader is. */
  more(): number {
    const { reader, file } = this;
    const left = this.end - reader.at;
    const wanted = left + reader.missing;
    if (reader.wanted > VALUE_SIZE_MAX) return TOO_LONG;
    if (wanted > WINDOW_SIZE && file.size() < this.position + wanted) return FILE_ENDS;
    this.sum();
    this.moveTo(reader.at, Math.max(wanted, WINDOW_SIZE));
    const readEnd = Math.min(this.bytes.length, left + WINDOW_SIZE);
    const count = file.read(this.bytes, left, readEnd, this.base + left);
    this.end = left + count;
    reader.open(this.bytes, 0, this.end);
    return count > 0 ? MORE : FILE_ENDS;
  }

  /** Takes what the reader has read into the checksum. */
  sum(): void {
    const { reader } = this;
    this.crc?.update(this.bytes, this.summedEnd, reader.at);
    this.summedEnd = reader.at;
  }

  /** Lets the window begin at `at`, with this size; what was needed for a large value goes. */
  private moveTo(at: number, size: number): void {
    const { bytes, end } = this;
    if (bytes.length === size) {
      if (at > 0) bytes.copyWithin(0, at, end);
    } else {
      this.bytes = new Uint8Array(size);
      this.bytes.set(bytes.subarray(at, end));
    }
    this.base += at;
    this.summedEnd = 0;
  }
}
