// Commands that wait until somebody wakes them, their deadline at the latest. WAITER stands for
// those to come: it answers what the key holds, waits while there is nothing, and takes it away.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EVENT_DEL } from '../../src/domain/keyspace/events.ts';
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

const WAITER: CommandDeclaration = {
  name: 'WAITER',
  group: 'generic',
  documentations: () => ({}),
  flags: WRITE | BLOCKING,
  args: [],
  arity: 3,
  run: waiter,
};

function waiter(context: Context, request: Request, reply: Reply): void {
  const { keyspace, database, blocking } = context;
  const { buffer, starts, ends } = request;
  const ref = keyspace.find(database, buffer, starts[1], ends[1]);
  if (ref !== 0) {
    reply.string(keyspace.records, ref);
    keyspace.remove(database, ref, EVENT_DEL);
  } else if (!blocking.mayWait(context)) {
    reply.nil();
  } else {
    const timeoutMs = Number(request.text(2));
    const delayMs = timeoutMs === 0 ? Number.POSITIVE_INFINITY : timeoutMs;
    blocking.waitFor(context, delayMs, waiter, (_context, _request, late) => late.nil());
  }
}

class World {
  readonly test = makeServer({ 'enable-debug-command': 'yes' }, 1, {}, [WAITER]);
  readonly waiter: Session;
  readonly output: RecordedOutput;

  constructor() {
    ({ session: this.waiter, output: this.output } = connect(this.test.server));
  }

  /** What a session of its own is answered. */
  say(line: string): string {
    return call(this.test.server, this.test.session, line).trimEnd();
  }

  wait(line: string, session = this.waiter): void {
    assert.equal(call(this.test.server, session, line), '');
    assert.ok(session.isBlocked);
  }

  wake(session = this.waiter): void {
    this.test.server.blocking.wake(session);
    this.advance(0);
  }

  advance(ms: number): void {
    this.test.clock.advance(ms);
    this.test.server.pushes.deliver();
  }
}

test('it is answered when what it waits for is there', () => {
  const world = new World();
  world.wait('WAITER k 0');
  world.wake();
  assert.ok(world.waiter.isBlocked, 'there was nothing yet');
  world.say('SET k v');
  world.wake();
  assert.equal(world.output.sent, '$1\r\nv\r\n');
  assert.equal(world.output.answers, 1);
  assert.ok(!world.waiter.isBlocked);
  assert.equal(world.say('EXISTS k'), ':0');
});

test('deadlines pass to the millisecond, and not before', () => {
  const world = new World();
  world.test.server.cron.start();
  const others = Array.from({ length: 50 }, () => connect(world.test.server));
  for (const [i, { session }] of others.entries()) world.wait(`WAITER k ${7 * (50 - i)}`, session);
  world.wait('WAITER k 101');
  world.advance(100);
  assert.equal(world.output.sent, '');
  world.advance(1);
  assert.equal(world.output.sent, '$-1\r\n');
  const late = others.filter(({ output }) => output.sent !== '');
  assert.equal(late.length, 14);
  assert.match(world.say('INFO clients'), /blocked_clients:36\r/);
  world.advance(250);
  assert.ok(others.every(({ output }) => output.sent === '$-1\r\n'));
});

for (const [line, answer] of [
  ['', '$-1\r\n'],
  [' TIMEOUT', '$-1\r\n'],
  [' ERROR', '-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n'],
  [' error', '-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n'],
] as const) {
  test(`CLIENT UNBLOCK <id>${line}`, () => {
    const world = new World();
    const unblock = `CLIENT UNBLOCK ${world.waiter.id}${line}`;
    assert.equal(world.say(unblock), ':0');
    world.wait('WAITER k 0');
    assert.equal(world.say(unblock), ':1');
    assert.equal(world.say(unblock), ':0');
    assert.match(world.say('INFO clients'), /blocked_clients:0\r/);
    // What comes too late stays.
    world.say('SET k v');
    world.wake();
    assert.equal(world.output.sent, answer);
    assert.equal(world.say('GET k'), '$1\r\nv');
    assert.equal(world.say(unblock), ':0');
  });
}

test('an end of the connection ends it', () => {
  const world = new World();
  world.test.server.cron.start();
  world.wait('WAITER k 10');
  world.test.server.disconnect(world.waiter);
  world.say('SET k v');
  world.wake();
  world.advance(20);
  assert.equal(world.output.sent, '');
  assert.equal(world.say('GET k'), '$1\r\nv');
  assert.equal(world.test.server.blocking.count, 0);
});

test('within a transaction it does not wait', () => {
  const world = new World();
  world.say('MULTI');
  world.say('WAITER k 0');
  assert.equal(world.say('EXEC'), '*1\r\n$-1');
});

test('it is one call, and its effect is that of the run that answered', () => {
  const world = new World();
  const effects = new RecordedEffects();
  world.test.server.journalTo(effects);
  world.say('MONITOR');
  world.wait('WAITER k 0');
  world.wake();
  world.wake();
  const { session } = connect(world.test.server);
  call(world.test.server, session, 'SET k v');
  world.wake();
  assert.equal(world.test.output.sent.split('"WAITER"').length - 1, 1);
  const info = call(world.test.server, session, 'INFO commandstats');
  assert.match(info, /cmdstat_waiter:calls=1,usec=0,usec_per_call=0.00,rejected_calls=0,failed_/);
  assert.deepEqual(effects.take(), ['SELECT 0', 'SET k v', 'WAITER k 0']);
});

test('an error that ends it counts as a failed call', () => {
  const world = new World();
  world.wait('WAITER k 0');
  world.say(`CLIENT UNBLOCK ${world.waiter.id} ERROR`);
  world.advance(0);
  const info = world.say('INFO everything');
  assert.match(info, /cmdstat_waiter:calls=1,[^\r]*,failed_calls=1\r/);
  assert.match(info, /errorstat_UNBLOCKED:count=1\r/);
});

test('while writes are paused nothing is taken away, and deadlines pass', () => {
  const world = new World();
  world.test.server.cron.start();
  const other = connect(world.test.server);
  world.wait('WAITER k 0');
  world.wait('WAITER k 50', other.session);
  world.say('SET k v');
  world.say('CLIENT PAUSE 100 WRITE');
  world.wake(other.session);
  world.wake();
  assert.equal(world.say('EXISTS k'), ':1');
  world.advance(60);
  assert.deepEqual([other.output.sent, world.output.sent], ['$-1\r\n', '']);
  world.advance(60);
  assert.equal(world.output.sent, '$1\r\nv\r\n');
  assert.equal(world.say('EXISTS k'), ':0');
});

test('who waits for a key is served after a pause of writes, in his order', () => {
  const world = new World();
  const { server, session } = world.test;
  const others = Array.from({ length: 3 }, () => connect(server));
  for (const other of others) world.wait('BLPOP list 0', other.session);
  world.say('MULTI');
  world.say('RPUSH list a b');
  world.say('CLIENT PAUSE 1000 WRITE');
  assert.equal(world.say('EXEC'), '*2\r\n:2\r\n+OK');
  world.advance(0);
  assert.equal(world.say('LRANGE list 0 -1'), '*2\r\n$1\r\na\r\n$1\r\nb');
  assert.match(world.say('INFO clients'), /blocked_clients:3\r/);
  assert.ok(!session.isBlocked);
  world.say('CLIENT UNPAUSE');
  world.advance(0);
  const sent = others.map(({ output }) => output.sent.split('\r\n').at(-2));
  assert.deepEqual(sent, ['a', 'b', undefined]);
  world.say('RPUSH list c');
  world.advance(0);
  assert.match(others[2].output.sent, /c\r\n$/);
});

test('five thousand that are woken at once are answered', () => {
  const world = new World();
  const all = Array.from({ length: 5000 }, () => connect(world.test.server));
  for (const { session } of all) call(world.test.server, session, 'WAITER k 1000');
  for (const { session } of all) world.test.server.blocking.unblock(session, null);
  world.test.clock.lookUs = 10;
  for (let i = 0; i < 1000; i++) world.test.clock.advance(0);
  assert.ok(all.every(({ output }) => output.sent === '$-1\r\n'));
});

test('who waited for a key sees the time when what brought it is over', () => {
  const world = new World();
  world.wait('BLPOP l 1');
  world.say('DEBUG SET-ACTIVE-EXPIRE 0');
  for (const line of ['MULTI', 'RPUSH l a', 'PEXPIRE l 100', 'DEBUG SLEEP 0.2']) world.say(line);
  assert.equal(world.say('EXEC'), '*3\r\n:1\r\n:1\r\n+OK');
  assert.ok(world.waiter.isBlocked);
  assert.equal(world.say('EXISTS l'), ':0');
});
