// One group of a stream: how far it has read, and how much it has still to read. Redis counts that
// without looking at entries, where it can: where none were deleted ahead.
import { Int64 } from '../bytes/int64.ts';
import { type Arena, NONE } from '../memory/arena.ts';
import { StreamId } from './stream-id.ts';
import {
  GROUP_LAST_ID,
  GROUP_READ,
  readRootId,
  rootWord,
  setRootWord,
  storeRootId,
  UNKNOWN_READ,
} from './stream-root.ts';

/** What must be known of the stream. */
export interface StreamCounts {
  readonly length: number;
  readonly lastId: StreamId;
  readonly firstId: StreamId;
  readonly deletedId: StreamId;
  readonly addedHigh: number;
  readonly addedLow: number;
  readonly hasAdded: boolean;
}

export class StreamGroup {
  group: number = NONE;
  /** The ID that was delivered last. */
  readonly lastId = new StreamId();
  /** How many entries were read, an integer of 64 bits; -1: nobody knows. */
  readHigh = 0;
  readLow = 0;
  private readonly arena: Arena;
  private readonly number = new Int64();

  constructor(arena: Arena) {
    this.arena = arena;
  }

  open(group: number): void {
    this.group = group;
    readRootId(this.arena, group, GROUP_LAST_ID, this.lastId);
    this.readHigh = rootWord(this.arena, group, GROUP_READ);
    this.readLow = rootWord(this.arena, group, GROUP_READ + 1);
  }

  /** Writes all of it back. */
  store(): void {
    const { arena, group } = this;
    storeRootId(arena, group, GROUP_LAST_ID, this.lastId);
    setRootWord(arena, group, GROUP_READ, this.readHigh);
    setRootWord(arena, group, GROUP_READ + 1, this.readLow);
  }

  get isReadKnown(): boolean {
    return (this.readHigh & this.readLow) !== UNKNOWN_READ;
  }

  /** Delivers an entry. */
  deliver(stream: StreamCounts, id: StreamId): void {
    if (id.compare(this.lastId) <= 0) return;
    if (this.isReadKnown && !hasDeletedFrom(stream, id)) {
      this.readLow = (this.readLow + 1) | 0;
      if (this.readLow === 0) this.readHigh = (this.readHigh + 1) | 0;
    } else if (stream.hasAdded) {
      const isKnown = countUpTo(stream, id, this.number);
      this.readHigh = isKnown ? this.number.high : UNKNOWN_READ;
      this.readLow = isKnown ? this.number.low : UNKNOWN_READ;
    }
    this.lastId.take(id);
  }

  /** How many entries are still to be delivered. False when nobody knows. */
  lag(stream: StreamCounts, into: Int64): boolean {
    if (!stream.hasAdded) {
      into.high = 0;
      into.low = 0;
      return true;
    }
    let { readHigh, readLow } = this;
    if (!this.isReadKnown || hasDeletedFrom(stream, this.lastId)) {
      if (!countUpTo(stream, this.lastId, this.number)) return false;
      ({ high: readHigh, low: readLow } = this.number);
    }
    subtract(into, stream.addedHigh, stream.addedLow, readHigh, readLow);
    return true;
  }
}

/** May an entry behind this ID, or this one, be among those deleted by themselves? */
function hasDeletedFrom({ length, firstId, deletedId }: StreamCounts, id: StreamId): boolean {
  if (length === 0 || deletedId.isLeast || firstId.compare(deletedId) > 0) return false;
  return id.compare(deletedId) <= 0;
}

/** How many entries were ever added up to an ID. False when that cannot be told. */
export function countUpTo(stream: StreamCounts, id: StreamId, into: Int64): boolean {
  const { length, lastId, firstId, deletedId, addedHigh, addedLow } = stream;
  into.high = addedHigh;
  into.low = addedLow;
  if (!stream.hasAdded) return true;
  const order = id.compare(lastId);
  if ((length === 0 && order <= 0) || order === 0) return true;
  if (order > 0) return false;
  const orderToFirst = id.compare(firstId);
  if (orderToFirst > 0) return false;
  if (!deletedId.isLeast && deletedId.compare(firstId) >= 0) return false;
  subtract(into, addedHigh, addedLow, 0, orderToFirst === 0 ? length - 1 : length);
  return true;
}

function subtract(into: Int64, high: number, low: number, otherHigh: number, other: number): void {
  const difference = (low >>> 0) - (other >>> 0);
  into.low = difference | 0;
  into.high = (high - otherHigh - (difference < 0 ? 1 : 0)) | 0;
}
