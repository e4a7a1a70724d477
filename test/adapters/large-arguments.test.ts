// Large arguments: their bytes are read where they are to lie, a SET keeps them without a copy, and
// whatever comes before, behind or meanwhile stays right. And what requests leave behind.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeCommand } from '../support/resp.ts';
import { Network, receive, receiveCut, type Wire } from '../support/wire.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

function command(...args: (string | Buffer)[]): Buffer {
  return encodeCommand(args.map((arg) => Buffer.from(arg)));
}

function value(size: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(size);
  for (let i = 0; i < size; i++) bytes[i] = 97 + ((i * seed) % 23);
  return bytes;
}

function ask(wire: Wire, ...args: (string | Buffer)[]): string {
  const before = wire.socket.outputSize();
  receive(wire, command(...args));
  return wire.socket.output().slice(before);
}

function bulk(bytes: Buffer): string {
  return `$${bytes.length}\r\n${bytes.toString('latin1')}\r\n`;
}

test('large arguments: SET keeps the buffer that the value was read into', () => {
  const network = new Network();
  const wire = network.connect();
  const bytes = value(200000);
  const input = command('SET', 'k', bytes);
  receive(wire, input.subarray(0, 65536));
  const { target } = wire.socket;
  assert.ok(target !== null, 'the rest is not read where it is to lie');
  receive(wire, input.subarray(65536));
  assert.equal(wire.socket.output(), '+OK\r\n');
  const { records, arena } = network.server.keyspace;
  const ref = network.server.keyspace.find(
    network.server.keyspace.databases[0],
    Buffer.from('k'),
    0,
    1,
  );
  records.locateValue(ref);
  assert.equal(records.valueBytes.buffer, target.buffer);
  assert.equal(arena.large.usedSize, target.buffer.byteLength);
  assert.equal(wire.connection.pending.buffer.length, 0);
  assert.equal(wire.socket.target, null);
  assert.equal(ask(wire, 'GET', 'k'), bulk(bytes));
  network.server.keyspace.verify();
});

test('large arguments: nobody gets room for what was only announced', () => {
  const lines = [
    { sent: 100, roomMax: 300 * KIB },
    { sent: 200 * KIB, roomMax: 300 * KIB },
    { sent: 300 * KIB, roomMax: 101 * MIB },
  ];
  for (const { sent, roomMax } of lines) {
    const wire = new Network().connect();
    receive(wire, `*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$${100 * MIB}\r\n`);
    assert.ok(wire.connection.queryBufferSize < 300 * KIB);
    receive(wire, Buffer.alloc(sent, 'x'));
    assert.ok(wire.connection.queryBufferSize < roomMax);
    assert.ok(wire.connection.queryUsedSize >= sent);
    wire.connection.closed();
  }
});

test('large arguments: however the bytes are cut, all commands around them are right', () => {
  const first = value(40000, 3);
  const second = value(150000, 5);
  const input = Buffer.concat([
    command('PING'),
    command('SET', 'a', first),
    command('APPEND', 'a', 'tail'),
    command('SETRANGE', 'a', '0', 'HEAD'),
    command('MSET', 'b', second, 'c', first),
    command('SETEX', 'd', '100', second),
    command('SETRANGE', 'd', '1', 'X'),
    command('GET', 'd'),
    command('GETSET', 'd', first),
    command('SET', 'e', second, 'GET'),
    command('DEL', 'e'),
    command('GET', 'a'),
    command('MGET', 'b', 'c', 'd'),
  ]);
  const headed = Buffer.concat([Buffer.from('HEAD'), first.subarray(4), Buffer.from('tail')]);
  const crossed = Buffer.from(second);
  crossed[1] = 'X'.charCodeAt(0);
  const expected =
    '+PONG\r\n+OK\r\n:40004\r\n:40004\r\n+OK\r\n+OK\r\n:150000\r\n' +
    `${bulk(crossed)}${bulk(crossed)}$-1\r\n:1\r\n${bulk(headed)}` +
    `*3\r\n${bulk(second)}${bulk(first)}${bulk(first)}`;
  const cuts = fc.array(fc.nat({ max: input.length }), { maxLength: 12 });
  fc.assert(
    fc.property(cuts, (places) => {
      const network = new Network();
      const wire = network.connect();
      receiveCut(wire, input, places);
      assert.ok(wire.socket.output() === expected, 'other replies');
      network.server.keyspace.verify();
    }),
    { numRuns: 30 },
  );
});

test('large arguments: two clients send and read at the same time', () => {
  const network = new Network();
  const wires = [network.connect(), network.connect()];
  const values = [value(90000, 7), value(90000, 11)];
  for (let round = 0; round < 5; round++) {
    const inputs = values.map((bytes, i) => command('SET', `k${(i + round) % 2}`, bytes));
    for (let at = 0; at < inputs[0].length; at += 30000) {
      inputs.forEach((input, i) => {
        receive(wires[i], input.subarray(at, at + 30000));
      });
    }
    assert.equal(ask(wires[0], 'GET', `k${round % 2}`), bulk(values[0]));
    assert.equal(ask(wires[1], 'GET', `k${(1 + round) % 2}`), bulk(values[1]));
    network.server.keyspace.verify();
  }
});

test('large arguments: a client that goes in the midst of one harms nobody', () => {
  const network = new Network();
  const wire = network.connect();
  const bytes = value(90000);
  const input = command('SET', 'k', bytes);
  receive(wire, input.subarray(0, 60000));
  const late = wire.socket.target;
  wire.connection.closed();
  const other = network.connect();
  assert.equal(ask(other, 'SET', 'k', bytes), '+OK\r\n');
  // A read that was under way still writes where it was told to.
  late?.fill(0);
  assert.equal(ask(other, 'GET', 'k'), bulk(bytes));
});

test('large arguments: memory of a large request goes with the next tick', () => {
  const network = new Network();
  network.server.cron.start();
  const wire = network.connect();
  assert.equal(ask(wire, 'SET', 'k', 'x'), '+OK\r\n');
  const input = command('APPEND', 'k', value(3 * MIB));
  receiveCut(wire, input, [65536]);
  assert.ok(wire.connection.queryBufferSize > 3 * MIB);
  network.test.clock.advance(2000);
  assert.ok(wire.connection.queryBufferSize < 40 * KIB);
  network.test.clock.advance(2000);
  assert.equal(network.server.keyspace.arena.large.spares.size, 0);
  network.server.cron.stop();
});

test('requests: room for many arguments is counted while they come, and goes with them', () => {
  const network = new Network();
  const wire = network.connect();
  const keys = Array.from({ length: 100000 }, (_, i) => `key:${i}`);
  const input = command('DEL', ...keys);
  const used = (): number => network.server.usedMemory;
  const usedBefore = used();
  receiveCut(wire, input, [65536, input.length - 10]);
  const parts = input.length - 10;
  const half = network.connect();
  receiveCut(half, input.subarray(0, parts), [65536]);
  assert.ok(half.connection.argumentsRoom >= 8 * 99000);
  assert.ok(used() > usedBefore + input.length + 8 * 99000);
  assert.equal(wire.socket.output(), ':0\r\n');
  assert.equal(wire.connection.argumentsRoom, 0);
  half.connection.closed();
  wire.connection.tick(1e12);
  assert.ok(used() < usedBefore + 40 * KIB, `${used() - usedBefore} bytes stay`);
});

test('requests: what would lie beyond 2 GiB is refused when it is announced', () => {
  const network = new Network({
    'proto-max-bulk-len': '10gb',
    'client-query-buffer-limit': '20gb',
  });
  const error = '-ERR Protocol error: invalid bulk length\r\n';
  const lines = [
    '*1\r\n$2147483648\r\n',
    '*1\r\n$5000000000\r\n',
    '*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$2147483640\r\n',
    'PING\r\n*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$2147483640\r\n',
  ];
  for (const input of lines) {
    const wire = network.connect();
    receive(wire, input);
    assert.equal(wire.socket.output(), input.startsWith('PING') ? `+PONG\r\n${error}` : error);
    assert.ok(wire.socket.isOver);
  }
  const wire = network.connect();
  receive(wire, '*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$2147483600\r\n');
  assert.equal(wire.socket.output(), '');
  assert.ok(!wire.socket.isOver);
});
