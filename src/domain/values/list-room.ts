// The room of a packed list: before its count and its rows there may be bytes that are not in use,
// so that a push or a pop at the head moves nothing.
//
//   room:u16   `room` bytes, undefined   count of rows:u16   rows
//
// What the block has behind the rows is no part of the value. Where a list grows and there is no
// more room, it gets all that there is on its other side: rows seldom move. Large blocks do without
// it, for in ordinary memory bytes move fast.
import { spliceValue } from '../keyspace/collections.ts';
import type { Database } from '../keyspace/database.ts';
import type { Keyspace } from '../keyspace/keyspace.ts';
import { MINIMUM_WASTE, type Records } from '../memory/record.ts';
import { sizeOfBlock } from '../memory/size-classes.ts';
import { roomOf } from '../memory/value-splice.ts';
import { COUNT_SIZE } from '../structures/packed/packed-list.ts';
import { slideOf } from './list-nodes.ts';

/** The bytes that say how much room there is. */
export const ROOM_SIZE = 2;
/** The value of a list without room and without rows. */
export const EMPTY_LIST_SIZE = ROOM_SIZE + COUNT_SIZE;

/** Where the count stands in the value of a packed list, which begins at `start`. */
export function listStart(bytes: Uint8Array, start: number): number {
  return start + ROOM_SIZE + (bytes[start] | (bytes[start + 1] << 8));
}

/**
 * Lets `inserted` bytes, undefined, take the place of `removed` ones at `at`, counted from the
 * list's count. Returns the ref of the entry from here on.
 */
export function spliceList(
  keyspace: Keyspace,
  database: Database,
  ref: number,
  at: number,
  removed: number,
  inserted: number,
): number {
  const { records, arena } = keyspace;
  const isBig = records.locateValue(ref);
  const { valueBytes, valueStart, valueEnd } = records;
  const origin = listStart(valueBytes, valueStart) - valueStart;
  const room = origin - ROOM_SIZE;
  const isAtHead = at === COUNT_SIZE;
  if (isBig || (room === 0 && !isAtHead) || arena.past?.isFrozen(ref)) {
    return spliceValue(keyspace, database, ref, origin + at, removed, inserted);
  }
  const growth = inserted - removed;
  const size = valueEnd - valueStart;
  const free = roomOf(records, ref) - size;
  let made = ref;
  let left = room;
  if (isAtHead) {
    if (growth > room) {
      const more = roomBefore(keyspace, ref, size, free, growth - room);
      made = spliceValue(keyspace, database, ref, ROOM_SIZE, 0, more);
      left += more;
    }
    left -= growth;
    moveStart(records, made, left + growth, left);
  } else {
    if (growth > free && growth <= free + room) {
      const less = slideOf(room, growth - free);
      made = spliceValue(keyspace, database, ref, ROOM_SIZE, less, 0);
      left -= less;
      writeRoom(records, made, left);
    }
    made = spliceValue(keyspace, database, made, ROOM_SIZE + left + at, removed, inserted);
  }
  if (growth >= 0 || !isWasteful(records, made, left)) return made;
  made = spliceValue(keyspace, database, made, ROOM_SIZE, left, 0);
  writeRoom(records, made, 0);
  return made;
}

/** How much room before its rows a value gets that needs so much: all that the block will have. */
function roomBefore(
  { arena, records }: Keyspace,
  ref: number,
  size: number,
  free: number,
  needed: number,
): number {
  if (needed <= free) return slideOf(free, needed);
  const recordSize = arena.capacity(ref) - roomOf(records, ref) + size;
  return sizeOfBlock(recordSize + needed) - recordSize;
}

/** The rows begin elsewhere, and so does their count. */
function moveStart(records: Records, ref: number, from: number, to: number): void {
  records.locateValue(ref);
  const { valueBytes: bytes, valueStart } = records;
  const old = valueStart + ROOM_SIZE + from;
  const at = valueStart + ROOM_SIZE + to;
  const low = bytes[old];
  const high = bytes[old + 1];
  bytes[at] = low;
  bytes[at + 1] = high;
  writeRoom(records, ref, to);
}

function writeRoom(records: Records, ref: number, room: number): void {
  records.locateValue(ref);
  const { valueBytes, valueStart } = records;
  valueBytes[valueStart] = room;
  valueBytes[valueStart + 1] = room >>> 8;
}

/** Would half of the block do, but for the room? As value-splice.ts reckons it. */
function isWasteful(records: Records, ref: number, room: number): boolean {
  if (records.locateValue(ref)) return false;
  const capacity = records.arena.capacity(ref);
  const size = capacity - roomOf(records, ref) + records.valueEnd - records.valueStart;
  return room > 0 && size - room + MINIMUM_WASTE < capacity >>> 1;
}
