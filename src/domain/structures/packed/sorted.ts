// The order of a packed sorted set: by score, then by the bytes of the member.
import { compareRanges } from '../../bytes/order.ts';
import { ScoreWords } from '../score-words.ts';
import { PackedItem } from './entry.ts';
import type { PackedList } from './packed-list.ts';

export class SortedOrder {
  private readonly sought = new ScoreWords();
  private readonly met = new ScoreWords();
  private readonly item = new PackedItem();

  /** The first row of a list that does not sort before this score and member; or the end. */
  place(list: PackedList, score: number, member: Uint8Array, start: number, end: number): number {
    const { sought, met, item } = this;
    sought.set(score);
    let row = list.start;
    for (; row < list.end; row = list.next(row)) {
      met.read(list.bytes, row);
      const order = sought.compare(met);
      if (order > 0) continue;
      if (order < 0) break;
      item.read(list.bytes, list.entryOf(row));
      if (compareRanges(item.bytes, item.start, item.end, member, start, end) >= 0) break;
    }
    return row;
  }

  /** Throws unless each row sorts before the next one. */
  verify(list: PackedList): void {
    const member = new PackedItem();
    for (let row = list.start; row < list.end; ) {
      const score = list.doubleOf(row);
      if (Number.isNaN(score)) throw new Error('packed list: a score is no number');
      member.read(list.bytes, list.entryOf(row));
      const next = list.next(row);
      if (next < list.end && !this.isAbove(list, next, score, member)) {
        throw new Error('packed list: rows are not sorted');
      }
      row = next;
    }
  }

  private isAbove(list: PackedList, row: number, score: number, member: PackedItem): boolean {
    const { sought, met, item } = this;
    sought.set(score);
    met.read(list.bytes, row);
    const order = sought.compare(met);
    if (order !== 0) return order < 0;
    item.read(list.bytes, list.entryOf(row));
    const { bytes, start, end } = item;
    return compareRanges(bytes, start, end, member.bytes, member.start, member.end) > 0;
  }
}
