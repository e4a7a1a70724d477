// Who is told what by tracking: conversations of sessions that read and change keys, and random
// ones of sessions that broadcast against a naive model.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ClientMemory } from '../../src/engine/client-memory.ts';
import { Session } from '../../src/engine/session.ts';
import type { TrackingOptions } from '../../src/engine/tracking/state.ts';
import { Tracking } from '../../src/engine/tracking/tracking.ts';
import { RecordedOutput } from '../support/clock.ts';
import { SeededRandom } from '../support/random.ts';

const PLAIN: TrackingOptions = {
  isBroadcast: false,
  isOptIn: false,
  isOptOut: false,
  isNoLoop: false,
  redirectId: 0,
  prefixes: [],
};
const BCAST: TrackingOptions = { ...PLAIN, isBroadcast: true };

const ORIGIN = {
  address: '',
  localAddress: '',
  isUnixSocket: false,
  isLocal: true,
  descriptor: 0,
};

/** Tracking with sessions 1 to 9, which speak RESP3, and what was sent: `<id> <bytes>`. */
class World {
  readonly sessions = new Map<number, Session>();
  readonly subscribers = new Set<Session>();
  readonly tracking: Tracking;
  sent: string[] = [];

  constructor(seed = 1) {
    for (let id = 1; id <= 9; id++) this.connect(id);
    this.tracking = new Tracking({
      sessions: this.sessions,
      pushes: {
        send: (session, bytes) => {
          this.sent.push(`${session.id} ${Buffer.from(bytes).toString('latin1')}`);
        },
      },
      random: new SeededRandom(seed),
      hashKey: { k0: 3, k1: 4 },
      isSubscriber: (session) => this.subscribers.has(session),
      onWanted: () => {},
      poison: true,
    });
  }

  session(id: number): Session {
    const session = this.sessions.get(id);
    assert.ok(session !== undefined);
    return session;
  }

  connect(id: number): void {
    const memory = new ClientMemory(() => {});
    const session = new Session(id, ORIGIN, new RecordedOutput(), 0, memory);
    session.protocol = 3;
    this.sessions.set(id, session);
  }

  disconnect(id: number): void {
    const session = this.session(id);
    this.sessions.delete(id);
    this.tracking.disconnected(session);
  }

  enable(id: number, options: TrackingOptions = PLAIN): void {
    this.tracking.enable(this.session(id), options);
  }

  disable(id: number): void {
    this.tracking.disable(this.session(id));
  }

  read(id: number, key: string): void {
    const session = this.session(id);
    const bytes = Buffer.from(key, 'latin1');
    if (this.tracking.remembers(session)) this.tracking.remember(session, bytes, 0, bytes.length);
    this.tracking.forgetCaching(session);
  }

  change(id: number, key: string): void {
    this.modified(key, this.session(id), true);
  }

  /** The key expires while a session looks at it, or by itself. */
  expire(key: string, id = 0): void {
    this.modified(key, id === 0 ? null : this.session(id), false);
  }

  endTurn(): void {
    this.tracking.endTurn();
  }

  /** What was sent since the last time. */
  take(): string[] {
    const { sent } = this;
    this.sent = [];
    return sent;
  }

  private modified(key: string, running: Session | null, isByCommand: boolean): void {
    const bytes = Buffer.from(`<${key}>`, 'latin1');
    this.tracking.keyModified(bytes, 1, bytes.length - 1, running, isByCommand);
  }
}

function invalidate(id: number, ...keys: string[]): string {
  return `${id} >2\r\n$10\r\ninvalidate\r\n${arrayOf(keys)}`;
}

function published(id: number, ...keys: string[]): string {
  return `${id} *3\r\n$7\r\nmessage\r\n$20\r\n__redis__:invalidate\r\n${arrayOf(keys)}`;
}

function broken(id: number, redirectId: number): string {
  return `${id} >2\r\n$21\r\ntracking-redir-broken\r\n:${redirectId}\r\n`;
}

function arrayOf(keys: readonly string[]): string {
  return `*${keys.length}\r\n${keys.map((key) => `$${key.length}\r\n${key}\r\n`).join('')}`;
}

/** A step, and what it sends. */
type Step = readonly [step: (world: World) => void, ...sent: string[]];

function conversation(name: string, ...steps: Step[]): void {
  test(`tracking: ${name}`, () => {
    const world = new World();
    steps.forEach(([step, ...expected], index) => {
      step(world);
      assert.deepEqual(world.take(), expected, `step ${index + 1}`);
    });
  });
}

conversation(
  'a key that was read is invalidated once',
  [(w) => w.enable(1)],
  [(w) => w.read(1, 'a')],
  [(w) => w.read(1, 'a')],
  [(w) => w.read(2, 'a')],
  [(w) => w.change(2, 'b')],
  [(w) => w.change(2, 'a'), invalidate(1, 'a')],
  [(w) => w.change(2, 'a')],
  [(w) => w.read(1, '')],
  [(w) => w.change(1, ''), invalidate(1, '')],
  [(w) => w.read(1, 'x\0\xff\r\n')],
  [(w) => w.expire('x\0\xff\r\n'), invalidate(1, 'x\0\xff\r\n')],
);

conversation(
  'who tracks no longer, or broadcasts now, hears nothing of what it read before',
  [(w) => w.enable(1)],
  [(w) => w.enable(2)],
  [(w) => w.read(1, 'a')],
  [(w) => w.read(1, 'b')],
  [(w) => w.read(2, 'a')],
  [(w) => w.disable(1)],
  [(w) => w.change(3, 'a'), invalidate(2, 'a')],
  [(w) => w.enable(1, BCAST)],
  [(w) => w.change(3, 'b')],
  [(w) => w.endTurn(), invalidate(1, 'b')],
);

conversation(
  'NOLOOP: not of own changes, nor of keys that it finds expired',
  [(w) => w.enable(1, { ...PLAIN, isNoLoop: true })],
  [(w) => w.read(1, 'a')],
  [(w) => w.change(1, 'a')],
  [(w) => w.change(2, 'a')],
  [(w) => w.read(1, 'a')],
  [(w) => w.change(2, 'a'), invalidate(1, 'a')],
  [(w) => w.read(1, 'a')],
  [(w) => w.expire('a', 1)],
  [(w) => w.read(1, 'a')],
  [(w) => w.expire('a', 2), invalidate(1, 'a')],
  [(w) => w.read(1, 'a')],
  [(w) => w.expire('a'), invalidate(1, 'a')],
);

conversation(
  'OPTIN: only of commands that follow CLIENT CACHING YES',
  [(w) => w.enable(1, { ...PLAIN, isOptIn: true })],
  [(w) => w.read(1, 'a')],
  [(w) => w.change(2, 'a')],
  [(w) => caching(w, 1)],
  [(w) => w.read(1, 'a')],
  [(w) => w.read(1, 'b')],
  [(w) => w.change(2, 'b')],
  [(w) => w.change(2, 'a'), invalidate(1, 'a')],
);

conversation(
  'OPTOUT: not of commands that follow CLIENT CACHING NO',
  [(w) => w.enable(1, { ...PLAIN, isOptOut: true })],
  [(w) => caching(w, 1)],
  [(w) => w.read(1, 'a')],
  [(w) => w.read(1, 'b')],
  [(w) => w.change(2, 'a')],
  [(w) => w.change(2, 'b'), invalidate(1, 'b')],
);

conversation(
  'RESP2 hears nothing without a redirection; what it read counts after HELLO 3',
  [(w) => w.enable(1)],
  [(w) => speak(w, 1, 2)],
  [(w) => w.read(1, 'a')],
  [(w) => w.read(1, 'b')],
  [(w) => w.change(2, 'a')],
  [(w) => speak(w, 1, 3)],
  [(w) => w.change(2, 'b'), invalidate(1, 'b')],
);

conversation(
  'REDIRECT: to a subscriber that speaks RESP2, or to whoever speaks RESP3',
  [(w) => w.enable(1, { ...PLAIN, redirectId: 5 })],
  [(w) => w.enable(2, { ...PLAIN, redirectId: 6 })],
  [(w) => w.enable(3, { ...PLAIN, redirectId: 7 })],
  [(w) => speak(w, 1, 2)],
  [(w) => speak(w, 5, 2)],
  [(w) => speak(w, 7, 2)],
  [(w) => w.subscribers.add(w.session(5))],
  [(w) => w.read(1, 'a')],
  [(w) => w.read(2, 'a')],
  [(w) => w.read(3, 'a')],
  [(w) => w.change(1, 'a'), published(5, 'a'), invalidate(6, 'a')],
  [
    (w) => w.tracking.flushed(),
    '5 *3\r\n$7\r\nmessage\r\n$20\r\n__redis__:invalidate\r\n$-1\r\n',
    '6 >2\r\n$10\r\ninvalidate\r\n_\r\n',
  ],
  // The null is of the protocol of who tracks, but RESP2 cannot read RESP3's.
  [(w) => speak(w, 1, 3)],
  [(w) => speak(w, 2, 2)],
  [
    (w) => w.tracking.flushed(),
    '5 *3\r\n$7\r\nmessage\r\n$20\r\n__redis__:invalidate\r\n$-1\r\n',
    '6 >2\r\n$10\r\ninvalidate\r\n$-1\r\n',
  ],
);

conversation(
  'a redirection to who is gone is broken, and whole again when tracking is set anew',
  [(w) => w.enable(1, { ...PLAIN, redirectId: 5 })],
  [(w) => w.enable(2, { ...PLAIN, redirectId: 5 })],
  [(w) => speak(w, 2, 2)],
  [(w) => w.read(1, 'a')],
  [(w) => w.read(2, 'a')],
  [(w) => w.disconnect(5)],
  [(w) => assert.equal(w.session(1).tracking?.isRedirectBroken, false)],
  [(w) => w.change(3, 'a'), broken(1, 5)],
  [(w) => assert.equal(w.session(1).tracking?.isRedirectBroken, true)],
  [(w) => assert.equal(w.session(2).tracking?.isRedirectBroken, true)],
  [(w) => w.tracking.flushed(), broken(1, 5)],
  [(w) => w.enable(1, { ...PLAIN, redirectId: 6 })],
  [(w) => assert.equal(w.session(1).tracking?.isRedirectBroken, false)],
  [(w) => w.read(1, 'a')],
  [(w) => w.change(3, 'a'), invalidate(6, 'a')],
);

conversation(
  'a flush says null to all who track and forgets what they have read',
  [(w) => w.enable(1, { ...PLAIN, isNoLoop: true })],
  [(w) => w.enable(2, BCAST)],
  [(w) => w.read(1, 'a')],
  [(w) => w.change(3, 'b')],
  [
    (w) => w.tracking.flushed(),
    '1 >2\r\n$10\r\ninvalidate\r\n_\r\n',
    '2 >2\r\n$10\r\ninvalidate\r\n_\r\n',
  ],
  [(w) => assert.equal(w.tracking.keysCount, 0)],
  [(w) => w.change(3, 'a')],
  [(w) => w.endTurn(), invalidate(2, 'a', 'b')],
);

conversation(
  'BCAST: the keys of a turn in one message per prefix, in order',
  [(w) => w.enable(1, { ...BCAST, prefixes: ['b:', 'a:'] })],
  [(w) => w.enable(2, { ...BCAST, prefixes: ['a:'] })],
  [(w) => w.enable(3, BCAST)],
  [(w) => w.change(4, 'b:1')],
  [(w) => w.change(4, 'a:2')],
  [(w) => w.change(4, 'a:1')],
  [(w) => w.change(4, 'a:2')],
  [(w) => w.change(4, 'a')],
  [
    (w) => w.endTurn(),
    invalidate(3, 'a', 'a:1', 'a:2', 'b:1'),
    invalidate(1, 'a:1', 'a:2'),
    invalidate(2, 'a:1', 'a:2'),
    invalidate(1, 'b:1'),
  ],
  [(w) => w.endTurn()],
  // What lies behind a key in its buffer is not part of it.
  [(w) => w.enable(5, { ...BCAST, prefixes: ['c>'] })],
  [(w) => w.change(4, 'c')],
  [(w) => w.endTurn(), invalidate(3, 'c')],
  [(w) => w.disable(5)],
  [(w) => w.change(4, 'a:3')],
  [(w) => w.disable(1)],
  [(w) => w.disconnect(3)],
  [(w) => w.endTurn(), invalidate(2, 'a:3')],
  [(w) => assert.equal(w.tracking.prefixesCount, 1)],
);

conversation(
  'BCAST and NOLOOP: who changed a key last does not hear of it',
  [(w) => w.enable(1, { ...BCAST, isNoLoop: true })],
  [(w) => w.enable(2, BCAST)],
  [(w) => w.change(1, 'a')],
  [(w) => w.change(1, 'b')],
  [(w) => w.change(2, 'b')],
  [(w) => w.change(2, 'c')],
  [(w) => w.change(1, 'c')],
  [(w) => w.endTurn(), invalidate(1, 'b'), invalidate(2, 'a', 'b', 'c')],
  [(w) => w.change(1, 'a')],
  [(w) => w.endTurn(), invalidate(2, 'a')],
  // It met a key that had expired: that is no change of its own.
  [(w) => w.change(1, 'a')],
  [(w) => w.expire('a', 1)],
  [(w) => w.endTurn(), invalidate(1, 'a'), invalidate(2, 'a')],
);

test('tracking: a table above its limit shrinks by slices, and its sessions are told', () => {
  const world = new World();
  const { tracking } = world;
  world.enable(1, { ...PLAIN, isNoLoop: true });
  for (let i = 0; i < 250; i++) world.read(1, `key:${i}`);
  assert.equal(tracking.endTurn(), false);
  tracking.keysMax = 250;
  assert.equal(tracking.endTurn(), false);
  assert.equal(tracking.keysCount, 250);
  tracking.keysMax = 1;
  assert.equal(tracking.endTurn(), true);
  assert.equal(tracking.keysCount, 150);
  while (tracking.endTurn()) assert.ok(tracking.keysCount > 1);
  assert.equal(tracking.keysCount, 1);
  const sent = new Set(world.take());
  assert.equal(sent.size, 249);
  let kept = 0;
  for (let i = 0; i < 250; i++) if (!sent.has(invalidate(1, `key:${i}`))) kept++;
  assert.equal(kept, 1);
});

test('tracking: nothing is kept when the last session that tracked is gone', () => {
  const world = new World();
  world.enable(1);
  world.enable(2, { ...BCAST, prefixes: ['a', 'b'] });
  world.read(1, 'a');
  assert.deepEqual(figures(world), { clients: 2, keys: 1, items: 1, prefixes: 2 });
  world.disconnect(1);
  assert.deepEqual(figures(world), { clients: 1, keys: 1, items: 1, prefixes: 2 });
  world.disconnect(2);
  assert.deepEqual(figures(world), { clients: 0, keys: 0, items: 0, prefixes: 0 });
});

test('tracking: broadcasts of random turns are those of a naive model', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '>', '\xff'), maxLength: 4 });
  const id = fc.integer({ min: 1, max: 4 });
  const step = fc.oneof(
    fc.tuple(fc.constantFrom('enable', 'noloop'), id, text),
    fc.tuple(fc.constant('disable'), id, text),
    { weight: 6, arbitrary: fc.tuple(fc.constant('change'), id, text) },
    { weight: 2, arbitrary: fc.tuple(fc.constant('turn'), id, text) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const world = new World();
      const naive = new NaiveBroadcast();
      for (const [name, session, word] of steps) {
        if (name === 'change') {
          world.change(session, word);
          naive.changed(word, session);
        } else if (name === 'turn') {
          world.endTurn();
          assert.deepEqual(world.take(), naive.endTurn());
        } else if (name === 'disable') {
          world.disable(session);
          naive.disable(session);
        } else {
          const isNoLoop = name === 'noloop';
          world.enable(session, { ...BCAST, isNoLoop, prefixes: [word] });
          naive.enable(session, word, isNoLoop);
        }
      }
    }),
  );
});

/** All prefixes of all sessions in the order in which they were given; all are tried. */
class NaiveBroadcast {
  private pairs: { id: number; prefix: string; keys: Map<string, number> }[] = [];
  private readonly noLoops = new Set<number>();

  enable(id: number, prefix: string, isNoLoop: boolean): void {
    if (isNoLoop) this.noLoops.add(id);
    else this.noLoops.delete(id);
    if (this.pairs.some((pair) => pair.id === id && pair.prefix === prefix)) return;
    // Who joins others hears what was gathered for them.
    const others = this.pairs.find((pair) => pair.prefix === prefix);
    this.pairs.push({ id, prefix, keys: new Map(others?.keys) });
  }

  disable(id: number): void {
    this.pairs = this.pairs.filter((pair) => pair.id !== id);
    this.noLoops.delete(id);
  }

  changed(key: string, author: number): void {
    for (const { prefix, keys } of this.pairs) if (key.startsWith(prefix)) keys.set(key, author);
  }

  endTurn(): string[] {
    const sent: string[] = [];
    const prefixes = [...new Set(this.pairs.map(({ prefix }) => prefix))].sort();
    for (const prefix of prefixes) {
      for (const pair of this.pairs.filter((other) => other.prefix === prefix)) {
        const keys = [...pair.keys.keys()]
          .filter((key) => !this.noLoops.has(pair.id) || pair.keys.get(key) !== pair.id)
          .sort();
        if (keys.length > 0) sent.push(invalidate(pair.id, ...keys));
      }
    }
    for (const { keys } of this.pairs) keys.clear();
    return sent;
  }
}

function figures({ tracking }: World): Record<string, number> {
  return {
    clients: tracking.clientsCount,
    keys: tracking.keysCount,
    items: tracking.itemsCount,
    prefixes: tracking.prefixesCount,
  };
}

function caching(world: World, id: number): void {
  const { tracking } = world.session(id);
  assert.ok(tracking !== null);
  tracking.isCachingGiven = true;
}

function speak(world: World, id: number, protocol: number): void {
  world.session(id).protocol = protocol;
}

test('tracking: who tracks again hears of what it read before, whoever has left meanwhile', () => {
  const world = new World();
  world.enable(1);
  world.read(1, 'q');
  world.disable(1);
  world.enable(2);
  world.disconnect(2);
  world.enable(1);
  world.change(3, 'q');
  assert.equal(world.take().length, 1);
});

test('tracking: what was read goes with the last connection that has ever tracked', () => {
  const world = new World();
  for (const id of [1, 2]) {
    world.enable(id);
    world.read(id, `key ${id}`);
    world.disable(id);
  }
  world.disconnect(1);
  assert.equal(world.tracking.keysCount, 2);
  world.disconnect(2);
  assert.equal(world.tracking.keysCount, 0);
});
