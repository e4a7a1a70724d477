// Changes in the midst of a value that lies in its record, or in the record's large block: some
// bytes make way for others. How packed collections grow and shrink.
//
// Where the value's bytes lie afterwards, locateValue() says.
import { copyBytes, moveBytes } from '../bytes/compare.ts';
import { INLINE_RECORD_SIZE_MAX, ROOM_SIZE_MAX } from '../limits.ts';
import { type Arena, SLAB_MASK, SLAB_SHIFT } from './arena.ts';
import { FLAG_BIG_VALUE, HEADER_SIZE, kindOf, MINIMUM_WASTE, type Records } from './record.ts';

/**
 * Lets `inserted` bytes, undefined, take the place of `removed` ones at `at` of the value, where
 * the block has the room, and would not be left mostly empty. Was it done?
 */
export function spliceInPlace(
  records: Records,
  ref: number,
  at: number,
  removed: number,
  inserted: number,
): boolean {
  const isBig = records.locateValue(ref);
  const oldSize = records.valueEnd - records.valueStart;
  const size = oldSize - removed + inserted;
  if (isBig) return spliceLarge(records, ref, at, removed, inserted, oldSize);
  const { arena } = records;
  const words = arena.words[ref >>> SLAB_SHIFT];
  const word = ((ref & SLAB_MASK) << 2) + 1;
  const keyRoom = words[word] & 0xffff;
  const capacity = arena.capacity(ref);
  const recordSize = HEADER_SIZE + keyRoom + size;
  if (recordSize > capacity) return false;
  if (size < oldSize && recordSize + MINIMUM_WASTE < capacity >>> 1) return false;
  words[word] = keyRoom | (size << 16);
  const { valueBytes, valueStart, valueEnd } = records;
  if (removed !== inserted) {
    moveBytes(valueBytes, valueStart + at + removed, valueEnd, valueStart + at + inserted);
  }
  return true;
}

/** A record with the key of another one, and its value spliced; it has `room` bytes for a value. */
export function splicedRecord(
  records: Records,
  ref: number,
  at: number,
  removed: number,
  inserted: number,
  room: number,
): number {
  records.locateValue(ref);
  records.locateKey(ref);
  const { valueBytes, valueStart, valueEnd, keyBytes, keyStart, keyEnd, arena } = records;
  const size = valueEnd - valueStart - removed + inserted;
  const kind = kindOf(arena, ref);
  const made = records.allocate(keyBytes, keyStart, keyEnd, size, Math.max(size, room), kind);
  records.locateValue(made);
  const to = records.valueStart;
  copyBytes(valueBytes, valueStart, valueStart + at, records.valueBytes, to);
  const rest = valueStart + at + removed;
  copyBytes(valueBytes, rest, valueEnd, records.valueBytes, to + at + inserted);
  return made;
}

/** How many bytes of value the record has room for. */
export function roomOf(records: Records, ref: number): number {
  const { arena } = records;
  if (isBigValue(arena, ref)) return arena.large.bytes(records.valueBlock(ref)).length;
  const words = arena.words[ref >>> SLAB_SHIFT];
  const keyRoom = words[((ref & SLAB_MASK) << 2) + 1] & 0xffff;
  return arena.capacity(ref) - HEADER_SIZE - keyRoom;
}

function spliceLarge(
  records: Records,
  ref: number,
  at: number,
  removed: number,
  inserted: number,
  oldSize: number,
): boolean {
  const size = oldSize - removed + inserted;
  const { large } = records.arena;
  // A value that has shrunk by half fits into a block again, and has room there to grow.
  if (size < oldSize && size < INLINE_RECORD_SIZE_MAX >>> 1) return false;
  const block = records.valueBlock(ref);
  const isOutgrown = size > records.valueBytes.length;
  const room = isOutgrown ? size + Math.min(size, ROOM_SIZE_MAX) : size;
  const bytes = large.writable(block, oldSize, room);
  if (removed !== inserted) bytes.copyWithin(at + inserted, at + removed, oldSize);
  records.setBigValueSize(ref, size);
  return true;
}

function isBigValue(arena: Arena, ref: number): boolean {
  return (arena.words[ref >>> SLAB_SHIFT][(ref & SLAB_MASK) << 2] & FLAG_BIG_VALUE) !== 0;
}
