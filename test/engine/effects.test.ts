// What the journal and replicas are sent: for every command that changes data, the effect that
// Redis 7.2.6 writes to its append-only file (all lines were asked of it).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALL_COMMANDS } from '../../src/commands/all.ts';
import { WRITE } from '../../src/engine/command.ts';
import { call, makeServer, START_MS } from '../support/clock.ts';
import { RecordedEffects } from '../support/effects.ts';

/** Lines that are sent, `@5` lets 5 ms pass; then the effects of the last one, SELECT left out. */
type Line = readonly [sent: string, ...effects: string[]];

const IN_100_S = START_MS + 100_000;

const LINES: readonly Line[] = [
  ['SET k v', 'SET k v'],
  ['SET k v EX 100', `SET k v PXAT ${IN_100_S}`],
  ['SET k v PX 100000 NX', `SET k v PXAT ${IN_100_S}`],
  ['SET k v EXAT 33000000000 GET', 'SET k v PXAT 33000000000000'],
  ['SET k v; SET k w GET', 'SET k w'],
  ['SET k v GET NX', 'SET k v NX'],
  ['SET k v; SET k w NX'],
  ['SET k v; SET k w KEEPTTL', 'SET k w KEEPTTL'],
  ['SET k v; SET k w KEEPTTL GET', 'SET k w KEEPTTL'],
  ['SET k v EX 10; SET k w XX GET KEEPTTL', 'SET k w XX KEEPTTL'],
  ['SETEX k 100 v', `SET k v PXAT ${IN_100_S}`],
  ['PSETEX k 100000 v', `SET k v PXAT ${IN_100_S}`],
  ['SETNX k v', 'SETNX k v'],
  ['GETSET k v', 'SET k v'],
  ['SET k v; GETSET k w', 'SET k w'],
  ['SET k v; GETDEL k', 'DEL k'],
  ['GETDEL k'],
  ['SET k v; GETEX k'],
  ['SET k v; GETEX k EX 100', `PEXPIREAT k ${IN_100_S}`],
  ['SET k v; GETEX k EXAT 1', 'DEL k'],
  ['SET k v EX 100; GETEX k PERSIST', 'PERSIST k'],
  ['SET k v; GETEX k PERSIST'],
  ['SET k 1.5; INCRBYFLOAT k 1', 'SET k 2.5 KEEPTTL'],
  ['SET k 1; INCR k', 'INCR k'],
  ['INCRBY k 5', 'INCRBY k 5'],
  ['DECR k', 'DECR k'],
  ['DECRBY k 3', 'DECRBY k 3'],
  ['APPEND k v', 'APPEND k v'],
  ['SETRANGE k 2 v', 'SETRANGE k 2 v'],
  ['SETRANGE k 0 ""'],
  ['MSET a 1 b 2', 'MSET a 1 b 2'],
  ['MSETNX a 1 b 2', 'MSETNX a 1 b 2'],
  ['SET a 1; MSETNX a 1 b 2'],
  ['SET k v; EXPIRE k 100', `PEXPIREAT k ${IN_100_S}`],
  ['SET k v; EXPIRE k -1', 'DEL k'],
  ['SET k v; PEXPIRE k 100000', `PEXPIREAT k ${IN_100_S}`],
  ['SET k v; EXPIREAT k 33000000000', 'PEXPIREAT k 33000000000000'],
  ['SET k v; PEXPIREAT k 1', 'DEL k'],
  ['SET k v; EXPIRE k 100 XX'],
  ['SET k v EX 100; PERSIST k', 'PERSIST k'],
  ['SET k v; PERSIST k'],
  ['SET a 1; DEL a b', 'DEL a b'],
  ['DEL a b'],
  ['SET a 1; UNLINK a b', 'UNLINK a b'],
  ['SET a 1; RENAME a b', 'RENAME a b'],
  ['SET a 1; RENAMENX a b', 'RENAMENX a b'],
  ['SET a 1; SET b 1; RENAMENX a b'],
  ['SET a 1; COPY a b', 'COPY a b'],
  ['SET a 1; COPY a b DB 1 REPLACE', 'COPY a b DB 1 REPLACE'],
  ['SET a 1; MOVE a 1', 'MOVE a 1'],
  ['HSET h a 1 b 2', 'HSET h a 1 b 2'],
  ['HMSET h a 1 b 2', 'HMSET h a 1 b 2'],
  ['HSETNX h a 1', 'HSETNX h a 1'],
  ['HSET h a 1; HSETNX h a 2'],
  ['HINCRBY h a 5', 'HINCRBY h a 5'],
  ['HSET h a 1.5; HINCRBYFLOAT h a 1', 'HSET h a 2.5'],
  // Redis 7.4 and 8.0: by their documentation and sources.
  ['HSET h a 1 b 2; HEXPIRE h 100 FIELDS 2 a c', `HPEXPIREAT h ${IN_100_S} FIELDS 1 a`],
  ['HSET h a 1; HPEXPIRE h 100000 NX FIELDS 1 a', `HPEXPIREAT h ${IN_100_S} NX FIELDS 1 a`],
  ['HSET h a 1; HEXPIREAT h 33000000000 FIELDS 1 a', 'HPEXPIREAT h 33000000000000 FIELDS 1 a'],
  ['HSET h a 1 b 1; HPEXPIREAT h 1 FIELDS 2 a b', 'MULTI', 'HDEL h a', 'HDEL h b', 'EXEC'],
  ['HSET h a 1; HEXPIRE h 100 XX FIELDS 1 a'],
  ['HSET h a 1; HEXPIRE h 9 FIELDS 1 a; HPERSIST h FIELDS 1 a', 'HPERSIST h FIELDS 1 a'],
  ['HSET h a 1; HPERSIST h FIELDS 1 a'],
  ['HSET h a 1 b 2; HGETDEL h FIELDS 2 a c', 'HDEL h a c'],
  ['HGETDEL h FIELDS 1 a'],
  ['HSET h a 1; HGETEX h EX 100 FIELDS 1 a', `HPEXPIREAT h ${IN_100_S} FIELDS 1 a`],
  ['HSET h a 1; HGETEX h FIELDS 1 a'],
  ['HSET h a 1; HGETEX h PXAT 1 FIELDS 1 a', 'HDEL h a'],
  ['HSETEX h EX 100 FIELDS 1 a 1; HGETEX h PERSIST FIELDS 1 a', 'HPERSIST h FIELDS 1 a'],
  ['HSETEX h FIELDS 1 a 1', 'HSETEX h FIELDS 1 a 1'],
  ['HSETEX h FNX EX 100 FIELDS 1 a 1', `HSETEX h FNX PXAT ${IN_100_S} FIELDS 1 a 1`],
  ['HSETEX h PXAT 1 FIELDS 2 a 1 b 2', 'MULTI', 'HDEL h a', 'HDEL h b', 'EXEC'],
  ['HSETEX h FXX FIELDS 1 a 1'],
  ['HSET h a 1 b 2; HDEL h a c', 'HDEL h a c'],
  ['HSET h a 1; HDEL h a', 'HDEL h a'],
  ['HDEL h a'],
  ['SADD s a b', 'SADD s a b'],
  ['SADD s a; SADD s a'],
  ['SADD s a b; SREM s a x', 'SREM s a x'],
  ['SADD s a b; SREM s x'],
  ['SADD s a; SMOVE s t a', 'SMOVE s t a'],
  ['SADD s a; SMOVE s s a'],
  ['SADD s a; SPOP s', 'SREM s a'],
  ['SPOP s'],
  ['SADD s a; SPOP s 0'],
  ['SADD s a; SPOP s 1', 'DEL s'],
  ['SADD s a b; SPOP s 9', 'DEL s'],
  ['SADD s a b; SINTERSTORE t s s', 'SINTERSTORE t s s'],
  ['SADD s a; SINTERSTORE t s x'],
  ['SADD t a; SINTERSTORE t s', 'SINTERSTORE t s'],
  ['SADD s a; SUNIONSTORE t s x', 'SUNIONSTORE t s x'],
  ['SADD s a; SDIFFSTORE t s x', 'SDIFFSTORE t s x'],
  ['FLUSHDB', 'FLUSHDB'],
  ['FLUSHALL', 'FLUSHALL'],
  ['FLUSHALL ASYNC', 'FLUSHALL ASYNC'],
  ['SWAPDB 0 1', 'SWAPDB 0 1'],
  ['FUNCTION FLUSH', 'FUNCTION FLUSH'],
  ['DEBUG POPULATE 2'],
  ['TOUCH a'],
];

/** Keys whose deadline has passed and that nobody has removed yet. */
const DUE: readonly Line[] = [
  ['SET a 1 PX 1; @5; GET a', 'DEL a'],
  ['SET a 1 PX 1; SET b 1 PX 1; @5; MGET a b', 'MULTI', 'DEL a', 'DEL b', 'EXEC'],
  ['SET a 1 PX 1; @5; SET a 2', 'MULTI', 'DEL a', 'SET a 2', 'EXEC'],
  ['SET a 1 PX 1; @5; DEL a', 'DEL a'],
  ['SET a 1 PX 1; @5; UNLINK a', 'DEL a'],
  ['SET a 1 PX 1; @5; INCR a', 'MULTI', 'DEL a', 'INCR a', 'EXEC'],
  ['SET a 1 PX 1; SET b 1; @5; RENAME b a', 'MULTI', 'DEL a', 'RENAME b a', 'EXEC'],
  ['SET a 1 PX 1; @5; SCAN 0', 'DEL a'],
  [
    'HSETEX h PX 1 FIELDS 2 a 1 b 2; HSET h c 3; @5; HLEN h',
    'MULTI',
    'HDEL h a',
    'HDEL h b',
    'EXEC',
  ],
  ['HSETEX h PX 1 FIELDS 1 a 1; @5; HSET h b 2', 'MULTI', 'HDEL h a', 'HSET h b 2', 'EXEC'],
  ['SET a 1 PX 1; @5; RANDOMKEY', 'DEL a'],
];

const UNLINKED: readonly Line[] = [
  ['DEBUG SET-ACTIVE-EXPIRE 0; SET a 1 PX 1; @5; GET a', 'UNLINK a'],
  ['SET k v; EXPIRE k -1', 'UNLINK k'],
  ['SET k v; GETEX k EXAT 1', 'UNLINK k'],
];

const TRANSACTIONS: readonly Line[] = [
  ['MULTI; SET a 1; SET b 1; GET a; EXEC', 'MULTI', 'SET a 1', 'SET b 1', 'EXEC'],
  ['MULTI; GET a; EXEC'],
  ['MULTI; SET a 1; EXEC', 'SET a 1'],
  ['MULTI; SET a 1 EX 100; INCR a; EXEC', 'MULTI', `SET a 1 PXAT ${IN_100_S}`, 'INCR a', 'EXEC'],
  ['MULTI; SET a 1; DISCARD'],
];

check('effects', LINES);
check('effects of keys that are due', DUE, 'DEBUG SET-ACTIVE-EXPIRE 0');
check('effects with lazyfree-lazy-expire', UNLINKED, 'CONFIG SET lazyfree-lazy-expire yes');
check('effects of transactions', TRANSACTIONS);

const SERVER_UNLINKS = 'CONFIG SET lazyfree-lazy-server-del yes';

check('effects', [['SADD s a b; SPOP s 2', 'UNLINK s']], SERVER_UNLINKS);

test('effects: what SPOP takes is removed by SREM, 1,024 members at a time', () => {
  const members = Array.from({ length: 3000 }, (_, i) => `m${i}`);
  for (const [size, count] of [
    [5, 2],
    [5, 4],
    [100, 99],
    [3000, 2],
    [3000, 2100],
    [3000, 2999],
  ]) {
    const { server, session } = makeServer();
    const journal = new RecordedEffects();
    call(server, session, ['SADD', 's', ...members.slice(0, size)]);
    server.journalTo(journal);
    const reply = call(server, session, `SPOP s ${count}`);
    const popped = [...reply.matchAll(/m\d+/g)].map(([member]) => member);
    const told = journal.take().filter((line) => !/^(SELECT|MULTI|EXEC)/.test(line));
    assert.equal(new Set(popped).size, count);
    const expected: string[] = [];
    for (let i = 0; i < count; i += 1024) {
      expected.push(`SREM s ${popped.slice(i, i + 1024).join(' ')}`);
    }
    assert.deepEqual(told, expected);
    assert.equal(call(server, session, 'SCARD s'), `:${size - count}\r\n`);
  }
});

test('effects: SELECT stands where the database changes, within the unit', () => {
  const { server, session } = makeServer();
  const journal = new RecordedEffects();
  server.journalTo(journal);
  for (const line of ['SET k v', 'SELECT 1', 'SET k v', 'SET k w']) call(server, session, line);
  assert.deepEqual(journal.take(), ['SELECT 0', 'SET k v', 'SELECT 1', 'SET k v', 'SET k w']);
  for (const line of ['MULTI', 'SELECT 0', 'INCR a', 'SELECT 2', 'INCR a', 'EXEC']) {
    call(server, session, line);
  }
  assert.deepEqual(journal.take(), ['MULTI', 'SELECT 0', 'INCR a', 'SELECT 2', 'INCR a', 'EXEC']);
});

test('effects: keys that expire by themselves are units of their own', () => {
  const { server, session, clock } = makeServer();
  server.cron.start();
  const journal = new RecordedEffects();
  server.journalTo(journal);
  call(server, session, 'SET a 1 PX 1');
  call(server, session, 'SET b 1 PX 1');
  journal.take();
  clock.advance(5);
  assert.deepEqual(journal.take().sort(), ['DEL a', 'DEL b']);
  server.cron.stop();
});

test('effects: nobody is told once the journal is gone', () => {
  const { server, session } = makeServer();
  const journal = new RecordedEffects();
  server.journalTo(journal);
  server.journalTo(null);
  call(server, session, 'SET k v EX 10');
  assert.equal(server.effects.size, 0);
});

test('effects: there is a line for every command that writes', () => {
  const sent = new Set(LINES.map(([line]) => /(?:.*; )?(\S+)/.exec(line)?.[1]));
  for (const { name, flags } of ALL_COMMANDS) {
    if ((flags & WRITE) !== 0) assert.ok(sent.has(name), `${name} has no line`);
  }
});

function check(name: string, lines: readonly Line[], first = ''): void {
  for (const [sent, ...effects] of lines) {
    test(`${name}: ${sent}`, () => {
      const { server, session, clock } = makeServer({ 'enable-debug-command': 'yes' });
      const journal = new RecordedEffects();
      server.journalTo(journal);
      if (first !== '') call(server, session, first);
      const steps = sent.split('; ');
      for (const step of steps) {
        if (!step.startsWith('EXEC')) journal.take();
        if (step.startsWith('@')) clock.advance(Number(step.slice(1)));
        else call(server, session, step);
      }
      const told = journal.take().filter((line) => !line.startsWith('SELECT '));
      assert.deepEqual(told, effects);
    });
  }
}
