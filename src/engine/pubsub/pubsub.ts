// Publishing and subscribing: who gets what is published to a channel.
//
// A message goes first to the subscribers of its channel, then to those of each pattern that the
// channel matches; both in the order of first subscription. Shard channels are a world of their
// own, without patterns.
//
// A session that leaves is out of all its topics at once; taking it out of thousands of sets is
// done later, in slices. Until then its subscriptions are over, and count for nothing.
import type { HashKey } from '../../domain/bytes/hash.ts';
import type { Pushes } from '../pushes.ts';
import type { Session } from '../session.ts';
import { MESSAGE, Message, PATTERN_MESSAGE, SHARD_MESSAGE } from './message.ts';
import { PatternIndex } from './pattern-index.ts';
import {
  CHANNELS,
  PATTERNS,
  SHARD_CHANNELS,
  Subscriptions,
  type Topic,
  type TopicKind,
} from './subscriptions.ts';
import { TopicTable } from './topic-table.ts';

/** Who leaves with no more subscriptions than this is taken out right away: half a millisecond. */
const LEAVE_NOW_MAX = 512;
/** What a subscription takes besides its name, about: measured over 100,000 channels. */
const SUBSCRIPTION_SIZE = 200;
const KINDS: readonly TopicKind[] = [CHANNELS, PATTERNS, SHARD_CHANNELS];

export class PubSub {
  private readonly pushes: Pushes;
  private readonly tables: readonly TopicTable<Session>[];
  private readonly patternIndex = new PatternIndex<Session>();
  private readonly message = new Message();
  /** Patterns that the channel of the message matches; empty between messages. */
  private readonly matches: Topic<Session>[] = [];
  /** Steps that take out subscriptions that are over, one subscription each. */
  private readonly leaving: Iterator<void>[] = [];

  constructor(pushes: Pushes, hashKey: HashKey) {
    this.pushes = pushes;
    this.tables = KINDS.map(() => new TopicTable(hashKey));
  }

  /** Bytes that the names take; subscriptions are counted with who has them. */
  get usedSize(): number {
    let size = 0;
    for (const { namesSize } of this.tables) size += namesSize;
    return size;
  }

  /** Channels, patterns or shard channels that have subscribers. */
  count(kind: TopicKind): number {
    if (this.leaving.length === 0) return this.tables[kind].count;
    let count = 0;
    for (const topic of this.tables[kind].all()) if (topic.countSubscribers() > 0) count++;
    return count;
  }

  /** Those that have subscribers, in no order. */
  walkTopics(kind: TopicKind, position: number, visit: (name: Uint8Array) => void): number {
    return this.tables[kind].walk(position, (topic) => {
      if (this.subscribersOf(topic) > 0) visit(topic.name);
    });
  }

  /** How many are subscribed to what has this name; patterns that match it are not looked at. */
  subscribers(kind: TopicKind, buffer: Uint8Array, start: number, end: number): number {
    const topic = this.tables[kind].find(buffer, start, end);
    return topic === null ? 0 : this.subscribersOf(topic);
  }

  /** Subscribing a second time changes nothing. */
  subscribe(
    session: Session,
    kind: TopicKind,
    buffer: Uint8Array,
    start: number,
    end: number,
  ): void {
    const table = this.tables[kind];
    let topic = table.find(buffer, start, end);
    if (topic !== null && session.subscriptions?.of(kind).has(topic) === true) return;
    if (topic === null) {
      topic = table.add(buffer, start, end);
      if (kind === PATTERNS) this.patternIndex.add(topic);
    }
    session.subscriptions ??= new Subscriptions(session);
    session.subscriptions.of(kind).add(topic);
    topic.subscribers.add(session.subscriptions);
    session.interestsSize += SUBSCRIPTION_SIZE;
  }

  unsubscribe(
    session: Session,
    kind: TopicKind,
    buffer: Uint8Array,
    start: number,
    end: number,
  ): void {
    const topic = this.tables[kind].find(buffer, start, end);
    if (topic !== null) this.unsubscribeFrom(session, kind, topic);
  }

  unsubscribeFrom(session: Session, kind: TopicKind, topic: Topic<Session>): void {
    const { subscriptions } = session;
    if (subscriptions === null || !subscriptions.of(kind).delete(topic)) return;
    this.takeOut(subscriptions, kind, topic);
    if (subscriptions.total > 0) return;
    session.subscriptions = null;
  }

  /** Ends all subscriptions of a session. True when there is work left for leaveSlice(). */
  leave(session: Session): boolean {
    const { subscriptions } = session;
    if (subscriptions === null) return false;
    session.subscriptions = null;
    subscriptions.isOver = true;
    const steps = this.takeAllOut(subscriptions);
    for (let i = 0; i < LEAVE_NOW_MAX; i++) if (steps.next().done === true) return false;
    this.leaving.push(steps);
    return true;
  }

  /** Takes out up to `count` subscriptions that are over. Are there more? */
  leaveSlice(count: number): boolean {
    for (let i = 0; i < count && this.leaving.length > 0; i++) {
      if (this.leaving[0].next().done === true) this.leaving.shift();
    }
    return this.leaving.length > 0;
  }

  /** Sends a message to all who are subscribed to the channel. Returns how many they are. */
  publish(
    channel: Uint8Array,
    channelStart: number,
    channelEnd: number,
    text: Uint8Array,
    textStart: number,
    textEnd: number,
  ): number {
    const { matches, message } = this;
    const topic = this.tables[CHANNELS].find(channel, channelStart, channelEnd);
    if (this.tables[PATTERNS].count > 0) {
      this.patternIndex.match(channel, channelStart, channelEnd, matches);
    }
    if (topic === null && matches.length === 0) return 0;
    message.set(channel, channelStart, channelEnd, text, textStart, textEnd);
    let receivers = topic === null ? 0 : this.deliver(topic, MESSAGE, null);
    for (const pattern of matches) {
      receivers += this.deliver(pattern, PATTERN_MESSAGE, pattern.name);
    }
    matches.length = 0;
    message.clear();
    return receivers;
  }

  /** The same for a shard channel. */
  publishToShard(
    channel: Uint8Array,
    channelStart: number,
    channelEnd: number,
    text: Uint8Array,
    textStart: number,
    textEnd: number,
  ): number {
    const topic = this.tables[SHARD_CHANNELS].find(channel, channelStart, channelEnd);
    if (topic === null) return 0;
    this.message.set(channel, channelStart, channelEnd, text, textStart, textEnd);
    const receivers = this.deliver(topic, SHARD_MESSAGE, null);
    this.message.clear();
    return receivers;
  }

  private deliver(topic: Topic<Session>, word: Uint8Array, pattern: Uint8Array | null): number {
    const { pushes, message } = this;
    let resp2: Uint8Array | null = null;
    let resp3: Uint8Array | null = null;
    let receivers = 0;
    for (const { subscriber, isOver } of topic.subscribers) {
      if (isOver) continue;
      if (subscriber.speaksResp3) {
        resp3 ??= message.encode(word, pattern, 3);
        pushes.send(subscriber, resp3);
      } else {
        resp2 ??= message.encode(word, pattern, 2);
        pushes.send(subscriber, resp2);
      }
      receivers++;
    }
    return receivers;
  }

  private subscribersOf(topic: Topic<Session>): number {
    return this.leaving.length === 0 ? topic.subscribers.size : topic.countSubscribers();
  }

  private *takeAllOut(subscriptions: Subscriptions<Session>): Generator<void> {
    for (const kind of KINDS) {
      for (const topic of subscriptions.of(kind)) {
        this.takeOut(subscriptions, kind, topic);
        yield;
      }
    }
  }

  private takeOut(
    subscriptions: Subscriptions<Session>,
    kind: TopicKind,
    topic: Topic<Session>,
  ): void {
    topic.subscribers.delete(subscriptions);
    subscriptions.subscriber.interestsSize -= SUBSCRIPTION_SIZE;
    if (topic.subscribers.size > 0) return;
    this.tables[kind].remove(topic);
    if (kind === PATTERNS) this.patternIndex.remove(topic);
  }
}
