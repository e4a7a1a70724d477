// DEBUG, as far as it has effects that one server alone can show.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, connect, makeServer, START_MS, type TestServer } from '../support/clock.ts';

const ALLOWED = { 'enable-debug-command': 'yes' };

test('DEBUG is refused unless the configuration allows it', () => {
  const { server, session } = makeServer();
  assert.match(call(server, session, 'DEBUG SLEEP 0'), /^-ERR DEBUG command not allowed\./);
});

test('DEBUG SLEEP lets time pass before the next command', () => {
  const { server, session, clock } = makeServer(ALLOWED);
  call(server, session, 'SET a 1 PX 1500');
  check({ server, session }, 'DEBUG SLEEP 1.4', '+OK\r\n');
  assert.equal(clock.nowMs(), START_MS + 1400);
  assert.equal(server.keyspace.nowMs, START_MS + 1400);
  check({ server, session }, 'GET a', '$1\r\n1\r\n');
  check({ server, session }, 'DEBUG SLEEP 1e-1', '+OK\r\n');
  check({ server, session }, 'GET a', '$-1\r\n');
});

test('DEBUG SET-ACTIVE-EXPIRE leaves due keys to those who ask for them', () => {
  const { server, session, clock } = makeServer(ALLOWED);
  server.cron.start();
  call(server, session, 'DEBUG SET-ACTIVE-EXPIRE 0');
  call(server, session, 'SET a 1 PX 10');
  call(server, session, 'SET b 1 PX 10');
  clock.advance(1000);
  check({ server, session }, 'DBSIZE', ':2\r\n');
  assert.match(call(server, session, 'DEBUG OBJECT a'), /^\+Value at:0x/);
  check({ server, session }, 'GET a', '$-1\r\n');
  check({ server, session }, 'DBSIZE', ':1\r\n');
  call(server, session, 'DEBUG SET-ACTIVE-EXPIRE 1');
  clock.advance(1000);
  check({ server, session }, 'DBSIZE', ':0\r\n');
  server.cron.stop();
});

test('DEBUG PAUSE-CRON stops the care for connections', () => {
  const { server, session, clock } = makeServer({ ...ALLOWED, timeout: '1' });
  const idle = connect(server).output;
  server.cron.start();
  call(server, session, 'DEBUG PAUSE-CRON 1');
  clock.advance(5000);
  assert.equal(idle.isDestroyed, false);
  call(server, session, 'DEBUG PAUSE-CRON 0');
  clock.advance(5000);
  assert.equal(idle.isDestroyed, true);
  server.cron.stop();
});

test('DEBUG OBJECT', () => {
  const { server, session, clock } = makeServer(ALLOWED);
  clock.advance(1);
  const clockSeconds = (START_MS / 1000) % 2 ** 24;
  for (const [value, encoding, size, references = 1] of OBJECTS) {
    call(server, session, ['SET', 'a', value]);
    const shown = call(server, session, 'DEBUG OBJECT a').replace(/at:0x[0-9a-f]+/, 'at:0x0');
    const expected =
      `+Value at:0x0 refcount:${references} encoding:${encoding} serializedlength:${size} ` +
      `lru:${clockSeconds} lru_seconds_idle:0\r\n`;
    assert.equal(shown, expected);
  }
  clock.advance(7300);
  assert.match(call(server, session, 'DEBUG OBJECT a'), / lru_seconds_idle:7\r\n$/);
  assert.match(call(server, session, 'DEBUG OBJECT a'), / lru_seconds_idle:7\r\n$/);
});

test('DEBUG OBJECT of a long list says what its nodes are', () => {
  const { server, session } = makeServer(ALLOWED);
  call(server, session, 'CONFIG SET list-max-listpack-size 2');
  call(server, session, 'RPUSH l a b c d e');
  const nodes = ' ql_nodes:3 ql_avg_node:1.67 ql_listpack_max:2 ql_compressed:0';
  // Three bytes an item, and seven a node.
  const shown = call(server, session, 'DEBUG OBJECT l');
  assert.ok(shown.endsWith(`${nodes} ql_uncompressed_size:36\r\n`), shown);
  call(server, session, 'CONFIG SET list-max-listpack-size -2');
});

/**
 * A value, its encoding, its size in a RDB file, and its references if not 1.
 */
const OBJECTS: [value: string, encoding: string, size: number, references?: number][] = [
  ['1', 'int', 2, 2 ** 31 - 1],
  ['-128', 'int', 2],
  ['128', 'int', 3, 2 ** 31 - 1],
  ['-32769', 'int', 5],
  ['2147483648', 'int', 11],
  ['', 'embstr', 1],
  ['text', 'embstr', 5],
  ['x'.repeat(44), 'embstr', 12],
  ['x'.repeat(45), 'raw', 12],
  ['x'.repeat(64), 'raw', 13],
  ['x'.repeat(20000), 'raw', 242],
  ['abcdefghijklmnopqrstuvwxyz0123456789', 'embstr', 37],
];

test('DEBUG OBJECT tells that a value was overwritten in its place', () => {
  const { server, session } = makeServer(ALLOWED);
  call(server, session, 'SET a 1000');
  const before = call(server, session, 'DEBUG OBJECT a').split(' ')[1];
  call(server, session, 'INCR a');
  assert.equal(call(server, session, 'DEBUG OBJECT a').split(' ')[1], before);
});

test('DEBUG HTSTATS', () => {
  const { server, session } = makeServer(ALLOWED);
  session.protocol = 3;
  const empty =
    'txt:[Dictionary HT]\nHash table 0 stats (main hash table):\n' +
    'No stats available for empty dictionaries\n[Expires heap]\n number of elements: 0\n';
  check({ server, session }, 'DEBUG HTSTATS 1', `=${empty.length}\r\n${empty}\r\n`);
  call(server, session, 'DEBUG POPULATE 1000');
  call(server, session, 'EXPIRE key:1 100');
  const filled = call(server, session, 'DEBUG HTSTATS 0');
  assert.match(filled, /\n table size: \d{4}\n number of elements: 1000\n/);
  assert.match(filled, /\[Expires heap\]\n number of elements: 1\n/);
});

test('DEBUG LOG writes a line', () => {
  const { server, session, log } = makeServer(ALLOWED);
  check({ server, session }, 'DEBUG LOG "some words"', '+OK\r\n');
  assert.deepEqual(log.lines, ['warning: DEBUG LOG: some words']);
});

test('DEBUG ERROR is not counted as an error of the server', () => {
  const { server, session } = makeServer(ALLOWED);
  check({ server, session }, 'DEBUG ERROR "MINE it is"', '-MINE it is\r\n');
  const debug = server.commands.findText('debug');
  assert.ok(debug);
  assert.equal(server.statistics.commands.of(debug).failedCalls, 0);
});

test('DEBUG CHANGE-REPL-ID', () => {
  const { server, session } = makeServer(ALLOWED);
  const before = server.replicationId;
  check({ server, session }, 'DEBUG CHANGE-REPL-ID', '+OK\r\n');
  assert.match(server.replicationId, /^[0-9a-f]{40}$/);
  assert.notEqual(server.replicationId, before);
});

test('DEBUG PANIC and ASSERT end in an exception', () => {
  const { server, session } = makeServer(ALLOWED);
  assert.throws(() => call(server, session, 'DEBUG PANIC'), /DEBUG PANIC called at Unix time/);
  assert.throws(() => call(server, session, 'DEBUG ASSERT'), /DEBUG ASSERT/);
});

test('DEBUG VERIFY finds a broken invariant', () => {
  const { server, session } = makeServer(ALLOWED);
  call(server, session, 'SET a 1');
  check({ server, session }, 'DEBUG VERIFY', '+OK\r\n');
  // Only for DEBUG: the test's own look at everything, after each call, would meet it too.
  let looks = 0;
  server.keyspace.verify = () => {
    if (looks++ === 0) throw new Error('something is wrong');
  };
  check({ server, session }, 'DEBUG VERIFY', '-ERR something is wrong\r\n');
});

test('DEBUG CONFIG-REWRITE-FORCE-ALL needs a configuration file', () => {
  const { server, session } = makeServer(ALLOWED);
  const line = '-ERR The server is running without a config file\r\n';
  check({ server, session }, 'DEBUG CONFIG-REWRITE-FORCE-ALL', line);
});

test('DEBUG HELP lists what there is', () => {
  const { server, session } = makeServer(ALLOWED);
  const lines = call(server, session, 'DEBUG HELP').split('\r\n');
  assert.equal(lines[1], '+DEBUG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:');
  assert.ok(lines.includes('+VERIFY'));
  assert.ok(!lines.some((line) => line.startsWith('+SEGFAULT')));
});

function check(to: Pick<TestServer, 'server' | 'session'>, line: string, reply: string): void {
  assert.equal(call(to.server, to.session, line), reply, line);
}
