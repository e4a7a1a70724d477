// Checks the invariants of a whole stream.
import { type Arena, NONE } from '../memory/arena.ts';
import { KeyTies } from '../structures/elements/key-ties.ts';
import { checkedEntrySize, NO_ENTRY, smallInteger } from '../structures/packed/entry.ts';
import { PackedList } from '../structures/packed/packed-list.ts';
import { ITEMS_WITH_BACK } from '../structures/packed/shape.ts';
import { verifyPacked } from '../structures/packed/verify.ts';
import { Roots } from '../structures/root.ts';
import { verifyTree } from '../structures/tree/verify.ts';
import { CONSUMER_PENDING, GROUP_PENDING } from './pending-entries.ts';
import { StreamEntry } from './stream-entry.ts';
import { CONSUMERS_TREE, GROUPS_TREE, type StreamGroups } from './stream-groups.ts';
import { StreamId } from './stream-id.ts';
import { STREAM_TREE, StreamIndex } from './stream-index.ts';
import { behindPart, MARK_STEP, StreamNode } from './stream-node.ts';
import {
  CONSUMER_SEAT,
  readRootId,
  rootWord,
  STREAM_DELETED_ID,
  STREAM_FIRST_ID,
  STREAM_LAST_ID,
  STREAM_LENGTH,
} from './stream-root.ts';

export class StreamVerifier {
  private readonly arena: Arena;
  private readonly roots: Roots;
  private readonly groups: StreamGroups;
  private readonly node: StreamNode;
  private readonly entry: StreamEntry;
  private readonly index: StreamIndex;
  private readonly list = new PackedList(ITEMS_WITH_BACK);
  private readonly ties: KeyTies;

  constructor(arena: Arena, groups: StreamGroups) {
    this.arena = arena;
    this.groups = groups;
    this.roots = new Roots(arena);
    this.node = new StreamNode(arena);
    this.entry = new StreamEntry(this.node);
    this.index = new StreamIndex(arena, this.roots, this.node);
    this.ties = new KeyTies(groups.elements);
  }

  /** Throws on the first violated invariant. */
  verify(root: number): void {
    const { arena, index, node, groups } = this;
    const last = new StreamId();
    let length = 0;
    let size = arena.capacity(root) + verifyTree(arena, STREAM_TREE, null, root);
    index.root = root;
    for (let more = index.first(); more; more = index.next()) {
      size += arena.capacity(node.node);
      length += this.verifyNode(last);
    }
    if (length !== rootWord(arena, root, STREAM_LENGTH)) fail(`${length} entries`);
    this.verifyIds(root, last, length);
    size += verifyTree(arena, GROUPS_TREE, this.ties, root);
    for (let group = groups.first(root); group !== NONE; group = groups.next()) {
      this.verifyGroup(group);
    }
    if (size !== this.roots.bytes(root)) fail('its bytes are counted wrongly');
  }

  /** All entries of the open node come behind `last`, which is the last of them then. */
  private verifyNode(last: StreamId): number {
    const { node, entry, list } = this;
    let live = 0;
    let deleted = 0;
    if (node.first >= node.end) fail('a node is empty');
    this.verifyParts(list);
    let at = behindPart(node.bytes, node.master);
    for (let i = 0; i < node.fields; i++) at = behindPart(node.bytes, at);
    if (smallInteger(node.bytes, at) !== 0) fail('a master entry does not end with 0');
    if (behindPart(node.bytes, at) !== node.first) fail('the first entry is somewhere else');
    for (at = node.first; at < node.end; ) {
      entry.read(at);
      if (at === node.first && entry.id.compare(node.id) !== 0) fail('a node has another ID');
      if (entry.id.compare(last) <= 0) fail('IDs are not sorted');
      last.take(entry.id);
      const mark = (live + deleted) / MARK_STEP - 1;
      if (mark >= 0 && mark < node.marks && mark % 1 === 0) {
        const marked = at - node.start > 0xffff ? NONE : at;
        if (node.markAt(mark) !== marked) fail('a mark is somewhere else');
      }
      if (entry.isDeleted) deleted++;
      else live++;
      const behind = entry.behind();
      if (entry.beginOf(behind) !== at) fail('an entry has another number of parts');
      for (let i = entry.fields; i > 0; i--) entry.nextField();
      if (entry.behind() !== behind) fail('an entry has another number of fields');
      at = behind;
    }
    if (at !== node.end) fail('the last entry does not end where its node does');
    if (live !== node.live || deleted !== node.deleted) fail('a node counts otherwise');
    return live;
  }

  private verifyParts(list: PackedList): void {
    const { bytes, master, end } = this.node;
    let parts = 0;
    for (let at = master; at < end; parts++) {
      if (checkedEntrySize(bytes, at, end) === NO_ENTRY) fail('a part goes on behind the end');
      at = behindPart(bytes, at);
    }
    list.open(bytes, master, end, parts);
    verifyPacked(list);
  }

  private verifyIds(root: number, last: StreamId, length: number): void {
    const { arena, index, entry, node } = this;
    const id = new StreamId();
    readRootId(arena, root, STREAM_LAST_ID, id);
    if (length > 0 && id.compare(last) < 0) fail('an entry is behind the last ID');
    readRootId(arena, root, STREAM_DELETED_ID, last);
    if (id.compare(last) < 0) fail('a deleted ID is behind the last ID');
    readRootId(arena, root, STREAM_FIRST_ID, id);
    if (length === 0 && !id.isLeast) fail('no entry is the first');
    if (length === 0) return;
    index.first();
    for (let at = node.first; ; at = entry.behind()) {
      if (at === node.end) {
        if (!index.next()) fail('no entry is there');
        at = node.first;
      }
      entry.read(at);
      if (!entry.isDeleted) break;
    }
    if (entry.id.compare(id) !== 0) fail('another entry is the first');
  }

  private verifyGroup(group: number): void {
    const { arena, groups, roots } = this;
    const { pending } = groups;
    let size = arena.capacity(group) + verifyTree(arena, GROUP_PENDING, null, group);
    size += verifyTree(arena, CONSUMERS_TREE, this.ties, group);
    if (size !== roots.bytes(group)) fail('bytes of a group are counted wrongly');
    const ids = new Map<number, string[]>();
    let owned = 0;
    let consumer = groups.firstConsumer(group);
    for (; consumer !== NONE; consumer = groups.nextConsumer()) {
      const seat = rootWord(arena, consumer, CONSUMER_SEAT);
      if (rootWord(arena, seat, 0) !== consumer) fail('a seat is of another consumer');
      let own = arena.capacity(consumer) + arena.capacity(seat);
      own += verifyTree(arena, CONSUMER_PENDING, null, consumer);
      if (own !== roots.bytes(consumer)) fail('bytes of a consumer are counted wrongly');
      owned += pending.count(consumer);
      ids.set(consumer, []);
    }
    if (owned !== pending.count(group)) fail('a group has another number of pending entries');
    for (let more = pending.first(group); more; more = pending.next()) {
      const list = ids.get(pending.consumer);
      if (list === undefined) fail('a pending entry has no consumer');
      list?.push(textOf(pending.id));
    }
    const least = new StreamId();
    for (const [each, expected] of ids) {
      const found: string[] = [];
      for (let more = pending.seekOwn(each, least); more; more = pending.nextOwn()) {
        found.push(textOf(pending.id));
      }
      if (found.join() !== expected.join()) fail('a consumer has other entries than its group');
    }
  }
}

function textOf({ msHigh, msLow, seqHigh, seqLow }: StreamId): string {
  return `${msHigh}.${msLow}.${seqHigh}.${seqLow}`;
}

function fail(problem: string): void {
  throw new Error(`stream: ${problem}`);
}
