// Random calls of the set commands, with small limits that change: both servers must give the same
// replies, and hold the same sets afterwards; beside 7.2 in the same forms.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { comparison, type Pair } from '../support/differential.ts';
import { showBytes } from '../support/resp.ts';
import { isReference72 } from '../support/server.ts';
import { areEqual } from '../support/tolerance.ts';

type Words = readonly string[];

const RUNS = 40;
const KEYS = ['a', 'b', 'c', 'd'];
const ANSWERS_MEMBERS = ['SMEMBERS', 'SINTER', 'SUNION', 'SDIFF', 'SPOP', 'SRANDMEMBER', 'SSCAN'];

const key = fc.constantFrom(...KEYS);
const integer = fc.oneof(
  fc.integer({ min: -9, max: 9 }).map(String),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
);
const text = fc.oneof(
  fc.constantFrom('x', 'y', 'z', '', '01', '9223372036854775808', '-0'),
  fc.string({ unit: fc.constantFrom('a', '1', '\0', '\xff'), maxLength: 12 }),
);
const members = fc.oneof(
  fc.array(integer, { minLength: 1, maxLength: 9 }),
  fc.array(text, { minLength: 1, maxLength: 4 }),
  fc.array(fc.oneof(integer, text), { minLength: 1, maxLength: 9 }),
);
const keys = fc.array(key, { minLength: 1, maxLength: 4 });
const limit = fc.constantFrom('0', '1', '3', '6', '12', '512');

const call: fc.Arbitrary<Words> = fc.oneof(
  { arbitrary: calls('SADD', members), weight: 6 },
  { arbitrary: calls('SREM', members), weight: 3 },
  { arbitrary: fc.tuple(fc.constant('SMOVE'), key, key, fc.oneof(integer, text)), weight: 2 },
  calls('SMISMEMBER', members),
  ...['SINTER', 'SUNION', 'SDIFF'].flatMap((name) => [
    keys.map((all) => [name, ...all]),
    calls(`${name}STORE`, keys),
  ]),
  keys.map((all) => ['SINTERCARD', String(all.length), ...all]),
  key.map((name) => ['SPOP', name, '1000']),
  key.map((name) => ['SRANDMEMBER', name, '1000']),
  key.map((name) => ['SSCAN', name, '0', 'COUNT', '1000']),
  fc.tuple(fc.constant('COPY'), key, key, fc.constant('REPLACE')),
  fc.tuple(fc.constant('RENAME'), key, key),
);

const limits = fc
  .tuple(limit, limit, limit)
  .map(([integers, entries, size]) => [
    'CONFIG',
    'SET',
    ...['set-max-intset-entries', integers],
    ...(isReference72()
      ? ['set-max-listpack-entries', entries, 'set-max-listpack-value', size]
      : []),
  ]);

const END = [
  'set-max-intset-entries 512',
  'set-max-listpack-entries 128',
  'set-max-listpack-value 64',
];

comparison(
  'random calls of the set commands',
  { atEnd: isReference72() ? END.map((words) => `CONFIG SET ${words}`) : [] },
  (pair) =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(limits, fc.array(call, { maxLength: 30 })), { maxLength: 3 }),
        async (parts) => {
          await pair.send('', 2, ['FLUSHALL']);
          for (const [change, all] of parts) {
            await pair.send('', 2, change);
            for (const words of all) await check(pair, words);
            for (const name of KEYS) await compareSets(pair, name);
          }
        },
      ),
      { numRuns: RUNS },
    ),
);

async function compareSets(pair: Pair, name: string): Promise<void> {
  await check(pair, ['DEBUG', 'DIGEST-VALUE', name]);
  await check(pair, ['SCARD', name]);
  await check(pair, ['SMEMBERS', name]);
  if (!isReference72()) return;
  await check(pair, ['OBJECT', 'ENCODING', name]);
  const [encoding] = await pair.send('', 2, ['OBJECT', 'ENCODING', name]);
  // Packed members may have come in the order of a table, which is each server's own.
  if (!/intset/.test(encoding.toString('latin1'))) return;
  const [theirs, ours] = await pair.send('', 2, ['SMEMBERS', name]);
  assert.equal(showBytes(ours), showBytes(theirs), `SMEMBERS ${name}`);
}

async function check(pair: Pair, words: Words): Promise<void> {
  const [theirs, ours] = await pair.send('', 2, words);
  const tolerance = ANSWERS_MEMBERS.includes(words[0]) ? 'sorted' : undefined;
  if (areEqual(theirs, ours, tolerance)) return;
  const sent = showBytes(words.join(' '), 200);
  assert.fail(`${sent}\n  expected ${showBytes(theirs, 200)}\n  got ${showBytes(ours, 200)}`);
}

function calls(name: string, words: fc.Arbitrary<Words>): fc.Arbitrary<Words> {
  return fc.tuple(key, words).map(([first, others]) => [name, first, ...others]);
}
