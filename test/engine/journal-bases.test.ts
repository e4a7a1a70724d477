// Bases of the journal, as a snapshot and as commands: whatever happens, one is whole or has gone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RespBase } from '../../src/adapters/aof/resp-base.ts';
import { readerFor } from '../../src/adapters/aof/text-reader.ts';
import { DiskError, READ } from '../../src/engine/disk.ts';
import { JournalBases } from '../../src/engine/journal/bases.ts';
import { GroupChecksums } from '../../src/engine/journal/checksums.ts';
import { CommandGroups } from '../../src/engine/journal/command-groups.ts';
import type { BaseMaking } from '../../src/engine/journal/rewrite.ts';
import { CHECKING, COMMAND, ENDED, headOf, JournalScan } from '../../src/engine/journal/scan.ts';
import { call, makeServer, type TestServer } from '../support/clock.ts';
import { DATASET } from '../support/dataset.ts';
import { ForgetfulDisk } from '../support/disk.ts';
import { JournalWorld, respOf } from '../support/journal.ts';

const PATH = 'temp-rewrite';
const CONFIG = { save: '', 'enable-debug-command': 'yes' };

class World {
  readonly disk = new ForgetfulDisk();
  readonly made: TestServer;
  /** What the base has ended with. */
  readonly ends: (DiskError | null)[] = [];
  making: BaseMaking | null = null;

  constructor(config: Readonly<Record<string, string>> = {}) {
    this.made = makeServer({ ...CONFIG, ...config }, 1, {}, [], this.disk);
    for (let i = 0; i < 40; i++) call(this.made.server, this.made.session, `SET k${i} v`);
  }

  begin(isSnapshot: boolean, checksums: GroupChecksums | null = null): void {
    const { server } = this.made;
    const bases = new JournalBases(
      server,
      checksums,
      (target, note) => new RespBase(server, target, note),
    );
    try {
      this.making = bases.begin(PATH, isSnapshot, (problem) => this.ends.push(problem));
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      this.ends.push(error);
    }
  }
}

for (const isSnapshot of [true, false]) {
  const form = isSnapshot ? 'a snapshot' : 'commands';

  test(`a base of ${form}: whatever call of the disk fails, it has gone`, () => {
    for (let at = 0; ; at++) {
      const { disk, made, ends } = startedWith(isSnapshot, at);
      made.clock.advance(10);
      assert.equal(ends.length, 1, `call ${at}`);
      assert.equal(made.server.keyspace.arena.past, null);
      if (ends[0] === null) {
        assert.equal(disk.calls.at(-1), `close ${PATH}`);
        assert.ok(disk.text(PATH).includes('k39'));
        assert.ok(at > 3);
        return;
      }
      assert.equal(ends[0].code, 'EIO');
      assert.deepEqual(disk.list('.'), [], `call ${at}`);
    }
  });

  test(`a base of ${form} is not wanted any more`, () => {
    for (const holdsSyncs of [false, true]) {
      const world = new World();
      world.disk.holdsSyncs = holdsSyncs;
      world.begin(isSnapshot);
      if (holdsSyncs) world.made.clock.advance(10);
      const endsBefore = world.ends.length;
      world.making?.cancel();
      assert.deepEqual(world.disk.list('.'), []);
      world.disk.finishSync();
      world.made.clock.advance(10);
      assert.equal(world.ends.length, endsBefore);
      assert.equal(world.made.server.keyspace.arena.past, null);
      const closes = world.disk.calls.filter((line) => line.startsWith('close'));
      assert.equal(closes.length, 1);
    }
  });
}

for (const isSnapshot of [true, false]) {
  test(`a base ends when all data is flushed, ${isSnapshot ? 'in RDB' : 'in commands'}`, () => {
    const { disk, made, ends } = startedWith(isSnapshot, 1e9);
    call(made.server, made.session, 'FLUSHALL');
    assert.equal(ends.length, 0);
    made.clock.advance(10);
    assert.equal(ends[0]?.code, 'ECANCELED');
    assert.deepEqual(disk.list('.'), []);
  });
}

// Beside the data of all kinds: what is written in pieces, and fields with deadlines.
const LONG = 'long '.repeat(60_000);
const MORE: readonly (readonly string[])[] = [
  ['SET', 'long', LONG, 'PX', '70000'],
  ['RPUSH', 'list', LONG, 'after'],
  ['HSET', 'timed', ...Array.from({ length: 800 }, (_, i) => `f${i >> 1}`), 'long', LONG],
  ['HPEXPIRE', 'timed', '80000', 'FIELDS', '3', 'f1', 'f3', 'long'],
  ['HSET', 'some timed', 'f', 'v', 'g', 'w'],
  ['HPEXPIRE', 'some timed', '80000', 'FIELDS', '1', 'g'],
  ['HSET', 'hash', 'long', LONG],
  ['SADD', 'set', LONG],
  ['ZADD', 'sorted set', '-inf', LONG],
  ['PEXPIRE', 'set', '90000'],
  ['PEXPIRE', 'stream', '90000'],
  ['SET', 'soon', 'v', 'PX', '60000'],
  ['SET', 'ever', 'v', 'PXAT', '9223372036854775807'],
];
const CHANGES: readonly (readonly string[])[] = [
  ['APPEND', 'long', 'x'],
  ['SPOP', 'set', '50'],
  ['HSET', 'timed', 'f2', 'other'],
  ['HPERSIST', 'timed', 'FIELDS', '1', 'f3'],
  ['LPOP', 'list', '100'],
  ['ZPOPMIN', 'sorted set', '20'],
  ['XTRIM', 'stream', 'MAXLEN', '200'],
  ['XADD', 'stream', '*', 'f', 'v'],
  ['SELECT', '15'],
  ['FLUSHDB'],
  ['SELECT', '0'],
  ['RENAME', 'text', 'renamed'],
  ['DEL', 'hash', 'noise'],
  ['SWAPDB', '0', '3'],
];

for (const checksums of [null, new GroupChecksums('\r\n')]) {
  const words = checksums === null ? 'as they come' : 'in groups with checksums';
  test(`a base of commands is of one moment, and whole, in slices, ${words}`, () => {
    const world = new World();
    const { disk, made, ends } = world;
    const { clock } = made;
    for (const line of [...DATASET, ...MORE]) call(made.server, made.session, line);
    const expected = factsOf(made);
    assert.match(expected[0], /^\+[0-9a-f]{40}\r\n$/);
    clock.lookUs = 100;
    world.begin(false, checksums);
    let slices = 0;
    for (; ends.length === 0; slices++) {
      const change = CHANGES[slices];
      if (change !== undefined) call(made.server, made.session, change);
      clock.advance(1);
    }
    assert.deepEqual(ends, [null]);
    assert.ok(slices > CHANGES.length, `${slices} slices`);
    const groups = checkedGroups(disk);
    if (checksums === null) assert.equal(groups, 0);
    else assert.ok(groups > 4, `${groups} groups`);
    const loaded = loadedFrom(disk.text(PATH), 0);
    assert.deepEqual(factsOf(loaded), expected);
    const keys = loaded.server.keyspace.databases[0].dict.count;
    // What is due then is found all the same: its DEL follows.
    const later = loadedFrom(disk.text(PATH), 65_000);
    assert.equal(later.server.keyspace.databases[0].dict.count, keys);
    assert.equal(call(later.server, later.session, 'EXISTS soon'), ':0\r\n');
  });
}

test('a base of commands with checksums: whatever byte is another one, it is found', () => {
  const world = new World({ 'aof-timestamp-enabled': 'yes' });
  world.begin(false, new GroupChecksums('\r\n'));
  world.made.clock.advance(10);
  assert.equal(checkedGroups(world.disk), 1);
  const bytes = Buffer.from(world.disk.text(PATH), 'latin1');
  // Behind the mark of the first note, without which that is a note like others, and all is intact.
  for (let at = 2; at < bytes.length; at += at < 40 ? 1 : 7) {
    bytes[at] ^= 1;
    const disk = new ForgetfulDisk();
    disk.put(PATH, bytes.toString('latin1'));
    assert.equal(checkedGroups(disk), -1, `byte ${at}`);
    bytes[at] ^= 1;
  }
});

test('a base of no data has checksums, too', () => {
  const { disk, made } = new World();
  const { server } = made;
  for (const [checksums, groups] of [
    [null, 0],
    [new GroupChecksums('\r\n'), 1],
  ] as const) {
    const bases = new JournalBases(
      server,
      checksums,
      (target, note) => new RespBase(server, target, note),
    );
    disk.put(PATH, Buffer.from(bases.empty(false)).toString('latin1'));
    assert.equal(checkedGroups(disk), groups);
  }
});

test('a base of commands says when it was made, if aof-timestamp-enabled', () => {
  const world = new World({ 'aof-timestamp-enabled': 'yes' });
  world.begin(false);
  world.made.clock.advance(10);
  assert.ok(world.disk.text(PATH).startsWith('#TS:1795168800\r\n*2\r\n$6\r\nSELECT'));
});

test('a base of commands begins with the libraries of functions', () => {
  const bytes: string[] = [];
  const { server } = new World().made;
  const { keyspace, live } = server;
  const base = new RespBase(
    { keyspace, live, libraries: [Buffer.from('#!lua')] },
    new CommandGroups(
      {
        take: (chunk, start, end) => bytes.push(Buffer.from(chunk.subarray(start, end)).toString()),
        writeOver: () => assert.fail('there are no checksums'),
      },
      null,
    ),
    '',
  );
  base.finish();
  const text = respOf(['FUNCTION', 'LOAD', '#!lua']) + respOf(['SELECT', '0']);
  assert.equal(bytes.join(''), text);
});

/** How many groups of a base have the checksum that they should have; -1: it is damaged. */
function checkedGroups(disk: ForgetfulDisk): number {
  const file = disk.open(PATH, READ);
  const scan = new JournalScan(file, 0, readerFor(headOf(file)));
  let found = COMMAND;
  while (found === COMMAND || found === CHECKING) found = scan.next();
  return found === ENDED ? scan.checkedGroups : -1;
}

/** All data, and what the digest leaves out. */
function factsOf({ server, session }: TestServer): string[] {
  return [
    'DEBUG DIGEST',
    'HPEXPIRETIME timed FIELDS 4 f1 f2 f3 long',
    ['HPEXPIRETIME', 'some timed', 'FIELDS', '2', 'f', 'g'],
  ].map((line) => call(server, session, line));
}

/** A server that has loaded a base, so many ms after the tests' beginning. */
function loadedFrom(base: string, ms: number): TestServer {
  const disk = new ForgetfulDisk();
  disk.makeDirectory('appendonlydir');
  disk.put('appendonlydir/appendonly.aof.1.base.aof', base);
  const manifest = 'file appendonly.aof.1.base.aof seq 1 type b\n';
  disk.put('appendonlydir/appendonly.aof.manifest', manifest);
  const world = new JournalWorld(CONFIG, disk);
  world.clock.advance(ms);
  return world.start().made;
}

function startedWith(isSnapshot: boolean, at: number): World {
  const world = new World();
  world.disk.failAt = { call: world.disk.calls.length + at, code: 'EIO' };
  world.begin(isSnapshot);
  return world;
}
