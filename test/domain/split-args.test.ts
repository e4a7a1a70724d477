// Lines of words with quotes. The results were asked of Redis 7.2.6's own functions.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { equalsIgnoreCase, latin1Bytes, latin1Text } from '../../src/domain/bytes/ascii.ts';
import { quoteBytes, splitArgs } from '../../src/domain/bytes/split-args.ts';

test('lines are split into words', () => {
  const lines: [line: string, words: string[] | null][] = [
    ['', []],
    [' \t\r\n\v\f', []],
    ['a', ['a']],
    ['  set  a\tb \r\n', ['set', 'a', 'b']],
    ['a\vb c\fd', ['a\vb', 'c\fd']],
    ['\va', ['a']],
    ['""', ['']],
    ["''", ['']],
    ['"a b" c', ['a b', 'c']],
    ['a"b c"', ['ab c']],
    ["a'b c'", ['ab c']],
    ['"a"b', null],
    ["'a'b", null],
    ['"a""b"', null],
    ['"a"\vb', ['a', 'b']],
    ['"a', null],
    ["'a", null],
    ['"', null],
    ['a"', null],
    ['"a\\"', null],
    ['"\\', null],
    ["'a\\'", null],
    ['"\\n\\r\\t\\b\\a"', ['\n\r\t\b\x07']],
    ['"\\"\\\\\\q\\x"', ['"\\qx']],
    ['"\\x41\\xfF\\x00"', ['A\xff\0']],
    ['"\\x4"', ['x4']],
    ['"\\x4g"', ['x4g']],
    ['"\\X41"', ['X41']],
    ["'\\n\\x41\\\\ '", ['\\n\\x41\\\\ ']],
    ["'\\\\'", null],
    ["'it\\'s' x", ["it's", 'x']],
    ['\\n \\x41 a\\"b"', ['\\n', '\\x41', 'a\\b']],
    ['\'"\' "\'"', ['"', "'"]],
    ['a\0b c', ['a']],
    ['"a\0"', null],
    ['\xff\x80 \xa0', ['\xff\x80', '\xa0']],
  ];
  for (const [line, words] of lines) check(line, words);
});

test('words are quoted', () => {
  const words: [word: string, quoted: string][] = [
    ['', '""'],
    ['a b~', '"a b~"'],
    ['"\\', '"\\"\\\\"'],
    ['\n\r\t\b\x07', '"\\n\\r\\t\\b\\a"'],
    ["it's", '"it\'s"'],
    ['\0\x1b\v\x7f\x80\xff', '"\\x00\\x1b\\x0b\\x7f\\x80\\xff"'],
  ];
  for (const [word, quoted] of words) {
    assert.equal(quoteBytes(latin1Bytes(`"${word}"`), 1, 1 + word.length), quoted);
  }
});

test('what was quoted is split into the same words', () => {
  const word = fc.uint8Array({ maxLength: 20 }).map((bytes) => latin1Text(bytes, 0, bytes.length));
  fc.assert(
    fc.property(fc.array(word), (words) => {
      const quoted = words.map((each) => quoteBytes(latin1Bytes(each), 0, each.length));
      check(quoted.join(' '), words);
    }),
  );
});

test('latin1 text of any size comes and goes', () => {
  for (const size of [0, 1, 12, 13, 8191, 8192, 8193, 300_000]) {
    const bytes = Uint8Array.from({ length: size + 2 }, (_, i) => i * 7);
    const text = latin1Text(bytes, 1, size + 1);
    assert.equal(text.length, size);
    assert.deepEqual(latin1Bytes(text), bytes.slice(1, size + 1));
  }
});

test('words are compared in any case', () => {
  const pairs: [text: string, word: string, equal: boolean][] = [
    ['', '', true],
    ['get', 'get', true],
    ['GeT', 'get', true],
    ['gets', 'get', false],
    ['ge', 'get', false],
    ['@[`{', '@[`{', true],
    ['`{', '@[', false],
    ['\xc0', '\xe0', false],
    ['A-Z_0', 'a-z_0', true],
  ];
  for (const [text, word, equal] of pairs) {
    const bytes = latin1Bytes('g' + text + 's');
    assert.equal(equalsIgnoreCase(bytes, 1, 1 + text.length, word), equal, text);
    assert.equal(equalsIgnoreCase(bytes, 1, 1 + text.length, latin1Bytes(word)), equal, text);
  }
});

/** Splits the line, which has a quote on both sides. */
function check(line: string, words: string[] | null): void {
  const split = splitArgs(latin1Bytes(`"${line}"`), 1, 1 + line.length);
  const texts = split?.map((word) => latin1Text(word, 0, word.length)) ?? null;
  assert.deepEqual(texts, words, JSON.stringify(line));
}
