// The entries of a stream: appended, found by ID, marked as deleted, trimmed. One object serves all
// streams; it is at one entry of the stream whose root was set last.
//
// Nodes are begun and given up exactly when Redis does it, so that a stream has as many entries
// after MAXLEN ~ as there.
import { equalBytes } from '../bytes/compare.ts';
import { type Arena, NONE } from '../memory/arena.ts';
import { EncodedItem } from '../structures/packed/encoded-item.ts';
import { HEAD_STRING_6, smallInteger } from '../structures/packed/entry.ts';
import { INTEGER_ENTRY_SIZE_MAX, writeIntegerEntry } from '../structures/packed/integer-entry.ts';
import { Roots } from '../structures/root.ts';
import type { CollectionLimits } from './collection-limits.ts';
import { SAME_FIELDS, StreamEntry } from './stream-entry.ts';
import { StreamId } from './stream-id.ts';
import { StreamIndex } from './stream-index.ts';
import { behindPart, MARK_STEP, StreamNode, StreamNodes } from './stream-node.ts';
import { rootWord, STREAM_LENGTH, STREAM_ROOT_SIZE, setRootWord } from './stream-root.ts';
import { type NodesSum, sumOfNodes } from './stream-sums.ts';
import type { Words } from './words.ts';

/** The fields and values of an entry, all together; and a node, whatever the directives say. */
export const STREAM_ENTRY_SIZE_MAX = 2 ** 30;
/** Flags, ms, sequence, number of fields, number of parts. */
const FIXED_PARTS = 5;
/** Number of fields and 0. */
const MASTER_PARTS = 2;
/** Flags, ms, sequence. */
const PARTS_BEFORE_FIELDS = 3;

/** So many nodes are taken out one by one; then the rest go together. */
const NODES_AT_ONCE = 64;
/** Shorter strings have a header of one byte. */
const SHORT_SIZE_END = 64;
/** Room that a new node gets before its entries come, at most. As in Redis. */
const ROOM_AHEAD_MAX = 4096;

export class StreamLog {
  readonly entry: StreamEntry;
  readonly node: StreamNode;
  readonly index: StreamIndex;
  /** A root with nodes that were taken out together, which is to be freed; or NONE. */
  given: number = NONE;
  private readonly arena: Arena;
  private readonly roots: Roots;
  private readonly nodes: StreamNodes;
  private readonly limits: CollectionLimits;
  private readonly item = new EncodedItem();
  private readonly sought = new StreamId();
  /** Of what is to be appended: bytes of its words, and what they take besides at most. */
  private size = 0;
  private headsMax = 0;

  constructor(arena: Arena, limits: CollectionLimits) {
    const roots = new Roots(arena);
    this.arena = arena;
    this.roots = roots;
    this.limits = limits;
    this.nodes = new StreamNodes(arena, roots);
    this.node = new StreamNode(arena);
    this.index = new StreamIndex(arena, roots, this.node);
    this.entry = new StreamEntry(this.node);
  }

  get root(): number {
    return this.index.root;
  }

  get length(): number {
    return rootWord(this.arena, this.root, STREAM_LENGTH);
  }

  private set length(length: number) {
    setRootWord(this.arena, this.root, STREAM_LENGTH, length);
  }

  /**
   * Appends an entry: words [first, end) are its fields and values, in turn, and have been measured
   * just now.
   */
  append(id: StreamId, words: Words, first: number, end: number): void {
    const { node, nodes, index, size } = this;
    let room = 0;
    let isNew = true;
    if (index.last()) {
      isNew = this.isFull(size);
      if (isNew) {
        if (!nodes.fit(this.root, node)) index.moved();
        room = Math.min(node.end - node.master, ROOM_AHEAD_MAX);
      }
    }
    const most = size + this.headsMax;
    if (isNew) {
      nodes.make(this.root, Math.max(room, most + this.masterRoom(words, first, end)), node);
      node.id.take(id);
      this.writeMaster(words, first, end);
      index.append();
    } else if (!nodes.reserve(this.root, node, most)) index.moved();
    this.writeEntry(id, words, first, end);
    this.length++;
  }

  /** Looks how large the entry of some words will be. Returns the bytes of these. */
  measure({ starts, ends }: Words, first: number, end: number): number {
    let size = 0;
    let headsMax = FIXED_PARTS * INTEGER_ENTRY_SIZE_MAX;
    for (let i = first; i < end; i++) {
      const wordSize = ends[i] - starts[i];
      size += wordSize;
      headsMax += headMax(wordSize);
    }
    this.size = size;
    this.headsMax = headsMax;
    return size;
  }

  /** Goes to the first entry that is not deleted, or else that is. Is there one? */
  first(withDeleted: boolean): boolean {
    if (!this.index.first()) return false;
    return this.goForward(this.node.first, withDeleted);
  }

  /** Goes to the last entry. Is there one? */
  last(): boolean {
    return this.index.last() && this.goBack(this.node.end);
  }

  /** Goes to the first entry whose ID is not below this one. Is there one? */
  seek(id: StreamId): boolean {
    const { entry } = this;
    if (!this.index.seek(id)) return false;
    this.sought.take(id);
    let more = this.goForward(this.markBefore(), true);
    while (more && (entry.isDeleted || entry.id.compare(this.sought) < 0)) {
      more = this.goForward(entry.behind(), true);
    }
    return more;
  }

  /** The last place that is known to be no entry's behind the one sought in the open node. */
  private markBefore(): number {
    const { node, entry, sought } = this;
    let low = 0;
    let high = node.marks;
    let found = node.first;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = node.markAt(middle);
      if (at !== NONE) entry.read(at);
      if (at === NONE || entry.id.compare(sought) > 0) high = middle;
      else {
        low = middle + 1;
        found = at;
      }
    }
    return found;
  }

  /** Goes to the last entry whose ID is not above this one. Is there one? */
  seekBack(id: StreamId): boolean {
    const { entry } = this;
    if (!this.index.seek(id)) return false;
    this.sought.take(id);
    let more = this.goBack(this.node.end);
    while (more && entry.id.compare(this.sought) > 0) more = this.goBack(entry.at);
    return more;
  }

  /** Goes to the entry with this ID. Is it there? */
  find(id: StreamId): boolean {
    return this.seek(id) && this.entry.id.compare(this.sought) === 0;
  }

  next(): boolean {
    return this.goForward(this.entry.behind(), false);
  }

  previous(): boolean {
    return this.goBack(this.entry.at);
  }

  /** Deletes this entry: it stays until its node has no other one. */
  remove(): void {
    const { node, entry } = this;
    this.length--;
    if (node.live === 1) this.dropNode();
    else {
      this.ownNode();
      entry.mark();
      node.setCounts(node.live - 1, node.deleted + 1);
    }
  }

  /**
   * Takes entries out of the front until there are at most `most`: all that are too many, or, when
   * `wholeNodes`, only nodes that can go as a whole, and no more than `limit` entries where that is
   * not 0. Returns how many have gone.
   */
  trimToLength(most: number, wholeNodes: boolean, limit: number): number {
    const { node, index } = this;
    let removed = 0;
    let dropped = 0;
    for (let more = index.first(); more && this.length > most; ) {
      if (dropped++ === NODES_AT_ONCE) {
        this.seekKept(most, limit - removed, limit !== 0);
        removed += this.giveUpBefore();
        more = index.first();
        continue;
      }
      const { live } = node;
      if (limit !== 0 && removed + live > limit) break;
      if (this.length - live < most) {
        return wholeNodes ? removed : removed + this.markWhile(null, this.length - most);
      }
      removed += live;
      this.length -= live;
      more = this.dropNode();
    }
    return removed;
  }

  /** The same for entries whose IDs are below this one. */
  trimBelow(id: StreamId, wholeNodes: boolean, limit: number): number {
    const { node, index } = this;
    let removed = 0;
    let dropped = 0;
    for (let more = index.first(); more; ) {
      if (dropped++ === NODES_AT_ONCE) {
        this.seekKeptFrom(id, limit - removed, limit !== 0);
        removed += this.giveUpBefore();
        more = index.first();
        continue;
      }
      const { live } = node;
      if (limit !== 0 && removed + live > limit) break;
      if (!this.isNodeBelow(id)) {
        return wholeNodes ? removed : removed + this.markWhile(id, live);
      }
      removed += live;
      this.length -= live;
      more = this.dropNode();
    }
    return removed;
  }

  /**
   * Goes to the first node of which something stays when there are to be `most` entries, and at
   * most `limit` may go; or to the end.
   */
  private seekKept(most: number, limit: number, isLimited: boolean): void {
    const { node, index } = this;
    let { length } = this;
    if (isLimited || 2 * most > length) {
      let left = limit;
      for (let more = index.first(); more && length > most; more = index.next()) {
        if ((isLimited && node.live > left) || length - node.live < most) return;
        left -= node.live;
        length -= node.live;
      }
      return;
    }
    // What stays is less than what goes.
    length = 0;
    for (let more = index.last(); more; more = index.previous()) {
      if (length + node.live > most && length >= most) {
        index.next();
        return;
      }
      length += node.live;
    }
  }

  /** The same when entries below an ID are to go. */
  private seekKeptFrom(id: StreamId, limit: number, isLimited: boolean): void {
    const { node, index } = this;
    if (!isLimited) {
      if (index.seek(id) && this.isNodeBelow(id)) index.next();
      return;
    }
    let left = limit;
    for (let more = index.first(); more && this.isNodeBelow(id); more = index.next()) {
      if (node.live > left) return;
      left -= node.live;
    }
  }

  /** Are all entries of the open node below an ID? */
  private isNodeBelow(id: StreamId): boolean {
    const { node, entry } = this;
    entry.read(entry.beginOf(node.end));
    return entry.id.compare(id) < 0;
  }

  /** Takes all nodes before this one out together. Returns how many entries they had. */
  private giveUpBefore(): number {
    const { arena, root, roots, index } = this;
    const given = roots.make(STREAM_ROOT_SIZE);
    const isMost = 2 * index.rank > index.count;
    index.giveBefore(given);
    // Freeing writes into nodes, which who reads the past may have still to read.
    if (arena.past !== null) roots.markFork(given);
    this.given = given;
    let removed: number;
    let sum: NodesSum;
    if (isMost) {
      sum = sumOfNodes(arena, root);
      roots.addBytes(root, sum.bytes - roots.bytes(root));
      removed = this.length - sum.live;
    } else {
      sum = sumOfNodes(arena, given);
      // The nodes that were divided are counted already, of those that were made for it.
      roots.addBytes(root, roots.bytes(given) - sum.bytes);
      removed = sum.live;
    }
    this.length -= removed;
    return removed;
  }

  /** Marks the first entries of the open node, `most` of them, and only those below an ID. */
  private markWhile(id: StreamId | null, most: number): number {
    const { node, entry } = this;
    let marked = 0;
    this.ownNode();
    for (let at = node.first; at < node.end && marked < most; at = entry.behind()) {
      entry.read(at);
      if (id !== null && entry.id.compare(id) >= 0) break;
      if (entry.isDeleted) continue;
      entry.mark();
      marked++;
    }
    node.setCounts(node.live - marked, node.deleted + marked);
    this.length -= marked;
    return marked;
  }

  /** Sees to it that the open node, and the entry in it, may change. */
  private ownNode(): void {
    const { node, nodes, entry, index } = this;
    const at = entry.at - node.start;
    if (nodes.own(this.root, node)) return;
    index.moved();
    entry.at = node.start + at;
  }

  /** Takes the open node out, and opens the next one. Is there one? */
  private dropNode(): boolean {
    const gone = this.node.node;
    const more = this.index.remove();
    this.nodes.free(this.root, gone);
    return more;
  }

  /** Goes to the first entry from `at` on, in this node or those behind it. */
  private goForward(at: number, withDeleted: boolean): boolean {
    const { node, entry, index } = this;
    let place = at;
    for (;;) {
      while (place < node.end) {
        entry.read(place);
        if (withDeleted || !entry.isDeleted) return true;
        place = entry.behind();
      }
      if (!index.next()) return false;
      place = node.first;
    }
  }

  /** Goes to the last entry that is not deleted before `at`, in this node or those before it. */
  private goBack(at: number): boolean {
    const { node, entry, index } = this;
    let place = at;
    for (;;) {
      while (place > node.first) {
        place = entry.beginOf(place);
        entry.read(place);
        if (!entry.isDeleted) return true;
      }
      if (!index.previous()) return false;
      place = node.end;
    }
  }

  /** Does an entry of `size` bytes begin a new node? */
  private isFull(size: number): boolean {
    const { node, limits } = this;
    const { streamNodeSize, streamNodeEntries } = limits;
    const isBounded = streamNodeSize > 0 && streamNodeSize < STREAM_ENTRY_SIZE_MAX;
    const sizeMax = isBounded ? streamNodeSize : STREAM_ENTRY_SIZE_MAX;
    if (node.listpackSize + size >= sizeMax) return true;
    return streamNodeEntries > 0 && node.live + node.deleted >= streamNodeEntries;
  }

  private masterRoom({ starts, ends }: Words, first: number, end: number): number {
    let room = MASTER_PARTS * INTEGER_ENTRY_SIZE_MAX;
    for (let i = first; i < end; i += 2) {
      const size = ends[i] - starts[i];
      room += size + headMax(size);
    }
    return room;
  }

  private writeMaster(words: Words, first: number, end: number): void {
    const { node, item } = this;
    const { bytes } = node;
    let at = writeIntegerEntry(bytes, node.end, 0, (end - first) >>> 1);
    for (let i = first; i < end; i += 2) {
      item.set(words.buffer, words.starts[i], words.ends[i]);
      at = item.writeWithBack(bytes, at);
    }
    at = writeIntegerEntry(bytes, at, 0, 0);
    node.setEnd(at);
    node.setFirst(at);
  }

  /** Has an entry the fields of the open node's master entry? */
  private hasMasterFields(words: Words, first: number, end: number): boolean {
    const { node, item } = this;
    const { bytes } = node;
    if (smallInteger(bytes, node.master) !== (end - first) >>> 1) return false;
    let at = behindPart(bytes, node.master);
    for (let i = first; i < end; i += 2) {
      const start = words.starts[i];
      const size = words.ends[i] - start;
      if (bytes[at] !== (HEAD_STRING_6 | size) || size >= SHORT_SIZE_END) {
        item.set(words.buffer, start, start + size);
        if (!item.equals(bytes, at)) return false;
      } else if (!equalBytes(words.buffer, start, start + size, bytes, at + 1, at + 1 + size)) {
        return false;
      }
      at = behindPart(bytes, at);
    }
    return true;
  }

  private writeEntry(id: StreamId, words: Words, first: number, end: number): void {
    const { node, item } = this;
    const { bytes, id: base } = node;
    const { buffer, starts, ends } = words;
    const count = (end - first) >>> 1;
    const isSame = this.hasMasterFields(words, first, end);
    const entries = node.live + node.deleted;
    if (entries % MARK_STEP === 0) node.setMark(entries, node.end);
    let at = writeIntegerEntry(bytes, node.end, 0, isSame ? SAME_FIELDS : 0);
    at = writeDifference(bytes, at, id.msHigh, id.msLow, base.msHigh, base.msLow);
    at = writeDifference(bytes, at, id.seqHigh, id.seqLow, base.seqHigh, base.seqLow);
    if (!isSame) at = writeIntegerEntry(bytes, at, 0, count);
    for (let i = isSame ? first + 1 : first; i < end; i += isSame ? 2 : 1) {
      item.set(buffer, starts[i], ends[i]);
      at = item.writeWithBack(bytes, at);
    }
    const parts = PARTS_BEFORE_FIELDS + (isSame ? count : 2 * count + 1);
    node.setEnd(writeIntegerEntry(bytes, at, 0, parts));
    node.setCounts(node.live + 1, node.deleted);
  }
}

/** Bytes that a part of so many bytes has besides at most: header and back length. */
function headMax(size: number): number {
  if (size < SHORT_SIZE_END) return 2;
  return size < 4096 ? 4 : 10;
}

function writeDifference(
  bytes: Uint8Array,
  at: number,
  high: number,
  low: number,
  baseHigh: number,
  baseLow: number,
): number {
  const difference = (low >>> 0) - (baseLow >>> 0);
  const borrow = difference < 0 ? 1 : 0;
  return writeIntegerEntry(bytes, at, (high - baseHigh - borrow) | 0, difference | 0);
}
