// Writes commands that stand in RESP as lines of text, see text-reader.ts.
import { latin1Bytes } from '../../domain/bytes/ascii.ts';
import { quotedSize, writeQuoted } from '../../domain/bytes/split-args.ts';
import { WHOLE } from '../../engine/journal/command-reader.ts';
import type { LineWriter } from '../../engine/journal/store.ts';
import { RespReader } from './resp-reader.ts';
import { TEXT_HEADER } from './text-reader.ts';

const FIRST_SIZE = 4096;
/** Room that a large command needed is not kept. */
const KEPT_SIZE_MAX = 1024 * 1024;
const SPACE = 32;
const LF = 10;

export class TextLines implements LineWriter {
  readonly header = latin1Bytes(TEXT_HEADER);
  bytes = new Uint8Array(FIRST_SIZE);
  size = 0;
  private readonly reader = new RespReader();

  write(commands: Uint8Array, size: number): void {
    const { reader } = this;
    if (this.bytes.length > KEPT_SIZE_MAX) this.bytes = new Uint8Array(FIRST_SIZE);
    this.size = 0;
    for (let at = 0; at < size; at = reader.next) {
      if (reader.read(commands, at, size) !== WHOLE) throw new Error('an effect is not whole');
      this.line();
    }
  }

  private line(): void {
    const { buffer, starts, ends, count } = this.reader.request;
    for (let i = 0; i < count; i++) {
      if (isPlain(buffer, starts[i], ends[i])) {
        this.reserve(ends[i] - starts[i] + 1);
        this.bytes.set(buffer.subarray(starts[i], ends[i]), this.size);
        this.size += ends[i] - starts[i];
      } else {
        this.reserve(quotedSize(buffer, starts[i], ends[i]) + 1);
        this.size = writeQuoted(buffer, starts[i], ends[i], this.bytes, this.size);
      }
      this.bytes[this.size++] = i === count - 1 ? LF : SPACE;
    }
  }

  private reserve(more: number): void {
    if (this.size + more <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.size + more));
    larger.set(this.bytes.subarray(0, this.size));
    this.bytes = larger;
  }
}

/** Letters, digits and signs that mean nothing to who splits lines: such a word needs no quotes. */
function isPlain(bytes: Uint8Array, start: number, end: number): boolean {
  if (start === end || bytes[start] === 35) return false;
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if (byte <= SPACE || byte >= 127 || byte === 34 || byte === 39 || byte === 92) return false;
  }
  return true;
}
