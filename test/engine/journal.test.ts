// The journal on a disk in memory: when bytes are written and synced, who waits, what a rewrite
// does to the files, and what happens when the disk fails.
import assert from 'node:assert/strict';
import test from 'node:test';
import { DiskError } from '../../src/engine/disk.ts';
import { connect, type RecordedOutput, call as run } from '../support/clock.ts';
import { JournalWorld } from '../support/journal.ts';

const ALWAYS = { appendfsync: 'always' };
const MISCONF = '-MISCONF Errors writing to the AOF file: No space left on device\r\n';

test('always: a write waits for its sync, and others for nothing', () => {
  const world = new JournalWorld(ALWAYS).start();
  world.disk.holdsSyncs = true;
  const reader = connect(world.made.server);
  world.call('SET k v');
  assert.equal(world.output.isHeld, true);
  world.clock.advance(1);
  assert.deepEqual(world.incr(), ['SELECT 0', 'SET k v']);
  assert.equal(world.output.isHeld, true);
  run(world.made.server, reader.session, 'GET other');
  run(world.made.server, reader.session, 'PING');
  assert.equal(reader.output.isHeld, false);
  world.disk.finishSync();
  assert.equal(world.output.isHeld, false);
});

test('always: a quick disk is waited for, and not after a sync that was slow', () => {
  const world = new JournalWorld(ALWAYS).start();
  const { clock, disk, output } = world;
  world.call('SET k first');
  clock.advance(1);
  // From here on a sync in the background would not end.
  disk.holdsSyncs = true;
  world.call('SET k v');
  clock.advance(1);
  assert.deepEqual([disk.syncsCount, output.isHeld], [0, false]);
  clock.lookUs = 6000;
  world.call('SET k v');
  clock.advance(1);
  clock.lookUs = 0;
  assert.deepEqual([disk.syncsCount, output.isHeld], [0, false]);
  world.call('SET k v');
  clock.advance(1);
  assert.deepEqual([disk.syncsCount, output.isHeld], [1, true]);
  disk.finishSync();
  assert.equal(output.isHeld, false);
});

test('writes and syncs that take long are events of the latency monitor', () => {
  const world = new JournalWorld({ ...ALWAYS, 'latency-monitor-threshold': '2' }).start();
  const { clock, disk, made } = world;
  const events = (): string[] => made.server.latency.latest().map(({ event }) => event);
  world.call('SET k v');
  clock.advance(1);
  assert.deepEqual(events(), []);
  // What each look at the clock takes, and so each write and each sync.
  clock.lookUs = 2000;
  world.call('SET k v');
  clock.advance(10);
  const always = ['aof-write', 'aof-write-alone', 'aof-fsync-always'];
  assert.deepEqual(
    events().filter((event) => event.startsWith('aof')),
    always,
  );
  made.server.latency.reset();
  world.call('CONFIG SET appendfsync everysec');
  disk.holdsSyncs = true;
  world.call('SET k v');
  clock.advance(1000);
  world.call('SET k w');
  clock.advance(10);
  const everysec = ['aof-write', 'aof-write-alone', 'aof-write-pending-fsync'];
  assert.deepEqual(
    events().filter((event) => event.startsWith('aof')),
    everysec,
  );
});

test('DEBUG AOF-FLUSH-SLEEP lets time pass before each write', () => {
  const world = new JournalWorld({ ...ALWAYS, 'enable-debug-command': 'yes' }).start();
  const { clock } = world;
  const writeUs = (): number => {
    world.call('SET k v');
    const startUs = clock.monotonicUs();
    clock.advance(0);
    return clock.monotonicUs() - startUs;
  };
  assert.equal(world.call('DEBUG AOF-FLUSH-SLEEP 5000us'), '+OK\r\n');
  assert.deepEqual([writeUs(), writeUs()], [5000, 5000]);
  world.call('DEBUG AOF-FLUSH-SLEEP none');
  assert.equal(writeUs(), 0);
});

// What waits after `k` was written and is not synced yet.
for (const [line, waits] of [
  ['GET k', true],
  ['GET other', false],
  ['MGET other k', true],
  ['EXISTS other', false],
  ['DBSIZE', true],
  ['KEYS *', true],
  ['SCAN 0', true],
  ['PING', false],
  ['INFO server', false],
  ['SET other v', true],
  ['DEL other', false],
  ['SETNX k v', true],
  ['OBJECT ENCODING k', true],
] as const) {
  test(`always: ${line} ${waits ? 'waits for' : 'does not wait for'} what it may have seen`, () => {
    const world = new JournalWorld(ALWAYS).start();
    world.disk.holdsSyncs = true;
    const other = connect(world.made.server);
    world.call('SET k v');
    world.clock.advance(1);
    run(world.made.server, other.session, line);
    assert.equal(other.output.isHeld, waits);
  });
}

test('always: after FLUSHALL every read waits', () => {
  const world = new JournalWorld(ALWAYS).start();
  world.disk.holdsSyncs = true;
  const other = connect(world.made.server);
  world.call('FLUSHALL');
  run(world.made.server, other.session, 'GET any');
  assert.equal(other.output.isHeld, true);
  world.clock.advance(1);
  world.disk.finishSync();
  assert.deepEqual([world.output.isHeld, other.output.isHeld], [false, false]);
});

test('always: those who come while a sync runs wait for the next one', () => {
  const world = new JournalWorld(ALWAYS).start();
  world.disk.holdsSyncs = true;
  const other = connect(world.made.server);
  world.call('SET k v');
  world.clock.advance(1);
  run(world.made.server, other.session, 'SET k2 v');
  world.clock.advance(1);
  assert.equal(world.disk.syncsCount, 1);
  // A slow disk is never waited for at once.
  world.clock.advance(10);
  world.disk.finishSync();
  assert.deepEqual([world.output.isHeld, other.output.isHeld], [false, true]);
  // Who was answered has had time to send more.
  world.clock.advance(10);
  world.disk.finishSync();
  assert.equal(other.output.isHeld, false);
});

test('everysec: synced half a second after a byte came; replies wait only if that is late', () => {
  const world = new JournalWorld({ appendfsync: 'everysec' }).start();
  world.disk.holdsSyncs = true;
  world.call('SET k 1');
  assert.equal(world.output.isHeld, false);
  world.clock.advance(499);
  assert.equal(world.disk.syncsCount, 0);
  world.clock.advance(1);
  assert.equal(world.disk.syncsCount, 1);
  world.call('SET k 2');
  assert.equal(world.output.isHeld, false);
  world.clock.advance(501);
  world.call('SET k 3');
  assert.equal(world.output.isHeld, true);
  world.disk.finishSync();
  world.clock.advance(1000);
  world.disk.finishSync();
  world.disk.finishSync();
  assert.equal(world.output.isHeld, false);
  world.call('SET k 4');
  assert.equal(world.output.isHeld, false);
});

test('where nobody waits for the disk, what comes soon after a write is written together', () => {
  const large = 'x'.repeat(30_000);
  for (const [appendfsync, one, more, much] of [
    ['always', 1, 4, 7],
    ['everysec', 1, 2, 3],
    ['no', 1, 2, 3],
  ] as const) {
    const world = new JournalWorld({ appendfsync }).start();
    const { disk, clock } = world;
    clock.advance(10);
    const begun = disk.calls.length;
    const written = (lines: readonly string[], ms: number): number => {
      for (const line of lines) {
        world.call(line);
        clock.advance(0);
      }
      clock.advance(ms);
      return disk.calls.slice(begun).filter((call) => call.startsWith('write')).length;
    };
    assert.equal(written(['SET k 1'], 0), one, appendfsync);
    assert.equal(written(['SET k 2', 'SET k 3', 'SET k 4'], 1), more, appendfsync);
    // As much as is worth a write does not wait.
    assert.equal(written(Array(3).fill(`SET k ${large}`), 0), much, appendfsync);
    assert.equal(world.incr().length, 8, appendfsync);
  }
});

test('no: written, and never synced', () => {
  const world = new JournalWorld({ appendfsync: 'no' }).start();
  world.disk.holdsSyncs = true;
  world.call('SET k 1');
  world.clock.advance(5000);
  assert.deepEqual([world.incr().length, world.disk.syncsCount], [2, 0]);
});

test('timestamps stand before the first unit of a second', () => {
  const world = new JournalWorld({ 'aof-timestamp-enabled': 'yes' }).start();
  world.call('SET k 1');
  world.call('SET k 2');
  world.clock.advance(1000);
  world.call('SET k 3');
  world.clock.advance(1);
  assert.deepEqual(world.incr(), [
    '#TS:1795168800',
    'SELECT 0',
    'SET k 1',
    'SET k 2',
    '#TS:1795168801',
    'SET k 3',
  ]);
});

test('a rewrite: old files until the base is made, then they are gone', () => {
  const world = new JournalWorld(ALWAYS).start();
  world.holdsBases = true;
  world.call('SET k 1');
  world.clock.advance(1);
  world.made.server.journal.planRewrite();
  world.clock.advance(1);
  assert.deepEqual(world.files(), ['b 1.base.aof', 'i 1.incr.aof', 'i 2.incr.aof']);
  world.call('SET k 2');
  world.clock.advance(1);
  assert.deepEqual(world.incr(), ['SELECT 0', 'SET k 2']);
  world.finishBase();
  assert.deepEqual(world.files(), ['b 2.base.aof', 'i 2.incr.aof']);
  assert.equal(world.disk.has('appendonlydir/appendonly.aof.1.incr.aof'), false);
  const next = new JournalWorld(ALWAYS, world.disk.kill()).start();
  assert.deepEqual(next.data(), { k: '2' });
});

test('each increment says its database by itself', () => {
  const world = new JournalWorld(ALWAYS).start();
  world.call('SELECT 9');
  world.call('SET k 1');
  world.clock.advance(1);
  for (const value of ['2', '3']) {
    world.made.server.journal.planRewrite();
    world.clock.advance(1);
    world.call(['SET', 'k', value]);
    world.clock.advance(1);
    assert.deepEqual(world.incr(), ['SELECT 9', `SET k ${value}`]);
  }
});

test('a rewrite that fails goes on in the second increment; the next one takes both', () => {
  const world = new JournalWorld(ALWAYS).start();
  world.holdsBases = true;
  world.call('SET k 1');
  world.made.server.journal.planRewrite();
  world.clock.advance(1);
  world.finishBase(new DiskError('ENOSPC', 'No space left on device'));
  assert.equal(world.made.server.journal.lastRewriteFailed, true);
  world.call('SET l 2');
  world.clock.advance(1);
  assert.deepEqual(world.files(), ['b 1.base.aof', 'i 1.incr.aof', 'i 2.incr.aof']);
  world.made.server.journal.planRewrite();
  world.clock.advance(1);
  world.finishBase();
  assert.deepEqual(world.files(), ['b 2.base.aof', 'i 3.incr.aof']);
  const next = new JournalWorld(ALWAYS, world.disk.kill()).start();
  assert.deepEqual(next.data(), { k: '1', l: '2' });
});

test('switched on: nothing counts until the rewrite has succeeded', () => {
  const world = new JournalWorld(ALWAYS);
  const { disk, made } = world;
  disk.makeDirectory('appendonlydir');
  made.server.journal.use(world.store());
  world.holdsBases = true;
  world.call('SET k 1');
  made.server.journal.switchOn();
  world.clock.advance(1);
  world.call('SET l 2');
  world.clock.advance(1);
  assert.equal(world.output.isHeld, false);
  assert.equal(disk.has('appendonlydir/appendonly.aof.manifest'), false);
  world.finishBase();
  assert.deepEqual(world.files(), ['b 1.base.aof', 'i 1.incr.aof']);
  world.call('SET m 3');
  world.clock.advance(1);
  const next = new JournalWorld(ALWAYS, disk.kill()).start();
  assert.deepEqual(next.data(), { k: '1', l: '2', m: '3' });
});

test('switched on in a directory that cannot be locked: nothing changes, later again', () => {
  const { disk } = new JournalWorld(ALWAYS).start();
  const world = new JournalWorld(ALWAYS, disk);
  const { journal } = world.made.server;
  journal.use(world.store());
  world.lockProblem = "Can't take the lock";
  world.call('SET k 1');
  world.clock.advance(5000);
  journal.switchOn();
  world.clock.advance(1);
  assert.deepEqual([journal.lastRewriteFailed, journal.isRewriting], [true, false]);
  assert.equal(journal.lastRewriteSeconds, 0);
  assert.deepEqual(world.files(), ['b 1.base.aof', 'i 1.incr.aof']);
  world.lockProblem = '';
  world.clock.advance(1001);
  assert.deepEqual(world.files(), ['b 2.base.aof', 'i 2.incr.aof']);
  assert.equal(journal.lastRewriteFailed, false);
});

test('switched on and off at once: no rewrite', () => {
  const world = new JournalWorld(ALWAYS);
  const { journal } = world.made.server;
  journal.use(world.store());
  journal.switchOn();
  journal.switchOff();
  world.clock.advance(10);
  assert.deepEqual([journal.rewritesCount, journal.isRewriting], [0, false]);
});

test('FLUSHALL with save points counts no changes, and is written', () => {
  const world = new JournalWorld({ ...ALWAYS, save: '3600 1' }).start();
  world.call('SET k 1');
  world.call('FLUSHALL');
  world.clock.advance(1);
  assert.deepEqual(world.incr(), ['SELECT 0', 'SET k 1', 'FLUSHALL']);
  assert.equal(world.made.server.keyspace.dirty, 0);
});

test('an empty base of commands, as Redis makes it of no data, is loaded', () => {
  const world = new JournalWorld(ALWAYS).start();
  const { disk } = world;
  world.call('SET k 1');
  world.clock.advance(1);
  disk.put('appendonlydir/appendonly.aof.1.base.aof', '');
  assert.deepEqual(new JournalWorld(ALWAYS, disk.kill()).start().data(), { k: '1' });
});

function isClosed(output: RecordedOutput): boolean {
  return output.isDestroyed;
}

test('no room: who waits is closed, writes are refused, reads go on, and it recovers', () => {
  const world = new JournalWorld(ALWAYS).start();
  const { server } = world.made;
  const other = connect(server);
  world.call('SET k 1');
  world.disk.failAt = { call: world.disk.calls.length, code: 'ENOSPC', times: 1e9 };
  world.clock.advance(1);
  assert.equal(isClosed(world.output), true);
  assert.equal(run(server, other.session, 'SET k 2'), MISCONF);
  assert.equal(run(server, other.session, 'PING'), MISCONF);
  assert.equal(run(server, other.session, 'GET absent'), '$-1\r\n');
  world.disk.failAt = null;
  world.clock.advance(100);
  assert.equal(run(server, other.session, 'SET k 2'), '+OK\r\n');
  world.clock.advance(1);
  assert.deepEqual(world.incr(), ['SELECT 0', 'SET k 1', 'SET k 2']);
});

test('a failed sync: the file is never trusted again, and a rewrite recovers', () => {
  const world = new JournalWorld(ALWAYS).start();
  const { server } = world.made;
  const other = connect(server);
  world.call('SET k 1');
  world.disk.failAt = { call: world.disk.calls.length, code: 'EIO', times: 2, only: 'sync' };
  world.holdsBases = true;
  world.clock.advance(1);
  assert.equal(isClosed(world.output), true);
  const refusal = '-MISCONF Errors writing to the AOF file: Input/output error\r\n';
  assert.equal(run(server, other.session, 'SET k 2'), refusal);
  world.clock.advance(50);
  assert.deepEqual(world.files(), ['b 1.base.aof', 'i 1.incr.aof']);
  world.finishBase();
  assert.deepEqual(world.files(), ['b 2.base.aof', 'i 2.incr.aof']);
  assert.equal(run(server, other.session, 'SET l 2'), '+OK\r\n');
  world.clock.advance(1);
  const next = new JournalWorld(ALWAYS, world.disk.kill()).start();
  assert.deepEqual(next.data(), { k: '1', l: '2' });
});

test('short writes are gone on with', () => {
  const world = new JournalWorld(ALWAYS).start();
  world.disk.writeSizeMax = 3;
  world.call('SET k 1');
  world.clock.advance(1);
  assert.deepEqual(world.incr(), ['SELECT 0', 'SET k 1']);
});
