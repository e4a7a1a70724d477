// Scripts in the midst of the engine: what the journal is told of them, what a torn journal gives
// back of them, and that one is a unit for all who watch.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { APPEND, writeAll } from '../../src/engine/disk.ts';
import { connect, makeServer, call as run, START_MS, type TestServer } from '../support/clock.ts';
import { ForgetfulDisk } from '../support/disk.ts';
import { RecordedEffects } from '../support/effects.ts';
import { JournalWorld } from '../support/journal.ts';

function evaluate(made: TestServer, source: string, ...words: readonly string[]): string {
  return run(made.server, made.session, ['EVAL', source, '0', ...words]);
}

/** What the journal is told of a script, after `before`. */
const EFFECTS: readonly (readonly [source: string, before: string, ...effects: string[]])[] = [
  ['return redis.call("GET", "k")', ''],
  ['return redis.call("SET", "k", "v")', '', 'SELECT 0', 'SET k v'],
  ['return redis.call("SET", "k", "v", "NX")', 'SET k w'],
  [
    'redis.call("SET", "a", 1) redis.call("GET", "a") redis.call("INCR", "a")',
    '',
    ...['MULTI', 'SELECT 0', 'SET a 1', 'INCR a', 'EXEC'],
  ],
  [
    'redis.call("SET", "a", 1) redis.call("SELECT", 3) redis.call("SET", "b", 2)',
    '',
    ...['MULTI', 'SELECT 0', 'SET a 1', 'SELECT 3', 'SET b 2', 'EXEC'],
  ],
  ['redis.call("SET", "k", "v", "EX", 100)', '', 'SELECT 0', `SET k v PXAT ${START_MS + 100_000}`],
  ['redis.call("SPOP", "s")', 'SADD s m', 'SELECT 0', 'SREM s m'],
  ['redis.call("SET", "k", "v") error("too late")', '', 'SELECT 0', 'SET k v'],
  [
    'redis.call("SET", "k", "v") redis.call("LPUSH", "l", 1) return redis.call("INCR", "k")',
    '',
    ...['MULTI', 'SELECT 0', 'SET k v', 'LPUSH l 1', 'EXEC'],
  ],
  ['redis.set_repl(redis.REPL_NONE) redis.call("SET", "k", "v")', ''],
  ['redis.set_repl(redis.REPL_REPLICA) redis.call("SET", "k", "v")', ''],
  ['redis.set_repl(redis.REPL_SLAVE) redis.call("SET", "k", "v")', ''],
  ['redis.set_repl(redis.REPL_AOF) redis.call("SET", "k", "v")', '', 'SELECT 0', 'SET k v'],
  [
    `redis.call("SET", "a", 1) redis.set_repl(redis.REPL_NONE) redis.call("SET", "b", 2)
     redis.set_repl(redis.REPL_ALL) redis.call("SET", "c", 3)`,
    '',
    ...['MULTI', 'SELECT 0', 'SET a 1', 'SET c 3', 'EXEC'],
  ],
  ['redis.call("PUBLISH", "c", "m")', ''],
];

for (const [source, before, ...effects] of EFFECTS) {
  test(`the journal is told: ${source}`, () => {
    const made = makeServer();
    const journal = new RecordedEffects();
    if (before !== '') run(made.server, made.session, before);
    made.server.journalTo(journal);
    evaluate(made, source);
    assert.deepEqual(journal.take(), effects);
  });
}

test('the journal is told of the next script, whatever one said of set_repl', () => {
  const made = makeServer();
  const journal = new RecordedEffects();
  made.server.journalTo(journal);
  evaluate(made, 'redis.set_repl(redis.REPL_NONE) redis.call("SET", "k", "v")');
  evaluate(made, 'redis.call("SET", "k", "w")');
  assert.deepEqual(journal.take(), ['SELECT 0', 'SET k w']);
});

test('the journal is told of what expires, whatever a script says of set_repl', () => {
  const made = makeServer({ 'enable-debug-command': 'yes' });
  const journal = new RecordedEffects();
  run(made.server, made.session, 'DEBUG SET-ACTIVE-EXPIRE 0');
  run(made.server, made.session, 'SET k 5 PX 10');
  run(made.server, made.session, 'HSET h gone 1 kept 2');
  run(made.server, made.session, 'HPEXPIRE h 10 FIELDS 1 gone');
  made.server.journalTo(journal);
  made.clock.advance(50);
  evaluate(
    made,
    `redis.set_repl(redis.REPL_NONE) redis.call("GET", "k") redis.call("HGET", "h", "gone")
     redis.call("SET", "unseen", 1)`,
  );
  run(made.server, made.session, 'INCR k');
  const expired = ['MULTI', 'SELECT 0', 'DEL k', 'HDEL h gone', 'EXEC'];
  assert.deepEqual(journal.take(), [...expired, 'INCR k']);
});

test('a script within a transaction is a part of its unit', () => {
  const made = makeServer();
  const journal = new RecordedEffects();
  made.server.journalTo(journal);
  for (const line of ['MULTI', 'SET a 1']) run(made.server, made.session, line);
  evaluate(made, 'redis.call("SET", "b", 2) redis.call("SET", "c", 3)');
  run(made.server, made.session, 'EXEC');
  assert.deepEqual(journal.take(), ['MULTI', 'SELECT 0', 'SET a 1', 'SET b 2', 'SET c 3', 'EXEC']);
});

test('of a journal that is cut anywhere all of a script is loaded, or nothing', () => {
  const world = new JournalWorld().start();
  world.call(['EVAL', 'redis.call("SET", "a", 1) redis.call("SET", "b", 2) error("x")', '0']);
  world.call(['EVAL', 'for i = 1, 3 do redis.call("SET", "k" .. i, i) end', '0']);
  world.clock.advance(1);
  const path = './appendonlydir/appendonly.aof.1.incr.aof';
  const bytes = Buffer.from(world.disk.text(path), 'latin1');
  const seen = new Set<string>();
  for (let size = 0; size <= bytes.length; size++) {
    const disk = new ForgetfulDisk();
    new JournalWorld({}, disk).start();
    const file = disk.open(path, APPEND);
    writeAll(file, bytes, 0, size);
    const cut = new JournalWorld({}, disk).start();
    seen.add(JSON.stringify(cut.data()));
  }
  assert.deepEqual(
    [...seen],
    ['{}', '{"a":"1","b":"2"}', '{"a":"1","b":"2","k1":"1","k2":"2","k3":"3"}'],
  );
});

test('a journal of old may have scripts in it', () => {
  const world = new JournalWorld().start();
  world.call(['EVAL', 'redis.call("SET", KEYS[1], ARGV[1])', '1', 'k', 'v']);
  assert.deepEqual(world.data(), { k: 'v' });
});

test('who waits for keys is served when the script is over', () => {
  const made = makeServer();
  const { server } = made;
  const waiter = connect(server);
  assert.equal(run(server, waiter.session, 'BLPOP l 0'), '');
  const answer = evaluate(
    made,
    `redis.call("LPUSH", "l", 1) redis.call("DEL", "l") redis.call("LPUSH", "l", 2)
     return redis.call("LLEN", "l")`,
  );
  assert.equal(answer, ':1\r\n');
  made.clock.advance(0);
  assert.equal(waiter.output.sent, '*2\r\n$1\r\nl\r\n$1\r\n2\r\n');
});

test('what a script calls does not wait', () => {
  const made = makeServer();
  assert.equal(evaluate(made, 'return redis.call("BLPOP", "l", 0)'), '$-1\r\n');
  assert.equal(
    evaluate(made, 'return redis.call("BLMOVE", "a", "b", "LEFT", "LEFT", 0)'),
    '$-1\r\n',
  );
});

test("WATCH: a script breaks the watches of others, and its own client's", () => {
  for (const isOwn of [true, false]) {
    const made = makeServer();
    const watcher = isOwn ? made : connect(made.server);
    run(made.server, watcher.session, 'WATCH k');
    evaluate(made, 'redis.call("SET", "k", 1)');
    run(made.server, watcher.session, 'MULTI');
    assert.equal(run(made.server, watcher.session, 'EXEC'), '*-1\r\n');
  }
});

test('a script selects a database for itself', () => {
  const made = makeServer();
  const { server, session } = made;
  evaluate(made, 'redis.call("SELECT", 5) redis.call("SET", "k", 1)');
  assert.equal(run(server, session, 'GET k'), '$-1\r\n');
  evaluate(made, 'redis.call("SELECT", 5) error("x")');
  assert.equal(run(server, session, 'GET k'), '$-1\r\n');
  assert.equal(evaluate(made, 'return redis.call("GET", "k")'), '$-1\r\n');
  run(server, session, 'SELECT 5');
  assert.equal(run(server, session, 'GET k'), '$1\r\n1\r\n');
});

test('time stands still while a script runs, and goes on behind it', () => {
  const made = makeServer({ 'enable-debug-command': 'yes' });
  const { server, session } = made;
  run(server, session, 'DEBUG SET-DISABLE-DENY-SCRIPTS 1');
  run(server, session, 'SET k v PX 50');
  const source = `local before = redis.call("TIME")
    redis.call("DEBUG", "SLEEP", 0.1)
    local after = redis.call("TIME")
    return {before[1] == after[1], before[2] == after[2], redis.call("GET", "k")}`;
  assert.equal(evaluate(made, source), '*3\r\n:1\r\n:1\r\n$1\r\nv\r\n');
  assert.equal(run(server, session, 'GET k'), '$-1\r\n');
});

test('EVAL leaves the last 500 scripts behind, and none of SCRIPT LOAD goes', () => {
  const made = makeServer();
  const { server, session } = made;
  const digest = run(server, session, ['SCRIPT', 'LOAD', 'return "kept"']).slice(5, 45);
  for (let i = 0; i < 500; i++) evaluate(made, `return ${i}`);
  // It ran last, so it is the last one to go.
  evaluate(made, 'return 0');
  for (let i = 500; i < 999; i++) evaluate(made, `return ${i}`);
  const info = run(server, session, 'INFO memory');
  assert.match(info, /number_of_cached_scripts:501\r\n/);
  assert.match(info, /used_memory_scripts:[1-9]/);
  const exists = (source: string): string => {
    const digest = createHash('sha1').update(source).digest('hex');
    return run(server, session, ['SCRIPT', 'EXISTS', digest]);
  };
  assert.equal(run(server, session, ['EVALSHA', digest, '0']), '$4\r\nkept\r\n');
  assert.equal(exists('return 0'), '*1\r\n:1\r\n');
  assert.equal(exists('return 1'), '*1\r\n:0\r\n');
  run(server, session, 'SCRIPT FLUSH');
  assert.match(run(server, session, 'INFO memory'), /used_memory_scripts:0\r\n/);
});

test('a script that came with EVAL stays once it is loaded', () => {
  const made = makeServer();
  evaluate(made, 'return "x"');
  run(made.server, made.session, ['SCRIPT', 'LOAD', 'return "x"']);
  for (let i = 0; i < 501; i++) evaluate(made, `return ${i}`);
  assert.match(run(made.server, made.session, 'INFO memory'), /number_of_cached_scripts:501\r\n/);
});

test('replies of any size come whole, both ways', () => {
  const made = makeServer();
  const { server, session } = made;
  const large = 'x'.repeat(3_000_000);
  run(server, session, ['SET', 'k', large]);
  assert.equal(evaluate(made, 'return #redis.call("GET", "k")'), ':3000000\r\n');
  assert.equal(evaluate(made, 'return redis.call("GET", "k")'), `$3000000\r\n${large}\r\n`);
  assert.equal(evaluate(made, 'return #redis.call("MGET", "k", "k", "k")[3]'), ':3000000\r\n');
  evaluate(made, 'redis.call("SET", "k2", ("y"):rep(100000) .. "end")');
  assert.equal(run(server, session, 'GETRANGE k2 100000 -1'), '$3\r\nend\r\n');
});

test('tables that lie too deep in each other end with an error, and the server goes on', () => {
  const made = makeServer();
  const answer = evaluate(made, 'local a = {} local b = {a} a[1] = b return a');
  assert.match(answer, /^(\*1\r\n)+-ERR reached lua stack limit\r\n$/);
  assert.match(
    evaluate(made, 'local m = {} m.map = {x = m} return m'),
    /-ERR reached lua stack limit\r\n/,
  );
  assert.equal(evaluate(made, 'return "fine"'), '$4\r\nfine\r\n');
});

test('while the disk fails scripts may do what does not write', () => {
  const made = makeServer();
  const { server, session } = made;
  const set = 'return redis.call("SET", "k", 1)';
  const declared = (flags: string, source: string): string =>
    evaluate(made, `#!lua flags=${flags}\n${source}`);
  const journalFails = 'MISCONF Errors writing to the AOF file: No space left on device';
  server.refuseWrites(journalFails);
  assert.ok(evaluate(made, set).startsWith(`-${journalFails} script: `));
  assert.equal(evaluate(made, 'return redis.pcall("SET", "k", 1)'), `-${journalFails}\r\n`);
  assert.equal(evaluate(made, 'return redis.call("GET", "k")'), '$-1\r\n');
  assert.equal(declared('', 'return 1'), `-${journalFails}\r\n`);
  assert.equal(declared('no-writes', 'return 1'), ':1\r\n');
  run(server, session, ['EVAL_RO', 'return 1', '0']);
  server.refuseWrites('');
  assert.equal(declared('', 'return 1'), ':1\r\n');
});

test('while the journal fails scripts do not tell of what may not last', () => {
  const world = new JournalWorld({ appendfsync: 'always' }).start();
  const { server } = world.made;
  const other = connect(server);
  world.call('SET k 1');
  world.disk.failAt = { call: world.disk.calls.length, code: 'ENOSPC', times: 1e9 };
  world.clock.advance(1);
  const get = 'return redis.call("GET", KEYS[1])';
  const ask = (key: string): string => run(server, other.session, ['EVAL', get, '1', key]);
  assert.match(
    ask('k'),
    /^-MISCONF Errors writing to the AOF file: No space left on device script/,
  );
  assert.equal(ask('other'), '$-1\r\n');
});

test('the slow log has what a script calls, and it comes from nobody', () => {
  const made = makeServer({ 'slowlog-log-slower-than': '0' });
  evaluate(made, 'return redis.call("GET", "k")');
  const entries = run(made.server, made.session, 'SLOWLOG GET 2');
  assert.match(entries, /EVAL\r\n.*\$15\r\n127\.0\.0\.1:50000\r\n/s);
  assert.match(entries, /\$3\r\nGET\r\n\$1\r\nk\r\n\$0\r\n\r\n\$0\r\n\r\n/);
});

test('two servers of one process share no scripts', () => {
  const [a, b] = [makeServer(), makeServer()];
  const digest = run(a.server, a.session, ['SCRIPT', 'LOAD', 'return 1']).slice(5, 45);
  assert.match(run(b.server, b.session, ['EVALSHA', digest, '0']), /^-NOSCRIPT/);
});
