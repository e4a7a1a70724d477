// Commands on the server with a clock that stands still: figures of INFO, what is counted when,
// SHUTDOWN and CONFIG REWRITE with a world that can be watched.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { execute } from '../../src/engine/execute.ts';
import { Request } from '../../src/engine/request.ts';
import type { Server } from '../../src/engine/server.ts';
import { call, connect, makeServer, type TestServer } from '../support/clock.ts';

/** The fields of a section of INFO. */
function infoOf({ server, session }: TestServer, section: string): Map<string, string> {
  const lines = call(server, session, `INFO ${section}`).split('\r\n');
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.replace(/.*?:/, '')]));
}

function numberOf(made: TestServer, section: string, field: string): number {
  return Number(infoOf(made, section).get(field));
}

/** Runs lines as one batch. */
function callTogether({ server, session }: TestServer, lines: readonly string[]): string {
  server.turn.begin(session);
  let last = new Request();
  for (const line of lines) {
    last = Request.of(line.split(' ').map((word) => Buffer.from(word)));
    execute(server, session, last);
  }
  server.turn.end(session, last.buffer, 0);
  return Buffer.from(server.reply.take()).toString('latin1');
}

test('INFO sees what earlier commands of its own chunk did', () => {
  const made = makeServer();
  const reply = callTogether(made, ['SET a 1', 'GET a', 'GET b', 'INFO commandstats', 'GET a']);
  assert.match(reply, /cmdstat_get:calls=2,/);
  assert.match(reply, /cmdstat_set:calls=1,/);
  assert.equal(numberOf(made, 'stats', 'total_commands_processed'), 5);
});

test('INFO: who is refused was not received', () => {
  const made = makeServer({ maxclients: '2' });
  const { server, session } = made;
  assert.equal(numberOf(made, 'stats', 'total_connections_received'), 1);
  connect(server);
  const origin = { ...session.origin, isLocal: false };
  assert.match(String(server.connect(origin, session.output)), /max number of clients/);
  call(server, session, 'CONFIG SET maxclients 3');
  assert.match(String(server.connect(origin, session.output)), /protected mode/);
  assert.equal(numberOf(made, 'stats', 'total_connections_received'), 2);
  assert.equal(numberOf(made, 'stats', 'rejected_connections'), 2);
});

test('CONFIG RESETSTAT forgets what earlier commands of its own chunk did', () => {
  const made = makeServer();
  callTogether(made, ['SET a 1', 'GET a', 'GET b', 'CONFIG RESETSTAT', 'GET a']);
  const stats = infoOf(made, 'stats');
  assert.equal(stats.get('total_commands_processed'), '2');
  assert.equal(stats.get('keyspace_hits'), '1');
  assert.equal(stats.get('keyspace_misses'), '0');
  assert.match(infoOf(made, 'commandstats').get('cmdstat_get') ?? '', /^calls=1,/);
});

test('INFO knows each of many turns, of commands that change from turn to turn', () => {
  const made = makeServer();
  for (let i = 0; i < 150; i++) callTogether(made, ['SET a 1', 'GET a', 'GET b']);
  const stats = infoOf(made, 'commandstats');
  assert.match(stats.get('cmdstat_get') ?? '', /^calls=300,/);
  assert.match(stats.get('cmdstat_set') ?? '', /^calls=150,/);
});

test('latency-tracking holds for what runs after it was set', () => {
  const made = makeServer();
  const { server, session } = made;
  callTogether(made, ['GET a', 'CONFIG SET latency-tracking no', 'GET a']);
  call(server, session, 'GET a');
  callTogether(made, ['GET a', 'CONFIG SET latency-tracking yes']);
  const reply = call(server, session, 'LATENCY HISTOGRAM get');
  assert.match(reply, /calls\r\n:1\r\n/);
});

test('INFO memory adds up', () => {
  const made = makeServer();
  const { server, session } = made;
  call(server, session, ['SET', 'small', 'x']);
  call(server, session, ['SET', 'big', 'x'.repeat(100000)]);
  const memory = infoOf(made, 'memory');
  const number = (name: string): number => Number(memory.get(name));
  assert.equal(
    number('used_memory'),
    number('used_memory_overhead') + number('used_memory_dataset'),
  );
  assert.ok(number('used_memory_dataset') >= 100000);
  assert.ok(number('used_memory') - number('used_memory_startup') >= 100000);
  assert.equal(number('used_memory_rss'), 50e6);
  assert.equal(number('mem_fragmentation_bytes'), 50e6 - number('used_memory'));
  assert.ok(number('used_memory_peak') >= number('used_memory'));
  call(server, session, 'FLUSHALL');
  assert.equal(numberOf(made, 'memory', 'used_memory_dataset'), 0);
});

test('INFO keyspace knows the mean time to live', () => {
  const made = makeServer();
  const { server, session, clock } = made;
  call(server, session, 'SET a 1 PX 1000');
  call(server, session, 'SET b 1 PX 3000');
  call(server, session, 'SET c 1');
  assert.equal(infoOf(made, 'keyspace').get('db0'), 'keys=3,expires=2,avg_ttl=2000');
  clock.advance(500);
  assert.equal(infoOf(made, 'keyspace').get('db0'), 'keys=3,expires=2,avg_ttl=1500');
});

test('INFO counts fields that expire, and the hashes that have such', () => {
  const made = makeServer();
  const { server, session, clock } = made;
  server.cron.start();
  const stats = (): number => numberOf(made, 'stats', 'expired_subkeys');
  const keyspace = (): string | undefined => infoOf(made, 'keyspace').get('db0');
  call(server, session, 'HSET h a 1 b 2 c 3 d 4');
  assert.equal(keyspace(), 'keys=1,expires=0,avg_ttl=0');
  call(server, session, 'HPEXPIRE h 1000 FIELDS 2 a b');
  assert.equal(keyspace(), 'keys=1,expires=0,avg_ttl=0,subexpiry=1');
  call(server, session, 'HPEXPIREAT h 1 FIELDS 1 c');
  assert.equal(stats(), 1);
  clock.advance(1000);
  assert.equal(stats(), 3);
  assert.equal(keyspace(), 'keys=1,expires=0,avg_ttl=0');
  call(server, session, 'HGETEX h EXAT 1 FIELDS 1 d');
  assert.equal(stats(), 4);
  assert.equal(keyspace(), undefined);
  call(server, session, 'CONFIG RESETSTAT');
  assert.equal(stats(), 0);
});

test('INFO replication counts good replicas only when they are asked for', () => {
  const field = 'min_slaves_good_slaves';
  assert.equal(infoOf(makeServer(), 'replication').get(field), undefined);
  const made = makeServer({ 'min-replicas-to-write': '1' });
  assert.equal(infoOf(made, 'replication').get(field), '0');
});

test('INFO stats counts turns of the loop', () => {
  const made = makeServer();
  made.server.cron.start();
  made.clock.advance(2000);
  const before = numberOf(made, 'stats', 'eventloop_cycles');
  assert.ok(before >= 20, `${before} cycles in two seconds`);
  made.clock.advance(100);
  const passed = numberOf(made, 'stats', 'eventloop_cycles') - before;
  assert.ok(passed >= 2 && passed < 10, `${passed} cycles in a tick and an INFO`);
  const perSecond = numberOf(made, 'stats', 'instantaneous_eventloop_cycles_per_sec');
  assert.ok(perSecond >= 9 && perSecond < 15, `${perSecond} cycles per second`);
});

test('FLUSHDB ASYNC leaves records to be freed, and counts them when they are', () => {
  const made = makeServer();
  const { server, session, clock } = made;
  server.cron.start();
  call(server, session, 'SET kept 1');
  call(server, session, 'SELECT 1');
  call(server, session, 'MSET a 1 b 2 c 3');
  call(server, session, 'FLUSHDB ASYNC');
  assert.equal(numberOf(made, 'memory', 'lazyfree_pending_objects'), 3);
  clock.advance(1000);
  assert.equal(numberOf(made, 'memory', 'lazyfree_pending_objects'), 0);
  assert.equal(numberOf(made, 'memory', 'lazyfreed_objects'), 3);
  call(server, session, 'MSET a 1 b 2 c 3');
  call(server, session, 'FLUSHDB');
  assert.equal(numberOf(made, 'memory', 'lazyfree_pending_objects'), 0);
  assert.equal(numberOf(made, 'memory', 'lazyfreed_objects'), 3);
  call(server, session, 'FLUSHALL ASYNC');
  assert.equal(numberOf(made, 'memory', 'lazyfreed_objects'), 4);
});

test('what a snapshot keeps from being freed is not counted as freed before it is', () => {
  const made = makeServer({ save: '' });
  const { server, session, clock } = made;
  for (let i = 0; i < 1000; i++) call(server, session, `SET key${i} value`);
  call(server, session, 'SELECT 1');
  for (let i = 0; i < 1000; i++) call(server, session, `SET key${i} value`);
  call(server, session, 'BGSAVE');
  call(server, session, 'FLUSHDB ASYNC');
  call(server, session, 'SET again 1');
  call(server, session, 'FLUSHDB');
  for (let i = 0; i < 3; i++) call(server, session, 'MEMORY PURGE');
  assert.equal(numberOf(made, 'memory', 'lazyfree_pending_objects'), 1000);
  assert.equal(numberOf(made, 'memory', 'lazyfreed_objects'), 0);
  server.cron.start();
  clock.advance(1000);
  assert.equal(numberOf(made, 'persistence', 'rdb_bgsave_in_progress'), 0);
  assert.equal(numberOf(made, 'memory', 'lazyfree_pending_objects'), 0);
  assert.equal(numberOf(made, 'memory', 'lazyfreed_objects'), 1000);
  call(server, session, 'CONFIG RESETSTAT');
  assert.equal(numberOf(made, 'memory', 'lazyfreed_objects'), 0);
});

test('SHUTDOWN ends the server', () => {
  const cases: readonly [line: string, reply: string, isEnd: boolean][] = [
    ['SHUTDOWN', '', true],
    ['SHUTDOWN NOSAVE NOW', '', true],
    ['SHUTDOWN SAVE', '', true],
    ['SHUTDOWN SAVE FORCE', '', true],
    ['SHUTDOWN ABORT', '-ERR No shutdown in progress.\r\n', false],
    ['SHUTDOWN SAVE NOSAVE', '-ERR syntax error\r\n', false],
  ];
  for (const [line, reply, isEnd] of cases) {
    const { server, session } = makeServer();
    const codes: number[] = [];
    server.onShutdown = (code) => codes.push(code);
    assert.equal(call(server, session, line), reply, line);
    assert.deepEqual(codes, isEnd ? [0] : [], line);
    assert.equal(session.isClosing, isEnd, line);
  }
});

test('CONFIG REWRITE writes what the rewriter makes of the file', () => {
  const { server, session } = makeServer();
  const line = '-ERR The server is running without a config file\r\n';
  assert.equal(call(server, session, 'CONFIG REWRITE'), line);
  const written: string[] = [];
  let problem: string | null = null;
  giveFile(server, (text) => {
    written.push(text);
    return problem;
  });
  assert.equal(call(server, session, 'CONFIG REWRITE'), '+OK\r\n');
  assert.deepEqual(written, ['old and new']);
  problem = 'Permission denied';
  const refused = '-ERR Rewriting config file: Permission denied\r\n';
  assert.equal(call(server, session, 'CONFIG REWRITE'), refused);
});

/** Gives the server a configuration file with the text `old`. */
function giveFile(server: Server, write: (text: string) => string | null): void {
  Object.assign(server.host, {
    configFile: '/etc/redis.conf',
    updateConfigFile: (update: (oldText: string) => string) => write(update('old')),
  });
  Object.assign(server, { rewriteConfig: (old: string) => `${old} and new` });
}

test('CONFIG SET keeps secrets out of the slow log', () => {
  const cases: readonly [line: string, logged: string][] = [
    ['CONFIG SET masterauth secret', 'CONFIG SET masterauth (redacted)'],
    ['CONFIG SET hz 10 MasterAuth secret', 'CONFIG SET hz 10 MasterAuth (redacted)'],
    ['CONFIG SET nosuch a masteruser b', 'CONFIG SET nosuch a masteruser (redacted)'],
    ['CONFIG SET hz masterauth', 'CONFIG SET hz masterauth'],
  ];
  for (const [line, logged] of cases) {
    const { server, session } = makeServer({ 'slowlog-log-slower-than': '0' });
    call(server, session, line);
    assert.equal(server.slowlog.get(1)[0].args.join(' '), logged);
  }
});

test('MEMORY DOCTOR looks at a server that uses more than 5 MB', () => {
  const { server, session } = makeServer();
  assert.match(call(server, session, 'MEMORY DOCTOR'), /uses very little memory/);
  call(server, session, ['SET', 'big', 'x'.repeat(40e6)]);
  assert.match(call(server, session, 'MEMORY DOCTOR'), /No memory problem/);
  call(server, session, ['SET', 'big', 'x'.repeat(8e6)]);
  const report = call(server, session, 'MEMORY DOCTOR');
  assert.match(report, / \* Peak memory: /);
  assert.match(report, / \* High total RSS: the process occupies [0-9.]+ times/);
});

test('a slow command is an event of one of two names, by its flag', () => {
  const cases: readonly [name: string, event: string][] = [
    ['ping', 'fast-command'],
    ['set', 'command'],
  ];
  for (const [name, event] of cases) {
    const { server, session, clock } = makeServer({ 'latency-monitor-threshold': '10' });
    const run = (): void => clock.block(50);
    Object.assign(server.commands.findText(name) ?? {}, { run });
    call(server, session, name === 'ping' ? 'PING' : 'SET a 1');
    assert.deepEqual(
      server.latency.latest().map((latest) => [latest.event, latest.latencyMs]),
      [[event, 50]],
    );
  }
});
