// The parts of a long reply, while it is being made: pages that were written one after the other,
// each of its own size, so that nothing is copied again because more comes.
import type { Reply } from './reply.ts';

/** Pages that are no larger together are copied into the reply, larger ones are sent as they are. */
const COPIED_SIZE_MAX = 16 * 1024;

export class Pages {
  /** Bytes of all pages. */
  size = 0;
  private readonly pages: Uint8Array[] = [];

  /** Takes what a writer, which is empty then, has written. */
  take(writer: Reply): void {
    if (writer.totalSize === 0) return;
    this.size += writer.totalSize;
    this.pages.push(...writer.parts);
    if (writer.size > 0) this.pages.push(writer.buffer.slice(0, writer.size));
    writer.clear();
  }

  /** Hands all bytes on; whoever gets them may not change them. */
  all(): readonly Uint8Array[] {
    return this.pages;
  }

  writeTo(reply: Reply): void {
    const isCopied = this.size <= COPIED_SIZE_MAX;
    for (const page of this.pages) {
      if (isCopied) reply.raw(page);
      else reply.rawUncopied(page);
    }
  }
}
