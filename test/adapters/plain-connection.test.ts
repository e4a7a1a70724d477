// A connection in a text dialect with a socket that a test holds in its hands: long lines, clients
// that do not read, limits, closing, passwords, lines that are held back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PLAIN } from '../../src/adapters/plain/dialect.ts';
import { processorMs } from '../support/processor-time.ts';
import { askText, drainText, receiveText, TextNetwork } from '../support/text-wire.ts';

const TOO_LONG = 'ERR line too long\n';
const NO_AUTH = 'ERR NOAUTH Authentication required.\n';

/** One server per test, in the plain dialect. */
function serve(config: Readonly<Record<string, string>> = {}): TextNetwork {
  return new TextNetwork(PLAIN, config);
}

test('text: replies of one chunk leave in one piece', () => {
  const wire = serve().connectText();
  receiveText(wire, 'PING\n'.repeat(1000));
  assert.equal(wire.socket.output(), 'PONG\n'.repeat(1000));
  assert.equal(wire.socket.sends, 1);
});

test('text: a line longer than proto-max-bulk-len is refused and dropped', () => {
  const network = serve({ 'proto-max-bulk-len': '1mb' });
  const sizeMax = 1024 * 1024;
  const line = (size: number): string => 'SET k '.padEnd(size, 'v');
  for (const step of [70_000, sizeMax, sizeMax + 1, 10 * sizeMax]) {
    const wire = network.connectText();
    const input = [
      line(sizeMax),
      line(sizeMax + 1),
      'STRLEN k',
      line(5 * sizeMax),
      line(sizeMax + 1),
      line(sizeMax - 1),
      'STRLEN k',
      '',
    ].join('\n');
    for (let at = 0; at < input.length; at += step) receiveText(wire, input.slice(at, at + step));
    const expected = [
      'OK\n',
      TOO_LONG,
      `${sizeMax - 6}\n`,
      TOO_LONG,
      TOO_LONG,
      'OK\n',
      `${sizeMax - 7}\n`,
    ];
    assert.equal(wire.socket.output(), expected.join(''), `in steps of ${step}`);
    assert.ok(!wire.socket.isOver);
    wire.connection.closed();
  }
  // Nothing of a line that is being dropped is kept.
  const wire = network.connectText();
  for (let i = 0; i < 50; i++) receiveText(wire, 'x'.repeat(100_000));
  assert.equal(wire.connection.queryUsedSize, 0);
  assert.equal(wire.socket.output(), TOO_LONG);
  assert.equal(askText(wire, '\nPING\n'), 'PONG\n');
});

test('text: time grows with the bytes of a line, not with their square', () => {
  const wire = serve().connectText();
  const startMs = processorMs();
  receiveText(wire, 'SET k ');
  for (let i = 0; i < 32_000; i++) receiveText(wire, 'x'.repeat(1000));
  receiveText(wire, '\nSTRLEN k\n');
  assert.equal(wire.socket.output(), 'OK\n32000000\n');
  assert.ok(processorMs() - startMs < 10_000, 'the pieces of a long line');
});

test('text: client-query-buffer-limit', () => {
  const network = serve({ 'client-query-buffer-limit': '1mb' });
  const wire = network.connectText();
  let sent = 0;
  for (; sent < 3e6 && !wire.socket.isOver; sent += 10_000) receiveText(wire, 'x'.repeat(10_000));
  assert.ok(wire.socket.isDestroyed);
  assert.ok(sent > 1e6 && sent < 1.2e6, `closed after ${sent} bytes`);
  assert.equal(network.server.statistics.queryLimitDisconnections, 1);
  assert.equal(network.server.sessions.size, 1);
});

test('text: AUTH', () => {
  const network = serve({ requirepass: 'secret' });
  const wire = network.connectText();
  assert.equal(askText(wire, 'GET k\nPING\nINFO\n'), NO_AUTH.repeat(3));
  assert.match(askText(wire, 'AUTH wrong\n'), /^ERR WRONGPASS invalid username-password pair/);
  assert.equal(askText(wire, `GET ${'k'.repeat(64 * 1024 - 4)}\n`), NO_AUTH);
  assert.equal(askText(wire, `GET ${'k'.repeat(64 * 1024 - 3)}\n`), TOO_LONG);
  assert.equal(askText(wire, 'x'.repeat(100_000)), TOO_LONG);
  assert.equal(askText(wire, '\nAUTH secret\nPING\n'), 'OK\nPONG\n');
  assert.equal(askText(wire, `SET k ${'v'.repeat(100_000)}\nSTRLEN k\n`), 'OK\n100000\n');
  // In one chunk, too: what comes behind AUTH is trusted.
  const other = network.connectText();
  const input = `AUTH default secret\nSET k ${'v'.repeat(70_000)}\nSTRLEN k\n`;
  assert.equal(askText(other, input), 'OK\nOK\n70000\n');
  assert.equal(askText(network.connectText(), 'QUIT\n'), 'OK\n');
});

test('text: maxclients and protected mode', () => {
  const network = serve({ maxclients: '2' });
  const first = network.connectText();
  const second = network.connectText();
  assert.equal(second.socket.output(), 'ERR max number of clients reached\n');
  assert.ok(second.socket.isEnded);
  receiveText(second, 'PING\n');
  assert.equal(second.socket.output(), 'ERR max number of clients reached\n');
  assert.equal(askText(first, 'PING\n'), 'PONG\n');
  first.connection.closed();
  const far = network.connectText({ isLocal: false, address: '192.0.2.7:1' });
  assert.match(far.socket.output(), /^ERR DENIED Redis is running in protected mode [^\n]*\n$/);
  assert.ok(far.socket.isEnded);
  assert.equal(network.server.statistics.connectionsRejected, 2);
  assert.equal(askText(network.connectText(), 'PING\n'), 'PONG\n');
});

test('text: a client that never reads is served, and read, only so far', () => {
  const network = serve({ 'client-query-buffer-limit': '1mb' });
  const idle = network.connectText();
  const other = network.connectText();
  assert.equal(askText(other, `SET k ${'x'.repeat(100)}\n`), 'OK\n');
  idle.socket.isStuck = true;
  let taken = 0;
  for (; taken < 1000 && idle.socket.isReading; taken++) receiveText(idle, 'GET k\n'.repeat(1000));
  assert.ok(taken > 80 && taken < 300, `${taken} chunks of 6 KB were taken`);
  assert.ok(idle.socket.pendingSize < 3e6, `${idle.socket.pendingSize} bytes wait`);
  // What comes all the same waits, in order.
  receiveText(idle, 'PING\nGET');
  receiveText(idle, ' none\n');
  assert.equal(askText(other, 'PING\n'), 'PONG\n');
  drainText(idle);
  assert.equal(idle.socket.isReading, true);
  const replies = `${'x'.repeat(100)}\n`.repeat(1000 * taken);
  assert.ok(idle.socket.output() === `${replies}PONG\nnil\n`);
  assert.equal(askText(idle, 'PING\n'), 'PONG\n');
});

test('text: a slow client gets every reply once and in order', () => {
  const network = serve();
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 400_000 }) },
    { weight: 2, arbitrary: fc.constant('block') },
    { weight: 2, arbitrary: fc.constant('drain') },
  );
  const property = fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
    network.server.keyspace.flushAll();
    const wire = network.connectText();
    let expected = '';
    let n = 0;
    for (const size of steps) {
      if (size === 'block') wire.socket.isStuck = true;
      if (size === 'drain') drainText(wire);
      if (typeof size === 'string' || !wire.socket.isReading) continue;
      const value = String(n++).padEnd(size, 'v');
      receiveText(wire, `SET k ${value}\nGET k\nAPPEND k more\nGETRANGE k -4 -1\nSETRANGE k 0 x\n`);
      expected += `OK\n${value}\n${value.length + 4}\nmore\n${value.length + 4}\n`;
    }
    drainText(wire);
    assert.ok(wire.socket.output() === expected, 'the replies differ');
    wire.connection.closed();
  });
  fc.assert(property, { numRuns: 60 });
});

test('text: client-output-buffer-limit', () => {
  const network = serve({ 'client-output-buffer-limit': 'normal 100000 0 0' });
  const wire = network.connectText();
  askText(wire, `SET k ${'x'.repeat(10_000)}\n`);
  for (let i = 0; i < 50; i++) askText(wire, 'GET k\n');
  assert.ok(!wire.socket.isOver, 'a client that reads has no limit');
  wire.socket.isStuck = true;
  for (let i = 0; i < 50; i++) receiveText(wire, 'GET k\n');
  assert.ok(wire.socket.isDestroyed);
  assert.equal(network.server.statistics.outputLimitDisconnections, 1);
  // Nothing of its replies is left for the next one.
  assert.equal(askText(network.connectText(), 'PING\n'), 'PONG\n');
});

test('text: CLIENT PAUSE holds lines back, in order, and UNPAUSE lets them go', () => {
  const network = serve();
  const wire = network.connectText();
  const writer = network.connectText();
  assert.equal(askText(wire, 'CLIENT PAUSE 100000 WRITE\n'), 'OK\n');
  assert.equal(askText(writer, 'PING\nSET k held back\nGET k\nPI'), 'PONG\n');
  assert.equal(askText(writer, 'NG\nAPPEND k !\n'), '');
  assert.equal(askText(wire, 'GET k\n'), 'nil\n');
  assert.equal(askText(wire, 'PING\nCLIENT UNPAUSE\n'), 'PONG\nOK\n');
  network.server.resumePostponed();
  assert.equal(writer.socket.output(), 'PONG\nOK\nheld back\nPONG\n10\n');
});

test('text: a held client may go, and a pause ends by itself', () => {
  const network = serve();
  network.server.cron.start();
  const gone = network.connectText();
  const stays = network.connectText();
  askText(network.connectText(), 'CLIENT PAUSE 500\n');
  receiveText(gone, 'SET a 1\n');
  receiveText(stays, 'SET b 2\nPING\n');
  gone.connection.closed();
  network.test.clock.advance(1000);
  assert.equal(stays.socket.output(), 'OK\nPONG\n');
  assert.equal(gone.socket.output(), '');
  assert.equal(askText(stays, 'EXISTS a\n'), '0\n');
  network.server.cron.stop();
});

test('text: CLIENT KILL, of oneself and of others', () => {
  const network = serve();
  const wire = network.connectText();
  const other = network.connectText();
  const id = other.connection.session?.id;
  assert.equal(askText(wire, `CLIENT KILL ID ${id}\n`), '1\n');
  assert.ok(other.socket.isDestroyed);
  const own = wire.connection.session?.id;
  assert.equal(askText(wire, `CLIENT KILL ID ${own} SKIPME no\nPING\n`), '1\n');
  assert.ok(wire.socket.isEnded);
  assert.equal(network.server.sessions.size, 1);
});

test('text: CLIENT REPLY', () => {
  const wire = serve().connectText();
  assert.equal(askText(wire, 'CLIENT REPLY SKIP\nINFO\nPING\n'), 'PONG\n');
  assert.equal(askText(wire, 'CLIENT REPLY SKIP\n \nPING\n'), 'PONG\n');
  assert.equal(askText(wire, 'CLIENT REPLY OFF\nKEYS *\nNOPE\nEXPIRE k 1\n'), '');
  assert.equal(askText(wire, 'CLIENT REPLY ON\nKEYS *\n'), 'OK\n\n');
});

test('text: a browser is sent away without a word', () => {
  const network = serve();
  for (const line of ['POST / HTTP/1.1\r\nHost: a\r\n', 'Host: a\n']) {
    const wire = network.connectText();
    receiveText(wire, `${line}SET k v\n`);
    assert.equal(wire.socket.output(), '');
    assert.ok(wire.socket.isDestroyed);
  }
  assert.equal(askText(network.connectText(), 'EXISTS k\n'), '0\n');
});

test('text: MONITOR hears of others in the midst of their chunk', () => {
  const network = serve();
  const monitor = network.connectText();
  const wire = network.connectText();
  assert.equal(askText(monitor, 'MONITOR\n'), 'OK\n');
  assert.equal(askText(wire, 'SET k a b\nGET k\nPING\n'), 'OK\na b\nPONG\n');
  network.test.clock.advance(0);
  const shown = monitor.socket.output().replace(/^\d+\.\d+ /gm, '');
  assert.deepEqual(shown.split('\n'), [
    'OK',
    '[0 127.0.0.1:50002] "SET" "k" "a b"',
    '[0 127.0.0.1:50002] "GET" "k"',
    '[0 127.0.0.1:50002] "PING"',
    '',
  ]);
  monitor.socket.isStuck = true;
  for (let i = 0; i < 3; i++) {
    askText(wire, 'PING\n');
    network.test.clock.advance(0);
  }
  drainText(monitor);
  assert.equal(monitor.socket.output().split('"PING"\n').length, 5);
});

test('text: timeout closes idle clients, and idle buffers are given back', () => {
  const network = serve({ timeout: '10' });
  network.server.cron.start();
  const idle = network.connectText();
  const busy = network.connectText();
  receiveText(idle, `SET k ${'v'.repeat(100)}`);
  const busySize = idle.connection.queryBufferSize;
  network.test.clock.advance(5000);
  assert.ok(idle.connection.queryBufferSize < busySize);
  assert.equal(idle.connection.queryBufferSize, 106);
  receiveText(idle, 'v\nSTRLEN k\n');
  assert.equal(idle.socket.output(), 'OK\n101\n');
  for (let i = 0; i < 12; i++) {
    network.test.clock.advance(1000);
    askText(busy, 'PING\n');
  }
  assert.ok(idle.socket.isDestroyed);
  assert.ok(!busy.socket.isOver);
  network.server.cron.stop();
});

test('text: statistics count as for RESP', () => {
  const network = serve();
  const wire = network.connectText();
  const { statistics } = network.server;
  askText(wire, 'PING\nNOPE\nPING\n');
  assert.equal(statistics.netInputBytes, 15);
  assert.equal(statistics.netOutputBytes, wire.socket.outputSize());
  assert.equal(statistics.readsProcessed, 1);
  assert.equal(statistics.writesProcessed, 1);
  assert.match(askText(wire, 'INFO errorstats\n'), /^# Errorstats\nerrorstat_ERR:count=1\nEND\n$/);
  assert.match(askText(wire, 'CLIENT LIST\n'), / cmd=client\|list .* resp=2 [^\n]*\n\n$/);
});

test('text: EXEC that answers less than it announces ends there', () => {
  const network = serve();
  for (const [lines, expected] of [
    ['MULTI\nCLIENT REPLY SKIP\nEXEC\nPING\nPING\n', 'PONG\n'],
    ['MULTI\nPING\nCLIENT REPLY OFF\nEXEC\n', 'PONG\n'],
    ['CLIENT REPLY OFF\nMULTI\nPING\nCLIENT REPLY ON\nEXEC\nPING\n', 'OK\nPONG\n'],
  ]) {
    const wire = network.connectText();
    assert.ok(askText(wire, lines).endsWith(expected), lines);
  }
});

test('plain: KEYS that takes its time is answered in its own words', () => {
  const network = serve();
  const wire = network.connectText();
  const lines = Array.from({ length: 2000 }, (_, i) => `SET key:${i} v\n`);
  receiveText(wire, lines.join(''));
  const short = askText(wire, 'KEYS key:12?\n');
  network.test.clock.lookUs = 300;
  const before = wire.socket.outputSize();
  receiveText(wire, 'KEYS key:12?\nPING\n');
  assert.equal(wire.socket.outputSize(), before);
  while (wire.connection.session?.isBlocked) network.test.clock.advance(0);
  assert.equal(wire.socket.output().slice(before), `${short}PONG\n`);
});
