// Names and the patterns of include that match them, as fnmatch(3) has it in the C locale with
// FNM_PERIOD.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPattern, matchesName, unescaped } from '../../src/adapters/config/path-pattern.ts';

const LINES: readonly [pattern: string, names: string, others: string][] = [
  ['*', 'a a.conf', '. .. .a'],
  ['**', 'a', '.a'],
  ['?', 'a \xe9', '. ab'],
  ['a?', 'ab a.', 'a abc'],
  ['*a*b', 'ab xaxb aabb', 'a ba abc'],
  ['.*', '. .. .a', 'a'],
  ['\\.*', '.a', 'a'],
  ['[.]a', '', '.a'],
  ['[!a]b', 'bb !b', 'ab .b'],
  ['[^a]b', 'bb', 'ab ^'],
  ['[a-c]', 'a b c', 'd - A'],
  ['[c-a]', '', 'a b c -'],
  ['[a-]', 'a -', 'b'],
  ['[-a]', 'a -', 'b'],
  ['[]a]', '] a', 'b'],
  ['[!]a]', 'b', '] a'],
  ['[a\\]b]', 'a ] b', '\\'],
  ['[\\a-c]', 'a b', '\\'],
  ['[[:digit:]]', '0 9', 'a : ['],
  ['[![:digit:]x]', 'a', '0 x'],
  ['[[:upper:][:punct:]]', 'A _ [', 'a 0'],
  ['[[:nosuch:]]', '', 'n [ ]'],
  ['[[:space]', 's : [', 'x'],
  ['[[.a.]-[=c=]]', 'a b c', 'd . ='],
  ['a[', 'a[', 'a'],
  ['a[b*', 'a[b a[bc', 'ab'],
  ['[a-', '[a-', 'a -'],
  ['\\*', '*', '\\* a'],
  ['\\[a]', '[a]', 'a'],
  ['a\\', '', 'a a\\'],
];

for (const [pattern, names, others] of LINES) {
  test(pattern, () => {
    for (const name of names.split(' ')) {
      if (name !== '') assert.equal(matchesName(pattern, name), true, name);
    }
    for (const name of others.split(' ')) assert.equal(matchesName(pattern, name), false, name);
  });
}

test('what is no pattern', () => {
  assert.equal(isPattern('/etc/redis.conf'), false);
  assert.equal(isPattern('/etc/\\*'), true);
  assert.equal(unescaped('a\\*b\\\\'), 'a*b\\');
});
