// Memory for data has an end: commands that need some are refused before it is reached, whoever
// calls them, and what is deleted makes room again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, makeServer, type TestServer } from '../support/clock.ts';
import { payloadOf } from '../support/payloads.ts';
import { body, length, string } from '../support/rdb-forms.ts';

const OUT_OF_MEMORY = "-OOM command not allowed when used memory > 'maxmemory'.\r\n";
const TWO_SLABS = { slabsMax: 2, poison: false };
const VALUE = 'v'.repeat(2000);

/** Sets keys until one is refused, and returns their number. */
function fill({ server, session, clock }: TestServer): number {
  for (let i = 0; i < 10_000; i++) {
    const reply = call(server, session, ['SET', `key:${i}`, VALUE]);
    if (reply === OUT_OF_MEMORY) return i;
    assert.equal(reply, '+OK\r\n');
    // The cron looks ten times a second.
    clock.advance(10);
  }
  return assert.fail('there is no end');
}

test('a full arena refuses writes; reading and deleting go on', () => {
  const made = makeServer({}, 1, TWO_SLABS);
  const { server, session, clock } = made;
  server.cron.start();
  const count = fill(made);
  assert.ok(count > 100);
  assert.equal(call(server, session, 'INCR counter'), OUT_OF_MEMORY);
  assert.equal(call(server, session, 'GET key:0'), `$2000\r\n${VALUE}\r\n`);
  assert.equal(call(server, session, 'STRLEN key:1'), ':2000\r\n');
  for (let i = 0; i < count; i++) assert.equal(call(server, session, `DEL key:${i}`), ':1\r\n');
  clock.advance(200);
  assert.equal(call(server, session, 'INCR counter'), ':1\r\n');
  server.cron.stop();
});

test('a transaction that fills the arena is refused in its midst', () => {
  const { server, session } = makeServer({}, 1, TWO_SLABS);
  call(server, session, ['SET', 'key', VALUE]);
  call(server, session, 'MULTI');
  for (let i = 0; i < 2000; i++) call(server, session, `COPY key copy:${i}`);
  const replies = call(server, session, 'EXEC');
  assert.match(replies, /^\*2000\r\n(:1\r\n){100,}-OOM command not allowed[^\r]*\r\n-OOM /);
  assert.equal(call(server, session, 'GET key'), `$2000\r\n${VALUE}\r\n`);
  server.keyspace.verify();
});

test('large values have an end, too', () => {
  const made = makeServer({}, 1, { largeSizeMax: 2_000_000 });
  const { server, session } = made;
  const large = 'v'.repeat(100_000);
  call(server, session, 'MULTI');
  for (let i = 0; i < 30; i++) call(server, session, ['SET', `key:${i}`, large]);
  assert.match(call(server, session, 'EXEC'), /^\*30\r\n(\+OK\r\n){14,17}(-OOM [^\r]*\r\n)+$/);
  server.keyspace.verify();
});

test('a payload that fills the arena is refused in its midst', () => {
  const { server, session } = makeServer({}, 1, TWO_SLABS);
  const members = Array.from({ length: 60_000 }, (_, i) => string(`member ${i}`));
  const payload = payloadOf(body(2, length(members.length), ...members)).toString('latin1');
  assert.equal(call(server, session, ['RESTORE', 'k', '0', payload]), OUT_OF_MEMORY);
  while (server.keyspace.pending.freeSlice(100_000));
  assert.equal(call(server, session, 'EXISTS k'), ':0\r\n');
  server.keyspace.verify();
  assert.equal(server.keyspace.arena.usedSize, 0);
});
