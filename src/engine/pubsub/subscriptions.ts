// What sessions are subscribed to. A topic is a channel, a pattern or a shard channel that somebody
// is subscribed to; subscriptions are those of one session. Each knows the other, so that leaving
// costs what one has oneself, however many others there are.
//
// Invariants:
// - A topic is in a session's subscriptions if, and only if, these are among its subscribers, but
//   for subscriptions that are over: they are being taken out, and count for nothing any more.
// - Both stand in the order in which they were subscribed to.
// - Subscriptions are not empty between two commands: who has none has null in their place.

// Kinds of topics.
export const CHANNELS = 0;
export const PATTERNS = 1;
export const SHARD_CHANNELS = 2;
export type TopicKind = typeof CHANNELS | typeof PATTERNS | typeof SHARD_CHANNELS;

export class Topic<Subscriber> {
  readonly name: Uint8Array;
  readonly hash: number;
  /** Topics are numbered in the order in which they were first subscribed to. */
  readonly number: number;
  readonly subscribers = new Set<Subscriptions<Subscriber>>();
  /** The next one in its bucket of the table. */
  next: Topic<Subscriber> | null = null;

  constructor(name: Uint8Array, hash: number, number: number) {
    this.name = name;
    this.hash = hash;
    this.number = number;
  }

  /** Those that are subscribed: subscriptions that are over do not count. */
  countSubscribers(): number {
    let count = 0;
    for (const { isOver } of this.subscribers) if (!isOver) count++;
    return count;
  }
}

export class Subscriptions<Subscriber> {
  readonly subscriber: Subscriber;
  private readonly topics: readonly Set<Topic<Subscriber>>[] = [new Set(), new Set(), new Set()];
  /** The subscriber is gone, or has left all topics at once. */
  isOver = false;

  constructor(subscriber: Subscriber) {
    this.subscriber = subscriber;
  }

  of(kind: TopicKind): Set<Topic<Subscriber>> {
    return this.topics[kind];
  }

  count(kind: TopicKind): number {
    return this.topics[kind].size;
  }

  get total(): number {
    return this.count(CHANNELS) + this.count(PATTERNS) + this.count(SHARD_CHANNELS);
  }
}
