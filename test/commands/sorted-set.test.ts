// Sorted set commands that answer by chance, or bit by bit.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, makeServer, type TestServer } from '../support/clock.ts';
import { parseReply } from '../support/resp.ts';

const SMALL = 20;
const LARGE = 300;
const DRAWS = 6000;

/** A sorted set of so many members, packed up to 128. */
function made(count: number): TestServer {
  const server = makeServer();
  for (let i = 0; i < count; i++) call(server.server, server.session, `ZADD z ${i % 7} m${i}`);
  return server;
}

function words({ server, session }: TestServer, line: string): string[] {
  const reply = parseReply(Buffer.from(call(server, session, line), 'latin1'));
  return reply.items.map(({ text }) => text);
}

/** Chi-square of counts that should be equal. */
function deviation(counts: ReadonlyMap<string, number>, size: number): number {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const expected = total / size;
  let sum = (size - counts.size) * expected;
  for (const count of counts.values()) sum += (count - expected) ** 2 / expected;
  return sum;
}

for (const size of [SMALL, LARGE]) {
  for (const count of ['-1000', '5', String(Math.floor(size * 0.7))]) {
    test(`ZRANDMEMBER ${count} of ${size} members draws each as often`, () => {
      const server = made(size);
      const counts = new Map<string, number>();
      for (let drawn = 0; drawn < DRAWS; ) {
        const members = words(server, `ZRANDMEMBER z ${count}`);
        assert.equal(members.length, Math.abs(Number(count)));
        if (!count.startsWith('-')) assert.equal(new Set(members).size, members.length);
        for (const member of members) counts.set(member, (counts.get(member) ?? 0) + 1);
        drawn += members.length;
      }
      // Beyond six standard deviations.
      assert.ok(deviation(counts, size) < size + 6 * Math.sqrt(2 * size));
    });
  }
}

test('ZSCAN finds what is there all the time, whatever comes and goes', () => {
  const server = made(LARGE);
  const found = new Set<string>();
  let cursor = '0';
  let step = 0;
  do {
    const [next, items] = parseReply(
      Buffer.from(call(server.server, server.session, `ZSCAN z ${cursor} COUNT 7`), 'latin1'),
    ).items;
    for (let i = 0; i < items.items.length; i += 2) found.add(items.items[i].text);
    cursor = next.text;
    for (let i = 0; i < 20; i++) call(server.server, server.session, `ZADD z 1 n${step}:${i}`);
    if (step > 10) call(server.server, server.session, `ZREMRANGEBYLEX z [n [n${step - 5}`);
    step++;
  } while (cursor !== '0' && step < 1000);
  for (let i = 0; i < LARGE; i++) assert.ok(found.has(`m${i}`), `m${i} was not found`);
});
