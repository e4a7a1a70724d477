// Keeps bytes until a chunk is full, and hands it on: whoever writes a long file, or a value of
// which nobody wants to have all bytes, needs no more room than that.
import { CRC64_SIZE, Crc64 } from '../../domain/bytes/crc64.ts';
import type { ByteTarget } from '../../engine/persistence/rdb-format.ts';
import { type ByteSink, SPAN_MAX } from './sink.ts';

/** To sum it up and to write it should take less than a slice of a snapshot: some 50 us. */
const CHUNK_SIZE = 4 * SPAN_MAX;

export class ChunkSink implements ByteSink {
  readonly bytes = new Uint8Array(CHUNK_SIZE);
  at = 0;
  hasChecksum = false;
  readonly crc = new Crc64();
  private readonly target: ByteTarget;

  constructor(target: ByteTarget) {
    this.target = target;
  }

  reserve(size: number): void {
    if (this.at + size > CHUNK_SIZE) this.handOn();
  }

  /** The checksum of all bytes, those that were not handed on included; or zeros. Hands all on. */
  addChecksum(): void {
    this.reserve(CRC64_SIZE);
    const { bytes, at, crc } = this;
    if (this.hasChecksum) {
      crc.update(bytes, 0, at);
      crc.write(bytes, at);
    } else {
      bytes.fill(0, at, at + CRC64_SIZE);
    }
    this.hasChecksum = false;
    this.at += CRC64_SIZE;
    this.handOn();
  }

  private handOn(): void {
    const { at } = this;
    this.at = 0;
    if (this.hasChecksum) this.crc.update(this.bytes, 0, at);
    this.target.take(this.bytes, 0, at);
  }
}
