// What becomes of the journal when its disk fails or is slow, when it is switched off, and when the
// server ends: nothing that was answered is lost, nobody waits for ever, and it recovers.
import assert from 'node:assert/strict';
import test from 'node:test';
import { DiskError } from '../../src/engine/disk.ts';
import { connect, type RecordedOutput, call as run } from '../support/clock.ts';
import { JournalWorld } from '../support/journal.ts';
import { SeededRandom } from '../support/random.ts';

const ALWAYS = { appendfsync: 'always' };
const EVERYSEC = { appendfsync: 'everysec' };
const BROKEN = '-MISCONF Errors writing to the AOF file: Input/output error\r\n';
const FULL = '-MISCONF Errors writing to the AOF file: No space left on device\r\n';
const OK = '+OK\r\n';

/** The next `times` calls of the disk fail, or those of them that are named `only`. */
function fail(world: JournalWorld, code: string, times: number, only?: string): void {
  const call = world.disk.calls.length;
  world.disk.failAt = { call, code, times, ...(only === undefined ? {} : { only }) };
}

/** The output of a client that has sent one command. */
function send(world: JournalWorld, line: string | readonly string[]): RecordedOutput {
  const { session, output } = connect(world.made.server);
  run(world.made.server, session, line);
  return output;
}

/** What a new client is answered. */
function answer(world: JournalWorld, line: string): string {
  return run(world.made.server, connect(world.made.server).session, line);
}

/** Some minutes pass. */
function wait(world: JournalWorld): void {
  for (let minute = 0; minute < 5; minute++) {
    world.clock.advance(60_000);
    world.made.server.journal.tick();
    world.clock.advance(1000);
  }
}

test('a sync at the end that fails is remembered: later ones do not count', () => {
  const world = new JournalWorld(ALWAYS).start();
  const { journal } = world.made.server;
  world.call('SET k 1');
  fail(world, 'EIO', 3, 'sync');
  assert.equal(journal.end(), 'Error trying to write the AOF: Input/output error');
  world.disk.failAt = null;
  assert.equal(world.output.isDestroyed, true);
  assert.equal(answer(world, 'SET l 2'), BROKEN);
  wait(world);
  assert.equal(answer(world, 'SET l 2'), OK);
  world.clock.advance(1);
  const next = new JournalWorld(ALWAYS, world.disk.crash(new SeededRandom(1))).start();
  assert.deepEqual(next.data(), { k: '1', l: '2' });
});

test('a sync of the new increment fails while the base is made: another rewrite follows', () => {
  const world = new JournalWorld(ALWAYS).start();
  world.call('SET k 1');
  world.clock.advance(1);
  world.holdsBases = true;
  world.made.server.journal.planRewrite();
  world.clock.advance(1);
  fail(world, 'EIO', 3, 'sync');
  send(world, 'SET l 2');
  world.clock.advance(1);
  world.disk.failAt = null;
  assert.equal(answer(world, 'SET m 3'), BROKEN);
  world.holdsBases = false;
  world.finishBase();
  world.clock.advance(1);
  assert.equal(answer(world, 'SET m 3'), OK);
  world.clock.advance(1);
  const next = new JournalWorld(ALWAYS, world.disk.crash(new SeededRandom(1))).start();
  assert.deepEqual(next.data(), { k: '1', l: '2', m: '3' });
});

test('the end waits for the first files of a journal that is switched on', () => {
  const world = new JournalWorld(ALWAYS);
  const { journal } = world.made.server;
  world.disk.makeDirectory('appendonlydir');
  journal.use(world.store());
  world.holdsBases = true;
  world.call('SET k 1');
  journal.switchOn();
  assert.equal(journal.end(), "Writing initial AOF, can't exit.");
  world.clock.advance(1);
  world.call('SET l 2');
  assert.equal(journal.end(), "Writing initial AOF, can't exit.");
  world.finishBase();
  assert.equal(journal.end(), '');
  const next = new JournalWorld(ALWAYS, world.disk.kill()).start();
  assert.deepEqual(next.data(), { k: '1', l: '2' });
});

for (const [what, end] of [
  ['the server cannot end', ({ made }) => assert.notEqual(made.server.journal.end(), '')],
  [
    'DEBUG LOADAOF fails',
    ({ made }) =>
      assert.notEqual(
        made.server.journal.reload(() => {}),
        '',
      ),
  ],
] as readonly (readonly [string, (world: JournalWorld) => void])[]) {
  test(`${what} while a rewrite is to put the journal right: that one goes on`, () => {
    const world = new JournalWorld(ALWAYS).start();
    world.call('SET k 1');
    world.holdsBases = true;
    fail(world, 'EIO', 2, 'sync');
    world.clock.advance(1);
    world.disk.failAt = null;
    end(world);
    world.holdsBases = false;
    world.finishBase();
    world.clock.advance(1);
    assert.equal(answer(world, 'SET l 2'), OK);
  });
}

test('DEBUG LOADAOF fails while the next try of a rewrite is awaited: it comes', () => {
  const world = new JournalWorld(ALWAYS).start();
  world.call('SET k 1');
  world.holdsBases = true;
  fail(world, 'EIO', 2, 'sync');
  world.clock.advance(1);
  world.finishBase(new DiskError('EIO', 'Input/output error'));
  world.holdsBases = false;
  assert.notEqual(
    world.made.server.journal.reload(() => {}),
    '',
  );
  wait(world);
  assert.equal(answer(world, 'SET l 2'), OK);
});

// What a client is told while the disk has no room and `k` is not synced: null, it is closed.
for (const [line, expected] of [
  ['GET k', FULL],
  ['MGET other k', FULL],
  ['DBSIZE', FULL],
  ['KEYS *', FULL],
  ['GET other', '$-1\r\n'],
  ['ECHO x', '$1\r\nx\r\n'],
] as const) {
  test(`always, no room: ${line} after a write that may not last`, () => {
    const world = new JournalWorld(ALWAYS).start();
    world.call('SET k 1');
    fail(world, 'ENOSPC', 1e9);
    world.clock.advance(1);
    const { session, output } = connect(world.made.server);
    assert.equal(run(world.made.server, session, line), expected);
    world.clock.advance(1000);
    assert.deepEqual([output.isHeld, output.isDestroyed], [false, false]);
    world.disk.failAt = null;
    world.clock.advance(1000);
    assert.notEqual(answer(world, 'GET k'), FULL);
  });
}

test('always, no room: a transaction that was queued before reads what may not last', () => {
  const world = new JournalWorld(ALWAYS).start();
  const { session, output } = connect(world.made.server);
  for (const line of ['MULTI', 'GET k']) run(world.made.server, session, line);
  world.call('SET k 1');
  fail(world, 'ENOSPC', 1e9);
  world.clock.advance(1);
  run(world.made.server, session, 'EXEC');
  assert.deepEqual([output.isHeld, output.isDestroyed], [false, true]);
});

test('everysec: a disk that is slower than what comes is synced, and writes wait for it', () => {
  const world = new JournalWorld(EVERYSEC).start();
  const { disk, clock } = world;
  // About a millisecond for 1,000 bytes, and twice as many come meanwhile.
  disk.writeSizeMax = 1000;
  clock.lookUs = 1001;
  const value = 'x'.repeat(100_000);
  const outputs: RecordedOutput[] = [];
  while (clock.monotonicUs() < 10e6) {
    outputs.push(send(world, ['SET', 'k', value]));
    clock.advance(50);
  }
  assert.ok(disk.calls.filter((call) => call.startsWith('sync ')).length > 1);
  assert.ok(outputs.some(({ isHeld }) => isHeld));
});

for (const policy of ['everysec', 'no']) {
  test(`${policy}, too much that is not written: replies of writes wait until it is`, () => {
    const world = new JournalWorld({ appendfsync: policy }).start();
    const { journal } = world.made.server;
    journal.writer.unwrittenSizeMax = 100;
    world.disk.holdsSyncs = true;
    world.holdsBases = true;
    world.call('SET k 1');
    world.clock.advance(1);
    journal.planRewrite();
    world.clock.advance(1);
    const [first, second] = [send(world, `SET k ${'x'.repeat(100)}`), send(world, 'SET k 3')];
    assert.deepEqual([first.isHeld, second.isHeld], [false, true]);
    world.disk.finishSync();
    world.disk.holdsSyncs = false;
    world.clock.advance(1);
    assert.equal(second.isHeld, false);
    assert.equal(send(world, 'SET k 4').isHeld, false);
  });
}

test('always, no room: who reads a key that has expired is answered', () => {
  const world = new JournalWorld(ALWAYS).start();
  world.call('SET expiring v PX 50');
  world.clock.advance(1);
  world.call('SET k 1');
  fail(world, 'ENOSPC', 1e9);
  world.clock.advance(1);
  world.call('DEBUG SET-ACTIVE-EXPIRE 0');
  world.clock.block(100);
  const { session, output } = connect(world.made.server);
  assert.equal(run(world.made.server, session, 'GET expiring'), '$-1\r\n');
  assert.deepEqual([output.isHeld, output.isDestroyed], [false, false]);
});

test('DEBUG LOADAOF while the journal is made: what comes then is in it once', () => {
  const world = new JournalWorld(ALWAYS);
  const { journal } = world.made.server;
  world.disk.makeDirectory('appendonlydir');
  journal.use(world.store());
  world.holdsBases = true;
  journal.switchOn();
  world.clock.advance(1);
  journal.reload(() => {});
  world.call('INCR n');
  world.clock.advance(1);
  world.finishBase();
  world.finishBase();
  world.clock.advance(1);
  const next = new JournalWorld(ALWAYS, world.disk.kill()).start();
  assert.deepEqual(next.data(), { n: '1' });
});

test('everysec: late is late, whatever is set, and with another policy it is not', () => {
  const world = new JournalWorld(EVERYSEC).start();
  world.disk.holdsSyncs = true;
  world.call('SET k 1');
  world.clock.advance(1100);
  const first = send(world, 'SET l 1');
  assert.equal(first.isHeld, true);
  world.call('CONFIG SET aof-timestamp-enabled yes');
  assert.equal(send(world, 'SET m 1').isHeld, true);
  world.call('CONFIG SET appendfsync no');
  world.clock.advance(1);
  assert.equal(first.isHeld, false);
  assert.equal(send(world, 'SET n 1').isHeld, false);
  world.clock.advance(5000);
  assert.equal(send(world, 'SET o 1').isHeld, false);
});

test('everysec: no longer late with another policy, nor later', () => {
  const world = new JournalWorld(EVERYSEC).start();
  world.disk.holdsSyncs = true;
  world.call('SET k 1');
  world.clock.advance(600);
  world.call('CONFIG SET appendfsync no');
  world.clock.advance(5000);
  assert.equal(send(world, 'SET l 1').isHeld, false);
});

test('from no to always: what was written and not synced is waited for', () => {
  const world = new JournalWorld({ appendfsync: 'no' }).start();
  world.disk.holdsSyncs = true;
  world.call('SET k 1');
  world.clock.advance(1);
  world.call('CONFIG SET appendfsync always');
  const reader = send(world, 'DBSIZE');
  assert.equal(reader.isHeld, true);
  world.disk.finishSync();
  world.clock.advance(1);
  assert.equal(reader.isHeld, false);
});

test('switched on and off at once: no rewrite', () => {
  const world = new JournalWorld(ALWAYS);
  const { journal } = world.made.server;
  world.disk.makeDirectory('appendonlydir');
  journal.use(world.store());
  journal.switchOn();
  journal.switchOff();
  assert.equal(journal.isRewriting, false);
  wait(world);
  assert.equal(journal.rewritesCount, 0);
  assert.deepEqual(world.disk.list('appendonlydir'), []);
});

test('a failure while it is switched off plans nothing', () => {
  const world = new JournalWorld(ALWAYS).start();
  const { journal } = world.made.server;
  world.call('SET k 1');
  fail(world, 'EIO', 1, 'sync');
  journal.switchOff();
  assert.deepEqual([journal.isOn, journal.isRewriting, journal.hasFailed], [false, false, false]);
  assert.equal(answer(world, 'SET l 2'), OK);
});

test('the size counts all files, while a rewrite runs and after it has failed', () => {
  const world = new JournalWorld(ALWAYS).start();
  const { journal } = world.made.server;
  world.call(['SET', 'k', 'x'.repeat(10_000)]);
  world.clock.advance(1);
  const { size } = journal;
  world.holdsBases = true;
  journal.planRewrite();
  world.clock.advance(1);
  assert.equal(journal.size, size);
  world.finishBase(new DiskError('ENOSPC', 'No space left on device'));
  assert.equal(journal.size, size);
});
