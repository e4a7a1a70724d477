// Checks the invariants of a packed list of ours: what is in it, not what it means.
import { EncodedItem } from './encoded-item.ts';
import { backSize, checkedEntrySize, NO_ENTRY, PackedItem, readBack } from './entry.ts';
import type { PackedList } from './packed-list.ts';

/** Throws on the first violated invariant. */
export function verifyPacked(list: PackedList): void {
  const { shape, bytes, end } = list;
  let at = list.start;
  let rows = 0;
  for (; at < end; rows++) {
    at += shape.before;
    for (let i = 0; i < shape.entries; i++) at = verifyEntry(list, bytes, at);
    at += shape.after;
  }
  if (at !== end) throw new Error('packed list: the last row does not end where the list does');
  if (rows !== list.count) throw new Error(`packed list: ${rows} rows, not ${list.count}`);
}

function verifyEntry(list: PackedList, bytes: Uint8Array, at: number): number {
  const size = checkedEntrySize(bytes, at, list.end);
  if (size === NO_ENTRY) throw new Error('packed list: an entry goes on behind the end');
  const item = new PackedItem();
  const encoded = new EncodedItem();
  item.read(bytes, at);
  encoded.set(item.bytes, item.start, item.end);
  if (encoded.size !== size || !encoded.equals(bytes, at)) {
    throw new Error('packed list: an entry is not in its shortest form');
  }
  if (!list.shape.hasBack) return at + size;
  const end = at + size + backSize(size);
  if (end > list.end || readBack(bytes, end) !== size) {
    throw new Error('packed list: a back length is wrong');
  }
  return end;
}
