// Connections whose replies wait for the disk: what leaves when, in which order, and what runs.
import assert from 'node:assert/strict';
import test from 'node:test';
import { JournalWorld } from '../support/journal.ts';
import { Network, receive, type Wire } from '../support/wire.ts';

const CONFIG = {
  appendfsync: 'always',
  appendonly: 'yes',
  'aof-use-rdb-preamble': 'no',
  'enable-debug-command': 'yes',
  'notify-keyspace-events': 'E$',
};

interface World extends JournalWorld {
  readonly network: Network;
}

function makeWorld(): World {
  const network = new Network(CONFIG);
  const world = new JournalWorld({}, undefined, network.test).start();
  world.disk.holdsSyncs = true;
  return Object.assign(world, { network });
}

/** What one chunk is answered before its sync is done, and after. */
function beforeAndAfter(world: World, wire: Wire, chunk: string): [string, string] {
  receive(wire, chunk);
  world.clock.advance(1);
  const before = wire.socket.output();
  world.disk.finishSync();
  return [before, wire.socket.output().slice(before.length)];
}

for (const [chunk, before, after] of [
  ['SET k v\r\n', '', '+OK\r\n'],
  ['GET k\r\n', '$-1\r\n', ''],
  ['PING\r\nSET k v\r\nGET k\r\n', '', '+PONG\r\n+OK\r\n$1\r\nv\r\n'],
  ['MULTI\r\nSET k v\r\nEXEC\r\n', '', '+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n'],
  ['SET k v GET x\r\n', '-ERR syntax error\r\n', ''],
] as const) {
  test(`held: ${JSON.stringify(chunk)}`, () => {
    const world = makeWorld();
    assert.deepEqual(beforeAndAfter(world, world.network.connect(), chunk), [before, after]);
  });
}

test('held: what comes meanwhile runs when the replies before it have left', () => {
  const world = makeWorld();
  const wire = world.network.connect();
  receive(wire, 'SET k 1\r\n');
  receive(wire, 'PING\r\nINCR k\r\n');
  world.clock.advance(1);
  assert.equal(wire.socket.output(), '');
  world.disk.finishSync();
  assert.equal(wire.socket.output(), '+OK\r\n');
  world.clock.advance(1);
  world.disk.finishSync();
  assert.equal(wire.socket.output(), '+OK\r\n+PONG\r\n:2\r\n');
});

test('held: QUIT ends the connection behind what waits', () => {
  const world = makeWorld();
  const wire = world.network.connect();
  receive(wire, 'SET k 1\r\nQUIT\r\n');
  world.clock.advance(1);
  assert.deepEqual([wire.socket.output(), wire.socket.isEnded], ['', false]);
  world.disk.finishSync();
  assert.deepEqual([wire.socket.output(), wire.socket.isEnded], ['+OK\r\n+OK\r\n', true]);
});

test('held: messages stand behind the replies that came before them', () => {
  const world = makeWorld();
  const wire = world.network.connect();
  const other = world.network.connect();
  receive(wire, 'HELLO 3\r\nSUBSCRIBE c\r\n');
  const { length } = wire.socket.output();
  receive(wire, 'SET k 1\r\n');
  receive(other, 'PUBLISH c m\r\n');
  world.clock.advance(1);
  assert.equal(wire.socket.output().length, length);
  world.disk.finishSync();
  world.clock.advance(1);
  const said = '+OK\r\n>3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nm\r\n';
  assert.equal(wire.socket.output().slice(length), said);
});

test('held: who was blocked is answered when what it popped lasts', () => {
  const world = makeWorld();
  const popper = world.network.connect();
  const pusher = world.network.connect();
  receive(popper, 'BLPOP l 0\r\n');
  receive(pusher, 'RPUSH l a\r\n');
  world.clock.advance(1);
  assert.deepEqual([popper.socket.output(), pusher.socket.output()], ['', '']);
  world.disk.finishSync();
  world.clock.advance(1);
  assert.equal(popper.socket.output(), '*2\r\n$1\r\nl\r\n$1\r\na\r\n');
  assert.equal(pusher.socket.output(), ':1\r\n');
});

test('held: replies larger than a flush wait, too', () => {
  const world = makeWorld();
  const wire = world.network.connect();
  const value = 'x'.repeat(200_000);
  const set = `*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$${value.length}\r\n${value}\r\n`;
  receive(wire, `${set}GET k\r\nGET k\r\nPING\r\n`);
  world.clock.advance(1);
  assert.equal(wire.socket.output(), '');
  world.disk.finishSync();
  world.clock.advance(5);
  const bulk = `$${value.length}\r\n${value}\r\n`;
  assert.equal(wire.socket.output(), `+OK\r\n${bulk}${bulk}+PONG\r\n`);
});

test('held: a connection that goes is forgotten', () => {
  const world = makeWorld();
  const wire = world.network.connect();
  receive(wire, 'SET k 1\r\n');
  wire.connection.closed();
  world.clock.advance(1);
  world.disk.finishSync();
  assert.equal(wire.socket.output(), '');
});

test('held: who is released in the midst of the turn of another one has his own after it', () => {
  const world = makeWorld();
  const waiter = world.network.connect();
  const setter = world.network.connect();
  receive(waiter, 'SET k 1\r\n');
  receive(waiter, 'ECHO waiter\r\n');
  world.clock.advance(1);
  receive(setter, 'ECHO setter\r\nCONFIG SET appendfsync no\r\nECHO setter\r\n');
  world.clock.advance(1);
  assert.equal(setter.socket.output(), '$6\r\nsetter\r\n+OK\r\n$6\r\nsetter\r\n');
  assert.equal(waiter.socket.output(), '+OK\r\n$6\r\nwaiter\r\n');
});

test('held: who loads the journal anew in a turn in which he wrote goes on', () => {
  const world = makeWorld();
  const wire = world.network.connect();
  receive(wire, 'SET a 1\r\n');
  receive(wire, 'INCR a\r\nDEBUG LOADAOF\r\nECHO x\r\nEXISTS a\r\n');
  world.clock.advance(1);
  world.disk.finishSync();
  world.clock.advance(1);
  // The journal of this world reads nothing back.
  assert.equal(wire.socket.output(), '+OK\r\n:2\r\n+OK\r\n$1\r\nx\r\n:0\r\n');
});

for (const [line, reply] of [
  ['CONFIG SET appendonly no', '+OK\r\n'],
  ['SHUTDOWN NOSAVE', ''],
] as const) {
  test(`what stands before ${line} in its chunk is in the journal`, () => {
    const world = makeWorld();
    const wire = world.network.connect();
    receive(wire, `SET k 1\r\n${line}\r\n`);
    world.clock.advance(1);
    assert.equal(wire.socket.output(), `+OK\r\n${reply}`);
    assert.deepEqual(world.incr(), ['SELECT 0', 'SET k 1']);
  });
}

test('what stands before CONFIG SET appendonly no in its transaction is not', () => {
  const world = makeWorld();
  const wire = world.network.connect();
  receive(wire, 'SET k 1\r\nMULTI\r\nSET l 2\r\nCONFIG SET appendonly no\r\nEXEC\r\n');
  assert.deepEqual(world.incr(), ['SELECT 0', 'SET k 1']);
});

test('held: what comes meanwhile is read up to a limit, and later the rest', () => {
  const world = makeWorld();
  const wire = world.network.connect();
  const bytes = 'SET k 1\r\n'.repeat(10_000);
  receive(wire, bytes);
  for (let size = 0; size < 2 ** 20; size += bytes.length) {
    assert.equal(wire.socket.isReading, true);
    receive(wire, bytes);
  }
  assert.equal(wire.socket.isReading, false);
  world.disk.holdsSyncs = false;
  world.disk.finishSync();
  world.clock.advance(1);
  world.disk.finishSync();
  world.clock.advance(100);
  assert.equal(wire.socket.isReading, true);
  assert.equal(wire.connection.queryUsedSize, 0);
});

const SET_OF = (key: string): string =>
  `>3\r\n$7\r\nmessage\r\n$18\r\n__keyevent@0__:set\r\n$${key.length}\r\n${key}\r\n`;

/** Somebody who hears of each SET, and how much he was sent before. */
function listener({ network }: World): Wire & { heard(): string } {
  const wire = network.connect();
  receive(wire, 'HELLO 3\r\nSUBSCRIBE __keyevent@0__:set\r\n');
  let from = wire.socket.output().length;
  const heard = (): string => {
    const said = wire.socket.output().slice(from);
    from += said.length;
    return said;
  };
  return Object.assign(wire, { heard });
}

test('held: what tells others of a write leaves when that lasts, however many follow', () => {
  const world = makeWorld();
  const told = listener(world);
  const writers = Array.from({ length: 4 }, () => world.network.connect());
  receive(writers[0], 'SET k0 v\r\n');
  world.clock.advance(1);
  for (let i = 1; i < 4; i++) {
    receive(writers[i], `SET k${i} v\r\n`);
    world.clock.advance(1);
    assert.equal(told.heard(), '');
    world.disk.finishSync();
    assert.equal(told.heard(), SET_OF(`k${i - 1}`));
    world.clock.advance(1);
  }
  assert.equal(told.heard(), '');
  world.disk.finishSync();
  assert.equal(told.heard(), SET_OF('k3'));
});

test('held: an invalidation leaves when the write lasts', () => {
  const world = makeWorld();
  const reader = world.network.connect();
  const writer = world.network.connect();
  receive(reader, 'HELLO 3\r\nCLIENT TRACKING ON\r\nGET k\r\n');
  const { length } = reader.socket.output();
  receive(writer, 'SET k v\r\n');
  world.clock.advance(1);
  assert.equal(reader.socket.output().length, length);
  world.disk.finishSync();
  const said = '>2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n';
  assert.equal(reader.socket.output().slice(length), said);
});

for (const [line, reply] of [
  ['PING', '+PONG\r\n'],
  ['QUIT', '+OK\r\n'],
] as const) {
  test(`held: what comes before the turn of ${line} comes before its reply`, () => {
    const world = makeWorld();
    const told = listener(world);
    receive(world.network.connect(), 'SET k v\r\n');
    receive(told, `${line}\r\n`);
    world.clock.advance(1);
    assert.equal(told.heard(), '');
    world.disk.finishSync();
    assert.equal(told.heard(), SET_OF('k') + reply);
    assert.equal(told.socket.isEnded, line === 'QUIT');
  });
}

test('messages that tell of nothing are not held, and on a quick disk nothing is', () => {
  const world = makeWorld();
  const told = listener(world);
  const other = world.network.connect();
  receive(other, 'PUBLISH __keyevent@0__:set m\r\n');
  world.clock.advance(1);
  assert.equal(told.heard(), SET_OF('m'));
  receive(other, 'SET k v\r\n');
  world.clock.advance(0);
  world.disk.finishSync();
  assert.equal(told.heard(), SET_OF('k'));
  // One sync was quick: from here on they are waited for.
  receive(other, 'SET l v\r\n');
  world.clock.advance(1);
  assert.equal(told.heard(), SET_OF('l'));
});

test('who was to hear of a write that may not last is closed; later messages go on', () => {
  const world = makeWorld();
  const told = listener(world);
  const other = world.network.connect();
  world.disk.failAt = { call: world.disk.calls.length, code: 'ENOSPC', times: 1e9 };
  receive(world.network.connect(), 'SET k v\r\n');
  world.clock.advance(1);
  assert.deepEqual([told.heard(), told.socket.isDestroyed], ['', true]);
  const later = listener(world);
  receive(other, 'PUBLISH __keyevent@0__:set m\r\n');
  world.clock.advance(1);
  assert.equal(later.heard(), SET_OF('m'));
});
