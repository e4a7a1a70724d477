// The parts of a long reply, while it is being made: pages that were written one after the other,
// each of its own size, so that nothing is copied again because more comes.
import { latin1Bytes } from '../domain/bytes/ascii.ts';
import { joinBytes } from '../domain/bytes/join.ts';
import type { Reply } from './reply.ts';

/** Pages that are no larger together are copied into the reply; others are sent as they lie. */
const COPIED_SIZE_MAX = 16 * 1024;

/** Pages that are no larger together are made one. */
const JOINED_SIZE_MAX = 32 * 1024;

export class Pages {
  /** Bytes of all pages. */
  size = 0;
  private readonly pages: Uint8Array[] = [];

  /**
   * Takes what a writer, which is empty then, has written. `areKept`: others go on before the pages
   * leave, and whoever lets them go says so: see off-heap.ts.
   */
  take(writer: Reply, areKept: boolean): void {
    const size = writer.totalSize;
    if (size === 0) return;
    this.size += size;
    const last = this.pages.at(-1);
    if (last !== undefined && last.length + size <= JOINED_SIZE_MAX) {
      this.pages[this.pages.length - 1] = joinBytes([last, writer.take()]);
    } else if (areKept && size > JOINED_SIZE_MAX && writer.partsSize === 0) {
      this.pages.push(sharedCopy(writer.buffer, size));
      writer.clear();
    } else {
      this.pages.push(writer.take());
    }
  }

  /** Writes all bytes. */
  writeTo(reply: Reply): void {
    const isCopied = this.size <= COPIED_SIZE_MAX;
    for (const page of this.pages) {
      if (isCopied) reply.raw(page);
      else reply.rawUncopied(page);
    }
  }

  /** Writes them as one string. */
  writeAsBulk(reply: Reply): void {
    reply.raw(latin1Bytes(`$${this.size}\r\n`));
    this.writeTo(reply);
    reply.raw(LINE_END);
  }

  /** Writes them as text for people: see Reply.verbatim(). */
  writeAsText(reply: Reply): void {
    const header = reply.resp3 ? `=${this.size + 4}\r\ntxt:` : `$${this.size}\r\n`;
    reply.raw(latin1Bytes(header));
    this.writeTo(reply);
    reply.raw(LINE_END);
  }
}

const LINE_END = latin1Bytes('\r\n');

/** A copy of the first bytes of a whole buffer that V8 does not count: decisions/0007. */
function sharedCopy(bytes: Uint8Array, size: number): Uint8Array {
  const words = Math.floor(size / Float64Array.BYTES_PER_ELEMENT);
  const copy = new Uint8Array(new SharedArrayBuffer(size));
  // By words, since bytes would be copied one by one: these are the last ones, which are no word.
  const wordsSize = words * Float64Array.BYTES_PER_ELEMENT;
  new Float64Array(copy.buffer, 0, words).set(new Float64Array(bytes.buffer, 0, words));
  copy.set(bytes.subarray(wordsSize, size), wordsSize);
  return copy;
}
