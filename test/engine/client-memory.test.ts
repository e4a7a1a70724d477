// What clients take is a running sum: it is what all of them take, whatever they do, and neither a
// turn nor a tick asks them all.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '../support/random.ts';
import { encodeCommand } from '../support/resp.ts';
import { Network, receive, type Wire } from '../support/wire.ts';

const SEED = Number(process.env.REDSTART_RANDOM_SEED ?? Date.now() % 1e9);
const STEPS = 1500;
const CLIENTS = 8;
const LARGE = 'L'.repeat(70_000);

/** What Server.clientsSize is said to be, by asking all. */
function sumOver({ server }: Network): number {
  let size = 0;
  for (const session of server.sessions.values()) {
    const { output, pushes, heldSize } = session;
    size += output.queryBufferSize + output.argumentsRoom + output.pendingSize;
    size += (pushes?.size ?? 0) + heldSize;
  }
  return size;
}

const COMMANDS: readonly (readonly string[])[] = [
  ['GET', 'small'],
  ['SET', 'large', LARGE],
  ['GET', 'large'],
  ['MGET', 'large', 'large', 'large', 'large'],
  ['MULTI'],
  ['EXEC'],
  ['DISCARD'],
  ['WATCH', 'large', 'small'],
  ['UNWATCH'],
  ['SUBSCRIBE', 'c'],
  ['UNSUBSCRIBE', 'c'],
  ['PUBLISH', 'c', LARGE],
  ['CLIENT', 'PAUSE', '5', 'WRITE'],
  ['CLIENT', 'UNPAUSE'],
  ['CLIENT', 'KILL', 'MAXAGE', '1'],
  ['CLIENT', 'KILL', 'TYPE', 'pubsub'],
  ['CLIENT', 'TRACKING', 'ON', 'BCAST'],
  ['CLIENT', 'SETNAME', 'somebody'],
  ['CLIENT', 'SETINFO', 'LIB-NAME', 'a-library'],
  ['BLPOP', 'absent', '0'],
  ['RPUSH', 'absent', 'no longer'],
  ['QUIT'],
  ['NOPE'],
];

test(`clients: the running sum is what all clients take (seed ${SEED})`, () => {
  const random = new SeededRandom(SEED);
  const network = new Network({
    timeout: '60',
    'client-output-buffer-limit': 'normal 900000 0 0 slave 0 0 0 pubsub 400000 200000 5',
  });
  network.server.cron.start();
  const wires: Wire[] = [];
  for (let step = 0; step < STEPS; step++) {
    const index = random.below(CLIENTS);
    const wire = wires[index];
    if (wire === undefined || wire.socket.isOver) {
      // The socket tells of its end, whoever ended it.
      wire?.connection.closed();
      wires[index] = network.connect();
    } else {
      act(network, wire, random);
    }
    assert.equal(network.server.clientsSize, sumOver(network), `step ${step}`);
  }
  for (const { connection } of wires) connection.closed();
  network.test.clock.advance(1000);
  assert.equal(network.server.clientsSize, 0);
});

function act(network: Network, wire: Wire, random: SeededRandom): void {
  const { socket, connection } = wire;
  switch (random.below(12)) {
    case 0:
      socket.isStuck = true;
      return;
    case 1:
      socket.isStuck = false;
      socket.takeKept();
      return connection.drained();
    case 2:
      return network.test.clock.advance(random.pick([0, 1, 100, 3000]));
    case 3:
      return receive(wire, `*2\r\n$4\r\nECHO\r\n$${LARGE.length}\r\n${LARGE}\r\n*1\r\n$4\r\nPI`);
    case 4:
      if (random.below(10) === 0) connection.closed();
      return;
    default: {
      const count = 1 + random.below(20);
      const requests = Array.from({ length: count }, () => encodeCommand(random.pick(COMMANDS)));
      receive(wire, Buffer.concat(requests));
    }
  }
}

test('clients: while requests run, what they take is counted', () => {
  const network = new Network();
  const wire = network.connect();
  receive(wire, encodeCommand(['SET', 'k', 'v'.repeat(100_000)]));
  receive(wire, Buffer.concat([encodeCommand(['GET', 'k']), encodeCommand(['INFO', 'memory'])]));
  const shown = /mem_clients_normal:(\d+)/.exec(wire.socket.output())?.[1];
  assert.ok(Number(shown) > 100_000, shown);
  assert.ok(network.server.clientsSize < 100_000);
});

test('clients: neither turns nor INFO ask all of them', () => {
  const network = new Network({ maxmemory: '100mb' });
  const wire = network.connect();
  for (let i = 0; i < 50; i++) network.connect();
  const { sessions } = network.server;
  const refuse = (): never => assert.fail('all sessions are asked');
  sessions.values = refuse;
  sessions.forEach = refuse;
  sessions[Symbol.iterator] = refuse;
  receive(wire, encodeCommand(['SET', 'k', 'v']));
  receive(wire, encodeCommand(['INFO', 'everything']));
  receive(wire, encodeCommand(['MEMORY', 'STATS']));
  receive(wire, encodeCommand(['CLIENT', 'PAUSE', '100', 'ALL']));
  network.server.unpause();
  network.server.cron.start();
});

test('clients: a tick asks a share of them, and a second all', () => {
  const network = new Network({ hz: '10' });
  const { server, clock } = network.test;
  let asked = 0;
  // The test server has one already.
  for (let i = 1; i < 1000; i++) {
    const { connection } = network.connect();
    connection.tick = () => void asked++;
  }
  server.cron.start();
  clock.advance(1000);
  for (let i = 0; i < 20; i++) {
    asked = 0;
    clock.advance(100);
    assert.ok(asked >= 99 && asked <= 100, String(asked));
  }
});

test('clients: INFO counts those whose requests CLIENT PAUSE postponed', () => {
  const network = new Network();
  const wires = [network.connect(), network.connect(), network.connect()];
  const [first, second, third] = wires;
  const blocked = (): string | undefined => {
    receive(third, encodeCommand(['INFO', 'clients']));
    return third.socket.output().split('blocked_clients:').at(-1)?.[0];
  };
  receive(third, encodeCommand(['CLIENT', 'PAUSE', '1000', 'WRITE']));
  receive(first, encodeCommand(['SET', 'a', '1']));
  receive(second, encodeCommand(['SET', 'b', '2']));
  assert.equal(blocked(), '2');
  first.connection.closed();
  assert.equal(blocked(), '1');
  network.server.cron.start();
  network.test.clock.advance(1001);
  assert.equal(blocked(), '0');
  assert.equal(second.socket.output(), '+OK\r\n');
});

test('clients: a reply that is gone is not in used_memory', () => {
  const network = new Network();
  const wire = network.connect();
  const items = Array.from({ length: 150 }, () => 'x'.repeat(1000));
  receive(wire, encodeCommand(['RPUSH', 'list', ...items]));
  const before = network.server.usedMemory;
  receive(wire, encodeCommand(['LRANGE', 'list', '0', '-1']));
  assert.ok(wire.socket.output().length > 150_000);
  assert.equal(network.server.usedMemory, before);
});
