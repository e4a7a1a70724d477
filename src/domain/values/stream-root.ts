// The root of a stream, 128 bytes, and those of its groups and consumers, which begin their blocks.
//
//   stream     word 4      count of entries         12-15   ID that was given last
//              words 5-6   tree of groups           16-19   ID of the first entry
//              words 7-8   tree of nodes            20-23   greatest ID that was deleted
//              word 9      the only node, while     24-25   count of entries ever added: high, low
//                          there is no tree         26      how often it changed untold
//                                                   28-31   the only node's ID
//   group      words 2-3   count of entries         7-8     tree of pending entries
//                          read: high, low          12-15   ID delivered last
//              word 4      count of pending ones    then    size:u16 name
//              words 5-6   tree of consumers
//   consumer   word 4      count of pending ones    12-13   seen last: a double, in ms since 1970
//              words 7-8   tree of pending entries  14-15   active last, -1 for never
//              word 9      its seat                 then    size:u16 name
//
// Words 1 and 10-11 are those of all roots (structures/root.ts): the bytes of the block, of the
// trees and of nodes with entries; groups and consumers count their own, and these their seats.
//
// A *seat* is a block whose first word has the ref of a consumer. What is pending names the seat,
// and so stays as it is when the consumer goes on in another block while its past is read.
import { type Arena, SLAB_MASK, SLAB_SHIFT } from '../memory/arena.ts';
import type { StreamId } from './stream-id.ts';

export const STREAM_ROOT_SIZE = 128;
export const STREAM_LENGTH = 4;
export const STREAM_GROUPS = 5;
export const STREAM_NODES = 7;
export const STREAM_NODE = 9;
export const STREAM_LAST_ID = 12;
export const STREAM_FIRST_ID = 16;
export const STREAM_DELETED_ID = 20;
export const STREAM_ADDED = 24;
/** By it who reads a stream in steps sees that groups or IDs may be others: nobody is told. */
export const STREAM_UNTOLD_CHANGES = 26;
export const STREAM_NODE_ID = 28;

export const GROUP_LAST_ID = 12;
export const GROUP_CONSUMERS = 5;
export const PENDING_COUNT = 4;
export const PENDING_TREE = 7;
export const GROUP_READ = 2;

export const CONSUMER_SEAT = 9;
export const CONSUMER_SEEN = 12;
export const CONSUMER_ACTIVE = 14;

/** What the count of entries read is where nobody knows it: -1, as one of two words. */
export const UNKNOWN_READ = -1;

export function rootWord(arena: Arena, root: number, word: number): number {
  return arena.words[root >>> SLAB_SHIFT][((root & SLAB_MASK) << 2) + word];
}

export function setRootWord(arena: Arena, root: number, word: number, value: number): void {
  arena.words[root >>> SLAB_SHIFT][((root & SLAB_MASK) << 2) + word] = value;
}

export function readRootId(arena: Arena, root: number, word: number, id: StreamId): void {
  id.read(arena.words[root >>> SLAB_SHIFT], ((root & SLAB_MASK) << 2) + word);
}

export function storeRootId(arena: Arena, root: number, word: number, id: StreamId): void {
  id.store(arena.words[root >>> SLAB_SHIFT], ((root & SLAB_MASK) << 2) + word);
}
