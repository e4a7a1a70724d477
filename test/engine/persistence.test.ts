// The dump: saved, refused by the disk, lost with the power, loaded while clients ask, damaged.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Loaded } from '../../src/engine/persistence/persistence.ts';
import { call, makeServer, START_MS, type TestServer } from '../support/clock.ts';
import { ForgetfulDisk } from '../support/disk.ts';
import { SeededRandom } from '../support/random.ts';
import { fileOf, writtenFile } from '../support/rdb-file.ts';
import { length, string } from '../support/rdb-forms.ts';

const OK = '+OK\r\n';
const DUMP = 'dump.rdb';
const MISCONF =
  "-MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to " +
  'disk. Commands that may modify the data set are disabled, because this instance is ' +
  'configured to report errors during writes if RDB snapshotting fails ' +
  '(stop-writes-on-bgsave-error option). Please check the Redis logs for details about the RDB ' +
  'error.\r\n';

function serverOn(disk: ForgetfulDisk, config: Record<string, string> = {}): TestServer {
  return makeServer({ 'enable-debug-command': 'yes', ...config }, 1, {}, [], disk);
}

function run(made: TestServer, ...lines: string[]): string {
  let reply = '';
  for (const line of lines) reply = call(made.server, made.session, line);
  return reply;
}

/** A line of INFO. */
function info(made: TestServer, name: string): string {
  return new RegExp(`\n${name}:([^\r]*)\r`).exec(run(made, 'INFO persistence'))?.[1] ?? '';
}

/** Loads the dump to the end. */
function load(made: TestServer): Loaded {
  let outcome: Loaded | null = null;
  made.server.persistence.loadDump((loaded) => {
    outcome = loaded;
  });
  for (let i = 0; i < 1000 && outcome === null; i++) made.clock.advance(1);
  assert.ok(outcome !== null, 'it is not loaded');
  return outcome;
}

/** Why the dump is not loaded, or ''. */
function problemOf(made: TestServer): string {
  return load(made).refusal?.message ?? '';
}

test('long strings that are packed are unpacked in steps, wherever they stand', () => {
  const disk = new ForgetfulDisk();
  const made = serverOn(disk);
  const long = (letter: string): string => `${letter}long words `.repeat(20_000);
  for (const line of [
    ['SET', long('k'), long('s')],
    ['SET', 'between', 'short'],
    ['HSET', 'h', long('f'), long('v'), long('g'), 'v', 'f', long('w'), 'short', 'v'],
    ['RPUSH', 'l', long('a'), 'b', long('c')],
    ['SADD', 'set', long('m'), long('n')],
    ['ZADD', 'z', '1', long('y'), '2', long('z')],
    ['XADD', 'x', '1-1', 'short', long('e')],
  ]) {
    call(made.server, made.session, line);
  }
  const digest = run(made, 'DEBUG DIGEST');
  assert.equal(run(made, 'SAVE'), OK);
  const { length } = disk.text(DUMP);
  assert.ok(length < 300_000, `${length} bytes: it is packed`);
  const again = serverOn(disk);
  // A look at the clock takes as long as a slice: a slice is what there is between two of them.
  again.clock.lookUs = 2000;
  let slices = 0;
  let outcome: Loaded | null = null;
  again.server.persistence.loadDump((loaded) => {
    outcome = loaded;
  });
  for (; slices < 1000 && outcome === null; slices++) again.clock.advance(0);
  again.clock.lookUs = 0;
  assert.deepEqual(outcome, { refusal: null, isThere: true });
  // Twelve values of 220 KB, in pieces of 16 KiB, of which a slice has sixteen.
  assert.ok(slices > 10, `${slices} slices`);
  assert.equal(run(again, 'DEBUG DIGEST'), digest);
});

test('SAVE: what was there is there after a start', () => {
  const disk = new ForgetfulDisk();
  const made = serverOn(disk);
  made.clock.advance(5000);
  run(made, 'SET k v', 'SADD s a b', 'SELECT 3', 'SET gone x PX 10', 'SET later x PX 100000');
  assert.equal(info(made, 'rdb_changes_since_last_save'), '5');
  assert.equal(run(made, 'SAVE'), OK);
  assert.equal(info(made, 'rdb_changes_since_last_save'), '0');
  assert.equal(info(made, 'rdb_saves'), '1');
  assert.equal(run(made, 'LASTSAVE'), `:${START_MS / 1000 + 5}\r\n`);
  assert.ok(made.log.lines.includes('notice: DB saved on disk'));
  assert.deepEqual(disk.list('.'), [DUMP]);
  const other = serverOn(disk.kill());
  other.clock.advance(6000);
  assert.deepEqual(load(other), { refusal: null, isThere: true });
  assert.equal(run(other, 'GET k'), '$1\r\nv\r\n');
  assert.equal(run(other, 'SELECT 3', 'DBSIZE'), ':1\r\n');
  assert.equal(run(other, 'PEXPIRETIME later'), `:${START_MS + 105000}\r\n`);
  assert.equal(info(other, 'rdb_last_load_keys_expired'), '1');
  assert.equal(info(other, 'rdb_last_load_keys_loaded'), '3');
  const lines = other.log.lines.join('\n');
  assert.match(lines, /Loading RDB produced by version 7\.2\.6\n.*RDB age 1 seconds\n/);
  assert.match(lines, /Done loading RDB, keys loaded: 3, keys expired: 1\.\n/);
  assert.match(
    lines,
    /Loaded 3 keys \(1 more had expired\) from .*dump\.rdb, 0\.0 MiB, in 0\.\d+ s/,
  );
  assert.match(lines, /DB loaded from disk: 0\.\d\d\d seconds/);
});

test('without a dump the server is empty', () => {
  const made = serverOn(new ForgetfulDisk());
  assert.deepEqual(load(made), { refusal: null, isThere: false });
});

test('the use of keys is saved for policies that ask for it', () => {
  for (const [policy, line] of [
    ['allkeys-lru', 'OBJECT IDLETIME k'],
    ['allkeys-lfu', 'OBJECT FREQ k'],
  ]) {
    const disk = new ForgetfulDisk();
    const config = { 'maxmemory-policy': policy };
    const made = serverOn(disk, config);
    const way = policy.endsWith('lru') ? 'IDLETIME 1000' : 'FREQ 77';
    const dump = run(made, 'SET v 1', 'DUMP v').split('\r\n').slice(1, -1).join('\r\n');
    call(made.server, made.session, ['RESTORE', 'k', '0', dump, ...way.split(' ')]);
    run(made, 'SAVE');
    const other = serverOn(disk, config);
    load(other);
    assert.equal(run(other, line), `:${way.split(' ')[1]}\r\n`);
  }
});

test('a save that fails leaves the old file, and no other', () => {
  const disk = new ForgetfulDisk();
  const made = serverOn(disk);
  run(made, 'SET k old', 'SAVE', 'SET k new');
  const before = disk.text(DUMP);
  const first = disk.calls.length;
  run(made, 'SAVE');
  const calls = disk.calls.length - first;
  disk.put(DUMP, Buffer.from(before, 'latin1'));
  run(made, 'SET k newer');
  let refused = 0;
  for (let call = 0; call < calls; call++) {
    const first = disk.calls.length;
    disk.failAt = { call: first + call, code: 'ENOSPC' };
    const reply = run(made, 'SAVE');
    const failing = disk.calls[first + call];
    assert.equal(reply, '-ERR\r\n', failing);
    assert.match(made.log.lines.at(-1) ?? '', /No space left on device/);
    assert.equal(info(made, 'rdb_changes_since_last_save'), '1');
    assert.deepEqual(disk.list('.'), [DUMP], failing);
    const wasRemoved = disk.calls.slice(first).some((line) => line.startsWith('remove'));
    // Where it has its name already it is not known whether that lasts.
    const isRenamed = failing.startsWith('syncDirectory');
    assert.equal(disk.text(DUMP) === before, !isRenamed, failing);
    assert.equal(wasRemoved, call > 0, failing);
    if (isRenamed) disk.put(DUMP, Buffer.from(before, 'latin1'));
    refused++;
  }
  assert.ok(refused > 4);
  disk.failAt = null;
  assert.equal(run(made, 'SAVE'), OK);
});

test('a save whose file cannot be written, nor closed, fails, and leaves no other', () => {
  const disk = new ForgetfulDisk();
  const made = serverOn(disk);
  run(made, 'SET k v');
  for (const only of ['write', 'sync']) {
    const first = disk.calls.length;
    run(made, 'SAVE');
    const at = disk.calls.slice(first).findIndex((call) => call.startsWith(only));
    disk.failAt = { call: disk.calls.length + at, code: 'EIO', times: 2 };
    assert.equal(run(made, 'SAVE'), '-ERR\r\n', only);
    assert.deepEqual(disk.list('.'), [DUMP], only);
    disk.failAt = null;
  }
});

test('after a loss of power there is the old file or the new one', () => {
  const random = new SeededRandom(7);
  for (let call = 0; ; call++) {
    const disk = new ForgetfulDisk();
    const made = serverOn(disk);
    run(made, 'SET k old', 'SAVE', 'SET k new');
    const first = disk.calls.length;
    disk.failAt = { call: first + call, code: 'EIO', times: 1e6 };
    const reply = run(made, 'SAVE');
    const other = serverOn(disk.crash(random, true));
    assert.deepEqual(load(other), { refusal: null, isThere: true }, `call ${call}`);
    const value = run(other, 'GET k');
    if (reply === OK) assert.equal(value, '$3\r\nnew\r\n');
    else assert.match(value, /old|new/);
    if (reply === OK) break;
  }
});

test('writes are refused when saves fail, if that is wanted', () => {
  const made = serverOn(new ForgetfulDisk());
  const { persistence } = made.server;
  run(made, 'SET k v');
  persistence.failed();
  assert.equal(info(made, 'rdb_last_bgsave_status'), 'err');
  for (const line of ['SET k w', 'PING', 'DEL k']) assert.equal(run(made, line), MISCONF, line);
  assert.equal(run(made, 'GET k'), '$1\r\nv\r\n');
  assert.equal(run(made, 'MULTI', 'SET k w'), MISCONF);
  assert.match(run(made, 'EXEC'), /^-EXECABORT/);
  run(made, 'CONFIG SET stop-writes-on-bgsave-error no');
  assert.equal(run(made, 'SET k w'), OK);
  run(made, 'CONFIG SET stop-writes-on-bgsave-error yes');
  assert.equal(run(made, 'SET k w'), MISCONF);
  run(made, 'CONFIG SET save ""');
  assert.equal(run(made, 'SET k w'), OK);
  run(made, 'CONFIG SET save "10 1"');
  assert.equal(run(made, 'SET k w'), MISCONF);
  assert.equal(run(made, 'SAVE'), OK);
  assert.equal(run(made, 'SET k w'), OK);
});

test('while data is loaded clients hear of it, and nothing expires', () => {
  const source = serverOn(new ForgetfulDisk());
  run(source, 'SET due v PX 50', 'DEBUG POPULATE 2000');
  const disk = new ForgetfulDisk();
  disk.put(DUMP, writtenFile(source.server));
  const made = serverOn(disk);
  made.server.cron.start();
  made.clock.lookUs = 50;
  let outcome: Loaded | null = null;
  made.server.persistence.loadDump((loaded) => {
    outcome = loaded;
  });
  assert.equal(outcome, null);
  const loading = '-LOADING Redis is loading the dataset in memory\r\n';
  const file = disk.text(DUMP);
  for (const line of ['PING', 'GET k', 'SET k v', 'SAVE', 'DEBUG RELOAD', 'DEBUG LOADAOF']) {
    assert.equal(run(made, line), loading, line);
  }
  // FLUSHALL of a journal that is loaded asks for this.
  assert.ok(!made.server.persistence.save());
  assert.equal(disk.text(DUMP), file);
  assert.equal(info(made, 'loading'), '1');
  assert.equal(info(made, 'loading_total_bytes'), String(disk.text(DUMP).length));
  assert.match(info(made, 'loading_loaded_perc'), /^\d+\.\d\d$/);
  assert.notEqual(info(made, 'loading_loaded_bytes'), '0');
  assert.equal(info(made, 'loading_eta_seconds'), '1');
  for (let i = 0; i < 1000 && outcome === null; i++) made.clock.advance(1);
  assert.deepEqual(outcome, { refusal: null, isThere: true });
  assert.equal(info(made, 'loading'), '0');
  assert.equal(info(made, 'loading_total_bytes'), '');
  made.clock.lookUs = 0;
  assert.equal(run(made, 'DBSIZE'), ':2001\r\n');
  made.clock.advance(100);
  assert.equal(run(made, 'DBSIZE'), ':2000\r\n');
});

const KEY = string('k');
const ENTRY = Buffer.concat([Buffer.of(0), KEY, string('v')]);

const DAMAGED: readonly (readonly [name: string, file: Buffer, problem: RegExp])[] = [
  ['nothing', Buffer.alloc(0), /too early/],
  ['a cut file', fileOf([ENTRY]).subarray(0, 20), /begins at byte 14 .* too early \(byte/],
  [
    'one cut behind a key',
    fileOf([ENTRY]).subarray(0, 14),
    /^what begins at byte 14 .*\(byte 14\)/,
  ],
  ['a key twice', fileOf([ENTRY, ENTRY]), /duplicated key in DB 0/],
  ['another checksum', Buffer.concat([fileOf([ENTRY]).subarray(0, -1), Buffer.of(1)]), /CRC error/],
  ['another file', Buffer.from('no such thing at all'), /does not begin as RDB files do/],
];

for (const [name, file, problem] of DAMAGED) {
  test(`a dump is refused: ${name}`, () => {
    const disk = new ForgetfulDisk();
    disk.put(DUMP, file);
    const made = serverOn(disk);
    assert.match(problemOf(made), problem);
    const lines = made.log.lines.join('\n');
    assert.match(lines, /warning: The RDB file .*dump\.rdb is refused: /);
    assert.match(lines, /redstart check-rdb \.\/dump\.rdb/);
    assert.equal(disk.text(DUMP), file.toString('latin1'));
    run(made, 'FLUSHALL');
    assert.equal(made.server.keyspace.arena.usedSize, 0);
  });
}

test('a file that cannot be opened, or read, is refused', () => {
  const disk = new ForgetfulDisk();
  disk.put(DUMP, fileOf([ENTRY]));
  for (const only of ['open', 'read', 'size']) {
    const first = disk.calls.length;
    disk.failAt = { call: 0, code: 'EIO', times: 1e6, only };
    const made = serverOn(disk);
    assert.match(problemOf(made), /Input\/output error/);
    assert.match(run(made, 'DEBUG RELOAD NOSAVE'), /^-ERR Error trying to load/);
    assert.equal(info(made, 'loading'), '0');
    const calls = disk.calls.slice(first).map((call) => call.split(' ')[0]);
    const closes = calls.filter((call) => call === 'close').length;
    assert.equal(closes, only === 'open' ? 0 : 2, only);
  }
});

test('a file that was read, and that does not close, was read', () => {
  const disk = new ForgetfulDisk();
  disk.put(DUMP, fileOf([ENTRY]));
  disk.failAt = { call: 0, code: 'EIO', times: 1e6, only: 'close' };
  const made = serverOn(disk);
  assert.equal(problemOf(made), '');
  assert.equal(run(made, 'DEBUG RELOAD NOSAVE', 'GET k'), '$1\r\nv\r\n');
});

test('a value for which there is no memory is refused', () => {
  const members = Array.from({ length: 80_000 }, (_, i) => string(`a member of some length ${i}`));
  const disk = new ForgetfulDisk();
  disk.put(DUMP, fileOf([Buffer.concat([Buffer.of(2), KEY, length(members.length), ...members])]));
  const made = makeServer({}, 1, { slabsMax: 3, poison: false }, [], disk);
  assert.equal(problemOf(made), 'the memory for data is used up');
  run(made, 'FLUSHALL');
  assert.equal(made.server.keyspace.arena.usedSize, 0);
});

test('empty collections are left out', () => {
  const disk = new ForgetfulDisk();
  disk.put(DUMP, fileOf([Buffer.concat([Buffer.of(4), KEY, length(0)])]));
  const made = serverOn(disk);
  assert.equal(problemOf(made), '');
  assert.match(made.log.lines.join('\n'), /skipping empty key: k\n.*, empty keys skipped: 1\./);
});

const CODE = "#!lua name=l\nredis.register_function('f', function() return 1 end)";

test('libraries of functions are loaded with the data, and saved again', () => {
  const disk = new ForgetfulDisk();
  disk.put(DUMP, fileOf([Buffer.concat([Buffer.of(245), string(CODE)])]));
  const made = serverOn(disk, { rdbcompression: 'no' });
  assert.equal(problemOf(made), '');
  run(made, 'FLUSHALL', 'SAVE');
  assert.ok(disk.text(DUMP).includes(CODE));
  const failed = '-ERR Error trying to load the RDB dump, check server logs.\r\n';
  for (const [line, reply] of [
    ['DEBUG RELOAD NOFLUSH MERGE', OK],
    ['DEBUG RELOAD', OK],
    ['DEBUG RELOAD NOSAVE', OK],
    ['DEBUG RELOAD NOFLUSH', failed],
  ]) {
    assert.equal(run(made, line), reply);
    assert.equal(run(made, 'FCALL f 0'), ':1\r\n', line);
    assert.match(run(made, 'INFO memory'), /number_of_libraries:1\r\n/);
  }
  run(made, 'FUNCTION FLUSH', 'SAVE');
  assert.doesNotMatch(disk.text(DUMP), /lua/);
});

test('a library that cannot be loaded is told, and the file refused', () => {
  for (const [code, problem] of [
    ['x', 'Missing library metadata'],
    ['#!lua name=l\nreturn 1', 'No functions registered'],
    ['#!lua name=l\nreturn (', 'Error compiling function: user_function:2: unexpected symbol near'],
  ]) {
    const disk = new ForgetfulDisk();
    disk.put(DUMP, fileOf([Buffer.concat([Buffer.of(245), string(code)])]));
    const made = serverOn(disk);
    assert.ok(problemOf(made).startsWith(`Failed loading library, ${problem}`), problem);
    assert.match(made.log.lines.join('\n'), /The RDB file .* is refused: Failed loading library, /);
  }
});

test('DEBUG RELOAD', () => {
  const disk = new ForgetfulDisk();
  const made = serverOn(disk);
  run(made, 'SET k v', 'HSET h f v', 'HPEXPIRE h 1000 FIELDS 1 f');
  const digest = run(made, 'DEBUG DIGEST');
  for (const line of ['DEBUG RELOAD', 'DEBUG RELOAD NOSAVE', 'DEBUG RELOAD MERGE NOFLUSH']) {
    assert.equal(run(made, line), OK, line);
    assert.equal(run(made, 'DEBUG DIGEST'), digest, line);
  }
  assert.equal(run(made, 'SET l w', 'DEBUG RELOAD NOSAVE NOFLUSH MERGE', 'DBSIZE'), ':3\r\n');
  const failed = '-ERR Error trying to load the RDB dump, check server logs.\r\n';
  assert.equal(run(made, 'DEBUG RELOAD NOSAVE NOFLUSH'), failed);
  assert.match(run(made, 'DEBUG RELOAD x'), /^-ERR DEBUG RELOAD only supports the MERGE, NOFLUSH/);
  disk.remove(DUMP);
  assert.equal(run(made, 'DEBUG RELOAD NOSAVE'), failed);
  disk.failAt = { call: disk.calls.length, code: 'ENOSPC' };
  assert.equal(run(made, 'DEBUG RELOAD'), '-ERR\r\n');
});

test('the checksum of files is left aside when DEBUG says so', () => {
  const disk = new ForgetfulDisk();
  const file = fileOf([ENTRY]);
  file[file.length - 1] ^= 1;
  disk.put(DUMP, file);
  const made = serverOn(disk);
  assert.match(run(made, 'DEBUG RELOAD NOSAVE'), /^-ERR/);
  run(made, 'DEBUG SET-SKIP-CHECKSUM-VALIDATION 1');
  assert.equal(run(made, 'DEBUG RELOAD NOSAVE', 'GET k'), '$1\r\nv\r\n');
});

/** SHUTDOWN with save points or without, on a disk that works or not. */
const ENDINGS: readonly (readonly [
  line: string,
  points: string,
  fails: boolean,
  saved: boolean,
  reply: string,
])[] = [
  ['SHUTDOWN', '60 1', false, true, ''],
  ['SHUTDOWN', '', false, false, ''],
  ['SHUTDOWN NOSAVE', '60 1', false, false, ''],
  ['SHUTDOWN SAVE', '', false, true, ''],
  ['SHUTDOWN SAVE NOW FORCE', '', false, true, ''],
  ['SHUTDOWN', '60 1', true, false, '-ERR Errors trying to SHUTDOWN. Check logs.\r\n'],
  ['SHUTDOWN FORCE', '60 1', true, false, ''],
];

for (const [line, points, fails, saved, reply] of ENDINGS) {
  test(`${line}, save points '${points}', ${fails ? 'the disk fails' : 'the disk works'}`, () => {
    const disk = new ForgetfulDisk();
    const made = serverOn(disk);
    run(made, `CONFIG SET save "${points}"`, 'SET k v');
    const codes: number[] = [];
    made.server.onShutdown = (code) => codes.push(code);
    if (fails) disk.failAt = { call: disk.calls.length, code: 'ENOSPC', times: 1e6 };
    assert.equal(run(made, line), reply);
    assert.deepEqual(codes, reply === '' ? [0] : []);
    assert.equal(disk.has(DUMP), saved);
    assert.equal(made.session.isClosing, reply === '');
  });
}

test('a signal ends the server with the next run of the cron, unless that is aborted', () => {
  const disk = new ForgetfulDisk();
  const made = serverOn(disk);
  const { server, clock, log } = made;
  const codes: number[] = [];
  server.onShutdown = (code) => codes.push(code);
  server.cron.start();
  const signal = (): void => {
    server.scheduledEnd.schedule(new Set());
    server.alarm.wakeIn(0);
  };
  run(made, 'DEBUG PAUSE-CRON 1');
  signal();
  clock.advance(500);
  assert.equal(run(made, 'SHUTDOWN ABORT'), OK);
  assert.match(log.lines.join('\n'), /Shutdown manually aborted/);
  assert.equal(run(made, 'SHUTDOWN ABORT'), '-ERR No shutdown in progress.\r\n');
  run(made, 'DEBUG PAUSE-CRON 0');
  disk.failAt = { call: disk.calls.length, code: 'ENOSPC', times: 1e6 };
  signal();
  clock.advance(1);
  assert.match(log.lines.at(-1) ?? '', /Errors trying to shut down the server/);
  clock.advance(500);
  assert.deepEqual(codes, []);
  disk.failAt = null;
  signal();
  clock.advance(1);
  assert.deepEqual(codes, [0]);
  assert.ok(disk.has(DUMP));
});
