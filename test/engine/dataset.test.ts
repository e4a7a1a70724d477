// Copies of datasets: a copy is what the original was, whatever happens to either from then on.
// REDSTART_RANDOM_SEED says which commands.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALL_COMMANDS } from '../../src/commands/all.ts';
import type { Keyspace } from '../../src/domain/keyspace/keyspace.ts';
import { kindOf } from '../../src/domain/memory/record.ts';
import { duplicate, type RootedKind } from '../../src/domain/values/kinds.ts';
import { adoptDataset, copyOfDataset, type Dataset, datasetOf } from '../../src/engine/dataset.ts';
import { call, connect, makeServer, START_MS, type TestServer } from '../support/clock.ts';
import { DATASET } from '../support/dataset.ts';
import { CallGenerator } from '../support/grammar.ts';
import { contentsOf } from '../support/past-content.ts';
import { SeededRandom } from '../support/random.ts';
import { SnapshotWalk } from '../support/snapshot-walk.ts';

const SEED = Number(process.env.REDSTART_RANDOM_SEED ?? Date.now() % 1e9);
const ROUNDS = 6;
const COMMANDS = 50;

/** Commands that change no key, and are in the way or take long: see past.test.ts. */
const LEFT_OUT = [
  ...['BGREWRITEAOF', 'BGSAVE', 'CLIENT', 'CONFIG', 'DEBUG', 'DISCARD', 'EXEC', 'MONITOR', 'MULTI'],
  ...['PFSELFTEST', 'PSUBSCRIBE', 'QUIT', 'SHUTDOWN', 'SSUBSCRIBE', 'SUBSCRIBE'],
];
const CHOSEN = ALL_COMMANDS.filter(({ name }) => !LEFT_OUT.includes(name));

/** Collections change their forms soon. */
const SMALL_FORMS = {
  'hash-max-listpack-entries': '3',
  'list-max-listpack-size': '3',
  'set-max-intset-entries': '3',
  'set-max-listpack-entries': '3',
  'stream-node-max-entries': '3',
  'zset-max-listpack-entries': '3',
};

/**
 * What is copied of everything that a keyspace is made of, and what is a copy's own, and why. Who
 * adds a field must say here which it is.
 */
const FIELDS: Readonly<Record<string, { copied: string[]; own: Record<string, string> }>> = {
  Arena: {
    copied: [
      ...['bytes', 'words', 'doubles', 'usedSize', 'reservedSize', 'pageClass', 'pageLive'],
      ...['pageFree', 'pageFresh', 'pageNext', 'pagePrevious', 'partialPage', 'poolPage'],
      ...['poolCount', 'slabPages', 'lowestPoolSlab', 'poolTotal', 'pagesAhead', 'guard', 'large'],
    ],
    own: {
      memory: 'what V8 is to be told of',
      past: 'of what is read of the past there is no copy',
      pastNumber: 'the same',
      slabsMax: 'an option',
      reservePages: 'an option',
    },
  },
  BlockGuard: { copied: ['live', 'freedByPage'], own: { slabs: 'those of its arena' } },
  LargeBlocks: {
    copied: ['buffers', 'twins', 'areOfPast', 'zerosFrom', 'freeNumbers', 'keptSize'],
    own: {
      usedSize: 'a buffer may have more room',
      spares: 'they serve whoever needs them',
      running: 'of a command that runs',
      memory: 'its arena',
      sizeMax: 'an option',
      pinned: 'what is being sent',
      pinnedNow: 'what is being sent',
      stamps: 'no other block ever has the same',
      lastStamp: 'no other block ever has the same',
    },
  },
  Database: {
    copied: ['index', 'dict', 'heap', 'fieldHeap'],
    own: { records: 'what reads its keyspace', fieldPlaces: 'what reads its keyspace' },
  },
  Dict: {
    copied: [
      ...['count', 'directory', 'depth', 'segmentsCount', 'segmentsSize', 'ownSegmentsSize'],
      'slotMask',
    ],
    own: {
      keys: 'what reads its keyspace',
      arena: 'its arena',
      foundSegment: 'where it has found something last',
      foundSlot: 'where it has found something last',
      prefetched: 'of no use',
    },
  },
  ExpiryHeap: {
    copied: ['count', 'earliest', 'deadlines', 'refs'],
    own: { places: 'what reads its keyspace' },
  },
  PendingFrees: {
    copied: ['count', 'segments', 'retired', 'held', 'heldCount', 'heldSize', 'roots'],
    own: {
      rootKinds: 'kinds know their arena',
      making: 'what is made there is nothing here: it is freed',
      freedCount: 'a statistic',
      records: 'what reads its keyspace',
      kinds: 'kinds know their arena',
      at: 'nothing waits in segments',
      oldRoots: 'of what is read of the past there is no copy',
      oldSegments: 'the same',
      budget: 'of a step',
      entries: 'what frees in its keyspace',
      values: 'what frees in its keyspace',
    },
  },
  Keyspace: {
    copied: ['arena', 'databases', 'pending', 'hashKey', 'earliestMs'],
    own: {
      records: 'what reads its arena',
      keys: 'what reads its arena',
      kinds: 'what reads its arena',
      live: 'of a walk',
      fieldPlaces: 'what reads its arena',
      listener: 'whose keyspace it is',
      nowMs: "the server's clock",
      dueMs: "the server's clock",
      touches: 'of a command',
      countsFrequency: 'a setting',
      frequencyAfterAccess: 'a setting',
      keepsExpired: 'a pause of clients',
      hits: 'a statistic',
      misses: 'a statistic',
      expiredKeys: 'a statistic',
      expiredFields: 'a statistic',
      dirty: 'a statistic',
    },
  },
};

/** Throws unless all that is to be copied of an object is equal, and its own. */
function compare(copy: unknown, original: unknown, path: string): void {
  if (ArrayBuffer.isView(original) && ArrayBuffer.isView(copy)) {
    assert.equal(copy.constructor, original.constructor, path);
    assert.ok(original.byteLength === 0 || copy.buffer !== original.buffer, `${path} is shared`);
    assert.equal(copy.byteLength, original.byteLength, path);
    // What is free in slabs is not copied.
    if (/arena\.(bytes|words|doubles)/.test(path)) return;
    assert.ok(bytesOf(copy).equals(bytesOf(original)), `${path}: other bytes`);
    return;
  }
  if (Array.isArray(original) && Array.isArray(copy)) {
    assert.equal(copy.length, original.length, path);
    for (const [i, each] of original.entries()) compare(copy[i], each, `${path}[${i}]`);
    return;
  }
  const name = original?.constructor?.name ?? '';
  if (typeof original !== 'object' || original === null || name === 'Object' || name === 'Map') {
    return assert.deepEqual(copy, original, path);
  }
  const fields = FIELDS[name];
  assert.ok(fields !== undefined, `${path}: is a ${name} copied?`);
  const known = [...fields.copied, ...Object.keys(fields.own)];
  assert.deepEqual(Object.keys(original).sort(), known.sort(), `${path}: which fields are copied?`);
  for (const field of fields.copied) {
    const [theCopys, theOriginals] = [copy, original].map(
      (object) => (object as Record<string, unknown>)[field],
    );
    compare(theCopys, theOriginals, `${path}.${field}`);
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function sorted(keyspace: Keyspace): Map<string, string> {
  return new Map([...contentsOf(keyspace)].sort());
}

function kept({ server }: TestServer): Dataset {
  const dataset = datasetOf(server);
  assert.ok(typeof dataset !== 'string', String(dataset));
  return copyOfDataset(dataset);
}

function copyOf(made: TestServer): Dataset {
  const dataset = kept(made);
  dataset.keyspace.verify();
  compare(dataset.keyspace, made.server.keyspace, 'keyspace');
  return dataset;
}

/** Random commands for a server. */
function play({ server, session, clock }: TestServer, random: SeededRandom): void {
  const generator = new CallGenerator(random, START_MS);
  for (let i = 0; i < COMMANDS; i++) {
    const declaration = random.pick(CHOSEN);
    if (declaration.name.startsWith('FLUSH') && random.below(8) !== 0) continue;
    call(server, session, generator.call(declaration));
    if (server.blocking.unblock(session, null)) clock.advance(0);
    if (random.below(40) === 0) clock.advance(random.below(2e8));
  }
}

test(`a copy is what there was, whatever happens to either, seed ${SEED}`, () => {
  const random = new SeededRandom(SEED);
  const first = makeServer(SMALL_FORMS, 1);
  const second = makeServer(SMALL_FORMS, 1);
  for (const made of [first, second]) made.server.cron.stop();
  let keys = 0;
  for (let round = 0; round < ROUNDS; round++) {
    play(first, random);
    const contents = sorted(first.server.keyspace);
    const digest = call(first.server, first.session, 'DEBUG DIGEST');
    const dataset = copyOf(first);
    keys += contents.size;
    assert.equal(adoptDataset(second.server, dataset), '');
    compare(second.server.keyspace, first.server.keyspace, 'adopted');
    assert.deepEqual(sorted(second.server.keyspace), contents);
    assert.equal(call(second.server, second.session, 'DEBUG DIGEST'), digest);
    play(first, random);
    assert.deepEqual(sorted(second.server.keyspace), contents);
    play(second, random);
    assert.deepEqual(sorted(dataset.keyspace), contents);
    dataset.keyspace.verify();
    if (round % 2 === 0) continue;
    assert.equal(adoptDataset(first.server, dataset), '');
    first.server.keyspace.verify();
    assert.deepEqual(sorted(first.server.keyspace), contents);
  }
  assert.ok(keys > ROUNDS, `${keys} keys`);
});

test('a copy of data of all kinds in all their forms', () => {
  const [first, second] = [makeServer(), makeServer()];
  for (const line of DATASET) call(first.server, first.session, line);
  const digest = call(first.server, first.session, 'DEBUG DIGEST');
  const dataset = copyOf(first);
  assert.equal(adoptDataset(second.server, dataset), '');
  second.server.keyspace.verify();
  assert.equal(call(second.server, second.session, 'DEBUG DIGEST'), digest);
  assert.equal(call(second.server, second.session, 'FCALL count 0'), ':1\r\n');
  call(second.server, second.session, 'FUNCTION FLUSH');
  assert.equal(call(first.server, first.session, 'FCALL count 0'), ':1\r\n');
});

test('what waits to be freed, and what is in the making, is in no copy', () => {
  const world = makeServer(SMALL_FORMS);
  const { server, session } = world;
  const { keyspace } = server;
  const members = Array.from({ length: 500 }, (_, i) => `m${i}`);
  call(server, session, ['SADD', 's', ...members]);
  call(server, session, ['SADD', 't', ...members]);
  call(server, session, 'UNLINK s');
  assert.ok(keyspace.pending.count > 0);
  copyOf(world);
  const ref = keyspace.find(keyspace.databases[0], Buffer.from('t'), 0, 1);
  const kind = kindOf(keyspace.arena, ref);
  const root = keyspace.records.valueBlock(ref);
  const made = duplicate(keyspace.kinds[kind] as RootedKind, keyspace.arena, root);
  const value = keyspace.pending.begin(made, kind);
  const { keyspace: copy } = kept(world);
  copy.verify();
  assert.equal(copy.pending.count, 1);
  while (copy.pending.freeSlice(10));
  copy.verify();
  assert.ok(keyspace.pending.isMade(value));
});

test('adopting: who watches, tracks or waits for keys is told', () => {
  const world = makeServer();
  const { server, session, clock, output } = world;
  const [watcher, waiter, other] = [connect(server), connect(server), connect(server)];
  call(server, session, 'HELLO 3');
  call(server, session, 'CLIENT TRACKING ON');
  call(server, session, 'RPUSH q first');
  const dataset = kept(world);
  call(server, session, 'GET absent');
  call(server, session, 'DEL q');
  call(server, watcher.session, 'WATCH absent');
  call(server, watcher.session, 'MULTI');
  call(server, waiter.session, 'BLPOP q 0');
  call(server, other.session, 'BLPOP p 0');
  output.sent = '';
  const { dirty } = server.keyspace;
  assert.equal(adoptDataset(server, dataset), '');
  assert.ok(server.keyspace.dirty > dirty);
  clock.advance(0);
  assert.equal(output.sent, '>2\r\n$10\r\ninvalidate\r\n_\r\n');
  assert.equal(waiter.output.sent, '*2\r\n$1\r\nq\r\n$5\r\nfirst\r\n');
  assert.equal(other.output.sent, '');
  assert.equal(call(server, watcher.session, 'EXEC'), '*-1\r\n');
});

test('adopting: keys are as long idle as they were, wherever the clocks are', () => {
  const world = makeServer({ hz: '1' });
  const { server, session, clock } = world;
  call(server, session, 'SET k v');
  clock.advance(100_000);
  const dataset = kept(world);
  // The wall clock is what it was, and the other one has gone on.
  clock.advance(5_000_000);
  clock.step(-5_000_000);
  assert.equal(adoptDataset(server, dataset), '');
  assert.equal(call(server, session, 'OBJECT IDLETIME k'), ':100\r\n');
});

test('adopting: what cannot be is refused, and nothing has changed', () => {
  const made = makeServer();
  const { server, session } = made;
  call(server, session, 'SET k v');
  const refused = (other: TestServer): string =>
    adoptDataset(server, datasetOf(other.server) as Dataset);
  assert.equal(refused(makeServer({}, 2)), 'it hashes keys in another way');
  assert.equal(refused(makeServer({ databases: '3' })), 'it has not as many databases');
  const { snapshot } = new SnapshotWalk(server.keyspace, new SeededRandom());
  assert.equal(datasetOf(server), 'its data is being saved');
  snapshot.finish();
  assert.equal(call(server, session, 'GET k'), '$1\r\nv\r\n');
});

test('adopting: who reads the past of what was there ends', () => {
  const made = makeServer(SMALL_FORMS);
  const { server, session } = made;
  for (const line of DATASET) call(server, session, line);
  const dataset = kept(made);
  const walk = new SnapshotWalk(server.keyspace, new SeededRandom());
  walk.snapshot.step(3);
  for (const line of ['SADD set new', 'LPUSH list new', 'FLUSHDB', 'SET huge small']) {
    call(server, session, line);
  }
  assert.equal(adoptDataset(server, dataset), '');
  assert.ok(walk.isCancelled);
  server.keyspace.verify();
  assert.deepEqual(sorted(server.keyspace), sorted(dataset.keyspace));
});
