// One entry of a stream: its ID, and its fields and values one after the other.
import { Int64 } from '../bytes/int64.ts';
import {
  backSize,
  HEAD_STRING_6,
  PackedItem,
  readBack,
  smallInteger,
} from '../structures/packed/entry.ts';
import { readIntegerEntry } from '../structures/packed/integer-entry.ts';
import { StreamId } from './stream-id.ts';
import { behindPart, type StreamNode } from './stream-node.ts';

/** Flags of an entry. */
const DELETED = 1;
export const SAME_FIELDS = 2;
/** The bytes of flags: they take one, and so does the back length. */
const FLAGS_SIZE = 2;

export class StreamEntry {
  readonly id = new StreamId();
  /** What nextField() has found. They stand until the next call, or the next change. */
  readonly field = new PackedItem();
  readonly value = new PackedItem();
  /** How many fields there are. */
  fields = 0;
  isDeleted = false;
  /** Where it begins in the node. */
  at = 0;
  private readonly node: StreamNode;
  private readonly difference = new Int64();
  private hasOwnFields = false;
  /** The next field and the next value; how many were not found yet. */
  private fieldAt = 0;
  private valueAt = 0;
  private left = 0;

  /** An entry of whatever is open as `node`. */
  constructor(node: StreamNode) {
    this.node = node;
  }

  /** Reads the entry that begins at `at`. */
  read(at: number): void {
    const { node, id, difference } = this;
    const { bytes } = node;
    const flags = bytes[at];
    this.at = at;
    this.isDeleted = (flags & DELETED) !== 0;
    this.hasOwnFields = (flags & SAME_FIELDS) === 0;
    let part = at + FLAGS_SIZE;
    part = this.readDifference(part);
    const msLow = (node.id.msLow >>> 0) + (difference.low >>> 0);
    id.msLow = msLow | 0;
    id.msHigh = (node.id.msHigh + difference.high + (msLow >= 2 ** 32 ? 1 : 0)) | 0;
    part = this.readDifference(part);
    const seqLow = (node.id.seqLow >>> 0) + (difference.low >>> 0);
    id.seqLow = seqLow | 0;
    id.seqHigh = (node.id.seqHigh + difference.high + (seqLow >= 2 ** 32 ? 1 : 0)) | 0;
    if (this.hasOwnFields) {
      this.fields = smallInteger(bytes, part);
      this.fieldAt = behindPart(bytes, part);
      this.valueAt = this.fieldAt;
    } else {
      this.fields = node.fields;
      this.fieldAt = behindPart(bytes, node.master);
      this.valueAt = part;
    }
    this.left = this.fields;
  }

  /** Goes to the next field and its value. */
  nextField(): void {
    const { bytes } = this.node;
    this.fieldAt = this.field.readOn(bytes, this.fieldAt);
    if (this.hasOwnFields) this.valueAt = this.fieldAt;
    this.valueAt = this.value.readOn(bytes, this.valueAt);
    if (this.hasOwnFields) this.fieldAt = this.valueAt;
    this.left--;
  }

  /** Reads a number as the difference; returns the position behind it. */
  private readDifference(at: number): number {
    const { difference } = this;
    const { bytes } = this.node;
    if (bytes[at] < HEAD_STRING_6) {
      difference.low = bytes[at];
      difference.high = 0;
      return at + 2;
    }
    readIntegerEntry(bytes, at, difference);
    return behindPart(bytes, at);
  }

  /** Where the next entry begins, or the node ends. */
  behind(): number {
    const { bytes } = this.node;
    const parts = this.hasOwnFields ? 2 * this.left : this.left;
    let at = this.valueAt;
    // The last part says how many there were.
    for (let i = 0; i <= parts; i++) at = behindPart(bytes, at);
    return at;
  }

  /** Where the entry begins that ends at `end`. */
  beginOf(end: number): number {
    const { bytes } = this.node;
    const last = end - sizeBefore(bytes, end);
    let at = last;
    for (let i = smallInteger(bytes, last); i > 0; i--) at -= sizeBefore(bytes, at);
    return at;
  }

  /** Marks the entry as deleted. */
  mark(): void {
    this.node.bytes[this.at] |= DELETED;
    this.isDeleted = true;
  }
}

/** The bytes of the part that ends before `end`, its back length too. */
function sizeBefore(bytes: Uint8Array, end: number): number {
  const size = readBack(bytes, end);
  return size + backSize(size);
}
