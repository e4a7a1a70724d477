// The connection with a socket that a test holds in its hands: clients that do not read, output
// that must not change under the socket, limits, closing, requests that are held back.
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import fc from 'fast-check';
import { encodeCommand } from '../support/resp.ts';
import { Network, receive, receiveCut, type Wire } from '../support/wire.ts';

function command(...args: string[]): Buffer {
  return encodeCommand(args);
}

function repeat(bytes: Buffer, times: number): Buffer {
  return Buffer.concat(Array<Buffer>(times).fill(bytes));
}

function ask(wire: Wire, ...args: string[]): string {
  const before = wire.socket.outputSize();
  receive(wire, command(...args));
  return wire.socket.output().slice(before);
}

/**
 * Feeds chunks to a wire as long as its socket reads, as a network would. Returns how many it
 * took.
 */
function feed(wire: Wire, chunk: Buffer, times: number): number {
  let taken = 0;
  while (taken < times && wire.socket.isReading && !wire.socket.isOver) {
    receive(wire, chunk);
    taken++;
  }
  return taken;
}

/** Lets the socket take all, again and again, until nothing more comes. */
function drain(wire: Wire): void {
  wire.socket.isStuck = false;
  for (let round = 0; round < 1000 && wire.socket.pendingSize > 0; round++) {
    wire.socket.takeKept();
    wire.connection.drained();
  }
}

test('connection: replies of one chunk leave in one piece', () => {
  const wire = new Network().connect();
  receive(wire, repeat(command('PING'), 1000));
  assert.equal(wire.socket.output(), '+PONG\r\n'.repeat(1000));
  assert.equal(wire.socket.sends, 1);
});

test('connection: a slow request ends the turn, and the others go on in the next one', () => {
  const network = new Network({ 'enable-debug-command': 'yes' });
  const wire = network.connect();
  const slow = command('DEBUG', 'SLEEP', '0.01');
  receive(wire, Buffer.concat([command('PING'), slow, command('PING'), slow, command('PING')]));
  assert.equal(wire.socket.output(), '+PONG\r\n+OK\r\n');
  assert.equal(wire.socket.isReading, false);
  network.test.clock.advance(1);
  assert.equal(wire.socket.output(), '+PONG\r\n+OK\r\n+PONG\r\n+OK\r\n');
  network.test.clock.advance(1);
  assert.equal(wire.socket.output(), '+PONG\r\n+OK\r\n+PONG\r\n+OK\r\n+PONG\r\n');
  assert.equal(wire.socket.isReading, true);
});

test('connection: many quick requests end the turn as well, with few looks at the clock', () => {
  for (const [requestUs, looksMax] of [
    [1, 12],
    [5, 6],
    [100, 3],
  ]) {
    const network = new Network();
    const { clock } = network.test;
    const wire = network.connect();
    const startUs = clock.monotonicUs();
    const answered = (): number =>
      (wire.socket.outputSize() + network.server.reply.totalSize) / '+PONG\r\n'.length;
    const read = mock.method(clock, 'monotonicUs', () => startUs + answered() * requestUs);
    receive(wire, repeat(command('PING'), 3000));
    const due = Math.ceil(1000 / requestUs);
    const ran = answered();
    assert.ok(ran >= Math.min(due, 64) && ran <= due + 80, `${ran} of ${requestUs} us ran`);
    assert.ok(read.mock.callCount() <= looksMax, `${read.mock.callCount()} looks`);
    for (let turns = 0; answered() < 3000; turns++) {
      assert.ok(turns < 50, 'the rest of the requests never runs');
      network.test.clock.advance(1);
    }
    assert.equal(wire.socket.output(), '+PONG\r\n'.repeat(3000));
  }
});

test('connection: large replies make it look at the clock', () => {
  const network = new Network();
  const { clock } = network.test;
  const wire = network.connect();
  ask(wire, 'SET', 'k', 'x'.repeat(100000));
  const sentBefore = wire.socket.outputSize();
  const startUs = clock.monotonicUs();
  mock.method(clock, 'monotonicUs', () => startUs + (wire.socket.outputSize() - sentBefore) / 1000);
  receive(wire, repeat(command('GET', 'k'), 60));
  // A byte takes a nanosecond: 10 such replies fill a turn, and 16 requests a window.
  const ran = (wire.socket.outputSize() - sentBefore) / 100000;
  assert.ok(ran > 15 && ran < 17, `${ran} ran`);
});

test('connection: a client that never reads is served, and read, only so far', () => {
  const network = new Network({ 'client-query-buffer-limit': '1mb' });
  const idle = network.connect();
  const other = network.connect();
  assert.equal(ask(other, 'SET', 'k', 'x'.repeat(500)), '+OK\r\n');
  idle.socket.isStuck = true;
  const chunk = repeat(command('GET', 'k'), 1000);
  const taken = feed(idle, chunk, 1000);
  assert.ok(taken > 5e5 / chunk.length && taken < 1e6 / chunk.length, `${taken} were taken`);
  assert.ok(idle.socket.pendingSize < 3e6, `${idle.socket.pendingSize} bytes wait`);
  assert.equal(idle.socket.isReading, false);
  assert.equal(ask(other, 'PING'), '+PONG\r\n');
  // Once it reads, it gets all that it asked for.
  drain(idle);
  assert.equal(idle.socket.isReading, true);
  const reply = `$500\r\n${'x'.repeat(500)}\r\n`;
  assert.ok(idle.socket.output() === reply.repeat(1000 * taken));
  assert.equal(ask(idle, 'PING'), '+PONG\r\n');
});

test('connection: who sends everything before it reads costs twice the smaller side', () => {
  for (const [name, request, reply] of [
    ['large requests', command('SET', 'k', 'x'.repeat(500)), '+OK\r\n'],
    ['large replies', command('GET', 'k'), `$500\r\n${'x'.repeat(500)}\r\n`],
  ] as const) {
    const network = new Network();
    const wire = network.connect();
    ask(wire, 'SET', 'k', 'x'.repeat(500));
    wire.socket.isStuck = true;
    const before = wire.socket.outputSize();
    const requests = 300_000;
    const chunk = repeat(request, 100);
    assert.equal(feed(wire, chunk, requests / 100), requests / 100, name);
    network.test.clock.advance(1000);
    const smaller = Math.min(request.length, reply.length) * requests;
    const unread = wire.socket.pendingSize;
    assert.ok(unread > 1e6 && unread < smaller + 2e6, `${name}: ${unread} bytes wait unread`);
    const waiting = wire.connection.pending.end;
    assert.ok(waiting < smaller + 2e6, `${name}: ${waiting} bytes of requests wait`);
    drain(wire);
    assert.equal(wire.socket.outputSize() - before, reply.length * requests, name);
    assert.equal(wire.connection.pending.end, 0);
  }
});

test('connection: a slow client gets every reply once and in order', () => {
  const network = new Network();
  const value = fc.integer({ min: 0, max: 200000 });
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('ask'), size: value }) },
    { weight: 2, arbitrary: fc.constant({ kind: 'block', size: 0 }) },
    { weight: 2, arbitrary: fc.constant({ kind: 'drain', size: 0 }) },
  );
  const property = fc.property(fc.array(step, { maxLength: 40 }), fc.nat(), (steps, cut) => {
    network.server.keyspace.flushAll();
    const wire = network.connect();
    let expected = '';
    let n = 0;
    for (const { kind, size } of steps) {
      if (kind === 'block') wire.socket.isStuck = true;
      if (kind === 'drain') drain(wire);
      if (kind !== 'ask' || !wire.socket.isReading) continue;
      const text = String(n++).padEnd(size, 'v');
      const input = Buffer.concat([
        command('SET', 'k', text),
        command('GET', 'k'),
        command('APPEND', 'k', 'more'),
        command('GETRANGE', 'k', '-4', '-1'),
        command('SETRANGE', 'k', '0', 'changed'),
      ]);
      receiveCut(wire, input, [cut % input.length]);
      const changed = Math.max(text.length + 4, 7);
      expected += `+OK\r\n$${text.length}\r\n${text}\r\n:${text.length + 4}\r\n`;
      expected += `$4\r\nmore\r\n:${changed}\r\n`;
    }
    drain(wire);
    assert.ok(wire.socket.output() === expected, 'the replies differ');
    wire.connection.closed();
  });
  fc.assert(property, { numRuns: 60 });
});

test('connection: large values are sent as they were when they were asked for', () => {
  const network = new Network();
  const wire = network.connect();
  const other = network.connect();
  const value = 'a'.repeat(300000);
  ask(other, 'SET', 'k', value);
  wire.socket.isStuck = true;
  receive(wire, command('GET', 'k'));
  ask(other, 'SETRANGE', 'k', '0', 'changed');
  ask(other, 'APPEND', 'k', 'changed');
  ask(other, 'SET', 'k', 'b'.repeat(300000));
  ask(other, 'DEL', 'k');
  ask(other, 'SET', 'k2', 'c'.repeat(300000));
  drain(wire);
  assert.ok(wire.socket.output() === `$300000\r\n${value}\r\n`);
});

test('connection: a broken stream ends a client that was not reading, after its replies', () => {
  const network = new Network();
  const other = network.connect();
  ask(other, 'SET', 'k', 'x'.repeat(100000));
  for (const broken of ['*x\r\n', '*1\r\n$x\r\n', '*1\r\nPING\r\n', '*\r\n*1\r\n$4\r\nPING\r\n']) {
    const wire = network.connect();
    wire.socket.isStuck = true;
    receive(wire, Buffer.concat([repeat(command('GET', 'k'), 100), Buffer.from(broken)]));
    drain(wire);
    const output = wire.socket.output();
    const reply = `$100000\r\n${'x'.repeat(100000)}\r\n`;
    assert.ok(output.startsWith(reply.repeat(100)));
    assert.match(output.slice(reply.length * 100), /^-ERR Protocol error: [^\r]*\r\n$/);
    assert.ok(wire.socket.isEnded);
  }
});

test('connection: QUIT and CLIENT KILL end in the midst of a chunk', () => {
  const network = new Network();
  const wire = network.connect();
  const input = [command('PING'), command('QUIT'), command('SET', 'after', 'x'), command('PING')];
  receive(wire, Buffer.concat(input));
  assert.equal(wire.socket.output(), '+PONG\r\n+OK\r\n');
  assert.ok(wire.socket.isEnded);
  receive(wire, command('SET', 'after', 'x'));
  assert.equal(wire.socket.output(), '+PONG\r\n+OK\r\n');
  const other = network.connect();
  assert.equal(ask(other, 'GET', 'after'), '$-1\r\n');
  assert.equal(network.server.sessions.size, 2, 'a session stays behind');
});

test('connection: client-query-buffer-limit', () => {
  const network = new Network({ 'client-query-buffer-limit': '1mb' });
  const wire = network.connect();
  const input = Buffer.concat([Buffer.from('*2\r\n$3\r\nGET\r\n$3000000\r\n'), Buffer.alloc(3e6)]);
  let sent = 0;
  for (; sent < input.length && !wire.socket.isOver; sent += 10000) {
    receive(wire, input.subarray(sent, sent + 10000));
  }
  assert.ok(wire.socket.isDestroyed);
  assert.ok(sent > 1e6 && sent < 1.2e6, `closed after ${sent} bytes`);
  assert.equal(network.server.statistics.queryLimitDisconnections, 1);
  // Requests that are complete do not count.
  const fine = network.connect();
  receive(fine, repeat(command('PING'), 200000));
  assert.equal(fine.socket.outputSize(), 200000 * 7);
});

test('connection: client-output-buffer-limit', () => {
  const network = new Network({ 'client-output-buffer-limit': 'normal 100000 0 0' });
  const wire = network.connect();
  ask(wire, 'SET', 'k', 'x'.repeat(10000));
  for (let i = 0; i < 50; i++) ask(wire, 'GET', 'k');
  assert.ok(!wire.socket.isOver, 'a client that reads has no limit');
  wire.socket.isStuck = true;
  for (let i = 0; i < 50; i++) receive(wire, command('GET', 'k'));
  assert.ok(wire.socket.isDestroyed);
  assert.equal(network.server.statistics.outputLimitDisconnections, 1);
});

test('connection: client-output-buffer-limit counts the replies of a chunk together', () => {
  const limit = {
    'client-output-buffer-limit': 'normal 100000 0 0',
    'enable-debug-command': 'yes',
  };
  const value = 'x'.repeat(10000);
  const slow = command('DEBUG', 'SLEEP', '0.01');
  for (const [gets, endsAtTurn] of [
    [6, false],
    [4, false],
    [4, true],
  ] as const) {
    const network = new Network(limit);
    const wire = network.connect();
    ask(wire, 'SET', 'k', value);
    const before = wire.socket.outputSize();
    const part = repeat(command('GET', 'k'), gets);
    const rest = endsAtTurn ? [slow] : [part, command('GET', 'k').subarray(0, 10)];
    receive(wire, Buffer.concat([part, slow, ...rest]));
    assert.equal(wire.socket.outputSize(), before, 'nothing is sent before the chunk has run');
    for (let turn = 0; turn < 3; turn++) network.test.clock.advance(1);
    const size = wire.socket.outputSize() - before;
    const reply = `$10000\r\n${value}\r\n`.length;
    if (gets === 6) {
      assert.ok(wire.socket.isDestroyed);
      assert.equal(size, 0);
    } else {
      assert.ok(!wire.socket.isOver);
      assert.equal(size, endsAtTurn ? 4 * reply + 2 * '+OK\r\n'.length : 8 * reply + 5);
    }
  }
});

test('connection: maxclients', () => {
  const network = new Network({ maxclients: '3' });
  // The server's own first session is one of them.
  const first = network.connect();
  const second = network.connect();
  const third = network.connect();
  assert.equal(third.socket.output(), '-ERR max number of clients reached\r\n');
  assert.ok(third.socket.isEnded);
  receive(third, command('PING'));
  assert.equal(third.socket.output(), '-ERR max number of clients reached\r\n');
  assert.equal(ask(first, 'PING'), '+PONG\r\n');
  second.connection.closed();
  assert.equal(ask(network.connect(), 'PING'), '+PONG\r\n');
});

test('connection: CLIENT PAUSE holds requests back, in order, and UNPAUSE lets them go', () => {
  const network = new Network();
  const wire = network.connect();
  const writer = network.connect();
  assert.equal(ask(wire, 'CLIENT', 'PAUSE', '100000', 'WRITE'), '+OK\r\n');
  const input = [
    command('PING'),
    command('SET', 'k', 'held'),
    command('GET', 'k'),
    command('PING'),
  ];
  receive(writer, Buffer.concat(input));
  assert.equal(writer.socket.output(), '+PONG\r\n');
  receive(writer, command('APPEND', 'k', '!'));
  assert.equal(ask(wire, 'GET', 'k'), '$-1\r\n');
  const before = wire.socket.outputSize();
  receive(wire, Buffer.concat([command('PING'), command('CLIENT', 'UNPAUSE'), command('PING')]));
  network.test.clock.advance(1000);
  assert.equal(wire.socket.output().slice(before), '+PONG\r\n+OK\r\n+PONG\r\n');
  assert.equal(writer.socket.output(), '+PONG\r\n+OK\r\n$4\r\nheld\r\n+PONG\r\n:5\r\n');
});

test('connection: CLIENT PAUSE ends by itself, and a held client may go', () => {
  const network = new Network();
  network.server.cron.start();
  const wire = network.connect();
  const gone = network.connect();
  const stays = network.connect();
  ask(wire, 'CLIENT', 'PAUSE', '500');
  receive(gone, command('SET', 'a', '1'));
  receive(stays, Buffer.concat([command('SET', 'b', '2'), command('PING')]).subarray(0, -3));
  receive(stays, command('PING').subarray(-3));
  gone.connection.closed();
  network.test.clock.advance(1000);
  assert.equal(stays.socket.output(), '+OK\r\n+PONG\r\n');
  assert.equal(gone.socket.output(), '');
  network.server.cron.stop();
});

test('connection: timeout closes idle clients only', () => {
  const network = new Network({ timeout: '10' });
  network.server.cron.start();
  const idle = network.connect();
  const busy = network.connect();
  for (let i = 0; i < 12; i++) {
    network.test.clock.advance(1000);
    ask(busy, 'PING');
  }
  assert.ok(idle.socket.isOver);
  assert.ok(!busy.socket.isOver);
  network.server.cron.stop();
});

test('connection: an idle client gives its buffers back and goes on where it stopped', () => {
  const network = new Network();
  network.server.cron.start();
  const wire = network.connect();
  const input = command('SET', 'k', 'v'.repeat(100));
  receive(wire, input.subarray(0, 60));
  const busySize = wire.connection.queryBufferSize;
  network.test.clock.advance(10000);
  assert.ok(wire.connection.queryBufferSize < busySize / 10);
  receive(wire, input.subarray(60));
  assert.equal(wire.socket.output(), '+OK\r\n');
  assert.equal(ask(wire, 'STRLEN', 'k'), ':100\r\n');
  network.server.cron.stop();
});

test('connection: HELLO switches the protocol within a chunk', () => {
  const wire = new Network().connect();
  const miss = command('GET', 'none');
  receive(wire, Buffer.concat([miss, command('HELLO', '3'), miss, command('HELLO', '2'), miss]));
  const output = wire.socket.output();
  assert.match(output, /^\$-1\r\n%7\r\n[\s\S]*\r\n_\r\n\*14\r\n[\s\S]*\r\n\$-1\r\n$/);
  const other = new Network().connect();
  assert.equal(ask(other, 'GET', 'none'), '$-1\r\n');
});

test('connection: random bytes leave the server whole', () => {
  const network = new Network();
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
    fc
      .constantFrom('*', '$', '\r\n', '\n', '-', '1', '3', '\0', '"', "'", ' ', ':')
      .map(Buffer.from),
    fc.constantFrom('*3\r\n', '*1\r\n', '$3\r\n', 'SET', 'GET\r\n', '$-1\r\n').map(Buffer.from),
    fc.tuple(fc.constantFrom('GET', 'SET', 'MGET', 'ECHO'), fc.string()).map((args) => {
      return encodeCommand(args);
    }),
  );
  const property = fc.property(
    fc.array(piece, { maxLength: 50, size: 'max' }),
    fc.array(fc.nat(), { maxLength: 10 }),
    (pieces, cuts) => {
      const wire = network.connect();
      const input = Buffer.concat(pieces);
      if (input.length > 0)
        receiveCut(
          wire,
          input,
          cuts.map((cut) => cut % input.length),
        );
      const other = network.connect();
      assert.equal(ask(other, 'PING'), '+PONG\r\n');
      wire.connection.closed();
      other.connection.closed();
    },
  );
  fc.assert(property, { numRuns: 1000 });
  network.server.keyspace.verify();
  assert.equal(network.server.sessions.size, 1);
});

test('connection: what breaks the protocol behind a long turn breaks it still', () => {
  for (const bad of ['*abc\r\n', '*2\r\n$-5\r\n$4\r\nECHO\r\n$1\r\na\r\n', 'SET "a\r\n']) {
    const network = new Network({ 'enable-debug-command': 'yes' });
    const wire = network.connect();
    const chunk = [command('DEBUG', 'SLEEP', '0.02'), Buffer.from(bad), command('PING')];
    receive(wire, Buffer.concat(chunk));
    network.test.clock.advance(10);
    assert.match(wire.socket.output(), /^\+OK\r\n-ERR Protocol error: [^\r]*\r\n$/, bad);
    assert.ok(wire.socket.isOver);
  }
});

test('connection: replies have the limit of the class that their turn began in', () => {
  const network = new Network({ 'client-output-buffer-limit': 'normal 200kb 0 0' });
  const wire = network.connect();
  ask(wire, 'SET', 'k', 'v'.repeat(50_000));
  const gets = Array.from({ length: 20 }, () => command('GET', 'k'));
  receive(wire, Buffer.concat([command('MULTI'), ...gets, command('SUBSCRIBE', 'c')]));
  receive(wire, command('EXEC'));
  assert.ok(wire.socket.isOver);
});

test('connection: broken protocol without replies is not answered, and ends it', () => {
  const cases: readonly [input: string, output: string][] = [
    ['CLIENT REPLY OFF\r\n*x\r\n', ''],
    ['CLIENT REPLY OFF\r\nPING "\r\n', ''],
    ['CLIENT REPLY SKIP\r\n*1\r\n$x\r\n', ''],
    ['CLIENT REPLY SKIP\r\n*0\r\n*x\r\n', '-ERR Protocol error: invalid multibulk length\r\n'],
    ['CLIENT REPLY SKIP\r\nPING\r\n*x\r\n', '-ERR Protocol error: invalid multibulk length\r\n'],
  ];
  for (const [input, output] of cases) {
    const network = new Network();
    const wire = network.connect();
    receive(wire, input);
    assert.equal(wire.socket.output(), output, input);
    assert.ok(wire.socket.isEnded, input);
    assert.equal(network.server.statistics.errors.total, 1);
  }
});
