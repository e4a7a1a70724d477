// Decodes streams of all three forms: nodes as listpacks, IDs and counts, groups with what is
// pending, consumers with their parts of that.
//
// What is pending of a group comes before its consumers, and is put aside until its consumer says
// that it is his: six words an entry, in rising order of IDs.

import type { HashKey } from '../../domain/bytes/hash.ts';
import { Int64 } from '../../domain/bytes/int64.ts';
import { parseInteger } from '../../domain/bytes/integer.ts';
import { KIND_STREAM } from '../../domain/memory/record.ts';
import { EncodedItem } from '../../domain/structures/packed/encoded-item.ts';
import type { BuiltValue } from '../../domain/values/builders/built-value.ts';
import { RowBuffer } from '../../domain/values/builders/row-buffer.ts';
import type { StreamBuilder } from '../../domain/values/builders/stream-builder.ts';
import { StreamId } from '../../domain/values/stream-id.ts';
import { ENTRY, NO_MORE } from './entries.ts';
import { ListpackEntries } from './listpack-entries.ts';
import { PendingAside } from './pending-aside.ts';
import { DONE, GOES_ON, NO_LENGTH, type RdbReader, RdbString } from './reader.ts';
import { CollectionDecoder } from './type-decoder.ts';
import { TYPE_STREAM, TYPE_STREAM_3 } from './types.ts';

const ID_SIZE = 16;
const BROKEN_NODE = 'Stream listpack integrity check failed.';
/** Times of deliveries take 48 bits. */
const TIME_MAX = 2 ** 48 - 1;

// What comes next.
const NODES = 0;
const NODE = 1;
const COUNTS = 2;
const GROUP = 3;
const PENDING = 4;
const CONSUMERS = 5;
const CONSUMER = 6;
const OWN = 7;

export class StreamDecoder extends CollectionDecoder<StreamBuilder> {
  private readonly listpack = new ListpackEntries();
  private readonly parts: RowBuffer;
  private readonly encoded = new EncodedItem();
  private readonly aside = new PendingAside();
  private readonly id = new StreamId();
  private readonly raw = new RdbString();
  private readonly high = new Int64();
  private readonly low = new Int64();
  private next = NODES;
  /** Nodes, groups, pending entries, consumers, and entries of a consumer that are to come. */
  private nodesLeft = 0;
  private groupsLeft = 0;
  private pendingLeft = 0;
  private consumersLeft = 0;
  private ownLeft = 0;

  constructor(builder: StreamBuilder, hashKey: HashKey) {
    super(KIND_STREAM, builder);
    this.parts = new RowBuffer(hashKey);
  }

  override begin(type: number): void {
    super.begin(type);
    this.next = NODES;
    this.builder.begin();
  }

  override step(reader: RdbReader, built: BuiltValue): number {
    if (this.next === NODES) return this.readNodesCount(reader);
    if (this.next === NODE) return this.readNode(reader);
    if (this.next === COUNTS) return this.readCounts(reader);
    if (this.next === PENDING) return this.readPending(reader);
    if (this.next === CONSUMERS) return this.readConsumersCount(reader);
    if (this.next === CONSUMER) return this.readConsumer(reader);
    if (this.next === OWN) return this.readOwn(reader);
    if (this.groupsLeft > 0) return this.readGroup(reader);
    this.builder.finish(built);
    return DONE;
  }

  private readNodesCount(reader: RdbReader): number {
    const count = reader.length();
    if (count === NO_LENGTH) return reader.outcome;
    this.nodesLeft = count;
    this.next = count > 0 ? NODE : COUNTS;
    return GOES_ON;
  }

  private readNode(reader: RdbReader): number {
    const { first, second } = reader;
    if (!reader.string(first) || !reader.string(second)) return reader.outcome;
    if (first.end - first.start !== ID_SIZE) {
      return this.refuse('Stream node key entry is not the size of a stream ID.');
    }
    readId(first, this.id);
    if (!this.addNode(second)) return this.refuse(BROKEN_NODE);
    if (--this.nodesLeft === 0) this.next = COUNTS;
    return GOES_ON;
  }

  private addNode({ bytes, start, end }: RdbString): boolean {
    const { listpack, parts, encoded } = this;
    if (!listpack.open(bytes, start, end)) return false;
    const live = this.nextCount();
    const deleted = this.nextCount();
    // NaN is not at least 0.
    if (!(live >= 0 && deleted >= 0)) return false;
    parts.begin(0);
    let outcome = listpack.next();
    for (; outcome === ENTRY; outcome = listpack.next()) {
      const { item } = listpack;
      encoded.set(item.bytes, item.start, item.end);
      parts.addWithBack(encoded);
    }
    if (outcome !== NO_MORE) return false;
    return this.builder.addNode(this.id, parts.bytes, parts.start, parts.size, live, deleted);
  }

  /** The next entry of the listpack as a number; NaN when it is none. */
  private nextCount(): number {
    const { listpack } = this;
    if (listpack.next() !== ENTRY) return Number.NaN;
    const { bytes, start, end } = listpack.item;
    return parseInteger(bytes, start, end);
  }

  private readCounts(reader: RdbReader): number {
    const { builder, low } = this;
    const isFirstForm = this.type === TYPE_STREAM;
    const length = reader.length();
    if (length === NO_LENGTH || !this.readWideId(reader, builder.lastId)) return reader.outcome;
    if (!isFirstForm) {
      // The first ID is known from the nodes.
      if (!this.readWideId(reader, this.id)) return reader.outcome;
      if (!this.readWideId(reader, builder.deletedId) || !reader.wide(low)) return reader.outcome;
      builder.addedHigh = low.high;
      builder.addedLow = low.low;
    }
    const groups = reader.length();
    if (groups === NO_LENGTH) return reader.outcome;
    if (!builder.finishNodes(length, isFirstForm)) {
      return this.refuse('The IDs or the length of a stream do not fit its entries.');
    }
    this.groupsLeft = groups;
    this.next = GROUP;
    return GOES_ON;
  }

  private readGroup(reader: RdbReader): number {
    const { builder, id, low } = this;
    const { first } = reader;
    const isFirstForm = this.type === TYPE_STREAM;
    if (!reader.string(first) || !this.readWideId(reader, id)) return reader.outcome;
    if (!isFirstForm && !reader.wide(low)) return reader.outcome;
    const pending = reader.length();
    if (pending === NO_LENGTH) return reader.outcome;
    if (!builder.addGroup(first.bytes, first.start, first.end)) {
      return this.refuse('Duplicated consumer group name.');
    }
    const { group } = builder;
    group.lastId.take(id);
    group.readHigh = low.high;
    group.readLow = low.low;
    builder.storeGroup(isFirstForm);
    this.aside.clear();
    this.pendingLeft = pending;
    this.next = pending > 0 ? PENDING : CONSUMERS;
    return GOES_ON;
  }

  private readPending(reader: RdbReader): number {
    const { raw, id, low, aside } = this;
    if (!reader.raw(ID_SIZE, raw) || !reader.int64(low)) return reader.outcome;
    const deliveries = reader.length();
    if (deliveries === NO_LENGTH) return reader.outcome;
    readId(raw, id);
    const timeMs = low.value;
    if (!(timeMs >= 0 && timeMs <= TIME_MAX)) return this.refuse('A delivery has no time.');
    if (!aside.add(id, timeMs, deliveries)) {
      return this.refuse('Duplicated global PEL entry loading stream consumer group.');
    }
    if (--this.pendingLeft === 0) this.next = CONSUMERS;
    return GOES_ON;
  }

  private readConsumersCount(reader: RdbReader): number {
    const count = reader.length();
    if (count === NO_LENGTH) return reader.outcome;
    this.consumersLeft = count;
    return this.toNextConsumer();
  }

  private readConsumer(reader: RdbReader): number {
    const { first } = reader;
    const { high, low } = this;
    if (!reader.string(first) || !reader.int64(high)) return reader.outcome;
    if (this.type === TYPE_STREAM_3 && !reader.int64(low)) return reader.outcome;
    const count = reader.length();
    if (count === NO_LENGTH) return reader.outcome;
    const seenMs = high.value;
    const activeMs = this.type === TYPE_STREAM_3 ? low.value : seenMs;
    if (!this.builder.addConsumer(first.bytes, first.start, first.end, seenMs, activeMs)) {
      return this.refuse('Duplicate stream consumer detected.');
    }
    this.consumersLeft--;
    this.ownLeft = count;
    if (count === 0) return this.toNextConsumer();
    this.next = OWN;
    return GOES_ON;
  }

  private readOwn(reader: RdbReader): number {
    const { raw, id, aside, builder } = this;
    if (!reader.raw(ID_SIZE, raw)) return reader.outcome;
    readId(raw, id);
    if (!aside.take(id)) return this.refuse('Consumer entry not found in group global PEL.');
    builder.addPending(id, aside.timeMs, aside.deliveries);
    return --this.ownLeft === 0 ? this.toNextConsumer() : GOES_ON;
  }

  /** The next consumer, or the next group: then nothing that is pending may be nobody's. */
  private toNextConsumer(): number {
    this.next = CONSUMER;
    if (this.consumersLeft > 0) return GOES_ON;
    if (this.aside.left > 0) return this.refuse('Stream CG PEL entry without consumer.');
    this.groupsLeft--;
    this.next = GROUP;
    return GOES_ON;
  }

  private readWideId(reader: RdbReader, into: StreamId): boolean {
    const { high, low } = this;
    if (!reader.wide(high) || !reader.wide(low)) return false;
    into.set(high.high, high.low, low.high, low.low);
    return true;
  }
}

/** The ID that 16 bytes are, the high ones first. */
function readId({ bytes, start }: RdbString, into: StreamId): void {
  const word = (at: number): number =>
    (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  into.set(word(start), word(start + 4), word(start + 8), word(start + 12));
}
