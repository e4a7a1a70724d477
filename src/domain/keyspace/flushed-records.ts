// The records that a flush took out of a database at once: nobody can reach them any more, and they
// wait to be freed, a slice at a time.
//
// Invariant: the slots before `slot` of the last segment are freed, everything else is not.
import { NONE } from '../memory/arena.ts';
import { memoryDropped } from '../memory/off-heap.ts';
import type { Records } from '../memory/records.ts';
import { type EntryVisitor, TAIL_WORDS } from '../structures/segment.ts';

export class FlushedRecords {
  count = 0;
  private segments: Int32Array[] = [];
  private slot = 0;

  /** Takes over the segments of a dict, which hold `count` entries. */
  add(segments: Int32Array[], count: number): void {
    // In front: the last segment may be half done.
    this.segments = segments.concat(this.segments);
    this.count += count;
  }

  /** Frees up to `recordsMax` records. Are there more? */
  free(records: Records, recordsMax: number): boolean {
    let left = recordsMax;
    for (;;) {
      const segment = this.segments.at(-1);
      if (segment === undefined) return false;
      for (; this.slot < segment.length - TAIL_WORDS; this.slot += 2) {
        const ref = segment[this.slot + 1];
        if (ref === NONE) continue;
        if (left-- === 0) return true;
        records.free(ref);
        this.count--;
      }
      this.segments.pop();
      memoryDropped(segment.byteLength);
      this.slot = 0;
    }
  }

  /** Forgets all records, which were freed in another way. */
  clear(): void {
    for (const segment of this.segments) memoryDropped(segment.byteLength);
    this.segments = [];
    this.slot = 0;
    this.count = 0;
  }

  forEach(visitor: EntryVisitor): void {
    for (let i = 0; i < this.segments.length; i++) {
      const segment = this.segments[i];
      const from = i === this.segments.length - 1 ? this.slot : 0;
      for (let at = from; at < segment.length - TAIL_WORDS; at += 2) {
        if (segment[at + 1] !== NONE) visitor.visit(segment[at + 1]);
      }
    }
  }
}
