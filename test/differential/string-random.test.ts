// Random calls of the string commands: both servers must give the same replies, and hold the same
// values in the same encodings afterwards.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { comparison, type Pair } from '../support/differential.ts';
import { showBytes } from '../support/resp.ts';

type Words = readonly string[];

const RUNS = 60;
const KEYS = ['a', 'b', 'c'];

const key = fc.constantFrom(...KEYS);
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);
const integer = fc.oneof(
  fc.integer({ min: -20, max: 20 }).map(String),
  int64,
  fc.constantFrom(
    '9007199254740991',
    '9223372036854775807',
    '-9223372036854775808',
    '1e3',
    '01',
    '',
  ),
);
const float = fc.oneof(
  fc.double({ noNaN: true }).map(String),
  fc.stringMatching(/^-?\d{1,20}\.\d{1,20}$/),
  fc.stringMatching(/^[+-]?\d{1,3}(\.\d{0,5})?(e[+-]?\d{1,4})?$/),
  fc.stringMatching(/^-?0x[0-9a-f]{1,18}(\.[0-9a-f]{1,4})?(p-?\d{1,3})?$/),
);
const value = fc.oneof(
  integer,
  float,
  fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 60 }),
  fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)) }),
  fc.nat({ max: 90000 }).map((size) => 'v'.repeat(size)),
);
/** Deadlines that do not come, and some that are refused. */
const deadline = fc.oneof(
  fc.tuple(fc.constantFrom('EX', 'PX'), fc.constantFrom('1000000', '0', '-1', 'x')),
  fc.tuple(fc.constantFrom('EXAT', 'PXAT'), fc.constantFrom('9000000000000', '1', '0')),
  fc.constantFrom(['KEEPTTL'], ['PERSIST'], ['EX']),
);
const setOption = fc.oneof(deadline, fc.constantFrom(['NX'], ['XX'], ['GET'], ['get']));
const lcsOption = fc.oneof(
  fc.constantFrom(['LEN'], ['IDX'], ['WITHMATCHLEN'], ['MINMATCHLEN']),
  integer.map((length) => ['MINMATCHLEN', length]),
);
const offset = fc.oneof(
  fc.nat({ max: 60 }).map(String),
  fc.constantFrom('70000', '-1', '2000000000'),
);

const call = fc.oneof(
  calls('GET'),
  calls('GETDEL'),
  calls('STRLEN'),
  calls('INCR'),
  calls('DECR'),
  calls('INCRBY', integer),
  calls('DECRBY', integer),
  calls('INCRBYFLOAT', float),
  calls('APPEND', value),
  calls('GETSET', value),
  calls('SETNX', value),
  calls('SETEX', fc.constantFrom('1000000', '0', 'x'), value),
  calls('PSETEX', fc.constantFrom('1000000000', '-1', '1.5'), value),
  calls('SETRANGE', offset, value),
  calls('GETRANGE', integer, integer),
  calls('SUBSTR', integer, integer),
  calls('MGET', key),
  calls('MSET', value, key, value),
  calls('MSETNX', value, key, value),
  withOptions(calls('LCS', key), lcsOption),
  withOptions(calls('GETEX'), deadline),
  { arbitrary: withOptions(calls('SET', value), setOption), weight: 5 },
);

comparison('random calls of the string commands', {}, (pair) =>
  fc.assert(
    fc.asyncProperty(fc.array(call, { maxLength: 60 }), async (all) => {
      await pair.send('', 2, ['FLUSHALL']);
      for (const args of all) await check(pair, args);
      for (const name of KEYS) {
        await check(pair, ['GET', name]);
        await check(pair, ['OBJECT', 'ENCODING', name]);
        await check(pair, ['EXISTS', name]);
      }
    }),
    { numRuns: RUNS },
  ),
);

async function check(pair: Pair, args: Words): Promise<void> {
  const [theirs, ours] = await pair.send('', 2, args);
  if (theirs.equals(ours)) return;
  const sent = showBytes(args.join(' '), 200);
  assert.fail(`${sent}\n  expected ${showBytes(theirs, 200)}\n  got ${showBytes(ours, 200)}`);
}

function calls(name: string, ...args: fc.Arbitrary<string>[]): fc.Arbitrary<Words> {
  return fc.tuple(fc.constant(name), key, ...args);
}

function withOptions(call: fc.Arbitrary<Words>, option: fc.Arbitrary<Words>): fc.Arbitrary<Words> {
  return fc
    .tuple(call, fc.array(option, { maxLength: 3 }))
    .map(([words, options]) => [...words, ...options.flat()]);
}
