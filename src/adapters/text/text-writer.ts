// Text on its way out: bytes that grow at the end and are taken all at once.
import { quotedSize, writeQuoted } from '../../domain/bytes/split-args.ts';

const FIRST_SIZE = 4 * 1024;
/** A buffer larger than this is handed out as it is; a smaller one is copied from, and kept. */
const KEEP_SIZE_MAX = 64 * 1024;
const LF = 10;

export class TextWriter {
  size = 0;
  private buffer = new Uint8Array(FIRST_SIZE);

  byte(byte: number): void {
    this.reserve(1);
    this.buffer[this.size++] = byte;
  }

  /** Copies bytes [start, end) of `bytes`. */
  bytes(bytes: Uint8Array, start: number, end: number): void {
    this.reserve(end - start);
    this.buffer.set(bytes.subarray(start, end), this.size);
    this.size += end - start;
  }

  /** A latin1 string: one byte per character. */
  text(text: string): void {
    this.reserve(text.length);
    for (let i = 0; i < text.length; i++) this.buffer[this.size++] = text.charCodeAt(i);
  }

  /** Bytes [start, end) of `bytes` in double quotes. */
  quoted(bytes: Uint8Array, start: number, end: number): void {
    this.reserve(quotedSize(bytes, start, end));
    this.size = writeQuoted(bytes, start, end, this.buffer, this.size);
  }

  /** A latin1 string with its line end. */
  line(text: string): void {
    this.text(text);
    this.byte(LF);
  }

  /** All that was written, for whoever takes it to keep; the writer is empty then. */
  take(): Uint8Array {
    const { buffer, size } = this;
    this.size = 0;
    if (buffer.length <= KEEP_SIZE_MAX) return buffer.slice(0, size);
    this.buffer = new Uint8Array(FIRST_SIZE);
    return buffer.subarray(0, size);
  }

  clear(): void {
    this.size = 0;
    if (this.buffer.length > KEEP_SIZE_MAX) this.buffer = new Uint8Array(FIRST_SIZE);
  }

  private reserve(more: number): void {
    if (this.size + more <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(this.buffer.length * 2, this.size + more));
    larger.set(this.buffer.subarray(0, this.size));
    this.buffer = larger;
  }
}
