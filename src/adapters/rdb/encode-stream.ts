// Encodes streams as Redis 7.0 or 7.2 does: nodes as listpacks, IDs and counts, groups with what is
// pending, consumers with their parts of that. A node, an entry or a consumer is a step.
import type { HashKey } from '../../domain/bytes/hash.ts';
import { writeInteger } from '../../domain/bytes/integer.ts';
import { type Arena, NONE } from '../../domain/memory/arena.ts';
import { Roots } from '../../domain/structures/root.ts';
import { StreamGroup } from '../../domain/values/stream-group.ts';
import { StreamGroups } from '../../domain/values/stream-groups.ts';
import { StreamId } from '../../domain/values/stream-id.ts';
import { StreamIndex } from '../../domain/values/stream-index.ts';
import { behindPart, StreamNode } from '../../domain/values/stream-node.ts';
import {
  CONSUMER_ACTIVE,
  CONSUMER_SEEN,
  readRootId,
  rootWord,
  STREAM_ADDED,
  STREAM_DELETED_ID,
  STREAM_FIRST_ID,
  STREAM_LAST_ID,
  STREAM_LENGTH,
} from '../../domain/values/stream-root.ts';
import { ListpackScratch } from './listpack-scratch.ts';
import type { RdbWriter } from './writer.ts';

const ID_SIZE = 16;
const COUNT_TEXT_MAX = 12;

// What comes next.
const NODE = 0;
const COUNTS = 1;
const GROUP = 2;
const PENDING = 3;
const CONSUMER = 4;
const OWN = 5;

export class StreamEncoder {
  private readonly arena: Arena;
  private readonly writer: RdbWriter;
  private readonly scratch: ListpackScratch;
  private readonly node: StreamNode;
  private readonly index: StreamIndex;
  private readonly groups: StreamGroups;
  private readonly view: StreamGroup;
  private readonly id = new StreamId();
  private readonly least = new StreamId();
  private readonly idBytes = new Uint8Array(ID_SIZE);
  private readonly text = new Uint8Array(COUNT_TEXT_MAX);
  /** Is written when consumers were active? */
  private readonly tellsActive: boolean;
  private root: number = NONE;
  private next = NODE;
  private group: number = NONE;
  private consumer: number = NONE;
  /** Is there a node, or a pending entry, at which the walk is? */
  private isThere = false;

  constructor(arena: Arena, hashKey: HashKey, writer: RdbWriter, tellsActive: boolean) {
    const roots = new Roots(arena);
    this.arena = arena;
    this.writer = writer;
    this.tellsActive = tellsActive;
    this.scratch = new ListpackScratch(hashKey);
    this.node = new StreamNode(arena);
    this.index = new StreamIndex(arena, roots, this.node);
    this.groups = new StreamGroups(arena, hashKey);
    this.view = new StreamGroup(arena);
  }

  begin(root: number): void {
    this.root = root;
    this.index.root = root;
    this.writer.length(this.index.count);
    this.isThere = this.index.first();
    this.next = this.isThere ? NODE : COUNTS;
  }

  /** Writes what comes next. Is there more? */
  step(): boolean {
    if (this.next === NODE) this.writeNode();
    else if (this.next === COUNTS) this.writeCounts();
    else if (this.next === GROUP) this.writeGroup();
    else if (this.next === PENDING) this.writePending();
    else if (this.next === CONSUMER) this.writeConsumer();
    else this.writeOwn();
    return this.next !== GROUP || this.group !== NONE;
  }

  private writeNode(): void {
    const { node, scratch, writer, text } = this;
    this.storeId(node.id);
    writer.string(this.idBytes, 0, ID_SIZE);
    scratch.begin();
    scratch.add(text, 0, writeInteger(text, 0, node.live));
    scratch.add(text, 0, writeInteger(text, 0, node.deleted));
    let parts = 0;
    for (let at = node.master; at < node.end; at = behindPart(node.bytes, at)) parts++;
    scratch.addEntries(node.bytes, node.master, node.end, parts);
    scratch.writeTo(writer);
    if (!this.index.next()) this.next = COUNTS;
  }

  private writeCounts(): void {
    const { arena, root, writer, groups } = this;
    writer.length(rootWord(arena, root, STREAM_LENGTH));
    for (const word of [STREAM_LAST_ID, STREAM_FIRST_ID, STREAM_DELETED_ID]) {
      readRootId(arena, root, word, this.id);
      this.writeWideId(this.id);
    }
    writer.wide(rootWord(arena, root, STREAM_ADDED), rootWord(arena, root, STREAM_ADDED + 1));
    writer.length(groups.count(root));
    this.group = groups.first(root);
    this.next = GROUP;
  }

  private writeGroup(): void {
    const { groups, view, writer, group } = this;
    const { elements, pending } = groups;
    elements.locateKey(group);
    writer.string(elements.keyBytes, elements.keyStart, elements.keyEnd);
    view.open(group);
    this.writeWideId(view.lastId);
    writer.wide(view.readHigh, view.readLow);
    writer.length(pending.count(group));
    this.isThere = pending.first(group);
    if (this.isThere) this.next = PENDING;
    else this.beginConsumers();
  }

  private writePending(): void {
    const { pending } = this.groups;
    const { writer } = this;
    this.storeId(pending.id);
    writer.raw(this.idBytes, 0, ID_SIZE);
    writer.milliseconds(pending.timeMs);
    writer.length(pending.deliveries);
    if (!pending.next()) this.beginConsumers();
  }

  private beginConsumers(): void {
    const { groups, group, writer } = this;
    writer.length(groups.consumersCount(group));
    this.consumer = groups.firstConsumer(group);
    this.toConsumer();
  }

  private writeConsumer(): void {
    const { groups, writer, consumer } = this;
    const { elements, pending } = groups;
    elements.locateKey(consumer);
    writer.string(elements.keyBytes, elements.keyStart, elements.keyEnd);
    writer.milliseconds(groups.time(consumer, CONSUMER_SEEN));
    if (this.tellsActive) writer.milliseconds(groups.time(consumer, CONSUMER_ACTIVE));
    writer.length(pending.count(consumer));
    if (pending.seekOwn(consumer, this.least)) this.next = OWN;
    else this.nextConsumer();
  }

  private writeOwn(): void {
    const { pending } = this.groups;
    this.storeId(pending.id);
    this.writer.raw(this.idBytes, 0, ID_SIZE);
    if (!pending.nextOwn()) this.nextConsumer();
  }

  private nextConsumer(): void {
    this.consumer = this.groups.nextConsumer();
    this.toConsumer();
  }

  /** The next consumer, or the next group behind the last one. */
  private toConsumer(): void {
    this.next = CONSUMER;
    if (this.consumer !== NONE) return;
    this.group = this.groups.next();
    this.next = GROUP;
  }

  private writeWideId({ msHigh, msLow, seqHigh, seqLow }: StreamId): void {
    this.writer.wide(msHigh, msLow);
    this.writer.wide(seqHigh, seqLow);
  }

  /** An ID in 16 bytes, the high ones first. */
  private storeId({ msHigh, msLow, seqHigh, seqLow }: StreamId): void {
    const { idBytes } = this;
    for (let i = 0; i < 4; i++) {
      const shift = 24 - 8 * i;
      idBytes[i] = msHigh >>> shift;
      idBytes[4 + i] = msLow >>> shift;
      idBytes[8 + i] = seqHigh >>> shift;
      idBytes[12 + i] = seqLow >>> shift;
    }
  }
}
