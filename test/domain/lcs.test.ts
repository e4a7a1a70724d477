// The longest common subsequence against the plain table of lengths, and Redis's own choices among
// several, of which Redis 7.2.6 was asked.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { latin1Bytes, latin1Text } from '../../src/domain/bytes/ascii.ts';
import { lcsLength, lcsTableSize, longestCommonSubsequence } from '../../src/domain/values/lcs.ts';

test('LCS IDX WITHMATCHLEN', () => {
  const replies: [a: string, b: string, common: string, ranges: string][] = [
    ['', '', '', ''],
    ['abc', '', '', ''],
    ['', 'abc', '', ''],
    ['abc', 'xyz', '', ''],
    ['a', 'a', 'a', '0-0 0-0 1'],
    ['ohmytext', 'mynewtext', 'mytext', '4-7 5-8 4, 2-3 0-1 2'],
    ['abcabc', 'abc', 'abc', '3-5 0-2 3'],
    ['abab', 'baba', 'bab', '1-3 0-2 3'],
    ['xaxbxc', 'aybycy', 'abc', '5-5 4-4 1, 3-3 2-2 1, 1-1 0-0 1'],
    ['aaaa', 'aa', 'aa', '2-3 0-1 2'],
  ];
  for (const reply of replies) check(...reply);
});

test('a size beside Redis, in bytes', () => {
  assert.equal(lcsTableSize(0, 0), 4);
  assert.equal(lcsTableSize(9, 99), 4000);
  assert.ok(lcsTableSize(2 ** 29, 2 ** 29) > 2 ** 59);
});

test('random strings', () => {
  // Lengths around 32 and 64 exercise the carry from word to word.
  for (const letters of ['ab', 'abcd', 'abcdefghijklmnopqrstuvwxyz']) {
    const text = fc.string({ unit: fc.constantFrom(...letters), maxLength: 100, size: 'max' });
    fc.assert(
      fc.property(text, text, (a, b) => {
        const { common, ranges } = model(a, b);
        check(a, b, common, ranges);
      }),
    );
  }
});

test('a long run carries through every word', () => {
  const run = 'a'.repeat(200);
  check(run, run, run, '0-199 0-199 200');
  check('b' + run, run + 'b', run, '1-200 0-199 200');
});

/** Compares what is found for two strings, which lie inside longer buffers, with what should be. */
function check(a: string, b: string, common: string, ranges: string): void {
  const aBytes = latin1Bytes('ba' + a + 'ab');
  const bBytes = latin1Bytes('a' + b + 'ba');
  const aEnd = 2 + a.length;
  const bEnd = 1 + b.length;
  const found = longestCommonSubsequence(aBytes, 2, aEnd, bBytes, 1, bEnd);
  assert.equal(latin1Text(found.bytes, 0, found.bytes.length), common);
  const texts = found.ranges.map(
    ({ aFirst, aLast, bFirst, bLast, length }) => `${aFirst}-${aLast} ${bFirst}-${bLast} ${length}`,
  );
  assert.equal(texts.join(', '), ranges);
  assert.equal(lcsLength(aBytes, 2, aEnd, bBytes, 1, bEnd), common.length);
}

/** The textbook's table, and a walk back through it that prefers to step back in b. */
function model(a: string, b: string): { common: string; ranges: string } {
  const lengths = [...a, ''].map(() => new Array<number>(b.length + 1).fill(0));
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      lengths[i][j] =
        a[i - 1] === b[j - 1]
          ? lengths[i - 1][j - 1] + 1
          : Math.max(lengths[i - 1][j], lengths[i][j - 1]);
    }
  }
  let common = '';
  const matches: [number, number][] = [];
  for (let i = a.length, j = b.length; i > 0 && j > 0; ) {
    if (a[i - 1] === b[j - 1]) {
      matches.push([--i, --j]);
      common = a[i] + common;
    } else if (lengths[i][j - 1] >= lengths[i - 1][j]) j--;
    else i--;
  }
  const ranges: string[] = [];
  while (matches.length > 0) {
    const [aLast, bLast] = matches[0];
    let length = 1;
    while (matches[length]?.[0] === aLast - length && matches[length][1] === bLast - length)
      length++;
    ranges.push(`${aLast - length + 1}-${aLast} ${bLast - length + 1}-${bLast} ${length}`);
    matches.splice(0, length);
  }
  return { common, ranges: ranges.join(', ') };
}
