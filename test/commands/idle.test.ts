// Which commands are an access that OBJECT IDLETIME shows, and what becomes of it when a record is
// made anew: as Redis 7.2.6 has it, which was asked with these lines.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, makeServer, type TestServer } from '../support/clock.ts';

const IDLE_MS = 5000;
const IDLE_SECONDS = IDLE_MS / 1000;
const BIG = 'x'.repeat(3000);
/** Which keys are asked for behind a line: those of database 0, then those of database 1. */
const ASKED: readonly (readonly string[])[] = [
  ['k', 'other', 'new'],
  ['k', 'new', 'there'],
];

/**
 * A line, and the idle times behind it: `old` as before, `0` for an access, `-` without a key; last
 * those after CLIENT NO-TOUCH ON.
 */
const CASES: readonly (readonly [line: string, idle: string, untouched: string])[] = [
  ['GET k', '0 old - - - old', 'old old - - - old'],
  ['STRLEN k', '0 old - - - old', 'old old - - - old'],
  ['GETRANGE k 0 2', '0 old - - - old', 'old old - - - old'],
  ['EXISTS k', 'old old - - - old', 'old old - - - old'],
  ['TYPE k', 'old old - - - old', 'old old - - - old'],
  ['TTL k', 'old old - - - old', 'old old - - - old'],
  ['TOUCH k', '0 old - - - old', '0 old - - - old'],
  ['EXPIRE k 100', '0 old - - - old', 'old old - - - old'],
  ['EXPIRE k 100 NX', '0 old - - - old', 'old old - - - old'],
  ['PERSIST k', '0 old - - - old', 'old old - - - old'],
  ['RENAME k k', '0 old - - - old', 'old old - - - old'],
  ['RENAME k new', '- old 0 - - old', '- old 0 - - old'],
  ['RENAME k other', '- 0 - - - old', '- 0 - - - old'],
  ['RENAMENX k new', '- old 0 - - old', '- old 0 - - old'],
  ['RENAMENX k other', '0 0 - - - old', 'old old - - - old'],
  ['COPY k new', '0 old 0 - - old', 'old old 0 - - old'],
  ['COPY k other', '0 0 - - - old', 'old old - - - old'],
  ['COPY k other REPLACE', '0 0 - - - old', 'old 0 - - - old'],
  ['COPY k new DB 1', '0 old - - 0 old', 'old old - - 0 old'],
  ['COPY k there DB 1 REPLACE', '0 old - - - 0', 'old old - - - 0'],
  ['MOVE k 1', '- old - 0 - old', '- old - 0 - old'],
  ['SET k v', '0 old - - - old', 'old old - - - old'],
  ['SET k v KEEPTTL', '0 old - - - old', 'old old - - - old'],
  ['SET k v XX', '0 old - - - old', 'old old - - - old'],
  ['SET k v NX', '0 old - - - old', 'old old - - - old'],
  ['SET k v GET', '0 old - - - old', 'old old - - - old'],
  ['SET k v XX GET', '0 old - - - old', 'old old - - - old'],
  ['SETNX k v', '0 old - - - old', 'old old - - - old'],
  ['SETEX k 100 v', '0 old - - - old', 'old old - - - old'],
  ['GETSET k v', '0 old - - - old', 'old old - - - old'],
  ['GETEX k', '0 old - - - old', 'old old - - - old'],
  ['GETEX k PERSIST', '0 old - - - old', 'old old - - - old'],
  ['GETEX k EX 10', '0 old - - - old', 'old old - - - old'],
  ['MSET k v new w', '0 old 0 - - old', 'old old 0 - - old'],
  ['MSETNX k v new w', '0 old - - - old', 'old old - - - old'],
  ['MSETNX new v', 'old old 0 - - old', 'old old 0 - - old'],
  ['APPEND k v', '0 old - - - old', 'old old - - - old'],
  ['APPEND k BIG', '0 old - - - old', 'old old - - - old'],
  ['APPEND new v', 'old old 0 - - old', 'old old 0 - - old'],
  ['SETRANGE k 20 v', '0 old - - - old', 'old old - - - old'],
  ['SETRANGE k 5000 v', '0 old - - - old', 'old old - - - old'],
  ['SETRANGE k 0 ""', '0 old - - - old', 'old old - - - old'],
  ['INCR k', '0 old - - - old', 'old old - - - old'],
  ['INCRBY k 100000000000', '0 old - - - old', 'old old - - - old'],
  ['DECR k', '0 old - - - old', 'old old - - - old'],
  ['INCRBYFLOAT k 1.5', '0 old - - - old', 'old old - - - old'],
  ['INCR other', 'old 0 - - - old', 'old old - - - old'],
  ['LCS k other', '0 0 - - - old', 'old old - - - old'],
  ['GETDEL k', '- old - - - old', '- old - - - old'],
  ['MGET k new', '0 old - - - old', 'old old - - - old'],
  ['EXPIRE k -1', '- old - - - old', '- old - - - old'],
  ['OBJECT ENCODING k', 'old old - - - old', 'old old - - - old'],
  ['SCAN 0', 'old old - - - old', 'old old - - - old'],
  ['RANDOMKEY', 'old old - - - old', 'old old - - - old'],
  ['SET k BIG', '0 old - - - old', 'old old - - - old'],
  ['SET k BIG KEEPTTL', '0 old - - - old', 'old old - - - old'],
];

function idleTimes({ server, session }: TestServer): string {
  const shown: string[] = [];
  for (const [index, keys] of ASKED.entries()) {
    call(server, session, `SELECT ${index}`);
    for (const key of keys) {
      const reply = call(server, session, `OBJECT IDLETIME ${key}`);
      if (reply === '$-1\r\n') shown.push('-');
      else shown.push(reply === `:${IDLE_SECONDS}\r\n` ? 'old' : reply.slice(1, -2));
    }
  }
  return shown.join(' ');
}

function check(noTouch: boolean, line: string, expected: string): void {
  const made = makeServer();
  const { server, session, clock } = made;
  call(server, session, 'SELECT 1');
  call(server, session, 'SET there 1234567');
  call(server, session, 'SELECT 0');
  call(server, session, 'MSET k 100005 other 100007');
  call(server, session, 'EXPIRE k 1000');
  if (noTouch) call(server, session, 'CLIENT NO-TOUCH ON');
  clock.advance(IDLE_MS);
  call(server, session, line.replace('BIG', BIG));
  assert.equal(idleTimes(made), expected, `${line}, ${noTouch ? 'NO-TOUCH' : 'touching'}`);
}

test('which commands are an access, and who begins anew', () => {
  for (const [line, idle, untouched] of CASES) {
    check(false, line, idle);
    check(true, line, untouched);
  }
});
