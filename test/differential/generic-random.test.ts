// Random calls of the generic commands: both servers must give the same replies, and hold the same
// keys with the same values and deadlines afterwards.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { comparison, type Pair } from '../support/differential.ts';
import { showBytes } from '../support/resp.ts';
import { areEqual, type Tolerance } from '../support/tolerance.ts';

type Words = readonly string[];

const RUNS = 60;
const KEYS = ['a', 'b', 'c', '', 'k'.repeat(9000)];
const DATABASES = ['0', '1', '2'];

const key = fc.constantFrom(...KEYS);
const database = fc.constantFrom(...DATABASES);
const value = fc.constantFrom('1', '-20000', 'v', 'v'.repeat(45), 'v'.repeat(33_000));
/** Deadlines that do not come, and some that are past or refused. */
const seconds = fc.constantFrom(
  '9000000',
  '8000000',
  '7000000',
  '-1',
  '0',
  'x',
  '9999999999999999',
);
const unixSeconds = fc.constantFrom('33177117420', '33177117421', '1', 'x', '9223372036854775807');
const unixMs = fc.constantFrom('33177117420007', '33177117421007', '1', '-9223372036854775808');
/** GT and LT compare deadlines, which must not depend on the moment of the call. */
const condition = fc.constantFrom(['NX'], ['XX'], ['nx'], ['bogus']);
const anyCondition = fc.constantFrom(['NX'], ['XX'], ['GT'], ['LT'], ['xx', 'gt']);
const copyOption = fc.oneof(
  fc.constantFrom(['REPLACE'], ['DB'], ['bogus'], ['DB', '16']),
  database.map((number) => ['DB', number]),
);

const call: fc.Arbitrary<Words> = fc.oneof(
  { arbitrary: fc.tuple(fc.constant('SET'), key, value), weight: 4 },
  fc.tuple(fc.constantFrom('APPEND', 'SETNX'), key, value),
  fc.tuple(fc.constantFrom('DEL', 'UNLINK', 'EXISTS', 'TOUCH'), key, key),
  fc.tuple(fc.constantFrom('TYPE', 'PERSIST', 'EXPIRETIME', 'PEXPIRETIME'), key),
  { arbitrary: fc.tuple(fc.constantFrom('RENAME', 'RENAMENX'), key, key), weight: 3 },
  { arbitrary: withOptions(fc.tuple(fc.constant('COPY'), key, key), copyOption), weight: 3 },
  { arbitrary: fc.tuple(fc.constant('MOVE'), key, database), weight: 2 },
  withOptions(fc.tuple(fc.constantFrom('EXPIRE', 'PEXPIRE'), key, seconds), condition),
  withOptions(fc.tuple(fc.constant('EXPIREAT'), key, unixSeconds), anyCondition),
  withOptions(fc.tuple(fc.constant('PEXPIREAT'), key, unixMs), anyCondition),
  fc.tuple(fc.constant('SELECT'), database),
  fc.tuple(fc.constant('SWAPDB'), database, database),
  fc.constantFrom(['FLUSHDB'], ['DBSIZE']),
);

comparison('random calls of the generic commands', {}, (pair) =>
  fc.assert(
    fc.asyncProperty(fc.array(call, { maxLength: 80 }), async (all) => {
      await pair.send('', 2, ['FLUSHALL']);
      await pair.send('', 2, ['SELECT', '0']);
      for (const args of all) await check(pair, args);
      for (const number of DATABASES) {
        await check(pair, ['SELECT', number]);
        await check(pair, ['KEYS', '*'], 'sorted');
        await check(pair, ['SCAN', '0', 'COUNT', '1000'], 'sorted');
        for (const name of KEYS) {
          await check(pair, ['GET', name]);
          await check(pair, ['OBJECT', 'ENCODING', name]);
          await check(pair, ['TTL', name], 'approx');
        }
      }
    }),
    { numRuns: RUNS },
  ),
);

async function check(pair: Pair, args: Words, tolerance?: Tolerance): Promise<void> {
  const [theirs, ours] = await pair.send('', 2, args);
  if (areEqual(theirs, ours, tolerance) || isNear(args, theirs, ours)) return;
  const sent = showBytes(args.join(' '), 200);
  assert.fail(`${sent}\n  expected ${showBytes(theirs, 200)}\n  got ${showBytes(ours, 200)}`);
}

/** Are they two times, in ms or s, of a deadline that was set a moment earlier on one server? */
function isNear([name]: Words, theirs: Buffer, ours: Buffer): boolean {
  if (!/^P?EXPIRETIME$/.test(name)) return false;
  const difference = Number(theirs.subarray(1)) - Number(ours.subarray(1));
  return Math.abs(difference) <= (name === 'EXPIRETIME' ? 1 : 1000);
}

function withOptions(call: fc.Arbitrary<Words>, option: fc.Arbitrary<Words>): fc.Arbitrary<Words> {
  return fc
    .tuple(call, fc.array(option, { maxLength: 2 }))
    .map(([words, options]) => [...words, ...options.flat()]);
}
