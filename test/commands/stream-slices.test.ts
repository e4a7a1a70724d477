// XTRIM of much, and XGROUP DELCONSUMER of who has much, in slices, while others have their turns:
// others see less and less, and what the journal is told is what was done.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, makeServer } from '../support/clock.ts';
import { RecordedEffects } from '../support/effects.ts';
import { Sliced } from '../support/sliced.ts';

/** Entries 1-1, 2-1, ...; the first ones are pending for a and for b in turn. */
const ENTRIES = 16_000;
const PENDING = 10_000;
const SHARE = 2500;
const PREPARE =
  "for i = 1, ARGV[1] do redis.call('XADD', 's', i .. '-1', 'f', 'v') end " +
  "redis.call('XGROUP', 'CREATE', 's', 'g', '0') " +
  'for i = 1, ARGV[2] do local name = i % 2 == 1 and "a" or "b" redis.call("XREADGROUP", ' +
  '"GROUP", "g", name, "COUNT", ARGV[3], "STREAMS", "s", ">") end ' +
  // With so many keys not all is verified after each command.
  "for i = 1, 500 do redis.call('SET', 'key' .. i, '') end";
const PREPARED = ['EVAL', PREPARE, '0', String(ENTRIES), String(PENDING / SHARE), String(SHARE)];

/**
 * What is asked, what others do after the first slice and are answered, and the answer.
 */
const LINES: readonly {
  asked: string;
  meanwhile?: string;
  said?: RegExp;
  answer: string | RegExp;
}[] = [
  { asked: 'XTRIM s MAXLEN 500', answer: ':15500' },
  { asked: 'XTRIM s MAXLEN = 0', answer: ':16000' },
  { asked: 'XTRIM s MAXLEN ~ 450 LIMIT 0', answer: ':15500' },
  { asked: 'XTRIM s MAXLEN ~ 450 LIMIT 12345', answer: ':12300' },
  { asked: 'XTRIM s MINID 15999', answer: ':15998' },
  { asked: 'XTRIM s MINID ~ 15999 LIMIT 0', answer: ':15900' },
  { asked: 'XTRIM s MAXLEN 500', meanwhile: 'XLEN s', said: /^:4000$/, answer: ':15500' },
  { asked: 'XTRIM s MAXLEN 500', meanwhile: 'XADD s 20000-1 f v', answer: ':15501' },
  { asked: 'XTRIM s MAXLEN 500', meanwhile: 'XDEL s 15999-1', answer: ':15499' },
  { asked: 'XTRIM s MAXLEN 500', meanwhile: 'DEL s', answer: ':12000' },
  { asked: 'XTRIM s MAXLEN 500', meanwhile: 'RENAME s t', answer: ':12000' },
  { asked: 'XTRIM s MAXLEN 500', meanwhile: 'FLUSHALL', answer: ':12000' },
  { asked: 'XTRIM s MAXLEN 500', meanwhile: 'SET s string', answer: ':12000' },
  { asked: 'XGROUP DELCONSUMER s g a', answer: ':5000' },
  { asked: 'XGROUP DELCONSUMER s g a', meanwhile: 'XACK s g 1-1', said: /^:0$/, answer: ':5000' },
  { asked: 'XGROUP DELCONSUMER s g a', meanwhile: 'XACK s g 7499-1', answer: ':4999' },
  { asked: 'XGROUP DELCONSUMER s g a', meanwhile: 'XCLAIM s g b 0 7499-1 JUSTID', answer: ':4999' },
  {
    asked: 'XGROUP DELCONSUMER s g a',
    meanwhile: 'XREADGROUP GROUP g a COUNT 7 STREAMS s >',
    answer: ':5007',
  },
  {
    asked: 'XGROUP DELCONSUMER s g a',
    meanwhile: 'XGROUP DELCONSUMER s g b; XPENDING s g',
    said: /^\*4\r\n:9616\r\n/,
    answer: ':5000',
  },
  { asked: 'XGROUP DELCONSUMER s g a', meanwhile: 'XGROUP DESTROY s g', answer: ':192' },
  { asked: 'XGROUP DELCONSUMER s g a', meanwhile: 'RENAME s t', answer: ':192' },
  { asked: 'XGROUP DELCONSUMER s g a', meanwhile: 'DEL s', answer: ':192' },
  { asked: 'XGROUP DELCONSUMER s g a', meanwhile: 'BGSAVE', answer: ':5000' },
];

for (const { asked, meanwhile = 'PING', said = /./, answer } of LINES) {
  test(`${asked}, and meanwhile ${meanwhile}`, () => {
    const sliced = new Sliced([PREPARED]);
    const { server } = sliced.network;
    const effects = new RecordedEffects();
    server.journalTo(effects);
    sliced.ask(`${asked}\r\n`);
    assert.ok(sliced.isBlocked, 'it was done at once');
    let answered = '';
    for (const line of meanwhile.split('; ')) answered = sliced.say(line);
    assert.match(answered, said);
    sliced.turn(2);
    sliced.network.test.clock.lookUs = 0;
    sliced.turn(3);
    const done = sliced.finish();
    if (typeof answer === 'string') assert.equal(done.answer, answer);
    else assert.match(done.answer, answer);
    server.journalTo(null);
    assert.equal(replayed(effects.take()), SEEN.map((line) => sliced.say(line)).join('\n'));
  });
}

const SEEN = ['DEBUG DIGEST-VALUE s t', 'XPENDING s g', 'XPENDING t g'];

/** What there is after some effects on what was prepared. */
function replayed(effects: readonly string[]): string {
  const { server, session } = makeServer({ 'enable-debug-command': 'yes' });
  for (const line of [PREPARED, ...effects]) call(server, session, line);
  return SEEN.map((line) => call(server, session, line).trimEnd()).join('\n');
}

test('at once within a transaction', () => {
  const sliced = new Sliced([PREPARED]);
  assert.equal(sliced.sayAtOnce('XGROUP DELCONSUMER s g a'), ':5000');
  assert.equal(sliced.sayAtOnce('XTRIM s MAXLEN 500'), ':15500');
});
