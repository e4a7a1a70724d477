// What set commands choose by chance is fair; SSCAN keeps its promise while a set grows, shrinks
// and changes its form; and nothing of that blocks.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, makeServer, type TestServer } from '../support/clock.ts';
import { SeededRandom } from '../support/random.ts';

const SEED = Number(process.env.REDSTART_RANDOM_SEED ?? Date.now() % 1e9);

/** Sets by form; chance must not care for gaps that removals leave. */
const FORMS: Readonly<Record<string, readonly string[]>> = {
  intset: numbered('', 40),
  listpack: numbered('m', 40),
  hashtable: numbered('m', 150),
};

function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i}`);
}

function membersIn(reply: string): string[] {
  return [...reply.matchAll(/\$\d+\r\n(.*)\r\n/g)].map(([, member]) => member);
}

/**
 * How far counts are from being equal, for so many draws: below this in all but one of a million
 * cases (Wilson and Hilferty's approximation of chi-square).
 */
function assertFair(counts: ReadonlyMap<string, number>, members: readonly string[]): void {
  let total = 0;
  for (const count of counts.values()) total += count;
  const expected = total / members.length;
  let sum = 0;
  for (const member of members) sum += ((counts.get(member) ?? 0) - expected) ** 2 / expected;
  const degrees = members.length - 1;
  const bound = degrees * (1 - 2 / (9 * degrees) + 4.9 * Math.sqrt(2 / (9 * degrees))) ** 3;
  assert.ok(sum < bound, `chi-square ${sum} of ${degrees} degrees, bound ${bound}`);
}

/** Each draws from the set `k`, of which `copy` is a copy. */
const DRAWS: Readonly<Record<string, (size: number) => string>> = {
  'SRANDMEMBER k': () => 'SRANDMEMBER k',
  'SRANDMEMBER k -count': () => 'SRANDMEMBER k -20',
  'SRANDMEMBER k few': () => 'SRANDMEMBER k 3',
  'SRANDMEMBER k many': (size) => `SRANDMEMBER k ${size >>> 1}`,
  'SRANDMEMBER k most': (size) => `SRANDMEMBER k ${size - 3}`,
  'SPOP k': () => 'SPOP k',
  'SPOP k few': () => 'SPOP k 3',
  'SPOP k many': (size) => `SPOP k ${size >>> 1}`,
  'SPOP k most': (size) => `SPOP k ${size - 2}`,
};

for (const [form, members] of Object.entries(FORMS)) {
  for (const [name, draw] of Object.entries(DRAWS)) {
    test(`chance: ${name} of a ${form}, seed ${SEED}`, () => {
      const { server, session } = unchecked();
      call(server, session, ['SADD', 'copy', ...members]);
      assert.match(call(server, session, 'OBJECT ENCODING copy'), new RegExp(form));
      call(server, session, 'COPY copy k');
      const counts = new Map<string, number>();
      const command = draw(members.length);
      for (let draws = 0; draws < members.length * 40; ) {
        const drawn = membersIn(call(server, session, command));
        for (const member of drawn) counts.set(member, (counts.get(member) ?? 0) + 1);
        draws += drawn.length;
        if (!command.startsWith('SPOP')) continue;
        if (drawn.length < 9) call(server, session, ['SADD', 'k', ...drawn]);
        else call(server, session, 'COPY copy k REPLACE');
      }
      assert.deepEqual([...counts.keys()].sort(), members.toSorted());
      assertFair(counts, members);
    });
  }
}

test(`SSCAN: what stays is answered, whatever comes and goes, seed ${SEED}`, () => {
  const random = new SeededRandom(SEED);
  for (let round = 0; round < 12; round++) {
    const { server, session } = unchecked();
    const staying = numbered('stays', 1 + random.below(100));
    call(server, session, ['SADD', 'k', ...staying]);
    if (random.below(2) === 0) call(server, session, ['SADD', 'k', ...numbered('p', 3000)]);
    const seen = new Set<string>();
    let cursor = '0';
    do {
      const count = 1 + random.below(200);
      const reply = call(server, session, `SSCAN k ${cursor} COUNT ${count} MATCH s*`);
      const [next, ...members] = membersIn(reply);
      for (const member of members) seen.add(member);
      cursor = next;
      const passing = numbered('p', 1 + random.below(4000));
      call(server, session, [random.below(2) === 0 ? 'SADD' : 'SREM', 'k', ...passing]);
      // As SPOP does when most members go: few that stay are packed again.
      if (random.below(4) === 0) call(server, session, 'SDIFFSTORE k k passing');
    } while (cursor !== '0');
    assert.deepEqual([...seen].sort(), staying.toSorted());
  }
});

/** A server with so many keys that it is not verified after each call. */
function unchecked(): TestServer {
  const made = makeServer({}, SEED);
  const pairs = numbered('key', 400).flatMap((name) => [name, 'v']);
  call(made.server, made.session, ['MSET', ...pairs]);
  return made;
}
