// Glob patterns. The results below were asked of Redis 7.2.6's own function, with which a million
// random patterns were compared when the code was written; here the models are JavaScript's regular
// expressions, and for classes a plain list of the bytes in them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { latin1Bytes } from '../../src/domain/bytes/ascii.ts';
import { globIsAll, globMatch } from '../../src/domain/bytes/glob.ts';

test('patterns and texts, with regard to case', () => {
  const matches: [pattern: string, text: string, matches: boolean][] = [
    ['*', '', false],
    ['', '', true],
    ['', 'a', false],
    ['**', '', false],
    ['*', 'a', true],
    ['a*', 'a', true],
    ['a**', 'a', true],
    ['*a', 'ba', true],
    ['a*c', 'abbc', true],
    ['a*c', 'abbd', false],
    ['h?llo', 'hello', true],
    ['h?llo', 'hllo', false],
    ['?', '', false],
    ['h[ae]llo', 'hallo', true],
    ['h[ae]llo', 'hillo', false],
    ['h[^e]llo', 'hallo', true],
    ['h[^e]llo', 'hello', false],
    ['h[a-b]llo', 'hbllo', true],
    ['h[b-a]llo', 'hallo', true],
    ['[a-]', 'b', false],
    ['[a-]', 'a', true],
    ['[a-]', ']', true],
    ['[a-]]', ']', true],
    ['[]a]', 'a', false],
    ['[]a', 'a', false],
    ['[]', 'a', false],
    ['[^]', 'a', true],
    ['[^]a]', 'ba]', true],
    ['[', 'a', false],
    ['[', '[', false],
    ['[^', 'a', true],
    ['[abc', 'b', true],
    ['[abc', 'd', false],
    ['[^abc', 'd', true],
    ['[^abc', 'b', false],
    ['[a-z', 'm', true],
    ['x[a', 'xa', true],
    ['[\\]]', ']', true],
    ['[\\a-c]', 'b', false],
    ['[\\a-c]', '-', true],
    ['[\\a-c]', 'c', true],
    ['[a\\', '\\', true],
    ['[\\', '\\', true],
    ['[\\-z]', 'm', false],
    ['[+--]', ',', true],
    ['[!a]', 'b', false],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['\\a', 'a', true],
    ['\\', '\\', true],
    ['a\\', 'a\\', true],
    ['\\\\', '\\', true],
    ['[^^]', '^', false],
    ['[^^]', 'a', true],
    ['HELLO', 'hello', false],
    ['[A-C]', 'b', false],
    ['*[0-9]*', 'abc5d', true],
    ['*?', 'a', true],
    ['?*?', 'a', false],
    ['*b*b', 'abab', true],
    ['*ab', 'aab', true],
    ['*a*b*c*', 'xaybzc', true],
    ['*\xff*', 'a\xffb', true],
    ['[\x80-a]', '\xff', true],
    ['[\x80-a]', '\0', true],
    ['[\x80-a]', 'b', false],
    ['[a-\x80]', '\x80', true],
    ['[a-\x80]', 'A', true],
    ['[a-\x80]', 'b', false],
    ['[\x80-\xff]', '\x90', true],
    ['[\x80-\xff]', 'a', false],
    ['[a-', '-', true],
    ['[a-', '_', false],
    ['a\0b', 'a\0b', true],
    ['a\0b', 'a\0c', false],
    ['[\0]', '\0', true],
  ];
  for (const [pattern, text, expected] of matches) check(pattern, text, false, expected);
});

test('patterns and texts, in any case', () => {
  const matches: [pattern: string, text: string, matches: boolean][] = [
    ['HELLO', 'hello', true],
    ['[A-C]', 'b', true],
    ['[\\A]', 'a', false],
    ['[^A]', 'a', false],
    ['[Z-a]', 'x', false],
    ['[Z-a]', 'z', false],
    ['[a-Z]', 'm', false],
    ['\\A*', 'abc', true],
    ['[\x80-a]', '\xc0', false],
    ['[a-\xff]', '\xff', true],
    ['[\x80-\xfe]', '\xc0', true],
    ['\xe0', '\xc0', false],
  ];
  for (const [pattern, text, expected] of matches) check(pattern, text, true, expected);
});

test('a thousand stars are the most', () => {
  const text = 'a'.repeat(3000);
  check('*a'.repeat(1000), text, false, true);
  check(`${'*a'.repeat(1000)}**`, text, false, true);
  check('*a'.repeat(1001), text, false, false);
  check('*?'.repeat(50_000), 'a'.repeat(50_000), false, false);
});

test('many stars do not take long', () => {
  check(`${'*a'.repeat(40)}*b`, 'a'.repeat(20_000), false, false);
  check('*a*a*a*a*a*a*a*a*b', 'a'.repeat(1000), false, false);
});

test('random patterns of stars and question marks', () => {
  const pattern = fc.string({ unit: fc.constantFrom(...'ab**?'), maxLength: 12 });
  const text = fc.string({ unit: fc.constantFrom(...'ab'), minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(pattern, text, (glob, subject) => {
      const source = glob.replaceAll('*', '.*').replaceAll('?', '.');
      check(glob, subject, false, new RegExp(`^${source}$`).test(subject));
    }),
    { numRuns: 2000 },
  );
});

test('random classes', () => {
  const byte = fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code));
  const range = fc.tuple(byte, byte);
  fc.assert(
    fc.property(fc.boolean(), fc.array(range, { minLength: 1 }), byte, (not, ranges, text) => {
      const usable = ranges.filter(([from]) => !['\\', ']', '^'].includes(from));
      const inside = usable.some(([a, b]) => (a <= text && text <= b) || (b <= text && text <= a));
      const pattern = `[${not ? '^' : ''}${usable.map(([a, b]) => `${a}-${b}`).join('')}]`;
      check(pattern, text, false, inside !== not);
    }),
    { numRuns: 1000 },
  );
});

test('patterns that need no matching', () => {
  const kinds: [pattern: string, isAll: boolean][] = [
    ['*', true],
    ['**', false],
    ['', false],
    ['user:1]^-', false],
    ['a?', false],
    ['a[', false],
    ['\\a', false],
    ['a*', false],
  ];
  for (const [pattern, isAll] of kinds) {
    const bytes = latin1Bytes(`*${pattern}*`);
    assert.equal(globIsAll(bytes, 1, 1 + pattern.length), isAll, pattern);
  }
});

/** Matches inside longer buffers, so that reading too far is noticed. */
function check(pattern: string, text: string, ignoreCase: boolean, expected: boolean): void {
  const inner = latin1Bytes(`a*${pattern}]*`);
  const outer = latin1Bytes(`a${text}a`);
  const found = globMatch(inner, 2, 2 + pattern.length, outer, 1, 1 + text.length, ignoreCase);
  assert.equal(found, expected, `${JSON.stringify(pattern)} ${JSON.stringify(text)}`);
}
