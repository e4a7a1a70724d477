// Who gets what: the registries of pub/sub against naive ones under random operations, and what
// must hold when somebody with very many subscriptions leaves.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { latin1Bytes, latin1Text } from '../../src/domain/bytes/ascii.ts';
import { globMatch } from '../../src/domain/bytes/glob.ts';
import { PubSub } from '../../src/engine/pubsub/pubsub.ts';
import {
  CHANNELS,
  PATTERNS,
  SHARD_CHANNELS,
  type TopicKind,
} from '../../src/engine/pubsub/subscriptions.ts';
import { TopicTable, WALK_END } from '../../src/engine/pubsub/topic-table.ts';
import type { Pushes } from '../../src/engine/pushes.ts';
import type { Session } from '../../src/engine/session.ts';
import { connect, makeServer } from '../support/clock.ts';
import { SeededRandom } from '../support/random.ts';

const SEED = Number(process.env.REDSTART_RANDOM_SEED ?? Date.now() % 1e9);
const KINDS: readonly TopicKind[] = [CHANNELS, PATTERNS, SHARD_CHANNELS];
const HASH_KEY = { k0: 1, k1: 2 };
/** Pieces that names are made of: many names are beginnings of others. */
const PIECES = ['a', 'b', 'news.', 'news.s', '1', '\0', '\xff', ''];
const PATTERN_PIECES = [...PIECES, '*', '?', '[ab]', '\\*', '[', '\\'];

/** One push, as it was handed over: to whom, and what. */
type Sent = [id: number, text: string];

/** Pub/sub as one would write it if nothing were ever large. */
class Model {
  /** By kind: names in order of first subscription, each with its subscribers in order. */
  readonly topics = KINDS.map(() => new Map<string, Session[]>());

  subscribe(session: Session, kind: TopicKind, name: string): void {
    const subscribers = this.topics[kind].get(name) ?? [];
    if (!subscribers.includes(session)) subscribers.push(session);
    this.topics[kind].set(name, subscribers);
  }

  unsubscribe(session: Session, kind: TopicKind, name: string): void {
    const left = (this.topics[kind].get(name) ?? []).filter((other) => other !== session);
    if (left.length > 0) this.topics[kind].set(name, left);
    else this.topics[kind].delete(name);
  }

  leave(session: Session): void {
    for (const kind of KINDS) {
      for (const name of [...this.topics[kind].keys()]) this.unsubscribe(session, kind, name);
    }
  }

  publish(channel: string, text: string): Sent[] {
    const sent: Sent[] = (this.topics[CHANNELS].get(channel) ?? []).map((session) => [
      session.id,
      encode(session, ['message', channel, text]),
    ]);
    for (const [pattern, subscribers] of this.topics[PATTERNS]) {
      if (!matches(pattern, channel)) continue;
      for (const session of subscribers) {
        sent.push([session.id, encode(session, ['pmessage', pattern, channel, text])]);
      }
    }
    return sent;
  }

  publishToShard(channel: string, text: string): Sent[] {
    const subscribers = this.topics[SHARD_CHANNELS].get(channel) ?? [];
    return subscribers.map((session) => [session.id, encode(session, ['smessage', channel, text])]);
  }
}

class Players {
  readonly sent: Sent[] = [];
  /** The bytes that were handed over, each array once. */
  readonly arrays = new Set<Uint8Array>();
  readonly pubsub: PubSub;
  readonly sessions: Session[] = [];

  constructor(count: number) {
    const send = (session: Session, bytes: Uint8Array): void => {
      this.sent.push([session.id, latin1Text(bytes, 0, bytes.length)]);
      this.arrays.add(bytes);
    };
    this.pubsub = new PubSub({ send } as unknown as Pushes, HASH_KEY);
    const { server } = makeServer();
    for (let i = 0; i < count; i++) {
      const { session } = connect(server);
      session.protocol = i % 2 === 0 ? 2 : 3;
      this.sessions.push(session);
    }
  }

  subscribe(session: Session, kind: TopicKind, name: string): void {
    this.pubsub.subscribe(session, kind, ...range(name));
  }

  unsubscribe(session: Session, kind: TopicKind, name: string): void {
    this.pubsub.unsubscribe(session, kind, ...range(name));
  }

  /** Publishes, and says what was sent to whom. */
  publish(channel: string, text: string, isShard = false): Sent[] {
    this.sent.length = 0;
    this.arrays.clear();
    const receivers = isShard
      ? this.pubsub.publishToShard(...range(channel), ...range(text))
      : this.pubsub.publish(...range(channel), ...range(text));
    assert.equal(receivers, this.sent.length);
    return [...this.sent];
  }
}

/** The bytes of a text in the midst of others. */
function range(text: string): [Uint8Array, number, number] {
  return [latin1Bytes(`<<${text}>`), 2, 2 + text.length];
}

function encode({ protocol }: Session, words: readonly string[]): string {
  const bulks = words.map((word) => `$${word.length}\r\n${word}\r\n`);
  return `${protocol === 3 ? '>' : '*'}${words.length}\r\n${bulks.join('')}`;
}

function matches(pattern: string, channel: string): boolean {
  const [p, c] = [latin1Bytes(pattern), latin1Bytes(channel)];
  return globMatch(p, 0, p.length, c, 0, c.length, false);
}

function randomName(random: SeededRandom, pieces: readonly string[]): string {
  let name = '';
  for (let i = random.below(4); i >= 0; i--) name += random.pick(pieces);
  return name;
}

/** The names of the topics that have subscribers. */
function topicsOf(pubsub: PubSub, kind: TopicKind): string[] {
  const names: string[] = [];
  for (let at = 0; at < WALK_END; ) {
    at = pubsub.walkTopics(kind, at, (name) => names.push(latin1Text(name, 0, name.length)));
  }
  return names;
}

function check(players: Players, model: Model): void {
  for (const kind of KINDS) {
    const names = topicsOf(players.pubsub, kind);
    assert.deepEqual(names.sort(), [...model.topics[kind].keys()].sort());
    assert.equal(players.pubsub.count(kind), names.length);
  }
  for (const session of players.sessions) {
    const counts = KINDS.map(
      (kind) => [...model.topics[kind].values()].filter((all) => all.includes(session)).length,
    );
    const isSubscribed = counts.some((count) => count > 0);
    assert.deepEqual(
      KINDS.map((kind) => session.subscriptions?.count(kind) ?? 0),
      counts,
    );
    assert.equal(session.subscriptions !== null, isSubscribed);
    assert.equal(session.isInSubscriberMode, isSubscribed && session.protocol === 2);
  }
}

test(`random subscriptions and messages, seed ${SEED}`, () => {
  const random = new SeededRandom(SEED);
  const players = new Players(6);
  const model = new Model();
  for (let round = 0; round < 20000; round++) {
    // Now there are few subscriptions, now many: tables and trees grow and shrink.
    const isGrowing = Math.floor(round / 2000) % 2 === 0;
    const session = random.pick(players.sessions);
    const kind = random.pick(KINDS);
    const choice = random.below(isGrowing ? 12 : 6);
    if (choice === 0) {
      const channel = randomName(random, PIECES);
      const text = randomName(random, PATTERN_PIECES);
      assert.deepEqual(players.publish(channel, text), model.publish(channel, text));
      assert.deepEqual(players.publish(channel, text, true), model.publishToShard(channel, text));
    } else if (choice === 1 && random.below(isGrowing ? 200 : 20) === 0) {
      assert.equal(players.pubsub.leave(session), false);
      model.leave(session);
    } else if (choice < 6) {
      const name = random.pick([...model.topics[kind].keys(), randomName(random, PIECES)]);
      players.unsubscribe(session, kind, name);
      model.unsubscribe(session, kind, name);
    } else {
      const name = randomName(random, kind === PATTERNS ? PATTERN_PIECES : PIECES);
      players.subscribe(session, kind, name);
      model.subscribe(session, kind, name);
      assert.equal(
        players.pubsub.subscribers(kind, ...range(name)),
        model.topics[kind].get(name)?.length,
      );
    }
    if (round % 100 === 0) check(players, model);
  }
});

test('thousands of channels and patterns come and go', () => {
  const players = new Players(1);
  const [session] = players.sessions;
  const name = (i: number): string => `channel:${i * 7919}`;
  for (const kind of KINDS) {
    const ending = kind === PATTERNS ? '*' : '';
    for (let i = 0; i < 5000; i++) players.subscribe(session, kind, name(i) + ending);
    assert.equal(players.pubsub.count(kind), 5000);
    for (let i = 0; i < 5000; i += 2) players.unsubscribe(session, kind, name(i) + ending);
    for (let i = 0; i < 5000; i++) {
      assert.equal(players.pubsub.subscribers(kind, ...range(name(i) + ending)), i % 2);
    }
    for (let i = 1; i < 5000; i += 2) players.unsubscribe(session, kind, name(i) + ending);
    assert.equal(players.pubsub.count(kind), 0);
    assert.deepEqual(players.publish(name(1), 'x'), []);
  }
  assert.equal(session.subscriptions, null);
  assert.equal(players.pubsub.usedSize, 0);
});

test('subscribers of one protocol share one message', () => {
  const players = new Players(10);
  for (const session of players.sessions) players.subscribe(session, CHANNELS, 'a');
  assert.equal(players.publish('a', 'x').length, 10);
  assert.equal(players.arrays.size, 2);
  for (const session of players.sessions) players.subscribe(session, PATTERNS, '*');
  assert.equal(players.publish('a', 'x').length, 20);
  assert.equal(players.arrays.size, 4);
  for (const session of players.sessions) if (session.protocol === 3) players.pubsub.leave(session);
  assert.equal(players.publish('a', 'x').length, 10);
  assert.equal(players.arrays.size, 2);
});

test('who leaves with many subscriptions counts for nothing at once', () => {
  const players = new Players(2);
  const { pubsub } = players;
  const [leaver, other] = players.sessions;
  for (const session of [leaver, other]) players.subscribe(session, CHANNELS, 'both');
  for (let i = 0; i < 3000; i++) {
    players.subscribe(leaver, CHANNELS, `c${i}`);
    players.subscribe(leaver, PATTERNS, `p${i}*`);
  }
  assert.ok(pubsub.leave(leaver), 'there is work left');
  assert.equal(leaver.subscriptions, null);
  const checkCounts = (): void => {
    assert.equal(pubsub.count(CHANNELS), 1);
    assert.equal(pubsub.count(PATTERNS), 0);
    assert.equal(topicsOf(pubsub, CHANNELS).length, 1);
    assert.equal(pubsub.subscribers(CHANNELS, ...range('c2999')), 0);
    assert.equal(pubsub.subscribers(CHANNELS, ...range('both')), 1);
    assert.deepEqual(players.publish('c2999', 'x'), []);
    assert.deepEqual(players.publish('p2999', 'x'), []);
    assert.deepEqual(players.publish('both', 'x'), [
      [other.id, encode(other, ['message', 'both', 'x'])],
    ]);
  };
  checkCounts();
  // Back again meanwhile, it counts once.
  players.subscribe(leaver, CHANNELS, 'c2999');
  assert.equal(pubsub.subscribers(CHANNELS, ...range('c2999')), 1);
  assert.equal(players.publish('c2999', 'x').length, 1);
  let slices = 0;
  while (pubsub.leaveSlice(100)) slices++;
  assert.ok(slices > 50, `${slices} slices`);
  assert.equal(pubsub.subscribers(CHANNELS, ...range('c2999')), 1);
  players.unsubscribe(leaver, CHANNELS, 'c2999');
  checkCounts();
});

test('a walk over topics meets those that stay once, whatever comes and goes', () => {
  for (let seed = 1; seed <= 30; seed++) {
    const random = new SeededRandom(seed);
    const table = new TopicTable<Session>(HASH_KEY);
    const add = (name: string): void => void table.add(...range(name));
    for (let i = 0; i < 500; i++) add(`stays${i}`);
    for (let i = 0; i < 3000; i++) add(`goes${i}`);
    const met = new Map<string, number>();
    const goes = seed % 3;
    let passing = 3000;
    for (let at = 0; at < WALK_END; ) {
      at = table.walk(at, ({ name }) => {
        const text = latin1Text(name, 0, name.length);
        met.set(text, (met.get(text) ?? 0) + 1);
      });
      for (let i = random.below(6); i > 0; i--) {
        if (goes === 0) add(`goes${passing++}`);
        const gone = goes === 1 && passing > 0 ? table.find(...range(`goes${--passing}`)) : null;
        if (gone !== null) table.remove(gone);
      }
    }
    for (const [name, times] of met) assert.equal(times, 1, `seed ${seed}: ${name}`);
    const staying = [...met.keys()].filter((name) => name.startsWith('stays'));
    assert.equal(staying.length, 500, `seed ${seed}`);
  }
});
