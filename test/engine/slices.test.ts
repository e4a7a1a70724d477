// Commands that take their time in slices: others go on between them, and in the end there is one
// answer and one call. Each look at the clock takes its time here, so that slices come to an end.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pages } from '../../src/engine/pages.ts';
import { Reply } from '../../src/engine/reply.ts';
import type { Session } from '../../src/engine/session.ts';
import { call, connect, type RecordedOutput } from '../support/clock.ts';
import { parseReplies, type ReplyTree } from '../support/resp.ts';
import { Network, receive, type Wire } from '../support/wire.ts';

/** A slice takes two steps or so. */
const LOOK_US = 300;
const KEYS_COUNT = 3000;

class World {
  readonly network: Network;
  readonly asker: Wire;
  /** Somebody else. */
  readonly other: { session: Session; output: RecordedOutput };

  constructor(config: Readonly<Record<string, string>> = {}, keys = KEYS_COUNT) {
    this.network = new Network({ 'enable-debug-command': 'yes', ...config });
    this.asker = this.network.connect();
    this.other = connect(this.network.server);
    this.say(`DEBUG POPULATE ${keys} key 8`);
    this.network.test.clock.lookUs = LOOK_US;
  }

  /** What somebody else is answered at once. */
  say(line: string): string {
    return call(this.network.server, this.other.session, line).trimEnd();
  }

  /** One turn of whoever waits for one. */
  turn(): void {
    this.network.test.clock.advance(0);
  }

  /** Turns until the asker is answered. Returns their number. */
  finish(): number {
    let turns = 0;
    for (; this.isAskerBlocked; turns++) {
      assert.ok(turns < 10_000, 'the command does not end');
      this.turn();
    }
    return turns;
  }

  /** Sends what the asker asks, and one turn passes. */
  ask(...lines: readonly string[]): void {
    receive(this.asker, lines.map((line) => `${line}\r\n`).join(''));
  }

  /** All that the asker was answered. */
  get answers(): ReplyTree[] {
    return parseReplies(Buffer.from(this.asker.socket.output(), 'latin1'));
  }

  get isAskerBlocked(): boolean {
    return this.asker.connection.session?.isBlocked === true;
  }
}

function textsOf({ items }: ReplyTree): string[] {
  return items.map(({ text }) => text);
}

function namesOf(count: number, first = 0): string[] {
  return Array.from({ length: count }, (_, i) => `key:${first + i}`);
}

test('KEYS lets others go on, and what the client sent behind it waits', () => {
  const world = new World();
  world.ask('PING', 'KEYS *', 'GET key:7', 'ECHO end');
  assert.equal(world.asker.socket.output(), '+PONG\r\n');
  assert.equal(world.say('GET key:5'), '$8\r\nvalue:5\0');
  world.ask('PING');
  const turns = world.finish();
  assert.ok(turns > 5, `${turns} turns`);
  const [, keys, get, echo, ping, ...rest] = world.answers;
  assert.deepEqual(textsOf(keys).sort(), namesOf(KEYS_COUNT).sort());
  assert.deepEqual([get.text, echo.text, ping.text, rest.length], ['value:7\0', 'end', 'PONG', 0]);
});

test('keys that stay are in the answer once, whatever comes, goes and moves meanwhile', () => {
  const world = new World({}, 9000);
  world.ask('KEYS key:*');
  for (let i = 0; world.isAskerBlocked; i++) {
    // Segments split, and then merge again.
    for (let j = 0; j < 300; j++) {
      if (i < 50) world.say(`SET more:${i}:${j} v`);
      else world.say(`DEL more:${i - 50}:${j} key:${4500 + ((i * 300 + j) % 4500)}`);
    }
    world.turn();
  }
  const names = textsOf(world.answers[0]);
  assert.equal(new Set(names).size, names.length, 'a key is there twice');
  const staying = names.filter((name) => Number(name.slice(4)) < 4500);
  assert.deepEqual(staying.sort(), namesOf(4500).sort());
});

for (const [line, count] of [
  ['KEYS *', KEYS_COUNT],
  ['KEYS key:1*', 1111],
  ['KEYS *9', 300],
  ['KEYS key:[5-6]??', 200],
  ['KEYS none*', 0],
  ['KEYS key:12', 1],
  ['KEYS key:4000', 0],
  ['KEYS key:\\12', 1],
] as const) {
  test(`the answer to ${line}`, () => {
    const world = new World();
    world.ask(line);
    world.finish();
    assert.equal(world.answers[0].items.length, count);
  });
}

test('one key is looked up, and no walk begins', () => {
  const world = new World();
  world.ask('KEYS key:12');
  assert.equal(world.asker.socket.output(), '*1\r\n$6\r\nkey:12\r\n');
  world.say('PEXPIRE key:12 1');
  world.say('DEBUG SET-ACTIVE-EXPIRE 0');
  world.network.test.clock.advance(2);
  world.ask('KEYS key:12');
  assert.equal(world.answers[1].items.length, 0);
  assert.equal(world.say('DBSIZE'), `:${KEYS_COUNT}`);
});

test('SCAN with a large COUNT lets others go on; its cursor is where it stopped', () => {
  const world = new World();
  world.ask('SCAN 0 COUNT 2000 MATCH key:* TYPE string');
  assert.ok(world.isAskerBlocked);
  world.say('PING');
  world.finish();
  const [first] = world.answers;
  const [cursor, keys] = first.items;
  assert.ok(keys.items.length >= 2000 && keys.items.length < 2400, `${keys.items.length}`);
  world.ask(`SCAN ${cursor.text} COUNT 9000000`);
  world.finish();
  const rest = world.answers[1].items;
  assert.equal(rest[0].text, '0');
  const names = new Set([...textsOf(keys), ...textsOf(rest[1])]);
  assert.deepEqual([...names].sort(), namesOf(KEYS_COUNT).sort());
});

test('RANDOMKEY lets others go on while it deletes what is due', () => {
  const world = new World();
  world.say('DEBUG SET-ACTIVE-EXPIRE 0');
  for (const name of namesOf(KEYS_COUNT - 1)) world.say(`PEXPIRE ${name} 1`);
  world.network.test.clock.advance(2);
  world.ask('RANDOMKEY');
  assert.ok(world.isAskerBlocked);
  assert.equal(world.say('PING'), '+PONG');
  world.finish();
  assert.equal(world.answers[0].text, `key:${KEYS_COUNT - 1}`);
});

for (const [line, effect] of [
  ['FLUSHALL', 'what was found before it is answered'],
  ['FLUSHDB ASYNC', 'what was found before it is answered'],
] as const) {
  test(`${line} in the midst of KEYS: ${effect}`, () => {
    const world = new World();
    world.ask('KEYS *');
    world.turn();
    world.say(line);
    world.say('SET after x');
    world.finish();
    const names = textsOf(world.answers[0]).filter((name) => name !== 'after');
    assert.ok(names.length > 0 && names.length < KEYS_COUNT, `${names.length}`);
    assert.equal(world.say('DBSIZE'), ':1');
  });
}

test('SWAPDB in the midst of KEYS: the walk goes on where its keys are', () => {
  const world = new World();
  world.ask('KEYS *');
  world.turn();
  world.say('SWAPDB 0 1');
  world.say('SET other x');
  world.finish();
  assert.deepEqual(textsOf(world.answers[0]).sort(), namesOf(KEYS_COUNT).sort());
});

test('what has left is no longer counted', () => {
  const world = new World();
  const { server } = world.network;
  world.ask('PING');
  const sizeBefore = server.clientsSize;
  world.ask('KEYS *');
  world.finish();
  assert.ok(world.asker.socket.outputSize() > 40_000);
  assert.equal(server.clientsSize, sizeBefore);
});

test('within a transaction KEYS and SCAN run at once', () => {
  const world = new World();
  world.ask('MULTI', 'KEYS *', 'SCAN 0 COUNT 3000', 'EXEC');
  const exec = world.answers[3];
  assert.equal(exec.items[0].items.length, KEYS_COUNT);
  assert.equal(exec.items[1].items[1].items.length, KEYS_COUNT);
});

test('a pause of all commands does not stop KEYS that has begun', () => {
  const world = new World();
  world.ask('KEYS *', 'PING');
  world.say('CLIENT PAUSE 100');
  world.finish();
  assert.equal(world.answers.length, 1);
  world.network.test.clock.advance(200);
  assert.equal(world.answers.length, 2);
});

test('clients that walk take turns', () => {
  const world = new World();
  const second = world.network.connect();
  world.ask('KEYS *');
  receive(second, 'KEYS *\r\n');
  assert.match(world.say('INFO clients'), /blocked_clients:2/);
  for (let i = 0; i < 4; i++) world.turn();
  assert.ok(world.isAskerBlocked && second.connection.session?.isBlocked);
  const turns = world.finish();
  world.turn();
  assert.equal(second.connection.session?.isBlocked, false, `${turns}`);
  assert.equal(second.socket.outputSize(), world.asker.socket.outputSize());
});

test('a client that walks is blocked, for all to see; CLIENT UNBLOCK does not concern it', () => {
  const world = new World();
  world.ask('KEYS *');
  const { session } = world.asker.connection;
  const line = world.say(`CLIENT LIST ID ${session?.id}`);
  assert.match(line, /flags=b db=0 .* cmd=keys /);
  assert.equal(world.say(`CLIENT UNBLOCK ${session?.id}`), ':0');
  const sizeBefore = world.network.server.clientsSize;
  for (let i = 0; i < 5; i++) world.turn();
  assert.ok(world.network.server.clientsSize > sizeBefore + 5000, 'what was found is not counted');
  world.finish();
  assert.equal(session?.blockedSize, 0);
  assert.match(world.say('INFO clients'), /blocked_clients:0/);
});

test('it is one call: statistics, slow log and MONITOR', () => {
  const world = new World({ 'slowlog-log-slower-than': '5000' });
  world.say('MONITOR');
  world.say('CONFIG RESETSTAT');
  world.ask('KEYS *');
  const turns = world.finish();
  world.turn();
  assert.equal(world.other.output.sent.split('"KEYS"').length - 1, 1);
  world.ask('INFO commandstats', 'SLOWLOG GET', 'INFO stats');
  const [, info, slowlog, stats] = world.answers;
  const [, calls, us] = /cmdstat_keys:calls=(\d+),usec=(\d+)/.exec(info.text) ?? [];
  assert.equal(calls, '1');
  // At least the two looks at the clock that end a slice.
  assert.ok(Number(us) > turns * 2 * LOOK_US, `${us} us in ${turns} turns`);
  assert.equal(slowlog.items.length, 1);
  assert.deepEqual(textsOf(slowlog.items[0].items[3]), ['KEYS', '*']);
  assert.equal(slowlog.items[0].items[2].text, us);
  assert.match(stats.text, /total_commands_processed:4\r/);
});

for (const [name, end] of [
  [
    'CLIENT KILL',
    (world: World) => world.say(`CLIENT KILL ID ${world.asker.connection.session?.id}`),
  ],
  ['a connection that ends', (world: World) => world.asker.connection.closed()],
] as const) {
  test(`${name} in the midst of KEYS ends it`, () => {
    const world = new World();
    world.ask('KEYS *', 'SET never x');
    world.turn();
    world.network.test.clock.lookUs = 0;
    end(world);
    assert.equal(world.isAskerBlocked, false);
    assert.match(world.say('INFO clients'), /blocked_clients:0/);
    world.turn();
    assert.equal(world.network.test.clock.timersCount, 0);
    assert.equal(world.asker.socket.output(), '');
    assert.equal(world.say('EXISTS never'), ':0');
  });
}

for (const [mode, answered] of [
  ['OFF', 0],
  ['SKIP', 1],
] as const) {
  test(`CLIENT REPLY ${mode} keeps the answer of KEYS back`, () => {
    const world = new World();
    world.ask(`CLIENT REPLY ${mode}`, 'KEYS *', 'PING');
    assert.ok(world.isAskerBlocked);
    world.finish();
    assert.equal(world.answers.length, answered);
  });
}

test('what KEYS has found counts against the output limit while it runs', () => {
  const world = new World({ 'client-output-buffer-limit': 'normal 20000 0 0' });
  world.ask('KEYS *');
  world.finish();
  assert.ok(world.asker.socket.isDestroyed);
  assert.equal(world.network.server.statistics.outputLimitDisconnections, 1);
});

test('a blocked client is not idle, and messages reach it in the midst of its command', () => {
  const world = new World({ timeout: '1' });
  world.ask('HELLO 3', 'SUBSCRIBE news', 'UNSUBSCRIBE news', 'PING', 'CLIENT TRACKING ON BCAST');
  const before = world.asker.socket.output().length;
  world.ask('KEYS *');
  world.say('SET key:1 x');
  world.turn();
  assert.match(world.asker.socket.output().slice(before), /^>2\r\n\$10\r\ninvalidate/);
  world.finish();
  assert.equal(world.answers.at(-1)?.items.length, KEYS_COUNT);
});

test('PUBSUB CHANNELS lets others go on', () => {
  const world = new World();
  const subscriber = connect(world.network.server).session;
  call(world.network.server, subscriber, ['SUBSCRIBE', ...namesOf(KEYS_COUNT)]);
  world.ask('PUBSUB CHANNELS key:*');
  assert.ok(world.isAskerBlocked);
  world.say('SUBSCRIBE another');
  world.finish();
  assert.deepEqual(textsOf(world.answers[0]).sort(), namesOf(KEYS_COUNT).sort());
});

for (const [protocol, start] of [
  ['HELLO 2', /^\$\d+\r\nid=/],
  ['HELLO 3', /^=\d+\r\ntxt:id=/],
] as const) {
  test(`CLIENT LIST lets others go on: who stays is in it, ${protocol}`, () => {
    const world = new World();
    const sessions = Array.from({ length: 20 }, () => connect(world.network.server).session);
    world.ask(protocol, 'CLIENT LIST', 'PING');
    assert.ok(world.isAskerBlocked);
    world.network.server.disconnect(sessions[18]);
    connect(world.network.server);
    assert.equal(world.say('PING'), '+PONG');
    world.finish();
    const [, list, pong] = world.answers;
    assert.match(list.raw, start);
    const ids = [...list.text.matchAll(/^(?:txt:)?id=(\d+) .*\n/gm)].map(([, id]) => Number(id));
    const staying = sessions.filter((_, i) => i !== 18).map(({ id }) => id);
    assert.deepEqual(ids.slice(-19), staying);
    assert.match(list.text, /flags=N [^\n]* cmd=client\|list /);
    assert.equal(pong.text, 'PONG');
  });
}

test('CLIENT KILL lets others go on, and closes who asked after its answer', () => {
  const world = new World();
  const killed = Array.from({ length: 20 }, () => world.network.connect());
  world.ask('CLIENT KILL TYPE normal SKIPME no', 'SET never x');
  assert.ok(world.isAskerBlocked);
  world.finish();
  assert.ok(killed.every(({ socket }) => socket.isDestroyed));
  assert.equal(world.asker.socket.output(), ':23\r\n');
  assert.ok(world.asker.socket.isEnded);
  const { session } = connect(world.network.server);
  assert.equal(call(world.network.server, session, 'EXISTS never'), ':0\r\n');
});

test('CLIENT KILL closes all, even when who asked goes', () => {
  const world = new World();
  const killed = Array.from({ length: 20 }, () => world.network.connect());
  world.ask('CLIENT KILL TYPE normal');
  assert.ok(world.isAskerBlocked);
  world.asker.connection.closed();
  assert.ok(killed.every(({ socket }) => socket.isDestroyed));
});

test('a long answer leaves a share at a time, as fast as the peer takes it', () => {
  const world = new World({}, 40_000);
  world.network.test.clock.lookUs = 1;
  const { socket, connection } = world.asker;
  for (let i = 0; i < 40; i++) world.say(`SET ${'long'.repeat(5000)}:${i} x`);
  world.network.test.clock.lookUs = LOOK_US;
  world.ask('KEYS *', 'PING');
  world.finish();
  socket.isStuck = true;
  for (let i = 0; i < 5; i++) world.turn();
  const stuckSize = socket.pendingSize;
  assert.ok(world.network.server.clientsSize > 1_000_000);
  assert.ok(stuckSize > 0 && stuckSize < 600_000, `${stuckSize} bytes were sent at once`);
  assert.ok(connection.pendingSize > 1_000_000, 'the rest is counted');
  world.say('SET key:1 other');
  for (let i = 0; socket.pendingSize > 0; i++) {
    assert.ok(i < 100 && socket.pendingSize < 600_000);
    socket.takeKept();
    connection.drained();
    world.turn();
  }
  const [keys, pong] = world.answers;
  assert.equal(keys.items.length, 40_040);
  assert.equal(pong.text, 'PONG');
});

/** Scans of collections: how members are added, how many words the reply has for each. */
const SCANS: readonly (readonly [string, (member: string) => string, number])[] = [
  ['SSCAN', (member) => member, 1],
  ['HSCAN', (member) => `${member} value`, 2],
  ['ZSCAN', (member) => `1 ${member}`, 2],
];
const ADDING: Readonly<Record<string, string>> = { SSCAN: 'SADD', HSCAN: 'HSET', ZSCAN: 'ZADD' };

for (const [scan, words, each] of SCANS) {
  test(`${scan} with a large COUNT lets others go on, and the key may change meanwhile`, () => {
    const world = new World();
    const add = ADDING[scan];
    const members = Array.from({ length: 3000 }, (_, i) => `m${i}`);
    const all = `${add} k ${members.map(words).join(' ')}`;
    world.say(all);
    world.ask(`${scan} k 0 COUNT 100000`);
    world.say(`${add} k ${words('other')}`);
    assert.ok(world.finish() > 5);
    world.ask(`${scan} k 0 COUNT 100000 MATCH m?`);
    world.say('DEL k');
    world.say(`${add} k ${words('m1')}`);
    world.finish();
    world.say(all);
    world.ask(`${scan} k 0 COUNT 100000`);
    world.say('DEL k');
    world.say('SET k string');
    world.finish();
    const [first, second, third] = world.answers;
    assert.equal(first.items[0].text, '0');
    assert.deepEqual(
      textsOf(first.items[1])
        .filter((text, i) => i % each === 0 && text !== 'other')
        .sort(),
      members.toSorted(),
    );
    assert.deepEqual([second.items[0].text, third.items[0].text], ['0', '0']);
  });
}

test('HRANDFIELD with a count far below 0 lets others go on, and ends when the hash goes', () => {
  const world = new World();
  world.say('HSET k a 1 b 2');
  world.ask('HRANDFIELD k -20000');
  assert.ok(world.finish() > 5);
  world.ask('HRANDFIELD k -20000');
  world.say('DEL k');
  world.finish();
  const [whole, cut] = world.answers;
  const fields = textsOf(whole);
  assert.equal(fields.length, 20_000);
  assert.deepEqual([...new Set(fields)].sort(), ['a', 'b']);
  assert.ok(cut.items.length > 0 && cut.items.length < 20_000);
});

test('a page of any size is kept as it is', () => {
  for (let size = 300_000; size < 300_016; size++) {
    const page = Buffer.from(Array.from({ length: size }, (_, i) => i % 251));
    const writer = new Reply();
    writer.raw(page);
    const pages = new Pages();
    pages.take(writer, true);
    const reply = new Reply();
    pages.writeTo(reply);
    assert.ok(page.equals(reply.take()), String(size));
  }
});
