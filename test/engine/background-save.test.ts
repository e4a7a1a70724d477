// BGSAVE and save points: what there was at the beginning is in the dump, whatever happens
// meanwhile; what fails leaves the old one. REDSTART_RANDOM_SEED says which commands.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALL_COMMANDS } from '../../src/commands/all.ts';
import type { Loaded } from '../../src/engine/persistence/persistence.ts';
import { call, makeServer, START_MS, type TestServer } from '../support/clock.ts';
import { ForgetfulDisk } from '../support/disk.ts';
import { CallGenerator } from '../support/grammar.ts';
import { JournalWorld } from '../support/journal.ts';
import { SeededRandom } from '../support/random.ts';

const SEED = Number(process.env.REDSTART_RANDOM_SEED ?? Date.now() % 1e9);
const STARTED = '+Background saving started\r\n';
const OK = '+OK\r\n';
const DUMP = 'dump.rdb';
const DELAY_US = 2000;
/** What a step of a save takes, where time passes in it. */
const LOOK_US = 20;

function serverOn(disk: ForgetfulDisk, config: Record<string, string> = {}): TestServer {
  const made = makeServer({ 'enable-debug-command': 'yes', save: '', ...config }, 1, {}, [], disk);
  made.server.cron.start();
  return made;
}

function run(made: TestServer, ...lines: string[]): string {
  let reply = '';
  for (const line of lines) reply = call(made.server, made.session, line);
  return reply;
}

function info(made: TestServer, name: string): string {
  return new RegExp(`\n${name}:([^\r]*)\r`).exec(run(made, 'INFO persistence'))?.[1] ?? '';
}

/** Lets time pass until nothing is saved any more. */
function finish(made: TestServer): void {
  for (let i = 0; i < 5000 && made.server.backgroundSave.isRunning; i++) made.clock.advance(1);
  assert.ok(!made.server.backgroundSave.isRunning, 'it does not end');
}

/** A server with what is on the disk now. */
function loaded(disk: ForgetfulDisk, config: Record<string, string> = {}): TestServer {
  const made = serverOn(disk, config);
  let outcome: Loaded | null = null;
  made.server.persistence.loadDump((what) => {
    outcome = what;
  });
  for (let i = 0; i < 1000 && outcome === null; i++) made.clock.advance(1);
  assert.deepEqual(outcome, { refusal: null, isThere: true });
  return made;
}

test('a save takes as long at once as others take on average, within bounds', () => {
  const made = serverOn(new ForgetfulDisk());
  const { clock, server } = made;
  run(made, 'DEBUG POPULATE 200000', 'BGSAVE');
  clock.lookUs = LOOK_US;
  const keysAfter = (othersUs: number): number => {
    const before = server.backgroundSave.progress.keysRead;
    clock.block(othersUs / 1000);
    clock.advance(0);
    return server.backgroundSave.progress.keysRead - before;
  };
  const keysWhile = (othersUs: number): number => {
    for (let i = 0; i < 60; i++) keysAfter(othersUs);
    return keysAfter(othersUs);
  };
  const least = keysWhile(0);
  const few = keysWhile(100);
  assert.ok(least > 0 && least < few);
  // One request that takes long makes no long slice.
  const once = keysAfter(100000);
  assert.ok(once >= few && once < 2 * few);
  // To each comes what the looks at the clock between two slices take.
  const ratios = [300, 600, 1000, 100000].map((us) => Math.round(keysWhile(us) / few));
  assert.deepEqual(ratios, [2, 5, 8, 8]);
  clock.lookUs = 0;
  finish(made);
});

test('BGSAVE: what was there at the beginning is on disk', () => {
  const disk = new ForgetfulDisk();
  const made = serverOn(disk, { 'rdb-key-save-delay': `${DELAY_US}` });
  for (let i = 0; i < 50; i++) run(made, `SET k${i} ${i}`);
  run(made, 'SELECT 3', 'HSET h f v', 'EXPIRE h 100', 'RPUSH l a b c', 'SELECT 0');
  run(made, 'SET far 1', 'PEXPIREAT far 9223372036854775807');
  assert.equal(run(made, 'BGSAVE'), STARTED);
  assert.equal(info(made, 'rdb_bgsave_in_progress'), '1');
  assert.equal(info(made, 'current_save_keys_total'), '53');
  made.clock.advance(20);
  assert.equal(run(made, 'BGSAVE'), '-ERR Background save already in progress\r\n');
  assert.equal(run(made, 'SAVE'), '-ERR Background save already in progress\r\n');
  const read = Number(info(made, 'current_save_keys_processed'));
  assert.ok(read > 5 && read < 15, `${read} keys were read`);
  assert.equal(info(made, 'current_fork_perc'), ((100 * read) / 53).toFixed(2));
  for (let i = 0; i < 50; i++) run(made, `SET k${i} other`, `SET m${i} new`);
  run(made, 'SELECT 3', 'DEL l', 'PERSIST h', 'HSET h g w', 'SWAPDB 0 3', 'FLUSHDB');
  assert.ok(Number(info(made, 'current_cow_size')) > 1000);
  finish(made);
  assert.equal(info(made, 'rdb_bgsave_in_progress'), '0');
  assert.equal(info(made, 'current_save_keys_total'), '0');
  assert.equal(info(made, 'rdb_last_bgsave_status'), 'ok');
  assert.equal(info(made, 'rdb_changes_since_last_save'), String(100 + 1 + 1 + 1 + 1 + 101));
  assert.ok(Number(info(made, 'rdb_last_cow_size')) > 1000);
  assert.deepEqual(disk.list('.'), [DUMP]);
  assert.equal(made.log.lines.at(-1), 'notice: Background saving terminated with success');
  while (made.server.keyspace.pending.freeSlice(100));
  made.server.keyspace.verify();
  const other = loaded(disk.kill());
  for (let i = 0; i < 50; i++)
    assert.equal(run(other, `GET k${i}`), `$${`${i}`.length}\r\n${i}\r\n`);
  assert.equal(run(other, 'DBSIZE'), ':51\r\n');
  assert.equal(run(other, 'PEXPIRETIME far'), ':9223372036854775807\r\n');
  assert.equal(run(other, 'SELECT 3', 'LRANGE l 0 -1'), '*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n');
  assert.equal(run(other, 'HGETALL h'), '*2\r\n$1\r\nf\r\n$1\r\nv\r\n');
  assert.equal(run(other, 'PEXPIRETIME h'), `:${START_MS + 100_000}\r\n`);
});

test('BGSAVE: forms of the call', () => {
  const made = serverOn(new ForgetfulDisk(), { 'rdb-key-save-delay': `${DELAY_US}` });
  run(made, 'SET a 1', 'SET b 2');
  assert.equal(run(made, 'BGSAVE now'), '-ERR syntax error\r\n');
  assert.equal(run(made, 'BGSAVE SCHEDULE x'), '-ERR syntax error\r\n');
  assert.equal(run(made, 'BGSAVE schedule'), STARTED);
  assert.equal(run(made, 'BGSAVE SCHEDULE'), '-ERR Background save already in progress\r\n');
  finish(made);
  run(made, 'MULTI', 'SET a 2', 'BGSAVE', 'SET b 3');
  assert.equal(run(made, 'EXEC'), `*3\r\n${OK}+Background saving scheduled\r\n${OK}`);
  assert.equal(info(made, 'rdb_bgsave_in_progress'), '0');
  made.clock.advance(200);
  finish(made);
  assert.equal(info(made, 'rdb_saves'), '2');
  assert.equal(info(made, 'rdb_changes_since_last_save'), '0');
});

test('save points: enough changes, and long enough', () => {
  const disk = new ForgetfulDisk();
  const made = serverOn(disk, { save: '60 2 10 5' });
  run(made, 'SET a 1');
  made.clock.advance(120_000);
  assert.equal(info(made, 'rdb_saves'), '0');
  run(made, 'SET b 1');
  made.clock.advance(200);
  assert.equal(info(made, 'rdb_saves'), '1');
  assert.ok(made.log.lines.includes('notice: 2 changes in 60 seconds. Saving...'));
  assert.equal(info(made, 'rdb_changes_since_last_save'), '0');
  run(made, 'MSET a 1 b 2 c 3 d 4 e 5');
  made.clock.advance(9000);
  assert.equal(info(made, 'rdb_saves'), '1');
  made.clock.advance(3000);
  assert.equal(info(made, 'rdb_saves'), '2');
  assert.ok(made.log.lines.includes('notice: 5 changes in 10 seconds. Saving...'));
});

test('save points: after a failure the next try comes later, and writes are refused', () => {
  const disk = new ForgetfulDisk();
  const made = serverOn(disk, { save: '1 1' });
  disk.failAt = { call: disk.calls.length, code: 'ENOSPC', times: 1e9, only: 'write' };
  run(made, 'SET a 1');
  made.clock.advance(2200);
  assert.equal(info(made, 'rdb_last_bgsave_status'), 'err');
  assert.equal(info(made, 'rdb_saves'), '1');
  assert.match(run(made, 'SET b 1'), /^-MISCONF Redis is configured to save RDB snapshots/);
  assert.equal(run(made, 'GET a'), '$1\r\n1\r\n');
  assert.deepEqual(disk.list('.'), []);
  assert.equal(made.server.keyspace.arena.past, null);
  made.clock.advance(4000);
  assert.equal(info(made, 'rdb_saves'), '1');
  disk.failAt = null;
  made.clock.advance(3000);
  assert.equal(info(made, 'rdb_saves'), '2');
  assert.equal(info(made, 'rdb_last_bgsave_status'), 'ok');
  assert.equal(run(made, 'SET b 1'), OK);
});

test('BGSAVE: whatever call of the disk fails, the old dump or the new one is there', () => {
  for (const times of [1, 2]) endsWell(times);
});

/** So many calls fail, from the n-th on, for every n. */
function endsWell(times: number): void {
  for (let at = 0; ; at++) {
    const disk = new ForgetfulDisk();
    const made = serverOn(disk);
    run(made, 'SET old 1', 'SAVE', 'SET new 2');
    const first = disk.calls.length;
    disk.failAt = { call: first + at, code: 'EIO', times };
    run(made, 'BGSAVE');
    if (made.server.backgroundSave.isRunning) finish(made);
    const isOver = disk.calls.length <= first + at;
    assert.equal(made.server.keyspace.arena.past, null);
    const status = info(made, 'rdb_last_bgsave_status');
    assert.equal(status, isOver ? 'ok' : 'err', `call ${at}`);
    const other = loaded(disk.kill());
    assert.equal(run(other, 'EXISTS old'), ':1\r\n');
    if (isOver) {
      assert.equal(run(other, 'EXISTS new'), ':1\r\n');
      assert.ok(at > 3);
      return;
    }
  }
}

/** While it is written, and while the last sync is under way. */
for (const syncs of [false, true]) {
  test(`BGSAVE: what ends it leaves nothing behind, ${syncs ? 'syncing' : 'writing'}`, () => {
    for (const end of ['FLUSHALL', 'FLUSHALL ASYNC', 'SHUTDOWN NOSAVE']) {
      const { made, disk } = saving(20, syncs);
      run(made, 'SET k0 2', 'DEL k1', end);
      assert.equal(info(made, 'rdb_bgsave_in_progress'), '0', end);
      assert.deepEqual(disk.list('.'), [DUMP], end);
      disk.finishSync();
      made.clock.advance(100);
      assert.equal(info(made, 'rdb_last_bgsave_status'), 'ok', end);
      assert.ok(!made.server.keyspace.pending.hasMore);
      made.server.keyspace.verify();
      assert.equal(run(loaded(disk.kill()), 'DBSIZE'), ':20\r\n', end);
    }
  });

  const name = 'what was flushed or written since a BGSAVE began is on disk with';
  test(`${name} what saves at once, ${syncs ? 'syncing' : 'writing'}`, () => {
    for (const [end, size] of [
      ['FLUSHALL', 0],
      ['DEBUG RELOAD', 22],
      ['DEBUG RELOAD NOFLUSH MERGE', 22],
    ] as const) {
      const { made, disk } = saving(20, syncs, '3600 1000');
      assert.equal(run(made, 'SET later 1', end), OK);
      const check = (): void => {
        assert.equal(info(made, 'rdb_changes_since_last_save'), '0', end);
        assert.equal(run(loaded(disk), 'DBSIZE'), `:${size}\r\n`, end);
      };
      check();
      disk.finishSync();
      made.clock.advance(100);
      check();
      assert.deepEqual(disk.list('.'), [DUMP], end);
    }
  });
}

/** A server of so many keys, all of them on disk, and one more; it saves in the background. */
function saving(
  keys: number,
  syncs: boolean,
  save = '',
): { made: TestServer; disk: ForgetfulDisk } {
  const disk = new ForgetfulDisk();
  const made = serverOn(disk, { 'rdb-key-save-delay': syncs ? '0' : `${DELAY_US}`, save });
  for (let i = 0; i < keys; i++) run(made, `SET k${i} ${i}`);
  run(made, 'SAVE', 'SET more 1');
  disk.holdsSyncs = true;
  run(made, 'BGSAVE');
  made.clock.advance(10);
  assert.equal(disk.syncsCount, syncs ? 1 : 0);
  return { made, disk };
}

test('DEBUG LOADAOF ends a BGSAVE', () => {
  for (const syncs of [false, true]) {
    const { made, disk } = saving(20, syncs);
    new JournalWorld({}, new ForgetfulDisk(), made).start();
    assert.equal(run(made, 'DEBUG LOADAOF'), OK);
    assert.equal(info(made, 'rdb_bgsave_in_progress'), '0');
    disk.finishSync();
    made.clock.advance(100);
    assert.equal(info(made, 'rdb_changes_since_last_save'), '0');
    assert.deepEqual(disk.list('.'), [DUMP]);
  }
});

test('FLUSHDB lets a BGSAVE go on that is being synced', () => {
  const { made, disk } = saving(20, true);
  run(made, 'FLUSHDB');
  disk.finishSync();
  made.clock.advance(10);
  assert.equal(run(loaded(disk.kill()), 'DBSIZE'), ':21\r\n');
  assert.equal(info(made, 'rdb_changes_since_last_save'), '21');
});

test('FLUSHALL: with save points, what was flushed does not come back', () => {
  const disk = new ForgetfulDisk();
  const made = serverOn(disk, { save: '3600 1' });
  run(made, 'SET a 1', 'SAVE', 'FLUSHALL');
  assert.equal(run(loaded(disk.kill()), 'DBSIZE'), ':0\r\n');
});

test('BGSAVE: nothing is left of one that cannot begin', () => {
  const disk = new ForgetfulDisk();
  const made = serverOn(disk);
  // More than is kept before it is written.
  const noise = Array.from({ length: 2 ** 18 }, (_, i) => String((i * 7919) >>> 3)).join('');
  run(
    made,
    `FUNCTION LOAD "#!lua name=l\nredis.register_function('f', function() end) --${noise}"`,
  );
  disk.failAt = { call: disk.calls.length, code: 'ENOSPC', times: 1e9, only: 'write' };
  assert.equal(run(made, 'BGSAVE'), '-ERR\r\n');
  assert.deepEqual(disk.list('.'), []);
});

test('BGSAVE: its file comes where it was to when it began, whatever CONFIG SET dir says', () => {
  const disk = new ForgetfulDisk();
  disk.makeDirectory('there');
  const config = { 'rdb-key-save-delay': `${DELAY_US}`, 'enable-protected-configs': 'yes' };
  const made = serverOn(disk, config);
  assert.equal(run(made, 'CONFIG SET dir there', 'SET a 1', 'SET b 2', 'BGSAVE'), STARTED);
  assert.equal(run(made, 'CONFIG SET dir . dbfilename other.rdb'), OK);
  finish(made);
  assert.equal(info(made, 'rdb_last_bgsave_status'), 'ok');
  assert.deepEqual(disk.list('there'), [DUMP]);
  assert.deepEqual(disk.list('.'), ['there']);
});

test('save points: a wall clock that is set back or forth does not matter', () => {
  const disk = new ForgetfulDisk();
  const made = serverOn(disk, { save: '60 1' });
  run(made, 'SET a 1');
  made.clock.step(-3_600_000);
  made.clock.advance(62_000);
  assert.equal(info(made, 'rdb_saves'), '1');
  finish(made);
  assert.equal(run(made, 'LASTSAVE'), `:${START_MS / 1000 - 3600 + 61}\r\n`);
  run(made, 'SET a 2');
  made.clock.step(7_200_000);
  made.clock.advance(1000);
  assert.equal(info(made, 'rdb_saves'), '1');
});

test('BGSAVE: a slow disk is waited for', () => {
  const disk = new ForgetfulDisk();
  const made = serverOn(disk, { rdbcompression: 'no' });
  const value = 'x'.repeat(1024 * 1024);
  for (let i = 0; i < 28; i++) call(made.server, made.session, ['SET', `k${i}`, value]);
  disk.holdsSyncs = true;
  made.clock.lookUs = 50;
  run(made, 'BGSAVE');
  made.clock.advance(1000);
  const writes = disk.calls.filter((name) => name.startsWith('write')).length;
  const path = disk.list('.')?.[0] ?? '';
  const mebibytes = disk.text(path).length / value.length;
  // Four for the sync that does not end, and sixteen that may wait behind it.
  assert.ok(mebibytes > 20 && mebibytes < 20.1, `${mebibytes} MiB`);
  // To write takes less than a slice.
  assert.ok(writes > 32 * mebibytes, `${writes} writes`);
  assert.equal(info(made, 'rdb_bgsave_in_progress'), '1');
  while (disk.syncsCount > 0) {
    disk.finishSync();
    made.clock.advance(1000);
  }
  assert.equal(info(made, 'rdb_bgsave_in_progress'), '0');
  assert.equal(info(made, 'rdb_last_bgsave_status'), 'ok');
  assert.equal(run(loaded(disk.kill()), 'STRLEN k27'), `:${value.length}\r\n`);
});

test('BGSAVE: it fails when a disk that stands still lets too much be kept', () => {
  const disk = new ForgetfulDisk();
  const made = serverOn(disk, { rdbcompression: 'no' });
  const value = 'x'.repeat(1024 * 1024);
  for (let i = 0; i < 90; i++) call(made.server, made.session, ['SET', `k${i}`, value]);
  disk.holdsSyncs = true;
  made.clock.lookUs = 50;
  run(made, 'BGSAVE');
  made.clock.advance(100);
  made.clock.lookUs = 0;
  for (let i = 0; i < 90; i++) call(made.server, made.session, ['SET', `k${i}`, 'y']);
  made.clock.advance(10);
  assert.equal(info(made, 'rdb_last_bgsave_status'), 'err');
  assert.equal(made.server.keyspace.arena.past, null);
});

const LEFT_OUT = [
  ...['BGSAVE', 'CLIENT', 'CONFIG', 'DEBUG', 'DISCARD', 'EXEC', 'FLUSHALL', 'MONITOR', 'MULTI'],
  ...['PSUBSCRIBE', 'QUIT', 'SAVE', 'SHUTDOWN', 'SSUBSCRIBE', 'SUBSCRIBE'],
];
const SMALL_FORMS = {
  'hash-max-listpack-entries': '3',
  'list-max-listpack-size': '3',
  'set-max-intset-entries': '3',
  'set-max-listpack-entries': '3',
  'stream-node-max-entries': '3',
  'zset-max-listpack-entries': '3',
};

test(`BGSAVE: random commands meanwhile, seed ${SEED}`, () => {
  const random = new SeededRandom(SEED);
  const generator = new CallGenerator(random, START_MS);
  const chosen = ALL_COMMANDS.filter(({ name }) => !LEFT_OUT.includes(name));
  const config = { ...SMALL_FORMS, 'rdb-key-save-delay': '300' };
  let disk = new ForgetfulDisk();
  let made = serverOn(disk, config);
  for (let round = 0; round < 8; round++) {
    for (let i = 0; i < 80; i++)
      call(made.server, made.session, generator.call(random.pick(chosen)));
    made.server.blocking.unblock(made.session, null);
    // What is due goes first: it would not be loaded.
    made.clock.advance(1);
    const digest = run(made, 'DEBUG DIGEST');
    run(made, 'BGSAVE');
    for (let i = 0; made.server.backgroundSave.isRunning; i++) {
      if (i < 100) call(made.server, made.session, generator.call(random.pick(chosen)));
      if (made.server.blocking.unblock(made.session, null)) made.clock.advance(0);
      made.clock.advance(random.below(3));
    }
    while (made.server.keyspace.pending.freeSlice(100));
    made.server.keyspace.verify();
    disk = disk.kill();
    made = loaded(disk, config);
    assert.equal(run(made, 'DEBUG DIGEST'), digest, `round ${round}, seed ${SEED}`);
  }
});
