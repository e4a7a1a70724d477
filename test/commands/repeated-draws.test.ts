// Negative counts of SRANDMEMBER and ZRANDMEMBER: any number of draws, in slices, and bounded.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, connect } from '../support/clock.ts';
import { parseReplies } from '../support/resp.ts';
import { Network, receive } from '../support/wire.ts';

/** Each look at the clock takes so long: a slice takes few steps. */
const LOOK_US = 300;
const TURNS_MAX = 1000;
const TOO_MANY = '-ERR value is out of range\r\n';

/** What `ask` is answered, and after how many turns; `meanwhile` is what another client says. */
function answer(ask: string, meanwhile: string, limit = '0'): { items: number; turns: number } {
  const network = new Network({ 'client-output-buffer-limit': `normal ${limit} 0 0` });
  const asker = network.connect();
  const other = connect(network.server);
  for (const line of ['SADD s a b c', 'ZADD z 1 a 2 b']) {
    call(network.server, other.session, line);
  }
  network.test.clock.lookUs = LOOK_US;
  receive(asker, `${ask}\r\n`);
  if (meanwhile !== '') call(network.server, other.session, meanwhile);
  let turns = 0;
  for (; asker.connection.session?.isBlocked === true && turns < TURNS_MAX; turns++) {
    network.test.clock.advance(0);
  }
  if (asker.socket.isDestroyed) return { items: -1, turns };
  const [reply] = parseReplies(Buffer.from(asker.socket.output(), 'latin1'));
  return { items: reply.items.length, turns };
}

test('many draws let others go on', () => {
  for (const [ask, items] of [
    ['SRANDMEMBER s -5000', 5000],
    ['SRANDMEMBER s -1', 1],
    ['ZRANDMEMBER z -5000', 5000],
    ['ZRANDMEMBER z -5000 WITHSCORES', 10000],
  ] as const) {
    const answered = answer(ask, '');
    assert.equal(answered.items, items, ask);
    assert.equal(answered.turns > 5, items > 1, ask);
  }
});

test('the answer ends when the value goes, or becomes another one', () => {
  for (const [ask, meanwhile] of [
    ['SRANDMEMBER s -5000', 'DEL s'],
    ['SRANDMEMBER s -5000', 'SET s string'],
    ['ZRANDMEMBER z -5000', 'DEL z'],
    ['ZRANDMEMBER z -5000', 'RENAME s z'],
  ] as const) {
    const { items } = answer(ask, meanwhile);
    assert.ok(items > 0 && items < 5000, `${ask}, ${meanwhile}: ${items}`);
  }
  assert.equal(answer('SRANDMEMBER s -5000', 'SADD s x').items, 5000);
});

test('what was drawn counts against the output limit', () => {
  assert.equal(answer('SRANDMEMBER s -100000', '', '20000').items, -1);
  // However many are wanted.
  assert.equal(answer('SRANDMEMBER s -999999999', '', '20000').items, -1);
  assert.equal(answer('ZRANDMEMBER z -100000', '', '20000').items, -1);
});

test('absurd counts are refused', () => {
  const network = new Network();
  const { session } = connect(network.server);
  call(network.server, session, 'SADD s a b c');
  call(network.server, session, 'ZADD z 1 a 2 b');
  for (const count of ['-16777217', '-4000000000000000000', '-9223372036854775807']) {
    for (const line of [`SRANDMEMBER s ${count}`, `ZRANDMEMBER z ${count}`]) {
      assert.equal(call(network.server, session, line), TOO_MANY, line);
    }
  }
});
