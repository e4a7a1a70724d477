// Generic commands in a time that the test holds: rounding, the moment of a deadline, idle times.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, makeServer, START_MS, type TestServer } from '../support/clock.ts';

/** Runs lines on a new server; a number lets so many ms pass, text behind ' -> ' is the reply. */
function check(name: string, lines: readonly (string | number)[], config = {}): void {
  test(name, () => {
    const world = makeServer(config);
    for (const line of lines) {
      if (typeof line === 'number') world.clock.advance(line);
      else checkLine(world, line);
    }
  });
}

function checkLine({ server, session }: TestServer, line: string): void {
  const [sent, expected] = line.split(' -> ');
  const reply = call(server, session, sent);
  if (expected !== undefined) assert.equal(reply.trimEnd(), expected, line);
}

check('TTL rounds half seconds up, and so does EXPIRETIME', [
  'SET k v PX 1500',
  'TTL k -> :2',
  'PTTL k -> :1500',
  1,
  'TTL k -> :1',
  'PTTL k -> :1499',
  1000,
  'TTL k -> :0',
  'PTTL k -> :499',
  'PEXPIRE k 100000',
  'TTL k -> :100',
  `PEXPIREAT k ${START_MS + 100_499}`,
  `EXPIRETIME k -> :${START_MS / 1000 + 100}`,
  `PEXPIREAT k ${START_MS + 100_500}`,
  `EXPIRETIME k -> :${START_MS / 1000 + 101}`,
  `PEXPIRETIME k -> :${START_MS + 100_500}`,
]);

check('a key is there until its deadline and gone at it', [
  'SET k v',
  'PEXPIRE k 10 -> :1',
  9,
  'EXISTS k -> :1',
  'PTTL k -> :1',
  1,
  'EXISTS k -> :0',
  'TTL k -> :-2',
  'PERSIST k -> :0',
  'RENAME k l -> -ERR no such key',
  'DBSIZE -> :0',
]);

check('the time now is a deadline in the past', [
  'SET k v',
  `PEXPIREAT k ${START_MS + 1} -> :1`,
  'EXISTS k -> :1',
  `PEXPIREAT k ${START_MS} -> :1`,
  'EXISTS k -> :0',
]);

check('RENAME, COPY and MOVE keep the deadline to the millisecond', [
  'SET k v PX 50',
  'COPY k l -> :1',
  'RENAME k m',
  'COPY m m DB 1 -> :1',
  'MOVE m 2 -> :1',
  49,
  'EXISTS l m -> :1',
  'SELECT 1',
  'PTTL m -> :1',
  'SELECT 2',
  'PTTL m -> :1',
  1,
  'EXISTS m -> :0',
  'SELECT 0',
  'EXISTS l -> :0',
]);

check('a target that is due is no target', [
  'MSET a 1 b 2 c 3',
  'PEXPIRE b 10',
  10,
  'RENAMENX a b -> :1',
  'TTL b -> :-1',
  'PEXPIRE b 10',
  10,
  'COPY c b -> :1',
  'GET b -> $1\r\n3',
]);

check('idle time counts whole seconds since the last access', [
  'SET k v',
  'OBJECT IDLETIME k -> :0',
  5999,
  'OBJECT IDLETIME k -> :5',
  'OBJECT ENCODING k',
  'EXISTS k',
  'TTL k',
  'TYPE k',
  1,
  'OBJECT IDLETIME k -> :6',
  'TOUCH k',
  'OBJECT IDLETIME k -> :0',
  3000,
  'EXPIRE k 1000',
  'OBJECT IDLETIME k -> :0',
  3000,
  'APPEND k x',
  'OBJECT IDLETIME k -> :0',
]);

test('idle time survives the wrap of the 24-bit clock', () => {
  const world = makeServer();
  const wrapMs = Math.ceil(START_MS / 2 ** 24 / 1000) * 2 ** 24 * 1000;
  world.clock.advance(wrapMs - 10_000 - START_MS);
  checkLine(world, 'SET k v');
  world.clock.advance(17_000);
  checkLine(world, 'OBJECT IDLETIME k -> :17');
});

check(
  'the frequency decays by the minute',
  [
    'SET k v',
    'TOUCH k k k',
    'OBJECT FREQ k -> :8',
    120_000,
    'OBJECT FREQ k -> :6',
    3_600_000,
  ].concat(['OBJECT FREQ k -> :0', 'GET k', 'OBJECT FREQ k -> :1']),
  { 'maxmemory-policy': 'allkeys-lfu', 'lfu-log-factor': '0' },
);

check('RANDOMKEY in a database of due keys only', [
  'MSET a 1 b 2 c 3',
  'PEXPIRE a 1',
  'PEXPIRE b 1',
  'RANDOMKEY',
  1,
  'RANDOMKEY -> $1\r\nc',
  'PEXPIRE c 1',
  1,
  'RANDOMKEY -> $-1',
  'DBSIZE -> :0',
]);
