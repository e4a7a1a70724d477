// Writes commands in RESP, word by word, and hands them on in chunks. A long last word is written
// in pieces, so that others can have their turns.
import { latin1Bytes } from '../../domain/bytes/ascii.ts';
import type { CommandGroups } from '../../engine/journal/command-groups.ts';
import type { ByteTarget } from '../../engine/persistence/rdb-format.ts';

/** To write it should take less than a slice of a snapshot. */
const CHUNK_SIZE = 32 * 1024;
const NO_BYTES = new Uint8Array(0);

export class CommandWriter implements ByteTarget {
  private readonly target: CommandGroups;
  private readonly chunk = new Uint8Array(CHUNK_SIZE);
  private at = 0;
  /** What is left to write of a long word. */
  private rest: Uint8Array = NO_BYTES;
  private restAt = 0;
  private restEnd = 0;

  constructor(target: CommandGroups) {
    this.target = target;
  }

  /** A command of so many words follows. */
  begin(count: number): void {
    if (this.target.isFull) this.endGroup();
    this.line(`*${count}\r\n`);
  }

  text(text: string): void {
    this.line(`$${text.length}\r\n${text}\r\n`);
  }

  bytes(bytes: Uint8Array, start: number, end: number): void {
    this.beginWord(end - start);
    this.take(bytes, start, end);
    this.endWord();
  }

  /** Writes a word behind which nothing follows until goOn() has said that it is whole. */
  longBytes(bytes: Uint8Array, start: number, end: number): void {
    if (end - start <= CHUNK_SIZE) return this.bytes(bytes, start, end);
    this.beginWord(end - start);
    this.rest = bytes;
    this.restAt = start;
    this.restEnd = end;
  }

  /** Writes a piece of a long word. Is there more of it? */
  goOn(): boolean {
    const { rest, restAt, restEnd } = this;
    if (restAt === restEnd) return false;
    this.restAt = Math.min(restEnd, restAt + CHUNK_SIZE);
    this.take(rest, restAt, this.restAt);
    if (this.restAt < restEnd) return true;
    this.rest = NO_BYTES;
    this.endWord();
    return false;
  }

  /** A word of so many bytes follows, which take() gets, and then endWord(). */
  beginWord(size: number): void {
    this.line(`$${size}\r\n`);
  }

  take(bytes: Uint8Array, start: number, end: number): void {
    const size = end - start;
    if (size > CHUNK_SIZE - this.at) this.handOn();
    if (size > CHUNK_SIZE) return this.target.take(bytes, start, end);
    this.chunk.set(bytes.subarray(start, end), this.at);
    this.at += size;
  }

  endWord(): void {
    this.line('\r\n');
  }

  /** All commands are whole: hands over what the target has not got yet. */
  endGroup(): void {
    this.handOn();
    this.target.endGroup();
  }

  private handOn(): void {
    if (this.at > 0) this.target.take(this.chunk, 0, this.at);
    this.at = 0;
  }

  /** A line that is no command. */
  line(text: string): void {
    this.take(latin1Bytes(text), 0, text.length);
  }
}
