// Commands that wait for keys. TAKE stands for those to come: it takes away the first of its keys
// that has a string and says what it held, or waits for one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EVENT_DEL } from '../../src/domain/keyspace/events.ts';
import { NONE } from '../../src/domain/memory/arena.ts';
import { isOfType, TYPE_STRING } from '../../src/domain/memory/record.ts';
import {
  BLOCKING,
  type CommandDeclaration,
  type Context,
  WRITE,
} from '../../src/engine/command.ts';
import type { Reply } from '../../src/engine/reply.ts';
import type { Request } from '../../src/engine/request.ts';
import type { Session } from '../../src/engine/session.ts';
import { call, connect, makeServer, type RecordedOutput } from '../support/clock.ts';
import { RecordedEffects } from '../support/effects.ts';

const TAKE: CommandDeclaration = {
  name: 'TAKE',
  group: 'generic',
  documentations: () => ({}),
  flags: WRITE | BLOCKING,
  args: [],
  arity: -3,
  run: take,
};

function take(context: Context, request: Request, reply: Reply): void {
  const { keyspace, database, blocking, effects } = context;
  const { buffer, starts, ends, count } = request;
  for (let i = 1; i < count - 1; i++) {
    const ref = keyspace.findToChange(database, buffer, starts[i], ends[i]);
    if (ref === NONE || !isOfType(keyspace.arena, ref, TYPE_STRING)) continue;
    reply.string(keyspace.records, ref);
    keyspace.remove(database, ref, EVENT_DEL);
    effects.instead('DEL', 2).argument(request, i);
    return;
  }
  if (!blocking.mayWait(context)) return reply.nil();
  const ms = Number(request.text(count - 1));
  const delayMs = ms === 0 ? Number.POSITIVE_INFINITY : ms;
  const nil = (_context: Context, _request: Request, late: Reply): void => late.nil();
  blocking.waitForKeys(context, request, 1, count - 1, TYPE_STRING, delayMs, take, nil);
}

interface Waiter {
  readonly session: Session;
  readonly output: RecordedOutput;
}

class World {
  readonly test = makeServer({}, 1, {}, [TAKE]);

  say(line: string): string {
    return call(this.test.server, this.test.session, line).trimEnd();
  }

  wait(line: string): Waiter {
    const waiter = connect(this.test.server);
    for (const each of line.split(';')) call(this.test.server, waiter.session, each);
    assert.ok(waiter.session.isBlocked);
    return waiter;
  }

  get keys(): number {
    return this.test.server.blocking.keys.count;
  }

  /** What it was answered, once all have had their turn. */
  said({ output }: Waiter): string {
    this.test.clock.advance(0);
    return output.sent;
  }
}

const V = '$1\r\nv\r\n';

/** What brings a key that somebody waits for, in words that stand for themselves. */
for (const [before, line] of [
  ['', 'SET k v'],
  ['SET j v', 'RENAME j k'],
  ['SET j v', 'RENAMENX j k'],
  ['SET j v', 'COPY j k'],
  ['SELECT 1;SET k v', 'MOVE k 0'],
  ['SELECT 1;SET k v', 'SWAPDB 0 1'],
  ['', 'MSET a b k v'],
  ['MULTI;SET k w;DEL k;SET k v', 'EXEC'],
] as const) {
  test(`it is served when the key comes: ${line}`, () => {
    const world = new World();
    const waiter = world.wait('TAKE i k 0');
    for (const each of before.split(';')) if (each !== '') world.say(each);
    world.say(line);
    world.say('SELECT 0');
    assert.equal(world.say('EXISTS k'), ':0');
    assert.equal(world.said(waiter), V);
    assert.ok(!waiter.session.isBlocked);
    assert.equal(waiter.output.answers, 1);
    assert.equal(world.keys, 0);
  });
}

test('what does not bring it leaves it waiting', () => {
  const world = new World();
  const waiter = world.wait('SELECT 1;TAKE k 0');
  for (const line of ['SET k v', 'SET kk v', 'MULTI', 'SET k w', 'DEL k', 'EXEC']) world.say(line);
  assert.equal(world.said(waiter), '');
  assert.equal(world.keys, 1);
  world.say('SELECT 1');
  for (const line of ['MULTI', 'SET k v', 'DEL k', 'EXEC']) world.say(line);
  assert.equal(world.said(waiter), '');
  world.say('SET k v');
  assert.equal(world.said(waiter), V);
});

test('who came first is served first, and each key serves one', () => {
  const world = new World();
  const waiters = Array.from({ length: 3 }, () => world.wait('TAKE k 0'));
  for (let served = 1; served <= 3; served++) {
    world.say('SET k v');
    const answered = waiters.filter((waiter) => world.said(waiter) !== '');
    assert.deepEqual(answered, waiters.slice(0, served));
  }
});

test('a transaction is one thing: of several keys the first argument has the first try', () => {
  const world = new World();
  const waiter = world.wait('TAKE a b 0');
  for (const line of ['MULTI', 'SET b 2', 'SET a 1', 'EXEC']) world.say(line);
  assert.equal(world.said(waiter), '$1\r\n1\r\n');
  assert.equal(world.say('EXISTS a b'), ':1');
});

test('deadlines, CLIENT UNBLOCK and the end of the connection take it out of its queues', () => {
  const world = new World();
  world.test.server.cron.start();
  const late = world.wait('TAKE k 10');
  const unblocked = world.wait('TAKE k j 0');
  const gone = world.wait('TAKE k 0');
  assert.equal(world.keys, 2);
  assert.match(world.say('INFO clients'), /timeout_table:1\r\ntotal_blocking_keys:2\r/);
  world.test.clock.advance(9);
  assert.equal(late.output.sent, '');
  world.test.clock.advance(1);
  assert.equal(world.said(late), '$-1\r\n');
  assert.equal(world.say(`CLIENT UNBLOCK ${unblocked.session.id}`), ':1');
  world.test.server.disconnect(gone.session);
  assert.equal(world.keys, 0);
  world.say('SET k v');
  assert.equal(world.said(unblocked), '$-1\r\n');
  assert.equal(gone.output.sent, '');
  assert.equal(world.say('GET k'), '$1\r\nv');
});

test('who was served cannot be unblocked, nor time out, before the answer leaves', () => {
  const world = new World();
  world.test.server.cron.start();
  const waiter = world.wait('TAKE k 10');
  world.say('SET k v');
  assert.equal(world.say(`CLIENT UNBLOCK ${waiter.session.id}`), ':0');
  assert.match(world.say('INFO clients'), /blocked_clients:0\r/);
  world.test.clock.advance(20);
  assert.equal(waiter.output.sent, V);
});

test('within a transaction it does not wait', () => {
  const world = new World();
  for (const line of ['MULTI', 'TAKE k 0']) world.say(line);
  assert.equal(world.say('EXEC'), '*1\r\n$-1');
});

test('effects are those of the runs, each a unit of its own', () => {
  const world = new World();
  const effects = new RecordedEffects();
  world.test.server.journalTo(effects);
  world.wait('TAKE k 0');
  world.say('SET k v');
  assert.deepEqual(effects.take(), ['SELECT 0', 'SET k v', 'DEL k']);
});

test('what served clients cause for themselves follows their answer', () => {
  const world = new World();
  world.say('CONFIG SET notify-keyspace-events Kg');
  const waiter = world.wait('HELLO 3;SUBSCRIBE __keyspace@0__:k;TAKE k 0');
  world.say('SET k v');
  const [answer, message] = [V, '>3\r\n$7\r\nmessage\r\n$14\r\n__keyspace@0__:k\r\n$3\r\ndel\r\n'];
  assert.equal(world.said(waiter), answer + message.replace('$14', '$16'));
});

for (const [name, keyOf] of [
  ['one key', () => 'k'],
  ['keys of their own', (i: number) => `k${i}`],
] as const) {
  test(`ten thousand clients on ${name}`, () => {
    const world = new World();
    world.say('CONFIG SET maxclients 30000');
    const keys = Array.from({ length: 10_000 }, (_, i) => keyOf(i));
    const { server, session } = world.test;
    const waiters = keys.map((key) => {
      const waiter = connect(server);
      call(server, waiter.session, `TAKE ${key} 0`);
      return waiter;
    });
    assert.equal(world.keys, new Set(keys).size);
    for (const key of keys) call(server, session, `SET ${key} v`);
    world.test.clock.advance(0);
    assert.ok(waiters.every(({ output }) => output.sent === V));
    assert.equal(world.say('DBSIZE'), ':0');
  });
}
