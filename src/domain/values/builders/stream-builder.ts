// A stream while its nodes, IDs, groups, consumers and pending entries come, in Redis's order. What
// nodes say is checked part by part (stream-parts.ts), for the views of streams believe them.
import { copyBytes } from '../../bytes/compare.ts';
import { Int64 } from '../../bytes/int64.ts';
import type { Keyspace } from '../../keyspace/keyspace.ts';
import { NONE } from '../../memory/arena.ts';
import { KIND_STREAM } from '../../memory/record.ts';
import { Roots } from '../../structures/root.ts';
import { StreamEntry } from '../stream-entry.ts';
import { countUpTo, StreamGroup } from '../stream-group.ts';
import { StreamGroups } from '../stream-groups.ts';
import { StreamId } from '../stream-id.ts';
import { StreamIndex } from '../stream-index.ts';
import { NODE_HEADER_SIZE, StreamNode, StreamNodes } from '../stream-node.ts';
import {
  CONSUMER_ACTIVE,
  STREAM_ADDED,
  STREAM_DELETED_ID,
  STREAM_FIRST_ID,
  STREAM_LAST_ID,
  STREAM_LENGTH,
  STREAM_ROOT_SIZE,
  setRootWord,
  storeRootId,
  UNKNOWN_READ,
} from '../stream-root.ts';
import type { BuiltValue } from './built-value.ts';
import { firstEntryOf, NOWHERE } from './stream-parts.ts';

export class StreamBuilder {
  /** What the payload says of the stream; firstId is found. */
  readonly lastId = new StreamId();
  readonly firstId = new StreamId();
  readonly deletedId = new StreamId();
  addedHigh = 0;
  addedLow = 0;
  /** Entries so far that are not deleted. */
  length = 0;
  /** The group that was added last, and its consumer. */
  readonly group: StreamGroup;
  private consumer: number = NONE;
  private readonly keyspace: Keyspace;
  private readonly roots: Roots;
  private readonly node: StreamNode;
  private readonly nodes: StreamNodes;
  private readonly index: StreamIndex;
  private readonly entry: StreamEntry;
  private readonly groups: StreamGroups;
  private readonly number = new Int64();
  /** The root of the blocks that it has so far; NONE while it has none. */
  root: number = NONE;
  /** The ID of the last entry so far. */
  private readonly greatest = new StreamId();

  constructor(keyspace: Keyspace) {
    const { arena, hashKey } = keyspace;
    this.keyspace = keyspace;
    this.roots = new Roots(arena);
    this.node = new StreamNode(arena);
    this.nodes = new StreamNodes(arena, this.roots);
    this.index = new StreamIndex(arena, this.roots, this.node);
    this.entry = new StreamEntry(this.node);
    this.groups = new StreamGroups(arena, hashKey);
    this.group = new StreamGroup(arena);
  }

  begin(): void {
    this.root = this.roots.make(STREAM_ROOT_SIZE);
    this.index.root = this.root;
    this.length = 0;
    this.firstId.setLeast();
    this.deletedId.setLeast();
    this.greatest.setLeast();
  }

  get hasAdded(): boolean {
    return (this.addedHigh | this.addedLow) !== 0;
  }

  /**
   * Adds a node with this ID, whose parts, each with its back length, are bytes[start, end): a
   * master entry, then `live` and `deleted` entries. False when it is none, or not behind others.
   */
  addNode(
    id: StreamId,
    bytes: Uint8Array,
    start: number,
    end: number,
    live: number,
    deleted: number,
  ): boolean {
    const { node, nodes, root } = this;
    const first = firstEntryOf(bytes, start, end);
    if (first === NOWHERE) return false;
    nodes.make(root, end - start, node);
    node.id.take(id);
    copyBytes(bytes, start, end, node.bytes, node.master);
    node.setEnd(node.master + end - start);
    node.setFirst(node.start + NODE_HEADER_SIZE + first - start);
    node.setCounts(live, deleted);
    this.index.append();
    this.length += live;
    return this.areInOrder(live, deleted);
  }

  /** All nodes have come, and IDs and counts are set. Do they fit the nodes? */
  finishNodes(length: number, derivesAdded: boolean): boolean {
    const { root, greatest, lastId, deletedId } = this;
    const { arena } = this.keyspace;
    if (length !== this.length || lastId.compare(deletedId) < 0) return false;
    if (lastId.compare(greatest) < 0) return false;
    if (derivesAdded) {
      this.addedHigh = 0;
      this.addedLow = length;
    }
    setRootWord(arena, root, STREAM_LENGTH, length);
    storeRootId(arena, root, STREAM_LAST_ID, lastId);
    storeRootId(arena, root, STREAM_FIRST_ID, this.firstId);
    storeRootId(arena, root, STREAM_DELETED_ID, deletedId);
    setRootWord(arena, root, STREAM_ADDED, this.addedHigh);
    setRootWord(arena, root, STREAM_ADDED + 1, this.addedLow);
    return true;
  }

  /** Adds a group; false when it is there. Its ID and count are to be set, then storeGroup(). */
  addGroup(bytes: Uint8Array, start: number, end: number): boolean {
    const { groups, root, group } = this;
    if (groups.find(root, bytes, start, end) !== NONE) return false;
    group.open(groups.add(root, bytes, start, end));
    return true;
  }

  /** With `derivesRead` the count of entries read is found as Redis finds it. */
  storeGroup(derivesRead: boolean): void {
    const { group, number } = this;
    if (derivesRead) {
      const isKnown = countUpTo(this, group.lastId, number);
      group.readHigh = isKnown ? number.high : UNKNOWN_READ;
      group.readLow = isKnown ? number.low : UNKNOWN_READ;
    }
    group.store();
  }

  /** Adds a consumer to the group; false when it is there. */
  addConsumer(
    bytes: Uint8Array,
    start: number,
    end: number,
    seenMs: number,
    activeMs: number,
  ): boolean {
    const { groups } = this;
    const { group } = this.group;
    if (groups.findConsumer(group, bytes, start, end) !== NONE) return false;
    this.consumer = groups.addConsumer(group, bytes, start, end, seenMs);
    groups.setTime(this.consumer, CONSUMER_ACTIVE, activeMs);
    return true;
  }

  /** Adds a pending entry, which is nobody's yet, to the consumer. */
  addPending(id: StreamId, timeMs: number, deliveries: number): void {
    this.groups.pending.add(this.group.group, this.consumer, id, timeMs, deliveries);
  }

  finish(built: BuiltValue): void {
    built.setRoot(KIND_STREAM, this.root);
    this.root = NONE;
  }

  drop(): void {
    if (this.root !== NONE) this.keyspace.pending.freeRoot(this.root, KIND_STREAM);
    this.root = NONE;
  }

  /** Are the IDs of the open node's entries rising, and its counts true? Notes the first ID. */
  private areInOrder(live: number, deleted: number): boolean {
    const { node, entry, greatest } = this;
    let liveFound = 0;
    let deletedFound = 0;
    for (let at = node.first; at < node.end; at = entry.behind()) {
      entry.read(at);
      node.setMark(liveFound + deletedFound, at);
      if (at === node.first && entry.id.compare(node.id) !== 0) return false;
      if (entry.id.compare(greatest) <= 0) return false;
      greatest.take(entry.id);
      if (entry.isDeleted) deletedFound++;
      else liveFound++;
      if (!entry.isDeleted && this.firstId.isLeast) this.firstId.take(entry.id);
    }
    return liveFound === live && deletedFound === deleted && liveFound + deletedFound > 0;
  }
}
