// Requests as they are sent: copies of one command, whose numbers are patched in place.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandOf, Pipeline, randomText } from '../../src/benchmark/pipeline.ts';
import { commandsOf, TEST_NAMES } from '../../src/benchmark/tests.ts';
import { SeededRandom } from '../../src/engine/seeded-random.ts';

function sent(words: readonly string[], count: number, keyspace: number, seed = 1): string {
  const { request } = commandOf('', words, 'DATA');
  const pipeline = new Pipeline(request, 5, keyspace);
  const size = pipeline.prepare(count, new SeededRandom(seed));
  return Buffer.from(pipeline.bytes.subarray(0, size)).toString('latin1');
}

test('a fixed command is repeated', () => {
  assert.equal(sent(['PING'], 2, 10), '*1\r\n$4\r\nPING\r\n'.repeat(2));
});

test('without a key space a placeholder stays', () => {
  assert.equal(sent(['GET', '__rand_int__'], 1, 0), '*2\r\n$3\r\nGET\r\n$12\r\n__rand_int__\r\n');
});

test('__data__ is a value', () => {
  assert.match(sent(['SET', 'k', 'a__data__'], 1, 0), /\$5\r\naDATA\r\n$/);
});

const PATTERN = '\\*5\n\\$4\nMSET\n\\$14\na:(\\d{12})\n\\$4\nDATA\n\\$12\n(\\d{12})\n\\$1\nv\n';
const KEYSPACES = [1, 2, 10, 1000, 123_456, 10_000_000, 2 ** 32, 1e12];

for (const keyspace of KEYSPACES) {
  test(`numbers below ${keyspace}`, () => {
    const words = ['MSET', 'a:__rand_int__', '__data__', '__rand_int__', 'v'];
    const { request } = commandOf('', words, 'DATA');
    const pipeline = new Pipeline(request, 100, keyspace);
    const random = new SeededRandom(7);
    let max = -1;
    for (let round = 0; round < 50; round++) {
      const size = pipeline.prepare(100, random);
      const text = Buffer.from(pipeline.bytes.subarray(0, size)).toString('latin1');
      const pattern = new RegExp(PATTERN.replaceAll('\n', '\r\n'), 'g');
      const matches = [...text.matchAll(pattern)];
      assert.equal(matches.length, 100);
      assert.equal(matches.map(([whole]) => whole).join(''), text);
      for (const number of matches.flatMap(([, a, b]) => [Number(a), Number(b)])) {
        assert.ok(number < keyspace);
        max = Math.max(max, number);
      }
    }
    // Of 10,000 numbers one is in the upper half.
    assert.ok(max >= Math.floor(keyspace / 2), `the largest was ${max}`);
  });
}

test('the same seed sends the same, another one something else', () => {
  const words = ['GET', '__rand_int__'];
  assert.equal(sent(words, 5, 1e6, 3), sent(words, 5, 1e6, 3));
  assert.notEqual(sent(words, 5, 1e6, 3), sent(words, 5, 1e6, 4));
});

test('random text has the size that is asked for', () => {
  assert.match(randomText(1000, new SeededRandom(1)), /^[\w-]{1000}$/);
});

test('each test has a name, and -t finds what needs others', () => {
  const titles = (names: readonly string[]) => commandsOf(names, 'x', false).map((c) => c.title);
  for (const name of TEST_NAMES) assert.notEqual(titles([name]).length, 0, name);
  assert.deepEqual(titles(['ping']), ['PING_INLINE', 'PING_MBULK']);
  assert.deepEqual(titles(['lrange_500']), [
    'LPUSH (needed to benchmark LRANGE)',
    'LRANGE_500 (first 500 elements)',
  ]);
});

test('scores are random when keys are', () => {
  const [fixed] = commandsOf(['zadd'], 'x', false);
  const [random] = commandsOf(['zadd'], 'x', true);
  assert.match(fixed.request, /\$1\r\n0\r\n/);
  assert.match(random.request, /\$12\r\n__rand_int__\r\n/);
});
