// Faults on purpose: which requests meet a rule, and what becomes of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FaultEffect, type FaultRule, Faults } from '../../src/engine/faults.ts';
import { call, connect, makeServer, type TestServer } from '../support/clock.ts';

const NAMED = Buffer.from('ann');

function withFaults(...rules: (Partial<FaultRule> & { effect: FaultEffect })[]): TestServer {
  const made = makeServer();
  const { server } = made;
  server.faults = new Faults(server);
  const any = { command: null, key: null, client: null, after: 0, times: Infinity, chance: 1 };
  for (const rule of rules) server.faults.add({ ...any, ...rule });
  return made;
}

/** A rule that refuses, and what lines are answered: `!` where they meet it. */
const MATCHES: readonly [rule: Partial<FaultRule>, lines: readonly string[]][] = [
  [{}, ['!PING', '!SET k v', '!CONFIG GET maxmemory']],
  [{ command: 'get' }, ['!GET k', 'GETDEL k', '!get k', 'MGET k']],
  [{ command: 'config' }, ['!CONFIG GET maxmemory', '!CONFIG RESETSTAT', 'PING']],
  [{ command: 'config|get' }, ['!CONFIG GET maxmemory', 'CONFIG RESETSTAT']],
  [{ key: Buffer.from('user:*') }, ['!GET user:1', '!MGET a user:2', 'GET users', 'ECHO user:1']],
  [{ key: Buffer.from('k') }, ['!EVAL "return 1" 1 k', 'EVAL "return \'k\'" 0', '!COPY a k']],
  [{ client: NAMED }, ['PING', 'CLIENT SETNAME ann', '!PING', '!CLIENT SETNAME ben']],
  [{ client: 1 }, ['!PING']],
  [{ client: 2 }, ['PING']],
  [{ after: 2 }, ['PING', 'PING', '!PING', '!PING']],
  [{ times: 2 }, ['!PING', '!PING', 'PING']],
  [{ after: 1, times: 1, command: 'get' }, ['GET k', 'PING', '!GET k', 'GET k']],
  [{ chance: 0 }, ['PING', 'PING']],
];

test('faults: whom a rule means', () => {
  for (const [rule, lines] of MATCHES) {
    const { server, session } = withFaults({ ...rule, effect: { error: 'ERR on purpose' } });
    for (const line of lines) {
      const isMet = line.startsWith('!');
      const reply = call(server, session, isMet ? line.slice(1) : line);
      const what = `${JSON.stringify(rule)}: ${line}: ${reply}`;
      assert.equal(reply === '-ERR on purpose\r\n', isMet, what);
    }
  }
});

test('faults: the chance of a rule is that of the random source', () => {
  const { server, session } = withFaults({ chance: 0.25, effect: { error: 'ERR on purpose' } });
  let met = 0;
  for (let i = 0; i < 1000; i++) if (call(server, session, 'PING').startsWith('-')) met++;
  assert.ok(met > 150 && met < 350, `${met}`);
});

test('faults: an error is one, for a transaction too; what EXEC runs is no request', () => {
  const { server, session } = withFaults({ command: 'get', effect: { error: 'OOM not now' } });
  call(server, session, 'MULTI');
  assert.equal(call(server, session, 'GET k'), '-OOM not now\r\n');
  assert.match(call(server, session, 'EXEC'), /^-EXECABORT/);
  server.faults?.clear();
  call(server, session, 'MULTI');
  call(server, session, 'GET k');
  server.faults?.add({
    ...{ command: 'get', key: null, client: null, after: 0, times: 1, chance: 1 },
    effect: { error: 'OOM not now' },
  });
  assert.equal(call(server, session, 'EXEC'), '*1\r\n$-1\r\n');
  assert.equal(call(server, session, "EVAL \"return redis.call('GET','k')\" 0"), '$-1\r\n');
  assert.match(call(server, session, 'INFO errorstats'), /errorstat_OOM:count=1/);
});

test('faults: a late request runs when its time has come, and once', () => {
  const { server, session, output, clock } = withFaults({
    command: 'incr',
    effect: { delayMs: 500 },
  });
  assert.equal(call(server, session, 'INCR n'), '');
  clock.advance(499);
  assert.equal(output.resumes, 0);
  clock.advance(1);
  assert.equal(output.resumes, 1);
  // The connection tries it again.
  assert.equal(call(server, session, 'INCR n'), ':1\r\n');
  assert.equal(call(server, session, 'GET n'), '$1\r\n1\r\n');
  assert.equal(call(server, session, 'INCR n'), '');
  server.faults?.clear();
  clock.advance(0);
  assert.equal(output.resumes, 2);
  assert.equal(call(server, session, 'INCR n'), ':2\r\n');
  assert.equal(call(server, session, 'INCR n'), ':3\r\n');
});

test('faults: who goes while his request is late is gone', () => {
  const { server, clock } = withFaults({ command: 'incr', effect: { delayMs: 500 } });
  const { session, output } = connect(server);
  call(server, session, 'INCR n');
  server.disconnect(session);
  clock.advance(1000);
  assert.equal(output.resumes, 0);
});

test('faults: a connection is dropped before its request, or after it', () => {
  for (const drop of ['before', 'after'] as const) {
    const { server, session, output } = withFaults({ command: 'incr', effect: { drop } });
    const other = connect(server);
    call(server, session, 'INCR n');
    assert.ok(output.isDestroyed && session.isClosing, drop);
    const value = drop === 'after' ? '$1\r\n1\r\n' : '$-1\r\n';
    assert.equal(call(server, other.session, 'GET n'), value);
    assert.ok(!other.output.isDestroyed);
  }
});

test('faults: where there are none any more, nobody looks', () => {
  const { server, session } = withFaults({ effect: { error: 'ERR on purpose' } });
  server.faults?.clear();
  const { denied } = makeServer().server;
  assert.equal(server.denied, denied);
  assert.equal(call(server, session, 'PING'), '+PONG\r\n');
});
