// Pushes: bytes that answer no request come behind all that was said before, are counted, and close
// the client that does not take them.
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import fc from 'fast-check';
import { PLAIN } from '../../src/adapters/plain/dialect.ts';
import { QUOTED } from '../../src/adapters/quoted/dialect.ts';
import { NORMAL_CLASS, PUBSUB_CLASS, REPLICA_CLASS } from '../../src/engine/output-limit.ts';
import { encodeCommand } from '../support/resp.ts';
import { askText, TextNetwork } from '../support/text-wire.ts';
import { Network, receive, type Wire } from '../support/wire.ts';

const SLOW = encodeCommand(['DEBUG', 'SLEEP', '0.01']);
const PING = encodeCommand(['PING']);
const MESSAGE = '*3\r\n$7\r\nmessage\r\n$2\r\nch\r\n$5\r\na "b"\r\n';
const PONG = '+PONG\r\n';
const OK = '+OK\r\n';

function push({ connection }: Pick<Wire, 'connection'>, ...texts: string[]): void {
  for (const text of texts) connection.push(new Uint8Array(Buffer.from(text, 'latin1')));
}

const large = 'L'.repeat(100_000);

test('push: it is sent as it is, to all who get it', () => {
  const network = new Network();
  const wires = [network.connect(), network.connect()];
  const piece = Buffer.from('message');
  for (const { connection, socket } of wires) {
    const send = mock.method(socket, 'send');
    connection.push(piece);
    assert.equal(send.mock.calls[0].arguments[0], piece);
  }
});

// Limits on output, and where a push stands that comes between two turns of a chunk.
for (const limit of ['normal 0 0 0', 'normal 1000000 0 0']) {
  test(`push: it comes behind replies of the turn before (${limit})`, () => {
    const network = new Network({
      'client-output-buffer-limit': limit,
      'enable-debug-command': 'yes',
    });
    const wire = network.connect();
    receive(wire, Buffer.concat([PING, SLOW, PING]));
    push(wire, 'a', 'b');
    push(wire, 'c');
    network.test.clock.advance(1);
    assert.equal(wire.socket.output(), `${PONG}${OK}abc${PONG}`);
  });
}

test('push: more than a client may have held is sent at once, behind what is held', () => {
  const network = new Network({
    'client-output-buffer-limit': 'normal 10000000 0 0',
    'enable-debug-command': 'yes',
  });
  const wire = network.connect();
  receive(wire, Buffer.concat([PING, SLOW, PING]));
  assert.equal(wire.socket.output(), '');
  push(wire, ...Array<string>(20).fill(large));
  assert.ok(wire.socket.output() === PONG + OK + large.repeat(20));
  network.test.clock.advance(1);
  assert.ok(wire.socket.output().endsWith(`L${PONG}`));
});

test('push: requests that CLIENT PAUSE holds do not hold it', () => {
  const network = new Network();
  const wire = network.connect();
  receive(network.connect(), encodeCommand(['CLIENT', 'PAUSE', '1000', 'WRITE']));
  receive(wire, encodeCommand(['SET', 'k', 'v']));
  push(wire, 'message');
  assert.equal(wire.socket.output(), 'message');
  // Resumed too early, it asks again, and goes on waiting.
  wire.connection.resume();
  assert.equal(wire.socket.output(), 'message');
  receive(network.connect(), encodeCommand(['CLIENT', 'UNPAUSE']));
  network.server.resumePostponed();
  assert.equal(wire.socket.output(), `message${OK}`);
});

test('push: a slow client gets replies and pushes once and in order', () => {
  const network = new Network();
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.constant('ask') },
    { weight: 3, arbitrary: fc.array(fc.integer({ min: 1, max: 9000 }), { maxLength: 5 }) },
    { weight: 1, arbitrary: fc.constant('stick') },
    { weight: 1, arbitrary: fc.constant('drain') },
  );
  const property = fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
    const wire = network.connect();
    const { socket, connection } = wire;
    let expected = '';
    for (const [n, each] of [...steps, 'drain'].entries()) {
      if (each === 'stick') socket.isStuck = true;
      if (each === 'ask') {
        receive(wire, encodeCommand(['ECHO', String(n)]));
        expected += `$${String(n).length}\r\n${n}\r\n`;
      }
      if (each === 'drain') {
        socket.isStuck = false;
        socket.takeKept();
        connection.drained();
      }
      if (typeof each === 'string') continue;
      const texts = each.map((size) => String(n).padEnd(size, 'm'));
      push(wire, ...texts);
      expected += texts.join('');
    }
    assert.ok(socket.output() === expected, 'other bytes arrived');
    connection.closed();
  });
  fc.assert(property, { numRuns: 200 });
});

// Whose limit is set, and who is closed by it.
for (const [limits, closed] of [
  ['normal 100000 0 0', [NORMAL_CLASS]],
  ['slave 100000 0 0 pubsub 0 0 0', [REPLICA_CLASS]],
  ['pubsub 100000 0 0', [PUBSUB_CLASS]],
  ['normal 0 0 0 slave 0 0 0 pubsub 0 0 0', []],
] as const) {
  test(`push: client-output-buffer-limit ${limits}`, () => {
    for (const outputClass of [NORMAL_CLASS, REPLICA_CLASS, PUBSUB_CLASS]) {
      const network = new Network({ 'client-output-buffer-limit': limits });
      const wire = network.connect();
      const { session } = wire.connection;
      assert.ok(session !== null);
      session.outputClass = outputClass;
      for (let i = 0; i < 20; i++) push(wire, 'x'.repeat(10_000));
      assert.ok(!wire.socket.isOver, 'a client that reads has no limit');
      wire.socket.isStuck = true;
      for (let i = 0; i < 9; i++) push(wire, 'x'.repeat(10_000));
      assert.ok(!wire.socket.isOver);
      push(wire, 'x'.repeat(10_000));
      const isClosed = (closed as readonly number[]).includes(outputClass);
      assert.equal(wire.socket.isDestroyed, isClosed, `class ${outputClass}`);
      const { statistics } = network.server;
      assert.equal(statistics.outputLimitDisconnections, isClosed ? 1 : 0);
      const sent = statistics.netOutputBytes;
      push(wire, 'more');
      assert.equal(statistics.netOutputBytes - sent, isClosed ? 0 : 4);
    }
  });
}

test('push: the soft limit counts from when it is first passed', () => {
  const network = new Network({ 'client-output-buffer-limit': 'pubsub 0 50000 10' });
  const { clock } = network.test;
  network.server.cron.start();
  const wire = network.connect();
  const { session } = wire.connection;
  assert.ok(session !== null);
  session.outputClass = PUBSUB_CLASS;
  wire.socket.isStuck = true;
  push(wire, large);
  clock.advance(9_000);
  push(wire, 'x');
  assert.ok(!wire.socket.isOver);
  clock.advance(2_000);
  assert.ok(wire.socket.isDestroyed);
  network.server.cron.stop();
});

test('push: it is counted as output', () => {
  const network = new Network();
  const wire = network.connect();
  const { statistics } = network.server;
  push(wire, 'one', 'two');
  push(wire, 'three');
  assert.equal(statistics.netOutputBytes, 11);
  assert.equal(statistics.writesProcessed, 3);
});

// A dialect, and what it says.
for (const [name, dialect, words, pong] of [
  ['plain', PLAIN, '*3\nmessage\nch\na "b"\n', 'PONG\n'],
  ['quoted', QUOTED, '["message" "ch" "a \\"b\\""]\n', 'PONG\n'],
] as const) {
  test(`push: in ${name} text it is text`, () => {
    const network = new TextNetwork(dialect);
    const wire = network.connectText();
    push(wire, MESSAGE);
    push(wire, MESSAGE + MESSAGE);
    assert.equal(wire.socket.output(), words.repeat(3));
    assert.equal(wire.socket.sends, 2);
    assert.equal(askText(wire, 'PING\n'), pong);
    assert.equal(network.server.statistics.netOutputBytes, wire.socket.outputSize());
  });
}
