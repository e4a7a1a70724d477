// Transactions: the queue as it lies in memory, its bounds, and what EXEC is to others.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Request } from '../../src/engine/request.ts';
import { Transaction } from '../../src/engine/transaction.ts';
import { call, connect, makeServer } from '../support/clock.ts';
import { SeededRandom } from '../support/random.ts';

test('a queue gives back what was put in, at random', () => {
  const random = new SeededRandom(8);
  const below = (end: number): number => random.next() % end;
  const queue = new Transaction();
  const model: string[][] = [];
  for (let i = 0; i < 500; i++) {
    const words = Array.from({ length: 1 + below(40) }, () => 'x'.repeat(below(30)) + below(1e6));
    model.push(words);
    queue.add(Request.of(words.map((word) => Buffer.from(word))), 1 << below(3));
  }
  const request = new Request();
  for (const [index, words] of model.entries()) {
    queue.read(index, request);
    assert.deepEqual(
      words.map((_, argument) => request.text(argument)),
      words,
    );
    assert.equal(request.count, words.length);
  }
  assert.equal(queue.count, model.length);
  assert.equal(queue.needs, 7);
});

test('a queue counts as memory, and ends the connection where the query buffer would', () => {
  const { server, session, output, log } = makeServer({ 'client-query-buffer-limit': '1mb' });
  const before = server.usedMemory;
  call(server, session, 'MULTI');
  const value = 'v'.repeat(100_000);
  for (let i = 0; i < 3; i++) assert.match(call(server, session, ['SET', 'k', value]), /QUEUED/);
  assert.ok(server.usedMemory - before > 300_000);
  assert.match(call(server, session, 'CLIENT INFO'), /QUEUED/);
  assert.ok(!output.isDestroyed);
  for (let i = 0; i < 12; i++) call(server, session, ['SET', 'k', value]);
  assert.ok(output.isDestroyed);
  assert.match(log.lines.join('\n'), /Closing client that reached max query buffer length/);
});

test('what will never run is not kept', () => {
  const { server, session } = makeServer();
  call(server, session, 'MULTI');
  call(server, session, 'NOSUCH');
  const size = session.transaction?.size;
  call(server, session, ['SET', 'k', 'v'.repeat(100_000)]);
  assert.equal(session.transaction?.size, size);
  assert.match(call(server, session, 'EXEC'), /^-EXECABORT /);
  assert.equal(session.transaction, null);
});

test('EXEC is one unit: what it causes comes behind it, to others and to itself', () => {
  const { server, session, output } = makeServer({ 'notify-keyspace-events': 'KEA' });
  const other = connect(server);
  for (const each of [session, other.session]) {
    call(server, each, 'HELLO 3');
    call(server, each, 'SUBSCRIBE __keyspace@0__:k');
  }
  call(server, session, 'MULTI');
  call(server, session, 'SET k 1');
  call(server, session, 'INCR k');
  assert.equal(other.output.sent, '');
  const replies = call(server, session, 'EXEC');
  const message = (event: string): string =>
    `>3\r\n$7\r\nmessage\r\n$16\r\n__keyspace@0__:k\r\n$${event.length}\r\n${event}\r\n`;
  assert.equal(replies, `*2\r\n+OK\r\n:2\r\n${message('set')}${message('incrby')}`);
  assert.equal(other.output.sent, `${message('set')}${message('incrby')}`);
  assert.equal(output.sent, '');
});

test('a connection that goes is watched for no longer', () => {
  const { server } = makeServer();
  const one = connect(server);
  call(server, one.session, 'WATCH a b');
  assert.notEqual(server.keyspace.listener, null);
  server.disconnect(one.session);
  assert.equal(server.keyspace.listener, null);
});

test('a container alone is the command that it was when it was queued', () => {
  const { server, session } = makeServer();
  for (const line of ['MULTI', 'ECHO count', 'COMMAND']) call(server, session, line);
  assert.match(call(server, session, 'EXEC'), /^\*2\r\n\$5\r\ncount\r\n\*\d+\r\n/);
});

test('what is watched counts as memory', () => {
  const { server, session } = makeServer();
  const before = server.usedMemory;
  for (let i = 0; i < 1000; i++) call(server, session, ['WATCH', `${i}`.padEnd(200, 'k')]);
  assert.ok(server.usedMemory - before > 300_000);
  call(server, session, 'UNWATCH');
  assert.equal(server.usedMemory, before);
});
