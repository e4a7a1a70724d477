// What goes from a stream in great numbers, in memory that catches its misuse: many nodes that are
// trimmed off, and consumers with much that is pending; also while somebody reads the past.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Keyspace } from '../../src/domain/keyspace/keyspace.ts';
import { CollectionLimits } from '../../src/domain/values/collection-limits.ts';
import { StreamId } from '../../src/domain/values/stream-id.ts';
import { Streams } from '../../src/domain/values/streams.ts';
import { Request } from '../../src/engine/request.ts';
import { Past } from '../support/past.ts';

const KEY = Buffer.from('a stream');

/** An empty stream, and where it is. */
function makeStream() {
  const keyspace = new Keyspace({ databases: 1, hashKey: { k0: 3, k1: 4 }, poison: true });
  const limits = new CollectionLimits();
  const streams = new Streams(keyspace, limits);
  streams.create(keyspace.databases[0], KEY, 0, KEY.length);
  return { keyspace, limits, streams };
}

/** Times and sequences here are small. */
function idOf(ms: number, seq: number): StreamId {
  const id = new StreamId();
  id.set(0, ms, 0, seq);
  return id;
}

/** Of a stream with entries 1-1, 2-1, ...: how many a node and in all, and how it is trimmed. */
const TRIMS: readonly [perNode: number, entries: number, trim: string, left: number][] = [
  [1, 300, 'length 0', 0],
  [1, 300, 'length 1', 1],
  [1, 300, 'length 100', 100],
  [1, 300, 'length 200', 200],
  [3, 600, 'length 100', 100],
  [3, 600, 'length 101 whole', 102],
  [3, 600, 'length 100 whole', 102],
  [3, 600, 'length 399 whole', 399],
  [3, 600, 'length 0 whole 500', 102],
  [3, 600, 'length 350 whole 240', 360],
  [3, 600, 'length 350 whole 250', 351],
  [3, 30_000, 'length 0', 0],
  [3, 30_000, 'length 1', 1],
  [3, 30_000, 'length 14999', 14999],
  [3, 30_000, 'length 15001', 15001],
  [3, 30_000, 'length 29000', 29000],
  [3, 30_000, 'below 29999', 2],
  [3, 30_000, 'below 30001', 0],
  [3, 30_000, 'below 15002', 14999],
  [3, 30_000, 'below 15002 whole', 15000],
  [3, 30_000, 'below 15002 whole 900', 29100],
  [3, 30_000, 'below 1000', 29001],
];

for (const [perNode, count, trim, left] of TRIMS) {
  for (const isRead of [false, true]) {
    const title = `${count} entries in nodes of ${perNode}: ${trim}`;
    test(`${title}${isRead ? ', while somebody reads the past' : ''}`, () => {
      const { keyspace, limits, streams } = makeStream();
      limits.streamNodeEntries = perNode;
      const request = Request.of([KEY, Buffer.from('field'), Buffer.from('value')]);
      for (let i = 1; i <= count; i++) {
        streams.entries.measure(request, 1, 3);
        streams.append(idOf(i, 1), request, 1, 3);
      }
      const past = new Past(keyspace.arena);
      if (isRead) past.begin();
      streams.own();
      const [strategy, bound, whole, limit] = trim.split(' ');
      const wholeNodes = whole !== undefined;
      const removed =
        strategy === 'length'
          ? streams.trimToLength(Number(bound), wholeNodes, Number(limit ?? 0))
          : streams.trimBelow(idOf(Number(bound), 0), wholeNodes, Number(limit ?? 0));
      assert.deepEqual([removed, streams.length], [count - left, left]);
      if (left > 0) assert.equal(streams.firstId.msLow, count - left + 1);
      if (isRead) past.finish();
      keyspace.verify();
      while (keyspace.pending.freeSlice(100));
      keyspace.verify();
    });
  }
}

/** What is pending for a consumer that goes, and for another one. */
const LEAVING: readonly [own: number, others: number][] = [
  [512, 0],
  [513, 0],
  [600, 700],
  [600, 10_000],
  [5000, 3],
];

for (const [own, others] of LEAVING) {
  for (const isRead of [false, true]) {
    const title = `a consumer goes who has ${own} pending entries, beside ${others}`;
    test(`${title}${isRead ? ', while somebody reads the past' : ''}`, () => {
      const { keyspace, streams } = makeStream();
      const { groups, group } = streams;
      const { pending } = groups;
      group.open(groups.add(streams.root, KEY, 0, 1));
      group.lastId.setLeast();
      group.store();
      const names = [Buffer.from('leaving'), Buffer.from('staying')];
      const consumers = names.map((name) =>
        groups.addConsumer(group.group, name, 0, name.length, 1),
      );
      for (let i = 0; i < own + others; i++) {
        const isOwn =
          Math.floor((i * own) / (own + others)) < Math.floor(((i + 1) * own) / (own + others));
        pending.add(group.group, consumers[isOwn ? 0 : 1], idOf(i, 5), 1000 + i, i);
      }
      keyspace.verify();
      const past = new Past(keyspace.arena);
      if (isRead) past.begin();
      streams.own();
      group.open(groups.ownFound(streams.root, groups.find(streams.root, KEY, 0, 1)));
      const leaving = groups.findConsumer(group.group, names[0], 0, names[0].length);
      assert.equal(pending.count(leaving), own);
      streams.removeFoundConsumer(leaving);
      assert.equal(groups.consumersCount(group.group), 1);
      let left = 0;
      for (let more = pending.first(group.group); more; more = pending.next()) {
        const { msLow } = pending.id;
        assert.deepEqual([pending.timeMs, pending.deliveries], [1000 + msLow, msLow]);
        left++;
      }
      assert.equal(left, others);
      if (isRead) past.finish();
      keyspace.verify();
      while (keyspace.pending.freeSlice(10));
      keyspace.verify();
    });
  }
}
