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

/** Where a walk ends: one more than the largest hash. */
export const WALK_END = 2 ** 32;

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

  /**
   * One step of a walk that meets each topic that stays exactly once, whatever the table does
   * between the steps: visits a bucket, and returns the next position; from 0 to WALK_END. Hashes
   * are met in the order of their bits turned round: there a bucket is a range, and so are its
   * halves.
   */
  walk(position: number, visit: (topic: Topic<Subscriber>) => void): number {
    const hash = turnedRound(position);
    const low = hash & this.mask;
    const isSplit = low + this.mask + 1 < this.buckets.length;
    const range = WALK_END / ((this.mask + 1) * (isSplit ? 2 : 1));
    let topic = this.buckets[this.bucketOf(hash)];
    for (; topic !== null; topic = topic.next) {
      if (turnedRound(topic.hash) >= position) visit(topic);
    }
    return position - (position % range) + range;
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

/** The 32 bits in the opposite order. */
function turnedRound(bits: number): number {
  let turned = ((bits >>> 1) & 0x55555555) | ((bits & 0x55555555) << 1);
  turned = ((turned >>> 2) & 0x33333333) | ((turned & 0x33333333) << 2);
  turned = ((turned >>> 4) & 0x0f0f0f0f) | ((turned & 0x0f0f0f0f) << 4);
  turned = ((turned >>> 8) & 0x00ff00ff) | ((turned & 0x00ff00ff) << 8);
  return ((turned >>> 16) | (turned << 16)) >>> 0;
}
