// Who reads the past finds the data exactly as it was when he began, whatever commands run
// meanwhile, and afterwards no block is lost. REDSTART_RANDOM_SEED says which commands.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALL_COMMANDS } from '../../src/commands/all.ts';
import { call, makeServer, START_MS, type TestServer } from '../support/clock.ts';
import { CallGenerator } from '../support/grammar.ts';
import { Past } from '../support/past.ts';
import { contentsOf } from '../support/past-content.ts';
import { SeededRandom } from '../support/random.ts';
import { SnapshotWalk } from '../support/snapshot-walk.ts';

const SEED = Number(process.env.REDSTART_RANDOM_SEED ?? Date.now() % 1e9);
const COMMANDS = 600;
/** Of large collections, all of which is verified after each command. */
const LARGE_COMMANDS = 700;
const STREAM_COMMANDS = 1200;
const PASSING_MS_MAX = 2e8;
const SHOWN_LINES = 20;

/** Commands that change no key, and are in the way: see changes.test.ts. */
const LEFT_OUT = [
  ...['BGSAVE', 'CLIENT', 'CONFIG', 'DEBUG', 'DISCARD', 'EXEC', 'MONITOR', 'MULTI'],
  ...['PSUBSCRIBE', 'QUIT'],
  ...['SHUTDOWN', 'SSUBSCRIBE', 'SUBSCRIBE'],
];
/** Rare, or there would never be anything in the databases. */
const RARE = ['FLUSHALL', 'FLUSHDB', 'SELECT', 'SWAPDB'];

/** Collections change their forms soon. */
const SMALL_FORMS = {
  'hash-max-listpack-entries': '3',
  'list-max-listpack-size': '3',
  'set-max-intset-entries': '3',
  'set-max-listpack-entries': '3',
  'stream-node-max-entries': '3',
  'zset-max-listpack-entries': '3',
};

/** Trimmed streams have many nodes. */
const SMALL_NODES = { ...SMALL_FORMS, 'stream-node-max-entries': '2' };

/** Runs commands, and somebody who reads the past beside them, again and again. */
class Play {
  walks = 0;
  readonly made: TestServer;
  private readonly random: SeededRandom;
  private readonly nextWords: () => readonly string[];
  private readonly lines: string[] = [];
  private walk: SnapshotWalk | null = null;
  private expected = new Map<string, string>();

  constructor(made: TestServer, random: SeededRandom, nextWords: () => readonly string[]) {
    this.made = made;
    this.random = random;
    this.nextWords = nextWords;
    // No timeout of a command is to set the alarm: hours pass at once.
    made.server.cron.stop();
  }

  run(commands: number, stepsMax: number): void {
    const { made, random, lines } = this;
    for (let i = 0; i < commands; i++) {
      const words = this.nextWords();
      lines.push(JSON.stringify(words).slice(0, 200));
      if (lines.length > SHOWN_LINES) lines.shift();
      if (random.below(30) === 0) made.clock.advance(random.below(PASSING_MS_MAX));
      try {
        call(made.server, made.session, words);
        if (made.server.blocking.unblock(made.session, null)) made.clock.advance(0);
        if (random.below(8) === 0) made.server.keyspace.pending.freeSlice(random.below(40));
        this.goOn(stepsMax);
      } catch (error) {
        throw new Error([`${error} (seed ${SEED})`, ...lines].join('\n'), { cause: error });
      }
    }
    while (this.walk !== null) this.goOn(stepsMax);
    assert.ok(this.walks > 3, `${this.walks} walks`);
  }

  private goOn(stepsMax: number): void {
    const { random, walk } = this;
    if (walk === null) {
      if (random.below(5) === 0) this.begin();
      return;
    }
    if (walk.isCancelled) {
      this.walk = null; // FLUSHALL
      return;
    }
    if (random.below(200) === 0) return this.end(walk);
    // Some read item by item, others so many at once that all entries are soon met.
    const itemsMax = random.pick([3, 3, 40]);
    for (let steps = random.below(stepsMax); steps >= 0; steps--) {
      if (!walk.snapshot.step(1 + random.below(itemsMax))) continue;
      assert.deepEqual(sorted(walk.found), sorted(this.expected));
      assert.equal(walk.snapshot.keysRead, walk.snapshot.keysTotal);
      this.walks++;
      return this.end(walk);
    }
  }

  /** All is as if there had been no snapshot, once everything that waits is freed. */
  private end(walk: SnapshotWalk): void {
    const { keyspace } = this.made.server;
    walk.snapshot.finish();
    while (keyspace.pending.freeSlice(1000));
    keyspace.verify();
    this.walk = null;
  }

  private begin(): void {
    const { keyspace } = this.made.server;
    // What was deleted before may wait still: it is no part of the past, or of what is lost.
    if (this.random.below(2) === 0) while (keyspace.pending.freeSlice(1000));
    this.expected = contentsOf(keyspace);
    this.walk = new SnapshotWalk(keyspace, this.random);
  }
}

test(`the past under random commands, seed ${SEED}`, () => {
  const random = new SeededRandom(SEED);
  const generator = new CallGenerator(random, START_MS);
  const chosen = ALL_COMMANDS.filter(({ name }) => !LEFT_OUT.includes(name));
  const play = new Play(makeServer(SMALL_FORMS), random, () => {
    const declaration = random.pick(chosen);
    if (RARE.includes(declaration.name) && random.below(8) !== 0) return ['PING'];
    return generator.call(declaration);
  });
  play.run(COMMANDS, 12);
});

test(`the past of large collections, seed ${SEED}`, () => {
  const random = new SeededRandom(SEED);
  const play = new Play(makeServer(SMALL_FORMS), random, () => largeCall(random));
  play.run(LARGE_COMMANDS, 60);
});

test(`the past of streams, seed ${SEED}`, () => {
  const random = new SeededRandom(SEED);
  let added = 0;
  const play = new Play(makeServer(SMALL_NODES), random, () =>
    // Mostly there is more to read, and the IDs are few, so that they are met again.
    random.below(3) === 0
      ? ['XADD', `x${random.below(2)}`, `${++added}`, 'field', `${random.below(999)}`]
      : streamCall(random, added + 1),
  );
  play.run(STREAM_COMMANDS, 90);
});

/** A command that changes a stream, its groups, its consumers or what is pending for them. */
function streamCall(random: SeededRandom, idEnd: number): string[] {
  const key = `x${random.below(2)}`;
  const number = (): string => `${1 + random.below(idEnd)}`;
  const group = random.pick(['g', 'h']);
  const consumer = random.pick(['ann', 'ben', 'cec', 'd'.repeat(9000)]);
  const ids = Array.from({ length: 1 + random.below(20) }, number);
  const read = ['XREADGROUP', 'GROUP', group, consumer, 'COUNT', `${random.below(40)}`];
  const lines: string[][] = [
    ['XDEL', key, ...ids],
    ['XGROUP', 'CREATE', key, group, random.pick(['0', '$', number()]), 'MKSTREAM'],
    ['XGROUP', 'CREATECONSUMER', key, group, consumer],
    ['XGROUP', 'SETID', key, group, random.pick(['0', number()])],
    [...read, 'STREAMS', key, '>'],
    [...read, 'STREAMS', key, key, '>', '>'],
    [...read, 'STREAMS', key, number()],
    [...read, 'NOACK', 'STREAMS', key, '>'],
    ['XACK', key, group, ...ids],
    ['XACK', key, group, ...ids],
    ['XCLAIM', key, group, consumer, '0', ...ids, ...random.pick([[], ['FORCE'], ['JUSTID']])],
    ['XAUTOCLAIM', key, group, consumer, '0', number(), 'COUNT', `${1 + random.below(30)}`],
  ];
  const rare: string[][] = [
    ['XTRIM', key, 'MAXLEN', `${50 + random.below(100)}`],
    ['XTRIM', key, 'MINID', `${Math.max(0, idEnd - random.below(200))}`],
    ['XSETID', key, `${idEnd}`],
    ['XADD', key, `${idEnd}`, 'large', 'z'.repeat(40000)],
    ['XGROUP', 'DELCONSUMER', key, group, consumer],
    ['XGROUP', 'DELCONSUMER', key, group, consumer],
    ['COPY', key, 'copy', 'REPLACE'],
    ['EXPIRE', key, '100000'],
  ];
  const rarer: string[][] = [
    ['XTRIM', key, 'MAXLEN', `${random.below(3)}`],
    ['XGROUP', 'DESTROY', key, group],
    ['RENAME', 'copy', random.pick(['x1', 'x2'])],
    ['DEL', random.pick([key, 'x2'])],
    ['SET', key, 'over'],
    ['FLUSHDB'],
  ];
  if (random.below(100) === 0) return random.pick(rarer);
  return random.pick(random.below(12) === 0 ? rare : lines);
}

/** A command that changes a hash, list, set or sorted set, of which each grows large. */
function largeCall(random: SeededRandom): string[] {
  const word = (): string => `${random.below(300)}`.repeat(1 + random.below(3));
  const words = (of: () => string[]): string[] =>
    Array.from({ length: 1 + random.below(30) }, of).flat();
  const rank = (): string => `${random.below(300) - 150}`;
  const key = (letter: string): string => `${letter}${random.below(2)}`;
  const [hash, list, set, sortedSet] = ['h', 'l', 's', 'z'].map(key);
  const end = random.pick(['L', 'R']);
  const lines: string[][] = [
    ['HSET', hash, ...words(() => [word(), word()])],
    ['HSET', hash, ...words(() => [word(), 'x'])],
    ['HDEL', hash, ...words(() => [word()])],
    ['HEXPIRE', hash, `${1 + random.below(1e5)}`, 'FIELDS', '2', word(), word()],
    ['HPERSIST', hash, 'FIELDS', '2', word(), word()],
    ['APPEND', 'big', word()],
    ['SETRANGE', 'big', `${random.below(50000)}`, word()],
    ['GET', 'big'],
    ['HSET', 'few', random.pick(['f', 'g']), random.pick(['x', 'y'])],
    ['HEXPIRE', 'few', `${1 + random.below(1e5)}`, 'FIELDS', '2', 'f', 'g'],
    ['ZADD', 'two', `${random.below(5)}`, random.pick(['f', 'g'])],
    [`${end}PUSH`, list, ...words(() => [word()])],
    [`${end}PUSH`, list, ...words(() => [word()])],
    [`${end}POP`, list, `${random.below(40)}`],
    [`${end}POP`, list],
    [`${end}POP`, list],
    ['LSET', list, rank(), word()],
    ['LINSERT', list, 'BEFORE', word(), 'inserted'],
    ['LREM', list, `${random.below(5) - 2}`, word()],
    ['LTRIM', list, `${random.below(20)}`, `${-1 - random.below(20)}`],
    ['LMOVE', 'l0', 'l1', 'LEFT', 'RIGHT'],
    ['SADD', set, ...words(() => [word()])],
    ['SREM', set, ...words(() => [word()])],
    ['SPOP', set, `${random.below(9)}`],
    ['SMOVE', 's0', 's1', word()],
    ['ZADD', sortedSet, ...words(() => [`${random.below(99)}`, word()])],
    ['ZINCRBY', sortedSet, '1.5', word()],
    ['ZREM', sortedSet, ...words(() => [word()])],
    ['ZPOPMIN', sortedSet, `${random.below(9)}`],
  ];
  const rare: string[][] = [
    ['DEL', random.pick(['few', 'two', 'big'])],
    ['SET', 'big', word().repeat(5000)],
    ['SET', 'big', word().repeat(5000), 'PX', `${1 + random.below(1e5)}`],
    ['RENAME', 'big', 'bigger'],
    ['LPUSH', list, 'y'.repeat(40000), 'z'.repeat(9000)],
    ['LTRIM', list, '0', '2'],
    ['HSET', hash, 'a'.repeat(9000), 'b'.repeat(40000)],
    ['SADD', set, 'c'.repeat(9000)],
    ['ZADD', sortedSet, '1', 'd'.repeat(9000)],
    ['ZUNIONSTORE', 'z1', '2', 'z0', set],
    ['SDIFFSTORE', 's1', 's0', 's1'],
    ['COPY', random.pick([hash, list, set, sortedSet]), 'copy', 'REPLACE'],
    ['RENAME', 'copy', random.pick(['h2', 'l2', 's2', 'z2'])],
    ['EXPIRE', random.pick([hash, list, set, sortedSet]), '100000'],
    ['DEL', random.pick([hash, list, set, sortedSet, 'h2', 'l2', 's2', 'z2'])],
    ['SET', random.pick([hash, list, set, sortedSet]), 'over'],
    ['DEL', 'h0', 'l0', 's0', 'z0'],
    ['FLUSHDB'],
  ];
  return random.below(12) === 0 ? random.pick(rare) : random.pick(lines);
}

function sorted(contents: ReadonlyMap<string, string>): [string, string][] {
  return [...contents].sort(([a], [b]) => (a < b ? -1 : 1));
}

test('the past: a flush of what nobody reads is freed in slices all the same', () => {
  const { server, session } = makeServer(SMALL_FORMS);
  const { keyspace } = server;
  call(server, session, 'SELECT 1');
  call(server, session, 'SET other value');
  call(server, session, 'SELECT 0');
  const past = new Past(keyspace.arena);
  past.begin();
  for (let i = 0; i < 200; i++) call(server, session, `HSET h${i} a 1 b 2 c 3 d 4 e 5`);
  call(server, session, 'FLUSHDB ASYNC');
  assert.equal(keyspace.pending.count, 200);
  keyspace.pending.freeSlice(64);
  assert.ok(keyspace.pending.count > 150, String(keyspace.pending.count));
  while (keyspace.pending.freeSlice(64)) keyspace.verify();
  assert.equal(keyspace.databases[0].dict.count, 0);
});

/** What is overwritten while it is read as it was is not copied before. */
const OVERWRITES: readonly (readonly [before: string, after: string, blocks: number])[] = [
  ['SET k old', 'SET k new', 1],
  ['SET k old EX 100', 'SET k new', 1],
  [`SET k ${'x'.repeat(50_000)}`, 'SET k new', 1],
  [`SET k ${'x'.repeat(50_000)}`, 'GETSET k new', 1],
  ['HSET k a 1 b 2 c 3 d 4 e 5', 'SET k new', 1],
  ['RPUSH k 1 2 3 4 5 6 7 8 9', 'SET k new', 1],
  ['SET k 1', 'INCRBYFLOAT k 1', 1],
  ['SET from 1', 'COPY from k', 1],
  [`SET k ${'x'.repeat(50_000)}`, 'SUNIONSTORE k numbers', 3],
];

/** What grows, or changes its form, is copied once. */
const CHANGES: readonly (readonly [before: string, after: string, blocks: number])[] = [
  ['HSET k a 1', `HSET k a ${'x'.repeat(50)}`, 1],
  ['HSET k a 1', `HSET k a ${'x'.repeat(500)}`, 4],
  ['HSET k a 1', 'HSET k a 2', 1],
  ['RPUSH k 1', `RPUSH k ${'x'.repeat(50)}`, 1],
  ['SADD k 1 2', 'SADD k a', 1],
  ['ZADD k 1 a', `ZADD k 2 ${'x'.repeat(50)}`, 1],
];

test('the past: what is overwritten is not copied, and what changes once', () => {
  for (const [before, after, blocks] of [...OVERWRITES, ...CHANGES]) {
    const { server, session } = makeServer(SMALL_FORMS);
    const { keyspace } = server;
    call(server, session, 'SADD numbers 1 2');
    call(server, session, before);
    const past = new Past(keyspace.arena);
    past.begin();
    call(server, session, after);
    assert.equal(past.madeCount, blocks, `${before.slice(0, 30)}, ${after}`);
    past.finish();
    keyspace.verify();
  }
});
