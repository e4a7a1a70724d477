// All topics of one kind by the bytes of their names: a hash table that grows and shrinks by one
// bucket at a time (Litwin's linear hashing), so that no subscriber ever waits for a table to be
// copied.
//
// Invariant: with n buckets and the largest power of two p <= n, a topic lies in bucket
// hash mod 2p, or in hash mod p where that bucket does not exist yet.
import { equalBytes } from '../../domain/bytes/compare.ts';
import { type HashKey, halfSipHash } from '../../domain/bytes/hash.ts';
import { Topic } from './subscriptions.ts';

const BUCKETS_MIN = 16;

export class TopicTable<Subscriber> {
  count = 0;
  /** Bytes of all names. */
  namesSize = 0;
  private readonly hashKey: HashKey;
  private readonly buckets: (Topic<Subscriber> | null)[] = new Array(BUCKETS_MIN).fill(null);
  /** p - 1 of the invariant. */
  private mask = BUCKETS_MIN - 1;
  private nextNumber = 0;

  constructor(hashKey: HashKey) {
    this.hashKey = hashKey;
  }

  find(buffer: Uint8Array, start: number, end: number): Topic<Subscriber> | null {
    if (this.count === 0) return null;
    const hash = halfSipHash(this.hashKey, buffer, start, end);
    let topic = this.buckets[this.bucketOf(hash)];
    while (topic !== null) {
      const { name } = topic;
      if (topic.hash === hash && equalBytes(name, 0, name.length, buffer, start, end)) return topic;
      topic = topic.next;
    }
    return null;
  }

  /** Adds a topic that is not there yet. */
  add(buffer: Uint8Array, start: number, end: number): Topic<Subscriber> {
    const hash = halfSipHash(this.hashKey, buffer, start, end);
    const topic = new Topic<Subscriber>(buffer.slice(start, end), hash, this.nextNumber++);
    this.link(topic);
    this.count++;
    this.namesSize += topic.name.length;
    if (this.count > this.buckets.length) this.grow();
    return topic;
  }

  /** Removes a topic that is there. */
  remove(topic: Topic<Subscriber>): void {
    const bucket = this.bucketOf(topic.hash);
    let before: Topic<Subscriber> | null = null;
    let at = this.buckets[bucket];
    while (at !== topic) {
      if (at === null) throw new Error('the topic is not in its table');
      before = at;
      at = at.next;
    }
    if (before === null) this.buckets[bucket] = topic.next;
    else before.next = topic.next;
    topic.next = null;
    this.count--;
    this.namesSize -= topic.name.length;
    if (this.buckets.length > BUCKETS_MIN && this.count * 2 < this.buckets.length) this.shrink();
  }

  /** All topics, in no order. The table must not change meanwhile. */
  *all(): Generator<Topic<Subscriber>> {
    for (const first of this.buckets) {
      for (let topic = first; topic !== null; topic = topic.next) yield topic;
    }
  }

  private bucketOf(hash: number): number {
    const bucket = hash & (this.mask * 2 + 1);
    return bucket < this.buckets.length ? bucket : hash & this.mask;
  }

  private link(topic: Topic<Subscriber>): void {
    const bucket = this.bucketOf(topic.hash);
    topic.next = this.buckets[bucket];
    this.buckets[bucket] = topic;
  }

  /** One bucket more: some topics of the one that it is split off from go there. */
  private grow(): void {
    const source = this.buckets.length & this.mask;
    const topics = this.buckets[source];
    this.buckets[source] = null;
    this.buckets.push(null);
    if (this.buckets.length === (this.mask + 1) * 2) this.mask = this.mask * 2 + 1;
    this.relink(topics);
  }

  /** One bucket less: its topics go back to where it was split off from. */
  private shrink(): void {
    const topics = this.buckets.pop() ?? null;
    if (this.buckets.length === this.mask) this.mask = this.mask >>> 1;
    this.relink(topics);
  }

  private relink(topics: Topic<Subscriber> | null): void {
    let topic = topics;
    while (topic !== null) {
      const { next } = topic;
      this.link(topic);
      topic = next;
    }
  }
}
